/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_sheets.c - one stored run as sheets of text, made of what the engine tells of it. Texts are
 * as they came; they become harmless when they are drawn. One thread.
 */
#include "format.h"
#include "plateau/clock.h"
#include "plateau/text.h"
#include "runs.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(from, key) pl_json_get_text(from, key, "")

const char *pl_run_sheet_name(enum pl_sheet sheet)
{
	static const char *const names[PL_SHEETS] = {"Curve", "About", "Notes", "Settings",
						     "Plan",  "Files", "Audit"};

	return names[sheet];
}

__attribute__((format(printf, 3, 4))) static void add(struct pl_sheet_lines *lines,
						      enum pl_role role, const char *format, ...)
{
	va_list args;

	if (lines->count == lines->room) {
		size_t room = lines->room ? 2 * lines->room : 32;
		void *items = realloc(lines->items, room * sizeof *lines->items);

		if (!items)
			return;
		lines->items = items;
		lines->room = room;
	}
	va_start(args, format);
	vsnprintf(lines->items[lines->count].text, PL_SHEET_LINE, format, args);
	va_end(args);
	lines->items[lines->count++].role = role;
}

/* Local time with its offset, of a time as files have it. */
static const char *local(const char *utc, char out[PL_LOCAL_SIZE])
{
	int64_t ns;

	if (!pl_clock_parse_utc(utc, &ns))
		return utc[0] ? utc : "never";
	pl_clock_format_local(ns, out);
	return out;
}

/* ---- about ---- */

static void add_if(struct pl_sheet_lines *lines, enum pl_role role, const char *what,
		   const char *text)
{
	if (text[0])
		add(lines, role, "%-10s %s", what, text);
}

static void add_books(struct pl_sheet_lines *lines, const struct pl_json *books)
{
	static const char *const keys[] = {"samples_emitted", "samples_late", "on_time",     "late",
					   "failed",	      "dropped",      "rows",	     "gaps",
					   "events",	      "disconnects",  "max_drift_ms"};

	for (size_t i = 0; books && i < sizeof keys / sizeof keys[0]; i++)
		add(lines, PL_ROLE_NORMAL, "           %-16s %.10g", keys[i],
		    pl_json_get_number(books, keys[i], NAN));
}

static void add_lists(struct pl_sheet_lines *lines, const struct pl_json *about)
{
	const struct pl_json *channels = pl_json_get(about, "channels"), *item;
	const struct pl_json *devices = pl_json_get(about, "devices");
	const struct pl_json *overrides = pl_json_get(about, "overrides");
	const struct pl_json *restore = pl_json_get(about, "restore");

	for (size_t i = 0; (item = pl_json_at(channels, i)); i++)
		add(lines, PL_ROLE_NORMAL,
		    "channel    %-16s %" PRId64 " points ok, %" PRId64 " invalid",
		    TEXT(item, "channel"), pl_json_get_integer(item, "ok", 0),
		    pl_json_get_integer(item, "invalid", 0));
	for (size_t i = 0; (item = pl_json_at(restore, i)); i++) {
		bool is_back = pl_json_get_boolean(item, "confirmed", false);

		add(lines, is_back ? PL_ROLE_NORMAL : PL_ROLE_WARN, "restore    %s = %.10g, %s",
		    TEXT(item, "path"), pl_json_get_number(item, "value", NAN),
		    is_back ? "confirmed" : "NOT confirmed");
	}
	for (size_t i = 0; (item = pl_json_at(devices, i)); i++)
		add(lines, PL_ROLE_NORMAL, "device     %s  %s %s %s  %s", TEXT(item, "name"),
		    TEXT(item, "driver"), TEXT(item, "model"), TEXT(item, "firmware"),
		    TEXT(item, "port"));
	for (size_t i = 0; (item = pl_json_at(overrides, i)); i++)
		add(lines, PL_ROLE_NORMAL, "set        %s=%s", TEXT(item, "path"),
		    TEXT(item, "value"));
}

