/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests.c - what clients may ask: one table of words. Every request is answered exactly once,
 * here or by the actor that it starts.
 */
#include "engine/internal.h"
#include "engine/reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum pl_status engine_is_staying(const struct pl_engine *engine, struct pl_error *error)
{
	if (engine->is_stopping)
		return pl_error_set(error, PL_ERR_BUSY, engine->bench->name,
				    "the engine is about to end; try again in a moment");
	return PL_OK;
}

enum pl_status engine_may_act(const struct pl_engine *engine, const struct session *session,
			      struct pl_error *error)
{
	const struct actor *actor;
	const char *bench = engine->bench->name;

	if (view_may_act(engine, session, error) != PL_OK)
		return error->code;
	if (engine_is_staying(engine, error) != PL_OK)
		return error->code;
	if (run_is_live(engine))
		return pl_error_set(error, PL_ERR_RUN_ACTIVE, bench,
				    "run %u (by %s) is active; wait for it, watch it or stop it",
				    run_number(engine), run_actor(engine));
	for (actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && !actor->ops->shares)
			return pl_error_set(error, PL_ERR_RUN_ACTIVE, bench,
					    "a `%s` is under way on this bench", actor->ops->name);
	return PL_OK;
}

/* ---- acts ---- */

static void do_scan(const struct request *request)
{
	run_begin_scan(request->engine, request->session, request->asker, request->args);
}

static void do_record(const struct request *request)
{
	record_begin(request->engine, request->session, request->asker, request->args);
}

static void do_get(const struct request *request)
{
	job_get(request->engine, request->session, request->asker, request->args);
}

static void do_set(const struct request *request)
{
	job_set(request->engine, request->session, request->asker, request->args);
}

static void do_count(const struct request *request)
{
	job_count(request->engine, request->session, request->asker, request->args);
}

static void do_count_end(const struct request *request)
{
	job_count_end(request->engine, request->session, request->asker);
}

static void do_tune(const struct request *request)
{
	job_tune(request->engine, request->session, request->asker, request->args);
}

static void do_tune_do(const struct request *request)
{
	job_tune_do(request->engine, request->session, request->asker, request->args);
}

static void do_note(const struct request *request)
{
	job_note(request->engine, request->session, request->asker, request->args);
}

/* ---- the table ---- */

static const struct {
	const char *word;
	void (*handle)(const struct request *request);
} words[] = {
    {"runs", read_runs},   {"run", read_run},		{"verify", read_verify},
    {"view", do_view},	   {"detach", do_detach},	{"show", do_show},
    {"scan", do_scan},	   {"pause", do_pause},		{"resume", do_resume},
    {"stop", do_stop},	   {"interrupt", do_interrupt}, {"wait", do_wait},
    {"points", do_points}, {"status", do_status},	{"get", do_get},
    {"skip", do_skip},	   {"retake", do_retake},	{"safe", do_safe},
    {"set", do_set},	   {"count", do_count},		{"note", do_note},
    {"plan", do_plan},	   {"describe", do_describe},	{"record", do_record},
    {"tune", do_tune},	   {"tune_do", do_tune_do},	{"count_end", do_count_end},
    {"ack", do_ack},	   {"device", do_device},	{"drive", do_drive},
};

static void drawn(struct pl_engine *engine, struct session *session, const struct pl_json *line)
{
	if ((uint64_t)pl_json_get_integer(line, "drawn", 0) == session->sent_n)
		session->in_flight = false;
	view_remember(engine, line);
}

/* Who acts: the client says it (login, tty or SSH connection), escaped for files and screens. */
static void learn_actor(struct session *session, const struct pl_json *args)
{
	const char *actor = pl_json_get_text(args, "actor", NULL);

	if (actor != NULL)
		pl_text_escape(session->actor, sizeof(session->actor), actor, strlen(actor));
}

void request_line(struct pl_engine *engine, struct session *session, const struct pl_json *line)
{
	const char *word = pl_json_get_text(line, "do", "");
	struct request request = {
	    .engine = engine,
	    .session = session,
	    .asker = {.session = session->serial, .id = pl_json_get_integer(line, "id", 0)},
	    .args = pl_json_get(line, "args"),
	};
	struct pl_error error;
	enum pl_status status = PL_OK;

	if (pl_json_is_number(pl_json_get(line, "drawn"))) {
		drawn(engine, session, line);
		return;
	}
	learn_actor(session, request.args);
	if (request.asker.id <= 0)
		status = pl_error_set(&error, PL_ERR_USAGE, "", "a request needs an id above 0");
	else if (pl_json_get_integer(line, "v", 0) != PL_PROTOCOL_VERSION)
		status = pl_error_set(&error, PL_ERR_VERSION, "", "this engine speaks version %d",
				      PL_PROTOCOL_VERSION);
	for (size_t i = 0; status == PL_OK && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		words[i].handle(&request);
		return;
	}
	if (status == PL_OK)
		pl_error_set(&error, PL_ERR_USAGE, word, "is no word of this engine");
	answer_error(engine, request.asker, &error);
}
