/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_read.c - see readings_read.h. Columns are found by the names in the header of each part,
 * so that later versions may add some.
 */
#include "store/readings_read.h"

#include "plateau/text.h"

#include "store/reading.h"
#include "store/readings_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LINE	    4096 /* no row is longer */
#define COLUMNS_MAX 64

enum column {
	TICK,
	SCHEDULED,
	LATENESS,
	DEVICE,
	ADDRESS,
	PROTOCOL,
	PARAMETER,
	PARAMETER_ID,
	INSTANCE,
	VALUE,
	UNIT,
	T_MONO,
	T_UTC,
	REQUESTED,
	RECEIVED,
	LATENCY,
	STATUS,
	REASON,
	COLUMNS
};

static const char *const names[COLUMNS] = {
    [TICK] = "tick",
    [SCHEDULED] = "scheduled_ns",
    [LATENESS] = "lateness_ns",
    [DEVICE] = "device",
    [ADDRESS] = "address",
    [PROTOCOL] = "protocol",
    [PARAMETER] = "parameter",
    [PARAMETER_ID] = "parameter_id",
    [INSTANCE] = "instance",
    [VALUE] = "value",
    [UNIT] = "unit",
    [T_MONO] = "t_mono_ns",
    [T_UTC] = "t_utc",
    [REQUESTED] = "requested_at",
    [RECEIVED] = "received_at",
    [LATENCY] = "latency_s",
    [STATUS] = "status",
    [REASON] = "reason",
};

struct pl_readings {
	int dir;
	unsigned part;
	FILE *stream;
	uint64_t at, end; /* bytes read of this part, and where what the next one repeats begins */
	uint64_t number;  /* of the line */
	size_t cell_count;
	size_t columns[COLUMNS]; /* cell of each */
	char text[LINE];
	const char *cells[COLUMNS_MAX];
	char place[PL_NAME_SIZE + 24];
	bool is_torn;
};

static void name_place(struct pl_readings *readings)
{
	char name[PL_NAME_SIZE];

	snprintf(readings->place, sizeof readings->place, "%s:%" PRIu64,
		 pl_readings_part_name(readings->part, name), readings->number);
}

static enum pl_status damaged(const struct pl_readings *readings, const char *why,
			      struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_CONFIG, readings->place, "%s", why);
}

/* The next line of this part without its newline; *is_there false at its end. */
static enum pl_status read_line(struct pl_readings *readings, bool *is_there,
				struct pl_error *error)
{
	size_t length = 0;
	int byte = EOF;

	readings->number++;
	name_place(readings);
	while (readings->at < readings->end && (byte = getc_unlocked(readings->stream)) != EOF) {
		readings->at++;
		if (byte == '\n')
			break;
		if (length + 1 == sizeof readings->text)
			return damaged(readings, "longer than any row is", error);
		if (byte == 0)
			readings->is_torn = true; /* a power cut */
		readings->text[length++] = (char)byte;
	}
	readings->text[length] = '\0';
	if (byte != '\n' && length > 0)
		readings->is_torn = true;
	*is_there = byte == '\n' && !readings->is_torn;
	return PL_OK;
}

/* Cells in place, unquoted. False when its quotes do not close or it has too many. */
static bool split(struct pl_readings *readings, size_t *count)
{
	char *from = readings->text, *to = readings->text;

	for (*count = 0; *count < COLUMNS_MAX;) {
		bool is_quoted = *from == '"', is_closed = !is_quoted;

		readings->cells[(*count)++] = to;
		for (from += is_quoted; *from; *to++ = *from++) {
			if (is_quoted && *from == '"' && *++from != '"') {
				is_closed = true;
				break;
			}
			if (!is_quoted && *from == ',')
				break;
		}
		bool is_last = *from == '\0';

		if (!is_closed || (!is_last && *from != ','))
			return false;
		*to++ = '\0';
		if (is_last)
			return true;
		from++;
	}
	return false;
}

static enum pl_status take_header(struct pl_readings *readings, struct pl_error *error)
{
	bool is_there;
	enum pl_status status = read_line(readings, &is_there, error);

	if (status || !is_there) /* cut before its first line was whole */
		return status;
	if (!split(readings, &readings->cell_count))
		return damaged(readings, "no header of readings", error);
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t at = 0;

		while (at < readings->cell_count && strcmp(readings->cells[at], names[i]) != 0)
			at++;
		if (at == readings->cell_count)
			return pl_error_set(error, PL_ERR_CONFIG, readings->place,
					    "the column %s is missing", names[i]);
		readings->columns[i] = at;
	}
	return PL_OK;
}

static enum pl_status open_part(struct pl_readings *readings, struct pl_error *error)
{
	char name[PL_NAME_SIZE];

