/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view keeps of alarms, ages, trends, books and parameters. */
#include "ui/format.h"
#include "ui/parameters.h"
#include "ui/state.h"

#include "plateau/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define S PL_NS_PER_S

static struct pl_json *parsed(const char *text)
{
	struct pl_json *json;
	struct pl_error error;

	assert_int_equal(pl_json_parse(text, strlen(text), &json, &error), PL_OK);
	return json;
}

static void hear(struct pl_model *model, int64_t at_ns, const char *text)
{
	struct pl_json *json = parsed(text);

	pl_model_apply(model, json);
	pl_model_heard(model, at_ns);
	pl_json_free(json);
}

static void an_alarm_that_came_and_went_is_told_until_acknowledged(void **state)
{
	struct pl_model *model = pl_model_new();
	const struct pl_model_alarm *alarm;

	(void)state;
	hear(model, S,
	     "{\"n\":1,\"alarms\":["
	     "{\"path\":\"a.t\",\"level\":\"high\",\"alarm\":false,\"latched\":\"high\",\"acked\":"
	     "true},"
	     "{\"path\":\"b.t\",\"level\":\"inside\",\"alarm\":true,\"latched\":\"hihi\"}]}");
	assert_int_equal(model->alarms.count, 2);
	assert_int_equal(model->alarms.unacked, 1);
	assert_string_equal(model->alarms.path, "b.t");
	assert_string_equal(model->alarms.level, "was hihi");
	assert_true(model->alarms.is_alarm);
	alarm = pl_model_alarm(model, "a.t");
	assert_non_null(alarm);
	assert_true(alarm->is_acked && !alarm->is_over);
	assert_null(pl_model_alarm(model, "c.t"));
	hear(model, S, "{\"n\":2,\"alarms\":[]}");
	assert_int_equal(model->alarms.count, 0);
	pl_model_free(model);
}

static void ages_go_on_while_nothing_is_heard(void **state)
{
	struct pl_model *model = pl_model_new();

	(void)state;
	assert_true(pl_model_is_old(model, S));
	hear(model, 100 * S,
	     "{\"n\":1,\"readings\":[{\"path\":\"a.t\",\"value\":1,\"quality\":\"ok\",\"age_s\":0},"
	     "{\"path\":\"a.set\",\"value\":2,\"quality\":\"ok\"}],\"ages\":[2.5,null]}");
	assert_true(fabs(pl_model_age_s(model, &model->readings[0], 104 * S) - 6.5) < 1e-9);
	assert_true(isnan(pl_model_age_s(model, &model->readings[1], 104 * S)));
	assert_false(pl_model_is_old(model, 110 * S));
	assert_true(pl_model_next_ns(model, 110 * S) > 110 * S + S);
	assert_true(pl_model_is_old(model, 113 * S));
	assert_int_equal(pl_model_next_ns(model, 113 * S + 5), 114 * S); /* it is drawn on */
	pl_model_free(model);
}

static void value(struct pl_model *model, int second, const char *text)
{
	char line[200];

	snprintf(line, sizeof line,
		 "{\"n\":1,\"readings\":[{\"path\":\"a.t\",\"value\":%s,\"quality\":\"%s\"}]}",
		 text, strcmp(text, "null") == 0 ? "missing" : "ok");
	hear(model, second * S, line);
}

static void a_trend_has_a_gap_where_there_was_no_value(void **state)
{
	struct pl_model *model = pl_model_new();
	double values[6];

	(void)state;
	value(model, 100, "1");
	value(model, 101, "null");
	value(model, 102, "3");
	value(model, 104, "4"); /* nothing had changed between */
	pl_model_trend(model, "a.t", values, 6);
	assert_true(isnan(values[0]));
	assert_true(values[1] == 1 && isnan(values[2]) && values[3] == 3);
	assert_true(values[4] == 3 && values[5] == 4);
	value(model, 120, "5"); /* nobody knows what was between */
	pl_model_trend(model, "a.t", values, 6);
	assert_true(isnan(values[0]) && isnan(values[4]) && values[5] == 5);
	value(model, 1000, "6");
	pl_model_trend(model, "a.t", values, 6);
	assert_true(isnan(values[4]) && values[5] == 6);
	pl_model_trend(model, "b.t", values, 6);
	assert_true(isnan(values[5]));
	pl_model_free(model);
}

static void count(struct pl_model *model, int second, int events)
{
	char line[200];

	snprintf(line, sizeof line,
		 "{\"n\":1,\"counters\":[{\"name\":\"det.events\",\"value\":%d,\"per_s\":null}]}",
		 events);
	hear(model, second * S, line);
}

static void books_are_counted_per_second_and_since_a_reset(void **state)
{
	struct pl_state view = {.model = pl_model_new(), .now_ns = 105 * S};

	(void)state;
	for (int i = 0; i <= 5; i++)
		count(view.model, 100 + i, 1000 + 20 * i);
	assert_int_equal(view.model->book_count, 1);
	assert_true(fabs(pl_model_per_s(view.model, "det.events") - 20) < 1e-9);
	assert_true(pl_books_value(&view.books, &view.model->books[0]) == 1100);
	pl_books_reset(&view);
	count(view.model, 106, 1150);
	assert_true(pl_books_value(&view.books, &view.model->books[0]) == 50);
	assert_int_equal(pl_books_since_ns(&view.books), 105 * S);
	pl_books_undo(&view);
	assert_true(pl_books_value(&view.books, &view.model->books[0]) == 1150);
	assert_int_equal(pl_books_since_ns(&view.books), 0);
	pl_books_reset(&view);
	count(view.model, 107, 3); /* it began anew */
	assert_true(pl_books_value(&view.books, &view.model->books[0]) == 3);
	assert_true(isnan(pl_model_per_s(view.model, "det.events")));
	pl_books_free(&view.books);
	pl_model_free(view.model);
}

