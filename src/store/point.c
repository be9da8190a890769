/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * point.c - a point as a row of points.csv and as an object.
 *
 * The columns stand in one table: header, row and object are made from it and cannot drift apart.
 * Counts and rates are written only for points that may carry them, whatever the struct holds.
 * Pure, any thread.
 */
#include "store/point.h"

#include "plateau/clock.h"

#include <math.h>
#include <string.h>

static const char *const pass_names[] = {
    [PL_PASS_NONE] = "-",
    [PL_PASS_UP] = "up",
    [PL_PASS_DOWN] = "down",
    [PL_PASS_CHECK] = "check",
};

static const struct {
	const char *name;
	bool is_valid;
} qualities[] = {
    [PL_POINT_OK] = {.name = "ok", .is_valid = true},
    [PL_POINT_SATURATED] = {.name = "saturated", .is_valid = true},
    [PL_POINT_SUSPECT] = {.name = "suspect", .is_valid = true},
    [PL_POINT_INVALID] = {.name = "invalid"},
    [PL_POINT_SKIPPED] = {.name = "skipped"},
    [PL_POINT_VOID] = {.name = "void"},
    [PL_POINT_OUT_OF_TOLERANCE] = {.name = "out_of_tolerance"},
};

static const char *const stop_rule_names[] = {
    [PL_STOP_NONE] = "",
    [PL_STOP_TIME] = "time",
    [PL_STOP_COUNTS] = "counts",
    [PL_STOP_ERROR] = "error",
    [PL_STOP_MAX_TIME] = "max_time",
    [PL_STOP_ZERO_RATE] = "zero_rate",
    [PL_STOP_OPERATOR] = "operator",
};

const char *pl_pass_name(enum pl_pass pass)
{
	return pass_names[pass];
}

const char *pl_point_quality_name(enum pl_point_quality quality)
{
	return qualities[quality].name;
}

const char *pl_stop_rule_name(enum pl_stop_rule rule)
{
	return stop_rule_names[rule];
}

bool pl_pass_from_name(const char *name, enum pl_pass *out)
{
	for (size_t i = 0; i < sizeof pass_names / sizeof pass_names[0]; i++)
		if (strcmp(name, pass_names[i]) == 0) {
			*out = (enum pl_pass)i;
			return true;
		}
	return false;
}

bool pl_point_quality_from_name(const char *name, enum pl_point_quality *out)
{
	for (size_t i = 0; i < sizeof qualities / sizeof qualities[0]; i++)
		if (strcmp(name, qualities[i].name) == 0) {
			*out = (enum pl_point_quality)i;
			return true;
		}
	return false;
}

bool pl_stop_rule_from_name(const char *name, enum pl_stop_rule *out)
{
	for (size_t i = 0; i < sizeof stop_rule_names / sizeof stop_rule_names[0]; i++)
		if (strcmp(name, stop_rule_names[i]) == 0) {
			*out = (enum pl_stop_rule)i;
			return true;
		}
	return false;
}

bool pl_point_is_valid(enum pl_point_quality quality)
{
	return qualities[quality].is_valid;
}

/* One cell on its way to a row or an object: integer when text is NULL and is_integer. */
struct cell {
	enum { CELL_MISSING, CELL_INTEGER, CELL_NUMBER, CELL_SECONDS, CELL_TEXT } kind;
	int64_t integer; /* CELL_SECONDS: nanoseconds */
	double number;
	char text[PL_PATH_SIZE];
};

static struct cell integer_cell(uint64_t value)
{
	return (struct cell){.kind = CELL_INTEGER, .integer = (int64_t)value};
}

static struct cell number_cell(double value)
{
	return (struct cell){.kind = isfinite(value) ? CELL_NUMBER : CELL_MISSING, .number = value};
}

static struct cell text_cell(const char *text)
{
	struct cell cell = {.kind = *text ? CELL_TEXT : CELL_MISSING};

	pl_text_copy(cell.text, sizeof cell.text, text);
	return cell;
}

static struct cell time_cell(int64_t utc_ns)
{
	struct cell cell = {.kind = utc_ns ? CELL_TEXT : CELL_MISSING};

	if (utc_ns)
		pl_clock_format_utc(utc_ns, cell.text);
	return cell;
}

static struct cell seconds_cell(int64_t ns)
{
	return (struct cell){.kind = CELL_SECONDS, .integer = ns};
}

static struct cell if_true(bool condition, struct cell cell)
{
	return condition ? cell : (struct cell){.kind = CELL_MISSING};
}

static bool has_counts(const struct pl_point *point)
{
	return point->has_counts && pl_point_is_valid(point->quality);
}

