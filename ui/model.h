/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model.h - what the view knows of the bench: copies of the newest snapshot, the points of the run
 * on the screen, and the last lines of the log.
 *
 * Texts are as the engine sent them; they become harmless when they are drawn. Missing numbers are
 * NaN. One thread. A part that a snapshot leaves out stays as it was.
 */
#ifndef UI_MODEL_H
#define UI_MODEL_H

#include "plateau/json.h"
#include "spark.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_MODEL_NAME 40
#define PL_MODEL_TEXT 200

struct pl_model_device {
	char name[PL_MODEL_NAME], driver[PL_MODEL_NAME], state[16], path[PL_MODEL_TEXT];
	char model[64], firmware[64], serial[64], protocol[32], text[PL_MODEL_TEXT];
	int64_t events, strays, errors, retries;
	double latency_ms, occupancy; /* share of the line's time; NaN = not known */
	int64_t used_by;	      /* number of a live run, 0 = none */
	int64_t retry_ns;	      /* CLOCK_MONOTONIC, 0 = not known */
};

struct pl_model_reading {
	char path[112], unit[16], quality[16], reason[PL_MODEL_TEXT], text[64];
	double value, lo, hi, age_s; /* age when the snapshot was heard */
	struct pl_bounds bounds;
	int digits;
};

/* A value a second of the last minute of one reading, or of a book. */
#define PL_MODEL_TREND	   60
#define PL_MODEL_TRENDS	   512
#define PL_MODEL_BOOK_SIGN "#" /* before the name of a book; paths of readings never begin so */
#define PL_MODEL_BOOK	   120
struct pl_model_trend {
	char path[PL_MODEL_BOOK];
	int64_t last_s; /* second of the newest, -1 = none */
	double values[PL_MODEL_TREND];
};

struct pl_model_counter {
	char name[112], text[PL_MODEL_TEXT];
	double value, per_s;
};

struct pl_model_run {
	bool is_there, is_over;
	int64_t number, exit;
	char uid[80], path[PL_MODEL_TEXT], name[PL_MODEL_NAME], state[20], phase[40];
	char reason[PL_MODEL_TEXT], device[PL_MODEL_NAME], channel[PL_MODEL_NAME];
	char parameter[PL_MODEL_NAME], unit[16];
	double set, next, elapsed_s, eta_s, phase_s, phase_left_s, behind_s;
	int64_t position, planned, done, durable, invalid, rows, attempt, retries;
	int64_t suspect, saturated, skipped, voided, dead;
	int64_t together;	   /* channels stepped at once; 0 = one at a time */
	int64_t hits, hits_wanted; /* of the open window; 0 wanted = closed by time, or unknown */
	char until_path[112];	   /* what the point waits for, empty = nothing */
	double until_value, until_target, until_within;
};

/* A recording in progress. */
struct pl_model_recording {
	int64_t number;
	char name[PL_MODEL_NAME], state[20];
	int64_t on_time, late, skipped, failed, dropped, rows, events;
	int64_t lost; /* devices of it that are not there */
	bool is_full; /* waits for room on the disk */
	double behind_s, elapsed_s, eta_s;
	double queue, drift_ms;	    /* how full it is, 0 to 1; the latest start of a slot */
	char skips[80], faults[80]; /* why: "overrun 3, blocked 2" */
};
#define PL_MODEL_LIVE 20

/* The newest run, when it did not reach its end; number 0 = it did. */
struct pl_model_unfinished {
	int64_t number, done, planned;
	char name[PL_MODEL_NAME], state[20];
};

/* Settings that an earlier run never put back; count 0 = none. */
struct pl_model_owed {
	int64_t number;
	size_t count;
	char path[112]; /* of the first */
	double value;
};

/* A reading beyond its limits, or that was and nobody has acknowledged. */
struct pl_model_alarm {
	char path[112], level[8], latched[8];
	bool is_alarm; /* not only a warning */
	bool is_acked, is_over;
};
#define PL_MODEL_ALARMS 64

/* All of them, and in words the one to be told first; count 0 = none. */
struct pl_model_alarms {
	size_t count, unacked;
	bool is_alarm;	/* the first */
	char path[112]; /* of the first */
	char level[16]; /* "hihi", "was hihi" */
	struct pl_model_alarm items[PL_MODEL_ALARMS];
};

/* Why something did not go straight on. */
struct pl_model_why {
	char t[28], kind[12], text[PL_MODEL_TEXT];
	int64_t times;
};
#define PL_MODEL_WHYS 24

struct pl_model_point {
	int64_t index, attempt, hits;
	double set, rate, lo, hi, live_s;
	short series;  /* position in pl_model_curve.series */
	short repeat;  /* from 1 */
	bool is_valid; /* carries counts */
	char quality[18], pass[8];
};

struct pl_model_log {
	int64_t n;
	char t[28], level[12], text[256];
};

#define PL_MODEL_LOG	400
#define PL_MODEL_SERIES 16

/* The points of one run in the order of their index, the last row of each (index, series). */
struct pl_model_curve {
	char uid[80];
	struct pl_model_point *points;
	size_t count, room;
	int64_t rows_seen; /* rows taken in, replaced ones included */
	char series[PL_MODEL_SERIES][PL_MODEL_NAME];
	bool is_drawn[PL_MODEL_SERIES]; /* a point of it has a setting */
	size_t series_count;
};

