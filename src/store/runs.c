/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.c - the runs of a workspace, as their folders and run.yaml tell them.
 *
 * A run.yaml that cannot be read is a run with a problem, not a reason to show none. Needs no lock;
 * any thread.
 */
#include "store/workspace.h"

#include "store/runs_walk.h"
#include "store/summary.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum pl_status pl_runs_list(const char *workspace, struct pl_run_summary **out, size_t *count,
			    struct pl_error *error)
{
	struct pl_runs runs;
	enum pl_status status = pl_runs_open(workspace, &runs, error);

	*out = NULL;
	*count = 0;
	if (status == PL_OK)
		*out = calloc(runs.count + 1, sizeof **out);
	if (status == PL_OK && !*out)
		status = pl_error_errno(error, ENOMEM, workspace, "the runs cannot be listed");
	for (size_t i = 0; status == PL_OK && i < runs.count; i++)
		pl_runs_read(&runs, i, &(*out)[i]);
	if (status == PL_OK)
		*count = runs.count;
	pl_runs_close(&runs);
	return status;
}

static bool is_unfinished(const struct pl_run_summary *run, const char *bench)
{
	return run->problem[0] == '\0' && !run->is_owned && strcmp(run->kind, "recording") != 0 &&
	       strcmp(run->state, "finished") != 0 &&
	       (bench[0] == '\0' || strcmp(run->bench, bench) == 0);
}

enum pl_status pl_runs_unfinished(const char *workspace, const char *bench,
				  struct pl_run_summary *out, struct pl_error *error)
{
	struct pl_runs runs;
	enum pl_status status = pl_runs_open(workspace, &runs, error);
	bool is_there = false;

	if (status == PL_ERR_NOT_FOUND) /* it is made with its first run */
		status = PL_OK;
	for (size_t i = runs.count; status == PL_OK && i > 0 && !is_there; i--) {
		pl_runs_read(&runs, i - 1, out);
		is_there = is_unfinished(out, bench);
	}
	if (status == PL_OK && !is_there)
		status = pl_error_set(error, PL_ERR_NOT_RUNNING, workspace,
				      "nothing is paused, and no run here was interrupted or has "
				      "crashed");
	pl_runs_close(&runs);
	return status;
}

/* True for "last", "42", "2026-11-21/42" and "2026-11-21/run_0042", with what they name. number 0
 * is the last one. */
static bool parse_word(const char *run, char day[PL_DAY_SIZE], unsigned *number)
{
	const char *slash = strchr(run, '/');
	const char *rest = slash ? slash + 1 : run;
	int64_t value;

	day[0] = '\0';
	*number = 0;
	if (strcmp(run, "last") == 0)
		return true;
	if (slash) {
		if (slash - run != PL_DAY_SIZE - 1)
			return false;
		memcpy(day, run, PL_DAY_SIZE - 1);
		day[PL_DAY_SIZE - 1] = '\0';
		if (!pl_runs_is_day(day))
			return false;
	}
	*number = pl_runs_number(rest);
	if (*number && slash)
		return true;
	if (!pl_text_to_int(rest, &value) || value < 1 || value > 999999999)
		return false;
	*number = (unsigned)value;
	return true;
}

static enum pl_status find_word(const char *workspace, const char *run, const char *day,
				unsigned number, struct pl_run_summary *out, struct pl_error *error)
{
	struct pl_runs runs;
	size_t found = SIZE_MAX;
	enum pl_status status = pl_runs_open(workspace, &runs, error);

	for (size_t i = 0; !status && i < runs.count; i++)
		if ((!number || runs.items[i].number == number) &&
		    (!day[0] || strcmp(runs.items[i].day, day) == 0))
			found = i;
	if (found != SIZE_MAX)
		pl_runs_read(&runs, found, out);
	else if (!status)
		status = pl_error_set(error, PL_ERR_NOT_FOUND, workspace,
				      "no run \"%s\" in this workspace, which holds %zu; plateau "
				      "runs lists them",
				      run, runs.count);
	pl_runs_close(&runs);
	return status;
}

static enum pl_status find_path(const char *path, struct pl_run_summary *out,
				struct pl_error *error)
{
	enum pl_status status = PL_OK;
	char *real = realpath(path, NULL), *name, *day;
	int folder;

	if (!real)
		return pl_error_errno(error, errno, path, "no such run");
	*out = (struct pl_run_summary){.exit = -1};
	if (!pl_text_copy(out->path, sizeof out->path, real))
		status = pl_error_set(error, PL_ERR_USAGE, path, "the path is too long");
	if (!status)
		status = pl_dir_open(AT_FDCWD, real, true, &folder, error);
	if (status)
		goto out;
	name = strrchr(real, '/');
	out->number = pl_runs_number(name + 1);
	*name = '\0';
	day = strrchr(real, '/');
	if (day && pl_runs_is_day(day + 1))
		pl_text_copy(out->day, sizeof out->day, day + 1);
	if (faccessat(folder, "run.yaml", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		status = pl_error_set(error, PL_ERR_NOT_FOUND, path,
				      "is no run folder: there is no run.yaml in it");
	else
		pl_summary_read(folder, out);
	close(folder);
out:
	free(real);
	return status;
}

enum pl_status pl_runs_find(const char *workspace, const char *run, struct pl_run_summary *out,
			    struct pl_error *error)
{
	char day[PL_DAY_SIZE];
	unsigned number;

	if (parse_word(run, day, &number))
		return find_word(workspace, run, day, number, out, error);
	return find_path(run, out, error);
}
