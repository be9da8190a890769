/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_start.c - the word `scan`: everything that can be refused is refused here, before a folder
 * is made; then the folder and the head that never changes.
 */
#include "engine/run_internal.h"

#include "driver/registry.h"
#include "plateau/profile.h"
#include "plateau/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Values for this run only may not move a device that is in use. */
static enum pl_status collect_overrides(const struct pl_engine *engine, const struct pl_json *set,
					struct pl_override *out, struct pl_error *error)
{
	size_t base = engine->bench->override_count;

	for (size_t i = 0; i < base; i++)
		out[i] = engine->bench->overrides[i];
	for (size_t i = 0; i < pl_json_size(set); i++) {
		const struct pl_json *item = pl_json_at(set, i);

		out[base + i].path = pl_json_get_text(item, "path", "");
		out[base + i].value = pl_json_get_text(item, "value", "");
		if (strncmp(out[base + i].path, "scans.", 6) != 0 &&
		    strncmp(out[base + i].path, "recordings.", 11) != 0 &&
		    strncmp(out[base + i].path, "parameters.", 11) != 0)
			return pl_error_set(error, PL_ERR_USAGE, out[base + i].path,
					    "cannot differ from the live engine's; end it first or "
					    "leave this out");
	}
	return PL_OK;
}

/* Device and scan numbers of another file would mean other things here. */
static enum pl_status check_same_file(const struct pl_engine *engine, const struct pl_bench *own,
				      struct pl_error *error)
{
	const struct pl_bench *read = engine->bench;
	const char *changed = strcmp(own->sha256, read->sha256) == 0 ? NULL : own->file;

	for (size_t i = 0; changed == NULL && i < own->device_count; i++) {
		const struct pl_profile *now = own->devices[i].spec.profile;

		if (now != NULL && strcmp(now->sha256, read->devices[i].spec.profile->sha256) != 0)
			changed = now->file;
	}
	if (changed == NULL)
		return PL_OK;
	return pl_error_set(error, PL_ERR_CONFIG, changed,
			    "has changed since the engine read it; end the engine first or leave "
			    "--set out, then the run goes as it was read");
}

/* --sim adds its own folder to what was asked for. */
const char *run_asked_workspace(const struct pl_bench *bench, char *out, size_t cap)
{
	static const char sim[] = "/sim";
	size_t length;

	pl_text_copy(out, cap, bench->workspace);
	length = strlen(out);
	if (bench->simulated && length > strlen(sim) &&
	    strcmp(out + length - strlen(sim), sim) == 0)
		out[length - strlen(sim)] = '\0';
	return out;
}

