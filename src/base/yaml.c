/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml.c - YAML in: libyaml's events become a tree with positions.
 *
 * The event parser is used, never the loader: events come as the text is read, so that hostile
 * input is refused at the first alias, the 33rd level or the 100001st node, with little memory
 * spent. The tree lives in an arena that is freed at once. One thread parses; the tree is then
 * immutable.
 */
#include "base/yaml.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define MAX_NODES 100000

struct pl_yaml {
	struct pl_arena arena;
	struct pl_yaml_node *root;
};

struct level {
	struct pl_yaml_node *node, *last;
	const char *key; /* waits for its value */
	yaml_mark_t key_mark;
};

struct reader {
	yaml_parser_t parser;
	const char *name, *bytes; /* for messages */
	size_t count;
	struct pl_yaml *yaml;
	struct level levels[PL_YAML_MAX_DEPTH];
	size_t depth, nodes, most_nodes, documents;
	bool is_done;
	struct pl_error *error;
};

/* PL_ERR_CONFIG at a place counted from 1; of a long file name the end is shown. */
static enum pl_status refuse_at(const struct reader *reader, size_t line, size_t column,
				const char *text)
{
	char where[160];
	size_t length = strlen(reader->name);

	snprintf(where, sizeof(where), "%s:%zu:%zu",
		 length > 110 ? reader->name + length - 110 : reader->name, line, column);
	return pl_error_set(reader->error, PL_ERR_CONFIG, where, "%s", text);
}

static enum pl_status refuse(const struct reader *reader, yaml_mark_t mark, const char *text)
{
	return refuse_at(reader, mark.line + 1, mark.column + 1, text);
}

static enum pl_status no_memory(const struct reader *reader)
{
	return pl_error_set(reader->error, PL_ERR_MEMORY, reader->name,
			    "no memory left to read this file");
}

/* The byte where the index-th character begins, NUL past the end. libyaml's marks count characters,
 * the offsets of its reader count bytes. */
static char character_at(const struct reader *reader, size_t index)
{
	size_t i = 0;

	for (size_t seen = 0; i < reader->count; i++)
		if (((unsigned char)reader->bytes[i] & 0xC0) != 0x80 && seen++ == index)
			return reader->bytes[i];
	return '\0';
}

/* Line and column, in characters from 1, of a byte offset. */
static void find_offset(const struct reader *reader, size_t offset, size_t *line, size_t *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset && i < reader->count; i++) {
		unsigned char byte = (unsigned char)reader->bytes[i];
		if (byte == '\n') {
			++*line;
			*column = 1;
		} else if ((byte & 0xC0) != 0x80) {
			++*column;
		}
	}
}

/* Our words for the mistakes people make, before libyaml's. */
static const char *explain(const struct reader *reader, const char *problem)
{
	char character = character_at(reader, reader->parser.problem_mark.index);

	if (reader->parser.error == YAML_READER_ERROR)
		return "not text in UTF-8: ";
	if (!strstr(problem, "cannot start any token"))
		return "not valid YAML: ";
	if (character == '\t')
		return "a tab cannot indent, use spaces: ";
	return "a value cannot begin with this character, put it in quotes: ";
}

static enum pl_status refuse_syntax(const struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *problem = parser->problem ? parser->problem : "cannot be read";
	size_t line = parser->problem_mark.line + 1, column = parser->problem_mark.column + 1;
	char text[200];

	if (parser->error == YAML_MEMORY_ERROR)
		return no_memory(reader);
	if (parser->error == YAML_READER_ERROR)
		find_offset(reader, parser->problem_offset, &line, &column);
	snprintf(text, sizeof(text), "%s%s", explain(reader, problem), problem);
	enum pl_status status = refuse_at(reader, line, column, text);
	if (reader->error && parser->context)
		pl_text_copy(reader->error->cause, sizeof(reader->error->cause), parser->context);
	return status;
}

/* A key waits for its value: the next event of this map is the value. */
static bool wants_key(const struct reader *reader)
{
	const struct level *top = reader->depth ? &reader->levels[reader->depth - 1] : NULL;

	return top && top->node->kind == PL_YAML_MAP && !top->key;
}

/* A child of the innermost list or map; a map's takes the key that waits. */
static void append(struct level *top, struct pl_yaml_node *node)
{
	if (top->key) {
		node->key = top->key;
		node->key_line = (int)top->key_mark.line + 1;
		node->key_column = (int)top->key_mark.column + 1;
		top->key = NULL;
	}
	if (top->last)
		top->last->next = node;
	else
		top->node->first = node;
	top->last = node;
	top->node->count++;
}

static enum pl_status add_node(struct reader *reader, enum pl_yaml_kind kind,
			       const yaml_event_t *event, struct pl_yaml_node **out)
{
	struct level *top = reader->depth ? &reader->levels[reader->depth - 1] : NULL;

	if (wants_key(reader))
		return refuse(reader, event->start_mark, "a key must be one plain word or text");
	if (++reader->nodes > reader->most_nodes)
		return refuse(reader, event->start_mark,
			      reader->most_nodes == MAX_NODES
				  ? "more than 100000 values in one file"
				  : "more values than such a file can have");
	struct pl_yaml_node *node =
	    pl_arena_take(&reader->yaml->arena, sizeof(*node), _Alignof(struct pl_yaml_node));
	if (!node)
		return no_memory(reader);
	*node = (struct pl_yaml_node){
	    .kind = kind,
	    .line = (int)event->start_mark.line + 1,
	    .column = (int)event->start_mark.column + 1,
	};
	if (top)
		append(top, node);
	else
		reader->yaml->root = node;
	*out = node;
	return PL_OK;
}

