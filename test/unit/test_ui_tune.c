/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view makes of the events of a tuning. */
#include "ui/tune.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void hear(struct pl_tune *tune, const char *line)
{
	struct pl_json *event = NULL;

	assert_int_equal(pl_json_parse(line, strlen(line), &event, NULL), PL_OK);
	pl_tune_event(tune, event);
	pl_json_free(event);
}

static void begin(struct pl_tune *tune)
{
	pl_tune_begin(tune, "det.top.threshold");
	hear(tune, "{\"started\":{\"path\":\"det.top.threshold\",\"device\":\"det\",\"min\":1,"
		   "\"max\":1023,\"step\":1,\"before\":290,\"value\":290}}");
}

static void step(struct pl_tune *tune, const char *kind, int requested, const char *applied,
		 const char *status)
{
	char line[256];

	snprintf(line, sizeof line,
		 "{\"step\":{\"kind\":\"%s\",\"old\":290,\"requested\":%d,\"applied\":%s,"
		 "\"readback\":null,\"status\":\"%s\",\"reason\":\"why\"}}",
		 kind, requested, applied, status);
	hear(tune, line);
}

static void it_opens_with_what_the_engine_tells(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	assert_int_equal(tune.stage, PL_TUNE_OPEN);
	assert_true(tune.value == 290 && tune.wanted == 290 && tune.before == 290);
	assert_true(pl_tune_is_confirmed(&tune));
	assert_null(pl_tune_step(&tune, 0));
}

static void an_older_move_that_comes_about_leaves_the_newer_wish(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	assert_true(pl_tune_want(&tune, -1));
	assert_true(pl_tune_want(&tune, -1));
	step(&tune, "move", 289, "289", "ok");
	assert_true(tune.value == 289 && tune.wanted == 288);
	step(&tune, "move", 288, "288", "ok");
	assert_true(tune.value == 288 && tune.wanted == 288);
}

static void an_undo_takes_the_wish_with_it(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	pl_tune_want(&tune, 10);
	step(&tune, "move", 300, "300", "ok");
	step(&tune, "undo", 290, "290", "ok");
	assert_true(tune.value == 290 && tune.wanted == 290);
	assert_string_equal(pl_tune_step(&tune, 1)->kind, "move");
}

static void nothing_is_wanted_beyond_the_ends(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	assert_true(pl_tune_want(&tune, 2000));
	assert_true(tune.wanted == 1023);
	assert_false(pl_tune_want(&tune, 1));
	assert_true(pl_tune_want(&tune, -2000));
	assert_true(tune.wanted == 1);
}

static void what_is_not_confirmed_has_no_value_and_no_rate(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	hear(&tune, "{\"rate\":{\"value\":290,\"hits\":5,\"seconds\":1,\"rate\":5,\"rate_lo\":3,"
		    "\"rate_hi\":8}}");
	assert_true(tune.now.rate == 5 && tune.measured_count == 1);
	step(&tune, "move", 291, "null", "unanswered");
	assert_true(isnan(tune.value) && isnan(tune.now.rate));
	assert_false(pl_tune_is_confirmed(&tune));
	assert_string_equal(pl_tune_step(&tune, 0)->reason, "why");
}

static void a_refused_move_leaves_the_value(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	pl_tune_want(&tune, 1);
	step(&tune, "move", 291, "null", "refused");
	assert_true(tune.value == 290 && tune.wanted == 290);
}

static void a_move_that_fails_cannot_be_kept(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	tune.stage = PL_TUNE_ENDING;
	step(&tune, "restore", 290, "null", "unanswered");
	assert_int_equal(tune.stage, PL_TUNE_ENDING);
	step(&tune, "move", 291, "null", "unanswered");
	assert_int_equal(tune.stage, PL_TUNE_OPEN);
}

static void a_lost_device_is_said_until_a_write_comes_about(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	hear(&tune, "{\"lost\":{\"reason\":\"the line is gone\"}}");
	step(&tune, "move", 291, "null", "lost");
	assert_string_equal(tune.lost, "the line is gone");
	step(&tune, "renew", 291, "291", "ok");
	assert_string_equal(tune.lost, "");
	assert_true(tune.value == 291);
}

static void a_value_measured_again_stands_once(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	for (int i = 0; i < 3; i++)
		hear(&tune, "{\"rate\":{\"value\":290,\"hits\":5,\"seconds\":1,\"rate\":5}}");
	hear(&tune, "{\"measured\":{\"value\":290,\"hits\":9,\"seconds\":2,\"rate\":4.5,"
		    "\"side\":\"above\",\"sure\":true}}");
	assert_int_equal(tune.measured_count, 1);
	assert_true(tune.measured[0].is_sure);
	for (int i = 0; i < 2 * PL_TUNE_MEASURED; i++) {
		char line[80];

		snprintf(line, sizeof line, "{\"rate\":{\"value\":%d,\"rate\":1}}", i);
		hear(&tune, line);
	}
	assert_int_equal(tune.measured_count, PL_TUNE_MEASURED);
}

static void an_answer_ends_the_search(void **state)
{
	struct pl_tune tune;

	(void)state;
	begin(&tune);
	tune.is_seeking = true;
	hear(&tune, "{\"answer\":{\"code\":\"between\",\"found\":true,\"text\":\"it lies there\","
		    "\"target\":5}}");
	assert_false(tune.is_seeking);
	assert_true(tune.has_found && tune.target == 5);
	assert_string_equal(tune.answer, "it lies there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_opens_with_what_the_engine_tells),
	    cmocka_unit_test(an_older_move_that_comes_about_leaves_the_newer_wish),
	    cmocka_unit_test(an_undo_takes_the_wish_with_it),
	    cmocka_unit_test(nothing_is_wanted_beyond_the_ends),
	    cmocka_unit_test(what_is_not_confirmed_has_no_value_and_no_rate),
	    cmocka_unit_test(a_refused_move_leaves_the_value),
	    cmocka_unit_test(a_move_that_fails_cannot_be_kept),
	    cmocka_unit_test(a_lost_device_is_said_until_a_write_comes_about),
	    cmocka_unit_test(a_value_measured_again_stands_once),
	    cmocka_unit_test(an_answer_ends_the_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
