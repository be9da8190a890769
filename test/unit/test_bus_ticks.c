/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings of a bus: every slot told once, whatever becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/fake_ticks.h"

static void each_slot_is_read_and_told_once(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 3, 200, 20, 64);

	line_open(line, 3);
	ticks_start(ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	assert_int_equal(ticks->books.reads_ok, 3 * (ticks->books.on_time + ticks->books.late));
	assert_int_equal(ticks->books.failed, 0);
	assert_int_equal(ticks->books.durations.count, ticks->books.on_time + ticks->books.late);
	for (int i = 0; i < 3; i++)
		assert_int_equal(line->units[i].value, ticks->books.reads_ok / 3);
	ticks_free(ticks);
}

static void what_cannot_be_recorded_is_refused(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 100, 1, 2);
	struct pl_bus_request request = {.verb = PL_BUS_RECORD};

	line_open(line, 1);
	ticks->targets[1].device = 5;
	ticks->record.grid.start_ns = pl_clock_mono_ns();
	request.record = ticks->record;
	request.record.target_count = 0;
	line_post(line, request);
	assert_int_equal(line_answer(line).status, PL_ERR_USAGE);
	request.record = ticks->record;
	request.record.grid.rate_hz = 0;
	line_post(line, request);
	assert_int_equal(line_answer(line).status, PL_ERR_USAGE);
	ticks->targets[1] = (struct pl_target){.channel = 3};
	request.record = ticks->record;
	line_post(line, request);
	assert_int_equal(line_answer(line).status, PL_ERR_USAGE);
	ticks_free(ticks);
}

/* The consumer sleeps until the bus has passed all slots by. */
static void run_stalled(struct line *line, struct ticks *ticks)
{
	line_open(line, 1);
	ticks_start(ticks);
	do {
		wait_for(pl_queue_fd(ticks->record.books), POLLIN);
		while (pl_queue_pop(ticks->record.books, &ticks->books))
			;
	} while (pl_tick_books_slots(&ticks->books) < ticks->record.grid.ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
}

static void a_full_queue_blocks_and_the_slots_are_not_polled(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 200, 50, 8);

	ticks->record.overflow = PL_OVERFLOW_BLOCK;
	run_stalled(line, ticks);
	assert_true(ticks->books.skipped[PL_SKIP_BLOCKED] > 0);
	assert_int_equal(ticks->books.dropped, 0);
	assert_int_equal(line->units[0].value, ticks->books.reads_ok);
	assert_true(ticks->books.reads_ok <= 8);
	assert_int_equal(ticks->told.read[49], 0);
	assert_non_null(strstr(ticks->told.why, "blocked"));
	ticks_free(ticks);
}

static void drop_newest_reads_and_throws_away(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 200, 50, 8);

	ticks->record.overflow = PL_OVERFLOW_DROP_NEWEST;
	run_stalled(line, ticks);
	assert_true(ticks->books.dropped > 0);
	assert_int_equal(ticks->books.skipped[PL_SKIP_BLOCKED], 0);
	assert_int_equal(ticks->books.reads_ok, 50 - ticks->books.skipped[PL_SKIP_OVERRUN]);
	assert_int_equal(ticks->told.read[49], 0);
	assert_non_null(strstr(ticks->told.why, "dropped"));
	ticks_free(ticks);
}

static void drop_oldest_keeps_the_newest(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 200, 50, 8);
	uint64_t kept = 0;

	ticks->record.overflow = PL_OVERFLOW_DROP_OLDEST;
	run_stalled(line, ticks);
	assert_true(ticks->books.dropped > 0);
	assert_int_equal(ticks->books.reads_ok, 50 - ticks->books.skipped[PL_SKIP_OVERRUN]);
	assert_int_equal(ticks->told.read[0], 0);
	assert_non_null(strstr(ticks->told.why, "dropped"));
	for (uint64_t n = 50 - 4; n < 50; n++)
		kept += ticks->told.read[n];
	assert_true(kept + ticks->books.skipped[PL_SKIP_OVERRUN] >= 4);
	ticks_free(ticks);
}

