/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_folder.c - a number, a folder and a lock for a new run.
 *
 * A number is claimed by creating .plateau/runs/NNNN with O_EXCL; whoever created it owns the
 * number for ever, so nobody else makes that folder. Engine thread, at the edges of a run.
 */
#include "store/workspace.h"

#include "store/reading.h"

#include "plateau/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define TRIES_MAX 10000

/* A random UUID, RFC 4122 version 4. */
static void make_uid(char out[PL_RUN_UID_SIZE])
{
	unsigned char b[16];
	size_t at = 0;

	for (size_t got = 0; got < sizeof b;) {
		ssize_t more = getrandom(b + got, sizeof b - got, 0);

		if (more > 0)
			got += (size_t)more;
	}
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof b; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		snprintf(out + at, PL_RUN_UID_SIZE - at, "%02x", (unsigned)b[i]);
		at += 2;
	}
}

static enum pl_status open_claims(struct pl_workspace *workspace, int *out, struct pl_error *error)
{
	enum pl_status status;
	int hidden;

	*out = -1;
	status = pl_dir_open(workspace->dir, ".plateau", false, &hidden, error);
	if (status)
		return status;
	status = pl_dir_open(hidden, "runs", false, out, error);
	close(hidden);
	return status;
}

/* The entries of an open directory from its first; NULL when they cannot be had. */
static DIR *list_entries(int dir)
{
	DIR *list;
	int fd;

	if (pl_dir_open(dir, ".", false, &fd, NULL))
		return NULL;
	list = fdopendir(fd);
	if (!list)
		close(fd);
	return list;
}

static unsigned highest_claim(int claims)
{
	DIR *list = list_entries(claims);
	unsigned highest = 0;
	int64_t number;

	if (!list)
		return 0;
	for (struct dirent *entry; (entry = readdir(list));)
		if (pl_text_to_int(entry->d_name, &number) && number > highest &&
		    number < 1000000000)
			highest = (unsigned)number;
	closedir(list);
	return highest;
}

/* The next number nobody has claimed is ours; numbers whose folder is there already are used up. */
static enum pl_status claim_number(struct pl_workspace *workspace, int claims, int day,
				   struct pl_run_folder *out, struct pl_error *error)
{
	enum pl_status status = PL_ERR_EXISTS;
	unsigned number = highest_claim(claims);
	struct pl_file claim;
	char name[32];

	for (int i = 0; i < TRIES_MAX && status == PL_ERR_EXISTS; i++) {
		snprintf(name, sizeof name, "%04u", ++number);
		status = pl_file_create(workspace->disk, claims, name, &claim, error);
		if (status)
			continue;
		pl_file_close(&claim);
		snprintf(name, sizeof name, "run_%04u", number);
		if (pl_store_exists(day, name))
			status = pl_error_set(error, PL_ERR_EXISTS, name, "is there already");
	}
	out->number = number;
	return status ? status : pl_dir_sync(workspace->disk, claims, error);
}

enum pl_status pl_run_folder_lock(struct pl_workspace *workspace, struct pl_run_folder *folder,
				  int64_t utc_ns, struct pl_error *error)
{
	char line[256], host[64] = "", since[PL_UTC_SIZE], boot[37];

	gethostname(host, sizeof host - 1);
	pl_clock_format_utc(utc_ns, since);
	pl_clock_boot_id(boot);
	snprintf(line, sizeof line, "pid %d on %s since %s, boot %s", (int)getpid(), host, since,
		 boot);
	return pl_file_lock(workspace->disk, folder->dir, ".lock", line, &folder->lock, error);
}

static enum pl_status make_folder(struct pl_workspace *workspace, int day, int64_t utc_ns,
				  struct pl_run_folder *out, struct pl_error *error)
{
	char name[32];
	enum pl_status status;

	snprintf(name, sizeof name, "run_%04u", out->number);
	snprintf(out->name, sizeof out->name, "%.10s/run_%04u", out->day, out->number);
	snprintf(out->path, sizeof out->path, "%.511s/%.31s", workspace->path, out->name);
	status = pl_dir_make(workspace->disk, day, name, error);
	if (!status)
		status = pl_dir_open(day, name, false, &out->dir, error);
	if (!status)
		status = pl_run_folder_lock(workspace, out, utc_ns, error);
	if (!status)
		status = pl_dir_sync(workspace->disk, day, error);
	if (!status)
		status = pl_dir_sync(workspace->disk, workspace->dir, error);
	return status;
}

enum pl_status pl_run_folder_claim(struct pl_workspace *workspace, int64_t utc_ns,
				   struct pl_run_folder *out, struct pl_error *error)
{
	enum pl_status status;
	int claims = -1, day = -1;

	*out = (struct pl_run_folder){.dir = -1, .lock = -1};
	make_uid(out->uid);
	pl_clock_format_day(utc_ns, out->day);
	status = open_claims(workspace, &claims, error);
	if (!status)
		status = pl_dir_make(workspace->disk, workspace->dir, out->day, error);
	if (!status)
		status = pl_dir_open(workspace->dir, out->day, false, &day, error);
	if (!status)
		status = claim_number(workspace, claims, day, out, error);
	if (!status)
		status = make_folder(workspace, day, utc_ns, out, error);
	if (claims >= 0)
		close(claims);
	if (day >= 0)
		close(day);
	if (status)
		pl_run_folder_abandon(workspace, out);
	return status;
}

/* What this program writes into the folder of a run that has not begun: names and beginnings. */
static bool is_ours(const char *name)
{
	static const char *const beginnings[] = {
	    "run.yaml",	 "points.",   "scan_results_ch", "threshold_operations.",
	    "audit.",	 "device.",   ".lock",		 ".run.yaml.",
	    "settings.", "readings.", "events.",	 "notes.",
	};

	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

static void empty_folder(int dir)
{
	DIR *list = list_entries(dir);

	if (!list)
		return;
	for (struct dirent *entry; (entry = readdir(list));)
		if (is_ours(entry->d_name))
			pl_file_remove(dir, entry->d_name, NULL);
	closedir(list);
}

/* Removing a directory that is not empty fails, and that is what is wanted. */
void pl_run_folder_abandon(struct pl_workspace *workspace, struct pl_run_folder *folder)
{
	char name[32];
	int day;

	if (folder->dir >= 0 && !pl_dir_open(workspace->dir, folder->day, false, &day, NULL)) {
		empty_folder(folder->dir);
		snprintf(name, sizeof name, "run_%04u", folder->number);
		pl_file_remove(day, name, NULL);
		close(day);
		pl_file_remove(workspace->dir, folder->day, NULL);
	}
	pl_run_folder_close(folder);
}

void pl_run_folder_close(struct pl_run_folder *folder)
{
	if (folder->lock >= 0)
		close(folder->lock);
	if (folder->dir >= 0)
		close(folder->dir);
	folder->dir = folder->lock = -1;
}
