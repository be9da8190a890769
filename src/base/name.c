/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * name.c - names of a bench file, and what somebody may have meant by a wrong one. Pure, any
 * thread.
 */
#include "plateau/text.h"

#include <string.h>

#define NAME_MAX_LENGTH 32
#define WORD_MAX	64 /* longer words have no neighbours */

bool pl_name_valid(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return name[0] >= 'a' && name[0] <= 'z' && length <= NAME_MAX_LENGTH &&
	       name[length] == '\0';
}

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool pl_text_same_but_case(const char *a, const char *b)
{
	bool differs = false;

	for (; *a && lower(*a) == lower(*b); a++, b++)
		differs = differs || *a != *b;
	return differs && *a == *b;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row kept: insert, delete and replace cost 1. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t replace = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = least(replace, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[b_length];
}

const char *pl_text_nearest(const char *word, const char *const *candidates)
{
	size_t length = strnlen(word, WORD_MAX + 1);
	size_t best = 2 + length / 3; /* one more than is allowed */
	const char *nearest = NULL;

	for (; length <= WORD_MAX && *candidates; candidates++) {
		size_t other = strnlen(*candidates, WORD_MAX + 1);
		size_t distance;

		if (other > WORD_MAX)
			continue;
		distance = edit_distance(word, length, *candidates, other);
		if (distance < best) {
			best = distance;
			nearest = *candidates;
		}
	}
	return nearest;
}
