/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * escape.c - what keeps foreign bytes from terminals and files, and back.
 *
 * A device, a file name or a note can carry terminal commands (ESC ]52, CSI 2J, C1), characters
 * that turn or hide the text around them, and bytes that are no text at all. Nothing of that leaves
 * here: every byte out is printable. Backslash is escaped too, so nothing is lost. Pure, any
 * thread.
 */
#include "plateau/text.h"

#include <string.h>

#define ESCAPE_MAX 4 /* \xnn */

/* Characters above U+009F that do not show themselves: soft hyphen, Arabic letter mark, zero-width,
 * bidi, line and paragraph separators, invisible operators, variation selectors, byte order mark,
 * interlinear marks, non-characters, surrogates, private use, tags, beyond Unicode. Source:
 * Unicode 15, Default_Ignorable_Code_Point and Bidi_Control. */
static const struct {
	uint32_t first, last;
} hidden[] = {
    {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c},   {0x115f, 0x1160},	{0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},	{0x3164, 0x3164},
    {0xd800, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0x1fffff},
};

static size_t escape_byte(char out[ESCAPE_MAX], unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	if (byte == '\\') {
		out[0] = out[1] = '\\';
		return 2;
	}
	if (byte >= 0x20 && byte < 0x7f) {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
	return ESCAPE_MAX;
}

size_t pl_text_escape(char *out, size_t cap, const char *bytes, size_t count)
{
	char escape[ESCAPE_MAX];
	size_t length = 0;

	if (cap == 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		size_t size = escape_byte(escape, (unsigned char)bytes[i]);

		if (size > cap - 1 - length)
			break;
		memcpy(out + length, escape, size);
		length += size;
	}
	out[length] = '\0';
	return length;
}

static bool is_hidden(uint32_t character)
{
	if (character < 0xa0)
		return true;
	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
		if (character >= hidden[i].first && character <= hidden[i].last)
			return true;
	return false;
}

/* Shortest forms only (RFC 3629); surrogates and non-characters are in the table above. */
size_t pl_text_visible(const char *bytes, size_t count)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = count > 0 ? (unsigned char)bytes[0] : 0;
	size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t character = lead & (0x7fu >> size);

	if (lead < 0xc2 || lead > 0xf4 || size > count)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	return character < least[size] || is_hidden(character) ? 0 : size;
}

static bool is_plain(char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '\\';
}

void pl_text_add_safe(struct pl_text *text, const char *bytes, size_t count)
{
	size_t i = 0;

	pl_text_add_bytes(text, "", 0);
	while (i < count) {
		char escape[ESCAPE_MAX];
		size_t run = i, size;

		while (run < count && is_plain(bytes[run]))
			run++;
		pl_text_add_bytes(text, bytes + i, run - i);
		i = run;
		if (i == count)
			return;
		size = pl_text_visible(bytes + i, count - i);
		if (size > 0) {
			pl_text_add_bytes(text, bytes + i, size);
			i += size;
		} else {
			size = escape_byte(escape, (unsigned char)bytes[i++]);
			pl_text_add_bytes(text, escape, size);
		}
	}
}

int pl_text_hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

void pl_text_add_unescaped(struct pl_text *text, const char *escaped, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char byte = escaped[i];
		bool is_hex = byte == '\\' && count - i >= ESCAPE_MAX && escaped[i + 1] == 'x' &&
			      pl_text_hex_digit(escaped[i + 2]) >= 0 &&
			      pl_text_hex_digit(escaped[i + 3]) >= 0;

		if (is_hex) {
			byte = (char)(pl_text_hex_digit(escaped[i + 2]) << 4 |
				      pl_text_hex_digit(escaped[i + 3]));
			i += ESCAPE_MAX - 1;
		} else if (byte == '\\' && count - i >= 2 && escaped[i + 1] == '\\') {
			i++;
		}
		pl_text_add_bytes(text, &byte, 1);
	}
	pl_text_add_bytes(text, "", 0);
}

void pl_text_add_cell(struct pl_text *text, const char *cell)
{
	size_t length = strlen(cell);
	bool quoted =
	    strpbrk(cell, ",\"") || (length > 0 && (cell[0] == ' ' || cell[length - 1] == ' '));

	if (!quoted) {
		pl_text_add_safe(text, cell, length);
		return;
	}
	pl_text_add_bytes(text, "\"", 1);
	for (const char *end; (end = strchr(cell, '"')) != NULL; cell = end + 1) {
		pl_text_add_safe(text, cell, (size_t)(end - cell));
		pl_text_add_bytes(text, "\"\"", 2);
	}
	pl_text_add_safe(text, cell, strlen(cell));
	pl_text_add_bytes(text, "\"", 1);
}
