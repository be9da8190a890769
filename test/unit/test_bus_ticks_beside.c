/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings of a bus beside all else that needs its line: what is not asked is told, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/fake_ticks.h"

static void set(struct unit *unit, int64_t *what, int64_t ns)
{
	pthread_mutex_lock(&unit->lock);
	*what = ns;
	pthread_mutex_unlock(&unit->lock);
}

static void stop(struct line *line, struct ticks *ticks)
{
	pl_bus_cancel(line->bus, ticks->id);
	assert_int_equal(ticks_end(ticks), PL_ERR_CANCELLED);
	ticks_check(ticks);
}

/* Both parameters of the first unit. */
static struct ticks *two_of_one(struct line *line, double rate_hz, uint64_t slots)
{
	struct ticks *ticks = ticks_new(line, 2, rate_hz, slots, 512);

	ticks->targets[1] = (struct pl_target){.device = 0, .channel = -1, .parameter = UNIT_OTHER};
	return ticks;
}

/* ---- a write ---- */

static void a_tick_in_a_write_is_skipped_and_says_so(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 100, 0, 512);
	struct pl_bus_request write = {.verb = PL_BUS_WRITE, .target = {.channel = -1}, .value = 5};
	uint64_t id;

	line->units[0].write_takes_ns = 80 * PL_NS_PER_MS;
	line_open(line, 2);
	ticks_start(ticks);
	ticks_wait(ticks, 3);
	id = line_post(line, write);
	assert_int_equal(line_answer(line).id, id);
	ticks_wait(ticks, told_slots(&ticks->told) + 5);
	stop(line, ticks);
	assert_true(ticks->books.skipped[PL_SKIP_BUSY] >= 5);
	assert_non_null(strstr(ticks->told.why, "writing"));
	for (int i = 0; i < 2; i++) /* nothing came between a setting and its confirmation */
		assert_int_equal(line->units[i].intrusions, 0);
	ticks_free(ticks);
}

static void a_recording_begins_while_a_write_goes_on(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 0, 512);
	struct pl_bus_request write = {.verb = PL_BUS_WRITE, .target = {.channel = -1}, .value = 5};
	uint64_t id;

	line->units[0].write_takes_ns = 1000 * PL_NS_PER_S;
	line_open(line, 1);
	id = line_post(line, write);
	ticks_start(ticks);
	do { /* its slots are told though the write never ends */
		wait_for(pl_queue_fd(ticks->record.books), POLLIN);
		while (pl_queue_pop(ticks->record.books, &ticks->books))
			;
	} while (ticks->books.skipped[PL_SKIP_BUSY] == 0);
	stop(line, ticks);
	pl_bus_cancel(line->bus, id);
	assert_int_equal(line_answer(line).id, id);
	ticks_free(ticks);
}

/* ---- limits ---- */

/* The other parameter of the first unit has limits and is in no recording. */
static void watch(struct line *line, struct pl_limits *limits)
{
	*limits = (struct pl_limits){.target = {.channel = -1, .parameter = UNIT_OTHER}};
	line->devices[0].limits = limits;
	line->devices[0].limit_count = 1;
	line->devices[0].refresh_ns = 2 * PL_NS_PER_MS;
}

static unsigned looks(struct line *line, int64_t since_ns)
{
	struct pl_bus_event event;
	unsigned count = 0;

	while (pl_ring_pop(pl_bus_events(line->bus), &event))
		count += event.kind == PL_BUS_EVENT_READING && event.t_mono_ns >= since_ns &&
			 event.reading.target.parameter == UNIT_OTHER;
	return count;
}

/* Never between two ticks: a limit that nobody looks at is none. Nor more than a tenth. */
static void limits_are_watched_where_no_read_fits_between_ticks(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 100, 0, 1024);
	struct pl_limits limits;
	int64_t from_ns;
	unsigned count = 0;

	watch(line, &limits);
	line->units[0].read_takes_ns = 6 * PL_NS_PER_MS; /* of 10 ms */
	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 20); /* how long it takes is known now */
	from_ns = pl_clock_mono_ns();
	looks(line, from_ns);
	ticks_wait(ticks, told_slots(&ticks->told) + 60);
	while (count < 3) {
		count += looks(line, from_ns);
		ticks_wait(ticks, told_slots(&ticks->told) + 1);
	}
	assert_true((pl_clock_mono_ns() - from_ns) >= (count - 1) * 60 * PL_NS_PER_MS);
	stop(line, ticks);
	assert_true(ticks->books.skipped[PL_SKIP_BUSY] > 0);
	assert_non_null(strstr(ticks->told.why, "limits"));
	assert_true(ticks->books.reads_ok > ticks->books.skipped[PL_SKIP_BUSY]);
	ticks_free(ticks);
}

