/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.c - requests, answers, snapshots, and the engine that comes and goes. One thread.
 *
 * A lost engine is no reason to leave: the last snapshot stays on the screen, marked, and once a
 * second it is looked for again. What was asked of it then is forgotten and said so.
 */
#include "session.h"

#include "answer.h"
#include "plateau/protocol.h"
#include "plateau/text.h"
#include "plateau/version.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DETACH_WITHIN_NS (PL_NS_PER_S / 2)

static const char *const words[PL_ASKS] = {
    [PL_ASK_VIEW] = "view",
    [PL_ASK_POINTS] = "points",
    [PL_ASK_PLAN] = "plan",
    [PL_ASK_SCAN] = "scan",
    [PL_ASK_PAUSE] = "pause",
    [PL_ASK_RESUME] = "resume",
    [PL_ASK_STOP] = "stop",
    [PL_ASK_SKIP] = "skip",
    [PL_ASK_RETAKE] = "retake",
    [PL_ASK_SAFE] = "safe",
    [PL_ASK_NOTE] = "note",
    [PL_ASK_RESUME_RUN] = "resume",
    [PL_ASK_RECORD] = "record",
    [PL_ASK_RECORD_STOP] = "stop",
    [PL_ASK_SHOW] = "show",
    [PL_ASK_GET] = "get",
    [PL_ASK_SET_VALUE] = "set",
    [PL_ASK_COUNT] = "count",
    [PL_ASK_TUNE] = "tune",
    [PL_ASK_TUNE_DO] = "tune_do",
    [PL_ASK_ACK] = "ack",
    [PL_ASK_DEVICE] = "device",
    [PL_ASK_PARAMETERS] = "describe",
    [PL_ASK_READ_ALL] = "get",
    [PL_ASK_VALUE_SET] = "set",
    [PL_ASK_VALUE_CHECK] = "describe",
    [PL_ASK_COUNTING] = "count",
    [PL_ASK_COUNT_END] = "count_end",
    [PL_ASK_DRIVE] = "drive",
    [PL_ASK_ROWS] = "describe",
    [PL_ASK_RUNS] = "runs",
    [PL_ASK_RUN] = "run",
    [PL_ASK_VERIFY] = "verify",
};

/* Who sits here, for the audit log: operator, login, and the terminal or where it comes from. */
static void add_actor(struct pl_json *args, const struct pl_state *state)
{
	const char *from = getenv("SSH_CONNECTION");
	struct passwd entry, *user = NULL;
	char names[1024], tty[64] = "", actor[300];

	if (getpwuid_r(geteuid(), &entry, names, sizeof names, &user) != 0)
		user = NULL;
	if (!from && ttyname_r(STDIN_FILENO, tty, sizeof tty) == 0)
		from = tty;
	snprintf(actor, sizeof actor, "%s%s%.60s %.100s", state->operator_name,
		 state->operator_name[0] ? " " : "", user ? user->pw_name : "unknown",
		 from ? from : "no tty");
	pl_json_add_text(args, "actor", actor);
}

static void lose(struct pl_session *session, struct pl_state *state, const struct pl_error *error)
{
	char why[400];

	pl_client_close(session->client);
	session->client = NULL;
	memset(session->pending, 0, sizeof session->pending);
	session->is_asking_points = false;
	session->retry_ns = state->now_ns + PL_NS_PER_S;
	state->is_connected = false;
	state->run_asked = 0;
	if (state->runs)
		state->runs->asked = 0;
	state->asked_start = state->asked_pause = state->asked_stop = false;
	state->form.is_planning = state->form.is_asking_rows = false;
	state->form.is_stale = true;
	pl_dialog_close(&state->dialog);
	if (session->end[0])
		pl_text_copy(why, sizeof why, session->end);
	else
		pl_error_format(error, why, sizeof why);
	if (session->is_ended && session->options->reconnect)
		pl_state_say(state, PL_ROLE_ALARM,
			     "the engine is gone: %.200s; q leaves, then `plateau` starts it anew",
			     why);
	else if (session->options->reconnect)
		pl_state_say(
		    state, PL_ROLE_ALARM,
		    "the engine went away (%.200s); looking for it once a second, q leaves", why);
	else
		pl_text_copy(session->failure, sizeof session->failure, why);
}

