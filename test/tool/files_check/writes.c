/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writes.c - audit.csv with threshold_operations.csv: what each channel held. */
#include "files_check.h"

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

int axis_slot(const struct check *check)
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

void check_writes(struct check *check)
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
