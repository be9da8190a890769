/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_strike.c - what a fault that strikes does to the simulated controllers.
 *
 * Faults of requests mark the request in hand; the others happen at once, or ms after the request
 * that set them off. When they strike is decided in faults.c.
 */
#include "sim/ezzone_run.h"

#include "plateau/clock.h"

#include <math.h>
#include <stdio.h>

#define BABBLE_NS   (5 * PL_NS_PER_MS)
#define BABBLE_BAUD 9600.0 /* where baud= gives none */

static int64_t ns_from_s(double s)
{
	return s < 1e9 ? (int64_t)(s * 1e9) : PL_NEVER;
}

static int64_t ns_from_ms(double ms)
{
	return (int64_t)(ms * 1e6);
}

static double key(const struct pl_sim_fault *fault, enum pl_sim_fault_key which)
{
	return fault->value[which];
}

static bool is_given(const struct pl_sim_fault *fault, enum pl_sim_fault_key which)
{
	return (fault->given & 1u << which) != 0;
}

/* Marks the request when the fault is one of requests; false: it is a thing that happens. */
static bool mark(const struct pl_sim_fault *fault, struct pl_ezsim_effect *effect)
{
	switch (fault->name) {
	case PL_SIM_FAULT_LATE:
		effect->late_ns = ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
		return true;
	case PL_SIM_FAULT_SPLIT:
		effect->pieces = (int)key(fault, PL_SIM_FAULT_KEY_PIECES);
		effect->piece_ns = ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
		return true;
	case PL_SIM_FAULT_LOST:
		effect->is_lost = true;
		effect->is_undone = key(fault, PL_SIM_FAULT_KEY_DONE) == 0;
		return true;
	case PL_SIM_FAULT_EXCEPTION:
		effect->exception = (int)key(fault, PL_SIM_FAULT_KEY_NUMBER);
		return true;
	case PL_SIM_FAULT_BUSY:
		effect->exception = PL_EZSIM_DEVICE_BUSY;
		return true;
	case PL_SIM_FAULT_CUT:
		return effect->is_cut = true;
	case PL_SIM_FAULT_GARBLE:
		return effect->is_garbled = true;
	case PL_SIM_FAULT_FOREIGN:
		return effect->is_foreign = true;
	case PL_SIM_FAULT_ECHOED:
		return effect->is_echoed = true;
	case PL_SIM_FAULT_DEAD:
		return effect->is_dead = true;
	default:
		return false;
	}
}

static bool means(const struct pl_sim_fault *fault, const struct pl_ezsim_station *station)
{
	return !is_given(fault, PL_SIM_FAULT_KEY_UNIT) ||
	       (int)key(fault, PL_SIM_FAULT_KEY_UNIT) == station->unit.address;
}

static void strike_silence(struct pl_ezsim_run *run, const struct pl_sim_fault *fault,
			   int64_t now_ns)
{
	for (size_t i = 0; i < run->station_count; i++)
		if (means(fault, &run->stations[i]))
			run->stations[i].silent_until_ns =
			    now_ns + ns_from_s(key(fault, PL_SIM_FAULT_KEY_S));
}

static void strike_restart(struct pl_ezsim_run *run, const struct pl_sim_fault *fault,
			   int64_t now_ns)
{
	for (size_t i = 0; i < run->station_count; i++) {
		struct pl_ezsim_unit *unit = &run->stations[i].unit;

		if (!means(fault, &run->stations[i]))
			continue;
		pl_ezsim_unit_advance(unit, pl_ezsim_seconds(run, now_ns));
		pl_ezsim_unit_reboot(unit);
		pl_ezsim_truth_note(&run->truth, now_ns, "reboot", unit->address, "");
	}
	strike_silence(run, fault, now_ns);
}

static void strike_sensor(struct pl_ezsim_run *run, const struct pl_sim_fault *fault,
			  int64_t now_ns)
{
	double from_s = pl_ezsim_seconds(run, now_ns);
	double until_s = from_s + key(fault, PL_SIM_FAULT_KEY_S) * run->values->speed;

	for (size_t i = 0; i < run->station_count; i++) {
		struct pl_ezsim_unit *unit = &run->stations[i].unit;

		if (!means(fault, &run->stations[i]))
			continue;
		pl_ezsim_unit_advance(unit, from_s);
		for (int input = 0; input < PL_EZSIM_INSTANCES; input++)
			if (!is_given(fault, PL_SIM_FAULT_KEY_INPUT) ||
			    (int)key(fault, PL_SIM_FAULT_KEY_INPUT) == input + 1)
				pl_ezsim_unit_fail_input(
				    unit, input, (int)key(fault, PL_SIM_FAULT_KEY_NUMBER), until_s);
	}
}

