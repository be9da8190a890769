/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * print.h - what words say: results on stdout, everything else on stderr. Main thread.
 *
 * Text from files and devices was escaped by who made it; what comes from argv is the caller's own.
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "cli/command.h"

#include "plateau/json.h"
#include "plateau/text.h"

/* "plateau: …" and a newline on stderr. */
void pl_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same unless --quiet was given. */
void pl_tell(const struct pl_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit status a refusal or failure ends with. */
int pl_exit_of(enum pl_status status);
/* Says the error, with --json also as {"success":false,"code":…,"text":…} on stdout. Returns
 * pl_exit_of(error->code). */
int pl_fail(const struct pl_call *call, const struct pl_error *error);
/* Says that `argument` is one too many; returns PL_EXIT_USAGE. */
int pl_fail_surplus(const struct pl_call *call, const char *argument);

/* One line on stdout. value is borrowed. Returns PL_EXIT_OK. */
int pl_print_json(const struct pl_json *value);

/* Columns as wide as they need to be. Zero-initialise, set columns, add cell by cell, then print
 * (which frees). */
struct pl_table {
	size_t columns;
	size_t count;	      /* cells */
	struct pl_text cells; /* each with its NUL */
};
void pl_table_add(struct pl_table *table, const char *cell); /* NULL = "" */
void pl_table_add_integer(struct pl_table *table, int64_t value);
void pl_table_print(struct pl_table *table);

/* A measured value for people: integers whole, others with six digits. Returns out. */
const char *pl_measured_format(double value, char out[PL_NUMBER_SIZE]);

/* Seconds as people read them: "0.2 s", "4:05", "2:10:00". Returns out. */
#define PL_DURATION_SIZE 32
const char *pl_duration_format(double seconds, char out[PL_DURATION_SIZE]);

/* Paths for people and for the engine: an absolute form of a path relative to the working
 * directory ("~/" works), whether it exists or not. PL_ERR_USAGE when it is too long. */
enum pl_status pl_cli_absolute(const char *path, char *out, size_t cap, struct pl_error *error);

#endif
