/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_run.h - the running detector, shared by its four rooms: osechi_send (what leaves),
 * osechi_act (what commands do), osechi_strike (what faults do), osechi_run (the loop). One thread
 * owns it all.
 */
#ifndef SIM_OSECHI_RUN_H
#define SIM_OSECHI_RUN_H

#include "sim/faults.h"
#include "sim/line.h"
#include "sim/osechi.h"
#include "sim/osechi_chatter.h"
#include "sim/osechi_physics.h"
#include "sim/osechi_protocol.h"
#include "sim/pty.h"
#include "sim/truth.h"

#include <stdbool.h>
#include <stdint.h>

#define PL_OSIM_COMMANDS 10 /* the firmware's queue */
#define PL_OSIM_OUTBOX	 64

struct pl_osim_waiting {
	struct pl_osim_command command;
	int64_t start_ns, reply_ns;
};

/* One line of a reply on its way. */
struct pl_osim_letter {
	int64_t due_ns;
	struct pl_text text;
	int pieces; /* 1 = whole */
	int64_t piece_ns;
};

struct pl_osim_run {
	const struct pl_osim_values *values;
	const char *eol;
	struct pl_sim_pty pty;
	struct pl_osim_physics physics;
	struct pl_osim_device device;
	struct pl_osim_input input;
	struct pl_osim_chatter chatter;
	struct pl_sim_faults faults;
	int64_t delayed_ns[PL_SIM_FAULTS_MAX]; /* struck by a command, happens then */
	struct pl_sim_random timing, luck;
	struct pl_sim_line line, held; /* held: events while the stream is off */
	struct pl_sim_truth truth;
	struct pl_osim_waiting commands[PL_OSIM_COMMANDS];
	size_t command_count;
	int64_t busy_until_ns;
	struct pl_osim_letter outbox[PL_OSIM_OUTBOX];
	size_t letter_count;
	struct pl_text scratch;
	int64_t start_ns, silent_until_ns, reset_ns, boot_text_ns, replug_ns;
	size_t flood_left; /* bytes of an endless line still to come */
	bool is_blocked;   /* the pty took less than was due */
	bool has_booted, is_over;
};

/* What is done to the command in hand. */
struct pl_osim_effect {
	int64_t late_ns, gap_ns, piece_ns;
	int64_t highest; /* threshold */
	int pieces, by;
	bool is_unanswered, is_undone, shows_clipped, is_cut, is_garbled;
};

/* osechi_send.c */
void pl_osim_send_event(struct pl_osim_run *run, const struct pl_osim_event *event);
void pl_osim_send_reply(struct pl_osim_run *run, const char *lines, int64_t due_ns,
			const struct pl_osim_effect *effect);
void pl_osim_send_due(struct pl_osim_run *run, int64_t now_ns); /* outbox and endless line */
void pl_osim_send_flush(struct pl_osim_run *run, int64_t now_ns);
void pl_osim_send_forget(struct pl_osim_run *run, int64_t now_ns, const char *reason);
int64_t pl_osim_send_next_ns(const struct pl_osim_run *run);

/* osechi_strike.c */
void pl_osim_strike_command(struct pl_osim_run *run, struct pl_osim_command *command,
			    struct pl_osim_effect *effect, int64_t now_ns);
void pl_osim_strike_due(struct pl_osim_run *run, int64_t now_ns);
int64_t pl_osim_strike_next_ns(const struct pl_osim_run *run);

/* osechi_act.c */
void pl_osim_act_line(struct pl_osim_run *run, const char *line, size_t length, int64_t now_ns);
void pl_osim_act_due(struct pl_osim_run *run, int64_t now_ns); /* commands, faults, boot */
int64_t pl_osim_act_next_ns(const struct pl_osim_run *run);
/* Power-on state; silent for down_ns, then boot text. */
void pl_osim_act_reboot(struct pl_osim_run *run, int64_t down_ns, int64_t now_ns);

#endif
