/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_batch.c - reading a batch of ticks and giving it back. Any thread.
 */
#include "record/sinks_inside.h"

bool pl_sinks_next(const struct pl_sinks *sinks, const struct sinks_batch *batch,
		   struct sinks_cursor *cursor, const struct pl_tick **out)
{
	const struct sinks_segment *segment = &batch->segments[cursor->segment];

	if (cursor->segment == batch->segment_count)
		return false;
	*out = (const struct pl_tick *)(const void *)(batch->bytes + cursor->at);
	cursor->at += sinks->strides[segment->bus];
	if (++cursor->tick == segment->count) {
		cursor->segment++;
		cursor->tick = 0;
	}
	return true;
}

void pl_sinks_release(struct pl_sinks *sinks, struct sinks_batch *batch)
{
	bool is_free;

	pthread_mutex_lock(&sinks->lock);
	is_free = batch->users <= 1;
	batch->users -= batch->users > 0;
	if (is_free)
		batch->oldest_ns = 0;
	pthread_mutex_unlock(&sinks->lock);
	if (is_free)
		pl_queue_push(sinks->free, &batch);
}
