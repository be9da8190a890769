/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of actions, and the questions that some of them ask. */
#include "ui/state.h"

#include "plateau/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void every_action_has_its_row_name_key_and_text(void **state)
{
	bool has_row[PL_ACTIONS] = {false};
	const struct pl_action *action, *other;
	size_t count = 0;

	(void)state;
	for (; (action = pl_ui_action(count)) != NULL; count++) {
		assert_in_range(action->id, 0, PL_ACTIONS - 1);
		assert_false(has_row[action->id]);
		has_row[action->id] = true;
		assert_ptr_equal(pl_action((enum pl_action_id)action->id), action);
		assert_ptr_equal(pl_action_of_name(action->name), action);
		assert_true(action->text && action->text[0]);
		assert_true(action->keys && action->keys[0]);
		assert_non_null(action->panel);
		assert_non_null(action->label);
		assert_non_null(action->act);
		for (size_t k = 0; k < count && (other = pl_ui_action(k)) != NULL; k++)
			assert_string_not_equal(action->name, other->name);
	}
	assert_int_equal(count, PL_ACTIONS);
	assert_null(pl_action_of_name("no_such_thing"));
}

static void every_key_of_the_table_is_a_key_and_f_keys_have_a_letter_beside_them(void **state)
{
	struct pl_keymap map = {0};
	char why[120];

	(void)state;
	for (int i = 0; i < PL_ACTIONS; i++) {
		enum pl_action_id id = (enum pl_action_id)i;

		if (!pl_keymap_bind(&map, id, pl_action(id)->keys, why, sizeof why))
			fail_msg("%s: %s", pl_action(id)->name, why);
	}
}

static void no_key_does_two_things_in_one_panel(void **state)
{
	struct pl_keymap map = {0};
	enum pl_action_id one, other;
	char why[120];

	(void)state;
	if (pl_keymap_clash(&map, &one, &other, why, sizeof why))
		fail_msg("%s", why);
	for (int i = 0; i < PL_ACTIONS; i++) {
		const struct pl_action *action = pl_action((enum pl_action_id)i);
		const char *at = action->keys;

		for (size_t length; (length = pl_key_next(&at)) > 0; at += length)
			assert_int_equal(
			    pl_keymap_find(&map, pl_key_of_name(at, length), action->panel), i);
	}
}

static void a_key_of_two_actions_is_found_and_both_are_named(void **state)
{
	struct pl_keymap map = {0};
	enum pl_action_id one, other;
	char why[120];

	(void)state;
	assert_true(pl_keymap_bind(&map, PL_ACTION_SCAN, "x", why, sizeof why));
	assert_true(pl_keymap_clash(&map, &one, &other, why, sizeof why));
	assert_int_equal(one, PL_ACTION_SCAN);
	assert_int_equal(other, PL_ACTION_STOP);
	assert_string_equal(why, "`x` is the key of scan and of stop");
	/* A panel's own may not take the key of a stop away, only one that gives way. */
	map = (struct pl_keymap){0};
	assert_true(pl_keymap_bind(&map, PL_ACTION_LOG_SCALE, "x", why, sizeof why));
	assert_true(pl_keymap_clash(&map, &one, &other, why, sizeof why));
	assert_true(pl_keymap_bind(&map, PL_ACTION_LOG_SCALE, "Enter", why, sizeof why));
	assert_false(pl_keymap_clash(&map, &one, &other, why, sizeof why));
	assert_int_equal(pl_keymap_find(&map, '\r', "scan"), PL_ACTION_LOG_SCALE);
	assert_int_equal(pl_keymap_find(&map, '\r', "log"), PL_ACTION_ZOOM);
}

static void keys_can_be_bound_anew(void **state)
{
	struct pl_keymap map = {0};
	char why[120], key[PL_KEY_SIZE];

	(void)state;
	assert_true(pl_keymap_bind(&map, PL_ACTION_SCAN, "Z F5", why, sizeof why));
	assert_int_equal(pl_keymap_find(&map, 'Z', "log"), PL_ACTION_SCAN);
	assert_int_equal(pl_keymap_find(&map, pl_key_of_name("F5", 2), "log"), PL_ACTION_SCAN);
	assert_int_equal(pl_keymap_find(&map, 's', "log"), PL_ACTIONS);
	assert_string_equal(pl_keymap_first(&map, PL_ACTION_SCAN, key), "Z");
	assert_string_equal(pl_keymap_first(&map, PL_ACTION_STOP, key), "x");
	assert_false(pl_keymap_bind(&map, PL_ACTION_SCAN, "F5", why, sizeof why));
	assert_non_null(strstr(why, "F key"));
	assert_false(pl_keymap_bind(&map, PL_ACTION_SCAN, "Strg-x", why, sizeof why));
	assert_string_equal(why, "`Strg-x` is no key");
	assert_false(pl_keymap_bind(&map, PL_ACTION_SCAN, " ", why, sizeof why));
	assert_false(pl_keymap_bind(&map, PL_ACTION_SCAN,
				    "a b c d e f g h i j k l m n o p q r s t u v w x y z", why,
				    sizeof why));
	assert_string_equal(pl_keymap_keys(&map, PL_ACTION_SCAN), "Z F5"); /* as it was */
}

