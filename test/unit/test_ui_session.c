/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The view's talk with an engine that is away, or that answers nothing. */
#include "ui/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct pl_client *nobody_there(void *ctx, bool may_start, struct pl_error *error)
{
	(void)may_start;
	pl_error_set(error, PL_ERR_CONFIG, "bench.yaml:3:1", "%s", (const char *)ctx);
	return NULL;
}

static void why_no_engine_can_be_had_is_said_once_for_each_reason(void **state)
{
	char why[32] = "a wrong key";
	const struct pl_ui_options options = {.reconnect = nobody_there, .ctx = why};
	struct pl_session session = {.options = &options};
	struct pl_state view = {.model = pl_model_new(), .now_ns = 10 * PL_NS_PER_S};

	(void)state;
	assert_true(pl_session_retry(&session, &view));
	assert_non_null(strstr(view.message, "a wrong key"));
	assert_false(pl_session_retry(&session, &view)); /* not before a second is over */
	view.now_ns += 2 * PL_NS_PER_S;
	assert_false(pl_session_retry(&session, &view)); /* nothing new */
	view.now_ns += 2 * PL_NS_PER_S;
	memcpy(why, "a wrong unit", sizeof "a wrong unit");
	assert_true(pl_session_retry(&session, &view));
	assert_non_null(strstr(view.message, "a wrong unit"));
	pl_model_free(view.model);
}

static void what_is_asked_of_an_engine_that_is_away_is_refused(void **state)
{
	const struct pl_ui_options options = {.reconnect = nobody_there};
	struct pl_session session = {.options = &options};
	struct pl_state view = {.model = pl_model_new()};

	(void)state;
	assert_false(pl_session_ask(&session, &view, PL_ASK_SCAN, pl_json_object()));
	assert_non_null(strstr(view.message, "away"));
	pl_model_free(view.model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(why_no_engine_can_be_had_is_said_once_for_each_reason),
	    cmocka_unit_test(what_is_asked_of_an_engine_that_is_away_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
