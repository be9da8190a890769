/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.c - see print.h. */
#include "cli/print.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say_args(const char *format, va_list args)
{
	struct pl_text line = {0};

	pl_text_add_string(&line, "plateau: ");
	pl_text_add_args(&line, format, args);
	pl_text_add_string(&line, "\n");
	fflush(stdout);
	fputs(line.data, stderr);
	pl_text_free(&line);
}

void pl_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_args(format, args);
	va_end(args);
}

void pl_tell(const struct pl_call *call, const char *format, ...)
{
	va_list args;

	if (pl_call_has(call, "quiet"))
		return;
	va_start(args, format);
	say_args(format, args);
	va_end(args);
}

int pl_exit_of(enum pl_status status)
{
	switch (status) {
	case PL_OK:
		return PL_EXIT_OK;
	case PL_ERR_USAGE:
	case PL_ERR_CONFIG:
	case PL_ERR_CHANGED:
	case PL_ERR_RANGE:
	case PL_ERR_UNIT:
	case PL_ERR_NOT_FOUND:
		return PL_EXIT_USAGE;
	case PL_ERR_CANCELLED:
		return PL_EXIT_INTERRUPTED;
	case PL_ERR_NOT_RUNNING:
		return PL_EXIT_NOT_RUNNING;
	default:
		return PL_EXIT_FAILED;
	}
}

int pl_fail(const struct pl_call *call, const struct pl_error *error)
{
	char text[sizeof(*error)];

	pl_error_format(error, text, sizeof(text));
	pl_say("%s", text);
	if (call != NULL && pl_call_has(call, "json")) {
		struct pl_json *object = pl_json_object();

		pl_json_add_boolean(object, "success", false);
		pl_json_add_text(object, "code", pl_status_name(error->code));
		pl_json_add_text(object, "text", text);
		pl_print_json(object);
		pl_json_free(object);
	}
	return pl_exit_of(error->code);
}

int pl_fail_surplus(const struct pl_call *call, const char *argument)
{
	struct pl_error error;

	pl_error_set(&error, PL_ERR_USAGE, argument, "is one argument too many: plateau %s %s",
		     call->command->name, call->command->synopsis);
	return pl_fail(call, &error);
}

int pl_print_json(const struct pl_json *value)
{
	char *line = pl_json_line(value);

	if (line == NULL)
		return PL_EXIT_FAILED;
	puts(line);
	free(line);
	return PL_EXIT_OK;
}

void pl_table_add(struct pl_table *table, const char *cell)
{
	pl_text_add_bytes(&table->cells, cell != NULL ? cell : "",
			  cell != NULL ? strlen(cell) + 1 : 1);
	table->count++;
}

void pl_table_add_integer(struct pl_table *table, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	pl_table_add(table, text);
}

/* Characters, not bytes: continuation bytes of UTF-8 take no column. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void pl_table_print(struct pl_table *table)
{
	enum { COLUMNS_MAX = 16 };
	int widths[COLUMNS_MAX] = {0}, blanks = 0;
	const char *cell = table->cells.data;

	for (size_t i = 0; i < table->count; i++, cell += strlen(cell) + 1) {
		int *width = &widths[i % table->columns];

		*width = width_of(cell) > *width ? width_of(cell) : *width;
	}
	cell = table->cells.data;
	for (size_t i = 0; i < table->count; i++, cell += strlen(cell) + 1) {
		size_t column = i % table->columns;

		/* Blanks are printed before a cell, so that none stand at the end of a line. */
		if (cell[0] != '\0')
			printf("%*s%s", blanks, "", cell);
		blanks = (cell[0] != '\0' ? 0 : blanks) + widths[column] - width_of(cell) + 2;
		if (column == table->columns - 1) {
			putchar('\n');
			blanks = 0;
		}
	}
	pl_text_free(&table->cells);
	table->count = 0;
}

const char *pl_measured_format(double value, char out[PL_NUMBER_SIZE])
{
	if (value == floor(value))
		return pl_number_format(value, out);
	snprintf(out, PL_NUMBER_SIZE, "%.6g", value);
	return out;
}

const char *pl_duration_format(double seconds, char out[PL_DURATION_SIZE])
{
	int64_t whole = (int64_t)(seconds + 0.5);

	if (!(seconds >= 0) || seconds > 1e9)
		snprintf(out, PL_DURATION_SIZE, "-");
	else if (seconds < 10)
		snprintf(out, PL_DURATION_SIZE, "%.1f s", seconds);
	else if (whole < 3600)
		snprintf(out, PL_DURATION_SIZE, "%d:%02d", (int)(whole / 60), (int)(whole % 60));
	else
		snprintf(out, PL_DURATION_SIZE, "%d:%02d:%02d", (int)(whole / 3600),
			 (int)(whole / 60 % 60), (int)(whole % 60));
	return out;
}

enum pl_status pl_cli_absolute(const char *path, char *out, size_t cap, struct pl_error *error)
{
	const char *home = getenv("HOME");
	char current[4096] = "";
	int length;

	if (path[0] == '/') {
		length = snprintf(out, cap, "%s", path);
	} else if (strncmp(path, "~/", 2) == 0 && home != NULL) {
		length = snprintf(out, cap, "%s%s", home, path + 1);
	} else {
		if (getcwd(current, sizeof(current)) == NULL)
			return pl_error_errno(error, errno, path,
					      "cannot tell the working directory");
		length = snprintf(out, cap, "%s/%s", current, path);
	}
	if (length < 0 || (size_t)length >= cap)
		return pl_error_set(error, PL_ERR_USAGE, "", "a path is too long");
	return PL_OK;
}
