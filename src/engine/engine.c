/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine.c - setting up, one poll loop, taking down.
 *
 * A turn of the loop: wait for any descriptor or the next deadline; acknowledgements of the writer,
 * answers and events of the buses, signals, clients; timers; snapshots; then what is over is freed.
 */
#include "engine/internal.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define ANSWERS		   1024
#define SNAPSHOT_PERIOD_NS (PL_NS_PER_S / 5)
#define SOCKET_CHECK_NS	   (60 * PL_NS_PER_S)
#define ALONE_FOR_NS	   (3 * PL_NS_PER_S) /* then a background engine with nothing to do ends */
#define POLL_MAX	   128

/* ---- shared by the room ---- */

bool engine_post(struct pl_engine *engine, struct pl_bus_request *request)
{
	request->id = ++engine->last_bus_id;
	return pl_bus_post(engine->devices[request->target.device].bus, request);
}

void actor_add(struct pl_engine *engine, struct actor *actor, const struct actor_ops *ops,
	       struct asker asker)
{
	actor->ops = ops;
	actor->engine = engine;
	actor->asker = asker;
	actor->timer_ns = PL_NEVER;
	actor->next = engine->actors;
	engine->actors = actor;
}

static void reap_actors(struct pl_engine *engine)
{
	struct actor **at = &engine->actors;

	while (*at != NULL) {
		struct actor *actor = *at;

		if (!actor->is_over) {
			at = &actor->next;
			continue;
		}
		*at = actor->next;
		actor->ops->free(actor);
	}
}

/* ---- signals ---- */

static const int taken_signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};

static void signal_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(taken_signals) / sizeof(taken_signals[0]); i++)
		sigaddset(set, taken_signals[i]);
}

void pl_engine_block_signals(void)
{
	sigset_t set;

	signal_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static void cancel_jobs(struct pl_engine *engine)
{
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && actor->ops->cancel != NULL)
			actor->ops->cancel(actor);
}

/* The first ^C pauses at the next point, the second stops and restores. */
static void interrupted(struct pl_engine *engine)
{
	struct pl_error error;

	engine->interrupts++;
	if (!run_is_live(engine)) {
		engine->interrupts = 0;
		cancel_jobs(engine);
		if (engine->local == NULL && !engine->options->background)
			engine->is_stopping = true;
	} else if (engine->interrupts == 1 && run_command(engine, PL_SCAN_PAUSE, &error) == PL_OK) {
		engine_log(engine, PL_LOG_WARNING,
			   "pausing at the next point; `plateau resume` goes on, ^C again stops "
			   "and restores");
	} else {
		run_command(engine, PL_SCAN_STOP_NOW, &error);
	}
}

static void on_signal(struct pl_engine *engine)
{
	struct signalfd_siginfo info;
	struct pl_error error;

	while (read(engine->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGTERM:
			engine_log(engine, PL_LOG_WARNING, "told to end by a signal");
			engine->is_stopping = true;
			engine->exit_status = 143;
			cancel_jobs(engine);
			run_command(engine, PL_SCAN_TERMINATE, &error);
			break;
		case SIGINT:
			if (!engine->options->background)
				interrupted(engine);
			break;
		case SIGQUIT:
			if (run_command(engine, PL_SCAN_SAFE, &error) == PL_OK)
				engine_log(engine, PL_LOG_WARNING, "safe state asked by a signal");
			break;
		default: /* HUP: a lost terminal is no reason */
			break;
		}
	}
}

/* ---- what came in ---- */

static void take_acks(struct pl_engine *engine)
{
	struct pl_write_ack ack;
	char text[sizeof(struct pl_error)];

	while (pl_queue_pop(pl_writer_acks(engine->writer), &ack)) {
		if (ack.status != PL_OK)
			engine_log(engine, PL_LOG_ERROR, "a row was not written: %s",
				   pl_error_format(&ack.error, text, sizeof(text)));
		for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
			if (!actor->is_over && actor->ops->on_ack != NULL)
				actor->ops->on_ack(actor, &ack);
	}
}

static void take_answers(struct pl_engine *engine)
{
	struct pl_bus_answer answer;

	while (pl_queue_pop(engine->answers, &answer)) {
		live_on_answer(engine, &answer);
		for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
			if (!actor->is_over && actor->ops->on_answer != NULL)
				actor->ops->on_answer(actor, &answer);
	}
}

