/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loop.c - the one poll loop of the engine.
 *
 * A turn: wait for any descriptor or the next deadline; signals, acknowledgements of the writer,
 * events and answers of the buses, clients; timers; snapshots; then what is over is freed.
 */
#include "engine/child.h"
#include "engine/internal.h"
#include "engine/reader.h"

#include <stdlib.h>

#define SOCKET_CHECK_NS (60 * PL_NS_PER_S)
#define ALONE_FOR_NS	(3 * PL_NS_PER_S) /* then a background engine with nothing to do ends */
#define TELL_AGAIN_NS	(60 * PL_NS_PER_S)

struct poll_set {
	struct pollfd *fds;
	struct session **sessions; /* of the descriptors that belong to one */
	nfds_t count, room;
};

/* ---- what came in ---- */

/* Rows are tried again each second: the same trouble is told once a minute. */
static bool is_news(struct pl_engine *engine, enum pl_status status)
{
	int64_t now_ns = pl_clock_mono_ns();
	bool is_new = status != engine->told_status || now_ns - engine->told_ns >= TELL_AGAIN_NS;

	if (!is_new)
		return false;
	engine->told_status = status;
	engine->told_ns = now_ns;
	return true;
}

static void take_acks(struct pl_engine *engine)
{
	struct pl_write_ack ack;
	char text[sizeof(struct pl_error)];

	while (pl_queue_pop(pl_writer_acks(engine->writer), &ack)) {
		if (ack.status != PL_OK && is_news(engine, ack.status))
			engine_log(engine, PL_LOG_ERROR, "a row was not written: %s",
				   pl_error_format(&ack.error, text, sizeof(text)));
		for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
			if (!actor->is_over && actor->ops->on_ack != NULL)
				actor->ops->on_ack(actor, &ack);
	}
}

/* A bus tells what happened before it answers because of it: in that order it is heard here. */
static void take_answers(struct pl_engine *engine)
{
	struct pl_bus_answer answer;

	while (pl_queue_pop(engine->answers, &answer)) {
		live_drain_device(engine, answer.target.device);
		live_on_answer(engine, &answer);
		for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
			if (!actor->is_over && actor->ops->on_answer != NULL)
				actor->ops->on_answer(actor, &answer);
	}
}

static void take_timers(struct pl_engine *engine, int64_t now)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next) {
		if (actor->is_over || actor->timer_ns > now)
			continue;
		actor->timer_ns = PL_NEVER;
		if (actor->ops->on_timer != NULL)
			actor->ops->on_timer(actor);
	}
}

