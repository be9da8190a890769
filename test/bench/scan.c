/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - what a point costs beyond what it must: from the end of one counting window to the start
 * of the next, less settle, less the device's own time (fixed in the simulator) and the 0.1 s that
 * a binary write holds.
 *
 * The baseline opens a simulator with the same options and says the same commands in a bare loop:
 * write, await the answer, wait. Rows, audit and the way between threads are the program's own.
 */
#include "bench/program.h"

#include "driver/osechi/protocol.h"
#include "plateau/text.h"
#include "sim/truth_log.h"
#include "store/rows.h"

#include <glob.h>

#define ROUNDS	     2
#define POINTS	     20
#define FIRST	     212 /* threshold; its command has no comma or quote in it */
#define DWELL_NS     (10 * PL_NS_PER_MS)
#define SETTLE_NS    (30 * PL_NS_PER_MS)
#define HOLD_NS	     (100 * PL_NS_PER_MS)
#define COMMANDS_MAX 16

/* binary: 3 ms and two gaps of 2 ms; text: 20 ms a command. Nothing else ever comes. */
#define SIMULATOR                                                                                  \
	"rate=0", "noise=0", "boot=no", "baud=0", "binary_delay=3", "reply_gap=2",                 \
	    "reply_delay=20", "reply_spread=0"
#define BINARY_NS (7 * PL_NS_PER_MS + HOLD_NS)
#define TEXT_NS	  (20 * PL_NS_PER_MS)

struct command {
	bool is_binary;
	char text[64]; /* with its newline */
};

struct subject {
	struct folder folder;
	const char *protocol;
	unsigned round;
	struct command commands[COMMANDS_MAX]; /* between two points, as the program said them */
	size_t command_count;
	struct bench_samples program, bare; /* ms */
};

static int64_t needed_ns(const struct subject *subject)
{
	int64_t needed_ns = SETTLE_NS;

	for (size_t i = 0; i < subject->command_count; i++)
		needed_ns += subject->commands[i].is_binary ? BINARY_NS : TEXT_NS;
	return needed_ns;
}

/* ---- the program */

static void write_bench(const struct subject *subject, const char *name)
{
	static const char *const options[] = {SIMULATOR};
	struct pl_text text = {0};

	pl_text_add(&text,
		    "bench: figures\nworkspace: ./data%u\ndevices:\n  det:\n    driver: osechi\n"
		    "    protocol: %s\n    port: \"sim:osechi?truth=%s/truth%u.csv",
		    subject->round, subject->protocol, subject->folder.path, subject->round);
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		pl_text_add(&text, "&%s", options[i]);
	pl_text_add(&text,
		    "\"\n    channels: {top: {id: 1, threshold: 290}}\nscans:\n  threshold:\n"
		    "    set: det.threshold\n    channels: [top]\n    dwell: {time: 10 ms}\n"
		    "    settle: 30 ms\n    range: {start: %d, stop: %d, step: 1}\n"
		    "    analysis: []\n",
		    FIRST, FIRST + POINTS - 1);
	if (folder_write(&subject->folder, name, text.data, text.length) != 0)
		bench_fail("cannot write %s", name);
	pl_text_free(&text);
}

static void show_log(const struct folder *folder, const char *name)
{
	size_t count;
	char *log = folder_read(folder, name, &count);

	fprintf(stderr, "%s", log ? log : "");
	free(log);
}

/* The number in the column of that name; the header names the columns. */
static double column(const char *header, const char *row, const char *name)
{
	char key[64], cell[128];

	while (pl_rows_cell(&header, key, sizeof key) && pl_rows_cell(&row, cell, sizeof cell))
		if (strcmp(key, name) == 0)
			return strtod(cell, NULL);
	bench_fail("points.csv has no column %s", name);
}

struct window {
	int64_t t0_ns, t1_ns;
};

static size_t read_windows(const struct subject *subject, struct window windows[POINTS])
{
	char pattern[128], *header = NULL, *row = NULL;
	size_t room = 0, header_room = 0, count = 0;
	glob_t found;
	FILE *file;

	snprintf(pattern, sizeof pattern, "%s/data%u/2*/run_*/points.csv", subject->folder.path,
		 subject->round);
	if (glob(pattern, 0, NULL, &found) != 0 || !(file = fopen(found.gl_pathv[0], "re")) ||
	    getline(&header, &header_room, file) <= 0)
		bench_fail("the scan left no points");
	while (count < POINTS && getline(&row, &room, file) > 0) {
		struct window *window = &windows[count++];

		window->t0_ns = (int64_t)column(header, row, "t_mono_ns");
		window->t1_ns =
		    window->t0_ns + (int64_t)llround(column(header, row, "dwell_s") * 1e9);
		if (window->t0_ns == 0 || window->t1_ns == window->t0_ns)
			bench_fail("a point without a window: %s", row);
	}
	fclose(file);
	globfree(&found);
	free(header);
	free(row);
	return count;
}

/* What was said to the device between two windows. */
static void read_commands(struct subject *subject, int64_t from_ns, int64_t to_ns)
{
	char path[96];
	struct truth truth;

	snprintf(path, sizeof path, "%s/truth%u.csv", subject->folder.path, subject->round);
	truth = truth_load(path);
	subject->command_count = 0;
	for (size_t i = 0; i < truth.count; i++) {
		const struct truth_row *row = &truth.rows[i];
		struct command *command = &subject->commands[subject->command_count];

		if (row->t_ns < from_ns || row->t_ns >= to_ns || strcmp(row->kind, "command") != 0)
			continue;
		if (++subject->command_count == COMMANDS_MAX)
			bench_fail("too many commands a point");
		command->is_binary = row->detail[0] == '\\';
		snprintf(command->text, sizeof command->text, "%.60s\n", row->detail);
	}
	if (subject->command_count == 0)
		bench_fail("nothing was said to the device");
	truth_free(&truth);
}

