/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of a run: every state with every event. */
#include "scan/run_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define STATES 7

/* One letter a state, in their order: draft Preparing Running pAused Finished Interrupted Crashed;
 * a dot is a refusal. */
static const char letters[] = "dprafic";
static const char *const want[STATES] = {
    /* prepare start pause resume finish interrupt fail */
    [PL_RUN_DRAFT] = "p......",	  [PL_RUN_PREPARING] = ".r...ic", [PL_RUN_RUNNING] = "..a.fic",
    [PL_RUN_PAUSED] = "...r.ic",  [PL_RUN_FINISHED] = ".......",  [PL_RUN_INTERRUPTED] = "p......",
    [PL_RUN_CRASHED] = "p......",
};

static void every_state_meets_every_event(void **state)
{
	(void)state;
	for (int from = 0; from < STATES; from++)
		for (int event = 0; event < PL_RUN_EVENTS; event++) {
			enum pl_run_state now = (enum pl_run_state)from;
			bool moved = pl_run_state_step(&now, (enum pl_run_event)event);
			char letter = want[from][event];

			assert_int_equal(moved, letter != '.');
			if (moved)
				assert_int_equal(letters[now], letter);
			else
				assert_int_equal(now, from);
		}
}

static void a_finished_run_stays_finished(void **state)
{
	enum pl_run_state now = PL_RUN_FINISHED;

	(void)state;
	for (int event = 0; event < PL_RUN_EVENTS; event++)
		assert_false(pl_run_state_step(&now, (enum pl_run_event)event));
}

static void every_live_state_can_be_interrupted(void **state)
{
	static const enum pl_run_state live[] = {PL_RUN_PREPARING, PL_RUN_RUNNING, PL_RUN_PAUSED};

	(void)state;
	for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++) {
		enum pl_run_state now = live[i];

		assert_true(pl_run_state_step(&now, PL_RUN_INTERRUPT));
		assert_int_equal(now, PL_RUN_INTERRUPTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_state_meets_every_event),
	    cmocka_unit_test(a_finished_run_stays_finished),
	    cmocka_unit_test(every_live_state_can_be_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
