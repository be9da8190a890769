/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form.h - the option rows of one scan or recording while they are being edited. The rows come from
 * the engine and go back to it as they were changed; nothing is known of them here. Pure state, one
 * thread.
 *
 * The plan that is shown belongs to the values that were asked for last: one question is under way,
 * and what was typed meanwhile is asked next.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include "plateau/json.h"

#include <stdbool.h>
#include <stddef.h>

#define PL_FORM_ROWS	80
#define PL_FORM_CHOICES 18
#define PL_FORM_LINES	24
#define PL_FORM_VALUE	200

enum pl_form_kind { PL_FORM_NONE, PL_FORM_SCAN, PL_FORM_RECORD };

struct pl_form_row {
	char name[64], path[160], type[12], unit[16], text[240], hint[64];
	double min, max; /* NaN = no limits */
	char choices[PL_FORM_CHOICES][40];
	int choice_count;
	char file[PL_FORM_VALUE]; /* the value of the bench file */
	char value[PL_FORM_VALUE];
};

struct pl_form {
	enum pl_form_kind kind;
	char name[40];
	struct pl_form_row *rows; /* PL_FORM_ROWS of them */
	size_t count, selected, caret;
	bool is_described;
	bool is_stale;	  /* the plan is not that of the present values */
	bool is_planning; /* a question for it is under way */
	bool is_asking_rows, has_no_rows;
	bool wants_start; /* ask for the yes as soon as the plan is there */
	bool is_done;	  /* it was begun: the form is over */
	bool is_right;	  /* the newest plan was one */
	int wrong_row;	  /* -1 = none, or not known which */
	char wrong[400];  /* what the engine said of the newest values, "" = nothing */
	char plan[PL_FORM_LINES][96];
	int plan_count;
	char flag[2][8]; /* "yes", "force": what has to be said beside yes */
	char ask[2][400];
	int ask_count, asked; /* so many of them were answered with y */
};

enum pl_form_outcome {
	PL_FORM_NOT_MINE, /* the key is nobody's here */
	PL_FORM_STAYS,	  /* moved, or nothing */
	PL_FORM_CHANGED,
};

/* Begins one; edits of the same one that was left are still there. */
void pl_form_open(struct pl_form *form, enum pl_form_kind kind, const char *name);
void pl_form_fini(struct pl_form *form);

/* form.c: what the engine answered. Rows keep what was typed into them before. */
void pl_form_take_rows(struct pl_form *form, const struct pl_json *result);
/* where: of the engine's error, may be empty; it is no news to whom the rows are shown. */
void pl_form_take_refusal(struct pl_form *form, const char *where, const char *text);
void pl_form_plan_line(struct pl_form *form, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The args of `plan` (for_plan) or of `scan` and `record`: caller frees. */
struct pl_json *pl_form_args(const struct pl_form *form, bool for_plan);
bool pl_form_is_changed(const struct pl_form_row *row); /* from the bench file */
/* The row that a message of the engine is about, -1 = it names none. */
int pl_form_row_of(const struct pl_form *form, const char *text);

/* form_edit.c. pl_form_key: a key, as typed or (is_pasted) out of a paste, which only ever adds
 * text. */
enum pl_form_outcome pl_form_reset(struct pl_form *form); /* the row to the bench file's value */
void pl_form_move(struct pl_form *form, long rows);
enum pl_form_outcome pl_form_key(struct pl_form *form, int key, bool is_pasted);

#endif