/* name, value from `p` */
#define COLUMNS(X)                                                                                 \
	X("point", integer_cell(p->point))                                                         \
	X("index", integer_cell(p->index))                                                         \
	X("attempt", integer_cell(p->attempt))                                                     \
	X("repeat", integer_cell(p->repeat))                                                       \
	X("pass", text_cell(pl_pass_name(p->pass)))                                                \
	X("timestamp", time_cell(p->t_utc_ns))                                                     \
	X("t_mono_ns", if_true(p->t_mono_ns != 0, integer_cell((uint64_t)p->t_mono_ns)))           \
	X("device", text_cell(p->device))                                                          \
	X("channel", text_cell(p->channel))                                                        \
	X("channel_id", if_true(p->channel_id != 0, integer_cell((uint64_t)p->channel_id)))        \
	X("set", number_cell(p->set))                                                              \
	X("applied", number_cell(p->applied))                                                      \
	X("readback", number_cell(p->readback))                                                    \
	X("dwell_s", if_true(p->dwell_ns != 0, seconds_cell(p->dwell_ns)))                         \
	X("live_s", live_cell(p))                                                                  \
	X("events", if_true(has_counts(p), integer_cell(p->events)))                               \
	X("hits", if_true(has_counts(p), integer_cell(p->hits)))                                   \
	X("rate", if_true(has_counts(p), number_cell(p->rate)))                                    \
	X("rate_lo", if_true(has_counts(p), number_cell(p->rate_lo)))                              \
	X("rate_hi", if_true(has_counts(p), number_cell(p->rate_hi)))                              \
	X("rate_corrected", if_true(has_counts(p), number_cell(p->rate_corrected)))                \
	X("occupancy", number_cell(p->occupancy))                                                  \
	X("stop_rule", text_cell(pl_stop_rule_name(p->stop_rule)))                                 \
	X("quality", text_cell(pl_point_quality_name(p->quality)))                                 \
	X("retries", integer_cell(p->retries))                                                     \
	X("reason", text_cell(p->reason))

static struct cell live_cell(const struct pl_point *point)
{
	if (!isfinite(point->live_s) || point->dwell_ns == 0)
		return (struct cell){.kind = CELL_MISSING};
	return seconds_cell(llround(point->live_s * 1e9));
}

static void add_cell(struct pl_text *out, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_INTEGER:
		pl_text_add_integer(out, cell->integer);
		break;
	case CELL_NUMBER:
		pl_text_add_number(out, cell->number);
		break;
	case CELL_SECONDS:
		pl_text_add_seconds(out, cell->integer);
		break;
	case CELL_TEXT:
		pl_text_add_cell(out, cell->text);
		break;
	case CELL_MISSING:
		break;
	}
}

static void add_member(struct pl_json *to, const char *key, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_INTEGER:
		pl_json_add_integer(to, key, cell->integer);
		break;
	case CELL_NUMBER:
		pl_json_add_number(to, key, cell->number);
		break;
	case CELL_SECONDS:
		pl_json_add_number(to, key, (double)cell->integer / 1e9);
		break;
	case CELL_TEXT:
		pl_json_add_text(to, key, cell->text);
		break;
	case CELL_MISSING:
		pl_json_add_null(to, key);
		break;
	}
}

/* One reading: a name of its statistic and its value; `n` has no unit. */
static const struct {
	const char *name;
	bool has_unit;
} statistics[] = {
    {.name = "n"},
    {.name = "mean", .has_unit = true},
    {.name = "sd", .has_unit = true},
    {.name = "min", .has_unit = true},
    {.name = "max", .has_unit = true},
};
#define STATISTICS (sizeof statistics / sizeof statistics[0])

static struct cell statistic(const struct pl_point *point, size_t series, size_t which)
{
	const struct pl_series_stat *stat = &point->stats[series];
	const double values[STATISTICS] = {0, stat->mean, stat->sd, stat->min, stat->max};

	if (which == 0)
		return if_true(point->dwell_ns != 0, integer_cell(stat->count));
	return if_true(stat->count > 0, number_cell(values[which]));
}

void pl_point_header(struct pl_text *out, const struct pl_column *columns, size_t column_count)
{
	const char *separator = "";

#define ADD_NAME(name, value)                                                                      \
	pl_text_add(out, "%s%s", separator, name);                                                 \
	separator = ",";
	COLUMNS(ADD_NAME)
#undef ADD_NAME
	for (size_t i = 0; i < column_count; i++)
		for (size_t k = 0; k < STATISTICS; k++) {
			pl_text_add(out, ",%s.%s", columns[i].name, statistics[k].name);
			if (statistics[k].has_unit && columns[i].unit && columns[i].unit[0])
				pl_text_add(out, "[%s]", columns[i].unit);
		}
	pl_text_add_string(out, "\n");
}

void pl_point_row(struct pl_text *out, const struct pl_point *point)
{
	const struct pl_point *p = point;
	const char *separator = "";
	struct cell cell;

#define ADD_VALUE(name, value)                                                                     \
	cell = value;                                                                              \
	pl_text_add_string(out, separator);                                                        \
	add_cell(out, &cell);                                                                      \
	separator = ",";
	COLUMNS(ADD_VALUE)
#undef ADD_VALUE
	for (size_t i = 0; i < point->stat_count; i++)
		for (size_t k = 0; k < STATISTICS; k++) {
			cell = statistic(point, i, k);
			pl_text_add_string(out, separator);
			add_cell(out, &cell);
		}
	pl_text_add_string(out, "\n");
}

struct pl_json *pl_point_json(const struct pl_point *point)
{
	struct pl_json *object = pl_json_object(), *stats = pl_json_array();
	const struct pl_point *p = point;
	struct cell cell;

#define ADD_MEMBER(name, value)                                                                    \
	cell = value;                                                                              \
	add_member(object, name, &cell);
	COLUMNS(ADD_MEMBER)
#undef ADD_MEMBER
	for (size_t i = 0; i < point->stat_count; i++) {
		struct pl_json *series = pl_json_object();

		for (size_t k = 0; k < STATISTICS; k++) {
			cell = statistic(point, i, k);
			add_member(series, statistics[k].name, &cell);
		}
		pl_json_add(stats, NULL, series);
	}
	pl_json_add(object, "readings", stats);
	return object;
}