/* Nobody takes a tick any more: the end comes all the same, and every slot is told. */
static void a_full_queue_does_not_hold_up_the_end(void **state)
{
	static const int policies[] = {PL_OVERFLOW_BLOCK, PL_OVERFLOW_DROP_NEWEST,
				       PL_OVERFLOW_DROP_OLDEST};
	struct line *line = *state;

	line_open(line, 2);
	unit_silence(&line->units[1], true);
	for (size_t i = 0; i < 3; i++) {
		struct ticks *ticks = ticks_new(line, 2, 500, 0, 8);

		ticks->record.overflow = policies[i];
		ticks_start(ticks);
		do { /* books only */
			wait_for(pl_queue_fd(ticks->record.books), POLLIN);
			while (pl_queue_pop(ticks->record.books, &ticks->books))
				;
		} while (pl_tick_books_slots(&ticks->books) < 40);
		pl_bus_cancel(line->bus, ticks->id);
		wait_for(pl_queue_fd(line->answers), POLLIN);
		assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
		ticks_check(ticks);
		ticks_free(ticks);
	}
}

/* One element now and then, under each policy and in the smallest queue: nothing is told twice or
 * lost. */
static void a_slow_consumer_hears_of_each_slot_once(void **state)
{
	static const int policies[] = {PL_OVERFLOW_BLOCK, PL_OVERFLOW_DROP_NEWEST,
				       PL_OVERFLOW_DROP_OLDEST};
	static const size_t rooms[] = {2, 3, 16};
	struct line *line = *state;

	line_open(line, 2);
	unit_silence(&line->units[1], true);
	for (size_t i = 0; i < 9; i++) {
		struct ticks *ticks = ticks_new(line, 2, 500, 100, rooms[i % 3]);

		ticks->record.overflow = policies[i / 3];
		ticks_start(ticks);
		while (pl_tick_books_slots(&ticks->books) < 100 && !ticks->books.is_over) {
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 5 * PL_NS_PER_MS);
			if (pl_queue_pop(ticks->record.ticks, ticks->tick))
				told_tick(&ticks->told, ticks->tick);
			while (pl_queue_pop(ticks->record.books, &ticks->books))
				;
		}
		assert_int_equal(ticks_end(ticks), PL_OK);
		ticks_check(ticks);
		for (size_t n = 0; n < 100; n++)
			assert_true(ticks->told.silent[1][n] <= 1);
		ticks_free(ticks);
	}
}

static void case_50_a_tick_that_takes_too_long_skips_slots_of_the_same_grid(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 200, 40, 64);

	line->units[0].read_takes_ns = 12 * PL_NS_PER_MS; /* of 5 ms */
	line_open(line, 1);
	ticks_start(ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	assert_true(ticks->books.skipped[PL_SKIP_OVERRUN] >= 20);
	assert_true(line->units[0].value <= 20);
	for (size_t n = 1; n < 40; n++) /* never two in a row, to catch up */
		assert_false(ticks->told.read[n - 1] && ticks->told.read[n]);
	assert_int_equal(ticks->told.last_scheduled_ns % (5 * PL_NS_PER_MS),
			 ticks->record.grid.start_ns % (5 * PL_NS_PER_MS));
	assert_true(ticks->told.last_started_ns >= ticks->told.last_scheduled_ns);
	assert_string_equal(ticks->told.why, "overrun|");
	ticks_free(ticks);
}

static void nothing_is_polled_behind_the_last_slot(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 4, 64);

	line->units[0].read_takes_ns = 100 * PL_NS_PER_MS; /* the first outlasts them all */
	line_open(line, 1);
	ticks_start(ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	assert_true(line->units[0].value <= 1);
	assert_true(ticks->books.skipped[PL_SKIP_OVERRUN] >= 3);
	ticks_free(ticks);
}

