/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.c - the value of a parameter as people write it: a number, with or without the row's unit,
 * or one of the words of an enum. The unit is never guessed: another one is refused.
 */
#include "config/bench.h"
#include "config/units.h"
#include "plateau/profile.h"
#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* The words of the parameter's profile row; NULL when it has none. */
static const struct pl_profile_word *words_of(const struct pl_bench *bench, struct pl_target target)
{
	const struct pl_profile *profile = bench->devices[target.device].spec.profile;

	if (!profile || target.parameter < 0)
		return NULL;
	if (target.channel < 0)
		return profile->rows[target.parameter].words;
	return profile->rows[profile->instanced_rows[target.parameter]].words;
}

const char *pl_value_word(const struct pl_bench *bench, const struct pl_match *match, size_t i)
{
	const struct pl_profile_word *words = words_of(bench, match->target);

	for (size_t k = 0; words && words[k].name; k++)
		if (k == i)
			return words[k].name;
	return NULL;
}

static enum pl_status no_number(const struct pl_match *match, const char *text,
				const struct pl_profile_word *words, struct pl_error *error)
{
	const char *names[65], *near;
	size_t count = 0;

	for (; words && words[count].name && count < 64; count++)
		names[count] = words[count].name;
	names[count] = NULL;
	near = pl_text_nearest(text, names);
	return pl_error_set(error, PL_ERR_USAGE, match->path, "`%s` is no %s%s%s%s", text,
			    count > 0 ? "number and no word it knows" : "number",
			    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

enum pl_status pl_value_parse(const struct pl_bench *bench, const struct pl_match *match,
			      const char *text, double *out, struct pl_error *error)
{
	const struct pl_profile_word *words = words_of(bench, match->target);
	struct pl_error why;
	enum pl_status status;

	for (size_t i = 0; words && words[i].name; i++)
		if (strcmp(words[i].name, text) == 0) {
			*out = words[i].value;
			return PL_OK;
		}
	if (pl_text_to_double(text, out))
		return PL_OK;
	status = pl_quantity_parse(text, match->parameter->unit, out, &why);
	if (status == PL_OK)
		return PL_OK;
	if (status == PL_ERR_UNIT)
		return pl_error_set(error, PL_ERR_USAGE, match->path, "%s", why.text);
	return no_number(match, text, words, error);
}

enum pl_status pl_value_check(const struct pl_match *match, double value, struct pl_error *error)
{
	const struct pl_parameter *row = match->parameter;
	double steps = row->step > 0 ? value / row->step : 0;

	if ((row->access & PL_ACCESS_WRITE) == 0)
		return pl_error_set(error, PL_ERR_USAGE, match->path, "cannot be written");
	if (!isfinite(value))
		return pl_error_set(error, PL_ERR_RANGE, match->path,
				    "%g is no value; nothing was written", value);
	if (row->max > row->min && !(value >= row->min && value <= row->max))
		return pl_error_set(error, PL_ERR_RANGE, match->path,
				    "%g lies outside %g to %g%s%s; nothing was written", value,
				    row->min, row->max, row->unit[0] != '\0' ? " " : "", row->unit);
	if (fabs(steps - round(steps)) > 1e-9)
		return pl_error_set(error, PL_ERR_RANGE, match->path,
				    "%g is no multiple of the step %g; nothing was written", value,
				    row->step);
	return PL_OK;
}
