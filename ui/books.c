/* SPDX-License-Identifier: GPL-3.0-or-later */
/* books.c - see books.h. */
#include "books.h"

#include "plateau/text.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

void pl_books_reset(struct pl_state *state)
{
	const struct pl_model *model = state->model;
	struct pl_books_base *base = calloc(1, sizeof *base);

	if (!base)
		pl_out_of_memory();
	base->since_ns = state->now_ns;
	base->since_utc_ns = state->utc_ns;
	for (size_t i = 0; i < model->book_count && base->count < PL_BOOKS_MAX; i++) {
		pl_text_copy(base->items[base->count].name, sizeof base->items[0].name,
			     model->books[i].name);
		base->items[base->count++].value = model->books[i].value;
	}
	free(state->books.before);
	state->books.before = state->books.base;
	state->books.base = base;
	state->books.has_undo = true;
}

void pl_books_undo(struct pl_state *state)
{
	free(state->books.base);
	state->books.base = state->books.before;
	state->books.before = NULL;
	state->books.has_undo = false;
}

void pl_books_free(struct pl_books *books)
{
	free(books->base);
	free(books->before);
	*books = (struct pl_books){0};
}

int64_t pl_books_since_ns(const struct pl_books *books)
{
	return books->base ? books->base->since_ns : 0;
}

double pl_books_value(const struct pl_books *books, const struct pl_model_counter *book)
{
	for (size_t i = 0; books->base && i < books->base->count; i++)
		if (strcmp(books->base->items[i].name, book->name) == 0 &&
		    book->value >= books->base->items[i].value)
			return book->value - books->base->items[i].value;
	return book->value;
}