static void limits_cost_no_slot_where_a_read_fits(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 1, 5, 0, 512);
	struct pl_limits limits;
	unsigned count = 0;

	watch(line, &limits);
	line->units[0].read_takes_ns = 10 * PL_NS_PER_MS;
	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 4);
	while (count < 3)
		count += line_event(line, PL_BUS_EVENT_READING, 0).reading.target.parameter ==
			 UNIT_OTHER;
	stop(line, ticks);
	assert_int_equal(ticks->books.skipped[PL_SKIP_BUSY], 0);
	ticks_free(ticks);
}

/* ---- a dead unit ---- */

static void wait_probes(struct ticks *ticks, struct unit *unit, unsigned count)
{
	while (unit_count(unit, &unit->probes) < count)
		ticks_wait(ticks, told_slots(&ticks->told) + 1);
}

/* Its time-out is longer than the period: what is left until the next tick is enough to find it. */
static void case_49_seven_units_keep_their_cadence_whatever_the_time_out_of_the_eighth(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 8, 5, 0, 512);
	struct unit *dead = &line->units[3];

	dead->silence_takes_ns = 500 * PL_NS_PER_MS; /* of 200 ms */
	line_open(line, 8);
	ticks_start(ticks);
	ticks_wait(ticks, 1);
	unit_silence(dead, true);
	line_state(line, PL_BUS_LOST, 3);
	wait_probes(ticks, dead, 2); /* that of its opening, and one in vain */
	ticks_wait(ticks, told_slots(&ticks->told) + 2);
	unit_silence(dead, false);
	line_state(line, PL_BUS_UP, 3);
	stop(line, ticks);
	assert_int_equal(ticks->books.skipped[PL_SKIP_BUSY], 0);
	for (uint64_t n = 0; n < pl_tick_books_slots(&ticks->books); n++)
		for (int i = 0; i < 8; i++)
			assert_true(i == 3 || ticks->told.asked[i][n] == ticks->told.read[n]);
	ticks_free(ticks);
}

/* One that answers slower than the period is asked all the same, seldom, and is back. */
static void case_49_a_probe_that_fits_nowhere_has_a_small_share_and_is_counted(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 100, 0, 2048);
	struct unit *dead = &line->units[1];

	dead->probe_takes_ns = 15 * PL_NS_PER_MS;
	line_open(line, 2);
	unit_silence(dead, true);
	assert_int_equal(line_ask(line, PL_BUS_READ, 1).status, PL_ERR_UNANSWERED);
	line_state(line, PL_BUS_LOST, 1);
	set(dead, &dead->silence_takes_ns, 200 * PL_NS_PER_S);
	ticks_start(ticks);
	wait_probes(ticks, dead, 2); /* cut, or nothing would be told any more */
	ticks_wait(ticks, told_slots(&ticks->told) + 5);
	unit_silence(dead, false);
	line_state(line, PL_BUS_UP, 1);
	stop(line, ticks);
	assert_true(ticks->books.skipped[PL_SKIP_BUSY] > 0);
	assert_non_null(strstr(ticks->told.why, "probing"));
	ticks_free(ticks);
}

static void what_was_not_asked_of_a_unit_that_fell_silent_has_a_row(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = two_of_one(line, 100, 0);
	uint64_t slots;

	line_open(line, 1);
	ticks_start(ticks);
	ticks_wait(ticks, 3);
	unit_silence(&line->units[0], true);
	line_state(line, PL_BUS_LOST, 0);
	stop(line, ticks);
	slots = pl_tick_books_slots(&ticks->books);
	for (uint64_t n = 0; n < slots; n++)
		assert_int_equal(ticks->told.asked[0][n], 2 * ticks->told.read[n]);
	assert_int_equal(ticks->books.failed, 1);
	assert_int_equal(ticks->books.reads_failed[PL_READ_UNANSWERED], 1);
	assert_int_equal(ticks->books.reads_failed[PL_READ_LOST], 1);
	ticks_free(ticks);
}

