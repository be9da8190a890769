/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.c - the scan in progress, from the word to its last row, and the last one for the views.
 *
 * Order at the start: plan checked, run folder and files on disk, port opened, settings read back,
 * only then the runner's first write. A refusal on the way removes the folder; its number stays
 * used. The runner decides everything about points; this file gives it hands and ears.
 */
#include "engine/run_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct run *run_of(struct actor *actor)
{
	return (struct run *)actor; /* first member */
}

bool run_is_live(const struct pl_engine *engine)
{
	return engine->run != NULL && engine->run->phase != RUN_OVER;
}

bool run_takes_rows(const struct pl_engine *engine)
{
	return run_is_live(engine) && engine->run->phase != RUN_BEGINNING &&
	       engine->run->phase != RUN_REFUSED && !engine->run->is_closing;
}

unsigned run_number(const struct pl_engine *engine)
{
	return engine->run != NULL ? engine->run->head.folder.number : 0;
}

const char *run_actor(const struct pl_engine *engine)
{
	return engine->run != NULL ? engine->run->head.actor : "";
}

static void remember_point(struct run *run, const struct pl_point *point)
{
	struct curve_point *row;

	if (run->row_count == run->row_room) {
		size_t room = run->row_room == 0 ? 256 : 2 * run->row_room;
		struct curve_point *rows = realloc(run->rows, room * sizeof(*rows));

		if (rows == NULL)
			return; /* the file has it; only the views miss it */
		run->rows = rows;
		run->row_room = room;
	}
	row = &run->rows[run->row_count++];
	*row = (struct curve_point){.index = point->index,
				    .attempt = point->attempt,
				    .quality = point->quality,
				    .set = point->set,
				    .has_counts = point->has_counts,
				    .hits = point->hits,
				    .live_s = point->live_s,
				    .rate = point->rate,
				    .rate_lo = point->rate_lo,
				    .rate_hi = point->rate_hi};
	pl_text_copy(row->channel, sizeof(row->channel), point->channel);
}

/* ---- the runner's hands ---- */

static int64_t io_mono(void *ctx)
{
	(void)ctx;
	return pl_clock_mono_ns();
}

static int64_t io_utc(void *ctx)
{
	(void)ctx;
	return pl_clock_utc_ns();
}

static bool io_ask(void *ctx, struct pl_bus_request *request)
{
	struct run *run = ctx;

	return engine_post(run->actor.engine, request);
}

static void io_cancel(void *ctx, uint64_t id)
{
	struct run *run = ctx;

	pl_bus_cancel(run->actor.engine->devices[run->scan->device_index].bus, id);
}

static uint64_t io_write(void *ctx, const struct pl_write *message)
{
	struct run *run = ctx;

	if (message->kind == PL_WRITE_END)
		run->is_closing = true;
	if (message->kind == PL_WRITE_PENDING)
		run->actor.engine->pending = message->pending;
	return pl_writer_put(run->actor.engine->writer, message);
}

static void io_timer(void *ctx, int64_t deadline_ns)
{
	struct run *run = ctx;

	run->actor.timer_ns = deadline_ns;
}

static void io_point(void *ctx, const struct pl_point *point)
{
	struct run *run = ctx;
	struct pl_scan_progress progress;

	remember_point(run, point);
	pl_runner_progress(run->runner, &progress);
	for (size_t i = 0; i < run->waiter_count; i++) {
		struct pl_json *event, *body;

		if (!run->waiters[i].follows)
			continue;
		event = pl_json_object();
		body = pl_point_json(point);
		pl_json_add_integer(body, "position", progress.position);
		pl_json_add_integer(body, "planned", progress.status.planned);
		pl_json_add_number(body, "eta_s",
				   progress.eta_ns > 0 ? (double)progress.eta_ns / 1e9 : NAN);
		pl_json_add(event, "point", body);
		answer_event(run->actor.engine, run->waiters[i].asker, event);
	}
}

static void tell_state(struct run *run, const char *text)
{
	struct pl_scan_progress progress;

	pl_runner_progress(run->runner, &progress);
	for (size_t i = 0; i < run->waiter_count; i++) {
		struct pl_json *event, *body;

		if (!run->waiters[i].follows)
			continue;
		event = pl_json_object();
		body = pl_json_object();
		pl_json_add_text(body, "state", pl_run_state_name(progress.status.state));
		pl_json_add_text(body, "reason", progress.status.reason);
		pl_json_add_text(body, "text", text);
		pl_json_add(event, "state", body);
		answer_event(run->actor.engine, run->waiters[i].asker, event);
	}
}

