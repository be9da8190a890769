/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan_fake.h - a bench that exists only in time: a detector, its bus and the writer's disk, played
 * one happening after the other under a clock of their own, around the real runner.
 *
 * Tests say what goes wrong (the hooks in struct fake); the fake checks at every happening what
 * must hold in every run: no write before its audit row `sent` is on disk, one request at a time,
 * no window while a row is under way or while the detector does not hold what the plan says, no
 * counts in a row whose setting was not confirmed, no index measured twice. Counts tell where they
 * come from: hits = 1000 · setting + channel.
 */
#ifndef TEST_SCAN_FAKE_H
#define TEST_SCAN_FAKE_H

#include "scan_bench.h"

#include "scan/runner.h"
#include "store/begun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FAKE_STEPS   20000
#define FAKE_START   (1000 * PL_NS_PER_S)
#define FAKE_WRITE   (5 * PL_NS_PER_MS)
#define FAKE_DISK    PL_NS_PER_MS
#define FAKE_TROUBLE "as the test wants it"

struct fake;

/* What is left of a message once it was given to the writer. */
struct fake_row {
	enum pl_write_kind kind;
	enum pl_book book;
	enum pl_status status; /* of its acknowledgement; of a point's rows, that of the last */
	bool is_acked, has_more;
	union {
		struct pl_point point;
		struct pl_audit_entry audit;
		struct pl_operation operation;
		struct pl_pending pending;
		struct pl_setting setting;
		struct {
			enum pl_run_state state;
			int exit;
		} status_of;
	};
};

struct fake {
	struct scan_bench bench;
	struct pl_plan plan;
	struct pl_run_head head;
	struct pl_runner *runner;
	struct pl_run_status end;
	bool is_over;
	int64_t now_ns, timer_ns;

	/* the detector */
	double held[3];
	bool is_up;
	bool reads_back;
	bool is_mute;	      /* reads are not answered */
	bool reads_late;      /* once counted, reads are answered with what was held before */
	bool window_is_true;  /* since the count under way began */
	bool window_was_true; /* of the last answered one */

	/* an oven beside it, when fake_add_oven was called */
	struct pl_device devices[2];
	struct pl_parameter oven_rows[4];
	struct pl_driver oven_driver;
	double oven_set;
	double oven_memory; /* its switch: 106 every write goes into the memory, 59 none does */
	uint32_t oven_worn; /* writes that went into it */
	bool oven_is_up;
	double (*oven_value)(struct fake *fake); /* NULL: it is at oven_set at once */
	int64_t oven_since_ns;			 /* its last write */
	uint32_t oven_writes, oven_reads;

	/* the bus */
	struct pl_bus_request beside; /* of the oven, while a window is open */
	bool is_beside_asked;
	int64_t beside_ns;
	struct pl_bus_request request;
	bool is_forced;
	bool is_asked, is_cancelled;
	int64_t answer_ns;
	uint64_t last_id;

	/* the writer */
	struct fake_row *log;
	size_t log_count, log_room, ack_next; /* rows before ack_next are acknowledged */
	uint32_t rows;
	int64_t acked_ns;
	bool knows_durable;
	uint32_t durable;
	int64_t behind_ns;

	/* hooks: what is to go wrong */
	enum pl_status (*on_write)(struct fake *fake, int channel, double value);
	enum pl_status (*on_row)(struct fake *fake, const struct fake_row *row);
	bool (*has_room)(struct fake *fake); /* of both queues */
	void (*before_step)(struct fake *fake, size_t step);
	void (*spoil)(struct fake *fake, struct pl_count *count);
	void (*on_wake)(struct fake *fake); /* at wake_ns */
	int64_t wake_ns;
	bool is_old_story; /* the request under way is answered `lost`, though the device is back */
	uint64_t random;
	int knob[4]; /* of the test */

	size_t step, points_told, settings_kept;
	uint32_t writes, counts, reads;
	char said[256]; /* last words */
	struct pl_text all_said;
};

static inline uint64_t fake_random(struct fake *fake, uint64_t n)
{
	fake->random = fake->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (fake->random >> 33) % n;
}

