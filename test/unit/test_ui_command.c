/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: words, completion, history, and what it refuses. */
#include "ui/command.h"
#include "ui/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char snapshot[] =
    "{\"n\":1,\"bench\":{\"name\":\"b\"},\"scans\":[\"threshold\",\"thorough\",\"noise\"],"
    "\"recordings\":[\"slow\"],"
    "\"devices\":[{\"name\":\"det\",\"state\":\"up\"},{\"name\":\"oven\",\"state\":\"up\"}],"
    "\"readings\":[{\"path\":\"det.top.threshold\",\"value\":290},"
    "{\"path\":\"det.top.rate\",\"value\":1}]}";

static int setup(void **state)
{
	struct pl_view *view = calloc(1, sizeof *view);
	struct pl_json *json;
	struct pl_error error;

	assert_non_null(view);
	view->state.model = pl_model_new();
	view->state.is_connected = true;
	view->state.zoom = PL_PANEL_NONE;
	assert_int_equal(pl_json_parse(snapshot, strlen(snapshot), &json, &error), PL_OK);
	pl_model_apply(view->state.model, json);
	pl_json_free(json);
	*state = view;
	return 0;
}

static int teardown(void **state)
{
	struct pl_view *view = *state;

	pl_form_fini(&view->state.form);
	pl_model_free(view->state.model);
	free(view);
	return 0;
}

static void assert_completes(const struct pl_view *view, const char *typed, const char *wanted,
			     bool has_more)
{
	struct pl_line line = {0};

	pl_line_set(&line, typed);
	assert_int_equal(pl_command_complete(&view->state, &line), has_more);
	assert_string_equal(line.text, wanted);
}

static void words_and_their_arguments_are_completed(void **state)
{
	const struct pl_view *view = *state;

	assert_completes(view, "reco", "record ", false);
	assert_completes(view, "scan n", "scan noise", false);
	assert_completes(view, "scan t", "scan th", true);
	assert_completes(view, "scan th", "scan th", true);
	assert_completes(view, "set det.top.t", "set det.top.threshold=", false);
	assert_completes(view, "get det", "get det.top.", true);
	assert_completes(view, "count o", "count oven ", false);
	assert_completes(view, "frobnicate x", "frobnicate x", false);
	assert_completes(view, "note any", "note any", false);
}

static void candidates_are_listed_once_each(void **state)
{
	const struct pl_view *view = *state;
	struct pl_line line = {0};
	char words[400];

	pl_line_set(&line, "scan th");
	pl_command_candidates(&view->state, &line, words, sizeof words);
	assert_string_equal(words, "threshold  thorough");
	pl_line_set(&line, "sca");
	pl_command_candidates(&view->state, &line, words, sizeof words);
	assert_string_equal(words, "scan"); /* a word and an action */
	pl_line_set(&line, "");
	pl_command_candidates(&view->state, &line, words, sizeof words);
	assert_true(strlen(words) < sizeof words);
	pl_line_set(&line, "set ");
	pl_command_usage(&line, words, sizeof words);
	assert_non_null(strstr(words, "PATH=VALUE"));
}

static void every_action_can_be_done_by_its_name(void **state)
{
	struct pl_view *view = *state;

	pl_command_run(view, "  :log ");
	assert_int_equal(view->state.focus, PL_PANEL_LOG);
	pl_command_run(view, "help");
	assert_int_equal(view->state.page, PL_PAGE_HELP);
	pl_command_run(view, "quit now");
	assert_string_equal(view->state.message, "quit takes no argument");
	pl_command_run(view, "quit");
	assert_int_equal(view->state.page, PL_PAGE_BENCH);
	pl_command_run(view, "quit");
	assert_true(view->state.is_leaving);
	pl_command_run(view, "");
}

static void an_unknown_word_names_the_nearest_one(void **state)
{
	struct pl_view *view = *state;

	pl_command_run(view, "recrod slow");
	assert_non_null(strstr(view->state.message, "did you mean `record`?"));
	pl_command_run(view, "xyzzyxyzzy");
	assert_non_null(strstr(view->state.message, "is no word here"));
	pl_command_run(view, "scan nonsense");
	assert_string_equal(view->state.message, "the bench file has no scan `nonsense`");
	pl_command_run(view, "set 300");
	assert_non_null(strstr(view->state.message, "say what to set"));
	assert_int_equal(view->state.dialog.kind, PL_DIALOG_NONE);
}

