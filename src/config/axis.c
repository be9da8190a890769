/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a device's own parameter (thresholds, ranges): its unit, its limits, its step. */
#include "config/loader.h"
#include "config/units.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

int pl_parameter_find(const struct pl_parameter *rows, const char *name)
{
	for (int i = 0; rows && rows[i].name; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

struct pl_option *pl_rows_for(struct pl_loader *loader, const struct pl_option *rows,
			      const struct pl_parameter *parameter)
{
	const char *unit = !parameter			    ? NULL
			   : pl_unit_known(parameter->unit) ? parameter->unit
							    : "";
	struct pl_option *copy;
	size_t count = 0;

	while (rows[count].key)
		count++;
	copy = pl_pool_take(loader->arena, count + 1, sizeof(*copy));
	memcpy(copy, rows, (count + 1) * sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		if (copy[i].type == PL_OPTION_REAL && !copy[i].unit[0])
			copy[i].unit = unit;
	return copy;
}

void pl_rows_drop(struct pl_option *rows, const char *key)
{
	struct pl_option *kept = rows;

	for (struct pl_option *row = rows; row->key; row++)
		if (strcmp(row->key, key) != 0)
			*kept++ = *row;
	*kept = (struct pl_option){.key = NULL};
}

bool pl_check_setting(struct pl_loader *loader, const struct pl_doc *node,
		      const struct pl_parameter *parameter, double value)
{
	char path[PL_DOC_PATH_SIZE], low[PL_NUMBER_SIZE], high[PL_NUMBER_SIZE];
	char given[PL_NUMBER_SIZE], step[PL_NUMBER_SIZE];
	const char *unit = parameter->unit, *blank = unit[0] ? " " : "";
	double steps = parameter->step > 0 ? value / parameter->step : 0;

	pl_doc_path(node, path, sizeof(path));
	pl_number_format(value, given);
	if (parameter->min < parameter->max &&
	    !(value >= parameter->min && value <= parameter->max))
		pl_problems_add(loader->problems, node->place,
				"%s: %s%s%s lies outside the limits of %s, %s..%s%s%s", path, given,
				blank, unit, parameter->name, pl_number_format(parameter->min, low),
				pl_number_format(parameter->max, high), blank, unit);
	else if (fabs(steps - round(steps)) > 1e-6)
		pl_problems_add(loader->problems, node->place,
				"%s: %s%s%s is not a multiple of the step of %s, %s%s%s", path,
				given, blank, unit, parameter->name,
				pl_number_format(parameter->step, step), blank, unit);
	else
		return true;
	return false;
}