static void case_49_a_dead_unit_among_eight_leaves_the_others_their_slots(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 8, 100, 0, 512);
	struct told *told = &ticks->told;
	uint64_t dead_from = 0;

	line_open(line, 8);
	ticks_start(ticks);
	ticks_wait(ticks, 10);
	unit_silence(&line->units[3], true);
	ticks_wait(ticks, told_slots(told) + 120); /* probed meanwhile, in vain */
	assert_true(unit_count(&line->units[3], &line->units[3].probes) >= 2);
	unit_silence(&line->units[3], false);
	line_state(line, PL_BUS_UP, 3);
	ticks_wait(ticks, told_slots(told) + 10);
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	assert_int_equal(ticks->books.failed, 0);
	assert_int_equal(ticks->books.skipped[PL_SKIP_DISCONNECTED], 0);
	assert_int_equal(ticks->books.disconnects, 1);
	assert_int_equal(ticks->books.reads_failed[PL_READ_UNANSWERED], 1);
	for (uint64_t n = 0; n < pl_tick_books_slots(&ticks->books); n++) {
		if (!told->read[n])
			continue;
		for (int i = 0; i < 8; i++) /* asked, or told as silent, and never both */
			assert_int_equal(told->asked[i][n] + told->silent[i][n], 1);
		dead_from += told->silent[3][n];
		for (int i = 0; i < 8; i++)
			assert_true(i == 3 || told->asked[i][n]);
	}
	assert_true(dead_from > 0);
	ticks_free(ticks);
}

static void a_silent_device_is_told_of_while_it_lasts(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 50, 0, 512);
	unsigned told = 0;

	line_open(line, 2);
	unit_silence(&line->units[1], true);
	ticks_start(ticks);
	while (told == 0) { /* though it never comes back */
		wait_for(pl_queue_fd(ticks->record.ticks), POLLIN);
		ticks_take(ticks);
		for (size_t n = 0; n < SLOTS; n++)
			told += ticks->told.silent[1][n];
	}
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	ticks_free(ticks);
}

static void case_26_slots_of_a_lost_port_are_disconnected(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 100, 0, 512);
	uint64_t before;

	line_open(line, 2);
	ticks_start(ticks);
	ticks_wait(ticks, 5);
	line_unplug(line);
	line_state(line, PL_BUS_LOST, 1);
	before = told_slots(&ticks->told);
	ticks_wait(ticks, before + 20); /* one gap for all of them, each second */
	line_plug_in(line);
	line_state(line, PL_BUS_UP, 0);
	line_state(line, PL_BUS_UP, 1);
	ticks_wait(ticks, told_slots(&ticks->told) + 5);
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	assert_true(ticks->books.skipped[PL_SKIP_DISCONNECTED] > 0);
	assert_int_equal(ticks->books.disconnects, 2);
	assert_non_null(strstr(ticks->told.why, "disconnected"));
	assert_true(ticks->told.gaps < 20);
	ticks_free(ticks);
}

static void a_recording_that_does_not_reconnect_ends_with_the_port(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 0, 512);

	ticks->record.ends_when_lost = true;
	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 3);
	line_unplug(line);
	assert_int_equal(ticks_end(ticks), PL_ERR_LOST);
	ticks_check(ticks);
	assert_string_not_equal(ticks->answer.error.text, "");
	ticks_free(ticks);
}

static void a_tick_that_nobody_answers_has_failed(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 5, 64);

	line_open(line, 1);
	pthread_mutex_lock(&line->units[0].lock);
	line->units[0].fails = PL_ERR_PROTOCOL;
	pthread_mutex_unlock(&line->units[0].lock);
	ticks_start(ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	assert_true(ticks->books.failed > 0);
	assert_int_equal(ticks->books.failed, ticks->books.reads_failed[PL_READ_PROTOCOL]);
	assert_int_equal(ticks->books.on_time + ticks->books.late, 0);
	ticks_free(ticks);
}

static void several_recordings_go_on_at_once(void **state)
{
	struct line *line = *state;
	struct ticks *fast = ticks_new(line, 1, 300, 60, 64);
	struct ticks *slow = ticks_new(line, 3, 20, 4, 64);
	struct pl_bus_answer first;

	line_open(line, 3);
	ticks_start(slow);
	ticks_start(fast);
	for (int i = 0; i < 2; i++) {
		first = line_answer(line);
		assert_int_equal(first.status, PL_OK);
	}
	ticks_take(fast);
	ticks_take(slow);
	ticks_check(fast);
	ticks_check(slow);
	assert_int_equal(fast->books.reads_ok + slow->books.reads_ok / 3, line->units[0].value);
	ticks_free(fast);
	ticks_free(slow);
}

