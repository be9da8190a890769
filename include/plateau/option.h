/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option.h - an option is a row: the same row checks the bench file, answers --set, fills the
 * forms and makes the manual. A driver declares its own keys with such rows.
 *
 * `offset` says where the value goes in the owner's struct:
 *   BOOLEAN bool · INTEGER int64_t · REAL double (in the row's unit) · TIME int64_t (ns)
 *   WORD int (index into words) · NAME, TEXT, PATH const char * (never NULL once loaded)
 *
 * An INTEGER, REAL or TIME row may have words too: other spellings of 0 ("no", "auto"), which its
 * limits do not touch. A fallback of "" means that the key may be left out and its field then stays
 * as it was (TEXT: is empty).
 */
#ifndef PLATEAU_OPTION_H
#define PLATEAU_OPTION_H

#include <stdbool.h>
#include <stddef.h>

enum pl_option_type {
	PL_OPTION_BOOLEAN, /* yes | no */
	PL_OPTION_INTEGER,
	PL_OPTION_REAL, /* with the row's unit, SI prefixes converted */
	PL_OPTION_TIME, /* a number with s ms us min h d */
	PL_OPTION_WORD, /* one of words */
	PL_OPTION_NAME, /* [a-z][a-z0-9_]{0,31} */
	PL_OPTION_TEXT,
	PL_OPTION_PATH, /* relative to the bench file, ~/ works; absolute once loaded */
};

struct pl_option {
	const char *key;
	enum pl_option_type type;
	const char *unit;	  /* REAL: the unit the value is kept in; "" = none */
	double min, max;	  /* INTEGER, REAL; TIME in seconds; min == max: no limits */
	const char *const *words; /* WORD: ends with NULL */
	const char *fallback;	  /* as a user would write it; NULL: the key is required */
	const char *text;	  /* one line for people */
	size_t offset;
};

#endif
