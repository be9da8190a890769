/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs_listed.h - a run with what was said of it afterwards, as lists of runs show and search it.
 * Any thread.
 */
#ifndef STORE_RUNS_LISTED_H
#define STORE_RUNS_LISTED_H

#include "plateau/json.h"

#include "store/notes.h"

/* The last label, sample and operator hold, wherever they were said. */
struct pl_listed_run {
	struct pl_run_summary run;
	struct pl_notes notes;
};

/* Of a run whose summary is there: its notes, and what they change in the summary. Free them with
 * pl_notes_fini. */
void pl_listed_read_notes(struct pl_listed_run *listed);

#define PL_LISTED_STATE 128
/* The state as lists name it: a run that is not over and has no owner any more ended without a
 * word, it has crashed (only the engine that gets its lock may write so into its folder); a lock is
 * known on its own host only. out may be used for the answer. */
const char *pl_listed_state(const struct pl_run_summary *run, char out[PL_LISTED_STATE]);

/* True when the run holds every word of `wanted` in number, day, bench, name, operator, label,
 * sample, state, reason or a note. The case of ASCII letters does not matter. */
bool pl_listed_is_found(const struct pl_listed_run *listed, const char *wanted);

/* As `plateau runs --json` has it. Caller owns it. */
struct pl_json *pl_listed_json(const struct pl_listed_run *listed);

#endif
