/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_thread.c - the thread of one sink: batch after batch, again and again while the disk says
 * no, and its end.
 *
 * A batch that cannot be written stays the next one, with growing pauses, until there is room. Only
 * the end gives rows up: at once when the sinks are stopped, after some tries when the disk fails
 * and is not merely full. The thread of its sink.
 */
#include "record/sinks_inside.h"

#include <stdio.h>
#include <string.h>

void pl_sink_tell_moved(struct sink *sink, unsigned part, const char *left, const char *why)
{
	struct pl_sinks *sinks = sink->sinks;

	pthread_mutex_lock(&sinks->lock);
	sink->part = part;
	if (left)
		snprintf(sinks->moved, sizeof sinks->moved, "%s: %s", left, why);
	pthread_mutex_unlock(&sinks->lock);
}

static void wrote(struct sink *sink)
{
	struct pl_sinks *sinks = sink->sinks;

	pthread_mutex_lock(&sinks->lock);
	if (sink->batch) {
		sink->rows += sink->batch->rows;
		sink->gaps += sink->batch->gaps;
	}
	sink->is_full = false;
	sink->error = (struct pl_error){.code = PL_OK};
	pthread_mutex_unlock(&sinks->lock);
	sink->retry_ns = 0;
	sink->back_off_ns = 0;
	sink->tries = 0;
}

static void failed(struct sink *sink, enum pl_status status, const struct pl_error *error)
{
	sink->back_off_ns = sink->back_off_ns ? 2 * sink->back_off_ns : SINKS_RETRY_NS;
	if (sink->back_off_ns > SINKS_RETRY_MOST_NS)
		sink->back_off_ns = SINKS_RETRY_MOST_NS;
	sink->retry_ns = pl_clock_mono_ns() + sink->back_off_ns;
	sink->tries++;
	pthread_mutex_lock(&sink->sinks->lock);
	sink->is_full = status == PL_ERR_FULL;
	if (status != PL_ERR_FULL)
		sink->error = *error;
	pthread_mutex_unlock(&sink->sinks->lock);
}

static bool gives_up(const struct sink *sink, enum pl_status status)
{
	const struct pl_sinks *sinks = sink->sinks;

	return pl_sinks_is_raised(sinks->abandon_fd) ||
	       (status != PL_ERR_FULL && sink->tries >= SINKS_LAST_TRIES &&
		pl_sinks_is_raised(sinks->finish_fd));
}

/* After this nothing goes into the files, so that what stands in them has no hole. */
static void lose(struct sink *sink, const struct pl_error *error)
{
	struct pl_sinks *sinks = sink->sinks;

	pthread_mutex_lock(&sinks->lock);
	pl_error_set(&sink->error, error->code, error->where,
		     "rows of the recording could not be written and are lost: %.200s",
		     error->text);
	pthread_mutex_unlock(&sinks->lock);
}

static void drop_rest(struct sink *sink)
{
	struct sink_order order = {.batch = sink->batch};
	struct pollfd wait = {.fd = pl_queue_fd(sink->orders), .events = POLLIN};

	sink->batch = NULL;
	while (!sink->is_ending) {
		if (order.batch)
			pl_sinks_release(sink->sinks, order.batch);
		while (!pl_queue_pop(sink->orders, &order))
			pl_clock_poll(&wait, 1, PL_NEVER);
		sink->is_ending = !order.batch;
	}
}

/* The next batch, when there is one. */
static bool get_batch(struct sink *sink)
{
	struct sink_order order;

	if (sink->batch || sink->is_ending || !pl_queue_pop(sink->orders, &order))
		return sink->batch != NULL;
	sink->batch = order.batch;
	sink->is_ending = !order.batch;
	if (sink->batch)
		sink->ops->take(sink, sink->batch);
	return sink->batch != NULL;
}

static void wait(struct sink *sink, bool is_busy, int64_t until_ns)
{
	struct pollfd polls[3] = {
	    {.fd = sink->sinks->abandon_fd, .events = POLLIN},
	    {.fd = sink->ops->fd ? sink->ops->fd(sink) : -1, .events = POLLIN},
	    {.fd = pl_queue_fd(sink->orders), .events = POLLIN}};
	bool takes_more = !sink->batch && !sink->is_ending;

	if (is_busy && polls[1].fd < 0)
		return; /* what it waited for has come meanwhile */
	if (pl_sinks_is_raised(sink->sinks->abandon_fd))
		polls[0].fd = -1; /* known */
	if (sink->retry_ns && sink->retry_ns < until_ns && !is_busy)
		until_ns = sink->retry_ns;
	pl_clock_poll(polls, takes_more ? 3 : 2, until_ns);
}

/* One try at what is next: a batch, or the end. *is_over: nothing is left to do. */
static enum pl_status step(struct sink *sink, bool *is_over, struct pl_error *error)
{
	bool has_batch = get_batch(sink);
	enum pl_status status;

	*is_over = false;
	if (!has_batch && !sink->is_ending)
		return PL_OK;
	if (pl_clock_mono_ns() < sink->retry_ns && !pl_sinks_is_raised(sink->sinks->abandon_fd))
		return PL_OK;
	status = has_batch ? sink->ops->write(sink, error) : sink->ops->finish(sink, error);
	if (status == PL_ERR_BUSY)
		return status;
	if (status) {
		failed(sink, status, error);
		return status;
	}
	wrote(sink);
	*is_over = !has_batch;
	if (has_batch) {
		struct sinks_batch *batch = sink->batch;

		sink->batch = NULL;
		pl_sinks_release(sink->sinks, batch);
	}
	return PL_OK;
}

static void run(struct sink *sink)
{
	struct pl_error error;
	bool is_over = false;

	for (;;) {
		int64_t until_ns = PL_NEVER;
		enum pl_status status = step(sink, &is_over, &error);

		if (is_over)
			return;
		if (sink->ops->tend)
			until_ns = sink->ops->tend(sink, pl_clock_mono_ns());
		if (status && status != PL_ERR_BUSY && gives_up(sink, status)) {
			lose(sink, &error);
			drop_rest(sink);
			return;
		}
		if (status || sink->retry_ns || (!sink->batch && !sink->is_ending))
			wait(sink, status == PL_ERR_BUSY, until_ns);
	}
}

void *pl_sink_main(void *arg)
{
	struct sink *sink = arg;
	struct pl_sinks *sinks = sink->sinks;
	bool is_last;

	run(sink);
	sink->ops->close(sink);
	pthread_mutex_lock(&sinks->lock);
	is_last = --sinks->running == 0;
	pthread_mutex_unlock(&sinks->lock);
	if (is_last)
		pl_sinks_raise(sinks->done_fd);
	return NULL;
}
