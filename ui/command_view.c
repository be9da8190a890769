/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command_view.c - words of the command line about the view itself. Main thread.
 */
#include "command.h"
#include "frame.h"
#include "page.h"
#include "plateau/text.h"

#include <string.h>

static const char *theme_names(const struct pl_state *state, size_t i)
{
	(void)state;
	return pl_theme_name(i);
}

static const char *glyphs_names(const struct pl_state *state, size_t i)
{
	(void)state;
	return pl_glyphs_name(i);
}

static const char *switch_names(const struct pl_state *state, size_t i)
{
	static const char *const names[] = {"on", "off"};

	(void)state;
	return i < 2 ? names[i] : NULL;
}

static void run_theme(struct pl_view *view, const char *name)
{
	pl_view_set_theme(view, name);
}

static void run_glyphs(struct pl_view *view, const char *name)
{
	pl_view_set_glyphs(view, name);
}

static void run_mouse(struct pl_view *view, const char *word)
{
	if (strcmp(word, "on") != 0 && strcmp(word, "off") != 0)
		pl_state_say(&view->state, PL_ROLE_WARN, "mouse: on or off");
	else
		pl_view_set_mouse(view, strcmp(word, "on") == 0);
}

static void run_refresh(struct pl_view *view, const char *number)
{
	double hz = 0;

	pl_text_to_double(number, &hz);
	pl_view_set_refresh(view, hz);
}

static void run_help(struct pl_view *view, const char *text)
{
	pl_page_go(view, PL_PAGE_HELP);
	pl_filter_set(&view->state, "help", text);
	view->state.page_scroll = 0;
}

static void run_filter(struct pl_view *view, const char *text)
{
	const char *why = pl_action(PL_ACTION_FILTER)->refusal(&view->state);

	if (why)
		pl_state_say(&view->state, PL_ROLE_WARN, "filter: %s", why);
	else
		pl_filter_set(&view->state, pl_page_keys(&view->state), text);
}

/* What stands there, without the line in which this was typed. */
static void run_save_screen(struct pl_view *view, const char *path)
{
	struct pl_text text = {0};
	struct pl_error error;
	char why[400];

	if (!view->options || !view->options->save) {
		pl_state_say(&view->state, PL_ROLE_WARN, "no file can be written here");
		return;
	}
	pl_frame_draw(&view->state);
	pl_shot_text(&text);
	if (view->options->save(view->options->ctx, path, text.data ? text.data : "", text.length,
				&error))
		pl_state_say(&view->state, PL_ROLE_GOOD, "the screen is in %.200s", path);
	else
		pl_state_say(&view->state, PL_ROLE_WARN, "not saved: %s",
			     pl_error_format(&error, why, sizeof why));
	pl_text_free(&text);
}

static const struct pl_command_row rows[] = {
    {.name = "theme",
     .arguments = "NAME",
     .text = "colours: default, light or mono",
     .needs_argument = true,
     .candidate = theme_names,
     .run = run_theme},
    {.name = "glyphs",
     .arguments = "NAME",
     .text = "draw with braille, block or ascii",
     .needs_argument = true,
     .candidate = glyphs_names,
     .run = run_glyphs},
    {.name = "mouse",
     .arguments = "on|off",
     .text = "whether it is used here",
     .candidate = switch_names,
     .run = run_mouse},
    {.name = "refresh",
     .arguments = "HZ",
     .text = "at most so many frames a second, 1 to 10",
     .needs_argument = true,
     .run = run_refresh},
    {.name = "save-screen",
     .arguments = "FILE",
     .text = "write what stands here to a file",
     .needs_argument = true,
     .run = run_save_screen},
    {.name = "help",
     .arguments = "[TEXT]",
     .text = "the keys, or those about a text",
     .run = run_help},
    {.name = "filter",
     .arguments = "[TEXT]",
     .text = "only the lines that contain a text",
     .run = run_filter},
};

const struct pl_command_row *pl_command_view_row(size_t i)
{
	return i < sizeof rows / sizeof rows[0] ? &rows[i] : NULL;
}
