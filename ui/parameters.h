/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameters.h - the parameters of one device as the engine describes them, and the one that is
 * being set: a value is typed and checked by the engine, shown as old and new, and applied by
 * another key. One thread.
 */
#ifndef UI_PARAMETERS_H
#define UI_PARAMETERS_H

#include "line.h"
#include "model.h"

struct pl_parameter_row {
	char path[112], unit[16], text[PL_MODEL_TEXT], words[PL_MODEL_TEXT];
	char word[64]; /* of an enum, or a text */
	char origin[20], quality[16], reason[PL_MODEL_TEXT];
	double value, min, max, step, age_s; /* NaN = none */
	int digits;
	bool is_readable, is_writable, is_persistent;
};

enum pl_parameters_phase {
	PL_PARAMETERS_LIST,
	PL_PARAMETERS_TYPING,
	PL_PARAMETERS_CONFIRM, /* old and new are shown; y applies */
	PL_PARAMETERS_SETTING, /* asked of the engine */
};

struct pl_parameters {
	char device[PL_MODEL_NAME];
	struct pl_parameter_row *rows;
	size_t count;
	bool is_asking;	  /* for the rows */
	bool is_complete; /* all of them were told at least once */
	size_t next;	  /* the row that the next answer begins with */
	int64_t asked_ns;
	char chosen[112]; /* path */

	enum pl_parameters_phase phase;
	struct pl_line line;		 /* what is being typed */
	char checked[PL_LINE_SIZE];	 /* the text that the answer is about */
	bool is_checking, is_value;	 /* it is one; else why tells */
	double value, old;		 /* as the engine understood it */
	char why[PL_MODEL_TEXT];	 /* it is no value */
	char refusal[PL_MODEL_TEXT];	 /* it cannot be set now */
	char outcome[2 * PL_MODEL_TEXT]; /* of the last one that was set */
	bool has_failed;
};

struct pl_parameters *pl_parameters_new(const char *device);
void pl_parameters_free(struct pl_parameters *parameters); /* NULL is fine */

/* Answers of the engine: rows (true: there are more to be asked for), a check, a set. */
bool pl_parameters_take(struct pl_parameters *parameters, const struct pl_json *result);
void pl_parameters_take_check(struct pl_parameters *parameters, const struct pl_json *result);
void pl_parameters_take_set(struct pl_parameters *parameters, const struct pl_json *result);

/* "0 to 400 C, step 0.1", or its words; "" when it may be anything. Returns out. */
const char *pl_parameters_range(const struct pl_parameter_row *row, char *out, size_t cap);
/* The value as people read it, without unit; "--" = not known. Returns out. */
const char *pl_parameters_value(const struct pl_parameter_row *row, char *out, size_t cap);

#endif
