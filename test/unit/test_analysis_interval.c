/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interval of a count against published tables, and where no table reaches. */
#include "analysis/interval.h"
#include "sim/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct row {
	uint64_t n;
	double lo, hi, tolerance;
};

static void check_rows(const struct row *rows, size_t count, double level)
{
	for (size_t i = 0; i < count; i++) {
		double lo, hi;

		pl_interval_poisson(rows[i].n, level, &lo, &hi);
		assert_true(fabs(lo - rows[i].lo) <= rows[i].tolerance);
		assert_true(fabs(hi - rows[i].hi) <= rows[i].tolerance);
	}
}

/* N. Gehrels, ApJ 303 (1986) 336, tables 1 and 2, S = 1. */
static void one_sigma_agrees_with_the_tables_of_gehrels(void **state)
{
	static const struct row rows[] = {
	    {0, 0, 1.841, 6e-4},      {1, 0.173, 3.300, 6e-4},	 {2, 0.708, 4.638, 6e-4},
	    {3, 1.367, 5.918, 6e-4},  {4, 2.086, 7.163, 6e-4},	 {5, 2.840, 8.382, 6e-4},
	    {6, 3.620, 9.584, 6e-4},  {7, 4.419, 10.77, 6e-3},	 {8, 5.232, 11.95, 6e-3},
	    {9, 6.057, 13.11, 6e-3},  {10, 6.891, 14.27, 6e-3},	 {20, 15.57, 25.55, 6e-3},
	    {50, 42.95, 58.12, 6e-3}, {100, 90.02, 111.0, 6e-2},
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof rows[0], PL_LEVEL_68);
}

/* F. Garwood, Biometrika 28 (1936) 437, as printed in the usual tables. */
static void ninety_five_percent_agrees_with_garwood(void **state)
{
	static const struct row rows[] = {
	    {0, 0, 3.689, 6e-4},	{1, 0.0253, 5.572, 6e-4},   {2, 0.242, 7.225, 6e-4},
	    {3, 0.619, 8.767, 6e-4},	{5, 1.623, 11.668, 6e-4},   {10, 4.795, 18.390, 6e-4},
	    {20, 12.217, 30.888, 6e-4}, {50, 37.111, 65.919, 6e-4}, {100, 81.364, 121.627, 6e-4},
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof rows[0], 0.95);
}

static void nothing_counted_ends_at_the_logarithm(void **state)
{
	double lo, hi;

	(void)state;
	pl_interval_poisson(0, 0.9, &lo, &hi);
	assert_true(lo == 0);
	assert_true(fabs(hi + log(0.05)) < 1e-12);
}

static void the_series_takes_over_without_a_step(void **state)
{
	static const double levels[] = {PL_LEVEL_68, 0.95, 0.999};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double lo[4], hi[4];

		for (unsigned k = 0; k < 4; k++)
			pl_interval_poisson(399 + k, levels[i], &lo[k], &hi[k]);
		/* third differences vanish unless one of the four lies off */
		assert_true(fabs(lo[3] - 3 * lo[2] + 3 * lo[1] - lo[0]) < 5e-6);
		assert_true(fabs(hi[3] - 3 * hi[2] + 3 * hi[1] - hi[0]) < 5e-6);
	}
}

/* For large n the half width is sqrt(n), the interval shifted up by about (z² + 2) / 3 and
 * (z² - 1) / 3. */
static void a_large_count_is_as_easy_as_a_small_one(void **state)
{
	static const uint64_t counts[] = {100000, 1000000, 1000000000, 1000000000000};

	(void)state;
	for (int i = 0; i < 4; i++) {
		double n = (double)counts[i], lo, hi;

		pl_interval_poisson(counts[i], PL_LEVEL_68, &lo, &hi);
		assert_true(fabs(lo - (n - sqrt(n))) < 0.01 + 1e-15 * n);
		assert_true(fabs(hi - (n + sqrt(n + 1) + 1)) < 0.01 + 1e-15 * n);
	}
}

