/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ring.c - a lock-free ring, one producer, one consumer, and an eventfd that is written only when
 * the consumer may be asleep.
 *
 * head counts what was pushed and is stored by the producer alone, tail what was popped and is
 * stored by the consumer alone; both run freely and are masked into the slots. A slot is written
 * before head is released and read before tail is released, so neither side touches the other's.
 * They stand on cache lines of their own.
 *
 * Waking: `is_awake` says that the consumer has been told since it last acknowledged. The producer
 * exchanges it for true after releasing head, the consumer for false before it looks at head. The
 * two exchanges have an order: either the consumer's is later and acquires the new head, or the
 * producer's is later, finds false and writes the eventfd. No push is slept through.
 */
#include "base/ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CACHE_LINE 64

struct pl_ring {
	_Alignas(CACHE_LINE) atomic_size_t head; /* producer */
	atomic_uint_fast64_t lost;
	atomic_size_t high_water;
	_Alignas(CACHE_LINE) atomic_size_t tail; /* consumer */
	_Alignas(CACHE_LINE) atomic_bool is_awake;
	int fd; /* constant from here on */
	size_t element, capacity;
	unsigned char *slots;
};

/* 0 when there is no power of two that large. */
static size_t power_of_two(size_t least)
{
	size_t power = 1;

	while (power != 0 && power < least)
		power *= 2;
	return power;
}

struct pl_ring *pl_ring_new(size_t element, size_t capacity)
{
	struct pl_ring *ring = aligned_alloc(CACHE_LINE, sizeof *ring);

	assert(element > 0 && capacity > 0);
	if (!ring)
		return NULL;
	memset(ring, 0, sizeof *ring);
	atomic_init(&ring->head, 0);
	atomic_init(&ring->tail, 0);
	atomic_init(&ring->lost, 0);
	atomic_init(&ring->high_water, 0);
	atomic_init(&ring->is_awake, false);
	ring->element = element;
	ring->capacity = power_of_two(capacity);
	if (ring->capacity > 0 && ring->capacity <= SIZE_MAX / element)
		ring->slots = calloc(ring->capacity, element);
	ring->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (ring->slots && ring->fd >= 0)
		return ring;
	pl_ring_free(ring);
	return NULL;
}

void pl_ring_free(struct pl_ring *ring)
{
	if (!ring)
		return;
	if (ring->fd >= 0)
		close(ring->fd);
	free(ring->slots);
	free(ring);
}

static unsigned char *slot_of(const struct pl_ring *ring, size_t position)
{
	return ring->slots + (position & (ring->capacity - 1)) * ring->element;
}

bool pl_ring_push(struct pl_ring *ring, const void *message)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t length = head - atomic_load_explicit(&ring->tail, memory_order_acquire);

	if (length == ring->capacity) {
		atomic_fetch_add_explicit(&ring->lost, 1, memory_order_relaxed);
		return false;
	}
	memcpy(slot_of(ring, head), message, ring->element);
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	if (length + 1 > atomic_load_explicit(&ring->high_water, memory_order_relaxed))
		atomic_store_explicit(&ring->high_water, length + 1, memory_order_relaxed);
	if (!atomic_exchange_explicit(&ring->is_awake, true, memory_order_acq_rel))
		eventfd_write(ring->fd, 1);
	return true;
}

bool pl_ring_is_full(const struct pl_ring *ring)
{
	return atomic_load_explicit(&ring->head, memory_order_relaxed) -
		   atomic_load_explicit(&ring->tail, memory_order_acquire) ==
	       ring->capacity;
}

bool pl_ring_pop(struct pl_ring *ring, void *message)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
		return false;
	memcpy(message, slot_of(ring, tail), ring->element);
	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
	return true;
}

uint64_t pl_ring_lost(const struct pl_ring *ring)
{
	return atomic_load_explicit(&ring->lost, memory_order_relaxed);
}

size_t pl_ring_high_water(const struct pl_ring *ring)
{
	return atomic_load_explicit(&ring->high_water, memory_order_relaxed);
}

int pl_ring_fd(const struct pl_ring *ring)
{
	return ring->fd;
}

/* The eventfd is emptied first: emptied last, it could swallow the wake-up of a push that came in
 * between and found is_awake false. */
void pl_ring_acknowledge(struct pl_ring *ring)
{
	eventfd_t count;

	eventfd_read(ring->fd, &count);
	atomic_exchange_explicit(&ring->is_awake, false, memory_order_acq_rel);
}
