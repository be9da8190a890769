/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.c - the list of stored runs: which rows are here, what has to be asked for, what came. Pure,
 * one thread.
 */
#include "runs.h"

#include "plateau/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pl_runs_free(struct pl_runs *runs)
{
	if (runs)
		free(runs->places);
	free(runs);
}

const struct pl_runs_row *pl_runs_row(const struct pl_runs *runs, int64_t i)
{
	if (i < runs->first || i >= runs->first + (int64_t)runs->row_count)
		return NULL;
	return &runs->rows[i - runs->first];
}

static bool add_place(struct pl_runs *runs, int64_t place)
{
	if ((size_t)runs->count == runs->place_room) {
		size_t room = runs->place_room ? 2 * runs->place_room : 256;
		int64_t *places = realloc(runs->places, room * sizeof *places);

		if (!places)
			return false;
		runs->places = places;
		runs->place_room = room;
	}
	runs->places[runs->count++] = place;
	return true;
}

#define TEXT(to, from, key) pl_text_copy(to, sizeof(to), pl_json_get_text(from, key, ""))
#define INTEGER(from, key)  pl_json_get_integer(from, key, 0)

static void take_row(struct pl_runs *runs, const struct pl_json *from)
{
	struct pl_runs_row *to;

	if (runs->find[0] && !runs->is_window && !add_place(runs, INTEGER(from, "place")))
		return;
	if (runs->row_count == PL_RUNS_WINDOW)
		return;
	to = &runs->rows[runs->row_count++];
	to->place = INTEGER(from, "place");
	to->run = INTEGER(from, "run");
	to->planned = INTEGER(from, "planned");
	to->done = INTEGER(from, "done");
	to->invalid = INTEGER(from, "invalid");
	to->samples = INTEGER(from, "samples");
	to->lost = INTEGER(from, "lost");
	to->notes = INTEGER(from, "notes");
	TEXT(to->day, from, "day");
	TEXT(to->bench, from, "bench");
	TEXT(to->kind, from, "kind");
	TEXT(to->name, from, "name");
	TEXT(to->state, from, "state");
	TEXT(to->operator_name, from, "operator");
	TEXT(to->label, from, "label");
	TEXT(to->sample, from, "sample");
	TEXT(to->reason, from, "reason");
	TEXT(to->note, from, "note");
	TEXT(to->problem, from, "problem");
}

void pl_runs_take(struct pl_runs *runs, const struct pl_json *event)
{
	const struct pl_json *part = pl_json_get(event, "part");
	const struct pl_json *places = pl_json_get(event, "places");

	if (runs->asked != 1)
		return; /* of a list that nobody wants any more */
	runs->read = INTEGER(event, "read");
	for (size_t i = 0; i < pl_json_size(part); i++)
		take_row(runs, pl_json_at(part, i));
	for (size_t i = 0; !runs->is_window && i < pl_json_size(places); i++)
		add_place(runs, pl_json_integer(pl_json_at(places, i), 0));
}

void pl_runs_answered(struct pl_runs *runs, const struct pl_json *result)
{
	if (--runs->asked > 0)
		return;
	runs->is_known = true;
	if (!result)
		return;
	runs->total = pl_json_get_integer(result, "total", 0);
	if (!runs->find[0])
		runs->count = runs->total;
	if (runs->selected >= runs->count)
		runs->selected = runs->count > 0 ? runs->count - 1 : 0;
}

static struct pl_json *ask(struct pl_runs *runs, int64_t first, int64_t place)
{
	struct pl_json *args = pl_json_object();

	runs->asked++;
	runs->first = first;
	runs->row_count = 0;
	pl_json_add_integer(args, "from", place);
	pl_json_add_integer(args, "most", PL_RUNS_WINDOW);
	if (runs->find[0])
		pl_json_add_text(args, "find", runs->find);
	if (runs->is_window)
		pl_json_add_boolean(args, "rest", false);
	return args;
}

struct pl_json *pl_runs_begin(struct pl_runs *runs, const char *find)
{
	pl_text_copy(runs->find, sizeof runs->find, find);
	runs->is_window = runs->is_known = false;
	runs->total = -1;
	runs->count = runs->read = 0;
	return ask(runs, 0, 0);
}

struct pl_json *pl_runs_want(struct pl_runs *runs, int64_t from, int64_t to)
{
	int64_t first = from - PL_RUNS_WINDOW / 4;

	if (to >= runs->count)
		to = runs->count - 1;
	if (runs->asked > 0 || from > to || (pl_runs_row(runs, from) && pl_runs_row(runs, to)))
		return NULL;
	first = first < 0 ? 0 : first;
	runs->is_window = true;
	return ask(runs, first, runs->find[0] ? runs->places[first] : first);
}

void pl_runs_result(const struct pl_runs_row *row, char *out, size_t cap)
{
	if (row->problem[0])
		snprintf(out, cap, "unreadable");
	else if (strcmp(row->kind, "recording") == 0)
		snprintf(out, cap, "%" PRId64 " ticks%s", row->samples,
			 row->lost > 0 ? ", some lost" : "");
	else if (row->invalid > 0)
		snprintf(out, cap, "%" PRId64 "/%" PRId64 ", %" PRId64 " invalid", row->done,
			 row->planned, row->invalid);
	else
		snprintf(out, cap, "%" PRId64 "/%" PRId64, row->done, row->planned);
}
