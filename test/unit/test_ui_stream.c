/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view sends, seen by a terminal: the bytes of the real view go through libvterm. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui_stream.h"

/* The lines of test/screen/NAME.jsonl. */
struct script {
	struct pl_json *lines[64];
	size_t count, at;
};

static void script_open(struct script *script, const char *name)
{
	static char line[1 << 18];
	char path[300];
	FILE *file;

	*script = (struct script){.count = 0};
	snprintf(path, sizeof path, "test/screen/%s.jsonl", name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		size_t length = strcspn(line, "\n");

		if (length == 0 || line[0] == '#')
			continue;
		assert_true(script->count < 64);
		assert_int_equal(pl_json_parse(line, length, &script->lines[script->count++], NULL),
				 PL_OK);
	}
	fclose(file);
}

static void script_close(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		pl_json_free(script->lines[i]);
}

static const struct pl_json *script_find(const struct script *script, const char *key)
{
	for (size_t i = 0; i < script->count; i++)
		if (pl_json_get(script->lines[i], key))
			return pl_json_get(script->lines[i], key);
	return NULL;
}

/* The next snapshot, NULL after the last. */
static const struct pl_json *script_next(struct script *script)
{
	while (script->at < script->count) {
		const struct pl_json *snapshot =
		    pl_json_get(script->lines[script->at++], "snapshot");

		if (snapshot)
			return snapshot;
	}
	return NULL;
}

/* The view beside what curses draws of the same messages. */
struct scene {
	struct stream stream;
	struct script script;
	struct golden golden;
};

static void scene_show(struct scene *scene, const struct pl_json *snapshot)
{
	struct pl_state *state = &scene->golden.view.state;

	struct pl_json *copy = pl_json_copy(snapshot);

	state->now_ns = pl_clock_mono_ns();
	pl_json_add_integer(copy, "n", scene->stream.n + 1);
	pl_model_apply(state->model, copy);
	pl_model_heard(state->model, state->now_ns);
	pl_json_free(copy);
	stream_show(&scene->stream, pl_json_copy(snapshot));
}

/* Nothing new: what came with the last one, such as its points, is on the screen after it. */
static void scene_settle(struct scene *scene)
{
	for (int i = 0; i < 2; i++)
		stream_show(&scene->stream, pl_json_object());
}

static void scene_open(struct scene *scene, const char *name)
{
	struct pl_model *model;

	script_open(&scene->script, name);
	stream_open(&scene->stream);
	golden_open(&scene->golden, STREAM_ROWS, STREAM_COLS, "colour", "braille");
	scene->stream.points = pl_json_copy(script_find(&scene->script, "points"));
	scene_show(scene, script_next(&scene->script));
	model = scene->golden.view.state.model;
	pl_model_add_points(model, model->run.uid, scene->stream.points);
	scene_settle(scene);
}

static void scene_close(struct scene *scene)
{
	golden_close(&scene->golden);
	stream_close(&scene->stream);
	script_close(&scene->script);
}

/* ---- what stands there */

static void cell_text(const VTermScreenCell *cell, char text[64])
{
	mbstate_t shift = {0};
	size_t length = 0;

	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		length += wcrtomb(text + length, (wchar_t)cell->chars[i], &shift);
	if (length == 0)
		text[length++] = ' ';
	text[length] = '\0';
}

struct looks {
	bool is_bold, is_reverse;
	int colour; /* of the eight; -1 = the terminal's own */
};

static struct looks looks_of_cell(const VTermScreenCell *cell)
{
	bool is_indexed =
	    VTERM_COLOR_IS_INDEXED(&cell->fg) && !VTERM_COLOR_IS_DEFAULT_FG(&cell->fg);

	return (struct looks){.is_bold = cell->attrs.bold,
			      .is_reverse = cell->attrs.reverse,
			      .colour = is_indexed ? cell->fg.indexed.idx : -1};
}

