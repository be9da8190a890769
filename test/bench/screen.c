/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * screen.c - what a view and its engine cost: time to the first frame, bytes a frame, bytes and
 * processor time while nothing happens, private memory.
 *
 * One engine watches a detector that says nothing, then another one scans a busy one. Baselines are
 * this very program as another process: `draw` fills a screen of 80x24 through ncurses once, `idle`
 * does nothing at all.
 */
#include "bench/program.h"

#include "plateau/text.h"

#include <ncurses.h>

#define DEVICE	     "muon7" /* no word of the screen itself */
#define STARTS	     7
#define QUIET_NS     (10 * PL_NS_PER_S)
#define SCAN_NS	     (8 * PL_NS_PER_S)
#define FRAME_GAP_NS (40 * PL_NS_PER_MS) /* a frame ends where nothing comes for so long */
#define SAME_NS	     (2 * PL_NS_PER_S)	 /* until what a new view shows is complete */

/* ---- baselines */

static int draw_screen(void)
{
	static const char *const titles[] = {"Devices", "Readings", "Scan", "Counters"};

	initscr();
	cbreak();
	noecho();
	curs_set(0);
	for (int row = 0; row < LINES; row++)
		for (int column = 0; column < COLS - 1; column++)
			mvaddch(row, column, (chtype)('!' + (row * 7 + column) % 90));
	for (int i = 0; i < 4; i++)
		mvaddstr(i * 6, 2, titles[i]);
	refresh();
	while (getch() != 'q')
		;
	endwin();
	return 0;
}

static char self[] = "/proc/self/exe";

/* ---- a process with a screen */

struct view {
	pid_t pid;
	int master;
	uint64_t bytes;
	struct pl_text plain; /* what was drawn since the start, without attributes */
	enum { PLAIN, ESCAPE, CONTROL, OTHER } state;
};

static void take_byte(struct view *view, char byte)
{
	bool is_final = byte >= '@' && byte <= '~';

	switch (view->state) {
	case PLAIN:
		if (byte == '\033')
			view->state = ESCAPE;
		else
			pl_text_add_bytes(&view->plain, &byte, 1);
		break;
	case ESCAPE:
		view->state = byte == '[' ? CONTROL : byte == '(' || byte == ')' ? OTHER : PLAIN;
		break;
	case CONTROL:
		if (is_final && byte != 'm') /* attributes may change within a word */
			pl_text_add_string(&view->plain, "\n");
		if (is_final)
			view->state = PLAIN;
		break;
	case OTHER:
		view->state = PLAIN;
		break;
	}
}

/* What comes until the deadline, at most one read; 0 = nothing did. */
static size_t take_bytes(struct view *view, int64_t deadline_ns)
{
	struct pollfd fd = {.fd = view->master, .events = POLLIN};
	char bytes[8192];
	ssize_t got;

	if (pl_clock_poll(&fd, 1, deadline_ns) != 1)
		return 0;
	got = read(view->master, bytes, sizeof bytes);
	if (got <= 0)
		bench_fail("the screen ended: %s", view->plain.data ? view->plain.data : "");
	for (ssize_t i = 0; i < got; i++)
		take_byte(view, bytes[i]);
	view->bytes += (uint64_t)got;
	return (size_t)got;
}

/* All titles, and one more word unless it is NULL. */
static bool shows(const struct view *view, const char *word)
{
	static const char *const titles[] = {"Devices", "Readings", "Scan", "Counters"};

	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
		if (!view->plain.data || !strstr(view->plain.data, titles[i]))
			return false;
	return !word || strstr(view->plain.data, word);
}

/* Milliseconds from the start of the process to a frame that shows all titles and the word. */
static double open_view(struct view *view, char *const argv[], const char *word)
{
	int64_t start_ns = pl_clock_mono_ns(), deadline_ns = start_ns + PROGRAM_PATIENCE_NS;

	*view = (struct view){.state = PLAIN};
	view->pid = program_start_screen(argv, &view->master);
	while (!shows(view, word))
		if (take_bytes(view, deadline_ns) == 0)
			bench_fail("no frame came: %s", view->plain.data ? view->plain.data : "");
	return (double)(pl_clock_mono_ns() - start_ns) / 1e6;
}

static void close_view(struct view *view)
{
	if (write(view->master, "q", 1) != 1)
		bench_fail("the screen takes no key");
	program_wait(view->pid);
	close(view->master);
	pl_text_free(&view->plain);
}

/* Bytes that came in so much time. */
static double count_bytes(struct view *view, int64_t ns)
{
	int64_t deadline_ns = pl_clock_mono_ns() + ns;
	uint64_t before = view->bytes;

	while (pl_clock_mono_ns() < deadline_ns)
		take_bytes(view, deadline_ns);
	return (double)(view->bytes - before);
}

