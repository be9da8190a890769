/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form_rows.c - `describe {scan}` and `describe {record}`: the option rows of one scan or recording
 * with their present values, for a form. A form sends back what was changed, as `set` takes it.
 *
 * What a view began with is remembered as long as the engine lives, and told beside the value of
 * the bench file. Engine thread.
 */
#include "engine/run_internal.h"

#include "config/rows.h"

#include <stdio.h>
#include <string.h>

#define ROWS_ROOM (48u << 10)

static const char *const type_names[] = {
    [PL_OPTION_BOOLEAN] = "boolean", [PL_OPTION_INTEGER] = "integer", [PL_OPTION_REAL] = "real",
    [PL_OPTION_TIME] = "time",	     [PL_OPTION_WORD] = "word",	      [PL_OPTION_NAME] = "name",
    [PL_OPTION_TEXT] = "text",	     [PL_OPTION_PATH] = "path",
};

struct form {
	struct part_list list;
	const struct pl_bench *bench;
	const struct pl_json *last; /* what a view began with before, NULL = never */
	const char *kind;	    /* "scans" or "recordings" */
	const char *name;
	const struct pl_parameter *axis; /* of a scan */
};

/* ---- rows that are no options: they go with one run ---- */

static const struct {
	const char *name, *text;
	bool is_kept; /* the last one is seldom wrong again */
} tags[] = {
    {"label", "a name for the run, to find it by", false},
    {"sample", "what is measured; kept with the run", true},
    {"note", "a note on the run, with time and name", false},
};

static void add_tags(struct form *form)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct pl_json *row = pl_json_object();

		pl_json_add_text(row, "name", tags[i].name);
		pl_json_add_text(row, "path", "");
		pl_json_add_text(row, "type", "text");
		pl_json_add_text(row, "value", "");
		if (tags[i].is_kept && pl_json_get(form->last, tags[i].name) != NULL)
			pl_json_add_text(row, "last",
					 pl_json_get_text(form->last, tags[i].name, ""));
		pl_json_add_text(row, "text", tags[i].text);
		part_add(&form->list, row);
	}
}

static void add_only(struct form *form)
{
	struct pl_json *row = pl_json_object(), *names = pl_json_array();

	pl_json_add_text(names, NULL, "");
	for (size_t i = 0; i < form->bench->device_count; i++)
		pl_json_add_text(names, NULL, form->bench->devices[i].spec.name);
	pl_json_add_text(row, "name", "only");
	pl_json_add_text(row, "path", "");
	pl_json_add_text(row, "type", "word");
	pl_json_add(row, "choices", names);
	pl_json_add_text(row, "value", "");
	if (pl_json_get(form->last, "only") != NULL)
		pl_json_add_text(row, "last", pl_json_get_text(form->last, "only", ""));
	pl_json_add_text(row, "text", "the parameters of this device alone");
	part_add(&form->list, row);
}

/* ---- rows of the bench file ---- */

static const char *last_value(const struct form *form, const char *path)
{
	const struct pl_json *set = pl_json_get(form->last, "set");

	for (size_t i = 0; i < pl_json_size(set); i++)
		if (strcmp(pl_json_get_text(pl_json_at(set, i), "path", ""), path) == 0)
			return pl_json_get_text(pl_json_at(set, i), "value", "");
	return NULL;
}

/* part: "range", "" = of the scan itself. */
static struct pl_json *row_json(const struct form *form, const char *part, const char *key,
				const char *text)
{
	struct pl_json *row = pl_json_object();
	char name[64], path[PL_PATH_SIZE + 64];
	const char *value, *last;

	snprintf(name, sizeof(name), "%s%s%s", part, part[0] != '\0' ? "." : "", key);
	snprintf(path, sizeof(path), "%s.%s.%s", form->kind, form->name, name);
	value = pl_bench_value(form->bench, path);
	pl_json_add_text(row, "name", name);
	pl_json_add_text(row, "path", path);
	last = last_value(form, path);
	if (value == NULL && strcmp(name, "dwell.time") == 0) { /* `dwell: 10 s` */
		snprintf(path, sizeof(path), "%s.%s.%s", form->kind, form->name, part);
		value = pl_bench_value(form->bench, path);
	}
	pl_json_add_text(row, "value", value != NULL ? value : "");
	if (last != NULL)
		pl_json_add_text(row, "last", strcmp(last, "~") == 0 ? "" : last);
	pl_json_add_text(row, "text", text);
	return row;
}

