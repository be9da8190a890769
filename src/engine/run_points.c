/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_points.c - the points of the run on request: `points` from row n.
 *
 * A long run is more than a socket takes at once: parts follow as the asker reads them, and one who
 * does not read gets no more. If another run takes the place of this one meanwhile, the answer says
 * how many rows were told.
 */
#include "engine/run_internal.h"

#include <stdlib.h>
#include <string.h>

#define POINTS_A_PART 100
#define AGAIN_NS      (PL_NS_PER_S / 50)

struct points {
	struct actor actor;
	char uid[PL_RUN_UID_SIZE];
	size_t next; /* row */
};

static struct points *points_of(struct actor *actor)
{
	return (struct points *)actor; /* first member */
}

static struct pl_json *row_json(const struct curve_point *row)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_integer(out, "index", row->index);
	pl_json_add_integer(out, "attempt", row->attempt);
	pl_json_add_text(out, "channel", row->channel);
	pl_json_add_text(out, "quality", pl_point_quality_name(row->quality));
	pl_json_add_text(out, "pass", pl_pass_name(row->pass));
	if (row->repeat > 1)
		pl_json_add_integer(out, "repeat", row->repeat);
	pl_json_add_number(out, "set", row->set);
	if (row->has_counts) {
		pl_json_add_integer(out, "hits", (int64_t)row->hits);
		pl_json_add_number(out, "live_s", row->live_s);
		pl_json_add_number(out, "rate", row->rate);
		pl_json_add_number(out, "rate_lo", row->rate_lo);
		pl_json_add_number(out, "rate_hi", row->rate_hi);
	}
	return out;
}

static const struct run *shown_run(const struct pl_engine *engine)
{
	return engine->run != NULL && !engine->run->was_refused ? engine->run : NULL;
}

static void answer(struct pl_engine *engine, struct asker asker, size_t rows, const char *uid)
{
	struct pl_json *result = pl_json_object();

	pl_json_add_integer(result, "rows", (int64_t)rows);
	pl_json_add_text(result, "uid", uid);
	answer_ok(engine, asker, result);
}

static void send_part(struct points *points, const struct run *run)
{
	struct pl_json *event = pl_json_object(), *part = pl_json_array();

	for (size_t k = 0; k < POINTS_A_PART && points->next < run->row_count; k++)
		pl_json_add(part, NULL, row_json(&run->rows[points->next++]));
	pl_json_add(event, "part", part);
	answer_event(points->actor.engine, points->actor.asker, event);
}

static void advance(struct points *points)
{
	struct pl_engine *engine = points->actor.engine;
	const struct session *session = session_find(engine, points->actor.asker.session);
	const struct run *run = shown_run(engine);
	bool is_same = run != NULL && strcmp(run->head.folder.uid, points->uid) == 0;

	while (is_same && session != NULL && !session->is_dead && points->next < run->row_count &&
	       session_backlog(session) < BACKLOG_FULL)
		send_part(points, run);
	if (is_same && session != NULL && !session->is_dead && points->next < run->row_count) {
		points->actor.timer_ns = pl_clock_mono_ns() + AGAIN_NS;
		return;
	}
	points->actor.is_over = true;
	answer(engine, points->actor.asker, points->next, points->uid);
}

static void on_timer(struct actor *actor)
{
	advance(points_of(actor));
}

static void cancel(struct actor *actor)
{
	actor->is_over = true;
	answer(actor->engine, actor->asker, points_of(actor)->next, points_of(actor)->uid);
}

static void release(struct actor *actor)
{
	free(actor);
}

static const struct actor_ops points_ops = {
    .name = "points",
    .shares = true,
    .is_for_asker = true,
    .on_timer = on_timer,
    .cancel = cancel,
    .free = release,
};

void run_points(struct pl_engine *engine, struct asker asker, int64_t from)
{
	const struct run *run = shown_run(engine);
	struct points *points;

	if (run == NULL || from > (int64_t)run->row_count) {
		answer(engine, asker, run != NULL ? run->row_count : 0,
		       run != NULL ? run->head.folder.uid : NULL);
		return;
	}
	points = calloc(1, sizeof(*points));
	if (points == NULL) {
		answer(engine, asker, 0, run->head.folder.uid);
		return;
	}
	pl_text_copy(points->uid, sizeof(points->uid), run->head.folder.uid);
	points->next = from > 0 ? (size_t)from - 1 : 0;
	actor_add(engine, &points->actor, &points_ops, asker);
	advance(points);
}
