/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * books.h - counting from a moment of one's own: the values of all books then, in this view alone.
 * One thread.
 */
#ifndef UI_BOOKS_H
#define UI_BOOKS_H

#include "model.h"

struct pl_state;

#define PL_BOOKS_MAX 160

/* since_ns 0: from the beginning of each book. */
struct pl_books_base {
	int64_t since_ns, since_utc_ns;
	size_t count;
	struct {
		char name[112];
		double value;
	} items[PL_BOOKS_MAX];
};

struct pl_books {
	struct pl_books_base *base, *before; /* NULL = never reset */
	bool has_undo;			     /* to before */
};

void pl_books_reset(struct pl_state *state);
void pl_books_undo(struct pl_state *state);
void pl_books_free(struct pl_books *books);
/* When it was reset, 0 = never (or taken back). */
int64_t pl_books_since_ns(const struct pl_books *books);
/* What came since then; the whole value of a book that is younger, or began anew. */
double pl_books_value(const struct pl_books *books, const struct pl_model_counter *book);

#endif
