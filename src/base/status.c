/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.c - names of status codes, and filling struct pl_error.
 *
 * Both tables come from PL_STATUS_LIST, so code, name and text cannot drift apart. Arguments may
 * point into the very error that is filled (wrapping an error in a larger one is common): texts are
 * made in local buffers and copied last. Any thread.
 */
#include "plateau/status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *text;
} statuses[PL_STATUS_COUNT] = {
#define STATUS_ROW(code, word, meaning) [code] = {.name = word, .text = meaning},
    PL_STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

static const struct {
	int number;
	enum pl_status code;
} errnos[] = {
    {.number = ENOSPC, .code = PL_ERR_FULL},	  {.number = EDQUOT, .code = PL_ERR_FULL},
    {.number = EFBIG, .code = PL_ERR_FULL},	  {.number = EACCES, .code = PL_ERR_PERMISSION},
    {.number = EPERM, .code = PL_ERR_PERMISSION}, {.number = EROFS, .code = PL_ERR_PERMISSION},
    {.number = ENOENT, .code = PL_ERR_NOT_FOUND}, {.number = EEXIST, .code = PL_ERR_EXISTS},
    {.number = EBUSY, .code = PL_ERR_BUSY},	  {.number = ENOMEM, .code = PL_ERR_MEMORY},
};

static bool is_known(enum pl_status status)
{
	return (unsigned)status < PL_STATUS_COUNT;
}

const char *pl_status_name(enum pl_status status)
{
	return is_known(status) ? statuses[status].name : "unknown";
}

const char *pl_status_text(enum pl_status status)
{
	return is_known(status) ? statuses[status].text : "unknown status";
}

enum pl_status pl_status_from_name(const char *name)
{
	for (int i = 0; name && i < PL_STATUS_COUNT; i++)
		if (strcmp(statuses[i].name, name) == 0)
			return (enum pl_status)i;
	return PL_STATUS_COUNT;
}

static enum pl_status code_of_errno(int number)
{
	for (size_t i = 0; i < sizeof errnos / sizeof errnos[0]; i++)
		if (errnos[i].number == number)
			return errnos[i].code;
	return PL_ERR_IO;
}

/* Copies string into out; a UTF-8 character that does not fit whole is left out whole. */
static void copy_cut(char *out, size_t cap, const char *string)
{
	size_t length = strnlen(string, cap);

	if (length == cap) {
		length--;
		while (length > 0 && ((unsigned char)string[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(out, string, length);
	out[length] = '\0';
}

static void fill(struct pl_error *error, enum pl_status code, const char *where, const char *cause,
		 const char *format, va_list args)
{
	struct pl_error made = {.code = code};
	char text[sizeof made.text + 1] = ""; /* one more, so that copy_cut sees the cut */

	if (!error)
		return;
	vsnprintf(text, sizeof text, format, args);
	copy_cut(made.text, sizeof made.text, text);
	copy_cut(made.where, sizeof made.where, where ? where : "");
	copy_cut(made.cause, sizeof made.cause, cause);
	*error = made;
}

enum pl_status pl_error_set(struct pl_error *error, enum pl_status code, const char *where,
			    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(error, code, where, "", format, args);
	va_end(args);
	return code;
}

enum pl_status pl_error_errno(struct pl_error *error, int number, const char *where,
			      const char *format, ...)
{
	enum pl_status code = code_of_errno(number);
	char words[128];
	va_list args;

	va_start(args, format);
	fill(error, code, where, strerror_r(number, words, sizeof words), format, args);
	va_end(args);
	return code;
}

const char *pl_error_format(const struct pl_error *error, char *out, unsigned long cap)
{
	bool has_where = error->where[0] != '\0';
	bool has_cause = error->cause[0] != '\0';

	if (cap > 0)
		snprintf(out, cap, "%s%s%s%s%s%s", error->where, has_where ? ": " : "",
			 error->text[0] ? error->text : pl_status_text(error->code),
			 has_cause ? " (" : "", error->cause, has_cause ? ")" : "");
	return out;
}

void pl_out_of_memory(void)
{
	static const char words[] =
	    "plateau: out of memory: the program ends here; what was measured "
	    "is on disk, and `plateau resume` goes on with it\n";
	ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);

	(void)written;
	abort();
}