/* The first free place among what is not answered yet, PL_SESSION_PENDING = none. */
static size_t free_place(const struct pl_session *session)
{
	size_t i = 0;

	while (i < PL_SESSION_PENDING && session->pending[i].id != 0)
		i++;
	return i;
}

bool pl_session_ask(struct pl_session *session, struct pl_state *state, enum pl_ask ask,
		    struct pl_json *args)
{
	size_t place = free_place(session);
	struct pl_error error;
	int64_t id;

	if (!session->client || place == PL_SESSION_PENDING) {
		pl_json_free(args);
		pl_state_say(state, PL_ROLE_WARN, "%s",
			     session->client ? "too much is asked of the engine already"
					     : "the engine is away");
		return false;
	}
	if (pl_client_send(session->client, words[ask], args, &id, &error) != PL_OK) {
		lose(session, state, &error);
		return false;
	}
	session->pending[place].id = id;
	session->pending[place].ask = ask;
	return true;
}

void pl_session_pace(struct pl_session *session, struct pl_state *state)
{
	struct pl_json *args;

	if (state->refresh_hz < 1)
		return;
	args = pl_json_object();
	pl_json_add_number(args, "hz", state->refresh_hz);
	pl_session_ask(session, state, PL_ASK_SHOW, args);
}

static void hello(struct pl_session *session, struct pl_state *state)
{
	struct pl_json *args = pl_json_object();

	pl_json_add_text(args, "build", pl_build_id());
	pl_json_add_boolean(args, "watch", state->is_watch);
	add_actor(args, state);
	session->drawn = 0;
	session->end[0] = session->saved[0] = '\0';
	session->is_ended = false;
	pl_session_ask(session, state, PL_ASK_VIEW, args);
	pl_session_pace(session, state);
}

void pl_session_start(struct pl_session *session, const struct pl_ui_options *options,
		      struct pl_state *state)
{
	*session = (struct pl_session){.options = options, .client = options->client};
	hello(session, state);
}

void pl_session_end(struct pl_session *session, const struct pl_state *state)
{
	struct pl_json *args;
	char saved[PL_PROTOCOL_SAVED_MAX];

	/* One that was never attached (an engine of another build) has no screen to leave. */
	if (session->client && state->is_connected && session->was_attached) {
		args = pl_json_object();
		pl_state_save(state, saved, sizeof saved);
		pl_json_add_text(args, "saved", saved);
		pl_client_call(session->client, "detach", args,
			       pl_clock_mono_ns() + DETACH_WITHIN_NS, NULL, NULL, NULL, NULL);
	}
	pl_client_close(session->client);
	session->client = NULL;
}

/* The curve of a run is fetched as far as it is not here yet, one request at a time. */
static void want_points(struct pl_session *session, struct pl_state *state)
{
	struct pl_json *args;
	int64_t from;

	if (session->is_asking_points || !pl_model_wants_points(state->model, &from))
		return;
	args = pl_json_object();
	pl_json_add_integer(args, "run", state->model->run.number);
	pl_json_add_integer(args, "from", from);
	pl_text_copy(session->points_uid, sizeof session->points_uid, state->model->curve.uid);
	session->is_asking_points = pl_session_ask(session, state, PL_ASK_POINTS, args);
}

static void take_snapshot(struct pl_session *session, struct pl_state *state,
			  const struct pl_json *snapshot)
{
	bool was_paused = pl_model_is_paused(state->model);

	pl_model_apply(state->model, snapshot);
	pl_model_heard(state->model, state->now_ns);
	if (was_paused != pl_model_is_paused(state->model) || !pl_model_is_running(state->model)) {
		if (state->asked_pause && state->message_role == PL_ROLE_BUSY)
			state->message[0] = '\0'; /* it has come about */
		state->asked_pause = false;
	}
	want_points(session, state);
}

