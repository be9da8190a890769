/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dwell of a scan: a time, or counts or an error with bounds. Exactly one of the three rules; one
 * that --set names takes the place of the file's.
 */
#include "config/loader.h"

#include <string.h>

static const struct {
	const char *key;
	int rule;
} rules[] = {{"time", PL_DWELL_TIME}, {"counts", PL_DWELL_COUNTS}, {"error", PL_DWELL_ERROR}};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static const char *const bounds[] = {"min", "max", "zero_rate"};
#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

/* Which rule is meant, as a place in rules[]; -1 when that was said to be unclear. */
static int find_rule(struct pl_loader *loader, const struct pl_doc *dwell, const char *path)
{
	const struct pl_doc *given[RULES];
	int in_file = 0, in_set = 0, first = -1, set = -1, extra = -1;

	for (int i = 0; i < (int)RULES; i++) {
		given[i] = pl_doc_get(dwell, rules[i].key);
		if (!given[i])
			continue;
		extra = first < 0 ? extra : i;
		first = first < 0 ? i : first;
		in_file += !given[i]->place.set;
		in_set += given[i]->place.set != NULL;
		set = given[i]->place.set ? i : set;
	}
	if (in_set == 1)
		return set;
	if (in_file + in_set == 1)
		return first;
	if (first < 0)
		pl_problems_add(loader->problems, dwell->place,
				"%s has no rule: give time, counts or error", path);
	else
		pl_problems_add(loader->problems, given[extra]->at_key,
				"%s: %s does not go with %s: one of time, counts and error", path,
				rules[extra].key, rules[first].key);
	return -1;
}

static void check_bounds(struct pl_loader *loader, const struct pl_doc *dwell, const char *path,
			 const char *rule, const struct pl_dwell *out)
{
	const struct pl_doc *min = pl_doc_get(dwell, "min"), *max = pl_doc_get(dwell, "max");

	if (!max)
		pl_problems_add(loader->problems, dwell->place,
				"%s.max is missing: %s may never be reached; max: 60 s", path,
				rule);
	else if (min && out->max_ns > 0 && out->min_ns > out->max_ns)
		pl_problems_add(loader->problems, min->place, "%s: min is longer than max", path);
}

/* Bounds where there is nothing to bound. */
static void refuse_bounds(struct pl_loader *loader, const struct pl_doc *dwell, const char *path)
{
	for (size_t i = 0; i < BOUNDS; i++) {
		const struct pl_doc *node = pl_doc_get(dwell, bounds[i]);

		if (node)
			pl_problems_add(loader->problems, node->at_key,
					"%s: %s does not go with time, only with counts or error",
					path, bounds[i]);
	}
}

static void load_map(struct pl_loader *loader, const struct pl_doc *dwell, const char *path,
		     struct pl_dwell *out)
{
	const struct pl_config_section *section = pl_config_section("scans.NAME.dwell");
	struct pl_option *rows = pl_rows_for(loader, section->rows, NULL);
	int rule;

	pl_check_keys(loader, dwell, section, NULL);
	rule = find_rule(loader, dwell, path);
	for (int i = 0; i < (int)RULES && rule >= 0; i++)
		if (i != rule)
			pl_rows_drop(rows, rules[i].key);
	pl_load_rows(loader, dwell, path, dwell->place, rows, out);
	out->error /= 100; /* the row is in % */
	if (rule < 0)
		return;
	out->rule = rules[rule].rule;
	if (out->rule == PL_DWELL_TIME)
		refuse_bounds(loader, dwell, path);
	else
		check_bounds(loader, dwell, path, rules[rule].key, out);
}

void pl_load_dwell(struct pl_loader *loader, const struct pl_doc *scan, const char *path,
		   struct pl_dwell *out)
{
	const struct pl_option *time = pl_config_section("scans.NAME.dwell")->rows;
	const struct pl_doc *dwell = pl_doc_get(scan, "dwell");
	const char *here = pl_pool_format(loader->arena, "%s.dwell", path);

	if (!dwell)
		pl_problems_add(loader->problems, scan->at_key,
				"%s is missing: {time: 10 s}, {counts: 400, max: 60 s} or "
				"{error: 5 %%, max: 60 s}",
				here);
	else if (dwell->kind == PL_YAML_MAP)
		load_map(loader, dwell, here, out);
	else if (pl_load_value(loader, dwell, time, out)) /* `dwell: 10 s` */
		pl_effective_add(loader, here, dwell->text, pl_origin(loader, dwell));
}
