/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse.c - event lines through a pty: bus thread, OSECHI driver and a counting window against a
 * bare read() loop; and the parser alone, from memory.
 *
 * One writer process holds the master and writes the same bytes to both; its clock takes the time.
 * What is left in the pty when its last write() returns is at most 8 KiB. The pty's flow through
 * the kernel has fast and slow gears that last for seconds, whoever reads: so the rounds are many
 * and short, and the goal is for the median of their ratios. Beside the flow stands what does not
 * depend on it: CPU time of the process that reads, the kernel's part of read() included.
 */
#include "bench/bench.h"

#include "bus/bus.h"
#include "driver/osechi/osechi.h"
#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	      41
#define MEMORY_ROUNDS 11
#define BLOCK_LINES   2000
#define PTY_BYTES     (3 << 20)
#define MEMORY_BYTES  (8 << 20)
#define READ_SIZE     65536
#define FEED_SIZE     4095 /* what a read() of a pty gives at most */
#define PATIENCE_NS   (30 * PL_NS_PER_S)

struct subject {
	struct pl_text block; /* whole lines */
	uint64_t repeats;     /* of the block make one transfer */
	int master, go, done; /* the writer's: bytes asked for go in, ns come back */
	char path[64];
	struct pl_channel channels[3];
	struct pl_osechi_options options;
	struct pl_device device;
	struct pl_queue *answers;
	struct bench_samples cpu_counting, cpu_bare; /* ns a line */
};

static double cpu_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void add_cpu(const struct subject *subject, double start, struct bench_samples *out)
{
	bench_add(out, (cpu_now() - start) / (double)(subject->repeats * BLOCK_LINES));
}

static void make_lines(struct pl_text *out, bool is_json)
{
	unsigned random = 1;

	for (unsigned i = 0; i < BLOCK_LINES; i++) {
		unsigned hits[3], adc;

		random = random * 1103515245 + 12345;
		for (unsigned c = 0; c < 3; c++)
			hits[c] = (random >> (16 + 2 * c) & 1) * (1 + (random >> 24) % 9);
		adc = random >> 8 & 0xfff;
		if (!is_json) {
			pl_text_add(out, "%u %u %u %u 27.%02u 1005%02u.35 41.%02u\n", hits[0],
				    hits[1], hits[2], adc, i % 100, i / 7 % 100, i / 3 % 100);
			continue;
		}
		pl_text_add(out,
			    "{\"type\":\"event\",\"status\":\"ok\",\"hit1\":%u,\"hit2\":%u,"
			    "\"hit3\":%u,\"adc\":%u,\"hit_type\":%u,\"adc_raw\":%u,\"adc_mv\":%u,"
			    "\"tmp_c\":27.%02u,\"atm_pa\":1005%02u.35,\"hmd_pct\":41.%02u,"
			    "\"uptime_ms\":%u,\"timedelta_us\":%u,"
			    "\"detected_us\":17665843%08u}\n",
			    hits[0], hits[1], hits[2], adc, hits[0] ? 1u : 2u, adc, adc * 8 / 10,
			    i % 100, i / 7 % 100, i / 3 % 100, 53675 + i, 1000 + i, i);
	}
}

/* ---- the writer process */

static void write_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t taken = write(fd, bytes, count);

		if (taken < 0)
			_exit(1);
		bytes += taken;
		count -= (size_t)taken;
	}
}

_Noreturn static void run_writer(const struct subject *subject, int go, int done)
{
	uint64_t repeats;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(go, &repeats, sizeof repeats) == (ssize_t)sizeof repeats) {
		int64_t start_ns = pl_clock_mono_ns(), took_ns;

		for (uint64_t i = 0; i < repeats; i++)
			write_all(subject->master, subject->block.data, subject->block.length);
		took_ns = pl_clock_mono_ns() - start_ns;
		write_all(done, (const char *)&took_ns, sizeof took_ns);
	}
	_exit(0);
}