static void what_acts_on_the_bench_says_why_it_cannot(void **state)
{
	struct pl_state view = {.model = pl_model_new(), .is_connected = true, .is_watch = true};
	const struct pl_action *action;

	(void)state;
	view.model->n = 1;
	for (size_t i = 0; (action = pl_ui_action(i)) != NULL; i++) {
		if (action->is_confirmed)
			assert_true(action->acts_on_bench);
		if (!action->acts_on_bench)
			continue;
		assert_non_null(action->refusal);
		assert_non_null(strstr(action->refusal(&view), "watch"));
	}
	view.is_watch = false;
	assert_string_equal(pl_action(PL_ACTION_STOP)->refusal(&view), "nothing is running");
	view.model->run.is_there = true;
	assert_null(pl_action(PL_ACTION_STOP)->refusal(&view));
	view.asked_stop = true;
	assert_non_null(pl_action(PL_ACTION_STOP)->refusal(&view));
	view.is_connected = false;
	assert_non_null(strstr(pl_action(PL_ACTION_SCAN)->refusal(&view), "away"));
	pl_model_free(view.model);
}

static void case_66_only_y_from_a_hand_says_yes(void **state)
{
	struct pl_dialog dialog;

	(void)state;
	pl_dialog_open(&dialog, PL_DIALOG_CONFIRM, PL_TOPIC_STOP, "Stop?");
	assert_int_equal(pl_confirm_key(&dialog, 'x', PL_DIALOG_CALM_NS), PL_DIALOG_OPEN);
	assert_int_equal(pl_confirm_key(&dialog, '\r', PL_DIALOG_CALM_NS), PL_DIALOG_OPEN);
	assert_int_equal(pl_confirm_key(&dialog, 'Y', PL_DIALOG_CALM_NS), PL_DIALOG_OPEN);
	assert_int_equal(pl_confirm_key(&dialog, 'y', PL_DIALOG_CALM_NS - 1), PL_DIALOG_OPEN);
	assert_int_equal(pl_confirm_key(&dialog, 'y', PL_DIALOG_CALM_NS), PL_DIALOG_YES);
	assert_int_equal(pl_confirm_key(&dialog, 'n', 0), PL_DIALOG_NO);
	dialog.is_ready = false;
	assert_int_equal(pl_confirm_key(&dialog, 'y', PL_DIALOG_CALM_NS), PL_DIALOG_OPEN);
}

static void a_prompt_takes_printable_text_only(void **state)
{
	struct pl_dialog dialog;

	(void)state;
	pl_dialog_open(&dialog, PL_DIALOG_TEXT, PL_TOPIC_OPERATOR, "Who?");
	assert_int_equal(pl_prompt_text(&dialog, '\r'), PL_DIALOG_OPEN);
	for (const char *at = "a\033\x01\x07z"; *at; at++)
		if (*at != PL_KEY_ESC)
			pl_prompt_text(&dialog, *at);
	pl_prompt_text(&dialog, 0xfc);
	assert_string_equal(dialog.input, "az");
	pl_prompt_text(&dialog, pl_key_of_name("Backspace", 9));
	assert_string_equal(dialog.input, "a");
	for (int i = 0; i < 200; i++)
		pl_prompt_text(&dialog, 'b');
	assert_int_equal(strlen(dialog.input), sizeof dialog.input - 1);
	assert_int_equal(pl_prompt_text(&dialog, '\r'), PL_DIALOG_YES);
}

static void a_choice_stays_within_its_lines(void **state)
{
	struct pl_dialog dialog;

	(void)state;
	pl_dialog_open(&dialog, PL_DIALOG_CHOICE, PL_TOPIC_SCAN, "Which?");
	pl_dialog_line(&dialog, "threshold");
	pl_dialog_line(&dialog, "noise");
	pl_prompt_choice(&dialog, 'k');
	assert_int_equal(dialog.selected, 0);
	for (int i = 0; i < 5; i++)
		pl_prompt_choice(&dialog, 'j');
	assert_int_equal(dialog.selected, 1);
	pl_prompt_choice(&dialog, '3');
	assert_int_equal(dialog.selected, 1);
	pl_prompt_choice(&dialog, '1');
	assert_int_equal(dialog.selected, 0);
	assert_int_equal(pl_prompt_choice(&dialog, PL_KEY_ESC), PL_DIALOG_NO);
}

