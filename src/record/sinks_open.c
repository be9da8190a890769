/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_open.c - the files of a recording are made, then each sink gets its thread.
 *
 * All of that takes as long as the disk does, so it is the taker that does it: whoever starts a
 * recording waits for no disk. Taker thread.
 */
#include "record/sinks_inside.h"

#include <errno.h>
#include <signal.h>

static const struct sink_ops *const kinds[PL_SINKS] = {&pl_sink_csv, &pl_sink_jsonl,
						       &pl_sink_sqlite};

static enum pl_status open_sinks(struct pl_sinks *sinks, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (size_t i = 0; i < PL_SINKS && !status; i++) {
		struct sink *sink = &sinks->sinks[sinks->sink_count];

		if (!(sinks->setup.recording->sinks & kinds[i]->bit))
			continue;
		*sink = (struct sink){.sinks = sinks, .ops = kinds[i], .index = i, .part = 1};
		sink->orders = pl_queue_new(sizeof(struct sink_order), SINKS_BATCHES + 1);
		if (!sink->orders)
			status = pl_error_errno(error, ENOMEM, NULL, "cannot start a sink");
		else
			status = sink->ops->open(sink, error);
		if (status)
			pl_queue_free(sink->orders);
		else
			sinks->sink_count++;
	}
	if (!status)
		status = pl_dir_sync(sinks->setup.disk, sinks->setup.folder, error);
	return status;
}

int pl_sinks_thread(pthread_t *thread, void *(*body)(void *), void *arg)
{
	sigset_t all, before;
	int number;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	number = pthread_create(thread, NULL, body, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return number;
}

static void end_sinks(struct pl_sinks *sinks, size_t count)
{
	struct sink_order last = {.batch = NULL};

	for (size_t i = 0; i < count; i++) {
		pl_queue_push(sinks->sinks[i].orders, &last);
		pthread_join(sinks->sinks[i].thread, NULL);
	}
}

static enum pl_status start_threads(struct pl_sinks *sinks, struct pl_error *error)
{
	size_t started = 0;
	int number = 0;

	sinks->running = sinks->sink_count;
	while (started < sinks->sink_count && !number) {
		struct sink *sink = &sinks->sinks[started];

		number = pl_sinks_thread(&sink->thread, pl_sink_main, sink);
		started += !number;
	}
	if (!number)
		return PL_OK;
	end_sinks(sinks, started);
	return pl_error_errno(error, number, NULL, "cannot start a thread of the recording");
}

enum pl_status pl_sinks_open(struct pl_sinks *sinks, struct pl_error *error)
{
	enum pl_status status = open_sinks(sinks, error);

	return status ? status : start_threads(sinks, error);
}
