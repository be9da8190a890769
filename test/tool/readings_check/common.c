/* SPDX-License-Identifier: GPL-3.0-or-later */
/* common.c - what is not right, cells as numbers, the books of run.yaml. */
#include "readings_check.h"

bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

void wrong(struct check *check, const struct table *row, const char *what, double have, double want)
{
	check->wrong++;
	if (check->wrong > 20)
		return;
	printf("not right: tick %s device %s %s: %s is %.17g, not %.17g\n",
	       row ? table_cell(row, "tick") : "-", row ? table_cell(row, "device") : "-",
	       row ? table_cell(row, "parameter") : "-", what, have, want);
}

int64_t integer(const struct table *row, const char *column)
{
	return strtoll(table_cell(row, column), NULL, 10);
}

double number(const struct table *row, const char *column)
{
	const char *cell = table_cell(row, column);

	return *cell != '\0' ? strtod(cell, NULL) : NAN;
}

double book(const struct check *check, const char *name)
{
	char path[64];
	const char *value;

	snprintf(path, sizeof(path), "books.%s", name);
	value = flat_get(&check->run, path);
	return value ? strtod(value, NULL) : NAN;
}
