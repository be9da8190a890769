/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks, written times, and the wait that everything waits with. */
#include "plateau/clock.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void the_monotonic_clocks_do_not_go_back(void **state)
{
	int64_t mono = pl_clock_mono_ns(), boot = pl_clock_boot_ns();

	(void)state;
	assert_true(pl_clock_mono_ns() >= mono);
	assert_true(pl_clock_boot_ns() >= boot);
	assert_true(boot >= mono);
	assert_true(pl_clock_utc_ns() > INT64_C(1577836800) * PL_NS_PER_S); /* after 2020 */
}

static void utc_is_written_as_iso_8601_with_milliseconds(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
	    {0, "1970-01-01T00:00:00.000Z"},
	    {-1, "1969-12-31T23:59:59.999Z"},
	    {INT64_C(951782399999999999), "2000-02-28T23:59:59.999Z"},
	    {INT64_C(951782400000000000), "2000-02-29T00:00:00.000Z"},
	    {INT64_C(1795258326123456789), "2026-11-21T10:52:06.123Z"},
	    {INT64_C(4107542400000000000), "2100-03-01T00:00:00.000Z"},
	    {INT64_MAX, "2262-04-11T23:47:16.854Z"},
	    {INT64_MIN, "1677-09-21T00:12:43.145Z"},
	};
	char out[PL_UTC_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pl_clock_format_utc(rows[i].ns, out);
		assert_string_equal(out, rows[i].text);
	}
}

static void every_day_of_four_centuries_agrees_with_the_library(void **state)
{
	char out[PL_DAY_SIZE], expected[32];

	(void)state;
	for (int64_t day = -100000; day < 100000; day += 1) {
		time_t when = (time_t)(day * 86400);
		struct tm tm;

		gmtime_r(&when, &tm);
		strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
		pl_clock_format_day(day * 86400 * PL_NS_PER_S, out);
		if (strcmp(out, expected) != 0)
			assert_string_equal(out, expected);
	}
}

static void local_time_carries_its_offset(void **state)
{
	static const struct {
		const char *zone;
		const char *text;
	} rows[] = {
	    {"CET-1", "2026-11-21 11:52:06+01:00"},
	    {"XXX3:30", "2026-11-21 07:22:06-03:30"},
	    {"UTC0", "2026-11-21 10:52:06+00:00"},
	    {"LIN-14", "2026-11-22 00:52:06+14:00"},
	};
	char out[PL_LOCAL_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		setenv("TZ", rows[i].zone, 1);
		tzset();
		pl_clock_format_local(INT64_C(1795258326123456789), out);
		assert_string_equal(out, rows[i].text);
	}
}

static void the_boot_id_is_empty_or_36_characters_and_stays(void **state)
{
	char first[37], second[37];

	(void)state;
	pl_clock_boot_id(first);
	pl_clock_boot_id(second);
	assert_true(strlen(first) == 0 || strlen(first) == 36);
	assert_string_equal(first, second);
}

static void a_past_deadline_only_looks(void **state)
{
	int ends[2];
	struct pollfd fd = {.events = POLLIN};

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fd.fd = ends[0];
	assert_int_equal(pl_clock_poll(&fd, 1, 0), 0);
	assert_int_equal(pl_clock_poll(&fd, 1, INT64_MIN), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(pl_clock_poll(&fd, 1, 0), 1);
	assert_int_equal(pl_clock_poll(&fd, 1, PL_NEVER), 1);
	close(ends[0]);
	close(ends[1]);
}

static void a_wait_does_not_end_before_its_deadline(void **state)
{
	int64_t deadline = pl_clock_mono_ns() + 3 * PL_NS_PER_MS;

	(void)state;
	pl_clock_sharpen();
	assert_int_equal(pl_clock_poll(NULL, 0, deadline), 0);
	assert_true(pl_clock_mono_ns() >= deadline);
}

static void count_signal(int number)
{
	(void)number;
}

struct nudge {
	pthread_t target;
	atomic_bool stop;
};

static void *send_signals(void *argument)
{
	struct nudge *nudge = argument;

	while (!atomic_load(&nudge->stop)) {
		pthread_kill(nudge->target, SIGUSR1);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	return NULL;
}

static void an_interrupted_wait_is_resumed(void **state)
{
	struct sigaction action = {.sa_handler = count_signal};
	struct nudge nudge = {.target = pthread_self()};
	int64_t deadline;
	pthread_t thread;

	(void)state;
	sigaction(SIGUSR1, &action, NULL);
	assert_int_equal(pthread_create(&thread, NULL, send_signals, &nudge), 0);
	deadline = pl_clock_mono_ns() + 20 * PL_NS_PER_MS;
	assert_int_equal(pl_clock_poll(NULL, 0, deadline), 0);
	assert_true(pl_clock_mono_ns() >= deadline);
	atomic_store(&nudge.stop, true);
	pthread_join(thread, NULL);
}

static void a_poll_that_cannot_work_keeps_its_errno(void **state)
{
	(void)state;
	assert_int_equal(pl_clock_poll(NULL, 3, 0), -1);
	assert_int_equal(errno, EFAULT);
}

static void sharpening_sets_the_timer_slack_to_one_nanosecond(void **state)
{
	(void)state;
	pl_clock_sharpen();
	assert_int_equal(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0), 1);
}

static void a_written_time_reads_back_to_its_millisecond(void **state)
{
	static const char *const wrong[] = {"",
					    "2026-11-21",
					    "2026-02-30T00:00:00.000Z",
					    "2026-11-21T10:52:06.123z",
					    "2026-11-21T24:00:00.000Z",
					    "2026-11-21 10:52:06.123Z",
					    "9999-01-01T00:00:00.000Z",
					    "2026-11-21T10:52:06.123Zx"};
	int64_t utc_ns = 7;
	char text[PL_UTC_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(pl_clock_parse_utc(wrong[i], &utc_ns));
	assert_int_equal(utc_ns, 7);
	for (int64_t t = -INT64_C(1000000000123) * 1000000; t < INT64_C(4000000000000000000);
	     t += INT64_C(86399876543210) * 29) {
		pl_clock_format_utc(t, text);
		assert_true(pl_clock_parse_utc(text, &utc_ns));
		assert_true(t - utc_ns >= 0 && t - utc_ns < PL_NS_PER_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_monotonic_clocks_do_not_go_back),
	    cmocka_unit_test(utc_is_written_as_iso_8601_with_milliseconds),
	    cmocka_unit_test(every_day_of_four_centuries_agrees_with_the_library),
	    cmocka_unit_test(a_written_time_reads_back_to_its_millisecond),
	    cmocka_unit_test(local_time_carries_its_offset),
	    cmocka_unit_test(the_boot_id_is_empty_or_36_characters_and_stays),
	    cmocka_unit_test(a_past_deadline_only_looks),
	    cmocka_unit_test(a_wait_does_not_end_before_its_deadline),
	    cmocka_unit_test(an_interrupted_wait_is_resumed),
	    cmocka_unit_test(a_poll_that_cannot_work_keeps_its_errno),
	    cmocka_unit_test(sharpening_sets_the_timer_slack_to_one_nanosecond),
	};

	return cmocka_run_group_tests_name("base_clock", tests, NULL, NULL);
}
