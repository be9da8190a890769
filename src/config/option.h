/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option.h - a text into the field of an option row: the only place where values get a type.
 *
 * YAML never guesses: `no` is a boolean, a word or a name as the row declares; whole numbers are
 * digits with a sign (010 is ten), 1e3 is a number but no whole one, 0x1F and 12:30 are neither.
 */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include "config/pool.h"
#include "plateau/option.h"
#include "plateau/status.h"

/* Where strings live and what relative paths are relative to (an absolute directory). */
struct pl_option_home {
	struct pl_arena *arena;
	const char *directory;
};

/* Writes the field of `row` in `into`. PL_ERR_CONFIG, PL_ERR_RANGE or PL_ERR_UNIT with a sentence
 * that says what would do; the field is untouched then. Any thread, pure but for the arena. */
enum pl_status pl_option_set(const struct pl_option *row, const char *text,
			     const struct pl_option_home *home, void *into, struct pl_error *error);

/* An absolute path without "." and empty parts, in the arena: relative to the directory, ~/ is the
 * home directory. PL_ERR_CONFIG for an empty path or ~user. */
enum pl_status pl_path_absolute(const struct pl_option_home *home, const char *path,
				const char **out, struct pl_error *error);

#endif
