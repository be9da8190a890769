/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * golden.h - screens drawn in process and compared, cell by cell and attribute by attribute, with
 * test/screen/golden/NAME.txt. PLATEAU_GOLDEN=write in the environment writes these files anew:
 * then read them, as a stranger would, before they are committed.
 *
 * A file holds the characters of each row between bars, then the attributes: a letter a cell, that
 * of the first role which looks so (golden_letters), a blank for a plain one.
 */
#ifndef TEST_UNIT_GOLDEN_H
#define TEST_UNIT_GOLDEN_H

#include "ui/frame.h"
#include "ui/page.h"

#include "plateau/text.h"

#include <locale.h>
#include <math.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct golden {
	FILE *in, *out;
	SCREEN *screen;
	struct pl_view view;
};

/* 2026-11-21T20:15:00Z: the clock of every golden screen */
#define GOLDEN_UTC_NS (INT64_C(1795292100) * PL_NS_PER_S)

static const char golden_letters[PL_ROLES] = {
    [PL_ROLE_NORMAL] = ' ',	[PL_ROLE_DIM] = 'd',	    [PL_ROLE_STRONG] = 's',
    [PL_ROLE_TOP] = 't',	[PL_ROLE_RULE] = 'r',	    [PL_ROLE_TITLE] = 'T',
    [PL_ROLE_FOCUS] = 'F',	[PL_ROLE_KEY] = 'k',	    [PL_ROLE_GOOD] = 'g',
    [PL_ROLE_BUSY] = 'b',	[PL_ROLE_WARN] = 'w',	    [PL_ROLE_ALARM] = 'A',
    [PL_ROLE_BADGE] = 'B',	[PL_ROLE_PROGRESS] = 'p',   [PL_ROLE_CURSOR] = 'c',
    [PL_ROLE_SERIES] = '0',	[PL_ROLE_SERIES + 1] = '1', [PL_ROLE_SERIES + 2] = '2',
    [PL_ROLE_SERIES + 3] = '3', [PL_ROLE_SERIES + 4] = '4', [PL_ROLE_SERIES + 5] = '5',
    [PL_ROLE_SERIES + 6] = '6', [PL_ROLE_SERIES + 7] = '7',
};

/* theme: "colour" "mono"; glyphs: "braille" "block" "ascii". The screen is a file nobody reads. */
static void golden_open(struct golden *golden, int rows, int cols, const char *theme,
			const char *glyphs)
{
	struct pl_state *state = &golden->view.state;

	memset(golden, 0, sizeof *golden);
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	golden->in = fopen("/dev/null", "r");
	golden->out = fopen("/dev/null", "w");
	assert_non_null(golden->in);
	assert_non_null(golden->out);
	golden->screen = newterm("xterm-256color", golden->out, golden->in);
	assert_non_null(golden->screen);
	resizeterm(rows, cols);
	pl_theme_start(&golden->view.theme, theme);
	*state = (struct pl_state){
	    .model = pl_model_new(),
	    .is_utf8 = strcmp(glyphs, "ascii") != 0,
	    .theme = &golden->view.theme,
	    .is_connected = true,
	    .focus = PL_PANEL_SCAN,
	    .zoom = PL_PANEL_NONE,
	    .cursor = -1,
	    .utc_ns = GOLDEN_UTC_NS,
	    .now_ns = PL_NS_PER_S,
	};
	state->glyphs = pl_glyphs_choose(glyphs, state->is_utf8, "xterm-256color");
	golden->view.term.is_utf8 = state->is_utf8;
}

static void golden_close(struct golden *golden)
{
	pl_page_go(&golden->view, PL_PAGE_BENCH);
	pl_state_end(&golden->view.state);
	endwin();
	delscreen(golden->screen);
	fclose(golden->in);
	fclose(golden->out);
}

/* One line of a script of the fake engine: a snapshot, or points; another line means nothing. */
static void golden_take(struct golden *golden, const char *line, size_t length)
{
	struct pl_model *model = golden->view.state.model;
	const struct pl_json *points;
	struct pl_json *json;
	struct pl_error error;

	assert_int_equal(pl_json_parse(line, length, &json, &error), PL_OK);
	points = pl_json_get(json, "points");
	if (pl_json_get(json, "snapshot")) {
		pl_model_apply(model, pl_json_get(json, "snapshot"));
		model->n = 1; /* the fake engine numbers them as it sends them */
		pl_model_heard(model, golden->view.state.now_ns);
	} else if (points)
		pl_model_add_points(model, model->run.uid, points);
	pl_json_free(json);
}