static void take_about(struct pl_run_shown *run, const struct pl_json *about)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_ABOUT];
	const char *parameter = TEXT(about, "set"), *dot = strrchr(parameter, '.');
	char at[PL_LOCAL_SIZE], end[PL_LOCAL_SIZE];

	pl_text_copy(run->path, sizeof run->path, TEXT(about, "path"));
	pl_text_copy(run->name, sizeof run->name, TEXT(about, "name"));
	pl_text_copy(run->kind, sizeof run->kind, TEXT(about, "kind"));
	pl_text_copy(run->state, sizeof run->state, TEXT(about, "state"));
	pl_text_copy(run->bench, sizeof run->bench, TEXT(about, "bench"));
	pl_text_copy(run->parameter, sizeof run->parameter, dot ? dot + 1 : parameter);
	run->is_owned = pl_json_get_boolean(about, "is_owned", false);
	run->planned = pl_json_get_integer(about, "planned", 0);
	pl_curve_clear(&run->curve, TEXT(about, "uid"));
	add(lines, PL_ROLE_STRONG, "%s %s, run %" PRId64 " of %s: %s", run->kind, run->name,
	    run->number, run->bench, run->state);
	add_if(lines, PL_ROLE_WARN, "reason", TEXT(about, "reason"));
	if (strcmp(run->kind, "recording") == 0)
		add(lines, PL_ROLE_NORMAL, "rate       %.10g Hz",
		    pl_json_get_number(about, "rate_hz", NAN));
	else
		add(lines, PL_ROLE_NORMAL,
		    "points     %" PRId64 " of %" PRId64 " done, %" PRId64 " invalid, over %s",
		    pl_json_get_integer(about, "done", 0), run->planned,
		    pl_json_get_integer(about, "invalid", 0), parameter);
	add_books(lines, pl_json_get(about, "books"));
	add_if(lines, PL_ROLE_NORMAL, "label", TEXT(about, "label"));
	add_if(lines, PL_ROLE_NORMAL, "sample", TEXT(about, "sample"));
	add_if(lines, PL_ROLE_NORMAL, "operator", TEXT(about, "operator"));
	add(lines, PL_ROLE_NORMAL, "started    %s", local(TEXT(about, "started_at"), at));
	add(lines, PL_ROLE_NORMAL, "ended      %s", local(TEXT(about, "finished_at"), end));
	if (pl_json_get_integer(about, "resumed", 0) > 0)
		add(lines, PL_ROLE_NORMAL, "resumed    %" PRId64 " times",
		    pl_json_get_integer(about, "resumed", 0));
	add_if(lines, PL_ROLE_NORMAL, "by", TEXT(about, "actor"));
	add(lines, PL_ROLE_NORMAL, "on         %s, plateau %s%s", TEXT(about, "host"),
	    TEXT(about, "version"),
	    pl_json_get_boolean(about, "simulated", false) ? ", SIMULATED" : "");
	add_if(lines, PL_ROLE_NORMAL, "bench file", TEXT(about, "bench_file"));
	add_if(lines, PL_ROLE_NORMAL, "folder", run->path);
	add_lists(lines, about);
}

/* ---- lists ---- */

static void take_notes(struct pl_run_shown *run, const struct pl_json *list)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_NOTES];
	char at[PL_LOCAL_SIZE];

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *note = pl_json_at(list, i);

		add(lines, PL_ROLE_DIM, "%s  %s", local(TEXT(note, "at"), at), TEXT(note, "actor"));
		add(lines, PL_ROLE_NORMAL, "  %s", TEXT(note, "text"));
	}
	if (lines->count == 0)
		add(lines, PL_ROLE_DIM, "no notes; n writes one");
}

static void take_settings(struct pl_run_shown *run, const struct pl_json *list)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_SETTINGS];

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *row = pl_json_at(list, i);

		add(lines, PL_ROLE_NORMAL, "%-6s %-32s %s %s", TEXT(row, "when"), TEXT(row, "path"),
		    TEXT(row, "value"), TEXT(row, "unit"));
	}
	if (lines->count == 0)
		add(lines, PL_ROLE_DIM, "no settings were stored");
}

static void take_plan(struct pl_run_shown *run, const struct pl_json *list)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_PLAN];

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *row = pl_json_at(list, i);

		add(lines, PL_ROLE_NORMAL,
		    "%-20s %.10g to %.10g, %" PRId64 " points, %s, pass %" PRId64,
		    TEXT(row, "channel"), pl_json_get_number(row, "first", NAN),
		    pl_json_get_number(row, "last", NAN), pl_json_get_integer(row, "points", 0),
		    TEXT(row, "pass"), pl_json_get_integer(row, "repeat", 0));
	}
	if (lines->count == 0)
		add(lines, PL_ROLE_DIM, "a recording has no plan of points");
}

static void take_files(struct pl_run_shown *run, const struct pl_json *list)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_FILES];

	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *row = pl_json_at(list, i);

		add(lines, PL_ROLE_NORMAL, "%12" PRId64 "  %s",
		    pl_json_get_integer(row, "bytes", 0), TEXT(row, "name"));
	}
}