static void io_changed(void *ctx, enum pl_note_level level, const char *text)
{
	struct run *run = ctx;

	engine_log(run->actor.engine, level == PL_NOTE_INFO ? PL_LOG_INFO : PL_LOG_WARNING,
		   "run %u: %s", run->head.folder.number, text);
	tell_state(run, text);
}

static bool io_is_watched(void *ctx)
{
	struct run *run = ctx;

	return sessions_views(run->actor.engine) > 0;
}

static void io_setting(void *ctx, struct pl_target target, double value, bool keep)
{
	struct run *run = ctx;

	live_confirmed(run->actor.engine, target, value, keep, run->head.folder.number,
		       run->head.actor);
}

/* ---- the end ---- */

static void answer_waiters(struct run *run)
{
	for (size_t i = 0; i < run->waiter_count; i++) {
		struct asker asker = run->waiters[i].asker;

		if (run->refusal.code != PL_OK)
			answer_error(run->actor.engine, asker, &run->refusal);
		else
			answer_ok(run->actor.engine, asker,
				  pl_run_result_json(&run->head, &run->status));
	}
	run->waiter_count = 0;
}

static void io_over(void *ctx, const struct pl_run_status *status)
{
	struct run *run = ctx;

	run->status = *status;
	run->phase = RUN_OVER;
	run->actor.is_over = true;
	engine_log(run->actor.engine, status->success ? PL_LOG_INFO : PL_LOG_ERROR,
		   "run %u: %s%s%s", run->head.folder.number, pl_run_state_name(status->state),
		   status->reason[0] != '\0' ? ": " : "", status->reason);
	answer_waiters(run);
}

/* Nothing was written to a device: the books are closed, then the folder goes. */
static void refuse(struct run *run, const struct pl_error *error)
{
	struct pl_write message = {.kind = PL_WRITE_END,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns(),
				   .status = run->status};

	if (run->phase == RUN_REFUSED)
		return;
	run->refusal = *error;
	run->phase = RUN_REFUSED;
	message.status.state = PL_RUN_CRASHED;
	message.status.exit = 1;
	pl_text_copy(message.status.reason, sizeof(message.status.reason), error->text);
	run->status = message.status;
	run->end_seq = pl_writer_put(run->actor.engine->writer, &message);
}

static void refused_and_closed(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;

	pl_run_folder_abandon(&engine->workspace, &run->head.folder);
	run->phase = RUN_OVER;
	run->was_refused = true;
	run->actor.is_over = true;
	engine_log(engine, PL_LOG_ERROR, "run %u refused: %s", run->head.folder.number,
		   run->refusal.text);
	answer_waiters(run);
}

/* ---- the runner's ears ---- */

/* What the thresholds were before: what an earlier run still owes the bench, else what is known. */
static void previous_settings(const struct run *run, double *previous)
{
	const struct pl_engine *engine = run->actor.engine;
	const struct live_device *live = &engine->devices[run->scan->device_index];

	for (size_t c = 0; c < live->device->spec.channel_count; c++) {
		struct pl_target target = {.device = (int16_t)run->scan->device_index,
					   .channel = (int16_t)c,
					   .parameter = (int16_t)run->scan->parameter};
		char path[PL_PATH_SIZE];

		previous[c] = live->settings[c].value;
		pl_bench_path(engine->bench, target, path);
		for (size_t i = 0; i < engine->pending.count; i++)
			if (strcmp(engine->pending.items[i].path, path) == 0)
				previous[c] = engine->pending.items[i].value;
	}
}

static void go(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	const struct live_device *live = &engine->devices[run->scan->device_index];
	const struct pl_scan_io io = {
	    .ctx = run,
	    .now_mono = io_mono,
	    .now_utc = io_utc,
	    .ask = io_ask,
	    .cancel = io_cancel,
	    .write = io_write,
	    .timer = io_timer,
	    .point = io_point,
	    .changed = io_changed,
	    .setting = io_setting,
	    .is_watched = io_is_watched,
	    .over = io_over,
	};
	double previous[PL_CHANNELS_MAX];
	struct pl_error error;

	previous_settings(run, previous);
	if (pl_runner_new(&run->head, &io, previous, &run->runner, &error) != PL_OK) {
		refuse(run, &error);
		return;
	}
	run->phase = RUN_GOING;
	pl_runner_start(run->runner, &live->identity, live->path);
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct run *run = run_of(actor);
	const struct live_device *live = &actor->engine->devices[run->scan->device_index];

	if (event->device != run->scan->device_index)
		return;
	if (run->phase == RUN_GOING)
		pl_runner_on_device(run->runner, event);
	else if (run->phase == RUN_OPENING && live->phase == LIVE_UP)
		go(run);
	else if (run->phase == RUN_OPENING &&
		 (live->phase == LIVE_FAILED || live->phase == LIVE_LOST))
		refuse(run, &live->error);
}

