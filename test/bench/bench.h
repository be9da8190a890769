/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench.h - what the figures share: a row is one figure beside its baseline, measured in the same
 * run, in turns (A B A B), so that whatever else the machine does hits both alike.
 *
 * A figure that misses its goal says `short` and fails nothing; a bench that cannot run fails.
 */
#ifndef TEST_BENCH_BENCH_H
#define TEST_BENCH_BENCH_H

#include "plateau/clock.h"
#include "plateau/status.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_SAMPLES 256

_Noreturn __attribute__((format(printf, 1, 2))) static inline void bench_fail(const char *format,
									      ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

/* For the calls of the program's own rooms. */
static inline void bench_check(enum pl_status status, const struct pl_error *error)
{
	char text[400];

	if (status != PL_OK)
		bench_fail("%s", pl_error_format(error, text, sizeof text));
}

struct bench_samples {
	double values[BENCH_SAMPLES];
	size_t count;
};

static inline void bench_add(struct bench_samples *samples, double value)
{
	if (samples->count == BENCH_SAMPLES)
		bench_fail("more than %d samples", BENCH_SAMPLES);
	samples->values[samples->count++] = value;
}

static inline int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The smallest value that at least this part of the samples does not exceed. */
static inline double bench_quantile(struct bench_samples *samples, double part)
{
	size_t rank = (size_t)ceil(part * (double)samples->count);

	if (samples->count == 0)
		bench_fail("nothing was measured");
	qsort(samples->values, samples->count, sizeof samples->values[0], bench_compare);
	return samples->values[rank > 0 ? rank - 1 : 0];
}

static inline double bench_median(struct bench_samples *samples)
{
	return bench_quantile(samples, 0.5);
}

/* Subject and baseline in turns, each first in every other round. Each call is one sample. The
 * machine has moods that last for seconds: what a round gives is the ratio of its two. */
struct bench_pair {
	struct bench_samples subject, baseline, ratio;
};

static inline void bench_alternate(size_t rounds, double (*subject)(void *),
				   double (*baseline)(void *), void *ctx, struct bench_pair *out)
{
	*out = (struct bench_pair){0};
	for (size_t i = 0; i < rounds; i++) {
		double before = i % 2 ? baseline(ctx) : 0;
		double value = subject(ctx);
		double after = i % 2 ? before : baseline(ctx);

		bench_add(&out->subject, value);
		bench_add(&out->baseline, after);
		bench_add(&out->ratio, value / after);
	}
}

enum bench_goal {
	BENCH_NO_GOAL,
	BENCH_AT_MOST,	      /* value <= limit */
	BENCH_AT_LEAST,	      /* value >= limit */
	BENCH_RATIO_AT_LEAST, /* value / baseline >= limit */
};

struct bench_row {
	const char *name;
	double value;
	const char *unit;
	double baseline; /* NAN = there is none */
	enum bench_goal goal;
	double limit;
};

static inline void bench_head(const char *title)
{
	printf("\n%s\n%-40s %12s %-8s %12s %7s  %-13s\n", title, "figure", "value", "unit",
	       "baseline", "ratio", "goal");
}

static inline void bench_goal_text(const struct bench_row *row, char out[32])
{
	if (row->goal == BENCH_AT_MOST)
		snprintf(out, 32, "<= %g %s", row->limit, row->unit);
	else if (row->goal == BENCH_AT_LEAST)
		snprintf(out, 32, ">= %g %s", row->limit, row->unit);
	else if (row->goal == BENCH_RATIO_AT_LEAST)
		snprintf(out, 32, "ratio >= %g", row->limit);
	else
		snprintf(out, 32, "-");
}

static inline bool bench_is_met(const struct bench_row *row, double ratio)
{
	if (row->goal == BENCH_AT_MOST)
		return row->value <= row->limit;
	if (row->goal == BENCH_AT_LEAST)
		return row->value >= row->limit;
	return row->goal == BENCH_NO_GOAL || ratio >= row->limit;
}

/* With a ratio taken over rounds. */
static inline void bench_print_ratio(struct bench_row row, double over_rounds)
{
	char ratio[16] = "-", baseline[24] = "-", goal[32];

	if (!isnan(row.baseline))
		snprintf(baseline, sizeof baseline, "%.4g", row.baseline);
	if (row.baseline > 0)
		snprintf(ratio, sizeof ratio, "%.2f", over_rounds);
	bench_goal_text(&row, goal);
	printf("%-40s %12.4g %-8s %12s %7s  %-13s %s\n", row.name, row.value, row.unit, baseline,
	       ratio, goal,
	       row.goal == BENCH_NO_GOAL	 ? ""
	       : bench_is_met(&row, over_rounds) ? "ok"
						 : "short");
	fflush(stdout);
}

static inline void bench_print(struct bench_row row)
{
	bench_print_ratio(row, row.value / row.baseline);
}

#endif
