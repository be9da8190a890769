/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slots.c - each slot once on each bus, and the books of run.yaml. */
#include "readings_check.h"

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

void check_slots(struct check *check, bool has_books)
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
