/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_run.h - the running controllers of one line, shared by ezzone_hear (bytes into requests),
 * ezzone_act (requests into replies), ezzone_send (replies onto the line), ezzone_strike (faults)
 * and ezzone_run (the loop). One thread owns it all.
 */
#ifndef SIM_EZZONE_RUN_H
#define SIM_EZZONE_RUN_H

#include "sim/ezzone_end.h"
#include "sim/ezzone_truth.h"
#include "sim/ezzone_unit.h"
#include "sim/faults.h"

#define PL_EZSIM_OUTBOX 64

/* One controller and when it is free again, and hears again. */
struct pl_ezsim_station {
	struct pl_ezsim_unit unit;
	int64_t busy_until_ns, silent_until_ns;
};

/* A whole request as it came; pdu: function and data, or the payload of Standard Bus. */
struct pl_ezsim_request {
	uint32_t end;
	int address; /* as the protocol counts units */
	const unsigned char *frame, *pdu;
	size_t count, pdu_count;
	int64_t t_ns;
};

/* Bytes on their way. */
struct pl_ezsim_letter {
	int64_t due_ns;
	uint32_t end;
	struct pl_ezsim_sent sent; /* its row in the truth log */
	size_t count;
	unsigned char bytes[PL_EZSIM_FRAME_MAX];
};

struct pl_ezsim_run {
	const struct pl_ezsim_values *values;
	struct pl_ezsim_door door;
	struct pl_ezsim_station *stations;
	size_t station_count;
	struct pl_sim_faults faults;
	int64_t delayed_ns[PL_SIM_FAULTS_MAX]; /* struck by a request, happens then */
	struct pl_sim_random timing, luck;
	struct pl_sim_truth truth;
	struct pl_ezsim_letter outbox[PL_EZSIM_OUTBOX]; /* in order of time */
	size_t letter_count;
	int64_t start_ns, replug_ns, babble_until_ns, babble_next_ns;
	double ns_per_byte;
	bool is_over;
};

/* What is done to the request in hand. */
struct pl_ezsim_effect {
	int64_t late_ns, piece_ns;
	int pieces, exception;
	bool is_dead, is_lost, is_undone, is_cut, is_garbled, is_foreign, is_echoed;
};

/* Simulated seconds since the start. */
double pl_ezsim_seconds(const struct pl_ezsim_run *run, int64_t now_ns);

/* ezzone_hear.c */
void pl_ezsim_hear(struct pl_ezsim_run *run, int64_t now_ns);
int64_t pl_ezsim_hear_next_ns(const struct pl_ezsim_run *run);

/* ezzone_act.c */
void pl_ezsim_act(struct pl_ezsim_run *run, const struct pl_ezsim_request *request);

/* ezzone_send.c. The letter is copied; it is lost when too many wait already. */
void pl_ezsim_send(struct pl_ezsim_run *run, const struct pl_ezsim_letter *letter,
		   const struct pl_ezsim_effect *effect);
void pl_ezsim_send_due(struct pl_ezsim_run *run, int64_t now_ns);
/* To everybody, at once. */
void pl_ezsim_send_noise(struct pl_ezsim_run *run, size_t count);
int64_t pl_ezsim_send_next_ns(const struct pl_ezsim_run *run);

/* ezzone_strike.c */
void pl_ezsim_strike_request(struct pl_ezsim_run *run, int address, bool writes,
			     struct pl_ezsim_effect *effect, int64_t now_ns);
void pl_ezsim_strike_due(struct pl_ezsim_run *run, int64_t now_ns); /* and plugs in again */
int64_t pl_ezsim_strike_next_ns(const struct pl_ezsim_run *run);

#endif
