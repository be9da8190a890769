/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet_check.c - reading a file of rows before anything is added to it, in constant memory.
 *
 * A file with a damaged line in its middle was touched by something that is not us: it is left
 * alone and the line is named.
 */
#include "store/sheet_check.h"

#include "store/reading.h"
#include "store/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum pl_status damaged(const char *name, uint64_t line, struct pl_error *error)
{
	char where[160];

	snprintf(where, sizeof where, "%s:%llu", name, (unsigned long long)line);
	return pl_error_set(error, PL_ERR_CONFIG, where,
			    "this line is damaged; the file is left as it is and nothing is added "
			    "to it: move it away to go on with a new one");
}

static enum pl_status check_line(const struct pl_sheet_form *form, const char *name, uint64_t line,
				 const char *text, size_t length, struct pl_error *error)
{
	if (line == 1 && strcmp(text, form->header) != 0)
		return pl_error_set(error, PL_ERR_VERSION, name,
				    "has another header than this version writes; move it away to "
				    "go on with a new one");
	if (strlen(text) != length || pl_rows_cells(text) != pl_rows_cells(form->header))
		return damaged(name, line, error);
	return PL_OK;
}

enum pl_status pl_sheet_check(const struct pl_sheet_form *form, const char *name,
			      struct pl_sheet_seen *seen, struct pl_error *error)
{
	FILE *stream = pl_store_stream(form->dir, name, error);
	enum pl_status status = PL_OK;
	char *text = NULL;
	size_t room = 0;
	uint64_t line = 0;
	ssize_t got;

	if (!stream)
		return PL_ERR_IO;
	seen->size = 0;
	while (!status && form->header[0] && (got = getline(&text, &room, stream)) > 0) {
		status = check_line(form, name, ++line, text, (size_t)got, error);
		seen->size += (uint64_t)got;
		if (status || line == 1)
			continue;
		seen->rows++;
		pl_text_clear(&seen->last);
		pl_text_add_bytes(&seen->last, text, (size_t)got);
	}
	if (!status && ferror(stream))
		status = pl_error_set(error, PL_ERR_IO, name, "cannot be read to its end");
	free(text);
	fclose(stream);
	return status;
}