static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct run *run = run_of(actor);
	struct pl_engine *engine = actor->engine;

	if (run->phase == RUN_GOING) {
		pl_runner_on_ack(run->runner, ack);
	} else if (ack->seq == run->end_seq && run->phase == RUN_REFUSED) {
		refused_and_closed(run);
	} else if (ack->seq == run->begin_seq && run->phase == RUN_BEGINNING) {
		if (ack->status != PL_OK) {
			refuse(run, &ack->error);
			return;
		}
		run->phase = RUN_OPENING;
		if (engine->devices[run->scan->device_index].phase == LIVE_UP)
			go(run);
		else
			live_want(engine, run->scan->device_index);
	}
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct run *run = run_of(actor);

	if (run->phase == RUN_GOING)
		pl_runner_on_answer(run->runner, answer);
}

static void on_timer(struct actor *actor)
{
	struct run *run = run_of(actor);

	if (run->phase == RUN_GOING)
		pl_runner_on_timer(run->runner);
}

/* The actor leaves the list; what the views still show of the run stays. */
static void release(struct actor *actor)
{
	struct run *run = run_of(actor);

	if (run->runner != NULL) {
		struct pl_scan_progress progress;

		pl_runner_progress(run->runner, &progress);
		run->last = progress;
		pl_runner_free(run->runner);
		run->runner = NULL;
	}
	if (!run->was_refused)
		pl_run_folder_close(&run->head.folder);
}

static const struct actor_ops run_ops = {
    .name = "run",
    .on_answer = on_answer,
    .on_ack = on_ack,
    .on_device = on_device,
    .on_timer = on_timer,
    .free = release,
};

void run_start(struct pl_engine *engine, struct run *run, struct asker asker)
{
	struct pl_write begin = {.kind = PL_WRITE_BEGIN,
				 .book = PL_BOOK_RUN,
				 .t_utc_ns = run->head.created_utc_ns,
				 .t_mono_ns = run->head.created_mono_ns,
				 .head = &run->head};

	engine->run = run;
	actor_add(engine, &run->actor, &run_ops, asker);
	run->phase = RUN_BEGINNING;
	run->begin_seq = pl_writer_put(engine->writer, &begin);
	if (run->begin_seq == 0) {
		pl_error_set(&run->refusal, PL_ERR_FULL, engine->workspace.path,
			     "the disk is too far behind to start a run");
		refused_and_closed(run);
	}
}

enum pl_status run_command(struct pl_engine *engine, enum pl_scan_command command,
			   struct pl_error *error)
{
	struct run *run = engine->run;

	if (!run_is_live(engine))
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (run->phase == RUN_GOING)
		return pl_runner_command(run->runner, command, error);
	if (command == PL_SCAN_RESUME || command == PL_SCAN_PAUSE || command == PL_SCAN_PAUSE_NOW)
		return pl_error_set(error, PL_ERR_USAGE, "", "the run is still being prepared");
	pl_error_set(error, PL_ERR_CANCELLED, "", "stopped before the first write");
	refuse(run, error);
	return PL_OK;
}

enum pl_status run_wait(struct pl_engine *engine, struct asker asker, bool follows,
			struct pl_error *error)
{
	struct run *run = engine->run;

	if (run == NULL)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (run->phase == RUN_OVER && !run->was_refused) {
		answer_ok(engine, asker, pl_run_result_json(&run->head, &run->status));
		return PL_OK;
	}
	if (run->phase == RUN_OVER)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (run->waiter_count == WAITERS_MAX)
		return pl_error_set(error, PL_ERR_BUSY, "", "too many wait for this run");
	run->waiters[run->waiter_count++] = (struct waiter){.asker = asker, .follows = follows};
	return PL_OK;
}

void run_free(struct pl_engine *engine)
{
	struct run *run = engine->run;

	if (run == NULL)
		return;
	pl_plan_fini(&run->plan);
	pl_bench_free(run->own_bench);
	free(run->rows);
	free(run);
	engine->run = NULL;
}
