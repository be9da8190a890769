/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests.c - what clients may ask: one table of words. Every request is answered exactly once.
 */
#include "engine/internal.h"

#include "plateau/version.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum pl_status engine_may_act(const struct pl_engine *engine, const struct session *session,
			      struct pl_error *error)
{
	const struct actor *actor;
	const char *bench = engine->bench->name;

	if (session->view == VIEW_WATCHES)
		return pl_error_set(error, PL_ERR_PERMISSION, bench,
				    "this view only watches; open it without --watch to act");
	if (engine->is_stopping)
		return pl_error_set(error, PL_ERR_USAGE, bench, "the engine is stopping");
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

struct request {
	struct pl_engine *engine;
	struct session *session;
	struct asker asker;
	const struct pl_json *args;
};

/* ---- views ---- */

/* A view of another build gets no snapshots: it restarts itself as the engine's program. */
static void do_view(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	struct pl_json *result = pl_json_object();
	bool same = strcmp(pl_json_get_text(request->args, "build", ""), pl_build_id()) == 0;
	char at[PL_UTC_SIZE];

	if (same) {
		request->session->view =
		    pl_json_get_boolean(request->args, "watch", false) ? VIEW_WATCHES : VIEW_DRIVES;
		request->session->parts = PARTS_ALL;
		engine->next_snapshot_ns = 0; /* its first frame does not wait for the beat */
		engine_log(engine, PL_LOG_INFO, "a view attached: %s", request->session->actor);
		engine_audit(engine, request->session->actor, "attach", engine->bench->name, "ok",
			     request->session->view == VIEW_WATCHES ? "watching" : "");
	}
	pl_clock_format_utc(engine->started_utc_ns, at);
	pl_json_add_text(result, "bench", engine->bench->name);
	pl_json_add_integer(result, "pid", (int64_t)getpid());
	pl_json_add_text(result, "build", pl_build_id());
	pl_json_add_text(result, "started", at);
	pl_json_add_text(result, "saved", engine->saved);
	answer_ok(engine, request->asker, result);
	for (size_t i = 0; same && i < engine->bench->device_count; i++)
		live_want(engine, (int)i);
}

static void do_detach(const struct request *request)
{
	pl_text_copy(request->engine->saved, sizeof(request->engine->saved),
		     pl_json_get_text(request->args, "saved", ""));
	engine_log(request->engine, PL_LOG_INFO, "a view left: %s", request->session->actor);
	engine_audit(request->engine, request->session->actor, "detach",
		     request->engine->bench->name, "ok", "");
	request->session->view = VIEW_NONE;
	answer_ok(request->engine, request->asker, NULL);
}

static void do_show(const struct request *request)
{
	static const char *const names[] = {
#define PART_NAME(code, name) name,
	    PL_PART_LIST(PART_NAME)
#undef PART_NAME
	};
	const struct pl_json *panels = pl_json_get(request->args, "panels");
	unsigned parts = 0;

	for (size_t i = 0; i < pl_json_size(panels); i++)
		for (unsigned part = 0; part < PART_COUNT; part++)
			if (strcmp(pl_json_text(pl_json_at(panels, i), ""), names[part]) == 0)
				parts |= 1u << part;
	request->session->parts = parts;
	request->engine->next_snapshot_ns = 0;
	answer_ok(request->engine, request->asker, NULL);
}

/* ---- runs ---- */

static void do_scan(const struct request *request)
{
	run_begin_scan(request->engine, request->session, request->asker, request->args);
}

static void command(const struct request *request, enum pl_scan_command which, const char *text)
{
	struct pl_json *result;
	struct pl_error error;

	if (request->session->view == VIEW_WATCHES) {
		pl_error_set(&error, PL_ERR_PERMISSION, "", "this view only watches");
		answer_error(request->engine, request->asker, &error);
		return;
	}
	if (run_command(request->engine, which, &error) != PL_OK) {
		answer_error(request->engine, request->asker, &error);
		return;
	}
	engine_log(request->engine, PL_LOG_INFO, "run %u: %s asked by %s",
		   run_number(request->engine), text, request->session->actor);
	result = pl_json_object();
	pl_json_add_integer(result, "run", run_number(request->engine));
	pl_json_add_text(result, "asked", text);
	answer_ok(request->engine, request->asker, result);
}

static void do_pause(const struct request *request)
{
	bool now = pl_json_get_boolean(request->args, "now", false);

	command(request, now ? PL_SCAN_PAUSE_NOW : PL_SCAN_PAUSE, now ? "pause now" : "pause");
}

static void do_resume(const struct request *request)
{
	command(request, PL_SCAN_RESUME, "resume");
}

static void do_interrupt(const struct request *request)
{
	command(request, PL_SCAN_STOP_NOW, "interrupt");
}

static void do_wait(const struct request *request)
{
	struct pl_error error;

	if (run_wait(request->engine, request->asker,
		     pl_json_get_boolean(request->args, "follow", false), &error) != PL_OK)
		answer_error(request->engine, request->asker, &error);
}

/* Answered after the restore, with the result object. */
static void do_stop(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	bool now = pl_json_get_boolean(request->args, "now", false);
	struct pl_error error;
	enum pl_status status = PL_OK;

	if (request->session->view == VIEW_WATCHES)
		status = pl_error_set(&error, PL_ERR_PERMISSION, "", "this view only watches");
	else if (!run_is_live(engine))
		status = pl_error_set(&error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (status == PL_OK)
		status = run_wait(engine, request->asker, false, &error);
	if (status != PL_OK) {
		answer_error(engine, request->asker, &error);
		return;
	}
	engine_log(engine, PL_LOG_INFO, "run %u: stop asked by %s", run_number(engine),
		   request->session->actor);
	if (run_command(engine, now ? PL_SCAN_STOP_NOW : PL_SCAN_STOP, &error) != PL_OK)
		engine_log(engine, PL_LOG_INFO, "%s", error.text);
}

static void do_points(const struct request *request)
{
	run_points(request->engine, request->asker, pl_json_get_integer(request->args, "from", 1));
}

/* ---- asking ---- */

static void do_status(const struct request *request)
{
	uint64_t next = 1;

	answer_ok(request->engine, request->asker,
		  snapshot_make(request->engine, PARTS_ALL, &next));
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

/* What each channel goes through: its number of points, the first setting and the last. */
static struct pl_json *plan_channels(const struct pl_scan *scan, const struct pl_plan *plan)
{
	struct pl_json *list = pl_json_array();

	for (size_t from = 0, to; from < plan->count; from = to) {
		struct pl_json *item = pl_json_object();
		int channel = plan->points[from].channel;

		for (to = from; to < plan->count && plan->points[to].channel == channel;)
			to++;
		pl_json_add_text(item, "channel", scan->device->spec.channels[channel].name);
		pl_json_add_integer(item, "points", (int64_t)(to - from));
		pl_json_add_number(item, "first", plan->points[from].set);
		pl_json_add_number(item, "last", plan->points[to - 1].set);
		pl_json_add(list, NULL, item);
	}
	return list;
}

/* The plan of a scan, without touching anything. */
static void do_plan(const struct request *request)
{
	const struct pl_bench *bench = request->engine->bench;
	const struct pl_scan *scan =
	    pl_bench_scan(bench, pl_json_get_text(request->args, "name", ""));
	struct pl_plan plan = {0};
	struct pl_json *result;
	struct pl_error error;

	if (scan == NULL) {
		pl_error_set(&error, PL_ERR_NOT_FOUND, "", "there is no scan `%s`",
			     pl_json_get_text(request->args, "name", ""));
		answer_error(request->engine, request->asker, &error);
		return;
	}
	if (pl_plan_build(bench, scan, 0, &plan, &error) != PL_OK) {
		answer_error(request->engine, request->asker, &error);
		return;
	}
	result = pl_json_object();
	pl_json_add_text(result, "name", scan->name);
	pl_json_add_integer(result, "points", (int64_t)plan.count);
	pl_json_add_number(result, "counting_s", (double)plan.counting_ns / 1e9);
	pl_json_add_number(result, "duration_s", (double)plan.duration_ns / 1e9);
	pl_json_add(result, "channels", plan_channels(scan, &plan));
	answer_ok(request->engine, request->asker, result);
	pl_plan_fini(&plan);
}

static void add_parameters(struct pl_json *list, const struct pl_engine *engine)
{
	struct pl_match matches[256];
	size_t count = 0;
	struct pl_error error;

	if (pl_bench_resolve(engine->bench, "*", matches, 256, &count, &error) != PL_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct pl_parameter *row = matches[i].parameter;
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", matches[i].path);
		pl_json_add_text(item, "unit", row->unit);
		pl_json_add_number(item, "min", row->min);
		pl_json_add_number(item, "max", row->max);
		pl_json_add_number(item, "step", row->step);
		pl_json_add_integer(item, "digits", row->digits);
		pl_json_add_boolean(item, "writable", (row->access & PL_ACCESS_WRITE) != 0);
		pl_json_add_text(item, "text", row->text);
		pl_json_add(list, NULL, item);
	}
}

static void do_describe(const struct request *request)
{
	const struct pl_bench *bench = request->engine->bench;
	struct pl_json *result = pl_json_object(), *scans = pl_json_array(),
		       *parameters = pl_json_array();

	for (size_t i = 0; i < bench->scan_count; i++) {
		const struct pl_scan *scan = &bench->scans[i];
		const struct pl_parameter *axis =
		    &scan->device->driver->channel_parameters[scan->parameter];
		struct pl_json *item = pl_json_object(), *channels = pl_json_array();

		pl_json_add_text(item, "name", scan->name);
		pl_json_add_text(item, "device", scan->device->spec.name);
		for (size_t c = 0; c < scan->channel_count; c++)
			pl_json_add_text(
			    channels, NULL,
			    scan->device->spec.channels[scan->channels[c].channel].name);
		pl_json_add(item, "channels", channels);
		pl_json_add_text(item, "parameter", axis->name);
		pl_json_add_text(item, "unit", axis->unit);
		pl_json_add(scans, NULL, item);
	}
	add_parameters(parameters, request->engine);
	pl_json_add(result, "scans", scans);
	pl_json_add(result, "parameters", parameters);
	answer_ok(request->engine, request->asker, result);
}

/* ---- the table ---- */

static const struct {
	const char *word;
	void (*handle)(const struct request *request);
} words[] = {
    {"view", do_view},	 {"detach", do_detach}, {"show", do_show},     {"scan", do_scan},
    {"pause", do_pause}, {"resume", do_resume}, {"stop", do_stop},     {"interrupt", do_interrupt},
    {"wait", do_wait},	 {"points", do_points}, {"status", do_status}, {"get", do_get},
    {"set", do_set},	 {"count", do_count},	{"plan", do_plan},     {"describe", do_describe},
};

static void drawn(struct session *session, const struct pl_json *line)
{
	if ((uint64_t)pl_json_get_integer(line, "drawn", 0) == session->sent_n)
		session->in_flight = false;
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

	if (word[0] == '\0') {
		drawn(session, line);
		return;
	}
	learn_actor(session, request.args);
	if (pl_json_get_integer(line, "v", 0) != PL_PROTOCOL_VERSION) {
		pl_error_set(&error, PL_ERR_VERSION, "", "this engine speaks version %d",
			     PL_PROTOCOL_VERSION);
		answer_error(engine, request.asker, &error);
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		words[i].handle(&request);
		return;
	}
	pl_error_set(&error, PL_ERR_USAGE, word, "is no word of this engine");
	answer_error(engine, request.asker, &error);
}
