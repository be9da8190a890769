/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * truth.h - the truth log: what the simulated detector really did and when, for tests to compare
 * with the files of a run, event by event.
 *
 * One CSV row for every event line that left (t_mono_ns is the clock read right after the write()
 * that carried its newline, t_before_ns right before it), for every one that was dropped, for every
 * threshold, command, fault, stream change and opening of the port. Rows are appended to the file
 * before the simulator waits, so that a kill costs at most the batch in hand. Without a path
 * nothing is kept. One thread.
 *
 *   t_mono_ns,kind,t_before_ns,t_event_ns,top,mid,btm,dropped,channel,old,new,detail
 *   kinds: start open close event threshold stream command fault stray boot end
 */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "base/file.h"
#include "plateau/text.h"
#include "sim/line.h"

struct pl_sim_truth {
	struct pl_disk disk;
	struct pl_file file;
	struct pl_text rows; /* not yet in the file */
	bool is_on;
	uint64_t events, dropped; /* counted whether on or not */
};

/* The columns above. Another instrument has its own, and adds its rows to `rows` while is_on. */
#define PL_SIM_TRUTH_EVENTS                                                                        \
	"t_mono_ns,kind,t_before_ns,t_event_ns,top,mid,btm,dropped,channel,old,new,detail"

/* Appends to an older log of that name; a new one begins with the line `columns`. path "" keeps no
 * log. */
enum pl_status pl_sim_truth_open(struct pl_sim_truth *truth, const char *path, const char *columns,
				 struct pl_error *error);
/* An event line: left (dropped is NULL) or lost (the reason). */
void pl_sim_truth_event(struct pl_sim_truth *truth, int64_t t_before_ns, int64_t t_after_ns,
			const struct pl_sim_note *note, const char *dropped);
void pl_sim_truth_threshold(struct pl_sim_truth *truth, int64_t now_ns, int channel, int64_t old,
			    int64_t fresh, const char *detail);
void pl_sim_truth_note(struct pl_sim_truth *truth, int64_t now_ns, const char *kind,
		       const char *detail);
/* Writes what is pending. A log that cannot be written is said and ends the simulation. */
enum pl_status pl_sim_truth_flush(struct pl_sim_truth *truth, struct pl_error *error);
void pl_sim_truth_close(struct pl_sim_truth *truth);

#endif
