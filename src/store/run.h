/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - what a run is: the part that never changes (head) and the part that does (status).
 *
 * run.yaml is made from both, and so is the result object of --json. The head is immutable from
 * the start of the run and crosses threads by pointer; the status goes by value.
 */
#ifndef STORE_RUN_H
#define STORE_RUN_H

#include "config/bench.h"
#include "plateau/books.h"
#include "store/point.h"
#include "store/workspace.h"

#define PL_ACTOR_SIZE	 128
#define PL_RUN_TEXT_SIZE 192

/* name in files and on the socket */
#define PL_RUN_STATE_LIST(X)                                                                       \
	X(PL_RUN_DRAFT, "draft")                                                                   \
	X(PL_RUN_PREPARING, "preparing")                                                           \
	X(PL_RUN_RUNNING, "running")                                                               \
	X(PL_RUN_PAUSED, "paused")                                                                 \
	X(PL_RUN_FINISHED, "finished")                                                             \
	X(PL_RUN_INTERRUPTED, "interrupted")                                                       \
	X(PL_RUN_CRASHED, "crashed")

enum pl_run_state {
#define PL_RUN_STATE_ENUM(code, name) code,
	PL_RUN_STATE_LIST(PL_RUN_STATE_ENUM)
#undef PL_RUN_STATE_ENUM
};

const char *pl_run_state_name(enum pl_run_state state);
bool pl_run_state_is_over(enum pl_run_state state); /* finished, interrupted, crashed */

/* An owner that took the run up again after the one that began it. */
struct pl_run_resume {
	char boot_id[37], host[64], version[64], actor[PL_ACTOR_SIZE];
	int pid;
	int64_t utc_ns, mono_ns; /* the same moment on both clocks */
};

struct pl_run_status;

#define PL_RUN_WARNINGS 4

struct pl_run_head {
	struct pl_run_folder folder;
	const struct pl_bench *bench;
	/* One of the two, the other NULL. A recording has no plan and no points; its columns are
	 * what the lines of its events device carry, when it stores events. */
	const struct pl_scan *scan;
	const struct pl_recording *recording;
	const struct pl_planned *plan; /* owned by whoever made the head */
	size_t plan_count;
	int64_t seed;		   /* of a shuffled plan */
	bool is_forced;		   /* corrects rates whatever part of the time was dead */
	char actor[PL_ACTOR_SIZE]; /* operator + login + tty or SSH_CONNECTION */
	char operator_name[64], label[64], sample[64];
	char host[64], version[64];
	char boot_id[37];
	int pid;
	int64_t created_utc_ns, created_mono_ns;
	/* What its reader should know of where and how it was made. */
	char warnings[PL_RUN_WARNINGS][PL_RUN_TEXT_SIZE];
	size_t warning_count;
	/* Of a run that is taken up again: what its run.yaml said; NULL = a new one. */
	const struct pl_run_status *past;
	const struct pl_run_resume *resumes; /* oldest first; owned by whoever made the head */
	size_t resume_count;
	struct pl_column columns[PL_STATS_MAX]; /* the carried ones first */
	size_t column_count, carried_count;
};

/* How far a curve moved along its axis between the way up and the way down. */
struct pl_shift {
	bool is_given;	     /* the scan went both ways */
	double value, error; /* in the unit of the axis, 1 sigma; NaN when refused */
	const char *reason;  /* NULL: not refused; a constant text */
};

struct pl_channel_result {
	bool scanned;
	uint32_t ok, invalid;
	struct pl_shift hysteresis;
	char error[PL_RUN_TEXT_SIZE]; /* empty = none */
};

/* Files of a run that may go on in a second one (points.2.csv) after a failed sync. */
enum pl_run_file {
	PL_RUN_POINTS,
	PL_RUN_OPERATIONS,
	PL_RUN_AUDIT,
	PL_RUN_SETTINGS,
	PL_RUN_RAW_EVENTS,
	PL_RUN_DEVICE_LOG,
	PL_RUN_NOTES,
	PL_RUN_FILES
};

