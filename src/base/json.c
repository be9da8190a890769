/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.c - JSON values through jansson, which no other file knows.
 *
 * A struct pl_json is a json_t seen from outside. jansson keeps members in the order they were
 * added. Lines are written here and not by jansson: its numbers have 17 digits (0.1 becomes
 * 0.10000000000000001), and it lets C1 and bidi characters through to terminals. A value belongs to
 * one thread at a time. Memory that is short for these small values aborts.
 */
#include "plateau/json.h"

#include "plateau/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static json_t *inner(const struct pl_json *value)
{
	return (json_t *)value;
}

static struct pl_json *outer(json_t *value)
{
	return (struct pl_json *)value;
}

static json_t *must(json_t *value)
{
	if (!value)
		pl_out_of_memory();
	return value;
}

enum pl_status pl_json_parse(const char *bytes, size_t count, struct pl_json **out,
			     struct pl_error *error)
{
	json_error_t found;
	char where[32], cause[120];

	*out = outer(json_loadb(bytes, count, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &found));
	if (*out)
		return PL_OK;
	snprintf(where, sizeof where, "%d:%d", found.line, found.column);
	/* the library quotes the input in its words */
	pl_text_escape(cause, sizeof cause, found.text, strlen(found.text));
	return pl_error_set(error, PL_ERR_PROTOCOL, where, "not one valid JSON value: %s", cause);
}

struct pl_json *pl_json_object(void)
{
	return outer(must(json_object()));
}

struct pl_json *pl_json_array(void)
{
	return outer(must(json_array()));
}

struct pl_json *pl_json_copy(const struct pl_json *value)
{
	return value ? outer(must(json_deep_copy(inner(value)))) : NULL;
}

void pl_json_free(struct pl_json *value)
{
	json_decref(inner(value));
}

/* ---- writing ---- */

/* "\uxxxx", as a surrogate pair above U+FFFF (RFC 8259, section 7). Returns the bytes it took of a
 * string that is valid UTF-8. */
static size_t put_character(struct pl_text *line, const char *bytes)
{
	unsigned char lead = (unsigned char)bytes[0];
	size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	unsigned character = size == 1 ? lead : lead & (0x7fu >> size);

	for (size_t i = 1; i < size; i++)
		character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
	if (character >= 0x10000) {
		character -= 0x10000;
		pl_text_add(line, "\\u%04x", 0xd800 + (character >> 10));
		character = 0xdc00 + (character & 0x3ff);
	}
	pl_text_add(line, "\\u%04x", character);
	return size;
}

static void put_string(struct pl_text *line, const char *string, size_t count)
{
	pl_text_add_bytes(line, "\"", 1);
	for (size_t i = 0; i < count;) {
		char byte = string[i];
		size_t visible =
		    byte >= 0x20 && byte < 0x7f ? 1 : pl_text_visible(string + i, count - i);

		if (byte == '"' || byte == '\\')
			pl_text_add_bytes(line, "\\", 1);
		if (visible > 0)
			pl_text_add_bytes(line, string + i, visible);
		else if (byte == '\n')
			pl_text_add_bytes(line, "\\n", 2);
		else
			visible = put_character(line, string + i);
		i += visible > 0 ? visible : 1;
	}
	pl_text_add_bytes(line, "\"", 1);
}

static void put_value(struct pl_text *line, const json_t *value);

static void put_object(struct pl_text *line, const json_t *object)
{
	json_t *members = (json_t *)object; /* jansson's iterators want it so; nothing is changed */
	const char *separator = "{";

	for (void *at = json_object_iter(members); at; at = json_object_iter_next(members, at)) {
		const char *key = json_object_iter_key(at);

		pl_text_add_string(line, separator);
		put_string(line, key, strlen(key));
		pl_text_add_bytes(line, ":", 1);
		put_value(line, json_object_iter_value(at));
		separator = ",";
	}
	pl_text_add_string(line, json_object_size(object) > 0 ? "}" : "{}");
}

static void put_array(struct pl_text *line, const json_t *array)
{
	pl_text_add_bytes(line, "[", 1);
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			pl_text_add_bytes(line, ",", 1);
		put_value(line, json_array_get(array, i));
	}
	pl_text_add_bytes(line, "]", 1);
}

