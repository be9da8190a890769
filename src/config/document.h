/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.h - the bench file as a tree that overrides and session parameters were put into.
 *
 * Made once from the parsed YAML: duplicate keys are reported (the first one stays), every --set
 * is laid over it, then each value that is "{name}" as a whole takes the text of
 * parameters.name. Each node knows its place and its document path. One thread, one arena.
 */
#ifndef CONFIG_DOCUMENT_H
#define CONFIG_DOCUMENT_H

#include "base/yaml.h"
#include "config/pool.h"
#include "config/problems.h"

struct pl_doc {
	enum pl_yaml_kind kind;
	bool quoted;
	const char *key;	/* member of a map, else NULL */
	const char *text;	/* scalars */
	const char *via;	/* the session parameter the text came from, else NULL */
	struct pl_place place;	/* of the value */
	struct pl_place at_key; /* of the key; list items: of the value */
	struct pl_doc *parent, *first, *next;
};

/* The tree of `node`, in the arena; texts are borrowed from it. of: the file it is from. */
struct pl_doc *pl_doc_build(struct pl_arena *arena, const struct pl_yaml_node *node,
			    struct pl_place of, struct pl_problems *problems);
/* Lays one PATH=VALUE over the tree (override.c). */
void pl_doc_override(struct pl_arena *arena, struct pl_doc *root,
		     const struct pl_override *override, struct pl_problems *problems);
/* Replaces "{name}" everywhere but in `parameters` itself. */
void pl_doc_substitute(struct pl_doc *root, struct pl_problems *problems);

struct pl_doc *pl_doc_get(const struct pl_doc *map, const char *key); /* map may be NULL */
bool pl_doc_is_null(const struct pl_doc *node);			      /* empty, ~, null */
/* "scans.threshold.dwell": the keys from the root down, cut to cap; returns out. */
const char *pl_doc_path(const struct pl_doc *node, char *out, size_t cap);
#define PL_DOC_PATH_SIZE 128

#endif
