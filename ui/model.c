/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model.c - snapshots taken apart into plain structs, so that panels never see JSON.
 *
 * Whatever the engine sends, the result is well-formed: wrong types become missing values, long
 * texts are cut, lists are bounded by the line length of the protocol. One thread.
 */
#include "model.h"

#include "plateau/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pl_model *pl_model_new(void)
{
	struct pl_model *model = calloc(1, sizeof *model);

	if (!model)
		pl_out_of_memory();
	model->disk_free = NAN;
	return model;
}

void pl_model_free(struct pl_model *model)
{
	if (!model)
		return;
	free(model->scans);
	free(model->recordings);
	free(model->devices);
	free(model->readings);
	free(model->counters);
	free(model->books);
	free(model->trends);
	free(model->curve.points);
	free(model->under.points);
	free(model);
}

void pl_model_reconnected(struct pl_model *model)
{
	model->n = 0;
	model->log_count = 0;
	model->log_next = 0;
}

/* Room for as many zeroed items as the list has. */
static size_t renew(void **items, const struct pl_json *list, size_t size)
{
	size_t count = pl_json_size(list);

	free(*items);
	*items = calloc(count > 0 ? count : 1, size);
	if (!*items)
		pl_out_of_memory();
	return count;
}

#define TEXT(to, from, key) pl_text_copy((to), sizeof(to), pl_json_get_text((from), (key), ""))
#define NUMBER(from, key)   pl_json_get_number((from), (key), NAN)
#define INTEGER(from, key)  pl_json_get_integer((from), (key), 0)
#define HAS(from, key)	    (pl_json_get((from), (key)) != NULL)

static void take_bench(struct pl_model *model, const struct pl_json *bench)
{
	TEXT(model->bench, bench, "name");
	TEXT(model->file, bench, "file");
	TEXT(model->workspace, bench, "workspace");
	TEXT(model->log_file, bench, "log_file");
	TEXT(model->operator_name, bench, "operator");
	model->has_changed = pl_json_get_boolean(bench, "file_changed", false);
	model->is_simulated = pl_json_get_boolean(bench, "simulated", false);
	model->needs_operator = pl_json_get_boolean(bench, "operator_required", false);
	TEXT(model->driver, bench, "driver");
	model->views = INTEGER(bench, "views");
	model->pid = INTEGER(bench, "pid");
}

static void take_scans(struct pl_model *model, const struct pl_json *list)
{
	model->scan_count = renew((void **)&model->scans, list, sizeof *model->scans);
	for (size_t i = 0; i < model->scan_count; i++)
		pl_text_copy(model->scans[i], sizeof model->scans[i],
			     pl_json_text(pl_json_at(list, i), ""));
}

static void take_devices(struct pl_model *model, const struct pl_json *list)
{
	model->device_count = renew((void **)&model->devices, list, sizeof *model->devices);
	for (size_t i = 0; i < model->device_count; i++) {
		const struct pl_json *from = pl_json_at(list, i);
		struct pl_model_device *to = &model->devices[i];

		TEXT(to->name, from, "name");
		TEXT(to->driver, from, "driver");
		TEXT(to->state, from, "state");
		TEXT(to->path, from, "path");
		TEXT(to->model, from, "model");
		TEXT(to->firmware, from, "firmware");
		TEXT(to->serial, from, "serial");
		TEXT(to->protocol, from, "protocol");
		TEXT(to->text, from, "text");
		if (pl_json_get_boolean(from, "simulated", false))
			model->is_simulated = true;
		to->events = INTEGER(from, "events");
		to->strays = INTEGER(from, "strays");
		to->errors = INTEGER(from, "errors");
		to->retries = INTEGER(from, "retries");
		to->latency_ms = NUMBER(from, "latency_ms");
		to->occupancy = NUMBER(from, "occupancy");
		to->used_by = INTEGER(from, "used_by");
		to->retry_ns = INTEGER(from, "retry_ns");
	}
}

static struct pl_bounds bounds_of(const struct pl_json *limits)
{
	return (struct pl_bounds){.lolo = NUMBER(limits, "lolo"),
				  .low = NUMBER(limits, "low"),
				  .high = NUMBER(limits, "high"),
				  .hihi = NUMBER(limits, "hihi")};
}

