/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_get.c - looking into a parsed tree. Pure reads of an immutable tree; any thread.
 */
#include "base/yaml.h"

#include <string.h>

const struct pl_yaml_node *pl_yaml_get(const struct pl_yaml_node *map, const char *key)
{
	if (!map || map->kind != PL_YAML_MAP)
		return NULL;
	for (const struct pl_yaml_node *node = map->first; node; node = node->next)
		if (!strcmp(node->key, key))
			return node;
	return NULL;
}

bool pl_yaml_is_null(const struct pl_yaml_node *node)
{
	if (!node)
		return true;
	if (node->kind != PL_YAML_SCALAR || node->quoted)
		return false;
	return !node->text[0] || !strcmp(node->text, "~") || !strcmp(node->text, "null");
}

const char *pl_yaml_get_text(const struct pl_yaml_node *map, const char *key, const char *fallback)
{
	const struct pl_yaml_node *node = pl_yaml_get(map, key);

	return pl_yaml_is_null(node) || node->kind != PL_YAML_SCALAR ? fallback : node->text;
}

double pl_yaml_get_number(const struct pl_yaml_node *map, const char *key, double fallback)
{
	const char *text = pl_yaml_get_text(map, key, NULL);
	double value;

	return text && pl_text_to_double(text, &value) ? value : fallback;
}

int64_t pl_yaml_get_integer(const struct pl_yaml_node *map, const char *key, int64_t fallback)
{
	const char *text = pl_yaml_get_text(map, key, NULL);
	int64_t value;

	return text && pl_text_to_int(text, &value) ? value : fallback;
}
