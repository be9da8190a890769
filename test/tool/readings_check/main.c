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
#include "readings_check.h"

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
