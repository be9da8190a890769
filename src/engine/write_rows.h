/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_rows.h - what the bench's own files say of a write that somebody made by hand: a row of the
 * audit, a row of threshold_operations. Engine thread.
 */
#ifndef ENGINE_WRITE_ROWS_H
#define ENGINE_WRITE_ROWS_H

#include "engine/internal.h"

struct write_row {
	const char *who;
	const char *action; /* "set", "tune", "restore" */
	const struct pl_match *match;
	double old, value; /* NaN = unknown */
};

/* Sequence number of the row, 0 when the disk is behind. */
uint64_t write_row_audit(struct pl_engine *engine, const struct write_row *row, const char *status,
			 const char *detail);
/* Nothing when it is no channel's. */
void write_row_operation(struct pl_engine *engine, const struct write_row *row, const char *status);

#endif
