/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - JSON values, as every message between engine and its clients is one object a line.
 *
 * The value is opaque: base/json.c wraps jansson and is the only file that knows it. Getters never
 * fail: a missing key or a wrong type gives the default, so that a message of a newer version can
 * be read. A value belongs to one thread at a time. pl_json_add_* take ownership of what they add.
 */
#ifndef PLATEAU_JSON_H
#define PLATEAU_JSON_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl_json;

/* Parses exactly one value of at most `count` bytes (blanks around it are fine); duplicate keys,
 * invalid UTF-8, NUL inside strings and numbers beyond int64_t or double are errors; depth is
 * bounded by the library (2048). Caller frees *out, which is NULL after an error. PL_ERR_PROTOCOL,
 * error->where = "line:column". */
enum pl_status pl_json_parse(const char *bytes, size_t count, struct pl_json **out,
			     struct pl_error *error);
struct pl_json *pl_json_object(void);
struct pl_json *pl_json_array(void);
struct pl_json *pl_json_copy(const struct pl_json *value); /* deep; caller frees */
void pl_json_free(struct pl_json *value);		   /* NULL is fine */

/* One line without newline; object keys in the order they were added; numbers as
 * pl_text_add_number writes them. Characters that do not show themselves (controls, C1, bidi) are
 * \uxxxx, so the line may go to a terminal. Caller frees with free(). */
char *pl_json_line(const struct pl_json *value);

/* Reading. Borrowed until the root is freed; NULL where there is none. `object` may be NULL. */
const struct pl_json *pl_json_get(const struct pl_json *object, const char *key);
const struct pl_json *pl_json_at(const struct pl_json *array, size_t index);
size_t pl_json_size(const struct pl_json *value); /* elements or members, else 0 */
/* Members by position, for walking an object: name and value, false past the end. Costs index
 * steps. */
bool pl_json_member(const struct pl_json *object, size_t index, const char **name,
		    const struct pl_json **value);
bool pl_json_is_null(const struct pl_json *value); /* true for NULL too */
bool pl_json_is_number(const struct pl_json *value);
bool pl_json_is_string(const struct pl_json *value);
bool pl_json_is_object(const struct pl_json *value);

/* The value itself. pl_json_integer takes a real that is an integer (3.0) too, never rounds. */
const char *pl_json_text(const struct pl_json *value, const char *fallback);
double pl_json_number(const struct pl_json *value, double fallback); /* integers too */
int64_t pl_json_integer(const struct pl_json *value, int64_t fallback);
bool pl_json_boolean(const struct pl_json *value, bool fallback);

/* A member of an object in one step. */
const char *pl_json_get_text(const struct pl_json *object, const char *key, const char *fallback);
double pl_json_get_number(const struct pl_json *object, const char *key, double fallback);
int64_t pl_json_get_integer(const struct pl_json *object, const char *key, int64_t fallback);
bool pl_json_get_boolean(const struct pl_json *object, const char *key, bool fallback);

/* Building: key is NULL when `to` is an array; a key that is there already is replaced. Text and
 * keys that are not valid UTF-8 are escaped first (pl_text_escape); a NULL text or value, NaN and
 * infinity become null. pl_json_add takes ownership of value. */
void pl_json_add(struct pl_json *to, const char *key, struct pl_json *value);
void pl_json_add_text(struct pl_json *to, const char *key, const char *text);
void pl_json_add_number(struct pl_json *to, const char *key, double value);
void pl_json_add_integer(struct pl_json *to, const char *key, int64_t value);
void pl_json_add_boolean(struct pl_json *to, const char *key, bool value);
void pl_json_add_null(struct pl_json *to, const char *key);

#endif
