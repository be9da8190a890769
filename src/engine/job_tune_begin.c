/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune_begin.c - what is to be tuned, and what it is before: nothing is moved that nobody knows
 * how to put back.
 */
#include "engine/job_tune.h"

#include <stdio.h>
#include <string.h>

#define SETTLE_S 0.1

/* ---- the beginning ---- */

static double configured(const struct tune *tune)
{
	const struct pl_target *target = &tune->match.target;
	const struct pl_bench *bench = tune->actor.engine->bench;

	return bench->devices[target->device].spec.channels[target->channel].threshold;
}

/* What the setting is, as far as anybody knows: an old debt, what is sure, what was confirmed last
 * in this workspace, what the bench file says. True when the device is sure to hold it. */
static bool find_before(struct tune *tune, const char **origin)
{
	const struct pl_engine *engine = tune->actor.engine;
	const struct live_row *row = live_row(engine, tune->match.target);
	bool is_sure = row != NULL && row->known.origin >= SETTING_CONFIRMED;

	tune->before = row != NULL ? row->known.value : NAN;
	*origin = is_sure ? "" : "it was last confirmed to be";
	tune->value = is_sure ? tune->before : NAN;
	for (size_t i = 0; i < engine->pending.count; i++) {
		if (strcmp(engine->pending.items[i].path, tune->match.path) != 0)
			continue;
		tune->before = engine->pending.items[i].value;
		*origin = "before something that was cut off it was";
		return false;
	}
	if (isnan(tune->before)) {
		tune->before = configured(tune);
		*origin = "the bench file says";
	}
	return is_sure;
}

static void refuse_unknown(struct tune *tune, const char *origin)
{
	struct pl_error error;

	if (isnan(tune->before))
		pl_error_set(&error, PL_ERR_NOT_FOUND, tune->match.path,
			     "nobody knows what it holds; say it first: plateau set %s=VALUE",
			     tune->match.path);
	else
		pl_error_set(&error, PL_ERR_CHANGED, tune->match.path,
			     "what the device holds is not known; %s %g, which would be written "
			     "first",
			     origin, tune->before);
	tune_fail(tune, &error);
}

/* False: it is over already. */
bool tune_begin(struct tune *tune)
{
	const char *origin;
	bool is_sure = find_before(tune, &origin);
	struct pl_error error;

	if (isnan(tune->before) || (!is_sure && !tune->is_assumed)) {
		refuse_unknown(tune, origin);
		return false;
	}
	tune->has_begun = true;
	engine_log(tune->actor.engine, PL_LOG_INFO, "%s is being tuned by %s, from %g",
		   tune->match.path, tune->who, tune->before);
	tune_tell_started(tune);
	if (!is_sure)
		tune_wish(tune, TUNE_FIRST, tune->before);
	if (tune->args_seek != NULL && tune_seek_begin(tune, tune->args_seek, &error) != PL_OK) {
		tune_fail(tune, &error);
		return false;
	}
	return true;
}

/* ---- the word ---- */

/* "det.top" is its threshold. */
enum pl_status tune_find_setting(struct tune *tune, const struct pl_bench *bench, const char *path,
				 struct pl_error *error)
{
	char whole[PL_PATH_SIZE];
	const char *dot = strchr(path, '.');
	size_t count = 0;
	enum pl_status status;
	const struct pl_device *device;

	snprintf(whole, sizeof(whole), "%s%s", path,
		 dot != NULL && strchr(dot + 1, '.') == NULL ? ".threshold" : "");
	status = pl_bench_resolve(bench, whole, &tune->match, 1, &count, error);
	if (status != PL_OK)
		return status;
	device = &bench->devices[tune->match.target.device];
	if (count != 1 || tune->match.target.channel < 0 || tune->match.parameter == NULL ||
	    !device->driver->has_events)
		return pl_error_set(error, PL_ERR_USAGE, path,
				    "is no channel of a detector: say for example det.top");
	if ((tune->match.parameter->access & PL_ACCESS_WRITE) == 0 ||
	    !(tune->match.parameter->step > 0) || tune->match.parameter->persistent)
		return pl_error_set(error, PL_ERR_USAGE, whole,
				    "cannot be tuned: it is no setting with steps, or every write "
				    "wears out a memory");
	return PL_OK;
}

enum pl_status tune_take_args(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	double settle_s = pl_json_get_number(args, "settle_s", SETTLE_S);
	struct pl_seek_setup unused;

	if (!(settle_s >= 0 && settle_s <= 60))
		return pl_error_set(error, PL_ERR_RANGE, "--settle",
				    "%g s is no time to settle; give 0 s to 60 s", settle_s);
	tune->settle_ns = (int64_t)(settle_s * 1e9);
	tune->is_assumed = pl_json_get_boolean(args, "assume", false);
	tune->is_headless = pl_json_get(args, "rate") != NULL;
	tune->keeps_found = pl_json_get_boolean(args, "yes", false);
	if (!tune->is_headless)
		return PL_OK;
	tune->args_seek = pl_json_copy(args);
	return tune_seek_check(tune, args, &unused, error);
}