/* ---- what the runner calls ---- */

static inline int64_t fake_mono(void *ctx)
{
	return ((struct fake *)ctx)->now_ns;
}

static inline int64_t fake_utc(void *ctx)
{
	return ((struct fake *)ctx)->now_ns + INT64_C(1795000000) * PL_NS_PER_S;
}

/* The newest row `sent` is this write's, and it is on disk; only a restore does not wait for a disk
 * that fails. */
static inline void fake_check_sent(const struct fake *fake)
{
	const struct fake_row *row = &fake->log[fake->log_count];
	char path[PL_PATH_SIZE];

	do
		assert_true(row-- > fake->log);
	while (row->kind != PL_WRITE_AUDIT || strcmp(row->audit.status, "sent") != 0);
	assert_true(row->is_acked);
	assert_true(row->status == PL_OK || strcmp(row->audit.action, "restore") == 0);
	assert_true(row->audit.new_value == fake->request.value);
	assert_string_equal(row->audit.target,
			    pl_bench_path(&fake->bench.bench, fake->request.target, path));
}

/* The index of the attempt that was begun last, as the audit log tells. */
static inline uint32_t fake_begun(const struct fake *fake)
{
	uint32_t index = 0, attempt;

	for (size_t i = fake->log_count; i-- > 0 && index == 0;)
		if (fake->log[i].kind == PL_WRITE_AUDIT &&
		    strcmp(fake->log[i].audit.status, "sent") == 0)
			pl_begun_parse(fake->log[i].audit.detail, &index, &attempt);
	return index;
}

/* What a channel is to hold while this index is measured; NaN = that does not matter. */
static inline double fake_planned(const struct fake *fake, uint32_t index, int channel)
{
	for (size_t i = 0; i < fake->plan.count; i++)
		if (fake->plan.points[i].index == index && fake->plan.points[i].channel == channel)
			return fake->plan.points[i].set;
	return fake->bench.scan.axis_kind == PL_AXIS_ONE ? NAN : fake->bench.scan.suppress;
}

static inline bool fake_holds_plan(const struct fake *fake)
{
	uint32_t index = fake_begun(fake);
	struct pl_scan_progress progress;

	pl_runner_progress(fake->runner, &progress);
	for (int c = 0; c < (int)fake->bench.device.spec.channel_count; c++) {
		double planned = fake_planned(fake, index, c);

		/* A channel that was given up is suppressed while others go on. */
		if (progress.status.channels[c].error[0] &&
		    fake->held[c] == fake->bench.scan.suppress)
			continue;
		if (!isnan(planned) && fake->held[c] != planned)
			return false;
	}
	if (fake->bench.scan.axis_kind == PL_AXIS_ONE)
		return fake->oven_set == fake_planned(fake, index, -1);
	return true;
}

static inline void fake_check_window(struct fake *fake)
{
	for (size_t i = fake->ack_next; i < fake->log_count; i++)
		assert_int_not_equal(fake->log[i].kind, PL_WRITE_POINT);
	assert_true(fake_holds_plan(fake));
	fake->window_is_true = true;
}

static inline bool fake_ask(void *ctx, struct pl_bus_request *request)
{
	struct fake *fake = ctx;

	request->id = ++fake->last_id;
	if (fake->has_room && !fake->has_room(fake))
		return false;
	if (fake->is_asked && fake->request.verb == PL_BUS_COUNT && request->target.device == 1) {
		assert_int_equal(request->verb, PL_BUS_READ);
		assert_false(fake->is_beside_asked); /* one question at a time */
		fake->beside = *request;
		fake->is_beside_asked = true;
		fake->beside_ns = fake->now_ns + FAKE_WRITE;
		return true;
	}
	assert_false(fake->is_asked);
	fake->request = *request;
	fake->is_asked = true;
	fake->is_cancelled = false;
	fake->answer_ns = fake->now_ns + FAKE_WRITE;
	if (request->verb == PL_BUS_WRITE) {
		fake->writes++;
		fake_check_sent(fake);
	} else if (request->verb == PL_BUS_READ) {
		fake->reads++;
	} else {
		assert_int_equal(request->verb, PL_BUS_COUNT);
		fake->counts++;
		fake_check_window(fake);
		fake->answer_ns =
		    fake->now_ns + request->window.discard_ns + request->window.dwell.time_ns;
	}
	return true;
}

