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
};

/* What a device says it is. Empty where unknown. */
struct pl_identity {
	char model[48];
	char firmware[32];
	char serial[48];   /* serial number or MAC address */
	char protocol[32]; /* what was settled on: "text", "binary" */
	bool reads_back;   /* settings can be read back */
};

/* One detector event. hits is a bit per channel of the spec. Carried values stand in the order of
 * the driver's device parameters of PL_KIND_CARRIED; NaN where the line has none. */
#define PL_CARRIED_MAX 8
struct pl_event {
	int64_t t_ns; /* when its line was complete on the host */
	uint32_t hits;
	double carried[PL_CARRIED_MAX];
	double device_us; /* the device's own clock, NaN when it tells none */
	double dead_s;	  /* dead time the device reports for it, NaN when none */
};

enum pl_note_level { PL_NOTE_INFO, PL_NOTE_WARNING };

/* What a driver may ask of the thread that runs it. ctx goes first in every call. */
struct pl_host {
	void *ctx;
	int64_t (*now)(void *ctx); /* CLOCK_MONOTONIC, ns */
	/* All bytes or an error: PL_ERR_UNANSWERED (not taken by deadline), PL_ERR_LOST,
	 * PL_ERR_CANCELLED. After a cancel it still sends what the line takes at once, so that a
	 * driver can leave its device in order; wait() then returns at once. Feeds nothing. */
	enum pl_status (*send)(void *ctx, const void *bytes, size_t count, int64_t deadline_ns,
			       struct pl_error *error);
	/* Feeds the driver until done(arg) is true (PL_OK), the deadline passes
	 * (PL_ERR_UNANSWERED), PL_ERR_LOST or PL_ERR_CANCELLED. done NULL: just let time pass,
	 * PL_OK at the deadline. */
	enum pl_status (*wait)(void *ctx, int64_t deadline_ns, bool (*done)(void *arg), void *arg,
			       struct pl_error *error);
	void (*event)(void *ctx, const struct pl_event *event);
	/* A value of a device (channel -1) or channel parameter that came unasked. */
	void (*reading)(void *ctx, int channel, int parameter, const struct pl_reading *reading);
	/* Bytes no parser took; why is a short constant word ("debug", "garbage", "boot"). */
	void (*stray)(void *ctx, const char *bytes, size_t count, const char *why);
	void (*note)(void *ctx, enum pl_note_level level, const char *text);
	/* The device restarted: what it remembered of our settings is unknown from now on. */
	void (*restarted)(void *ctx, const char *text);
};

struct pl_driver {
	const char *name;
	const char *summary;
	unsigned ports;	 /* PL_PORT_* */
	const char *sim; /* the simulator that stands in for it ("osechi"), NULL = none */
	int baud;	 /* 8N1, no flow control unless the bench file says otherwise */
	bool has_events; /* a detector: feeds events, its channels are counted */

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
};

#endif
