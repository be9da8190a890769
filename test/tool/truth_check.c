/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * truth_check RUN_FOLDER TRUTH.csv [EDGE_MS] - holds a run's points against the simulator's truth.
 *
 * For every row of points.csv with counts: events and hits must be those whose line left inside
 * [t0, t1); lines within EDGE_MS (default 5) of an edge may fall on either side. The threshold that
 * the detector really had must be `applied` all through the window, those of its other channels
 * suppressed. Rows without counts must have
 * none of the count columns. scan_results_chN.csv must repeat the last valid row of each index.
 * Prints one line a violation and a summary; exit 0 when nothing is wrong, 1 otherwise.
 */
#include "csv_table.h"
#include "sim/truth_log.h"
#include "yaml_flat.h"

#include <math.h>

struct check {
	const char *folder;
	struct truth truth;
	struct flat run; /* run.yaml */
	int64_t edge_ns;
	unsigned wrong, points, events;
};

static void violation(struct check *check, const struct table *row, const char *what, double have,
		      double low, double high)
{
	check->wrong++;
	printf("not right: index %s attempt %s channel %s: %s is %.17g, the truth %.17g..%.17g\n",
	       table_cell(row, "index"), table_cell(row, "attempt"), table_cell(row, "channel"),
	       what, have, low, high);
}

static void check_count(struct check *check, const struct table *row, const char *column,
			int channel, int64_t t0, int64_t t1)
{
	long long have = atoll(table_cell(row, column));
	unsigned low =
	    truth_count(&check->truth, channel, t0 + check->edge_ns, t1 - check->edge_ns);
	unsigned high =
	    truth_count(&check->truth, channel, t0 - check->edge_ns, t1 + check->edge_ns);

	if (have < low || have > high)
		violation(check, row, column, (double)have, low, high);
}

/* What the detector's threshold of a channel was at a time: the last change before it. */
static double threshold_at(const struct truth *truth, int channel, int64_t t_ns)
{
	double value = NAN;

	for (size_t i = 0; i < truth->count; i++) {
		const struct truth_row *row = &truth->rows[i];

		if (strcmp(row->kind, "threshold") == 0 && row->channel == channel &&
		    row->t_ns <= t_ns)
			value = (double)row->fresh;
	}
	return value;
}

static void check_threshold(struct check *check, const struct table *row, int channel, int64_t t0,
			    int64_t t1)
{
	double applied = atof(table_cell(row, "applied"));
	double first = threshold_at(&check->truth, channel, t0);
	double last = threshold_at(&check->truth, channel, t1);

	if (fabs(first - applied) > 0 || fabs(last - applied) > 0)
		violation(check, row, "applied", applied, first, last);
}

/* The other channels of the device were out of the way all the time. */
static void check_others(struct check *check, const struct table *row, int channel, int64_t t0,
			 int64_t t1)
{
	const char *suppress = flat_get(&check->run, "scan.suppress"), *id;
	double wanted = suppress ? atof(suppress) : NAN;
	char path[64];

	for (int i = 0;; i++) {
		snprintf(path, sizeof(path), "devices[0].channels[%d].id", i);
		id = flat_get(&check->run, path);
		if (id == NULL)
			return;
		if (atoi(id) != channel && !(threshold_at(&check->truth, atoi(id), t0) >= wanted &&
					     threshold_at(&check->truth, atoi(id), t1) >= wanted))
			violation(check, row, "suppress of another", wanted,
				  threshold_at(&check->truth, atoi(id), t0),
				  threshold_at(&check->truth, atoi(id), t1));
	}
}

static void check_empty(struct check *check, const struct table *row)
{
	static const char *const counted[] = {"events", "hits", "rate", "rate_lo", "rate_hi"};

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (*table_cell(row, counted[i]) != '\0')
			violation(check, row, counted[i], atof(table_cell(row, counted[i])), NAN,
				  NAN);
}

