/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of problems: grows, keeps no more than MOST, is sorted once at the end. */
#include "config/problems.h"

#include "plateau/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1000

void pl_problems_init(struct pl_problems *problems, const char *file)
{
	*problems = (struct pl_problems){.count = 0};
	pl_text_copy(problems->file, sizeof(problems->file), file);
}

void pl_problems_fini(struct pl_problems *problems)
{
	free(problems->items);
	problems->items = NULL;
	problems->count = 0;
}

bool pl_problems_full(const struct pl_problems *problems)
{
	return problems->count >= MOST;
}

const char *pl_place_format(const char *file, struct pl_place place, char *out, size_t cap)
{
	file = place.file ? place.file : file;
	if (place.set)
		snprintf(out, cap, "--set %s", place.set);
	else if (place.line > 0)
		snprintf(out, cap, "%s:%d:%d", file, place.line, place.column);
	else
		snprintf(out, cap, "%s", file);
	return out;
}

static struct pl_problem *next_item(struct pl_problems *problems)
{
	size_t count = problems->count;

	/* Grown whenever the count is a power of two (and at the first). */
	if ((count & (count - 1)) == 0) {
		size_t room = count ? 2 * count : 1;
		struct pl_problem *items = realloc(problems->items, room * sizeof(*items));

		if (!items)
			pl_out_of_memory();
		problems->items = items;
	}
	problems->count++;
	return &problems->items[count];
}

static void copy_safe(char *out, size_t cap, const char *string)
{
	struct pl_text safe = {0};

	pl_text_add_safe(&safe, string, strlen(string));
	pl_text_copy(out, cap, safe.data ? safe.data : "");
	pl_text_free(&safe);
}

void pl_problems_add(struct pl_problems *problems, struct pl_place place, const char *format, ...)
{
	char text[sizeof(problems->items->text)], where[sizeof(problems->items->where)];
	struct pl_problem *item;
	va_list args;

	if (pl_problems_full(problems)) {
		problems->dropped++;
		return;
	}
	item = next_item(problems);
	*item = (struct pl_problem){
	    .line = place.line, .column = place.column, .profile = place.number};
	pl_place_format(problems->file, place, where, sizeof(where));
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	copy_safe(item->where, sizeof(item->where), where);
	copy_safe(item->text, sizeof(item->text), text);
}

/* The parser's error says "name:line:column" in where; the list wants numbers. */
void pl_problems_add_parser(struct pl_problems *problems, struct pl_place of,
			    const struct pl_error *error)
{
	const char *colon = strrchr(error->where, ':');

	while (colon && colon > error->where && colon[-1] != ':')
		colon--;
	if (!colon || sscanf(colon, "%d:%d", &of.line, &of.column) != 2)
		of.line = of.column = 0;
	pl_problems_add(problems, of, "%s%s%s%s", error->text, error->cause[0] ? " (" : "",
			error->cause, error->cause[0] ? ")" : "");
}

/* Places outside a file come behind those in one. */
static int rank(const struct pl_problem *problem)
{
	return problem->line > 0 ? 0 : 1;
}

static bool is_behind(const struct pl_problem *a, const struct pl_problem *b)
{
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	if (a->profile != b->profile)
		return a->profile > b->profile;
	if (a->line != b->line)
		return a->line > b->line;
	return a->column > b->column;
}

/* Insertion keeps equal places in order; the list is short and nearly sorted. */
void pl_problems_sort(struct pl_problems *problems)
{
	for (size_t i = 1; i < problems->count; i++) {
		struct pl_problem item = problems->items[i];
		size_t at = i;

		for (; at > 0 && is_behind(&problems->items[at - 1], &item); at--)
			problems->items[at] = problems->items[at - 1];
		problems->items[at] = item;
	}
}
