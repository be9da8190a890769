/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_check RUN_FOLDER [[DEVICE=]TRUTH.csv...] - holds the rows of a recording against its
 * books and against the truth logs of simulated controllers (sim/ezzone_truth.h).
 *
 * Rows: every tick is on the grid, never early, at most half a period late, of one bus once. For
 * each slot and bus there is a tick, or one gap of the whole bus covers it; in a tick each device
 * has a row for each of its parameters, up to one that was not answered, or one gap of its own
 * covers it. A read that failed has a reason and no value. Books (run.yaml): rows, gaps, slots by
 * class, reads by outcome; a recording that finished by itself has all of its slots.
 *
 * Values: the one of a row is what that unit held as its process value when it answered the last
 * request between requested and received, and that answer was whole and left before received; a
 * set point is what was written last. Prints one line a violation and a summary with what was
 * counted, as key=value words; exit 0 when nothing is wrong.
 */
#include "csv_table.h"
#include "yaml_flat.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define DEVICES_MAX   64
#define SLOTS_MAX     4000000
#define UNITS_MAX     256
#define REQUEST_SLACK 1000 /* ns: halves of a latency are rounded */

struct event {
	int64_t t_ns, before_ns, request_ns;
	enum { REQUEST, REPLY, OTHER, WRITE } kind;
	int unit, parameter, instance;
	double inputs[2], old, fresh;
};

enum answered { NO, UNSURE, YES };

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

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void wrong(struct check *check, const struct table *row, const char *what, double have,
		  double want)
{
	check->wrong++;
	if (check->wrong > 20)
		return;
	printf("not right: tick %s device %s %s: %s is %.17g, not %.17g\n",
	       row ? table_cell(row, "tick") : "-", row ? table_cell(row, "device") : "-",
	       row ? table_cell(row, "parameter") : "-", what, have, want);
}

static int64_t integer(const struct table *row, const char *column)
{
	return strtoll(table_cell(row, column), NULL, 10);
}

static double number(const struct table *row, const char *column)
{
	const char *cell = table_cell(row, column);

	return *cell != '\0' ? strtod(cell, NULL) : NAN;
}

static double book(const struct check *check, const char *name)
{
	char path[64];
	const char *value;

	snprintf(path, sizeof(path), "books.%s", name);
	value = flat_get(&check->run, path);
	return value ? strtod(value, NULL) : NAN;
}

/* ---- the truth ---- */

static void truth_load(struct truth *truth, const char *argument)
{
	const char *path = strchr(argument, '=');
	char folder[4096];
	struct table table;

	if (path)
		snprintf(truth->device, sizeof(truth->device), "%.*s", (int)(path - argument),
			 argument);
	snprintf(folder, sizeof(folder), "%s", path ? path + 1 : argument);
	path = strrchr(folder, '/');
	if (!path) {
		printf("# the truth log is named with its folder\n");
		exit(1);
	}
	folder[path - folder] = '\0';
	if (!table_open(&table, folder, path + 1)) {
		printf("# no truth log %s/%s\n", folder, path + 1);
		exit(1);
	}
	truth->events = calloc(table.line_count, sizeof(*truth->events));
	while (table_next(&table) && table.is_whole) {
		const char *kind = table_cell(&table, "kind");
		struct event *event = &truth->events[truth->count++];

		*event = (struct event){
		    .t_ns = integer(&table, "t_mono_ns"),
		    .before_ns = integer(&table, "t_before_ns"),
		    .request_ns = integer(&table, "t_request_ns"),
		    .unit = (int)integer(&table, "unit"),
		    .parameter = (int)integer(&table, "parameter"),
		    .instance = (int)integer(&table, "instance"),
		    .inputs = {number(&table, "input1"), number(&table, "input2")},
		    .old = number(&table, "old"),
		    .fresh = number(&table, "new"),
		    .kind = is(kind, "request") ? REQUEST
			    : is(kind, "reply") ? REPLY
			    : is(kind, "write") ? WRITE
						: OTHER,
		};
	}
	table_close(&table);
}

