/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts that can hardly be true: frozen ones and too many. */
#include "scan/suspect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND 1000000000

static struct pl_suspect_count count_of(uint64_t hits)
{
	return (struct pl_suspect_count){
	    .hits = hits, .events = hits, .dwell_ns = SECOND, .live_s = 1, .line_events = NAN};
}

/* How many equal windows it takes until they are called stuck. */
static int windows_until_stuck(uint64_t hits)
{
	struct pl_suspect_count count = count_of(hits);
	struct pl_suspect suspect = {0};

	for (int i = 1; i < 1000; i++)
		if (pl_suspect_next(&suspect, &count))
			return i;
	return 0;
}

static void case_45_equal_counts_have_the_chance_of_poisson(void **state)
{
	(void)state;
	/* exp(-2n) I0(2n): Abramowitz and Stegun, table 9.8 */
	assert_true(fabs(pl_suspect_equal(1) - 0.3085083225) < 1e-9);
	assert_true(fabs(pl_suspect_equal(5) - 0.1278333372) < 1e-9);
	assert_true(pl_suspect_equal(0) == 1);
	/* the sum and its limit meet */
	assert_true(fabs(pl_suspect_equal(64) * sqrt(4 * M_PI * 64) - 1) < 2e-3);
	assert_true(fabs(pl_suspect_equal(65) * sqrt(4 * M_PI * 65) - 1) < 1e-12);
}

static void case_45_frozen_counts_are_stuck_from_the_row_that_proves_it(void **state)
{
	struct pl_suspect_count count = count_of(100);
	struct pl_suspect suspect = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_null(pl_suspect_next(&suspect, &count));
	for (int i = 0; i < 5; i++)
		assert_string_equal(pl_suspect_next(&suspect, &count), "stuck");
	count.hits = count.events = 101;
	assert_null(pl_suspect_next(&suspect, &count));
	count.hits = count.events = 100;
	assert_null(pl_suspect_next(&suspect, &count)); /* begins anew */
	assert_int_equal(windows_until_stuck(4), 9);
	assert_int_equal(windows_until_stuck(10000), 4);
}

static void case_45_no_hits_at_all_are_not_stuck(void **state)
{
	(void)state;
	assert_int_equal(windows_until_stuck(0), 0);
}

static void case_45_windows_of_other_lengths_prove_nothing(void **state)
{
	struct pl_suspect_count count = count_of(100);
	struct pl_suspect suspect = {0};

	(void)state;
	for (int i = 0; i < 50; i++) {
		count.dwell_ns = i % 2 ? SECOND : SECOND + SECOND / 50;
		assert_null(pl_suspect_next(&suspect, &count));
	}
	suspect = (struct pl_suspect){0};
	for (int i = 0; i < 4; i++) { /* within 1 % of the first */
		count.dwell_ns = SECOND + i * 2000000;
		assert_null(pl_suspect_next(&suspect, &count));
	}
	assert_string_equal(pl_suspect_next(&suspect, &count), "stuck");
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static uint64_t poisson(uint64_t *seed, double mean)
{
	double product = 1, limit = exp(-mean);
	uint64_t n = 0;

	while ((product *= ((double)(draw(seed) >> 11) + 0.5) / 9007199254740992.0) > limit)
		n++;
	return n;
}

static void case_45_true_counts_are_hardly_ever_called_stuck(void **state)
{
	static const double means[] = {0.05, 0.5, 2, 10, 100};
	uint64_t seed = 88172645463325252u;
	int called = 0;

	(void)state;
	for (size_t m = 0; m < sizeof(means) / sizeof(means[0]); m++) {
		struct pl_suspect suspect = {0};

		for (int i = 0; i < 20000; i++) {
			struct pl_suspect_count count = count_of(poisson(&seed, means[m]));

			called += pl_suspect_next(&suspect, &count) != NULL;
		}
	}
	assert_true(called <= 3);
}

static void case_45_a_rate_above_the_limit_is_implausible(void **state)
{
	struct pl_suspect_count count = count_of(1001);
	struct pl_suspect suspect = {0};

	(void)state;
	assert_null(pl_suspect_next(&suspect, &count)); /* no limit */
	count.max_rate_hz = 1000;
	assert_string_equal(pl_suspect_next(&suspect, &count), "implausible");
	count.hits = 1000;
	assert_null(pl_suspect_next(&suspect, &count));
	count.live_s = 0.5;
	assert_string_equal(pl_suspect_next(&suspect, &count), "implausible");
}

static void case_45_more_than_the_line_carries_or_than_events_is_implausible(void **state)
{
	struct pl_suspect_count count = count_of(50);
	struct pl_suspect suspect = {0};

	(void)state;
	count.line_events = 49;
	assert_string_equal(pl_suspect_next(&suspect, &count), "implausible");
	count.line_events = 50;
	assert_null(pl_suspect_next(&suspect, &count));
	count.events = 49;
	assert_string_equal(pl_suspect_next(&suspect, &count), "implausible");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_45_equal_counts_have_the_chance_of_poisson),
	    cmocka_unit_test(case_45_frozen_counts_are_stuck_from_the_row_that_proves_it),
	    cmocka_unit_test(case_45_no_hits_at_all_are_not_stuck),
	    cmocka_unit_test(case_45_windows_of_other_lengths_prove_nothing),
	    cmocka_unit_test(case_45_true_counts_are_hardly_ever_called_stuck),
	    cmocka_unit_test(case_45_a_rate_above_the_limit_is_implausible),
	    cmocka_unit_test(case_45_more_than_the_line_carries_or_than_events_is_implausible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
