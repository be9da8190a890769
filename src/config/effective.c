/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where every value came from: noted while loading, printed by `plateau check --effective`. Each
 * line is a document path as --set takes it. */
#include "config/loader.h"

#include "plateau/text.h"

#include <string.h>

void pl_effective_add(struct pl_loader *loader, const char *path, const char *value,
		      const char *origin)
{
	struct pl_bench_own *own;
	struct pl_effective *entry;

	if (loader->keeps_no_origins)
		return;
	own = loader->bench->own;
	entry = pl_pool_take(loader->arena, 1, sizeof(*entry));
	entry->path = pl_pool_string(loader->arena, path);
	entry->value = pl_pool_string(loader->arena, value);
	entry->origin = origin;
	*own->last = entry;
	own->last = &entry->next;
}

const char *pl_origin(struct pl_loader *loader, const struct pl_doc *node)
{
	const char *via = node->via ? " from parameters." : "";
	const char *name = node->via ? node->via : "";

	if (node->place.set)
		return pl_pool_format(loader->arena, "--set%s%s", via, name);
	return pl_pool_format(loader->arena, "%s:%d%s%s", loader->problems->file, node->place.line,
			      via, name);
}

void pl_effective_replace(struct pl_loader *loader, const char *path, const char *value,
			  const char *origin)
{
	for (struct pl_effective *entry = loader->bench->own->first; entry; entry = entry->next) {
		if (strcmp(entry->path, path) != 0)
			continue;
		entry->value = pl_pool_string(loader->arena, value);
		entry->origin = origin;
		return;
	}
	pl_effective_add(loader, path, value, origin);
}

void pl_note_list(struct pl_loader *loader, const struct pl_doc *list, const char *path)
{
	struct pl_text names = {0};

	for (const struct pl_doc *child = list->first; child; child = child->next)
		pl_text_add(&names, "%s%s", child == list->first ? "[" : ", ",
			    child->key	  ? child->key
			    : child->text ? child->text
					  : "");
	pl_text_add(&names, "]");
	pl_effective_add(loader, pl_pool_format(loader->arena, "%s.%s", path, list->key),
			 names.data, pl_origin(loader, list));
	pl_text_free(&names);
}

static void add_safe(struct pl_text *out, const char *string)
{
	pl_text_add_safe(out, string, strlen(string));
}

void pl_bench_effective(const struct pl_bench *bench, struct pl_text *out)
{
	size_t start;

	for (const struct pl_effective *entry = bench->own->first; entry; entry = entry->next) {
		start = out->length;
		add_safe(out, entry->path);
		pl_text_add_string(out, "=");
		add_safe(out, entry->value);
		do
			pl_text_add_string(out, " ");
		while (out->length - start < 56);
		pl_text_add_string(out, "# ");
		add_safe(out, entry->origin);
		pl_text_add_string(out, "\n");
	}
}

const char *pl_bench_value(const struct pl_bench *bench, const char *path)
{
	for (const struct pl_effective *entry = bench->own->first; entry; entry = entry->next)
		if (strcmp(entry->path, path) == 0)
			return entry->value;
	return NULL;
}