static void scan_once(struct subject *subject)
{
	struct window windows[POINTS];
	char name[32], path[96],
	    *argv[] = {program_path(), (char[]){"scan"}, path, (char[]){"threshold"}, NULL};
	size_t count;

	snprintf(name, sizeof name, "bench%u.yaml", ++subject->round);
	snprintf(path, sizeof path, "%s/%s", subject->folder.path, name);
	write_bench(subject, name);
	if (program_wait(program_start(argv, program_log(&subject->folder, "log"))) != 0) {
		show_log(&subject->folder, "log");
		bench_fail("the scan failed");
	}
	count = read_windows(subject, windows);
	if (count < POINTS)
		bench_fail("%zu of %d points", count, POINTS);
	read_commands(subject, windows[1].t1_ns, windows[2].t0_ns);
	for (size_t i = 1; i < count; i++)
		bench_add(&subject->program,
			  (double)(windows[i].t0_ns - windows[i - 1].t1_ns - needed_ns(subject)) /
			      1e6);
}

/* ---- the bare loop */

static pid_t start_simulator(char path[64])
{
	static const char *const options[] = {SIMULATOR};
	char *argv[16] = {program_path(), (char[]){"sim"}, (char[]){"osechi"}};
	size_t count = 3, length = 0;
	int output[2];
	pid_t pid;

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		argv[count++] = (char *)(uintptr_t)options[i];
	if (pipe2(output, O_CLOEXEC) != 0)
		bench_fail("pipe: %s", strerror(errno));
	pid = program_start(argv, output[1]);
	while (length < 63 && read(output[0], &path[length], 1) == 1 && path[length] != '\n')
		length++;
	path[length] = '\0';
	close(output[0]);
	return pid;
}

static int open_line(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	struct termios mode;

	if (fd < 0 || tcgetattr(fd, &mode) != 0)
		bench_fail("%s: %s", path, strerror(errno));
	cfmakeraw(&mode);
	tcsetattr(fd, TCSANOW, &mode);
	return fd;
}

static void await_lines(int fd, int lines)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char bytes[4096];

	while (lines > 0) {
		ssize_t got;

		if (pl_clock_poll(&ready, 1, pl_clock_mono_ns() + PROGRAM_PATIENCE_NS) != 1)
			bench_fail("the simulator does not answer");
		got = read(fd, bytes, sizeof bytes);
		for (ssize_t i = 0; i < got; i++)
			lines -= bytes[i] == '\n';
	}
}

static void say(int fd, const struct command *command, int threshold)
{
	unsigned char bytes[PL_OSECHI_WRITE_SIZE];
	bool is_binary = command->is_binary;
	size_t count = is_binary ? sizeof bytes : strlen(command->text);

	pl_osechi_write_encode(1, threshold, bytes);
	if (write(fd, is_binary ? (const void *)bytes : command->text, count) != (ssize_t)count)
		bench_fail("the simulator takes nothing");
	await_lines(fd, is_binary ? 3 : 1);
	if (is_binary)
		program_pass(HOLD_NS);
}

static void loop_once(struct subject *subject)
{
	char path[64], bytes[4096];
	pid_t pid = start_simulator(path);
	int fd = open_line(path);
	int64_t t1_ns = 0;

	program_pass(200 * PL_NS_PER_MS);
	for (int i = 0; i < POINTS; i++) {
		int64_t t0_ns;

		for (size_t k = 0; k < subject->command_count; k++)
			say(fd, &subject->commands[k], FIRST + i);
		program_pass(SETTLE_NS);
		while (read(fd, bytes, sizeof bytes) > 0)
			;
		t0_ns = pl_clock_mono_ns();
		if (i > 0)
			bench_add(&subject->bare,
				  (double)(t0_ns - t1_ns - needed_ns(subject)) / 1e6);
		program_pass(DWELL_NS);
		t1_ns = pl_clock_mono_ns();
	}
	close(fd);
	program_end(pid);
}

static void measure(const struct folder *folder, const char *protocol, unsigned first_round)
{
	struct subject subject = {.folder = *folder, .protocol = protocol, .round = first_round};
	char names[2][48];

	for (int i = 0; i < ROUNDS; i++) {
		scan_once(&subject);
		loop_once(&subject);
	}
	snprintf(names[0], sizeof names[0], "%s: excess of a point, median", protocol);
	snprintf(names[1], sizeof names[1], "%s: excess of a point, p99", protocol);
	bench_print((struct bench_row){names[0], bench_median(&subject.program), "ms",
				       bench_median(&subject.bare), BENCH_AT_MOST, 2});
	bench_print((struct bench_row){names[1], bench_quantile(&subject.program, 0.99), "ms",
				       bench_quantile(&subject.bare, 0.99), BENCH_AT_MOST, 2});
}

int main(void)
{
	struct folder folder;

	program_place(&folder);
	pl_clock_sharpen();
	bench_head("scan: beyond settle, dwell and the device's own time");
	measure(&folder, "binary", 0);
	measure(&folder, "text", ROUNDS);
	folder_remove(&folder);
	return 0;
}