static bool is_range(const char *part)
{
	return strcmp(part, "range") == 0 || strncmp(part, "channels.", 9) == 0;
}

/* Settings are in the unit of what is stepped, and within its limits. */
static bool is_setting(const struct form *form, const char *part, const char *key)
{
	return form->axis != NULL &&
	       ((is_range(part) && strcmp(key, "step") != 0) || strcmp(key, "suppress") == 0);
}

static void add_option(struct form *form, const char *part, const struct pl_option *option)
{
	struct pl_json *row = row_json(form, part, option->key, option->text), *choices;
	bool by_axis = option->type == PL_OPTION_REAL && is_setting(form, part, option->key);

	pl_json_add_text(row, "type", type_names[option->type]);
	if (by_axis || (form->axis != NULL && is_range(part) && option->type == PL_OPTION_REAL))
		pl_json_add_text(row, "unit", form->axis->unit);
	else if (option->unit != NULL && option->unit[0] != '\0')
		pl_json_add_text(row, "unit", option->unit);
	if (by_axis || option->min != option->max) {
		pl_json_add_number(row, "min", by_axis ? form->axis->min : option->min);
		pl_json_add_number(row, "max", by_axis ? form->axis->max : option->max);
	}
	choices = option->words != NULL ? pl_json_array() : NULL;
	for (size_t i = 0; choices != NULL && option->words[i] != NULL; i++)
		pl_json_add_text(choices, NULL, option->words[i]);
	if (choices != NULL)
		pl_json_add(row, "choices", choices);
	part_add(&form->list, row);
}

static void add_key(struct form *form, const char *part, const struct pl_config_key *key)
{
	struct pl_json *row = row_json(form, part, key->key, key->text);

	pl_json_add_text(row, "type", "list");
	pl_json_add_text(row, "form", key->form);
	part_add(&form->list, row);
}

static const struct pl_config_section *section_of(const struct form *form, const char *part)
{
	char path[64];

	snprintf(path, sizeof(path), "%s.NAME%s%s", form->kind, part[0] != '\0' ? "." : "", part);
	return pl_config_section(path);
}

/* One row of a part, or all of them (key NULL). */
static void add_part(struct form *form, const char *part, const char *key)
{
	const struct pl_config_section *section = section_of(form, part);

	for (size_t i = 0; section->rows[i].key != NULL; i++)
		if (key == NULL || strcmp(section->rows[i].key, key) == 0)
			add_option(form, part, &section->rows[i]);
	for (size_t i = 0; section->keys != NULL && section->keys[i].key != NULL; i++)
		if (!section->keys[i].later &&
		    (key == NULL || strcmp(section->keys[i].key, key) == 0))
			add_key(form, part, &section->keys[i]);
}

static bool has_value(const struct form *form, const char *name)
{
	char path[PL_PATH_SIZE + 64];

	snprintf(path, sizeof(path), "%s.%s.%s", form->kind, form->name, name);
	return pl_bench_value(form->bench, path) != NULL;
}

/* A channel may have a range of its own; the rows that it has are shown. */
static void add_own_ranges(struct form *form, const struct pl_device_spec *spec)
{
	const struct pl_config_section *section = section_of(form, "range");

	for (size_t c = 0; c < spec->channel_count; c++) {
		for (size_t i = 0; section->rows[i].key != NULL; i++) {
			char part[48], name[80];

			snprintf(part, sizeof(part), "channels.%s", spec->channels[c].name);
			snprintf(name, sizeof(name), "%s.%s", part, section->rows[i].key);
			if (has_value(form, name))
				add_option(form, part, &section->rows[i]);
		}
	}
}

/* What one changes often comes first. if_there: only where it has a value; unless: not there. */
struct place {
	const char *part, *key, *if_there, *unless;
};

