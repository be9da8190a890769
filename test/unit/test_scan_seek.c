/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search for the setting with a wanted rate, against Poisson sources of known curves. */
#include "scan/seek.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WINDOW_S 0.25

/* ---- a Poisson source: splitmix64, exponential gaps ---- */

static double uniform(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static uint64_t draw(uint64_t *seed, double mean)
{
	uint64_t n = 0;

	for (double t = -log(uniform(seed)); t < mean; t -= log(uniform(seed)))
		n++;
	return n;
}

/* ---- curves ---- */

static double falling(double x)
{
	return 50 * exp(-(x - 280) / 6); /* 1 Hz between 303 and 304 */
}

static double rising(double x)
{
	return 50 * exp((x - 280) / 6);
}

static double plateau(double x)
{
	return 100 * erfc((x - 300) / 8 / sqrt(2)) / 2;
}

static double cliff(double x)
{
	return x < 300.5 ? 200 : 0.05;
}

static double hill(double x)
{
	return 5 + 1000 * exp(-(x - 330) * (x - 330) / 800);
}

static double silent(double x)
{
	(void)x;
	return 0;
}

struct search {
	double (*curve)(double x);
	double target, start, min, max;
	uint64_t seed;
	struct pl_seek seek;
	double seconds;	      /* counted in all */
	unsigned moves;	      /* writes */
	unsigned sure, wrong; /* values left as sure; of them on the wrong side */
};

static void judge(struct search *search)
{
	for (size_t i = 0; i < search->seek.count; i++) {
		const struct pl_seek_value *value = &search->seek.values[i];
		double rate = search->curve(pl_seek_value(&search->seek, value->at));

		if (value->side == PL_SEEK_OPEN || !value->is_sure)
			continue;
		search->sure++;
		search->wrong += (value->side == PL_SEEK_ABOVE) != (rate > search->target);
	}
}

static void run(struct search *search)
{
	struct pl_seek_setup setup = {.target_hz = search->target,
				      .min = search->min > 0 ? search->min : 1,
				      .max = search->max > 0 ? search->max : 1023,
				      .step = 1,
				      .start = search->start,
				      .max_s = 30};
	enum pl_seek_next next = PL_SEEK_COUNT;

	search->seed = search->seed * 1000003 + 17;
	pl_seek_begin(&search->seek, &setup);
	while (next != PL_SEEK_OVER) {
		double rate = search->curve(pl_seek_at(&search->seek));

		assert_true(pl_seek_at(&search->seek) >= setup.min);
		assert_true(pl_seek_at(&search->seek) <= setup.max);
		next = pl_seek_count(&search->seek, draw(&search->seed, rate * WINDOW_S), WINDOW_S);
		search->seconds += WINDOW_S;
		search->moves += next == PL_SEEK_MOVE;
		assert_true(search->seconds < 3600);
	}
	judge(search);
}

/* ---- what one count says ---- */

static void no_counts_at_all_say_below_in_time(void **state)
{
	double chance, t = WINDOW_S;

	(void)state;
	while (pl_seek_side(0, t, 1, &chance) == PL_SEEK_OPEN && t < 30)
		t += WINDOW_S;
	assert_int_equal(pl_seek_side(0, t, 1, &chance), PL_SEEK_BELOW);
	assert_true(chance < PL_SEEK_WRONG);
	assert_true(t > 4.6); /* exp(-4.6) = 1 %: no honest test is faster */
	assert_true(t < 9);
}

static void counts_as_many_as_expected_say_nothing(void **state)
{
	double chance;

	(void)state;
	for (int n = 0; n < 2000; n += 10)
		assert_int_equal(pl_seek_side((uint64_t)n, n, 1, &chance), PL_SEEK_OPEN);
}

/* A rate just beside the target is where most go wrong: at each of 120 looks one may. */
static void the_chance_of_a_wrong_side_holds_over_all_looks(void **state)
{
	static const double beside[] = {1.0 + 1e-9, 1.0 - 1e-9};
	enum { TRIES = 4000 };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		uint64_t seed = 42 + k;
		unsigned wrong = 0;

		for (int i = 0; i < TRIES; i++) {
			enum pl_seek_side side = PL_SEEK_OPEN;
			uint64_t n = 0;
			double chance;

			for (double t = WINDOW_S; t <= 30 && side == PL_SEEK_OPEN; t += WINDOW_S) {
				n += draw(&seed, 4 * beside[k] * WINDOW_S);
				side = pl_seek_side(n, t, 4, &chance);
			}
			wrong += side == (k == 0 ? PL_SEEK_BELOW : PL_SEEK_ABOVE);
		}
		print_message("# %u of %d wrong\n", wrong, TRIES);
		assert_true(wrong <= TRIES * PL_SEEK_WRONG);
	}
}

