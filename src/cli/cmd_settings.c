/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_settings.c - plateau settings: what the devices were set to in a stored run, against what
 * they are set to now, or put back. */
#include "cli/print.h"
#include "cli/run_ref.h"
#include "cli/set.h"
#include "cli/word.h"

#include "store/settings.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
	const struct pl_call *call;
	const struct pl_run_summary *run;
	struct pl_settings_row *rows;
	size_t count;
};

static bool is_start(const struct pl_settings_row *row)
{
	return strcmp(row->when, "start") == 0;
}

static const char *at_end(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->count; i++)
		if (!is_start(&settings->rows[i]) && strcmp(settings->rows[i].path, path) == 0)
			return settings->rows[i].value;
	return "unknown";
}

/* ---- as they were ---- */

static void add_member(struct pl_json *to, const char *key, const char *text)
{
	double number;

	if (pl_text_to_double(text, &number))
		pl_json_add_number(to, key, number);
	else
		pl_json_add_text(to, key, text[0] != '\0' ? text : NULL);
}

static int print_json(const struct settings *settings)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();
	int exit_status;

	for (size_t i = 0; i < settings->count; i++) {
		const struct pl_settings_row *row = &settings->rows[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "when", row->when);
		pl_json_add_text(item, "path", row->path);
		add_member(item, "value", row->value);
		pl_json_add_text(item, "unit", row->unit);
		pl_json_add(list, NULL, item);
	}
	pl_json_add_text(object, "run", settings->run->path);
	pl_json_add(object, "settings", list);
	exit_status = pl_print_json(object);
	pl_json_free(object);
	return exit_status;
}

static int print(const struct settings *settings)
{
	static const char *const heads[] = {"path", "start", "end", "unit"};
	struct pl_table table = {.columns = 4};

	if (pl_call_has(settings->call, "json"))
		return print_json(settings);
	for (size_t i = 0; i < 4; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < settings->count; i++) {
		const struct pl_settings_row *row = &settings->rows[i];

		if (!is_start(row))
			continue;
		pl_table_add(&table, row->path);
		pl_table_add(&table, row->value);
		pl_table_add(&table, at_end(settings, row->path));
		pl_table_add(&table, row->unit);
	}
	pl_table_print(&table);
	return PL_EXIT_OK;
}

/* ---- --diff ---- */

static const struct pl_json *value_now(const struct pl_json *values, const char *path)
{
	for (size_t i = 0; i < pl_json_size(values); i++)
		if (strcmp(pl_json_get_text(pl_json_at(values, i), "path", ""), path) == 0)
			return pl_json_get(pl_json_at(values, i), "value");
	return NULL;
}

static const char *text_of(const struct pl_json *value, char number[PL_NUMBER_SIZE])
{
	if (pl_json_is_string(value))
		return pl_json_text(value, "");
	if (pl_json_is_number(value))
		return pl_number_format(pl_json_number(value, NAN), number);
	return "unknown";
}

/* As diff(1): 0 the same, 1 not. */
static int on_values(void *ctx, const struct pl_json *result)
{
	const struct settings *settings = ctx;
	const struct pl_json *values = pl_json_get(result, "values");
	struct pl_json *object = pl_json_object(), *list = pl_json_array();
	struct pl_table table = {.columns = 4};
	size_t different = 0;

	for (size_t i = 0; i < settings->count; i++) {
		const struct pl_settings_row *row = &settings->rows[i];
		char number[PL_NUMBER_SIZE];
		const char *now = text_of(value_now(values, row->path), number);
		struct pl_json *item;

		if (!is_start(row) || strcmp(now, row->value) == 0)
			continue;
		if (different++ == 0) {
			pl_table_add(&table, "path");
			pl_table_add(&table, "run");
			pl_table_add(&table, "now");
			pl_table_add(&table, "unit");
		}
		pl_table_add(&table, row->path);
		pl_table_add(&table, row->value);
		pl_table_add(&table, now);
		pl_table_add(&table, row->unit);
		item = pl_json_object();
		pl_json_add_text(item, "path", row->path);
		add_member(item, "run", row->value);
		add_member(item, "now", strcmp(now, "unknown") != 0 ? now : "");
		pl_json_add_text(item, "unit", row->unit);
		pl_json_add(list, NULL, item);
	}
	pl_json_add(object, "differences", list);
	if (pl_call_has(settings->call, "json"))
		pl_print_json(object);
	else if (different > 0)
		pl_table_print(&table);
	else
		pl_tell(settings->call, "every setting is as it was at the start of run %u",
			settings->run->number);
	if (pl_call_has(settings->call, "json"))
		pl_text_free(&table.cells);
	pl_json_free(object);
	return different > 0 ? PL_EXIT_FAILED : PL_EXIT_OK;
}

