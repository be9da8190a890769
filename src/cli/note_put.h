/* SPDX-License-Identifier: GPL-3.0-or-later */
/* note_put.h - how the texts of `plateau note` get into the run's folder. Main thread. */
#ifndef CLI_NOTE_PUT_H
#define CLI_NOTE_PUT_H

#include "cli/command.h"

#include "plateau/json.h"
#include "plateau/text.h"
#include "store/run_read.h"

#define PL_NOTE_TEXTS 4

struct pl_note_word {
	const struct pl_call *call;
	const struct pl_run_summary *run;
	char workspace[576];
	struct pl_run_record record;
	struct pl_text texts[PL_NOTE_TEXTS];
	size_t count;
	struct pl_json *result;
};

/* Through the live engine of the run's bench, or else by ourselves; who holds the bench for a
 * moment is waited for. Fills result: {path, notes:[{at,actor,text}]}. PL_ERR_BUSY names who owns
 * the run or the bench. */
enum pl_status pl_note_put(struct pl_note_word *note, struct pl_error *error);

#endif
