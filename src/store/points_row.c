/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points_row.c - a row of points.csv as a point: point.c the other way round.
 *
 * Where each known column stands is looked up once for each header. A cell that is no value of its
 * kind is missing, but the few that make a row must be right. Any thread.
 */
#include "store/points_inside.h"

#include "plateau/clock.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum kind {
	KIND_U16,
	KIND_U32,
	KIND_U64,
	KIND_INT,
	KIND_NS,
	KIND_NUMBER,
	KIND_SECONDS,
	KIND_UTC,
	KIND_TEXT,
	KIND_PASS,
	KIND_RULE,
	KIND_QUALITY
};

#define FIELD(column, form, member)                                                                \
	{                                                                                          \
		column, form, offsetof(struct pl_point, member),                                   \
		    sizeof((struct pl_point *)0)->member                                           \
	}

static const struct field {
	const char *column;
	enum kind kind;
	size_t offset, size;
} fields[] = {
    FIELD("point", KIND_U32, point),
    FIELD("index", KIND_U32, index),
    FIELD("attempt", KIND_U32, attempt),
    FIELD("repeat", KIND_U16, repeat),
    FIELD("pass", KIND_PASS, pass),
    FIELD("timestamp", KIND_UTC, t_utc_ns),
    FIELD("t_mono_ns", KIND_NS, t_mono_ns),
    FIELD("device", KIND_TEXT, device),
    FIELD("channel", KIND_TEXT, channel),
    FIELD("channel_id", KIND_INT, channel_id),
    FIELD("set", KIND_NUMBER, set),
    FIELD("applied", KIND_NUMBER, applied),
    FIELD("readback", KIND_NUMBER, readback),
    FIELD("dwell_s", KIND_SECONDS, dwell_ns),
    FIELD("live_s", KIND_NUMBER, live_s),
    FIELD("events", KIND_U64, events),
    FIELD("hits", KIND_U64, hits),
    FIELD("rate", KIND_NUMBER, rate),
    FIELD("rate_lo", KIND_NUMBER, rate_lo),
    FIELD("rate_hi", KIND_NUMBER, rate_hi),
    FIELD("rate_corrected", KIND_NUMBER, rate_corrected),
    FIELD("occupancy", KIND_NUMBER, occupancy),
    FIELD("stop_rule", KIND_RULE, stop_rule),
    FIELD("quality", KIND_QUALITY, quality),
    FIELD("retries", KIND_U32, retries),
    FIELD("reason", KIND_TEXT, reason),
};
#define FIELD_COUNT (sizeof fields / sizeof fields[0])
_Static_assert(FIELD_COUNT <= POINTS_FIELDS, "room for every field");

int points_column(const struct pl_points *points, const char *name)
{
	for (size_t i = 0; i < points->column_count; i++)
		if (strcmp(points->columns[i], name) == 0)
			return (int)i;
	return -1;
}

/* "det.temperature.n", ".mean[C]", ".sd[C]", ".min[C]", ".max[C]" from column i on. */
static bool is_reading(const struct pl_points *points, size_t i)
{
	static const char *const names[] = {".n", ".mean", ".sd", ".min", ".max"};
	const char *first = points->columns[i];
	size_t stem = strlen(first) < 3 ? 0 : strlen(first) - 2;

	if (!stem || strcmp(first + stem, ".n") != 0 || i + 5 > points->column_count)
		return false;
	for (size_t k = 1; k < 5; k++) {
		const char *name = points->columns[i + k];
		size_t length = strlen(names[k]);

		if (strncmp(name, first, stem) != 0 ||
		    strncmp(name + stem, names[k], length) != 0 ||
		    (name[stem + length] && name[stem + length] != '['))
			return false;
	}
	return true;
}

void points_find_columns(struct pl_points *points)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		points->fields[i] = points_column(points, fields[i].column);
	points->stat_count = 0;
	for (size_t i = 0; i < points->column_count; i++)
		if (points->stat_count < PL_STATS_MAX && is_reading(points, i))
			points->stats[points->stat_count++] = (int)i;
}

const char *pl_points_cell(const struct pl_points *points, const char *column)
{
	int at = points_column(points, column);

	return at < 0 ? "" : points->cells[at];
}

bool pl_points_is_repeated(const struct pl_points *points)
{
	return points->is_repeated;
}

uint32_t pl_points_index(const struct pl_points *points)
{
	return (uint32_t)points->index;
}

