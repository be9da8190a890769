/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver.h - the contract between a driver and the bus thread that runs it.
 *
 * A driver is two rooms: api.c (what the device offers: this table) and protocol.c (how its bytes
 * look: pure). It is called by exactly one thread, never opens a port, never sleeps, never reads a
 * clock: everything it needs comes from its host. That makes it testable with a scripted host.
 *
 * Bytes arrive through feed(), whenever they come: unasked while nothing is going on, or while the
 * driver itself waits inside read(), write() or probe() by host->wait(). The time given with them
 * is CLOCK_MONOTONIC after the read() that brought them, and it is the time of every event whose
 * newline they contain.
 */
#ifndef PLATEAU_DRIVER_H
#define PLATEAU_DRIVER_H

#include "plateau/host.h"
#include "plateau/option.h"
#include "plateau/parameter.h"
#include "plateau/status.h"

#include <stddef.h>

#define PL_CHANNELS_MAX 16

/* Kinds of port a driver can use, as bits. */
enum { PL_PORT_SERIAL = 1, PL_PORT_TCP = 2 }; /* a pty counts as serial */

/* One channel as the bench file names it. */
struct pl_channel {
	char name[PL_NAME_SIZE];
	int id;		  /* the device's number of it */
	double threshold; /* configured value; NaN when the file gives none */
};

/* The device as the bench file describes it; immutable while the driver lives. */
struct pl_device_spec {
	char name[PL_NAME_SIZE];
	const struct pl_channel *channels;
	size_t channel_count;
	const void *options; /* the driver's own struct, filled by its option rows */
	/* Described by a profile: its rows, and what each looks like on the wire. NULL: the
	 * driver's own tables hold. Instance 1 of such a device is the device itself, instance 2 is
	 * the channel "2" of id 2, and so on; channel_parameters are the rows that have instances.
	 */
	const struct pl_profile *profile;
	const struct pl_parameter *parameters, *channel_parameters;
};

/* What a device says it is. Empty where unknown. */
struct pl_identity {
	char model[48];
	char firmware[32];
	char serial[48];   /* serial number or MAC address */
	char protocol[32]; /* what was settled on: "text", "binary" */
	bool reads_back;   /* settings can be read back */
};

struct pl_profile;

struct pl_driver {
	const char *name;
	const char *summary;
	unsigned ports;	    /* PL_PORT_* */
	const char *sim;    /* the simulator that stands in for it ("osechi"), NULL = none */
	int baud;	    /* 8N1, no flow control unless the bench file says otherwise */
	bool has_events;    /* a detector: feeds events, its channels are counted */
	bool shares_line;   /* several devices may hang on one port, told apart by unit() */
	bool wants_profile; /* its parameters come from a profile (key `profile`) */

	const struct pl_option *options; /* ends with key NULL */
	size_t options_size;
	const struct pl_parameter *parameters;	       /* of the device; ends with name NULL */
	const struct pl_parameter *channel_parameters; /* of each channel; ends with name NULL */

	/* Checks the spec against what the device can be (channel ids, thresholds); no I/O. */
	enum pl_status (*check)(const struct pl_device_spec *spec, struct pl_error *error);
	/* Makes the state; no I/O. spec and host stay valid until close. */
	enum pl_status (*open)(const struct pl_device_spec *spec, const struct pl_host *host,
			       void **state, struct pl_error *error);
	void (*close)(void *state);
	/* After the port opened: waits out boot text, finds out what is there by harmless commands
	 * only. Writes no setting. */
	enum pl_status (*probe)(void *state, struct pl_identity *out, struct pl_error *error);
	void (*feed)(void *state, const unsigned char *bytes, size_t count, int64_t t_ns);
	enum pl_status (*read)(void *state, int channel, int parameter, struct pl_reading *out,
			       struct pl_error *error);
	/* Writes once and confirms by content (and read-back where the device can). PL_OK only when
	 * confirmed; PL_ERR_REFUSED, PL_ERR_UNANSWERED, PL_ERR_MISMATCH otherwise. Retries are the
	 * caller's. out is filled as far as known in every case. */
	enum pl_status (*write)(void *state, int channel, int parameter, double value,
				struct pl_write_report *out, struct pl_error *error);

	/* The rest may be NULL. */

	/* The address on a shared line. */
	int (*unit)(const struct pl_device_spec *spec);
	/* Several in as few transactions as can be. PL_OK when anything was answered, an exception
	 * too; PL_ERR_UNANSWERED when the device was silent (at the first silence the rest is not
	 * asked), PL_ERR_LOST, PL_ERR_CANCELLED. All targets are of this device, raw ones too.
	 * NULL: read() one after the other. */
	enum pl_status (*read_many)(void *state, struct pl_sample *samples, size_t count,
				    struct pl_error *error);
	/* What read_many would cost at this speed of the line (0 = unknown). Pure, any thread. */
	struct pl_wire_cost (*cost)(const struct pl_device_spec *spec,
				    const struct pl_target *targets, size_t count, int64_t baud);
	/* "@2488:u16" of a path into raw_address and raw_type; NULL: it has no raw registers. */
	enum pl_status (*parse_raw)(const struct pl_device_spec *spec, const char *text,
				    struct pl_target *out, struct pl_error *error);
	/* A frame explained for people, a line each: `plateau decode`. Returns false when it is no
	 * frame of this protocol. */
	bool (*decode)(const unsigned char *bytes, size_t count,
		       void (*say)(void *ctx, const char *line), void *ctx);
	/* `plateau discover`: what may be at this line, by harmless questions only. speeds ends
	 * with 0; units are asked in turn. NULL: cannot be found by asking. */
	const struct pl_discovery *discovery;
};

/* How a device of this kind is looked for. Nothing is ever written, no setting changed. */
struct pl_discovery {
	const int *speeds; /* ends with 0, likeliest first */
	int first_unit, last_unit;
	/* Options of a spec that asks this unit; the probe() of a device made with it answers.
	 * snippet: the lines of a bench file that describe what answered. */
	void (*make_options)(int unit, void *options);
	const char *snippet_form; /* for people: which keys the snippet gets, "unit: %d" */
};

#endif
