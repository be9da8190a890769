/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points_read.c - lines, parts and cells of points.csv.
 *
 * The one reader of the record: resume, scan_results and verify stand on it. A line is read into a
 * fixed buffer and split in place, so that nothing in the file decides how much memory it takes.
 * What a row means: points_row.c. Any thread.
 */
#include "store/points_inside.h"

#include "store/reading.h"
#include "store/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum line { LINE_WHOLE, LINE_NONE, LINE_TORN, LINE_NUL, LINE_LONG };

static const char *part_name(const struct pl_points *points, char out[PL_NAME_SIZE])
{
	return pl_run_file_name(PL_RUN_POINTS, points->part, out);
}

static bool is_newest(const struct pl_points *points)
{
	return !pl_store_part_after(points->dir, "points", "csv", points->part);
}

/* Somebody deleted it: what it held is in a later one. */
static bool is_taken(const struct pl_points *points)
{
	char name[PL_NAME_SIZE];

	return !pl_store_exists(points->dir, part_name(points, name)) && !is_newest(points);
}

static enum pl_status open_part(struct pl_points *points, struct pl_error *error)
{
	char name[PL_NAME_SIZE];

	if (points->stream)
		fclose(points->stream);
	do
		points->part++;
	while (is_taken(points));
	points->line_number = 0;
	points->column_count = 0;
	points->doubtful = points->seen.torn = 0;
	points->stream = pl_store_stream(points->dir, part_name(points, name), error);
	if (points->stream)
		return PL_OK;
	return error && error->code ? error->code : PL_ERR_IO;
}

enum pl_status pl_points_open(int dir, struct pl_points **out, struct pl_error *error)
{
	struct pl_error why = {.code = PL_OK};
	enum pl_status status;

	*out = calloc(1, sizeof **out);
	if (!*out)
		return pl_error_set(error, PL_ERR_MEMORY, "points.csv", "no memory to read it");
	(*out)->dir = dir;
	status = open_part(*out, &why);
	if (status) {
		pl_points_close(*out);
		*out = NULL;
		if (error)
			*error = why;
	}
	return status;
}

void pl_points_close(struct pl_points *points)
{
	if (points && points->stream)
		fclose(points->stream);
	free(points);
}

const struct pl_points_seen *pl_points_seen(const struct pl_points *points)
{
	return &points->seen;
}

/* One line, without its newline, into the buffer. */
static enum line read_line(struct pl_points *points)
{
	bool has_nul = false, is_long = false;
	size_t length = 0;
	int byte;

	while ((byte = getc_unlocked(points->stream)) != EOF && byte != '\n') {
		has_nul |= byte == 0;
		is_long |= length + 1 >= sizeof points->line;
		if (!is_long)
			points->line[length] = (char)byte;
		length++;
	}
	points->line[is_long ? 0 : length] = '\0';
	points->line_bytes = length + (byte == '\n');
	if (byte == EOF)
		return length == 0 ? LINE_NONE : LINE_TORN;
	points->line_number++;
	return has_nul ? LINE_NUL : is_long ? LINE_LONG : LINE_WHOLE;
}

/* Splits a line in place; quotes are undone. How many cells, 0 when the quotes do not close or
 * there are too many. */
static size_t split(char *line, const char *cells[POINTS_COLUMNS])
{
	char *from = line, *to = line;
	size_t count = 0;

	for (;;) {
		bool is_quoted = *from == '"', has_closed = !is_quoted;

		if (count == POINTS_COLUMNS)
			return 0;
		cells[count++] = to;
		for (from += is_quoted; *from; *to++ = *from++) {
			if (is_quoted && *from == '"' && *++from != '"') {
				has_closed = true;
				break;
			}
			if (!is_quoted && *from == ',')
				break;
		}
		if (!has_closed || (*from && *from != ','))
			return 0;
		bool is_last = !*from++;
		*to++ = '\0';
		if (is_last)
			return count;
	}
}

