/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_lines.c - lines of a file and its parts, in constant memory, and the cells of a row. */
#include "store/verify_inside.h"

#include "store/reading.h"

#include <stdlib.h>
#include <string.h>

#define CELLS 11 /* of an audit row */

static const char *part_name(const struct verify_lines *lines, unsigned part, char out[128])
{
	if (part < 2)
		snprintf(out, 128, "%s.csv", lines->stem);
	else
		snprintf(out, 128, "%s.%u.csv", lines->stem, part);
	return out;
}

bool verify_lines_is_newest(const struct verify_lines *lines)
{
	return !pl_store_part_after(lines->dir, lines->stem, "csv", lines->part);
}

/* Somebody deleted it: what it held is in a later one. */
static bool is_taken(const struct verify_lines *lines)
{
	char name[128];

	return !pl_store_exists(lines->dir, part_name(lines, lines->part, name)) &&
	       !verify_lines_is_newest(lines);
}

static bool open_part(struct verify_lines *lines)
{
	char name[128];

	if (lines->stream)
		fclose(lines->stream);
	lines->number = 0;
	do
		lines->part++;
	while (is_taken(lines));
	lines->stream = pl_store_stream(lines->dir, part_name(lines, lines->part, name), NULL);
	return lines->stream != NULL;
}

struct verify_lines *verify_lines_open(int dir, const char *stem)
{
	struct verify_lines *lines = calloc(1, sizeof *lines);

	if (!lines)
		return NULL;
	lines->dir = dir;
	pl_text_copy(lines->stem, sizeof lines->stem, stem);
	if (open_part(lines))
		return lines;
	free(lines);
	return NULL;
}

void verify_lines_close(struct verify_lines *lines)
{
	if (lines && lines->stream)
		fclose(lines->stream);
	free(lines);
}

/* False at the end of this part. */
static bool read_line(struct verify_lines *lines)
{
	size_t length = 0;
	char name[128];
	int byte;

	lines->is_torn = false;
	while ((byte = getc_unlocked(lines->stream)) != EOF && byte != '\n') {
		if (length + 1 < sizeof lines->text)
			lines->text[length++] = (char)byte;
		else
			lines->is_torn = true;
		lines->is_torn |= byte == 0;
	}
	if (byte == EOF && length == 0)
		return false;
	lines->is_torn |= byte == EOF;
	lines->text[length] = '\0';
	lines->number++;
	snprintf(lines->where, sizeof lines->where, "%s:%llu", part_name(lines, lines->part, name),
		 (unsigned long long)lines->number);
	return true;
}

bool verify_lines_next(struct verify_lines *lines)
{
	for (;;) {
		if (!read_line(lines)) {
			if (verify_lines_is_newest(lines) || !open_part(lines))
				return false;
			continue;
		}
		if (lines->number == 1)
			continue;
		lines->is_first = lines->number == 2;
		return true;
	}
}

/* Cells of one line, in place. */
static size_t split(char *line, char *cells[CELLS])
{
	char *from = line, *to = line;
	size_t count = 0;

	while (count < CELLS) {
		bool is_quoted = *from == '"';

		cells[count++] = to;
		for (from += is_quoted; *from; *to++ = *from++) {
			if (is_quoted && *from == '"' && *++from != '"')
				break;
			if (!is_quoted && *from == ',')
				break;
		}
		bool is_last = !*from || *from != ',';
		from++;
		*to++ = '\0';
		if (is_last)
			return count;
	}
	return 0;
}

bool verify_row_parse(char *line, struct verify_row *out)
{
	char *cells[CELLS];
	int64_t seq;

	if (split(line, cells) != CELLS || !pl_text_to_int(cells[0], &seq) || seq < 1)
		return false;
	*out = (struct verify_row){
	    .seq = (uint64_t)seq,
	    .action = cells[4],
	    .target = cells[5],
	    .old_value = cells[6],
	    .new_value = cells[7],
	    .status = cells[8],
	    .detail = cells[9],
	    .head = cells[10],
	};
	return strlen(out->head) == PL_HASH_SIZE - 1;
}
