/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run remembers of its rows: the last of each index and channel is what counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/run_internal.h"

#include <stdlib.h>

static void remember(struct run *run, uint32_t index, const char *channel,
		     enum pl_point_quality quality)
{
	struct pl_point point = {.index = index, .quality = quality};

	pl_text_copy(point.channel, sizeof(point.channel), channel);
	run_remember_point(run, &point);
}

static void forget(struct run *run)
{
	free(run->rows);
	free(run->newest);
}

/* Several are void in one go, one is retaken, and then another of them is void again. */
static void the_last_row_counts_however_often_points_are_voided(void **state)
{
	struct run run = {.row_count = 0};

	(void)state;
	for (uint32_t index = 1; index <= 5; index++)
		remember(&run, index, "top", PL_POINT_SUSPECT);
	for (uint32_t index = 3; index <= 5; index++)
		remember(&run, index, "top", PL_POINT_VOID);
	remember(&run, 3, "top", PL_POINT_SATURATED);
	remember(&run, 5, "top", PL_POINT_VOID);
	remember(&run, 4, "top", PL_POINT_OK);
	remember(&run, 1, "top", PL_POINT_OK);
	assert_int_equal(run.qualities[PL_POINT_OK], 2);
	assert_int_equal(run.qualities[PL_POINT_SUSPECT], 1);
	assert_int_equal(run.qualities[PL_POINT_SATURATED], 1);
	assert_int_equal(run.qualities[PL_POINT_VOID], 1);
	assert_int_equal(run.voided, 4);
	forget(&run);
}

static void channels_of_one_index_are_counted_apart(void **state)
{
	struct run run = {.row_count = 0};

	(void)state;
	for (int pass = 0; pass < 3; pass++) {
		remember(&run, 1000, "top", pass < 2 ? PL_POINT_SUSPECT : PL_POINT_OK);
		remember(&run, 1000, "mid", PL_POINT_SUSPECT);
	}
	assert_int_equal(run.qualities[PL_POINT_OK], 1);
	assert_int_equal(run.qualities[PL_POINT_SUSPECT], 1);
	assert_int_equal(run.row_count, 6);
	forget(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_row_counts_however_often_points_are_voided),
	    cmocka_unit_test(channels_of_one_index_are_counted_apart),
	};

	return cmocka_run_group_tests_name("engine_points", tests, NULL, NULL);
}
