/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What points from one parameter of a profile to another, by name; values of the other one as a
 * number or as one of its words. And the instances, which are the same for all that have several.
 */
#include "config/profile.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* ---- names and values ---- */

static int by_register(const struct pl_profile_maker *maker, int64_t address)
{
	for (size_t i = 0; i < maker->count; i++)
		if (maker->rows[i].has_register && maker->rows[i].address == address)
			return (int)i;
	return -1;
}

/* The row of a name; -1, and said, when there is none. */
static int find_row(struct pl_profile_maker *maker, const struct pl_doc *node)
{
	const char *names[PL_PROFILE_PARAMETERS_MAX + 1], *near;
	int64_t address;
	int found;

	if (node->kind != PL_YAML_SCALAR)
		return -1; /* the row of the key said it */
	found = pl_parameter_find(maker->parameters, node->text);
	if (found < 0 && pl_text_to_int(node->text, &address)) {
		found = by_register(maker, address);
		if (found < 0)
			pl_problems_add(maker->loader.problems, node->place,
					"%s: no parameter has the register %s; describe it under "
					"parameters",
					node->key, node->text);
		return found;
	}
	if (found >= 0)
		return found;
	for (size_t i = 0; i < maker->count; i++)
		names[i] = maker->parameters[i].name;
	names[maker->count] = NULL;
	near = pl_text_nearest(node->text, names);
	pl_problems_add(maker->loader.problems, node->place,
			"%s: the profile has no parameter \"%.64s\"%s%s%s", node->key, node->text,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return -1;
}

/* A value of that row as a number or one of its words; NaN, and said, when it is neither. */
static double want_value(struct pl_profile_maker *maker, const struct pl_doc *map, const char *key,
			 int row)
{
	const struct pl_doc *node = pl_doc_get(map, key);
	const struct pl_profile_row *wire = row >= 0 ? &maker->rows[row] : NULL;
	double value;

	if (!wire || !node || node->kind != PL_YAML_SCALAR)
		return NAN;
	for (size_t i = 0; i < wire->word_count; i++)
		if (strcmp(wire->words[i].name, node->text) == 0)
			return wire->words[i].value;
	if (pl_text_to_double(node->text, &value))
		return value;
	pl_problems_add(maker->loader.problems, node->place,
			"%s: \"%.64s\" is neither a number nor a word of %s", key, node->text,
			maker->parameters[row].name);
	return NAN;
}

/* The keys of a part that is there; NULL otherwise, said when it is no map. */
static const struct pl_doc *open_part(struct pl_profile_maker *maker, const struct pl_doc *map,
				      const char *key, const char *path,
				      struct pl_profile_link *link)
{
	const struct pl_config_section *section = pl_profile_section(path);
	const struct pl_doc *part = pl_doc_get(map, key);
	char here[PL_DOC_PATH_SIZE];

	*link = (struct pl_profile_link){.parameter = NULL};
	if (!part || pl_doc_is_null(part) || !pl_want_map(&maker->loader, part))
		return NULL;
	pl_check_keys(&maker->loader, part, section, NULL);
	pl_load_rows(&maker->loader, part, pl_doc_path(part, here, sizeof(here)), part->at_key,
		     section->rows, link);
	return part;
}

/* The row that `key` of a part names; -1: none. */
static int row_of(struct pl_profile_maker *maker, const struct pl_doc *part, const char *key)
{
	const struct pl_doc *node = pl_doc_get(part, key);

	return node ? find_row(maker, node) : -1;
}

/* ---- of the whole profile ---- */

static bool want_number(struct pl_profile_maker *maker, const struct pl_doc *part, int row)
{
	if (row < 0 || maker->rows[row].type != PL_WIRE_STRING)
		return row >= 0;
	pl_problems_add(maker->loader.problems, part->place, "%s: %s is a string", part->key,
			maker->parameters[row].name);
	return false;
}

static void load_order(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	struct pl_profile *profile = maker->profile;
	struct pl_profile_link link;
	const struct pl_doc *part = open_part(maker, root, "order_check", "order_check", &link);
	int row = row_of(maker, part, "parameter");

	profile->order_row = -1;
	if (!part || !want_number(maker, part, row))
		return;
	profile->order_row = row;
	profile->order_high_low = want_value(maker, part, "high_low", row);
	profile->order_low_high = want_value(maker, part, "low_high", row);
	if (!maker->rows[row].has_register || !(maker->parameters[row].access & PL_ACCESS_READ))
		pl_problems_add(maker->loader.problems, part->place,
				"order_check: %s has no register that can be read",
				maker->parameters[row].name);
	if (profile->order_high_low == profile->order_low_high)
		pl_problems_add(maker->loader.problems, part->place,
				"order_check: high_low and low_high are the same value");
}

static void load_volatile(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	struct pl_profile *profile = maker->profile;
	struct pl_profile_link link;
	const struct pl_doc *part =
	    open_part(maker, root, "volatile_writes", "volatile_writes", &link);
	int row = row_of(maker, part, "parameter");

	profile->volatile_row = -1;
	if (!part || !want_number(maker, part, row))
		return;
	profile->volatile_row = row;
	profile->volatile_on = want_value(maker, part, "on", row);
	profile->volatile_off = want_value(maker, part, "off", row);
	if (!(maker->parameters[row].access & PL_ACCESS_WRITE))
		pl_problems_add(maker->loader.problems, part->place,
				"volatile_writes: %s can only be read; give it access: rw",
				maker->parameters[row].name);
	if (profile->volatile_on == profile->volatile_off)
		pl_problems_add(maker->loader.problems, part->place,
				"volatile_writes: on and off are the same value");
}

static void load_identity(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	struct pl_profile *profile = maker->profile;
	struct pl_profile_link link;
	const struct pl_doc *part = open_part(maker, root, "identity", "identity", &link);

	profile->model_row = row_of(maker, part, "model");
	profile->firmware_row = row_of(maker, part, "firmware");
	profile->serial_row = row_of(maker, part, "serial");
}

/* ---- of one parameter ---- */

static void load_good_with(struct pl_profile_maker *maker, size_t index)
{
	struct pl_profile_row *row = &maker->rows[index];
	struct pl_profile_link link;
	const struct pl_doc *part =
	    open_part(maker, maker->nodes[index], "good_with", "parameters.NAME.good_with", &link);
	int other = row_of(maker, part, "parameter");

	if (!part || !want_number(maker, part, other))
		return;
	row->valid_row = other;
	row->valid_value = want_value(maker, part, "value", other);
	if (other == (int)index || pl_doc_get(maker->nodes[other], "good_with"))
		pl_problems_add(maker->loader.problems, part->place, "good_with: %s %s",
				maker->parameters[other].name,
				other == (int)index ? "is this parameter itself"
						    : "has a good_with of its own");
	else if (!(maker->parameters[other].access & PL_ACCESS_READ))
		pl_problems_add(maker->loader.problems, part->place,
				"good_with: %s can only be written", maker->parameters[other].name);
}

static void check_limit(struct pl_profile_maker *maker, const struct pl_doc *part, size_t index,
			int other)
{
	const struct pl_parameter *own = &maker->parameters[index];
	const char *what = NULL;

	if (other < 0 || !want_number(maker, part, other))
		return;
	if (other == (int)index)
		what = "is this parameter itself";
	else if (strcmp(maker->parameters[other].unit, own->unit) != 0)
		what = "has another unit";
	else if (!(maker->parameters[other].access & PL_ACCESS_READ))
		what = "can only be written";
	if (what)
		pl_problems_add(maker->loader.problems, part->place, "limits_from: %s %s",
				maker->parameters[other].name, what);
}

static void load_limits_from(struct pl_profile_maker *maker, size_t index)
{
	struct pl_profile_row *row = &maker->rows[index];
	struct pl_profile_link link;
	const struct pl_doc *part = open_part(maker, maker->nodes[index], "limits_from",
					      "parameters.NAME.limits_from", &link);

	if (!part)
		return;
	row->min_row = row_of(maker, part, "min");
	row->max_row = row_of(maker, part, "max");
	check_limit(maker, part, index, row->min_row);
	check_limit(maker, part, index, row->max_row);
	if (!part->first)
		pl_problems_add(maker->loader.problems, part->place,
				"limits_from: give min, max or both");
}

void pl_profile_load_links(struct pl_profile_maker *maker, const struct pl_doc *root)
{
	load_order(maker, root);
	load_volatile(maker, root);
	load_identity(maker, root);
	for (size_t i = 0; i < maker->count; i++) {
		load_good_with(maker, i);
		load_limits_from(maker, i);
	}
}
