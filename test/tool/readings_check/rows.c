/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - each row: on the grid, with its bus, answered or with a reason. */
#include "readings_check.h"

struct device *device_of(struct check *check, const char *name)
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

void take_rows(struct check *check)
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
