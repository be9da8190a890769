/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From nodes to fields, by the rows; every value's origin is noted on the way. */
#include "config/loader.h"

#include "plateau/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

bool pl_want_map(struct pl_loader *loader, const struct pl_doc *node)
{
	char path[PL_DOC_PATH_SIZE];

	if (!node || node->kind == PL_YAML_MAP)
		return node;
	pl_problems_add(loader->problems, node->place, "%s: a map of keys is wanted here",
			pl_doc_path(node, path, sizeof(path)));
	return false;
}

bool pl_want_name(struct pl_loader *loader, const struct pl_doc *node)
{
	if (pl_name_valid(node->key))
		return true;
	pl_problems_add(loader->problems, node->at_key,
			"\"%.48s\" is not a name: a lower-case letter, then at most 31 lower-case "
			"letters, digits and _",
			node->key);
	return false;
}

size_t pl_doc_count(const struct pl_doc *node)
{
	size_t count = 0;

	for (const struct pl_doc *child = node ? node->first : NULL; child; child = child->next)
		count++;
	return count;
}

bool pl_want_few(struct pl_loader *loader, const struct pl_doc *map, size_t most)
{
	size_t count = pl_doc_count(map);

	if (count <= most)
		return true;
	pl_problems_add(loader->problems, map->at_key, "a bench has at most %zu %s, not %zu", most,
			map->key, count);
	return false;
}

void pl_check_schema(struct pl_loader *loader, const struct pl_doc *root, int64_t schema)
{
	const struct pl_doc *node = pl_doc_get(root, "schema");

	if (node && schema != 0 && schema != 1) /* 0: it was said already */
		pl_problems_add(loader->problems, node->place,
				"schema: this version of plateau reads format 1, not %lld",
				(long long)schema);
}

bool pl_load_value(struct pl_loader *loader, const struct pl_doc *node, const struct pl_option *row,
		   void *into)
{
	struct pl_option_home home = {.arena = loader->arena,
				      .directory =
					  node->place.set ? loader->current : loader->directory};
	const char *via = node->via ? " (from parameters." : "", *name = node->via ? node->via : "";
	char path[PL_DOC_PATH_SIZE];
	struct pl_error error;

	pl_doc_path(node, path, sizeof(path));
	if (node->kind != PL_YAML_SCALAR)
		pl_problems_add(loader->problems, node->place,
				"%s: one value is wanted here, not a %s (%s)", path,
				node->kind == PL_YAML_LIST ? "list" : "map", row->text);
	else if (pl_doc_is_null(node))
		pl_problems_add(loader->problems, node->place, "%s has no value (%s)", path,
				row->text);
	else if (pl_option_set(row, node->text, &home, into, &error))
		pl_problems_add(loader->problems, node->place, "%s: %s%s%s%s", path, error.text,
				via, name, node->via ? ")" : "");
	else
		return true;
	return false;
}

static void load_fallback(struct pl_loader *loader, const char *path, struct pl_place place,
			  const struct pl_option *row, void *into)
{
	struct pl_option_home home = {.arena = loader->arena, .directory = loader->directory};
	enum pl_status status;

	if (!row->fallback) {
		pl_problems_add(loader->problems, place, "%s%s%s is missing: %s", path,
				path[0] ? "." : "", row->key, row->text);
		return;
	}
	if (!row->fallback[0] && row->type != PL_OPTION_TEXT) {
		return;
	}
	status = pl_option_set(row, row->fallback, &home, into, NULL);
	assert(status == PL_OK); /* a wrong row of ours */
	(void)status;
	if (loader->keeps_no_origins)
		return;
	pl_effective_add(
	    loader, pl_pool_format(loader->arena, "%s%s%s", path, path[0] ? "." : "", row->key),
	    row->fallback, "default");
}

void pl_load_rows(struct pl_loader *loader, const struct pl_doc *map, const char *path,
		  struct pl_place place, const struct pl_option *rows, void *into)
{
	for (const struct pl_option *row = rows; row->key; row++) {
		const struct pl_doc *node = pl_doc_get(map, row->key);
		char here[PL_DOC_PATH_SIZE];

		if (!node)
			load_fallback(loader, path, place, row, into);
		else if (pl_load_value(loader, node, row, into) && !loader->keeps_no_origins)
			pl_effective_add(loader, pl_doc_path(node, here, sizeof(here)), node->text,
					 pl_origin(loader, node));
	}
}

void pl_load_part(struct pl_loader *loader, const struct pl_doc *map, const char *path,
		  const char *key, const struct pl_config_section *section, void *into)
{
	const struct pl_doc *node = pl_doc_get(map, key);
	const char *here = pl_pool_format(loader->arena, "%s%s%s", path, path[0] ? "." : "", key);
	struct pl_place place = node ? node->place : map->at_key;

	if (node && node->kind != PL_YAML_MAP) {
		pl_problems_add(loader->problems, place, "%s: a map is wanted here, {%s: …}", here,
				section->rows[0].key);
		return;
	}
	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, here, place, section->rows, into);
}
