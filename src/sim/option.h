/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option.h - option rows of simulators: one row gives the key, its check, its default and its help.
 *
 * A row names a member of the simulator's value struct by offset; its type fixes the member's C
 * type. Pure functions, any thread.
 */
#ifndef SIM_OPTION_H
#define SIM_OPTION_H

#include "plateau/status.h"
#include "plateau/text.h"

#include <stddef.h>

#define PL_SIM_TEXT_SIZE  256
#define PL_SIM_TEXTS_SIZE 1024

enum pl_sim_type {
	PL_SIM_NUMBER,	/* double */
	PL_SIM_INTEGER, /* int64_t */
	PL_SIM_CHOICE,	/* int: place in `choices` */
	PL_SIM_TEXT,	/* char[PL_SIM_TEXT_SIZE] */
	PL_SIM_TEXTS,	/* char[PL_SIM_TEXTS_SIZE]: a repeated key is joined with ';' */
};

struct pl_sim_option {
	const char *name;
	enum pl_sim_type type;
	const char *unit; /* "" = none */
	double min, max;
	const char *initial; /* default, as it would be written */
	const char *choices; /* PL_SIM_CHOICE: words with one blank between */
	size_t offset;
	const char *text;
};

/* Writes one value into the struct at base. `value` may carry the row's unit ("0.2 Hz").
 * PL_ERR_CONFIG not of the type, PL_ERR_RANGE, PL_ERR_UNIT another unit; `where` is the name. */
enum pl_status pl_sim_option_set(const struct pl_sim_option *option, const char *value, void *base,
				 struct pl_error *error);

/* The row of that name or NULL. */
const struct pl_sim_option *pl_sim_option_find(const struct pl_sim_option *options, size_t count,
					       const char *name);

/* The place of `word` among words with one blank between, -1 when it is none of them. */
int pl_sim_word_index(const char *words, const char *word);

/* A number with or without its unit: PL_ERR_CONFIG, PL_ERR_UNIT, PL_ERR_RANGE outside min..max. */
enum pl_status pl_sim_number_parse(const char *where, const char *text, const char *unit,
				   double min, double max, double *out, struct pl_error *error);

/* "  name=default unit  (min..max)  text" and a newline. */
void pl_sim_option_help(const struct pl_sim_option *option, struct pl_text *out);

#endif
