/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sinks_sqlite.h - what the two halves of the sink readings.sqlite share: its file, its rows. */
#ifndef RECORD_SINKS_SQLITE_H
#define RECORD_SINKS_SQLITE_H

#include "record/sinks_inside.h"

#include <sqlite3.h>

struct sqlite_sink {
	struct pl_row_maker *maker; /* for what the rows are, not for their text */
	const struct sinks_batch *batch;
	sqlite3 *base;
	sqlite3_stmt *insert;
	char name[64];
	unsigned part;
	int code; /* of the last error */
};

/* The tables of an empty file, and its mode. */
extern const char pl_sqlite_schema[];

/* What the last call on own->base said. PL_ERR_FULL, else PL_ERR_IO. */
enum pl_status pl_sqlite_error(struct sqlite_sink *own, struct pl_error *error);
enum pl_status pl_sqlite_run(struct sqlite_sink *own, const char *sql, struct pl_error *error);
/* Makes own->insert. */
enum pl_status pl_sqlite_prepare(struct sqlite_sink *own, struct pl_error *error);
/* All rows of own->batch, or none. */
enum pl_status pl_sqlite_insert_batch(struct sink *sink, struct pl_error *error);

#endif