static inline void fake_cancel(void *ctx, const struct pl_bus_request *request)
{
	struct fake *fake = ctx;

	if (!fake->is_asked || fake->request.id != request->id)
		return;
	fake->is_cancelled = true;
	fake->answer_ns = fake->now_ns;
}

/* A row with counts: its setting was confirmed and held through the whole window. */
static inline void fake_check_row(const struct fake *fake, const struct pl_point *point)
{
	if (!point->has_counts && point->channel_id == 0 && strchr(point->channel, '.')) {
		assert_int_equal(point->hits, 0); /* a reading */
		return;
	}
	if (!point->has_counts) {
		assert_true(isnan(point->rate) && isnan(point->rate_lo) && isnan(point->rate_hi));
		assert_true(isnan(point->rate_corrected));
		assert_int_equal(point->hits, 0);
		assert_int_equal(point->events, 0);
		assert_false(pl_point_is_valid(point->quality));
		return;
	}
	assert_true(fake->window_was_true);
	assert_true(pl_point_is_valid(point->quality));
	if (point->channel_id == 0 || fake->bench.scan.axis_kind == PL_AXIS_ONE)
		return;
	assert_true(point->applied == point->set);
	assert_true(point->readback == point->set);
	assert_true(point->hits ==
		    (uint64_t)(1000 * point->set) + (uint64_t)(point->channel_id - 1));
}

static inline struct fake_row *fake_next_row(struct fake *fake)
{
	if (fake->log_count == fake->log_room) {
		fake->log_room = fake->log_room > 0 ? 2 * fake->log_room : 128;
		fake->log = realloc(fake->log, fake->log_room * sizeof(*fake->log));
		assert_non_null(fake->log);
	}
	return &fake->log[fake->log_count++];
}

static inline uint64_t fake_write(void *ctx, const struct pl_write *message)
{
	struct fake *fake = ctx;
	struct fake_row *row;

	if (fake->has_room && !fake->has_room(fake))
		return 0;
	row = fake_next_row(fake);
	*row = (struct fake_row){.kind = message->kind,
				 .book = message->book,
				 .status = PL_STATUS_COUNT,
				 .has_more = message->kind == PL_WRITE_POINT && message->has_more};
	switch (message->kind) {
	case PL_WRITE_POINT:
		row->point = message->point;
		fake_check_row(fake, &row->point);
		break;
	case PL_WRITE_AUDIT:
		row->audit = message->audit;
		break;
	case PL_WRITE_OPERATION:
		row->operation = message->operation;
		break;
	case PL_WRITE_SETTING:
		row->setting = message->setting;
		break;
	case PL_WRITE_PENDING:
		row->pending = message->pending;
		break;
	default:
		row->status_of.state = message->status.state;
		row->status_of.exit = message->status.exit;
		break;
	}
	if (fake->ack_next + 1 == fake->log_count)
		fake->acked_ns = fake->now_ns;
	return fake->log_count;
}

static inline void fake_timer(void *ctx, int64_t deadline_ns)
{
	((struct fake *)ctx)->timer_ns = deadline_ns;
}

static inline void fake_point(void *ctx, const struct pl_point *point)
{
	struct fake *fake = ctx;

	fake->points_told++;
	assert_int_equal(point->point, fake->points_told);
}

static inline void fake_changed(void *ctx, enum pl_note_level level, const char *text)
{
	struct fake *fake = ctx;

	(void)level;
	pl_text_copy(fake->said, sizeof(fake->said), text);
	pl_text_add(&fake->all_said, "%s\n", text);
}

static inline void fake_setting(void *ctx, struct pl_target target, double value, bool keep)
{
	struct fake *fake = ctx;

	if (!isnan(value) && fake->is_up && target.device == 0)
		assert_true(fake->held[target.channel] == value || fake->knob[3] != 0);
	fake->settings_kept += keep;
}