static struct looks looks_of_curses(attr_t attributes, short pair)
{
	short fg = -1, bg = -1;

	if (pair != 0)
		pair_content(pair, &fg, &bg);
	return (struct looks){.is_bold = (attributes & A_BOLD) != 0,
			      .is_reverse = (attributes & A_REVERSE) != 0,
			      .colour = fg};
}

/* A blank shows its colour only in reverse. */
static bool is_same_look(struct looks a, struct looks b, bool is_blank)
{
	if (a.is_reverse != b.is_reverse)
		return false;
	return (is_blank && !a.is_reverse) || (a.is_bold == b.is_bold && a.colour == b.colour);
}

static void check_cell(const struct scene *scene, int row, int col)
{
	wchar_t wide[CCHARW_MAX + 1] = {0};
	char drawn[CCHARW_MAX * MB_LEN_MAX + 1], seen[64];
	struct looks a, b;
	VTermScreenCell cell;
	attr_t attributes;
	cchar_t curses;
	short pair;

	assert_int_not_equal(mvin_wch(row, col, &curses), ERR);
	assert_int_not_equal(getcchar(&curses, wide, &attributes, &pair, NULL), ERR);
	if (wide[0] == L'\0')
		return; /* the second column of a wide character */
	assert_true(wcstombs(drawn, wide, sizeof drawn) != (size_t)-1);
	vterm_screen_get_cell(scene->stream.screen, (VTermPos){row, col}, &cell);
	cell_text(&cell, seen);
	a = looks_of_curses(attributes, pair);
	b = looks_of_cell(&cell);
	if (strcmp(drawn, seen) == 0 && is_same_look(a, b, strcmp(seen, " ") == 0))
		return;
	stream_print(&scene->stream);
	fail_msg("row %d column %d: drawn `%s` bold %d reverse %d colour %d, seen `%s` %d %d %d",
		 row, col, drawn, a.is_bold, a.is_reverse, a.colour, seen, b.is_bold, b.is_reverse,
		 b.colour);
}

static int64_t minute(void)
{
	return pl_clock_utc_ns() / (60 * PL_NS_PER_S);
}

/* The clock of the top line is its minute. */
static void check_screen(struct scene *scene)
{
	int64_t before;

	struct pl_state *state = &scene->golden.view.state;

	do {
		before = minute();
		state->utc_ns = pl_clock_utc_ns();
		scene_settle(scene);
	} while (minute() != before);
	state->now_ns = pl_clock_mono_ns();
	pl_model_heard(state->model, state->now_ns);
	pl_frame_draw(state);
	refresh();
	for (int row = 0; row < STREAM_ROWS; row++)
		for (int col = 0; col < STREAM_COLS; col++)
			check_cell(scene, row, col);
}

static void a_terminal_shows_every_frame_as_it_was_drawn(void **state)
{
	const struct pl_json *snapshot;
	struct scene scene;

	(void)state;
	scene_open(&scene, "frames");
	assert_true(scene.stream.props.is_alternate);
	assert_false(scene.stream.props.has_cursor);
	check_screen(&scene);
	while ((snapshot = script_next(&scene.script)) != NULL) {
		scene_show(&scene, snapshot);
		check_screen(&scene);
	}
	assert_true(stream_shows(&scene.stream, "RUNNING"));
	scene_close(&scene);
}

/* Through every state of the run that `running` tells of: pause, end, a new one. */
static void every_state_of_a_run_reaches_the_terminal(void **state)
{
	const struct pl_json *snapshot;
	struct scene scene;

	(void)state;
	scene_open(&scene, "running");
	while ((snapshot = script_next(&scene.script)) != NULL) {
		scene_show(&scene, snapshot);
		check_screen(&scene);
	}
	scene_close(&scene);
}

/* ---- what it costs */

