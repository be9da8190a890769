/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench.h - the bench a YAML file describes, checked and immutable.
 *
 * Loaded once by pl_bench_load, which reports every error of the file at once with its place;
 * afterwards any thread may read it and it crosses threads by pointer. All strings live as long as
 * the bench.
 */
#ifndef CONFIG_BENCH_H
#define CONFIG_BENCH_H

#include "plateau/driver.h"

#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>

#define PL_DEVICES_MAX	    1024
#define PL_SCANS_MAX	    1024
#define PL_COINCIDENCES_MAX 16
#define PL_SERIES_MAX	    (PL_CHANNELS_MAX + PL_COINCIDENCES_MAX)

struct pl_coincidence {
	char name[PL_NAME_SIZE];
	uint32_t channels; /* a bit per channel of the device; all must have fired */
};

enum pl_lost_else { PL_LOST_STOP, PL_LOST_SKIP };
enum pl_dead_time { PL_DEAD_TIME_NONE, PL_DEAD_TIME_NONPARALYZABLE };

/* Limits of a reading, in its unit; NaN = none. Beyond low or high is a warning, beyond lolo or
 * hihi an alarm; it is over when the value is back by the hysteresis. */
struct pl_limits {
	struct pl_target target;
	const struct pl_parameter *parameter;
	char path[PL_PATH_SIZE];
	double lolo, low, high, hihi, hysteresis;
	int line;
};
enum pl_on_alarm { PL_ON_ALARM_NONE, PL_ON_ALARM_PAUSE, PL_ON_ALARM_STOP };

struct pl_device {
	struct pl_device_spec spec;
	const struct pl_driver *driver;
	const char *driver_name;
	const char *port;	  /* as the file says; a path is absolute */
	const char *port_in_file; /* the same where --sim put a simulator in its place */
	int64_t baud;		  /* 0: the driver's own on a real line, unknown on a pty or TCP */
	bool dtr, rts;		  /* line states set at open */
	bool trace;
	struct pl_coincidence coincidences[PL_COINCIDENCES_MAX];
	size_t coincidence_count;
	double dead_time_tau_s;	  /* 0 = none */
	double dead_time_error_s; /* 1 sigma of it */
	int dead_time_model;	  /* enum pl_dead_time */
	double max_rate_hz;	  /* hits of a channel beyond it are implausible; 0 = any */
	double refresh_hz;
	int64_t refresh_ns;	/* period of unasked polls for the screen; 0 = never */
	int64_t rate_window_ns; /* of the live rate */
	int64_t lost_wait_ns;
	int lost_else;		  /* enum pl_lost_else */
	const char *profile_name; /* as the file says; NULL = none */
	const struct pl_limits *limits;
	size_t limit_count;
	int on_alarm;		 /* enum pl_on_alarm */
	int64_t resume_after_ns; /* inside all limits so long: a run it paused goes on; 0 = never */
	/* Position in the bench of the first device on the same line; its own when it is that, or
	 * alone. Ports of one line have the same text, but not always the other way round: two
	 * simulators are two lines. */
	int first_on_line;
	int line; /* in the file, for messages */
};

/* Its parameters (channel -1) or those of each channel: the profile's, else the driver's. */
static inline const struct pl_parameter *pl_device_rows(const struct pl_device *device, int channel)
{
	const struct pl_device_spec *spec = &device->spec;

	if (channel < 0)
		return spec->parameters ? spec->parameters : device->driver->parameters;
	return spec->channel_parameters ? spec->channel_parameters
					: device->driver->channel_parameters;
}

/* Points of one channel, never accumulated: see scan/plan. */
enum pl_range_kind { PL_RANGE_CENTER, PL_RANGE_STEP, PL_RANGE_POINTS, PL_RANGE_LIST };
struct pl_range {
	enum pl_range_kind kind;
	double center, start, stop, step;
	int64_t nsteps, points;
	const double *list;
	size_t list_count;
	int line, column;
};