static inline uint32_t fake_durable(void *ctx, int64_t *behind_ns)
{
	const struct fake *fake = ctx;

	*behind_ns = fake->behind_ns;
	return fake->knows_durable ? fake->durable : fake->rows;
}

static inline void fake_over(void *ctx, const struct pl_run_status *status)
{
	struct fake *fake = ctx;

	assert_false(fake->is_over);
	fake->is_over = true;
	fake->end = *status;
}

/* ---- what happens to the runner ---- */

static inline void fake_tell(struct fake *fake, enum pl_bus_event_kind kind,
			     enum pl_bus_state state)
{
	struct pl_bus_event event = {.kind = kind, .t_mono_ns = fake->now_ns};

	if (kind == PL_BUS_EVENT_STATE) {
		event.state.state = state;
		pl_text_copy(event.state.text, sizeof(event.state.text), FAKE_TROUBLE);
	} else {
		pl_text_copy(event.note.text, sizeof(event.note.text), FAKE_TROUBLE);
	}
	pl_runner_on_device(fake->runner, &event);
}

static inline void fake_forget(struct fake *fake)
{
	for (int c = 0; c < 3; c++)
		fake->held[c] = 500;
	fake->window_is_true = false;
}

static inline void fake_restart(struct fake *fake)
{
	fake_forget(fake);
	fake_tell(fake, PL_BUS_EVENT_RESTARTED, PL_BUS_UP);
}

/* The device goes; what is under way is answered `lost`, before or after the event. */
static inline void fake_lose(struct fake *fake)
{
	if (!fake->is_up)
		return;
	fake_forget(fake);
	fake->is_up = false;
	fake->answer_ns = fake->now_ns;
	fake_tell(fake, PL_BUS_EVENT_STATE, PL_BUS_LOST);
}

static inline void fake_return(struct fake *fake)
{
	if (fake->is_up)
		return;
	fake->is_up = true;
	fake_tell(fake, PL_BUS_EVENT_STATE, PL_BUS_UP);
}

static inline enum pl_status fake_command(struct fake *fake, enum pl_scan_command command)
{
	struct pl_error error;

	return pl_runner_command(fake->runner, command, &error);
}

static inline enum pl_status fake_outcome(struct fake *fake)
{
	const struct pl_bus_request *request = &fake->request;

	if (request->target.device == 1 && !fake->oven_is_up)
		return PL_ERR_LOST;
	if (request->target.device == 0 && (!fake->is_up || fake->is_old_story))
		return PL_ERR_LOST;
	if (fake->is_cancelled)
		return PL_ERR_CANCELLED;
	if (request->verb == PL_BUS_READ && fake->is_mute)
		return PL_ERR_UNANSWERED;
	if (request->verb == PL_BUS_READ && request->target.device == 0 && !fake->reads_back)
		return PL_ERR_UNSUPPORTED;
	if (request->verb == PL_BUS_WRITE && fake->on_write)
		return fake->on_write(fake, request->target.channel, request->value);
	return PL_OK;
}

static inline void fake_answer_oven(struct fake *fake, struct pl_bus_answer *answer)
{
	if (answer->status != PL_OK)
		return;
	fake->oven_writes++;
	answer->report = (struct pl_write_report){
	    .applied = fake->request.value, .readback = NAN, .t_confirmed_ns = fake->now_ns};
	if (fake->request.target.parameter == 2) {
		fake->oven_memory = fake->request.value;
		return;
	}
	fake->oven_worn += fake->oven_memory > 100;
	fake->oven_set = fake->request.value;
	fake->oven_since_ns = fake->now_ns;
}

static inline double fake_oven_at(struct fake *fake, struct pl_target target)
{
	fake->oven_reads++;
	if (target.parameter == 2)
		return fake->oven_memory;
	if (target.parameter == 1 || !fake->oven_value)
		return fake->oven_set;
	return fake->oven_value(fake);
}

