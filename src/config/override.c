/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --set PATH=VALUE: a document path (scans.threshold.dwell.time) and a value that replaces the one
 * of the file or is added to it; the value ~ takes the file's away, as if the key were left out. A
 * value that begins with [ or { is read as YAML, any other is one scalar, taken as it stands.
 * Devices, scans and channels are never made this way: a slip in a name is an error, not a new
 * device.
 */
#include "config/document.h"

#include "plateau/text.h"

#include <string.h>

/* Children of these hold names of the user's own; the file must have the one that is meant. */
static const char *const named[] = {"devices", "scans", "recordings", "channels"};

static bool has_named_children(const struct pl_doc *map)
{
	for (size_t i = 0; map->key && i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(map->key, named[i]) == 0)
			return true;
	return false;
}

static const char *nearest_child(struct pl_arena *arena, const struct pl_doc *map, const char *word)
{
	size_t count = 0;
	const char **keys;

	for (const struct pl_doc *child = map->first; child; child = child->next)
		count++;
	keys = pl_pool_take(arena, count + 1, sizeof(*keys));
	count = 0;
	for (const struct pl_doc *child = map->first; child; child = child->next)
		keys[count++] = child->key;
	return pl_text_nearest(word, keys);
}

static struct pl_doc *add_child(struct pl_arena *arena, struct pl_doc *map, const char *key,
				struct pl_place place)
{
	struct pl_doc *node = pl_pool_take(arena, 1, sizeof(*node)), **tail = &map->first;

	while (*tail)
		tail = &(*tail)->next;
	*node = (struct pl_doc){
	    .kind = PL_YAML_MAP, .key = key, .place = place, .at_key = place, .parent = map};
	*tail = node;
	return node;
}

/* `dwell: 10 s` is {time: 10 s}; a settle that waits for a time is another one than {until: …}. */
static void open_shorthand(struct pl_arena *arena, struct pl_doc *map)
{
	bool is_dwell = map->key && strcmp(map->key, "dwell") == 0;
	const char *text = map->text, *via = map->via;

	if (map->kind != PL_YAML_SCALAR || pl_doc_is_null(map) ||
	    !(is_dwell || (map->key && strcmp(map->key, "settle") == 0)))
		return;
	map->kind = PL_YAML_MAP;
	if (!is_dwell)
		return;
	map = add_child(arena, map, "time", map->place);
	map->kind = PL_YAML_SCALAR;
	map->text = text;
	map->via = via;
}

static void take_away(struct pl_doc *node)
{
	struct pl_doc **link = &node->parent->first;

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
}

static struct pl_doc *step_down(struct pl_arena *arena, struct pl_doc *map, const char *key,
				struct pl_place place, struct pl_problems *problems)
{
	struct pl_doc *child;
	const char *near;

	open_shorthand(arena, map);
	if (map->kind != PL_YAML_MAP) {
		if (map->kind == PL_YAML_LIST || map->place.set || !pl_doc_is_null(map)) {
			pl_problems_add(problems, place, "\"%s\" is no map here, it has no \"%s\"",
					map->key, key);
			return NULL;
		}
		map->kind = PL_YAML_MAP; /* `lost:` with nothing behind it */
	}
	child = pl_doc_get(map, key);
	if (child)
		return child;
	if (!has_named_children(map))
		return add_child(arena, map, key, place);
	near = nearest_child(arena, map, key);
	pl_problems_add(problems, place, "the file has no \"%s\" in %s%s%s%s", key, map->key,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return NULL;
}

/* A flow list or map, parsed; its nodes stand at the override's place. */
static void mark_place(struct pl_doc *node, struct pl_place place)
{
	node->place = place;
	node->at_key = place;
	for (struct pl_doc *child = node->first; child; child = child->next)
		mark_place(child, place);
}

static void copy_strings(struct pl_arena *arena, struct pl_doc *node)
{
	if (node->key)
		node->key = pl_pool_string(arena, node->key);
	if (node->text)
		node->text = pl_pool_string(arena, node->text);
	for (struct pl_doc *child = node->first; child; child = child->next)
		copy_strings(arena, child);
}

static void put_yaml(struct pl_arena *arena, struct pl_doc *node, const char *value,
		     struct pl_place place, struct pl_problems *problems)
{
	struct pl_yaml *yaml = NULL;
	struct pl_error error;
	struct pl_doc *tree;

	if (pl_yaml_parse("value", value, strlen(value), &yaml, &error)) {
		pl_problems_add(problems, place, "%s", error.text);
		return;
	}
	tree = pl_doc_build(arena, pl_yaml_root(yaml), (struct pl_place){.line = 0}, problems);
	copy_strings(arena, tree);
	mark_place(tree, place);
	node->kind = tree->kind;
	node->text = tree->text;
	node->first = tree->first;
	for (struct pl_doc *child = node->first; child; child = child->next)
		child->parent = node;
	pl_yaml_free(yaml);
}

static void put_value(struct pl_arena *arena, struct pl_doc *node, const char *value,
		      struct pl_place place, struct pl_problems *problems)
{
	node->place = place;
	node->at_key = place;
	node->via = NULL;
	if (value[0] == '[' || (value[0] == '{' && strchr(value, ':')) ||
	    strcmp(value, "{}") == 0) {
		put_yaml(arena, node, value, place, problems);
		return;
	}
	node->kind = PL_YAML_SCALAR;
	node->quoted = false;
	node->text = pl_pool_string(arena, value);
	node->first = NULL;
}

void pl_doc_override(struct pl_arena *arena, struct pl_doc *root,
		     const struct pl_override *override, struct pl_problems *problems)
{
	const char *path = pl_pool_string(arena, override->path);
	struct pl_place place = {.set = path};
	char *words = pl_pool_string(arena, override->path), *word, *rest = words;
	struct pl_doc *node = root;
	int depth = 0;

	while (node && (word = strsep(&rest, "."))) {
		if (!pl_name_valid(word) || ++depth > 8) {
			pl_problems_add(problems, place,
					"not a path of the bench file such as "
					"scans.threshold.dwell.time");
			return;
		}
		node = step_down(arena, node, word, place, problems);
	}
	if (node && node->parent && strcmp(override->value, "~") == 0)
		take_away(node);
	else if (node)
		put_value(arena, node, override->value, place, problems);
}
