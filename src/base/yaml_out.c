/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_out.c - YAML out, through libyaml's emitter.
 *
 * What is written reads back equal with pl_yaml_parse, and with readers that guess types: a text
 * that such a reader could take for a number, a date, yes, no or nothing is quoted. Nothing here
 * fails but for want of memory, which aborts. An output belongs to one thread.
 */
#include "base/yaml.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

struct pl_yaml_out {
	yaml_emitter_t emitter;
	enum pl_yaml_kind open[PL_YAML_MAX_DEPTH];
	size_t depth;
};

/* An event function of libyaml returns 0 only for want of memory: texts are checked before. */
static void must(int ok)
{
	if (!ok)
		pl_out_of_memory();
}

static int take_bytes(void *to, unsigned char *bytes, size_t count)
{
	pl_text_add_bytes(to, (const char *)bytes, count);
	return 1;
}

static void emit(struct pl_yaml_out *out, yaml_event_t *event)
{
	must(yaml_emitter_emit(&out->emitter, event));
}

/* Bytes of the UTF-8 character at s, 0 when it is none (overlong, surrogate, cut). Unicode 15.0,
 * table 3-7. */
static size_t character_size(const unsigned char *s)
{
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;

	if (s[0] > 0xF4)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return size;
}

static bool is_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		size_t size = character_size(s);
		if (!size)
			return false;
		s += size;
	}
	return true;
}

/* Words that YAML 1.1 or 1.2 readers take for something else than text, in any case. */
static bool is_reserved(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on",
					    "off",  "y",    "n",     "nan", "inf"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

/* Numbers and dates begin with a digit, sign or point; so only what begins with a letter, a slash
 * or an underscore may stay plain, and libyaml still quotes it where the grammar wants that. Line
 * breaks and tabs are escaped in double quotes, as quoted folding would change them. */
static yaml_scalar_style_t text_style(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	bool is_word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
		       first == '/' || first == '_' || first >= 0x80;

	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	/* NEL and the Unicode line and paragraph separators are line breaks to YAML 1.1. */
	if (strstr(text, "\xC2\x85") || strstr(text, "\xE2\x80\xA8") ||
	    strstr(text, "\xE2\x80\xA9"))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	return is_word && !is_reserved(text) ? YAML_PLAIN_SCALAR_STYLE
					     : YAML_SINGLE_QUOTED_SCALAR_STYLE;
}

/* One scalar of valid UTF-8 in the wished style; bytes that are none are escaped as \xNN first. */
static void scalar(struct pl_yaml_out *out, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;
	char *escaped = NULL;

	if (!is_utf8(text)) {
		size_t cap = 4 * strlen(text) + 1;
		escaped = malloc(cap);
		must(escaped != NULL);
		pl_text_escape(escaped, cap, text, strlen(text));
		text = escaped;
		style = text_style(text);
	}
	must(yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
					  (int)strlen(text), 1, 1, style));
	emit(out, &event);
	free(escaped);
}

static void put_key(struct pl_yaml_out *out, const char *key)
{
	assert(out->depth);
	assert((out->open[out->depth - 1] == PL_YAML_MAP) == (key != NULL));
	if (key)
		scalar(out, key, text_style(key));
}

static void open_level(struct pl_yaml_out *out, enum pl_yaml_kind kind, yaml_sequence_style_t style)
{
	yaml_event_t event;

	assert(out->depth < PL_YAML_MAX_DEPTH);
	if (kind == PL_YAML_MAP)
		must(yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
							 YAML_BLOCK_MAPPING_STYLE));
	else
		must(yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
	emit(out, &event);
	out->open[out->depth++] = kind;
}

struct pl_yaml_out *pl_yaml_out_begin(struct pl_text *to)
{
	struct pl_yaml_out *out = calloc(1, sizeof(*out));
	yaml_event_t event;

