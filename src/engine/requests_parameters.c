/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_parameters.c - the word `describe` about parameters: each with its row, what is known of
 * its value and from where; and whether a value could be set, by the same rules as `set`. Asks no
 * device.
 */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS_ROOM (44u << 10)
#define PARAMETERS_MOST 1024
#define WORDS_MOST	24

static const char *const qualities[] = {
    [PL_QUALITY_OK] = "ok",	      [PL_QUALITY_STALE] = "stale",	[PL_QUALITY_OVER] = "over",
    [PL_QUALITY_INVALID] = "invalid", [PL_QUALITY_MISSING] = "missing",
};

static void add_row(struct pl_json *out, const struct pl_bench *bench, const struct pl_match *match)
{
	const struct pl_parameter *row = match->parameter;
	struct pl_json *words = pl_json_array();
	const char *name;

	pl_json_add_text(out, "path", match->path);
	pl_json_add_text(out, "unit", row->unit);
	pl_json_add_number(out, "min", row->max > row->min ? row->min : NAN);
	pl_json_add_number(out, "max", row->max > row->min ? row->max : NAN);
	pl_json_add_number(out, "step", row->step);
	pl_json_add_integer(out, "digits", row->digits);
	pl_json_add_boolean(out, "readable", (row->access & PL_ACCESS_READ) != 0);
	pl_json_add_boolean(out, "writable", (row->access & PL_ACCESS_WRITE) != 0);
	pl_json_add_boolean(out, "persistent", row->persistent);
	pl_json_add_text(out, "text", row->text);
	for (size_t i = 0; i < WORDS_MOST && (name = pl_value_word(bench, match, i)) != NULL; i++)
		pl_json_add_text(words, NULL, name);
	pl_json_add(out, "words", words);
}

/* Newer than what was once written, as far as the device can be asked. */
static bool is_read(const struct live_device *live, const struct live_row *row)
{
	return row->last.t_mono_ns != 0 && !(row->is_setting && live->device->driver->has_events);
}

static void add_read(struct pl_json *out, const struct pl_reading *last)
{
	bool has_number = last->quality <= PL_QUALITY_STALE && last->value.type != PL_VALUE_TEXT;

	pl_json_add_number(out, "value", has_number ? last->value.number : NAN);
	pl_json_add_text(out, "word", last->value.text);
	pl_json_add_text(out, "origin", "read");
	pl_json_add_text(out, "quality", qualities[last->quality]);
	pl_json_add_text(out, "reason", last->reason);
	pl_json_add_number(out, "age_s",
			   round((double)(pl_clock_mono_ns() - last->t_mono_ns) / 1e8) / 10);
}

static void add_known(struct pl_json *out, const struct setting *known)
{
	static const char *const origins[] = {
	    [SETTING_UNKNOWN] = "unknown",
	    [SETTING_KEPT] = "as last known",
	    [SETTING_CONFIRMED] = "confirmed",
	    [SETTING_READ_BACK] = "read back",
	};

	pl_json_add_number(out, "value", known->value);
	pl_json_add_text(out, "origin", origins[known->origin]);
	pl_json_add_text(out, "quality",
			 known->origin >= SETTING_CONFIRMED ? "ok"
			 : isnan(known->value)		    ? "missing"
							    : "stale");
}

static struct pl_json *described(const struct pl_engine *engine, const struct pl_match *match)
{
	const struct live_device *live = &engine->devices[match->target.device];
	const struct live_row *row = live_row(engine, match->target);
	struct pl_json *out = pl_json_object();

	add_row(out, engine->bench, match);
	if (row != NULL && is_read(live, row))
		add_read(out, &row->last);
	else if (row != NULL && row->is_setting)
		add_known(out, &row->known);
	else
		pl_json_add_text(out, "origin", "not read yet");
	return out;
}

/* {parameters, next, more}: from the first one on that was not told yet. */
void describe_paths(const struct request *request)
{
	const struct pl_engine *engine = request->engine;
	const struct pl_json *paths = pl_json_get(request->args, "paths");
	size_t i = (size_t)fmax(0, pl_json_get_number(request->args, "from", 0)), count = 0;
	struct pl_match *matches = calloc(PARAMETERS_MOST, sizeof(*matches));
	struct part_list list = {.items = pl_json_array(), .room = PARAMETERS_ROOM};
	struct pl_json *result = pl_json_object();
	struct pl_error error;
	enum pl_status status = PL_OK;

	if (matches == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = pl_bench_resolve(engine->bench, pl_json_text(pl_json_at(paths, 0), ""),
					  matches, PARAMETERS_MOST, &count, &error);
	for (; status == PL_OK && i < count && i < PARAMETERS_MOST; i++)
		if (matches[i].parameter != NULL &&
		    !part_add(&list, described(engine, &matches[i])))
			break;
	pl_json_add(result, "parameters", list.items);
	pl_json_add_integer(result, "next", (int64_t)i);
	pl_json_add_boolean(result, "more", i < count);
	free(matches);
	if (status == PL_OK) {
		answer_ok(request->engine, request->asker, result);
		return;
	}
	pl_json_free(result);
	answer_error(request->engine, request->asker, &error);
}

/* ---- check ---- */

static enum pl_status check(const struct pl_bench *bench, const char *item, struct pl_match *match,
			    double *value, struct pl_error *error)
{
	const char *equals = strchr(item, '=');
	char path[PL_PATH_SIZE];
	size_t count = 0;
	enum pl_status status;

	if (equals == NULL || (size_t)(equals - item) >= sizeof(path))
		return pl_error_set(error, PL_ERR_USAGE, item, "is not of the form PATH=VALUE");
	snprintf(path, sizeof(path), "%.*s", (int)(equals - item), item);
	status = pl_bench_resolve(bench, path, match, 1, &count, error);
	if (status == PL_OK && (count != 1 || match->parameter == NULL))
		status = pl_error_set(error, PL_ERR_USAGE, path, "is not one parameter");
	if (status == PL_OK)
		status = pl_value_parse(bench, match, equals + 1, value, error);
	return status == PL_OK ? pl_value_check(match, *value, error) : status;
}

/* {check:{path,ok,value,old,unit,persistent,text,refusal}}: text why it is no value; refusal why it
 * cannot be set now. */
void describe_check(const struct request *request)
{
	const char *item = pl_json_get_text(request->args, "check", "");
	struct pl_json *result = pl_json_object(), *out = pl_json_object();
	struct pl_match match = {.target = {.parameter = -1}};
	struct pl_error error = {0}, refusal = {0};
	double value = NAN;
	bool ok = check(request->engine->bench, item, &match, &value, &error) == PL_OK;
	const struct live_row *row =
	    match.parameter != NULL ? live_row(request->engine, match.target) : NULL;

	engine_may_act(request->engine, request->session, &refusal);
	pl_json_add_text(out, "path", match.path);
	pl_json_add_boolean(out, "ok", ok);
	pl_json_add_number(out, "value", ok ? value : NAN);
	pl_json_add_number(out, "old", row != NULL && row->is_setting ? row->known.value : NAN);
	pl_json_add_text(out, "unit", match.parameter != NULL ? match.parameter->unit : "");
	pl_json_add_boolean(out, "persistent",
			    match.parameter != NULL && match.parameter->persistent);
	pl_json_add_text(out, "text", error.text);
	pl_json_add_text(out, "refusal", refusal.text);
	pl_json_add(result, "check", out);
	answer_ok(request->engine, request->asker, result);
}
