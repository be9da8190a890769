/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_read.h - readings.csv of a recording row by row, over all its parts, in constant memory.
 *
 * Nothing is written and no lock is needed. A part that the recording had to leave ends in rows
 * that the next part repeats: they are given once. A last line without its end is what a dead
 * writer left: it is not given, and told. Any thread, one at a time.
 */
#ifndef STORE_READINGS_READ_H
#define STORE_READINGS_READ_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stdint.h>

struct pl_readings;

/* One row. Texts are unquoted, as they stand in the file (control bytes escaped), and borrowed
 * until the next call; "" = missing. Times are of CLOCK_MONOTONIC, INT64_MIN = missing. */
struct pl_readings_row {
	uint64_t tick;
	int64_t scheduled_ns, lateness_ns, t_mono_ns;
	const char *device; /* "" = a gap of a whole bus */
	const char *address, *protocol, *parameter, *parameter_id, *instance;
	const char *text; /* the value as it stands there */
	double value;	  /* NaN: missing or no number */
	const char *unit, *t_utc, *requested_at, *received_at, *status, *reason;
	double latency_s; /* NaN = missing */
	bool is_gap;
	uint64_t slots;	   /* of a gap: how many, from tick on */
	const char *place; /* "readings.2.csv:17" */
};

/* PL_ERR_NOT_FOUND: there is no readings.csv, nor any other part; PL_ERR_CONFIG: its header lacks a
 * column; PL_ERR_IO, PL_ERR_MEMORY. */
enum pl_status pl_readings_open(int folder, struct pl_readings **out, struct pl_error *error);
/* *is_there false: that was the last. PL_ERR_CONFIG names a line that is no row, and the rows
 * behind it are not read. */
enum pl_status pl_readings_next(struct pl_readings *readings, struct pl_readings_row *out,
				bool *is_there, struct pl_error *error);
/* Behind the last row: the line that a dead writer did not end, "readings.csv:18"; NULL = none. */
const char *pl_readings_torn(const struct pl_readings *readings);
void pl_readings_close(struct pl_readings *readings); /* NULL is fine */

#endif
