/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counting window and the rules of reconnecting: pure functions, every time an argument. */
#include "bus/reconnect.h"
#include "bus/window.h"

#include "plateau/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct pl_parameter parameters[] = {
    {.name = "a", .kind = PL_KIND_CARRIED},
    {.name = "b", .kind = PL_KIND_COUNTER},
    {.name = "c", .kind = PL_KIND_CARRIED},
    {.name = "d", .kind = PL_KIND_CARRIED},
    {.name = NULL},
};

static const struct pl_driver driver = {.parameters = parameters};

static const struct pl_device device = {
    .driver = &driver,
    .spec = {.name = "det", .channel_count = 3},
    .coincidences = {{.name = "tm", .channels = 3}, {.name = "all", .channels = 7}},
    .coincidence_count = 2,
};

static struct pl_event event_at(int64_t t_ns, uint32_t hits)
{
	struct pl_event event = {.t_ns = t_ns, .hits = hits, .device_us = NAN, .dead_s = NAN};

	for (size_t i = 0; i < PL_CARRIED_MAX; i++)
		event.carried[i] = NAN;
	return event;
}

static void an_event_counts_for_its_channels_and_coincidences(void **state)
{
	static const uint64_t expected[] = {4, 3, 2, 3, 1};
	static const uint32_t fired[] = {1, 3, 3, 7, 4, 0, 8};
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	pl_counting_begin(&window, &device, 100, 0, 0);
	for (size_t i = 0; i < sizeof fired / sizeof fired[0]; i++) {
		struct pl_event event = event_at(101, fired[i]);

		pl_counting_event(&window, &event);
	}
	pl_counting_end(&window, 200, 0, 0, &count);
	assert_int_equal(count.events, 7);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(count.hits[i], expected[i]);
}

static void the_window_holds_t0_and_not_what_came_before(void **state)
{
	struct pl_event before = event_at(99, 1), first = event_at(100, 1), last = event_at(200, 1);
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	pl_counting_begin(&window, &device, 100, 12345, 0);
	pl_counting_event(&window, &before);
	pl_counting_event(&window, &first);
	pl_counting_event(&window, &last);
	pl_counting_end(&window, 200, 0, 0, &count);
	assert_int_equal(count.events, 2);
	assert_int_equal(count.t0_ns, 100);
	assert_int_equal(count.t0_utc_ns, 12345);
	assert_true(count.t1_ns > last.t_ns); /* [t0, t1) holds what was counted */
}

static void nothing_counts_while_no_window_is_open(void **state)
{
	struct pl_event event = event_at(1, 1);
	struct pl_counting window = {0};
	struct pl_count count;

	(void)state;
	pl_counting_event(&window, &event);
	pl_counting_bytes(&window, 7);
	pl_counting_stray(&window);
	pl_counting_begin(&window, &device, 0, 0, 0);
	pl_counting_bytes(&window, 2);
	pl_counting_stray(&window);
	pl_counting_end(&window, 10, 0, 0, &count);
	pl_counting_event(&window, &event);
	assert_int_equal(count.events, 0);
	assert_int_equal(count.bytes, 2);
	assert_int_equal(count.strays, 1);
	assert_int_equal(window.count.events, 0);
}

static void occupancy_is_ten_bits_a_byte_or_unknown(void **state)
{
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	pl_counting_begin(&window, &device, 0, 0, 0);
	pl_counting_bytes(&window, 5760);
	pl_counting_end(&window, PL_NS_PER_S, 0, 115200, &count);
	assert_true(count.occupancy == 0.5);
	pl_counting_begin(&window, &device, 0, 0, 0);
	pl_counting_end(&window, PL_NS_PER_S, 0, 0, &count);
	assert_true(isnan(count.occupancy));
}

static void dead_time_is_summed_or_unknown(void **state)
{
	struct pl_event silent = event_at(1, 1), telling = event_at(1, 1);
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	telling.dead_s = 0.25;
	pl_counting_begin(&window, &device, 0, 0, 0);
	pl_counting_event(&window, &silent);
	pl_counting_end(&window, 10, 0, 0, &count);
	assert_true(isnan(count.device_dead_s));
	pl_counting_begin(&window, &device, 0, 0, 0);
	pl_counting_event(&window, &telling);
	pl_counting_event(&window, &silent);
	pl_counting_event(&window, &telling);
	pl_counting_end(&window, 10, 0, 0, &count);
	assert_true(count.device_dead_s == 0.5);
}

