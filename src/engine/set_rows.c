/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * set_rows.c - what a `set` was asked, and what is written down of it.
 */
#include "engine/job_set.h"
#include "engine/write_rows.h"

#include <stdio.h>
#include <string.h>

/* A memory that every write wears out is written for somebody who said yes. */
static enum pl_status check_wear(const struct set *set, const struct pl_match *match,
				 struct pl_error *error)
{
	if (!match->parameter->persistent || set->is_agreed)
		return PL_OK;
	return pl_error_set(
	    error, PL_ERR_USAGE, match->path,
	    "is kept in the device's own memory, which every write wears out: --yes "
	    "writes it; nothing was written");
}

/* "det.top.threshold=300" into one write a match. */
enum pl_status set_parse_item(struct set *set, const struct pl_bench *bench, const char *item,
			      struct pl_error *error)
{
	struct pl_match matches[SET_MAX];
	const char *equals = strchr(item, '=');
	char path[PL_PATH_SIZE];
	size_t found = 0;
	enum pl_status status;

	if (equals == NULL || (size_t)(equals - item) >= sizeof(path))
		return pl_error_set(error, PL_ERR_USAGE, item, "is not of the form PATH=VALUE");
	snprintf(path, sizeof(path), "%.*s", (int)(equals - item), item);
	status = pl_bench_resolve(bench, path, matches, SET_MAX, &found, error);
	for (size_t i = 0; status == PL_OK && i < found; i++) {
		double value = NAN;

		if (set->count == SET_MAX)
			return pl_error_set(error, PL_ERR_USAGE, path, "at most %d writes at once",
					    SET_MAX);
		if (matches[i].parameter == NULL)
			return pl_error_set(error, PL_ERR_USAGE, path,
					    "a raw register is only read; describe it in a profile "
					    "to write it");
		status = pl_value_parse(bench, &matches[i], equals + 1, &value, error);
		if (status == PL_OK)
			status = pl_value_check(&matches[i], value, error);
		if (status == PL_OK)
			status = check_wear(set, &matches[i], error);
		set->items[set->count++] = (struct one_write){matches[i], value};
	}
	return status;
}

static double known_value(const struct set *set, const struct one_write *item)
{
	const struct live_row *row = live_row(set->actor.engine, item->match.target);

	return row != NULL && row->is_setting ? row->known.value : NAN;
}

static struct write_row row_of(const struct set *set)
{
	const struct one_write *item = &set->items[set->done];

	return (struct write_row){.who = set->who,
				  .action = "set",
				  .match = &item->match,
				  .old = known_value(set, item),
				  .value = item->value};
}

uint64_t set_audit(struct set *set, const char *status, const char *detail)
{
	struct write_row row = row_of(set);

	return write_row_audit(set->actor.engine, &row, status, detail);
}

void set_operation(struct set *set, const char *status)
{
	struct write_row row = row_of(set);

	write_row_operation(set->actor.engine, &row, status);
}

void set_add_result(struct set *set, const struct pl_bus_answer *answer, const char *status,
		    const char *reason)
{
	const struct one_write *item = &set->items[set->done];
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", item->match.path);
	pl_json_add_number(out, "old", known_value(set, item));
	pl_json_add_number(out, "requested", item->value);
	pl_json_add_number(out, "applied",
			   answer != NULL && answer->status == PL_OK ? answer->report.applied
								     : NAN);
	pl_json_add_number(out, "readback", answer != NULL ? answer->report.readback : NAN);
	pl_json_add_text(out, "status", status);
	pl_json_add_text(out, "reason", reason);
	pl_json_add(set->writes, NULL, out);
}
