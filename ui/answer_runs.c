/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer_runs.c - what came of a list of runs, of one run and of its verification. One thread. */
#include "answer.h"

void pl_answer_runs(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	if (state->runs)
		pl_runs_answered(state->runs, result);
}

void pl_answer_no_runs(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	if (state->runs)
		pl_runs_answered(state->runs, NULL);
}

void pl_answer_run(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	(void)session;
	if (--state->run_asked == 0 && state->run_shown)
		pl_run_told(state->run_shown, result);
}

void pl_answer_no_run(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	state->run_asked--;
}

void pl_answer_verify(struct pl_session *session, struct pl_state *state,
		      const struct pl_json *result)
{
	struct pl_run_shown *run = state->run_shown;
	bool is_good = pl_json_get_boolean(result, "ok", false);

	(void)session;
	if (!run || pl_json_get_integer(result, "run", 0) != run->number)
		return;
	run->is_verifying = false;
	pl_run_verified(run, result);
	pl_state_say(state, is_good ? PL_ROLE_GOOD : PL_ROLE_ALARM, "run %s: %s", run->run,
		     is_good ? "it holds, its files are as they were written"
			     : "it is NOT as it was written; the sheet About says where");
}

void pl_answer_no_verify(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	if (state->run_shown)
		state->run_shown->is_verifying = false;
}
