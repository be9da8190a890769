/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_check.c - what is known of a run's surroundings before it has a folder: the room that its
 * files need, and what its user should know of them.
 */
#include "engine/run_internal.h"

#include "plateau/profile.h"
#include "record/recorder.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>

/* Bytes, rather too many, of a scan in which nothing goes wrong: a point's rows in points.csv (with
 * what the lines of a detector carry) and scan_results; its write (two rows of audit.csv, one of
 * threshold_operations.csv); its place in the plan, in run.yaml and in the one that replaces it;
 * and what each run has. */
#define ROW_SIZE     800
#define WRITE_SIZE   500
#define PLANNED_SIZE 32
#define BASE_SIZE    (256u << 10)

static uint64_t needed(const struct run *run)
{
	return BASE_SIZE + run->plan.count * (uint64_t)(ROW_SIZE + WRITE_SIZE + PLANNED_SIZE);
}

enum pl_status run_check_room(const struct pl_engine *engine, const struct run *run,
			      struct pl_error *error)
{
	uint64_t wanted = needed(run), there;
	struct pl_error ignored;

	/* A file system that does not tell is found full when it is. */
	if (pl_disk_free_bytes(engine->workspace.dir, &there, &ignored) != PL_OK || there >= wanted)
		return PL_OK;
	return pl_error_set(error, PL_ERR_FULL, engine->workspace.path,
			    "the scan needs up to %" PRIu64 " bytes, %" PRIu64
			    " are free: make room or choose another workspace",
			    wanted, there);
}

static void add_warning(struct pl_run_head *head, const char *text)
{
	if (head->warning_count < PL_RUN_WARNINGS)
		pl_text_copy(head->warnings[head->warning_count++], PL_RUN_TEXT_SIZE, text);
}

/* A run after a stored one keeps the profile of then; the device was opened with that of now. */
static void find_other_profiles(const struct pl_engine *engine, struct pl_run_head *head)
{
	char text[PL_RUN_TEXT_SIZE];

	for (size_t i = 0; i < head->bench->device_count; i++) {
		const struct pl_device_spec *spec = &head->bench->devices[i].spec;
		const struct pl_profile *live = engine->bench->devices[i].spec.profile;

		if (spec->profile == NULL || live == NULL ||
		    strcmp(spec->profile->sha256, live->sha256) == 0)
			continue;
		snprintf(text, sizeof(text),
			 "%s goes by another profile than the one kept here: SHA-256 %s",
			 spec->name, live->sha256);
		add_warning(head, text);
	}
}

void run_find_warnings(struct pl_engine *engine, struct pl_run_head *head)
{
	bench_look(engine);
	if (engine->workspace.is_network)
		add_warning(head, "the workspace is on a network file system: what survives a "
				  "power cut is not promised");
	if (engine->watch.is_other && head->past == NULL) /* a resumed run has its own copy */
		add_warning(head, "the bench file has changed since the engine read it: this run "
				  "is as it was read; end the engine to take the new one");
	find_other_profiles(engine, head);
}

enum pl_status run_check_wire(const struct run *run, const struct pl_json *args,
			      struct pl_error *error)
{
	if (pl_json_get_boolean(args, "force", false))
		return PL_OK;
	return pl_record_budget_beside(run->head.bench, run->scan, error);
}
