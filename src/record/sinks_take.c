/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_take.c - the thread between the buses and the sinks.
 *
 * It makes the files first. Then it moves ticks from the queues of the buses into a batch and hands
 * the batch over when it is full or half of flush has passed since its first tick was read: the
 * other half is the sinks'. Between two looks at busy queues it naps, so that a fast recording
 * costs few wake-ups. Taker thread.
 */
#include "record/sinks_inside.h"

#include <stdlib.h>
#include <string.h>

struct taker {
	struct pl_sinks *sinks;
	struct sinks_batch *batch; /* being filled; NULL = none to be had */
	struct pl_text line;
	struct pollfd *polls; /* finish, then the queues */
	size_t first_bus;     /* each look begins with another one */
	bool is_finishing;
};

/* ---- those who follow ---- */

static bool fits(struct taker *taker, const struct pl_row *row)
{
	pl_text_clear(&taker->line);
	pl_row_add(taker->sinks->lines, row, &taker->line);
	return taker->line.length <= PL_SINKS_LINE_SIZE; /* its newline makes room for the NUL */
}

/* A line that is too long goes without what the device said; such a reason is all escapes. */
static void tell_row(struct taker *taker, struct pl_row *row)
{
	struct pl_sinks *sinks = taker->sinks;
	struct pl_sinks_line line = {.lost = sinks->lines_lost};

	if (!fits(taker, row)) {
		row->reason = row->raw = "";
		if (!fits(taker, row)) {
			sinks->lines_lost++;
			return;
		}
	}
	memcpy(line.text, taker->line.data, taker->line.length - 1);
	line.text[taker->line.length - 1] = '\0';
	if (pl_queue_push(sinks->setup.lines, &line))
		sinks->lines_lost = 0;
	else
		sinks->lines_lost++;
}

static void tell_tick(struct taker *taker, const struct pl_tick *tick)
{
	struct pl_row row;

	for (size_t i = 0; i < pl_row_slots(tick); i++)
		if (pl_row_get(taker->sinks->lines, tick, i, &row))
			tell_row(taker, &row);
}

/* ---- into the batch ---- */

/* What was put behind `used`: `count` ticks of one bus. */
static void account(struct taker *taker, size_t bus, size_t count)
{
	struct pl_sinks *sinks = taker->sinks;
	struct sinks_batch *batch = taker->batch;
	uint64_t rows = 0, gaps = 0;
	int64_t oldest_ns = 0;

	for (size_t i = 0; i < count; i++) {
		const struct pl_tick *tick =
		    (const struct pl_tick *)(const void *)(batch->bytes + batch->used +
							   i * sinks->strides[bus]);
		if (tick->kind == PL_TICK_GAP) {
			gaps++;
		} else {
			rows += pl_row_count(tick);
			if (!oldest_ns || tick->started_ns < oldest_ns)
				oldest_ns = tick->started_ns;
		}
		if (sinks->lines)
			tell_tick(taker, tick);
	}
	batch->segments[batch->segment_count++] =
	    (struct sinks_segment){.bus = (uint32_t)bus, .count = (uint32_t)count};
	batch->used += count * sinks->strides[bus];
	batch->rows += rows;
	batch->gaps += gaps;
	if (!oldest_ns) /* gaps only: they are told long after they began */
		oldest_ns = pl_clock_mono_ns();
	pthread_mutex_lock(&sinks->lock);
	if (!batch->oldest_ns || oldest_ns < batch->oldest_ns)
		batch->oldest_ns = oldest_ns;
	sinks->ticks += count;
	sinks->rows += rows;
	sinks->gaps += gaps;
	pthread_mutex_unlock(&sinks->lock);
}

/* False when the batch has no room for all that this bus has. */
static bool take_from(struct taker *taker, size_t bus, size_t *taken)
{
	struct pl_sinks *sinks = taker->sinks;
	struct sinks_batch *batch = taker->batch;
	struct pl_queue *queue = sinks->setup.ticks[bus];
	size_t room = (sinks->batch_size - batch->used) / sinks->strides[bus], count = 0;

	if (batch->segment_count < SINKS_SEGMENTS && room)
		count = pl_queue_pop_many(queue, batch->bytes + batch->used, room);
	if (count)
		account(taker, bus, count);
	*taken += count;
	return (count > 0 && count < room) || pl_queue_length(queue) == 0;
}

