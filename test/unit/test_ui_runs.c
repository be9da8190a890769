/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view keeps of a list of runs, and asks for. */
#include "ui/runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void result(struct pl_runs *runs, int total)
{
	struct pl_json *object = pl_json_object();

	pl_json_add_integer(object, "total", total);
	pl_runs_answered(runs, object);
	pl_json_free(object);
}

/* Rows from that place on, `step` places apart. */
static void rows(struct pl_runs *runs, int64_t place, int count, int step)
{
	struct pl_json *event = pl_json_object(), *part = pl_json_array();

	for (int i = 0; i < count; i++) {
		struct pl_json *row = pl_json_object();

		pl_json_add_integer(row, "place", place + (int64_t)i * step);
		pl_json_add_integer(row, "run", 100000 - place - (int64_t)i * step);
		pl_json_add(part, NULL, row);
	}
	pl_json_add(event, "part", part);
	pl_runs_take(runs, event);
	pl_json_free(event);
}

static int64_t asked_from(struct pl_json *args)
{
	int64_t from = args ? pl_json_get_integer(args, "from", -1) : -2;

	pl_json_free(args);
	return from;
}

static void of_a_long_list_only_a_window_is_kept(void **state)
{
	struct pl_runs *runs = calloc(1, sizeof *runs);

	(void)state;
	assert_int_equal(asked_from(pl_runs_begin(runs, "")), 0);
	rows(runs, 0, PL_RUNS_WINDOW, 1);
	result(runs, 10000);
	assert_int_equal(runs->count, 10000);
	assert_int_equal(pl_runs_row(runs, 199)->place, 199);
	assert_null(pl_runs_row(runs, 200));
	assert_null(pl_runs_want(runs, 100, 120)); /* they are here */
	assert_int_equal(asked_from(pl_runs_want(runs, 9970, 9999)), 9970 - PL_RUNS_WINDOW / 4);
	assert_null(pl_runs_want(runs, 0, 20)); /* one question at a time */
	rows(runs, 9920, 80, 1);
	result(runs, 10000);
	assert_int_equal(pl_runs_row(runs, 9999)->place, 9999);
	assert_null(pl_runs_row(runs, 0));
	pl_runs_free(runs);
}

static void a_search_keeps_the_places_of_what_it_found(void **state)
{
	struct pl_runs *runs = calloc(1, sizeof *runs);
	struct pl_json *event = pl_json_object(), *places = pl_json_array();

	(void)state;
	asked_from(pl_runs_begin(runs, "lead"));
	rows(runs, 0, PL_RUNS_WINDOW, 3);
	for (int i = 0; i < 300; i++)
		pl_json_add_integer(places, NULL, 600 + 3 * i);
	pl_json_add(event, "places", places);
	pl_runs_take(runs, event);
	pl_json_free(event);
	result(runs, 1500);
	assert_int_equal(runs->count, 500);
	assert_int_equal(asked_from(pl_runs_want(runs, 480, 499)), 3 * (480 - PL_RUNS_WINDOW / 4));
	rows(runs, 1290, 70, 3);
	result(runs, 1500);
	assert_int_equal(runs->count, 500);
	assert_int_equal(pl_runs_row(runs, 499)->place, 1497);
	pl_runs_free(runs);
}

static void a_list_that_nobody_wants_any_more_is_not_taken(void **state)
{
	struct pl_runs *runs = calloc(1, sizeof *runs);

	(void)state;
	asked_from(pl_runs_begin(runs, "a"));
	asked_from(pl_runs_begin(runs, "ab"));
	rows(runs, 0, 5, 1); /* of the first */
	assert_int_equal(runs->count, 0);
	result(runs, 100);
	assert_false(runs->is_known);
	rows(runs, 7, 1, 1);
	result(runs, 100);
	assert_true(runs->is_known);
	assert_int_equal(runs->count, 1);
	assert_int_equal(pl_runs_row(runs, 0)->place, 7);
	pl_runs_free(runs);
}

static void a_list_that_became_shorter_keeps_the_cursor_in_it(void **state)
{
	struct pl_runs *runs = calloc(1, sizeof *runs);

	(void)state;
	asked_from(pl_runs_begin(runs, ""));
	runs->selected = 50;
	rows(runs, 0, 3, 1);
	result(runs, 3);
	assert_int_equal(runs->selected, 2);
	pl_runs_free(runs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_a_long_list_only_a_window_is_kept),
	    cmocka_unit_test(a_search_keeps_the_places_of_what_it_found),
	    cmocka_unit_test(a_list_that_nobody_wants_any_more_is_not_taken),
	    cmocka_unit_test(a_list_that_became_shorter_keeps_the_cursor_in_it),
	};

	return cmocka_run_group_tests_name("ui runs", tests, NULL, NULL);
}
