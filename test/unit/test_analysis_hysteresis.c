/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shift between the way up and the way down, on simulated curves. */
#include "analysis/hysteresis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define POINTS 31
#define LIVE_S 10.0

/* A falling edge of 100 Hz and sigma 5 at mu over a floor of 2 Hz. */
static double edge(double x, double mu, double sign)
{
	return 50 * erfc(sign * (x - mu) / (5 * M_SQRT2)) + 2;
}

static void true_curves(struct pl_hysteresis_point points[POINTS], double shift, double sign)
{
	for (int i = 0; i < POINTS; i++) {
		double x = 270 + 2 * i;

		points[i] = (struct pl_hysteresis_point){.set = x, .live_s = {LIVE_S, LIVE_S}};
		points[i].hits[0] = (uint64_t)lround(LIVE_S * edge(x, 300, sign));
		points[i].hits[1] = (uint64_t)lround(LIVE_S * edge(x, 300 + shift, sign));
	}
}

static void a_shift_to_the_right_is_found_for_both_polarities(void **state)
{
	static const double shifts[] = {-4, -0.5, 0, 0.5, 4};
	struct pl_hysteresis_point points[POINTS];

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2)
		for (size_t i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
			struct pl_hysteresis found;

			true_curves(points, shifts[i], sign);
			found = pl_hysteresis(points, POINTS);
			assert_null(found.reason);
			assert_true(fabs(found.shift - shifts[i]) < 0.02);
			assert_true(found.error > 0.05 && found.error < 1);
			assert_true(fabs(found.height_hz - 100) < 1);
			assert_int_equal(found.used, POINTS);
		}
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static double uniform(uint64_t *seed)
{
	return ((double)(draw(seed) >> 11) + 0.5) / 9007199254740992.0;
}

/* Knuth's product, in pieces so that exp() does not vanish. */
static uint64_t poisson(uint64_t *seed, double mean)
{
	uint64_t n = 0;

	for (; mean > 0; mean -= 100) {
		double product = 1, limit = exp(-fmin(mean, 100));

		while ((product *= uniform(seed)) > limit)
			n++;
	}
	return n;
}

static void pulls_of(double shift, double *mean, double *width)
{
	const int trials = 1000;
	uint64_t seed = 88172645463325252u;
	double sum = 0, square = 0;

	for (int t = 0; t < trials; t++) {
		struct pl_hysteresis_point points[POINTS];
		struct pl_hysteresis found;
		double pull;

		for (int i = 0; i < POINTS; i++) {
			double x = 270 + 2 * i;

			points[i] =
			    (struct pl_hysteresis_point){.set = x, .live_s = {LIVE_S, LIVE_S}};
			points[i].hits[0] = poisson(&seed, LIVE_S * edge(x, 300, 1));
			points[i].hits[1] = poisson(&seed, LIVE_S * edge(x, 300 + shift, 1));
		}
		found = pl_hysteresis(points, POINTS);
		assert_null(found.reason);
		pull = (found.shift - shift) / found.error;
		sum += pull;
		square += pull * pull;
	}
	*mean = sum / trials;
	*width = sqrt(square / trials - *mean * *mean);
}

static void zero_shift_is_found_zero_within_its_error(void **state)
{
	double mean, width;

	(void)state;
	pulls_of(0, &mean, &width);
	assert_true(fabs(mean) < 0.12);
	assert_true(width > 0.9 && width < 1.1);
}

/* The height is the distance of the highest and the lowest of noisy points, so it is a little too
 * large and the shift a little too small. */
static void the_errors_of_a_shift_are_those_of_counts(void **state)
{
	double mean, width;

	(void)state;
	pulls_of(3, &mean, &width);
	assert_true(fabs(mean) < 0.6);
	assert_true(width > 0.9 && width < 1.1);
}

static void a_setting_that_one_pass_lacks_is_left_out(void **state)
{
	struct pl_hysteresis_point points[POINTS];
	struct pl_hysteresis found;

	(void)state;
	true_curves(points, 2, 1);
	points[0].live_s[1] = 0;
	points[12].live_s[0] = 0;
	points[13].live_s[1] = 0;
	points[POINTS - 1].live_s[0] = points[POINTS - 1].live_s[1] = 0;
	found = pl_hysteresis(points, POINTS);
	assert_null(found.reason);
	assert_int_equal(found.used, POINTS - 4);
	assert_true(fabs(found.shift - 2) < 0.2);
}

static void what_has_no_shift_is_refused_with_a_reason(void **state)
{
	struct pl_hysteresis_point points[POINTS];
	struct pl_hysteresis found;

	(void)state;
	true_curves(points, 0, 1);
	for (int i = 0; i < POINTS; i++)
		points[i].hits[0] = points[i].hits[1] = 100;
	found = pl_hysteresis(points, POINTS);
	assert_true(isnan(found.shift) && isnan(found.error));
	assert_non_null(strstr(found.reason, "3 sigma"));
	true_curves(points, 0, 1);
	found = pl_hysteresis(points, 2);
	assert_true(isnan(found.shift));
	assert_non_null(strstr(found.reason, "lacks points"));
	for (int i = 0; i < POINTS; i += 2)
		points[i].live_s[1] = 0;
	assert_non_null(strstr(pl_hysteresis(points, POINTS).reason, "lacks points"));
	assert_non_null(strstr(pl_hysteresis(NULL, 0).reason, "lacks points"));
	true_curves(points, 0, 1);
	points[3].set = points[2].set;
	assert_non_null(strstr(pl_hysteresis(points, POINTS).reason, "do not rise"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_shift_to_the_right_is_found_for_both_polarities),
	    cmocka_unit_test(zero_shift_is_found_zero_within_its_error),
	    cmocka_unit_test(the_errors_of_a_shift_are_those_of_counts),
	    cmocka_unit_test(a_setting_that_one_pass_lacks_is_left_out),
	    cmocka_unit_test(what_has_no_shift_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
