/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner.h - a scan while it runs: a state machine in the engine thread.
 *
 * It never waits and never does I/O itself. What happens comes in as calls (answer,
 * acknowledgement, timer, command, device), what is to be done goes out through struct pl_scan_io;
 * so all of it is tested with a fake bench and a fake clock. Per channel: suppress the others, then
 * per point write (its audit row `sent` acknowledged first), confirm, settle, count, row; at every
 * end the restore values, confirmed. Nothing unconfirmed ever carries counts.
 */
#ifndef SCAN_RUNNER_H
#define SCAN_RUNNER_H

#include "bus/bus.h"
#include "scan/plan.h"
#include "store/points_read.h"
#include "store/writer.h"

struct pl_scan_io {
	void *ctx;
	int64_t (*now_mono)(void *ctx);
	int64_t (*now_utc)(void *ctx);
	/* Posts to the bus of the request's device (any of the bench); fills the id. False: queue
	 * full, try on the next timer. */
	bool (*ask)(void *ctx, struct pl_bus_request *request);
	void (*cancel)(void *ctx, const struct pl_bus_request *request);
	/* Sequence number, 0 when full. */
	uint64_t (*write)(void *ctx, const struct pl_write *message);
	/* One timer; PL_NEVER clears it. */
	void (*timer)(void *ctx, int64_t deadline_ns);
	/* A point's row is on disk: tell the views. */
	void (*point)(void *ctx, const struct pl_point *point);
	/* State, phase or reason changed: tell the views, write the log. */
	void (*changed)(void *ctx, enum pl_note_level level, const char *text);
	/* A setting is confirmed or has become unknown (NaN); keep: it outlasts the run. */
	void (*setting)(void *ctx, struct pl_target target, double value, bool keep);
	/* Somebody looks on: a lost device is waited for without limit. NULL = nobody ever does. */
	bool (*is_watched)(void *ctx);
	/* Rows of points.csv that are durable, and how long the oldest other one has waited. NULL =
	 * nobody knows. */
	uint32_t (*durable)(void *ctx, int64_t *behind_ns);
	/* The terminal state is on disk; the runner may be freed after this call returned. */
	void (*over)(void *ctx, const struct pl_run_status *status);
};

enum pl_scan_command {
	PL_SCAN_PAUSE,	   /* at the next point */
	PL_SCAN_PAUSE_NOW, /* the point is voided and retaken */
	PL_SCAN_RESUME,
	PL_SCAN_SKIP,	   /* the point in progress, or the next one of a pause: a row `skipped` */
	PL_SCAN_RETAKE,	   /* the point in progress anew, or the last one: its row is voided */
	PL_SCAN_STOP,	   /* finish the point, restore, interrupted */
	PL_SCAN_STOP_NOW,  /* do not finish the point */
	PL_SCAN_TERMINATE, /* STOP_NOW with exit 143 */
	PL_SCAN_SAFE,	   /* QUIT: thresholds to their restore values, stay paused */
};

/* What the views show of a scan in progress. */
struct pl_scan_progress {
	struct pl_run_status status;
	char phase[24];	   /* "suppress" "write" "settle" "count" "restore" … */
	uint32_t position; /* points of the plan done, of status.planned */
	int channel;	   /* being scanned (the first of several), -1 = none */
	double set;	   /* of the point in progress, NaN = none */
	double next;	   /* NaN = none */
	int64_t phase_started_ns, phase_ends_ns; /* ends: 0 = open */
	int64_t eta_ns; /* duration left, estimated from what was measured; 0 = unknown */
	uint32_t attempt, retries; /* of the point in progress */
	/* Hits of the open window so far, of those that close it; 0 wanted: the time closes it, or
	 * nobody tells. */
	uint64_t hits, hits_wanted;
	/* What settle.until waits for; an empty path: it does not wait. value NaN = none yet. */
	char until_path[PL_PATH_SIZE];
	double until_value, until_target, until_within;
};

struct pl_runner;

/* What the scan writes: one parameter of each channel of the counted device, whether it is scanned
 * or suppressed, or the only target of an axis that is no channel's. Their number. Pure. */
size_t pl_scan_settings(const struct pl_scan *scan, struct pl_target out[PL_CHANNELS_MAX]);

/* head stays valid until over(). held: last confirmed value of each setting of pl_scan_settings,
 * previous: what `restore: previous` goes back to, another one when an earlier run still owes it
 * (NaN = unknown). Sends nothing yet. */
enum pl_status pl_runner_new(const struct pl_run_head *head, const struct pl_scan_io *io,
			     const double *held, const double *previous, struct pl_runner **out,
			     struct pl_error *error);
void pl_runner_free(struct pl_runner *runner);

/* What the run had done before it ended early. All of it is borrowed for the call. */
struct pl_runner_past {
	const struct pl_points_state *points; /* as its rows tell */
	uint32_t begun_index, begun_attempt;  /* as its audit log tells; index 0 = none */
	const struct pl_run_status *status;   /* as its run.yaml tells */
};
/* Before the start: finished points stay as they are, the one that was in progress gets a void row
 * and is taken again as the next attempt. */
void pl_runner_recall(struct pl_runner *runner, const struct pl_runner_past *past);

/* The engine has written PL_WRITE_BEGIN and the device is up: pending restore on disk, then the
 * first write. */
void pl_runner_start(struct pl_runner *runner, const struct pl_identity *identity,
		     const char *port);
void pl_runner_on_answer(struct pl_runner *runner, const struct pl_bus_answer *answer);
void pl_runner_on_ack(struct pl_runner *runner, const struct pl_write_ack *ack);
void pl_runner_on_timer(struct pl_runner *runner);
/* The device was lost, is back, or restarted (forgot its settings). */
void pl_runner_on_device(struct pl_runner *runner, const struct pl_bus_event *event);
/* PL_ERR_USAGE with a sentence when the state does not allow it, PL_ERR_UNSUPPORTED. */
enum pl_status pl_runner_command(struct pl_runner *runner, enum pl_scan_command command,
				 struct pl_error *error);
/* Why the next pause is asked for, in place of "on request"; cut to PL_REASON_SIZE. */
void pl_runner_pause_because(struct pl_runner *runner, const char *why);
void pl_runner_progress(const struct pl_runner *runner, struct pl_scan_progress *out);

#endif
