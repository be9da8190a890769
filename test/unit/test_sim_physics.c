/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated detector's physics: rates, coincidences, edge, noise, dead time, all by the seed.
 */
#include "plateau/clock.h"
#include "sim/osechi_physics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SPAN_S 2000

/* What a detector with these words counts in SPAN_S at one threshold for all. */
struct counts {
	double events, channel[3], top_mid, all, adc_top;
	double dead, unseen;
};

static void values_of(struct pl_osim_values *values, size_t count, const char *const *words)
{
	struct pl_error error = {0};

	if (pl_sim_values(&pl_sim_osechi, count, words, values, &error) != PL_OK)
		fail_msg("%s: %s", error.where, error.text);
}

static struct counts run(int threshold, size_t count, const char *const *words)
{
	struct pl_osim_values values;
	struct pl_osim_physics physics;
	struct pl_osim_event event;
	struct counts counts = {0};

	values_of(&values, count, words);
	pl_osim_physics_init(&physics, &values, 0);
	for (int i = 0; i < 3; i++)
		pl_osim_physics_set(&physics, i, threshold, 0);
	while (pl_osim_physics_next_ns(&physics) < SPAN_S * PL_NS_PER_S) {
		if (!pl_osim_physics_step(&physics, &event))
			continue;
		counts.events++;
		for (int i = 0; i < 3; i++) {
			assert_in_range(event.hits[i], 0, 10);
			counts.channel[i] += event.hits[i] > 0;
		}
		assert_in_range(event.adc, 0, 4095);
		counts.top_mid += event.hits[0] && event.hits[1];
		counts.all += event.hits[0] && event.hits[1] && event.hits[2];
	}
	counts.dead = (double)physics.dead;
	counts.unseen = (double)physics.unseen;
	return counts;
}

#define RUN(threshold, ...)                                                                        \
	run(threshold, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                     \
	    (const char *[]){__VA_ARGS__})

static void near(double counted, double expected)
{
	if (fabs(counted - expected) > 5 * sqrt(expected) + 1)
		fail_msg("counted %g, expected %g: more than 5 sigma", counted, expected);
}

static double tail(double x)
{
	return erfc(x / sqrt(2)) / 2;
}

static void each_channel_sees_the_plateau_rate(void **state)
{
	struct counts counts = RUN(200, "rate=20", "noise=0", "seed=7");

	(void)state;
	for (int i = 0; i < 3; i++)
		near(counts.channel[i], 20.0 * SPAN_S);
	near(counts.events, 20.0 * (3 - 2 * 0.6) * SPAN_S);
}

static void neighbours_coincide_as_told(void **state)
{
	struct counts counts = RUN(200, "rate=20", "noise=0", "coincidence=0.3");

	(void)state;
	near(counts.top_mid, 20 * 0.3 * SPAN_S);
	near(counts.all, 20 * 0.3 * 0.3 * SPAN_S);
}

static void the_edge_is_a_gaussian_tail_at_each_channels_offset(void **state)
{
	static const int offsets[] = {-5, 0, 4};

	(void)state;
	for (int threshold = 284; threshold <= 316; threshold += 8) {
		struct counts counts = RUN(threshold, "rate=20", "noise=0");

		for (int i = 0; i < 3; i++)
			near(counts.channel[i],
			     20 * tail((threshold - 300 - offsets[i]) / 8.0) * SPAN_S);
	}
}

static void a_suppressed_channel_is_silent(void **state)
{
	struct counts counts = RUN(1023, "rate=20", "noise=1");

	(void)state;
	assert_true(counts.events == 0);
	near(counts.unseen, 20 * 1.8 * SPAN_S);
}

static void the_tail_reaches_beyond_the_edge(void **state)
{
	struct counts counts = RUN(400, "rate=20", "noise=0", "tail=0.5", "tail_width=50");

	(void)state;
	/* Far above the Gaussian: the exponential's tail, widened by exp((width/tail_width)²/2). */
	near(counts.channel[1], 20 * 0.5 * exp(-100 / 50.0 + 0.5 * 0.16 * 0.16) * SPAN_S);
}

static void noise_rises_exponentially_to_low_thresholds(void **state)
{
	(void)state;
	for (int threshold = 270; threshold <= 290; threshold += 10) {
		struct counts counts = RUN(threshold, "rate=0", "noise=2", "noise_width=8",
					   "offset_top=0", "offset_btm=0");

		for (int i = 0; i < 3; i++)
			near(counts.channel[i], 2 * exp((290 - threshold) / 8.0) * SPAN_S);
		assert_true(counts.top_mid == 0);
	}
}