static void take_readings(struct pl_model *model, const struct pl_json *list)
{
	model->reading_count = renew((void **)&model->readings, list, sizeof *model->readings);
	for (size_t i = 0; i < model->reading_count; i++) {
		const struct pl_json *from = pl_json_at(list, i);
		struct pl_model_reading *to = &model->readings[i];

		TEXT(to->path, from, "path");
		TEXT(to->unit, from, "unit");
		TEXT(to->quality, from, "quality");
		TEXT(to->reason, from, "reason");
		TEXT(to->text, from, "value");
		to->value = NUMBER(from, "value");
		to->lo = NUMBER(from, "lo");
		to->hi = NUMBER(from, "hi");
		to->age_s = NUMBER(from, "age_s");
		to->digits = (int)pl_json_get_integer(from, "digits", 2);
		to->bounds = bounds_of(pl_json_get(from, "limits"));
	}
}

static void take_counters(struct pl_model *model, const struct pl_json *list)
{
	model->counter_count = renew((void **)&model->counters, list, sizeof *model->counters);
	for (size_t i = 0; i < model->counter_count; i++) {
		const struct pl_json *from = pl_json_at(list, i);
		struct pl_model_counter *to = &model->counters[i];

		TEXT(to->name, from, "name");
		TEXT(to->text, from, "text");
		to->value = NUMBER(from, "value");
		to->per_s = NUMBER(from, "per_s");
	}
}

static void take_run_texts(struct pl_model_run *to, const struct pl_json *from)
{
	TEXT(to->uid, from, "uid");
	TEXT(to->path, from, "path");
	TEXT(to->name, from, "name");
	TEXT(to->state, from, "state");
	TEXT(to->phase, from, "phase");
	TEXT(to->reason, from, "reason");
	TEXT(to->device, from, "device");
	TEXT(to->channel, from, "channel");
	TEXT(to->parameter, from, "parameter");
	TEXT(to->unit, from, "unit");
}

static void take_run_more(struct pl_model_run *to, const struct pl_json *from)
{
	const struct pl_json *until = pl_json_get(from, "until");

	to->suspect = INTEGER(from, "suspect");
	to->saturated = INTEGER(from, "saturated");
	to->skipped = INTEGER(from, "skipped");
	to->voided = INTEGER(from, "voided");
	to->dead = INTEGER(from, "dead");
	to->together = INTEGER(from, "together");
	to->hits = INTEGER(from, "hits");
	to->hits_wanted = INTEGER(from, "hits_wanted");
	TEXT(to->until_path, until, "path");
	to->until_value = NUMBER(until, "value");
	to->until_target = NUMBER(until, "target");
	to->until_within = NUMBER(until, "within");
}

static void take_run(struct pl_model_run *to, const struct pl_json *from)
{
	*to = (struct pl_model_run){.is_there = pl_json_is_object(from)};
	take_run_texts(to, from);
	to->number = INTEGER(from, "run");
	to->is_over = pl_json_get_boolean(from, "over", false);
	to->exit = INTEGER(from, "exit");
	to->set = NUMBER(from, "set");
	to->next = NUMBER(from, "next");
	to->elapsed_s = NUMBER(from, "elapsed_s");
	to->eta_s = NUMBER(from, "eta_s");
	to->phase_s = NUMBER(from, "phase_s");
	to->phase_left_s = NUMBER(from, "phase_left_s");
	to->behind_s = NUMBER(from, "behind_s");
	to->position = INTEGER(from, "position");
	to->planned = INTEGER(from, "planned");
	to->done = INTEGER(from, "done");
	to->durable = INTEGER(from, "durable");
	to->invalid = INTEGER(from, "invalid");
	to->rows = INTEGER(from, "rows");
	to->attempt = INTEGER(from, "attempt");
	to->retries = INTEGER(from, "retries");
	take_run_more(to, from);
}

static void take_unfinished(struct pl_model_unfinished *to, const struct pl_json *from)
{
	*to = (struct pl_model_unfinished){.number = INTEGER(from, "run"),
					   .done = INTEGER(from, "done"),
					   .planned = INTEGER(from, "planned")};
	TEXT(to->name, from, "name");
	TEXT(to->state, from, "state");
}