static void carried_values_give_mean_and_spread(void **state)
{
	static const double values[] = {1e9 + 4, 1e9 + 7, NAN, 1e9 + 13, 1e9 + 16};
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	pl_counting_begin(&window, &device, 0, 0, 0);
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct pl_event event = event_at(1, 1);

		event.carried[2] = values[i];
		pl_counting_event(&window, &event);
	}
	pl_counting_end(&window, 10, 0, 0, &count);
	assert_int_equal(count.carried[0].count, 0);
	assert_int_equal(count.carried[2].count, 4);
	assert_true(count.carried[2].mean == 1e9 + 10);
	assert_true(count.carried[2].m2 == 90); /* variance 30 */
	assert_true(count.carried[2].min == 1e9 + 4 && count.carried[2].max == 1e9 + 16);
}

/* Welford (1962), in more digits than a double has. */
struct welford {
	long double count, mean, m2;
};

static void welford_add(struct welford *sums, double value)
{
	long double from_old = value - sums->mean;

	sums->mean += from_old / ++sums->count;
	sums->m2 += from_old * (value - sums->mean);
}

static double next_uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 11) / 9007199254740992.0;
}

static void sums_agree_with_welford_on_nasty_data(void **state)
{
	static const struct {
		const char *name;
		double first, mean, width, drift;
	} rows[] = {
	    {"steady pressure", 1e5, 1e5, 1e-2, 0},
	    {"a first value far off", 0, 1e5, 1e-2, 0},
	    {"a drift of a thousand widths", 1e5, 1e5, 1e-2, 10},
	    {"a constant", 100594.35, 100594.35, 0, 0},
	    {"around zero", -1e-3, 0, 1e-2, 0},
	    {"large", 1e10, 1e10, 1, 0},
	};
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const int values = 100000;
		struct pl_sums sums = {0};
		struct welford exact = {0};
		struct pl_spread spread;

		for (int k = 0; k < values; k++) {
			double value = rows[i].mean + rows[i].drift * k / values +
				       rows[i].width * (next_uniform(&seed) - 0.5);

			value = k == 0 ? rows[i].first : value;
			pl_sums_add(&sums, value);
			welford_add(&exact, value);
		}
		spread = pl_sums_spread(&sums);
		if (fabsl(spread.mean - exact.mean) >
			1e-14L * fmaxl(fabsl(spread.min), fabsl(spread.max)) ||
		    fabsl(spread.m2 - exact.m2) > 1e-9L * exact.m2)
			fail_msg("%s: mean %.17g for %.17Lg, m2 %.17g for %.17Lg", rows[i].name,
				 spread.mean, exact.mean, spread.m2, exact.m2);
	}
}

static void no_value_is_no_spread(void **state)
{
	struct pl_sums sums = {0};
	struct pl_spread spread;

	(void)state;
	pl_sums_add(&sums, NAN);
	spread = pl_sums_spread(&sums);
	assert_int_equal(spread.count, 0);
	assert_true(spread.mean == 0 && spread.m2 == 0 && spread.min == 0 && spread.max == 0);
}

/* Few channels are counted by what fired, many one by one; nobody may see which. */
static void any_number_of_channels_is_counted_alike(void **state)
{
	static const struct pl_device wide = {
	    .spec = {.channel_count = 16},
	    .coincidences = {{.channels = 0x8001}, {.channels = 3}},
	    .coincidence_count = 2,
	};
	uint64_t expected[PL_SERIES_MAX] = {0}, hits[PL_SERIES_MAX];
	struct pl_tally tally = {0};

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t fired = i * 2654435761u >> (i % 2 ? 16 : 28);

		pl_tally_add(&tally, &wide, fired);
		for (size_t channel = 0; channel < 16; channel++)
			expected[channel] += fired >> channel & 1;
		expected[16] += (fired & 0x8001) == 0x8001;
		expected[17] += (fired & 3) == 3;
	}
	pl_tally_hits(&tally, &wide, hits);
	assert_memory_equal(hits, expected, sizeof hits);
}

static void case_68_a_suspend_in_a_window_is_a_gap(void **state)
{
	struct pl_counting window;
	struct pl_count count;

	(void)state;
	pl_counting_begin(&window, &device, 0, 0, 5000);
	pl_counting_end(&window, 10, 5000 + 2 * PL_NS_PER_S, 0, &count);
	assert_int_equal(count.gap_ns, 2 * PL_NS_PER_S);
	pl_counting_begin(&window, &device, 0, 0, 5000);
	pl_counting_end(&window, 10, 4990, 0, &count);
	assert_int_equal(count.gap_ns, 0);
}

