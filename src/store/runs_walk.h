/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs_walk.h - the runs of a workspace, found at once and read one by one. Any thread, one at a
 * time for each list.
 */
#ifndef STORE_RUNS_WALK_H
#define STORE_RUNS_WALK_H

#include "store/workspace.h"

/* Where a run is, before its run.yaml is read. */
struct pl_run_place {
	unsigned number;
	char day[PL_DAY_SIZE];
	char name[24];
};

struct pl_runs {
	struct pl_run_place *items; /* oldest first */
	size_t count, room;
	char *path; /* real path of the workspace */
	int dir;
};

/* PL_ERR_NOT_FOUND, PL_ERR_IO, PL_ERR_MEMORY. Close with pl_runs_close in every case. */
enum pl_status pl_runs_open(const char *workspace, struct pl_runs *out, struct pl_error *error);
/* Run i; what cannot be read is said in out->problem. */
void pl_runs_read(const struct pl_runs *runs, size_t i, struct pl_run_summary *out);
void pl_runs_close(struct pl_runs *runs);

/* "2026-11-21" */
bool pl_runs_is_day(const char *name);
/* The number of a folder's name, 0 when it is none of ours. */
unsigned pl_runs_number(const char *name);

#endif