/* What is there, as far as it fits. *is_full: the batch has to go. */
static size_t take(struct taker *taker, bool *is_full)
{
	size_t count = taker->sinks->setup.bus_count, taken = 0;

	*is_full = false;
	for (size_t i = 0; i < count; i++)
		if (!take_from(taker, (taker->first_bus + i) % count, &taken))
			*is_full = true;
	if (count)
		taker->first_bus = (taker->first_bus + 1) % count;
	return taken;
}

static void hand_over(struct taker *taker)
{
	struct pl_sinks *sinks = taker->sinks;
	struct sink_order order = {.batch = taker->batch};

	pthread_mutex_lock(&sinks->lock);
	order.batch->users = sinks->sink_count;
	pthread_mutex_unlock(&sinks->lock);
	for (size_t i = 0; i < sinks->sink_count; i++)
		pl_queue_push(sinks->sinks[i].orders, &order);
	if (!sinks->sink_count)
		pl_sinks_release(sinks, order.batch);
	taker->batch = NULL;
}

/* ---- its time ---- */

static bool get_batch(struct taker *taker)
{
	struct sinks_batch *batch;

	if (taker->batch)
		return true;
	if (!pl_queue_pop(taker->sinks->free, &batch))
		return false;
	batch->used = batch->segment_count = 0;
	batch->rows = batch->gaps = 0;
	taker->batch = batch;
	return true;
}

/* When the batch has to go; PL_NEVER when it holds nothing. */
static int64_t due(const struct taker *taker)
{
	const struct sinks_batch *batch = taker->batch;

	/* oldest_ns: nobody else changes it while the batch is ours. */
	return batch->segment_count ? batch->oldest_ns + taker->sinks->hold_ns : PL_NEVER;
}

/* Until finish, or there is a batch that can be filled. */
static void wait_room(struct taker *taker)
{
	struct pollfd wait = {.fd = pl_queue_fd(taker->sinks->free), .events = POLLIN};

	pl_clock_poll(&wait, 1, PL_NEVER);
}

/* is_busy: the queues are left alone for a nap. */
static void wait_ticks(struct taker *taker, bool is_busy)
{
	const struct pl_sinks *sinks = taker->sinks;
	int64_t until_ns = due(taker), nap_ns = pl_clock_mono_ns() + sinks->nap_ns;

	if (is_busy && nap_ns < until_ns)
		until_ns = nap_ns;
	pl_clock_poll(taker->polls, is_busy ? 1 : 1 + sinks->setup.bus_count, until_ns);
	if (taker->polls[0].revents)
		taker->is_finishing = true;
}

static void run(struct taker *taker)
{
	for (;;) {
		bool is_full;
		size_t taken;

		if (!get_batch(taker)) {
			wait_room(taker);
			continue;
		}
		taken = take(taker, &is_full);
		if (is_full || pl_clock_mono_ns() >= due(taker)) {
			hand_over(taker);
		} else if (!taker->is_finishing) {
			wait_ticks(taker, taken > 0);
		} else if (!taken) {
			return;
		}
	}
}

static void end(struct taker *taker)
{
	struct pl_sinks *sinks = taker->sinks;
	struct sink_order last = {.batch = NULL};

	if (taker->batch->segment_count)
		hand_over(taker);
	for (size_t i = 0; i < sinks->sink_count; i++)
		pl_queue_push(sinks->sinks[i].orders, &last);
	if (!sinks->sink_count)
		pl_sinks_raise(sinks->done_fd);
}

/* False: there is nothing to take ticks for, and the state says why. */
static bool open_files(struct pl_sinks *sinks)
{
	struct pl_error error = {.code = PL_OK};
	enum pl_status status = pl_sinks_open(sinks, &error);

	error.code = status;
	pthread_mutex_lock(&sinks->lock);
	sinks->is_ready = !status;
	if (status)
		sinks->refusal = error;
	pthread_mutex_unlock(&sinks->lock);
	if (status)
		pl_sinks_raise(sinks->done_fd);
	return !status;
}

void *pl_sinks_taker(void *arg)
{
	struct pl_sinks *sinks = arg;
	struct taker taker = {.sinks = sinks};

	if (!open_files(sinks))
		return NULL;
	taker.polls = calloc(sinks->setup.bus_count + 1, sizeof *taker.polls);
	if (!taker.polls)
		pl_out_of_memory();
	taker.polls[0] = (struct pollfd){.fd = sinks->finish_fd, .events = POLLIN};
	for (size_t i = 0; i < sinks->setup.bus_count; i++)
		taker.polls[i + 1] =
		    (struct pollfd){.fd = pl_queue_fd(sinks->setup.ticks[i]), .events = POLLIN};
	run(&taker);
	end(&taker);
	pl_text_free(&taker.line);
	free(taker.polls);
	return NULL;
}
