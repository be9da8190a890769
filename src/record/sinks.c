/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks.c - starting, asking and stopping the threads of a recording's files.
 *
 * finish_fd and abandon_fd are raised once and never lowered, so every poll sees them. Any thread
 * may ask for the state; the rest is called by the one that started.
 */
#include "record/sinks_inside.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool pl_sinks_is_raised(int event_fd)
{
	struct pollfd look = {.fd = event_fd, .events = POLLIN};

	return pl_clock_poll(&look, 1, 0) > 0;
}

void pl_sinks_raise(int event_fd)
{
	int failed = eventfd_write(event_fd, 1);

	assert(!failed);
	(void)failed;
}

/* ---- memory and descriptors ---- */

static enum pl_status make_batches(struct pl_sinks *sinks, struct pl_error *error)
{
	for (size_t i = 0; i < SINKS_BATCHES; i++) {
		struct sinks_batch *batch = &sinks->batches[i];

		batch->bytes = malloc(sinks->batch_size);
		if (!batch->bytes)
			return pl_error_errno(error, ENOMEM, NULL,
					      "cannot hold the ticks of a recording");
		pl_queue_push(sinks->free, &batch);
	}
	return PL_OK;
}

static enum pl_status make(struct pl_sinks *sinks, struct pl_error *error)
{
	const struct pl_sinks_setup *setup = &sinks->setup;
	const struct pl_recording *recording = setup->recording;

	sinks->batch_size = SINKS_BATCH_SIZE;
	sinks->strides = calloc(setup->bus_count + 1, sizeof *sinks->strides);
	sinks->free = pl_queue_new(sizeof(struct sinks_batch *), SINKS_BATCHES);
	sinks->finish_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sinks->abandon_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sinks->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!sinks->strides || !sinks->free || sinks->finish_fd < 0 || sinks->abandon_fd < 0 ||
	    sinks->done_fd < 0)
		return pl_error_errno(error, errno ? errno : ENOMEM, NULL,
				      "cannot start the sinks of a recording");
	for (size_t i = 0; i < setup->bus_count; i++) {
		sinks->strides[i] = pl_tick_size(setup->target_counts[i]);
		if (sinks->strides[i] > sinks->batch_size)
			sinks->batch_size = sinks->strides[i];
	}
	if (setup->lines)
		sinks->lines =
		    pl_row_maker_new(setup->bench, recording, PL_ROW_JSON, recording->raw);
	return make_batches(sinks, error);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* is_undone: what was made is removed. */
static void release(struct pl_sinks *sinks, bool is_undone)
{
	for (size_t i = 0; i < SINKS_BATCHES; i++)
		free(sinks->batches[i].bytes);
	for (size_t i = 0; i < sinks->sink_count; i++) {
		sinks->sinks[i].ops->free(&sinks->sinks[i], is_undone);
		pl_queue_free(sinks->sinks[i].orders);
	}
	pl_queue_free(sinks->free);
	pl_row_maker_free(sinks->lines);
	close_fd(sinks->finish_fd);
	close_fd(sinks->abandon_fd);
	close_fd(sinks->done_fd);
	pthread_mutex_destroy(&sinks->lock);
	free(sinks->strides);
	free(sinks);
}

/* ---- start ---- */

/* How long the taker may leave ticks where they are: short beside flush and what a bus can queue,
 * so that a fast recording does not wake two threads for each tick. */
static void set_times(struct pl_sinks *sinks)
{
	const struct pl_recording *recording = sinks->setup.recording;
	double rate_hz = recording->rate_hz > 0 ? recording->rate_hz : 1;
	double usual = 4 * rate_hz > 64 ? 4 * rate_hz : 64;
	double buffer = recording->buffer > 0 ? (double)recording->buffer : usual;
	double buffer_ns = buffer / rate_hz * 1e9 / 8;

	sinks->hold_ns = recording->flush_ns / 2;
	sinks->nap_ns = 20 * PL_NS_PER_MS;
	if (sinks->nap_ns > recording->flush_ns / 4)
		sinks->nap_ns = recording->flush_ns / 4;
	if ((double)sinks->nap_ns > buffer_ns)
		sinks->nap_ns = (int64_t)buffer_ns;
}

