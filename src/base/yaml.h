/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml.h - YAML in, as a tree with positions, and YAML out. Wraps libyaml, which no other file
 * knows. Scalars stay text: the schema gives them their type, YAML never guesses.
 *
 * Hostile input is refused before it costs anything: at most 1 MiB, depth 32, 100000 values, no
 * anchors, aliases or tags, scalar keys without NUL, one document, valid UTF-8. A document is
 * immutable after parsing and may then be read by any thread.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "plateau/status.h"
#include "plateau/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_YAML_MAX_BYTES (1u << 20)
#define PL_YAML_MAX_DEPTH 32

enum pl_yaml_kind { PL_YAML_SCALAR, PL_YAML_LIST, PL_YAML_MAP };

struct pl_yaml_node {
	enum pl_yaml_kind kind;
	int line, column; /* from 1, where the value begins */
	bool quoted;	  /* a scalar in quotes: text, never null */
	const char *text; /* scalars: the value, NUL-terminated; else NULL */
	const char *key;  /* in a map: this member's key, else NULL */
	int key_line, key_column;
	const struct pl_yaml_node *first; /* children in file order */
	const struct pl_yaml_node *next;  /* the next child of the same parent */
	size_t count;			  /* number of children */
};

struct pl_yaml; /* owns the tree */

/* name is for messages. Errors: PL_ERR_CONFIG, error->where = "name:line:column". An empty
 * document gives an empty map. Caller frees *out. Duplicate keys are left to the schema, which can
 * name both places. */
enum pl_status pl_yaml_parse(const char *name, const char *bytes, size_t count,
			     struct pl_yaml **out, struct pl_error *error);
/* The same for a file of our own that may be larger than a person's: at most so many bytes and
 * nodes. */
struct pl_yaml_limits {
	size_t bytes, nodes;
};
enum pl_status pl_yaml_parse_within(const char *name, const char *bytes, size_t count,
				    const struct pl_yaml_limits *limits, struct pl_yaml **out,
				    struct pl_error *error);
const struct pl_yaml_node *pl_yaml_root(const struct pl_yaml *yaml);
void pl_yaml_free(struct pl_yaml *yaml);

/* The member of a map, or NULL; map may be NULL. */
const struct pl_yaml_node *pl_yaml_get(const struct pl_yaml_node *map, const char *key);
/* The text of a scalar member, or fallback where there is none, null, a list or a map; the number
 * or integer where the whole text is one. */
const char *pl_yaml_get_text(const struct pl_yaml_node *map, const char *key, const char *fallback);
double pl_yaml_get_number(const struct pl_yaml_node *map, const char *key, double fallback);
int64_t pl_yaml_get_integer(const struct pl_yaml_node *map, const char *key, int64_t fallback);
/* A plain scalar that means nothing: empty, ~ or null. NULL too. */
bool pl_yaml_is_null(const struct pl_yaml_node *node);

/* Writing, into a text: block style, two spaces, strings quoted whenever they could be read as
 * anything else. Begin with pl_yaml_out_begin, then keys and values in order, then _end, which
 * fills `to`. key is NULL inside lists, a NULL text is null, and what is no UTF-8 is
 * escaped as pl_text_escape does. */
struct pl_yaml_out;
struct pl_yaml_out *pl_yaml_out_begin(struct pl_text *to);
void pl_yaml_out_map(struct pl_yaml_out *out, const char *key);	 /* opens */
void pl_yaml_out_list(struct pl_yaml_out *out, const char *key); /* opens */
/* A list of numbers on one line: key: [1, 2.5]. */
void pl_yaml_out_row(struct pl_yaml_out *out, const char *key); /* opens */
void pl_yaml_out_close(struct pl_yaml_out *out);		/* closes the innermost */
void pl_yaml_out_text(struct pl_yaml_out *out, const char *key, const char *value);
void pl_yaml_out_block(struct pl_yaml_out *out, const char *key, const char *value); /* | style */
void pl_yaml_out_number(struct pl_yaml_out *out, const char *key,
			double value); /* NaN, infinity = null */
void pl_yaml_out_integer(struct pl_yaml_out *out, const char *key, int64_t value);
void pl_yaml_out_boolean(struct pl_yaml_out *out, const char *key, bool value);
void pl_yaml_out_null(struct pl_yaml_out *out, const char *key);
void pl_yaml_out_end(struct pl_yaml_out *out); /* frees out */

#endif
