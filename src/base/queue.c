/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.c - a bounded queue between threads: a mutex around a circle of slots, and an eventfd.
 *
 * Invariant, held whenever the lock is free: the eventfd's counter is 1 while the queue holds
 * anything and 0 while it is empty. It is changed under the lock, so that a poll never misses a
 * message and never wakes for none. Any thread.
 */
#include "base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct pl_queue {
	pthread_mutex_t lock;
	int fd;
	size_t element, capacity; /* constant */
	size_t first, length;	  /* under the lock */
	unsigned char *slots;	  /* under the lock */
};

struct pl_queue *pl_queue_new(size_t element, size_t capacity)
{
	struct pl_queue *queue = calloc(1, sizeof *queue);

	assert(element > 0 && capacity > 0);
	if (!queue)
		return NULL;
	*queue = (struct pl_queue){.element = element, .capacity = capacity};
	queue->slots = capacity <= SIZE_MAX / element ? calloc(capacity, element) : NULL;
	queue->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&queue->lock, NULL);
	if (queue->slots && queue->fd >= 0)
		return queue;
	pl_queue_free(queue);
	return NULL;
}

void pl_queue_free(struct pl_queue *queue)
{
	if (!queue)
		return;
	pthread_mutex_destroy(&queue->lock);
	if (queue->fd >= 0)
		close(queue->fd);
	free(queue->slots);
	free(queue);
}

/* Neither call can fail: the counter goes from 0 to 1 and back. */
static void raise_flag(int fd)
{
	int failed = eventfd_write(fd, 1);

	assert(!failed);
	(void)failed;
}

static void lower_flag(int fd)
{
	eventfd_t count;
	int failed = eventfd_read(fd, &count);

	assert(!failed);
	(void)failed;
}

bool pl_queue_push(struct pl_queue *queue, const void *message)
{
	return pl_queue_push_many(queue, message, 1) == 1;
}

size_t pl_queue_push_many(struct pl_queue *queue, const void *messages, size_t count)
{
	size_t room, slot, before_end;

	pthread_mutex_lock(&queue->lock);
	room = queue->capacity - queue->length;
	if (count > room)
		count = room;
	slot = (queue->first + queue->length) % queue->capacity;
	before_end = queue->capacity - slot;
	if (before_end > count)
		before_end = count;
	if (count > 0) {
		memcpy(queue->slots + slot * queue->element, messages, before_end * queue->element);
		memcpy(queue->slots, (const unsigned char *)messages + before_end * queue->element,
		       (count - before_end) * queue->element);
		if (queue->length == 0)
			raise_flag(queue->fd);
		queue->length += count;
	}
	pthread_mutex_unlock(&queue->lock);
	return count;
}

bool pl_queue_pop(struct pl_queue *queue, void *message)
{
	return pl_queue_pop_many(queue, message, 1) == 1;
}

size_t pl_queue_pop_many(struct pl_queue *queue, void *messages, size_t most)
{
	size_t count, before_end;

	pthread_mutex_lock(&queue->lock);
	count = most < queue->length ? most : queue->length;
	before_end = queue->capacity - queue->first;
	if (before_end > count)
		before_end = count;
	if (count > 0) {
		memcpy(messages, queue->slots + queue->first * queue->element,
		       before_end * queue->element);
		memcpy((unsigned char *)messages + before_end * queue->element, queue->slots,
		       (count - before_end) * queue->element);
		queue->first = (queue->first + count) % queue->capacity;
		queue->length -= count;
		if (queue->length == 0)
			lower_flag(queue->fd);
	}
	pthread_mutex_unlock(&queue->lock);
	return count;
}

size_t pl_queue_length(struct pl_queue *queue)
{
	size_t length;

	pthread_mutex_lock(&queue->lock);
	length = queue->length;
	pthread_mutex_unlock(&queue->lock);
	return length;
}

size_t pl_queue_room(struct pl_queue *queue)
{
	return queue->capacity - pl_queue_length(queue);
}

int pl_queue_fd(const struct pl_queue *queue)
{
	return queue->fd;
}
