/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - strings: building, escaping, numbers in and out, names.
 *
 * Numbers are written by one function (shortest decimal that reads back equal, C locale) and read
 * by one (the whole string or nothing). Device bytes pass through pl_text_escape before any
 * terminal or file sees them. Pure functions, any thread.
 */
#ifndef PLATEAU_TEXT_H
#define PLATEAU_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows. Zero-initialise; data stays NUL-terminated once anything was added.
 * Allocation failure aborts (small buffers only; input-sized ones are bounded by their caller). */
struct pl_text {
	char *data;
	size_t length;
	size_t capacity;
};

void pl_text_add(struct pl_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pl_text_add_bytes(struct pl_text *text, const char *bytes, size_t count);
void pl_text_add_string(struct pl_text *text, const char *string);
/* Shortest decimal that reads back equal; integers without a point; nothing for NaN or infinity
 * (missing is empty in every file). */
void pl_text_add_number(struct pl_text *text, double value);
/* Nanoseconds as seconds with 9 decimals. */
void pl_text_add_seconds(struct pl_text *text, int64_t ns);
/* One CSV cell: control bytes as \xNN, RFC 4180 quotes where needed. No separator. */
void pl_text_add_cell(struct pl_text *text, const char *cell);
void pl_text_clear(struct pl_text *text); /* keeps the memory */
void pl_text_free(struct pl_text *text);

#define PL_NUMBER_SIZE 32
/* pl_text_add_number into a fixed buffer; returns out. */
const char *pl_number_format(double value, char out[PL_NUMBER_SIZE]);

/* Whole string or false: optional sign, digits, point, exponent. No hex, no inf or nan, no blanks,
 * no decimal comma, whatever the locale; out of range is false. */
bool pl_text_to_double(const char *string, double *out);
bool pl_text_to_int(const char *string, int64_t *out);
/* As pl_text_to_double for bytes that are not NUL-terminated. */
bool pl_bytes_to_double(const char *bytes, size_t count, double *out);

/* Copies at most cap - 1 bytes and always ends with NUL; returns false when it had to cut. */
bool pl_text_copy(char *out, size_t cap, const char *string);

/* Bytes from a device or a file for people: printable ASCII stays, backslash becomes \\, every
 * other byte \xNN. Cut to cap at a whole escape. Returns the length written. */
size_t pl_text_escape(char *out, size_t cap, const char *bytes, size_t count);

/* A name of a bench file: [a-z][a-z0-9_]{0,31}. */
bool pl_name_valid(const char *name);

/* The candidate nearest to word by edit distance (at most 1 + length/3 edits), or NULL.
 * candidates ends with NULL. Borrowed from candidates. */
const char *pl_text_nearest(const char *word, const char *const *candidates);

/* The same, case-insensitive prefix search excluded: true when the two differ only in case. */
bool pl_text_same_but_case(const char *a, const char *b);

#endif