static const struct truth *truth_of(const struct check *check, const char *device)
{
	const struct truth *found = NULL;

	for (size_t i = 0; i < check->truth_count; i++) {
		if (is(check->truths[i].device, device))
			return &check->truths[i];
		if (check->truths[i].device[0] == '\0')
			found = &check->truths[i];
	}
	return found;
}

/* The answer to the last request of a time; NULL when there is none that was whole. */
static const struct event *answer_of(const struct truth *truth, int unit, int64_t from_ns,
				     int64_t to_ns)
{
	const struct event *request = NULL;

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind == REQUEST && event->unit == unit &&
		    event->t_ns >= from_ns - REQUEST_SLACK && event->t_ns <= to_ns)
			request = event;
	}
	for (size_t i = 0; i < truth->count && request; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind == REPLY && event->unit == unit &&
		    event->request_ns == request->t_ns && event->before_ns <= to_ns)
			return event;
	}
	return NULL;
}

/* The set point of a unit: what was written last before a time, or what the first write found
 * there; NaN when it never was. */
static double setpoint_at(const struct truth *truth, int unit, int instance, int64_t t_ns)
{
	double value = NAN;

	for (size_t i = 0; i < truth->count; i++) {
		const struct event *event = &truth->events[i];

		if (event->kind != WRITE || event->unit != unit || event->parameter != 7001 ||
		    event->instance != instance)
			continue;
		if (event->t_ns <= t_ns)
			value = event->fresh;
		else if (isnan(value))
			return event->old;
	}
	return value;
}

static void check_value(struct check *check, const struct table *row)
{
	const struct truth *truth = truth_of(check, table_cell(row, "device"));
	const char *parameter = table_cell(row, "parameter");
	int64_t half_ns = (int64_t)llround(number(row, "latency_s") * 0.5e9);
	int64_t middle_ns = integer(row, "t_mono_ns");
	int unit = (int)integer(row, "address"), instance = (int)integer(row, "instance");
	const struct event *answer;
	double want = NAN, have = number(row, "value");

	if (!truth || (!is(parameter, "process_value") && !is(parameter, "setpoint")))
		return;
	answer = answer_of(truth, unit, middle_ns - half_ns, middle_ns + half_ns + REQUEST_SLACK);
	if (!answer) {
		wrong(check, row, "a value without a whole answer", have, NAN);
		return;
	}
	if (is(parameter, "process_value") && instance >= 1 && instance <= 2)
		want = answer->inputs[instance - 1];
	else if (is(parameter, "setpoint"))
		want = setpoint_at(truth, unit, instance, answer->request_ns);
	if (isnan(want))
		return;
	check->values++;
	if ((float)have != (float)want) /* the shortest number that is that float */
		wrong(check, row, "the value", have, want);
}

/* ---- rows ---- */

static struct device *device_of(struct check *check, const char *name)
{
	for (size_t i = 0; i < check->device_count; i++)
		if (is(check->devices[i].name, name))
			return &check->devices[i];
	return NULL;
}

static void check_slot(struct check *check, const struct table *row, uint64_t n)
{
	int64_t scheduled_ns = integer(row, "scheduled_ns");
	double want = (double)n * 1e9 / check->rate_hz;

	if (check->start_ns == 0)
		check->start_ns = scheduled_ns - (int64_t)llround(want);
	if (fabs((double)(scheduled_ns - check->start_ns) - want) > 2)
		wrong(check, row, "behind the first slot it",
		      (double)(scheduled_ns - check->start_ns), want);
}

static void take_gap(struct check *check, const struct table *row, uint64_t n)
{
	const char *name = table_cell(row, "device"), *reason = table_cell(row, "reason");
	struct device *device = device_of(check, name);
	unsigned long long slots = 0;
	int length = 0;

	check->gap_rows++;
	if (sscanf(reason, "n=%llu; %n", &slots, &length) != 1 || length == 0 || slots == 0 ||
	    reason[length] == '\0' || n + slots > SLOTS_MAX || (*name != '\0' && !device)) {
		wrong(check, row, "the gap's slots", (double)slots, NAN);
		return;
	}
	for (uint64_t i = n; i < n + slots; i++)
		(device ? device->gaps : check->gaps)[i]++;
	if (n + slots > check->slots_end)
		check->slots_end = n + slots;
	if (device)
		return;
	if (is(reason + length, "dropped"))
		check->dropped_gap += slots;
	else if (strstr(reason + length, "dropped"))
		check->mixed_gap += slots;
	else
		check->skipped_gap += slots;
}

