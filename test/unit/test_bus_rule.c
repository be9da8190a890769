/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a window closes: pure, every time an argument; and whether the rates are right on average.
 */
#include "bus/window.h"

#include "plateau/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define T0 1000

static const struct pl_parameter parameters[] = {{.name = NULL}};
static const struct pl_driver driver = {.parameters = parameters};
static const struct pl_device device = {
    .driver = &driver,
    .spec = {.name = "det", .channel_count = 3},
    .coincidences = {{.name = "tm", .channels = 3}},
    .coincidence_count = 1,
};

static struct pl_counting open_window(const struct pl_dwell *dwell, uint32_t watched)
{
	struct pl_window window = {.dwell = *dwell, .watched = watched};
	struct pl_counting counting;

	assert_int_equal(pl_rule_check(&device, &window, NULL), PL_OK);
	pl_counting_begin(&counting, &device, T0, 0, 0);
	pl_rule_begin(&counting, dwell, watched);
	return counting;
}

/* False when the window did not take it. */
static bool put(struct pl_counting *window, int64_t t_ns, uint32_t fired)
{
	struct pl_event event = {.t_ns = t_ns, .hits = fired, .device_us = NAN, .dead_s = NAN};

	return pl_counting_event(window, &event);
}

static struct pl_count close_window(struct pl_counting *window, int64_t now_ns)
{
	struct pl_count count;

	pl_counting_end(window, now_ns, 0, 0, &count);
	return count;
}

static void the_event_that_completes_the_counts_closes(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 3};
	struct pl_counting window = open_window(&dwell, 1);
	struct pl_count count;

	(void)state;
	assert_true(put(&window, 1001, 1) && put(&window, 1002, 2) && put(&window, 1003, 5));
	assert_false(pl_rule_due(&window, 1004));
	assert_true(pl_rule_deadline(&window) == PL_NEVER);
	assert_true(put(&window, 1005, 1));
	assert_false(put(&window, 1005, 1)); /* of the same read */
	assert_true(pl_rule_deadline(&window) < T0 && pl_rule_due(&window, 2000));
	pl_counting_bytes(&window, 5);
	count = close_window(&window, 2000);
	assert_int_equal(count.stop_rule, PL_STOP_COUNTS);
	assert_int_equal(count.last_series, 0);
	assert_int_equal(count.hits[0], 3);
	assert_int_equal(count.events, 4);
	assert_int_equal(count.t1_ns, 1006);
	assert_int_equal(count.bytes, 0);
}

static void each_watched_series_gets_its_counts(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 2};
	struct pl_counting window = open_window(&dwell, 1 | 4 | 8); /* not channel 1 */
	struct pl_count count;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(put(&window, 1001 + i, 1));
	assert_true(put(&window, 1010, 4) && put(&window, 1011, 4) && put(&window, 1012, 3));
	assert_true(put(&window, 1013, 7)); /* the coincidence */
	assert_false(put(&window, 1014, 7));
	count = close_window(&window, 1014);
	assert_int_equal(count.last_series, 3);
	assert_int_equal(count.hits[0], 7);
	assert_int_equal(count.hits[1], 2);
	assert_int_equal(count.hits[2], 3);
	assert_int_equal(count.hits[3], 2);
}

static void counts_that_come_before_min_close_there_by_time(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 2, .min_ns = 100};
	struct pl_counting window = open_window(&dwell, 1);
	struct pl_count count;

	(void)state;
	assert_true(put(&window, 1010, 1) && put(&window, 1099, 1) && put(&window, 1099, 1));
	assert_int_equal(pl_rule_deadline(&window), T0 + 100);
	assert_false(pl_rule_due(&window, 1099));
	assert_true(pl_rule_due(&window, 1100));
	count = close_window(&window, 1100);
	assert_int_equal(count.stop_rule, PL_STOP_TIME);
	assert_int_equal(count.last_series, -1);
	assert_int_equal(count.hits[0], 3);
	assert_int_equal(count.t1_ns, 1100);
}

static void at_min_the_counts_may_close(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 2, .min_ns = 100};
	struct pl_counting window = open_window(&dwell, 1);
	struct pl_count count;

	(void)state;
	assert_true(put(&window, 1010, 1) && put(&window, 1100, 1));
	count = close_window(&window, 1200);
	assert_int_equal(count.stop_rule, PL_STOP_COUNTS);
	assert_int_equal(count.t1_ns, 1101);
}

