/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_io.c - the runner's hands: what it wants done is done here, in the engine's words.
 */
#include "engine/run_internal.h"

#include "scan/live_time.h"

#include <stdlib.h>
#include <string.h>

/* A row takes the place of the one before it for the same index and channel. */
static void count_quality(struct run *run, const struct curve_point *row)
{
	for (uint32_t at = row->before; at > 0; at = run->rows[at - 1].before) {
		const struct curve_point *old = &run->rows[at - 1];

		if (strcmp(old->channel, row->channel) != 0)
			continue;
		run->qualities[old->quality]--;
		run->dead -= old->is_dead;
		break;
	}
	run->qualities[row->quality]++;
	run->dead += row->is_dead;
	run->voided += row->quality == PL_POINT_VOID;
}

/* Room for one more of `size` bytes behind `count`, and zeroes in what is new. */
static bool grow(void **items, size_t *room, size_t count, size_t size)
{
	size_t wanted = *room == 0 ? 256 : *room;
	void *grown;

	if (count < *room)
		return true;
	while (wanted <= count)
		wanted *= 2;
	grown = realloc(*items, wanted * size);
	if (grown == NULL)
		return false;
	memset((char *)grown + *room * size, 0, (wanted - *room) * size);
	*items = grown;
	*room = wanted;
	return true;
}

void run_remember_point(struct run *run, const struct pl_point *point)
{
	struct curve_point *row;

	if (!grow((void **)&run->rows, &run->row_room, run->row_count, sizeof(*run->rows)) ||
	    !grow((void **)&run->newest, &run->newest_room, point->index, sizeof(*run->newest)))
		return; /* the file has it; only the views miss it */
	row = &run->rows[run->row_count];
	*row = (struct curve_point){.index = point->index,
				    .attempt = point->attempt,
				    .before = run->newest[point->index],
				    .quality = point->quality,
				    .pass = point->pass,
				    .repeat = point->repeat,
				    .is_dead = strstr(point->reason, PL_LIVE_DEAD) != NULL,
				    .set = point->set,
				    .has_counts = point->has_counts,
				    .hits = point->hits,
				    .live_s = point->live_s,
				    .rate = point->rate,
				    .rate_lo = point->rate_lo,
				    .rate_hi = point->rate_hi};
	pl_text_copy(row->channel, sizeof(row->channel), point->channel);
	count_quality(run, row);
	run->newest[point->index] = (uint32_t)++run->row_count;
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

static bool io_ask(void *ctx, struct pl_bus_request *request)
{
	struct run *run = ctx;
	struct pl_bus_request live = *request;
	bool is_taken;

	if (request->verb == PL_BUS_READ || request->verb == PL_BUS_WRITE)
		live.target = run_live_target(run, request->target);
	is_taken = engine_post(run->actor.engine, &live);
	request->id = live.id;
	return is_taken;
}

static void io_cancel(void *ctx, const struct pl_bus_request *request)
{
	struct run *run = ctx;

	pl_bus_cancel(run->actor.engine->devices[request->target.device].bus, request->id);
}

static bool is_own_setting(const struct run *run, const char *path)
{
	struct pl_target targets[PL_CHANNELS_MAX];
	size_t count = pl_scan_settings(run->scan, targets);
	char own[PL_PATH_SIZE];

	for (size_t i = 0; i < count; i++)
		if (strcmp(pl_bench_path(run->head.bench, targets[i], own), path) == 0)
			return true;
	return false;
}

/* What an earlier run owes of settings that this one does not touch stays owed. */
static void keep_other_debts(const struct run *run, struct pl_pending *pending)
{
	const struct pl_pending *owed = &run->actor.engine->pending;

	if (pending->count == 0)
		pending->run = owed->run;
	for (size_t i = 0; i < owed->count && pending->count < PL_PENDING_MAX; i++)
		if (!is_own_setting(run, owed->items[i].path))
			pending->items[pending->count++] = owed->items[i];
}

static uint64_t io_write(void *ctx, const struct pl_write *message)
{
	struct run *run = ctx;
	struct pl_write completed;

	if ((message->kind == PL_WRITE_POINT || message->kind == PL_WRITE_END) &&
	    !event_rows_flush(run->events))
		return 0;
	if (message->kind == PL_WRITE_AUDIT)
		engine_why_of_audit(run->actor.engine, &message->audit);
	if (message->kind == PL_WRITE_END)
		run->is_closing = true;
	if (message->kind == PL_WRITE_END || message->kind == PL_WRITE_STATUS) {
		completed = *message;
		completed.status.clock = run->clock;
		message = &completed;
	}
	if (message->kind == PL_WRITE_PENDING) {
		completed = *message;
		keep_other_debts(run, &completed.pending);
		run->actor.engine->pending = completed.pending;
		message = &completed;
	}
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
	struct pl_json *body = pl_point_json(point);

	run_remember_point(run, point);
	if (!point->has_counts)
		engine_why(run->actor.engine, WHY_GAP, "point %u of %s: %s%s%s", point->index,
			   point->channel, pl_point_quality_name(point->quality),
			   point->reason[0] != '\0' ? ", " : "", point->reason);
	pl_runner_progress(run->runner, &progress);
	pl_json_add_integer(body, "position", progress.position);
	pl_json_add_integer(body, "planned", progress.status.planned);
	pl_json_add_number(body, "eta_s",
			   progress.eta_ns > 0 ? (double)progress.eta_ns / 1e9 : NAN);
	run_tell(run, "point", body);
}

static void io_changed(void *ctx, enum pl_note_level level, const char *text)
{
	struct run *run = ctx;
	struct pl_scan_progress progress;
	struct pl_json *body;

	engine_log(run->actor.engine, level == PL_NOTE_INFO ? PL_LOG_INFO : PL_LOG_WARNING,
		   "run %u: %s", run->head.folder.number, text);
	pl_runner_progress(run->runner, &progress);
	body = pl_json_object();
	pl_json_add_text(body, "state", pl_run_state_name(progress.status.state));
	pl_json_add_text(body, "reason", progress.status.reason);
	pl_json_add_text(body, "text", text);
	run_tell(run, "state", body);
}

static bool io_is_watched(void *ctx)
{
	struct run *run = ctx;

	return sessions_views(run->actor.engine) > 0;
}

static void io_setting(void *ctx, struct pl_target target, double value, bool keep)
{
	struct run *run = ctx;

	live_confirmed(run->actor.engine, run_live_target(run, target), value, keep,
		       run->head.folder.number, run->head.actor);
}

static uint32_t io_durable(void *ctx, int64_t *behind_ns)
{
	struct run *run = ctx;

	return pl_writer_durable(run->actor.engine->writer, behind_ns);
}

static void io_over(void *ctx, const struct pl_run_status *status)
{
	run_ended(ctx, status);
}

struct pl_scan_io run_hands(struct run *run)
{
	return (struct pl_scan_io){
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
	    .durable = io_durable,
	    .over = io_over,
	};
}