/* Whether the device answered: NO, YES, or UNSURE, where an answer that could not be read looks
 * like one that is no value. */
static enum answered answered(const struct table *row)
{
	const char *status = table_cell(row, "status"), *reason = table_cell(row, "reason");

	if (is(status, "ok") || is(status, "stale") || is(status, "over"))
		return YES;
	if (is(status, "invalid"))
		return UNSURE;
	return strstr(reason, "exception") || strstr(reason, "refuse") ||
		       strstr(reason, "unsupported")
		   ? YES
		   : NO;
}

static void take_read(struct check *check, const struct table *row, uint64_t n)
{
	struct device *device = device_of(check, table_cell(row, "device"));
	double period_ns = 1e9 / check->rate_hz, lateness_ns = number(row, "lateness_ns");
	const char *status = table_cell(row, "status");

	check->rows++;
	if (!device) {
		wrong(check, row, "the device is not recorded: it", NAN, NAN);
		return;
	}
	device->rows[n]++;
	device->has_missing[n] |= is(status, "missing");
	if (answered(row) > check->answered[device->bus][n])
		check->answered[device->bus][n] = (uint8_t)answered(row);
	check->late[device->bus][n] |=
	    lateness_ns > (period_ns / 100 > 1e6 ? floor(period_ns / 100) : 1e6);
	if (!(lateness_ns >= 0 && lateness_ns <= period_ns / 2 + 1))
		wrong(check, row, "lateness_ns", lateness_ns, period_ns / 2);
	if (n >= check->slots_end)
		check->slots_end = n + 1;
	if (is(status, "ok") || is(status, "stale")) {
		check->ok++;
		check_value(check, row);
		return;
	}
	check->failed++;
	if (table_cell(row, "value")[0] != '\0' || table_cell(row, "reason")[0] == '\0')
		wrong(check, row,
		      "a read that failed has a value or no reason:", number(row, "value"), NAN);
}

static void take_rows(struct check *check)
{
	struct table row;

	if (!table_open(&row, check->folder, "readings.csv")) {
		printf("# no readings.csv\n");
		exit(1);
	}
	while (table_next(&row)) {
		uint64_t n = (uint64_t)integer(&row, "tick");

		if (!row.is_whole || n >= SLOTS_MAX) {
			wrong(check, NULL, "the row is torn, or its tick", (double)n, SLOTS_MAX);
			continue;
		}
		check_slot(check, &row, n);
		if (is(table_cell(&row, "status"), "gap"))
			take_gap(check, &row, n);
		else
			take_read(check, &row, n);
	}
	table_close(&row);
}

/* ---- slots ---- */

static void slot_wrong(struct check *check, uint64_t n, const char *who, const char *what,
		       double have, double want)
{
	if (++check->wrong <= 20)
		printf("not right: slot %llu of %s: %s is %g, not %g\n", (unsigned long long)n, who,
		       what, have, want);
}

/* Whether the bus was polled in a slot. */
static bool is_polled(const struct check *check, int bus, uint64_t n)
{
	for (size_t i = 0; i < check->device_count; i++)
		if (check->devices[i].bus == bus && check->devices[i].rows[n] > 0)
			return true;
	return false;
}

static void check_devices(struct check *check, uint64_t n)
{
	for (size_t i = 0; i < check->device_count; i++) {
		struct device *device = &check->devices[i];
		bool is_read = device->rows[n] > 0;

		if (device->rows[n] > device->parameters ||
		    (is_read && device->rows[n] < device->parameters && !device->has_missing[n]))
			slot_wrong(check, n, device->name, "rows", device->rows[n],
				   device->parameters);
		device->read += is_read;
		if (is_polled(check, device->bus, n) && is_read + device->gaps[n] != 1)
			slot_wrong(check, n, device->name, "ticks and gaps of it",
				   is_read + device->gaps[n], 1);
	}
}

