/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A range as the file gives it: which of the four forms, and whether it is whole. The points, their
 * limits and their number are the plan's (scan/plan). */
#include "config/loader.h"

#include "config/units.h"

#include <string.h>

enum { CENTER = 1, NSTEPS = 2, START = 4, STOP = 8, STEP = 16, POINTS = 32, LIST = 64 };

static const struct {
	const char *key;
	unsigned bit;
} keys[] = {
    {"center", CENTER}, {"nsteps", NSTEPS}, {"start", START}, {"stop", STOP},
    {"step", STEP},	{"points", POINTS}, {"list", LIST},
};

static const struct {
	unsigned bits;
	unsigned marks; /* any of these says that this form is meant */
	enum pl_range_kind kind;
	const char *name;
} forms[] = {
    {.bits = LIST, .marks = LIST, .kind = PL_RANGE_LIST, .name = "list"},
    {.bits = CENTER | NSTEPS | STEP,
     .marks = CENTER | NSTEPS,
     .kind = PL_RANGE_CENTER,
     .name = "center, nsteps, step"},
    {.bits = START | STOP | POINTS,
     .marks = POINTS,
     .kind = PL_RANGE_POINTS,
     .name = "start, stop, points"},
    {.bits = START | STOP | STEP,
     .marks = START | STOP | STEP,
     .kind = PL_RANGE_STEP,
     .name = "start, stop, step"},
};

static unsigned given_keys(const struct pl_doc *node)
{
	unsigned bits = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (pl_doc_get(node, keys[i].key))
			bits |= keys[i].bit;
	return bits;
}

static const char *first_key(unsigned bits)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (bits & keys[i].bit)
			return keys[i].key;
	return "";
}

/* Which form it is; says what is missing or too much. */
static bool find_form(struct pl_loader *loader, const struct pl_doc *node, struct pl_range *out)
{
	unsigned given = given_keys(node);
	char path[PL_DOC_PATH_SIZE];
	size_t form = 0;

	pl_doc_path(node, path, sizeof(path));
	while (form < 3 && !(given & forms[form].marks))
		form++;
	out->kind = forms[form].kind;
	if (given == forms[form].bits)
		return true;
	if (!given)
		pl_problems_add(loader->problems, node->place,
				"%s is empty: give center/nsteps/step, start/stop/step, "
				"start/stop/points or list",
				path);
	else if (given & ~forms[form].bits)
		pl_problems_add(loader->problems,
				pl_doc_get(node, first_key(given & ~forms[form].bits))->at_key,
				"%s: %s does not go with %s", path,
				first_key(given & ~forms[form].bits), forms[form].name);
	else
		pl_problems_add(loader->problems, node->place, "%s: %s is missing (%s)", path,
				first_key(forms[form].bits & ~given), forms[form].name);
	return false;
}

static bool load_list(struct pl_loader *loader, const struct pl_doc *list,
		      const struct pl_option *row, struct pl_range *out)
{
	double *values;
	bool fine = true;

	if (list->kind != PL_YAML_LIST || !list->first) {
		pl_problems_add(loader->problems, list->place,
				"a list of settings is wanted: [280, 290, 300]");
		return false;
	}
	values = pl_pool_take(loader->arena, pl_doc_count(list), sizeof(*values));
	for (const struct pl_doc *item = list->first; item; item = item->next)
		fine = pl_load_value(loader, item, row, &values[out->list_count++]) && fine;
	out->list = values;
	return fine;
}

bool pl_load_range(struct pl_loader *loader, const struct pl_doc *node,
		   const struct pl_parameter *parameter, struct pl_range *out)
{
	const struct pl_config_section *section = pl_config_section("scans.NAME.range");
	const struct pl_option *rows = pl_rows_for(loader, section->rows, parameter);
	const struct pl_option item = {
	    .key = "list", .type = PL_OPTION_REAL, .unit = rows[0].unit, .text = "one setting"};
	const struct pl_doc *list = pl_doc_get(node, "list");
	size_t before = loader->problems->count;
	char path[PL_DOC_PATH_SIZE];

	if (!pl_want_map(loader, node))
		return false;
	*out = (struct pl_range){.line = node->place.line, .column = node->place.column};
	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, pl_doc_path(node, path, sizeof(path)), node->place, rows, out);
	if (list && load_list(loader, list, &item, out))
		pl_note_list(loader, list, path);
	find_form(loader, node, out);
	return loader->problems->count == before;
}
