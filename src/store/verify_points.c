/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_points.c - the record against the plan, against itself, and scan_results against it.
 *
 * Its seals (verify_seals.c) tell that it was changed; this tells what is wrong with it, also where
 * nothing is sealed yet: a row's rate must follow from its hits, and scan_results_chN.csv row by
 * row from its last rows.
 */
#include "store/verify_inside.h"

#include "store/points_read.h"
#include "store/reading.h"
#include "store/results.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

static int by_place(const void *left, const void *right)
{
	const struct pl_planned *a = left, *b = right;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return a->channel < b->channel ? -1 : a->channel > b->channel;
}

/* The first place of the plan that is not before (index, channel), and of that index; NULL = none.
 */
static const struct pl_planned *find_planned(const struct pl_run_record *record, uint32_t index,
					     int channel)
{
	const struct pl_planned key = {.index = index, .channel = (int16_t)channel};
	size_t low = 0, high = record->plan_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_place(&record->plan[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < record->plan_count && record->plan[low].index == index ? &record->plan[low]
									    : NULL;
}

static bool is_same(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static int channel_of(const struct pl_run_device *device, const char *name)
{
	for (size_t i = 0; i < device->channel_count; i++)
		if (strcmp(device->channels[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* channel -1: the setting of an axis that is no channel's. */
static void check_setting(struct verify *verify, const char *where, const struct pl_point *point,
			  int channel)
{
	const struct pl_planned *place = find_planned(&verify->record, point->index, channel);

	if (place && place->channel == channel && !isnan(point->set) &&
	    !is_same(point->set, place->set))
		verify_bad(verify, where, "plan", "set is %.17g, the plan says %.17g", point->set,
			   place->set);
}

static void check_place(struct verify *verify, const char *where, const struct pl_point *point)
{
	const struct pl_run_record *record = &verify->record;
	const struct pl_planned *planned = find_planned(record, point->index, INT16_MIN);
	int channel = channel_of(record->device, point->channel);

	if (!planned) {
		verify_bad(verify, where, "plan", "index %u is not of the plan", point->index);
		return;
	}
	if (planned->repeat != point->repeat || planned->pass != point->pass)
		verify_bad(verify, where, "plan", "repeat or pass is not what the plan says at %u",
			   point->index);
	check_setting(verify, where, point, -1);
	if (channel >= 0)
		check_setting(verify, where, point, channel);
}

static void check_numbers(struct verify *verify, const char *where, const struct pl_point *point)
{
	if (!point->has_counts)
		return;
	if (point->hits > point->events)
		verify_bad(verify, where, "edited", "more hits than events");
	if (point->live_s > 0 && !isnan(point->rate) &&
	    !is_same(point->rate, (double)point->hits / point->live_s))
		verify_bad(verify, where, "edited",
			   "edited: rate is %.17g, hits / live_s gives %.17g", point->rate,
			   (double)point->hits / point->live_s);
}

static void check_rows(struct verify *verify)
{
	struct pl_error error = {.code = PL_OK};
	struct pl_points *points;
	struct pl_point point;
	enum pl_status status = pl_points_open(verify->folder, &points, &error);
	bool is_there = true;

	while (!status && is_there) {
		status = pl_points_next(points, &is_there, &error);
		if (status || !is_there)
			break;
		pl_points_point(points, &point);
		check_place(verify, pl_points_seen(points)->place, &point);
		check_numbers(verify, pl_points_seen(points)->place, &point);
	}
	pl_points_close(points);
	if (status)
		verify_bad(verify, error.where, "damaged", "%s", error.text);
}

/* ---- counts ---- */

static bool is_whole(struct verify *verify, const struct pl_points_state *state)
{
	if (state->seen.missing)
		verify_bad(verify, state->seen.place, "removed",
			   "removed: %" PRIu64 " row numbers up to here have no row",
			   state->seen.missing);
	if (state->seen.torn && verify->is_over)
		verify_bad(verify, state->seen.place, "torn",
			   "a torn row follows although the run was ended in order");
	else if (state->seen.torn)
		verify_open(verify, state->seen.place, "torn",
			    "a torn row follows: its writer died in it");
	return !state->seen.missing;
}

static void check_counts(struct verify *verify, const struct pl_points_state *state)
{
	const struct pl_run_record *record = &verify->record;

	if (state->finished != record->done)
		verify_bad(verify, "run.yaml", "counts",
			   "says %u points done, the rows of points.csv make %u", record->done,
			   state->finished);
	else if (state->invalid != record->invalid)
		verify_bad(verify, "run.yaml", "counts",
			   "says %u points invalid, the rows of points.csv make %u",
			   record->invalid, state->invalid);
}

void verify_points(struct verify *verify)
{
	struct pl_run_record *record = &verify->record;
	struct pl_points_state state;

	qsort(record->plan, record->plan_count, sizeof record->plan[0], by_place);
	check_rows(verify);
	if (!pl_points_state_read(verify->folder, &state, NULL)) {
		verify->verdict->points = state.seen.rows;
		if (is_whole(verify, &state) && verify->is_over)
			check_counts(verify, &state);
	}
	pl_points_state_fini(&state);
}

/* ---- scan_results ---- */

/* The line from `at` on, without its newline, cut to cap; moves `at` behind it. False at the end.
 */
static bool next_line(const char **at, char *out, size_t cap)
{
	size_t length = strcspn(*at, "\n"), taken = length < cap ? length : cap - 1;

	if (!**at)
		return false;
	memcpy(out, *at, taken);
	out[taken] = '\0';
	*at += length + ((*at)[length] == '\n');
	return true;
}

static void tell_difference(struct verify *verify, const char *name, const char *there,
			    const char *wanted)
{
	char here[120], expected[120], next[120], where[PL_NAME_SIZE + 16];
	bool has_here, has_expected;
	unsigned line = 0;

	do {
		has_here = next_line(&there, here, sizeof here);
		has_expected = next_line(&wanted, expected, sizeof expected);
		line++;
	} while (has_here && has_expected && strcmp(here, expected) == 0);
	snprintf(where, sizeof where, "%s:%u", name, line);
	if (!verify->is_over)
		verify_open(verify, where, "behind",
			    "does not follow from points.csv yet: it is made anew when the run "
			    "goes on or ends");
	else if (!has_here)
		verify_bad(verify, where, "removed", "removed: points.csv gives a line `%s`",
			   expected);
	else if (!has_expected)
		verify_bad(verify, where, "added", "`%s` follows from no row of points.csv", here);
	else if (next_line(&wanted, next, sizeof next) && strcmp(here, next) == 0)
		verify_bad(verify, where, "removed",
			   "removed: the line before this one, which points.csv gives (`%s`)",
			   expected);
	else
		verify_bad(verify, where, "edited", "holds `%s`, points.csv gives `%s`", here,
			   expected);
}

static void check_results(struct verify *verify, int id, const struct pl_text *wanted)
{
	bool has_rows = strchr(wanted->data, '\n')[1] != '\0';
	char name[PL_NAME_SIZE], *there = NULL;
	size_t count;

	pl_run_results_name(id, name);
	if (!pl_store_exists(verify->folder, name) && !has_rows)
		return; /* not scanned */
	if (pl_store_read(verify->folder, name, wanted->length + VERIFY_LINE, &there, &count,
			  NULL)) {
		if (verify->is_over)
			verify_bad(verify, name, "missing",
				   "cannot be read, points.csv has rows for it");
		else
			verify_open(verify, name, "behind", "is not there yet");
		return;
	}
	if (count != wanted->length || memcmp(there, wanted->data, count) != 0)
		tell_difference(verify, name, there, wanted->data);
	free(there);
}

void verify_results(struct verify *verify)
{
	const struct pl_run_device *device = verify->record.device;
	struct pl_text wanted = {0};

	for (size_t i = 0; i < device->channel_count; i++) {
		pl_text_clear(&wanted);
		if (device->channels[i].id > 0 &&
		    !pl_results_make(verify->folder, device->channels[i].id, &wanted, NULL))
			check_results(verify, device->channels[i].id, &wanted);
	}
	pl_text_free(&wanted);
}
