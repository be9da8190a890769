/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys nobody knows, and keys of a later version: said, with the nearest valid one. */
#include "config/loader.h"

#include "plateau/text.h"

#include <stdio.h>
#include <string.h>

#define KEYS_MAX 64

static size_t add_rows(const char **keys, size_t count, const struct pl_option *rows)
{
	for (; rows && rows->key && count < KEYS_MAX; rows++)
		keys[count++] = rows->key;
	return count;
}

static size_t known_keys(const struct pl_config_section *section, const struct pl_option *extra,
			 const char *keys[KEYS_MAX + 1])
{
	size_t count = add_rows(keys, 0, section->rows);

	count = add_rows(keys, count, extra);
	for (const struct pl_config_key *key = section->keys; key->key && count < KEYS_MAX; key++)
		keys[count++] = key->key;
	keys[count] = NULL;
	return count;
}

static void list_keys(const char *const *keys, char *out, size_t cap)
{
	size_t used = 0;

	for (size_t i = 0; keys[i] && used < cap; i++)
		used += (size_t)snprintf(out + used, cap - used, "%s%s", i ? ", " : "", keys[i]);
}

static const char *same_but_case(const char *word, const char *const *keys)
{
	for (size_t i = 0; keys[i]; i++)
		if (pl_text_same_but_case(word, keys[i]))
			return keys[i];
	return NULL;
}

static void say_unknown(struct pl_loader *loader, const struct pl_doc *node,
			const struct pl_config_section *section, const char *const *keys)
{
	const char *same = same_but_case(node->key, keys);
	const char *near = same ? same : pl_text_nearest(node->key, keys);
	char all[200];

	if (same) {
		pl_problems_add(loader->problems, node->at_key,
				"unknown key \"%s\": upper and lower case differ from \"%s\"",
				node->key, same);
	} else if (near) {
		pl_problems_add(loader->problems, node->at_key,
				"unknown key \"%.64s\" in %s; did you mean \"%s\"?", node->key,
				section->title, near);
	} else {
		list_keys(keys, all, sizeof(all));
		pl_problems_add(loader->problems, node->at_key,
				"unknown key \"%.64s\" in %s; it has %s", node->key, section->title,
				all);
	}
}

/* Empty, or what the default is: asks for nothing that is not there. */
static bool asks_for_nothing(const struct pl_doc *node, const struct pl_config_key *key)
{
	if (pl_doc_is_null(node))
		return true;
	if (node->kind != PL_YAML_SCALAR)
		return !node->first;
	return strcmp(node->text, key->fallback) == 0;
}

static const struct pl_config_key *find_key(const struct pl_config_section *section,
					    const char *name)
{
	for (const struct pl_config_key *key = section->keys; key->key; key++)
		if (strcmp(key->key, name) == 0)
			return key;
	return NULL;
}

static bool is_known(const char *word, const char *const *keys)
{
	for (size_t i = 0; keys[i]; i++)
		if (strcmp(keys[i], word) == 0)
			return true;
	return false;
}

void pl_check_keys(struct pl_loader *loader, const struct pl_doc *map,
		   const struct pl_config_section *section, const struct pl_option *extra)
{
	const char *keys[KEYS_MAX + 1];

	known_keys(section, extra, keys);
	for (const struct pl_doc *node = map ? map->first : NULL; node; node = node->next) {
		const struct pl_config_key *key = find_key(section, node->key);

		if (key && key->later && !asks_for_nothing(node, key))
			pl_problems_add(loader->problems, node->at_key,
					"%s: not in this version of plateau (%s)", node->key,
					key->text);
		else if (!key && !is_known(node->key, keys))
			say_unknown(loader, node, section, keys);
	}
}
