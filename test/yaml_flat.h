/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML file as a flat list "points.done" = "18", "plan[0].set[2]" = "300", straight from libyaml.
 */
#ifndef TEST_YAML_FLAT_H
#define TEST_YAML_FLAT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct flat {
	struct {
		char *path, *value;
	} * rows;
	size_t count, room;
};

static inline void flat_add(struct flat *flat, const char *path, const char *value)
{
	if (flat->count == flat->room) {
		flat->room = flat->room ? 2 * flat->room : 256;
		flat->rows = realloc(flat->rows, flat->room * sizeof(*flat->rows));
	}
	flat->rows[flat->count].path = strdup(path);
	flat->rows[flat->count++].value = strdup(value);
}

static inline void flat_walk(struct flat *flat, yaml_document_t *document, int id, const char *path)
{
	yaml_node_t *node = yaml_document_get_node(document, id);
	char below[1024];

	if (node->type == YAML_SCALAR_NODE) {
		flat_add(flat, path, (const char *)node->data.scalar.value);
	} else if (node->type == YAML_SEQUENCE_NODE) {
		int i = 0;

		flat_add(flat, path, "[]");
		for (int *item = node->data.sequence.items.start;
		     item < node->data.sequence.items.top; item++) {
			snprintf(below, sizeof(below), "%s[%d]", path, i++);
			flat_walk(flat, document, *item, below);
		}
	} else if (node->type == YAML_MAPPING_NODE) {
		flat_add(flat, path, "{}");
		for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		     pair < node->data.mapping.pairs.top; pair++) {
			snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "",
				 (const char *)yaml_document_get_node(document, pair->key)
				     ->data.scalar.value);
			flat_walk(flat, document, pair->value, below);
		}
	}
}

static inline bool flat_take(struct flat *flat, yaml_parser_t *parser)
{
	yaml_document_t document;
	bool is_good = yaml_parser_load(parser, &document);

	if (is_good && yaml_document_get_root_node(&document) != NULL)
		flat_walk(flat, &document, 1, "");
	if (is_good)
		yaml_document_delete(&document);
	yaml_parser_delete(parser);
	return is_good && flat->count > 0;
}

/* False when there is no such file or it is no YAML. */
static inline bool flat_load(struct flat *flat, const char *path)
{
	FILE *file = fopen(path, "re");
	yaml_parser_t parser;
	bool is_good;

	*flat = (struct flat){0};
	if (file == NULL)
		return false;
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_file(&parser, file);
	is_good = flat_take(flat, &parser);
	fclose(file);
	return is_good;
}

static inline bool flat_parse(struct flat *flat, const char *text)
{
	yaml_parser_t parser;

	*flat = (struct flat){0};
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	return flat_take(flat, &parser);
}

/* NULL when the file has no such path. */
static inline const char *flat_get(const struct flat *flat, const char *path)
{
	for (size_t i = 0; i < flat->count; i++)
		if (strcmp(flat->rows[i].path, path) == 0)
			return flat->rows[i].value;
	return NULL;
}

static inline void flat_free(struct flat *flat)
{
	for (size_t i = 0; i < flat->count; i++) {
		free(flat->rows[i].path);
		free(flat->rows[i].value);
	}
	free(flat->rows);
	*flat = (struct flat){0};
}

#endif
