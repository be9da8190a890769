/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_books.c - what is counted, in one list: the books of the run, of each recording, and of the
 * devices. One thread.
 */
#include "model.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SINCE_MAX_S 10

static struct pl_model_counter *add(struct pl_model *model, double value)
{
	struct pl_model_counter *grown;

	grown = realloc(model->books, (model->book_count + 1) * sizeof *grown);
	if (!grown)
		pl_out_of_memory();
	model->books = grown;
	grown += model->book_count++;
	*grown = (struct pl_model_counter){.value = value, .per_s = NAN};
	return grown;
}

/* Those of trouble only when there is some. */
static void add_run(struct pl_model *model)
{
	const struct pl_model_run *run = &model->run;
	const struct {
		const char *name;
		int64_t value;
		bool is_always;
	} books[] = {
	    {"points done", run->done, true},	     {"rows durable", run->durable, true},
	    {"retries", run->retries, false},	     {"points invalid", run->invalid, false},
	    {"points suspect", run->suspect, false}, {"points skipped", run->skipped, false},
	    {"rows voided", run->voided, false},     {"rows dead time", run->dead, false},
	};

	for (size_t i = 0; run->is_there && i < sizeof books / sizeof books[0]; i++) {
		struct pl_model_counter *book;

		if (!books[i].is_always && books[i].value == 0)
			continue;
		book = add(model, (double)books[i].value);
		pl_text_copy(book->name, sizeof book->name, books[i].name);
		if (i == 0)
			snprintf(book->text, sizeof book->text, "of %lld", (long long)run->planned);
		if (i == 1 && run->rows > run->durable)
			snprintf(book->text, sizeof book->text, "%lld not yet, %.1f s behind",
				 (long long)(run->rows - run->durable),
				 isfinite(run->behind_s) ? run->behind_s : 0.0);
	}
}

/* "queue 3 %, 0.4 ms late at most" */
static void recording_text(const struct pl_model_recording *live, char *out, size_t cap)
{
	size_t length = 0;

	out[0] = '\0';
	if (live->is_full)
		length = (size_t)snprintf(out, cap, "NO ROOM ON THE DISK ");
	if (isfinite(live->queue))
		length += (size_t)snprintf(out + length, cap - length, "queue %.0f %%",
					   100 * live->queue);
	if (isfinite(live->drift_ms))
		length += (size_t)snprintf(out + length, cap - length, "%sat most %.1f ms late",
					   length > 0 ? ", " : "", live->drift_ms);
	if (live->behind_s >= 1)
		snprintf(out + length, cap - length, "%swriting %.0f s behind",
			 length > 0 ? ", " : "", live->behind_s);
}

static void add_recording(struct pl_model *model, const struct pl_model_recording *live)
{
	const struct {
		const char *name;
		int64_t value;
		bool is_always;
		const char *text;
	} books[] = {
	    {"on time", live->on_time, true, NULL},
	    {"late", live->late, false, NULL},
	    {"skipped", live->skipped, false, live->skips},
	    {"failed", live->failed, false, live->faults},
	    {"dropped", live->dropped, false, "queue full"},
	    {"rows", live->rows, true, NULL},
	    {"events", live->events, false, NULL},
	    {"lost now", live->lost, false, "devices"},
	};

	for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
		struct pl_model_counter *book;

		if (!books[i].is_always && books[i].value == 0)
			continue;
		book = add(model, (double)books[i].value);
		snprintf(book->name, sizeof book->name, "%s %s", live->name, books[i].name);
		if (i == 0)
			recording_text(live, book->text, sizeof book->text);
		else if (books[i].text)
			pl_text_copy(book->text, sizeof book->text, books[i].text);
	}
}

void pl_model_make_books(struct pl_model *model)
{
	model->book_count = 0;
	add_run(model);
	for (size_t i = 0; i < model->live_count; i++)
		add_recording(model, &model->live[i]);
	for (size_t i = 0; i < model->counter_count; i++)
		*add(model, 0) = model->counters[i];
}

double pl_model_per_s(const struct pl_model *model, const char *name)
{
	double values[SINCE_MAX_S + 1];
	char path[PL_MODEL_BOOK];
	size_t from = 0, to = SINCE_MAX_S;

	snprintf(path, sizeof path, PL_MODEL_BOOK_SIGN "%s", name);
	pl_model_trend(model, path, values, SINCE_MAX_S + 1);
	while (from < to && !isfinite(values[from]))
		from++;
	if (to - from < 3 || !isfinite(values[to]) || values[to] < values[from])
		return NAN;
	return (values[to] - values[from]) / (double)(to - from);
}
