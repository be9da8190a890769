/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.h - a bounded queue of messages by value between threads, with a descriptor to poll.
 *
 * Any number of producers, any number of consumers. Memory is allocated once; push never blocks
 * and never allocates: a full queue says no and the producer decides. First in, first out.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct pl_queue;

/* element: bytes of one message; capacity: messages. NULL when memory or
 * descriptors are short. */
struct pl_queue *pl_queue_new(size_t element, size_t capacity);
void pl_queue_free(struct pl_queue *queue); /* after every thread is done with it */

/* Copies one message in; false when full. */
bool pl_queue_push(struct pl_queue *queue, const void *message);
/* Copies as many in as there is room for, in one go; returns how many. */
size_t pl_queue_push_many(struct pl_queue *queue, const void *messages, size_t count);
/* Copies the oldest message out; false when empty. */
bool pl_queue_pop(struct pl_queue *queue, void *message);
/* Up to `most` messages at once; returns how many. */
size_t pl_queue_pop_many(struct pl_queue *queue, void *messages, size_t most);
size_t pl_queue_length(struct pl_queue *queue);
/* How many more it takes: at least so many as long as nobody else pushes. */
size_t pl_queue_room(struct pl_queue *queue);

/* Readable while the queue holds anything. Only to poll, never to read. */
int pl_queue_fd(const struct pl_queue *queue);

#endif