enum pl_scan_mode { PL_SCAN_SERIAL, PL_SCAN_PARALLEL };
enum pl_scan_order { PL_ORDER_UP, PL_ORDER_DOWN, PL_ORDER_UPDOWN, PL_ORDER_SHUFFLE };
enum pl_scan_restore {
	PL_RESTORE_PREVIOUS,
	PL_RESTORE_CONFIGURED,
	PL_RESTORE_SUPPRESS,
	PL_RESTORE_KEEP,
};

/* ---- how long a point counts ---- */

enum pl_dwell_rule { PL_DWELL_TIME, PL_DWELL_COUNTS, PL_DWELL_ERROR };

struct pl_dwell {
	int rule;	      /* enum pl_dwell_rule */
	int64_t time_ns;      /* TIME */
	int64_t counts;	      /* COUNTS: close with the event that completes them */
	double error;	      /* ERROR: relative 1 sigma, 0.05: close at ceil(1 / error^2) counts */
	int64_t min_ns;	      /* COUNTS, ERROR: not before */
	int64_t max_ns;	      /* COUNTS, ERROR: not after; 0 = no limit */
	int64_t zero_rate_ns; /* COUNTS, ERROR: close when nothing fired until then; 0 = never */
};

/* Why a window closed, and so what a row says of its dwell. */
enum pl_stop_rule {
	PL_STOP_NONE, /* there was no window */
	PL_STOP_TIME,
	PL_STOP_COUNTS,
	PL_STOP_ERROR,
	PL_STOP_MAX_TIME,
	PL_STOP_ZERO_RATE,
	PL_STOP_OPERATOR,
};

/* ---- what is set ---- */

/* CHANNELS: one parameter of each scanned channel, in its turn or (parallel) together. ONE: a
 * single parameter of any device, while the scan's channels are counted. */
enum pl_axis_kind { PL_AXIS_CHANNELS, PL_AXIS_ONE };

/* Settle until a reading is where it should be: within `within` of the set value for `for_ns`. */
enum pl_until_else { PL_UNTIL_SKIP, PL_UNTIL_ASK, PL_UNTIL_STOP };
struct pl_until {
	bool is_given;
	struct pl_target target;
	char path[PL_PATH_SIZE];
	double within;
	int64_t for_ns, at_most_ns;
	int otherwise; /* enum pl_until_else */
};

/* ---- what is measured: a row of each point for each ---- */

#define PL_MEASURES_MAX PL_SERIES_MAX
enum pl_measure_kind {
	PL_MEASURE_SCANNED, /* hits of the channel that is scanned (serial scans only) */
	PL_MEASURE_SERIES,  /* hits of one channel or coincidence */
	PL_MEASURE_READING, /* a column of the readings beside the scan */
};
struct pl_measure {
	enum pl_measure_kind kind;
	int index; /* SERIES: channel, then coincidences; READING: in readings[] */
};

/* ---- parameters of other devices, read while a window is open ---- */

#define PL_BESIDE_MAX 16
struct pl_beside {
	struct pl_target target;
	const struct pl_parameter *parameter;
	char path[PL_PATH_SIZE];
};

/* Writes of an axis that the device keeps in a memory which they wear out. */
enum pl_memory {
	PL_MEMORY_ASK,	    /* refused unless somebody said yes */
	PL_MEMORY_WRITE,    /* made */
	PL_MEMORY_VOLATILE, /* the device's own switch makes them volatile meanwhile */
};

struct pl_scan_channel {
	int channel; /* position in the device's list */
	struct pl_range range;
};

/* A program of the user's, run without a shell. */
struct pl_hook {
	const char *const
	    *words; /* its absolute path and its arguments, ends with NULL; NULL = none */
};

