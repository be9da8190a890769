/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_fake.h - three devices on two buses, sinks and a writer that exist only in time, around
 * the real recorder: det alone on its port; oven and heater share another.
 */
#ifndef TEST_RECORD_FAKE_H
#define TEST_RECORD_FAKE_H

#include "record/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FAKE_START (1000 * PL_NS_PER_S)
#define FAKE_UTC   (INT64_C(1795000000) * PL_NS_PER_S)
#define FAKE_MOST  64

enum { DET, OVEN, HEATER };

struct fake_record {
	struct pl_device devices[3];
	struct pl_bench bench;
	struct pl_beside readings[4];
	struct pl_recording recording;
	struct pl_run_head head;
	struct pl_recorder *recorder;

	int64_t now_ns, timer_ns;
	bool is_up[3];
	bool is_full[3]; /* the queue of each bus, by its first device */
	struct pl_bus_request asked[FAKE_MOST];
	size_t asked_count;
	uint64_t cancelled[FAKE_MOST];
	size_t cancelled_count;
	uint64_t last_id;

	struct pl_write writes[FAKE_MOST];
	size_t write_count;
	uint64_t stored_events;

	struct pl_sinks_setup sinks_setup;
	struct pl_sinks_state sinks;
	enum pl_status sinks_refusal;
	bool sinks_are_slow;
	unsigned sinks_started, sinks_finished, sinks_abandoned, sinks_stopped;

	struct pl_run_status end;
	bool is_over;
	unsigned refused;
	struct pl_error refusal;
	char said[512];
};

static inline int64_t fake_mono(void *ctx)
{
	return ((struct fake_record *)ctx)->now_ns;
}

static inline int64_t fake_utc(void *ctx)
{
	return ((struct fake_record *)ctx)->now_ns + FAKE_UTC;
}

static inline int fake_bus_of(void *ctx, int device)
{
	return ((struct fake_record *)ctx)->devices[device].first_on_line;
}

static inline bool fake_is_up(void *ctx, int device)
{
	return ((struct fake_record *)ctx)->is_up[device];
}

static inline bool fake_has_room(void *ctx, int device)
{
	const struct fake_record *fake = ctx;

	return !fake->is_full[fake->devices[device].first_on_line];
}

static inline bool fake_ask(void *ctx, struct pl_bus_request *request)
{
	struct fake_record *fake = ctx;

	if (!fake_has_room(ctx, request->target.device))
		return false;
	assert_true(fake->asked_count < FAKE_MOST);
	request->id = ++fake->last_id;
	fake->asked[fake->asked_count++] = *request;
	return true;
}

static inline void fake_cancel(void *ctx, const struct pl_bus_request *request)
{
	struct fake_record *fake = ctx;

	fake->cancelled[fake->cancelled_count++] = request->id;
}

static inline uint64_t fake_write(void *ctx, const struct pl_write *message)
{
	struct fake_record *fake = ctx;

	assert_true(fake->write_count < FAKE_MOST);
	/* the terminal state is the last word */
	if (fake->write_count > 0)
		assert_int_not_equal(fake->writes[fake->write_count - 1].kind, PL_WRITE_END);
	fake->writes[fake->write_count++] = *message;
	return fake->write_count;
}

static inline void fake_events(void *ctx, const struct pl_bus_event *event)
{
	((struct fake_record *)ctx)->stored_events += event->events.count;
}

static inline bool fake_flush(void *ctx)
{
	(void)ctx;
	return true;
}

static inline void fake_timer(void *ctx, int64_t deadline_ns)
{
	((struct fake_record *)ctx)->timer_ns = deadline_ns;
}

static inline void fake_changed(void *ctx, enum pl_note_level level, const char *text)
{
	struct fake_record *fake = ctx;

	(void)level;
	pl_text_copy(fake->said, sizeof fake->said, text);
}

static inline enum pl_status fake_sinks_start(void *ctx, const struct pl_sinks_setup *setup,
					      struct pl_error *error)
{
	struct fake_record *fake = ctx;

	if (fake->sinks_refusal != PL_OK)
		return pl_error_set(error, fake->sinks_refusal, "readings.csv", "no room");
	fake->sinks_setup = *setup;
	fake->sinks_started++;
	return PL_OK;
}

static inline void fake_sinks_state(void *ctx, struct pl_sinks_state *out)
{
	*out = ((struct fake_record *)ctx)->sinks;
}

static inline void fake_sinks_finish(void *ctx)
{
	((struct fake_record *)ctx)->sinks_finished++;
}

static inline void fake_sinks_abandon(void *ctx)
{
	((struct fake_record *)ctx)->sinks_abandoned++;
}

static inline bool fake_sinks_done(void *ctx)
{
	return !((struct fake_record *)ctx)->sinks_are_slow;
}

static inline void fake_sinks_stop(void *ctx, struct pl_sinks_state *out)
{
	assert_true(fake_sinks_done(ctx)); /* or the engine would wait for a disk */
	((struct fake_record *)ctx)->sinks_stopped++;
	fake_sinks_state(ctx, out);
}

