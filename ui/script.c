/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * script.c - a script that is played. Main thread.
 */
#include "script.h"

#include "command.h"
#include "plateau/clock.h"
#include "plateau/text.h"
#include "plateau/ui.h"
#include "view.h"

#include <stdio.h>
#include <string.h>

#define TIMEOUT_S 10

void pl_script_start(struct pl_script *script, const char *text)
{
	*script = (struct pl_script){.at = text, .timeout_ns = TIMEOUT_S * PL_NS_PER_S};
}

int64_t pl_script_deadline(const struct pl_script *script)
{
	return script->at && script->until_ns > 0 ? script->until_ns : INT64_MAX;
}

static void fail(struct pl_view *view, const char *what, const char *word, const char *why)
{
	const char *name = view->options ? view->options->script_name : NULL;

	snprintf(view->session.failure, sizeof view->session.failure, "%.150s:%d: %s `%.120s` %s",
		 name ? name : "script", view->script.line, what, word, why);
	view->script.at = NULL;
}

/* A hand's key: each one calm. */
static void press(struct pl_view *view, int key)
{
	view->state.now_ns = pl_clock_mono_ns();
	view->state.calm_ns = PL_DIALOG_CALM_NS;
	pl_view_key(view, key);
}

static void press_names(struct pl_view *view, const char *names)
{
	size_t length;

	for (const char *at = names; (length = pl_key_next(&at)) > 0; at += length)
		if (pl_key_of_name(at, length) == PL_KEY_NONE) {
			fail(view, "no such key:", at, "");
			return;
		}
	for (const char *at = names; (length = pl_key_next(&at)) > 0; at += length)
		press(view, pl_key_of_name(at, length));
}

static void type(struct pl_view *view, const char *text)
{
	for (; *text; text++)
		press(view, (unsigned char)*text);
}

static void set_timeout(struct pl_view *view, const char *text)
{
	double seconds;

	if (!pl_text_to_double(text, &seconds) || !(seconds > 0 && seconds <= 86400))
		fail(view, "seconds wanted, not", text, "");
	else
		view->script.timeout_ns = (int64_t)(seconds * (double)PL_NS_PER_S);
}

static void begin_wait(struct pl_view *view, const char *text)
{
	struct pl_script *script = &view->script;

	pl_text_copy(script->wanted, sizeof script->wanted, text);
	script->until_ns = pl_clock_mono_ns() + script->timeout_ns;
}

static const struct {
	const char *word;
	void (*run)(struct pl_view *view, const char *argument);
} words[] = {
    {"keys ", press_names}, {"type ", type}, {"wait ", begin_wait}, {"timeout ", set_timeout}};

static void play(struct pl_view *view, const char *line)
{
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (line[0] == ':' && line[1]) {
		pl_command_run(view, line);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(line, words[i].word, strlen(words[i].word)) == 0) {
			words[i].run(view, line + strlen(words[i].word));
			return;
		}
	if (strchr(line, ' '))
		fail(view, "not understood:", line, "");
	else
		press_names(view, line);
}

/* False while the wait goes on. */
static bool is_over(struct pl_view *view)
{
	struct pl_script *script = &view->script;
	struct pl_text screen = {0};
	bool is_there;

	pl_shot_text(&screen);
	is_there = screen.data && strstr(screen.data, script->wanted);
	pl_text_free(&screen);
	if (!is_there && pl_clock_mono_ns() < script->until_ns)
		return false;
	script->until_ns = 0;
	if (!is_there)
		fail(view, "", script->wanted, "did not come in time");
	return true;
}

bool pl_script_step(struct pl_view *view)
{
	struct pl_script *script = &view->script;
	char line[512];
	size_t length;

	if (!script->at || (script->until_ns > 0 && !is_over(view)))
		return false;
	if (!script->at)
		return true;
	if (!*script->at) {
		script->at = NULL;
		view->state.is_leaving = true;
		return true;
	}
	length = strcspn(script->at, "\n");
	snprintf(line, sizeof line, "%.*s", (int)length, script->at);
	line[strcspn(line, "\r")] = '\0';
	script->at += length + (script->at[length] == '\n');
	script->line++;
	play(view, line);
	view->has_changed = true;
	return true;
}
