/* SPDX-License-Identifier: GPL-3.0-or-later */
/* books.h - the books of a recording as people read them. Pure. */
#ifndef CLI_BOOKS_H
#define CLI_BOOKS_H

#include "plateau/json.h"
#include "plateau/text.h"

/* Of a live recording as one line: slots, rows, lateness, what is left. */
void pl_books_line(const struct pl_json *recording, struct pl_text *out);
/* All of them on stdout, a line each; those of trouble only when there is some. */
void pl_books_print(const struct pl_json *books);

#endif
