/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_get.c - plateau get: values of parameters. */
#include "cli/print.h"
#include "cli/word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct get {
	const struct pl_call *call;
	const char *const *paths; /* ends with NULL; none = all */
};

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct get *get = ctx;
	struct pl_match match;
	size_t count;
	enum pl_status status = PL_OK;

	for (size_t i = 0; get->paths[i] != NULL && status == PL_OK; i++)
		status = pl_bench_resolve(bench, get->paths[i], &match, 1, &count, error);
	return status;
}

static void add_value(struct pl_table *table, const struct pl_json *item)
{
	const struct pl_json *value = pl_json_get(item, "value");
	const char *quality = pl_json_get_text(item, "quality", "");
	const char *reason = pl_json_get_text(item, "reason", "");
	const char *word = pl_json_get_text(item, "word", "");
	struct pl_text remark = {0}, shown = {0};
	char number[PL_NUMBER_SIZE];

	pl_table_add(table, pl_json_get_text(item, "path", ""));
	if (pl_json_is_string(value))
		pl_text_add_string(&shown, pl_json_text(value, ""));
	else if (pl_json_is_number(value))
		pl_text_add(&shown, "%s%s%s",
			    pl_measured_format(pl_json_number(value, NAN), number),
			    word[0] != '\0' ? " " : "", word);
	else
		pl_text_add_string(&shown, "unknown");
	pl_table_add(table, shown.length > 0 ? shown.data : "");
	pl_table_add(table, pl_json_get_text(item, "unit", ""));
	pl_text_add(&remark, "%s%s%s", strcmp(quality, "ok") != 0 ? quality : "",
		    strcmp(quality, "ok") != 0 && reason[0] != '\0' ? ": " : "", reason);
	pl_table_add(table, remark.data);
	pl_text_free(&remark);
	pl_text_free(&shown);
}

static int on_result(void *ctx, const struct pl_json *result)
{
	const struct get *get = ctx;
	const struct pl_json *list = pl_json_get(result, "values");
	struct pl_table table = {.columns = 4};
	bool is_whole = true;

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *item = pl_json_at(list, i);
		const char *quality = pl_json_get_text(item, "quality", "");

		is_whole &= strcmp(quality, "ok") == 0 || strcmp(quality, "stale") == 0;
		add_value(&table, item);
	}
	if (pl_call_has(get->call, "json")) {
		pl_text_free(&table.cells);
		pl_print_json(result);
	} else {
		pl_table_print(&table);
	}
	return is_whole ? PL_EXIT_OK : PL_EXIT_FAILED;
}

static int run(const struct pl_call *call)
{
	struct get get = {.call = call};
	struct pl_word word = {.name = "get", .check = check, .on_result = on_result, .ctx = &get};
	struct pl_json *paths;
	struct pl_bench_ref ref;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &get.paths, &error) != PL_OK) {
		exit_status = pl_fail(call, &error);
	} else {
		paths = pl_json_array();
		for (size_t i = 0; get.paths[i] != NULL; i++)
			pl_json_add_text(paths, NULL, get.paths[i]);
		if (get.paths[0] == NULL)
			pl_json_add_text(paths, NULL, "*");
		word.args = pl_json_object();
		pl_json_add(word.args, "paths", paths);
		exit_status = pl_word_run(&ref, &word);
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

const struct pl_command pl_cmd_get = {
    .name = "get",
    .summary = "read parameters",
    .synopsis = "[BENCH] [PATH…]",
    .text = "Prints the present values of parameters, all of them without a PATH. A path is "
	    "device.parameter or device.channel.parameter; * stands for all in any place. A value "
	    "that is not known says why; one that has a name has it behind its number (in JSON: "
	    "word). Exit status 1 when any is missing.",
    .most = 64,
    .run = run,
};
