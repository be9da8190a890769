/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * form.c - between the rows of a form and the engine's words. Pure, one thread.
 */
#include "form.h"

#include "plateau/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COPY(to, from, key) pl_text_copy(to, sizeof(to), pl_json_get_text(from, key, ""))

void pl_form_fini(struct pl_form *form)
{
	free(form->rows);
	*form = (struct pl_form){.kind = PL_FORM_NONE};
}

void pl_form_open(struct pl_form *form, enum pl_form_kind kind, const char *name)
{
	char own[sizeof form->name];

	pl_text_copy(own, sizeof own, name);
	if (form->kind != kind || strcmp(form->name, own) != 0 || form->is_done)
		pl_form_fini(form);
	if (!form->rows) {
		form->rows = calloc(PL_FORM_ROWS, sizeof *form->rows);
		form->kind = form->rows ? kind : PL_FORM_NONE;
		pl_text_copy(form->name, sizeof form->name, own);
		form->wrong_row = -1;
	}
	form->is_stale = true;
	form->is_planning = form->wants_start = form->is_right = false;
	form->is_asking_rows = form->has_no_rows = false;
}

static void take_row(struct pl_form_row *row, const struct pl_json *from)
{
	const struct pl_json *choices = pl_json_get(from, "choices");

	COPY(row->name, from, "name");
	COPY(row->path, from, "path");
	COPY(row->type, from, "type");
	COPY(row->unit, from, "unit");
	COPY(row->text, from, "text");
	COPY(row->hint, from, "form");
	COPY(row->file, from, "value");
	pl_text_copy(row->value, sizeof row->value,
		     pl_json_get_text(from, "last", pl_json_get_text(from, "value", "")));
	row->min = pl_json_get_number(from, "min", NAN);
	row->max = pl_json_get_number(from, "max", NAN);
	row->choice_count = 0;
	if (strcmp(row->type, "boolean") == 0) {
		pl_text_copy(row->choices[0], sizeof row->choices[0], "no");
		pl_text_copy(row->choices[1], sizeof row->choices[1], "yes");
		row->choice_count = 2;
	}
	for (size_t i = 0; i < pl_json_size(choices) && i < PL_FORM_CHOICES; i++)
		pl_text_copy(row->choices[row->choice_count++], sizeof row->choices[0],
			     pl_json_text(pl_json_at(choices, i), ""));
}

void pl_form_take_rows(struct pl_form *form, const struct pl_json *result)
{
	const struct pl_json *rows = pl_json_get(result, "rows");

	if (form->kind == PL_FORM_NONE || form->is_described)
		return; /* what was typed stays */
	for (size_t i = 0; i < pl_json_size(rows) && form->count < PL_FORM_ROWS; i++)
		take_row(&form->rows[form->count++], pl_json_at(rows, i));
	form->is_described = true;
	form->caret = form->count > 0 ? strlen(form->rows[0].value) : 0;
}

bool pl_form_is_changed(const struct pl_form_row *row)
{
	return row->path[0] && strcmp(row->value, row->file) != 0;
}

static void add_set(struct pl_json *set, const struct pl_form_row *row)
{
	struct pl_json *item = pl_json_object();

	pl_json_add_text(item, "path", row->path);
	pl_json_add_text(item, "value", row->value[0] ? row->value : "~");
	pl_json_add(set, NULL, item);
}

struct pl_json *pl_form_args(const struct pl_form *form, bool for_plan)
{
	bool is_record_plan = for_plan && form->kind == PL_FORM_RECORD;
	struct pl_json *args = pl_json_object(), *set = pl_json_array();

	pl_json_add_text(args, is_record_plan ? "record" : "name", form->name);
	for (size_t i = 0; i < form->count; i++) {
		const struct pl_form_row *row = &form->rows[i];

		if (pl_form_is_changed(row))
			add_set(set, row);
		else if (!row->path[0] && row->value[0] &&
			 (!for_plan || strcmp(row->name, "only") == 0))
			pl_json_add_text(args, row->name, row->value);
	}
	if (pl_json_size(set) > 0)
		pl_json_add(args, "set", set);
	else
		pl_json_free(set);
	return args;
}

/* "scans.hyst.range" and "center" stand in it as "scans.hyst.range: center is missing". */
static bool is_about_part(const struct pl_form_row *row, const char *text)
{
	const char *key = strrchr(row->path, '.');
	char both[sizeof row->path + 4];

	if (!key)
		return false;
	snprintf(both, sizeof both, "%.*s: %s ", (int)(key - row->path), row->path, key + 1);
	return strstr(text, both) != NULL;
}

int pl_form_row_of(const struct pl_form *form, const char *text)
{
	size_t longest = 0;
	int found = -1;

	for (size_t i = 0; i < form->count; i++) {
		const struct pl_form_row *row = &form->rows[i];
		size_t length = strlen(row->path);

		if (length > longest &&
		    (strstr(text, row->path) != NULL || is_about_part(row, text))) {
			longest = length;
			found = (int)i;
		}
	}
	return found;
}

/* What stands behind the last "path: " in the text. */
static const char *behind(const char *path, size_t length, const char *text)
{
	for (const char *at = text; *at; at++)
		if (strncmp(at, path, length) == 0 && at[length] == ':' && at[length + 1] == ' ')
			text = at + length + 2;
	return text;
}

/* Behind "--set scans.t.settle: scans.t.settle: ", or "bench.yaml:26:12: scans.t.range: ", is what
 * people want to know. */
static const char *without_path(const struct pl_form_row *row, const char *text)
{
	const char *key = strrchr(row->path, '.');

	text = behind(row->path, strlen(row->path), text);
	return key ? behind(row->path, (size_t)(key - row->path), text) : text;
}

void pl_form_take_refusal(struct pl_form *form, const char *where, const char *text)
{
	form->is_right = form->wants_start = false;
	form->wrong_row = pl_form_row_of(form, text);
	if (where[0])
		text = behind(where, strlen(where), text);
	if (form->wrong_row >= 0)
		text = without_path(&form->rows[form->wrong_row], text);
	pl_text_copy(form->wrong, sizeof form->wrong, text);
}

void pl_form_plan_line(struct pl_form *form, const char *format, ...)
{
	va_list args;

	if (form->plan_count == PL_FORM_LINES)
		return;
	va_start(args, format);
	vsnprintf(form->plan[form->plan_count++], sizeof form->plan[0], format, args);
	va_end(args);
}