static void max_closes_by_time_and_nothing_after_it_by_counts(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 2, .max_ns = 100};
	struct pl_counting window = open_window(&dwell, 1);
	struct pl_count count;

	(void)state;
	assert_true(put(&window, 1010, 1));
	assert_int_equal(pl_rule_deadline(&window), T0 + 100);
	assert_false(pl_rule_due(&window, 1099));
	assert_true(put(&window, 1100, 1)); /* came while the line was read dry */
	assert_true(pl_rule_due(&window, 1101));
	count = close_window(&window, 1101);
	assert_int_equal(count.stop_rule, PL_STOP_MAX_TIME);
	assert_int_equal(count.last_series, -1);
	assert_int_equal(count.hits[0], 2);
	assert_int_equal(count.t1_ns, 1101);
}

static void an_error_is_so_many_counts(void **state)
{
	static const struct {
		double error;
		uint64_t counts;
	} rows[] = {{0.05, 400}, {0.1, 100},   {0.2, 25}, {0.3, 12},
		    {0.5, 4},	 {0.03, 1112}, {0.99, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct pl_dwell dwell = {.rule = PL_DWELL_ERROR, .error = rows[i].error};
		struct pl_counting window = open_window(&dwell, 2);
		struct pl_count count;

		while (put(&window, 1001, 2))
			;
		count = close_window(&window, 1001);
		assert_int_equal(count.stop_rule, PL_STOP_ERROR);
		assert_int_equal(count.hits[1], rows[i].counts);
		assert_int_equal(count.last_series, 1);
	}
}

static void silence_closes_at_zero_rate(void **state)
{
	const struct pl_dwell dwell = {
	    .rule = PL_DWELL_COUNTS, .counts = 9, .max_ns = 300, .zero_rate_ns = 100};
	struct pl_counting window = open_window(&dwell, 1 | 8);
	struct pl_count count;

	(void)state;
	assert_true(put(&window, 1001, 2)); /* of nobody who is watched */
	assert_int_equal(pl_rule_deadline(&window), 1100);
	assert_false(pl_rule_due(&window, 1099));
	assert_true(pl_rule_due(&window, 1100));
	count = close_window(&window, 1100);
	assert_int_equal(count.stop_rule, PL_STOP_ZERO_RATE);
	assert_int_equal(count.hits[0], 0);
}

static void one_hit_goes_on_to_max(void **state)
{
	const struct pl_dwell dwell = {
	    .rule = PL_DWELL_COUNTS, .counts = 9, .max_ns = 300, .zero_rate_ns = 100};
	struct pl_counting window = open_window(&dwell, 1);

	(void)state;
	assert_true(put(&window, 1050, 1));
	assert_false(pl_rule_due(&window, 1100));
	assert_int_equal(pl_rule_deadline(&window), 1300);
	assert_true(pl_rule_due(&window, 1300));
	assert_int_equal(close_window(&window, 1300).stop_rule, PL_STOP_MAX_TIME);
}

static void zero_rate_waits_for_min(void **state)
{
	const struct pl_dwell dwell = {
	    .rule = PL_DWELL_ERROR, .error = 0.1, .min_ns = 200, .zero_rate_ns = 100};
	struct pl_counting window = open_window(&dwell, 1);

	(void)state;
	assert_int_equal(pl_rule_deadline(&window), 1200);
	assert_false(pl_rule_due(&window, 1150));
	assert_true(pl_rule_due(&window, 1200));
}

static void time_closes_by_time(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_TIME, .time_ns = 50, .counts = 1};
	struct pl_counting window = open_window(&dwell, 0);

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_true(put(&window, 1001, 1));
	assert_int_equal(pl_rule_deadline(&window), 1050);
	assert_true(pl_rule_due(&window, 1050));
	assert_int_equal(close_window(&window, 1050).stop_rule, PL_STOP_TIME);
}

static void impossible_windows_are_refused(void **state)
{
	static const struct pl_window windows[] = {
	    {.dwell = {.rule = PL_DWELL_TIME}},
	    {.dwell = {.rule = PL_DWELL_TIME, .time_ns = 1}, .discard_ns = -1},
	    {.dwell = {.rule = 7, .time_ns = 1, .counts = 1}, .watched = 1},
	    {.dwell = {.rule = -1, .time_ns = 1}},
	    {.dwell = {.rule = PL_DWELL_COUNTS}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = -4}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = 4}},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = 4}, .watched = 0x11},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = 4, .min_ns = 2, .max_ns = 1},
	     .watched = 1},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = 4, .min_ns = -1}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_COUNTS, .counts = 4, .zero_rate_ns = -1}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_ERROR}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_ERROR, .error = -0.05}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_ERROR, .error = 1}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_ERROR, .error = 1e-9}, .watched = 1},
	    {.dwell = {.rule = PL_DWELL_ERROR, .error = NAN}, .watched = 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
		struct pl_error error;

		if (pl_rule_check(&device, &windows[i], &error) != PL_ERR_USAGE)
			fail_msg("window %zu was taken", i);
		assert_string_equal(error.where, "det");
	}
}

