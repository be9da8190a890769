/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * files_check.h - the checks of a run's files as they share them: common.c has what all need,
 * points.c the rows of points.csv, windows.c what was counted together, results.c the
 * scan_results files, writes.c what was held when, run.c run.yaml and the state file. Each says
 * what is not right by wrong().
 */
#ifndef TOOL_FILES_CHECK_H
#define TOOL_FILES_CHECK_H

#include "csv_table.h"
#include "run_plan.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS	    256 /* of settings: 16 channels of 15 devices, an axis that is no channel's */
#define AXIS_SLOT   255
#define SWITCH_SLOT 254 /* of a device's switch to volatile writes */

struct check {
	const char *folder;
	bool is_killed, is_over;
	struct flat run, state;
	struct plan plan;
	double settle_s, suppress, tau_s;
	unsigned wrong, points;
	bool is_touched;     /* a write may have left */
	bool is_back[SLOTS]; /* the last word on a setting is a confirmed restore */
};

/* ---- common.c ---- */

void wrong(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The value at a formatted path of run.yaml, "" when there is none. */
const char *get(const struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
double number(const char *text); /* NaN of an empty one */
bool same(double a, double b);
bool is_utc(const char *text);
void check_shape(struct check *check, const char *name, const char *header);
void digest(const char *const *parts, size_t count, const size_t *lengths, char out[65]);
/* head: of the last row. */
void check_chain(struct check *check, const char *folder, const char *name, const char *seed,
		 char head[65]);

/* ---- points.c ---- */

void check_point(struct check *check, const struct table *row, long number_of_row);

/* ---- windows.c ---- */

void check_points(struct check *check);

/* ---- results.c ---- */

void check_results(struct check *check, int id);

/* ---- writes.c ---- */

int axis_slot(const struct check *check);
void check_writes(struct check *check);

/* ---- run.c ---- */

void check_keys(struct check *check);
void check_file_list(struct check *check);
void check_counts(struct check *check);
void check_end(struct check *check, const char *head);
void check_state(struct check *check);

#endif
