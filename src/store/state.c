/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.c - the state file of a bench, read once at start and replaced as a whole at each change.
 *
 * It may hold values that must be put back to a device. So a file that cannot be read is an error
 * that a person has to settle, never an empty state.
 */
#include "store/state.h"

#include "store/reading.h"

#include "base/yaml.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCHEMA 1

static const char *file_name(const struct pl_workspace *workspace, char out[64])
{
	snprintf(out, 64, "%s.state.yaml", workspace->bench);
	return out;
}

/* "2026-11-21T10:52:06.123Z" to nanoseconds; 0 when it is none, or beyond what they can count. */
static int64_t parse_utc(const char *text)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t ms = 0, ns;

	if (!rest)
		return 0;
	if (rest[0] == '.' && strlen(rest) == 5)
		ms = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
	return __builtin_mul_overflow((int64_t)timegm(&tm), PL_NS_PER_S, &ns) ||
		       __builtin_add_overflow(ns, ms * PL_NS_PER_MS, &ns)
		   ? 0
		   : ns;
}

static bool parse_kept(const struct pl_yaml_node *node, struct pl_kept *out)
{
	*out = (struct pl_kept){
	    .value = pl_yaml_get_number(node, "value", NAN),
	    .t_utc_ns = parse_utc(pl_yaml_get_text(node, "at", "")),
	    .run = (unsigned)pl_yaml_get_integer(node, "run", 0),
	};
	pl_text_copy(out->actor, sizeof out->actor, pl_yaml_get_text(node, "actor", ""));
	return pl_text_copy(out->path, sizeof out->path, pl_yaml_get_text(node, "path", "")) &&
	       out->path[0];
}

static bool parse_items(const struct pl_yaml_node *list, struct pl_state *out)
{
	if (!list)
		return true;
	out->items = calloc(list->count + 1, sizeof *out->items);
	if (!out->items || list->kind != PL_YAML_LIST)
		return false;
	for (const struct pl_yaml_node *node = list->first; node; node = node->next)
		if (!parse_kept(node, &out->items[out->count++]))
			return false;
	return true;
}

static bool parse_pending(const struct pl_yaml_node *map, struct pl_pending *out)
{
	const struct pl_yaml_node *list = pl_yaml_get(map, "items");

	if (pl_yaml_is_null(map))
		return true;
	if (!list || list->kind != PL_YAML_LIST || list->count > PL_PENDING_MAX)
		return false;
	out->run = (unsigned)pl_yaml_get_integer(map, "run", 0);
	for (const struct pl_yaml_node *node = list->first; node; node = node->next) {
		size_t i = out->count++;

		out->items[i].value = pl_yaml_get_number(node, "value", NAN);
		if (isnan(out->items[i].value) ||
		    !pl_text_copy(out->items[i].path, PL_PATH_SIZE,
				  pl_yaml_get_text(node, "path", "")) ||
		    !out->items[i].path[0])
			return false;
	}
	return true;
}

static enum pl_status parse(const char *name, const char *bytes, size_t count, struct pl_state *out,
			    struct pl_error *error)
{
	struct pl_yaml *yaml = NULL;
	enum pl_status status = pl_yaml_parse(name, bytes, count, &yaml, error);
	const struct pl_yaml_node *root = status ? NULL : pl_yaml_root(yaml);
	int64_t schema = pl_yaml_get_integer(root, "schema", 0);

	if (!status && schema > SCHEMA)
		status = pl_error_set(error, PL_ERR_VERSION, name,
				      "was written by a newer plateau; use that one");
	else if (!status && (schema < 1 || !parse_items(pl_yaml_get(root, "kept"), out) ||
			     !parse_pending(pl_yaml_get(root, "pending_restore"), &out->pending)))
		status = pl_error_set(error, PL_ERR_CONFIG, name,
				      "is damaged: it tells which thresholds must still be put "
				      "back; look into it, then move it away");
	pl_yaml_free(yaml);
	return status;
}