static void take_answer(struct pl_session *session, struct pl_state *state,
			const struct pl_json *message)
{
	int64_t id = pl_json_get_integer(message, "id", 0);
	const struct pl_json *event = pl_json_get(message, "event");
	enum pl_ask ask;
	size_t i = 0;

	while (i < PL_SESSION_PENDING && (id == 0 || session->pending[i].id != id))
		i++;
	if (i == PL_SESSION_PENDING)
		return;
	ask = session->pending[i].ask;
	if (event) {
		if (ask == PL_ASK_POINTS)
			pl_model_add_points(state->model, session->points_uid,
					    pl_json_get(event, "part"));
		if (ask == PL_ASK_RUNS && state->runs)
			pl_runs_take(state->runs, event);
		if (ask == PL_ASK_RUN && state->run_asked == 1 && state->run_shown)
			pl_run_take(state->run_shown, event);
		if (ask == PL_ASK_TUNE)
			pl_tune_event(&state->tune, event);
		if (ask == PL_ASK_COUNTING)
			pl_counting_take(&state->counting, pl_json_get(event, "counting"));
		return;
	}
	session->pending[i].id = 0;
	if (ask == PL_ASK_POINTS)
		session->is_asking_points = false;
	pl_answer(session, state, ask, message);
}

static void take_end(struct pl_session *session, const struct pl_json *end)
{
	if (!end)
		return;
	pl_text_copy(session->end, sizeof session->end, pl_json_get_text(end, "text", ""));
	session->is_ended = pl_json_get_boolean(end, "stay", false);
}

bool pl_session_read(struct pl_session *session, struct pl_state *state)
{
	bool has_changed = false;

	while (session->client) {
		const struct pl_json *snapshot;
		struct pl_json *message;
		struct pl_error error;

		if (pl_client_next(session->client, &message, &error) != PL_OK) {
			lose(session, state, &error);
			return true;
		}
		if (!message)
			return has_changed;
		take_end(session, pl_json_get(message, "end"));
		snapshot = pl_json_get(message, "snapshot");
		if (snapshot)
			take_snapshot(session, state, snapshot);
		else
			take_answer(session, state, message);
		pl_json_free(message);
		has_changed = true;
	}
	return has_changed;
}

void pl_session_drawn(struct pl_session *session, struct pl_state *state)
{
	struct pl_json *message;
	struct pl_error error;
	char saved[PL_PROTOCOL_SAVED_MAX];

	if (!session->client || session->drawn == state->model->n)
		return;
	session->drawn = state->model->n;
	message = pl_json_object();
	pl_json_add_integer(message, "drawn", session->drawn);
	pl_state_save(state, saved, sizeof saved);
	if (strcmp(saved, session->saved) != 0) {
		pl_text_copy(session->saved, sizeof session->saved, saved);
		pl_json_add_text(message, "saved", saved);
	}
	if (pl_client_say(session->client, message, &error) != PL_OK)
		lose(session, state, &error);
}

/* Once for each reason, not once a second. */
static bool say_why_not(struct pl_state *state, const struct pl_error *error)
{
	char why[400], before[sizeof state->message];

	pl_text_copy(before, sizeof before, state->message);
	pl_error_format(error, why, sizeof why);
	pl_state_say(state, PL_ROLE_ALARM, "no engine: %.300s; tried once a second, q leaves", why);
	return strcmp(before, state->message) != 0;
}

bool pl_session_retry(struct pl_session *session, struct pl_state *state)
{
	struct pl_error error;

	if (session->client || !session->options->reconnect || state->now_ns < session->retry_ns)
		return false;
	session->retry_ns = state->now_ns + PL_NS_PER_S;
	session->client =
	    session->options->reconnect(session->options->ctx, !session->is_ended, &error);
	if (!session->client)
		return !session->is_ended && say_why_not(state, &error);
	pl_model_reconnected(state->model);
	hello(session, state);
	return true;
}
