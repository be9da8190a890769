/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_again.c - what a run that goes on takes over from the one before, and what it sweeps away.
 */
#include "store/run_again.h"

#include "store/books.h"
#include "store/run_yaml.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct pl_channel_result *result_of(const struct pl_run_record *record,
						 const char *name)
{
	for (size_t i = 0; record->device && i < record->device->channel_count; i++)
		if (strcmp(record->device->channels[i].name, name) == 0)
			return &record->channels[i];
	return NULL;
}

static void take_series(const struct pl_points_state *points, const char *name,
			struct pl_channel_result *out)
{
	out->ok = out->invalid = 0;
	for (size_t i = 0; i < points->series_count; i++)
		if (strcmp(points->series[i].name, name) == 0) {
			out->ok = points->series[i].ok;
			out->invalid = points->series[i].invalid;
			out->scanned = true;
		}
}

static void take_channels(const struct pl_run_record *record, const struct pl_points_state *points,
			  const struct pl_device_spec *spec, struct pl_run_status *out)
{
	for (size_t c = 0; c < spec->channel_count && c < PL_CHANNELS_MAX; c++) {
		const char *name = spec->channels[c].name;
		const struct pl_channel_result *result = result_of(record, name);

		if (result)
			out->channels[c] = *result;
		take_series(points, name, &out->channels[c]);
	}
}

/* By path: what was set need not be a channel's, nor of the counted device. */
static void take_restore(const struct pl_run_record *record, const struct pl_run_head *head,
			 struct pl_run_status *out)
{
	char path[PL_PATH_SIZE];

	for (size_t c = 0; c < PL_CHANNELS_MAX; c++)
		out->restore[c] = NAN;
	for (size_t c = 0; pl_run_setting_path(head, c, path); c++)
		for (size_t i = 0; i < record->restore_count; i++) {
			if (strcmp(record->restore[i].path, path) != 0)
				continue;
			out->restore[c] = record->restore[i].value;
			out->restore_confirmed[c] = record->restore[i].is_confirmed;
		}
}

void pl_run_again_status(const struct pl_run_record *record, const struct pl_points_state *points,
			 const struct pl_run_head *head, struct pl_run_status *out)
{
	*out = (struct pl_run_status){
	    .state = PL_RUN_PREPARING,
	    .started_utc_ns = record->started_utc_ns,
	    .started_mono_ns = record->started_mono_ns,
	    .planned = record->planned,
	    .done = points->finished,
	    .invalid = points->invalid,
	    .success = true,
	    .exit = -1,
	    .clock = record->clock,
	};
	if (record->device) {
		out->identity = record->device->identity;
		pl_text_copy(out->port, sizeof out->port, record->device->port);
	}
	memcpy(out->audit_head, record->audit_head, sizeof out->audit_head);
	take_channels(record, points, &head->scan->device->spec, out);
	take_restore(record, head, out);
}

/* ---- temporary files ---- */

/* The process that made ".run.yaml.4711-0.tmp", 0 when the name has not that form. */
static long maker_of(const char *name, const char *stem)
{
	size_t length = strlen(stem);
	const char *dash = strrchr(name, '-'), *dot = dash;
	long pid;
	int end = 0;

	if (name[0] != '.' || strncmp(name + 1, stem, length) != 0 || !dash)
		return 0;
	while (dot > name && *dot != '.')
		dot--;
	if (dot <= name + length || sscanf(dot, ".%ld-%*u.tmp%n", &pid, &end) != 1 || !end ||
	    dot[end])
		return 0;
	return pid > 0 ? pid : 0;
}

static bool is_dead(long pid)
{
	return pid == (long)getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH);
}

unsigned pl_run_again_sweep(int dir, const char *stem, void (*told)(void *ctx, const char *name),
			    void *ctx)
{
	unsigned swept = 0;
	int fd;

	if (pl_dir_open(dir, ".", false, &fd, NULL))
		return 0;
	DIR *list = fdopendir(fd);
	if (!list) {
		close(fd);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(list));) {
		long pid = maker_of(entry->d_name, stem);

		if (!pid || !is_dead(pid) || pl_file_remove(dir, entry->d_name, NULL))
			continue;
		swept++;
		if (told)
			told(ctx, entry->d_name);
	}
	closedir(list);
	return swept;
}

/* ---- the book that goes on ---- */

static void tell_swept(void *ctx, const char *name)
{
	struct pl_run_book *run = ctx;

	pl_ledger_remark(&run->files, "file", name, "removed",
			 "left by a writer that died before it could replace the file", NULL);
}

enum pl_status pl_run_book_recall(const struct pl_run_book *run, struct pl_run_status *out,
				  struct pl_error *error)
{
	struct pl_points_state points = {.count = 0};
	struct pl_run_record record;
	enum pl_status status = pl_run_read(run->dir, &record, error);

	if (!status && strcmp(record.uid, run->head->folder.uid) != 0)
		status = pl_error_set(error, PL_ERR_CONFIG, run->head->folder.path,
				      "run.yaml is of another run than the one that goes on");
	if (!status)
		status = pl_points_state_read(run->dir, &points, error);
	if (!status)
		pl_run_again_status(&record, &points, run->head, out);
	pl_points_state_fini(&points);
	pl_run_record_fini(&record);
	return status;
}

enum pl_status pl_run_book_again(struct pl_run_book *run, const struct pl_run_status *recalled,
				 struct pl_error *error)
{
	const char *holder = run->head->folder.stale_holder;

	if (holder[0])
		pl_ledger_remark(&run->files, "file", ".lock", "stale lock", holder, NULL);
	pl_run_again_sweep(run->dir, "", tell_swept, run);
	memcpy(run->synced_head, recalled->audit_head, sizeof run->synced_head);
	return pl_run_book_status(run, recalled, error);
}