static void noise_is_bounded(void **state)
{
	struct pl_osim_values values;

	(void)state;
	values_of(&values, 0, NULL);
	assert_true(pl_osim_noise_hz(&values, 0, 1) == 20000);
	values.noise = 0;
	assert_true(pl_osim_noise_hz(&values, 0, 1) == 0);
}

static void dead_time_takes_its_part_and_keeps_events_apart(void **state)
{
	double rate = 20 * 1.8;
	struct counts counts = RUN(200, "rate=20", "noise=0", "dead=0.02");
	double kept = rate / (1 + rate * 0.02) * SPAN_S;

	(void)state;
	near(counts.events, kept);
	near(counts.dead, rate * SPAN_S - kept);
}

static void a_new_threshold_holds_from_its_moment_on(void **state)
{
	struct pl_osim_values values;
	struct pl_osim_physics physics;
	struct pl_osim_event event;

	(void)state;
	values_of(&values, 3, (const char *const[]){"rate=50", "noise=1", "threshold=200"});
	pl_osim_physics_init(&physics, &values, 0);
	while (pl_osim_physics_next_ns(&physics) < 10 * PL_NS_PER_S)
		pl_osim_physics_step(&physics, &event);
	pl_osim_physics_set(&physics, 0, 1023, 10 * PL_NS_PER_S);
	while (pl_osim_physics_next_ns(&physics) < 20 * PL_NS_PER_S) {
		if (!pl_osim_physics_step(&physics, &event))
			continue;
		assert_true(event.t_ns >= 10 * PL_NS_PER_S);
		assert_int_equal(event.hits[0], 0);
	}
}

static void case_46_a_settling_dac_counts_with_the_old_threshold(void **state)
{
	struct pl_osim_values values;
	struct pl_osim_physics physics;
	struct pl_osim_event event;
	unsigned before = 0;

	(void)state;
	values_of(&values, 4,
		  (const char *const[]){"rate=50", "noise=0", "threshold=200", "dac_settle=5"});
	pl_osim_physics_init(&physics, &values, 0);
	pl_osim_physics_set(&physics, 0, 1023, 0);
	while (pl_osim_physics_next_ns(&physics) < 10 * PL_NS_PER_S) {
		if (!pl_osim_physics_step(&physics, &event) || event.hits[0] == 0)
			continue;
		assert_true(event.t_ns < 5 * PL_NS_PER_S);
		before++;
	}
	near(before, 250);
}

static void arrivals_come_in_order_and_by_the_seed(void **state)
{
	struct pl_osim_values values[2];
	struct pl_osim_physics physics[2];
	struct pl_osim_event event[2] = {{0}};
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		values_of(&values[i], 1, (const char *const[]){"seed=42"});
		pl_osim_physics_init(&physics[i], &values[i], 0);
	}
	for (int n = 0; n < 1000; n++) {
		bool made[2];

		for (int i = 0; i < 2; i++)
			made[i] = pl_osim_physics_step(&physics[i], &event[i]);
		assert_int_equal(made[0], made[1]);
		assert_memory_equal(&event[0], &event[1], sizeof(event[0]));
		assert_true(event[0].t_ns >= last);
		last = event[0].t_ns;
	}
}

static void the_weather_drifts_within_its_bounds(void **state)
{
	struct pl_osim_values values;
	struct pl_osim_physics physics;
	double low = 100, high = -100;

	(void)state;
	values_of(&values, 0, NULL);
	pl_osim_physics_init(&physics, &values, 0);
	for (int minute = 0; minute < 240; minute++) {
		struct pl_osim_weather weather =
		    pl_osim_weather(&physics, minute * 60 * PL_NS_PER_S);

		low = fmin(low, weather.temperature_c);
		high = fmax(high, weather.temperature_c);
		assert_true(fabs(weather.pressure_pa - 100600) < 150);
		assert_true(fabs(weather.humidity - 41) < 5);
	}
	assert_true(low > 23 && low < 24 && high > 26 && high < 27);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_channel_sees_the_plateau_rate),
	    cmocka_unit_test(neighbours_coincide_as_told),
	    cmocka_unit_test(the_edge_is_a_gaussian_tail_at_each_channels_offset),
	    cmocka_unit_test(a_suppressed_channel_is_silent),
	    cmocka_unit_test(the_tail_reaches_beyond_the_edge),
	    cmocka_unit_test(noise_rises_exponentially_to_low_thresholds),
	    cmocka_unit_test(noise_is_bounded),
	    cmocka_unit_test(dead_time_takes_its_part_and_keeps_events_apart),
	    cmocka_unit_test(a_new_threshold_holds_from_its_moment_on),
	    cmocka_unit_test(case_46_a_settling_dac_counts_with_the_old_threshold),
	    cmocka_unit_test(arrivals_come_in_order_and_by_the_seed),
	    cmocka_unit_test(the_weather_drifts_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
