/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workspace.h - the directory that receives everything, and the run folders in it.
 *
 *   <workspace>/.plateau/runs/0042      claimed by O_EXCL, never deleted: no number is used twice
 *   <workspace>/.plateau/<bench>.lock   flock of the engine that owns this bench here
 *   <workspace>/2026-11-21/run_0042/    UTC day of the start; .lock: flock of its owner
 *
 * These calls run before the threads start or at the edges of a run; they may block on the disk.
 * The user's own path may be a link; nothing below it is followed.
 */
#ifndef STORE_WORKSPACE_H
#define STORE_WORKSPACE_H

#include "plateau/clock.h"

#include "base/file.h"

#include <stdbool.h>

#define PL_RUN_UID_SIZE 37

struct pl_workspace {
	struct pl_disk *disk; /* borrowed */
	int dir;
	int lock;
	char path[512]; /* real path */
	char bench[33];
	bool is_network;	/* NFS, CIFS: what survives a power cut is not promised */
	char stale_holder[256]; /* who died with the lock we took over, to be said; else empty */
};

/* Makes the last component when missing (0750; a missing parent is refused), tests that it can be
 * written, makes .plateau/, takes the bench's lock. PL_ERR_BUSY: another bench file of the same
 * name or another engine, named with pid and start time; PL_ERR_PERMISSION, PL_ERR_NOT_FOUND.
 * holder: a line about us ("host pid start bench-file"). */
enum pl_status pl_workspace_open(struct pl_disk *disk, const char *path, const char *bench,
				 const char *bench_file, struct pl_workspace *out,
				 struct pl_error *error);
void pl_workspace_close(struct pl_workspace *workspace);
/* PL_OK while its path leads to the directory that was opened; else PL_ERR_NOT_FOUND, naming the
 * path: it was moved, removed or unmounted, or something else was mounted there. Any thread. */
enum pl_status pl_workspace_in_place(const struct pl_workspace *workspace, struct pl_error *error);

struct pl_run_folder {
	int dir;
	int lock;
	unsigned number;
	char day[PL_DAY_SIZE];
	char path[576];		   /* absolute */
	char name[32];		   /* "2026-11-21/run_0042" */
	char uid[PL_RUN_UID_SIZE]; /* random UUID */
	char stale_holder[256];	   /* reopened: who died with it, to be said; else empty */
	char former_holder[256];   /* reopened: whom the lock named before */
};

/* Claims the next free number and makes the folder with its lock. Two programs that race both get
 * one, different ones. */
enum pl_status pl_run_folder_claim(struct pl_workspace *workspace, int64_t utc_ns,
				   struct pl_run_folder *out, struct pl_error *error);
/* Takes up the folder of a scan that is not finished. run: as pl_runs_find. PL_ERR_BUSY names the
 * live holder (pid, host, start); PL_ERR_USAGE: finished, a recording, of another bench, host or
 * workspace; errors of pl_run_read. Nothing in the folder changes but its lock. Close with
 * pl_run_folder_close, never abandon it. */
enum pl_status pl_run_folder_reopen(struct pl_workspace *workspace, const char *run,
				    struct pl_run_folder *out, struct pl_error *error);
/* Inside the room: takes the lock of an open folder. */
enum pl_status pl_run_folder_lock(struct pl_workspace *workspace, struct pl_run_folder *folder,
				  int64_t utc_ns, struct pl_error *error);
/* A refusal before the first write: the folder goes, the number stays used. Only the files this
 * program makes are removed. */
void pl_run_folder_abandon(struct pl_workspace *workspace, struct pl_run_folder *folder);
void pl_run_folder_close(struct pl_run_folder *folder);
/* Reopened and not begun: closed, and as it was before, its lock too. */
void pl_run_folder_give_back(struct pl_workspace *workspace, struct pl_run_folder *folder);

/* One run as `plateau runs` lists it, read from its run.yaml. */
struct pl_run_summary {
	unsigned number;
	char day[PL_DAY_SIZE];
	char path[576];
	char bench[33], kind[16], name[33], state[16], label[64], sample[64], operator_name[64];
	char reason[160];
	char host[64]; /* of its owner */
	char started_at[PL_UTC_SIZE], finished_at[PL_UTC_SIZE];
	int64_t points_planned, points_done, points_invalid; /* of a scan */
	int64_t samples_emitted, samples_late; /* of a recording: ticks that are in its files, and
						* those that are lost */
	int exit;			       /* -1 = not over */
	bool is_owned;			       /* somebody holds its lock on this host */
	char problem[160];		       /* why run.yaml could not be read, else empty */
};

/* All runs below a workspace, oldest first; caller frees *out with free(). Needs no lock. */
enum pl_status pl_runs_list(const char *workspace, struct pl_run_summary **out, size_t *count,
			    struct pl_error *error);
/* The newest scan that is not finished and that nobody owns: the one to be taken up again; a
 * recording is begun anew. bench "" = of any. PL_ERR_NOT_RUNNING: there is none, nor in a workspace
 * that is not there. */
enum pl_status pl_runs_unfinished(const char *workspace, const char *bench,
				  struct pl_run_summary *out, struct pl_error *error);
/* RUN of the command line: "last", a number, "2026-11-21/42", or a path of a run folder. */
enum pl_status pl_runs_find(const char *workspace, const char *run, struct pl_run_summary *out,
			    struct pl_error *error);

#endif