/* Panels that are opened and closed, questions, help: all of it is drawn over what was there. */
static void after_the_start_the_screen_is_never_cleared(void **state)
{
	static const struct {
		const char *keys, *shows;
	} steps[] = {
	    {"?", "start a scan; its plan"},
	    {"?", " Counters "},
	    {"5\r", "the engine is read"},
	    {"\r", " Counters "},
	    {"3\r", "Hz over"},
	    {"\r", " Counters "},
	    {"x", "Stop run 42"},
	    {"n", " Counters "},
	};
	const struct pl_json *snapshot;
	struct scene scene;

	(void)state;
	scene_open(&scene, "frames");
	scene.stream.clears = 0;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		stream_key(&scene.stream, steps[i].keys);
		stream_until_shown(&scene.stream, steps[i].shows);
		snapshot = script_next(&scene.script);
		if (snapshot)
			scene_show(&scene, snapshot);
	}
	assert_int_equal(scene.stream.clears, 0);
	stream_key(&scene.stream, "\014"); /* Ctrl+L is the one who asks for it */
	while (scene.stream.clears == 0)
		stream_turn(&scene.stream, pl_clock_mono_ns() + STREAM_WITHIN_NS);
	scene_close(&scene);
}

static void a_frame_of_a_running_scan_is_at_most_1_kB(void **state)
{
	const struct pl_json *snapshot;
	struct scene scene;
	uint64_t most = 0, all;
	int frames = 0;

	(void)state;
	scene_open(&scene, "frames");
	all = scene.stream.bytes;
	while ((snapshot = script_next(&scene.script)) != NULL) {
		uint64_t before = scene.stream.bytes, frame;

		scene_show(&scene, snapshot);
		frame = scene.stream.bytes - before;
		most = frame > most ? frame : most;
		frames++;
	}
	printf("# %d frames, %lu bytes on average, at most %lu\n", frames,
	       (unsigned long)((scene.stream.bytes - all) / (unsigned)frames), (unsigned long)most);
	assert_true(scene.stream.bytes > all);
	assert_true(most <= 1000);
	scene_close(&scene);
}

static void nothing_is_sent_when_nothing_changed(void **state)
{
	uint64_t before, bytes;
	struct scene scene;
	int64_t at;

	(void)state;
	scene_open(&scene, "running");
	do { /* the clock may turn: then once more */
		at = minute();
		scene_settle(&scene);
		before = scene.stream.bytes;
		for (int i = 0; i < 10; i++)
			stream_show(&scene.stream, pl_json_object());
		bytes = scene.stream.bytes - before;
	} while (minute() != at);
	assert_int_equal(bytes, 0);
	scene_close(&scene);
}

/* ---- how it leaves */

/* What the terminal answers tells its modes: keys as without application mode, a paste without
 * brackets. */
static void check_modes(struct scene *scene)
{
	struct stream *stream = &scene->stream;
	char answer[64];
	size_t length;

	length = vterm_output_read(stream->terminal, answer, sizeof answer); /* of before */
	vterm_keyboard_start_paste(stream->terminal);
	assert_int_equal(vterm_output_read(stream->terminal, answer, sizeof answer), 0);
	vterm_keyboard_key(stream->terminal, VTERM_KEY_UP, VTERM_MOD_NONE);
	length = vterm_output_read(stream->terminal, answer, sizeof answer);
	assert_int_equal(length, 3);
	assert_memory_equal(answer, "\033[A", 3);
}

static void check_pen(const struct stream *stream)
{
	VTermState *state = vterm_obtain_state(stream->terminal);
	VTermValue value;

	for (int i = 0; i < 2; i++) {
		vterm_state_get_penattr(state, i ? VTERM_ATTR_BOLD : VTERM_ATTR_REVERSE, &value);
		assert_false(value.boolean);
	}
	vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &value);
	assert_true(VTERM_COLOR_IS_DEFAULT_FG(&value.color));
}

