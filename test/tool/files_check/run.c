/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - run.yaml against the other files, and the state file. */
#include "files_check.h"

#include <dirent.h>

void check_keys(struct check *check)
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

void check_file_list(struct check *check)
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

void check_counts(struct check *check)
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

void check_end(struct check *check, const char *head)
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
void check_state(struct check *check)
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