static void start_writer(struct subject *subject)
{
	int go[2], done[2];
	pid_t pid;

	subject->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (subject->master < 0 || grantpt(subject->master) != 0 ||
	    unlockpt(subject->master) != 0 ||
	    ptsname_r(subject->master, subject->path, sizeof subject->path) != 0 ||
	    pipe2(go, O_CLOEXEC) != 0 || pipe2(done, O_CLOEXEC) != 0)
		bench_fail("no pty: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		bench_fail("fork: %s", strerror(errno));
	if (pid == 0) {
		close(go[1]);
		run_writer(subject, go[0], done[1]);
	}
	close(go[0]);
	close(done[1]);
	subject->go = go[1];
	subject->done = done[0];
}

static void stop_writer(struct subject *subject)
{
	close(subject->go);
	close(subject->done);
	close(subject->master);
}

static void go(const struct subject *subject)
{
	if (write(subject->go, &subject->repeats, sizeof subject->repeats) < 0)
		bench_fail("the writer is gone");
}

/* Bytes a second of the transfer. */
static double finish(const struct subject *subject)
{
	struct pollfd fd = {.fd = subject->done, .events = POLLIN};
	int64_t took_ns;

	if (pl_clock_poll(&fd, 1, pl_clock_mono_ns() + PATIENCE_NS) != 1 ||
	    read(subject->done, &took_ns, sizeof took_ns) != (ssize_t)sizeof took_ns)
		bench_fail("the writer got stuck");
	return (double)(subject->repeats * subject->block.length) / ((double)took_ns / 1e9);
}

/* ---- baseline: read() into 64 KiB until all bytes were there */

static double read_bare(void *ctx)
{
	struct subject *subject = ctx;
	uint64_t left = subject->repeats * subject->block.length;
	int fd = open(subject->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios mode;
	static char buffer[READ_SIZE];
	double cpu_start;

	if (fd < 0 || tcgetattr(fd, &mode) != 0)
		bench_fail("%s: %s", subject->path, strerror(errno));
	cfmakeraw(&mode);
	tcsetattr(fd, TCSANOW, &mode);
	cpu_start = cpu_now();
	go(subject);
	while (left > 0) {
		ssize_t got = read(fd, buffer, sizeof buffer);

		if (got <= 0)
			bench_fail("%s: %s", subject->path, strerror(errno));
		left -= (uint64_t)got;
	}
	add_cpu(subject, cpu_start, &subject->cpu_bare);
	close(fd);
	return finish(subject);
}

/* ---- the program's way */

static void init_device(struct subject *subject)
{
	static const char *const names[] = {"top", "mid", "btm"};
	struct pl_device *device = &subject->device;

	for (int i = 0; i < 3; i++) {
		subject->channels[i] = (struct pl_channel){.id = i + 1, .threshold = 300};
		snprintf(subject->channels[i].name, PL_NAME_SIZE, "%s", names[i]);
	}
	subject->options = (struct pl_osechi_options){
	    .protocol = PL_OSECHI_BINARY,
	    .reply_timeout_ns = PL_NS_PER_S,
	};
	*device = (struct pl_device){
	    .spec = {.name = "det",
		     .channels = subject->channels,
		     .channel_count = 3,
		     .options = &subject->options},
	    .driver = &pl_osechi_driver,
	    .driver_name = "osechi",
	    .port = subject->path,
	    .coincidences = {{.name = "all", .channels = 7}},
	    .coincidence_count = 1,
	};
}

static void await_answer(const struct subject *subject, uint64_t id, struct pl_bus_answer *out)
{
	struct pollfd fd = {.fd = pl_queue_fd(subject->answers), .events = POLLIN};

	do {
		if (pl_clock_poll(&fd, 1, pl_clock_mono_ns() + PATIENCE_NS) != 1)
			bench_fail("the bus does not answer");
	} while (!pl_queue_pop(subject->answers, out) || out->id != id);
}

/* Until the bus says that it has read so many bytes since the port was opened. */
static void await_bytes(struct pl_bus *bus, uint64_t bytes)
{
	struct pollfd fd = {.fd = pl_ring_fd(pl_bus_events(bus)), .events = POLLIN};
	int64_t deadline_ns = pl_clock_mono_ns() + PATIENCE_NS;
	struct pl_bus_event event;

	for (;;) {
		if (pl_clock_poll(&fd, 1, deadline_ns) != 1 || pl_clock_mono_ns() > deadline_ns)
			bench_fail("bytes were lost on their way to the bus");
		pl_ring_acknowledge(pl_bus_events(bus));
		while (pl_ring_pop(pl_bus_events(bus), &event))
			if (event.kind == PL_BUS_EVENT_COUNTERS && event.counters.bytes == bytes)
				return;
	}
}

static void check_count(const struct subject *subject, const struct pl_count *count)
{
	uint64_t bytes = subject->repeats * subject->block.length;
	uint64_t events = subject->repeats * BLOCK_LINES;

	if (count->bytes != bytes || count->events != events || count->strays != 0)
		bench_fail("%llu of %llu bytes, %llu of %llu events, %llu strays",
			   (unsigned long long)count->bytes, (unsigned long long)bytes,
			   (unsigned long long)count->events, (unsigned long long)events,
			   (unsigned long long)count->strays);
}

static double count_window(void *ctx)
{
	struct subject *subject = ctx;
	struct pl_bus_setup setup = {.device = &subject->device, .answers = subject->answers};
	struct pl_bus_request request = {.id = 1, .verb = PL_BUS_OPEN, .target = {.channel = -1}};
	struct pl_bus_answer answer;
	struct pl_error error;
	struct pl_bus *bus;
	double rate, cpu_start;

	bench_check(pl_bus_start(&setup, &bus, &error), &error);
	pl_bus_post(bus, &request);
	await_answer(subject, 1, &answer);
	bench_check(answer.status, &answer.error);
	request = (struct pl_bus_request){
	    .id = 2,
	    .verb = PL_BUS_COUNT,
	    .target = {.channel = -1},
	    .window = {.dwell = {.time_ns = PATIENCE_NS}},
	};
	pl_bus_post(bus, &request);
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 20 * PL_NS_PER_MS); /* the window is open */
	cpu_start = cpu_now();
	go(subject);
	rate = finish(subject);
	await_bytes(bus, subject->repeats * subject->block.length);
	add_cpu(subject, cpu_start, &subject->cpu_counting);
	pl_bus_cancel(bus, 2);
	await_answer(subject, 2, &answer);
	if (answer.status != PL_ERR_CANCELLED)
		bench_check(answer.status, &answer.error);
	check_count(subject, &answer.count);
	pl_bus_stop(bus);
	return rate;
}

/* ---- the parser alone */

static int64_t memory_now(void *ctx)
{
	(void)ctx;
	return 0;
}

static void memory_event(void *ctx, const struct pl_event *event)
{
	uint64_t *events = ctx;

	*events += event->hits <= 7;
}

static void memory_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	(void)ctx;
	bench_fail("a stray line (%s): %.*s", why, (int)count, bytes);
}

