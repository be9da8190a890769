/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine.c - setting up and taking down.
 *
 * Down in the order in which one thing uses another: clients go, buses end (nothing more comes in),
 * the writer puts down what it has, and only then goes what its messages point to.
 */
#include "engine/child.h"
#include "engine/internal.h"
#include "engine/reader.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define ANSWERS 1024

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
		unfinished_look(engine);
	if (status == PL_OK)
		status = pl_writer_start(&engine->workspace, &engine->writer, error);
	return status;
}

/* Each device takes some descriptors; the usual soft limit is for programs that use select(). */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static enum pl_status engine_up(struct pl_engine *engine, struct pl_error *error)
{
	enum pl_status status = signals_open(engine, error);

	raise_descriptors();

	engine->answers = pl_queue_new(sizeof(struct pl_bus_answer), ANSWERS);
	if (status == PL_OK && engine->answers == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = open_store(engine, error);
	if (status == PL_OK)
		status = live_start(engine, error);
	if (status == PL_OK)
		status = socket_listen(engine, error);
	return status;
}

static void engine_down(struct pl_engine *engine)
{
	actors_cancel(engine);
	sessions_free(engine);
	socket_close(engine);
	children_free(engine);
	clock_close(engine);
	live_stop(engine);
	if (engine->writer != NULL)
		pl_writer_stop(engine->writer);
	reader_stop(engine);
	for (struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		actor->is_over = true;
	actors_reap(engine);
	run_free(engine);
	if (engine->workspace.dir >= 0)
		pl_workspace_close(&engine->workspace);
	if (engine->log != NULL)
		pl_log_close(engine->log);
	if (engine->answers != NULL)
		pl_queue_free(engine->answers);
	if (engine->signal_fd >= 0)
		close(engine->signal_fd);
	free(engine->kept);
	pl_json_free(engine->forms);
	pl_disk_fini(&engine->disk);
}

static void begin_word(struct pl_engine *engine)
{
	if (engine->options->word == NULL)
		return;
	engine->local = session_add(engine, -1);
	if (engine->local != NULL)
		request_line(engine, engine->local, engine->options->word);
}

static void run_engine(struct pl_engine *engine)
{
	engine->started_utc_ns = pl_clock_utc_ns();
	obituary_write(engine); /* before the log says anything of ours */
	engine_log(engine, PL_LOG_INFO, "engine of %s started, pid %d", engine->bench->file,
		   (int)getpid());
	if (engine->options->advice != NULL)
		engine_log(engine, PL_LOG_WARNING, "%s", engine->options->advice);
	if (engine->workspace.is_network)
		engine_log(engine, PL_LOG_WARNING,
			   "the workspace is on a network file system: what survives a power cut "
			   "is not promised");
	for (size_t i = 0; engine->options->open_devices && i < engine->bench->device_count; i++)
		live_want(engine, (int)i);
	clock_open(engine);
	if (engine->pending.count > 0)
		engine_log(engine, PL_LOG_WARNING,
			   engine->pending.run > 0
			       ? "run %u ended without putting its settings back; they count as "
				 "the previous ones of the next run"
			       : "a tuning (run %u) ended without putting its setting back; it "
				 "counts as the previous one of the next run",
			   engine->pending.run);
	if (engine->options->on_ready != NULL)
		engine->options->on_ready(engine->options->ctx);
	begin_word(engine);
	engine_loop(engine);
	views_end(engine);
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
	engine->listen_fd = engine->signal_fd = engine->clock.fd = -1;
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
