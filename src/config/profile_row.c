/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One parameter of a profile: its keys into the row people see and the row of the wire. */
#include "config/profile.h"
#include "config/units.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

static const unsigned accesses[] = {PL_ACCESS_READ, PL_ACCESS_WRITE,
				    PL_ACCESS_READ | PL_ACCESS_WRITE};

static struct pl_profile_values left_out(const struct pl_profile_maker *maker)
{
	return (struct pl_profile_values){
	    .digits = -1,
	    .type = -1,
	    .write = -1,
	    .access = -1,
	    .word_order = maker->top.word_order,
	    .byte_order = maker->top.byte_order,
	    .unit = "",
	    .text = "",
	    .min = NAN,
	    .max = NAN,
	    .step = NAN,
	};
}

/* The spelling people try first, NULL when it is another one. */
static const char *unit_meant(const char *unit)
{
	static const struct {
		const char *tried, *meant;
	} rows[] = {
	    {"degC", "C"}, {"°C", "C"},	 {"celsius", "C"}, {"degF", "F"},    {"°F", "F"},
	    {"sec", "s"},  {"hz", "Hz"}, {"v", "V"},	   {"percent", "%"}, {"pct", "%"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(unit, rows[i].tried) == 0)
			return rows[i].meant;
	return NULL;
}

static void check_unit(struct pl_profile_maker *maker, const struct pl_doc *node,
		       const struct pl_profile_values *values)
{
	const struct pl_doc *unit = pl_doc_get(node, "unit");
	const char *meant = unit_meant(values->unit);

	if (!unit || pl_unit_known(values->unit))
		return;
	if (meant)
		pl_problems_add(maker->loader.problems, unit->place,
				"unit: \"%s\" is written %s here", values->unit, meant);
	else
		pl_problems_add(maker->loader.problems, unit->place,
				"unit: no unit is called \"%s\"; there are s ms us min h d, mHz Hz "
				"kHz MHz, uV mV V kV, uA mA A, Pa hPa kPa, C K F and %%; leave it "
				"out for another one and say it in text",
				values->unit);
}

/* access and write say the same thing twice: each fills in the other. */
static void settle_access(struct pl_profile_maker *maker, const struct pl_doc *node,
			  const struct pl_profile_values *values, struct pl_parameter *parameter)
{
	const struct pl_doc *write = pl_doc_get(node, "write");
	bool has_function = values->write > 0;

	parameter->access = PL_ACCESS_READ;
	if (values->access >= 0)
		parameter->access = accesses[values->access];
	else if (has_function)
		parameter->access = PL_ACCESS_READ | PL_ACCESS_WRITE;
	if (has_function && !(parameter->access & PL_ACCESS_WRITE))
		pl_problems_add(maker->loader.problems, write->place,
				"write: access is r, so nothing writes it");
	if (values->write == 0 && parameter->access & PL_ACCESS_WRITE &&
	    pl_doc_get(node, "register") && !pl_doc_get(node, "id"))
		pl_problems_add(maker->loader.problems, write->place,
				"write: access is rw, but no function writes it");
}

/* "input_error" as "input error". */
static const char *text_of_name(struct pl_arena *arena, const char *name)
{
	char *text = pl_pool_string(arena, name);

	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	return text;
}

static void check_place(struct pl_profile_maker *maker, const struct pl_doc *node)
{
	static const char *const wire[] = {"function", "write", "word_order", "byte_order"};
	bool has_register = pl_doc_get(node, "register");

	if (!has_register && !pl_doc_get(node, "id"))
		pl_problems_add(maker->loader.problems, node->at_key,
				"parameters.%s: where is it? give register: (Modbus, counted from "
				"0), id: (Standard Bus) or both",
				node->key);
	for (size_t i = 0; i < sizeof(wire) / sizeof(wire[0]) && !has_register; i++) {
		const struct pl_doc *given = pl_doc_get(node, wire[i]);

		if (given)
			pl_problems_add(maker->loader.problems, given->at_key,
					"%s: only of a parameter that has a register", wire[i]);
	}
}

void pl_profile_load_row(struct pl_profile_maker *maker, const struct pl_doc *node,
			 struct pl_parameter *parameter, struct pl_profile_row *row)
{
	const struct pl_config_section *section = pl_profile_section("parameters.NAME");
	struct pl_profile_values values = left_out(maker);
	struct pl_loader *loader = &maker->loader;

	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, pl_pool_format(loader->arena, "parameters.%s", node->key),
		     node->at_key, section->rows, &values);
	*parameter = (struct pl_parameter){
	    .name = pl_pool_string(loader->arena, node->key),
	    .id = (int)values.id,
	    .kind = values.counter ? PL_KIND_COUNTER : PL_KIND_STATE,
	    .unit = values.unit,
	    .persistent = values.persistent,
	    .show = values.show,
	    .text = values.text[0] ? values.text : text_of_name(loader->arena, node->key),
	};
	*row = (struct pl_profile_row){
	    .type = values.type < 0 ? PL_WIRE_U16 : (enum pl_wire_type)values.type,
	    .word_order = values.word_order,
	    .swaps_bytes = values.byte_order == 1,
	    .has_register = pl_doc_get(node, "register"),
	    .address = (uint16_t)values.address,
	    .scale = values.scale,
	    .offset = values.offset,
	    .instances = 1,
	    .id = (uint32_t)values.id,
	    .valid_row = -1,
	    .min_row = -1,
	    .max_row = -1,
	};
	check_place(maker, node);
	check_unit(maker, node, &values);
	settle_access(maker, node, &values, parameter);
	if (values.type < 0)
		return; /* nothing can be said of it without */
	pl_profile_load_wire(maker, node, &values, parameter, row);
	pl_profile_load_words(maker, node, row);
}