enum pl_status run_own_bench(const struct pl_engine *engine, const struct pl_json *set,
			     struct pl_bench **out, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	size_t count = bench->override_count + pl_json_size(set);
	struct pl_bench_request request = {.file = bench->file,
					   .override_count = count,
					   .simulate = bench->simulated,
					   .drivers = pl_drivers()};
	struct pl_problems problems = {0};
	struct pl_override *overrides;
	char workspace[sizeof(engine->workspace.path)];
	enum pl_status status;

	*out = NULL;
	if (pl_json_size(set) == 0)
		return PL_OK;
	overrides = calloc(count, sizeof(*overrides));
	if (overrides == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	request.overrides = overrides;
	request.workspace = run_asked_workspace(bench, workspace, sizeof(workspace));
	status = collect_overrides(engine, set, overrides, error);
	if (status == PL_OK) {
		status = pl_bench_load(&request, out, &problems, error);
		pl_problems_fini(&problems);
	}
	if (status == PL_OK)
		status = check_same_file(engine, *out, error);
	if (status != PL_OK) {
		pl_bench_free(*out);
		*out = NULL;
	}
	free(overrides);
	return status;
}

enum pl_status run_find_scan(const struct pl_bench *bench, const char *name,
			     const struct pl_scan **out, struct pl_error *error)
{
	const char *names[64] = {NULL};

	if (name[0] == '\0' && bench->scan_count == 1) {
		*out = &bench->scans[0];
		return PL_OK;
	}
	*out = pl_bench_scan(bench, name);
	if (*out != NULL)
		return PL_OK;
	for (size_t i = 0; i < bench->scan_count && i < 63; i++)
		names[i] = bench->scans[i].name;
	if (name[0] == '\0')
		return pl_error_set(error, PL_ERR_USAGE, bench->file,
				    "the bench has %zu scans: say which", bench->scan_count);
	if (pl_text_nearest(name, names) != NULL)
		return pl_error_set(error, PL_ERR_NOT_FOUND, bench->file,
				    "there is no scan `%s`; did you mean `%s`?", name,
				    pl_text_nearest(name, names));
	return pl_error_set(error, PL_ERR_NOT_FOUND, bench->file, "there is no scan `%s`", name);
}

enum pl_status run_find_operator(const struct pl_engine *engine, const struct pl_json *args,
				 char *out, size_t cap, struct pl_error *error)
{
	const char *name = pl_json_get_text(args, "operator", engine->options->operator_name);

	pl_text_copy(out, cap, name != NULL ? name : "");
	if (out[0] == '\0' && engine->bench->operator_required)
		return pl_error_set(
		    error, PL_ERR_USAGE, engine->bench->file,
		    "this bench wants to know who works on it: give --operator NAME "
		    "or set PLATEAU_OPERATOR");
	return PL_OK;
}

static void name_column(struct pl_column *column, const struct pl_device *device,
			const struct pl_parameter *parameter)
{
	snprintf(column->name, sizeof(column->name), "%s.%s", device->spec.name, parameter->name);
	column->unit = parameter->unit;
}

void run_head_fill(struct pl_run_head *head, const struct session *session,
		   const struct pl_json *args)
{
	head->is_forced = pl_json_get_boolean(args, "force", false);
	pl_text_copy(head->label, sizeof(head->label), pl_json_get_text(args, "label", ""));
	pl_text_copy(head->sample, sizeof(head->sample), pl_json_get_text(args, "sample", ""));
	snprintf(head->actor, sizeof(head->actor), "%.60s%s%.60s", head->operator_name,
		 head->operator_name[0] != '\0' ? " " : "", session->actor);
	if (gethostname(head->host, sizeof(head->host) - 1) != 0)
		head->host[0] = '\0';
	pl_text_copy(head->version, sizeof(head->version), pl_version());
	pl_clock_boot_id(head->boot_id);
	head->pid = getpid();
}

void run_fill_head(struct run *run, const struct session *session, const struct pl_json *args)
{
	struct pl_run_head *head = &run->head;
	const struct pl_parameter *rows = pl_device_rows(run->scan->device, -1);

	head->scan = run->scan;
	head->plan = run->plan.points;
	head->plan_count = run->plan.count;
	head->seed = run->plan.seed;
	run_head_fill(head, session, args);
	for (size_t i = 0; rows[i].name != NULL; i++)
		if (rows[i].kind == PL_KIND_CARRIED && head->carried_count < PL_CARRIED_MAX)
			name_column(&head->columns[head->carried_count++], run->scan->device,
				    &rows[i]);
	head->column_count = head->carried_count;
	for (size_t i = 0; i < run->scan->reading_count; i++) {
		struct pl_column *column = &head->columns[head->column_count++];

		pl_text_copy(column->name, sizeof(column->name), run->scan->readings[i].path);
		column->unit = run->scan->readings[i].parameter->unit;
	}
}

/* The scan and its plan, by the bench file. */
static enum pl_status by_name(const struct pl_engine *engine, const struct pl_json *args,
			      struct run *run, struct pl_error *error)
{
	const struct pl_bench *bench = engine->bench;
	enum pl_status status =
	    run_own_bench(engine, pl_json_get(args, "set"), &run->own_bench, error);

	if (run->own_bench != NULL)
		bench = run->own_bench;
	if (status == PL_OK)
		status =
		    run_find_scan(bench, pl_json_get_text(args, "name", ""), &run->scan, error);
	if (status == PL_OK)
		status =
		    pl_plan_build(bench, run->scan, pl_clock_utc_ns() / 1000, &run->plan, error);
	return status;
}

/* The scan and its plan, as a stored run had them. */
static enum pl_status by_example(const struct pl_engine *engine, const struct pl_json *args,
				 struct run *run, struct pl_error *error)
{
	enum pl_status status = run_read_record(run, pl_json_get_text(args, "like", ""), error);

	if (status == PL_OK && pl_json_size(pl_json_get(args, "set")) > 0)
		status = pl_error_set(error, PL_ERR_USAGE, "--like",
				      "takes every value from run %s: leave --set out",
				      run->record->name);
	if (status == PL_OK)
		status = run_follow_record(engine, run, error);
	if (status == PL_OK)
		status = run_check_profiles(engine, run, pl_json_get_boolean(args, "force", false),
					    error);
	return status;
}

/* A memory that writes wear out is written for somebody who said yes, or whose bench file does. */
enum pl_status run_check_memory(const struct run *run, const struct pl_json *args,
				struct pl_error *error)
{
	if (!pl_scan_axis(run->scan)->persistent || run->scan->memory != PL_MEMORY_ASK ||
	    pl_json_get_boolean(args, "yes", false))
		return PL_OK;
	return pl_error_set(error, PL_ERR_USAGE, run->scan->name,
			    "%s is kept in the device's own memory: at least %zu writes would wear "
			    "it out. --yes makes them; memory: volatile in the bench file uses the "
			    "device's switch to volatile writes, if its profile has one",
			    run->scan->set, (size_t)run->plan.steps + 1);
}

static enum pl_status make(struct pl_engine *engine, const struct session *session,
			   const struct pl_json *args, struct run *run, struct pl_error *error)
{
	struct pl_run_head *head = &run->head;
	bool has_example = pl_json_get_text(args, "like", "")[0] != '\0';
	enum pl_status status =
	    has_example ? by_example(engine, args, run, error) : by_name(engine, args, run, error);

	head->bench = run->own_bench != NULL ? run->own_bench : engine->bench;
	head->created_utc_ns = pl_clock_utc_ns();
	head->created_mono_ns = pl_clock_mono_ns();
	if (status == PL_OK)
		status = run_find_operator(engine, args, head->operator_name,
					   sizeof(head->operator_name), error);
	if (status == PL_OK)
		status = take_note(run->note, args, error);
	if (status == PL_OK)
		status = records_leave(engine, run->scan->device_index, error);
	if (status == PL_OK)
		status = run_check_memory(run, args, error);
	if (status == PL_OK)
		status = run_check_wire(run, args, error);
	if (status == PL_OK)
		status = pl_hook_check(&run->scan->before, error);
	if (status == PL_OK)
		status = pl_hook_check(&run->scan->after, error);
	if (status == PL_OK)
		status = run_check_room(engine, run, error);
	if (status == PL_OK)
		status = pl_run_folder_claim(&engine->workspace, head->created_utc_ns,
					     &head->folder, error);
	if (status == PL_OK) {
		run_fill_head(run, session, args);
		run_find_warnings(engine, head);
	}
	return status;
}

static void answer_started(struct pl_engine *engine, struct asker asker, const struct run *run,
			   bool follows)
{
	struct pl_json *body = pl_json_object(), *warnings = pl_json_array(), *event;

	pl_json_add_integer(body, "run", run->head.folder.number);
	pl_json_add_text(body, "uid", run->head.folder.uid);
	pl_json_add_text(body, "path", run->head.folder.path);
	pl_json_add_integer(body, "planned", run->plan.steps);
	pl_json_add_integer(body, "done", run->past != NULL ? run->past->points.finished : 0);
	pl_json_add_number(body, "duration_s", (double)run->plan.duration_ns / 1e9);
	for (size_t i = 0; i < run->head.warning_count; i++)
		pl_json_add_text(warnings, NULL, run->head.warnings[i]);
	pl_json_add(body, "warnings", warnings);
	if (!follows) {
		answer_ok(engine, asker, body);
		return;
	}
	event = pl_json_object();
	pl_json_add(event, "started", body);
	answer_event(engine, asker, event);
}

static void take_place(struct pl_engine *engine, struct run *run, struct asker asker, bool follows)
{
	actors_reap(engine); /* the last run may have ended in this very turn */
	run_free(engine);
	answer_started(engine, asker, run, follows);
	if (engine->pending.count > 0)
		engine_log(engine, PL_LOG_WARNING,
			   engine->pending.run > 0
			       ? "settings that run %u did not put back count as the previous ones"
			       : "what a tuning (run %u) did not put back counts as previous",
			   engine->pending.run);
}

void run_begin(struct pl_engine *engine, struct session *session, struct asker asker,
	       const struct pl_json *args, const struct run_birth *birth)
{
	bool follows = pl_json_get_boolean(args, "follow", false);
	struct run *run;
	struct pl_error error;
	enum pl_status status = engine_may_act(engine, session, &error);

	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		return;
	}
	run = calloc(1, sizeof(*run));
	if (run == NULL) {
		pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
		answer_error(engine, asker, &error);
		return;
	}
	run->head.folder = (struct pl_run_folder){.dir = -1, .lock = -1};
	status = birth->make(engine, session, args, run, &error);
	if (status == PL_OK && follows &&
	    !waiters_add(engine, &run->waiters, &(struct waiter){.asker = asker, .follows = true}))
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status != PL_OK) { /* the last run stays what the views show */
		answer_error(engine, asker, &error);
		birth->undo(&engine->workspace, &run->head.folder);
		run_discard(run);
		return;
	}
	take_place(engine, run, asker, follows);
	if (run->past == NULL)
		form_remember(engine, session, "scans", run->scan->name, args);
	birth->say(engine, run);
	run_start(engine, run, asker);
}

static void say(struct pl_engine *engine, const struct run *run)
{
	engine_log(engine, PL_LOG_INFO, "run %u: scan %s, %zu points, by %s",
		   run->head.folder.number, run->scan->name, run->plan.count, run->head.actor);
}

void run_begin_scan(struct pl_engine *engine, struct session *session, struct asker asker,
		    const struct pl_json *args)
{
	static const struct run_birth birth = {
	    .make = make, .undo = pl_run_folder_abandon, .say = say};

	run_begin(engine, session, asker, args, &birth);
}
