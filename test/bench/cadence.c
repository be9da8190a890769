/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cadence.c - a recording of four values at 10 to 5000 Hz through a bus thread, beside a bare loop
 * of clock_nanosleep() at the same rate: how late each slot begins, and what it costs. The driver
 * answers at once, so that all of it is ours. Then 256 devices on 64 buses, and a million ticks at
 * a pace that no line has, which must not take a byte more.
 */
#include "bench/bench.h"

#include "bus/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	    3
#define RUN_NS	    (2 * PL_NS_PER_S)
#define SAMPLES	    4
#define TICKS_MAX   10240
#define BUSES	    64
#define A_BUS	    4 /* devices */
#define DRAIN_NS    (20 * PL_NS_PER_MS)
#define MILLION	    1000000
#define PACE_HZ	    200000
#define SCALE_HZ    10
#define PATIENCE_NS (120 * PL_NS_PER_S)

/* ---- a device that answers at once ---- */

static const struct pl_parameter stub_parameters[] = {
    {.name = "a", .access = PL_ACCESS_READ},
    {.name = "b", .access = PL_ACCESS_READ},
    {.name = "c", .access = PL_ACCESS_READ},
    {.name = "d", .access = PL_ACCESS_READ},
    {.name = NULL},
};
static const struct pl_parameter stub_channels[] = {{.name = NULL}};

static enum pl_status stub_open(const struct pl_device_spec *spec, const struct pl_host *host,
				void **state, struct pl_error *error)
{
	(void)spec, (void)host, (void)error;
	*state = (void *)(uintptr_t)&stub_parameters[0];
	return PL_OK;
}

static void stub_close(void *state)
{
	(void)state;
}

static enum pl_status stub_probe(void *state, struct pl_identity *out, struct pl_error *error)
{
	(void)state, (void)out, (void)error;
	return PL_OK;
}

static void stub_feed(void *state, const unsigned char *bytes, size_t count, int64_t t_ns)
{
	(void)state, (void)bytes, (void)count, (void)t_ns;
}

static enum pl_status stub_read(void *state, int channel, int parameter, struct pl_reading *out,
				struct pl_error *error)
{
	(void)state, (void)channel, (void)error;
	*out = (struct pl_reading){.value = {.number = parameter}};
	return PL_OK;
}

static enum pl_status stub_read_many(void *state, struct pl_sample *samples, size_t count,
				     struct pl_error *error)
{
	int64_t now_ns = pl_clock_mono_ns();

	for (size_t i = 0; i < count; i++) {
		samples[i].was_asked = true;
		samples[i].requested_ns = samples[i].received_ns = now_ns;
		stub_read(state, -1, samples[i].target.parameter, &samples[i].reading, error);
	}
	return PL_OK;
}

static const struct pl_driver stub_driver = {
    .name = "stub",
    .ports = PL_PORT_SERIAL,
    .baud = 115200,
    .shares_line = true,
    .parameters = stub_parameters,
    .channel_parameters = stub_channels,
    .open = stub_open,
    .close = stub_close,
    .probe = stub_probe,
    .feed = stub_feed,
    .read = stub_read,
    .read_many = stub_read_many,
};

/* ---- buses ---- */

struct subject {
	int master;
	char port[64];
	struct pl_bus *bus;
	struct pl_target targets[A_BUS * SAMPLES];
	struct pl_queue *ticks, *books;
	struct pl_tick_books newest;
};

static struct pl_device devices[BUSES * A_BUS];
static int numbers[BUSES * A_BUS];
static struct subject subjects[BUSES];
static struct pl_queue *answers;

static void await_answers(size_t count)
{
	int64_t deadline_ns = pl_clock_mono_ns() + PATIENCE_NS;

	while (count > 0) {
		struct pollfd fd = {.fd = pl_queue_fd(answers), .events = POLLIN};
		struct pl_bus_answer answer;

		if (pl_clock_poll(&fd, 1, deadline_ns) != 1)
			bench_fail("a bus does not answer");
		if (!pl_queue_pop(answers, &answer))
			continue;
		bench_check(answer.status, &answer.error);
		count--;
	}
}

