/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * events_check RUN_FOLDER TRUTH.csv [LATE_MS] - holds events.csv against points.csv and against the
 * simulator's truth: every event of every window exactly once.
 *
 * The events of a window carry the number of its first row in points.csv. For every row of a window
 * with counts they must be as many as its events, hit its channel, or all of its coincidence, as
 * often as its hits say, and lie in [t0, t1); the last of a window that was closed by its counts is
 * a hit that closed it. In their order they must be lines that left one after the other, none
 * between them left out, each read at most LATE_MS (default 250) after it left; and no line stands
 * for two of them. The numbers of the events go 1, 2, 3, ….
 */
#include "csv_table.h"
#include "run_plan.h"
#include "sim/truth_log.h"

struct line { /* of the truth: what left */
	int64_t before_ns, t_ns;
	unsigned fired;
};

struct row { /* of events.csv */
	int64_t t_ns, point, number;
	unsigned fired;
};

struct check {
	struct line *lines;
	size_t line_count, next_line; /* those before were events already */
	struct row *rows;
	size_t row_count, next_row;
	struct flat run; /* run.yaml */
	struct plan plan;
	const struct row *window; /* events of the one that is looked at */
	size_t window_count;
	int64_t late_ns;
	unsigned wrong, points, events;
};

static void load_lines(struct check *check, const char *path)
{
	struct truth truth = truth_load(path);

	check->lines = calloc(truth.count + 1, sizeof(*check->lines));
	for (size_t i = 0; check->lines && i < truth.count; i++) {
		const struct truth_row *row = &truth.rows[i];

		if (strcmp(row->kind, "event") != 0 || row->dropped)
			continue;
		check->lines[check->line_count++] = (struct line){
		    .before_ns = row->before_ns, .t_ns = row->t_ns, .fired = truth_fired(row)};
	}
	truth_free(&truth);
}

static unsigned fired(const struct table *table)
{
	static const char *const names[] = {"hits_top", "hits_mid", "hits_btm"};
	unsigned bits = 0;

	for (unsigned i = 0; i < 3; i++)
		bits |= strcmp(table_cell(table, names[i]), "1") == 0 ? 1u << i : 0;
	return bits;
}

static bool load_rows(struct check *check, const char *folder)
{
	struct table table;

	if (!table_open(&table, folder, "events.csv"))
		return false;
	check->rows = calloc(table.line_count + 1, sizeof(*check->rows));
	while (check->rows && table_next(&table))
		check->rows[check->row_count++] =
		    (struct row){.t_ns = atoll(table_cell(&table, "t_mono_ns")),
				 .point = atoll(table_cell(&table, "point")),
				 .number = atoll(table_cell(&table, "event")),
				 .fired = fired(&table)};
	table_close(&table);
	return true;
}

static bool fits(const struct check *check, size_t line, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct line *left;

		if (line + i >= check->line_count)
			return false;
		left = &check->lines[line + i];
		if (left->fired != rows[i].fired || left->before_ns > rows[i].t_ns ||
		    rows[i].t_ns - left->t_ns > check->late_ns)
			return false;
	}
	return true;
}

/* The rows of events.csv that belong to the window whose first row has this number. */
static void find_window(struct check *check, int64_t number)
{
	while (check->next_row < check->row_count && check->rows[check->next_row].point < number)
		check->next_row++; /* of a window that became no row with counts */
	check->window = &check->rows[check->next_row];
	check->window_count = 0;
	while (check->next_row < check->row_count && check->rows[check->next_row].point == number) {
		check->next_row++;
		check->window_count++;
	}
	check->events += (unsigned)check->window_count;
}

/* Lines that left one after the other, behind those of the windows before. */
static void check_lines(struct check *check, int64_t number)
{
	size_t line = check->next_line;

	while (line < check->line_count && !fits(check, line, check->window, check->window_count))
		line++;
	if (check->window_count > 0 && line == check->line_count) {
		check->wrong++;
		printf("not right: the events of point %lld are not lines that left in a row\n",
		       (long long)number);
	} else if (check->window_count > 0) {
		check->next_line = line + check->window_count;
	}
}

