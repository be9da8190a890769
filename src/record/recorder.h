/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recorder.h - one recording from its first slot to its last row.
 *
 * Lives in the engine thread and is told what happens, like the runner of a scan: it splits the
 * recording by bus, posts PL_BUS_RECORD to each with one grid, starts the sinks, collects the books
 * and ends when every bus has answered and every row is written. It never waits.
 */
#ifndef RECORD_RECORDER_H
#define RECORD_RECORDER_H

#include "bus/bus.h"
#include "record/sinks.h"

/* The books of all buses under the names that users know; rows, gaps, events and times stay. */
void pl_record_books_of(const struct pl_tick_books *ticks, struct pl_record_books *out);

/* What a tick costs on each bus, before anything is opened. PL_ERR_REFUSED with the numbers when a
 * period cannot hold (`--force` goes on). say may be NULL; one line for each bus. */
enum pl_status pl_record_budget(const struct pl_bench *bench, const struct pl_recording *recording,
				void (*say)(void *ctx, const char *line), void *ctx,
				struct pl_error *error);

#endif
