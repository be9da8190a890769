/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * begun.c - see begun.h. Only the ends of the files are read: what is looked for was written
 * shortly before the run's end. Torn lines, and lines of any other kind, are passed by.
 */
#include "store/begun.h"

#include "store/reading.h"
#include "store/rows.h"
#include "store/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL_BYTES (256 << 10)
#define PARTS_MAX  999

const char *pl_begun_format(uint32_t index, uint32_t attempt, char out[PL_BEGUN_SIZE])
{
	snprintf(out, PL_BEGUN_SIZE, "point %" PRIu32 ", attempt %" PRIu32, index, attempt);
	return out;
}

bool pl_begun_parse(const char *detail, uint32_t *index, uint32_t *attempt)
{
	return sscanf(detail, "point %" SCNu32 ", attempt %" SCNu32, index, attempt) == 2;
}

/* Cells 4 action and 8 status, 9 detail of an audit row. */
static bool take_line(const char *line, uint32_t *index, uint32_t *attempt)
{
	char cells[10][PL_RUN_TEXT_SIZE];
	size_t count = 0;

	while (count < 10 && pl_rows_cell(&line, cells[count], sizeof(cells[count])))
		count++;
	return count == 10 && strcmp(cells[4], "set") == 0 && strcmp(cells[8], "sent") == 0 &&
	       pl_begun_parse(cells[9], index, attempt);
}

/* From the last whole line backwards. */
static bool search(char *bytes, uint32_t *index, uint32_t *attempt)
{
	char *end = strrchr(bytes, '\n');

	while (end) {
		char *line;

		*end = '\0';
		line = strrchr(bytes, '\n');
		if (take_line(line ? line + 1 : bytes, index, attempt))
			return true;
		end = line;
	}
	return false;
}

/* Caller frees. NULL with *status PL_ERR_NOT_FOUND, PL_ERR_IO or PL_ERR_MEMORY. */
static char *read_tail(int folder, const char *name, enum pl_status *status, struct pl_error *error)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	char *bytes = NULL;
	struct stat st;
	ssize_t got = -1;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t from = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;

		bytes = calloc(1, TAIL_BYTES + 1);
		got = bytes ? pread(fd, bytes, TAIL_BYTES, from) : -1;
	}
	*status = got >= 0 ? PL_OK : pl_error_errno(error, errno, name, "cannot be read");
	if (fd >= 0)
		close(fd);
	if (got >= 0)
		return bytes;
	free(bytes);
	return NULL;
}

enum pl_status pl_begun_read(int folder, uint32_t *index, uint32_t *attempt, struct pl_error *error)
{
	char name[PL_NAME_SIZE];
	unsigned part = 1, next = 1;
	enum pl_status status = PL_OK;
	bool is_found = false;

	*index = *attempt = 0;
	while (next && part < PARTS_MAX) {
		part = next;
		next = pl_store_part_after(folder, "audit", "csv", part);
	}
	for (; part > 0 && !is_found && status == PL_OK; part--) {
		char *bytes =
		    read_tail(folder, pl_run_file_name(PL_RUN_AUDIT, part, name), &status, error);

		is_found = bytes && search(bytes, index, attempt);
		free(bytes);
	}
	if (!is_found)
		*index = *attempt = 0;
	return status;
}