static void check_point(struct check *check, const struct table *point)
{
	int64_t t0_ns = atoll(table_cell(point, "t_mono_ns"));
	int64_t t1_ns = t0_ns + (int64_t)(atof(table_cell(point, "dwell_s")) * 1e9 + 0.5);
	const struct plan_row *planned =
	    plan_row(&check->plan, atol(table_cell(point, "index")), table_cell(point, "channel"));
	unsigned bits = planned ? planned->bits : 0, last = 0;
	bool is_full = !strcmp(table_cell(point, "stop_rule"), "counts") ||
		       !strcmp(table_cell(point, "stop_rule"), "error");
	long long hits = 0;

	check->points++;
	if (bits == 0)
		return; /* a reading */
	for (size_t i = 0; i < check->window_count; i++) {
		last = check->window[i].fired;
		hits += (last & bits) == bits;
		check->wrong += check->window[i].t_ns < t0_ns || check->window[i].t_ns >= t1_ns;
	}
	if ((long long)check->window_count != atoll(table_cell(point, "events")) ||
	    hits != atoll(table_cell(point, "hits"))) {
		check->wrong++;
		printf("not right: point %s has %zu events and %lld hits in events.csv\n",
		       table_cell(point, "point"), check->window_count, hits);
	}
	if (is_full && (last & bits) != bits) {
		check->wrong++;
		printf("not right: the last event of point %s did not complete its counts\n",
		       table_cell(point, "point"));
	}
}

/* A window: all rows of one attempt at one index, which stand one after the other. */
static void check_windows(struct check *check, struct table *points)
{
	long index = 0, attempt = 0;
	int64_t first = 0, found = 0;

	while (table_next(points)) {
		if (atol(table_cell(points, "index")) != index ||
		    atol(table_cell(points, "attempt")) != attempt)
			first = atoll(table_cell(points, "point"));
		index = atol(table_cell(points, "index"));
		attempt = atol(table_cell(points, "attempt"));
		if (!table_is_valid(table_cell(points, "quality")))
			continue;
		if (found != first) {
			find_window(check, first);
			check_lines(check, first);
		}
		found = first;
		check_point(check, points);
	}
}

int main(int argc, char **argv)
{
	struct check check = {.late_ns = 250000000};
	struct table points;
	char path[4096];

	if (argc < 3) {
		fprintf(stderr, "usage: events_check RUN_FOLDER TRUTH.csv [LATE_MS]\n");
		return 2;
	}
	if (argc > 3)
		check.late_ns = (int64_t)(atof(argv[3]) * 1e6);
	snprintf(path, sizeof(path), "%s/run.yaml", argv[1]);
	if (!flat_load(&check.run, path)) {
		printf("not right: no run.yaml, or it is no YAML\n");
		return 1;
	}
	plan_load(&check.plan, &check.run);
	load_lines(&check, argv[2]);
	if (check.line_count == 0 || !load_rows(&check, argv[1]) ||
	    !table_open(&points, argv[1], "points.csv")) {
		printf("# no truth log, no events.csv or no points.csv\n");
		return 1;
	}
	for (size_t i = 0; i < check.row_count; i++)
		if (check.rows[i].number != (int64_t)i + 1) {
			check.wrong++;
			printf("not right: event %zu has the number %lld\n", i + 1,
			       (long long)check.rows[i].number);
		}
	check_windows(&check, &points);
	table_close(&points);
	plan_free(&check.plan);
	flat_free(&check.run);
	printf("points=%u events=%u wrong=%u\n", check.points, check.events, check.wrong);
	free(check.lines);
	free(check.rows);
	return check.wrong == 0 && check.events > 0 ? 0 : 1;
}
