/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meant.c - which of the live runs a word is about: the one of its number, else the scan, else the
 * only recording. Engine thread.
 */
#include "engine/record.h"

#include <stdio.h>
#include <string.h>

/* A number, however the asker wrote it; 0 = none was named. */
static int64_t number_meant(const struct pl_json *args)
{
	const struct pl_json *run = pl_json_get(args, "run");
	int64_t number = pl_json_get_integer(args, "run", 0);

	if (!pl_json_is_number(run) && !pl_text_to_int(pl_json_text(run, "0"), &number))
		return -1;
	return number;
}

static bool is_live(const struct record *record)
{
	return record->phase != RECORD_OVER;
}

static size_t recordings(const struct pl_engine *engine, struct record **first)
{
	size_t count = 0;

	*first = NULL;
	for (struct record *record = engine->records; record != NULL; record = record->next) {
		if (!is_live(record))
			continue;
		if (count++ == 0)
			*first = record;
	}
	return count;
}

static void add_names(const struct pl_engine *engine, struct pl_text *out)
{
	for (const struct record *record = engine->records; record != NULL; record = record->next)
		if (is_live(record))
			pl_text_add(out, "%s%u (%s)", out->length > 0 ? ", " : "",
				    record->head.folder.number, record->recording.name);
}

static enum pl_status refuse_other(const struct pl_engine *engine, int64_t number,
				   struct pl_error *error)
{
	struct pl_text live = {0};

	if (run_is_live(engine))
		pl_text_add(&live, "%u", run_number(engine));
	add_names(engine, &live);
	if (live.length == 0)
		pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	else
		pl_error_set(error, PL_ERR_NOT_RUNNING, "", "run %lld is not active; run %.200s is",
			     (long long)number, live.data);
	pl_text_free(&live);
	return PL_ERR_NOT_RUNNING;
}

static enum pl_status say_which(const struct pl_engine *engine, struct pl_error *error)
{
	struct pl_text live = {0};

	add_names(engine, &live);
	pl_error_set(error, PL_ERR_USAGE, "--run",
		     "several recordings are running, say which: %.200s", live.data);
	pl_text_free(&live);
	return PL_ERR_USAGE;
}

/* Of this number. */
static bool find_number(const struct pl_engine *engine, int64_t number, bool ended_will_do,
			struct meant *out)
{
	bool has_run = engine->run != NULL && number == run_number(engine);

	out->run = has_run && (run_is_live(engine) || ended_will_do) ? engine->run : NULL;
	for (struct record *record = engine->records; record != NULL; record = record->next)
		if (is_live(record) && record->head.folder.number == number)
			out->record = record;
	return out->run != NULL || out->record != NULL;
}

static enum pl_status find(const struct pl_engine *engine, const struct pl_json *args,
			   bool ended_will_do, struct meant *out, struct pl_error *error)
{
	int64_t number = number_meant(args);
	size_t count;

	*out = (struct meant){.run = NULL};
	if (number != 0)
		return find_number(engine, number, ended_will_do, out)
			   ? PL_OK
			   : refuse_other(engine, number, error);
	if (run_is_live(engine)) {
		out->run = engine->run;
		return PL_OK;
	}
	count = recordings(engine, &out->record);
	if (count == 1)
		return PL_OK;
	out->record = NULL;
	if (count > 1)
		return say_which(engine, error);
	out->run = ended_will_do ? engine->run : NULL;
	return out->run != NULL ? PL_OK : refuse_other(engine, number, error);
}

enum pl_status run_meant(const struct pl_engine *engine, const struct pl_json *args,
			 struct meant *out, struct pl_error *error)
{
	return find(engine, args, false, out, error);
}

enum pl_status run_meant_or_last(const struct pl_engine *engine, const struct pl_json *args,
				 struct meant *out, struct pl_error *error)
{
	return find(engine, args, true, out, error);
}

enum pl_status records_leave(const struct pl_engine *engine, int device, struct pl_error *error)
{
	for (const struct record *record = engine->records; record != NULL; record = record->next)
		if (is_live(record) && record->recording.events_device == device)
			return pl_error_set(error, PL_ERR_RUN_ACTIVE,
					    engine->bench->devices[device].spec.name,
					    "run %u (recording %s, by %s) stores its events; stop "
					    "it with `plateau stop --run %u` first",
					    record->head.folder.number, record->recording.name,
					    record->head.actor, record->head.folder.number);
	return PL_OK;
}