static void memory_restarted(void *ctx, const char *text)
{
	(void)ctx;
	(void)text; /* the block begins anew: its uptime goes back */
}

/* Lines a second. */
static double feed_memory(void *ctx)
{
	const struct subject *subject = ctx;
	uint64_t events = 0, repeats = MEMORY_BYTES / subject->block.length;
	struct pl_host host = {.ctx = &events,
			       .now = memory_now,
			       .event = memory_event,
			       .stray = memory_stray,
			       .restarted = memory_restarted};
	const struct pl_driver *driver = &pl_osechi_driver;
	struct pl_error error;
	int64_t start_ns, took_ns;
	void *state;

	bench_check(driver->open(&subject->device.spec, &host, &state, &error), &error);
	start_ns = pl_clock_mono_ns();
	for (uint64_t i = 0; i < repeats; i++) {
		const unsigned char *at = (const unsigned char *)subject->block.data;
		size_t left = subject->block.length;

		for (size_t part; left > 0; at += part, left -= part) {
			part = left < FEED_SIZE ? left : FEED_SIZE;
			driver->feed(state, at, part, start_ns);
		}
	}
	took_ns = pl_clock_mono_ns() - start_ns;
	driver->close(state);
	if (events != repeats * BLOCK_LINES)
		bench_fail("%llu of %llu events parsed", (unsigned long long)events,
			   (unsigned long long)(repeats * BLOCK_LINES));
	return (double)events / ((double)took_ns / 1e9);
}

/* Only looks for the ends of the lines. */
static double split_memory(void *ctx)
{
	const struct subject *subject = ctx;
	uint64_t lines = 0, repeats = MEMORY_BYTES / subject->block.length;
	int64_t start_ns = pl_clock_mono_ns();

	for (uint64_t i = 0; i < repeats; i++) {
		const char *at = subject->block.data, *end = at + subject->block.length;

		while (at < end) {
			at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
			lines++;
		}
	}
	return (double)lines / ((double)(pl_clock_mono_ns() - start_ns) / 1e9);
}

static void measure(const char *format)
{
	static const char *const rows[] = {
	    "%s lines counted from a pty", "%s events counted from a pty",
	    "%s lines: CPU of read and count", "%s lines parsed from memory"};
	struct subject subject = {0};
	struct bench_pair pty, memory;
	char names[4][40];
	double lines_per_byte, ratio;

	make_lines(&subject.block, strcmp(format, "json") == 0);
	subject.repeats = PTY_BYTES / subject.block.length;
	subject.answers = pl_queue_new(sizeof(struct pl_bus_answer), 16);
	start_writer(&subject);
	init_device(&subject);
	bench_alternate(ROUNDS, count_window, read_bare, &subject, &pty);
	bench_alternate(MEMORY_ROUNDS, feed_memory, split_memory, &subject, &memory);
	for (int i = 0; i < 4; i++)
		snprintf(names[i], sizeof names[i], rows[i], format);
	lines_per_byte = BLOCK_LINES / (double)subject.block.length;
	ratio = bench_median(&pty.ratio);
	bench_print_ratio((struct bench_row){names[0], bench_median(&pty.subject) / 1e6, "MB/s",
					     bench_median(&pty.baseline) / 1e6,
					     BENCH_RATIO_AT_LEAST, 0.9},
			  ratio);
	bench_print_ratio(
	    (struct bench_row){names[1], bench_median(&pty.subject) * lines_per_byte / 1e3, "k/s",
			       bench_median(&pty.baseline) * lines_per_byte / 1e3,
			       BENCH_RATIO_AT_LEAST, 0.9},
	    ratio);
	bench_print((struct bench_row){names[2], bench_median(&subject.cpu_counting), "ns/line",
				       bench_median(&subject.cpu_bare), BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){names[3], bench_median(&memory.subject) / 1e3, "k/s",
				       bench_median(&memory.baseline) / 1e3, BENCH_NO_GOAL, 0});
	stop_writer(&subject);
	pl_queue_free(subject.answers);
	pl_text_free(&subject.block);
}

int main(void)
{
	bench_head("event lines; a bench that loses one event fails");
	measure("legacy");
	measure("json");
	return 0;
}
