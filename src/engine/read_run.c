/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_run.c - the words `run`, one stored run with all that a screen shows of it, and `verify`.
 *
 * A run is told in parts, a step each: what it is, its notes, settings, plan, files and last audit
 * rows, then its points as they stand in the file, with the reasons for what was not counted.
 */
#include "engine/read_run_parts.h"
#include "engine/reader.h"

#include "store/verify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POINTS_A_STEP 100
#define REASONS_MAX   32

struct reason {
	char text[PL_REASON_SIZE];
	int64_t rows;
};

struct stored {
	char workspace[sizeof(((struct pl_workspace *)0)->path)], run[600];
	bool wants_points_only;
	size_t part;
	struct pl_listed_run listed;
	struct pl_run_record record;
	struct pl_points *points;
	int64_t rows;
	struct reason reasons[REASONS_MAX];
	size_t reason_count;
	int folder; /* -1 = not open yet */
};

static enum pl_status open_run(struct stored *stored, struct pl_error *error)
{
	enum pl_status status =
	    pl_runs_find(stored->workspace, stored->run, &stored->listed.run, error);

	if (status == PL_OK)
		status =
		    pl_dir_open(AT_FDCWD, stored->listed.run.path, false, &stored->folder, error);
	if (status == PL_OK)
		pl_listed_read_notes(&stored->listed);
	if (status == PL_OK)
		status = pl_run_read(stored->folder, &stored->record, error);
	return status;
}

/* ---- points ---- */

static void count_reason(struct stored *stored, const char *text)
{
	size_t i = 0;

	while (i < stored->reason_count && strcmp(stored->reasons[i].text, text) != 0)
		i++;
	if (text[0] == '\0' || i == REASONS_MAX)
		return;
	if (i == stored->reason_count)
		pl_text_copy(stored->reasons[stored->reason_count++].text, PL_REASON_SIZE, text);
	stored->reasons[i].rows++;
}

static struct pl_json *point_json(const struct pl_point *point)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_integer(out, "index", point->index);
	pl_json_add_integer(out, "attempt", point->attempt);
	pl_json_add_text(out, "channel", point->channel);
	pl_json_add_text(out, "quality", pl_point_quality_name(point->quality));
	pl_json_add_text(out, "pass", pl_pass_name(point->pass));
	pl_json_add_number(out, "set", point->set);
	if (point->has_counts) {
		pl_json_add_integer(out, "hits", (int64_t)point->hits);
		pl_json_add_number(out, "live_s", point->live_s);
		pl_json_add_number(out, "rate", point->rate);
		pl_json_add_number(out, "rate_lo", point->rate_lo);
		pl_json_add_number(out, "rate_hi", point->rate_hi);
	}
	return out;
}

/* A recording has no points, and a run that never began has no file of them. */
static enum pl_status open_points(struct stored *stored, struct pl_error *error)
{
	enum pl_status status;

	if (pl_run_record_is_recording(&stored->record))
		return PL_OK;
	status = pl_points_open(stored->folder, &stored->points, error);
	return status == PL_ERR_NOT_FOUND ? PL_OK : status;
}

static enum pl_status step_points(struct stored *stored, struct reading_line *out,
				  struct pl_error *error)
{
	struct pl_json *part = pl_json_array();
	struct pl_point *point = calloc(1, sizeof(*point)); /* large */
	enum pl_status status = PL_OK;
	bool is_there = stored->points != NULL && point != NULL;

	for (int i = 0; is_there && i < POINTS_A_STEP; i++) {
		status = pl_points_next(stored->points, &is_there, error);
		if (status != PL_OK || !is_there)
			break;
		if (pl_points_is_repeated(stored->points))
			continue;
		pl_points_point(stored->points, point);
		count_reason(stored, point->reason);
		pl_json_add(part, NULL, point_json(point));
		stored->rows++;
	}
	free(point);
	out->event = pl_json_object();
	pl_json_add(out->event, "part", part);
	out->is_last = !is_there;
	return status;
}

