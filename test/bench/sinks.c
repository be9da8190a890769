/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks.c - rows of a recording a second, from the queue of a bus to the end of the file.
 *
 * Subject: ticks as a bus reads them, through taker and sink, until all is written and synced. The
 * baseline writes the bytes of the file that came of it in blocks of the same size, with the same
 * sync each second and one at the end: what the disk gives. Values are as instruments send them:
 * `tenths` a few digits that change with each tick, `floats` single precision, which takes 17.
 */
#include "bench/bench.h"

#include "record/sinks.h"

#include "unit/folder.h"

#include <errno.h>

#define TARGETS 50
#define TICKS	8000
#define ROWS	((double)TARGETS * TICKS)
#define BLOCK	((size_t)128 << 10)
#define ROUNDS	3

struct place {
	struct folder folder;
	struct pl_disk disk;
	struct pl_driver driver;
	struct pl_device device;
	struct pl_parameter parameters[TARGETS];
	struct pl_beside readings[TARGETS];
	char names[TARGETS][PL_NAME_SIZE];
	struct pl_recording recording;
	struct pl_bench bench;
	struct pl_tick *tick;
	bool has_floats;
	const char *file;
	char *bytes; /* of the file that the sink left */
	size_t count;
};

static int unit(const struct pl_device_spec *spec)
{
	(void)spec;
	return 1;
}

static void init_place(struct place *place, unsigned sink, const char *file, bool has_floats)
{
	*place = (struct place){.has_floats = has_floats, .file = file};
	if (folder_open(&place->folder) != 0)
		bench_fail("no temporary directory: %s", strerror(errno));
	pl_disk_init(&place->disk);
	place->driver = (struct pl_driver){.name = "modbus", .unit = unit};
	place->device = (struct pl_device){
	    .spec = {.name = "oven"}, .driver = &place->driver, .port = "sim:ezzone"};
	for (int16_t i = 0; i < TARGETS; i++) {
		snprintf(place->names[i], PL_NAME_SIZE, "process_value_%d", i);
		place->parameters[i] =
		    (struct pl_parameter){.name = place->names[i], .id = 4001 + i, .unit = "C"};
		place->readings[i] = (struct pl_beside){.target = {0, -1, i, 0, 0},
							.parameter = &place->parameters[i]};
		snprintf(place->readings[i].path, PL_PATH_SIZE, "oven.%s", place->names[i]);
	}
	place->recording = (struct pl_recording){.name = "fast",
						 .rate_hz = 5000,
						 .readings = place->readings,
						 .reading_count = TARGETS,
						 .events_device = -1,
						 .sinks = sink,
						 .flush_ns = PL_NS_PER_S};
	place->bench =
	    (struct pl_bench){.name = "bench", .devices = &place->device, .device_count = 1};
	place->tick = calloc(1, pl_tick_size(TARGETS));
	if (!place->tick)
		bench_fail("no memory");
}

static void fini_place(struct place *place)
{
	pl_disk_fini(&place->disk);
	folder_remove(&place->folder);
	close(place->folder.fd);
	free(place->tick);
	free(place->bytes);
}

static double value_of(const struct place *place, uint64_t n, size_t i)
{
	if (place->has_floats)
		return (double)(20.0f + (float)((n * 7919 + i * 31) % 10007) / 977.0f);
	return 20 + (double)((n + i) % 300) / 10;
}

/* What one block read brings. */
static void fill(struct place *place, uint64_t n)
{
	struct pl_tick *tick = place->tick;
	int64_t now_ns = pl_clock_mono_ns();

	*tick = (struct pl_tick){.kind = PL_TICK_READ,
				 .device = -1,
				 .count = TARGETS,
				 .n = n,
				 .scheduled_ns = now_ns - 20000,
				 .started_ns = now_ns,
				 .utc_offset_ns = INT64_C(1795258326) * PL_NS_PER_S};
	for (size_t i = 0; i < TARGETS; i++) {
		struct pl_sample *sample = &tick->samples[i];

		sample->target = place->readings[i].target;
		sample->was_asked = true;
		sample->requested_ns = now_ns;
		sample->received_ns = now_ns + 150000;
		sample->reading.t_mono_ns = now_ns + 75000;
		sample->reading.latency_ns = 150000;
		sample->reading.value.number = value_of(place, n, i);
	}
}

