/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer.c - the answers, one row a question: what a yes shows and what a no says. One thread.
 */
#include "answer.h"
#include "page_parameters.h"

#include "format.h"
#include "plateau/text.h"
#include "plateau/version.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* An engine of another build may mean something else by the same words. */
static void attached(struct pl_session *session, struct pl_state *state,
		     const struct pl_json *result)
{
	const char *build = pl_json_get_text(result, "build", "");

	if (strcmp(build, pl_build_id()) != 0) {
		session->other_build = pl_json_get_integer(result, "pid", 0);
		snprintf(session->failure, sizeof session->failure,
			 "the engine (pid %" PRId64
			 ") is of another build (%.20s, this is %s): open "
			 "the view of its program, or end it with `plateau stop` and start anew",
			 pl_json_get_integer(result, "pid", 0), build, pl_build_id());
		return;
	}
	if (session->was_attached)
		pl_state_say(state, PL_ROLE_GOOD, "the engine is back");
	else
		pl_state_restore(state, pl_json_get_text(result, "saved", ""));
	session->was_attached = true;
	state->is_connected = true;
}

static void started(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	state->asked_start = false;
	state->cursor = -1;
	state->curve.hidden = 0; /* its series may be others */
	state->curve.zoom = 0;
	state->form.is_done = true;
	pl_state_say(state, PL_ROLE_GOOD, "run %" PRId64 " has begun: %.200s",
		     pl_json_get_integer(result, "run", 0), pl_json_get_text(result, "path", ""));
}

static void not_started(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	state->asked_start = false;
}

static void not_paused(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	state->asked_pause = false;
}

static void stopped(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	const struct pl_json *errors = pl_json_get(result, "errors");

	(void)session;
	state->asked_stop = false;
	if (pl_json_size(errors) > 0)
		pl_state_say(state, PL_ROLE_WARN, "the run is stopped, with errors: %.300s",
			     pl_json_text(pl_json_at(errors, 0), "see the log"));
	else
		pl_state_say(state, PL_ROLE_GOOD, "the run is stopped");
}

static void not_stopped(struct pl_state *state, const struct pl_json *message)
{
	(void)message;
	state->asked_stop = false;
}

/* "run 42: safe state asked" */
static void was_asked(struct pl_session *session, struct pl_state *state,
		      const struct pl_json *result)
{
	(void)session;
	pl_state_say(state, PL_ROLE_GOOD, "run %" PRId64 ": %.40s asked",
		     pl_json_get_integer(result, "run", 0), pl_json_get_text(result, "asked", ""));
}

static void noted(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	(void)session;
	(void)result;
	pl_state_say(state, PL_ROLE_GOOD, "noted");
}

static void resumed(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	state->asked_start = false;
	state->cursor = -1;
	pl_state_say(state, PL_ROLE_GOOD, "run %" PRId64 " goes on",
		     pl_json_get_integer(result, "run", state->model->unfinished.number));
}

/* Something is not as it was when the run began: all of it is shown, and another yes goes on. */
static void not_resumed(struct pl_state *state, const struct pl_json *message)
{
	struct pl_dialog *dialog = &state->dialog;
	const char *text = pl_json_get_text(message, "text", "");
	char title[64];

	state->asked_start = false;
	if (strcmp(pl_json_get_text(message, "code", ""), "changed") != 0 ||
	    dialog->kind != PL_DIALOG_NONE || state->layout.is_too_small)
		return;
	snprintf(title, sizeof title, "Go on with run %.30s all the same?", state->asked_run);
	pl_dialog_open(dialog, PL_DIALOG_CONFIRM, PL_TOPIC_RESUME_CHANGED, title);
	pl_text_copy(dialog->subject, sizeof dialog->subject, state->asked_run);
	while (*text && dialog->line_count < PL_DIALOG_LINES)
		text = pl_dialog_wrapped(dialog, text);
}

static void records(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	state->form.is_done = true;
	pl_state_say(state, PL_ROLE_GOOD, "run %" PRId64 " records: %.200s",
		     pl_json_get_integer(result, "run", 0), pl_json_get_text(result, "path", ""));
}

static void recorded(struct pl_session *session, struct pl_state *state,
		     const struct pl_json *result)
{
	const struct pl_json *errors = pl_json_get(result, "errors");

	(void)session;
	if (pl_json_size(errors) > 0)
		pl_state_say(state, PL_ROLE_WARN, "the recording is stopped, with errors: %.300s",
			     pl_json_text(pl_json_at(errors, 0), "see the log"));
	else
		pl_state_say(state, PL_ROLE_GOOD, "the recording is stopped: %" PRId64 " rows",
			     pl_json_get_integer(pl_json_get(result, "books"), "rows", 0));
}

static void drives(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	(void)session;
	(void)result;
	pl_state_say(state, PL_ROLE_GOOD, "you drive this bench now; the other view watches");
}

