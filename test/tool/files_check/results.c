/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.c - scan_results_chN.csv: the last row of each index where that is valid, in order. */
#include "files_check.h"

static const char results_header[] = "timestamp,channel,threshold,event_count\n";

static bool next_valid(struct check *check, struct table *points, int id, long *at)
{
	while (table_next(points)) {
		const struct plan_row *row = plan_row(
		    &check->plan, atol(table_cell(points, "index")), table_cell(points, "channel"));

		++*at;
		if (row && row->id == id && row->is_last_valid && row->last_row == *at)
			return true;
	}
	return false;
}

void check_results(struct check *check, int id)
{
	struct table results, points;
	char name[64];
	long at = 0, rows = 1;
	bool has_result, has_point;

	snprintf(name, sizeof(name), "scan_results_ch%d.csv", id);
	check_shape(check, name, results_header);
	if (!table_open(&results, check->folder, name) ||
	    !table_open(&points, check->folder, "points.csv"))
		return;
	for (;; rows++) {
		has_result = table_next(&results);
		has_point = next_valid(check, &points, id, &at);
		if (!has_result || !has_point)
			break;
		if (strcmp(results.cells[0], table_cell(&points, "timestamp")) != 0 ||
		    atoi(results.cells[1]) != id ||
		    strcmp(results.cells[2], table_cell(&points, "applied")) != 0 ||
		    strcmp(results.cells[3], table_cell(&points, "hits")) != 0)
			wrong(check, "%s row %ld is not point %s", name, rows, points.cells[0]);
	}
	/* A voided row leaves the derived file only at the end; one row may be on its way. */
	if (has_result != has_point && !check->is_killed)
		wrong(check, "%s has %s rows than points.csv has valid points of %d", name,
		      has_result ? "more" : "fewer", id);
	table_close(&results);
	table_close(&points);
}
