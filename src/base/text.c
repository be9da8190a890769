/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - strings that grow, and the escapes that keep foreign bytes from terminals and files.
 *
 * Invariant: after any pl_text_add_* data is not NULL and data[length] is NUL. Pure, any thread.
 */
#include "plateau/text.h"

#include "plateau/status.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/* Room for `more` bytes and the NUL. */
static void reserve(struct pl_text *text, size_t more)
{
	size_t wanted = text->length + more + 1;
	size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;

	if (wanted <= more)
		pl_out_of_memory();
	if (wanted <= text->capacity)
		return;
	while (capacity < wanted)
		capacity = capacity > SIZE_MAX / 2 ? wanted : capacity * 2;
	text->data = realloc(text->data, capacity);
	if (!text->data)
		pl_out_of_memory();
	text->capacity = capacity;
}

void pl_text_add_bytes(struct pl_text *text, const char *bytes, size_t count)
{
	reserve(text, count);
	if (count > 0)
		memcpy(text->data + text->length, bytes, count);
	text->length += count;
	text->data[text->length] = '\0';
}

void pl_text_add_string(struct pl_text *text, const char *string)
{
	pl_text_add_bytes(text, string, strlen(string));
}

void pl_text_add_args(struct pl_text *text, const char *format, va_list args)
{
	/* glibc answers the plain "C" with a static object, so this allocates nothing. */
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(plain);
	va_list again;
	int length;

	reserve(text, FIRST_CAPACITY - 1);
	va_copy(again, args);
	length = vsnprintf(text->data + text->length, text->capacity - text->length, format, args);
	if (length < 0)
		pl_out_of_memory();
	if ((size_t)length >= text->capacity - text->length) {
		reserve(text, (size_t)length);
		vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	text->length += (size_t)length;
	uselocale(before);
	freelocale(plain);
}

void pl_text_add(struct pl_text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	pl_text_add_args(text, format, args);
	va_end(args);
}

void pl_text_add_integer(struct pl_text *text, int64_t value)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[20]; /* of 2^63 there are 19, and a sign */
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		digits[--at] = '-';
	pl_text_add_bytes(text, digits + at, sizeof digits - at);
}

void pl_text_add_number(struct pl_text *text, double value)
{
	char number[PL_NUMBER_SIZE];

	pl_text_add_string(text, pl_number_format(value, number));
}

void pl_text_add_seconds(struct pl_text *text, int64_t ns)
{
	char digits[24];
	uint64_t rest = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	size_t at = sizeof digits;

	for (int i = 0; i < 9 || rest > 0 || i == 9; i++) {
		if (i == 9)
			digits[--at] = '.';
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (ns < 0)
		digits[--at] = '-';
	pl_text_add_bytes(text, digits + at, sizeof digits - at);
}

void pl_text_clear(struct pl_text *text)
{
	text->length = 0;
	if (text->data)
		text->data[0] = '\0';
}

void pl_text_free(struct pl_text *text)
{
	free(text->data);
	*text = (struct pl_text){0};
}

bool pl_text_copy(char *out, size_t cap, const char *string)
{
	size_t length = strnlen(string, cap);
	bool fits = length < cap;

	if (cap == 0)
		return false;
	memcpy(out, string, fits ? length : cap - 1);
	out[fits ? length : cap - 1] = '\0';
	return fits;
}