static void take_audit(struct pl_run_shown *run, const struct pl_json *list)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_AUDIT];
	char at[PL_LOCAL_SIZE];

	for (size_t i = pl_json_size(list); i > 0; i--) { /* the newest first */
		const struct pl_json *row = pl_json_at(list, i - 1);
		const char *status = TEXT(row, "status"), *old = TEXT(row, "old");
		bool is_good = strcmp(status, "ok") == 0 || strcmp(status, "sent") == 0;

		add(lines, is_good ? PL_ROLE_NORMAL : PL_ROLE_WARN,
		    "%5s %.8s %-11s %s %s%s%s  %s  %s", TEXT(row, "seq"),
		    local(TEXT(row, "at"), at) + 11, TEXT(row, "action"), TEXT(row, "target"), old,
		    old[0] ? " to " : "", TEXT(row, "new"), status, TEXT(row, "detail"));
	}
}

static const struct {
	const char *key;
	void (*take)(struct pl_run_shown *run, const struct pl_json *value);
} parts[] = {{"about", take_about}, {"notes", take_notes}, {"settings", take_settings},
	     {"plan", take_plan},   {"files", take_files}, {"audit", take_audit}};

void pl_run_take(struct pl_run_shown *run, const struct pl_json *event)
{
	const struct pl_json *value;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if ((value = pl_json_get(event, parts[i].key)))
			parts[i].take(run, value);
	if ((value = pl_json_get(event, "part")))
		pl_curve_add_points(&run->curve, value);
}

/* How many last rows have each quality. */
static void add_qualities(struct pl_run_shown *run)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_ABOUT];
	bool *is_told = calloc(run->curve.count + 1, sizeof *is_told);

	for (size_t i = 0; is_told && i < run->curve.count; i++) {
		const char *quality = run->curve.points[i].quality;
		size_t same = 0;

		if (is_told[i])
			continue;
		for (size_t k = i; k < run->curve.count; k++)
			if (strcmp(run->curve.points[k].quality, quality) == 0) {
				is_told[k] = true;
				same++;
			}
		add(lines, strcmp(quality, "ok") == 0 ? PL_ROLE_NORMAL : PL_ROLE_WARN,
		    "quality    %zu rows %s", same, quality);
	}
	free(is_told);
}

void pl_run_told(struct pl_run_shown *run, const struct pl_json *result)
{
	const struct pl_json *reasons = pl_json_get(result, "reasons");

	run->is_told = true;
	add_qualities(run);
	for (size_t i = 0; i < pl_json_size(reasons); i++)
		add(&run->lines[PL_SHEET_ABOUT], PL_ROLE_WARN, "reason     %" PRId64 " rows: %s",
		    pl_json_get_integer(pl_json_at(reasons, i), "rows", 0),
		    TEXT(pl_json_at(reasons, i), "reason"));
}

void pl_run_verified(struct pl_run_shown *run, const struct pl_json *result)
{
	struct pl_sheet_lines *lines = &run->lines[PL_SHEET_ABOUT];
	const struct pl_json *findings = pl_json_get(result, "findings"), *item;
	bool is_good = pl_json_get_boolean(result, "ok", false);

	add(lines, is_good ? PL_ROLE_GOOD : PL_ROLE_ALARM, "verified   %s",
	    is_good ? "it holds: the files are as they were written"
		    : "it is NOT as it was written");
	for (size_t i = 0; (item = pl_json_at(findings, i)); i++) {
		bool is_bad = pl_json_get_boolean(item, "is_bad", false);

		add(lines, is_bad ? PL_ROLE_ALARM : PL_ROLE_WARN, "           %s: %s: %s",
		    is_bad ? "bad" : "not proved", TEXT(item, "where"), TEXT(item, "text"));
	}
}

void pl_run_forget(struct pl_run_shown *run)
{
	for (int i = 0; i < PL_SHEETS; i++)
		run->lines[i].count = 0;
	pl_curve_clear(&run->curve, "");
	run->is_told = false;
}

struct pl_run_shown *pl_run_shown_new(const char *day, int64_t number)
{
	struct pl_run_shown *run = calloc(1, sizeof *run);

	if (!run)
		return NULL;
	run->number = number;
	snprintf(run->run, sizeof run->run, "%.10s/%" PRId64, day, number);
	return run;
}

void pl_run_shown_free(struct pl_run_shown *run)
{
	if (!run)
		return;
	for (int i = 0; i < PL_SHEETS; i++)
		free(run->lines[i].items);
	free(run->curve.points);
	free(run);
}
