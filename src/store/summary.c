/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.c - what a list shows of one run.
 *
 * Only the part of run.yaml before the line `plan:` is read: plan and bench file may be long, and
 * a list of a thousand runs should not parse them. Any thread.
 */
#include "store/summary.h"

#include "store/owner.h"
#include "store/points_read.h"
#include "store/reading.h"

#include "plateau/text.h"

#include "base/yaml.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUMMARY_MAX (256u << 10)
#define SCHEMA	    1

/* map, key -> member of the summary; map NULL = the top. */
static const struct {
	const char *map, *key;
	size_t offset, size;
} texts[] = {
#define TEXT_ROW(map, key, member)                                                                 \
	{                                                                                          \
		map, key, offsetof(struct pl_run_summary, member),                                 \
		    sizeof((struct pl_run_summary *)0)->member                                     \
	}
    TEXT_ROW(NULL, "bench", bench),
    TEXT_ROW(NULL, "kind", kind),
    TEXT_ROW(NULL, "name", name),
    TEXT_ROW(NULL, "state", state),
    TEXT_ROW(NULL, "label", label),
    TEXT_ROW(NULL, "sample", sample),
    TEXT_ROW(NULL, "operator", operator_name),
    TEXT_ROW(NULL, "reason", reason),
    TEXT_ROW(NULL, "host", host),
    TEXT_ROW("times", "started_at", started_at),
    TEXT_ROW("times", "finished_at", finished_at),
#undef TEXT_ROW
};

static bool is_rest(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* A folder may be anybody's: its texts must not reach a terminal raw. A character that does not
 * show itself becomes a question mark; one that does not fit is left out whole. */
static void copy_clean(char *out, size_t cap, const char *text)
{
	size_t left = strlen(text), length = 0;

	while (left > 0) {
		size_t visible = *text >= 0x20 && *text < 0x7f ? 1 : pl_text_visible(text, left),
		       taken = visible;

		if (length + (visible ? visible : 1) >= cap)
			break;
		if (visible)
			memcpy(out + length, text, visible);
		else
			out[length] = '?';
		length += visible ? visible : 1;
		for (taken += !visible; taken < left && is_rest(text[taken]); taken++)
			;
		text += taken;
		left -= taken;
	}
	out[length] = '\0';
}

static void copy_texts(const struct pl_yaml_node *root, struct pl_run_summary *out)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct pl_yaml_node *map =
		    texts[i].map ? pl_yaml_get(root, texts[i].map) : root;
		const struct pl_yaml_node *value = pl_yaml_get(map, texts[i].key);

		if (value && value->kind == PL_YAML_SCALAR && !pl_yaml_is_null(value))
			copy_clean((char *)out + texts[i].offset, texts[i].size, value->text);
	}
}

static void copy_numbers(const struct pl_yaml_node *root, struct pl_run_summary *out)
{
	const struct pl_yaml_node *points = pl_yaml_get(root, "points");
	const struct pl_yaml_node *books = pl_yaml_get(root, "books");

	out->points_planned = pl_yaml_get_integer(points, "planned", 0);
	out->points_done = pl_yaml_get_integer(points, "done", 0);
	out->points_invalid = pl_yaml_get_integer(points, "invalid", 0);
	out->samples_emitted = pl_yaml_get_integer(books, "samples_emitted", 0);
	out->samples_late = pl_yaml_get_integer(books, "samples_late", 0);
	out->exit = (int)pl_yaml_get_integer(root, "exit", -1);
}

static bool is_over(const char *state)
{
	return strcmp(state, "finished") == 0 || strcmp(state, "interrupted") == 0 ||
	       strcmp(state, "crashed") == 0;
}

/* The rows are the truth, run.yaml lags behind them; a live owner knows better than both. */
static void count_rows(int folder, struct pl_run_summary *out)
{
	struct pl_points_state points;

	if (!pl_points_state_read(folder, &points, NULL)) {
		out->points_done = points.finished;
		out->points_invalid = points.invalid;
	}
	pl_points_state_fini(&points);
}

/* A lock is known on its own host only. */
static bool is_of_this_host(const struct pl_run_summary *run)
{
	char host[sizeof run->host] = "";

	gethostname(host, sizeof host - 1);
	return strcmp(host, run->host) == 0;
}

static void say(struct pl_run_summary *out, const struct pl_error *error)
{
	char line[600];

	pl_text_copy(out->problem, sizeof out->problem, pl_error_format(error, line, sizeof line));
}

static void take(const struct pl_yaml_node *root, struct pl_run_summary *out)
{
	int64_t schema = pl_yaml_get_integer(pl_yaml_get(root, "schema"), "run", 0);

	copy_texts(root, out);
	copy_numbers(root, out);
	if (schema > SCHEMA)
		snprintf(out->problem, sizeof out->problem,
			 "run.yaml was written by a newer plateau (schema %lld)",
			 (long long)schema);
	else if (schema < 1 || !out->state[0])
		pl_text_copy(out->problem, sizeof out->problem,
			     "run.yaml: schema or state is missing");
}

static void read_yaml(int folder, struct pl_run_summary *out)
{
	struct pl_error error = {.code = PL_OK};
	struct pl_yaml *yaml = NULL;
	char *bytes = NULL, *plan;
	size_t count;

	if (pl_store_read(folder, "run.yaml", SUMMARY_MAX, &bytes, &count, &error)) {
		say(out, &error);
		return;
	}
	plan = memmem(bytes, count, "\nplan:", 6);
	if (plan)
		count = (size_t)(plan - bytes) + 1;
	if (pl_yaml_parse("run.yaml", bytes, count, &yaml, &error))
		say(out, &error);
	else
		take(pl_yaml_root(yaml), out);
	pl_yaml_free(yaml);
	free(bytes);
}

/* An owner that is gone when we look may have said its last word since run.yaml was read: what
 * stands there then is its last. */
void pl_summary_read(int folder, struct pl_run_summary *out)
{
	read_yaml(folder, out);
	if (!is_over(out->state)) {
		out->is_owned = pl_run_is_owned(folder);
		if (!out->is_owned)
			read_yaml(folder, out);
	}
	if (!is_over(out->state) && !out->is_owned && is_of_this_host(out) &&
	    strcmp(out->kind, "recording") != 0)
		count_rows(folder, out);
}