/* Bytes of each burst that came in so much time. */
static void count_frames(struct view *view, int64_t ns, struct bench_samples *out)
{
	int64_t deadline_ns = pl_clock_mono_ns() + ns;

	while (pl_clock_mono_ns() < deadline_ns) {
		size_t frame = take_bytes(view, deadline_ns), more = frame;

		while (more > 0) {
			more = take_bytes(view, pl_clock_mono_ns() + FRAME_GAP_NS);
			frame += more;
		}
		if (frame > 0)
			bench_add(out, (double)frame);
	}
}

/* ---- engines */

struct bench_engine {
	struct folder folder;
	char path[128]; /* of the bench file */
	pid_t pid;
};

static int run_word(const struct bench_engine *engine, const char *word)
{
	char *argv[] = {program_path(), (char *)(uintptr_t)word, (char *)(uintptr_t)engine->path,
			NULL};

	return program_wait(program_start(argv, program_log(&engine->folder, "log")));
}

static void start_engine(struct bench_engine *engine, const char *name, const char *simulator)
{
	char *argv[] = {program_path(), (char[]){"serve"}, engine->path, NULL};
	struct pl_text text = {0};
	char file[40];

	snprintf(file, sizeof file, "%s.yaml", name);
	snprintf(engine->path, sizeof engine->path, "%s/%s", engine->folder.path, file);
	pl_text_add(&text,
		    "bench: %s\nworkspace: ./data\ndevices:\n  " DEVICE ":\n    driver: osechi\n"
		    "    protocol: binary\n    port: \"sim:osechi?%s\"\n    channels:\n"
		    "      top: {id: 1, threshold: 290}\n      mid: {id: 2, threshold: 290}\n"
		    "      btm: {id: 3, threshold: 290}\n    coincidences: {all: [top, mid, btm]}\n"
		    "scans:\n  threshold:\n    set: " DEVICE
		    ".threshold\n    channels: [top, mid, btm]\n"
		    "    range: {start: 250, stop: 349, step: 1}\n    dwell: {time: 200 ms}\n"
		    "    settle: 30 ms\n    analysis: []\n",
		    name, simulator);
	if (folder_write(&engine->folder, file, text.data, text.length) != 0)
		bench_fail("cannot write %s", file);
	pl_text_free(&text);
	engine->pid = program_start(argv, program_log(&engine->folder, "log"));
	for (int i = 0; run_word(engine, "status") != 0; i++) {
		if (i == 100)
			bench_fail("the engine does not start");
		program_pass(50 * PL_NS_PER_MS);
	}
	program_pass(SAME_NS); /* the detector is there */
}

/* ---- figures */

/* Percent of one processor over so much time. */
static double cpu_while(pid_t pid, int64_t ns)
{
	int64_t start_ns = pl_clock_mono_ns(), before_ns = program_cpu_ns(pid);

	program_pass(ns);
	return 100.0 * (double)(program_cpu_ns(pid) - before_ns) /
	       (double)(pl_clock_mono_ns() - start_ns);
}

struct starts {
	char *view[3];
	char *drawing[3];
	const char *word;
};

static double start_and_leave(char *const argv[], const char *word)
{
	struct view view;
	double ms = open_view(&view, argv, word);

	close_view(&view);
	return ms;
}

static double start_view(void *ctx)
{
	const struct starts *starts = ctx;

	return start_and_leave(starts->view, starts->word);
}

static double start_drawing(void *ctx)
{
	return start_and_leave(((struct starts *)ctx)->drawing, NULL);
}

static void measure_starts(const struct bench_engine *engine, const char *name, const char *word)
{
	struct starts starts = {
	    .view = {program_path(), (char *)(uintptr_t)engine->path, NULL},
	    .drawing = {self, (char[]){"draw"}, NULL},
	    .word = word,
	};
	struct bench_pair pair;

	bench_alternate(STARTS, start_view, start_drawing, &starts, &pair);
	bench_print((struct bench_row){name, bench_median(&pair.subject), "ms",
				       bench_median(&pair.baseline), BENCH_AT_MOST, 50});
}

