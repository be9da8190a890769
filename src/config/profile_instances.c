/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters that an instrument has several of, one for each of its loops: instance 1 belongs to
 * the device itself, the others are channels "2", "3", …. All have the same number, so that every
 * channel has all of them; the distance of their registers is each one's own.
 */
#include "config/profile.h"

#include "plateau/text.h"

#include <string.h>

/* How many there are; 1 when the parameter has no instances or they are wrong. */
static int64_t load_one(struct pl_profile_maker *maker, size_t index)
{
	const struct pl_config_section *section = pl_profile_section("parameters.NAME.instances");
	const struct pl_doc *part = pl_doc_get(maker->nodes[index], "instances");
	struct pl_profile_row *row = &maker->rows[index];
	struct pl_profile_instances values = {.count = 1};
	char path[PL_DOC_PATH_SIZE];
	int64_t last;

	if (!part || pl_doc_is_null(part) || !pl_want_map(&maker->loader, part))
		return 1;
	pl_check_keys(&maker->loader, part, section, NULL);
	pl_load_rows(&maker->loader, part, pl_doc_path(part, path, sizeof(path)), part->place,
		     section->rows, &values);
	last = row->address + row->registers + (values.count - 1) * values.step;
	row->instances = values.count;
	row->instance_step = (uint16_t)values.step;
	if (values.count > 1 && row->has_register && !values.step && !pl_doc_get(part, "step"))
		pl_problems_add(maker->loader.problems, part->place,
				"instances: step is missing: registers from one to the next");
	else if (row->has_register && last > 65536)
		pl_problems_add(maker->loader.problems, part->place,
				"instances: the last one would lie beyond register 65535");
	return values.count;
}

static void collect(struct pl_profile_maker *maker, size_t count)
{
	struct pl_parameter *parameters =
	    pl_pool_take(maker->loader.arena, count + 1, sizeof(*parameters));
	int *rows = pl_pool_take(maker->loader.arena, count, sizeof(*rows));
	size_t at = 0;

	for (size_t i = 0; i < maker->count; i++) {
		if (maker->rows[i].instances < 2)
			continue;
		parameters[at] = maker->parameters[i];
		rows[at++] = (int)i;
	}
	maker->profile->instanced = parameters;
	maker->profile->instanced_rows = rows;
	maker->profile->instanced_count = count;
}

void pl_profile_load_instances(struct pl_profile_maker *maker)
{
	int64_t all = 1;
	size_t first = 0, count = 0;

	for (size_t i = 0; i < maker->count; i++) {
		int64_t own = load_one(maker, i);

		if (own < 2)
			continue;
		count++;
		if (all == 1) {
			all = own;
			first = i;
		} else if (own != all) {
			pl_problems_add(maker->loader.problems,
					pl_doc_get(maker->nodes[i], "instances")->place,
					"instances: %s has %lld, but %s has %lld; all that have "
					"several have equally many",
					maker->parameters[i].name, (long long)own,
					maker->parameters[first].name, (long long)all);
		}
	}
	collect(maker, count);
}
