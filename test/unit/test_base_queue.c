/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue between threads: order, bounds, readability, many producers. */
#include "base/queue.h"
#include "plateau/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool is_readable(int fd)
{
	struct pollfd poll = {.fd = fd, .events = POLLIN};

	return pl_clock_poll(&poll, 1, 0) == 1;
}

static void messages_come_out_in_order_around_the_end(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(int), 3);
	int out;

	(void)state;
	assert_non_null(queue);
	for (int i = 0; i < 20; i += 2) {
		int next = i + 1;

		assert_true(pl_queue_push(queue, &i));
		assert_true(pl_queue_push(queue, &next));
		assert_int_equal(pl_queue_length(queue), 2);
		assert_true(pl_queue_pop(queue, &out));
		assert_int_equal(out, i);
		assert_true(pl_queue_pop(queue, &out));
		assert_int_equal(out, next);
	}
	assert_false(pl_queue_pop(queue, &out));
	pl_queue_free(queue);
}

static void a_full_queue_says_no_and_keeps_what_it_has(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(int), 2);
	int out;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(pl_queue_push(queue, &i), i < 2);
	assert_true(pl_queue_pop(queue, &out));
	assert_int_equal(out, 0);
	assert_true(pl_queue_push(queue, &(int){7}));
	assert_true(pl_queue_pop(queue, &out));
	assert_int_equal(out, 1);
	assert_true(pl_queue_pop(queue, &out));
	assert_int_equal(out, 7);
	pl_queue_free(queue);
}

static void it_is_readable_exactly_while_it_holds_anything(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(int), 4);
	int fd = pl_queue_fd(queue), out[4];

	(void)state;
	assert_false(is_readable(fd));
	pl_queue_push(queue, &(int){1});
	pl_queue_push(queue, &(int){2});
	assert_true(is_readable(fd));
	pl_queue_pop(queue, out);
	assert_true(is_readable(fd));
	pl_queue_pop(queue, out);
	assert_false(is_readable(fd));
	assert_false(pl_queue_pop(queue, out));
	pl_queue_push(queue, &(int){3});
	assert_true(is_readable(fd));
	assert_int_equal(pl_queue_pop_many(queue, out, 4), 1);
	assert_false(is_readable(fd));
	pl_queue_free(queue);
}

static void many_come_out_at_once_across_the_end(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(int), 5);
	int out[8] = {0};

	(void)state;
	for (int i = 0; i < 3; i++)
		pl_queue_push(queue, &i);
	assert_int_equal(pl_queue_pop_many(queue, out, 3), 3);
	for (int i = 10; i < 15; i++)
		assert_true(pl_queue_push(queue, &i));
	assert_int_equal(pl_queue_pop_many(queue, out, 0), 0);
	assert_int_equal(pl_queue_pop_many(queue, out, 4), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(out[i], 10 + i);
	assert_int_equal(pl_queue_pop_many(queue, out, 8), 1);
	assert_int_equal(out[0], 14);
	pl_queue_free(queue);
}

static void many_go_in_at_once_across_the_end_and_no_more_than_fit(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(int), 5);
	const int in[] = {1, 2, 3, 4, 5, 6};
	int out[8] = {0};

	(void)state;
	assert_int_equal(pl_queue_push_many(queue, in, 0), 0);
	assert_false(is_readable(pl_queue_fd(queue)));
	assert_int_equal(pl_queue_push_many(queue, in, 3), 3);
	assert_true(is_readable(pl_queue_fd(queue)));
	assert_int_equal(pl_queue_pop_many(queue, out, 3), 3);
	assert_int_equal(pl_queue_push_many(queue, in, 6), 5);
	assert_int_equal(pl_queue_push_many(queue, in, 6), 0);
	assert_int_equal(pl_queue_pop_many(queue, out, 8), 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(out[i], 1 + i);
	assert_false(is_readable(pl_queue_fd(queue)));
	pl_queue_free(queue);
}

enum { PRODUCERS = 4, MESSAGES = 5000 };

struct message {
	int producer, number;
};

struct producer {
	struct pl_queue *queue;
	int id;
	unsigned refused;
};

static void *produce(void *argument)
{
	struct producer *self = argument;

	for (int i = 0; i < MESSAGES;) {
		struct message message = {.producer = self->id, .number = i};

		if (pl_queue_push(self->queue, &message)) {
			i++;
		} else {
			self->refused++;
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS / 10);
		}
	}
	return NULL;
}

static void several_producers_lose_and_reorder_nothing(void **state)
{
	struct pl_queue *queue = pl_queue_new(sizeof(struct message), 64);
	struct pollfd poll = {.fd = pl_queue_fd(queue), .events = POLLIN};
	struct producer producers[PRODUCERS];
	pthread_t threads[PRODUCERS];
	int next[PRODUCERS] = {0};

	(void)state;
	for (int i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){.queue = queue, .id = i};
		assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	for (int got = 0; got < PRODUCERS * MESSAGES;) {
		struct message batch[16];
		size_t count;

		assert_int_equal(pl_clock_poll(&poll, 1, PL_NEVER), 1);
		count = pl_queue_pop_many(queue, batch, 16);
		assert_true(count > 0); /* the only consumer: readable means there is something */
		for (size_t i = 0; i < count; i++, got++)
			assert_int_equal(batch[i].number, next[batch[i].producer]++);
	}
	for (int i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(pl_queue_length(queue), 0);
	pl_queue_free(queue);
}

static void a_queue_larger_than_memory_is_refused(void **state)
{
	(void)state;
	assert_null(pl_queue_new(SIZE_MAX / 2, 4));
	pl_queue_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_come_out_in_order_around_the_end),
	    cmocka_unit_test(a_full_queue_says_no_and_keeps_what_it_has),
	    cmocka_unit_test(it_is_readable_exactly_while_it_holds_anything),
	    cmocka_unit_test(many_come_out_at_once_across_the_end),
	    cmocka_unit_test(many_go_in_at_once_across_the_end_and_no_more_than_fit),
	    cmocka_unit_test(several_producers_lose_and_reorder_nothing),
	    cmocka_unit_test(a_queue_larger_than_memory_is_refused),
	};

	return cmocka_run_group_tests_name("base_queue", tests, NULL, NULL);
}
