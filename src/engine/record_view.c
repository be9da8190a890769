/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_view.c - recordings as views and `status` see them: each with its books, live; and the
 * result object.
 */
#include "engine/record.h"

#define RECORDINGS_ROOM (8u << 10)
#define NAMES_ROOM	(4u << 10)

#include <string.h>

void record_progress(const struct record *record, struct pl_record_progress *out)
{
	if (record->recorder != NULL && record->phase == RECORD_GOING) {
		pl_recorder_progress(record->recorder, out);
		return;
	}
	*out = (struct pl_record_progress){.status = record->status,
					   .phase = record->phase == RECORD_OPENING ? "open"
										    : "prepare"};
	if (record->phase == RECORD_BEGINNING || record->phase == RECORD_OPENING ||
	    record->phase == RECORD_SURVEYING)
		out->status.state = PL_RUN_PREPARING;
}

static void add_times(struct pl_json *out, const struct record *record,
		      const struct pl_record_progress *progress)
{
	int64_t now_ns = pl_clock_mono_ns(), started_ns = progress->status.started_mono_ns;
	bool is_going = record->phase == RECORD_GOING && started_ns > 0;

	pl_json_add_number(out, "elapsed_s",
			   is_going ? fmax(0, floor((double)(now_ns - started_ns) / 1e9)) : NAN);
	pl_json_add_number(out, "eta_s",
			   is_going && progress->ends_ns > 0
			       ? fmax(0, ceil((double)(progress->ends_ns - now_ns) / 1e9))
			       : NAN);
}

struct pl_json *record_json(const struct record *record)
{
	struct pl_record_progress progress;
	struct pl_json *out = pl_json_object();

	record_progress(record, &progress);
	pl_json_add_text(out, "kind", "recording");
	pl_json_add_integer(out, "run", record->head.folder.number);
	pl_json_add_text(out, "uid", record->head.folder.uid);
	pl_json_add_text(out, "path", record->head.folder.path);
	pl_json_add_text(out, "name", record->recording.name);
	pl_json_add_text(out, "actor", record->head.actor);
	pl_json_add_text(out, "state", pl_run_state_name(progress.status.state));
	pl_json_add_text(out, "phase", progress.phase);
	pl_json_add_text(out, "reason", progress.status.reason);
	pl_json_add_number(out, "rate_hz", record->recording.rate_hz);
	pl_json_add_integer(out, "planned", (int64_t)progress.planned);
	add_times(out, record, &progress);
	pl_json_add_number(out, "behind_s", round((double)progress.behind_ns / 1e8) / 10);
	pl_json_add_number(out, "queue", round(progress.fill * 100) / 100);
	pl_json_add_boolean(out, "disk_full", progress.is_full);
	pl_json_add_integer(out, "lost", (int64_t)progress.lost);
	pl_json_add(out, "books", pl_record_books_json(&progress.status.books));
	return out;
}

struct pl_json *record_result(const struct record *record)
{
	struct pl_run_status status = record->status;
	struct pl_json *result;
	bool is_refused = record->refusal.code != PL_OK;

	if (is_refused) { /* stopped before the first slot: nothing is left of it */
		status.state = PL_RUN_INTERRUPTED;
		status.success = true;
		status.exit = 3;
	}
	result = pl_run_result_json(&record->head, &status);
	if (is_refused) {
		pl_json_add_null(result, "path");
		pl_json_add(result, "files", pl_json_array());
	}
	pl_json_add(result, "callbacks", pl_json_array());
	return result;
}

/* ---- parts of a snapshot ---- */

/* The scan in few words: its own part has all of them. */
static struct pl_json *scan_json(struct pl_engine *engine)
{
	static const char *const texts[] = {"uid",   "path",  "name",  "actor",
					    "state", "phase", "reason"};
	struct pl_json *whole = run_snapshot(engine, pl_clock_mono_ns()), *out = pl_json_object();

	pl_json_add_text(out, "kind", "scan");
	pl_json_add_integer(out, "run", run_number(engine));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		pl_json_add_text(out, texts[i], pl_json_get_text(whole, texts[i], ""));
	pl_json_add_integer(out, "planned", pl_json_get_integer(whole, "planned", 0));
	pl_json_add_integer(out, "done", pl_json_get_integer(whole, "done", 0));
	pl_json_free(whole);
	return out;
}

struct pl_json *part_runs(struct pl_engine *engine, bool *is_cut)
{
	struct part_list list = {.items = pl_json_array(), .room = RECORDINGS_ROOM};

	if (run_is_live(engine) && !engine->run->was_refused)
		part_add(&list, scan_json(engine));
	for (const struct record *record = engine->records; record != NULL; record = record->next)
		if (record->phase != RECORD_OVER)
			part_add(&list, record_json(record));
	*is_cut |= list.is_cut;
	return list.items;
}

struct pl_json *part_recordings(const struct pl_engine *engine, bool *is_cut)
{
	struct pl_json *names = pl_json_array();
	size_t room = NAMES_ROOM;

	for (size_t i = 0; i < engine->bench->recording_count; i++) {
		const char *name = engine->bench->recordings[i].name;

		if (strlen(name) + 3 > room) {
			*is_cut = true;
			break;
		}
		room -= strlen(name) + 3;
		pl_json_add_text(names, NULL, name);
	}
	return names;
}
