/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * files_check RUN_FOLDER [killed] - holds the files of a run against each other, and nothing else:
 * it uses no code of the program. Shapes and headers of all CSV files; points against plan,
 * quality, interval and window; scan_results against points; threshold_operations against audit
 * rows; the threshold of every window against the writes before it; the hash chains and
 * the seals in them; run.yaml against all of them; the state file. "killed": the owner died by kill
 * -9, so counters of run.yaml may lag. Prints one line a violation and a summary; exit 0 when
 * nothing is wrong, 1 otherwise.
 */
#include "csv_table.h"
#include "run_plan.h"
#include "seal_check.h"

#include <dirent.h>
#include <inttypes.h>
#include <sha2.h>
#include <time.h>

#define SLOTS	    256 /* of settings: 16 channels of 15 devices, an axis that is no channel's */
#define AXIS_SLOT   255
#define SWITCH_SLOT 254 /* of a device's switch to volatile writes */

static const char points_header[] =
    "point,index,attempt,repeat,pass,timestamp,t_mono_ns,device,channel,channel_id,set,applied,"
    "readback,dwell_s,live_s,events,hits,rate,rate_lo,rate_hi,rate_corrected,occupancy,stop_rule,"
    "quality,retries,reason";
static const char results_header[] = "timestamp,channel,threshold,event_count\n";
static const char operations_header[] = "timestamp,channel,old_threshold,new_threshold,status\n";
static const char settings_header[] = "when,path,value,unit\n";
static const char audit_header[] =
    "seq,timestamp,t_mono_ns,actor,action,target,old,new,status,detail,hash\n";

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

