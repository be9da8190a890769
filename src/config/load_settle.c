/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settle of a scan as a map: until a reading is where the axis was set to. The reading and the axis
 * are compared, so both have the same unit.
 */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* May it be asked for while nothing is counted, and does it say where the axis is? */
static bool check_reading(struct pl_loader *loader, const struct pl_doc *node,
			  const struct pl_match *match, const struct pl_axis *axis,
			  const struct pl_scan *scan)
{
	const struct pl_device *device = &loader->bench->devices[match->target.device];
	const char *unit = match->parameter->unit;

	if (!pl_want_number(loader, node, "until", match))
		return false;
	if (device->driver->has_events && match->parameter->kind != PL_KIND_STATE)
		pl_problems_add(loader->problems, node->place,
				"until: %s comes with the events and cannot be asked for",
				match->path);
	else if (device == scan->device && match->target.device != axis->target.device)
		pl_problems_add(loader->problems, node->place,
				"until: %s belongs to the detector, which is not what is set; name "
				"a parameter of another device",
				match->path);
	else if (axis->parameter && strcmp(unit, axis->parameter->unit) != 0)
		pl_problems_add(loader->problems, node->place,
				"until: %s is in %s, but %s, which is set, in %s: they cannot be "
				"compared",
				match->path, unit[0] ? unit : "no unit", scan->set,
				axis->parameter->unit[0] ? axis->parameter->unit : "no unit");
	else
		return true;
	return false;
}

static void check_times(struct pl_loader *loader, const struct pl_doc *settle,
			const struct pl_config_until *given)
{
	const struct pl_doc *within = pl_doc_get(settle, "within"),
			    *stay = pl_doc_get(settle, "for"),
			    *most = pl_doc_get(settle, "at_most");

	if (within && given->within <= 0) /* NaN: it was said already */
		pl_problems_add(loader->problems, within->place, "within must be above 0");
	if ((stay || most) && given->for_ns > given->at_most_ns)
		pl_problems_add(loader->problems, (stay ? stay : most)->place,
				"for is longer than at_most: it can never settle");
}

void pl_load_settle(struct pl_loader *loader, const struct pl_doc *settle, const char *path,
		    const struct pl_axis *axis, struct pl_scan *scan)
{
	const struct pl_config_section *section = pl_config_section("scans.NAME.settle");
	const struct pl_doc *until = pl_doc_get(settle, "until");
	struct pl_config_until given = {.within = NAN};
	struct pl_match match = {.parameter = NULL};
	struct pl_option *rows;

	if (until && (!pl_want_target(loader, until, "until", &match) ||
		      !check_reading(loader, until, &match, axis, scan)))
		match.parameter = NULL; /* it is wrong itself: within is not judged by it */
	rows = pl_rows_for(loader, section->rows, match.parameter);
	pl_check_keys(loader, settle, section, NULL);
	pl_load_rows(loader, settle, path, settle->place, rows, &given);
	check_times(loader, settle, &given);
	scan->until = (struct pl_until){
	    .is_given = true,
	    .target = match.target,
	    .within = given.within,
	    .for_ns = given.for_ns,
	    .at_most_ns = given.at_most_ns,
	    .otherwise = given.otherwise,
	};
	pl_text_copy(scan->until.path, sizeof(scan->until.path), match.path);
}