/* The device whose raw events the run stores; NULL = it stores none. */
const struct pl_device *pl_run_events_device(const struct pl_run_head *head);
/* "scan" or "recording", and its name in the bench file. */
const char *pl_run_kind(const struct pl_run_head *head);
const char *pl_run_title(const struct pl_run_head *head);

/* What the sinks of a recording write, as struct pl_run_status counts their parts. */
enum pl_reading_file { PL_READINGS_CSV, PL_READINGS_JSONL, PL_READINGS_SQLITE, PL_READING_FILES };
/* Name of part 1, 2, …: "readings.csv", "readings.2.csv"; returns out. */
const char *pl_reading_file_name(enum pl_reading_file file, unsigned part, char out[PL_NAME_SIZE]);

/* Name of part 1, 2, … of such a file: "points.csv", "points.2.csv"; returns out. */
const char *pl_run_file_name(enum pl_run_file file, unsigned part, char out[PL_NAME_SIZE]);
/* "scan_results_ch1.csv"; returns out. */
const char *pl_run_results_name(int channel_id, char out[PL_NAME_SIZE]);

/* What happened to the machine's clocks during a run. */
struct pl_run_clock {
	uint32_t steps, suspends;	  /* how often the wall clock was set, the machine slept */
	int64_t stepped_ns, suspended_ns; /* in all; forward is positive */
};

/* A device of a recording as it was found when it was opened. */
struct pl_run_found {
	int device; /* position in the bench */
	struct pl_identity identity;
	char port[160];
};

struct pl_run_status {
	enum pl_run_state state;
	int64_t started_utc_ns, started_mono_ns;   /* 0 = not yet */
	int64_t finished_utc_ns, finished_mono_ns; /* 0 = not over */
	uint32_t planned, done, durable, invalid;
	uint32_t memory_writes;	     /* into a memory of the device that they wear out */
	struct pl_identity identity; /* of the scanned device, once probed */
	char port[160];
	double restore[PL_CHANNELS_MAX]; /* values to go back to; NaN = leave */
	bool restore_confirmed[PL_CHANNELS_MAX];
	struct pl_channel_result channels[PL_CHANNELS_MAX]; /* as the device's list */
	bool success;					    /* no fatal error */
	int exit;					    /* -1 = not over */
	char reason[PL_RUN_TEXT_SIZE];			    /* why it is paused or ended so */
	struct pl_run_clock clock;
	struct pl_record_books books;		  /* of a recording */
	uint16_t reading_parts[PL_READING_FILES]; /* 0 = has none */
	/* Of a recording; with the head whoever made it owns them. What is there never changes:
	 * more may come behind, which a later status counts. */
	const struct pl_run_found *found;
	size_t found_count;
	/* Filled by the writer: its answer for run.yaml. */
	char audit_head[PL_HASH_SIZE]; /* of audit.csv when this was written; at pause and end */
	uint16_t parts[PL_RUN_FILES];  /* 0 = one, of device.log and notes.csv none */
};

/* The books of a recording as they stand in run.yaml, under the names that users know:
 * samples_emitted, samples_late, on_time, late, failed, dropped, skipped{by reason}, reads_ok,
 * reads_failed{by reason}, rows, gaps, events, max_drift_ms, tick_duration_ms_p50 and _p99,
 * started_at, finished_at (null while running), disconnects. Caller owns it. */
struct pl_json *pl_record_books_json(const struct pl_record_books *books);
/* run.yaml as text. */
void pl_run_yaml(const struct pl_run_head *head, const struct pl_run_status *status,
		 struct pl_text *out);
/* The result object: success, scanned_channels, files, errors, channels[{channel, files, error,
 * points_ok, points_invalid}], run, path, state, exit, reason. Of a recording the lists of channels
 * are empty and `books` is there too. Caller owns it. */
struct pl_json *pl_run_result_json(const struct pl_run_head *head,
				   const struct pl_run_status *status);

#endif
