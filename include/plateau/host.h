/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.h - what a driver tells the bus thread that runs it, and what it may ask of it.
 */
#ifndef PLATEAU_HOST_H
#define PLATEAU_HOST_H

#include "plateau/parameter.h"
#include "plateau/status.h"

#include <stddef.h>

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
	/* One Modbus request through libmodbus: unit, function, data; its frame (CRC or MBAP) is
	 * added. Errors as send(). */
	enum pl_status (*modbus)(void *ctx, const unsigned char *request, size_t count,
				 int64_t deadline_ns, struct pl_error *error);
	/* What has come and nobody waits for is read and fed, until nothing is there. How many
	 * bytes. */
	size_t (*drain)(void *ctx);
	/* Closes the port and opens it anew under the same driver state (TCP after a time-out, when
	 * a late answer could be taken for the next one). */
	enum pl_status (*reopen)(void *ctx, struct pl_error *error);
	/* Of the port as it is open now. */
	bool (*is_network)(void *ctx);
	int64_t (*baud)(void *ctx); /* 0 = unknown */
	/* When the last byte went or came on this line, to or from any of its devices:
	 * CLOCK_MONOTONIC; 0 = none since it was opened. */
	int64_t (*last_byte)(void *ctx);
};

#endif
