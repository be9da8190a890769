/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace.c - <log-dir>/<device>.trace.log of the devices with trace: yes: one row for each frame
 * that went over the line.
 *
 * All that a bus has told since the last turn of the loop is one write(). What found no room in its
 * ring is counted here and told in the file where it is missing, in plateau.log once a minute.
 */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>

#define TELL_AGAIN_NS (60 * PL_NS_PER_S)
#define BATCH	      512 /* rows in one write() */
#define BATCHES	      8	  /* in one turn of the loop: others have their turn too */
/* An escaped byte is at most four. */
#define ESCAPED_SIZE (4 * PL_BUS_FRAME_SIZE + 1)

struct trace {
	struct pl_log *log;
	uint64_t lost, told_lost; /* frames, by the ring's count */
	int64_t told_ns;	  /* 0: never */
};

void trace_start(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	const char *name = live->device->spec.name;
	struct pl_error error;
	char text[sizeof(error)], file[PL_NAME_SIZE + 16];

	if (!live->device->trace || engine->options->log_dir == NULL)
		return;
	if (live->device->first_on_line != device) {
		engine_log(
		    engine, PL_LOG_WARNING,
		    "%s is not traced by itself: the first device of its port traces the line",
		    name);
		return;
	}
	snprintf(file, sizeof(file), "%s.trace.log", name);
	live->trace = calloc(1, sizeof(*live->trace));
	if (live->trace == NULL)
		pl_out_of_memory();
	if (pl_log_open_named(&engine->disk, engine->options->log_dir, file, &live->trace->log,
			      &error) != PL_OK)
		engine_log(engine, PL_LOG_WARNING, "%s is not traced: %s", name,
			   pl_error_format(&error, text, sizeof(text)));
}

static void add_row(struct pl_text *rows, const struct pl_bus_frame *frame)
{
	char at[PL_UTC_SIZE], escaped[ESCAPED_SIZE];

	pl_clock_format_utc(frame->t_utc_ns, at);
	pl_text_escape(escaped, sizeof(escaped), frame->bytes, frame->count);
	pl_text_add(rows, "%s %c%c %s\n", at, frame->is_sent ? '>' : '<',
		    frame->goes_on ? '+' : ' ', escaped);
}

static unsigned take_frames(struct pl_ring *ring, struct pl_text *rows)
{
	struct pl_bus_frame frame;
	unsigned count = 0;

	while (count < BATCH && pl_ring_pop(ring, &frame)) {
		add_row(rows, &frame);
		count++;
	}
	return count;
}

/* Those that were lost came after the ones that were there. */
static unsigned add_lost(struct pl_text *rows, struct trace *trace, uint64_t lost)
{
	char at[PL_UTC_SIZE];

	if (lost == trace->lost)
		return 0;
	pl_clock_format_utc(pl_clock_utc_ns(), at);
	pl_text_add(rows, "%s !  %llu frames were lost here\n", at,
		    (unsigned long long)(lost - trace->lost));
	trace->lost = lost;
	return 1;
}

static void tell_lost(struct pl_engine *engine, struct live_device *live)
{
	struct trace *trace = live->trace;
	int64_t now_ns = pl_clock_mono_ns();

	if (trace->lost == trace->told_lost ||
	    (trace->told_ns != 0 && now_ns - trace->told_ns < TELL_AGAIN_NS))
		return;
	engine_log(engine, PL_LOG_WARNING, "%s: %llu frames are missing in its trace",
		   live->device->spec.name, (unsigned long long)(trace->lost - trace->told_lost));
	trace->told_lost = trace->lost;
	trace->told_ns = now_ns;
}

void trace_drain(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	struct pl_ring *ring = pl_bus_frames(live->bus);
	struct pl_text rows = {0};
	unsigned count = BATCH;

	if (live->trace == NULL)
		return;
	pl_ring_acknowledge(ring);
	for (int i = 0; i < BATCHES && count >= BATCH; i++) {
		uint64_t lost = pl_ring_lost(ring);

		rows.length = 0;
		count = take_frames(ring, &rows);
		count += add_lost(&rows, live->trace, lost);
		if (count > 0)
			pl_log_lines(live->trace->log, &rows, count);
	}
	pl_text_free(&rows);
	tell_lost(engine, live);
}

void trace_stop(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];

	if (live->trace == NULL)
		return;
	if (live->bus != NULL)
		trace_drain(engine, device);
	pl_log_close(live->trace->log);
	free(live->trace);
	live->trace = NULL;
}