static enum pl_status damaged(const struct pl_points *points, uint64_t line, const char *what,
			      struct pl_error *error)
{
	char name[PL_NAME_SIZE], where[PL_NAME_SIZE + 24];

	snprintf(where, sizeof where, "%s:%llu", part_name(points, name), (unsigned long long)line);
	return pl_error_set(error, PL_ERR_CONFIG, where, "this line is damaged: %s", what);
}

static enum pl_status take_header(struct pl_points *points, struct pl_error *error)
{
	static const char *const needed[] = {"point", "index", "attempt", "channel", "quality"};
	char name[PL_NAME_SIZE];

	memcpy(points->header, points->line, sizeof points->header);
	points->column_count = split(points->header, points->columns);
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (points_column(points, needed[i]) < 0)
			return pl_error_set(error, PL_ERR_VERSION, part_name(points, name),
					    "has no column `%s`: it is no file of points that this "
					    "version knows",
					    needed[i]);
	points_find_columns(points);
	return PL_OK;
}

/* Numbers the row among all; a repeated one has a number that was there. */
static void count_row(struct pl_points *points)
{
	uint64_t number = (uint64_t)points->number; /* at least 1 */
	char name[PL_NAME_SIZE];

	points->is_repeated = points->part > 1 && number <= points->last_number;
	if (points->is_repeated) {
		points->seen.repeated++;
	} else {
		if (number > points->last_number + 1)
			points->seen.missing += number - points->last_number - 1;
		points->last_number = number;
		points->seen.rows++;
	}
	snprintf(points->seen.place, sizeof points->seen.place, "%s:%llu", part_name(points, name),
		 (unsigned long long)points->line_number);
}

/* NULL = it is a row; else what is wrong with it. */
static const char *take_row(struct pl_points *points)
{
	if (split(points->line, points->cells) != points->column_count)
		return "it has not as many cells as the header";
	return points_take_row(points);
}

/* A line that is no row: of the newest part an error, unless it is the torn tail. */
static enum pl_status pass_by(struct pl_points *points, enum line line, const char *what,
			      struct pl_error *error)
{
	if (line == LINE_NUL || line == LINE_TORN) {
		points->seen.torn += points->line_bytes;
		if (!points->doubtful)
			points->doubtful = points->line_number + (line == LINE_TORN);
		return PL_OK;
	}
	if (is_newest(points))
		return damaged(points, points->line_number, what, error);
	points->seen.damaged++;
	return PL_OK;
}

/* Behind NUL bytes stands a whole line: that was no tail. */
static enum pl_status settle_doubt(struct pl_points *points, struct pl_error *error)
{
	uint64_t line = points->doubtful;

	if (!line)
		return PL_OK;
	points->doubtful = points->seen.torn = 0;
	points->seen.damaged++;
	return is_newest(points) ? damaged(points, line, "it holds NUL bytes", error) : PL_OK;
}

enum pl_status pl_points_next(struct pl_points *points, bool *is_there, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	*is_there = false;
	while (!status) {
		enum line line = read_line(points);
		const char *what = line == LINE_LONG ? "it is longer than any row" : NULL;

		if (line == LINE_NONE && ferror(points->stream))
			return pl_error_set(error, PL_ERR_IO, points->seen.place,
					    "the file cannot be read to its end");
		if (line == LINE_NONE && is_newest(points))
			return PL_OK;
		if (line == LINE_NONE) {
			status = open_part(points, error);
			continue;
		}
		if (line == LINE_WHOLE && points->line_number == 1) {
			status = take_header(points, error);
			continue;
		}
		if (line == LINE_WHOLE || line == LINE_LONG)
			status = settle_doubt(points, error);
		if (!status && line == LINE_WHOLE)
			what = take_row(points);
		if (!status && line == LINE_WHOLE && !what) {
			count_row(points);
			*is_there = true;
			return PL_OK;
		}
		if (!status)
			status = pass_by(points, line, what, error);
	}
	return status;
}
