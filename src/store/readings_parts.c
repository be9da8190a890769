/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_parts.c - which parts there are, and which rows two of them share.
 *
 * After a failed sync a recording goes on in the next part with all rows that may not be on the
 * disk; they stand at the end of the part before, too, the last of them torn perhaps. Any thread.
 */
#include "store/readings_parts.h"

#include "store/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE	   4096
#define REPEAT_MAX (INT64_C(96) << 20) /* a sink holds 64 MiB of rows that are not durable */

const char *pl_readings_part_name(unsigned part, char out[PL_NAME_SIZE])
{
	return pl_reading_file_name(PL_READINGS_CSV, part, out);
}

unsigned pl_readings_any_after(int dir, enum pl_reading_file file, unsigned part)
{
	static const char *const suffixes[] = {[PL_READINGS_CSV] = "csv",
					       [PL_READINGS_JSONL] = "jsonl",
					       [PL_READINGS_SQLITE] = "sqlite"};

	return pl_store_part_after(dir, "readings", suffixes[file], part);
}

unsigned pl_readings_part_after(int dir, unsigned part)
{
	return pl_readings_any_after(dir, PL_READINGS_CSV, part);
}

/* A part at the line behind its header; NULL when it has none. */
static FILE *behind_header(int dir, unsigned part)
{
	char name[PL_NAME_SIZE];
	FILE *stream = pl_store_stream(dir, pl_readings_part_name(part, name), NULL);
	int byte = EOF;

	while (stream && (byte = getc_unlocked(stream)) != EOF && byte != '\n')
		;
	if (stream && byte == EOF) {
		fclose(stream);
		return NULL;
	}
	return stream;
}

/* The next line, with its newline; 0 at the end, or of a line that has none or is no row. */
static size_t next_line(FILE *stream, char out[LINE])
{
	return fgets(out, LINE, stream) ? strcspn(out, "\n") + 1 : 0;
}

/* True when what is left of `old` is what `new` begins with; a torn last line of old counts. */
static bool is_repeated(FILE *old, FILE *new)
{
	bool is_same = true;
	int byte;

	while ((byte = getc_unlocked(old)) != EOF) {
		if (byte == 0)
			return is_same; /* a power cut */
		is_same = getc_unlocked(new) == byte;
		if (!is_same)
			break;
	}
	return is_same;
}

/* From here to the end of `old`, line by line: where `first` stands and all that follows it is
 * repeated. */
static bool find_repeat(FILE *old, FILE *new, const char *first, uint64_t *at)
{
	long begin = ftell(new);
	char line[LINE];
	size_t length;

	while ((length = next_line(old, line))) {
		long behind = ftell(old);

		if (strcmp(line, first) == 0) {
			if (is_repeated(old, new))
				return true;
			fseek(old, behind, SEEK_SET);
			fseek(new, begin, SEEK_SET);
		}
		*at += length;
	}
	return false;
}

/* To the first line that can be repeated; its offset. */
static uint64_t skip_to_tail(FILE *old, int64_t size)
{
	int byte;

	if (size > REPEAT_MAX && fseek(old, (long)(size - REPEAT_MAX), SEEK_SET) == 0)
		while ((byte = getc_unlocked(old)) != EOF && byte != '\n')
			;
	return (uint64_t)ftell(old);
}

uint64_t pl_readings_part_end(int dir, unsigned part)
{
	FILE *old = behind_header(dir, part), *new = behind_header(dir, part + 1);
	uint64_t size = UINT64_MAX, at;
	char first[LINE];
	struct stat st;

	if (old && new && !fstat(fileno(old), &st) && next_line(new, first)) {
		at = skip_to_tail(old, st.st_size);
		if (find_repeat(old, new, first, &at))
			size = at;
	}
	if (old)
		fclose(old);
	if (new)
		fclose(new);
	return size;
}