static void rates_that_are_equal_differ_by_chance_alone(void **state)
{
	struct pl_seek_value a = {.hits = 100, .seconds = 10}, b = {.hits = 21, .seconds = 2};

	(void)state;
	assert_int_equal(pl_seek_compare(&a, &b), 0);
	b.hits = 90;
	assert_int_equal(pl_seek_compare(&a, &b), 1);
	assert_int_equal(pl_seek_compare(&b, &a), -1);
	a.hits = b.hits = 0;
	assert_int_equal(pl_seek_compare(&a, &b), 0);
	b = (struct pl_seek_value){.hits = 0, .seconds = 0};
	assert_int_equal(pl_seek_compare(&a, &b), 0);
}

/* ---- searches ---- */

static void wrong_steps_are_at_most_one_in_a_hundred(void **state)
{
	unsigned sure = 0, wrong = 0;
	double seconds = 0, longest = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		struct search search = {.curve = seed % 2 ? falling : plateau,
					.target = seed % 2 ? 1 : 20,
					.start = 280 + (double)(seed % 40),
					.seed = seed};

		run(&search);
		sure += search.sure;
		wrong += search.wrong;
		seconds += search.seconds;
		longest = fmax(longest, search.seconds);
	}
	print_message("# %u of %u steps wrong; %.0f s a search, at most %.0f s\n", wrong, sure,
		      seconds / 400, longest);
	assert_true(sure > 1000);
	assert_true(wrong <= 0.01 * sure);
}

static void a_falling_curve_is_bracketed_where_it_crosses(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct search search = {.curve = falling, .target = 1, .start = 290, .seed = seed};

		run(&search);
		assert_true(pl_seek_is_found(&search.seek));
		assert_true(fabs(pl_seek_at(&search.seek) - 303.5) < 4);
	}
}

static void a_rising_curve_is_found_as_well(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct search search = {.curve = rising,
					.target = 1,
					.start = 300,
					.min = 200,
					.max = 330,
					.seed = seed};

		run(&search);
		assert_true(pl_seek_is_found(&search.seek));
		assert_true(fabs(pl_seek_at(&search.seek) - 256.5) < 4);
	}
}

static void a_step_too_coarse_names_the_two_values(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct search search = {.curve = cliff, .target = 5, .start = 250, .seed = seed};
		char text[200];

		run(&search);
		assert_int_equal(search.seek.answer, PL_SEEK_BETWEEN);
		assert_true(pl_seek_value(&search.seek, search.seek.low) == 300);
		assert_true(pl_seek_value(&search.seek, search.seek.high) == 301);
		assert_true(pl_seek_at(&search.seek) == 301);
		pl_seek_say(&search.seek, text, sizeof text);
		assert_non_null(strstr(text, "lies between 300 ("));
	}
}

static void a_rate_that_stays_on_one_side_ends_at_the_range(void **state)
{
	struct search high = {.curve = plateau, .target = 1, .start = 260, .min = 240, .max = 290};
	struct search low = {.curve = plateau, .target = 500, .start = 300, .min = 240, .max = 320};

	(void)state;
	run(&high);
	assert_int_equal(high.seek.answer, PL_SEEK_END);
	run(&low);
	assert_int_equal(low.seek.answer, PL_SEEK_END);
	assert_true(pl_seek_value(&low.seek, low.seek.low) == 240);
	assert_false(pl_seek_is_found(&low.seek));
}

