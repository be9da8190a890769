/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * results.c - the seed file of a channel, from the record.
 *
 * Two passes over points.csv: which row is the last of its index, then those rows. Needed when a
 * point was voided after its row was there, when a row could not be added, when a run goes on
 * after a crash, and to verify the file.
 */
#include "store/results.h"

#include "store/points_read.h"
#include "store/rows.h"
#include "store/run.h"

#include <stdlib.h>
#include <string.h>

struct last_rows {
	uint64_t *rows; /* by index: the last row that has it, over all parts */
	size_t room;
};

static bool note_last(struct last_rows *last, size_t index, uint64_t row)
{
	if (index >= last->room) {
		size_t room = 2 * index + 64;
		uint64_t *rows = realloc(last->rows, room * sizeof *rows);

		if (!rows)
			return false;
		memset(rows + last->room, 0, (room - last->room) * sizeof *rows);
		last->rows = rows;
		last->room = room;
	}
	last->rows[index] = row;
	return true;
}

/* One pass; out NULL: note the last rows, else write those that are. */
static enum pl_status pass(int dir, int channel_id, struct last_rows *last, struct pl_text *out,
			   struct pl_error *error)
{
	struct pl_points *points;
	enum pl_status status = pl_points_open(dir, &points, error);
	bool is_there = true;
	int64_t id;

	for (uint64_t row = 1; !status; row++) {
		status = pl_points_next(points, &is_there, error);
		if (status || !is_there)
			break;
		if (!pl_text_to_int(pl_points_cell(points, "channel_id"), &id) || id != channel_id)
			continue;
		if (!out && !note_last(last, pl_points_index(points), row))
			status = pl_error_set(error, PL_ERR_MEMORY, "points.csv",
					      "no memory to read it");
		if (out && pl_point_is_valid(pl_points_quality(points)) &&
		    last->rows[pl_points_index(points)] == row)
			pl_text_add(out, "%s,%d,%s,%s\n", pl_points_cell(points, "timestamp"),
				    channel_id, pl_points_cell(points, "applied"),
				    pl_points_cell(points, "hits"));
	}
	pl_points_close(points);
	return status;
}

enum pl_status pl_results_make(int dir, int channel_id, struct pl_text *out, struct pl_error *error)
{
	struct last_rows last = {0};
	enum pl_status status;

	pl_text_add_string(out, PL_ROWS_RESULTS);
	status = pass(dir, channel_id, &last, NULL, error);
	if (!status)
		status = pass(dir, channel_id, &last, out, error);
	free(last.rows);
	return status;
}

enum pl_status pl_results_rebuild(struct pl_disk *disk, int dir, int channel_id,
				  struct pl_error *error)
{
	struct pl_text out = {0};
	char name[PL_NAME_SIZE];
	enum pl_status status = pl_results_make(dir, channel_id, &out, error);

	if (!status)
		status = pl_file_replace(disk, dir, pl_run_results_name(channel_id, name), out.data,
					 out.length, error);
	pl_text_free(&out);
	return status;
}