static inline void fake_answer_write(struct fake *fake, struct pl_bus_answer *answer)
{
	int channel = fake->request.target.channel;

	if (fake->request.target.device == 1) {
		fake_answer_oven(fake, answer);
		return;
	}
	/* A failed write must not look at what nobody filled: zeros, as they may well be. */
	if (answer->status == PL_OK) {
		fake->held[channel] = fake->request.value;
		answer->report = (struct pl_write_report){.applied = fake->request.value,
							  .readback = fake->request.value,
							  .t_confirmed_ns = fake->now_ns};
	} else if (answer->status == PL_ERR_MISMATCH) {
		fake->held[channel] = 255;
		answer->report = (struct pl_write_report){.applied = NAN, .readback = 255};
	}
}

static inline void fake_answer_count(struct fake *fake, struct pl_bus_answer *answer)
{
	const struct pl_window *window = &fake->request.window;
	struct pl_count *count = &answer->count;

	*count =
	    (struct pl_count){.t1_ns = fake->now_ns,
			      .t0_ns = fake->now_ns - window->dwell.time_ns,
			      .t0_utc_ns = fake_utc(fake) - window->dwell.time_ns,
			      .events = 1000000000,
			      .device_dead_s = NAN,
			      .stop_rule = PL_STOP_TIME,
			      .last_series = -1,
			      .occupancy = 0.01,
			      .carried = {{.count = 3, .mean = 20, .m2 = 8, .min = 18, .max = 22}}};
	for (int c = 0; c < 3; c++)
		count->hits[c] = (uint64_t)(1000 * fake->held[c] + c);
	fake->window_was_true = fake->window_is_true;
	if (fake->spoil)
		fake->spoil(fake, count);
}

static inline void fake_answer_read(struct fake *fake, struct pl_bus_answer *answer)
{
	struct pl_target target = answer->target;

	if (answer->status != PL_OK)
		return;
	answer->reading = (struct pl_reading){
	    .t_mono_ns = fake->reads_late && fake->counts > 0 ? FAKE_START : fake->now_ns,
	    .quality = PL_QUALITY_OK};
	answer->reading.value.number =
	    target.device == 1 ? fake_oven_at(fake, target) : fake->held[target.channel];
}

static inline void fake_answer_beside(struct fake *fake)
{
	struct pl_bus_answer answer = {.id = fake->beside.id,
				       .verb = PL_BUS_READ,
				       .target = fake->beside.target,
				       .status = fake->oven_is_up ? PL_OK : PL_ERR_LOST};

	fake->is_beside_asked = false;
	fake_answer_read(fake, &answer);
	pl_runner_on_answer(fake->runner, &answer);
}

static inline void fake_answer(struct fake *fake)
{
	struct pl_bus_answer answer = {.id = fake->request.id,
				       .verb = fake->request.verb,
				       .target = fake->request.target,
				       .status = fake_outcome(fake)};

	fake->is_asked = fake->is_old_story = false;
	if (answer.status != PL_OK)
		pl_error_set(&answer.error, answer.status, "det", FAKE_TROUBLE);
	if (answer.verb == PL_BUS_WRITE)
		fake_answer_write(fake, &answer);
	else if (answer.verb == PL_BUS_READ)
		fake_answer_read(fake, &answer);
	else
		fake_answer_count(fake, &answer);
	pl_runner_on_answer(fake->runner, &answer);
}

/* The rows of a point are on disk together. */
static inline uint32_t fake_number_rows(struct fake *fake, struct fake_row *last)
{
	struct fake_row *row = last;

	while (row > fake->log && row[-1].kind == PL_WRITE_POINT && row[-1].has_more)
		row--;
	for (; row <= last; row++) {
		row->status = PL_OK;
		row->point.point = ++fake->rows;
	}
	return fake->rows;
}

static inline void fake_acknowledge(struct fake *fake)
{
	struct fake_row *row = &fake->log[fake->ack_next++];
	struct pl_write_ack ack = {.seq = fake->ack_next, .kind = row->kind};

	if (!row->has_more)
		row->status = fake->on_row ? fake->on_row(fake, row) : PL_OK;
	row->is_acked = true;
	ack.status = row->has_more ? PL_OK : row->status;
	if (ack.status != PL_OK)
		pl_error_set(&ack.error, ack.status, "points.csv", FAKE_TROUBLE);
	fake->acked_ns = fake->now_ns;
	if (row->kind == PL_WRITE_POINT && !row->has_more && ack.status == PL_OK)
		ack.point = fake_number_rows(fake, row);
	pl_runner_on_ack(fake->runner, &ack);
}