static void every_line_of_a_long_choice_can_be_chosen_and_seen(void **state)
{
	struct pl_dialog dialog;

	(void)state;
	pl_dialog_open(&dialog, PL_DIALOG_CHOICE, PL_TOPIC_SCAN, "Which?");
	for (int i = 0; i < 60; i++)
		pl_dialog_line(&dialog, "scan_%d", i);
	assert_int_equal(dialog.line_count, 60);
	assert_int_equal(pl_dialog_first(&dialog, 10), 0);
	for (int i = 0; i < 59; i++)
		pl_prompt_choice(&dialog, 'j'); /* no digit, though far behind '1' */
	assert_int_equal(dialog.selected, 59);
	assert_int_equal(pl_dialog_first(&dialog, 10), 50);
	pl_prompt_choice(&dialog, '9');
	assert_int_equal(dialog.selected, 8);
	assert_int_equal(pl_dialog_first(&dialog, 10), 0);
}

static void what_no_view_can_have_saved_is_not_taken_over(void **state)
{
	static const char *const wrong[] = {"panel=1 zoom=2 cursor=9223372036854775807 log=1",
					    "panel=5 zoom=2 cursor=1 log=1",
					    "panel=1 zoom=-1 cursor=1 log=1",
					    "panel=1 zoom=2 cursor=-2 log=1",
					    "",
					    "panel=1"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct pl_state view = {.cursor = -1};

		pl_state_restore(&view, wrong[i]);
		assert_int_equal(view.cursor, -1);
		assert_int_equal(view.focus, 0);
		assert_false(view.is_log_scale);
	}
}

static void the_screen_of_one_view_is_given_to_the_next(void **state)
{
	struct pl_state one = {.focus = PL_PANEL_LOG,
			       .zoom = PL_PANEL_SCAN,
			       .cursor = 12,
			       .is_log_scale = true,
			       .curve = {.is_differential = true,
					 .hidden = UINT64_C(0x8000000000000001),
					 .zoom = 3,
					 .middle = 292.5},
			       .under_run = 41};
	struct pl_state next = {.focus = PL_PANEL_SCAN, .zoom = PL_PANEL_NONE, .cursor = -1};
	char saved[PL_PROTOCOL_SAVED_MAX];

	(void)state;
	pl_state_save(&one, saved, sizeof saved);
	pl_state_restore(&next, "panel=77 zoom=0 cursor=0 log=0");
	pl_state_restore(&next, "");
	assert_int_equal(next.focus, PL_PANEL_SCAN);
	pl_state_restore(&next, saved);
	assert_int_equal(next.focus, PL_PANEL_LOG);
	assert_int_equal(next.zoom, PL_PANEL_SCAN);
	assert_int_equal(next.cursor, 12);
	assert_true(next.is_log_scale);
	assert_true(next.curve.is_differential);
	assert_true(next.curve.hidden == one.curve.hidden);
	assert_int_equal(next.curve.zoom, 3);
	assert_true(next.curve.middle == 292.5);
	assert_int_equal(next.under_run, 41);
	pl_state_restore(&next,
			 "news=7 panel=1 zoom=5 other cursor=3 log=0 "); /* of a later view */
	assert_int_equal(next.focus, PL_PANEL_READINGS);
	assert_int_equal(next.curve.zoom, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_action_has_its_row_name_key_and_text),
	    cmocka_unit_test(every_key_of_the_table_is_a_key_and_f_keys_have_a_letter_beside_them),
	    cmocka_unit_test(no_key_does_two_things_in_one_panel),
	    cmocka_unit_test(a_key_of_two_actions_is_found_and_both_are_named),
	    cmocka_unit_test(keys_can_be_bound_anew),
	    cmocka_unit_test(what_acts_on_the_bench_says_why_it_cannot),
	    cmocka_unit_test(case_66_only_y_from_a_hand_says_yes),
	    cmocka_unit_test(a_prompt_takes_printable_text_only),
	    cmocka_unit_test(a_choice_stays_within_its_lines),
	    cmocka_unit_test(every_line_of_a_long_choice_can_be_chosen_and_seen),
	    cmocka_unit_test(what_no_view_can_have_saved_is_not_taken_over),
	    cmocka_unit_test(the_screen_of_one_view_is_given_to_the_next),
	};

	return cmocka_run_group_tests_name("ui_action", tests, NULL, NULL);
}
