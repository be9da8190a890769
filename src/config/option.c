/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function a type, in a table; limits are said in the unit the user would write. */
#include "config/option.h"

#include "config/units.h"
#include "plateau/parameter.h"
#include "plateau/text.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef enum pl_status setter(const struct pl_option *row, const char *text,
			      const struct pl_option_home *home, void *field,
			      struct pl_error *error);

static bool is_limited(const struct pl_option *row)
{
	return row->min < row->max;
}

static enum pl_status refuse_range(const struct pl_option *row, const char *text,
				   struct pl_error *error)
{
	const char *unit = row->type == PL_OPTION_TIME ? "s" : row->unit ? row->unit : "";
	const char *blank = unit[0] ? " " : "";
	char low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];

	return pl_error_set(error, PL_ERR_RANGE, "", "%s lies outside %s..%s%s%s", text,
			    pl_number_format(row->min, low), pl_number_format(row->max, high),
			    blank, unit);
}

static bool in_range(const struct pl_option *row, double value)
{
	return !is_limited(row) || (value >= row->min && value <= row->max);
}

/* "a, b or c" */
static const char *list_words(const char *const *words, char *out, size_t cap)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; words[i] && used < cap; i++) {
		const char *before = i == 0 ? "" : words[i + 1] ? ", " : " or ";

		used += (size_t)snprintf(out + used, cap - used, "%s%s", before, words[i]);
	}
	return out;
}

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words && words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	return -1;
}

static enum pl_status refuse_word(const char *const *words, const char *text,
				  struct pl_error *error)
{
	char names[160];

	return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\" is none of %s", text,
			    list_words(words, names, sizeof(names)));
}

static enum pl_status set_boolean(const struct pl_option *row, const char *text,
				  const struct pl_option_home *home, void *field,
				  struct pl_error *error)
{
	static const char *const words[] = {"no", "yes", NULL};
	int word = find_word(words, text);

	(void)row, (void)home;
	if (word < 0)
		return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\": write yes or no", text);
	*(bool *)field = word == 1;
	return PL_OK;
}

/* "1e3", "5.0" and "10 s" are numbers, but a whole one is wanted: say how to write it. */
static enum pl_status refuse_integer(const struct pl_option *row, const char *text,
				     struct pl_error *error)
{
	char digits[PL_NUMBER_SIZE], words[100] = "", either[120] = "";
	double number;

	if (row->words)
		snprintf(either, sizeof(either), " or %s",
			 list_words(row->words, words, sizeof(words)));
	if (pl_text_to_double(text, &number) && number == floor(number) && fabs(number) < 1e15)
		return pl_error_set(error, PL_ERR_CONFIG, "",
				    "\"%s\": a whole number%s is written in digits: %s", text,
				    either, pl_number_format(number, digits));
	return pl_error_set(error, PL_ERR_CONFIG, "", "\"%s\" is not a whole number%s", text,
			    either);
}

static enum pl_status set_integer(const struct pl_option *row, const char *text,
				  const struct pl_option_home *home, void *field,
				  struct pl_error *error)
{
	int64_t value = 0;

	(void)home;
	if (find_word(row->words, text) < 0) {
		if (!pl_text_to_int(text, &value))
			return refuse_integer(row, text, error);
		if (!in_range(row, (double)value))
			return refuse_range(row, text, error);
	}
	*(int64_t *)field = value;
	return PL_OK;
}

static enum pl_status set_real(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	double value = 0;

	(void)home;
	if (find_word(row->words, text) < 0) {
		enum pl_status status = pl_quantity_parse(text, row->unit, &value, error);

		if (status)
			return status;
		if (!in_range(row, value))
			return refuse_range(row, text, error);
	}
	*(double *)field = value;
	return PL_OK;
}

static enum pl_status set_time(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	int64_t ns = 0;

	(void)home;
	if (find_word(row->words, text) < 0) {
		enum pl_status status = pl_duration_parse(text, &ns, error);

		if (status)
			return status;
		if (!in_range(row, (double)ns / 1e9))
			return refuse_range(row, text, error);
	}
	*(int64_t *)field = ns;
	return PL_OK;
}

static enum pl_status set_word(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	int word = find_word(row->words, text);

	(void)home;
	if (word < 0)
		return refuse_word(row->words, text, error);
	*(int *)field = word;
	return PL_OK;
}

static enum pl_status set_name(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	(void)row;
	if (!pl_name_valid(text))
		return pl_error_set(error, PL_ERR_CONFIG, "",
				    "\"%.48s\" is not a name: a lower-case letter, then at most 31 "
				    "lower-case letters, digits and _",
				    text);
	*(const char **)field = pl_pool_string(home->arena, text);
	return PL_OK;
}

static enum pl_status set_text(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	(void)row;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return pl_error_set(error, PL_ERR_CONFIG, "",
					    "a text of one line without control characters is "
					    "wanted");
	*(const char **)field = pl_pool_string(home->arena, text);
	return PL_OK;
}

static enum pl_status set_path(const struct pl_option *row, const char *text,
			       const struct pl_option_home *home, void *field,
			       struct pl_error *error)
{
	const char *plain;
	enum pl_status status = set_text(row, text, home, &plain, error);

	return status ? status : pl_path_absolute(home, text, field, error);
}

static setter *const setters[] = {
    [PL_OPTION_BOOLEAN] = set_boolean, [PL_OPTION_INTEGER] = set_integer,
    [PL_OPTION_REAL] = set_real,       [PL_OPTION_TIME] = set_time,
    [PL_OPTION_WORD] = set_word,       [PL_OPTION_NAME] = set_name,
    [PL_OPTION_TEXT] = set_text,       [PL_OPTION_PATH] = set_path,
};

enum pl_status pl_option_set(const struct pl_option *row, const char *text,
			     const struct pl_option_home *home, void *into, struct pl_error *error)
{
	assert((size_t)row->type < sizeof(setters) / sizeof(setters[0]));
	return setters[row->type](row, text, home, (char *)into + row->offset, error);
}