static enum pl_status open_level(struct reader *reader, enum pl_yaml_kind kind,
				 const yaml_event_t *event)
{
	struct pl_yaml_node *node;

	if (reader->depth == PL_YAML_MAX_DEPTH)
		return refuse(reader, event->start_mark, "nested deeper than 32 levels");
	enum pl_status status = add_node(reader, kind, event, &node);
	if (!status)
		reader->levels[reader->depth++] = (struct level){.node = node};
	return status;
}

static enum pl_status add_scalar(struct reader *reader, const yaml_event_t *event)
{
	size_t length = event->data.scalar.length;
	struct pl_yaml_node *node;

	if (memchr(event->data.scalar.value, '\0', length))
		return refuse(reader, event->start_mark, "a text cannot hold a NUL character");
	char *text = pl_arena_take(&reader->yaml->arena, length + 1, 1);
	if (!text)
		return no_memory(reader);
	memcpy(text, event->data.scalar.value, length + 1);
	if (wants_key(reader)) {
		struct level *top = &reader->levels[reader->depth - 1];
		top->key = text;
		top->key_mark = event->start_mark;
		return PL_OK;
	}
	enum pl_status status = add_node(reader, PL_YAML_SCALAR, event, &node);
	if (status)
		return status;
	node->text = text;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return PL_OK;
}

/* What no bench file needs and a hostile one would use. NULL = nothing of it. */
static const char *unwanted(const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return "aliases (*name) are not read; write the value out";
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return "anchors (&name) are not read; write the value out where it is needed";
	return tag ? "tags (!name) are not read; the key alone says what a value is" : NULL;
}

static enum pl_status take_event(struct reader *reader, const yaml_event_t *event)
{
	const char *reason = unwanted(event);

	if (reason)
		return refuse(reader, event->start_mark, reason);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (reader->documents++)
			return refuse(reader, event->start_mark, "a second document (---) begins");
		return PL_OK;
	case YAML_SCALAR_EVENT:
		return add_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_level(reader, PL_YAML_LIST, event);
	case YAML_MAPPING_START_EVENT:
		return open_level(reader, PL_YAML_MAP, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		reader->depth--;
		return PL_OK;
	case YAML_STREAM_END_EVENT:
		reader->is_done = true;
		return PL_OK;
	default:
		return PL_OK;
	}
}

static enum pl_status read_events(struct reader *reader)
{
	enum pl_status status = PL_OK;
	yaml_event_t event;

	while (!status && !reader->is_done) {
		if (!yaml_parser_parse(&reader->parser, &event))
			return refuse_syntax(reader);
		status = take_event(reader, &event);
		yaml_event_delete(&event);
	}
	return status;
}

/* An empty document, and one that only says null, is an empty map. */
static enum pl_status finish_root(struct reader *reader)
{
	struct pl_yaml *yaml = reader->yaml;
	yaml_event_t nowhere = {.type = YAML_NO_EVENT};

	if (yaml->root && !pl_yaml_is_null(yaml->root))
		return PL_OK;
	return add_node(reader, PL_YAML_MAP, &nowhere, &yaml->root);
}

enum pl_status pl_yaml_parse(const char *name, const char *bytes, size_t count,
			     struct pl_yaml **out, struct pl_error *error)
{
	const struct pl_yaml_limits limits = {.bytes = PL_YAML_MAX_BYTES, .nodes = MAX_NODES};

	*out = NULL;
	if (count > limits.bytes)
		return pl_error_set(error, PL_ERR_CONFIG, name,
				    "the file is larger than 1 MiB, which no bench needs");
	return pl_yaml_parse_within(name, bytes, count, &limits, out, error);
}

enum pl_status pl_yaml_parse_within(const char *name, const char *bytes, size_t count,
				    const struct pl_yaml_limits *limits, struct pl_yaml **out,
				    struct pl_error *error)
{
	struct reader reader = {.name = name,
				.bytes = bytes,
				.count = count,
				.most_nodes = limits->nodes,
				.error = error};
	enum pl_status status;

	*out = NULL;
	if (count > limits->bytes)
		return pl_error_set(error, PL_ERR_CONFIG, name,
				    "the file is larger than the %zu MiB that are read",
				    limits->bytes >> 20);
	if (count >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) { /* a byte order mark has no column */
		reader.bytes += 3;
		reader.count -= 3;
	}
	reader.yaml = calloc(1, sizeof(*reader.yaml));
	if (!reader.yaml || !yaml_parser_initialize(&reader.parser)) {
		free(reader.yaml);
		return no_memory(&reader);
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)reader.bytes,
				     reader.count);
	status = read_events(&reader);
	yaml_parser_delete(&reader.parser);
	if (!status)
		status = finish_root(&reader);
	if (status)
		pl_yaml_free(reader.yaml);
	else
		*out = reader.yaml;
	return status;
}

void pl_yaml_free(struct pl_yaml *yaml)
{
	if (yaml)
		pl_arena_free(&yaml->arena);
	free(yaml);
}

const struct pl_yaml_node *pl_yaml_root(const struct pl_yaml *yaml)
{
	return yaml->root;
}