struct pl_scan {
	char name[PL_NAME_SIZE];
	const char *set;		/* "det.threshold" */
	const struct pl_device *device; /* whose channels are counted */
	int device_index;
	int axis_kind; /* enum pl_axis_kind */
	int parameter; /* CHANNELS: row in the device's channel_parameters */
	/* ONE: what is set, its row and its range. Its plan has channel -1. */
	struct pl_target axis;
	const struct pl_parameter *axis_parameter;
	struct pl_range axis_range;
	int memory; /* enum pl_memory */
	/* PL_MEMORY_VOLATILE: set to switch_on before the first write of the axis, then put back.
	 */
	bool has_switch;
	struct pl_target memory_switch;
	const struct pl_parameter *switch_parameter;
	double switch_on;
	/* CHANNELS: scanned in this order, each with its range. ONE: counted; ranges unused. */
	struct pl_scan_channel channels[PL_CHANNELS_MAX];
	size_t channel_count;
	int mode, order, restore; /* enum pl_scan_mode, pl_scan_order, pl_scan_restore */
	bool has_seed;
	int64_t seed;
	int64_t repeat;
	bool drift_check; /* the first point of each channel again at its end, pass `check` */
	struct pl_dwell dwell;
	int64_t settle_ns;
	struct pl_until until;
	int64_t discard_first_ns;
	double suppress;
	int64_t retry_tries; /* writes in all */
	int64_t retry_wait_ns;
	/* Never empty: the default is filled in by the loader (serial: SCANNED; parallel and an
	 * axis that is no channel's: the scan's channels, then coincidences). */
	struct pl_measure measures[PL_MEASURES_MAX];
	size_t measure_count;
	struct pl_beside readings[PL_BESIDE_MAX];
	size_t reading_count;
	int64_t readings_period_ns;
	bool events;		     /* raw events to events.csv */
	int64_t give_up;	     /* invalid points in a row that end a channel; 0 = never */
	const char *const *analyses; /* names, in order */
	size_t analysis_count;
	struct pl_hook before, after;
	int64_t hook_limit_ns; /* each of them */
	int line;
};

/* ---- recordings ---- */

#define PL_RECORDINGS_MAX 256
#define PL_RECORDED_MAX	  4096 /* parameters of one recording */
enum pl_overflow { PL_OVERFLOW_BLOCK, PL_OVERFLOW_DROP_NEWEST, PL_OVERFLOW_DROP_OLDEST };
enum { PL_SINK_CSV = 1, PL_SINK_JSONL = 2, PL_SINK_SQLITE = 4 }; /* bits */

/* Parameters polled at an absolute cadence, or the events of a detector, or both. */
struct pl_recording {
	char name[PL_NAME_SIZE];
	double rate_hz;		    /* 0.001 … 5000; 0 = no parameters, events only */
	struct pl_beside *readings; /* each once, grouped by device as the bench lists them */
	size_t reading_count;
	int events_device; /* position in the bench of the detector whose events are stored; -1 */
	int64_t time_ns;   /* how long; 0 = until stopped */
	int64_t ticks;	   /* so many; 0 = until stopped. Not together with time */
	int64_t counts;	   /* events; 0 = any number */
	int64_t buffer;	   /* ticks between a bus and the sinks; 0 = max(64, 4 s · rate) */
	int overflow;	   /* enum pl_overflow */
	unsigned sinks;	   /* PL_SINK_* */
	int64_t flush_ns;  /* what a kill -9 may cost at most */
	bool raw;	   /* the replies as hex in jsonl and sqlite */
	bool reconnect;	   /* no: a lost port ends it */
	int line;
};

struct pl_override { /* one --set */
	const char *path, *value;
};

struct pl_bench {
	char name[PL_NAME_SIZE];
	const char *file; /* real path */
	const char *text; /* the file as read */
	size_t text_size;
	char sha256[PL_HASH_SIZE];
	const char *workspace; /* absolute */
	bool operator_required;
	bool simulated; /* --sim */
	struct pl_device *devices;
	size_t device_count;
	struct pl_scan *scans;
	size_t scan_count;
	struct pl_recording *recordings;
	size_t recording_count;
	const struct pl_override *overrides;
	size_t override_count;
	struct pl_bench_own *own; /* memory and origins, the room's own */
};

/* The profile of a device as a run has stored it. */
struct pl_stored_profile {
	const char *device; /* its name in the bench */
	const char *file;   /* where it was read then */
	const char *text;
	size_t text_size;
};

