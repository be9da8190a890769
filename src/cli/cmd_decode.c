/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_decode.c - plateau decode: a frame, as a trace or another program shows it, explained. */
#include "cli/print.h"

#include "driver/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 4096 /* a frame may come as one word or a word each byte */

struct lines {
	struct pl_json *list; /* with --json */
};

static void say(void *ctx, const char *line)
{
	struct lines *lines = ctx;

	if (lines->list != NULL)
		pl_json_add_text(lines->list, NULL, line);
	else
		puts(line);
}

static enum pl_status wrong_hex(const char *text, size_t at, struct pl_error *error)
{
	char shown[8];
	size_t count = 1;

	while (((unsigned char)text[at + count] & 0xc0) == 0x80 && count < 4)
		count++; /* the rest of one UTF-8 character */
	pl_text_escape(shown, sizeof(shown), text + at, (unsigned char)text[at] < 0x80 ? 1 : count);
	return pl_error_set(error, PL_ERR_USAGE, "decode",
			    "'%s' at position %zu is no hexadecimal digit", shown, at + 1);
}

static bool is_between(char character)
{
	return character == ' ' || character == ':' || character == ',' || character == '-' ||
	       character == '\t' || character == '\n';
}

/* Pairs of digits; blanks, colons, commas and 0x may stand between bytes. */
static enum pl_status parse_hex(const char *text, unsigned char *out, size_t *count,
				struct pl_error *error)
{
	size_t at = 0;

	*count = 0;
	while (text[at] != '\0') {
		int high, low;

		if (is_between(text[at])) {
			at++;
			continue;
		}
		if (text[at] == '0' && (text[at + 1] == 'x' || text[at + 1] == 'X'))
			at += 2;
		high = pl_text_hex_digit(text[at]);
		if (high < 0)
			return text[at] != '\0'
				   ? wrong_hex(text, at, error)
				   : pl_error_set(error, PL_ERR_USAGE, "decode",
						  "there is no byte behind 0x at the end");
		low = pl_text_hex_digit(text[at + 1]);
		if (low < 0 && (text[at + 1] == '\0' || is_between(text[at + 1])))
			return pl_error_set(error, PL_ERR_USAGE, "decode",
					    "half a byte, '%c' at position %zu: each byte has two "
					    "hexadecimal digits",
					    text[at], at + 1);
		if (low < 0)
			return wrong_hex(text, at + 1, error);
		out[(*count)++] = (unsigned char)(high * 16 + low);
		at += 2;
	}
	if (*count == 0)
		return pl_error_set(error, PL_ERR_USAGE, "decode", "there are no bytes to decode");
	return PL_OK;
}

static const struct pl_driver *find_driver(const char *name, struct pl_error *error)
{
	const struct pl_driver *driver = pl_driver_find(name);
	struct pl_text known = {0};

	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++) {
		if ((*at)->decode != NULL)
			pl_text_add(&known, "%s%s", known.length > 0 ? ", " : "", (*at)->name);
	}
	if (driver == NULL)
		pl_error_set(error, PL_ERR_USAGE, name,
			     "is no driver; frames can be decoded for: %s", known.data);
	else if (driver->decode == NULL)
		pl_error_set(error, PL_ERR_USAGE, name,
			     "this driver has no frames to decode; others have: %s", known.data);
	pl_text_free(&known);
	return driver != NULL && driver->decode != NULL ? driver : NULL;
}

static int decode(const struct pl_call *call, const struct pl_driver *driver,
		  const unsigned char *bytes, size_t count)
{
	struct lines lines = {.list = pl_call_has(call, "json") ? pl_json_array() : NULL};
	bool is_frame = driver->decode(bytes, count, say, &lines);
	struct pl_json *object;

	if (lines.list != NULL) {
		object = pl_json_object();
		pl_json_add_text(object, "driver", driver->name);
		pl_json_add_boolean(object, "is_frame", is_frame);
		pl_json_add(object, "lines", lines.list);
		pl_print_json(object);
		pl_json_free(object);
	}
	if (!is_frame)
		pl_say("this is no frame of %s", driver->name);
	return is_frame ? PL_EXIT_OK : PL_EXIT_FAILED;
}

static int run(const struct pl_call *call)
{
	const struct pl_driver *driver;
	struct pl_text text = {0};
	struct pl_error error;
	unsigned char *bytes;
	size_t count;
	int exit_status;

	if (call->argument_count < 2) {
		pl_error_set(&error, PL_ERR_USAGE, "decode",
			     "needs a driver and bytes: plateau decode stdbus 55FF0510…");
		return pl_fail(call, &error);
	}
	driver = find_driver(call->arguments[0], &error);
	if (driver == NULL)
		return pl_fail(call, &error);
	for (size_t i = 1; i < call->argument_count; i++)
		pl_text_add(&text, "%s%s", i > 1 ? " " : "", call->arguments[i]);
	bytes = malloc(text.length + 1);
	if (bytes == NULL)
		pl_out_of_memory();
	if (parse_hex(text.data, bytes, &count, &error) == PL_OK)
		exit_status = decode(call, driver, bytes, count);
	else
		exit_status = pl_fail(call, &error);
	free(bytes);
	pl_text_free(&text);
	return exit_status;
}

const struct pl_command pl_cmd_decode = {
    .name = "decode",
    .summary = "explain a frame of a driver's protocol",
    .synopsis = "DRIVER HEX…",
    .text =
	"Explains the bytes of a frame, as a trace shows them, a line for each frame and for what "
	"lies between frames; checksums are checked. HEX is two digits a byte, with or without "
	"blanks, colons, commas and 0x. Nothing is opened. Ends with 1 when the bytes hold no "
	"frame of that protocol, with 2 when they are no bytes or the driver has no frames.",
    .most = WORDS_MAX,
    .run = run,
};
