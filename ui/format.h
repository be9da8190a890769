/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * format.h - numbers and texts as people read them. Pure (pl_format_safe asks the locale for
 * widths), any thread.
 */
#ifndef UI_FORMAT_H
#define UI_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#define PL_FORMAT_SIZE 32

/* digits after the point (0..9); "--" for NaN. Returns out. */
const char *pl_format_value(char out[PL_FORMAT_SIZE], double value, int digits);

/* A value with its 68 % interval, both cut to two digits of the error: "249.7" and "±5.0", or
 * "+0.27 -0.18" when the sides differ by more than a quarter. plus_minus: the sign to use. */
void pl_format_interval(char value_out[PL_FORMAT_SIZE], char error_out[PL_FORMAT_SIZE],
			double value, double lo, double hi, const char *plus_minus);

/* Seconds for people: "0.4 s" "12 s" "3:05" "1:02:03" "2 d 03 h"; "--" for NaN. Returns out. */
const char *pl_format_duration(char out[PL_FORMAT_SIZE], double seconds);

/* An age for people, in whole units: "3 s" "12 min" "2 h" "3 d"; "--" for NaN. Returns out. */
const char *pl_format_age(char out[PL_FORMAT_SIZE], double seconds);

/* Local time of day of an ISO time in UTC; its first characters when it is none. Returns out. */
const char *pl_format_local_time(char out[PL_FORMAT_SIZE], const char *utc);

/* The text as it may go to the terminal: printable ASCII stays; where the locale shows UTF-8 so
 * does a visible character of at most three bytes that is one or two columns wide; every other byte
 * (controls, combining marks, bidi, emoji, what is no UTF-8) is \xnn. Writes whole characters and
 * escapes only, at most `columns` columns, ends with NUL. Returns the columns written, which wide
 * characters make more than characters; *is_cut (may be NULL) tells that there was more. */
size_t pl_format_safe(char *out, size_t cap, size_t columns, const char *text, bool is_utf8,
		      bool *is_cut);

/* Behind the first character of a text that is not empty: never inside one of UTF-8. */
const char *pl_format_next(const char *text);

#endif
