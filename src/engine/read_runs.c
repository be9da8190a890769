/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_runs.c - the word `runs`: the runs of the workspace, newest first, as much of them as a
 * screen shows. A place in the list is a number from 0; it holds as long as `total` is the same.
 *
 * A search reads every run: after the rows that were asked for it tells only the places of the
 * others. Memory is that of the places, forty bytes a run, and of one part.
 */
#include "engine/reader.h"

#include "store/runs_listed.h"
#include "store/runs_walk.h"

#include <stdlib.h>
#include <string.h>

#define A_STEP 20 /* summaries; 20 rows fit a line however long their texts are */
#define MOST   400

struct list {
	char workspace[sizeof(((struct pl_workspace *)0)->path)];
	char find[256];
	int64_t next, most; /* place; rows still to be told */
	bool is_open;
	struct pl_runs runs;
	int64_t found;
	bool is_searched; /* all rows are told, the rest is only searched */
	bool leaves_rest; /* no, it is not */
};

/* A row is short: of the notes there is the last one, cut. */
static struct pl_json *row_json(const struct pl_listed_run *listed, int64_t place)
{
	const struct pl_run_summary *run = &listed->run;
	const struct pl_notes *notes = &listed->notes;
	struct pl_json *row = pl_json_object();
	char state[PL_LISTED_STATE], note[160] = "";

	if (notes->count > 0)
		pl_text_escape(note, sizeof(note), notes->items[notes->count - 1].text,
			       strnlen(notes->items[notes->count - 1].text, sizeof(note)));
	pl_json_add_integer(row, "place", place);
	pl_json_add_integer(row, "run", run->number);
	pl_json_add_text(row, "day", run->day);
	pl_json_add_text(row, "bench", run->bench);
	pl_json_add_text(row, "kind", run->kind);
	pl_json_add_text(row, "name", run->name);
	pl_json_add_text(row, "state", pl_listed_state(run, state));
	pl_json_add_text(row, "operator", run->operator_name);
	pl_json_add_text(row, "label", run->label);
	pl_json_add_text(row, "sample", run->sample);
	pl_json_add_text(row, "reason", run->reason);
	pl_json_add_text(row, "started_at", run->started_at);
	pl_json_add_integer(row, "planned", run->points_planned);
	pl_json_add_integer(row, "done", run->points_done);
	pl_json_add_integer(row, "invalid", run->points_invalid);
	pl_json_add_integer(row, "samples", run->samples_emitted);
	pl_json_add_integer(row, "lost", run->samples_late);
	pl_json_add_integer(row, "notes", (int64_t)notes->count);
	pl_json_add_text(row, "note", note);
	pl_json_add_text(row, "problem", run->problem);
	return row;
}

/* The next run; its row, or its place, goes into part when it is one of those looked for. */
static void read_next(struct list *list, struct pl_json *part)
{
	struct pl_listed_run listed = {.notes = {.count = 0}};
	int64_t place = list->next++;

	pl_runs_read(&list->runs, list->runs.count - 1 - (size_t)place, &listed.run);
	pl_listed_read_notes(&listed);
	if (list->find[0] == '\0' || pl_listed_is_found(&listed, list->find)) {
		list->found++;
		if (list->is_searched)
			pl_json_add_integer(part, NULL, place);
		else
			pl_json_add(part, NULL, row_json(&listed, place));
		list->most -= !list->is_searched;
	}
	pl_notes_fini(&listed.notes);
}

static bool is_at_end(const struct list *list)
{
	return list->next >= (int64_t)list->runs.count ||
	       (list->most == 0 && (list->find[0] == '\0' || list->leaves_rest));
}

static enum pl_status step(void *own, struct reading_line *out, struct pl_error *error)
{
	struct list *list = own;
	struct pl_json *part;
	enum pl_status status;

	if (!list->is_open) {
		list->is_open = true;
		status = pl_runs_open(list->workspace, &list->runs, error);
		if (status != PL_OK)
			return status;
	}
	list->is_searched = list->most == 0;
	part = pl_json_array();
	for (int i = 0; i < A_STEP && !is_at_end(list) && (list->most > 0 || list->is_searched);
	     i++)
		read_next(list, part);
	out->event = pl_json_object();
	pl_json_add(out->event, list->is_searched ? "places" : "part", part);
	pl_json_add_integer(out->event, "read", list->next);
	out->is_last = is_at_end(list);
	if (!out->is_last)
		return PL_OK;
	out->result = pl_json_object();
	pl_json_add_integer(out->result, "total", (int64_t)list->runs.count);
	if (list->find[0] != '\0')
		pl_json_add_integer(out->result, "found", list->found);
	return PL_OK;
}

static void release(void *own)
{
	struct list *list = own;

	if (list->is_open)
		pl_runs_close(&list->runs);
	free(list);
}

static const struct reading_ops runs_ops = {.name = "runs", .step = step, .free = release};

void read_runs(const struct request *request)
{
	struct list *list = calloc(1, sizeof(*list));
	int64_t from = pl_json_get_integer(request->args, "from", 0);
	int64_t most = pl_json_get_integer(request->args, "most", A_STEP);

	if (list == NULL)
		pl_out_of_memory(); /* small */
	pl_text_copy(list->workspace, sizeof(list->workspace), request->engine->workspace.path);
	pl_text_copy(list->find, sizeof(list->find), pl_json_get_text(request->args, "find", ""));
	list->leaves_rest = !pl_json_get_boolean(request->args, "rest", true);
	list->next = from > 0 ? from : 0;
	list->most = most < 1 ? 1 : most > MOST ? MOST : most;
	reading_start(request->engine, request->asker, &runs_ops, list);
}
