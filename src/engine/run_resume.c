/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_resume.c - a run that was interrupted or whose owner died, taken up again.
 *
 * Its folder, its plan and its bench text go on; what has changed since is listed and wants a yes.
 * Nothing in the folder changes before the device is open and the list is answered: a refusal
 * leaves the run as it was.
 */
#include "engine/run_internal.h"

#include "plateau/version.h"
#include "store/begun.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what it was ---- */

static double restore_of(const struct run *run, struct pl_target target)
{
	const struct pl_run_record *record = run->record;
	char path[PL_PATH_SIZE];

	pl_bench_path(run->own_bench, target, path);
	for (size_t i = 0; i < record->restore_count; i++)
		if (strcmp(record->restore[i].path, path) == 0)
			return record->restore[i].value;
	return NAN;
}

static void recall_status(struct run *run)
{
	const struct pl_run_record *record = run->record;
	const struct pl_points_state *points = &run->past->points;
	struct pl_run_status *status = &run->past->status;
	struct pl_target targets[PL_CHANNELS_MAX];
	size_t count = pl_scan_settings(run->scan, targets);

	*status = (struct pl_run_status){
	    .state = record->state,
	    .started_utc_ns = record->started_utc_ns,
	    .started_mono_ns = record->started_mono_ns,
	    .planned = record->planned,
	    .done = points->finished,
	    .durable = points->finished,
	    .invalid = points->invalid,
	    .memory_writes = record->memory_writes,
	    .success = true,
	    .exit = -1,
	    .clock = record->clock,
	};
	run->clock = record->clock;
	if (record->device != NULL) {
		status->identity = record->device->identity;
		pl_text_copy(status->port, sizeof(status->port), record->device->port);
	}
	for (size_t c = 0; c < PL_CHANNELS_MAX; c++) {
		status->restore[c] = c < count ? restore_of(run, targets[c]) : NAN;
		status->channels[c] = record->channels[c];
	}
}

/* The owners so far, and now this process. */
static enum pl_status add_owner(struct run *run, const char *actor, struct pl_error *error)
{
	const struct pl_run_record *record = run->record;
	struct run_past *past = run->past;
	struct pl_run_resume *now;

	past->resumes = calloc(record->resume_count + 1, sizeof(*past->resumes));
	if (past->resumes == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (record->resume_count > 0)
		memcpy(past->resumes, record->resumes,
		       record->resume_count * sizeof(*past->resumes));
	now = &past->resumes[record->resume_count];
	now->pid = getpid();
	now->utc_ns = pl_clock_utc_ns();
	now->mono_ns = pl_clock_mono_ns();
	pl_clock_boot_id(now->boot_id);
	if (gethostname(now->host, sizeof(now->host) - 1) != 0)
		now->host[0] = '\0';
	pl_text_copy(now->version, sizeof(now->version), pl_version());
	pl_text_copy(now->actor, sizeof(now->actor), actor);
	run->head.resumes = past->resumes;
	run->head.resume_count = record->resume_count + 1;
	return PL_OK;
}

static void recall_head(struct run *run)
{
	const struct pl_run_record *record = run->record;
	struct pl_run_head *head = &run->head;

	pl_text_copy(head->label, sizeof(head->label), record->label);
	pl_text_copy(head->sample, sizeof(head->sample), record->sample);
	pl_text_copy(head->host, sizeof(head->host), record->host);
	pl_text_copy(head->version, sizeof(head->version), record->version);
	pl_text_copy(head->boot_id, sizeof(head->boot_id), record->boot_id);
	head->pid = record->pid;
	head->is_forced = record->is_forced;
	head->created_utc_ns = record->created_utc_ns;
	head->created_mono_ns = record->created_mono_ns;
	head->past = &run->past->status;
}

/* The views draw the whole curve, not only what comes from now on. */
static void recall_points(struct run *run)
{
	struct pl_points *points = NULL;
	struct pl_error error;
	bool is_there = true;

	if (pl_points_open(run->head.folder.dir, &points, &error) != PL_OK)
		return;
	while (pl_points_next(points, &is_there, &error) == PL_OK && is_there) {
		struct pl_point point;

		if (pl_points_is_repeated(points))
			continue;
		pl_points_point(points, &point);
		run_remember_point(run, &point);
	}
	pl_points_close(points);
}

static enum pl_status recall(const struct pl_engine *engine, struct run *run,
			     struct pl_error *error)
{
	struct pl_run_head *head = &run->head;
	struct run_past *past = run->past;
	enum pl_status status = run_read_record(run, head->folder.path, error);