static void a_lost_port_is_tried_ever_more_seldom(void **state)
{
	static const double seconds[] = {0.5, 1, 2, 5, 10, 30, 30, 30};

	(void)state;
	for (unsigned i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
		assert_int_equal(pl_reconnect_delay_ns(i),
				 (int64_t)(seconds[i] * (double)PL_NS_PER_S));
	assert_int_equal(pl_reconnect_delay_ns(~0u), 30 * PL_NS_PER_S);
}

/* clang-format off */
#define ADAPTER(node, number, socket)                                                              \
	{.identity = {.path = node, .usb = "10c4:ea60", .serial = number, .by_path = socket}}
/* clang-format on */

static const struct pl_port_entry plugged[] = {
    ADAPTER("/dev/ttyUSB0", "0001", "socket-1"), ADAPTER("/dev/ttyUSB1", "0002", "socket-2"),
    ADAPTER("/dev/ttyUSB2", "", "socket-3"),	 ADAPTER("/dev/ttyUSB3", "", "socket-4"),
    ADAPTER("/dev/ttyUSB4", "0001", "socket-5"),
};

static const char *find_again(const char *text, const struct pl_port_entry *known)
{
	struct pl_error error;

	return pl_reconnect_find(text, &known->identity, plugged, 5, &error);
}

static void case_27_an_adapter_is_found_by_its_number_wherever_it_is(void **state)
{
	static const struct pl_port_entry moved = ADAPTER("/dev/ttyUSB9", "0002", "socket-9"),
					  gone = ADAPTER("/dev/ttyUSB1", "0003", "socket-2");
	static const struct pl_port_entry twin = ADAPTER("/dev/ttyUSB0", "0001", "socket-5");

	(void)state;
	assert_string_equal(find_again("/dev/ttyUSB9", &moved), "/dev/ttyUSB1");
	assert_null(find_again("/dev/ttyUSB1", &gone));
	assert_string_equal(find_again("/dev/ttyUSB0", &twin), "/dev/ttyUSB4");
}

static void case_30_an_adapter_without_a_number_is_known_by_its_socket(void **state)
{
	static const struct pl_port_entry swapped = ADAPTER("/dev/ttyUSB2", "", "socket-4"),
					  gone = ADAPTER("/dev/ttyUSB2", "", "socket-9");
	struct pl_error error;

	(void)state;
	assert_string_equal(find_again("/dev/ttyUSB2", &swapped), "/dev/ttyUSB3");
	assert_null(pl_reconnect_find("/dev/ttyUSB2", &gone.identity, plugged, 5, &error));
	assert_non_null(strstr(error.text, "socket-9"));
	assert_true(pl_reconnect_is_by_socket(&gone.identity, ""));
	assert_false(pl_reconnect_is_by_socket(&gone.identity, "30:AE:A4:9D:08:2C"));
	assert_false(pl_reconnect_is_by_socket(&plugged[0].identity, ""));
}

static void a_port_without_a_socket_is_opened_by_its_name(void **state)
{
	static const struct pl_port_entry none = {0};

	(void)state;
	assert_string_equal(find_again("/tmp/pty", &none), "/tmp/pty");
	assert_string_equal(find_again("tcp:moxa:4001", &plugged[0]), "tcp:moxa:4001");
}

static void case_28_another_serial_number_is_refused(void **state)
{
	struct pl_error error = {0};

	(void)state;
	assert_int_equal(pl_reconnect_same("adapter", "", "2", &error), PL_OK);
	assert_int_equal(pl_reconnect_same("adapter", "1", "", &error), PL_OK);
	assert_int_equal(pl_reconnect_same("adapter", "1", "1", &error), PL_OK);
	assert_int_equal(pl_reconnect_same("adapter", "1", "2", &error), PL_ERR_MISMATCH);
	assert_non_null(strstr(error.text, "2 instead of 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_event_counts_for_its_channels_and_coincidences),
	    cmocka_unit_test(the_window_holds_t0_and_not_what_came_before),
	    cmocka_unit_test(nothing_counts_while_no_window_is_open),
	    cmocka_unit_test(occupancy_is_ten_bits_a_byte_or_unknown),
	    cmocka_unit_test(dead_time_is_summed_or_unknown),
	    cmocka_unit_test(carried_values_give_mean_and_spread),
	    cmocka_unit_test(sums_agree_with_welford_on_nasty_data),
	    cmocka_unit_test(no_value_is_no_spread),
	    cmocka_unit_test(any_number_of_channels_is_counted_alike),
	    cmocka_unit_test(case_68_a_suspend_in_a_window_is_a_gap),
	    cmocka_unit_test(a_lost_port_is_tried_ever_more_seldom),
	    cmocka_unit_test(case_27_an_adapter_is_found_by_its_number_wherever_it_is),
	    cmocka_unit_test(case_30_an_adapter_without_a_number_is_known_by_its_socket),
	    cmocka_unit_test(a_port_without_a_socket_is_opened_by_its_name),
	    cmocka_unit_test(case_28_another_serial_number_is_refused),
	};

	return cmocka_run_group_tests_name("bus_window", tests, NULL, NULL);
}
