/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_survey.c - settings.csv of a recording: what of its devices can be written and read,
 * before its first slot and behind its last. No tick waits for it.
 *
 * A device is left at its first question that gets no answer, or none in time: a port may be held
 * for long (a count, a window of events). One that a scan counts on, or whose events another
 * recording stores, is not asked at all. Engine thread.
 */
#include "engine/record.h"

#include "config/settable.h"

#include <math.h>

#define WITHIN_NS (3 * PL_NS_PER_S)
#define AGAIN_NS  (PL_NS_PER_S / 50)

static const struct pl_parameter *row_of(const struct record *record, struct pl_target target)
{
	const struct pl_device *device = &record->head.bench->devices[target.device];

	return &pl_device_rows(device, target.channel)[target.parameter];
}

static bool put(struct record *record, struct pl_write *message)
{
	message->book = record->book;
	message->t_utc_ns = pl_clock_utc_ns();
	message->t_mono_ns = pl_clock_mono_ns();
	return pl_writer_put(record->actor.engine->writer, message) != 0;
}

/* A row that finds no room waits for it. */
static void put_row(struct record *record)
{
	struct record_survey *survey = &record->survey;

	survey->has_row = !put(record, &survey->row);
	if (survey->has_row)
		record->actor.timer_ns = pl_clock_mono_ns() + AGAIN_NS;
}

/* A device that is not there, or cannot tell, is no news. */
static void say_unread(struct record *record, struct pl_target target, const char *why)
{
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .audit = {.actor = "engine",
					     .action = "note",
					     .old_value = NAN,
					     .new_value = NAN,
					     .detail = "not in settings.csv"}};

	pl_bench_path(record->head.bench, target, message.audit.target);
	pl_text_copy(message.audit.status, sizeof(message.audit.status), why);
	put(record, &message);
}

static bool is_free(const struct record *record, int device)
{
	const struct pl_engine *engine = record->actor.engine;

	if (!record_uses(record, (size_t)device) || engine->devices[device].phase != LIVE_UP)
		return false;
	if (run_is_live(engine) && engine->run->scan->device_index == device)
		return false;
	for (const struct record *other = engine->records; other != NULL; other = other->next)
		if (other != record && other->phase != RECORD_OVER &&
		    other->recording.events_device == device)
			return false;
	return true;
}

/* False: the bus has no room for it now. */
static bool ask(struct record *record)
{
	struct record_survey *survey = &record->survey;

	survey->request = (struct pl_bus_request){.verb = PL_BUS_READ, .target = survey->at};
	survey->is_asked = engine_post(record->actor.engine, &survey->request);
	survey->until_ns = pl_clock_mono_ns() + (survey->is_asked ? WITHIN_NS : AGAIN_NS);
	return survey->is_asked;
}

/* To the next question that can be asked. */
static void ask_next(struct record *record)
{
	struct record_survey *survey = &record->survey;
	const struct pl_bench *bench = record->head.bench;

	while (pl_settable_next(bench, &survey->at)) {
		if (!is_free(record, survey->at.device)) {
			pl_settable_leave(&survey->at);
			continue;
		}
		if (!ask(record))
			survey->at.parameter--; /* the same again */
		record->actor.timer_ns = survey->until_ns;
		return;
	}
	survey->is_over = true;
	record->actor.timer_ns = pl_clock_mono_ns();
}

void record_survey_begin(struct record *record, bool is_last)
{
	record->survey =
	    (struct record_survey){.is_begun = true, .is_last = is_last, .at = PL_SETTABLE_BEGIN};
	ask_next(record);
}

static void keep(struct record *record, const struct pl_bus_answer *answer)
{
	struct pl_write *row = &record->survey.row;

	*row = (struct pl_write){.kind = PL_WRITE_SETTING,
				 .setting = {.value = answer->reading.value,
					     .unit = row_of(record, answer->target)->unit}};
	pl_text_copy(row->setting.when, sizeof(row->setting.when),
		     record->survey.is_last ? "end" : "start");
	pl_bench_path(record->head.bench, answer->target, row->setting.path);
	put_row(record);
}

void record_survey_answer(struct record *record, const struct pl_bus_answer *answer)
{
	struct record_survey *survey = &record->survey;

	if (!survey->is_asked || answer->id != survey->request.id)
		return;
	survey->is_asked = false;
	if (answer->status == PL_OK && answer->reading.quality == PL_QUALITY_OK) {
		keep(record, answer);
	} else if (answer->status != PL_ERR_UNSUPPORTED) {
		if (answer->status != PL_OK)
			pl_settable_leave(&survey->at);
		if (answer->status != PL_ERR_LOST && answer->status != PL_ERR_CANCELLED)
			say_unread(record, answer->target,
				   answer->status == PL_OK ? "invalid"
							   : pl_status_name(answer->status));
	}
	if (!survey->has_row)
		ask_next(record);
}

void record_survey_timer(struct record *record)
{
	struct record_survey *survey = &record->survey;

	if (!survey->is_begun || survey->is_over)
		return;
	if (survey->has_row) {
		put_row(record);
		if (!survey->has_row)
			ask_next(record);
	} else if (pl_clock_mono_ns() >= survey->until_ns) {
		if (survey->is_asked) {
			record_survey_cancel(record);
			say_unread(record, survey->request.target, "busy");
			pl_settable_leave(&survey->at);
		}
		ask_next(record);
	}
}

void record_survey_cancel(struct record *record)
{
	struct record_survey *survey = &record->survey;

	if (!survey->is_asked)
		return;
	pl_bus_cancel(record->actor.engine->devices[survey->request.target.device].bus,
		      survey->request.id);
	survey->is_asked = false;
}