static inline int64_t fake_ack_due(const struct fake *fake)
{
	return fake->ack_next < fake->log_count ? fake->acked_ns + FAKE_DISK : PL_NEVER;
}

/* The next happening; false when nothing will ever happen by itself. */
static inline bool fake_step(struct fake *fake)
{
	int64_t ack_ns, answer_ns, next_ns;

	if (fake->before_step)
		fake->before_step(fake, fake->step);
	fake->step++;
	ack_ns = fake_ack_due(fake);
	answer_ns = fake->is_asked ? fake->answer_ns : PL_NEVER;
	next_ns = ack_ns < answer_ns ? ack_ns : answer_ns;
	next_ns = next_ns < fake->timer_ns ? next_ns : fake->timer_ns;
	next_ns = next_ns < fake->wake_ns ? next_ns : fake->wake_ns;
	if (fake->is_beside_asked && fake->beside_ns < next_ns)
		next_ns = fake->beside_ns;
	if (next_ns == PL_NEVER)
		return false;
	if (next_ns > fake->now_ns)
		fake->now_ns = next_ns;
	if (next_ns == fake->wake_ns) {
		fake->wake_ns = PL_NEVER;
		fake->on_wake(fake);
		return true;
	}
	if (fake->is_beside_asked && next_ns == fake->beside_ns)
		fake_answer_beside(fake);
	else if (next_ns == ack_ns)
		fake_acknowledge(fake);
	else if (next_ns == answer_ns)
		fake_answer(fake);
	else
		pl_runner_on_timer(fake->runner);
	return true;
}

/* Until it is over or only somebody else can make it go on. */
static inline void fake_run(struct fake *fake)
{
	while (!fake->is_over && fake_step(fake))
		assert_true(fake->step < FAKE_STEPS);
}

static inline const struct pl_run_status *fake_status(struct fake *fake,
						      struct pl_scan_progress *progress)
{
	pl_runner_progress(fake->runner, progress);
	return &progress->status;
}

static inline bool fake_is_paused(struct fake *fake)
{
	struct pl_scan_progress progress;

	return fake_status(fake, &progress)->state == PL_RUN_PAUSED;
}

/* ---- making, starting, looking back ---- */

static inline void fake_init(struct fake *fake)
{
	*fake = (struct fake){.now_ns = FAKE_START,
			      .timer_ns = PL_NEVER,
			      .wake_ns = PL_NEVER,
			      .is_up = true,
			      .held = {291, 301, 296},
			      .random = 1};
	scan_bench_init(&fake->bench);
}

/* oven.process_value, which is read, and oven.setpoint. */
static inline void fake_add_oven(struct fake *fake)
{
	fake->oven_rows[0] =
	    (struct pl_parameter){.name = "process_value", .unit = "C", .access = PL_ACCESS_READ};
	fake->oven_rows[1] = (struct pl_parameter){.name = "setpoint",
						   .unit = "C",
						   .min = 0,
						   .max = 100,
						   .step = 0.5,
						   .access = PL_ACCESS_READ | PL_ACCESS_WRITE};
	fake->oven_memory = 106;
	fake->oven_driver = (struct pl_driver){.name = "oven", .parameters = fake->oven_rows};
	fake->devices[0] = fake->bench.device;
	fake->devices[1] = (struct pl_device){.spec = {.name = "oven"},
					      .driver = &fake->oven_driver,
					      .lost_wait_ns = 60 * PL_NS_PER_S};
	fake->bench.bench.devices = fake->devices;
	fake->bench.bench.device_count = 2;
	fake->bench.scan.device = &fake->devices[0];
	fake->oven_is_up = true;
	fake->oven_set = 20;
}

