/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.c - from a line to what it means. Main thread.
 */
#include "command.h"

#include "plateau/text.h"
#include "plateau/ui.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 200, WORD_SIZE = 40 };

static const struct pl_command_row *row_of(const char *word)
{
	const struct pl_command_row *row;

	for (size_t i = 0; (row = pl_command_row(i)) != NULL; i++)
		if (strcmp(row->name, word) == 0)
			return row;
	return NULL;
}

bool pl_ui_word(size_t i, struct pl_ui_word *out)
{
	const struct pl_command_row *row = pl_command_row(i);

	if (row)
		*out = (struct pl_ui_word){row->name, row->arguments, row->text};
	return row != NULL;
}

static void say_unknown(struct pl_state *state, const char *word)
{
	const char *names[WORDS_MAX + 1], *nearest;
	const struct pl_command_row *row;
	const struct pl_action *action;
	size_t count = 0;

	for (size_t i = 0; (row = pl_command_row(i)) != NULL && count < WORDS_MAX; i++)
		names[count++] = row->name;
	for (size_t i = 0; (action = pl_ui_action(i)) != NULL && count < WORDS_MAX; i++)
		names[count++] = action->name;
	names[count] = NULL;
	nearest = pl_text_nearest(word, names);
	if (nearest)
		pl_state_say(state, PL_ROLE_WARN, "`%s` is no word here; did you mean `%s`?", word,
			     nearest);
	else
		pl_state_say(state, PL_ROLE_WARN, "`%s` is no word here; Tab shows which there are",
			     word);
}

static void run_row(struct pl_view *view, const struct pl_command_row *row, const char *argument)
{
	const char *why = row->acts_on_bench ? pl_refuse_act(&view->state) : NULL;

	if (why)
		pl_state_say(&view->state, PL_ROLE_WARN, "%s: %s", row->name, why);
	else if (!argument[0] && row->needs_argument)
		pl_state_say(&view->state, PL_ROLE_WARN, "%s %s: %s", row->name, row->arguments,
			     row->text);
	else
		row->run(view, argument);
}

void pl_command_run(struct pl_view *view, const char *line)
{
	const struct pl_command_row *row;
	const struct pl_action *action;
	char word[WORD_SIZE], text[PL_LINE_SIZE];
	const char *argument = text;
	size_t length;

	pl_text_copy(text, sizeof text, line + strspn(line, " :"));
	for (length = strlen(text); length > 0 && text[length - 1] == ' ';)
		text[--length] = '\0';
	length = strcspn(text, " ");
	snprintf(word, sizeof word, "%.*s", (int)length, text);
	argument += length;
	argument += strspn(argument, " ");
	if (!word[0])
		return;
	row = row_of(word);
	action = pl_action_of_name(word);
	if (row && (argument[0] || !action))
		run_row(view, row, argument);
	else if (action && !argument[0])
		pl_view_act(view, (enum pl_action_id)action->id);
	else if (action)
		pl_state_say(&view->state, PL_ROLE_WARN, "%s takes no argument", word);
	else
		say_unknown(&view->state, word);
}

void pl_command_usage(const struct pl_line *line, char *out, size_t cap)
{
	char word[WORD_SIZE];
	const struct pl_command_row *row;
	const struct pl_action *action;

	snprintf(word, sizeof word, "%.*s", (int)strcspn(line->text, " "), line->text);
	row = row_of(word);
	action = pl_action_of_name(word);
	if (row)
		snprintf(out, cap, "%s  %s", row->arguments, row->text);
	else
		snprintf(out, cap, "%s", action ? action->text : "");
}

/* ---- completion ---- */

struct candidates {
	const struct pl_state *state;
	const struct pl_command_row *row; /* whose argument; NULL = the word itself */
	const char *begun;
	size_t length; /* of begun */
};

/* Candidate i of all, NULL behind the last; names come from rows and from actions. */
static const char *nth(const struct candidates *all, size_t i)
{
	const struct pl_command_row *row;
	const struct pl_action *action;
	size_t rows = 0;

	if (all->row)
		return all->row->candidate ? all->row->candidate(all->state, i) : NULL;
	while ((row = pl_command_row(rows)) != NULL)
		if (rows++ == i)
			return row->name;
	action = pl_ui_action(i - rows);
	return action ? action->name : NULL;
}

/* A word that both lists have is shown once. */
static bool fits(const struct candidates *all, size_t i, const char *name)
{
	if (strncmp(name, all->begun, all->length) != 0)
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(nth(all, k), name) == 0)
			return false;
	return true;
}

/* The word at the place begins at *from. False: nothing can be completed there. */
static bool look(const struct pl_state *state, const struct pl_line *line, struct candidates *all,
		 size_t *from)
{
	char word[WORD_SIZE];
	size_t begin = line->at;

	while (begin > 0 && line->text[begin - 1] != ' ')
		begin--;
	*from = begin;
	*all = (struct candidates){
	    .state = state, .begun = line->text + begin, .length = line->at - begin};
	if (begin == 0)
		return true;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(line->text, " "), line->text);
	all->row = row_of(word);
	return all->row != NULL;
}

void pl_command_candidates(const struct pl_state *state, const struct pl_line *line, char *out,
			   size_t cap)
{
	struct candidates all;
	const char *name;
	size_t from, used = 0;

	out[0] = '\0';
	if (!look(state, line, &all, &from))
		return;
	for (size_t i = 0; (name = nth(&all, i)) != NULL && used + strlen(name) + 3 < cap; i++)
		if (fits(&all, i, name))
			used += (size_t)snprintf(out + used, cap - used, "%s%s",
						 used > 0 ? "  " : "", name);
}

bool pl_command_complete(const struct pl_state *state, struct pl_line *line)
{
	struct candidates all;
	char common[PL_LINE_SIZE] = "";
	size_t from, count = 0;
	const char *name;

	if (!look(state, line, &all, &from))
		return false;
	for (size_t i = 0; (name = nth(&all, i)) != NULL; i++) {
		size_t same = 0;

		if (!fits(&all, i, name))
			continue;
		if (count++ == 0)
			pl_text_copy(common, sizeof common - 1, name);
		while (common[same] && common[same] == name[same])
			same++;
		common[same] = '\0';
	}
	if (count == 1) {
		size_t length = strlen(common);
		char behind = all.row ? all.row->behind : ' ';

		common[length] = behind;
		common[length + (behind != '\0')] = '\0';
	}
	if (count > 0)
		pl_line_replace(line, from, common);
	return count > 1;
}
