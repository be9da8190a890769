/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * truth_check RUN_FOLDER TRUTH.csv [EDGE_MS [AXIS_TRUTH.csv]] - holds a run's points against the
 * simulator's truth.
 *
 * For every row of points.csv with counts: events and hits (of a coincidence: those in which all
 * its channels fired) must be those whose line left inside [t0, t1); lines within EDGE_MS (default
 * 5) of an edge may fall on either side. What the detector really had must be `applied` all through
 * the window, that of every channel which is set with it likewise, that of the others suppressed;
 * where the axis is no channel's, the parameter that it steps, of the other device when that is
 * given. Rows without counts must have none of the count columns. scan_results_chN.csv must repeat
 * the last valid row of each index. Prints one line a violation and a summary; exit 0 when nothing
 * is wrong, 1 otherwise.
 */
#include "csv_table.h"
#include "run_plan.h"
#include "sim/truth_log.h"

struct check {
	const char *folder;
	struct truth truth, axis; /* of the counted device, of the one that is stepped */
	struct flat run;	  /* run.yaml */
	struct plan plan;
	int64_t edge_ns;
	bool is_by_count; /* windows close by counts or error */
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
			unsigned bits, int64_t t0, int64_t t1)
{
	long long have = atoll(table_cell(row, column));
	unsigned low =
	    truth_count_all(&check->truth, bits, t0 + check->edge_ns, t1 - check->edge_ns);
	unsigned high =
	    truth_count_all(&check->truth, bits, t0 - check->edge_ns, t1 + check->edge_ns);

	/* One read() may bring more than completes the counts: the window ends inside of it, and
	 * that no line before was left out is to be seen in events.csv alone. */
	if (check->is_by_count && strcmp(table_cell(row, "stop_rule"), "max_time") != 0)
		low = 0;
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

/* The largest hit value that the lines may carry: as it was last told. */
static double poll_count_at(const struct truth *truth, int64_t t_ns)
{
	double value = NAN;

	for (size_t i = 0; i < truth->count; i++)
		if (strcmp(truth->rows[i].kind, "command") == 0 && truth->rows[i].t_ns <= t_ns)
			sscanf(truth->rows[i].detail, "SET_POLL_COUNT %lf", &value);
	return value;
}

/* Of `det2.top.threshold` or `det.poll_count`. */
static double axis_at(const struct check *check, int64_t t_ns)
{
	const char *path = plan_get(&check->plan, "scan.set");
	const struct truth *truth = check->axis.count > 0 ? &check->axis : &check->truth;
	const char *name = strrchr(path, '.');
	char channel[32] = "";

	if (name && strcmp(name, ".poll_count") == 0)
		return poll_count_at(truth, t_ns);
	sscanf(path, "%*[^.].%31[^.]", channel);
	return threshold_at(truth, plan_channel_id(&check->plan, channel), t_ns);
}

static void check_axis(struct check *check, const struct table *row, int64_t t0, int64_t t1)
{
	double applied = atof(table_cell(row, "applied"));

	if (!(fabs(axis_at(check, t0) - applied) <= 0 && fabs(axis_at(check, t1) - applied) <= 0))
		violation(check, row, "applied", applied, axis_at(check, t0), axis_at(check, t1));
}

/* Every channel of the device held what the plan says of it at this index, or was out of the way.
 */
static void check_channels(struct check *check, const struct table *row, int64_t t0, int64_t t1)
{
	const struct plan_place *place = &check->plan.places[atol(table_cell(row, "index"))];
	double suppress = atof(plan_get(&check->plan, "scan.suppress"));

	for (int i = 0; *plan_get(&check->plan, "devices[%d].channels[%d]", check->plan.device, i);
	     i++) {
		const char *name =
		    plan_get(&check->plan, "devices[%d].channels[%d].name", check->plan.device, i);
		const struct plan_entry *entry = plan_entry_of(place, name);
		int id = plan_channel_id(&check->plan, name);
		double first = threshold_at(&check->truth, id, t0);
		double last = threshold_at(&check->truth, id, t1);
		bool is_right = entry
				    ? fabs(first - entry->set) <= 0 && fabs(last - entry->set) <= 0
				    : first >= suppress && last >= suppress;

		if (!is_right)
			violation(check, row, name, entry ? entry->set : suppress, first, last);
	}
}

static void check_applied(struct check *check, const struct table *row,
			  const struct plan_row *planned)
{
	const char *applied = table_cell(row, "applied");

	if (isnan(planned->set) ? *applied != '\0' : fabs(atof(applied) - planned->set) > 0)
		violation(check, row, "applied", atof(applied), planned->set, planned->set);
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
			!strcmp(table_cell(&later, "channel"), table_cell(row, "channel")) &&
			!strcmp(table_cell(&later, "attempt"), table_cell(row, "attempt"));
	table_close(&later);
	return found;
}

static void check_row(struct check *check, const struct table *row)
{
	int64_t t0 = atoll(table_cell(row, "t_mono_ns"));
	int64_t t1 = t0 + (int64_t)llround(atof(table_cell(row, "dwell_s")) * 1e9);
	const struct plan_row *planned =
	    plan_row(&check->plan, atol(table_cell(row, "index")), table_cell(row, "channel"));

	if (is_revoked(row, check->folder))
		return;
	if (!table_is_valid(table_cell(row, "quality"))) {
		check_empty(check, row);
		return;
	}
	if (planned == NULL) {
		violation(check, row, "not of the plan", NAN, NAN, NAN);
		return;
	}
	check->points++;
	if (planned->bits != 0) {
		check->events += (unsigned)atoi(table_cell(row, "events"));
		check_count(check, row, "events", 0, t0, t1);
		check_count(check, row, "hits", planned->bits, t0, t1);
	}
	check_applied(check, row, planned);
	if (strcmp(table_cell(row, "quality"), "suspect") == 0)
		return; /* it says itself that its settings are not proven */
	if (check->plan.is_one)
		check_axis(check, row, t0, t1);
	else
		check_channels(check, row, t0, t1);
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
		fprintf(stderr,
			"usage: truth_check RUN_FOLDER TRUTH.csv [EDGE_MS [AXIS_TRUTH.csv]]\n");
		return 2;
	}
	if (argc > 3)
		check.edge_ns = (int64_t)(atof(argv[3]) * 1e6);
	if (argc > 4)
		check.axis = truth_load(argv[4]);
	check.folder = argv[1];
	check.truth = truth_load(argv[2]);
	snprintf(path, sizeof(path), "%s/run.yaml", argv[1]);
	if (!flat_load(&check.run, path)) {
		printf("not right: no run.yaml, or it is no YAML\n");
		return 1;
	}
	plan_load(&check.plan, &check.run);
	check.is_by_count = strcmp(plan_get(&check.plan, "scan.dwell.rule"), "time") != 0;
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
	truth_free(&check.axis);
	plan_free(&check.plan);
	flat_free(&check.run);
	return check.wrong == 0 && check.points > 0 ? 0 : 1;
}
