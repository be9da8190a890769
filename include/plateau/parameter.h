/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameter.h - what can be read from or written to a device, and what a reading is.
 *
 * One row a parameter. The command line, the check of the bench file, the prompts of the screen
 * and the manual all use the same row. Rows are constant; readings go by value.
 */
#ifndef PLATEAU_PARAMETER_H
#define PLATEAU_PARAMETER_H

#include <stdbool.h>
#include <stdint.h>

#define PL_NAME_SIZE	   33  /* [a-z][a-z0-9_]{0,31} and NUL */
#define PL_PATH_SIZE	   100 /* device.channel.parameter and NUL */
#define PL_VALUE_TEXT_SIZE 48
#define PL_REASON_SIZE	   96

enum pl_value_type { PL_VALUE_REAL, PL_VALUE_INTEGER, PL_VALUE_TEXT };

enum { PL_ACCESS_READ = 1, PL_ACCESS_WRITE = 2 };

/* How a parameter moves: a state, a counter that only grows, or carried by the device's own lines
 * without being asked. */
enum pl_parameter_kind { PL_KIND_STATE, PL_KIND_COUNTER, PL_KIND_CARRIED };

struct pl_parameter {
	const char *name;
	int id; /* the device's own number for it, 0 = none */
	enum pl_value_type type;
	enum pl_parameter_kind kind;
	const char *unit; /* "" = none */
	double min, max;  /* limits of a written value, plausible limits of a read one */
	double step;	  /* of a written value; 0 = any */
	double wrap;	  /* of a counter: value at which it begins again at 0; 0 = none */
	int digits;	  /* after the point, for people */
	unsigned access;  /* PL_ACCESS_* */
	bool persistent;  /* a write wears out the device's memory */
	bool show;	  /* on the Readings panel unasked */
	const char *text; /* one line for people */
};

struct pl_value {
	enum pl_value_type type;
	double number;
	/* Of PL_VALUE_TEXT; of a number the name of its value or of its bits, "" = none. Already
	 * escaped for people. */
	char text[PL_VALUE_TEXT_SIZE];
};

/* ok: fresh and plausible. stale: not renewed in time. over: beyond the instrument's range.
 * invalid: an answer that is no value. missing: no answer. Only ok and stale carry a number. */
enum pl_quality {
	PL_QUALITY_OK,
	PL_QUALITY_STALE,
	PL_QUALITY_OVER,
	PL_QUALITY_INVALID,
	PL_QUALITY_MISSING,
};

struct pl_reading {
	int64_t t_mono_ns;  /* middle of the round trip, or when the line arrived */
	int64_t latency_ns; /* round trip, 0 for a carried one */
	enum pl_quality quality;
	struct pl_value value;
	char reason[PL_REASON_SIZE]; /* why quality is not ok */
};

/* A parameter of one device by position: device in the bench, channel in the device's list (-1: the
 * device itself), row in the device's table (channel rows when channel >= 0). PL_PARAMETER_RAW
 * stands for a register that no row describes (oven.@2488:u16): raw_address and raw_type say which,
 * in the driver's own words. */
#define PL_PARAMETER_RAW (-2)
struct pl_target {
	int16_t device;
	int16_t channel;
	int16_t parameter;
	uint16_t raw_type;
	uint32_t raw_address;
};

/* One of several parameters that are read in one go. The driver fills all but target. */
#define PL_RAW_SIZE 64
struct pl_sample {
	struct pl_target target;
	bool was_asked; /* false: left out (unsupported, or its device is silent); no row */
	int64_t requested_ns, received_ns; /* CLOCK_MONOTONIC: ends of its round trip */
	struct pl_reading reading; /* a failed read is quality missing or invalid, and why */
	/* enum pl_status of this read: PL_OK the device gave an answer (its quality may be invalid
	 * or over still), PL_ERR_UNANSWERED, _PROTOCOL, _REFUSED, _UNSUPPORTED, _LOST, _CANCELLED.
	 */
	int status;
	char raw[PL_RAW_SIZE]; /* the reply as hex, cut; "" = none */
};

/* What reading parameters costs on the wire. */
struct pl_wire_cost {
	unsigned transactions;
	int64_t time_ns; /* request, answer and silent times; 0 = the line's speed is unknown */
};

/* What a write did. requested is in the request; applied is what the device confirmed. */
struct pl_write_report {
	double applied;
	double readback;	     /* NaN where the device cannot read back */
	int64_t t_confirmed_ns;	     /* CLOCK_MONOTONIC */
	char reason[PL_REASON_SIZE]; /* a remark such as "echo_unknown", else empty */
};

#endif