static void what_acts_is_asked_again(void **state)
{
	struct pl_view *view = *state;

	pl_command_run(view, "set det.top.threshold=300");
	assert_int_equal(view->state.dialog.kind, PL_DIALOG_CONFIRM);
	assert_string_equal(view->state.dialog.lines[0], "det.top.threshold=300");
	assert_non_null(strstr(view->state.dialog.lines[1], "290"));
	pl_dialog_close(&view->state.dialog);
	pl_command_run(view, "scan noise");
	assert_int_equal(view->state.page, PL_PAGE_FORM);
	assert_string_equal(view->state.form.name, "noise");
	pl_page_go(view, PL_PAGE_BENCH);
	pl_command_run(view, "record slow");
	assert_int_equal(view->state.page, PL_PAGE_FORM);
	assert_int_equal(view->state.form.kind, PL_FORM_RECORD);
}

static void words_that_act_are_refused_in_a_watching_view(void **state)
{
	static const char *const lines[] = {"scan noise", "record slow", "set det.top.threshold=1",
					    "note x",	  "count det",	 "resume",
					    "stop"};
	struct pl_view *view = *state;

	view->state.is_watch = true;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		view->state.message[0] = '\0';
		pl_command_run(view, lines[i]);
		assert_non_null(strstr(view->state.message, "only watches"));
		assert_int_equal(view->state.dialog.kind, PL_DIALOG_NONE);
	}
}

static void case_65_a_pasted_line_is_not_run(void **state)
{
	struct pl_view *view = *state;
	const char *pasted = "quit\r\nquit\n";

	pl_view_key(view, ':');
	assert_int_equal(view->state.entry.kind, PL_ENTRY_COMMAND);
	pl_view_key(view, PL_KEY_PASTE_BEGIN);
	for (const char *at = pasted; *at; at++)
		pl_view_key(view, *at);
	pl_view_key(view, pl_key_of_name("Tab", 3));
	pl_view_key(view, pl_key_of_name("Up", 2));
	pl_view_key(view, PL_KEY_ESC);
	pl_view_key(view, PL_KEY_PASTE_END);
	assert_false(view->state.is_leaving);
	assert_int_equal(view->state.entry.kind, PL_ENTRY_COMMAND);
	assert_string_equal(view->state.entry.line.text, "quitquit");
	pl_view_key(view, PL_KEY_ESC);
	assert_int_equal(view->state.entry.kind, PL_ENTRY_NONE);
}

static void earlier_commands_come_back(void **state)
{
	struct pl_view *view = *state;
	int up = pl_key_of_name("Up", 2), down = pl_key_of_name("Down", 4);

	for (const char *at = ":log\r:devices\r:"; *at; at++)
		pl_view_key(view, *at);
	pl_view_key(view, up);
	assert_string_equal(view->state.entry.line.text, "devices");
	pl_view_key(view, up);
	assert_string_equal(view->state.entry.line.text, "log");
	pl_view_key(view, up);
	assert_string_equal(view->state.entry.line.text, "log");
	pl_view_key(view, down);
	pl_view_key(view, down);
	assert_string_equal(view->state.entry.line.text, "");
}

static void history_keeps_the_newest_lines_once_each(void **state)
{
	struct pl_history history = {0}, other = {0};
	char line[40], saved[60];

	(void)state;
	for (int i = 0; i < 2 * PL_HISTORY; i++) {
		snprintf(line, sizeof line, "word %d", i);
		pl_history_add(&history, line);
	}
	pl_history_add(&history, "");
	assert_int_equal(history.count, PL_HISTORY);
	assert_string_equal(pl_history_line(&history, 0), "word 39");
	pl_history_add(&history, "word 30");
	assert_int_equal(history.count, PL_HISTORY);
	assert_string_equal(pl_history_line(&history, 0), "word 30");
	assert_string_equal(pl_history_line(&history, 1), "word 39");
	assert_null(pl_history_line(&history, PL_HISTORY));
	pl_history_save(&history, saved, sizeof saved);
	assert_int_equal(strlen(saved), 7 * strlen("\nword 30"));
	pl_history_restore(&other, saved);
	assert_int_equal(other.count, 7);
	assert_string_equal(pl_history_line(&other, 1), "word 39");
	pl_history_restore(&other, "no history");
	assert_int_equal(other.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(words_and_their_arguments_are_completed, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(candidates_are_listed_once_each, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_action_can_be_done_by_its_name, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_unknown_word_names_the_nearest_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_acts_is_asked_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(words_that_act_are_refused_in_a_watching_view, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(case_65_a_pasted_line_is_not_run, setup, teardown),
	    cmocka_unit_test_setup_teardown(earlier_commands_come_back, setup, teardown),
	    cmocka_unit_test(history_keeps_the_newest_lines_once_each),
	};

	return cmocka_run_group_tests_name("ui_command", tests, NULL, NULL);
}
