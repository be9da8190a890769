/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs_walk.c - where the runs of a workspace are, and the summary of one of them.
 *
 * A folder counts when it is <day>/run_<number>; anything else there is not ours and is passed by.
 * Links below the workspace are never followed. A place takes some forty bytes, so that a list of
 * ten thousand runs costs little before any run.yaml is read. Any thread.
 */
#include "store/runs_walk.h"

#include "store/summary.h"

#include "plateau/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool pl_runs_is_day(const char *name)
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
unsigned pl_runs_number(const char *name)
{
	int64_t number;

	if (strncmp(name, "run_", 4) != 0 || name[4] < '0' || name[4] > '9' || strlen(name) > 20)
		return 0;
	if (!pl_text_to_int(name + 4, &number) || number < 1 || number > 999999999)
		return 0;
	return (unsigned)number;
}

static enum pl_status add_place(struct pl_runs *places, const char *day, const char *name)
{
	if (places->count == places->room) {
		size_t room = places->room ? 2 * places->room : 64;
		struct pl_run_place *items = realloc(places->items, room * sizeof *items);

		if (!items)
			return PL_ERR_MEMORY;
		places->items = items;
		places->room = room;
	}
	struct pl_run_place *place = &places->items[places->count++];

	place->number = pl_runs_number(name);
	pl_text_copy(place->day, sizeof place->day, day);
	pl_text_copy(place->name, sizeof place->name, name);
	return PL_OK;
}

/* Takes fd over. */
static enum pl_status walk(int fd, const char *day, struct pl_runs *places)
{
	enum pl_status status = PL_OK;
	DIR *list = fdopendir(fd);
	int below;

	if (!list) {
		close(fd);
		return PL_ERR_IO;
	}
	for (struct dirent *entry; !status && (entry = readdir(list));) {
		if (day ? !pl_runs_number(entry->d_name) : !pl_runs_is_day(entry->d_name))
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
	const struct pl_run_place *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->day, b->day);
}

static enum pl_status find_places(struct pl_runs *runs, struct pl_error *error)
{
	enum pl_status status;
	int fd;

	status = pl_dir_open(runs->dir, ".", true, &fd, error);
	if (status)
		return status;
	status = walk(fd, NULL, runs);
	if (status)
		return pl_error_set(error, status, runs->path, "the runs cannot be listed");
	if (runs->count > 1)
		qsort(runs->items, runs->count, sizeof runs->items[0], by_number);
	return PL_OK;
}

void pl_runs_read(const struct pl_runs *runs, size_t i, struct pl_run_summary *out)
{
	const struct pl_run_place *place = &runs->items[i];
	int day, folder;

	*out = (struct pl_run_summary){.number = place->number, .exit = -1};
	pl_text_copy(out->day, sizeof out->day, place->day);
	snprintf(out->path, sizeof out->path, "%.500s/%s/%s", runs->path, place->day, place->name);
	if (pl_dir_open(runs->dir, place->day, false, &day, NULL))
		return;
	if (!pl_dir_open(day, place->name, false, &folder, NULL)) {
		pl_summary_read(folder, out);
		close(folder);
	}
	close(day);
}

enum pl_status pl_runs_open(const char *workspace, struct pl_runs *out, struct pl_error *error)
{
	enum pl_status status;

	*out = (struct pl_runs){.dir = -1, .path = realpath(workspace, NULL)};
	if (!out->path)
		return pl_error_errno(error, errno, workspace, "no such workspace");
	status = pl_dir_open(AT_FDCWD, out->path, true, &out->dir, error);
	return status ? status : find_places(out, error);
}

void pl_runs_close(struct pl_runs *runs)
{
	free(runs->items);
	free(runs->path);
	if (runs->dir >= 0)
		close(runs->dir);
	*runs = (struct pl_runs){.dir = -1};
}
