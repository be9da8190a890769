/* SPDX-License-Identifier: GPL-3.0-or-later */
/* books.c - see books.h. The keys are those of run.yaml. */
#include "cli/books.h"

#include "cli/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static int64_t sum(const struct pl_json *counts)
{
	const struct pl_json *value;
	const char *name;
	int64_t all = 0;

	for (size_t i = 0; pl_json_member(counts, i, &name, &value); i++)
		all += (int64_t)pl_json_number(value, 0);
	return all;
}

static void add_if(struct pl_text *out, const char *what, int64_t count)
{
	if (count > 0)
		pl_text_add(out, ", %" PRId64 " %s", count, what);
}

void pl_books_line(const struct pl_json *recording, struct pl_text *out)
{
	const struct pl_json *books = pl_json_get(recording, "books");
	double eta_s = pl_json_get_number(recording, "eta_s", NAN);
	double behind_s = pl_json_get_number(recording, "behind_s", 0);
	char left[PL_DURATION_SIZE];

	pl_text_add(out, "%s: %" PRId64 " on time", pl_json_get_text(recording, "name", ""),
		    pl_json_get_integer(books, "on_time", 0));
	add_if(out, "late", pl_json_get_integer(books, "late", 0));
	add_if(out, "skipped", sum(pl_json_get(books, "skipped")));
	add_if(out, "failed", pl_json_get_integer(books, "failed", 0));
	add_if(out, "dropped", pl_json_get_integer(books, "dropped", 0));
	pl_text_add(out, "; %" PRId64 " rows", pl_json_get_integer(books, "rows", 0));
	add_if(out, "events", pl_json_get_integer(books, "events", 0));
	if (pl_json_get_integer(recording, "lost", 0) > 0)
		pl_text_add(out, ", %" PRId64 " devices lost",
			    pl_json_get_integer(recording, "lost", 0));
	if (pl_json_get_boolean(recording, "disk_full", false))
		pl_text_add_string(out, ", DISK FULL");
	else if (behind_s >= 1)
		pl_text_add(out, ", writing %.0f s behind", behind_s);
	if (eta_s >= 0)
		pl_text_add(out, ", %s left", pl_duration_format(eta_s, left));
}

static void print_reasons(const char *what, const struct pl_json *counts)
{
	const struct pl_json *value;
	const char *name, *between = ": ";

	if (sum(counts) == 0)
		return;
	printf("%-9s  %" PRId64, what, sum(counts));
	for (size_t i = 0; pl_json_member(counts, i, &name, &value); i++) {
		if (pl_json_number(value, 0) <= 0)
			continue;
		printf("%s%.0f %s", between, pl_json_number(value, 0), name);
		between = ", ";
	}
	printf("\n");
}

void pl_books_print(const struct pl_json *books)
{
	int64_t events = pl_json_get_integer(books, "events", 0);
	int64_t gaps = pl_json_get_integer(books, "gaps", 0);
	int64_t gone = pl_json_get_integer(books, "disconnects", 0);

	if (pl_json_get_integer(books, "samples_emitted", 0) +
		pl_json_get_integer(books, "samples_late", 0) ==
	    0) {
		printf("events     %" PRId64 "\n", events);
		return;
	}
	printf("slots      %" PRId64 " on time, %" PRId64 " late, %" PRId64 " failed, %" PRId64
	       " dropped\n",
	       pl_json_get_integer(books, "on_time", 0), pl_json_get_integer(books, "late", 0),
	       pl_json_get_integer(books, "failed", 0), pl_json_get_integer(books, "dropped", 0));
	print_reasons("skipped", pl_json_get(books, "skipped"));
	printf("reads      %" PRId64 " ok\n", pl_json_get_integer(books, "reads_ok", 0));
	print_reasons("failed", pl_json_get(books, "reads_failed"));
	printf("rows       %" PRId64 " written", pl_json_get_integer(books, "rows", 0));
	if (gaps > 0)
		printf(" and %" PRId64 " that tell gaps", gaps);
	if (events > 0)
		printf(", %" PRId64 " events", events);
	printf("\ntimes      at most %.3g ms late; a tick took %.3g ms, 99 %% of them at most "
	       "%.3g ms\n",
	       pl_json_get_number(books, "max_drift_ms", 0),
	       pl_json_get_number(books, "tick_duration_ms_p50", 0),
	       pl_json_get_number(books, "tick_duration_ms_p99", 0));
	if (gone > 0)
		printf("lost       %" PRId64 " times\n", gone);
}
