/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring: full, empty, wrap, lost, and a consumer that sleeps through nothing. */
#include "base/ring.h"
#include "plateau/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool is_readable(int fd)
{
	struct pollfd poll = {.fd = fd, .events = POLLIN};

	return pl_clock_poll(&poll, 1, 0) == 1;
}

static void an_empty_ring_gives_nothing(void **state)
{
	struct pl_ring *ring = pl_ring_new(sizeof(int), 4);
	int out = 42;

	(void)state;
	assert_non_null(ring);
	assert_false(pl_ring_pop(ring, &out));
	assert_int_equal(out, 42);
	assert_int_equal(pl_ring_lost(ring), 0);
	assert_int_equal(pl_ring_high_water(ring), 0);
	assert_false(is_readable(pl_ring_fd(ring)));
	pl_ring_free(ring);
}

static void a_full_ring_loses_the_newest_and_counts_it(void **state)
{
	struct pl_ring *ring = pl_ring_new(sizeof(int), 4);
	int out;

	(void)state;
	for (int i = 0; i < 7; i++) {
		assert_int_equal(pl_ring_is_full(ring), i >= 4);
		assert_int_equal(pl_ring_push(ring, &i), i < 4);
	}
	assert_int_equal(pl_ring_lost(ring), 3);
	assert_int_equal(pl_ring_high_water(ring), 4);
	for (int i = 0; i < 4; i++) {
		assert_true(pl_ring_pop(ring, &out));
		assert_int_equal(out, i);
	}
	assert_false(pl_ring_pop(ring, &out));
	assert_true(pl_ring_push(ring, &(int){9}));
	assert_int_equal(pl_ring_lost(ring), 3);
	pl_ring_free(ring);
}

static void messages_keep_their_order_when_the_ring_wraps(void **state)
{
	struct message {
		char bytes[13]; /* no power of two */
	} in = {{0}}, out;
	struct pl_ring *ring = pl_ring_new(sizeof in, 4);

	(void)state;
	for (int i = 0; i < 50; i++) {
		for (int j = 0; j < 3; j++) {
			memset(in.bytes, 3 * i + j, sizeof in.bytes);
			assert_true(pl_ring_push(ring, &in));
		}
		for (int j = 0; j < 3; j++) {
			memset(in.bytes, 3 * i + j, sizeof in.bytes);
			assert_true(pl_ring_pop(ring, &out));
			assert_memory_equal(&out, &in, sizeof in);
		}
	}
	assert_int_equal(pl_ring_high_water(ring), 3);
	pl_ring_free(ring);
}

static void the_capacity_is_rounded_up_to_a_power_of_two(void **state)
{
	static const struct {
		size_t wanted;
		int fits;
	} rows[] = {{1, 1}, {2, 2}, {3, 4}, {5, 8}, {8, 8}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_ring *ring = pl_ring_new(1, rows[i].wanted);
		int fits = 0;

		while (pl_ring_push(ring, "x"))
			fits++;
		assert_int_equal(fits, rows[i].fits);
		pl_ring_free(ring);
	}
}

static void it_stays_readable_until_acknowledged_and_wakes_again(void **state)
{
	struct pl_ring *ring = pl_ring_new(sizeof(int), 4);
	int fd = pl_ring_fd(ring), out;

	(void)state;
	pl_ring_push(ring, &(int){1});
	pl_ring_push(ring, &(int){2});
	assert_true(is_readable(fd));
	pl_ring_acknowledge(ring);
	assert_false(is_readable(fd));
	pl_ring_push(ring, &(int){3}); /* between acknowledging and popping */
	assert_true(is_readable(fd));
	pl_ring_acknowledge(ring);
	pl_ring_acknowledge(ring); /* once too often does no harm */
	while (pl_ring_pop(ring, &out))
		;
	assert_int_equal(out, 3);
	assert_false(is_readable(fd));
	pl_ring_push(ring, &(int){4});
	assert_true(is_readable(fd));
	pl_ring_free(ring);
}

enum { MESSAGES = 200000 };

struct message {
	int64_t number, check;
};

struct producer {
	struct pl_ring *ring;
	uint64_t refused;
};

static bool push(struct producer *self, int64_t number)
{
	bool done = pl_ring_push(self->ring, &(struct message){.number = number, .check = ~number});

	self->refused += !done;
	return done;
}

/* Pushes in bursts and waits between them, so that the ring fills up and the consumer sleeps. */
static void *produce(void *argument)
{
	for (int64_t i = 0; i < MESSAGES; i++) {
		push(argument, i);
		if (i % 5000 == 0)
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	while (!push(argument, MESSAGES))
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	return NULL;
}

static void what_comes_and_what_is_lost_add_up_between_threads(void **state)
{
	struct pl_ring *ring = pl_ring_new(sizeof(struct message), 256);
	struct pollfd poll = {.fd = pl_ring_fd(ring), .events = POLLIN};
	struct message message = {.number = -1};
	struct producer producer = {.ring = ring};
	int64_t got = 0, skipped = 0, last = -1;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
	while (message.number != MESSAGES) {
		assert_int_equal(pl_clock_poll(&poll, 1, PL_NEVER), 1);
		pl_ring_acknowledge(ring);
		for (; pl_ring_pop(ring, &message); got++) {
			assert_true(message.check == ~message.number);
			assert_true(message.number > last);
			skipped += message.number - last - 1;
			last = message.number;
		}
	}
	pthread_join(thread, NULL);
	assert_int_equal(got + skipped, MESSAGES + 1);
	assert_true(pl_ring_lost(ring) == producer.refused);
	assert_true(producer.refused >=
		    (uint64_t)skipped); /* the last one was tried until it fit */
	assert_in_range(pl_ring_high_water(ring), 1, 256);
	pl_ring_free(ring);
}

static void a_ring_larger_than_memory_is_refused(void **state)
{
	(void)state;
	assert_null(pl_ring_new(SIZE_MAX / 2, 4));
	assert_null(pl_ring_new(1, SIZE_MAX));
	pl_ring_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_ring_gives_nothing),
	    cmocka_unit_test(a_full_ring_loses_the_newest_and_counts_it),
	    cmocka_unit_test(messages_keep_their_order_when_the_ring_wraps),
	    cmocka_unit_test(the_capacity_is_rounded_up_to_a_power_of_two),
	    cmocka_unit_test(it_stays_readable_until_acknowledged_and_wakes_again),
	    cmocka_unit_test(what_comes_and_what_is_lost_add_up_between_threads),
	    cmocka_unit_test(a_ring_larger_than_memory_is_refused),
	};

	return cmocka_run_group_tests_name("base_ring", tests, NULL, NULL);
}
