/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the truth log of a simulated detector (columns: src/sim/truth.h). */
#ifndef TEST_SIM_TRUTH_LOG_H
#define TEST_SIM_TRUTH_LOG_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRUTH_COLUMNS 12

struct truth_row {
	int64_t t_ns; /* events: the clock right after the write() with their newline */
	int64_t before_ns, event_ns; /* right before it; physics time */
	char kind[16];
	int hits[3];
	bool dropped; /* made a line that never left */
	int channel;
	int64_t old, fresh; /* threshold rows */
	char detail[256];
};

struct truth {
	struct truth_row *rows;
	size_t count;
};

static inline void truth_row_fill(struct truth_row *row, char *line)
{
	const char *cells[TRUTH_COLUMNS] = {0};
	char *rest = line;

	for (int i = 0; i < TRUTH_COLUMNS; i++) {
		cells[i] = i + 1 < TRUTH_COLUMNS ? strsep(&rest, ",") : rest;
		if (cells[i] == NULL)
			cells[i] = "";
	}
	row->t_ns = strtoll(cells[0], NULL, 10);
	snprintf(row->kind, sizeof(row->kind), "%s", cells[1]);
	row->before_ns = strtoll(cells[2], NULL, 10);
	row->event_ns = strtoll(cells[3], NULL, 10);
	for (int i = 0; i < 3; i++)
		row->hits[i] = atoi(cells[4 + i]);
	row->dropped = *cells[7] == '1';
	row->channel = atoi(cells[8]);
	row->old = strtoll(cells[9], NULL, 10);
	row->fresh = strtoll(cells[10], NULL, 10);
	snprintf(row->detail, sizeof(row->detail), "%s", cells[11]);
}

/* A last line without newline is left out. rows is NULL when there is no such file. */
static inline struct truth truth_load(const char *path)
{
	struct truth truth = {0};
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0, room = 0;
	ssize_t length;

	while (file && (length = getline(&line, &cap, file)) > 0 && line[length - 1] == '\n') {
		line[length - 1] = '\0';
		if (!strncmp(line, "t_mono_ns", 9))
			continue;
		if (truth.count == room) {
			room = room ? 2 * room : 1024;
			truth.rows = realloc(truth.rows, room * sizeof(*truth.rows));
			if (!truth.rows)
				abort();
		}
		truth.rows[truth.count] = (struct truth_row){0};
		truth_row_fill(&truth.rows[truth.count++], line);
	}
	free(line);
	if (file)
		fclose(file);
	return truth;
}

static inline void truth_free(struct truth *truth)
{
	free(truth->rows);
	*truth = (struct truth){0};
}

/* The channels that fired, bit 0 the first. */
static inline unsigned truth_fired(const struct truth_row *row)
{
	return (row->hits[0] > 0 ? 1u : 0) | (row->hits[1] > 0 ? 2u : 0) |
	       (row->hits[2] > 0 ? 4u : 0);
}

/* Event lines that left in [t0, t1) in which all of these channels fired (bit 0 the first). */
static inline unsigned truth_count_all(const struct truth *truth, unsigned bits, int64_t t0,
				       int64_t t1)
{
	unsigned count = 0;

	for (size_t i = 0; i < truth->count; i++) {
		const struct truth_row *row = &truth->rows[i];

		count += !strcmp(row->kind, "event") && !row->dropped && row->t_ns >= t0 &&
			 row->t_ns < t1 && (truth_fired(row) & bits) == bits;
	}
	return count;
}

/* The same; channel 1..3 counts those in which it fired, 0 counts all. */
static inline unsigned truth_count(const struct truth *truth, int channel, int64_t t0, int64_t t1)
{
	return truth_count_all(truth, channel > 0 ? 1u << (channel - 1) : 0, t0, t1);
}

/* Rows of a kind; detail NULL = any. */
static inline unsigned truth_rows(const struct truth *truth, const char *kind, const char *detail)
{
	unsigned count = 0;

	for (size_t i = 0; i < truth->count; i++)
		count += !strcmp(truth->rows[i].kind, kind) &&
			 (!detail || !strcmp(truth->rows[i].detail, detail));
	return count;
}

#endif