static void strike_unplug(struct pl_ezsim_run *run, const struct pl_sim_fault *fault,
			  int64_t now_ns)
{
	double back_s = key(fault, PL_SIM_FAULT_KEY_REPLUG);

	pl_ezsim_door_close(&run->door);
	run->letter_count = 0;
	pl_ezsim_truth_note(&run->truth, now_ns, "close", 0, "unplugged");
	if (back_s < 0)
		run->is_over = true;
	else
		run->replug_ns = now_ns + ns_from_s(back_s);
}

static void happen(struct pl_ezsim_run *run, const struct pl_sim_fault *fault, int64_t now_ns)
{
	switch (fault->name) {
	case PL_SIM_FAULT_SENSOR:
		strike_sensor(run, fault, now_ns);
		break;
	case PL_SIM_FAULT_BABBLE:
		run->babble_until_ns = now_ns + ns_from_s(key(fault, PL_SIM_FAULT_KEY_S));
		run->babble_next_ns = now_ns;
		break;
	case PL_SIM_FAULT_GARBAGE:
		pl_ezsim_send_noise(run, (size_t)key(fault, PL_SIM_FAULT_KEY_BYTES));
		break;
	case PL_SIM_FAULT_SILENCE:
		strike_silence(run, fault, now_ns);
		break;
	case PL_SIM_FAULT_RESTART:
		strike_restart(run, fault, now_ns);
		break;
	case PL_SIM_FAULT_UNPLUG:
		strike_unplug(run, fault, now_ns);
		break;
	default:
		break; /* a fault of requests */
	}
}

static void note_fault(struct pl_ezsim_run *run, const struct pl_sim_fault *fault, int unit,
		       int64_t now_ns)
{
	pl_ezsim_truth_note(&run->truth, now_ns, "fault", unit,
			    pl_sim_fault_name_text(fault->name));
}

void pl_ezsim_strike_request(struct pl_ezsim_run *run, int address, bool writes,
			     struct pl_ezsim_effect *effect, int64_t now_ns)
{
	size_t struck[PL_SIM_FAULTS_MAX];
	size_t count = pl_sim_faults_command(&run->faults, (double)(now_ns - run->start_ns) / 1e9,
					     writes ? PL_SIM_CLASS_SET : PL_SIM_CLASS_GET, address,
					     -1, &run->luck, struck);

	for (size_t i = 0; i < count; i++) {
		const struct pl_sim_fault *fault = &run->faults.list[struck[i]];

		if (mark(fault, effect))
			note_fault(run, fault, address, now_ns);
		else
			run->delayed_ns[struck[i]] =
			    now_ns + ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
	}
}

static void babble(struct pl_ezsim_run *run, int64_t now_ns)
{
	double per_byte = run->ns_per_byte > 0 ? run->ns_per_byte : 1e10 / BABBLE_BAUD;

	pl_ezsim_send_noise(run, 1 + (size_t)((double)BABBLE_NS / per_byte));
	run->babble_next_ns =
	    now_ns + BABBLE_NS < run->babble_until_ns ? now_ns + BABBLE_NS : PL_NEVER;
}

static void replug(struct pl_ezsim_run *run, int64_t now_ns)
{
	run->replug_ns = PL_NEVER;
	if (pl_ezsim_door_open(&run->door, run->values, NULL) != PL_OK) {
		run->is_over = true;
		return;
	}
	printf("%s\n", run->door.place); /* whoever still listens */
	fflush(stdout);
	pl_ezsim_truth_note(&run->truth, now_ns, "start", 0, run->door.place);
}

void pl_ezsim_strike_due(struct pl_ezsim_run *run, int64_t now_ns)
{
	double t_s = (double)(now_ns - run->start_ns) / 1e9;
	const struct pl_sim_fault *fault;

	for (size_t i = 0; i < run->faults.count && !run->is_over; i++) {
		if (run->delayed_ns[i] > now_ns)
			continue;
		run->delayed_ns[i] = PL_NEVER;
		fault = &run->faults.list[i];
		note_fault(run, fault, 0, now_ns);
		happen(run, fault, now_ns);
	}
	while (!run->is_over &&
	       (fault = pl_sim_faults_timed(&run->faults, t_s, &run->luck)) != NULL) {
		note_fault(run, fault, 0, now_ns);
		happen(run, fault, now_ns);
	}
	if (run->babble_next_ns <= now_ns)
		babble(run, now_ns);
	if (run->replug_ns <= now_ns && !run->is_over)
		replug(run, now_ns);
}

int64_t pl_ezsim_strike_next_ns(const struct pl_ezsim_run *run)
{
	double fault_s = pl_sim_faults_next_s(&run->faults);
	int64_t next = isinf(fault_s) ? PL_NEVER : run->start_ns + ns_from_s(fault_s) + 1;

	for (size_t i = 0; i < run->faults.count; i++)
		next = run->delayed_ns[i] < next ? run->delayed_ns[i] : next;
	next = run->babble_next_ns < next ? run->babble_next_ns : next;
	return run->replug_ns < next ? run->replug_ns : next;
}