static void acked(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	int64_t count = pl_json_get_integer(result, "acked", 0);

	(void)session;
	pl_state_say(state, PL_ROLE_GOOD, "%" PRId64 " alarm%s acknowledged", count,
		     count == 1 ? "" : "s");
}

/* "oven answers in 12.3 ms, as oven.process_value" */
static void device_did(struct pl_session *session, struct pl_state *state,
		       const struct pl_json *result)
{
	double latency = pl_json_get_number(result, "latency_ms", NAN);
	const char *path = pl_json_get_text(result, "path", "");
	const char *device = pl_json_get_text(result, "device", "");
	const char *text = pl_json_get_text(result, "text", "");

	(void)session;
	if (isfinite(latency))
		pl_state_say(state, PL_ROLE_GOOD, "%s answers in %.1f ms (asked for %s)", device,
			     latency, path);
	else
		pl_state_say(state, PL_ROLE_GOOD, "%s is %s%s%s", device,
			     pl_json_get_text(result, "state", ""), text[0] ? ": " : "", text);
}

static const struct {
	void (*yes)(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result);
	void (*no)(struct pl_state *state, const struct pl_json *message);
	const char *what; /* failed, for people; NULL = it says so itself */
} rows[PL_ASKS] = {
    [PL_ASK_VIEW] = {attached, NULL, "attaching"},
    [PL_ASK_POINTS] = {NULL, NULL, "the curve"},
    [PL_ASK_PLAN] = {pl_answer_plan, pl_answer_no_plan, NULL}, /* the form shows it */
    [PL_ASK_ROWS] = {pl_answer_rows, pl_answer_no_rows, "no form"},
    [PL_ASK_SCAN] = {started, not_started, "not started"},
    [PL_ASK_PAUSE] = {NULL, not_paused, "not paused"},
    [PL_ASK_RESUME] = {NULL, not_paused, "not resumed"},
    [PL_ASK_STOP] = {stopped, not_stopped, "not stopped"},
    [PL_ASK_SKIP] = {was_asked, NULL, "not left out"},
    [PL_ASK_RETAKE] = {was_asked, NULL, "not taken again"},
    [PL_ASK_SAFE] = {was_asked, NULL, "no safe state"},
    [PL_ASK_NOTE] = {noted, NULL, "not noted"},
    [PL_ASK_RESUME_RUN] = {resumed, not_resumed, "not resumed"},
    [PL_ASK_RECORD] = {records, NULL, "not recorded"},
    [PL_ASK_RECORD_STOP] = {recorded, NULL, "not stopped"},
    [PL_ASK_RUNS] = {pl_answer_runs, pl_answer_no_runs, "no list of runs"},
    [PL_ASK_RUN] = {pl_answer_run, pl_answer_no_run, "the run cannot be read"},
    [PL_ASK_VERIFY] = {pl_answer_verify, pl_answer_no_verify, "not verified"},
    [PL_ASK_SHOW] = {NULL, NULL, "not shown so"},
    [PL_ASK_GET] = {pl_answer_get, NULL, "not read"},
    [PL_ASK_SET_VALUE] = {pl_answer_set, NULL, "not set"},
    [PL_ASK_ACK] = {acked, NULL, "not acknowledged"},
    [PL_ASK_DEVICE] = {device_did, NULL, "device"},
    [PL_ASK_PARAMETERS] = {pl_parameters_told, pl_parameters_not_told, "no parameters"},
    [PL_ASK_READ_ALL] = {pl_parameters_were_read, NULL, "not read"},
    [PL_ASK_VALUE_CHECK] = {pl_parameters_checked, pl_parameters_not_checked, "not checked"},
    [PL_ASK_VALUE_SET] = {pl_parameters_was_set, pl_parameters_not_set, "not set"},
    [PL_ASK_COUNT] = {pl_answer_count, NULL, "not counted"},
    [PL_ASK_TUNE] = {pl_tune_ended, pl_tune_not_begun, "not tuned"},
    [PL_ASK_TUNE_DO] = {pl_tune_done, pl_tune_not_done, "not done"},
    [PL_ASK_COUNTING] = {pl_count_ended, pl_count_refused, "not counted"},
    [PL_ASK_COUNT_END] = {NULL, NULL, "not ended"},
    [PL_ASK_DRIVE] = {drives, NULL, "not taken over"},
};

void pl_answer(struct pl_session *session, struct pl_state *state, enum pl_ask ask,
	       const struct pl_json *message)
{
	if (pl_json_get_boolean(message, "ok", false)) {
		if (rows[ask].yes)
			rows[ask].yes(session, state, pl_json_get(message, "result"));
		return;
	}
	if (rows[ask].no)
		rows[ask].no(state, message);
	if (rows[ask].what)
		pl_state_say(
		    state, PL_ROLE_WARN, "%s: %s", rows[ask].what,
		    pl_json_get_text(message, "text", pl_json_get_text(message, "code", "?")));
	if (ask == PL_ASK_VIEW)
		pl_text_copy(session->failure, sizeof session->failure, state->message);
}