enum pl_status pl_state_load(const struct pl_workspace *workspace, struct pl_state *out,
			     struct pl_error *error)
{
	enum pl_status status;
	char name[64], *bytes;
	size_t count;

	*out = (struct pl_state){0};
	if (!pl_store_exists(workspace->dir, file_name(workspace, name)))
		return PL_OK;
	status = pl_store_read(workspace->dir, name, PL_YAML_MAX_BYTES, &bytes, &count, error);
	if (!status)
		status = parse(name, bytes, count, out, error);
	free(bytes);
	if (status)
		pl_state_fini(out);
	return status;
}

void pl_state_fini(struct pl_state *state)
{
	free(state->items);
	*state = (struct pl_state){0};
}

static void add_pending(struct pl_yaml_out *out, const struct pl_pending *pending)
{
	if (!pending->count) {
		pl_yaml_out_null(out, "pending_restore");
		return;
	}
	pl_yaml_out_map(out, "pending_restore");
	pl_yaml_out_integer(out, "run", pending->run);
	pl_yaml_out_list(out, "items");
	for (size_t i = 0; i < pending->count; i++) {
		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "path", pending->items[i].path);
		pl_yaml_out_number(out, "value", pending->items[i].value);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
	pl_yaml_out_close(out);
}

static void add_kept(struct pl_yaml_out *out, const struct pl_kept *kept)
{
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(kept->t_utc_ns, at);
	pl_yaml_out_map(out, NULL);
	pl_yaml_out_text(out, "path", kept->path);
	pl_yaml_out_number(out, "value", kept->value);
	pl_yaml_out_text(out, "at", at);
	if (kept->run)
		pl_yaml_out_integer(out, "run", kept->run);
	else
		pl_yaml_out_null(out, "run");
	pl_yaml_out_text(out, "actor", kept->actor);
	pl_yaml_out_close(out);
}

static enum pl_status store(const struct pl_workspace *workspace, const struct pl_state *state,
			    struct pl_error *error)
{
	struct pl_text text = {0};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);
	enum pl_status status;
	char name[64];

	pl_yaml_out_integer(out, "schema", SCHEMA);
	pl_yaml_out_list(out, "kept");
	for (size_t i = 0; i < state->count; i++)
		add_kept(out, &state->items[i]);
	pl_yaml_out_close(out);
	add_pending(out, &state->pending);
	pl_yaml_out_end(out);
	status = pl_file_replace(workspace->disk, workspace->dir, file_name(workspace, name),
				 text.data, text.length, error);
	pl_text_free(&text);
	return status;
}

enum pl_status pl_state_keep(const struct pl_workspace *workspace, struct pl_state *state,
			     const struct pl_kept *kept, struct pl_error *error)
{
	size_t before = state->count, i = 0;
	struct pl_kept old = {0};

	while (i < state->count && strcmp(state->items[i].path, kept->path) != 0)
		i++;
	if (i == state->count) {
		struct pl_kept *items = realloc(state->items, (i + 1) * sizeof *items);

		if (!items)
			return pl_error_errno(error, ENOMEM, kept->path, "cannot be kept");
		state->items = items;
		state->count++;
	} else {
		old = state->items[i];
	}
	state->items[i] = *kept;
	enum pl_status status = store(workspace, state, error);
	if (status) {
		state->items[i] = old;
		state->count = before;
	}
	return status;
}

enum pl_status pl_state_pend(const struct pl_workspace *workspace, struct pl_state *state,
			     const struct pl_pending *pending, struct pl_error *error)
{
	struct pl_pending old = state->pending;

	state->pending = *pending;
	enum pl_status status = store(workspace, state, error);
	if (status)
		state->pending = old;
	return status;
}

enum pl_status pl_state_read(const struct pl_workspace *workspace, struct pl_kept **items,
			     size_t *count, struct pl_pending *pending, struct pl_error *error)
{
	struct pl_state state;
	enum pl_status status = pl_state_load(workspace, &state, error);

	*items = state.items;
	*count = state.count;
	*pending = state.pending;
	return status;
}