static void take_time(struct pl_engine *engine)
{
	int64_t now = pl_clock_mono_ns();

	live_on_time(engine, now);
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next) {
		if (actor->is_over || actor->timer_ns > now)
			continue;
		actor->timer_ns = PL_NEVER;
		if (actor->ops->on_timer != NULL)
			actor->ops->on_timer(actor);
	}
	if (now >= engine->next_snapshot_ns) {
		engine->next_snapshot_ns = now + SNAPSHOT_PERIOD_NS;
		snapshots_send(engine);
	}
	if (now >= engine->next_socket_check_ns) {
		engine->next_socket_check_ns = now + SOCKET_CHECK_NS;
		sessions_check_socket(engine);
	}
}

/* ---- the loop ---- */

static int64_t next_deadline(const struct pl_engine *engine)
{
	int64_t next = live_next_time(engine);

	for (const struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (actor->timer_ns < next)
			next = actor->timer_ns;
	if (sessions_views(engine) > 0 && engine->next_snapshot_ns < next)
		next = engine->next_snapshot_ns;
	if (engine->next_socket_check_ns < next)
		next = engine->next_socket_check_ns;
	if (engine->alone_since_ns != PL_NEVER && engine->alone_since_ns + ALONE_FOR_NS < next)
		next = engine->alone_since_ns + ALONE_FOR_NS;
	return next;
}

struct poll_set {
	struct pollfd fds[POLL_MAX];
	struct session *sessions[POLL_MAX]; /* of the descriptors that belong to one */
	nfds_t count;
};

static void watch(struct poll_set *set, int fd, short events, struct session *session)
{
	if (set->count == POLL_MAX || fd < 0)
		return;
	set->fds[set->count] = (struct pollfd){.fd = fd, .events = events};
	set->sessions[set->count++] = session;
}

static void fill_poll_set(struct pl_engine *engine, struct poll_set *set)
{
	set->count = 0;
	watch(set, engine->signal_fd, POLLIN, NULL);
	watch(set, pl_queue_fd(engine->answers), POLLIN, NULL);
	watch(set, pl_queue_fd(pl_writer_acks(engine->writer)), POLLIN, NULL);
	watch(set, engine->listen_fd, POLLIN, NULL);
	for (size_t i = 0; i < engine->bench->device_count; i++)
		watch(set, pl_ring_fd(pl_bus_events(engine->devices[i].bus)), POLLIN, NULL);
	for (struct session *s = engine->sessions; s != NULL; s = s->next)
		if (s->fd >= 0 && !s->is_dead)
			watch(set, s->fd,
			      (short)(POLLIN | (s->out_sent < s->out.length ? POLLOUT : 0)), s);
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
	for (nfds_t i = 0; i < set->count; i++)
		if (set->fds[i].fd == engine->listen_fd && set->fds[i].revents != 0)
			sessions_accept(engine);
}

static bool has_work(const struct pl_engine *engine)
{
	return run_is_live(engine) || engine->actors != NULL;
}

/* In the foreground: until the word and every run is over. In the background: until told, or until
 * nobody is left and nothing runs. */
static bool is_done(struct pl_engine *engine)
{
	const struct pl_engine_options *options = engine->options;

	if (has_work(engine) || engine->local != NULL) {
		engine->alone_since_ns = PL_NEVER;
		return false;
	}
	if (engine->is_stopping || (options->word != NULL && !options->background))
		return true;
	if (options->stay || engine->sessions != NULL) {
		engine->alone_since_ns = PL_NEVER;
		return false;
	}
	if (engine->alone_since_ns == PL_NEVER)
		engine->alone_since_ns = pl_clock_mono_ns();
	return pl_clock_mono_ns() - engine->alone_since_ns >= ALONE_FOR_NS;
}

static void loop(struct pl_engine *engine)
{
	struct poll_set set;

	while (!is_done(engine)) {
		fill_poll_set(engine, &set);
		if (pl_clock_poll(set.fds, set.count, next_deadline(engine)) < 0)
			return;
		if (set.fds[0].revents != 0)
			on_signal(engine);
		take_acks(engine);
		live_drain(engine);
		take_answers(engine);
		serve_sessions(engine, &set);
		take_time(engine);
		reap_actors(engine);
		sessions_reap(engine);
	}
}

/* ---- up and down ---- */

static enum pl_status open_signals(struct pl_engine *engine, struct pl_error *error)
{
	sigset_t set;

	signal_set(&set);
	engine->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (engine->signal_fd < 0)
		return pl_error_errno(error, errno, "signalfd", "cannot listen to signals");
	return PL_OK;
}

/* A log that cannot be kept stops nothing: then stderr is all there is. */
static void open_log(struct pl_engine *engine)
{
	const struct pl_engine_options *options = engine->options;
	struct pl_error error;
	char text[sizeof(error)];

	if (pl_log_open(&engine->disk, options->log_dir, !options->background, &engine->log,
			&error) == PL_OK) {
		if (options->background)
			pl_log_take_stderr(engine->log);
		return;
	}
	if (pl_log_open(&engine->disk, NULL, true, &engine->log, NULL) == PL_OK)
		engine_log(engine, PL_LOG_WARNING, "no plateau.log: %s",
			   pl_error_format(&error, text, sizeof(text)));
}

static enum pl_status open_store(struct pl_engine *engine, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	enum pl_status status;

	open_log(engine);
	status = pl_workspace_open(&engine->disk, bench->workspace, bench->name, bench->file,
				   &engine->workspace, error);
	if (status == PL_OK)
		status = pl_state_read(&engine->workspace, &engine->kept, &engine->kept_count,
				       &engine->pending, error);
	if (status == PL_OK)
		status = pl_writer_start(&engine->workspace, &engine->writer, error);
	return status;
}

static enum pl_status engine_up(struct pl_engine *engine, struct pl_error *error)
{
	enum pl_status status = open_signals(engine, error);

	engine->answers = pl_queue_new(sizeof(struct pl_bus_answer), ANSWERS);
	if (status == PL_OK && engine->answers == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = open_store(engine, error);
	if (status == PL_OK)
		status = live_start(engine, error);
	if (status == PL_OK)
		status = sessions_listen(engine, error);
	return status;
}

static void engine_down(struct pl_engine *engine)
{
	cancel_jobs(engine);
	reap_actors(engine);
	run_free(engine);
	sessions_free(engine);
	live_stop(engine);
	if (engine->writer != NULL)
		pl_writer_stop(engine->writer);
	if (engine->workspace.dir >= 0)
		pl_workspace_close(&engine->workspace);
	if (engine->log != NULL)
		pl_log_close(engine->log);
	if (engine->answers != NULL)
		pl_queue_free(engine->answers);
	if (engine->signal_fd >= 0)
		close(engine->signal_fd);
	free(engine->kept);
	pl_disk_fini(&engine->disk);
}

static void begin_word(struct pl_engine *engine)
{
	if (engine->options->word == NULL)
		return;
	engine->local = session_local(engine);
	if (engine->local != NULL)
		request_line(engine, engine->local, engine->options->word);
}

static void run_engine(struct pl_engine *engine)
{
	engine->started_utc_ns = pl_clock_utc_ns();
	engine->next_socket_check_ns = pl_clock_mono_ns() + SOCKET_CHECK_NS;
	engine_log(engine, PL_LOG_INFO, "engine of %s started, pid %d", engine->bench->file,
		   (int)getpid());
	if (engine->workspace.stale_holder[0] != '\0')
		engine_log(engine, PL_LOG_WARNING, "took over the lock of a dead engine: %s",
			   engine->workspace.stale_holder);
	if (engine->workspace.is_network)
		engine_log(engine, PL_LOG_WARNING,
			   "the workspace is on a network file system: what survives a power cut "
			   "is not promised");
	for (size_t i = 0; engine->options->open_devices && i < engine->bench->device_count; i++)
		live_want(engine, (int)i);
	if (engine->pending.count > 0)
		engine_log(engine, PL_LOG_WARNING,
			   "run %u ended without putting its settings back; they count as the "
			   "previous ones of the next run",
			   engine->pending.run);
	if (engine->options->on_ready != NULL)
		engine->options->on_ready(engine->options->ctx);
	begin_word(engine);
	sessions_reap(engine); /* it may be over at once */
	loop(engine);
	engine_log(engine, PL_LOG_INFO, "engine ended");
}

enum pl_status pl_engine_run(const struct pl_engine_options *options, int *exit_status,
			     struct pl_error *error)
{
	struct pl_engine *engine = calloc(1, sizeof(*engine));
	enum pl_status status;

	if (engine == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	engine->options = options;
	engine->bench = options->bench;
	engine->listen_fd = engine->signal_fd = -1;
	engine->workspace.dir = engine->workspace.lock = -1;
	engine->alone_since_ns = PL_NEVER;
	pl_disk_init(&engine->disk);
	status = engine_up(engine, error);
	if (status == PL_OK)
		run_engine(engine);
	*exit_status = engine->exit_status;
	engine_down(engine);
	free(engine);
	return status;
}
