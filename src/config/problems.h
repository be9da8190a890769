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

/* A place of the document: in the file, or in an override (line 0). */
struct pl_place {
	int line, column;
	const char *set; /* path of the --set, NULL in the file */
};

void pl_problems_init(struct pl_problems *problems, const char *file);
bool pl_problems_full(const struct pl_problems *problems);
void pl_problems_add(struct pl_problems *problems, struct pl_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Into file order; equal places keep the order they were found in. */
void pl_problems_sort(struct pl_problems *problems);
/* "bench.yaml:12:5", "--set path"; the file alone for a place without line. Returns out. */
const char *pl_place_format(const char *file, struct pl_place place, char *out, size_t cap);

#endif
