/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.h - the list of stored runs and one run of it, as far as they are here.
 *
 * The list is long and stays with the engine: here are its length, the rows around those on the
 * screen, and of a search the places of what it found. Memory is bounded whatever the workspace
 * holds. One thread.
 */
#ifndef UI_RUNS_H
#define UI_RUNS_H

#include "model.h"
#include "theme.h"

#define PL_RUNS_WINDOW 200

struct pl_view;
struct pl_state;

struct pl_runs_row {
	int64_t place, run, planned, done, invalid, samples, lost, notes;
	char day[12], bench[40], kind[16], name[40], state[100];
	char operator_name[40], label[64], sample[64], reason[120], note[120], problem[120];
};

struct pl_runs {
	char find[48]; /* what was searched for; empty = nothing */
	int asked;     /* lists on their way; only the last one counts */
	int64_t total; /* runs in the workspace, -1 = not told yet */
	int64_t read;  /* of them looked at by the search */
	int64_t count; /* rows of the list: total, or what was found so far */
	int64_t first; /* number in the list of rows[0] */
	size_t row_count;
	struct pl_runs_row rows[PL_RUNS_WINDOW];
	int64_t selected; /* number in the list */
	int64_t *places;  /* of a search: of each row */
	size_t place_room;
	bool is_window; /* the list on its way is only another window of the search */
	bool is_known;	/* it was told to its end */
	int64_t newest; /* run of the snapshot when it was asked for, and its state */
	bool was_running;
};

/* ---- the list: runs.c ---- */

void pl_runs_free(struct pl_runs *runs);
/* Row i of the list when it is here, else NULL. */
const struct pl_runs_row *pl_runs_row(const struct pl_runs *runs, int64_t i);
/* An event of a list that was asked for, and its result; NULL = there will be none. */
void pl_runs_take(struct pl_runs *runs, const struct pl_json *event);
void pl_runs_answered(struct pl_runs *runs, const struct pl_json *result);
/* Begins another search, or the same list anew: the args of the word. */
struct pl_json *pl_runs_begin(struct pl_runs *runs, const char *find);
/* What has to be asked for so that rows from..to are here; NULL = nothing. */
struct pl_json *pl_runs_want(struct pl_runs *runs, int64_t from, int64_t to);
/* "13/39" or "421 rows", and what of it is of no use. */
void pl_runs_result(const struct pl_runs_row *row, char *out, size_t cap);

/* ---- one run: run_sheets.c ---- */

enum pl_sheet {
	PL_SHEET_CURVE,
	PL_SHEET_ABOUT,
	PL_SHEET_NOTES,
	PL_SHEET_SETTINGS,
	PL_SHEET_PLAN,
	PL_SHEET_FILES,
	PL_SHEET_AUDIT,
	PL_SHEETS
};

#define PL_SHEET_LINE 240

struct pl_sheet_lines {
	struct {
		enum pl_role role;
		char text[PL_SHEET_LINE];
	} * items;
	size_t count, room;
};

struct pl_run_shown {
	char run[32];	/* "2026-11-21/42": as words take it */
	char path[600]; /* of its folder; empty = not told yet */
	char name[40], state[100], kind[16], parameter[64], bench[40];
	int64_t number, planned;
	bool is_owned, is_told; /* all parts are here */
	bool is_verifying;
	enum pl_sheet sheet;
	struct pl_sheet_lines lines[PL_SHEETS]; /* of the curve none */
	struct pl_model_curve curve;
};

struct pl_run_shown *pl_run_shown_new(const char *day, int64_t number);
void pl_run_shown_free(struct pl_run_shown *run);
const char *pl_run_sheet_name(enum pl_sheet sheet);
/* An event of the word `run`, its result, and that of `verify`. */
void pl_run_take(struct pl_run_shown *run, const struct pl_json *event);
void pl_run_told(struct pl_run_shown *run, const struct pl_json *result);
void pl_run_verified(struct pl_run_shown *run, const struct pl_json *result);
/* Begins anew: all that is known is forgotten but the sheet that is shown. */
void pl_run_forget(struct pl_run_shown *run);

#endif
