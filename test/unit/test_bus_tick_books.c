/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pure parts of a recording on a bus: grid, histogram of spans, books. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/tick.h"
#include "plateau/clock.h"

#include <math.h>
#include <string.h>

static void a_timed_recording_has_at_least_one_slot(void **state)
{
	static const struct {
		double rate_hz;
		int64_t time_ns;
		uint64_t ticks;
	} rows[] = {
	    {10, 60 * PL_NS_PER_S, 600},
	    {10, 300 * PL_NS_PER_MS, 3},
	    {0.1, PL_NS_PER_S, 1},
	    {2, 240 * PL_NS_PER_MS, 1},
	    {5000, PL_NS_PER_S, 5000},
	    {3, 500 * PL_NS_PER_MS, 2},
	    {0.001, 1, 1},
	    {3, PL_NS_PER_S, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(pl_grid_ticks(rows[i].rate_hz, rows[i].time_ns), rows[i].ticks);
}

static void slots_are_exact_however_many_there_were(void **state)
{
	static const struct {
		double rate_hz;
		uint64_t n;
		int64_t behind_ns;
	} rows[] = {
	    {1, 0, 0},
	    {5000, 1, 200000},
	    {5000, UINT64_C(1) << 45, (INT64_C(1) << 45) * 200000},
	    {3, 1, 333333333},
	    {3, 2, 666666667},
	    {3, 3, 1000000000},
	    {3, UINT64_C(9000000000) + 1, INT64_C(3000000000333333333)},
	    {1024, UINT64_C(1) << 43, (INT64_C(1) << 33) * PL_NS_PER_S},
	    {0.5, 4000000001, INT64_C(8000000002) * PL_NS_PER_S},
	    {0.001, 7, 7000 * PL_NS_PER_S},
	    {0.1, 100, 1000 * PL_NS_PER_S},
	    {1, UINT64_C(1) << 53, PL_NEVER}, /* 285 million years */
	    {0.001, UINT64_C(1) << 53, PL_NEVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_grid grid = {.rate_hz = rows[i].rate_hz};

		assert_int_equal(pl_grid_slot_ns(&grid, rows[i].n), rows[i].behind_ns);
		grid.start_ns = 77;
		assert_int_equal(pl_grid_slot_ns(&grid, rows[i].n),
				 rows[i].behind_ns == PL_NEVER ? PL_NEVER : rows[i].behind_ns + 77);
	}
}

static void the_next_slot_is_the_first_that_is_not_before(void **state)
{
	static const double rates[] = {0.001, 0.1, 1, 3, 7.3, 49.999, 1000, 4999.9, 5000};
	static const uint64_t ns[] = {0, 1, 2, 1000, 123456789, UINT64_C(7000000001)};

	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		struct pl_grid grid = {.start_ns = 1234567, .rate_hz = rates[i]};

		assert_int_equal(pl_grid_next(&grid, 0), 0);
		for (size_t k = 0; k < sizeof ns / sizeof ns[0]; k++) {
			int64_t slot_ns = pl_grid_slot_ns(&grid, ns[k]);

			if (slot_ns == PL_NEVER)
				continue;
			assert_int_equal(pl_grid_next(&grid, slot_ns), ns[k]);
			assert_int_equal(pl_grid_next(&grid, slot_ns + 1), ns[k] + 1);
			if (ns[k] > 0)
				assert_int_equal(pl_grid_next(&grid, slot_ns - 1), ns[k]);
		}
		grid.ticks = 5;
		assert_int_equal(pl_grid_next(&grid, pl_grid_slot_ns(&grid, 1000)), 5);
	}
}

static void a_quantile_is_right_to_a_bin(void **state)
{
	struct pl_spans spans = {0}, half = {0};

	(void)state;
	assert_int_equal(pl_spans_quantile(&spans, 0.5), 0);
	for (int64_t i = 1; i <= 1000; i++)
		pl_spans_add(i % 2 ? &half : &spans, i * 10000);
	pl_spans_merge(&spans, &half);
	assert_int_equal(spans.count, 1000);
	assert_int_equal(spans.max_ns, 10000000);
	assert_true(fabs((double)pl_spans_quantile(&spans, 0.5) / 5e6 - 1) < 0.06);
	assert_true(fabs((double)pl_spans_quantile(&spans, 0.99) / 9.9e6 - 1) < 0.06);
	assert_int_equal(pl_spans_quantile(&spans, 1), 10000000);
}

static void spans_beyond_the_bins_are_in_the_first_or_the_last(void **state)
{
	struct pl_spans spans = {0};

	(void)state;
	pl_spans_add(&spans, 0);
	pl_spans_add(&spans, 999);
	assert_int_equal(spans.bins[0], 2);
	assert_true(pl_spans_quantile(&spans, 1) <= 1060);
	pl_spans_add(&spans, 100 * 3600 * PL_NS_PER_S);
	assert_int_equal(spans.bins[PL_SPAN_BINS - 1], 1);
	pl_spans_add(&spans, 3600 * PL_NS_PER_S); /* an hour still has its own */
	assert_int_equal(spans.bins[PL_SPAN_BINS - 1], 1);
}

static void books_of_several_are_the_sum_of_their_slots(void **state)
{
	struct pl_tick_books sum = {0}, one = {.on_time = 1,
					       .late = 2,
					       .failed = 3,
					       .dropped = 4,
					       .skipped = {5, 6, 7, 8},
					       .reads_ok = 9,
					       .reads_failed = {10},
					       .max_lateness_ns = 11,
					       .disconnects = 12,
					       .is_over = true};

	(void)state;
	pl_spans_add(&one.durations, 5000);
	assert_int_equal(pl_tick_books_slots(&one), 36);
	pl_tick_books_merge(&sum, &one);
	one.max_lateness_ns = 3;
	pl_tick_books_merge(&sum, &one);
	assert_int_equal(pl_tick_books_slots(&sum), 72);
	assert_int_equal(sum.skipped[PL_SKIP_SUSPENDED], 16);
	assert_int_equal(sum.reads_ok, 18);
	assert_int_equal(sum.reads_failed[PL_READ_UNANSWERED], 20);
	assert_int_equal(sum.max_lateness_ns, 11);
	assert_int_equal(sum.disconnects, 24);
	assert_int_equal(sum.durations.count, 2);
	assert_false(sum.is_over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_timed_recording_has_at_least_one_slot),
	    cmocka_unit_test(slots_are_exact_however_many_there_were),
	    cmocka_unit_test(the_next_slot_is_the_first_that_is_not_before),
	    cmocka_unit_test(a_quantile_is_right_to_a_bin),
	    cmocka_unit_test(spans_beyond_the_bins_are_in_the_first_or_the_last),
	    cmocka_unit_test(books_of_several_are_the_sum_of_their_slots),
	};

	return cmocka_run_group_tests_name("bus_tick_books", tests, NULL, NULL);
}
