/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_changes.c - what is not what it was when a run ended: bench file, --set values, program,
 * device. The stored plan holds all the same; whether to go on is for people to say.
 */
#include "engine/run_internal.h"

#include "plateau/profile.h"
#include "plateau/version.h"

#include <stdio.h>
#include <string.h>

static void differ(struct pl_text *out, const char *what, const char *then, const char *now)
{
	pl_text_add(out, "%s%s: %.60s then, %.60s now", out->length > 0 ? "; " : "", what,
		    then[0] != '\0' ? then : "none", now[0] != '\0' ? now : "none");
}

static const char *value_in(const struct pl_override *list, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].path, path) == 0)
			return list[i].value;
	return "";
}

static void differ_overrides(struct pl_text *out, const struct pl_run_record *then,
			     const struct pl_bench *now)
{
	for (size_t i = 0; i < now->override_count; i++) {
		const struct pl_override *set = &now->overrides[i];
		const char *other = value_in(then->overrides, then->override_count, set->path);

		if (strcmp(other, set->value) != 0)
			differ(out, set->path, other, set->value);
	}
	for (size_t i = 0; i < then->override_count; i++) {
		const struct pl_override *set = &then->overrides[i];
		bool is_of_run = strncmp(set->path, "scans.", 6) == 0 ||
				 strncmp(set->path, "recordings.", 11) == 0 ||
				 strncmp(set->path, "parameters.", 11) == 0;

		if (!is_of_run &&
		    value_in(now->overrides, now->override_count, set->path)[0] == '\0')
			differ(out, set->path, set->value, "");
	}
}

static void differ_device(struct pl_text *out, const char *name, const char *what, const char *then,
			  const char *now)
{
	char label[PL_NAME_SIZE + 32];

	snprintf(label, sizeof(label), "%s of %s", what, name);
	if (then[0] != '\0' && strcmp(then, now) != 0)
		differ(out, label, then, now);
}

/* The instruments as they are described now. */
static void differ_profiles(struct pl_text *out, const struct pl_run_record *then,
			    const struct pl_bench *now)
{
	for (size_t i = 0; i < then->device_count; i++) {
		const struct pl_run_device *device = &then->devices[i];
		const struct pl_device *other = pl_bench_device(now, device->name);
		const struct pl_profile *profile = other != NULL ? other->spec.profile : NULL;

		differ_device(out, device->name, "profile, SHA-256,", device->profile_sha256,
			      profile != NULL ? profile->sha256 : "");
	}
}

enum pl_status run_check_profiles(const struct pl_engine *engine, const struct run *run,
				  bool is_forced, struct pl_error *error)
{
	struct pl_text text = {0};
	enum pl_status status = PL_OK;

	differ_profiles(&text, run->record, engine->bench);
	if (text.length > 0 && !is_forced)
		status = pl_error_set(error, PL_ERR_CHANGED, run->record->name,
				      "%.270s; --force goes on", text.data);
	pl_text_free(&text);
	return status;
}

/* Whose device is open. Caller frees. */
static struct pl_text differences(const struct run *run)
{
	const struct pl_engine *engine = run->actor.engine;
	const struct pl_run_record *record = run->record;
	const struct pl_identity *now = &engine->devices[run->scan->device_index].identity;
	const struct pl_identity *then = &run->past->status.identity;
	const char *name = run->scan->device->spec.name;
	const char *version = record->resume_count > 0
				  ? record->resumes[record->resume_count - 1].version
				  : record->version;
	struct pl_text out = {0};

	if (strcmp(record->bench_sha256, engine->bench->sha256) != 0)
		differ(&out, "bench file, SHA-256", record->bench_sha256, engine->bench->sha256);
	differ_overrides(&out, record, engine->bench);
	differ_profiles(&out, record, engine->bench);
	if (strcmp(version, pl_version()) != 0)
		differ(&out, "plateau", version, pl_version());
	differ_device(&out, name, "model", then->model, now->model);
	differ_device(&out, name, "firmware", then->firmware, now->firmware);
	differ_device(&out, name, "serial number", then->serial, now->serial);
	differ_device(&out, name, "protocol", then->protocol, now->protocol);
	return out;
}

bool run_resume_check(struct run *run)
{
	struct pl_text text = differences(run);
	struct pl_error error;
	bool may_go_on = text.length == 0 || run->past->is_forced;

	run->past->is_checked = true;
	if (text.length > 0)
		engine_log(run->actor.engine, PL_LOG_WARNING, "run %u is not what it was: %s",
			   run->head.folder.number, text.data);
	if (!may_go_on) {
		pl_error_set(&error, PL_ERR_CHANGED, run->head.folder.name,
			     "%.270s; --force goes on", text.data);
		run_refuse(run, &error);
	}
	pl_text_free(&text);
	return may_go_on;
}