static void check_books(struct check *check, const uint64_t classes[4])
{
	static const char *const names[] = {"on_time", "late", "failed"};
	static const char *const skips[] = {"overrun",	 "blocked", "disconnected",
					    "suspended", "busy",    "unsupported"};
	static const char *const faults[] = {"unanswered", "protocol", "refused", "unsupported",
					     "invalid",	   "over",     "lost"};
	double reads = book(check, "reads_ok"), skipped = 0, dropped = book(check, "dropped");
	uint64_t emitted = classes[0] + classes[1] + classes[2] + classes[3];
	char path[64];

	for (size_t i = 0; i < sizeof(skips) / sizeof(*skips); i++) {
		snprintf(path, sizeof(path), "skipped.%s", skips[i]);
		skipped += book(check, path);
	}
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		snprintf(path, sizeof(path), "reads_failed.%s", faults[i]);
		reads += book(check, path);
	}
	for (int i = 0; i < 3; i++) {
		if (book(check, names[i]) < (double)classes[i] ||
		    book(check, names[i]) > (double)(classes[i] + classes[3]))
			wrong(check, NULL, names[i], book(check, names[i]), (double)classes[i]);
	}
	if (book(check, "samples_emitted") != (double)emitted)
		wrong(check, NULL, "samples_emitted", book(check, "samples_emitted"),
		      (double)emitted);
	if (book(check, "samples_late") != skipped + dropped)
		wrong(check, NULL, "samples_late", book(check, "samples_late"), skipped + dropped);
	if (skipped + dropped !=
	    (double)(check->skipped_gap + check->dropped_gap + check->mixed_gap))
		wrong(check, NULL, "skipped and dropped", skipped + dropped,
		      (double)(check->skipped_gap + check->dropped_gap + check->mixed_gap));
	if (check->mixed_gap == 0 && dropped != (double)check->dropped_gap)
		wrong(check, NULL, "dropped", dropped, (double)check->dropped_gap);
	if (book(check, "rows") != (double)check->rows)
		wrong(check, NULL, "rows", book(check, "rows"), (double)check->rows);
	if (book(check, "gaps") != (double)check->gap_rows)
		wrong(check, NULL, "gaps", book(check, "gaps"), (double)check->gap_rows);
	if (dropped == 0 && reads != (double)check->rows)
		wrong(check, NULL, "reads in all", reads, (double)check->rows);
	if (dropped == 0 && book(check, "reads_ok") != (double)check->ok)
		wrong(check, NULL, "reads_ok", book(check, "reads_ok"), (double)check->ok);
	if (reads < (double)check->rows)
		wrong(check, NULL, "reads in all", reads, (double)check->rows);
}

static void check_end(struct check *check)
{
	const char *state = flat_get(&check->run, "state");
	const char *time = flat_get(&check->run, "recording.time_s");
	const char *ticks = flat_get(&check->run, "recording.ticks");
	double want;

	if (!state || !is(state, "finished"))
		return;
	if (ticks && strtod(ticks, NULL) > 0)
		want = strtod(ticks, NULL);
	else if (time && strtod(time, NULL) > 0)
		want = fmax(1, round(strtod(time, NULL) * check->rate_hz));
	else
		return;
	if ((double)check->slots_end != want)
		wrong(check, NULL, "slots in all", (double)check->slots_end, want);
}

static void check_slots(struct check *check, bool has_books)
{
	uint64_t classes[4] = {0};

	for (uint64_t n = 0; n < check->slots_end; n++) {
		int polled = 0;

		for (int bus = 0; bus < check->buses; bus++) {
			if (!is_polled(check, bus, n))
				continue;
			polled++;
			classes[check->answered[bus][n] == UNSURE ? 3
				: check->answered[bus][n] == NO	  ? 2
				: check->late[bus][n]		  ? 1
								  : 0]++;
		}
		/* Buses that were killed, or stopped by hand, end where they are. */
		if (polled + check->gaps[n] != check->buses &&
		    (has_books || polled + check->gaps[n] > check->buses))
			slot_wrong(check, n, "all buses", "ticks and gaps", polled + check->gaps[n],
				   check->buses);
		check_devices(check, n);
	}
	if (has_books) {
		check_books(check, classes);
		check_end(check);
	}
}

