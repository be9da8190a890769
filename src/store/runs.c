/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.c - the runs of a workspace, as their folders and run.yaml tell them.
 *
 * A folder counts when it is <day>/run_<number>; anything else there is not ours and is passed by.
 * Links below the workspace are never followed. A run.yaml that cannot be read is a run with a
 * problem, not a reason to show none. Needs no lock; any thread.
 */
#include "store/workspace.h"

#include "store/summary.h"

#include "plateau/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a run is, before its run.yaml is read. */
struct place {
	unsigned number;
	char day[PL_DAY_SIZE];
	char name[24];
};

struct places {
	struct place *items;
	size_t count, room;
};

static bool is_day(const char *name)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(name) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
			return false;
	return true;
}

/* The number of a folder's name, 0 when it is none of ours. */
static unsigned run_number(const char *name)
{
	int64_t number;

	if (strncmp(name, "run_", 4) != 0 || name[4] < '0' || name[4] > '9' || strlen(name) > 20)
		return 0;
	if (!pl_text_to_int(name + 4, &number) || number < 1 || number > 999999999)
		return 0;
	return (unsigned)number;
}

static enum pl_status add_place(struct places *places, const char *day, const char *name)
{
	if (places->count == places->room) {
		size_t room = places->room ? 2 * places->room : 64;
		struct place *items = realloc(places->items, room * sizeof *items);

		if (!items)
			return PL_ERR_MEMORY;
		places->items = items;
		places->room = room;
	}
	struct place *place = &places->items[places->count++];

	place->number = run_number(name);
	pl_text_copy(place->day, sizeof place->day, day);
	pl_text_copy(place->name, sizeof place->name, name);
	return PL_OK;
}

/* Takes fd over. */
static enum pl_status walk(int fd, const char *day, struct places *places)
{
	enum pl_status status = PL_OK;
	DIR *list = fdopendir(fd);
	int below;

	if (!list) {
		close(fd);
		return PL_ERR_IO;
	}
	for (struct dirent *entry; !status && (entry = readdir(list));) {
		if (day ? !run_number(entry->d_name) : !is_day(entry->d_name))
			continue;
		if (pl_dir_open(dirfd(list), entry->d_name, false, &below, NULL))
			continue; /* a link, a file, or not for us */
		if (day) {
			close(below);
			status = add_place(places, day, entry->d_name);
		} else {
			status = walk(below, entry->d_name, places);
		}
	}
	closedir(list);
	return status;
}

static int by_number(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->day, b->day);
}

static enum pl_status find_places(int dir, const char *workspace, struct places *places,
				  struct pl_error *error)
{
	enum pl_status status;
	int fd;

	status = pl_dir_open(dir, ".", true, &fd, error);
	if (status)
		return status;
	status = walk(fd, NULL, places);
	if (status)
		return pl_error_set(error, status, workspace, "the runs cannot be listed");
	if (places->count > 1)
		qsort(places->items, places->count, sizeof places->items[0], by_number);
	return PL_OK;
}

static void read_place(int dir, const char *workspace, const struct place *place,
		       struct pl_run_summary *out)
{
	int day, folder;

	*out = (struct pl_run_summary){.number = place->number, .exit = -1};
	pl_text_copy(out->day, sizeof out->day, place->day);
	snprintf(out->path, sizeof out->path, "%.500s/%s/%s", workspace, place->day, place->name);
	if (pl_dir_open(dir, place->day, false, &day, NULL))
		return;
	if (!pl_dir_open(day, place->name, false, &folder, NULL)) {
		pl_summary_read(folder, out);
		close(folder);
	}
	close(day);
}

static enum pl_status open_workspace(const char *path, char **real, int *dir,
				     struct pl_error *error)
{
	enum pl_status status;

	*dir = -1;
	*real = realpath(path, NULL);
	if (!*real)
		return pl_error_errno(error, errno, path, "no such workspace");
	status = pl_dir_open(AT_FDCWD, *real, true, dir, error);
	if (status) {
		free(*real);
		*real = NULL;
	}
	return status;
}

enum pl_status pl_runs_list(const char *workspace, struct pl_run_summary **out, size_t *count,
			    struct pl_error *error)
{
	struct places places = {0};
	enum pl_status status;
	char *real = NULL;
	int dir = -1;

	*out = NULL;
	*count = 0;
	status = open_workspace(workspace, &real, &dir, error);
	if (!status)
		status = find_places(dir, workspace, &places, error);
	if (status)
		goto out;
	*out = calloc(places.count + 1, sizeof **out);
	if (!*out) {
		status = pl_error_errno(error, ENOMEM, workspace, "the runs cannot be listed");
		goto out;
	}
	for (size_t i = 0; i < places.count; i++)
		read_place(dir, real, &places.items[i], &(*out)[i]);
	*count = places.count;
out:
	free(places.items);
	free(real);
	if (dir >= 0)
		close(dir);
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
	struct pl_run_summary *runs = NULL;
	size_t count = 0;
	enum pl_status status = pl_runs_list(workspace, &runs, &count, error);

	if (status == PL_ERR_NOT_FOUND) /* it is made with its first run */
		status = PL_OK;
	while (status == PL_OK && count > 0 && !is_unfinished(&runs[count - 1], bench))
		count--;
	if (status == PL_OK && count == 0)
		status = pl_error_set(error, PL_ERR_NOT_RUNNING, workspace,
				      "nothing is paused, and no run here was interrupted or has "
				      "crashed");
	if (status == PL_OK)
		*out = runs[count - 1];
	free(runs);
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
		if (!is_day(day))
			return false;
	}
	*number = run_number(rest);
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
	struct places places = {0};
	const struct place *found = NULL;
	enum pl_status status;
	char *real = NULL;
	int dir = -1;

	status = open_workspace(workspace, &real, &dir, error);
	if (!status)
		status = find_places(dir, workspace, &places, error);
	for (size_t i = 0; !status && i < places.count; i++)
		if ((!number || places.items[i].number == number) &&
		    (!day[0] || strcmp(places.items[i].day, day) == 0))
			found = &places.items[i];
	if (found)
		read_place(dir, real, found, out);
	else if (!status)
		status = pl_error_set(error, PL_ERR_NOT_FOUND, workspace,
				      "no run \"%s\" in this workspace, which holds %zu; plateau "
				      "runs lists them",
				      run, places.count);
	free(places.items);
	free(real);
	if (dir >= 0)
		close(dir);
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
	out->number = run_number(name + 1);
	*name = '\0';
	day = strrchr(real, '/');
	if (day && is_day(day + 1))
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
