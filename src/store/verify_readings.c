/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_readings.c - readings.csv of a recording against itself and against the books.
 *
 * Rows of one device come in the order of its ticks, whatever the other buses do. Devices on one
 * port are polled in one tick: the ticks that a bus has rows of are those that were on time, late
 * or failed, and gaps of a whole bus are the slots that were skipped or dropped. The first bad line
 * is told; behind it nothing is counted.
 */
#include "store/verify_inside.h"

#include "store/readings_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct series {
	bool has_tick;
	uint64_t tick; /* the last one */
};

struct tally {
	struct verify *verify;
	struct series *devices; /* as record.devices */
	struct series *buses;	/* by the first device that has the port */
	uint64_t rows, gaps, ticks, lost_slots;
};

static size_t device_of(const struct pl_run_record *record, const char *name)
{
	size_t i = 0;

	while (i < record->device_count && strcmp(record->devices[i].name, name) != 0)
		i++;
	return i;
}

/* The first device of its port. */
static size_t bus_of(const struct pl_run_record *record, size_t device)
{
	size_t i = 0;

	while (strcmp(record->devices[i].port, record->devices[device].port) != 0)
		i++;
	return i;
}

static bool check_order(struct tally *tally, const struct pl_readings_row *row, size_t device)
{
	struct series *series = &tally->devices[device];

	if (series->has_tick && row->tick < series->tick) {
		verify_bad(tally->verify, row->place, "order",
			   "order: tick %" PRIu64 " of %s stands behind its tick %" PRIu64,
			   row->tick, row->device, series->tick);
		return false;
	}
	*series = (struct series){.has_tick = true, .tick = row->tick};
	return true;
}

/* A gap of a whole bus does not say which. */
static bool count_gap(struct tally *tally, const struct pl_readings_row *row)
{
	tally->gaps++;
	if (!row->device[0])
		tally->lost_slots += row->slots;
	return true;
}

/* False when the row is not what can stand here. */
static bool take(struct tally *tally, const struct pl_readings_row *row)
{
	const struct pl_run_record *record = &tally->verify->record;
	size_t device = device_of(record, row->device);
	struct series *bus;

	if (row->device[0] && device == record->device_count) {
		verify_bad(tally->verify, row->place, "edited",
			   "edited: the bench has no device %s", row->device);
		return false;
	}
	if (row->device[0] && !check_order(tally, row, device))
		return false;
	if (row->is_gap)
		return count_gap(tally, row);
	bus = &tally->buses[bus_of(record, device)];
	tally->rows++;
	tally->ticks += !bus->has_tick || bus->tick != row->tick;
	*bus = (struct series){.has_tick = true, .tick = row->tick};
	return true;
}

/* ---- books ---- */

static uint64_t sum(const uint64_t *items, size_t count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all += items[i];
	return all;
}

/* A recording that did not end as it should may have lost rows, and says so itself. */
static void compare(struct verify *verify, const char *what, uint64_t said, uint64_t made)
{
	if (said == made)
		return;
	if (verify->record.exit == 0)
		verify_bad(verify, "run.yaml", "counts",
			   "says %" PRIu64 " %s, the rows of readings.csv make %" PRIu64, said,
			   what, made);
	else
		verify_open(verify, "run.yaml", "counts",
			    "says %" PRIu64 " %s, the rows of readings.csv make %" PRIu64
			    ": the recording did not end in order",
			    said, what, made);
}

static void check_sums(struct verify *verify)
{
	const struct pl_record_books *books = &verify->record.books;
	uint64_t emitted = books->on_time + books->late + books->failed;
	uint64_t lost = sum(books->skipped, PL_SKIPS) + books->dropped;

	if (books->samples_emitted != emitted)
		verify_bad(verify, "run.yaml", "counts",
			   "samples_emitted is %" PRIu64 ", on_time, late and failed make %" PRIu64,
			   books->samples_emitted, emitted);
	if (books->samples_late != lost)
		verify_bad(verify, "run.yaml", "counts",
			   "samples_late is %" PRIu64 ", skipped and dropped make %" PRIu64,
			   books->samples_late, lost);
}

/* No gap stands in the file for them: there was no room for it either. */
static void tell_lost(struct verify *verify)
{
	uint64_t lost = verify->record.books.rows_lost;

	if (lost > 0)
		verify_open(verify, "run.yaml", "lost",
			    "says %" PRIu64 " rows could not be written and are lost%s%s", lost,
			    verify->record.reason[0] ? ": " : "", verify->record.reason);
}

static void check_counts(struct tally *tally)
{
	const struct pl_record_books *books = &tally->verify->record.books;

	tell_lost(tally->verify);
	compare(tally->verify, "rows", books->rows, tally->rows);
	compare(tally->verify, "gaps", books->gaps, tally->gaps);
	compare(tally->verify, "samples_emitted", books->samples_emitted, tally->ticks);
	compare(tally->verify, "samples_late", books->samples_late, tally->lost_slots);
}

static void tell_torn(struct verify *verify, const char *where)
{
	if (verify->is_over)
		verify_bad(verify, where, "torn",
			   "the last line is torn although the run was ended in order");
	else
		verify_open(verify, where, "torn",
			    "torn tail of a crash: its writer died in this line");
}

/* True when every row was taken. */
static bool read_rows(struct tally *tally, struct pl_readings *readings)
{
	struct pl_error error = {.code = PL_OK};
	struct pl_readings_row row;
	bool is_there = true, is_good = true;

	while (is_good) {
		if (pl_readings_next(readings, &row, &is_there, &error)) {
			verify_bad(tally->verify, error.where, "damaged", "%s", error.text);
			return false;
		}
		if (!is_there)
			break;
		is_good = take(tally, &row);
	}
	if (is_good && pl_readings_torn(readings))
		tell_torn(tally->verify, pl_readings_torn(readings));
	return is_good;
}

static void check_file(struct verify *verify, struct pl_readings *readings)
{
	size_t count = verify->record.device_count;
	struct tally tally = {.verify = verify,
			      .devices = calloc(count + 1, sizeof *tally.devices),
			      .buses = calloc(count + 1, sizeof *tally.buses)};

	if (!tally.devices || !tally.buses)
		pl_out_of_memory();
	if (read_rows(&tally, readings) && verify->is_over)
		check_counts(&tally);
	verify->verdict->readings = tally.rows + tally.gaps;
	free(tally.devices);
	free(tally.buses);
}

void verify_readings(struct verify *verify)
{
	struct pl_error error = {.code = PL_OK};
	struct pl_readings *readings;
	enum pl_status status = pl_readings_open(verify->folder, &readings, &error);

	if (verify->is_over)
		check_sums(verify);
	if (status == PL_ERR_NOT_FOUND) {
		if (verify->record.reading_parts[PL_READINGS_CSV])
			verify_bad(verify, "readings.csv", "missing",
				   "is not there, run.yaml names it");
		return;
	}
	if (status) {
		verify_bad(verify, error.where, "damaged", "%s", error.text);
		return;
	}
	check_file(verify, readings);
	pl_readings_close(readings);
}