struct pl_model {
	int64_t n; /* of the newest snapshot; 0 = none yet */
	char bench[PL_MODEL_NAME], file[PL_MODEL_TEXT], workspace[PL_MODEL_TEXT];
	char log_file[PL_MODEL_TEXT]; /* where the engine keeps what it says; empty = nowhere */
	char operator_name[64];
	bool has_changed;	    /* the bench file is not what the engine has read */
	char driver[PL_MODEL_TEXT]; /* who may act, of all views; empty = nobody */
	bool is_waiting;	    /* another view drives */
	bool is_simulated, needs_operator;
	int64_t views, pid;
	struct pl_model_run run;
	struct pl_model_unfinished unfinished;
	struct pl_model_owed owed;
	struct pl_model_alarms alarms;
	char (*scans)[PL_MODEL_NAME];
	size_t scan_count;
	char (*recordings)[PL_MODEL_NAME];
	size_t recording_count;
	struct pl_model_recording live[PL_MODEL_LIVE]; /* recordings in progress */
	size_t live_count;
	struct pl_model_device *devices;
	size_t device_count;
	struct pl_model_reading *readings;
	size_t reading_count;
	struct pl_model_counter *counters;
	size_t counter_count;

	struct pl_model_curve curve; /* of the run on the screen */
	struct pl_model_curve under; /* of an earlier run, drawn under it; uid empty = none */

	/* What is counted: the run's, each recording's, the devices'. */
	struct pl_model_counter *books;
	size_t book_count;
	struct pl_model_why whys[PL_MODEL_WHYS]; /* the newest first */
	size_t why_count;
	double disk_free; /* bytes, NaN = not known */
	int64_t heard_ns; /* CLOCK_MONOTONIC of the newest snapshot, 0 = none yet */
	struct pl_model_trend *trends;
	size_t trend_count;

	struct pl_model_log log[PL_MODEL_LOG]; /* a ring */
	size_t log_next, log_count;
};

/* The model is large and zero-initialised: one, on the heap, for the life of the view. */
struct pl_model *pl_model_new(void);
void pl_model_free(struct pl_model *model);
/* A new connection: numbers of snapshots and log lines begin anew; what is known stays. */
void pl_model_reconnected(struct pl_model *model);

/* Takes in the object of {"snapshot":{…}}. Points of another run are dropped. */
void pl_model_apply(struct pl_model *model, const struct pl_json *snapshot);

/* True when the run has rows that were not taken in yet: `points {from}` fetches them. */
bool pl_model_wants_points(const struct pl_model *model, int64_t *from);
/* Takes in one {"part":[point…]} for the run of that uid; ignored when it is another's. A row that
 * repeats index and channel replaces the older one. */
void pl_model_add_points(struct pl_model *model, const char *uid, const struct pl_json *part);
void pl_curve_add_points(struct pl_model_curve *curve, const struct pl_json *part);
/* Forgets all points; the memory stays. */
void pl_curve_clear(struct pl_model_curve *curve, const char *uid);

/* Line i of the log, 0 = the oldest kept. */
const struct pl_model_log *pl_model_log_line(const struct pl_model *model, size_t i);

/* model_bench.c: of "alarms", "whys", "ages". */
void pl_model_take_alarms(struct pl_model_alarms *to, const struct pl_json *list);
void pl_model_take_whys(struct pl_model *model, const struct pl_json *list);
void pl_model_take_ages(struct pl_model *model, const struct pl_json *ages);
/* Of this reading, NULL = none. */
const struct pl_model_alarm *pl_model_alarm(const struct pl_model *model, const char *path);

/* model_trends.c: a snapshot was heard at that time; values are kept, ages begin. */
void pl_model_heard(struct pl_model *model, int64_t now_ns);
/* The newest `count` values of a reading, a second apart, the oldest first; NaN = there was none.
 */
void pl_model_trend(const struct pl_model *model, const char *path, double *values, size_t count);
/* Nothing was heard for longer than the engine is ever silent. */
bool pl_model_is_old(const struct pl_model *model, int64_t now_ns);
/* Seconds since the engine was heard, NaN = never; and since the reading was taken, NaN = a setting
 * or a rate. */
double pl_model_silence_s(const struct pl_model *model, int64_t now_ns);
double pl_model_age_s(const struct pl_model *model, const struct pl_model_reading *reading,
		      int64_t now_ns);
/* When ages or times to come are to be drawn anew though nothing was heard. */
int64_t pl_model_next_ns(const struct pl_model *model, int64_t now_ns);

/* model_books.c: after a snapshot. per_s: over the last ten seconds, NaN = not known. */
void pl_model_make_books(struct pl_model *model);
double pl_model_per_s(const struct pl_model *model, const char *name);

/* model_recordings.c: of "recordings" and "runs" of a snapshot. */
void pl_model_take_recordings(struct pl_model *model, const struct pl_json *list);
void pl_model_take_live(struct pl_model *model, const struct pl_json *runs);
/* The one of this name that is in progress, NULL = none. */
const struct pl_model_recording *pl_model_live(const struct pl_model *model, const char *name);

bool pl_model_is_running(const struct pl_model *model); /* a run is under way, or paused */
bool pl_model_is_paused(const struct pl_model *model);
/* The point measured last that carries counts and has a setting, NULL = none. */
const struct pl_model_point *pl_model_last_point(const struct pl_model *model);
/* The first device that is lost, NULL = none; *count (may be NULL) how many. */
const struct pl_model_device *pl_model_lost(const struct pl_model *model, size_t *count);

#endif
