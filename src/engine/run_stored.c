/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_stored.c - a stored run as the pattern of one that is to start: the bench, the scan and the
 * plan as they were then, from the run's own copies.
 *
 * Numbers of devices and channels mean the live engine's, so what the run needs of them must stand
 * there in the same places. Parameters are told by name: those of a profile may have moved since.
 */
#include "engine/run_internal.h"

#include "driver/registry.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum pl_status run_read_record(struct run *run, const char *path, struct pl_error *error)
{
	enum pl_status status;
	int folder;

	run->record = calloc(1, sizeof(*run->record));
	if (run->record == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	status = pl_dir_open(AT_FDCWD, path, true, &folder, error);
	if (status != PL_OK)
		return status;
	status = pl_run_read(folder, run->record, error);
	close(folder);
	if (status == PL_OK && strcmp(run->record->kind, "scan") != 0)
		status = pl_error_set(error, PL_ERR_UNSUPPORTED, path, "is no scan but a %s",
				      run->record->kind);
	return status;
}

/* ---- the bench as it was ---- */

static enum pl_status load_bench(const struct pl_engine *engine, struct run *run,
				 struct pl_error *error)
{
	const struct pl_run_record *record = run->record;
	char workspace[sizeof(engine->workspace.path)];
	struct pl_bench_request request = {
	    .file = record->bench_file,
	    .text = record->bench_text,
	    .text_size = strlen(record->bench_text),
	    .workspace = run_asked_workspace(engine->bench, workspace, sizeof(workspace)),
	    .overrides = record->overrides,
	    .override_count = record->override_count,
	    .simulate = engine->bench->simulated,
	    .drivers = pl_drivers(),
	};
	struct pl_stored_profile *profiles = calloc(record->device_count + 1, sizeof(*profiles));
	struct pl_problems problems = {0};
	enum pl_status status;

	if (profiles == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	request.profiles = profiles;
	request.profile_count = pl_run_record_profiles(record, profiles);
	status = pl_bench_load(&request, &run->own_bench, &problems, error);
	pl_problems_fini(&problems);
	free(profiles);
	if (status == PL_OK)
		status = run_find_scan(run->own_bench, record->scan, &run->scan, error);
	return status;
}

/* Where a name stands; -1 = nowhere. */
static int find_row(const struct pl_parameter *rows, const char *name)
{
	for (int i = 0; rows != NULL && rows[i].name != NULL; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

/* Also with another profile: what the old one had is there still. */
static bool has_rows(const struct pl_parameter *then, const struct pl_parameter *now)
{
	for (; then != NULL && then->name != NULL; then++)
		if (find_row(now, then->name) < 0)
			return false;
	return true;
}

static struct pl_target bind(const struct pl_bench *from, const struct pl_bench *to,
			     struct pl_target target)
{
	const struct pl_device *there = &from->devices[target.device];
	const struct pl_device *here = &to->devices[target.device];
	int row;

	if (from == to || target.parameter < 0 || there->spec.profile == NULL)
		return target; /* raw, or in a driver's own table */
	row = find_row(pl_device_rows(here, target.channel),
		       pl_device_rows(there, target.channel)[target.parameter].name);
	target.parameter = (int16_t)row;
	return target;
}

struct pl_target run_live_target(const struct run *run, struct pl_target own)
{
	struct pl_target live = bind(run->head.bench, run->actor.engine->bench, own);

	assert(live.parameter != -1 || own.parameter == -1); /* see has_rows */
	return live;
}

struct pl_target run_own_target(const struct run *run, struct pl_target live)
{
	return bind(run->actor.engine->bench, run->head.bench, live);
}

static bool is_same_device(const struct pl_device *then, const struct pl_device *now)
{
	bool is_same = strcmp(then->spec.name, now->spec.name) == 0 &&
		       then->driver == now->driver &&
		       then->spec.channel_count == now->spec.channel_count &&
		       then->coincidence_count == now->coincidence_count &&
		       has_rows(pl_device_rows(then, -1), pl_device_rows(now, -1)) &&
		       has_rows(pl_device_rows(then, 0), pl_device_rows(now, 0));

	for (size_t c = 0; is_same && c < then->spec.channel_count; c++)
		is_same = then->spec.channels[c].id == now->spec.channels[c].id &&
			  strcmp(then->spec.channels[c].name, now->spec.channels[c].name) == 0;
	for (size_t c = 0; is_same && c < then->coincidence_count; c++)
		is_same = then->coincidences[c].channels == now->coincidences[c].channels;
	return is_same;
}

static enum pl_status check_devices(const struct pl_engine *engine, const struct run *run,
				    struct pl_error *error)
{
	const struct pl_bench *then = run->own_bench, *now = engine->bench;

	for (size_t i = 0; i < then->device_count; i++)
		if (i >= now->device_count || !is_same_device(&then->devices[i], &now->devices[i]))
			return pl_error_set(
			    error, PL_ERR_CONFIG, now->file,
			    "the bench of run %s had the device %s (%zu channels) "
			    "as number %zu, with parameters that are not all there; it "
			    "is not so any more: the run cannot be followed, start "
			    "the scan anew",
			    run->record->name, then->devices[i].spec.name,
			    then->devices[i].spec.channel_count, i + 1);
	return PL_OK;
}

/* ---- the plan as it was ---- */

/* The stored list holds, its shuffle included; the scan's own rules only say how long it takes. */
static enum pl_status take_plan(struct run *run, struct pl_error *error)
{
	const struct pl_run_record *record = run->record;
	struct pl_planned *points = calloc(record->plan_count, sizeof(*points));

	if (points == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (pl_plan_build(run->own_bench, run->scan, record->seed, &run->plan, error) != PL_OK)
		run->plan = (struct pl_plan){.points = NULL};
	free(run->plan.points);
	memcpy(points, record->plan, record->plan_count * sizeof(*points));
	run->plan.points = points;
	run->plan.count = record->plan_count;
	run->plan.steps = points[record->plan_count - 1].index;
	run->plan.seed = record->seed;
	return PL_OK;
}

enum pl_status run_follow_record(const struct pl_engine *engine, struct run *run,
				 struct pl_error *error)
{
	enum pl_status status = load_bench(engine, run, error);

	if (status == PL_OK)
		status = check_devices(engine, run, error);
	if (status == PL_OK && run->record->plan_count == 0)
		status = pl_error_set(error, PL_ERR_CONFIG, run->record->name, "has no plan");
	return status == PL_OK ? take_plan(run, error) : status;
}