/* A row that a later one of the same attempt takes back counts for nothing. */
static bool is_revoked(const struct table *row, const char *folder)
{
	struct table later;
	bool found = false;

	if (!table_open(&later, folder, "points.csv"))
		return false;
	while (!found && table_next(&later))
		found = atol(table_cell(&later, "point")) > atol(table_cell(row, "point")) &&
			!strcmp(table_cell(&later, "index"), table_cell(row, "index")) &&
			!strcmp(table_cell(&later, "attempt"), table_cell(row, "attempt"));
	table_close(&later);
	return found;
}

static void check_row(struct check *check, const struct table *row)
{
	int64_t t0 = atoll(table_cell(row, "t_mono_ns"));
	int64_t t1 = t0 + (int64_t)llround(atof(table_cell(row, "dwell_s")) * 1e9);
	int channel = atoi(table_cell(row, "channel_id"));

	if (is_revoked(row, check->folder))
		return;
	if (!table_is_valid(table_cell(row, "quality"))) {
		check_empty(check, row);
		return;
	}
	check->points++;
	check->events += (unsigned)atoi(table_cell(row, "events"));
	check_count(check, row, "events", 0, t0, t1);
	check_count(check, row, "hits", channel, t0, t1);
	if (strcmp(table_cell(row, "quality"), "suspect") == 0)
		return; /* it says itself that its settings are not proven */
	check_threshold(check, row, channel, t0, t1);
	check_others(check, row, channel, t0, t1);
}

/* Every scan_results row must be a valid row of points.csv: same time, threshold and count. */
static void check_results(struct check *check, const char *folder, int channel)
{
	struct table results, points;
	char name[64];
	unsigned rows = 0, valid = 0;

	snprintf(name, sizeof(name), "scan_results_ch%d.csv", channel);
	if (!table_open(&results, folder, name))
		return;
	if (!table_open(&points, folder, "points.csv"))
		exit(1);
	while (table_next(&points))
		valid += atoi(table_cell(&points, "channel_id")) == channel &&
			 table_is_valid(table_cell(&points, "quality")) &&
			 !is_revoked(&points, folder);
	while (table_next(&results)) {
		bool found = false;

		rows++;
		points.at = 0;
		table_next(&points);
		while (!found && table_next(&points))
			found = atoi(table_cell(&points, "channel_id")) == channel &&
				!strcmp(table_cell(&points, "timestamp"),
					table_cell(&results, "timestamp")) &&
				!strcmp(table_cell(&points, "hits"),
					table_cell(&results, "event_count")) &&
				!strcmp(table_cell(&points, "applied"),
					table_cell(&results, "threshold"));
		if (!found) {
			check->wrong++;
			printf("not right: %s row %u has no point\n", name, rows);
		}
	}
	if (rows != valid) {
		check->wrong++;
		printf("not right: %s has %u rows, points.csv %u valid ones\n", name, rows, valid);
	}
	table_close(&results);
	table_close(&points);
}

int main(int argc, char **argv)
{
	struct check check = {.edge_ns = 5000000};
	struct table points;
	char path[4096];

	if (argc < 3) {
		fprintf(stderr, "usage: truth_check RUN_FOLDER TRUTH.csv [EDGE_MS]\n");
		return 2;
	}
	if (argc > 3)
		check.edge_ns = (int64_t)(atof(argv[3]) * 1e6);
	check.folder = argv[1];
	check.truth = truth_load(argv[2]);
	snprintf(path, sizeof(path), "%s/run.yaml", argv[1]);
	if (!flat_load(&check.run, path))
		printf("# no run.yaml\n");
	if (check.truth.count == 0 || !table_open(&points, argv[1], "points.csv")) {
		printf("# no truth log or no points.csv\n");
		return 1;
	}
	while (table_next(&points))
		check_row(&check, &points);
	table_close(&points);
	for (int channel = 1; channel <= 3; channel++)
		check_results(&check, argv[1], channel);
	printf("points=%u events=%u wrong=%u\n", check.points, check.events, check.wrong);
	truth_free(&check.truth);
	flat_free(&check.run);
	return check.wrong == 0 && check.points > 0 ? 0 : 1;
}