	must(out && yaml_emitter_initialize(&out->emitter));
	yaml_emitter_set_output(&out->emitter, take_bytes, to);
	yaml_emitter_set_unicode(&out->emitter, 1);
	yaml_emitter_set_width(&out->emitter, -1);
	yaml_emitter_set_indent(&out->emitter, 2);
	must(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(out, &event);
	must(yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	emit(out, &event);
	open_level(out, PL_YAML_MAP, YAML_ANY_SEQUENCE_STYLE);
	return out;
}

void pl_yaml_out_map(struct pl_yaml_out *out, const char *key)
{
	put_key(out, key);
	open_level(out, PL_YAML_MAP, YAML_ANY_SEQUENCE_STYLE);
}

void pl_yaml_out_list(struct pl_yaml_out *out, const char *key)
{
	put_key(out, key);
	open_level(out, PL_YAML_LIST, YAML_BLOCK_SEQUENCE_STYLE);
}

void pl_yaml_out_row(struct pl_yaml_out *out, const char *key)
{
	put_key(out, key);
	open_level(out, PL_YAML_LIST, YAML_FLOW_SEQUENCE_STYLE);
}

void pl_yaml_out_close(struct pl_yaml_out *out)
{
	yaml_event_t event;

	assert(out->depth);
	if (out->open[--out->depth] == PL_YAML_MAP)
		must(yaml_mapping_end_event_initialize(&event));
	else
		must(yaml_sequence_end_event_initialize(&event));
	emit(out, &event);
}

void pl_yaml_out_text(struct pl_yaml_out *out, const char *key, const char *value)
{
	if (!value) {
		pl_yaml_out_null(out, key);
		return;
	}
	put_key(out, key);
	scalar(out, value, text_style(value));
}

/* A literal block keeps LF alone as it is: CR and the other breaks would come back as LF. libyaml
 * itself falls back to double quotes where a block cannot hold the text. */
void pl_yaml_out_block(struct pl_yaml_out *out, const char *key, const char *value)
{
	if (!value) {
		pl_yaml_out_null(out, key);
		return;
	}
	put_key(out, key);
	bool has_breaks = strchr(value, '\r') || strstr(value, "\xC2\x85") ||
			  strstr(value, "\xE2\x80\xA8") || strstr(value, "\xE2\x80\xA9");
	scalar(out, value,
	       has_breaks ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_LITERAL_SCALAR_STYLE);
}

/* "1e-09" is a text to YAML 1.1 readers, which ask for a point and a sign: 1.0e-09. */
void pl_yaml_out_number(struct pl_yaml_out *out, const char *key, double value)
{
	char number[PL_NUMBER_SIZE], text[PL_NUMBER_SIZE + 4];

	if (!isfinite(value)) {
		pl_yaml_out_null(out, key);
		return;
	}
	put_key(out, key);
	pl_number_format(value, number);
	const char *e = strchr(number, 'e');
	if (e)
		snprintf(text, sizeof(text), "%.*s%s%s%s", (int)(e - number), number,
			 memchr(number, '.', (size_t)(e - number)) ? "e" : ".0e",
			 e[1] == '-' || e[1] == '+' ? "" : "+", e + 1);
	else
		pl_text_copy(text, sizeof(text), number);
	scalar(out, text, YAML_PLAIN_SCALAR_STYLE);
}

void pl_yaml_out_integer(struct pl_yaml_out *out, const char *key, int64_t value)
{
	char text[24];

	put_key(out, key);
	snprintf(text, sizeof(text), "%lld", (long long)value);
	scalar(out, text, YAML_PLAIN_SCALAR_STYLE);
}

void pl_yaml_out_boolean(struct pl_yaml_out *out, const char *key, bool value)
{
	put_key(out, key);
	scalar(out, value ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
}

void pl_yaml_out_null(struct pl_yaml_out *out, const char *key)
{
	put_key(out, key);
	scalar(out, "null", YAML_PLAIN_SCALAR_STYLE);
}

void pl_yaml_out_end(struct pl_yaml_out *out)
{
	yaml_event_t event;

	while (out->depth)
		pl_yaml_out_close(out);
	must(yaml_document_end_event_initialize(&event, 1));
	emit(out, &event);
	must(yaml_stream_end_event_initialize(&event));
	emit(out, &event);
	yaml_emitter_delete(&out->emitter);
	free(out);
}
