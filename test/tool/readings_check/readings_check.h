/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_check.h - the checks of a recording's rows as they share them: common.c says what is not
 * right, truth.c has what the simulators did, rows.c each row, slots.c the slots and the books.
 */
#ifndef TOOL_READINGS_CHECK_H
#define TOOL_READINGS_CHECK_H

#include "csv_table.h"
#include "yaml_flat.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define DEVICES_MAX 64
#define SLOTS_MAX   4000000

enum answered { NO, UNSURE, YES };

struct event;

struct truth {
	char device[64]; /* empty = of all that no other names */
	struct event *events;
	size_t count;
};

struct device {
	char name[64];
	int bus; /* its number; those with one port share it */
	unsigned parameters;
	uint16_t *rows;	      /* of each slot */
	uint8_t *has_missing; /* a read of it was not answered: it was not asked further */
	uint8_t *gaps;
	uint64_t read; /* slots it was read in */
};

struct check {
	const char *folder;
	struct flat run;
	struct device devices[DEVICES_MAX];
	size_t device_count;
	int buses;
	struct truth truths[DEVICES_MAX];
	size_t truth_count;
	uint8_t *gaps;	    /* whole-bus gaps that cover a slot */
	uint64_t slots_end; /* behind the last slot seen */
	double rate_hz;
	int64_t start_ns;
	/* by bus and slot, as found */
	uint8_t *answered[DEVICES_MAX], *late[DEVICES_MAX];
	uint64_t rows, gap_rows, ok, failed, values, wrong;
	uint64_t skipped_gap, dropped_gap, mixed_gap;
};

/* ---- common.c ---- */

bool is(const char *a, const char *b);
/* row may be NULL. */
void wrong(struct check *check, const struct table *row, const char *what, double have,
	   double want);
int64_t integer(const struct table *row, const char *column);
double number(const struct table *row, const char *column); /* NaN of an empty cell */
double book(const struct check *check, const char *name);   /* NaN: run.yaml has none */

/* ---- truth.c ---- */

/* argument: [DEVICE=]TRUTH.csv; ends the program when that is not there. */
void truth_load(struct truth *truth, const char *argument);
void check_value(struct check *check, const struct table *row);

/* ---- rows.c ---- */

struct device *device_of(struct check *check, const char *name);
void take_rows(struct check *check);

/* ---- slots.c ---- */

void check_slots(struct check *check, bool has_books);

#endif