struct pl_bench_request {
	const char *file; /* path of the bench file */
	const char *text; /* its bytes as a run has stored them; NULL = they are read */
	size_t text_size;
	/* With text: taken in place of the files; of a device that is not named its file is read.
	 */
	const struct pl_stored_profile *profiles;
	size_t profile_count;
	const char *workspace; /* --workspace, absolute, or NULL */
	const struct pl_override *overrides;
	size_t override_count;
	bool simulate; /* --sim: every port becomes its driver's simulator */
	const struct pl_driver *const *drivers; /* ends with NULL */
};

/* Every problem of a file, in file order, those of --set behind them. */
struct pl_problem {
	int line, column; /* 0: not of a file */
	int profile;	  /* place in that one of the profiles, from 1; 0: in the bench file */
	char where[160];  /* "bench.yaml:12:5" or "--set scans.threshold.dwell.time" */
	char text[320];	  /* what, and the nearest valid key or the limits */
};
struct pl_problems {
	char file[256]; /* as the request named it */
	struct pl_problem *items;
	size_t count;
	size_t dropped; /* beyond the most that are kept (1000) */
};

/* PL_OK and *out, or PL_ERR_CONFIG (problems filled; error holds the first), PL_ERR_NOT_FOUND,
 * PL_ERR_PERMISSION. problems is always to be freed with pl_problems_fini. */
enum pl_status pl_bench_load(const struct pl_bench_request *request, struct pl_bench **out,
			     struct pl_problems *problems, struct pl_error *error);
void pl_bench_free(struct pl_bench *bench);
void pl_problems_fini(struct pl_problems *problems);

const struct pl_device *pl_bench_device(const struct pl_bench *bench, const char *name);
const struct pl_scan *pl_bench_scan(const struct pl_bench *bench, const char *name);
const struct pl_recording *pl_bench_recording(const struct pl_bench *bench, const char *name);
/* The row of what the scan sets, whichever kind of axis it has. */
const struct pl_parameter *pl_scan_axis(const struct pl_scan *scan);

/* A parameter path device[.channel].parameter, the parameter by name, by the device's number of
 * it, or raw (oven.@2488:u16; its match has parameter NULL, a PL_PARAMETER_RAW target). `*` stands
 * for all in any place; as the last word it stands for all that follows too (`*`, `det.*`). Fills
 * the first cap matches, *count says how many there are. A path that matches nothing is
 * PL_ERR_NOT_FOUND naming the nearest. */
struct pl_match {
	struct pl_target target; /* device: position in the bench */
	const struct pl_parameter *parameter;
	char path[PL_PATH_SIZE];
};
enum pl_status pl_bench_resolve(const struct pl_bench *bench, const char *path,
				struct pl_match *out, size_t cap, size_t *count,
				struct pl_error *error);
/* The value to be written as a user says it: "30", "30 C", a word of an enum. Another unit, or a
 * word that is none, is PL_ERR_USAGE with the nearest. */
enum pl_status pl_value_parse(const struct pl_bench *bench, const struct pl_match *match,
			      const char *text, double *out, struct pl_error *error);
/* The i-th word that the parameter's value may be; NULL: it has no more. */
const char *pl_value_word(const struct pl_bench *bench, const struct pl_match *match, size_t i);
/* Access, limits and step of the row, before any byte: PL_ERR_USAGE, PL_ERR_RANGE. */
enum pl_status pl_value_check(const struct pl_match *match, double value, struct pl_error *error);
/* "det.top.threshold" of a target; returns out. */
const char *pl_bench_path(const struct pl_bench *bench, struct pl_target target,
			  char out[PL_PATH_SIZE]);

/* PL_ERR_CONFIG when the program of a hook is not there or cannot be run. None is fine. */
enum pl_status pl_hook_check(const struct pl_hook *hook, struct pl_error *error);

/* `plateau check --effective`: every value with its origin (file:line, --set, default), as text. */
struct pl_text;
void pl_bench_effective(const struct pl_bench *bench, struct pl_text *out);
/* The value of one document path as the user wrote it or its default; NULL = it has none. Borrowed
 * from the bench. */
const char *pl_bench_value(const struct pl_bench *bench, const char *path);

#endif