static void open_bus(size_t at, size_t count)
{
	struct subject *subject = &subjects[at];
	int first = (int)(at * A_BUS);
	struct pl_bus_setup setup = {.device = &devices[first],
				     .device_index = first,
				     .bench_devices = devices,
				     .others = &numbers[first + 1],
				     .other_count = count - 1,
				     .answers = answers};
	struct pl_error error;

	subject->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (subject->master < 0 || grantpt(subject->master) != 0 ||
	    unlockpt(subject->master) != 0 ||
	    ptsname_r(subject->master, subject->port, sizeof subject->port) != 0)
		bench_fail("no pty: %s", strerror(errno));
	for (size_t i = 0; i < count; i++) {
		struct pl_device *device = &devices[first + (int)i];

		*device = (struct pl_device){.driver = &stub_driver, .port = subject->port};
		snprintf(device->spec.name, sizeof device->spec.name, "d%d", first + (int)i);
		for (int16_t k = 0; k < SAMPLES; k++)
			subject->targets[i * SAMPLES + (size_t)k] = (struct pl_target){
			    .device = (int16_t)(first + (int)i), .channel = -1, .parameter = k};
	}
	bench_check(pl_bus_start(&setup, &subject->bus, &error), &error);
	for (size_t i = 0; i < count; i++) {
		struct pl_bus_request open = {.verb = PL_BUS_OPEN,
					      .target = {.device = (int16_t)(first + (int)i)}};

		pl_bus_post(subject->bus, &open);
		await_answers(1);
	}
}

static void close_bus(size_t at)
{
	pl_bus_stop(subjects[at].bus);
	close(subjects[at].master);
	memset(&subjects[at], 0, sizeof subjects[at]);
}

static void begin(size_t at, size_t targets, double rate_hz, int64_t start_ns, uint64_t ticks,
		  size_t room, int overflow)
{
	struct subject *subject = &subjects[at];
	struct pl_bus_request request = {.id = at + 1, .verb = PL_BUS_RECORD};

	subject->ticks = pl_queue_new(pl_tick_size(targets), room);
	subject->books = pl_queue_new(sizeof(struct pl_tick_books), 2);
	if (!subject->ticks || !subject->books)
		bench_fail("no memory for the queues");
	request.target = subject->targets[0];
	request.record = (struct pl_bus_record){
	    .grid = {.start_ns = start_ns, .rate_hz = rate_hz, .ticks = ticks},
	    .targets = subject->targets,
	    .target_count = targets,
	    .overflow = overflow,
	    .ticks = subject->ticks,
	    .books = subject->books,
	};
	pl_bus_post(subject->bus, &request);
}

static void end(size_t at)
{
	while (pl_queue_pop(subjects[at].books, &subjects[at].newest))
		;
	pl_queue_free(subjects[at].ticks);
	pl_queue_free(subjects[at].books);
}

/* ---- figures ---- */

static double cpu_s(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double rss_anon_kb(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];
	long kb = -1;

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "RssAnon: %ld", &kb) == 1)
			break;
	if (file)
		fclose(file);
	if (kb < 0)
		bench_fail("no RssAnon");
	return (double)kb;
}

struct late {
	double us[TICKS_MAX * ROUNDS];
	size_t count;
	double cpu; /* per cent of one processor, mean of the rounds */
};
static struct late ours, bare;

static double late_quantile(struct late *late, double part)
{
	size_t rank = (size_t)ceil(part * (double)late->count);

	qsort(late->us, late->count, sizeof late->us[0], bench_compare);
	return late->us[rank > 0 ? rank - 1 : 0];
}

static void drain(struct subject *subject, struct pl_tick *tick)
{
	while (pl_queue_pop(subject->ticks, tick))
		if (tick->kind == PL_TICK_READ && ours.count < TICKS_MAX * ROUNDS)
			ours.us[ours.count++] =
			    (double)(tick->started_ns - tick->scheduled_ns) / 1e3;
}

