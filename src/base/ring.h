/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ring.h - a lock-free ring of messages by value, one producer thread, one consumer thread.
 *
 * The producer never waits: a full ring loses the message and counts it. How full it was at its
 * fullest is kept too. The consumer is woken through a descriptor.
 */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl_ring;

/* element: bytes of one message; capacity: messages, rounded up to a power of two.
 * NULL when memory or descriptors are short. */
struct pl_ring *pl_ring_new(size_t element, size_t capacity);
void pl_ring_free(struct pl_ring *ring);

/* Producer. False when the ring was full: the message is lost and counted. */
bool pl_ring_push(struct pl_ring *ring, const void *message);
/* Producer. True when a push would be lost; counts nothing. */
bool pl_ring_is_full(const struct pl_ring *ring);
/* Consumer. False when empty. */
bool pl_ring_pop(struct pl_ring *ring, void *message);

uint64_t pl_ring_lost(const struct pl_ring *ring);     /* any thread */
size_t pl_ring_high_water(const struct pl_ring *ring); /* any thread */
/* Consumer: becomes readable after a push; pl_ring_acknowledge before popping until empty. */
int pl_ring_fd(const struct pl_ring *ring);
void pl_ring_acknowledge(struct pl_ring *ring);

#endif