static void take_owed(struct pl_model_owed *to, const struct pl_json *from)
{
	const struct pl_json *settings = pl_json_get(from, "settings"),
			     *first = pl_json_at(settings, 0);

	*to = (struct pl_model_owed){.number = INTEGER(from, "run"),
				     .count = pl_json_size(settings),
				     .value = NUMBER(first, "value")};
	TEXT(to->path, first, "path");
}

static void take_log(struct pl_model *model, const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *from = pl_json_at(list, i);
		struct pl_model_log *to = &model->log[model->log_next];

		to->n = INTEGER(from, "n");
		TEXT(to->t, from, "t");
		TEXT(to->level, from, "level");
		TEXT(to->text, from, "text");
		model->log_next = (model->log_next + 1) % PL_MODEL_LOG;
		if (model->log_count < PL_MODEL_LOG)
			model->log_count++;
	}
}

static void take_run_part(struct pl_model *model, const struct pl_json *snapshot)
{
	if (!HAS(snapshot, "run"))
		return;
	take_run(&model->run, pl_json_get(snapshot, "run"));
	if (strcmp(model->curve.uid, model->run.uid) != 0)
		pl_curve_clear(&model->curve, model->run.uid);
}

void pl_model_apply(struct pl_model *model, const struct pl_json *snapshot)
{
	model->n = INTEGER(snapshot, "n");
	if (HAS(snapshot, "role"))
		model->is_waiting = strcmp(pl_json_get_text(snapshot, "role", ""), "waits") == 0;
	if (HAS(snapshot, "bench"))
		take_bench(model, pl_json_get(snapshot, "bench"));
	if (HAS(snapshot, "scans"))
		take_scans(model, pl_json_get(snapshot, "scans"));
	if (HAS(snapshot, "recordings"))
		pl_model_take_recordings(model, pl_json_get(snapshot, "recordings"));
	if (HAS(snapshot, "runs"))
		pl_model_take_live(model, pl_json_get(snapshot, "runs"));
	if (HAS(snapshot, "devices"))
		take_devices(model, pl_json_get(snapshot, "devices"));
	if (HAS(snapshot, "readings"))
		take_readings(model, pl_json_get(snapshot, "readings"));
	if (HAS(snapshot, "counters"))
		take_counters(model, pl_json_get(snapshot, "counters"));
	if (HAS(snapshot, "log"))
		take_log(model, pl_json_get(snapshot, "log"));
	if (HAS(snapshot, "unfinished"))
		take_unfinished(&model->unfinished, pl_json_get(snapshot, "unfinished"));
	if (HAS(snapshot, "pending_restore"))
		take_owed(&model->owed, pl_json_get(snapshot, "pending_restore"));
	if (HAS(snapshot, "alarms"))
		pl_model_take_alarms(&model->alarms, pl_json_get(snapshot, "alarms"));
	if (HAS(snapshot, "ages"))
		pl_model_take_ages(model, pl_json_get(snapshot, "ages"));
	if (HAS(snapshot, "whys"))
		pl_model_take_whys(model, pl_json_get(snapshot, "whys"));
	if (HAS(snapshot, "disk"))
		model->disk_free = NUMBER(pl_json_get(snapshot, "disk"), "free_bytes");
	take_run_part(model, snapshot);
	pl_model_make_books(model);
}

const struct pl_model_log *pl_model_log_line(const struct pl_model *model, size_t i)
{
	size_t oldest = (model->log_next + PL_MODEL_LOG - model->log_count) % PL_MODEL_LOG;

	return &model->log[(oldest + i) % PL_MODEL_LOG];
}

bool pl_model_is_running(const struct pl_model *model)
{
	return model->run.is_there && !model->run.is_over;
}

bool pl_model_is_paused(const struct pl_model *model)
{
	return pl_model_is_running(model) && strcmp(model->run.state, "paused") == 0;
}

const struct pl_model_device *pl_model_lost(const struct pl_model *model, size_t *count)
{
	const struct pl_model_device *first = NULL;
	size_t lost = 0;

	for (size_t i = 0; i < model->device_count; i++) {
		if (strcmp(model->devices[i].state, "lost") != 0)
			continue;
		if (!first)
			first = &model->devices[i];
		lost++;
	}
	if (count)
		*count = lost;
	return first;
}
