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

#define LINE_MAX_BYTES (256u << 10) /* no row is longer, nor any header */

/* A line with its newline; of a longer one what fits, which then is no row. 0 at the end. */
static size_t read_line(FILE *stream, char *text)
{
	size_t length = 0;
	int byte = 0;

	while (length + 1 < LINE_MAX_BYTES && byte != '\n' && (byte = getc_unlocked(stream)) != EOF)
		text[length++] = (char)byte;
	text[length] = '\0';
	return length;
}

static enum pl_status damaged(const char *name, uint64_t line, struct pl_error *error)
{
	char where[160];

	snprintf(where, sizeof where, "%s:%llu", name, (unsigned long long)line);
	return pl_error_set(error, PL_ERR_CONFIG, where,
			    "this line is damaged; the file is left as it is and nothing is added "
			    "to it: move it away to go on with a new one");
}

/* Other columns may have come or gone; what begins otherwise is no file of ours. */
static bool is_of_kind(const char *header, const char *ours)
{
	size_t first = strcspn(ours, ",");

	return strncmp(header, ours, first + 1) == 0;
}

static enum pl_status check_header(const struct pl_sheet_form *form, const char *name,
				   const char *text, struct pl_sheet_seen *seen,
				   struct pl_error *error)
{
	seen->cells = pl_rows_cells(text);
	seen->has_changed = strcmp(text, form->header) != 0;
	if (!seen->has_changed || (form->may_change && is_of_kind(text, form->header)))
		return PL_OK;
	return pl_error_set(error, PL_ERR_VERSION, name,
			    "has another header than this version writes; move it away to go on "
			    "with a new one");
}

static enum pl_status check_line(const struct pl_sheet_form *form, const char *name, uint64_t line,
				 const char *text, size_t length, struct pl_sheet_seen *seen,
				 struct pl_error *error)
{
	if (line == 1) {
		enum pl_status status = check_header(form, name, text, seen, error);

		if (status)
			return status;
	}
	if (strlen(text) != length || length + 1 == LINE_MAX_BYTES ||
	    pl_rows_cells(text) != seen->cells)
		return damaged(name, line, error);
	return PL_OK;
}

enum pl_status pl_sheet_check(const struct pl_sheet_form *form, const char *name,
			      struct pl_sheet_seen *seen, struct pl_error *error)
{
	FILE *stream = pl_store_stream(form->dir, name, error);
	enum pl_status status = PL_OK;
	char *text = malloc(LINE_MAX_BYTES);
	uint64_t line = 0;
	size_t got;

	if (!text)
		pl_out_of_memory();
	if (!stream) {
		free(text);
		return PL_ERR_IO;
	}
	seen->size = 0;
	seen->has_changed = false;
	while (!status && form->header[0] && (got = read_line(stream, text)) > 0) {
		status = check_line(form, name, ++line, text, got, seen, error);
		seen->size += got;
		if (status || line == 1)
			continue;
		seen->rows++;
		pl_text_clear(&seen->last);
		pl_text_add_bytes(&seen->last, text, got);
	}
	if (!status && ferror(stream))
		status = pl_error_set(error, PL_ERR_IO, name, "cannot be read to its end");
	free(text);
	fclose(stream);
	return status;
}

enum pl_status pl_sheet_pass_over(struct pl_disk *disk, struct pl_sheet *sheet,
				  struct pl_error *error)
{
	const struct pl_sheet_form *form = &sheet->form;
	struct pl_file file;
	enum pl_status status;
	char name[128];

	pl_sheet_name(form, sheet->part, sheet->left);
	status = pl_file_open(disk, form->dir, sheet->left, &file, error);
	if (!status)
		status = pl_file_sync(disk, &file, error);
	pl_file_close(&file);
	if (!status && form->is_sealed)
		status = pl_seal_read(form->dir, sheet->left, &sheet->left_seal, error);
	if (status)
		return status;
	snprintf(sheet->moved, sizeof sheet->moved,
		 "has other columns than this version writes; rows go on in %s",
		 pl_sheet_name(form, ++sheet->part, name));
	sheet->left_full = true;
	sheet->owes_left_seal = form->is_sealed;
	return PL_OK;
}