/* Through a descriptor of its own, which reads the directory from its beginning. */
static void empty(const struct place *place)
{
	int fd = open(place->folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		bench_fail("%s: %s", place->folder.path, strerror(errno));
	folder_empty(fd);
}

static void take_file(struct place *place)
{
	free(place->bytes);
	place->bytes = folder_read(&place->folder, place->file, &place->count);
	if (!place->bytes)
		bench_fail("no %s was made", place->file);
	empty(place);
}

/* Rows a second. */
static double through_sinks(void *ctx)
{
	struct place *place = ctx;
	const size_t counts[1] = {TARGETS};
	struct pl_queue *queue = pl_queue_new(pl_tick_size(TARGETS), 1024);
	struct pl_sinks_setup setup = {.bench = &place->bench,
				       .recording = &place->recording,
				       .folder = place->folder.fd,
				       .disk = &place->disk,
				       .ticks = &queue,
				       .target_counts = counts,
				       .bus_count = 1};
	struct pl_sinks_state state;
	struct pl_sinks *sinks;
	struct pl_error error;
	int64_t start_ns = pl_clock_mono_ns(), took_ns;

	bench_check(pl_sinks_start(&setup, &sinks, &error), &error);
	for (uint64_t n = 0; n < TICKS; n++) {
		fill(place, n);
		while (!pl_queue_push(queue, place->tick))
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	struct pollfd done = {.fd = pl_sinks_done_fd(sinks), .events = POLLIN};

	pl_sinks_finish(sinks);
	pl_clock_poll(&done, 1, PL_NEVER);
	took_ns = pl_clock_mono_ns() - start_ns;
	pl_sinks_stop(sinks, &state);
	if ((double)state.rows != ROWS)
		bench_fail("%llu rows were written", (unsigned long long)state.rows);
	pl_queue_free(queue);
	take_file(place);
	return ROWS / ((double)took_ns / 1e9);
}

static double bare_writes(void *ctx)
{
	struct place *place = ctx;
	int fd = openat(place->folder.fd, "bare", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0640);
	int64_t start_ns = pl_clock_mono_ns(), synced_ns = start_ns;

	for (size_t at = 0, count; at < place->count; at += count) {
		count = place->count - at < BLOCK ? place->count - at : BLOCK;
		if (write(fd, place->bytes + at, count) != (ssize_t)count)
			bench_fail("write: %s", strerror(errno));
		if (pl_clock_mono_ns() - synced_ns >= PL_NS_PER_S) {
			fdatasync(fd);
			synced_ns = pl_clock_mono_ns();
		}
	}
	fdatasync(fd);
	double rate = ROWS / ((double)(pl_clock_mono_ns() - start_ns) / 1e9);
	close(fd);
	empty(place);
	return rate;
}

static void measure(const char *name, unsigned sink, const char *file, bool has_floats,
		    enum bench_goal goal)
{
	struct place place;
	struct bench_pair pair;

	init_place(&place, sink, file, has_floats);
	through_sinks(&place); /* the baseline's bytes; and the first one pays for the pages */
	bench_alternate(ROUNDS, through_sinks, bare_writes, &place, &pair);
	bench_print((struct bench_row){name, bench_median(&pair.subject) / 1e3, "k/s",
				       bench_median(&pair.baseline) / 1e3, goal, 600});
	fini_place(&place);
}

int main(void)
{
	pl_clock_sharpen();
	bench_head("rows of recordings");
	measure("readings.csv, tenths", PL_SINK_CSV, "readings.csv", false, BENCH_AT_LEAST);
	measure("readings.csv, floats", PL_SINK_CSV, "readings.csv", true, BENCH_AT_LEAST);
	measure("readings.jsonl, tenths", PL_SINK_JSONL, "readings.jsonl", false, BENCH_NO_GOAL);
	measure("readings.sqlite, tenths", PL_SINK_SQLITE, "readings.sqlite", false, BENCH_NO_GOAL);
	return 0;
}