static void check_given_back(struct scene *scene)
{
	struct stream *stream = &scene->stream;
	char row[STREAM_COLS * 8];
	struct termios after;

	assert_false(stream->props.is_alternate);
	assert_true(stream->props.has_cursor);
	assert_false(stream->props.has_mouse);
	check_modes(scene);
	check_pen(stream);
	stream_row(stream, 0, row);
	assert_string_equal(row, "a line from before");
	stream_row(stream, 1, row);
	assert_string_equal(row, "$ plateau");
	memset(&after, 0, sizeof after); /* its padding too */
	assert_int_equal(tcgetattr(stream->slave, &after), 0);
	assert_memory_equal(&after, &stream->before, sizeof after);
}

static void with_mouse(struct scene *scene)
{
	stream_key(&scene->stream, ":mouse on\r");
	while (!scene->stream.props.has_mouse)
		stream_turn(&scene->stream, pl_clock_mono_ns() + STREAM_WITHIN_NS);
}

static void q_gives_the_terminal_back_as_it_was(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, "running");
	with_mouse(&scene);
	stream_key(&scene.stream, "q");
	assert_int_equal(stream_wait(&scene.stream), 0);
	assert_true(scene.stream.has_detached);
	check_given_back(&scene);
	assert_true(stream_shows(&scene.stream, "`plateau ./bench.yaml` comes back"));
	scene_close(&scene);
}

static void case_55_TERM_gives_the_terminal_back_as_it_was(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, "running");
	with_mouse(&scene);
	kill(scene.stream.pid, SIGTERM);
	assert_int_equal(stream_wait(&scene.stream), 143);
	check_given_back(&scene);
	scene_close(&scene);
}

static void case_61_a_crash_gives_it_back_and_says_how_to_come_back(void **state)
{
	static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

	(void)state;
	for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
		struct scene scene;

		scene_open(&scene, "running");
		with_mouse(&scene);
		kill(scene.stream.pid, fatal[i]);
		assert_int_equal(stream_wait(&scene.stream), 128 + fatal[i]);
		check_given_back(&scene);
		assert_true(stream_shows(&scene.stream, "`plateau ./bench.yaml` comes back"));
		assert_false(scene.stream.has_detached);
		scene_close(&scene);
	}
}

/* Ctrl+S and dead lines: the view waits, and shows what is now when the terminal reads again. */
static void case_63_a_terminal_that_never_reads_loses_frames_only(void **state)
{
	struct scene scene;
	struct pl_json *message, *snapshot;

	(void)state;
	scene_open(&scene, "running");
	assert_int_equal(tcflow(scene.stream.slave, TCOOFF), 0);
	snapshot = pl_json_copy(script_next(&scene.script)); /* paused */
	pl_json_add_integer(snapshot, "n", ++scene.stream.n);
	message = pl_json_object();
	pl_json_add(message, "snapshot", snapshot);
	stream_say(&scene.stream, message);
	stream_pump(&scene.stream, pl_clock_mono_ns() + PL_NS_PER_S / 5);
	assert_false(stream_shows(&scene.stream, "PAUSED"));
	assert_int_equal(tcflow(scene.stream.slave, TCOON), 0);
	stream_until_shown(&scene.stream, "PAUSED");
	stream_key(&scene.stream, "q");
	assert_int_equal(stream_wait(&scene.stream), 0);
	check_given_back(&scene);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_terminal_shows_every_frame_as_it_was_drawn),
	    cmocka_unit_test(every_state_of_a_run_reaches_the_terminal),
	    cmocka_unit_test(after_the_start_the_screen_is_never_cleared),
	    cmocka_unit_test(a_frame_of_a_running_scan_is_at_most_1_kB),
	    cmocka_unit_test(nothing_is_sent_when_nothing_changed),
	    cmocka_unit_test(q_gives_the_terminal_back_as_it_was),
	    cmocka_unit_test(case_55_TERM_gives_the_terminal_back_as_it_was),
	    cmocka_unit_test(case_61_a_crash_gives_it_back_and_says_how_to_come_back),
	    cmocka_unit_test(case_63_a_terminal_that_never_reads_loses_frames_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