/* ---- on average ---- */

static double next_uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

/* Runs one window over a Poisson process of channel 0; events of channel 1 come between. */
static struct pl_count simulate(const struct pl_dwell *dwell, double rate_hz, uint64_t *seed)
{
	struct pl_counting window = open_window(dwell, 1);
	double t_s = 0;

	for (;;) {
		int64_t t_ns, deadline_ns;

		t_s -= log(next_uniform(seed)) / (2 * rate_hz);
		t_ns = T0 + (int64_t)(t_s * 1e9);
		for (deadline_ns = pl_rule_deadline(&window); deadline_ns <= t_ns;
		     deadline_ns = pl_rule_deadline(&window))
			if (pl_rule_due(&window, deadline_ns))
				return close_window(&window, deadline_ns);
		put(&window, t_ns, next_uniform(seed) < 0.5 ? 1 : 2);
		if (pl_rule_due(&window, t_ns))
			return close_window(&window, t_ns);
	}
}

static double rate_of(const struct pl_count *count)
{
	double seconds = (double)(count->t1_ns - count->t0_ns) / 1e9;
	bool is_full = count->stop_rule == PL_STOP_COUNTS || count->stop_rule == PL_STOP_ERROR;

	return ((double)count->hits[0] - (is_full ? 1 : 0)) / seconds;
}

/* The mean of many windows within four of its own errors of the truth. */
static void expect_mean(const char *name, const struct pl_dwell *dwell, double rate_hz)
{
	const int windows = 20000;
	uint64_t seed = 42;
	double sum = 0, squares = 0, mean, error;
	unsigned by_rule[PL_STOP_OPERATOR + 1] = {0};

	for (int i = 0; i < windows; i++) {
		struct pl_count count = simulate(dwell, rate_hz, &seed);
		double rate = rate_of(&count);

		sum += rate;
		squares += rate * rate;
		by_rule[count.stop_rule]++;
	}
	mean = sum / windows;
	error = sqrt((squares / windows - mean * mean) / windows);
	if (fabs(mean - rate_hz) > 4 * error)
		fail_msg("%s: %g Hz +- %g instead of %g Hz", name, mean, error, rate_hz);
	if (dwell->min_ns > 0 && by_rule[PL_STOP_TIME] < 1000)
		fail_msg("%s: %u of %d windows ended at min", name, by_rule[PL_STOP_TIME], windows);
	if (dwell->max_ns > 0 && by_rule[PL_STOP_MAX_TIME] < 1000)
		fail_msg("%s: %u of %d windows ended at max", name, by_rule[PL_STOP_MAX_TIME],
			 windows);
}

static void rates_of_windows_that_counts_close_are_unbiased(void **state)
{
	static const struct {
		const char *name;
		struct pl_dwell dwell;
	} rows[] = {
	    {"four counts", {.rule = PL_DWELL_COUNTS, .counts = 4}},
	    {"an error of 30 %", {.rule = PL_DWELL_ERROR, .error = 0.3}},
	    {"with min and max",
	     {.rule = PL_DWELL_COUNTS,
	      .counts = 5,
	      .min_ns = 40 * PL_NS_PER_MS,
	      .max_ns = 60 * PL_NS_PER_MS}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_mean(rows[i].name, &rows[i].dwell, 100);
}

static void one_series_that_counts_close_has_exactly_its_counts(void **state)
{
	const struct pl_dwell dwell = {.rule = PL_DWELL_COUNTS, .counts = 37};
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct pl_count count = simulate(&dwell, 1000, &seed);

		assert_int_equal(count.hits[0], 37);
		assert_int_equal(count.stop_rule, PL_STOP_COUNTS);
		assert_int_equal(count.last_series, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_event_that_completes_the_counts_closes),
	    cmocka_unit_test(each_watched_series_gets_its_counts),
	    cmocka_unit_test(counts_that_come_before_min_close_there_by_time),
	    cmocka_unit_test(at_min_the_counts_may_close),
	    cmocka_unit_test(max_closes_by_time_and_nothing_after_it_by_counts),
	    cmocka_unit_test(an_error_is_so_many_counts),
	    cmocka_unit_test(silence_closes_at_zero_rate),
	    cmocka_unit_test(one_hit_goes_on_to_max),
	    cmocka_unit_test(zero_rate_waits_for_min),
	    cmocka_unit_test(time_closes_by_time),
	    cmocka_unit_test(impossible_windows_are_refused),
	    cmocka_unit_test(rates_of_windows_that_counts_close_are_unbiased),
	    cmocka_unit_test(one_series_that_counts_close_has_exactly_its_counts),
	};

	return cmocka_run_group_tests_name("bus_rule", tests, NULL, NULL);
}