static struct pl_json *end_json(const struct stored *stored)
{
	struct pl_json *result = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < stored->reason_count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "reason", stored->reasons[i].text);
		pl_json_add_integer(item, "rows", stored->reasons[i].rows);
		pl_json_add(list, NULL, item);
	}
	pl_json_add_integer(result, "rows", stored->rows);
	pl_json_add_text(result, "uid", stored->record.uid);
	pl_json_add(result, "reasons", list);
	return result;
}

/* ---- the parts before them ---- */

static struct pl_json *about(const struct stored *stored)
{
	return read_about(&stored->listed, &stored->record);
}

static struct pl_json *notes(const struct stored *stored)
{
	return read_notes(&stored->listed.notes);
}

static struct pl_json *settings(const struct stored *stored)
{
	return read_settings(stored->folder);
}

static struct pl_json *plan(const struct stored *stored)
{
	return read_plan(&stored->record);
}

static struct pl_json *files(const struct stored *stored)
{
	return read_files(stored->folder);
}

static struct pl_json *audit(const struct stored *stored)
{
	return read_audit(stored->folder);
}

static const struct {
	const char *key;
	struct pl_json *(*make)(const struct stored *stored);
} parts[] = {{"about", about}, {"notes", notes}, {"settings", settings},
	     {"plan", plan},   {"files", files}, {"audit", audit}};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static enum pl_status step(void *own, struct reading_line *out, struct pl_error *error)
{
	struct stored *stored = own;
	enum pl_status status = PL_OK;

	if (stored->folder < 0)
		status = open_run(stored, error);
	if (status == PL_OK && stored->part == 0)
		status = open_points(stored, error);
	if (status != PL_OK)
		return status;
	if (stored->part < PARTS) {
		out->event = pl_json_object();
		pl_json_add(out->event, parts[stored->part].key, parts[stored->part].make(stored));
		stored->part = stored->wants_points_only ? PARTS : stored->part + 1;
		return PL_OK;
	}
	status = step_points(stored, out, error);
	if (out->is_last)
		out->result = end_json(stored);
	return status;
}

static void release(void *own)
{
	struct stored *stored = own;

	pl_points_close(stored->points);
	pl_notes_fini(&stored->listed.notes);
	pl_run_record_fini(&stored->record);
	if (stored->folder >= 0)
		close(stored->folder);
	free(stored);
}

static const struct reading_ops run_ops = {.name = "run", .step = step, .free = release};

static struct stored *stored_new(const struct request *request)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	if (stored == NULL)
		pl_out_of_memory(); /* small */
	stored->folder = -1;
	pl_text_copy(stored->workspace, sizeof(stored->workspace), request->engine->workspace.path);
	pl_text_copy(stored->run, sizeof(stored->run),
		     pl_json_get_text(request->args, "run", "last"));
	stored->wants_points_only = pl_json_get_boolean(request->args, "points", false);
	return stored;
}

void read_run(const struct request *request)
{
	reading_start(request->engine, request->asker, &run_ops, stored_new(request));
}

/* ---- verify ---- */

static enum pl_status verify_step(void *own, struct reading_line *out, struct pl_error *error)
{
	struct stored *stored = own;
	struct pl_verdict *verdict = calloc(1, sizeof(*verdict));
	enum pl_status status =
	    pl_runs_find(stored->workspace, stored->run, &stored->listed.run, error);

	if (verdict == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = pl_verify_run(stored->listed.run.path, verdict, error);
	if (status == PL_OK)
		out->result = pl_verdict_json(&stored->listed.run, verdict);
	out->is_last = true;
	free(verdict);
	return status;
}

static const struct reading_ops verify_ops = {
    .name = "verify", .step = verify_step, .free = release};

void read_verify(const struct request *request)
{
	reading_start(request->engine, request->asker, &verify_ops, stored_new(request));
}
