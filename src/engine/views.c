/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * views.c - the screens attached to this engine: any number may watch, one drives.
 *
 * The first view that does not only watch drives; a later one waits, sees everything, and takes
 * over when it asks to (its user was asked first). When the driver leaves or is lost, the one that
 * waits longest drives. Words of the command line are no views and are never kept out.
 */
#include "engine/internal.h"

#include "plateau/version.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_view(const struct session *session)
{
	return session->view != VIEW_NONE && !session->is_dead;
}

const struct session *view_driver(const struct pl_engine *engine)
{
	const struct session *session = engine->sessions;

	while (session != NULL && !(is_view(session) && session->view == VIEW_DRIVES))
		session = session->next;
	return session;
}

const char *view_role(const struct session *session)
{
	static const char *const names[] = {[VIEW_NONE] = "",
					    [VIEW_DRIVES] = "drives",
					    [VIEW_WAITS] = "waits",
					    [VIEW_WATCHES] = "watches"};

	return names[session->view];
}

enum pl_status view_may_act(const struct pl_engine *engine, const struct session *session,
			    struct pl_error *error)
{
	const struct session *driver = view_driver(engine);

	if (session->view == VIEW_WATCHES)
		return pl_error_set(error, PL_ERR_PERMISSION, engine->bench->name,
				    "this view only watches; open it without --watch to act");
	if (session->view == VIEW_WAITS)
		return pl_error_set(error, PL_ERR_PERMISSION, engine->bench->name,
				    "another view drives this bench (%s); take over first",
				    driver != NULL ? driver->actor : "it is about to leave");
	return PL_OK;
}

void view_left(struct pl_engine *engine)
{
	struct session *next = NULL, *session;

	if (view_driver(engine) != NULL)
		return;
	for (session = engine->sessions; session != NULL; session = session->next)
		if (is_view(session) && session->view == VIEW_WAITS &&
		    (next == NULL || session->serial < next->serial))
			next = session;
	if (next == NULL)
		return;
	next->view = VIEW_DRIVES;
	engine->next_snapshot_ns = 0;
	engine_log(engine, PL_LOG_INFO, "the view of %s drives now", next->actor);
}

/* Everything is news to it, whatever this connection was before. */
static void attach_anew(struct session *session)
{
	free(session->last);
	session->last = NULL;
	session->in_flight = false;
	session->log_next = 1;
}

static void attach(struct pl_engine *engine, struct session *session, bool only_watches)
{
	session->view = VIEW_NONE; /* it may have been one before */
	session->view = only_watches		      ? VIEW_WATCHES
			: view_driver(engine) != NULL ? VIEW_WAITS
						      : VIEW_DRIVES;
	session->parts = PARTS_ALL;
	session->next_ns = 0;
	engine->next_snapshot_ns = 0; /* its first frame does not wait for the beat */
	attach_anew(session);
	engine_log(engine, PL_LOG_INFO, "a view attached: %s", session->actor);
	engine_audit(engine, session->actor, "attach", engine->bench->name, "ok",
		     session->view == VIEW_DRIVES ? "" : view_role(session));
}

/* A view of another build gets no snapshots: it restarts itself as the engine's program. */
void do_view(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	struct pl_json *result = pl_json_object();
	bool same = strcmp(pl_json_get_text(request->args, "build", ""), pl_build_id()) == 0;
	char at[PL_UTC_SIZE];

	if (same)
		attach(engine, request->session,
		       pl_json_get_boolean(request->args, "watch", false));
	pl_clock_format_utc(engine->started_utc_ns, at);
	pl_json_add_text(result, "bench", engine->bench->name);
	pl_json_add_integer(result, "pid", (int64_t)getpid());
	pl_json_add_text(result, "build", pl_build_id());
	pl_json_add_text(result, "started", at);
	pl_json_add_text(result, "saved", engine->saved);
	answer_ok(engine, request->asker, result);
	for (size_t i = 0; same && i < engine->bench->device_count; i++)
		if (!engine->devices[i].is_let_go)
			live_want(engine, (int)i);
}

void view_remember(struct pl_engine *engine, const struct pl_json *line)
{
	const char *saved = pl_json_get_text(line, "saved", NULL);

	if (saved != NULL)
		pl_text_copy(engine->saved, sizeof(engine->saved), saved);
}

void do_detach(const struct request *request)
{
	view_remember(request->engine, request->args);
	if (request->session->view != VIEW_NONE) {
		engine_log(request->engine, PL_LOG_INFO, "a view left: %s",
			   request->session->actor);
		engine_audit(request->engine, request->session->actor, "detach",
			     request->engine->bench->name, "ok", "");
	}
	request->session->view = VIEW_NONE;
	view_left(request->engine);
	answer_ok(request->engine, request->asker, NULL);
}

void do_show(const struct request *request)
{
	static const char *const names[] = {
#define PART_NAME(code, name) name,
	    PL_PART_LIST(PART_NAME)
#undef PART_NAME
	};
	const struct pl_json *panels = pl_json_get(request->args, "panels");
	double hz = pl_json_get_number(request->args, "hz", 0);
	unsigned parts = 0;

	for (size_t i = 0; i < pl_json_size(panels); i++)
		for (unsigned part = 0; part < PART_COUNT; part++)
			if (strcmp(pl_json_text(pl_json_at(panels, i), ""), names[part]) == 0)
				parts |= 1u << part;
	if (panels != NULL)
		request->session->parts = parts;
	if (hz >= 1 && hz <= 10)
		request->session->period_ns = (int64_t)((double)PL_NS_PER_S / hz);
	request->session->next_ns = 0;
	request->engine->next_snapshot_ns = 0;
	answer_ok(request->engine, request->asker, NULL);
}

/* Whoever drove sees at once that he does not any more, and who does. */
void do_drive(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	struct session *mine = request->session, *driver;
	struct pl_error error;

	if (mine->view != VIEW_WAITS && mine->view != VIEW_DRIVES) {
		pl_error_set(&error, PL_ERR_PERMISSION, engine->bench->name, "%s",
			     mine->view == VIEW_NONE
				 ? "only a view drives"
				 : "this view only watches; open it without --watch to act");
		answer_error(engine, request->asker, &error);
		return;
	}
	driver = session_find(engine, mine->view == VIEW_DRIVES || view_driver(engine) == NULL
					  ? 0
					  : view_driver(engine)->serial);
	if (driver != NULL)
		driver->view = VIEW_WAITS;
	if (mine->view == VIEW_WAITS) {
		engine_log(engine, PL_LOG_INFO, "the view of %s drives now%s%s", mine->actor,
			   driver != NULL ? ", taken over from " : "",
			   driver != NULL ? driver->actor : "");
		engine_audit(engine, mine->actor, "attach", engine->bench->name, "ok",
			     driver != NULL ? driver->actor : "drives");
	}
	mine->view = VIEW_DRIVES;
	engine->next_snapshot_ns = 0;
	answer_ok(engine, request->asker, NULL);
}

/* An engine whose work is done leaves its views to start another one; one that somebody ended is
 * not started again behind his back. */
void views_end(struct pl_engine *engine)
{
	for (struct session *session = engine->sessions; session != NULL; session = session->next) {
		struct pl_json *message, *end;

		if (!is_view(session))
			continue;
		end = pl_json_object();
		pl_json_add_text(end, "text",
				 engine->end_text[0] != '\0' ? engine->end_text
							     : "its word and its runs are over");
		pl_json_add_boolean(end, "stay", engine->end_text[0] != '\0');
		message = pl_json_object();
		pl_json_add(message, "end", end);
		session_send(engine, session, message);
	}
}
