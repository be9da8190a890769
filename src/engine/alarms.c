/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alarms.c - readings beyond their limits: told, audited, and what becomes of the run.
 *
 * Every change of level is a line of the log, a row `alarm` in the audit of the bench and of the
 * run in progress, and is in the snapshots while it lasts. An alarm (not a warning) of a device
 * with on_alarm pauses the run at once, its point is taken again, or ends it with its settings put
 * back. A pause of ours ends by itself when all readings of such devices have been inside for
 * resume_after; a pause or resume by hand is not touched.
 *
 * What was beyond stays in the snapshots after it came back, until somebody acknowledged it: the
 * latch is ours, so that all views show the same. It holds the worst level since the last
 * acknowledgement; an acknowledged level that gets worse is a new one.
 */
#include "engine/internal.h"

#include "engine/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct alarm {
	const struct pl_limits *limits;
	const struct pl_device *device;
	enum limit_level level;
	enum limit_level latched; /* INSIDE: nothing to be acknowledged, and nothing is beyond */
	bool is_acked;		  /* somebody knows of what is latched */
	int64_t since_utc_ns;	  /* of the level */
	int64_t since_ns;
	unsigned acted_run; /* this run was paused or ended for it */
};

struct alarms {
	size_t count;
	unsigned paused_run; /* by us, and nobody took it in hand since; 0 = none */
	struct alarm items[];
};

bool alarms_make(struct pl_engine *engine)
{
	const struct pl_bench *bench = engine->bench;
	struct alarms *alarms;
	size_t count = 0;

	for (size_t i = 0; i < bench->device_count; i++)
		count += bench->devices[i].limit_count;
	alarms = calloc(1, sizeof(*alarms) + count * sizeof(alarms->items[0]));
	if (alarms == NULL)
		return false;
	for (size_t i = 0; i < bench->device_count; i++)
		for (size_t k = 0; k < bench->devices[i].limit_count; k++)
			alarms->items[alarms->count++] = (struct alarm){
			    .limits = &bench->devices[i].limits[k], .device = &bench->devices[i]};
	engine->alarms = alarms;
	return true;
}

/* ---- telling ---- */

static void audit(struct pl_engine *engine, const struct alarm *alarm, double value,
		  const char *text)
{
	const char *status = alarm->level == LIMIT_INSIDE ? "ok" : limit_level_name(alarm->level);
	struct pl_write message = {
	    .kind = PL_WRITE_AUDIT,
	    .book = PL_BOOK_BENCH,
	    .t_utc_ns = alarm->since_utc_ns,
	    .t_mono_ns = alarm->since_ns,
	    .audit = {.actor = "engine", .action = "alarm", .old_value = NAN, .new_value = value}};

	pl_text_copy(message.audit.target, sizeof(message.audit.target), alarm->limits->path);
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), text);
	if (pl_writer_put(engine->writer, &message) == 0)
		engine_log(engine, PL_LOG_ERROR, "the disk is behind: an alarm was not audited");
	message.book = PL_BOOK_RUN;
	if (run_takes_rows(engine))
		pl_writer_put(engine->writer, &message);
}

static void tell(struct pl_engine *engine, const struct alarm *alarm, double value)
{
	const char *unit = alarm->limits->parameter->unit, *space = unit[0] != '\0' ? " " : "";
	char number[PL_NUMBER_SIZE], bound[PL_NUMBER_SIZE], text[PL_RUN_TEXT_SIZE];
	enum pl_log_level how = PL_LOG_WARNING;

	pl_number_format(value, number);
	if (alarm->level == LIMIT_INSIDE) {
		snprintf(text, sizeof(text), "%s%s%s: inside its limits again", number, space,
			 unit);
		how = PL_LOG_INFO;
	} else {
		snprintf(text, sizeof(text), "%s%s%s: beyond %s, %s%s%s", number, space, unit,
			 limit_level_name(alarm->level),
			 pl_number_format(limit_bound(alarm->limits, alarm->level), bound), space,
			 unit);
		if (limit_is_alarm(alarm->level))
			how = PL_LOG_ERROR;
	}
	engine_log(engine, how, "%s%s at %s", limit_is_alarm(alarm->level) ? "alarm: " : "",
		   alarm->limits->path, text);
	audit(engine, alarm, value, text);
}

struct pl_json *part_alarms(const struct pl_engine *engine)
{
	const struct alarms *alarms = engine->alarms;
	struct pl_json *list = pl_json_array();

	for (size_t i = 0; i < alarms->count; i++) {
		const struct alarm *alarm = &alarms->items[i];
		struct pl_json *item;
		char since[PL_UTC_SIZE];

		if (alarm->latched == LIMIT_INSIDE)
			continue;
		item = pl_json_object();
		pl_clock_format_utc(alarm->since_utc_ns, since);
		pl_json_add_text(item, "path", alarm->limits->path);
		pl_json_add_text(item, "level", limit_level_name(alarm->level));
		pl_json_add_boolean(item, "alarm", limit_is_alarm(alarm->latched));
		pl_json_add_number(item, "limit", limit_bound(alarm->limits, alarm->latched));
		pl_json_add_text(item, "unit", alarm->limits->parameter->unit);
		pl_json_add_text(item, "since", since);
		pl_json_add_text(item, "latched", limit_level_name(alarm->latched));
		pl_json_add_boolean(item, "acked", alarm->is_acked);
		pl_json_add(list, NULL, item);
	}
	return list;
}

