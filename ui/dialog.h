/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialog.h - the one question that may be open: a line of text, a choice, or yes and no.
 *
 * A question is pure state: keys go in, an outcome comes out; drawing is dialog.c's, what an
 * outcome means is the asker's. Yes is only ever `y`, from a hand: a `y` that comes closer than
 * PL_DIALOG_CALM_NS behind the key before it (a paste, a key held down) is not taken. One thread.
 */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_DIALOG_LINES	  64 /* more scans than that are for the command line */
#define PL_DIALOG_CALM_NS INT64_C(120000000)

enum pl_dialog_kind { PL_DIALOG_NONE, PL_DIALOG_TEXT, PL_DIALOG_CHOICE, PL_DIALOG_CONFIRM };
enum pl_dialog_topic {
	PL_TOPIC_OPERATOR,
	PL_TOPIC_SCAN,
	PL_TOPIC_START, /* what the form is of */
	PL_TOPIC_STOP,
	PL_TOPIC_SKIP,
	PL_TOPIC_RETAKE,
	PL_TOPIC_SAFE,
	PL_TOPIC_NOTE,
	PL_TOPIC_RESUME,
	PL_TOPIC_RESUME_CHANGED, /* yes is --force */
	PL_TOPIC_RECORD_OPERATOR,
	PL_TOPIC_RECORDING, /* which */
	PL_TOPIC_RECORD_STOP,
	PL_TOPIC_SHOWN, /* of the curve */
	PL_TOPIC_SET_VALUE,
	PL_TOPIC_TUNE, /* which channel */
	PL_TOPIC_TUNE_ASSUME,
	PL_TOPIC_TUNE_VALUE,
	PL_TOPIC_TUNE_RATE,
	PL_TOPIC_DISCONNECT,
	PL_TOPIC_COUNT, /* which detector */
	PL_TOPIC_COUNT_TIME,
	PL_TOPIC_DRIVE,
};
enum pl_dialog_outcome { PL_DIALOG_OPEN, PL_DIALOG_YES, PL_DIALOG_NO };

struct pl_dialog {
	enum pl_dialog_kind kind;
	enum pl_dialog_topic topic;
	bool is_optional; /* an empty line is an answer */
	bool is_ready;	  /* false: an answer that the question needs is on its way */
	char title[64];
	char lines[PL_DIALOG_LINES][96];
	int line_count;
	int selected;	  /* choice */
	char input[160];  /* text */
	char subject[64]; /* what it is about: the scan's name, the run's number */
};

void pl_dialog_open(struct pl_dialog *dialog, enum pl_dialog_kind kind, enum pl_dialog_topic topic,
		    const char *title);
void pl_dialog_close(struct pl_dialog *dialog);
void pl_dialog_line(struct pl_dialog *dialog, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first line of the text, cut at a blank where it is too long for one of the box; returns the
 * rest. */
const char *pl_dialog_wrapped(struct pl_dialog *dialog, const char *text);

/* A line of text (prompt.c): Enter takes it when it is not empty or need not be given, Esc leaves.
 * Only printable ASCII is taken. */
enum pl_dialog_outcome pl_prompt_text(struct pl_dialog *dialog, int key);
/* One of the lines (prompt.c): arrows, jk, digits for the first nine, Enter, Esc. */
enum pl_dialog_outcome pl_prompt_choice(struct pl_dialog *dialog, int key);
/* Yes or no (confirm.c). calm_ns: time since the key before this one. */
enum pl_dialog_outcome pl_confirm_key(const struct pl_dialog *dialog, int key, int64_t calm_ns);

/* The first line to be shown of a box with so many rows of text: the chosen one is among them. */
int pl_dialog_first(const struct pl_dialog *dialog, int rows);

/* The keys of the open question, for its last line. */
const char *pl_dialog_keys(const struct pl_dialog *dialog);

#endif