static void take_time(struct pl_engine *engine)
{
	int64_t now = pl_clock_mono_ns();

	live_on_time(engine, now);
	children_take(engine, now);
	take_timers(engine, now);
	alarms_on_time(engine, now);
	if (now >= engine->next_snapshot_ns) {
		engine->next_snapshot_ns = snapshots_send(engine, now);
	}
	if (now >= engine->next_socket_check_ns) {
		engine->next_socket_check_ns = now + SOCKET_CHECK_NS;
		socket_check(engine);
	}
	if (now >= engine->watch.next_ns)
		bench_look(engine);
	if (now >= engine->accept_after_ns)
		engine->accept_after_ns = 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A view that has not drawn its last snapshot wakes nobody. */
static bool somebody_draws(const struct pl_engine *engine)
{
	for (const struct session *s = engine->sessions; s != NULL; s = s->next)
		if (s->view != VIEW_NONE && !s->in_flight && !s->is_dead)
			return true;
	return false;
}

static int64_t next_deadline(const struct pl_engine *engine)
{
	int64_t next = earlier(live_next_time(engine), engine->next_socket_check_ns);

	next = earlier(next, children_next_time(engine));
	next = earlier(next, alarms_next_time(engine));
	next = earlier(next, engine->watch.next_ns);
	for (const struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		next = earlier(next, actor->timer_ns);
	if (somebody_draws(engine))
		next = earlier(next, engine->next_snapshot_ns);
	if (engine->alone_since_ns != PL_NEVER && engine->sessions == NULL)
		next = earlier(next, engine->alone_since_ns + ALONE_FOR_NS);
	if (engine->accept_after_ns != 0)
		next = earlier(next, engine->accept_after_ns);
	return next;
}

/* ---- descriptors ---- */

/* False: out of memory. */
static bool watch(struct poll_set *set, int fd, short events, struct session *session)
{
	if (set->count == set->room) {
		nfds_t room = set->room == 0 ? 64 : 2 * set->room;
		struct pollfd *fds = realloc(set->fds, room * sizeof(*fds));
		struct session **sessions;

		if (fds == NULL)
			return false;
		set->fds = fds;
		sessions = realloc(set->sessions, room * sizeof(struct session *));
		if (sessions == NULL)
			return false;
		set->sessions = sessions;
		set->room = room;
	}
	/* poll passes over a negative descriptor */
	set->fds[set->count] = (struct pollfd){.fd = fd, .events = events};
	set->sessions[set->count++] = session;
	return true;
}

static bool watch_device(struct poll_set *set, const struct live_device *live)
{
	return watch(set, pl_ring_fd(pl_bus_events(live->bus)), POLLIN, NULL) &&
	       (live->trace == NULL ||
		watch(set, pl_ring_fd(pl_bus_frames(live->bus)), POLLIN, NULL));
}

enum { SLOT_SIGNALS, SLOT_LISTEN };

static bool fill_poll_set(struct pl_engine *engine, struct poll_set *set)
{
	bool fits;

	set->count = 0;
	fits = watch(set, engine->signal_fd, POLLIN, NULL) &&
	       watch(set, engine->accept_after_ns == 0 ? engine->listen_fd : -1, POLLIN, NULL) &&
	       watch(set, engine->clock.fd, POLLIN, NULL) &&
	       watch(set, pl_queue_fd(engine->answers), POLLIN, NULL) &&
	       watch(set, reader_fd(engine), POLLIN, NULL) &&
	       watch(set, pl_queue_fd(pl_writer_acks(engine->writer)), POLLIN, NULL);
	for (size_t i = 0; fits && i < engine->bench->device_count; i++)
		fits = !live_has_bus(engine, i) || watch_device(set, &engine->devices[i]);
	for (struct child *child = engine->children; fits && child != NULL; child = child->next)
		fits = watch(set, child->pid_fd, POLLIN, NULL) &&
		       watch(set, child->out_fd, POLLIN, NULL);
	for (struct session *s = engine->sessions; fits && s != NULL; s = s->next)
		if (s->fd >= 0 && !s->is_dead)
			fits = watch(set, s->fd,
				     (short)(POLLIN | (session_backlog(s) > 0 ? POLLOUT : 0)), s);
	return fits;
}

static void serve_sessions(struct pl_engine *engine, const struct poll_set *set)
{
	for (nfds_t i = 0; i < set->count; i++) {
		struct session *session = set->sessions[i];
		short got = set->fds[i].revents;

		if (session == NULL || got == 0)
			continue;
		if ((got & POLLOUT) != 0)
			session_flush(session);
		if ((got & (POLLIN | POLLHUP | POLLERR)) != 0 && !session->is_dead)
			session_read(engine, session);
	}
	if (set->fds[SLOT_LISTEN].revents != 0)
		socket_accept(engine);
}

/* ---- the end ---- */

/* What only asks keeps no engine alive: its asker does. */
static bool has_work(const struct pl_engine *engine)
{
	if (run_is_live(engine) || engine->local != NULL || engine->children != NULL)
		return true;
	for (const struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->ops->shares || actor->ops->keeps_engine)
			return true;
	return false;
}

/* In the foreground: until the word and every run is over. In the background: until told, or until
 * nobody is left and nothing runs. */
static bool is_done(struct pl_engine *engine)
{
	const struct pl_engine_options *options = engine->options;

	if (has_work(engine)) {
		engine->alone_since_ns = PL_NEVER;
		return false;
	}
	if (engine->is_stopping || (options->word != NULL && !options->background))
		return true;
	if (options->stay || sessions_views(engine) > 0) {
		engine->alone_since_ns = PL_NEVER;
		return false;
	}
	/* Who only asks now and then does not keep it, but is not cut off either. */
	if (engine->alone_since_ns == PL_NEVER)
		engine->alone_since_ns = pl_clock_mono_ns();
	return engine->sessions == NULL &&
	       pl_clock_mono_ns() - engine->alone_since_ns >= ALONE_FOR_NS;
}

static void free_what_is_over(struct pl_engine *engine)
{
	sessions_reap(engine);
	actors_reap(engine);
}

void engine_loop(struct pl_engine *engine)
{
	struct poll_set set = {0};

	engine->next_socket_check_ns = pl_clock_mono_ns() + SOCKET_CHECK_NS;
	free_what_is_over(engine); /* the word of this process may be over at once */
	while (!is_done(engine) && fill_poll_set(engine, &set)) {
		if (pl_clock_poll(set.fds, set.count, next_deadline(engine)) < 0)
			break;
		if (set.fds[SLOT_SIGNALS].revents != 0)
			signals_take(engine);
		clock_take(engine);
		take_acks(engine);
		live_drain(engine);
		take_answers(engine);
		reader_take(engine);
		serve_sessions(engine, &set);
		take_time(engine);
		free_what_is_over(engine);
	}
	free(set.fds);
	free(set.sessions);
}