/* The oven's setpoint is the axis. */
static inline void fake_scan_oven(struct fake *fake, double start, double stop, double step)
{
	struct pl_scan *scan = &fake->bench.scan;

	fake_add_oven(fake);
	scan->axis_kind = PL_AXIS_ONE;
	scan->set = "oven.setpoint";
	scan->axis = (struct pl_target){.device = 1, .channel = -1, .parameter = 1};
	scan->axis_parameter = &fake->oven_rows[1];
	scan->axis_range = range_step(start, stop, step);
}

static inline void fake_tell_oven(struct fake *fake, enum pl_bus_state state)
{
	struct pl_bus_event event = {.kind = PL_BUS_EVENT_STATE,
				     .device = 1,
				     .t_mono_ns = fake->now_ns,
				     .state = {.state = state, .text = FAKE_TROUBLE}};

	fake->oven_is_up = state == PL_BUS_UP;
	if (fake->is_asked && fake->request.target.device == 1)
		fake->answer_ns = fake->now_ns;
	pl_runner_on_device(fake->runner, &event);
}

/* The runner, with all that a start needs; it has sent nothing yet. */
static inline void fake_prepare(struct fake *fake, const double *held, const double *previous)
{
	const struct pl_scan_io io = {.ctx = fake,
				      .now_mono = fake_mono,
				      .now_utc = fake_utc,
				      .ask = fake_ask,
				      .cancel = fake_cancel,
				      .write = fake_write,
				      .timer = fake_timer,
				      .point = fake_point,
				      .changed = fake_changed,
				      .setting = fake_setting,
				      .durable = fake_durable,
				      .over = fake_over};
	size_t sent = fake->log_count;
	struct pl_error error;

	assert_int_equal(
	    pl_plan_build(&fake->bench.bench, &fake->bench.scan, 0, &fake->plan, &error), PL_OK);
	fake->head = (struct pl_run_head){.bench = &fake->bench.bench,
					  .scan = &fake->bench.scan,
					  .plan = fake->plan.points,
					  .plan_count = fake->plan.count,
					  .actor = "kim tty1",
					  .is_forced = fake->is_forced,
					  .columns = {{.name = "det.temperature", .unit = "C"}},
					  .column_count = 1 + fake->bench.scan.reading_count,
					  .carried_count = 1};
	fake->head.folder.number = 42;
	assert_int_equal(pl_runner_new(&fake->head, &io, held, previous, &fake->runner, &error),
			 PL_OK);
	assert_int_equal(fake->log_count, sent);
}

static inline void fake_start_prepared(struct fake *fake)
{
	const struct pl_identity identity = {.model = "fake", .reads_back = fake->reads_back};

	pl_runner_start(fake->runner, &identity, "/dev/fake");
}

static inline void fake_start_from(struct fake *fake, const double *previous)
{
	fake_prepare(fake, previous, previous);
	fake_start_prepared(fake);
}

static inline void fake_start(struct fake *fake)
{
	bool is_one = fake->bench.scan.axis_kind == PL_AXIS_ONE;
	const double previous[] = {is_one ? fake->oven_set : 291,
				   fake->bench.scan.has_switch ? fake->oven_memory : 301, 296};

	fake_start_from(fake, previous);
}

static inline uint32_t fake_voids(const struct fake *fake)
{
	uint32_t voids = 0;

	for (size_t i = 0; i < fake->log_count; i++)
		voids += fake->log[i].kind == PL_WRITE_POINT && fake->log[i].status == PL_OK &&
			 fake->log[i].point.quality == PL_POINT_VOID;
	return voids;
}

static inline bool fake_is_restored(const struct fake *fake)
{
	return fake->held[0] == 291 && fake->held[1] == 301 && fake->held[2] == 296;
}

static inline size_t fake_count(const struct fake *fake, enum pl_write_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->log_count; i++)
		count += fake->log[i].kind == kind && fake->log[i].status == PL_OK;
	return count;
}

/* Audit rows of an action (and a status, unless NULL) that are on disk. */
static inline size_t fake_audits(const struct fake *fake, const char *action, const char *status)
{
	size_t count = 0;

	for (size_t i = 0; i < fake->log_count; i++) {
		const struct fake_row *row = &fake->log[i];

		count += row->kind == PL_WRITE_AUDIT && row->status == PL_OK &&
			 strcmp(row->audit.action, action) == 0 &&
			 (!status || strcmp(row->audit.status, status) == 0);
	}
	return count;
}

