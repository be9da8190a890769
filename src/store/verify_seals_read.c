/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_seals_read.c - the rows run.seal of a run, and which row of points.csv they do not know.
 */
#include "store/verify_inside.h"

#include "store/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MOST 100000000

static void add_seal(struct verify_seals *seals, const struct verify_row *row)
{
	struct verify_seal seal = {.seq = row->seq, .is_left = strcmp(row->status, "left") == 0};
	char name[128];

	if (!pl_seal_parse(row->detail, name, &seal.size, seal.hash) ||
	    strlen(name) >= sizeof seal.name)
		return;
	memcpy(seal.name, name, strlen(name) + 1);
	if (seals->count == seals->room) {
		size_t room = seals->room ? 2 * seals->room : 64;
		struct verify_seal *items = realloc(seals->items, room * sizeof *items);

		if (!items)
			pl_out_of_memory();
		seals->items = items;
		seals->room = room;
	}
	seals->items[seals->count++] = seal;
}

static bool make_room(struct verify_seals *seals, size_t count)
{
	size_t room = seals->print_count ? seals->print_count : 256;
	int32_t *prints;

	if (count <= seals->print_count)
		return true;
	while (room < count)
		room *= 2;
	prints = realloc(seals->prints, room * sizeof *prints);
	if (!prints)
		return false; /* the rows are not named then */
	for (size_t i = seals->print_count; i < room; i++)
		prints[i] = -1;
	seals->prints = prints;
	seals->print_count = room;
	return true;
}

/* "33-64 1f3a…": four hex digits a row. */
static void add_prints(struct verify_seals *seals, const char *text)
{
	uint32_t first, last;
	unsigned print;
	int skip = 0;

	if (sscanf(text, "%" SCNu32 "-%" SCNu32 " %n", &first, &last, &skip) != 2 || !skip ||
	    first < 1 || last > POINTS_MOST || !make_room(seals, last))
		return;
	for (text += skip; first <= last && sscanf(text, "%4x", &print) == 1; first++, text += 4) {
		if (strlen(text) < 4)
			return;
		seals->prints[first - 1] = (int32_t)print;
	}
}

static void on_row(void *ctx, const struct verify_row *row)
{
	struct verify_seals *seals = ctx;
	bool is_seal = strcmp(row->action, "run.seal") == 0;

	if (is_seal && strcmp(row->status, "rows") == 0)
		add_prints(seals, row->detail);
	else if (is_seal)
		add_seal(seals, row);
	else if (strcmp(row->action, "file") == 0 && strcmp(row->status, "gone") == 0 &&
		 seals->gone_count < sizeof seals->gone / sizeof seals->gone[0])
		pl_text_copy(seals->gone[seals->gone_count++], PL_NAME_SIZE, row->target);
}

static int by_size(const void *left, const void *right)
{
	const struct verify_seal *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

void verify_seals_read(struct verify *verify, struct verify_seals *out)
{
	struct verify_chain chain;

	*out = (struct verify_seals){.count = 0};
	verify_chain_walk(verify->folder, "audit", verify->record.uid, on_row, out, &chain);
	out->is_chain_good = chain.fault == CHAIN_GOOD;
	if (out->count)
		qsort(out->items, out->count, sizeof out->items[0], by_size);
}

void verify_seals_fini(struct verify_seals *seals)
{
	free(seals->items);
	free(seals->prints);
	*seals = (struct verify_seals){.count = 0};
}

/* ---- which row ---- */

/* 0 = it says none. */
static uint64_t row_number(const char *text)
{
	char cell[32];
	int64_t number;

	return pl_rows_cell(&text, cell, sizeof cell) && pl_text_to_int(cell, &number) && number > 0
		   ? (uint64_t)number
		   : 0;
}

/* True when this line is told to be the first that differs. before: the number of the row before
 * it, when that is known. */
static bool is_stranger(struct verify *verify, const struct verify_seals *seals,
			const struct verify_lines *line, bool has_before, uint64_t before)
{
	uint64_t number = row_number(line->text);
	bool is_known =
	    number > 0 && number <= seals->print_count && seals->prints[number - 1] >= 0;

	if (has_before && number > before + 1)
		verify_bad(verify, line->where, "removed",
			   "removed: %" PRIu64 " row%s before this line", number - before - 1,
			   number - before == 2 ? "" : "s");
	else if (has_before && number && number <= before)
		verify_bad(verify, line->where, "added",
			   "added: a row %" PRIu64 " stands before this line already", number);
	else if (is_known && (uint16_t)seals->prints[number - 1] !=
				 pl_seal_print(line->text, strlen(line->text)))
		verify_bad(verify, line->where, "edited",
			   "edited: it is not the row %" PRIu64 " that audit.csv tells of", number);
	else
		return false;
	return true;
}

bool verify_seals_find_row(struct verify *verify, const struct verify_seals *seals,
			   const char *name)
{
	struct verify_lines *lines = verify_lines_open(verify->folder, "points");
	size_t length = strlen(name);
	bool is_found = false;
	uint64_t before = 0;

	while (lines && !is_found && verify_lines_next(lines)) {
		if (strncmp(lines->where, name, length) != 0 || lines->where[length] != ':')
			continue;
		is_found = is_stranger(verify, seals, lines, !lines->is_first || lines->part == 1,
				       lines->is_first ? 0 : before);
		before = row_number(lines->text);
	}
	verify_lines_close(lines);
	return is_found;
}
