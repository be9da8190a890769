/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_operations.c - threshold_operations.csv against the audit rows of the writes.
 *
 * Each result row of a write (set, restore) follows one row of threshold_operations, in the same
 * order and with the same values. Where the run's owner died, the last write may have the one
 * without the other: there, and nowhere else, rows may differ. Both lists are in memory, a short
 * line each.
 */
#include "store/verify_match.h"

#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 1024

/* ---- what the audit rows give ---- */

struct gathering {
	const struct verify *verify;
	struct verify_list list;
	char sent[WORD_MAX]; /* of a write without a result yet; "" = none */
	uint64_t line;
	bool is_boundary;
};

/* What follows "name." in a path, NULL when it begins otherwise. */
static const char *after_name(const char *path, const char *name)
{
	size_t length = strlen(name);

	return strncmp(path, name, length) == 0 && path[length] == '.' ? path + length + 1 : NULL;
}

/* The id of det.top.threshold, of whatever device is set; 0 when it is no channel's. */
static int channel_id(const struct verify *verify, const char *target)
{
	const struct pl_run_record *record = &verify->record;

	for (size_t d = 0; d < record->device_count; d++) {
		const struct pl_run_device *device = &record->devices[d];
		const char *rest = after_name(target, device->name);

		for (size_t i = 0; rest && i < device->channel_count; i++)
			if (after_name(rest, device->channels[i].name))
				return device->channels[i].id;
	}
	return 0;
}

static void give(struct gathering *to, const char *line, uint64_t seq, bool is_loose)
{
	struct verify_entry *entry = verify_list_add(&to->list, line);

	entry->line = seq;
	entry->is_loose = is_loose;
	entry->is_boundary = to->is_boundary;
	to->is_boundary = false;
}

static void flush_sent(struct gathering *to)
{
	if (to->sent[0])
		give(to, to->sent, to->line, true);
	to->sent[0] = '\0';
}

static void on_row(void *ctx, const struct verify_row *row)
{
	struct gathering *to = ctx;
	bool is_write = strcmp(row->action, "set") == 0 || strcmp(row->action, "restore") == 0;
	int id = is_write ? channel_id(to->verify, row->target) : 0;
	const char *status = strcmp(row->status, "ok") == 0 ? "success" : row->detail;
	char line[WORD_MAX];

	if (strcmp(row->action, "run.reopen") == 0) {
		flush_sent(to);
		to->is_boundary = true;
	}
	if (!id)
		return;
	snprintf(line, sizeof line, "%d,%.40s,%.40s,%.500s", id, row->old_value, row->new_value,
		 status);
	to->line = row->seq;
	if (strcmp(row->status, "sent") == 0) {
		snprintf(to->sent, sizeof to->sent, "%d,%.40s,%.40s,", id, row->old_value,
			 row->new_value);
		return;
	}
	to->sent[0] = '\0';
	if (strcmp(row->status, "cancelled") != 0)
		give(to, line, row->seq, false);
}

/* ---- what stands in the file ---- */

/* timestamp,channel,old,new,status -> "channel,old,new,status" unquoted. */
static bool take_operation(const char *text, char out[WORD_MAX])
{
	char cells[5][512];

	for (int i = 0; i < 5; i++)
		if (!pl_rows_cell(&text, cells[i], sizeof cells[i]))
			return false;
	snprintf(out, WORD_MAX, "%.40s,%.40s,%.40s,%.500s", cells[1], cells[2], cells[3], cells[4]);
	return text == NULL;
}

/* False when the file is not there. */
static bool read_operations(struct verify *verify, struct verify_list *out)
{
	struct verify_lines *lines = verify_lines_open(verify->folder, "threshold_operations");
	char line[WORD_MAX];

	if (!lines)
		return false;
	while (verify_lines_next(lines)) {
		if (lines->is_torn || !take_operation(lines->text, line))
			pl_text_copy(line, sizeof line, lines->is_torn ? "torn" : "damaged");
		struct verify_entry *entry = verify_list_add(out, line);

		entry->part = lines->part;
		entry->line = lines->number;
	}
	verify_lines_close(lines);
	return true;
}

/* ---- one against the other ---- */

static void tell(struct verify *verify, const struct verify_list *wanted, size_t at,
		 const struct verify_list *there, size_t i)
{
	const struct verify_entry *entry = &there->items[i];
	const char *line = verify_list_line(there, i);
	char where[64], name[PL_NAME_SIZE];

	snprintf(where, sizeof where, "%s:%llu",
		 pl_run_file_name(PL_RUN_OPERATIONS, entry->part, name),
		 (unsigned long long)entry->line);
	if (strcmp(line, "torn") == 0 && !verify->is_over && i + 1 == there->count)
		verify_open(verify, where, "torn", "the last row is torn: its writer died in it");
	else if (at + 1 < wanted->count && verify_list_fits(wanted, at + 1, line))
		verify_bad(verify, where, "removed",
			   "removed: the row before this one, which row %llu of audit.csv gives "
			   "(`%s`)",
			   (unsigned long long)wanted->items[at].line,
			   verify_list_line(wanted, at));
	else if (at < wanted->count)
		verify_bad(verify, where, "edited", "holds `%s`, row %llu of audit.csv gives `%s`",
			   line, (unsigned long long)wanted->items[at].line,
			   verify_list_line(wanted, at));
	else
		verify_bad(verify, where, "added", "`%s`: no row of audit.csv tells of this write",
			   line);
}

/* How many rows of wanted were met; false = told already. */
static bool compare(struct verify *verify, const struct verify_list *wanted,
		    const struct verify_list *there, size_t *reached)
{
	size_t bad = verify_match(verify, wanted, there, reached);

	if (bad < there->count)
		tell(verify, wanted, *reached, there, bad);
	return bad == there->count;
}

static void tell_missing(struct verify *verify, const struct verify_list *wanted, size_t reached)
{
	size_t missing = 0;

	for (size_t i = reached; i < wanted->count; i++)
		missing += !wanted->items[i].is_loose;
	if (!missing)
		return;
	if (verify->is_over)
		verify_bad(verify, "threshold_operations.csv", "removed",
			   "removed: %zu row%s at the end, from that of row %llu of audit.csv on "
			   "(`%s`)",
			   missing, missing == 1 ? "" : "s",
			   (unsigned long long)wanted->items[reached].line,
			   verify_list_line(wanted, reached));
	else
		verify_open(verify, "threshold_operations.csv", "behind",
			    "%zu rows of writes are missing at the end: their owner died before "
			    "they were on the disk",
			    missing);
}

void verify_operations(struct verify *verify)
{
	struct gathering given = {.verify = verify};
	struct verify_list there = {.count = 0};
	struct verify_chain chain;
	size_t reached;

	verify_chain_walk(verify->folder, "audit", verify->record.uid, on_row, &given, &chain);
	if (!verify->is_over)
		flush_sent(&given);
	if (chain.fault != CHAIN_GOOD) {
		verify_open(verify, "threshold_operations.csv", "unheld",
			    "was not checked: the audit rows it follows from are not whole");
	} else if (!read_operations(verify, &there)) {
		verify_bad(verify, "threshold_operations.csv", "missing", "there is no such file");
	} else if (compare(verify, &given.list, &there, &reached)) {
		tell_missing(verify, &given.list, reached);
	}
	verify->verdict->operations = there.count;
	verify_list_fini(&given.list);
	verify_list_fini(&there);
}