/* Now and then, as a slow sink does: the bus is what is measured. */
static void run_ours(double rate_hz, struct pl_tick_books *sum)
{
	int64_t start_ns = pl_clock_mono_ns() + 10 * PL_NS_PER_MS, end_ns = start_ns + RUN_NS;
	struct pl_tick *tick = malloc(pl_tick_size(SAMPLES));
	double before = cpu_s();

	if (!tick)
		bench_fail("no memory");
	begin(0, SAMPLES, rate_hz, start_ns, pl_grid_ticks(rate_hz, RUN_NS), 1024,
	      PL_OVERFLOW_BLOCK);
	while (pl_clock_mono_ns() < end_ns) {
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + DRAIN_NS);
		drain(&subjects[0], tick);
	}
	await_answers(1);
	drain(&subjects[0], tick);
	ours.cpu += 100 * (cpu_s() - before) / ((double)RUN_NS / 1e9) / ROUNDS;
	end(0);
	pl_tick_books_merge(sum, &subjects[0].newest);
	free(tick);
}

struct bare_run {
	struct pl_grid grid;
};

static void *bare_thread(void *argument)
{
	const struct bare_run *run = argument;

	pl_clock_sharpen();
	for (uint64_t n = 0; n < run->grid.ticks; n++) {
		int64_t at_ns = pl_grid_slot_ns(&run->grid, n);
		struct timespec at = {.tv_sec = at_ns / PL_NS_PER_S,
				      .tv_nsec = at_ns % PL_NS_PER_S};

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
			;
		bare.us[bare.count++] = (double)(pl_clock_mono_ns() - at_ns) / 1e3;
	}
	return NULL;
}

static void run_bare(double rate_hz)
{
	struct bare_run run = {.grid = {.start_ns = pl_clock_mono_ns() + 10 * PL_NS_PER_MS,
					.rate_hz = rate_hz,
					.ticks = pl_grid_ticks(rate_hz, RUN_NS)}};
	double before = cpu_s();
	pthread_t thread;

	if (pthread_create(&thread, NULL, bare_thread, &run) != 0)
		bench_fail("no thread");
	pthread_join(thread, NULL);
	bare.cpu += 100 * (cpu_s() - before) / ((double)RUN_NS / 1e9) / ROUNDS;
}

static void print_lateness(double rate_hz, const char *name, double part, enum bench_goal goal)
{
	char title[48];
	double value = late_quantile(&ours, part), base = late_quantile(&bare, part);

	snprintf(title, sizeof title, "%g Hz: start late, %s", rate_hz, name);
	bench_print((struct bench_row){title, value, "us", base, goal, 1.5 * base});
}

/* Per cent of the wakes of the bare loop that were not too late for a slot: what the machine gave
 * meanwhile. */
static double bare_in_time(double rate_hz)
{
	size_t count = 0;

	for (size_t i = 0; i < bare.count; i++)
		count += bare.us[i] <= 1e6 / rate_hz / 2;
	return 100 * (double)count / (double)bare.count;
}

/* A bus skips what is later than half a period, so the bare loop is judged without those too. */
static void drop_overruns(struct late *late, double rate_hz)
{
	size_t kept = 0;

	for (size_t i = 0; i < late->count; i++)
		if (late->us[i] <= 1e6 / rate_hz / 2)
			late->us[kept++] = late->us[i];
	late->count = kept;
}

static void measure_rate(double rate_hz)
{
	bool is_judged = rate_hz >= 5000;
	struct pl_tick_books sum = {0};
	uint64_t slots = ROUNDS * pl_grid_ticks(rate_hz, RUN_NS);
	char title[48];

	ours.count = bare.count = 0;
	ours.cpu = bare.cpu = 0;
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 2)
			run_bare(rate_hz);
		run_ours(rate_hz, &sum);
		if (i % 2 == 0)
			run_bare(rate_hz);
	}
	if (pl_tick_books_slots(&sum) != slots || ours.count != sum.on_time + sum.late)
		bench_fail("%g Hz: the books do not add up", rate_hz);
	snprintf(title, sizeof title, "%g Hz: slots served", rate_hz);
	bench_print((struct bench_row){title, 100 * (double)ours.count / (double)slots, "%",
				       bare_in_time(rate_hz), BENCH_RATIO_AT_LEAST, 0.99});
	drop_overruns(&bare, rate_hz);
	print_lateness(rate_hz, "p50", 0.5, BENCH_NO_GOAL);
	print_lateness(rate_hz, "p99", 0.99, is_judged ? BENCH_AT_MOST : BENCH_NO_GOAL);
	print_lateness(rate_hz, "most", 1, BENCH_NO_GOAL);
	snprintf(title, sizeof title, "%g Hz: processor", rate_hz);
	bench_print((struct bench_row){title, ours.cpu, "% CPU", bare.cpu,
				       is_judged ? BENCH_AT_MOST : BENCH_NO_GOAL,
				       1.5 * bare.cpu + 5});
}