static void the_reasons_of_a_recording_stand_beside_its_numbers(void **state)
{
	struct pl_model *model = pl_model_new();
	const struct pl_model_counter *skipped = NULL;

	(void)state;
	hear(
	    model, S,
	    "{\"n\":1,\"runs\":[{\"kind\":\"recording\",\"run\":3,\"name\":\"slow\",\"queue\":0.25,"
	    "\"books\":{\"on_time\":9,\"max_drift_ms\":1.5,"
	    "\"skipped\":{\"overrun\":3,\"blocked\":0,\"disconnected\":2}}}],"
	    "\"whys\":[{\"t\":\"2026-11-21T20:15:00Z\",\"kind\":\"gap\",\"text\":\"oven lost\","
	    "\"times\":2}],\"disk\":{\"free_bytes\":12e9}}");
	for (size_t i = 0; i < model->book_count; i++)
		if (strcmp(model->books[i].name, "slow skipped") == 0)
			skipped = &model->books[i];
	assert_non_null(skipped);
	assert_true(skipped->value == 5);
	assert_string_equal(skipped->text, "overrun 3, disconnected 2");
	assert_string_equal(model->books[0].text, "queue 25 %, at most 1.5 ms late");
	assert_int_equal(model->why_count, 1);
	assert_int_equal(model->whys[0].times, 2);
	assert_true(model->disk_free == 12e9);
	pl_model_free(model);
}

static void parameters_come_in_pieces(void **state)
{
	struct pl_parameters *parameters = pl_parameters_new("oven");
	struct pl_json *json;
	char text[200];

	(void)state;
	json = parsed("{\"parameters\":[{\"path\":\"oven.setpoint\",\"unit\":\"C\",\"min\":0,"
		      "\"max\":400,\"step\":0.1,\"digits\":1,\"writable\":true,\"value\":30}],"
		      "\"next\":1,\"more\":true}");
	assert_true(pl_parameters_take(parameters, json));
	pl_json_free(json);
	json = parsed("{\"parameters\":[{\"path\":\"oven.mode\",\"words\":[\"off\",\"auto\"],"
		      "\"word\":\"auto\",\"value\":1}],\"next\":2,\"more\":false}");
	assert_false(pl_parameters_take(parameters, json));
	pl_json_free(json);
	assert_int_equal(parameters->count, 2);
	assert_true(parameters->is_complete);
	assert_string_equal(pl_parameters_range(&parameters->rows[0], text, sizeof text),
			    "0 to 400 C, step 0.1");
	assert_string_equal(pl_parameters_value(&parameters->rows[0], text, sizeof text), "30.0");
	assert_string_equal(pl_parameters_range(&parameters->rows[1], text, sizeof text),
			    "off auto");
	assert_string_equal(pl_parameters_value(&parameters->rows[1], text, sizeof text), "auto");
	assert_string_equal(parameters->rows[1].path, "oven.mode");
	pl_parameters_free(parameters);
}

static void what_a_write_did_is_told_in_one_line(void **state)
{
	struct pl_parameters *parameters = pl_parameters_new("oven");
	struct pl_json *json = parsed(
	    "{\"ok\":false,\"writes\":[{\"path\":\"oven.setpoint\",\"old\":20,\"requested\":30,"
	    "\"applied\":null,\"readback\":25,\"status\":\"mismatch\",\"reason\":\"holds 25\"}]}");

	(void)state;
	parameters->phase = PL_PARAMETERS_SETTING;
	pl_parameters_take_set(parameters, json);
	assert_string_equal(parameters->outcome,
			    "oven.setpoint: requested 30, read back 25, mismatch: holds 25");
	assert_true(parameters->has_failed);
	assert_int_equal(parameters->phase, PL_PARAMETERS_LIST);
	pl_json_free(json);
	pl_parameters_free(parameters);
}

static void ages_are_told_in_whole_units(void **state)
{
	char out[PL_FORMAT_SIZE];

	(void)state;
	assert_string_equal(pl_format_age(out, 3.9), "3 s");
	assert_string_equal(pl_format_age(out, 60), "1 min");
	assert_string_equal(pl_format_age(out, 3600), "60 min");
	assert_string_equal(pl_format_age(out, 7200), "2 h");
	assert_string_equal(pl_format_age(out, 86400 * 3), "3 d");
	assert_string_equal(pl_format_age(out, NAN), "--");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_alarm_that_came_and_went_is_told_until_acknowledged),
	    cmocka_unit_test(ages_go_on_while_nothing_is_heard),
	    cmocka_unit_test(a_trend_has_a_gap_where_there_was_no_value),
	    cmocka_unit_test(books_are_counted_per_second_and_since_a_reset),
	    cmocka_unit_test(the_reasons_of_a_recording_stand_beside_its_numbers),
	    cmocka_unit_test(parameters_come_in_pieces),
	    cmocka_unit_test(what_a_write_did_is_told_in_one_line),
	    cmocka_unit_test(ages_are_told_in_whole_units),
	};

	return cmocka_run_group_tests_name("ui_bench", tests, NULL, NULL);
}