static void more_counts_never_lower_either_end(void **state)
{
	double before_lo = -1, before_hi = 0;

	(void)state;
	for (uint64_t n = 0; n < 2000; n++) {
		double lo, hi;

		pl_interval_poisson(n, PL_LEVEL_68, &lo, &hi);
		assert_true(lo > before_lo && hi > before_hi);
		assert_true(lo <= (double)n && hi > (double)n);
		before_lo = lo;
		before_hi = hi;
	}
}

static void a_rate_is_the_count_by_its_live_time(void **state)
{
	double rate, lo, hi, count_lo, count_hi;

	(void)state;
	pl_interval_poisson(50, PL_LEVEL_68, &count_lo, &count_hi);
	pl_interval_rate(50, 0.2, PL_LEVEL_68, &rate, &lo, &hi);
	assert_true(fabs(rate - 250) < 1e-9);
	assert_true(fabs(lo - count_lo * 5) < 1e-9);
	assert_true(fabs(hi - count_hi * 5) < 1e-9);
}

static void case_86_no_live_time_gives_no_rate(void **state)
{
	static const double times[] = {0, -1, NAN};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double rate = 1, lo = 1, hi = 1;

		pl_interval_rate(5, times[i], PL_LEVEL_68, &rate, &lo, &hi);
		assert_true(isnan(rate) && isnan(lo) && isnan(hi));
	}
}

static double poisson(double mean, unsigned n)
{
	return exp(n * log(mean) - mean - lgamma(n + 1.0));
}

/* Garwood's interval never holds the truth less often than it says, and little more often. */
static void the_interval_holds_the_truth_as_often_as_it_says(void **state)
{
	static const double means[] = {3, 5.5, 10, 25, 100, 399, 401, 1000};

	(void)state;
	for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
		double held = 0, lo, hi;

		for (unsigned n = 0; n < 3000; n++) {
			pl_interval_poisson(n, PL_LEVEL_68, &lo, &hi);
			if (lo <= means[i] && means[i] <= hi)
				held += poisson(means[i], n);
		}
		assert_true(held >= 0.6826 && held <= 0.70 + 0.3 / sqrt(means[i]));
	}
}

static unsigned drawn_poisson(struct pl_sim_random *random, double mean)
{
	unsigned n = 0;

	for (double t = pl_sim_random_exponential(random); t < mean; n++)
		t += pl_sim_random_exponential(random);
	return n;
}

static void sixty_to_seventy_six_of_a_hundred_drawn_intervals_hold_the_truth(void **state)
{
	static const double means[] = {25, 100, 1000};

	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		struct pl_sim_random random;
		unsigned held = 0;

		pl_sim_random_init(&random, 42, i);
		for (int point = 0; point < 200; point++) {
			double rate, lo, hi;

			pl_interval_rate(drawn_poisson(&random, means[i]), 0.1, PL_LEVEL_68, &rate,
					 &lo, &hi);
			held += lo <= 10 * means[i] && 10 * means[i] <= hi;
		}
		assert_in_range(held, 120, 152);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_sigma_agrees_with_the_tables_of_gehrels),
	    cmocka_unit_test(ninety_five_percent_agrees_with_garwood),
	    cmocka_unit_test(nothing_counted_ends_at_the_logarithm),
	    cmocka_unit_test(the_series_takes_over_without_a_step),
	    cmocka_unit_test(a_large_count_is_as_easy_as_a_small_one),
	    cmocka_unit_test(more_counts_never_lower_either_end),
	    cmocka_unit_test(a_rate_is_the_count_by_its_live_time),
	    cmocka_unit_test(the_interval_holds_the_truth_as_often_as_it_says),
	    cmocka_unit_test(sixty_to_seventy_six_of_a_hundred_drawn_intervals_hold_the_truth),
	    cmocka_unit_test(case_86_no_live_time_gives_no_rate),
	};

	return cmocka_run_group_tests_name("analysis_interval", tests, NULL, NULL);
}