/* ---- the latch ---- */

static void latch(struct alarm *alarm)
{
	if (limit_is_worse(alarm->level, alarm->latched)) {
		alarm->latched = alarm->level;
		alarm->is_acked = false;
	} else if (alarm->is_acked) {
		alarm->latched = alarm->level;
	}
}

static void acknowledge(struct pl_engine *engine, struct alarm *alarm, const char *who)
{
	char text[PL_RUN_TEXT_SIZE];

	snprintf(text, sizeof(text), "%s%s", alarm->level == LIMIT_INSIDE ? "was " : "",
		 limit_level_name(alarm->latched));
	engine_log(engine, PL_LOG_INFO, "%s (%s) acknowledged by %s", alarm->limits->path, text,
		   who);
	engine_audit(engine, who, "ack", alarm->limits->path, "ok", text);
	alarm->latched = alarm->level;
	alarm->is_acked = true;
}

size_t alarms_ack(struct pl_engine *engine, const char *path, const char *who)
{
	struct alarms *alarms = engine->alarms;
	size_t count = 0;

	for (size_t i = 0; i < alarms->count; i++) {
		struct alarm *alarm = &alarms->items[i];

		if (alarm->latched == LIMIT_INSIDE || alarm->is_acked ||
		    (path != NULL && strcmp(path, alarm->limits->path) != 0))
			continue;
		acknowledge(engine, alarm, who);
		count++;
	}
	return count;
}

const struct pl_limits *alarms_limits(const struct pl_engine *engine, struct pl_target target)
{
	const struct alarms *alarms = engine->alarms;

	for (size_t i = 0; i < alarms->count; i++) {
		const struct pl_target *own = &alarms->items[i].limits->target;

		if (own->device == target.device && own->channel == target.channel &&
		    own->parameter == target.parameter)
			return alarms->items[i].limits;
	}
	return NULL;
}

/* ---- what becomes of the run ---- */

static void act(struct pl_engine *engine, struct alarm *alarm)
{
	bool stops = alarm->device->on_alarm == PL_ON_ALARM_STOP;
	char why[PL_REASON_SIZE];
	struct pl_error error;
	enum pl_status status;

	if (alarm->device->on_alarm == PL_ON_ALARM_NONE || !limit_is_alarm(alarm->level) ||
	    !run_is_live(engine) || alarm->acted_run == run_number(engine))
		return;
	snprintf(why, sizeof(why), "alarm: %.60s is beyond %s", alarm->limits->path,
		 limit_level_name(alarm->level));
	status = stops ? run_command(engine, PL_SCAN_STOP_NOW, &error)
		       : run_pause_because(engine, why, &error);
	if (status != PL_OK)
		return; /* it is not under way yet: the next reading finds it */
	alarm->acted_run = run_number(engine);
	if (!stops)
		engine->alarms->paused_run = run_number(engine);
	engine_log(engine, PL_LOG_ERROR, "run %u: %s by the alarm of %s", run_number(engine),
		   stops ? "stopped" : "paused", alarm->limits->path);
}

void alarms_read(struct pl_engine *engine, struct pl_target target,
		 const struct pl_reading *reading)
{
	struct alarms *alarms = engine->alarms;

	for (size_t i = 0; i < alarms->count; i++) {
		struct alarm *alarm = &alarms->items[i];
		const struct pl_target *own = &alarm->limits->target;
		double value = reading->quality == PL_QUALITY_OK ? reading->value.number : NAN;
		enum limit_level level = limit_level_of(alarm->limits, value, alarm->level);

		if (own->device != target.device || own->channel != target.channel ||
		    own->parameter != target.parameter)
			continue;
		if (level != alarm->level) {
			alarm->level = level;
			alarm->since_utc_ns = pl_clock_utc_ns();
			alarm->since_ns = pl_clock_mono_ns();
			alarm->acted_run = 0;
			latch(alarm);
			tell(engine, alarm, value);
		}
		act(engine, alarm);
	}
}

void alarms_taken_in_hand(struct pl_engine *engine)
{
	engine->alarms->paused_run = 0;
}

/* When a run that we paused goes on; PL_NEVER: not by itself, or not while it is as it is. */
int64_t alarms_next_time(const struct pl_engine *engine)
{
	const struct alarms *alarms = engine->alarms;
	int64_t when = INT64_MIN;

	if (alarms->paused_run == 0)
		return PL_NEVER;
	for (size_t i = 0; i < alarms->count; i++) {
		const struct alarm *alarm = &alarms->items[i];
		int64_t at = alarm->since_ns + alarm->device->resume_after_ns;

		if (alarm->device->on_alarm != PL_ON_ALARM_PAUSE || alarm->since_ns == 0)
			continue;
		if (alarm->device->resume_after_ns == 0 || alarm->level != LIMIT_INSIDE)
			return PL_NEVER;
		when = at > when ? at : when;
	}
	return when == INT64_MIN ? PL_NEVER : when;
}

void alarms_on_time(struct pl_engine *engine, int64_t now_ns)
{
	struct pl_error error;

	if (now_ns < alarms_next_time(engine))
		return;
	if (run_is_live(engine) && run_number(engine) == engine->alarms->paused_run &&
	    run_command(engine, PL_SCAN_RESUME, &error) == PL_OK)
		engine_log(engine, PL_LOG_INFO, "run %u: goes on, all readings are inside again",
			   run_number(engine));
	engine->alarms->paused_run = 0;
}