static inline const struct pl_point *fake_row_of(const struct fake *fake, uint32_t number)
{
	for (size_t i = 0; i < fake->log_count; i++)
		if (fake->log[i].kind == PL_WRITE_POINT && fake->log[i].status == PL_OK &&
		    fake->log[i].point.point == number)
			return &fake->log[i].point;
	fail_msg("there is no row %u", number);
	return NULL;
}

#define FAKE_INDICES 256
#define FAKE_SERIES  4 /* channels from 1, 0 = others */

static inline int fake_series(const struct fake *fake, const struct pl_point *row)
{
	for (int c = 0; c < 3; c++)
		if (strcmp(fake->bench.channels[c].name, row->channel) == 0)
			return c + 1;
	return 0;
}

/* What holds of every run that is over, however it ended. */
static inline void fake_check_books(const struct fake *fake)
{
	enum pl_point_quality last[FAKE_INDICES][FAKE_SERIES];
	uint32_t attempt[FAKE_INDICES][FAKE_SERIES] = {0}, done = 0, without = 0;

	assert_true(fake->is_over);
	assert_true(fake->plan.steps < FAKE_INDICES);
	for (size_t i = 0; i < FAKE_INDICES * FAKE_SERIES; i++)
		last[i / FAKE_SERIES][i % FAKE_SERIES] = PL_POINT_VOID;
	for (uint32_t n = 1; n <= fake->rows; n++) {
		const struct pl_point *row = fake_row_of(fake, n);
		uint32_t *before = &attempt[row->index][fake_series(fake, row)];
		enum pl_point_quality *quality = &last[row->index][fake_series(fake, row)];

		/* A second row of an attempt only takes the first one back. */
		if (row->attempt == *before)
			assert_int_equal(row->quality, PL_POINT_VOID);
		else
			assert_true(row->attempt > *before);
		/* What is measured stays, unless it was taken back. */
		if (row->attempt > *before)
			assert_int_equal(*quality, PL_POINT_VOID);
		*before = row->attempt;
		*quality = row->quality;
	}
	for (size_t i = 1; i <= fake->plan.steps; i++) {
		bool is_done = false, has_all = true;

		for (int s = 0; s < FAKE_SERIES; s++) {
			is_done |= last[i][s] != PL_POINT_VOID;
			has_all &= last[i][s] == PL_POINT_VOID || pl_point_is_valid(last[i][s]);
		}
		done += is_done;
		without += is_done && !has_all;
	}
	assert_int_equal(fake->end.done, done);
	assert_int_equal(fake->end.invalid, without);
	assert_int_equal(fake->points_told, fake->rows);
	assert_int_equal(fake->log[fake->log_count - 1].kind, PL_WRITE_END);
	assert_int_equal(fake->end.success, fake->end.exit != 1);
	assert_int_equal(fake->end.state == PL_RUN_CRASHED, fake->end.exit == 1);
	if (fake->end.state == PL_RUN_FINISHED)
		assert_int_equal(done, fake->plan.steps);
}

/* The last word about the restore that reached the disk says that nothing is owed. */
static inline bool fake_owes_nothing(const struct fake *fake)
{
	bool owes_nothing = false;

	for (size_t i = 0; i < fake->log_count; i++)
		if (fake->log[i].kind == PL_WRITE_PENDING && fake->log[i].status == PL_OK)
			owes_nothing = fake->log[i].pending.count == 0;
	return owes_nothing;
}

/* The settings are back and the state file owes nothing. */
static inline void fake_check_restored(const struct fake *fake)
{
	assert_true(fake_is_restored(fake));
	assert_true(fake_owes_nothing(fake));
	for (int c = 0; c < 3; c++)
		assert_true(fake->end.restore_confirmed[c]);
	assert_int_equal(fake->settings_kept, 3);
}

static inline void fake_fini(struct fake *fake)
{
	pl_runner_free(fake->runner);
	pl_plan_fini(&fake->plan);
	pl_text_free(&fake->all_said);
	free(fake->log);
}

#endif
