/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate behind a count: bias of the stop rule, dead time, and when there is none. */
#include "scan/live_time.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct pl_live_count count_of(uint64_t hits, double live_s, enum pl_stop_rule rule)
{
	return (struct pl_live_count){.hits = hits,
				      .events = hits,
				      .live_s = live_s,
				      .stop_rule = rule,
				      .device_dead_s = NAN};
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fabs(b);
}

static void nothing_applies_to_a_plain_window(void **state)
{
	struct pl_live_count count = count_of(100, 10, PL_STOP_TIME);
	struct pl_live_rate rate = pl_live_rate(&count, false);

	(void)state;
	assert_true(isnan(rate.corrected_hz) && isnan(rate.error_hz));
	assert_null(rate.reason);
	assert_true(rate.dead_fraction == 0);
}

static void the_event_that_closed_a_window_is_not_counted(void **state)
{
	static const enum pl_stop_rule other[] = {PL_STOP_TIME, PL_STOP_MAX_TIME, PL_STOP_ZERO_RATE,
						  PL_STOP_OPERATOR};
	struct pl_live_count count = count_of(400, 8, PL_STOP_COUNTS);

	(void)state;
	assert_true(near(pl_live_rate(&count, false).corrected_hz, 399.0 / 8));
	count.stop_rule = PL_STOP_ERROR;
	assert_true(near(pl_live_rate(&count, false).corrected_hz, 399.0 / 8));
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		count.stop_rule = other[i];
		assert_true(isnan(pl_live_rate(&count, false).corrected_hz));
	}
}

static void one_hit_alone_gives_no_unbiased_rate(void **state)
{
	struct pl_live_count count = count_of(1, 8, PL_STOP_COUNTS);
	struct pl_live_rate rate = pl_live_rate(&count, false);

	(void)state;
	assert_true(isnan(rate.corrected_hz));
	assert_non_null(strstr(rate.reason, "fewer than 2 hits"));
	count.hits = 0;
	assert_true(isnan(pl_live_rate(&count, false).corrected_hz));
	count.hits = 2;
	assert_true(near(pl_live_rate(&count, false).corrected_hz, 1.0 / 8));
}

static void a_dead_time_gives_the_true_rate(void **state)
{
	struct pl_live_count count = count_of(1000, 10, PL_STOP_TIME);
	struct pl_live_rate rate;

	(void)state;
	count.tau_s = 5e-4;
	rate = pl_live_rate(&count, false);
	assert_true(near(rate.corrected_hz, 100 / 0.95));
	assert_true(near(rate.dead_fraction, 0.05));
	assert_null(rate.reason);
	assert_true(near(rate.error_hz, sqrt(1000) / 10 / (0.95 * 0.95)));
	count.tau_error_s = 1e-4;
	rate = pl_live_rate(&count, false);
	assert_true(near(rate.error_hz, hypot(sqrt(1000) / 10, 100 * 100 * 1e-4) / (0.95 * 0.95)));
	count.stop_rule = PL_STOP_COUNTS;
	rate = pl_live_rate(&count, false);
	assert_true(near(rate.corrected_hz, 99.9 / (1 - 99.9 * 5e-4)));
}

static void a_dead_time_that_the_device_reports_is_not_taken_twice(void **state)
{
	struct pl_live_count count = count_of(1000, 10, PL_STOP_TIME);

	(void)state;
	count.tau_s = 5e-4;
	count.device_dead_s = 0.5;
	assert_true(isnan(pl_live_rate(&count, false).corrected_hz));
	count.stop_rule = PL_STOP_COUNTS;
	assert_true(near(pl_live_rate(&count, false).corrected_hz, 99.9));
}

static void case_86_a_large_dead_time_is_remarked_refused_and_impossible(void **state)
{
	static const struct {
		double tau_s;
		bool is_forced, has_rate;
		const char *says;
	} rows[] = {
	    {0.0009, false, true, NULL},	  {0.0011, false, true, "above 10 %"},
	    {0.0029, false, true, "above 10 %"},  {0.0031, false, false, "above 30 %"},
	    {0.0031, true, true, "above 10 %"},	  {0.0099, true, true, "above 10 %"},
	    {0.0100, true, false, "1 or more"},	  {0.0500, false, false, "1 or more"},
	    {INFINITY, true, false, "1 or more"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_live_count count = count_of(1000, 10, PL_STOP_TIME);
		struct pl_live_rate rate;

		count.tau_s = rows[i].tau_s;
		rate = pl_live_rate(&count, rows[i].is_forced);
		assert_int_equal(!isnan(rate.corrected_hz), rows[i].has_rate);
		assert_int_equal(rate.reason != NULL, rows[i].says != NULL);
		if (rate.reason)
			assert_non_null(strstr(rate.reason, rows[i].says));
		assert_true(!rate.reason || strlen(rate.reason) < 64);
	}
}

static void case_86_events_of_other_channels_make_a_detector_blind_too(void **state)
{
	struct pl_live_count count = count_of(10, 10, PL_STOP_TIME);
	struct pl_live_rate rate;

	(void)state;
	count.events = 10000;
	count.tau_s = 1e-3;
	rate = pl_live_rate(&count, false);
	assert_true(near(rate.dead_fraction, 1));
	assert_true(isnan(rate.corrected_hz));
}

static void case_86_no_live_time_has_no_rate(void **state)
{
	static const double lives[] = {0, -1, NAN};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct pl_live_count count = count_of(10, lives[i], PL_STOP_COUNTS);
		struct pl_live_rate rate = pl_live_rate(&count, true);

		assert_true(isnan(rate.corrected_hz));
		assert_non_null(strstr(rate.reason, "no live time"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_applies_to_a_plain_window),
	    cmocka_unit_test(the_event_that_closed_a_window_is_not_counted),
	    cmocka_unit_test(one_hit_alone_gives_no_unbiased_rate),
	    cmocka_unit_test(a_dead_time_gives_the_true_rate),
	    cmocka_unit_test(a_dead_time_that_the_device_reports_is_not_taken_twice),
	    cmocka_unit_test(case_86_a_large_dead_time_is_remarked_refused_and_impossible),
	    cmocka_unit_test(case_86_events_of_other_channels_make_a_detector_blind_too),
	    cmocka_unit_test(case_86_no_live_time_has_no_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
