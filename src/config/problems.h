/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * problems.h - the list of everything wrong with a bench file, with places, in file order.
 *
 * Loading goes on after a problem, so that one look at the list is enough. At most 1000 are kept,
 * the rest is counted. Texts are escaped here: they may quote anything the file holds. One thread.
 */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

#include "config/bench.h"

/* A place of the document: in the file, in a profile the file names, or in an override (line 0). */
struct pl_place {
	int line, column;
	const char *set;  /* path of the --set, NULL in a file */
	const char *file; /* of a profile, as it was found; NULL: the bench file */
	int number;	  /* of that profile, from 1, in the order they were named */
};

void pl_problems_init(struct pl_problems *problems, const char *file);
bool pl_problems_full(const struct pl_problems *problems);
void pl_problems_add(struct pl_problems *problems, struct pl_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the YAML parser says, whose error->where is "name:line:column"; of gives the file. */
void pl_problems_add_parser(struct pl_problems *problems, struct pl_place of,
			    const struct pl_error *error);
/* Into file order, the bench file first, then profiles, then overrides; equal places keep the order
 * they were found in. */
void pl_problems_sort(struct pl_problems *problems);
/* "bench.yaml:12:5", "--set path"; the file alone for a place without line; file: the bench's.
 * Returns out. */
const char *pl_place_format(const char *file, struct pl_place place, char *out, size_t cap);

#endif
