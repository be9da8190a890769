/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form_edit.c - keys of a form: typing goes into the chosen row. Rows with a fixed choice are
 * stepped through by Left, Right and Space. Nothing typed or pasted begins anything. Pure, one
 * thread.
 */
#include "action.h"
#include "form.h"

#include "plateau/text.h"

#include <string.h>

enum { PAGE = 8 };

static struct pl_form_row *chosen(struct pl_form *form)
{
	return &form->rows[form->selected];
}

/* A value out of a list, and no other: Left and Right step. */
static bool is_choice(const struct pl_form_row *row)
{
	return row->choice_count > 0 &&
	       (strcmp(row->type, "word") == 0 || strcmp(row->type, "boolean") == 0);
}

void pl_form_move(struct pl_form *form, long rows)
{
	long last = (long)form->count - 1, row = (long)form->selected + rows;

	form->selected = row < 0 || last < 0 ? 0 : row > last ? (size_t)last : (size_t)row;
	form->caret = form->count > 0 ? strlen(chosen(form)->value) : 0;
}

static enum pl_form_outcome step_choice(struct pl_form *form, int by)
{
	struct pl_form_row *row = chosen(form);
	int at = 0;

	while (at < row->choice_count && strcmp(row->choices[at], row->value) != 0)
		at++;
	at = at == row->choice_count ? 0 : (at + by + row->choice_count) % row->choice_count;
	pl_text_copy(row->value, sizeof row->value, row->choices[at]);
	form->caret = strlen(row->value);
	return PL_FORM_CHANGED;
}

static enum pl_form_outcome insert(struct pl_form *form, char letter)
{
	char *value = chosen(form)->value;
	size_t length = strlen(value);

	if (length + 1 >= PL_FORM_VALUE)
		return PL_FORM_STAYS;
	memmove(value + form->caret + 1, value + form->caret, length - form->caret + 1);
	value[form->caret++] = letter;
	return PL_FORM_CHANGED;
}

/* The letter before the caret (back), else the one under it. */
static enum pl_form_outcome erase(struct pl_form *form, bool back)
{
	char *value = chosen(form)->value;
	size_t length = strlen(value);

	if (back ? form->caret == 0 : form->caret >= length)
		return PL_FORM_STAYS;
	form->caret -= back;
	memmove(value + form->caret, value + form->caret + 1, length - form->caret);
	return PL_FORM_CHANGED;
}

static enum pl_form_outcome replace(struct pl_form *form, const char *text)
{
	struct pl_form_row *row = chosen(form);
	bool is_same = strcmp(row->value, text) == 0;

	pl_text_copy(row->value, sizeof row->value, text);
	form->caret = strlen(row->value);
	return is_same ? PL_FORM_STAYS : PL_FORM_CHANGED;
}

enum pl_form_outcome pl_form_reset(struct pl_form *form)
{
	return form->count > 0 ? replace(form, chosen(form)->file) : PL_FORM_STAYS;
}

/* A letter takes the next choice that begins with it. */
static enum pl_form_outcome jump(struct pl_form *form, char letter)
{
	struct pl_form_row *row = chosen(form);
	int at = 0;

	while (at < row->choice_count && strcmp(row->choices[at], row->value) != 0)
		at++;
	for (int i = 1; i <= row->choice_count; i++) {
		const char *choice = row->choices[(at + i) % row->choice_count];

		if (choice[0] == letter)
			return replace(form, choice);
	}
	return PL_FORM_STAYS;
}

static enum pl_form_outcome type(struct pl_form *form, int key)
{
	if (form->count == 0 || key < ' ' || key >= 0x7f)
		return PL_FORM_STAYS;
	if (!is_choice(chosen(form)))
		return insert(form, (char)key);
	return key == ' ' ? step_choice(form, 1) : jump(form, (char)key);
}

static enum pl_form_outcome move_caret(struct pl_form *form, int by)
{
	size_t length;

	if (form->count == 0)
		return PL_FORM_STAYS;
	if (is_choice(chosen(form)))
		return step_choice(form, by);
	length = strlen(chosen(form)->value);
	if (by < 0 ? form->caret > 0 : form->caret < length)
		form->caret += (size_t)by;
	return PL_FORM_STAYS;
}

static const struct {
	const char *keys;
	long rows;
} moves[] = {{"Down Tab C-n", 1}, {"Up S-Tab C-p", -1}, {"PgDn C-f", PAGE}, {"PgUp C-b", -PAGE}};

static enum pl_form_outcome edit(struct pl_form *form, int key)
{
	if (pl_key_is_one_of(key, "Backspace C-h"))
		return is_choice(chosen(form)) ? PL_FORM_STAYS : erase(form, true);
	if (pl_key_is_one_of(key, "Del C-d"))
		return is_choice(chosen(form)) ? PL_FORM_STAYS : erase(form, false);
	if (pl_key_is_one_of(key, "C-u"))
		return is_choice(chosen(form)) ? PL_FORM_STAYS : replace(form, "");
	if (pl_key_is_one_of(key, "Home C-a"))
		form->caret = 0;
	else if (pl_key_is_one_of(key, "End C-e"))
		form->caret = strlen(chosen(form)->value);
	else
		return PL_FORM_NOT_MINE;
	return PL_FORM_STAYS;
}

enum pl_form_outcome pl_form_key(struct pl_form *form, int key, bool is_pasted)
{
	if (is_pasted)
		return form->count > 0 && !is_choice(chosen(form)) ? type(form, key)
								   : PL_FORM_STAYS;
	if (form->count == 0)
		return key >= ' ' && key < 0x7f ? PL_FORM_STAYS : PL_FORM_NOT_MINE;
	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		if (pl_key_is_one_of(key, moves[i].keys)) {
			pl_form_move(form, moves[i].rows);
			return PL_FORM_STAYS;
		}
	if (pl_key_is_one_of(key, "Left Right"))
		return move_caret(form, pl_key_is_one_of(key, "Left") ? -1 : 1);
	if (key >= ' ' && key < 0x7f)
		return type(form, key);
	return edit(form, key);
}