static void measure_quiet(const struct bench_engine *engine)
{
	char *view_argv[] = {program_path(), (char *)(uintptr_t)engine->path, NULL};
	char *draw_argv[] = {self, (char[]){"draw"}, NULL};
	char *idle_argv[] = {self, (char[]){"idle"}, NULL};
	pid_t idle = program_start(idle_argv, program_log(&engine->folder, "log"));
	struct view view, drawing;
	int64_t start_ns, engine_ns, view_ns, idle_ns;
	double bytes, alone, unit;

	program_pass(FRAME_GAP_NS); /* it has started */
	idle_ns = program_cpu_ns(idle);
	alone = cpu_while(engine->pid, QUIET_NS);
	bench_print((struct bench_row){"engine alone, waiting", alone, "% CPU",
				       100.0 * (double)(program_cpu_ns(idle) - idle_ns) / QUIET_NS,
				       BENCH_AT_MOST, 0.5});
	measure_starts(engine, "first frame with its panels", NULL);
	measure_starts(engine, "first frame with the device in it", DEVICE);
	open_view(&view, view_argv, DEVICE);
	open_view(&drawing, draw_argv, NULL);
	count_bytes(&view, SAME_NS);
	count_bytes(&drawing, FRAME_GAP_NS);
	start_ns = pl_clock_mono_ns();
	engine_ns = program_cpu_ns(engine->pid);
	view_ns = program_cpu_ns(view.pid);
	idle_ns = program_cpu_ns(drawing.pid);
	/* at most one half holds the turn of a minute, which the top line shows */
	bytes = count_bytes(&view, QUIET_NS / 2);
	bytes = fmin(bytes, count_bytes(&view, QUIET_NS / 2));
	unit = 100.0 / (double)(pl_clock_mono_ns() - start_ns);
	bench_print((struct bench_row){
	    "engine with a view, waiting", (double)(program_cpu_ns(engine->pid) - engine_ns) * unit,
	    "% CPU", (double)(program_cpu_ns(drawing.pid) - idle_ns) * unit, BENCH_AT_MOST, 0.5});
	bench_print((struct bench_row){
	    "view, waiting", (double)(program_cpu_ns(view.pid) - view_ns) * unit, "% CPU",
	    (double)(program_cpu_ns(drawing.pid) - idle_ns) * unit, BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"bytes in 5 s without events", bytes, "B",
				       count_bytes(&drawing, FRAME_GAP_NS), BENCH_AT_MOST, 0});
	close_view(&view);
	close_view(&drawing);
	program_end(idle);
}

static void measure_scan(const struct bench_engine *engine)
{
	char *view_argv[] = {program_path(), (char *)(uintptr_t)engine->path, NULL};
	char *scan_argv[] = {program_path(), (char[]){"scan"}, (char *)(uintptr_t)engine->path,
			     (char[]){"threshold"}, NULL};
	char *draw_argv[] = {self, (char[]){"draw"}, NULL};
	char *idle_argv[] = {self, (char[]){"idle"}, NULL};
	pid_t scan, idle = program_start(idle_argv, program_log(&engine->folder, "log"));
	struct bench_samples frames = {0};
	struct view view, drawing;
	double full;

	open_view(&drawing, draw_argv, NULL);
	count_bytes(&drawing, SAME_NS);
	full = (double)drawing.bytes;
	open_view(&view, view_argv, DEVICE);
	scan = program_start(scan_argv, program_log(&engine->folder, "log"));
	count_bytes(&view, SAME_NS);
	count_frames(&view, SCAN_NS, &frames);
	bench_print((struct bench_row){"bytes of a frame in a scan, median", bench_median(&frames),
				       "B", full, BENCH_AT_MOST, 1000});
	bench_print((struct bench_row){"bytes of a frame in a scan, p99",
				       bench_quantile(&frames, 0.99), "B", full, BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"frames a second in a scan",
				       (double)frames.count / (SCAN_NS / PL_NS_PER_S), "/s", NAN,
				       BENCH_NO_GOAL, 0});
	bench_print((struct bench_row){"engine's private memory in a scan",
				       program_memory(engine->pid), "MB", program_memory(idle),
				       BENCH_AT_MOST, 12});
	bench_print((struct bench_row){"view's private memory in a scan", program_memory(view.pid),
				       "MB", program_memory(drawing.pid), BENCH_AT_MOST, 6});
	if (waitpid(scan, NULL, WNOHANG) != 0)
		bench_fail("the scan ended too early");
	close_view(&view);
	close_view(&drawing);
	program_end(idle);
	program_end(engine->pid);
	program_wait(scan);
}

int main(int argc, char **argv)
{
	struct bench_engine engine = {.pid = 0};

	if (argc > 1 && strcmp(argv[1], "draw") == 0)
		return draw_screen();
	if (argc > 1)
		return pause();
	program_place(&engine.folder);
	bench_head("engine and view");
	start_engine(&engine, "quiet", "rate=0&noise=0&boot=no");
	measure_quiet(&engine);
	program_end(engine.pid);
	start_engine(&engine, "busy", "rate=80&boot=no");
	measure_scan(&engine);
	folder_remove(&engine.folder);
	return 0;
}