enum pl_status pl_sinks_start(const struct pl_sinks_setup *setup, struct pl_sinks **out,
			      struct pl_error *error)
{
	struct pl_sinks *sinks = calloc(1, sizeof *sinks);
	enum pl_status status;

	*out = NULL;
	if (!sinks)
		return pl_error_errno(error, ENOMEM, NULL, "cannot start the sinks of a recording");
	sinks->setup = *setup;
	sinks->finish_fd = sinks->abandon_fd = sinks->done_fd = -1;
	pthread_mutex_init(&sinks->lock, NULL);
	set_times(sinks);
	status = make(sinks, error);
	if (!status) {
		int number = pl_sinks_thread(&sinks->taker, pl_sinks_taker, sinks);

		if (number)
			status = pl_error_errno(error, number, NULL,
						"cannot start a thread of the recording");
	}
	if (status) {
		release(sinks, true);
		return status;
	}
	*out = sinks;
	return PL_OK;
}

/* ---- while it runs ---- */

static int64_t behind(const struct pl_sinks *sinks)
{
	int64_t oldest_ns = 0, age_ns;

	for (size_t i = 0; i < SINKS_BATCHES; i++) {
		int64_t at_ns = sinks->batches[i].oldest_ns;

		if (at_ns && (!oldest_ns || at_ns < oldest_ns))
			oldest_ns = at_ns;
	}
	age_ns = oldest_ns ? pl_clock_mono_ns() - oldest_ns : 0;
	return oldest_ns && age_ns < 1 ? 1 : age_ns;
}

void pl_sinks_state(struct pl_sinks *sinks, struct pl_sinks_state *out)
{
	pthread_mutex_lock(&sinks->lock);
	*out = (struct pl_sinks_state){
	    .ticks = sinks->ticks,
	    .rows = sinks->rows,
	    .gaps = sinks->gaps,
	    .is_ready = sinks->is_ready,
	    .refusal = sinks->refusal,
	};
	for (size_t i = 0; sinks->is_ready && i < sinks->sink_count; i++) {
		const struct sink *sink = &sinks->sinks[i];

		if (sink->rows < out->rows)
			out->rows = sink->rows;
		if (sink->gaps < out->gaps)
			out->gaps = sink->gaps;
		out->is_full |= sink->is_full;
		if (sink->error.code)
			out->error = sink->error;
		out->parts[sink->index] = sink->part;
	}
	out->behind_ns = behind(sinks);
	memcpy(out->moved, sinks->moved, sizeof out->moved);
	pthread_mutex_unlock(&sinks->lock);
}

void pl_sinks_finish(struct pl_sinks *sinks)
{
	pl_sinks_raise(sinks->finish_fd);
}

int pl_sinks_done_fd(const struct pl_sinks *sinks)
{
	return sinks->done_fd;
}

void pl_sinks_abandon(struct pl_sinks *sinks)
{
	pl_sinks_raise(sinks->abandon_fd);
	pl_sinks_raise(sinks->finish_fd);
}

void pl_sinks_stop(struct pl_sinks *sinks, struct pl_sinks_state *out)
{
	if (!sinks)
		return;
	pl_sinks_abandon(sinks);
	pthread_join(sinks->taker, NULL);
	for (size_t i = 0; sinks->is_ready && i < sinks->sink_count; i++)
		pthread_join(sinks->sinks[i].thread, NULL);
	if (out) {
		pl_sinks_state(sinks, out);
		out->lines_lost = sinks->lines_lost;
		out->rows_lost = sinks->rows + sinks->gaps - out->rows - out->gaps;
	}
	release(sinks, !sinks->is_ready);
}
