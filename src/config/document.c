/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building and walking the document. Input is hostile: a map may have 100 000 keys, so duplicates
 * and the session's values are found by sorting, never by comparing each with each. */
#include "config/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pl_place place_at(struct pl_place of, int line, int column)
{
	of.line = line;
	of.column = column;
	return of;
}

static struct pl_doc *copy_node(struct pl_arena *arena, const struct pl_yaml_node *from,
				struct pl_place of)
{
	struct pl_doc *node = pl_pool_take(arena, 1, sizeof(*node));

	node->kind = from->kind;
	node->quoted = from->quoted;
	node->key = from->key;
	node->text = from->text;
	node->place = place_at(of, from->line, from->column);
	node->at_key = node->place;
	if (from->key)
		node->at_key = place_at(of, from->key_line, from->key_column);
	return node;
}

/* Depth is bounded by the parser (PL_YAML_MAX_DEPTH). */
static struct pl_doc *copy_tree(struct pl_arena *arena, const struct pl_yaml_node *from,
				struct pl_place of, struct pl_doc *parent)
{
	struct pl_doc *node = copy_node(arena, from, of), **tail = &node->first;

	node->parent = parent;
	for (const struct pl_yaml_node *child = from->first; child; child = child->next) {
		*tail = copy_tree(arena, child, of, node);
		tail = &(*tail)->next;
	}
	return node;
}

static int by_key_then_place(const void *a, const void *b)
{
	const struct pl_doc *x = *(struct pl_doc *const *)a, *y = *(struct pl_doc *const *)b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	if (x->at_key.line != y->at_key.line)
		return x->at_key.line < y->at_key.line ? -1 : 1;
	return x->at_key.column - y->at_key.column;
}

static void unlink_child(struct pl_doc *parent, const struct pl_doc *child)
{
	struct pl_doc **link = &parent->first;

	while (*link != child)
		link = &(*link)->next;
	*link = child->next;
}

static void report_duplicates(struct pl_doc *map, struct pl_doc **sorted, size_t count,
			      struct pl_problems *problems)
{
	const struct pl_doc *kept = sorted[0];

	for (size_t i = 1; i < count; i++) {
		if (strcmp(kept->key, sorted[i]->key) != 0) {
			kept = sorted[i];
			continue;
		}
		if (!pl_problems_full(problems))
			unlink_child(map, sorted[i]);
		pl_problems_add(problems, sorted[i]->at_key,
				"key \"%s\" stands twice, on lines %d and %d; keep one", kept->key,
				kept->at_key.line, sorted[i]->at_key.line);
	}
}

/* The members of a map by key; caller frees. */
static struct pl_doc **sort_members(const struct pl_doc *map, size_t *count)
{
	struct pl_doc **sorted;
	size_t i = 0;

	*count = 0;
	for (const struct pl_doc *child = map->first; child; child = child->next)
		++*count;
	sorted = calloc(*count + 1, sizeof(struct pl_doc *));
	if (!sorted)
		pl_out_of_memory();
	for (struct pl_doc *child = map->first; child; child = child->next)
		sorted[i++] = child;
	qsort(sorted, *count, sizeof(sorted[0]), by_key_then_place);
	return sorted;
}

static void check_duplicates(struct pl_doc *node, struct pl_problems *problems)
{
	struct pl_doc **sorted;
	size_t count;

	for (struct pl_doc *child = node->first; child; child = child->next)
		check_duplicates(child, problems);
	if (node->kind != PL_YAML_MAP || !node->first)
		return;
	sorted = sort_members(node, &count);
	report_duplicates(node, sorted, count, problems);
	free(sorted);
}

struct pl_doc *pl_doc_build(struct pl_arena *arena, const struct pl_yaml_node *node,
			    struct pl_place of, struct pl_problems *problems)
{
	struct pl_doc *root = copy_tree(arena, node, of, NULL);

	check_duplicates(root, problems);
	return root;
}

struct pl_doc *pl_doc_get(const struct pl_doc *map, const char *key)
{
	if (!map || map->kind != PL_YAML_MAP)
		return NULL;
	for (struct pl_doc *child = map->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

bool pl_doc_is_null(const struct pl_doc *node)
{
	static const char *const nothing[] = {"", "~", "null", "Null", "NULL"};

	if (!node || node->kind != PL_YAML_SCALAR || node->quoted)
		return !node;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (strcmp(node->text, nothing[i]) == 0)
			return true;
	return false;
}

const char *pl_doc_path(const struct pl_doc *node, char *out, size_t cap)
{
	const struct pl_doc *chain[PL_YAML_MAX_DEPTH + 2];
	size_t depth = 0, used = 0;

	for (; node->parent && depth < PL_YAML_MAX_DEPTH + 2; node = node->parent)
		chain[depth++] = node;
	out[0] = '\0';
	while (depth > 0 && used < cap) {
		const struct pl_doc *step = chain[--depth];

		used += (size_t)snprintf(out + used, cap - used, "%s%s", used ? "." : "",
					 step->key ? step->key : "-");
	}
	return out;
}

/* The name in "{name}", or false. */
static bool whole_reference(const char *text, char *name, size_t cap)
{
	size_t length = strlen(text);

	if (length < 3 || length >= cap + 2 || text[0] != '{' || text[length - 1] != '}')
		return false;
	memcpy(name, text + 1, length - 2);
	name[length - 2] = '\0';
	return true;
}

/* The session's values, by name. */
struct session {
	const struct pl_doc *map; /* NULL: none */
	struct pl_doc **sorted;
	size_t count;
};

static int key_is(const void *name, const void *member)
{
	return strcmp(name, (*(struct pl_doc *const *)member)->key);
}

static const struct pl_doc *find_value(const struct session *session, const char *name)
{
	struct pl_doc *const *found =
	    bsearch(name, session->sorted, session->count, sizeof(session->sorted[0]), key_is);

	return found ? *found : NULL;
}

static void substitute(struct pl_doc *node, const struct session *session,
		       struct pl_problems *problems)
{
	char name[PL_NAME_SIZE];
	const struct pl_doc *from;

	for (struct pl_doc *child = node->first; child; child = child->next)
		if (child != session->map)
			substitute(child, session, problems);
	if (node->kind != PL_YAML_SCALAR || !whole_reference(node->text, name, sizeof(name)))
		return;
	from = find_value(session, name);
	if (!from) {
		pl_problems_add(problems, node->place,
				"\"{%s}\": there is no such value; write it under parameters: "
				"{%s: …} or give --set parameters.%s=VALUE",
				name, name, name);
	} else if (from->kind == PL_YAML_SCALAR) {
		node->text = from->text;
		node->quoted = from->quoted;
		node->via = from->key;
	}
}

void pl_doc_substitute(struct pl_doc *root, struct pl_problems *problems)
{
	static const struct pl_doc nothing = {.kind = PL_YAML_MAP};
	struct session session = {.map = pl_doc_get(root, "parameters")};
	bool is_map = session.map && session.map->kind == PL_YAML_MAP;

	if (root->kind != PL_YAML_MAP)
		return;
	session.sorted = sort_members(is_map ? session.map : &nothing, &session.count);
	substitute(root, &session, problems);
	free(session.sorted);
}
