/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * results.c - the seed file of a channel, from the record.
 *
 * Two passes over points.csv: which row is the last of its index, then those rows. Needed when a
 * point was voided after its row was there, when a row could not be added, and when a run goes on
 * after a crash.
 */
#include "store/results.h"

#include "store/reading.h"
#include "store/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_MAX 10000000

/* The cells of a row that are looked at, by column. */
enum {
	COLUMN_INDEX = 1,
	COLUMN_TIME = 5,
	COLUMN_ID = 9,
	COLUMN_APPLIED = 11,
	COLUMN_HITS = 16,
	COLUMN_QUALITY = 23
};

struct row {
	int64_t index, channel_id;
	char time[PL_UTC_SIZE], applied[PL_NUMBER_SIZE], hits[PL_NUMBER_SIZE];
	bool is_valid;
};

struct last_rows {
	uint32_t *lines; /* by index: the last line that has it, over all parts */
	size_t room;
};

static bool is_valid(const char *quality)
{
	for (int i = PL_POINT_OK; i <= PL_POINT_OUT_OF_TOLERANCE; i++)
		if (strcmp(quality, pl_point_quality_name((enum pl_point_quality)i)) == 0)
			return pl_point_is_valid((enum pl_point_quality)i);
	return false;
}

static bool parse_row(const char *line, struct row *row)
{
	char cell[64];

	*row = (struct row){.index = -1};
	for (int column = 0; column <= COLUMN_QUALITY; column++) {
		if (!pl_rows_cell(&line, cell, sizeof cell))
			return false;
		if (column == COLUMN_INDEX && !pl_text_to_int(cell, &row->index))
			return false;
		if (column == COLUMN_ID)
			pl_text_to_int(cell, &row->channel_id);
		if (column == COLUMN_TIME)
			pl_text_copy(row->time, sizeof row->time, cell);
		if (column == COLUMN_APPLIED)
			pl_text_copy(row->applied, sizeof row->applied, cell);
		if (column == COLUMN_HITS)
			pl_text_copy(row->hits, sizeof row->hits, cell);
		if (column == COLUMN_QUALITY)
			row->is_valid = is_valid(cell);
	}
	return row->index >= 0 && row->index <= INDEX_MAX;
}

static bool note_last(struct last_rows *last, size_t index, uint32_t line)
{
	if (index >= last->room) {
		size_t room = 2 * index + 64;
		uint32_t *lines = realloc(last->lines, room * sizeof *lines);

		if (!lines)
			return false;
		memset(lines + last->room, 0, (room - last->room) * sizeof *lines);
		last->lines = lines;
		last->room = room;
	}
	last->lines[index] = line;
	return true;
}

/* One pass over one part; out NULL: note the last rows, else write those that are. */
static enum pl_status pass(int dir, const char *name, int channel_id, uint32_t *line,
			   struct last_rows *last, struct pl_text *out, struct pl_error *error)
{
	FILE *stream = pl_store_stream(dir, name, error);
	enum pl_status status = PL_OK;
	char *text = NULL;
	size_t room = 0;
	struct row row;

	if (!stream)
		return PL_ERR_IO;
	while (!status && getline(&text, &room, stream) > 0) {
		++*line;
		if (!parse_row(text, &row) || row.channel_id != channel_id)
			continue;
		if (!out && !note_last(last, (size_t)row.index, *line))
			status = pl_error_errno(error, ENOMEM, name, "cannot be read");
		if (out && row.is_valid && last->lines[row.index] == *line)
			pl_text_add(out, "%s,%d,%s,%s\n", row.time, channel_id, row.applied,
				    row.hits);
	}
	if (!status && ferror(stream))
		status = pl_error_set(error, PL_ERR_IO, name, "cannot be read to its end");
	free(text);
	fclose(stream);
	return status;
}

enum pl_status pl_results_rebuild(struct pl_disk *disk, int dir, unsigned parts, int channel_id,
				  struct pl_error *error)
{
	struct last_rows last = {0};
	struct pl_text out = {0};
	enum pl_status status = PL_OK;
	char name[PL_NAME_SIZE];

	pl_text_add_string(&out, PL_ROWS_RESULTS);
	for (int round = 0; round < 2; round++) {
		uint32_t line = 0;

		for (unsigned part = 1; !status && part <= parts; part++)
			status = pass(dir, pl_run_file_name(PL_RUN_POINTS, part, name), channel_id,
				      &line, &last, round ? &out : NULL, error);
	}
	if (!status)
		status = pl_file_replace(disk, dir, pl_run_results_name(channel_id, name), out.data,
					 out.length, error);
	pl_text_free(&out);
	free(last.lines);
	return status;
}
