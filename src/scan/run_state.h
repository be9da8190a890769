/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_state.h - which state of a run may follow which. Pure, any thread.
 */
#ifndef SCAN_RUN_STATE_H
#define SCAN_RUN_STATE_H

#include "store/run.h"

#include <stdbool.h>

enum pl_run_event {
	PL_RUN_PREPARE, /* its folder is made, or a run that ended early is taken up again */
	PL_RUN_START,	/* the first write is about to leave */
	PL_RUN_PAUSE,
	PL_RUN_RESUME,
	PL_RUN_FINISH,	  /* every point of the plan has its row */
	PL_RUN_INTERRUPT, /* ended on request */
	PL_RUN_FAIL,	  /* ended by an error, or its owner is dead */
	PL_RUN_EVENTS
};

/* Moves *state; false when the event does not fit it, which then stays. */
bool pl_run_state_step(enum pl_run_state *state, enum pl_run_event event);

#endif