/* Plays test/screen/NAME.jsonl: first the snapshots, then the points of the run they show. */
static inline void golden_play(struct golden *golden, const char *name)
{
	static char line[1 << 18];
	char path[300];
	FILE *file;

	snprintf(path, sizeof path, "test/screen/%s.jsonl", name);
	for (int turn = 0; turn < 2; turn++) {
		file = fopen(path, "r");
		assert_non_null(file);
		while (fgets(line, sizeof line, file)) {
			size_t length = strcspn(line, "\n");

			if (length > 0 && line[0] != '#' &&
			    (strncmp(line, "{\"points\"", 9) == 0) == (turn == 1))
				golden_take(golden, line, length);
		}
		fclose(file);
	}
}

static char golden_letter(const struct pl_theme *theme, attr_t attributes, short pair)
{
	unsigned look = ((unsigned)attributes & ~(unsigned)A_COLOR) | (unsigned)COLOR_PAIR(pair);

	for (int role = 0; role < PL_ROLES; role++)
		if (theme->attributes[role] == look)
			return golden_letters[role];
	return (look & A_REVERSE) != 0 ? '#' : '?';
}

/* The screen as the text of its file. Caller frees. */
static char *golden_text(const struct golden *golden)
{
	struct pl_text text = {0}, looks = {0};
	char *all;
	size_t size;

	for (int row = 0; row < LINES; row++) {
		pl_text_add_string(&text, "|");
		pl_text_add_string(&looks, "|");
		for (int col = 0; col < COLS; col++) {
			wchar_t wide[CCHARW_MAX + 1] = {0};
			char bytes[CCHARW_MAX * MB_LEN_MAX + 1];
			char letter[2] = {0};
			cchar_t cell;
			attr_t attributes;
			short pair;

			if (mvin_wch(row, col, &cell) == ERR ||
			    getcchar(&cell, wide, &attributes, &pair, NULL) == ERR)
				fail_msg("no cell at %d,%d", row, col);
			if (wide[0] == L'\0')
				continue; /* the second column of a wide character */
			assert_true(wcstombs(bytes, wide, sizeof bytes) != (size_t)-1);
			letter[0] = golden_letter(golden->view.state.theme, attributes, pair);
			pl_text_add_string(&text, bytes);
			pl_text_add_string(&looks, letter);
		}
		pl_text_add_string(&text, "|\n");
		pl_text_add_string(&looks, "|\n");
	}
	size = text.length + looks.length + 2;
	all = malloc(size);
	assert_non_null(all);
	snprintf(all, size, "%s\n%s", text.data, looks.data);
	pl_text_free(&text);
	pl_text_free(&looks);
	return all;
}

/* What both texts have in common ends in this line, counted from 1. */
static inline int golden_line_of(const char *a, const char *b)
{
	int line = 1;

	for (; *a && *a == *b; a++, b++)
		line += *a == '\n';
	return line;
}

/* Draws the state and compares it with the file of that name. */
static inline void golden_check(struct golden *golden, const char *name)
{
	static char expected[1 << 18];
	const char *write = getenv("PLATEAU_GOLDEN");
	char path[300], *drawn;
	size_t length;
	FILE *file;

	pl_frame_draw(&golden->view.state);
	refresh();
	drawn = golden_text(golden);
	snprintf(path, sizeof path, "test/screen/golden/%s.txt", name);
	if (write && strcmp(write, "write") == 0) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(drawn, file);
		fclose(file);
	}
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s is missing: PLATEAU_GOLDEN=write makes it", path);
	length = fread(expected, 1, sizeof expected - 1, file);
	fclose(file);
	expected[length] = '\0';
	if (strcmp(drawn, expected) != 0) {
		fprintf(stderr, "%s\n", drawn);
		fail_msg("%s: another screen from line %d on", path,
			 golden_line_of(drawn, expected));
	}
	free(drawn);
}

#endif
