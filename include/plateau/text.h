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

#include <stdarg.h>
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

/* Numbers in the format keep their decimal point whatever the process's locale. */
void pl_text_add(struct pl_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pl_text_add_args(struct pl_text *text, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void pl_text_add_bytes(struct pl_text *text, const char *bytes, size_t count);
void pl_text_add_string(struct pl_text *text, const char *string);
void pl_text_add_integer(struct pl_text *text, int64_t value);
/* Shortest decimal that reads back equal; integers below 2^53 without point or exponent, 0 for -0;
 * nothing for NaN or infinity (missing is empty in every file). */
void pl_text_add_number(struct pl_text *text, double value);
/* Nanoseconds as seconds with 9 decimals. */
void pl_text_add_seconds(struct pl_text *text, int64_t ns);
/* count bytes for people who may write in any script: printable UTF-8 stays, backslash becomes \\,
 * every other byte (controls, C1, bidi and zero-width characters, invalid UTF-8) \xnn. Undone by
 * pl_text_add_unescaped. */
void pl_text_add_safe(struct pl_text *text, const char *bytes, size_t count);
/* The bytes (2 to 4) of the one visible character beyond ASCII that begins at bytes, 0 when there
 * is none: what pl_text_add_safe leaves as it is. */
size_t pl_text_visible(const char *bytes, size_t count);
/* The bytes that pl_text_add_safe or pl_text_escape were given: \\ and \xnn are read back, any
 * other backslash stays as it is. */
void pl_text_add_unescaped(struct pl_text *text, const char *escaped, size_t count);
/* One CSV cell, no separator: pl_text_add_safe, so that a row is always one line and a newline
 * comes back from \x0a, then RFC 4180 quotes around cells with comma or quote or a blank at either
 * end, quotes inside doubled. Reading back: undo the quotes (any CSV reader does), then
 * pl_text_add_unescaped. */
void pl_text_add_cell(struct pl_text *text, const char *cell);
void pl_text_clear(struct pl_text *text); /* keeps the memory */
void pl_text_free(struct pl_text *text);

#define PL_NUMBER_SIZE 32
/* pl_text_add_number into a fixed buffer; returns out. */
const char *pl_number_format(double value, char out[PL_NUMBER_SIZE]);

/* What a device meant that sends single precision: the shortest decimal that reads back as this
 * float. 98.95338f is 98.95338, and not 98.9533767700195. */
double pl_number_of_float(float value);
/* number·scale + offset, as decimals where scale is one part of a whole number: 3 tenths are 0.3,
 * and not 0.30000000000000004. */
double pl_number_scaled(double number, double scale, double offset);

/* 0 … 15 of a hexadecimal digit of either case, else -1. */
int pl_text_hex_digit(char digit);

/* Whole string or false: optional sign, digits, point, exponent. No hex, no inf or nan, no blanks,
 * no decimal comma, whatever the locale; out of range (too large, or rounded to 0 when it is not)
 * is false, and so are more than 400 characters. On false *out is left as it was. */
bool pl_text_to_double(const char *string, double *out);
/* As above: optional sign and digits, within int64_t. */
bool pl_text_to_int(const char *string, int64_t *out);
/* As pl_text_to_double for bytes that are not NUL-terminated. */
bool pl_bytes_to_double(const char *bytes, size_t count, double *out);

/* Copies at most cap - 1 bytes and always ends with NUL; returns false when it had to cut. */
bool pl_text_copy(char *out, size_t cap, const char *string);

/* Bytes from a device or a file for people: printable ASCII stays, backslash becomes \\, every
 * other byte \xnn (two lower-case digits). Cut to cap at a whole escape, always ends with NUL (cap
 * 0 writes nothing). Returns the length written. */
size_t pl_text_escape(char *out, size_t cap, const char *bytes, size_t count);

/* A name of a bench file: [a-z][a-z0-9_]{0,31}. */
bool pl_name_valid(const char *name);

/* The candidate nearest to word by edit distance (at most 1 + length/3 edits), or NULL.
 * candidates ends with NULL. Borrowed from candidates. */
const char *pl_text_nearest(const char *word, const char *const *candidates);

/* True when the two differ, and only in the case of ASCII letters, whatever the locale. */
bool pl_text_same_but_case(const char *a, const char *b);

#endif
