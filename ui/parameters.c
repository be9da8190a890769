/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parameters.c - see parameters.h. */
#include "parameters.h"

#include "format.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(to, from, key) pl_text_copy((to), sizeof(to), pl_json_get_text((from), (key), ""))
#define NUMBER(from, key)   pl_json_get_number((from), (key), NAN)
#define FLAG(from, key)	    pl_json_get_boolean((from), (key), false)

struct pl_parameters *pl_parameters_new(const char *device)
{
	struct pl_parameters *parameters = calloc(1, sizeof *parameters);

	if (!parameters)
		pl_out_of_memory();
	pl_text_copy(parameters->device, sizeof parameters->device, device);
	return parameters;
}

void pl_parameters_free(struct pl_parameters *parameters)
{
	if (!parameters)
		return;
	free(parameters->rows);
	free(parameters);
}

static void add_word(struct pl_parameter_row *to, const char *word)
{
	size_t length = strlen(to->words);

	snprintf(to->words + length, sizeof to->words - length, "%s%s", length > 0 ? " " : "",
		 word);
}

static void take_row(struct pl_parameter_row *to, const struct pl_json *from)
{
	const struct pl_json *words = pl_json_get(from, "words");

	*to = (struct pl_parameter_row){.value = NUMBER(from, "value"),
					.min = NUMBER(from, "min"),
					.max = NUMBER(from, "max"),
					.step = NUMBER(from, "step"),
					.age_s = NUMBER(from, "age_s"),
					.digits = (int)pl_json_get_integer(from, "digits", 2),
					.is_readable = FLAG(from, "readable"),
					.is_writable = FLAG(from, "writable"),
					.is_persistent = FLAG(from, "persistent")};
	TEXT(to->path, from, "path");
	TEXT(to->unit, from, "unit");
	TEXT(to->text, from, "text");
	TEXT(to->word, from, "word");
	TEXT(to->origin, from, "origin");
	TEXT(to->quality, from, "quality");
	TEXT(to->reason, from, "reason");
	for (size_t i = 0; i < pl_json_size(words); i++)
		add_word(to, pl_json_text(pl_json_at(words, i), ""));
}

bool pl_parameters_take(struct pl_parameters *parameters, const struct pl_json *result)
{
	const struct pl_json *list = pl_json_get(result, "parameters");
	size_t from = parameters->next, count = pl_json_size(list);
	struct pl_parameter_row *grown;

	if (from + count > parameters->count) {
		grown = realloc(parameters->rows, (from + count) * sizeof *grown);
		if (!grown)
			pl_out_of_memory();
		parameters->rows = grown;
		parameters->count = from + count;
	}
	for (size_t i = 0; i < count; i++)
		take_row(&parameters->rows[from + i], pl_json_at(list, i));
	parameters->next = from + count;
	if (count > 0 && FLAG(result, "more"))
		return true;
	parameters->count = parameters->next;
	parameters->next = 0;
	parameters->is_complete = true;
	return false;
}

void pl_parameters_take_check(struct pl_parameters *parameters, const struct pl_json *result)
{
	const struct pl_json *check = pl_json_get(result, "check");

	parameters->is_checking = false;
	parameters->is_value = FLAG(check, "ok");
	parameters->value = NUMBER(check, "value");
	parameters->old = NUMBER(check, "old");
	TEXT(parameters->why, check, "text");
	TEXT(parameters->refusal, check, "refusal");
}

void pl_parameters_take_set(struct pl_parameters *parameters, const struct pl_json *result)
{
	const struct pl_json *write = pl_json_at(pl_json_get(result, "writes"), 0);
	const char *status = pl_json_get_text(write, "status", "?");
	const char *reason = pl_json_get_text(write, "reason", "");
	double values[] = {NUMBER(write, "requested"), NUMBER(write, "applied"),
			   NUMBER(write, "readback")};
	static const char *const names[] = {"requested", "applied", "read back"};
	size_t length;

	parameters->phase = PL_PARAMETERS_LIST;
	parameters->has_failed = !FLAG(result, "ok");
	snprintf(parameters->outcome, sizeof parameters->outcome,
		 "%s: ", pl_json_get_text(write, "path", ""));
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		length = strlen(parameters->outcome);
		if (isfinite(values[i]))
			snprintf(parameters->outcome + length, sizeof parameters->outcome - length,
				 "%s %.10g, ", names[i], values[i]);
	}
	length = strlen(parameters->outcome);
	snprintf(parameters->outcome + length, sizeof parameters->outcome - length, "%s%s%s",
		 strcmp(status, "ok") == 0 ? "confirmed" : status, reason[0] ? ": " : "", reason);
}

const char *pl_parameters_range(const struct pl_parameter_row *row, char *out, size_t cap)
{
	const char *space = row->unit[0] ? " " : "";
	size_t length = 0;

	out[0] = '\0';
	if (row->words[0]) {
		snprintf(out, cap, "%s", row->words);
		return out;
	}
	if (isfinite(row->min) && isfinite(row->max))
		length = (size_t)snprintf(out, cap, "%.10g to %.10g%s%s", row->min, row->max, space,
					  row->unit);
	if (row->step > 0 && length < cap)
		snprintf(out + length, cap - length, "%sstep %.10g", length > 0 ? ", " : "",
			 row->step);
	return out;
}

const char *pl_parameters_value(const struct pl_parameter_row *row, char *out, size_t cap)
{
	char number[PL_FORMAT_SIZE];

	if (row->word[0])
		snprintf(out, cap, "%s", row->word);
	else
		snprintf(out, cap, "%s", pl_format_value(number, row->value, row->digits));
	return out;
}
