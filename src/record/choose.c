/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choose.c - see choose.h. */
#include "record/choose.h"

#include "bus/tick.h"
#include "plateau/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TICKS_LEAST 64
#define TICKS_S	    4
#define MEMORY_MOST (UINT64_C(1) << 30) /* of all queues together */
#define NAMES_MOST  63
#define FOR_MOST_S  (3650 * 86400.0)

static enum pl_status say_which(const struct pl_bench *bench, struct pl_error *error)
{
	struct pl_text names = {0};

	for (size_t i = 0; i < bench->recording_count; i++)
		pl_text_add(&names, "%s%s", i > 0 ? ", " : "", bench->recordings[i].name);
	if (bench->recording_count == 0)
		pl_error_set(error, PL_ERR_USAGE, bench->file, "the bench has no recording");
	else
		pl_error_set(error, PL_ERR_USAGE, bench->file,
			     "the bench has %zu recordings, say which: %.200s",
			     bench->recording_count, names.data);
	pl_text_free(&names);
	return PL_ERR_USAGE;
}

enum pl_status pl_recording_find(const struct pl_bench *bench, const char *name,
				 const struct pl_recording **out, struct pl_error *error)
{
	const char *names[NAMES_MOST + 1] = {NULL}, *nearest;

	*out = name[0] == '\0' && bench->recording_count == 1 ? &bench->recordings[0]
							      : pl_bench_recording(bench, name);
	if (*out != NULL)
		return PL_OK;
	if (name[0] == '\0')
		return say_which(bench, error);
	for (size_t i = 0; i < bench->recording_count && i < NAMES_MOST; i++)
		names[i] = bench->recordings[i].name;
	nearest = pl_text_nearest(name, names);
	return pl_error_set(error, PL_ERR_NOT_FOUND, bench->file,
			    "there is no recording `%.40s`%s%s%s", name,
			    nearest != NULL ? "; did you mean `" : "",
			    nearest != NULL ? nearest : "", nearest != NULL ? "`?" : "");
}

static enum pl_status take_time(double seconds, struct pl_recording *out, struct pl_error *error)
{
	if (isnan(seconds))
		return PL_OK;
	if (!(seconds > 0 && seconds <= FOR_MOST_S))
		return pl_error_set(error, PL_ERR_RANGE, "--for",
				    "%g s is no time to record; give more than 0 s", seconds);
	out->time_ns = (int64_t)(seconds * 1e9);
	out->ticks = out->counts = 0;
	return PL_OK;
}

static enum pl_status take_device(const struct pl_bench *bench, const char *name,
				  struct pl_recording *out, struct pl_beside **readings,
				  struct pl_error *error)
{
	const struct pl_device *device = pl_bench_device(bench, name);
	size_t kept = 0;
	int position;

	if (name[0] == '\0')
		return PL_OK;
	if (device == NULL)
		return pl_error_set(error, PL_ERR_NOT_FOUND, "--only", "there is no device `%.40s`",
				    name);
	position = (int)(device - bench->devices);
	*readings = calloc(out->reading_count + 1, sizeof(**readings));
	if (*readings == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (size_t i = 0; i < out->reading_count; i++)
		if (out->readings[i].target.device == position)
			(*readings)[kept++] = out->readings[i];
	out->readings = *readings;
	out->reading_count = kept;
	if (out->events_device != position)
		out->events_device = -1;
	if (kept == 0 && out->events_device < 0)
		return pl_error_set(error, PL_ERR_USAGE, "--only",
				    "recording %s has nothing of device %s", out->name, name);
	return PL_OK;
}

enum pl_status pl_recording_choose(const struct pl_bench *bench,
				   const struct pl_recording_choice *choice,
				   struct pl_recording *out, struct pl_beside **readings,
				   struct pl_error *error)
{
	const struct pl_recording *found;
	enum pl_status status = pl_recording_find(bench, choice->name, &found, error);

	*readings = NULL;
	if (status != PL_OK)
		return status;
	*out = *found;
	status = take_time(choice->for_s, out, error);
	if (status == PL_OK)
		status = take_device(bench, choice->only, out, readings, error);
	return status;
}

uint64_t pl_recording_ticks(const struct pl_recording *recording)
{
	if (recording->reading_count == 0 || recording->rate_hz <= 0)
		return 0;
	if (recording->time_ns > 0)
		return pl_grid_ticks(recording->rate_hz, recording->time_ns);
	return (uint64_t)recording->ticks;
}

size_t pl_recording_buffer(const struct pl_recording *recording)
{
	double ticks = ceil(TICKS_S * recording->rate_hz);

	if (recording->buffer > 0)
		return (size_t)recording->buffer;
	return ticks > TICKS_LEAST ? (size_t)ticks : TICKS_LEAST;
}

enum pl_status pl_recording_fits(const struct pl_recording *recording, size_t tick_bytes,
				 struct pl_error *error)
{
	size_t length = pl_recording_buffer(recording);

	if (tick_bytes == 0 || length <= MEMORY_MOST / tick_bytes)
		return PL_OK;
	return pl_error_set(error, PL_ERR_RANGE, recording->name,
			    "a buffer of %zu ticks needs %.1f GB of memory; at most %zu fit 1 GB",
			    length, (double)length * (double)tick_bytes / 1e9,
			    (size_t)(MEMORY_MOST / tick_bytes));
}
