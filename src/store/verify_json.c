/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_json.c - a verdict as `plateau verify --json` has it. Any thread. */
#include "store/verify.h"

#include "store/workspace.h"

struct pl_json *pl_verdict_json(const struct pl_run_summary *run, const struct pl_verdict *verdict)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < verdict->count; i++) {
		const struct pl_finding *finding = &verdict->items[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_boolean(item, "is_bad", finding->is_bad);
		pl_json_add_text(item, "code", finding->code);
		pl_json_add_text(item, "where", finding->where);
		pl_json_add_text(item, "text", finding->text);
		pl_json_add(list, NULL, item);
	}
	pl_json_add_integer(object, "run", run->number);
	pl_json_add_text(object, "path", run->path);
	pl_json_add_boolean(object, "ok", verdict->bad == 0);
	pl_json_add_integer(object, "audit_rows", (int64_t)verdict->audit_rows);
	pl_json_add_integer(object, "points", (int64_t)verdict->points);
	pl_json_add_integer(object, "operations", (int64_t)verdict->operations);
	pl_json_add_integer(object, "readings", (int64_t)verdict->readings);
	pl_json_add_integer(object, "bad", (int64_t)verdict->bad);
	pl_json_add(object, "findings", list);
	return object;
}