static void requests_are_answered_between_ticks(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 1000, 0, 8);
	struct pl_bus_request write = {.verb = PL_BUS_WRITE, .target = {.channel = -1}, .value = 5};

	line->units[0].read_takes_ns = 3 * PL_NS_PER_MS; /* never time for anything else */
	ticks->record.overflow = PL_OVERFLOW_DROP_OLDEST;
	line_open(line, 2);
	ticks_start(ticks);
	for (int i = 0; i < 5; i++) {
		line_post(line, write);
		assert_int_equal(line_answer(line).status, PL_OK);
	}
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	ticks_free(ticks);
}

static void what_is_recorded_is_not_asked_for_the_screen(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 50, 25, 64);
	unsigned reads;

	line->devices[0].refresh_ns = 2 * PL_NS_PER_MS;
	line_open(line, 1);
	line_event(line, PL_BUS_EVENT_READING, 0); /* it is polled when nobody records */
	ticks->record.grid.start_ns = 0;
	ticks_start(ticks);
	ticks_wait(ticks, 1);
	reads = unit_count(&line->units[0], &line->units[0].reads);
	ticks_wait(ticks, 20);
	assert_true(unit_count(&line->units[0], &line->units[0].reads) - reads <= 25);
	assert_int_equal(line_event(line, PL_BUS_EVENT_READING, 0).reading.target.parameter,
			 UNIT_LEVEL);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	ticks_free(ticks);
}

/* A limit is watched at the pace of the screen, however slow what records it is. */
static void what_is_recorded_seldom_is_asked_for_all_the_same(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 0.001, 0, 64);

	line->devices[0].refresh_ns = 2 * PL_NS_PER_MS;
	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 1);
	while (ticks->told.last_started_ns >=
	       line_event(line, PL_BUS_EVENT_READING, 0).t_mono_ns - 600 * PL_NS_PER_MS)
		;
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	ticks_free(ticks);
}

static void ending_the_bus_answers_its_recordings(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 0, 512);

	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 2);
	pl_bus_stop(line->bus);
	line->bus = NULL;
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
	ticks_free(ticks);
}

#define TICKS_TEST(name) cmocka_unit_test_setup_teardown(name, line_new, line_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TICKS_TEST(each_slot_is_read_and_told_once),
	    TICKS_TEST(what_cannot_be_recorded_is_refused),
	    TICKS_TEST(a_full_queue_blocks_and_the_slots_are_not_polled),
	    TICKS_TEST(drop_newest_reads_and_throws_away),
	    TICKS_TEST(drop_oldest_keeps_the_newest),
	    TICKS_TEST(a_full_queue_does_not_hold_up_the_end),
	    TICKS_TEST(a_slow_consumer_hears_of_each_slot_once),
	    TICKS_TEST(case_50_a_tick_that_takes_too_long_skips_slots_of_the_same_grid),
	    TICKS_TEST(nothing_is_polled_behind_the_last_slot),
	    TICKS_TEST(case_49_a_dead_unit_among_eight_leaves_the_others_their_slots),
	    TICKS_TEST(a_silent_device_is_told_of_while_it_lasts),
	    TICKS_TEST(case_26_slots_of_a_lost_port_are_disconnected),
	    TICKS_TEST(a_recording_that_does_not_reconnect_ends_with_the_port),
	    TICKS_TEST(a_tick_that_nobody_answers_has_failed),
	    TICKS_TEST(several_recordings_go_on_at_once),
	    TICKS_TEST(requests_are_answered_between_ticks),
	    TICKS_TEST(what_is_recorded_is_not_asked_for_the_screen),
	    TICKS_TEST(what_is_recorded_seldom_is_asked_for_all_the_same),
	    TICKS_TEST(ending_the_bus_answers_its_recordings),
	};

	return cmocka_run_group_tests_name("bus_ticks", tests, NULL, NULL);
}