static void put_value(struct pl_text *line, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		put_object(line, value);
		break;
	case JSON_ARRAY:
		put_array(line, value);
		break;
	case JSON_STRING:
		put_string(line, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		pl_text_add(line, "%lld", (long long)json_integer_value(value));
		break;
	case JSON_REAL:
		pl_text_add_number(line, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		pl_text_add_string(line, json_is_true(value) ? "true" : "false");
		break;
	case JSON_NULL:
		pl_text_add_string(line, "null");
		break;
	}
}

char *pl_json_line(const struct pl_json *value)
{
	struct pl_text line = {0};

	put_value(&line, inner(value));
	return line.data;
}

/* ---- reading ---- */

const struct pl_json *pl_json_get(const struct pl_json *object, const char *key)
{
	return outer(json_object_get(inner(object), key));
}

const struct pl_json *pl_json_at(const struct pl_json *array, size_t index)
{
	return outer(json_array_get(inner(array), index));
}

size_t pl_json_size(const struct pl_json *value)
{
	return json_is_array(inner(value)) ? json_array_size(inner(value))
					   : json_object_size(inner(value));
}

bool pl_json_member(const struct pl_json *object, size_t index, const char **name,
		    const struct pl_json **value)
{
	json_t *members = inner(object);
	void *at = json_object_iter(members);

	for (; at && index > 0; index--)
		at = json_object_iter_next(members, at);
	if (!at)
		return false;
	*name = json_object_iter_key(at);
	*value = outer(json_object_iter_value(at));
	return true;
}

bool pl_json_is_null(const struct pl_json *value)
{
	return !value || json_is_null(inner(value));
}

bool pl_json_is_number(const struct pl_json *value)
{
	return json_is_number(inner(value));
}

bool pl_json_is_string(const struct pl_json *value)
{
	return json_is_string(inner(value));
}

bool pl_json_is_object(const struct pl_json *value)
{
	return json_is_object(inner(value));
}

const char *pl_json_text(const struct pl_json *value, const char *fallback)
{
	return pl_json_is_string(value) ? json_string_value(inner(value)) : fallback;
}

double pl_json_number(const struct pl_json *value, double fallback)
{
	return pl_json_is_number(value) ? json_number_value(inner(value)) : fallback;
}

int64_t pl_json_integer(const struct pl_json *value, int64_t fallback)
{
	double real;

	if (json_is_integer(inner(value)))
		return json_integer_value(inner(value));
	real = json_is_real(inner(value)) ? json_real_value(inner(value)) : NAN;
	/* 2^63 itself is a double and no int64_t */
	return real >= -0x1p63 && real < 0x1p63 && real == floor(real) ? (int64_t)real : fallback;
}

bool pl_json_boolean(const struct pl_json *value, bool fallback)
{
	return json_is_boolean(inner(value)) ? json_is_true(inner(value)) : fallback;
}

const char *pl_json_get_text(const struct pl_json *object, const char *key, const char *fallback)
{
	return pl_json_text(pl_json_get(object, key), fallback);
}

double pl_json_get_number(const struct pl_json *object, const char *key, double fallback)
{
	return pl_json_number(pl_json_get(object, key), fallback);
}

int64_t pl_json_get_integer(const struct pl_json *object, const char *key, int64_t fallback)
{
	return pl_json_integer(pl_json_get(object, key), fallback);
}

bool pl_json_get_boolean(const struct pl_json *object, const char *key, bool fallback)
{
	return pl_json_boolean(pl_json_get(object, key), fallback);
}

/* ---- building ---- */

/* A string value; bytes that are no UTF-8 are escaped. */
static json_t *make_string(const char *text)
{
	json_t *value = json_string(text);
	size_t length = strlen(text), cap = 4 * length + 1;
	char *escaped;

	if (value)
		return value;
	escaped = malloc(cap);
	if (!escaped)
		pl_out_of_memory();
	pl_text_escape(escaped, cap, text, length);
	value = must(json_string(escaped));
	free(escaped);
	return value;
}

static void add(struct pl_json *to, const char *key, json_t *value)
{
	json_t *name;
	int failed;

	must(value);
	if (json_is_array(inner(to))) {
		assert(!key);
		failed = json_array_append_new(inner(to), value);
	} else {
		assert(key && json_is_object(inner(to)));
		name = make_string(key);
		failed = json_object_set_new(inner(to), json_string_value(name), value);
		json_decref(name);
	}
	if (failed)
		pl_out_of_memory();
}

void pl_json_add(struct pl_json *to, const char *key, struct pl_json *value)
{
	add(to, key, value ? inner(value) : json_null());
}

void pl_json_add_text(struct pl_json *to, const char *key, const char *text)
{
	add(to, key, text ? make_string(text) : json_null());
}

void pl_json_add_number(struct pl_json *to, const char *key, double value)
{
	add(to, key, isfinite(value) ? json_real(value) : json_null());
}

void pl_json_add_integer(struct pl_json *to, const char *key, int64_t value)
{
	add(to, key, json_integer(value));
}

void pl_json_add_boolean(struct pl_json *to, const char *key, bool value)
{
	add(to, key, json_boolean(value));
}

void pl_json_add_null(struct pl_json *to, const char *key)
{
	add(to, key, json_null());
}
