/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_match.h - rows that were written against rows that should be there, in the same order.
 */
#ifndef STORE_VERIFY_MATCH_H
#define STORE_VERIFY_MATCH_H

#include "store/verify_inside.h"

/* Lines of text, with what is known of each. */
struct verify_list {
	struct pl_text text; /* NUL-ended lines */
	struct verify_entry {
		size_t at;
		unsigned part;
		uint64_t line;
		bool is_loose;	  /* the write of a dead owner: it may be there or not */
		bool is_boundary; /* the first behind such a death */
	} * items;
	size_t count, room;
};

/* A copy of the line; the rest of its entry is the caller's to fill, until the next one. */
struct verify_entry *verify_list_add(struct verify_list *list, const char *line);
const char *verify_list_line(const struct verify_list *list, size_t i);
void verify_list_fini(struct verify_list *list);

/* The line is this wanted one; of a loose one only the beginning is known. */
bool verify_list_fits(const struct verify_list *wanted, size_t i, const char *line);
/* The first row of there that is not as wanted, there->count when none is. *at: how many of wanted
 * were met before it. Rows lost to a power cut are told as open. */
size_t verify_match(struct verify *verify, const struct verify_list *wanted,
		    const struct verify_list *there, size_t *at);

#endif
