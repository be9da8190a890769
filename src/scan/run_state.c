/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_state.c - the one table of run states. A finished run is never taken up again; an interrupted
 * or crashed one is prepared anew.
 */
#include "scan/run_state.h"

#define STATES	  (PL_RUN_CRASHED + 1)
#define TO(state) ((state) + 1) /* 0, the default of the table, is a refusal */

static const unsigned char next[STATES][PL_RUN_EVENTS] = {
    [PL_RUN_DRAFT] = {[PL_RUN_PREPARE] = TO(PL_RUN_PREPARING)},
    [PL_RUN_PREPARING] = {[PL_RUN_START] = TO(PL_RUN_RUNNING),
			  [PL_RUN_INTERRUPT] = TO(PL_RUN_INTERRUPTED),
			  [PL_RUN_FAIL] = TO(PL_RUN_CRASHED)},
    [PL_RUN_RUNNING] = {[PL_RUN_PAUSE] = TO(PL_RUN_PAUSED),
			[PL_RUN_FINISH] = TO(PL_RUN_FINISHED),
			[PL_RUN_INTERRUPT] = TO(PL_RUN_INTERRUPTED),
			[PL_RUN_FAIL] = TO(PL_RUN_CRASHED)},
    [PL_RUN_PAUSED] = {[PL_RUN_RESUME] = TO(PL_RUN_RUNNING),
		       [PL_RUN_INTERRUPT] = TO(PL_RUN_INTERRUPTED),
		       [PL_RUN_FAIL] = TO(PL_RUN_CRASHED)},
    [PL_RUN_FINISHED] = {0},
    [PL_RUN_INTERRUPTED] = {[PL_RUN_PREPARE] = TO(PL_RUN_PREPARING)},
    [PL_RUN_CRASHED] = {[PL_RUN_PREPARE] = TO(PL_RUN_PREPARING)},
};

bool pl_run_state_step(enum pl_run_state *state, enum pl_run_event event)
{
	unsigned to = next[*state][event];

	if (to == 0)
		return false;
	*state = (enum pl_run_state)(to - 1);
	return true;
}
