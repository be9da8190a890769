/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record_io.c - the recorder's hands: what it wants done is done here, in the engine's words. */
#include "engine/record.h"

#include <poll.h>

static struct pl_engine *engine_of(void *ctx)
{
	return ((struct record *)ctx)->actor.engine;
}

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

static int io_bus_of(void *ctx, int device)
{
	return engine_of(ctx)->devices[device].first;
}

static bool io_is_up(void *ctx, int device)
{
	return engine_of(ctx)->devices[device].phase == LIVE_UP;
}

static bool io_ask(void *ctx, struct pl_bus_request *request)
{
	return engine_post(engine_of(ctx), request);
}

static bool io_has_room(void *ctx, int device)
{
	return pl_bus_has_room(engine_of(ctx)->devices[device].bus);
}

static void io_cancel(void *ctx, const struct pl_bus_request *request)
{
	pl_bus_cancel(engine_of(ctx)->devices[request->target.device].bus, request->id);
}

static uint64_t io_write(void *ctx, const struct pl_write *message)
{
	const struct record *record = ctx;
	struct pl_write completed = *message;

	completed.book = record->book;
	if (message->kind == PL_WRITE_END || message->kind == PL_WRITE_STATUS) {
		completed.status.clock = record->clock;
		completed.status.found = record->found;
		completed.status.found_count = record->found_count;
	}
	return pl_writer_put(record->actor.engine->writer, &completed);
}

static void io_events(void *ctx, const struct pl_bus_event *event)
{
	event_rows_take(((struct record *)ctx)->events, event);
}

/* Every bus is done: what its devices are set to now is read before the last word. */
static bool io_flush(void *ctx)
{
	struct record *record = ctx;

	if (!record->survey.is_last)
		record_survey_begin(record, true);
	record_survey_timer(record);
	return event_rows_flush(record->events) && record->survey.is_over;
}

static void io_timer(void *ctx, int64_t deadline_ns)
{
	((struct record *)ctx)->actor.timer_ns = deadline_ns;
}

static void io_changed(void *ctx, enum pl_note_level level, const char *text)
{
	struct record *record = ctx;
	struct pl_record_progress progress;
	struct pl_json *body = pl_json_object();

	if (level != PL_NOTE_INFO)
		engine_why(record->actor.engine, WHY_GAP, "run %u: %s", record->head.folder.number,
			   text);
	engine_log(record->actor.engine, level == PL_NOTE_INFO ? PL_LOG_INFO : PL_LOG_WARNING,
		   "run %u: %s", record->head.folder.number, text);
	record_progress(record, &progress);
	pl_json_add_text(body, "state", pl_run_state_name(progress.status.state));
	pl_json_add_text(body, "reason", progress.status.reason);
	pl_json_add_text(body, "text", text);
	record_tell(record, "state", body);
}

static enum pl_status io_sinks_start(void *ctx, const struct pl_sinks_setup *setup,
				     struct pl_error *error)
{
	struct record *record = ctx;
	struct pl_sinks_setup whole = *setup;

	whole.disk = &record->actor.engine->disk;
	whole.is_network = record->actor.engine->workspace.is_network;
	return pl_sinks_start(&whole, &record->sinks, error);
}

static void io_sinks_state(void *ctx, struct pl_sinks_state *out)
{
	pl_sinks_state(((struct record *)ctx)->sinks, out);
}

static void io_sinks_finish(void *ctx)
{
	pl_sinks_finish(((struct record *)ctx)->sinks);
}

static void io_sinks_abandon(void *ctx)
{
	pl_sinks_abandon(((struct record *)ctx)->sinks);
}

static bool io_sinks_done(void *ctx)
{
	struct pollfd fd = {.fd = pl_sinks_done_fd(((struct record *)ctx)->sinks),
			    .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

static void io_sinks_stop(void *ctx, struct pl_sinks_state *out)
{
	struct record *record = ctx;

	pl_sinks_stop(record->sinks, out);
	record->lines_lost = out->lines_lost;
	record->sinks = NULL;
}

static void io_refused(void *ctx, const struct pl_error *error)
{
	record_refuse(ctx, error);
}

static void io_over(void *ctx, const struct pl_run_status *status)
{
	record_ended(ctx, status);
}

struct pl_record_io record_hands(struct record *record)
{
	return (struct pl_record_io){
	    .ctx = record,
	    .now_mono = io_mono,
	    .now_utc = io_utc,
	    .bus_of = io_bus_of,
	    .is_up = io_is_up,
	    .ask = io_ask,
	    .has_room = io_has_room,
	    .cancel = io_cancel,
	    .write = io_write,
	    .events = io_events,
	    .flush = io_flush,
	    .timer = io_timer,
	    .changed = io_changed,
	    .sinks_start = io_sinks_start,
	    .sinks_state = io_sinks_state,
	    .sinks_finish = io_sinks_finish,
	    .sinks_abandon = io_sinks_abandon,
	    .sinks_done = io_sinks_done,
	    .sinks_stop = io_sinks_stop,
	    .refused = io_refused,
	    .over = io_over,
	};
}
