/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view keeps of snapshots and points. */
#include "ui/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static void apply(struct pl_model *model, const char *text)
{
	struct pl_json *json;
	struct pl_error error;

	assert_int_equal(pl_json_parse(text, strlen(text), &json, &error), PL_OK);
	pl_model_apply(model, json);
	pl_json_free(json);
}

static void add(struct pl_model *model, const char *uid, const char *text)
{
	struct pl_json *json;
	struct pl_error error;

	assert_int_equal(pl_json_parse(text, strlen(text), &json, &error), PL_OK);
	pl_model_add_points(model, uid, json);
	pl_json_free(json);
}

static void a_part_that_is_left_out_stays(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	apply(model, "{\"n\":1,\"devices\":[{\"name\":\"det\",\"state\":\"up\",\"events\":7}],"
		     "\"scans\":[\"a\",\"b\"]}");
	apply(model, "{\"n\":2,\"readings\":[]}");
	assert_int_equal(model->n, 2);
	assert_int_equal(model->device_count, 1);
	assert_int_equal(model->devices[0].events, 7);
	assert_int_equal(model->scan_count, 2);
	assert_string_equal(model->scans[1], "b");
	pl_model_free(model);
}

static void wrong_types_become_missing_values(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	apply(model, "{\"n\":\"x\",\"bench\":5,\"devices\":{\"a\":1},\"run\":[],\"log\":7,"
		     "\"readings\":[3,{\"path\":4,\"value\":\"hot\",\"lo\":null}]}");
	assert_int_equal(model->reading_count, 2);
	assert_true(isnan(model->readings[1].value));
	assert_true(isnan(model->readings[1].lo));
	assert_string_equal(model->readings[1].path, "");
	assert_false(pl_model_is_running(model));
	pl_model_free(model);
}

static void points_are_asked_for_until_all_rows_are_there(void **state)
{
	struct pl_model *model = pl_model_new();
	int64_t from;

	(void)state;
	apply(model, "{\"n\":1,\"run\":{\"uid\":\"u1\",\"rows\":3,\"state\":\"running\"}}");
	assert_true(pl_model_wants_points(model, &from));
	assert_int_equal(from, 1);
	add(model, "u1",
	    "[{\"index\":1,\"channel\":\"top\",\"set\":270,\"rate\":250},"
	    "{\"index\":2,\"channel\":\"top\",\"set\":272}]");
	assert_true(pl_model_wants_points(model, &from));
	assert_int_equal(from, 3);
	add(model, "u1", "[{\"index\":3,\"channel\":\"mid\",\"set\":270,\"rate\":1}]");
	assert_false(pl_model_wants_points(model, &from));
	assert_int_equal(model->curve.count, 3);
	assert_int_equal(model->curve.series_count, 2);
	assert_true(model->curve.points[0].is_valid);
	assert_false(model->curve.points[1].is_valid);
	assert_int_equal(pl_model_last_point(model)->index, 3);
	pl_model_free(model);
}

static void a_later_row_replaces_the_point_it_repeats(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	apply(model, "{\"n\":1,\"run\":{\"uid\":\"u1\",\"rows\":9}}");
	add(model, "u1",
	    "[{\"index\":1,\"channel\":\"top\",\"set\":1,\"rate\":5,\"attempt\":1},"
	    "{\"index\":1,\"channel\":\"mid\",\"set\":1,\"rate\":6,\"attempt\":1},"
	    "{\"index\":2,\"channel\":\"top\",\"set\":2,\"rate\":7,\"attempt\":1},"
	    "{\"index\":1,\"channel\":\"top\",\"set\":1,\"quality\":\"void\"},"
	    "{\"index\":1,\"channel\":\"top\",\"set\":1,\"rate\":8,\"attempt\":2}]");
	assert_int_equal(model->curve.count, 3);
	assert_int_equal(model->curve.rows_seen, 5);
	assert_int_equal(model->curve.points[0].attempt, 2);
	assert_true(model->curve.points[0].rate == 8);
	assert_true(model->curve.points[1].rate == 6);
	pl_model_free(model);
}

static void another_run_begins_with_an_empty_curve(void **state)
{
	struct pl_model *model = pl_model_new();
	int64_t from;

	(void)state;
	apply(model, "{\"n\":1,\"run\":{\"uid\":\"u1\",\"rows\":1}}");
	add(model, "u1", "[{\"index\":1,\"channel\":\"top\",\"set\":1,\"rate\":5}]");
	apply(model, "{\"n\":2,\"run\":{\"uid\":\"u2\",\"rows\":1}}");
	assert_int_equal(model->curve.count, 0);
	add(model, "u1", "[{\"index\":2,\"channel\":\"top\",\"set\":1,\"rate\":5}]");
	assert_int_equal(model->curve.count, 0);
	assert_true(pl_model_wants_points(model, &from));
	assert_int_equal(from, 1);
	pl_model_free(model);
}

static void many_points_stay_in_the_order_of_the_plan(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	apply(model, "{\"n\":1,\"run\":{\"uid\":\"u\",\"rows\":1000}}");
	for (int i = 1; i <= 1000; i++) {
		char text[100];

		snprintf(text, sizeof text,
			 "[{\"index\":%d,\"channel\":\"c%d\",\"set\":1,\"rate\":2}]",
			 i % 2 ? i + 1 : i - 1, i % 40);
		add(model, "u", text);
	}
	assert_int_equal(model->curve.count, 1000);
	assert_int_equal(model->curve.series_count, PL_MODEL_SERIES);
	for (size_t i = 1; i < model->curve.count; i++)
		assert_true(model->curve.points[i - 1].index <= model->curve.points[i].index);
	pl_model_free(model);
}

static void the_log_keeps_its_newest_lines(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	for (int i = 1; i <= PL_MODEL_LOG + 50; i++) {
		char text[100];

		snprintf(text, sizeof text, "{\"n\":%d,\"log\":[{\"n\":%d,\"text\":\"line %d\"}]}",
			 i, i, i);
		apply(model, text);
	}
	assert_int_equal(model->log_count, PL_MODEL_LOG);
	assert_int_equal(pl_model_log_line(model, 0)->n, 51);
	assert_int_equal(pl_model_log_line(model, PL_MODEL_LOG - 1)->n, PL_MODEL_LOG + 50);
	pl_model_reconnected(model);
	assert_int_equal(model->log_count, 0);
	pl_model_free(model);
}

static void a_lost_device_is_found(void **state)
{
	struct pl_model *model = pl_model_new();
	size_t count;

	(void)state;
	apply(model, "{\"n\":1,\"devices\":[{\"name\":\"a\",\"state\":\"up\"},"
		     "{\"name\":\"b\",\"state\":\"lost\"},{\"name\":\"c\",\"state\":\"lost\"}]}");
	assert_string_equal(pl_model_lost(model, &count)->name, "b");
	assert_int_equal(count, 2);
	pl_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_part_that_is_left_out_stays),
	    cmocka_unit_test(wrong_types_become_missing_values),
	    cmocka_unit_test(points_are_asked_for_until_all_rows_are_there),
	    cmocka_unit_test(a_later_row_replaces_the_point_it_repeats),
	    cmocka_unit_test(another_run_begins_with_an_empty_curve),
	    cmocka_unit_test(many_points_stay_in_the_order_of_the_plan),
	    cmocka_unit_test(the_log_keeps_its_newest_lines),
	    cmocka_unit_test(a_lost_device_is_found),
	};

	return cmocka_run_group_tests_name("ui_model", tests, NULL, NULL);
}
