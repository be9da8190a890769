/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_match.c - see verify_match.h. Where an owner died, its last row may be there or not, and
 * the next owner's first one often looks the same: every way to read such rows is followed until
 * the rows behind tell which one holds.
 */
#include "store/verify_match.h"

#include <stdlib.h>
#include <string.h>

const char *verify_list_line(const struct verify_list *list, size_t i)
{
	return list->text.data + list->items[i].at;
}

struct verify_entry *verify_list_add(struct verify_list *list, const char *line)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		struct verify_entry *items = realloc(list->items, room * sizeof *items);

		if (!items)
			abort();
		list->items = items;
		list->room = room;
	}
	struct verify_entry *entry = &list->items[list->count++];

	*entry = (struct verify_entry){.at = list->text.length};
	pl_text_add_bytes(&list->text, line, strlen(line) + 1);
	return entry;
}

void verify_list_fini(struct verify_list *list)
{
	pl_text_free(&list->text);
	free(list->items);
}

bool verify_list_fits(const struct verify_list *wanted, size_t i, const char *line)
{
	const char *expected = verify_list_line(wanted, i);

	if (wanted->items[i].is_loose)
		return strncmp(expected, line, strlen(expected)) == 0;
	return strcmp(expected, line) == 0;
}

/* A part begins with rows that the one before it has too: where its first row belongs. */
static size_t where_part_begins(const struct verify_list *wanted, const struct verify_list *there,
				size_t first, size_t reached)
{
	for (size_t i = reached + 1; i-- > 0;) {
		size_t k = 0;

		while (i + k < wanted->count && first + k < there->count &&
		       there->items[first + k].part == there->items[first].part &&
		       verify_list_fits(wanted, i + k, verify_list_line(there, first + k)))
			k++;
		if (k > 0 && i + k >= reached)
			return i;
	}
	return reached;
}

/* Rows that a power cut took before the run was taken up again: goes on behind them. */
static size_t skip_lost(struct verify *verify, const struct verify_list *wanted, size_t at,
			const char *line)
{
	size_t boundary = at + 1;

	while (boundary < wanted->count && !wanted->items[boundary].is_boundary)
		boundary++;
	if (boundary >= wanted->count || !verify_list_fits(wanted, boundary, line))
		return at;
	verify_open(verify, "threshold_operations.csv", "behind",
		    "%zu rows of writes are missing where the run was taken up again: their owner "
		    "died before they were on the disk",
		    boundary - at);
	return boundary;
}

/* Rows of wanted that may have been met so far, fewest first: a loose one has a row or not, and the
 * same write done again looks like it, so both are followed until later rows tell. */
struct reached {
	size_t *items;
	size_t count;
};

static void reach(struct reached *reached, size_t at)
{
	if (reached->count == 0 || reached->items[reached->count - 1] < at)
		reached->items[reached->count++] = at;
}

static size_t farthest(const struct reached *reached)
{
	return reached->items[reached->count - 1];
}

/* Where the line leads to; nowhere: to is empty. Both have room for every row and one more. */
static void follow(const struct verify_list *wanted, const struct reached *from, const char *line,
		   struct reached *to)
{
	size_t next = 0; /* not looked at yet */

	to->count = 0;
	for (size_t i = 0; i < from->count; i++) {
		size_t at = from->items[i] > next ? from->items[i] : next;
		bool is_open = at == from->items[i] || wanted->items[at - 1].is_loose;

		for (; is_open && at < wanted->count; at++) {
			if (verify_list_fits(wanted, at, line))
				reach(to, at + 1);
			is_open = wanted->items[at].is_loose;
		}
		next = at > next ? at : next;
	}
}

static void *room_for(size_t count)
{
	size_t *items = calloc(count, sizeof *items);

	if (!items)
		abort();
	return items;
}

size_t verify_match(struct verify *verify, const struct verify_list *wanted,
		    const struct verify_list *there, size_t *at)
{
	struct reached now = {.items = room_for(wanted->count + 1)};
	struct reached next = {.items = room_for(wanted->count + 1)};
	size_t bad = there->count;

	reach(&now, 0);
	for (size_t i = 0; i < there->count; i++) {
		bool is_new_part = i > 0 && there->items[i].part != there->items[i - 1].part;
		const char *line = verify_list_line(there, i);
		struct reached last;

		if (is_new_part) {
			size_t begin = where_part_begins(wanted, there, i, farthest(&now));

			now.count = 0;
			reach(&now, begin);
			bad = there->count;
		}
		if (bad < there->count)
			continue; /* behind the first bad row of this part */
		follow(wanted, &now, line, &next);
		if (next.count == 0) {
			size_t behind = skip_lost(verify, wanted, farthest(&now), line);

			if (behind < wanted->count && verify_list_fits(wanted, behind, line))
				reach(&next, behind + 1);
		}
		if (next.count == 0) {
			bad = i;
			continue;
		}
		last = now;
		now = next;
		next = last;
	}
	*at = farthest(&now);
	free(now.items);
	free(next.items);
	return bad;
}
