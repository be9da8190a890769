/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - see settings.h. The file is anybody's: every cell is cut to its size. */
#include "store/settings.h"

#include "base/file.h"
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (16u << 20)

static bool take_row(const char *line, struct pl_settings_row *out)
{
	return pl_rows_cells(line) >= 4 && pl_rows_cell(&line, out->when, sizeof(out->when)) &&
	       pl_rows_cell(&line, out->path, sizeof(out->path)) &&
	       pl_rows_cell(&line, out->value, sizeof(out->value)) &&
	       pl_rows_cell(&line, out->unit, sizeof(out->unit));
}

static size_t count_lines(const char *bytes)
{
	size_t lines = 0;

	for (; (bytes = strchr(bytes, '\n')) != NULL; bytes++)
		lines++;
	return lines;
}

static enum pl_status take_rows(char *bytes, struct pl_settings_row *rows, size_t *count,
				struct pl_error *error)
{
	char *line = bytes, *end;

	for (size_t number = 1; (end = strchr(line, '\n')) != NULL; line = end + 1, number++) {
		*end = '\0';
		if (number == 1)
			continue; /* the header */
		if (!take_row(line, &rows[*count]))
			return pl_error_set(error, PL_ERR_CONFIG, "settings.csv",
					    "line %zu is no row of it", number);
		(*count)++;
	}
	return PL_OK;
}

enum pl_status pl_settings_read(int folder, struct pl_settings_row **out, size_t *count,
				struct pl_error *error)
{
	char *bytes = NULL;
	size_t size;
	enum pl_status status =
	    pl_file_read(folder, "settings.csv", MOST_BYTES, &bytes, &size, error);

	*out = NULL;
	*count = 0;
	if (status != PL_OK)
		return status;
	*out = calloc(count_lines(bytes) + 1, sizeof(**out));
	status = *out != NULL ? take_rows(bytes, *out, count, error)
			      : pl_error_set(error, PL_ERR_MEMORY, "settings.csv", "out of memory");
	if (status != PL_OK) {
		free(*out);
		*out = NULL;
		*count = 0;
	}
	free(bytes);
	return status;
}