static void a_hill_is_not_monotone(void **state)
{
	unsigned told = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct search search = {.curve = hill,
					.target = 2000,
					.start = 280,
					.min = 200,
					.max = 400,
					.seed = seed};
		char text[300];

		run(&search);
		assert_false(pl_seek_is_found(&search.seek));
		told += search.seek.answer == PL_SEEK_NOT_MONOTONE;
		pl_seek_say(&search.seek, text, sizeof text);
		assert_true(search.seek.answer != PL_SEEK_NOT_MONOTONE ||
			    strstr(text, "not monotonic") != NULL);
	}
	assert_true(told >= 45);
}

static void a_curve_that_falls_is_never_called_not_monotone(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct search search = {.curve = plateau, .target = 60, .start = 240, .seed = seed};

		run(&search);
		assert_int_not_equal(search.seek.answer, PL_SEEK_NOT_MONOTONE);
		assert_int_not_equal(search.seek.answer, PL_SEEK_CHANGED);
	}
}

static void nothing_at_all_is_below_up_to_both_ends(void **state)
{
	struct search search = {.curve = silent, .target = 1, .start = 300, .min = 280, .max = 320};

	(void)state;
	run(&search);
	assert_int_equal(search.seek.answer, PL_SEEK_END);
	assert_non_null(pl_seek_find(&search.seek, 0));
	assert_non_null(pl_seek_find(&search.seek, 40));
}

static void a_value_counted_again_has_the_counts_of_both(void **state)
{
	struct search search = {.curve = cliff, .target = 5, .start = 250, .seed = 3};
	const struct pl_seek_value *kept;

	(void)state;
	run(&search);
	kept = pl_seek_find(&search.seek, search.seek.at);
	assert_true(kept->seconds > search.seek.fresh_s);
}

static void a_source_that_changes_meanwhile_is_found_out(void **state)
{
	struct pl_seek_setup setup = {
	    .target_hz = 5, .min = 1, .max = 8, .step = 1, .start = 4, .max_s = 30};
	struct pl_seek seek;
	enum pl_seek_next next = PL_SEEK_COUNT;

	(void)state;
	pl_seek_begin(&seek, &setup);
	while (next != PL_SEEK_OVER)
		next = pl_seek_count(&seek, seek.is_final ? 40 : pl_seek_at(&seek) < 5 ? 20 : 0, 1);
	assert_int_equal(seek.answer, PL_SEEK_CHANGED);
	assert_false(pl_seek_is_found(&seek));
}

static void a_rate_that_equals_the_target_is_said_so(void **state)
{
	struct search search = {
	    .curve = plateau, .target = 100, .start = 250, .max = 280, .seed = 7};

	(void)state;
	run(&search);
	assert_int_equal(search.seek.answer, PL_SEEK_HERE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_counts_at_all_say_below_in_time),
	    cmocka_unit_test(counts_as_many_as_expected_say_nothing),
	    cmocka_unit_test(the_chance_of_a_wrong_side_holds_over_all_looks),
	    cmocka_unit_test(rates_that_are_equal_differ_by_chance_alone),
	    cmocka_unit_test(wrong_steps_are_at_most_one_in_a_hundred),
	    cmocka_unit_test(a_falling_curve_is_bracketed_where_it_crosses),
	    cmocka_unit_test(a_rising_curve_is_found_as_well),
	    cmocka_unit_test(a_step_too_coarse_names_the_two_values),
	    cmocka_unit_test(a_rate_that_stays_on_one_side_ends_at_the_range),
	    cmocka_unit_test(a_hill_is_not_monotone),
	    cmocka_unit_test(a_curve_that_falls_is_never_called_not_monotone),
	    cmocka_unit_test(nothing_at_all_is_below_up_to_both_ends),
	    cmocka_unit_test(a_value_counted_again_has_the_counts_of_both),
	    cmocka_unit_test(a_source_that_changes_meanwhile_is_found_out),
	    cmocka_unit_test(a_rate_that_equals_the_target_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