static void wrong(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct check *check, const char *format, ...)
{
	va_list args;

	check->wrong++;
	printf("not right: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* The value at a formatted path of run.yaml, "" when there is none. */
static const char *get(const struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *get(const struct check *check, const char *format, ...)
{
	char path[256];
	const char *value;
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	value = flat_get(&check->run, path);
	return value ? value : "";
}

static double number(const char *text)
{
	return *text ? strtod(text, NULL) : NAN;
}

static bool same(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

/* ---- the shape of a file: UTF-8 without BOM and CR, whole rows of the header's width ---- */

static bool is_utc(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static void check_shape(struct check *check, const char *name, const char *header)
{
	struct table table;
	unsigned row = 1;

	if (!table_open(&table, check->folder, name)) {
		wrong(check, "%s is missing or empty", name);
		return;
	}
	if (strncmp(table.line, header, strlen(header)) != 0)
		wrong(check, "%s has another header: %s", name, table.line);
	while (table_next(&table)) {
		row++;
		if (!table.is_whole)
			wrong(check, "%s row %u is torn", name, row);
		if (table.count != table.name_count)
			wrong(check, "%s row %u has %zu cells, the header %zu", name, row,
			      table.count, table.name_count);
		for (const char *at = table.line; *at; at++)
			if (((unsigned char)*at < 0x20 && *at != '\n') || *at == 0x7f)
				wrong(check, "%s row %u has a control byte", name, row);
	}
	table_close(&table);
}

/* ---- points.csv ---- */

/* P(a, x), regularized, by its series and its continued fraction (Abramowitz and Stegun 6.5.29,
 * 6.5.31): the probability of a count of a or more when x are expected. */
static double gamma_p(double a, double x)
{
	double scale = exp(a * log(x) - x - lgamma(a)), sum = 1 / a, term = 1 / a;

	if (x <= 0)
		return 0;
	if (x < a + 1) {
		for (double n = a + 1; term > sum * 1e-17; n++)
			sum += term *= x / n;
		return scale * sum;
	}
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

	for (int i = 1; i < 100000; i++) {
		double an = -i * (i - a), factor;

		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		factor = d * c;
		h *= factor;
		if (fabs(factor - 1) < 1e-16)
			break;
	}
	return 1 - scale * h;
}

/* Garwood: lo and hi are where n or more, n or less, has half of what a sigma leaves out. */
static void check_interval(struct check *check, const struct table *row)
{
	double n = number(table_cell(row, "hits")), live_s = number(table_cell(row, "live_s"));
	double lo = number(table_cell(row, "rate_lo")) * live_s;
	double hi = number(table_cell(row, "rate_hi")) * live_s, tail = erfc(M_SQRT1_2) / 2;

	if (!same(number(table_cell(row, "rate")), n / live_s))
		wrong(check, "point %s: rate is not hits / live_s", row->cells[0]);
	if (n > 0 ? fabs(gamma_p(n, lo) - tail) > 1e-6 : lo != 0)
		wrong(check, "point %s: rate_lo %g is not Garwood's", row->cells[0], lo);
	if (fabs(1 - gamma_p(n + 1, hi) - tail) > 1e-6)
		wrong(check, "point %s: rate_hi %g is not Garwood's", row->cells[0], hi);
}

static void check_derived(struct check *check, const struct table *row)
{
	bool is_stopped = !strcmp(table_cell(row, "stop_rule"), "counts") ||
			  !strcmp(table_cell(row, "stop_rule"), "error");
	double live = number(table_cell(row, "live_s")), hits = number(table_cell(row, "hits"));
	double dead = fmax(hits, number(table_cell(row, "events"))) / live * check->tau_s;
	double rate = is_stopped ? (hits - 1) / live : hits / live;
	bool applies = is_stopped ? hits >= 2 : check->tau_s > 0;
	double corrected = number(table_cell(row, "rate_corrected"));
	bool is_full = number(table_cell(row, "occupancy")) > 0.8;

	if (applies && dead <= 0.3 && !same(corrected, rate / (1 - rate * check->tau_s)))
		wrong(check, "point %s: rate_corrected %g", row->cells[0], corrected);
	if (!(applies && dead <= 0.3) && !isnan(corrected))
		wrong(check, "point %s: a corrected rate out of nothing", row->cells[0]);
	if (dead > 0.1 && !strstr(table_cell(row, "reason"), "tau"))
		wrong(check, "point %s: no word about its dead time", row->cells[0]);
	if (is_full != !strcmp(table_cell(row, "quality"), "saturated") &&
	    strcmp(table_cell(row, "quality"), "suspect") != 0)
		wrong(check, "point %s: %s at occupancy %s", row->cells[0],
		      table_cell(row, "quality"), table_cell(row, "occupancy"));
}

static void check_measured(struct check *check, const struct table *row,
			   const struct plan_row *planned)
{
	double applied = number(table_cell(row, "applied"));
	double readback = number(table_cell(row, "readback"));
	const char *point = row->cells[0];

	if (!is_utc(table_cell(row, "timestamp")) || number(table_cell(row, "t_mono_ns")) < 1)
		wrong(check, "point %s: no time", point);
	if (planned->bits != 0 && /* that of a counter lies between its own two reads */
	    !(number(table_cell(row, "live_s")) <= number(table_cell(row, "dwell_s"))))
		wrong(check, "point %s: dwell_s or live_s", point);
	if (!strchr(table_cell(row, "dwell_s"), '.') ||
	    strlen(strchr(table_cell(row, "dwell_s"), '.')) != 10)
		wrong(check, "point %s: seconds without nine decimals", point);
	if (!same(applied, planned->set) || (!isnan(readback) && !same(readback, planned->set)))
		wrong(check, "point %s: applied or readback is not set", point);
	if (planned->bits == 0)
		return;
	if (!(number(table_cell(row, "events")) >= number(table_cell(row, "hits"))))
		wrong(check, "point %s: more hits than events", point);
	check_interval(check, row);
	check_derived(check, row);
}

static void check_unmeasured(struct check *check, const struct table *row)
{
	static const char *const counted[] = {"events",	 "hits",    "rate",
					      "rate_lo", "rate_hi", "rate_corrected"};

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (*table_cell(row, counted[i]))
			wrong(check, "point %s, %s, has %s", row->cells[0],
			      table_cell(row, "quality"), counted[i]);
	if (!*table_cell(row, "reason"))
		wrong(check, "point %s, %s, has no reason", row->cells[0],
		      table_cell(row, "quality"));
}

/* After a valid row only a void one of the same attempt may come; else the next attempt. */
static void check_attempt(struct check *check, const struct table *row, struct plan_row *planned)
{
	unsigned attempt = (unsigned)atoi(table_cell(row, "attempt"));
	bool is_void = !strcmp(table_cell(row, "quality"), "void");
	bool is_next =
	    attempt == planned->attempts + 1 && (!planned->last_row || planned->is_last_void);
	bool is_revoked = attempt == planned->attempts && is_void && !planned->is_last_void;

	if (!is_next && !is_revoked)
		wrong(check, "point %s: attempt %u of index %s", row->cells[0], attempt,
		      table_cell(row, "index"));
	planned->attempts = attempt;
	planned->is_last_void = is_void;
	planned->is_last_valid = table_is_valid(table_cell(row, "quality"));
}

static void check_point(struct check *check, const struct table *row, long number_of_row)
{
	long index = atol(table_cell(row, "index"));
	struct plan_row *planned = plan_row(&check->plan, index, table_cell(row, "channel"));
	const struct plan_place *place;

	if (atol(row->cells[0]) != number_of_row)
		wrong(check, "point %s is row %ld", row->cells[0], number_of_row);
	if (planned == NULL) {
		wrong(check, "point %s: %s at index %ld is not of the plan", row->cells[0],
		      table_cell(row, "channel"), index);
		return;
	}
	place = &check->plan.places[index];
	if (strcmp(table_cell(row, "pass"), place->pass) != 0 ||
	    atoi(table_cell(row, "repeat")) != place->repeat ||
	    atoi(table_cell(row, "channel_id")) != planned->id ||
	    strcmp(table_cell(row, "device"), check->plan.name) != 0 ||
	    !same(number(table_cell(row, "set")), planned->set))
		wrong(check, "point %s is not what the plan says at %ld", row->cells[0], index);
	check_attempt(check, row, planned);
	planned->last_row = number_of_row;
	if (planned->is_last_valid)
		check_measured(check, row, planned);
	else
		check_unmeasured(check, row);
}

/* One window: all rows of one attempt at one index, written together. */
struct window {
	long index, attempt, first_row;
	size_t rows, valid, closing;	 /* closing: rows whose counts closed it */
	double t0_ns, dwell_s, events;	 /* of its first row with counts */
	bool is_short, is_hit, is_timed; /* a watched count not reached; any hit; rule `time` */
	char stop[16];			 /* of those that did not close it */
};

static double rule_number(const struct check *check, const char *key)
{
	return number(plan_get(&check->plan, "scan.dwell.%s", key));
}

/* 1/e² counts for a relative error e, which is no whole number in doubles. */
static double wanted_counts(const struct check *check)
{
	double error = rule_number(check, "error");

	return isnan(error) ? rule_number(check, "counts") : ceil(1 / error / error - 1e-6);
}

static void check_rule(struct check *check, const struct window *window)
{
	double zero_s = fmax(rule_number(check, "zero_rate_s"), rule_number(check, "min_s"));
	double dwell_s = window->dwell_s, max_s = rule_number(check, "max_s");
	long row = window->first_row;

	if (strcmp(plan_get(&check->plan, "scan.dwell.rule"), "time") == 0) {
		if (strcmp(window->stop, "time") != 0 || window->closing > 0 ||
		    !(dwell_s >= rule_number(check, "time_s")))
			wrong(check, "point %ld: %s after %g s", row, window->stop, dwell_s);
		return;
	}
	if (window->closing > 1)
		wrong(check, "point %ld: %zu rows closed one window", row, window->closing);
	if (!(dwell_s >= rule_number(check, "min_s")) && strcmp(window->stop, "zero_rate") != 0)
		wrong(check, "point %ld: %g s is less than its least", row, dwell_s);
	if (window->closing == 1 || window->is_timed) {
		if (window->is_short || !(dwell_s < max_s) ||
		    (window->closing == 1 && window->stop[0] && !window->is_timed))
			wrong(check, "point %ld: closed before all had their counts", row);
	} else if (strcmp(window->stop, "max_time") == 0) {
		if (!(dwell_s >= max_s) || (!window->is_short && dwell_s - max_s < 1e-4))
			wrong(check, "point %ld: max_time after %g s", row, dwell_s);
	} else if (strcmp(window->stop, "zero_rate") == 0) {
		if (window->is_hit || !(rule_number(check, "zero_rate_s") > 0) ||
		    !(dwell_s >= zero_s))
			wrong(check, "point %ld: zero_rate after %g s", row, dwell_s);
	} else {
		wrong(check, "point %ld: stop_rule %s", row, window->stop);
	}
	if (rule_number(check, "zero_rate_s") > 0 && !window->is_hit && dwell_s > zero_s + 0.5)
		wrong(check, "point %ld: nothing fired for %g s", row, dwell_s);
	if (dwell_s > max_s + 0.5)
		wrong(check, "point %ld: %g s are more than its most", row, dwell_s);
}

static void add_to_window(struct check *check, struct window *window, const struct table *row,
			  const struct plan_row *planned)
{
	const char *stop = table_cell(row, "stop_rule");
	bool is_full = strcmp(stop, plan_get(&check->plan, "scan.dwell.rule")) == 0 &&
		       strcmp(stop, "time") != 0;
	double hits = number(table_cell(row, "hits")), need = wanted_counts(check);

	if (window->valid++ == 0) {
		window->t0_ns = number(table_cell(row, "t_mono_ns"));
		window->dwell_s = number(table_cell(row, "dwell_s"));
		window->events = number(table_cell(row, "events"));
	}
	if (!same(window->t0_ns, number(table_cell(row, "t_mono_ns"))) ||
	    !same(window->dwell_s, number(table_cell(row, "dwell_s"))) ||
	    (planned->bits != 0 && !isnan(window->events) &&
	     !same(window->events, number(table_cell(row, "events")))))
		wrong(check, "point %s has a window of its own", row->cells[0]);
	if (is_full) {
		window->closing++;
		if (!planned->is_watched || !same(hits, need))
			wrong(check, "point %s: %g hits closed it", row->cells[0], hits);
	} else {
		if (window->stop[0] && strcmp(window->stop, stop) != 0)
			wrong(check, "point %s: stop_rule %s and %s", row->cells[0], stop,
			      window->stop);
		snprintf(window->stop, sizeof(window->stop), "%s", stop);
		window->is_timed |= strcmp(stop, "time") == 0;
	}
	if (planned->is_watched) {
		window->is_short |= hits < need;
		window->is_hit |= hits > 0;
	}
}

/* Returns when it ended; NaN when nothing was counted. */
static double end_window(struct check *check, const struct window *window, double end_ns)
{
	if (window->rows == 0)
		return end_ns;
	if (window->rows != check->plan.places[window->index].row_count)
		wrong(check, "point %ld: %zu rows of %zu", window->first_row, window->rows,
		      check->plan.places[window->index].row_count);
	if (window->valid == 0)
		return end_ns;
	if (window->t0_ns < end_ns)
		wrong(check, "point %ld: windows overlap", window->first_row);
	check_rule(check, window);
	return window->t0_ns + window->dwell_s * 1e9;
}

/* Rows of one write(): of one attempt, or those that take the same attempt back. */
static bool goes_on(const struct check *check, const struct window *window, const struct table *row)
{
	long index = atol(table_cell(row, "index"));

	return window->rows > 0 && index == window->index &&
	       atol(table_cell(row, "attempt")) == window->attempt &&
	       window->rows < check->plan.places[index].row_count;
}

static void check_points(struct check *check)
{
	struct window window = {0};
	double end_ns = 0;
	struct table row;
	long count = 0;

	if (!table_open(&row, check->folder, "points.csv"))
		return;
	while (table_next(&row)) {
		const struct plan_row *planned;

		check_point(check, &row, ++count);
		planned = plan_row(&check->plan, atol(table_cell(&row, "index")),
				   table_cell(&row, "channel"));
		if (planned == NULL)
			continue;
		if (!goes_on(check, &window, &row)) {
			end_ns = end_window(check, &window, end_ns);
			window = (struct window){.index = atol(table_cell(&row, "index")),
						 .attempt = atol(table_cell(&row, "attempt")),
						 .first_row = count};
		}
		if (planned != &check->plan.places[window.index].rows[window.rows])
			wrong(check, "point %s stands in another's place", row.cells[0]);
		window.rows++;
		if (table_is_valid(table_cell(&row, "quality")))
			add_to_window(check, &window, &row, planned);
	}
	end_window(check, &window, end_ns);
	check->points = (unsigned)count;
	table_close(&row);
}

/* ---- scan_results_chN.csv: the last row of each index where that is valid, in order ---- */

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

static void check_results(struct check *check, int id)
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

/* ---- audit.csv: the chain; and with threshold_operations.csv what each channel held ---- */

static void digest(const char *const *parts, size_t count, const size_t *lengths, char out[65])
{
	uint8_t bytes[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA256Update(&context, (const uint8_t *)parts[i],
			     lengths ? lengths[i] : strlen(parts[i]));
	SHA256Final(bytes, &context);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void check_chain(struct check *check, const char *folder, const char *name, const char *seed,
			char head[65])
{
	struct table row;
	long seq = 0;

	digest(&seed, 1, NULL, head);
	if (!table_open(&row, folder, name))
		return;
	while (table_next(&row)) {
		const char *comma = strrchr(row.line, ',');
		const char *parts[] = {head, row.line};
		size_t lengths[] = {64, comma ? (size_t)(comma - row.line) : 0};
		char hash[65];

		digest(parts, 2, lengths, hash);
		if (atol(row.cells[0]) != ++seq)
			wrong(check, "%s: seq %s at row %ld", name, row.cells[0], seq);
		if (strncmp(comma + 1, hash, 64) != 0)
			wrong(check, "%s: the chain breaks at %s", name, row.cells[0]);
		memcpy(head, hash, 65);
	}
	table_close(&row);
}

struct writes {
	double held[SLOTS]; /* last confirmed; NaN = unknown */
	double since_ns[SLOTS];
	bool is_read[SLOTS]; /* a mismatch: known is what was read back, not told here */
	struct table audit, operations, points;
	bool has_point;
	bool is_sent;	 /* a row `sent` without its outcome */
	int orphans;	 /* operations that may have lost their audit rows to kills */
	double sent_ns;	 /* of the last one */
	double sent_old; /* confirmed when the last one left; NaN = unknown */
};

/* Where a written setting is kept: a channel's id, 16 on for each device after the counted one. */
static int slot_of(const struct check *check, const char *target)
{
	char name[64];

	for (int device = 0; *get(check, "devices[%d]", device); device++)
		for (int i = 0; *get(check, "devices[%d].channels[%d]", device, i); i++) {
			int id = atoi(get(check, "devices[%d].channels[%d].id", device, i));

			snprintf(name, sizeof(name), "%s.%s.",
				 get(check, "devices[%d].name", device),
				 get(check, "devices[%d].channels[%d].name", device, i));
			if (strncmp(target, name, strlen(name)) == 0)
				return 16 * ((device - check->plan.device + 16) % 16) + id % 16;
		}
	return strcmp(target, get(check, "scan.set")) == 0 ? AXIS_SLOT : SWITCH_SLOT;
}

static int axis_slot(const struct check *check)
{
	return slot_of(check, get(check, "scan.set"));
}

static void check_held(struct check *check, const struct writes *writes, const char *point,
		       int slot, double wanted)
{
	double age_s =
	    (number(table_cell(&writes->points, "t_mono_ns")) - writes->since_ns[slot]) / 1e9;

	if (!same(writes->held[slot], wanted))
		wrong(check, "point %s: the last confirmed write of %d was %g, not %g", point, slot,
		      writes->held[slot], wanted);
	if (age_s < check->settle_s)
		wrong(check, "point %s: %g s after its write, settle is %g s", point, age_s,
		      check->settle_s);
}

/* What the plan sets at this index was held, and what it does not set was out of the way. */
static void check_settings(struct check *check, const struct writes *writes)
{
	const struct table *row = &writes->points;
	const struct plan_place *place = &check->plan.places[atol(table_cell(row, "index"))];

	if (check->plan.is_one) {
		check_held(check, writes, row->cells[0], axis_slot(check), place->entries[0].set);
		return;
	}
	for (int i = 0; *get(check, "devices[%d].channels[%d]", check->plan.device, i); i++) {
		const char *name =
		    get(check, "devices[%d].channels[%d].name", check->plan.device, i);
		const struct plan_entry *entry = plan_entry_of(place, name);
		int slot = plan_channel_id(&check->plan, name);

		if (entry)
			check_held(check, writes, row->cells[0], slot, entry->set);
		else if (writes->since_ns[slot] > 0 && !same(writes->held[slot], check->suppress))
			wrong(check, "point %s: %s was not suppressed", row->cells[0], name);
	}
}

/* All windows that end before this write: their settings were held, nothing was under way. */
static void check_windows(struct check *check, struct writes *writes, double until_ns)
{
	while (writes->has_point) {
		const struct table *row = &writes->points;
		double t0_ns = number(table_cell(row, "t_mono_ns"));
		double t1_ns = t0_ns + number(table_cell(row, "dwell_s")) * 1e9;

		if (table_is_valid(table_cell(row, "quality"))) {
			if (t0_ns >= until_ns)
				return;
			if (t1_ns > until_ns)
				wrong(check, "point %s: a write left during its window",
				      row->cells[0]);
			check_settings(check, writes);
		}
		writes->has_point = table_next(&writes->points);
	}
}

static bool is_operation_of(const struct table *audit, const struct table *row, int id)
{
	bool is_ok = strcmp(table_cell(audit, "status"), "ok") == 0;

	return atoi(row->cells[1]) == id && strcmp(row->cells[2], table_cell(audit, "old")) == 0 &&
	       strcmp(row->cells[3], table_cell(audit, "new")) == 0 &&
	       is_ok == !strcmp(row->cells[4], "success") && is_utc(row->cells[0]) &&
	       !strchr(row->cells[2], '.') && !strchr(row->cells[3], '.');
}

static void check_operation(struct check *check, struct writes *writes, int id)
{
	const struct table *audit = &writes->audit, *row = &writes->operations;
	int orphans = writes->orphans;

	writes->orphans = 0;
	do {
		if (!table_next(&writes->operations)) {
			wrong(check, "audit row %s has no threshold operation", audit->cells[0]);
			return;
		}
	} while (orphans-- > 0 && !is_operation_of(audit, row, id));
	if (!is_operation_of(audit, row, id))
		wrong(check, "the operation of audit row %s is %s", audit->cells[0], row->line);
}

static void check_outcome(struct check *check, struct writes *writes)
{
	const struct table *row = &writes->audit;
	const char *status = table_cell(row, "status"), *old = table_cell(row, "old");
	int id = slot_of(check, table_cell(row, "target"));

	bool is_not_sent =
	    strcmp(status, "cancelled") == 0 && strcmp(table_cell(row, "detail"), "not sent") == 0;

	if (!writes->is_sent && !is_not_sent) /* a row `sent` that found no room: it never left */
		wrong(check, "audit row %s: an outcome of nothing sent", row->cells[0]);
	writes->is_sent = false;
	if (is_not_sent)
		return;
	check->is_touched = true;
	if (writes->since_ns[id] == 0)
		writes->held[id] = number(old); /* known from before the run */
	if (id < SWITCH_SLOT || strstr(table_cell(row, "target"), ".threshold"))
		check_operation(check, writes, id % 16);
	if (*old && writes->since_ns[id] > 0 && !writes->is_read[id] &&
	    !same(number(old), writes->sent_old))
		wrong(check, "audit row %s: old is %s, confirmed was %g", row->cells[0], old,
		      writes->sent_old);
	if (strcmp(status, "refused") != 0)
		writes->is_read[id] = strcmp(status, "mismatch") == 0;
	writes->since_ns[id] = writes->sent_ns;
	check->is_back[id] =
	    strcmp(status, "ok") == 0 && strcmp(table_cell(row, "action"), "restore") == 0;
	if (strcmp(status, "ok") == 0)
		writes->held[id] = number(table_cell(row, "new"));
	else if (strcmp(status, "refused") != 0)
		writes->held[id] = NAN;
}

/* The run goes on after its program had died: what is held is told by what follows. */
static void begin_anew(struct check *check, struct writes *writes)
{
	if (writes->is_sent)
		check->is_touched = true;
	check_windows(check, writes, number(table_cell(&writes->audit, "t_mono_ns")));
	for (int id = 0; id < SLOTS; id++)
		writes->since_ns[id] = 0;
	writes->orphans += writes->is_sent;
	writes->is_sent = false;
}

static void check_audit_row(struct check *check, struct writes *writes)
{
	const struct table *row = &writes->audit;
	const char *action = table_cell(row, "action"), *status = table_cell(row, "status");

	if (!is_utc(row->cells[1]))
		wrong(check, "audit row %s has no time", row->cells[0]);
	if (strcmp(action, "lost") == 0)
		for (int id = 0; id < SLOTS; id++)
			writes->held[id] = NAN;
	if (strcmp(action, "run.reopen") == 0)
		begin_anew(check, writes);
	if (strcmp(action, "set") != 0 && strcmp(action, "restore") != 0)
		return;
	if (strcmp(status, "sent") != 0) {
		check_outcome(check, writes);
		return;
	}
	if (writes->is_sent)
		wrong(check, "audit row %s: sent before the last one came back", row->cells[0]);
	check_windows(check, writes, number(table_cell(row, "t_mono_ns")));
	writes->is_sent = true;
	check->is_back[slot_of(check, table_cell(row, "target"))] = false;
	writes->sent_ns = number(table_cell(row, "t_mono_ns"));
	writes->sent_old = writes->held[slot_of(check, table_cell(row, "target"))];
}

static void check_writes(struct check *check)
{
	struct writes writes = {0};

	for (int id = 0; id < SLOTS; id++)
		writes.held[id] = NAN;
	if (!table_open(&writes.audit, check->folder, "audit.csv") ||
	    !table_open(&writes.operations, check->folder, "threshold_operations.csv") ||
	    !table_open(&writes.points, check->folder, "points.csv"))
		return;
	writes.has_point = table_next(&writes.points);
	while (table_next(&writes.audit))
		check_audit_row(check, &writes);
	check_windows(check, &writes, INFINITY);
	check->is_touched |= writes.is_sent;
	if (table_next(&writes.operations) && !check->is_killed)
		wrong(check, "an operation that audit.csv does not have: %s",
		      writes.operations.line);
	if (writes.is_sent && !check->is_killed)
		wrong(check, "the last write has no outcome");
	table_close(&writes.audit);
	table_close(&writes.operations);
	table_close(&writes.points);
}

/* ---- run.yaml and the state file ---- */

static void check_keys(struct check *check)
{
	static const char *const keys[] = {"schema.run",
					   "schema.points",
					   "schema.scan_results",
					   "schema.audit",
					   "run",
					   "uid",
					   "bench",
					   "bench_file",
					   "bench_sha256",
					   "bench_text",
					   "overrides",
					   "plan",
					   "kind",
					   "name",
					   "simulated",
					   "state",
					   "reason",
					   "exit",
					   "operator",
					   "sample",
					   "label",
					   "host",
					   "version",
					   "times.boot_id",
					   "times.created_at",
					   "times.started_at",
					   "times.started_mono_ns",
					   "times.finished_at",
					   "points.planned",
					   "points.done",
					   "points.durable",
					   "points.invalid",
					   "audit_head",
					   "devices[0].name",
					   "restore",
					   "files",
					   "errors",
					   "scan.order",
					   "scan.seed",
					   "result.success",
					   "result.scanned_channels",
					   "result.files",
					   "result.errors",
					   "result.channels[0].channel",
					   "result.channels[0].files",
					   "result.channels[0].error"};
	const char *text = get(check, "bench_text");
	char hash[65];

	int probed = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!flat_get(&check->run, keys[i]))
			wrong(check, "run.yaml has no %s", keys[i]);
	for (int i = 0; i < 16; i++)
		probed += *get(check, "devices[%d].firmware", i) != '\0';
	if (probed == 0)
		wrong(check, "run.yaml tells no device's firmware");
	digest(&text, 1, NULL, hash);
	if (strcmp(hash, get(check, "bench_sha256")) != 0)
		wrong(check, "bench_sha256 is not that of bench_text");
}

/* What anybody may add after the run's last word. */
static bool is_added(const char *name)
{
	static const char *const names[] = {"run.yaml", "status", "notes.csv"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return name[0] == '.';
}

static void check_file_list(struct check *check)
{
	DIR *dir = opendir(check->folder);
	struct dirent *entry;
	char path[4096];

	for (int i = 0; *get(check, "files[%d]", i); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", check->folder, get(check, "files[%d]", i));
		file = fopen(path, "re");
		if (file == NULL)
			wrong(check, "%s is listed and not there", get(check, "files[%d]", i));
		else
			fclose(file);
		if (strcmp(get(check, "files[%d]", i), get(check, "result.files[%d]", i)) != 0)
			wrong(check, "files and result.files differ");
	}
	while (dir && (entry = readdir(dir)) != NULL) {
		bool is_listed = is_added(entry->d_name);

		for (int i = 0; !is_listed && *get(check, "files[%d]", i); i++)
			is_listed = !strcmp(get(check, "files[%d]", i), entry->d_name);
		if (!is_listed)
			wrong(check, "%s is there and not listed", entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static void check_counts(struct check *check)
{
	long done = 0, invalid = 0, durable = atol(get(check, "points.durable"));
	long planned = (long)check->plan.count;

	for (long i = 1; i <= planned; i++) {
		const struct plan_place *place = &check->plan.places[i];
		bool is_done = true, is_valid = true;

		for (size_t r = 0; r < place->row_count; r++) {
			is_done &= place->rows[r].last_row && !place->rows[r].is_last_void;
			is_valid &= place->rows[r].is_last_valid;
		}
		done += is_done;
		invalid += is_done && !is_valid;
	}
	if (atol(get(check, "points.planned")) != planned ||
	    atol(get(check, "points.done")) != done || durable != done ||
	    atol(get(check, "points.invalid")) != invalid)
		wrong(check,
		      "run.yaml says %s points, %s done, %s durable, %s invalid; "
		      "points.csv says %ld, %ld, %ld, %ld",
		      get(check, "points.planned"), get(check, "points.done"),
		      get(check, "points.durable"), get(check, "points.invalid"), planned, done,
		      done, invalid);
	for (int i = 0; *get(check, "result.channels[%d]", i); i++) {
		const char *name = get(check, "result.channels[%d].channel", i);
		long ok = 0, bad = 0;

		for (long k = 1; k <= planned; k++) {
			const struct plan_row *row = plan_row(&check->plan, k, name);
			bool is_here = row && row->last_row && !row->is_last_void;

			ok += is_here && row->is_last_valid;
			bad += is_here && !row->is_last_valid;
		}
		if (atol(get(check, "result.channels[%d].points_ok", i)) != ok ||
		    atol(get(check, "result.channels[%d].points_invalid", i)) != bad)
			wrong(check, "result.channels[%d]: %ld ok, %ld invalid are right", i, ok,
			      bad);
	}
}

static void check_end(struct check *check, const char *head)
{
	const char *state = get(check, "state"), *status = get(check, "exit");
	bool is_finished = !strcmp(state, "finished");
	long invalid = atol(get(check, "points.invalid"));
	char workspace[4096], name[300], chain[65], detail[128];
	struct table row;
	bool is_anchored = false;

	if (strcmp(get(check, "audit_head"), head) != 0)
		wrong(check, "audit_head is not the head of audit.csv");
	if (is_finished && atoi(status) != (invalid ? 4 : 0))
		wrong(check, "finished with %ld invalid points, exit %s", invalid, status);
	if (!strcmp(state, "interrupted") && strcmp(status, "3") && strcmp(status, "143"))
		wrong(check, "interrupted, exit %s", status);
	if (!strcmp(state, "crashed") && strcmp(status, "1"))
		wrong(check, "crashed, exit %s", status);
	if (is_finished && atol(get(check, "points.done")) != (long)check->plan.count)
		wrong(check, "finished with points missing");
	snprintf(workspace, sizeof(workspace), "%s/../..", check->folder);
	snprintf(name, sizeof(name), "%s.audit.csv", get(check, "bench"));
	snprintf(detail, sizeof(detail), "run chain %s", head);
	check_chain(check, workspace, name, get(check, "bench"), chain);
	if (table_open(&row, workspace, name))
		while (table_next(&row))
			is_anchored |= !strcmp(table_cell(&row, "detail"), detail);
	if (!is_anchored)
		wrong(check, "the bench's chain does not hold the run's head");
	table_close(&row);
}

/* Pending is what was to be put back and is not. Only the newest run of a bench may be asked. */
static void check_state(struct check *check)
{
	char path[4096];
	bool is_restored = true, is_back = true, is_pending;

	snprintf(path, sizeof(path), "%s/../../%s.state.yaml", check->folder, get(check, "bench"));
	if (!flat_load(&check->state, path)) {
		if (check->is_touched) /* it comes with the first debt */
			wrong(check, "no state file");
		return;
	}
	is_pending = flat_get(&check->state, "pending_restore.run") != NULL;
	for (int i = 0; *get(check, "restore[%d]", i); i++)
		is_restored &= !strcmp(get(check, "restore[%d].confirmed", i), "true");
	if (check->plan.is_one)
		is_back = check->is_back[axis_slot(check)];
	for (int i = 0;
	     !check->plan.is_one && *get(check, "devices[%d].channels[%d]", check->plan.device, i);
	     i++)
		is_back &= check->is_back[atoi(
		    get(check, "devices[%d].channels[%d].id", check->plan.device, i))];
	if (!check->is_over && check->is_touched && !is_back && !is_pending)
		wrong(check, "the settings are not put back, and not pending");
	/* Where nothing was touched an older run's debt may stand, or this one's: it changes
	 * nothing. */
	if (check->is_over && check->is_touched && is_pending == is_restored)
		wrong(check, "the settings are %sput back, and %spending",
		      is_restored ? "" : "not ", is_pending ? "" : "not ");
}

int main(int argc, char **argv)
{
	static struct check check;
	char path[4096], head[65];

	if (argc < 2) {
		fprintf(stderr, "usage: files_check RUN_FOLDER [killed]\n");
		return 2;
	}
	check.folder = argv[1];
	check.is_killed = argc > 2 && strcmp(argv[2], "killed") == 0;
	snprintf(path, sizeof(path), "%s/run.yaml", argv[1]);
	if (!flat_load(&check.run, path)) {
		printf("not right: no run.yaml, or it is no YAML\n");
		return 1;
	}
	check.is_over = strcmp(get(&check, "state"), "finished") == 0 ||
			strcmp(get(&check, "state"), "interrupted") == 0 ||
			strcmp(get(&check, "state"), "crashed") == 0;
	check.settle_s =
	    number(get(&check, "scan.settle_s")) + number(get(&check, "scan.discard_first_s"));
	check.suppress = number(get(&check, "scan.suppress"));
	if (!check.is_killed && !check.is_over)
		wrong(&check, "the state is %s and nobody runs it", get(&check, "state"));
	plan_load(&check.plan, &check.run);
	check.tau_s = number(get(&check, "devices[%d].dead_time_tau_s", check.plan.device));
	if (check.plan.wrong)
		wrong(&check, "the plan jumps over %u indexes", check.plan.wrong);
	check_keys(&check);
	check_shape(&check, "points.csv", points_header);
	check_shape(&check, "threshold_operations.csv", operations_header);
	check_shape(&check, "audit.csv", audit_header);
	check_shape(&check, "settings.csv", settings_header);
	check_points(&check);
	for (int i = 0; *get(&check, "result.channels[%d]", i); i++)
		check_results(
		    &check,
		    plan_channel_id(&check.plan, get(&check, "result.channels[%d].channel", i)));
	check_chain(&check, argv[1], "audit.csv", get(&check, "uid"), head);
	check_writes(&check);
	check.wrong += seal_check(argv[1], check.is_over);
	if (check.is_over) {
		check_file_list(&check);
		check_counts(&check);
		check_end(&check, head);
	}
	check_state(&check);
	printf("state=%s points=%u wrong=%u\n", get(&check, "state"), check.points, check.wrong);
	return check.wrong == 0 ? 0 : 1;
}