/* CPU of the process and what it holds, with so many buses recording. */
static void run_scale(size_t buses, size_t a_bus, double *cpu, double *kb)
{
	uint64_t ticks = pl_grid_ticks(SCALE_HZ, RUN_NS);
	int64_t start_ns;
	double before;

	for (size_t i = 0; i < buses; i++)
		open_bus(i, a_bus);
	before = cpu_s();
	start_ns = pl_clock_mono_ns() + 50 * PL_NS_PER_MS;
	for (size_t i = 0; i < buses; i++)
		begin(i, a_bus * SAMPLES, SCALE_HZ, start_ns, ticks, 64, PL_OVERFLOW_BLOCK);
	await_answers(buses);
	*cpu = 100 * (cpu_s() - before) / ((double)RUN_NS / 1e9);
	*kb = rss_anon_kb();
	for (size_t i = 0; i < buses; i++) {
		end(i);
		if (pl_tick_books_slots(&subjects[i].newest) != ticks)
			bench_fail("bus %zu: the books do not add up", i);
		close_bus(i);
	}
}

static void measure_scale(void)
{
	double one_cpu, all_cpu, one_kb, all_kb, empty_kb = rss_anon_kb();

	run_scale(1, 1, &one_cpu, &one_kb);
	run_scale(BUSES, A_BUS, &all_cpu, &all_kb);
	bench_print((struct bench_row){"1 device, 10 Hz", one_cpu, "% CPU", NAN, BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"256 devices on 64 buses, 10 Hz", all_cpu, "% CPU",
				       256 * one_cpu, BENCH_NO_GOAL, 0});
	bench_print(
	    (struct bench_row){"1 device: memory", one_kb - empty_kb, "kB", NAN, BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"256 devices: memory", all_kb - empty_kb, "kB", NAN,
				       BENCH_NO_GOAL, 0});
}

static void measure_million(void)
{
	double before_kb, most_kb, kb, before = cpu_s();
	int64_t deadline_ns = pl_clock_mono_ns() + PATIENCE_NS;
	struct pl_tick_books books = {0};
	struct pl_tick *tick = malloc(pl_tick_size(SAMPLES));

	if (!tick)
		bench_fail("no memory");
	open_bus(0, 1);
	begin(0, SAMPLES, PACE_HZ, pl_clock_mono_ns(), MILLION, 64, PL_OVERFLOW_DROP_OLDEST);
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 500 * PL_NS_PER_MS);
	most_kb = before_kb = rss_anon_kb();
	while (pl_tick_books_slots(&books) < MILLION) {
		if (pl_clock_mono_ns() > deadline_ns)
			bench_fail("a million slots do not pass");
		kb = rss_anon_kb();
		most_kb = kb > most_kb ? kb : most_kb;
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 100 * PL_NS_PER_MS);
		pl_queue_pop(subjects[0].books, &books);
	}
	while (pl_queue_pop(subjects[0].ticks, tick)) /* room for its last gap */
		;
	await_answers(1);
	end(0);
	free(tick);
	bench_print((struct bench_row){"a million slots: memory that grew", most_kb - before_kb,
				       "kB", NAN, BENCH_AT_MOST, 64});
	bench_print((struct bench_row){"a million slots", 1e6 / (cpu_s() - before), "1/CPU s", NAN,
				       BENCH_NO_GOAL, 0});
	close_bus(0);
}

int main(void)
{
	static const double rates_hz[] = {10, 100, 1000, 5000};

	answers = pl_queue_new(sizeof(struct pl_bus_answer), 2 * BUSES);
	for (int i = 0; i < BUSES * A_BUS; i++)
		numbers[i] = i;
	bench_head("cadence: a recording of 4 values on a bus, beside a bare clock_nanosleep()");
	open_bus(0, 1);
	for (size_t i = 0; i < sizeof rates_hz / sizeof rates_hz[0]; i++)
		measure_rate(rates_hz[i]);
	close_bus(0);
	bench_head("cadence: many buses, and many ticks");
	measure_scale();
	measure_million();
	pl_queue_free(answers);
	return 0;
}
