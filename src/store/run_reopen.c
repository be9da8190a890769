/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_reopen.c - taking up the folder of a run that was interrupted or whose owner died.
 *
 * Whether an owner lives is asked of the lock alone, never guessed from the age of a file; a lock
 * is known on its own host only. What the folder says is judged again once the lock is held: until
 * then somebody else may have ended the run. Engine thread.
 */
#include "store/owner.h"
#include "store/run_read.h"

#include "plateau/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *last_host(const struct pl_run_record *record)
{
	return record->resume_count ? record->resumes[record->resume_count - 1].host : record->host;
}

static enum pl_status judge(const struct pl_workspace *workspace,
			    const struct pl_run_folder *folder, const struct pl_run_record *record,
			    struct pl_error *error)
{
	char host[64] = "", bench[PL_PATH_SIZE];

	gethostname(host, sizeof host - 1);
	pl_text_escape(bench, sizeof bench, record->bench, strlen(record->bench));
	if (strcmp(record->bench, workspace->bench) != 0)
		return pl_error_set(error, PL_ERR_USAGE, folder->path,
				    "run %u is of bench %s, this one is %s: resume it there",
				    folder->number, bench, workspace->bench);
	if (record->number != folder->number)
		return pl_error_set(error, PL_ERR_CONFIG, folder->path,
				    "run.yaml is that of run %u: it does not belong into this "
				    "folder",
				    record->number);
	if (pl_run_record_is_recording(record)) {
		pl_text_escape(bench, sizeof bench, record->scan, strlen(record->scan));
		return pl_error_set(error, PL_ERR_USAGE, folder->path,
				    "run %u is the recording %s: a recording does not go on, it is "
				    "begun anew with plateau record",
				    folder->number, bench);
	}
	if (record->state == PL_RUN_FINISHED)
		return pl_error_set(error, PL_ERR_USAGE, folder->path,
				    "run %u is finished: there is nothing left to resume",
				    folder->number);
	if (strcmp(last_host(record), host) != 0) {
		pl_text_escape(bench, sizeof bench, last_host(record), strlen(last_host(record)));
		return pl_error_set(error, PL_ERR_USAGE, folder->path,
				    "run %u was written by host %s; whether that lives cannot be "
				    "seen from %s: resume it there",
				    folder->number, bench, host);
	}
	return PL_OK;
}

static enum pl_status read_and_judge(const struct pl_workspace *workspace,
				     struct pl_run_folder *folder, bool *is_over,
				     struct pl_error *error)
{
	struct pl_run_record record;
	enum pl_status status = pl_run_read(folder->dir, &record, error);

	if (!status)
		status = judge(workspace, folder, &record, error);
	*is_over = pl_run_state_is_over(record.state);
	pl_text_copy(folder->uid, sizeof folder->uid, record.uid);
	pl_run_record_fini(&record);
	return status;
}

/* The folder below the workspace that the summary's path leads to. */
static enum pl_status open_folder(const struct pl_workspace *workspace,
				  const struct pl_run_summary *run, struct pl_run_folder *out,
				  struct pl_error *error)
{
	size_t length = strlen(workspace->path);
	enum pl_status status;
	int day;

	if (!run->number || strncmp(run->path, workspace->path, length) != 0 ||
	    run->path[length] != '/' || strncmp(run->path + length + 1, run->day, 10) != 0)
		return pl_error_set(error, PL_ERR_USAGE, run->path,
				    "is no run of the workspace %s: open the bench with "
				    "--workspace to resume it",
				    workspace->path);
	out->number = run->number;
	pl_text_copy(out->day, sizeof out->day, run->day);
	pl_text_copy(out->path, sizeof out->path, run->path);
	pl_text_copy(out->name, sizeof out->name, run->path + length + 1);
	status = pl_dir_open(workspace->dir, out->day, false, &day, error);
	if (status)
		return status;
	status = pl_dir_open(day, strrchr(out->path, '/') + 1, false, &out->dir, error);
	close(day);
	return status;
}

static enum pl_status take_lock(struct pl_workspace *workspace, struct pl_run_folder *folder,
				struct pl_error *error)
{
	struct pl_error busy = {.code = PL_OK};
	enum pl_status status = pl_run_folder_lock(workspace, folder, pl_clock_utc_ns(), &busy);

	if (status == PL_ERR_BUSY)
		return pl_error_set(error, status, folder->path, "run %u is in the hands of %s",
				    folder->number, busy.cause[0] ? busy.cause : "another program");
	if (status && error)
		*error = busy;
	return status;
}

enum pl_status pl_run_folder_reopen(struct pl_workspace *workspace, const char *run,
				    struct pl_run_folder *out, struct pl_error *error)
{
	struct pl_run_summary summary;
	enum pl_status status;
	bool is_over = false;

	*out = (struct pl_run_folder){.dir = -1, .lock = -1};
	status = pl_runs_find(workspace->path, run, &summary, error);
	if (!status)
		status = open_folder(workspace, &summary, out, error);
	if (!status)
		status = read_and_judge(workspace, out, &is_over, error);
	if (status)
		goto out;
	pl_run_owner_line(out->dir, out->stale_holder, sizeof out->stale_holder);
	pl_text_copy(out->former_holder, sizeof out->former_holder, out->stale_holder);
	status = take_lock(workspace, out, error);
	if (!status)
		status = read_and_judge(workspace, out, &is_over, error);
	if (is_over) /* its last owner left in order */
		out->stale_holder[0] = '\0';
out:
	if (status)
		pl_run_folder_give_back(workspace, out);
	return status;
}

void pl_run_folder_give_back(struct pl_workspace *workspace, struct pl_run_folder *folder)
{
	if (folder->lock >= 0 && folder->former_holder[0])
		pl_file_lock_rename(workspace->disk, folder->lock, folder->former_holder, NULL);
	pl_run_folder_close(folder);
}
