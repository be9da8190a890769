/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompt.c - questions answered by a text or by choosing a line. Pure state, one thread.
 */
#include "action.h"
#include "dialog.h"
#include "plateau/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pl_dialog_open(struct pl_dialog *dialog, enum pl_dialog_kind kind, enum pl_dialog_topic topic,
		    const char *title)
{
	*dialog = (struct pl_dialog){.kind = kind, .topic = topic, .is_ready = true};
	pl_text_copy(dialog->title, sizeof dialog->title, title);
}

void pl_dialog_close(struct pl_dialog *dialog)
{
	dialog->kind = PL_DIALOG_NONE;
}

void pl_dialog_line(struct pl_dialog *dialog, const char *format, ...)
{
	va_list args;

	if (dialog->line_count == PL_DIALOG_LINES)
		return;
	va_start(args, format);
	vsnprintf(dialog->lines[dialog->line_count], sizeof dialog->lines[0], format, args);
	va_end(args);
	dialog->line_count++;
}

const char *pl_dialog_wrapped(struct pl_dialog *dialog, const char *text)
{
	enum { WIDTH = 66 };
	size_t length = strcspn(text, "\n"), cut = length;

	if (length > WIDTH)
		for (cut = WIDTH; cut > WIDTH / 2 && text[cut] != ' ';)
			cut--;
	pl_dialog_line(dialog, "%.*s", (int)cut, text);
	text += cut;
	return *text == '\n' || *text == ' ' ? text + 1 : text;
}

int pl_dialog_first(const struct pl_dialog *dialog, int rows)
{
	int first = dialog->selected - rows + 1;

	return dialog->kind == PL_DIALOG_CHOICE && first > 0 ? first : 0;
}

enum pl_dialog_outcome pl_prompt_text(struct pl_dialog *dialog, int key)
{
	size_t length = strlen(dialog->input);

	if (key == PL_KEY_ESC || pl_key_is_one_of(key, "C-c C-g"))
		return PL_DIALOG_NO;
	if (pl_key_is_one_of(key, "Enter"))
		return length > 0 || dialog->is_optional ? PL_DIALOG_YES : PL_DIALOG_OPEN;
	if (pl_key_is_one_of(key, "C-u"))
		dialog->input[0] = '\0';
	else if (pl_key_is_one_of(key, "Backspace C-h") && length > 0)
		dialog->input[length - 1] = '\0';
	else if (key >= ' ' && key < 0x7f && length + 1 < sizeof dialog->input)
		memcpy(dialog->input + length, (const char[2]){(char)key, '\0'}, 2);
	return PL_DIALOG_OPEN;
}

enum pl_dialog_outcome pl_prompt_choice(struct pl_dialog *dialog, int key)
{
	if (pl_key_is_one_of(key, "Esc q n C-c C-g"))
		return PL_DIALOG_NO;
	if (pl_key_is_one_of(key, "Enter"))
		return PL_DIALOG_YES;
	if (pl_key_is_one_of(key, "Up k") && dialog->selected > 0)
		dialog->selected--;
	if (pl_key_is_one_of(key, "Down j") && dialog->selected + 1 < dialog->line_count)
		dialog->selected++;
	if (key >= '1' && key <= '9' && key < '1' + dialog->line_count)
		dialog->selected = key - '1';
	return PL_DIALOG_OPEN;
}