static inline void fake_refused(void *ctx, const struct pl_error *error)
{
	struct fake_record *fake = ctx;

	fake->refused++;
	fake->refusal = *error;
}

static inline void fake_over(void *ctx, const struct pl_run_status *status)
{
	struct fake_record *fake = ctx;

	assert_false(fake->is_over);
	fake->end = *status;
	fake->is_over = true;
}

static inline struct fake_record *fake_new(void)
{
	static const char *const names[] = {"det", "oven", "heater"};
	struct fake_record *fake = calloc(1, sizeof *fake);

	assert_non_null(fake);
	for (int i = 0; i < 3; i++) {
		pl_text_copy(fake->devices[i].spec.name, PL_NAME_SIZE, names[i]);
		fake->devices[i].first_on_line = i == HEATER ? OVEN : i;
		fake->is_up[i] = true;
	}
	for (int i = 0; i < 4; i++)
		fake->readings[i].target =
		    (struct pl_target){.device = (int16_t)(i < 2 ? DET : i - 1), .channel = -1};
	fake->bench = (struct pl_bench){.devices = fake->devices, .device_count = 3};
	fake->recording = (struct pl_recording){.name = "slow",
						.rate_hz = 10,
						.readings = fake->readings,
						.reading_count = 4,
						.events_device = -1,
						.reconnect = true};
	fake->head = (struct pl_run_head){.bench = &fake->bench, .recording = &fake->recording};
	fake->now_ns = FAKE_START;
	fake->sinks.is_ready = true;
	return fake;
}

static inline enum pl_status fake_begin(struct fake_record *fake, struct pl_error *error)
{
	const struct pl_record_io io = {.ctx = fake,
					.now_mono = fake_mono,
					.now_utc = fake_utc,
					.bus_of = fake_bus_of,
					.is_up = fake_is_up,
					.ask = fake_ask,
					.has_room = fake_has_room,
					.cancel = fake_cancel,
					.write = fake_write,
					.events = fake_events,
					.flush = fake_flush,
					.timer = fake_timer,
					.changed = fake_changed,
					.sinks_start = fake_sinks_start,
					.sinks_state = fake_sinks_state,
					.sinks_finish = fake_sinks_finish,
					.sinks_abandon = fake_sinks_abandon,
					.sinks_done = fake_sinks_done,
					.sinks_stop = fake_sinks_stop,
					.refused = fake_refused,
					.over = fake_over};
	enum pl_status status = pl_recorder_new(&fake->head, &io, NULL, &fake->recorder, error);

	return status == PL_OK ? pl_recorder_start(fake->recorder, error) : status;
}

static inline void fake_free(struct fake_record *fake)
{
	pl_recorder_free(fake->recorder);
	free(fake);
}

/* The timer rings. */
static inline void fake_turn(struct fake_record *fake, int64_t ns)
{
	fake->now_ns += ns;
	pl_recorder_on_timer(fake->recorder);
}

static inline void fake_answer(struct fake_record *fake, size_t which, enum pl_status status)
{
	struct pl_bus_answer answer = {.id = fake->asked[which].id,
				       .verb = fake->asked[which].verb,
				       .target = fake->asked[which].target,
				       .status = status};

	if (status != PL_OK)
		pl_error_set(&answer.error, status, "", "as the test wants it");
	pl_recorder_on_answer(fake->recorder, &answer);
}

static inline void fake_ack(struct fake_record *fake, size_t which, enum pl_status status)
{
	struct pl_write_ack ack = {
	    .seq = which + 1, .kind = fake->writes[which].kind, .status = status};

	if (status != PL_OK)
		pl_error_set(&ack.error, status, "run.yaml", "as the test wants it");
	pl_recorder_on_ack(fake->recorder, &ack);
}

/* What a bus told last. */
static inline void fake_books(struct fake_record *fake, size_t which,
			      const struct pl_tick_books *books)
{
	assert_true(pl_queue_push(fake->asked[which].record.books, books));
}

static inline void fake_events_come(struct fake_record *fake, size_t which, uint16_t count)
{
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_EVENTS,
				     .device = fake->asked[which].target.device};

	event.events.request = fake->asked[which].id;
	event.events.count = count;
	pl_recorder_on_device(fake->recorder, &event);
}

static inline void fake_state(struct fake_record *fake, int device, enum pl_bus_state state)
{
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_STATE, .device = (int16_t)device};

	event.state.state = state;
	pl_text_copy(event.state.text, sizeof event.state.text, "unplugged");
	fake->is_up[device] = state == PL_BUS_UP;
	pl_recorder_on_device(fake->recorder, &event);
}

static inline const struct pl_write *fake_last(const struct fake_record *fake)
{
	return &fake->writes[fake->write_count - 1];
}

static inline size_t fake_audits(const struct fake_record *fake, const char *action)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->write_count; i++)
		count += fake->writes[i].kind == PL_WRITE_AUDIT &&
			 strcmp(fake->writes[i].audit.action, action) == 0;
	return count;
}

#endif
