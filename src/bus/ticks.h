/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ticks.h - the recordings of a bus: what ticks*.c, tick_read.c and tick_put.c share.
 *
 * All of it belongs to the bus thread. A slot is decided once: it is skipped, or it is polled and
 * its tick is put into the queue or dropped; `next` is the first slot that is not decided.
 */
#ifndef BUS_TICKS_H
#define BUS_TICKS_H

#include "bus/bus.h"

struct pl_bus_member;
struct pl_bus_slot;

/* Where a value comes from: the device is asked, or the bus holds it. */
enum pl_tick_source {
	PL_TICK_ASKED,
	PL_TICK_EVENTS,
	PL_TICK_HITS,
	PL_TICK_CARRIED,
};

struct pl_tick_target {
	struct pl_bus_member *member;
	struct pl_bus_slot *slot; /* NULL: a raw register */
	enum pl_tick_source source;
	int carried;   /* CARRIED: which */
	bool is_asked; /* in the tick that is taken */
	/* That the device does not know it was told since it was found so often; 0 = not. */
	unsigned told_in;
};

/* Slots without anything, not told yet; slots 0 = none. */
struct pl_tick_gap {
	uint64_t n, slots;
	bool is_closed;	  /* has ended: it stands before what comes next */
	int64_t since_ns; /* CLOCK_MONOTONIC when it began */
	char why[48];
};

/* What a device has to do with a recording. */
struct pl_tick_member {
	struct pl_tick_gap silent;
	const char *out;   /* why it is not asked in the tick that is taken; NULL = it is */
	bool has_answered; /* since it was last lost */
};

struct pl_bus_recording {
	struct pl_bus_recording *following;
	struct pl_bus *bus;
	struct pl_bus_request request;
	int64_t period_ns;
	int64_t late_ns; /* a tick that begins later than this behind its slot is late */
	uint64_t next;
	int64_t slot_ns; /* of next; PL_NEVER: there is none */
	size_t reserve;	 /* elements of the queue that only the end may fill */
	bool needs_line; /* something must be asked */
	bool is_taking;	 /* a tick of it is on the stack */
	bool is_cancelled;
	bool is_ending; /* no more slots; what is pending is told, then it is answered */
	enum pl_status status;
	struct pl_error error;
	int64_t skew_ns; /* of CLOCK_BOOTTIME against CLOCK_MONOTONIC, not less than the true one */

	struct pl_tick_books books;
	bool is_changed; /* since they were last told */
	int64_t told_ns;

	struct pl_tick_target *targets;
	struct pl_sample *asked;	/* those of one device that are asked, in a row */
	struct pl_tick *tick;		/* the one that is taken */
	struct pl_tick *other;		/* a gap, or the oldest of the queue */
	struct pl_tick_gap gap;		/* of the whole bus, up to next */
	struct pl_tick_gap dropped;	/* older ones that were taken out of the queue again */
	struct pl_tick_member *members; /* of the bus, in its order */
};

/* ---- ticks_begin.c ---- */

/* PL_OK: it has begun and is answered when it ends. */
enum pl_status pl_ticks_begin(struct pl_bus *bus, const struct pl_bus_request *request,
			      struct pl_error *error);
/* Out of the list already. */
void pl_ticks_free(struct pl_bus_recording *recording);

/* ---- ticks.c ---- */

/* True: the id is that of a recording; it ends at the next tick boundary. */
bool pl_ticks_cancel(struct pl_bus *bus, uint64_t id);
/* The first slot that can be polled; PL_NEVER = none. */
int64_t pl_ticks_due_ns(const struct pl_bus *bus);
/* Polls it, when its time has come. No driver call is on the stack. */
void pl_ticks_serve(struct pl_bus *bus);
/* In every poll round: slots that pass unpolled, what the bus itself holds, gaps and books that are
 * due, ends. When it is to be called next. */
void pl_ticks_round(struct pl_bus *bus);
int64_t pl_ticks_next_ns(const struct pl_bus *bus);
/* The thread ends: all are answered as far as there is room. */
void pl_ticks_end_all(struct pl_bus *bus);

/* ---- ticks_skip.c ---- */

/* The port is open and some device of it is up. */
bool pl_tick_can_ask(const struct pl_bus_recording *recording);
/* Decides the slots that have passed unpolled, and whether it ends. */
void pl_tick_settle(struct pl_bus_recording *recording, int64_t now_ns);
/* Before something changes that decides what passed slots are: they are decided by what was. */
void pl_ticks_settle(struct pl_bus *bus);
/* From now on the line belongs to something else than ticks ("writing"); NULL = no longer. */
void pl_ticks_hold(struct pl_bus *bus, const char *why);

/* ---- tick_read.c ---- */

/* Fills tick->samples. */
void pl_tick_read(struct pl_bus_recording *recording);
/* Some device gave an answer, a refusal too. */
bool pl_tick_is_answered(const struct pl_tick *tick);

/* ---- tick_left.c ---- */

/* The device does not know it: it is not asked. */
bool pl_tick_is_unsupported(const struct pl_tick_target *target);
/* Its row, once. */
void pl_tick_take_unsupported(struct pl_tick_target *target, struct pl_sample *sample);
/* The driver says so now. */
void pl_tick_found_unsupported(struct pl_tick_target *target, struct pl_sample *sample);
/* The row of what came behind the one at which the device fell silent. */
void pl_tick_not_asked(const struct pl_tick_target *target, struct pl_sample *sample);
/* Why a device is not asked in a tick; NULL: it is. */
const char *pl_tick_left_out(const struct pl_bus_recording *recording,
			     const struct pl_bus_member *member);
/* No device that is there knows anything of what is recorded, and that was told. */
bool pl_tick_has_nothing(const struct pl_bus_recording *recording);

/* ---- tick_put.c ---- */

/* The queue has no room for a tick and the gaps before it. */
bool pl_tick_is_blocked(struct pl_bus_recording *recording);
/* Slots from next on are skipped. */
void pl_tick_skip(struct pl_bus_recording *recording, uint64_t slots, enum pl_skip skip,
		  const char *why, int64_t now_ns);
/* The tick that was taken goes into the queue, or is dropped by the policy. Books are kept. */
void pl_tick_put(struct pl_bus_recording *recording, int64_t now_ns);
/* Gaps that are due (all: every one) as far as there is room; true when none is left to tell. */
bool pl_tick_tell_gaps(struct pl_bus_recording *recording, int64_t now_ns, bool all);
int64_t pl_tick_gaps_due_ns(const struct pl_bus_recording *recording);
/* The newest copy of the books replaces an older one. */
void pl_tick_tell_books(struct pl_bus_recording *recording, int64_t now_ns);

#endif