static int diff(const struct pl_bench_ref *ref, struct settings *settings)
{
	struct pl_word word = {.name = "get", .on_result = on_values, .ctx = settings};
	struct pl_json *paths = pl_json_array();

	for (size_t i = 0; i < settings->count; i++)
		if (is_start(&settings->rows[i]))
			pl_json_add_text(paths, NULL, settings->rows[i].path);
	word.args = pl_json_object();
	pl_json_add(word.args, "paths", paths);
	return pl_word_run(ref, &word);
}

/* ---- --apply ---- */

static int apply(const struct pl_bench_ref *ref, const struct settings *settings)
{
	struct pl_text *items = calloc(settings->count + 1, sizeof(*items));
	const char **words = calloc(settings->count + 1, sizeof(*words));
	struct pl_error error;
	size_t count = 0;
	int exit_status;

	for (size_t i = 0; items != NULL && words != NULL && i < settings->count; i++) {
		const struct pl_settings_row *row = &settings->rows[i];

		if (!is_start(row) || row->value[0] == '\0')
			continue;
		pl_text_add(&items[count], "%s=%s", row->path, row->value);
		words[count] = items[count].data;
		count++;
	}
	if (items == NULL || words == NULL) {
		pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
		exit_status = pl_fail(settings->call, &error);
	} else {
		exit_status = pl_set_words(ref, words);
	}
	for (size_t i = 0; i < count; i++)
		pl_text_free(&items[i]);
	free(items);
	free(words);
	return exit_status;
}

/* ---- the word ---- */

static int act(struct settings *settings, struct pl_error *error)
{
	bool is_diff = pl_call_has(settings->call, "diff");
	bool is_apply = pl_call_has(settings->call, "apply");
	bool has_bench = pl_call_is_bench(settings->call->arguments[0]);
	struct pl_bench_ref ref;
	const char *const *rest;
	int exit_status;

	if (is_diff && is_apply) {
		pl_error_set(error, PL_ERR_USAGE, "--apply", "and --diff exclude each other");
		return pl_fail(settings->call, error);
	}
	if (!is_diff && !is_apply)
		return print(settings);
	/* Without a BENCH it is the one that the run names. */
	if ((has_bench ? pl_bench_ref_find(settings->call, &ref, &rest, error)
		       : pl_run_ref_bench(settings->call, settings->run, &ref, error)) != PL_OK)
		exit_status = pl_fail(settings->call, error);
	else
		exit_status = is_diff ? diff(&ref, settings) : apply(&ref, settings);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static enum pl_status read_settings(struct settings *settings, struct pl_error *error)
{
	int folder;
	enum pl_status status = pl_dir_open(AT_FDCWD, settings->run->path, true, &folder, error);

	if (status != PL_OK)
		return status;
	status = pl_settings_read(folder, &settings->rows, &settings->count, error);
	if (status == PL_ERR_NOT_FOUND)
		status = pl_error_set(error, PL_ERR_NOT_FOUND, settings->run->path,
				      "has no settings.csv: it ended before its first write, or "
				      "an older version took it");
	close(folder);
	return status;
}

static int run(const struct pl_call *call)
{
	struct settings settings = {.call = call};
	struct pl_run_refs refs;
	struct pl_error error;
	int exit_status;

	if (pl_run_refs_find(call, 1, &refs, &error) != PL_OK) {
		exit_status = pl_fail(call, &error);
	} else if (refs.rest[0] != NULL) {
		exit_status = pl_fail_surplus(call, refs.rest[0]);
	} else if (refs.count != 1) {
		pl_error_set(&error, PL_ERR_USAGE, "", "%zu runs are named; one is wanted",
			     refs.count);
		exit_status = pl_fail(call, &error);
	} else {
		settings.run = &refs.items[0];
		exit_status = read_settings(&settings, &error) == PL_OK ? act(&settings, &error)
									: pl_fail(call, &error);
	}
	free(settings.rows);
	pl_run_refs_fini(&refs);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"diff", 0, NULL, "only what differs from what the devices hold now"},
    {"apply", 0, NULL, "write them again, each confirmed and audited"},
    {.name = NULL},
};

const struct pl_command pl_cmd_settings = {
    .name = "settings",
    .summary = "show, compare or put back the settings of a run",
    .synopsis = "[BENCH] RUN [--diff|--apply]",
    .text = "Prints what every parameter that can be written and read held at the start and at "
	    "the end of a stored run (its settings.csv). --diff compares those of the start with "
	    "what the devices hold now and exits 0 when nothing differs, 1 otherwise. --apply "
	    "writes those of the start, as `plateau set` would. Without a BENCH it is the one that "
	    "the run was taken with.",
    .options = options,
    .most = 2,
    .run = run,
};