/* ---- what a device does not know ---- */

static void refuse(struct unit *unit, enum pl_status status)
{
	pthread_mutex_lock(&unit->lock);
	unit->fails = status;
	pthread_mutex_unlock(&unit->lock);
}

static void a_unit_that_knows_nothing_of_it_has_one_row_and_a_gap(void **state)
{
	struct line *line = *state;

	line_open(line, 1);
	refuse(&line->units[0], PL_ERR_UNSUPPORTED);
	for (int i = 0; i < 2; i++) { /* the second recording learns it from the first */
		struct ticks *ticks = two_of_one(line, 100, 10);

		ticks_start(ticks);
		assert_int_equal(ticks_end(ticks), PL_OK);
		ticks_check(ticks);
		assert_int_equal(ticks->books.reads_failed[PL_READ_UNSUPPORTED], 2);
		assert_int_equal(ticks->books.on_time + ticks->books.late, 1);
		assert_int_equal(ticks->books.failed, 0);
		assert_true(ticks->books.skipped[PL_SKIP_UNSUPPORTED] > 0);
		assert_non_null(strstr(ticks->told.why, "unsupported"));
		ticks_free(ticks);
	}
	assert_int_equal(line->units[0].reads, 2); /* each was asked once */
}

static void beside_others_such_a_unit_has_a_gap_of_its_own(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = ticks_new(line, 2, 100, 20, 64);

	line_open(line, 2);
	refuse(&line->units[1], PL_ERR_UNSUPPORTED);
	ticks_start(ticks);
	assert_int_equal(ticks_end(ticks), PL_OK);
	ticks_check(ticks);
	assert_int_equal(ticks->books.reads_failed[PL_READ_UNSUPPORTED], 1);
	assert_int_equal(ticks->books.skipped[PL_SKIP_UNSUPPORTED], 0);
	for (size_t n = 0; n < 20; n++)
		assert_int_equal(ticks->told.asked[1][n] + ticks->told.silent[1][n],
				 ticks->told.read[n]);
	ticks_free(ticks);
}

static void found_anew_it_is_asked_anew(void **state)
{
	struct line *line = *state;
	struct ticks *ticks = two_of_one(line, 100, 0);

	line_open(line, 1);
	refuse(&line->units[0], PL_ERR_UNSUPPORTED);
	ticks_start(ticks);
	ticks_wait(ticks, 2);
	refuse(&line->units[0], PL_OK);
	line_unplug(line);
	line_state(line, PL_BUS_LOST, 0);
	line_plug_in(line);
	line_state(line, PL_BUS_UP, 0);
	while (ticks->books.reads_ok == 0) {
		wait_for(pl_queue_fd(ticks->record.books), POLLIN);
		ticks_take(ticks);
	}
	stop(line, ticks);
	ticks_free(ticks);
}

#define BESIDE_TEST(name) cmocka_unit_test_setup_teardown(name, line_new, line_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BESIDE_TEST(a_tick_in_a_write_is_skipped_and_says_so),
	    BESIDE_TEST(a_recording_begins_while_a_write_goes_on),
	    BESIDE_TEST(limits_are_watched_where_no_read_fits_between_ticks),
	    BESIDE_TEST(limits_cost_no_slot_where_a_read_fits),
	    BESIDE_TEST(case_49_seven_units_keep_their_cadence_whatever_the_time_out_of_the_eighth),
	    BESIDE_TEST(case_49_a_probe_that_fits_nowhere_has_a_small_share_and_is_counted),
	    BESIDE_TEST(what_was_not_asked_of_a_unit_that_fell_silent_has_a_row),
	    BESIDE_TEST(a_unit_that_knows_nothing_of_it_has_one_row_and_a_gap),
	    BESIDE_TEST(beside_others_such_a_unit_has_a_gap_of_its_own),
	    BESIDE_TEST(found_anew_it_is_asked_anew),
	};

	return cmocka_run_group_tests_name("bus_ticks_beside", tests, NULL, NULL);
}
