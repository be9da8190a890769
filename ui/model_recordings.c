/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_recordings.c - the recordings of the bench, and those in progress with their books. One
 * thread.
 */
#include "model.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(to, from, key) pl_text_copy((to), sizeof(to), pl_json_get_text((from), (key), ""))
#define INTEGER(from, key)  pl_json_get_integer((from), (key), 0)

void pl_model_take_recordings(struct pl_model *model, const struct pl_json *list)
{
	size_t count = pl_json_size(list);

	free(model->recordings);
	model->recordings = calloc(count > 0 ? count : 1, sizeof *model->recordings);
	if (!model->recordings)
		pl_out_of_memory();
	model->recording_count = count;
	for (size_t i = 0; i < count; i++)
		pl_text_copy(model->recordings[i], sizeof model->recordings[i],
			     pl_json_text(pl_json_at(list, i), ""));
}

static int64_t sum(const struct pl_json *counts)
{
	const struct pl_json *value;
	const char *name;
	double all = 0;

	for (size_t i = 0; pl_json_member(counts, i, &name, &value); i++)
		all += fmax(0, pl_json_number(value, 0));
	return all < 9e15 ? (int64_t)all : 0;
}

/* "overrun 3, blocked 2": those that are not 0. */
static void reasons(char *out, size_t cap, const struct pl_json *counts)
{
	const struct pl_json *value;
	const char *name;
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; pl_json_member(counts, i, &name, &value) && length < cap; i++)
		if (pl_json_number(value, 0) > 0)
			length += (size_t)snprintf(out + length, cap - length, "%s%.20s %.0f",
						   length > 0 ? ", " : "", name,
						   pl_json_number(value, 0));
}

static void take(struct pl_model_recording *to, const struct pl_json *from)
{
	const struct pl_json *books = pl_json_get(from, "books");

	*to = (struct pl_model_recording){.number = INTEGER(from, "run"),
					  .on_time = INTEGER(books, "on_time"),
					  .late = INTEGER(books, "late"),
					  .failed = INTEGER(books, "failed"),
					  .dropped = INTEGER(books, "dropped"),
					  .skipped = sum(pl_json_get(books, "skipped")),
					  .rows = INTEGER(books, "rows"),
					  .events = INTEGER(books, "events"),
					  .lost = INTEGER(from, "lost"),
					  .is_full = pl_json_get_boolean(from, "disk_full", false)};
	TEXT(to->name, from, "name");
	TEXT(to->state, from, "state");
	to->behind_s = pl_json_get_number(from, "behind_s", NAN);
	to->eta_s = pl_json_get_number(from, "eta_s", NAN);
	to->queue = pl_json_get_number(from, "queue", NAN);
	to->drift_ms = pl_json_get_number(books, "max_drift_ms", NAN);
	reasons(to->skips, sizeof to->skips, pl_json_get(books, "skipped"));
	reasons(to->faults, sizeof to->faults, pl_json_get(books, "reads_failed"));
	to->elapsed_s = pl_json_get_number(from, "elapsed_s", NAN);
}

void pl_model_take_live(struct pl_model *model, const struct pl_json *runs)
{
	model->live_count = 0;
	for (size_t i = 0; i < pl_json_size(runs) && model->live_count < PL_MODEL_LIVE; i++) {
		const struct pl_json *run = pl_json_at(runs, i);

		if (strcmp(pl_json_get_text(run, "kind", ""), "recording") == 0)
			take(&model->live[model->live_count++], run);
	}
}

const struct pl_model_recording *pl_model_live(const struct pl_model *model, const char *name)
{
	for (size_t i = 0; i < model->live_count; i++)
		if (strcmp(model->live[i].name, name) == 0)
			return &model->live[i];
	return NULL;
}