	if (status == PL_OK)
		status = run_follow_record(engine, run, error);
	if (status != PL_OK)
		return status;
	status = pl_points_state_read(head->folder.dir, &past->points, error);
	if (status == PL_ERR_NOT_FOUND) /* its owner died before it had files */
		status = PL_OK;
	if (status == PL_OK)
		status = pl_begun_read(head->folder.dir, &past->begun_index, &past->begun_attempt,
				       error);
	return status == PL_ERR_NOT_FOUND ? PL_OK : status;
}

/* ---- the word ---- */

/* By the path of its folder, by its number, else the newest. */
static enum pl_status take_folder(struct pl_engine *engine, const struct pl_json *args,
				  struct run *run, struct pl_error *error)
{
	const struct pl_json *named = pl_json_get(args, "run");
	const char *path = pl_json_get_text(args, "path", "");
	struct pl_run_summary newest;
	char number[PL_NUMBER_SIZE];

	if (path[0] == '\0' && pl_json_is_string(named))
		path = pl_json_text(named, "");
	if (path[0] == '\0' && pl_json_is_number(named))
		path = pl_number_format(pl_json_number(named, 0), number);
	if (path[0] == '\0') {
		if (pl_runs_unfinished(engine->workspace.path, engine->bench->name, &newest,
				       error) != PL_OK)
			return error->code;
		path = newest.path;
	}
	return pl_run_folder_reopen(&engine->workspace, path, &run->head.folder, error);
}

static enum pl_status make(struct pl_engine *engine, const struct session *session,
			   const struct pl_json *args, struct run *run, struct pl_error *error)
{
	struct pl_run_head *head = &run->head;
	enum pl_status status;

	run->past = calloc(1, sizeof(*run->past));
	if (run->past == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (pl_json_size(pl_json_get(args, "set")) > 0)
		return pl_error_set(error, PL_ERR_USAGE, "--set",
				    "a run goes on with the values it began with");
	run->past->is_forced = pl_json_get_boolean(args, "force", false);
	status = take_folder(engine, args, run, error);
	if (status == PL_OK)
		status = recall(engine, run, error);
	if (status == PL_OK)
		status = run_find_operator(engine, args, head->operator_name,
					   sizeof(head->operator_name), error);
	if (status != PL_OK)
		return status;
	head->bench = run->own_bench;
	run_fill_head(run, session, args);
	recall_status(run);
	recall_head(run);
	recall_points(run);
	run_find_warnings(engine, head);
	status = records_leave(engine, run->scan->device_index, error);
	if (status != PL_OK)
		return status;
	run->status = run->past->status;
	return add_owner(run, head->actor, error);
}

static void say(struct pl_engine *engine, const struct run *run)
{
	const struct run_past *past = run->past;

	if (run->head.folder.stale_holder[0] != '\0')
		engine_log(engine, PL_LOG_WARNING, "run %u: its owner is gone (%s)",
			   run->head.folder.number, run->head.folder.stale_holder);
	engine_log(engine, PL_LOG_INFO, "run %u: scan %s goes on, %u of %u points are done, by %s",
		   run->head.folder.number, run->scan->name, past->points.finished,
		   past->status.planned, run->head.actor);
}

void run_begin_resume(struct pl_engine *engine, struct session *session, struct asker asker,
		      const struct pl_json *args)
{
	static const struct run_birth birth = {
	    .make = make, .undo = pl_run_folder_give_back, .say = say};

	run_begin(engine, session, asker, args, &birth);
}

void run_past_free(struct run_past *past)
{
	if (past == NULL)
		return;
	pl_points_state_fini(&past->points);
	free(past->resumes);
	free(past);
}