/* ---- the run ---- */

static void *room(size_t count, size_t size)
{
	void *bytes = calloc(count, size);

	if (!bytes)
		abort();
	return bytes;
}

static const char *port_of(const struct check *check, const char *device)
{
	char path[64];
	const char *name;

	for (int i = 0;; i++) {
		snprintf(path, sizeof(path), "devices[%d].name", i);
		name = flat_get(&check->run, path);
		if (!name)
			return "";
		snprintf(path, sizeof(path), "devices[%d].port", i);
		if (is(name, device))
			return flat_get(&check->run, path);
	}
}

static void add_parameter(struct check *check, const char *parameter)
{
	struct device *device;
	char name[64];
	size_t length = strcspn(parameter, ".");

	snprintf(name, sizeof(name), "%.*s", (int)length, parameter);
	device = device_of(check, name);
	if (!device) {
		device = &check->devices[check->device_count++];
		snprintf(device->name, sizeof(device->name), "%s", name);
		device->bus = check->buses;
		for (size_t i = 0; i + 1 < check->device_count; i++)
			if (is(port_of(check, check->devices[i].name), port_of(check, name)))
				device->bus = check->devices[i].bus;
		check->buses += device->bus == check->buses;
		device->rows = room(SLOTS_MAX, sizeof(*device->rows));
		device->has_missing = room(SLOTS_MAX, 1);
		device->gaps = room(SLOTS_MAX, sizeof(*device->gaps));
		check->answered[device->bus] = room(SLOTS_MAX, 1);
		check->late[device->bus] = room(SLOTS_MAX, 1);
	}
	device->parameters++;
}

static void load(struct check *check)
{
	char path[4096];
	const char *value;

	snprintf(path, sizeof(path), "%s/run.yaml", check->folder);
	if (!flat_load(&check->run, path) || !flat_get(&check->run, "recording.rate_hz")) {
		printf("# %s is no recording\n", path);
		exit(1);
	}
	check->rate_hz = strtod(flat_get(&check->run, "recording.rate_hz"), NULL);
	check->gaps = room(SLOTS_MAX, 1);
	for (int i = 0; i < 4096 && check->device_count < DEVICES_MAX; i++) {
		snprintf(path, sizeof(path), "recording.parameters[%d].path", i);
		value = flat_get(&check->run, path);
		if (!value)
			break;
		add_parameter(check, value);
	}
}

int main(int argc, char **argv)
{
	static struct check check;
	const char *state;
	bool has_books;

	if (argc < 2) {
		printf("usage: readings_check RUN_FOLDER [[DEVICE=]TRUTH.csv...]\n");
		return 2;
	}
	check.folder = argv[1];
	for (int i = 2; i < argc && check.truth_count < DEVICES_MAX; i++)
		truth_load(&check.truths[check.truth_count++], argv[i]);
	load(&check);
	state = flat_get(&check.run, "state");
	/* The books of one that was killed are those of a moment before. */
	has_books = state && (is(state, "finished") || is(state, "interrupted"));
	take_rows(&check);
	check_slots(&check, has_books);
	printf("slots=%llu rows=%llu gaps=%llu ok=%llu failed=%llu compared=%llu wrong=%llu",
	       (unsigned long long)check.slots_end, (unsigned long long)check.rows,
	       (unsigned long long)check.gap_rows, (unsigned long long)check.ok,
	       (unsigned long long)check.failed, (unsigned long long)check.values,
	       (unsigned long long)check.wrong);
	for (size_t i = 0; i < check.device_count; i++)
		printf(" %s=%llu", check.devices[i].name,
		       (unsigned long long)check.devices[i].read);
	printf("\n");
	if (check.truth_count > 0 && check.values == 0) {
		printf("not right: no value was compared\n");
		return 1;
	}
	return check.wrong > 0;
}
