/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scans: the axis is found among the devices first, because it gives the values their unit. */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* The default is 1023 where the parameter can take it, else its maximum. */
static void load_suppress(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			  const struct pl_axis *axis, struct pl_scan *scan)
{
	const struct pl_doc *given = pl_doc_get(node, "suppress");
	const struct pl_parameter *parameter = axis->parameter;
	char digits[PL_NUMBER_SIZE];

	if (!parameter)
		return;
	if (given) {
		if (!isnan(scan->suppress))
			pl_check_setting(loader, given, parameter, scan->suppress);
		return;
	}
	scan->suppress = 1023;
	if (parameter->unit[0] || parameter->min > 1023 || parameter->max < 1023)
		scan->suppress = parameter->max;
	pl_effective_add(loader, pl_pool_format(loader->arena, "%s.suppress", path),
			 pl_pool_format(loader->arena, "%s%s%s",
					pl_number_format(scan->suppress, digits),
					parameter->unit[0] ? " " : "", parameter->unit),
			 "default");
}

/* Nothing is suppressed where the axis is no channel's, and a channel's alone has a configured
 * value to go back to. */
static void check_one(struct pl_loader *loader, const struct pl_doc *node,
		      const struct pl_axis *axis, const struct pl_scan *scan)
{
	const struct pl_doc *suppress = pl_doc_get(node, "suppress");
	const struct pl_doc *restore = pl_doc_get(node, "restore");

	if (suppress)
		pl_problems_add(loader->problems, suppress->at_key,
				"suppress: a scan of %s suppresses no channel", scan->set);
	if (restore && scan->restore == PL_RESTORE_SUPPRESS)
		pl_problems_add(loader->problems, restore->place,
				"restore: a scan of %s has no setting that suppresses", scan->set);
	if (restore && scan->restore == PL_RESTORE_CONFIGURED &&
	    (axis->target.channel < 0 || strcmp(axis->parameter->name, "threshold") != 0))
		pl_problems_add(loader->problems, restore->place,
				"restore: the bench file configures no value of %s", scan->set);
}

/* The rows of the section but two: suppress left out, whose default is the axis's; and settle as a
 * map, which has rows of its own. */
static void load_scan_rows(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			   const struct pl_axis *axis, struct pl_scan *scan)
{
	struct pl_option *rows =
	    pl_rows_for(loader, pl_config_section("scans.NAME")->rows, axis->parameter);
	const struct pl_doc *settle = pl_doc_get(node, "settle");
	bool is_map = settle && settle->kind == PL_YAML_MAP;

	scan->suppress = NAN;
	if (axis->is_one || !pl_doc_get(node, "suppress"))
		pl_rows_drop(rows, "suppress");
	if (is_map)
		pl_rows_drop(rows, "settle");
	pl_load_rows(loader, node, path, node->at_key, rows, scan);
	if (is_map)
		pl_load_settle(loader, settle, pl_pool_format(loader->arena, "%s.settle", path),
			       axis, scan);
	if (!axis->is_one)
		load_suppress(loader, node, path, axis, scan);
	else if (axis->parameter)
		check_one(loader, node, axis, scan);
	scan->has_seed = pl_doc_get(node, "seed");
}

static void load_analyses(struct pl_loader *loader, const struct pl_doc *node, const char *path,
			  struct pl_scan *scan)
{
	static const char *const known[] = {"edge", "plateau", NULL};
	const struct pl_doc *list = pl_doc_get(node, "analysis");
	const char **names;

	if (!list) {
		scan->analyses = known;
		scan->analysis_count = 2;
		pl_effective_add(loader, pl_pool_format(loader->arena, "%s.analysis", path),
				 "[edge, plateau]", "default");
		return;
	}
	if (list->kind != PL_YAML_LIST && !pl_doc_is_null(list)) {
		pl_problems_add(loader->problems, list->place,
				"analysis: a list of names is wanted: [edge, plateau]");
		return;
	}
	names = pl_pool_take(loader->arena, pl_doc_count(list) + 1, sizeof(*names));
	for (const struct pl_doc *item = list->first; item; item = item->next) {
		if (item->kind != PL_YAML_SCALAR ||
		    (strcmp(item->text, known[0]) != 0 && strcmp(item->text, known[1]) != 0))
			pl_problems_add(loader->problems, item->place,
					"analysis \"%s\": not in this version of plateau; it has "
					"edge and plateau",
					item->text ? item->text : "{…}");
		else
			names[scan->analysis_count++] = item->text;
	}
	scan->analyses = names;
	pl_note_list(loader, list, path);
}

static void load_scan(struct pl_loader *loader, const struct pl_doc *node, struct pl_scan *scan)
{
	const char *path = pl_pool_format(loader->arena, "scans.%s", node->key);
	const struct pl_doc *set = pl_doc_get(node, "set");
	struct pl_axis axis = {.device = NULL};

	scan->line = node->at_key.line;
	pl_text_copy(scan->name, sizeof(scan->name), node->key);
	pl_check_keys(loader, node, pl_config_section("scans.NAME"), NULL);
	if (set && set->kind == PL_YAML_SCALAR && !pl_doc_is_null(set)) {
		scan->set = set->text;
		pl_load_axis(loader, node, set, scan, &axis);
	}
	load_scan_rows(loader, node, path, &axis, scan);
	pl_load_memory(loader, node, scan);
	pl_load_scan_channels(loader, node, path, &axis, scan);
	pl_load_dwell(loader, node, path, &scan->dwell);
	if (scan->device) {
		pl_load_readings(loader, node, path, scan);
		pl_load_measure(loader, node, path, scan);
	}
	pl_load_part(loader, node, path, "retry", pl_config_section("scans.NAME.retry"), scan);
	load_analyses(loader, node, path, scan);
	pl_load_hooks(loader, node, path, scan);
}

void pl_load_scans(struct pl_loader *loader, const struct pl_doc *root)
{
	const struct pl_doc *scans = pl_doc_get(root, "scans");
	struct pl_bench *bench = loader->bench;

	if (!scans || pl_doc_is_null(scans) || !pl_want_map(loader, scans) ||
	    !pl_want_few(loader, scans, PL_SCANS_MAX))
		return;
	bench->scans = pl_pool_take(loader->arena, pl_doc_count(scans), sizeof(*bench->scans));
	for (const struct pl_doc *node = scans->first; node; node = node->next)
		if (pl_want_name(loader, node) && pl_want_map(loader, node))
			load_scan(loader, node, &bench->scans[bench->scan_count++]);
}