uint32_t pl_points_attempt(const struct pl_points *points)
{
	return (uint32_t)points->attempt;
}

enum pl_point_quality pl_points_quality(const struct pl_points *points)
{
	return points->quality;
}

static bool take_whole(const struct pl_points *points, const char *column, int64_t most,
		       int64_t *out)
{
	return pl_text_to_int(pl_points_cell(points, column), out) && *out >= 1 && *out <= most;
}

const char *points_take_row(struct pl_points *points)
{
	if (!take_whole(points, "point", UINT32_MAX, &points->number))
		return "`point` is no row number";
	if (!take_whole(points, "index", PL_POINTS_INDEX_MAX, &points->index))
		return "`index` is no place in a plan";
	if (!take_whole(points, "attempt", UINT32_MAX, &points->attempt))
		return "`attempt` is no number of an attempt";
	if (!pl_point_quality_from_name(pl_points_cell(points, "quality"), &points->quality))
		return "`quality` is none that a point can have";
	if (points->part == 1 && (uint64_t)points->number <= points->last_number)
		return "its row number was there before";
	return NULL;
}

static double number_of(const char *cell)
{
	double value;

	return pl_text_to_double(cell, &value) ? value : NAN;
}

static int64_t whole_of(const char *cell, int64_t least, int64_t most)
{
	int64_t value;

	return pl_text_to_int(cell, &value) && value >= least && value <= most ? value : 0;
}

static int64_t seconds_of(const char *cell)
{
	double value = number_of(cell);

	return value > 0 && value < 9e9 ? llround(value * 1e9) : 0;
}

static void take_text(const char *cell, char *out, size_t cap)
{
	struct pl_text text = {0};

	if (!strchr(cell, '\\')) {
		pl_text_copy(out, cap, cell);
		return;
	}
	pl_text_add_unescaped(&text, cell, strlen(cell));
	pl_text_copy(out, cap, text.data ? text.data : "");
	pl_text_free(&text);
}

static void take_field(const struct field *field, const char *cell, struct pl_point *out)
{
	void *to = (char *)out + field->offset;

	switch (field->kind) {
	case KIND_U16:
		*(uint16_t *)to = (uint16_t)whole_of(cell, 0, UINT16_MAX);
		break;
	case KIND_U32:
		*(uint32_t *)to = (uint32_t)whole_of(cell, 0, UINT32_MAX);
		break;
	case KIND_U64:
		*(uint64_t *)to = (uint64_t)whole_of(cell, 0, INT64_MAX);
		break;
	case KIND_INT:
		*(int *)to = (int)whole_of(cell, INT32_MIN, INT32_MAX);
		break;
	case KIND_NS:
		*(int64_t *)to = whole_of(cell, INT64_MIN, INT64_MAX);
		break;
	case KIND_NUMBER:
		*(double *)to = number_of(cell);
		break;
	case KIND_SECONDS:
		*(int64_t *)to = seconds_of(cell);
		break;
	case KIND_UTC:
		pl_clock_parse_utc(cell, to);
		break;
	case KIND_TEXT:
		take_text(cell, to, field->size);
		break;
	case KIND_PASS:
		pl_pass_from_name(cell, to);
		break;
	case KIND_RULE:
		pl_stop_rule_from_name(cell, to);
		break;
	case KIND_QUALITY:
		pl_point_quality_from_name(cell, to);
		break;
	}
}

static void take_stats(const struct pl_points *points, struct pl_point *out)
{
	out->stat_count = points->stat_count;
	for (size_t i = 0; i < points->stat_count; i++) {
		const char *const *cells = &points->cells[points->stats[i]];

		out->stats[i] = (struct pl_series_stat){
		    .count = (uint64_t)whole_of(cells[0], 0, INT64_MAX),
		    .mean = number_of(cells[1]),
		    .sd = number_of(cells[2]),
		    .min = number_of(cells[3]),
		    .max = number_of(cells[4]),
		};
	}
}

void pl_points_point(const struct pl_points *points, struct pl_point *out)
{
	*out = (struct pl_point){.point = 0};
	for (size_t i = 0; i < FIELD_COUNT; i++)
		take_field(&fields[i],
			   points->fields[i] < 0 ? "" : points->cells[points->fields[i]], out);
	out->has_counts =
	    pl_point_is_valid(out->quality) && pl_points_cell(points, "hits")[0] != '\0';
	take_stats(points, out);
}
