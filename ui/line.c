/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.c - typing and changing a line. The place is always between two characters. Pure, one
 * thread.
 */
#include "line.h"

#include "action.h"
#include "plateau/text.h"

#include <string.h>

void pl_line_set(struct pl_line *line, const char *text)
{
	pl_text_copy(line->text, sizeof line->text, text);
	line->at = strlen(line->text);
}

bool pl_line_replace(struct pl_line *line, size_t from, const char *text)
{
	size_t length = strlen(line->text), count = strlen(text);

	if (from > line->at || length - (line->at - from) + count >= sizeof line->text)
		return false;
	memmove(line->text + from + count, line->text + line->at, length - line->at + 1);
	memcpy(line->text + from, text, count);
	line->at = from + count;
	return true;
}

static bool is_inside(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct pl_line *line)
{
	size_t at = line->at;

	while (at > 0 && is_inside(line->text[--at]))
		;
	return at;
}

static size_t behind(const struct pl_line *line)
{
	size_t at = line->at;

	if (line->text[at])
		while (is_inside(line->text[++at]))
			;
	return at;
}

/* The word before the place, with the blanks behind it. */
static size_t word_before(const struct pl_line *line)
{
	size_t at = line->at;

	while (at > 0 && line->text[at - 1] == ' ')
		at--;
	while (at > 0 && line->text[at - 1] != ' ')
		at--;
	return at;
}

static void cut(struct pl_line *line, size_t from, size_t to)
{
	line->at = to;
	pl_line_replace(line, from, "");
}

static void type(struct pl_line *line, int key)
{
	char bytes[5] = "";
	unsigned code = (unsigned)key;

	if (code < 0x80) {
		bytes[0] = (char)code;
	} else if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
	} else {
		bytes[0] = (char)(0xf0 | code >> 18);
		bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
		bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[3] = (char)(0x80 | (code & 0x3f));
	}
	pl_line_replace(line, line->at, bytes);
}

/* What can be a part of a text: no control characters (0x80 to 0x9f are some too), no surrogates.
 */
static bool is_text(int key)
{
	return (key >= ' ' && key < 0x7f) || (key >= 0xa0 && key < 0xd800) ||
	       (key >= 0xe000 && key <= 0x10ffff);
}

static bool move(struct pl_line *line, int key)
{
	if (pl_key_is_one_of(key, "Left C-b"))
		line->at = before(line);
	else if (pl_key_is_one_of(key, "Right C-f"))
		line->at = behind(line);
	else if (pl_key_is_one_of(key, "Home C-a"))
		line->at = 0;
	else if (pl_key_is_one_of(key, "End C-e"))
		line->at = strlen(line->text);
	else
		return false;
	return true;
}

bool pl_line_key(struct pl_line *line, int key)
{
	if (is_text(key))
		type(line, key);
	else if (pl_key_is_one_of(key, "Backspace C-h"))
		cut(line, before(line), line->at);
	else if (pl_key_is_one_of(key, "Del C-d"))
		cut(line, line->at, behind(line));
	else if (pl_key_is_one_of(key, "C-u"))
		cut(line, 0, line->at);
	else if (pl_key_is_one_of(key, "C-k"))
		cut(line, line->at, strlen(line->text));
	else if (pl_key_is_one_of(key, "C-w"))
		cut(line, word_before(line), line->at);
	else
		return move(line, key);
	return true;
}