	if (readings->stream)
		fclose(readings->stream);
	readings->at = readings->number = 0;
	readings->is_torn = false; /* why that part was left: the next one repeats the row */
	readings->stream =
	    pl_store_stream(readings->dir, pl_readings_part_name(readings->part, name), error);
	if (!readings->stream)
		return PL_ERR_IO;
	readings->end = pl_readings_part_end(readings->dir, readings->part);
	return take_header(readings, error);
}

enum pl_status pl_readings_open(int folder, struct pl_readings **out, struct pl_error *error)
{
	unsigned first = pl_readings_part_after(folder, 0);
	struct pl_readings *readings;
	enum pl_status status;

	*out = NULL;
	if (!first)
		return pl_error_set(error, PL_ERR_NOT_FOUND, "readings.csv",
				    "the run has no readings");
	readings = calloc(1, sizeof *readings);
	if (!readings)
		return pl_error_set(error, PL_ERR_MEMORY, "readings.csv", "no memory to read it");
	readings->dir = folder;
	readings->part = first;
	status = open_part(readings, error);
	if (status)
		pl_readings_close(readings);
	else
		*out = readings;
	return status;
}

void pl_readings_close(struct pl_readings *readings)
{
	if (readings && readings->stream)
		fclose(readings->stream);
	free(readings);
}

const char *pl_readings_torn(const struct pl_readings *readings)
{
	return readings->is_torn ? readings->place : NULL;
}

/* ---- cells ---- */

static const char *cell(const struct pl_readings *readings, enum column column)
{
	return readings->cells[readings->columns[column]];
}

static bool take_ns(const struct pl_readings *readings, enum column column, int64_t *out)
{
	const char *text = cell(readings, column);

	*out = INT64_MIN;
	return !text[0] || pl_text_to_int(text, out);
}

static double number_of(const char *text)
{
	double value;

	return text[0] && pl_text_to_double(text, &value) ? value : NAN;
}

static const char *take_numbers(const struct pl_readings *readings, struct pl_readings_row *out)
{
	int64_t tick;
	int skip = 0;

	if (!pl_text_to_int(cell(readings, TICK), &tick) || tick < 0)
		return "its tick is no number";
	if (!take_ns(readings, SCHEDULED, &out->scheduled_ns) ||
	    !take_ns(readings, LATENESS, &out->lateness_ns) ||
	    !take_ns(readings, T_MONO, &out->t_mono_ns))
		return "a time in it is no number";
	out->tick = (uint64_t)tick;
	out->value = number_of(out->text);
	out->latency_s = number_of(cell(readings, LATENCY));
	if (out->is_gap && (sscanf(out->reason, "n=%" SCNu64 ";%n", &out->slots, &skip) != 1 ||
			    !skip || !out->slots))
		return "a gap that does not say how long";
	return NULL;
}

static enum pl_status take_row(struct pl_readings *readings, struct pl_readings_row *out,
			       struct pl_error *error)
{
	const char *why = NULL;
	size_t count;

	if (!split(readings, &count) || count != readings->cell_count)
		return damaged(readings, "damaged: it has not the cells that its header names",
			       error);
	*out = (struct pl_readings_row){
	    .device = cell(readings, DEVICE),
	    .address = cell(readings, ADDRESS),
	    .protocol = cell(readings, PROTOCOL),
	    .parameter = cell(readings, PARAMETER),
	    .parameter_id = cell(readings, PARAMETER_ID),
	    .instance = cell(readings, INSTANCE),
	    .text = cell(readings, VALUE),
	    .unit = cell(readings, UNIT),
	    .t_utc = cell(readings, T_UTC),
	    .requested_at = cell(readings, REQUESTED),
	    .received_at = cell(readings, RECEIVED),
	    .status = cell(readings, STATUS),
	    .reason = cell(readings, REASON),
	    .is_gap = strcmp(cell(readings, STATUS), "gap") == 0,
	    .place = readings->place,
	};
	why = take_numbers(readings, out);
	if (!why && !out->status[0])
		why = "it has no status";
	if (!why && !out->is_gap && (!out->device[0] || !out->parameter[0]))
		why = "it names no device and parameter";
	return why ? damaged(readings, why, error) : PL_OK;
}

enum pl_status pl_readings_next(struct pl_readings *readings, struct pl_readings_row *out,
				bool *is_there, struct pl_error *error)
{
	enum pl_status status = PL_OK;
	unsigned next;

	for (;;) {
		*is_there = false;
		if (readings->cell_count)
			status = read_line(readings, is_there, error);
		if (status || *is_there)
			return status ? status : take_row(readings, out, error);
		next = pl_readings_part_after(readings->dir, readings->part);
		if (!next)
			return PL_OK;
		readings->part = next;
		status = open_part(readings, error);
		if (status)
			return status;
	}
}