#define RANGE_PLACES 8 /* behind them come the ranges that channels have of their own */
static const struct place scan_places[] = {
    {.part = "range", .key = "center"},
    {.part = "range", .key = "nsteps"},
    {.part = "range", .key = "start"},
    {.part = "range", .key = "stop"},
    {.part = "range", .key = "step"},
    {.part = "range", .key = "points"},
    {.part = "range", .key = "list"},
    {.part = "", .key = "channels"},
    {.part = "dwell"},
    {.part = "", .key = "order"},
    {.part = "", .key = "repeat"},
    {.part = "", .key = "settle", .unless = "settle.until"},
    {.part = "settle", .if_there = "settle.until"},
    {.part = "", .key = "discard_first"},
    {.part = "", .key = "drift_check"},
    {.part = "retry"},
    {.part = "", .key = "give_up"},
    {.part = "", .key = "restore"},
    {.part = "", .key = "readings", .unless = "readings.parameters"},
    {.part = "readings", .if_there = "readings.parameters"},
    {.part = "", .key = "events"},
    {.part = "", .key = "mode"},
    {.part = "", .key = "seed"},
    {.part = "", .key = "suppress", .if_there = "suppress"},
    {.part = "", .key = "measure"},
    {.part = "", .key = "analysis"},
    {.part = "", .key = "memory"},
};

static const struct place record_places[] = {
    {.part = "", .key = "rate"},       {.part = "", .key = "time"},
    {.part = "", .key = "ticks"},      {.part = "", .key = "counts"},
    {.part = "", .key = "parameters"}, {.part = "", .key = "events"},
    {.part = "", .key = "overflow"},   {.part = "", .key = "sinks"},
    {.part = "", .key = "buffer"},     {.part = "", .key = "flush"},
    {.part = "", .key = "raw"},	       {.part = "", .key = "reconnect"},
};

static void add_places(struct form *form, const struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (places[i].if_there != NULL && !has_value(form, places[i].if_there))
			continue;
		if (places[i].unless != NULL && has_value(form, places[i].unless))
			continue;
		add_part(form, places[i].part, places[i].key);
	}
}

static struct pl_json *answer_of(struct form *form, const char *what)
{
	struct pl_json *result = pl_json_object();

	pl_json_add_text(result, what, form->name);
	pl_json_add(result, "rows", form->list.items);
	pl_json_add_boolean(result, "more", form->list.is_cut);
	return result;
}

static struct form form_of(const struct pl_engine *engine, const char *kind, const char *name)
{
	char key[64];

	snprintf(key, sizeof(key), "%s.%s", kind, name);
	return (struct form){.list = {.items = pl_json_array(), .room = ROWS_ROOM},
			     .bench = engine->bench,
			     .last = pl_json_get(engine->forms, key),
			     .kind = kind,
			     .name = name};
}

struct pl_json *form_scan(const struct pl_engine *engine, const struct pl_scan *scan)
{
	struct form form = form_of(engine, "scans", scan->name);

	form.axis = pl_scan_axis(scan);
	add_tags(&form);
	add_places(&form, scan_places, RANGE_PLACES);
	add_own_ranges(&form, &scan->device->spec);
	add_places(&form, scan_places + RANGE_PLACES,
		   sizeof(scan_places) / sizeof(scan_places[0]) - RANGE_PLACES);
	return answer_of(&form, "scan");
}

struct pl_json *form_record(const struct pl_engine *engine, const struct pl_recording *recording)
{
	struct form form = form_of(engine, "recordings", recording->name);

	add_tags(&form);
	add_only(&form);
	add_places(&form, record_places, sizeof(record_places) / sizeof(record_places[0]));
	return answer_of(&form, "record");
}

void form_remember(struct pl_engine *engine, const struct session *session, const char *kind,
		   const char *name, const struct pl_json *args)
{
	static const char *const kept[] = {"set", "sample", "only"};
	struct pl_json *values;
	char key[64];

	if (session->view != VIEW_DRIVES) /* a script's values are its own */
		return;
	values = pl_json_object();
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (pl_json_get(args, kept[i]) != NULL)
			pl_json_add(values, kept[i], pl_json_copy(pl_json_get(args, kept[i])));
	if (engine->forms == NULL)
		engine->forms = pl_json_object();
	snprintf(key, sizeof(key), "%s.%s", kind, name);
	pl_json_add(engine->forms, key, values);
}
