/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_set.c - plateau set: writes, each confirmed and audited. */
#include "cli/print.h"
#include "cli/set.h"
#include "cli/word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct set {
	const struct pl_call *call;
	const char *const *items; /* ends with NULL */
};

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct set *set = ctx;
	enum pl_status status = PL_OK;

	for (size_t i = 0; set->items[i] != NULL && status == PL_OK; i++) {
		struct pl_match match;
		char path[PL_PATH_SIZE];
		size_t count, length = strcspn(set->items[i], "=");

		if (set->items[i][length] != '=' || length >= sizeof(path))
			return pl_error_set(error, PL_ERR_USAGE, set->items[i],
					    "is not of the form PATH=VALUE");
		snprintf(path, sizeof(path), "%.*s", (int)length, set->items[i]);
		status = pl_bench_resolve(bench, path, &match, 1, &count, error);
	}
	return status;
}

static void add_number(struct pl_table *table, const struct pl_json *item, const char *key,
		       const char *missing)
{
	const struct pl_json *value = pl_json_get(item, key);
	char number[PL_NUMBER_SIZE];

	pl_table_add(table, pl_json_is_number(value)
				? pl_number_format(pl_json_number(value, NAN), number)
				: missing);
}

static int on_result(void *ctx, const struct pl_json *result)
{
	static const char *const heads[] = {"path", "old", "requested", "applied", "status", ""};
	const struct set *set = ctx;
	const struct pl_json *list = pl_json_get(result, "writes");
	struct pl_table table = {.columns = 6};
	bool is_done = pl_json_get_boolean(result, "ok", false);

	if (pl_call_has(set->call, "json")) {
		pl_print_json(result);
		return is_done ? PL_EXIT_OK : PL_EXIT_FAILED;
	}
	for (size_t i = 0; i < 6; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *item = pl_json_at(list, i);

		pl_table_add(&table, pl_json_get_text(item, "path", ""));
		add_number(&table, item, "old", "unknown");
		add_number(&table, item, "requested", "");
		add_number(&table, item, "applied", "unknown");
		pl_table_add(&table, pl_json_get_text(item, "status", ""));
		pl_table_add(&table, pl_json_get_text(item, "reason", ""));
	}
	pl_table_print(&table);
	return is_done ? PL_EXIT_OK : PL_EXIT_FAILED;
}

int pl_set_words(const struct pl_bench_ref *ref, const char *const *assignments)
{
	struct set given = {.call = ref->call, .items = assignments}, *set = &given;
	struct pl_word word = {.name = "set", .check = check, .on_result = on_result, .ctx = set};
	struct pl_json *items;
	struct pl_error error;

	if (set->items[0] == NULL) {
		pl_error_set(&error, PL_ERR_USAGE, "", "say what to set: det.top.threshold=300");
		return pl_fail(ref->call, &error);
	}
	items = pl_json_array();
	for (size_t i = 0; set->items[i] != NULL; i++)
		pl_json_add_text(items, NULL, set->items[i]);
	word.args = pl_json_object();
	pl_json_add(word.args, "items", items);
	pl_json_add_boolean(word.args, "yes", pl_call_has(ref->call, "yes"));
	return pl_word_run(ref, &word);
}

static int run(const struct pl_call *call)
{
	const char *const *rest;
	struct pl_bench_ref ref;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else
		exit_status = pl_set_words(&ref, rest);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

const struct pl_command pl_cmd_set = {
    .name = "set",
    .summary = "write parameters, each confirmed and audited",
    .synopsis = "[BENCH] PATH=VALUE…",
    .text = "Writes parameters of the devices. Every value is checked against its limits before "
	    "the first one is written; each write is confirmed by the device and stands in the "
	    "audit log of the bench. A value may carry the parameter's own unit (30C, \"30 C\"), "
	    "never another one, and be a word of a parameter that has words (auto). What the "
	    "device keeps in a memory that writes wear out needs --yes, and is left alone when it "
	    "holds the value already. A run in progress refuses it. Exit status 1 when a write was "
	    "refused, unanswered or not confirmed.",
    .most = 64,
    .run = run,
};
