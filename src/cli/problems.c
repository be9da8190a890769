/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problems.c - everything that is wrong with a bench file, said at once: a line each, or one
 * object. */
#include "cli/bench_ref.h"
#include "cli/print.h"

#include <stdio.h>

static struct pl_json *problem_json(const struct pl_problem *problem)
{
	struct pl_json *item = pl_json_object();

	pl_json_add_integer(item, "line", problem->line);
	pl_json_add_integer(item, "column", problem->column);
	pl_json_add_text(item, "where", problem->where);
	pl_json_add_text(item, "text", problem->text);
	return item;
}

int pl_bench_ref_say(const struct pl_bench_ref *ref, const struct pl_problems *problems)
{
	struct pl_json *object, *list;

	for (size_t i = 0; i < problems->count; i++)
		fprintf(stderr, "%s: %s\n", problems->items[i].where, problems->items[i].text);
	if (problems->dropped > 0)
		fprintf(stderr, "%s: and %zu more\n", problems->file, problems->dropped);
	if (!pl_call_has(ref->call, "json"))
		return PL_EXIT_USAGE;
	object = pl_json_object();
	list = pl_json_array();
	for (size_t i = 0; i < problems->count; i++)
		pl_json_add(list, NULL, problem_json(&problems->items[i]));
	pl_json_add_boolean(object, "success", false);
	pl_json_add_text(object, "code", pl_status_name(PL_ERR_CONFIG));
	pl_json_add_text(object, "file", ref->file);
	pl_json_add(object, "problems", list);
	pl_print_json(object);
	pl_json_free(object);
	return PL_EXIT_USAGE;
}
