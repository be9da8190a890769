/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option.c - one value of an option row: read, checked, stored, explained.
 *
 * Nothing is guessed: the whole text must be a number, its unit the row's own, a choice one of the
 * listed words. Pure, any thread.
 */
#include "sim/option.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define NUMBER_TEXT 64

int pl_sim_word_index(const char *words, const char *word)
{
	size_t length = strlen(word);
	int index = 0;

	for (const char *at = words; *at != '\0'; index++) {
		size_t size = strcspn(at, " ");

		if (size == length && memcmp(at, word, size) == 0)
			return index;
		at += size;
		at += *at == ' ';
	}
	return -1;
}

const struct pl_sim_option *pl_sim_option_find(const struct pl_sim_option *options, size_t count,
					       const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	}
	return NULL;
}

enum pl_status pl_sim_number_parse(const char *where, const char *text, const char *unit,
				   double min, double max, double *out, struct pl_error *error)
{
	char digits[NUMBER_TEXT];
	size_t length = strspn(text, "+-.0123456789");
	char low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];

	if ((text[length] == 'e' || text[length] == 'E') &&
	    strspn(text + length + 1, "+-0123456789") > 0)
		length += 1 + strspn(text + length + 1, "+-0123456789");
	if (length >= sizeof(digits))
		return pl_error_set(error, PL_ERR_CONFIG, where, "this is not a number");
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!pl_text_to_double(digits, out))
		return pl_error_set(error, PL_ERR_CONFIG, where, "'%.60s' is not a number", text);
	text += length;
	text += strspn(text, " ");
	if (*text != '\0' && strcmp(text, unit) != 0)
		return pl_error_set(error, PL_ERR_UNIT, where, "'%.20s' does not fit: write %s%s",
				    text, *unit == '\0' ? "the bare number" : "the number in ",
				    unit);
	if (*out < min || *out > max)
		return pl_error_set(error, PL_ERR_RANGE, where, "%s lies outside %s..%s", digits,
				    pl_number_format(min, low), pl_number_format(max, high));
	return PL_OK;
}

static enum pl_status set_number(const struct pl_sim_option *option, const char *value, char *at,
				 struct pl_error *error)
{
	double number = 0;
	enum pl_status status = pl_sim_number_parse(option->name, value, option->unit, option->min,
						    option->max, &number, error);

	if (status != PL_OK)
		return status;
	if (option->type == PL_SIM_NUMBER) {
		memcpy(at, &number, sizeof(number));
		return PL_OK;
	}
	if (number != floor(number))
		return pl_error_set(error, PL_ERR_CONFIG, option->name,
				    "'%.60s' is not a whole number", value);
	memcpy(at, &(int64_t){(int64_t)number}, sizeof(int64_t));
	return PL_OK;
}

static enum pl_status set_choice(const struct pl_sim_option *option, const char *value, char *at,
				 struct pl_error *error)
{
	int index = pl_sim_word_index(option->choices, value);

	if (index < 0)
		return pl_error_set(error, PL_ERR_CONFIG, option->name, "'%.60s' is none of: %s",
				    value, option->choices);
	memcpy(at, &index, sizeof(index));
	return PL_OK;
}

static enum pl_status set_text(const struct pl_sim_option *option, const char *value, char *at,
			       struct pl_error *error)
{
	bool joins = option->type == PL_SIM_TEXTS;
	size_t cap = joins ? PL_SIM_TEXTS_SIZE : PL_SIM_TEXT_SIZE;
	size_t used = joins ? strlen(at) : 0;

	if (used > 0 && used + 1 < cap)
		at[used++] = ';';
	if (!pl_text_copy(at + used, cap - used, value))
		return pl_error_set(error, PL_ERR_CONFIG, option->name, "longer than %zu bytes",
				    cap - 1);
	return PL_OK;
}

enum pl_status pl_sim_option_set(const struct pl_sim_option *option, const char *value, void *base,
				 struct pl_error *error)
{
	char *at = (char *)base + option->offset;

	switch (option->type) {
	case PL_SIM_NUMBER:
	case PL_SIM_INTEGER:
		return set_number(option, value, at, error);
	case PL_SIM_CHOICE:
		return set_choice(option, value, at, error);
	case PL_SIM_TEXT:
	case PL_SIM_TEXTS:
		return set_text(option, value, at, error);
	}
	return pl_error_set(error, PL_ERR_CONFIG, option->name, "this option has no type");
}

void pl_sim_option_help(const struct pl_sim_option *option, struct pl_text *out)
{
	char low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];
	size_t start = out->length;

	pl_text_add(out, "  %s=%s%s%s", option->name, option->initial,
		    *option->unit != '\0' ? " " : "", option->unit);
	while (out->length - start < 30)
		pl_text_add_string(out, " ");
	pl_text_add(out, " %s", option->text);
	if (option->type == PL_SIM_CHOICE)
		pl_text_add(out, " [%s]", option->choices);
	else if (option->type == PL_SIM_NUMBER || option->type == PL_SIM_INTEGER)
		pl_text_add(out, " [%s..%s]", pl_number_format(option->min, low),
			    pl_number_format(option->max, high));
	pl_text_add_string(out, "\n");
}
