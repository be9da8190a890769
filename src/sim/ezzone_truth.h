/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_truth.h - the truth log of simulated controllers: what was asked, answered, written and
 * done wrong, for tests to compare with a recording value by value.
 *
 *   t_mono_ns,kind,unit,t_before_ns,t_request_ns,input1,input2,parameter,instance,old,new,
 *   eeprom_writes,detail
 *
 * kinds: start open close request reply damaged foreign echo part lost noise write fault reboot
 * dropped end. A reply of any kind has the clock right before and after the write() that sent it,
 * when its request was read, and what the controller held as its two process values at that moment;
 * detail is its bytes in hex. A write has its parameter id (a pointer: its register), instance, old
 * and new value (of an enumeration its number), the EEPROM writes of the unit so far, and "eeprom"
 * or "volatile". noise: bytes that were no request. One thread.
 */
#ifndef SIM_EZZONE_TRUTH_H
#define SIM_EZZONE_TRUTH_H

#include "sim/ezzone_unit.h"
#include "sim/truth.h"

#define PL_EZSIM_TRUTH_COLUMNS                                                                     \
	"t_mono_ns,kind,unit,t_before_ns,t_request_ns,input1,input2,parameter,instance,old,new,"   \
	"eeprom_writes,detail"

/* A thing that happened; unit 0 = none. */
void pl_ezsim_truth_note(struct pl_sim_truth *truth, int64_t now_ns, const char *kind, int unit,
			 const char *detail);
/* The same with bytes. */
void pl_ezsim_truth_bytes(struct pl_sim_truth *truth, int64_t now_ns, const char *kind, int unit,
			  const unsigned char *bytes, size_t count);

struct pl_ezsim_sent {
	int64_t before_ns, after_ns, request_ns;
	const char *kind;
	int unit;
	float inputs[PL_EZSIM_INSTANCES];
};
void pl_ezsim_truth_sent(struct pl_sim_truth *truth, const struct pl_ezsim_sent *sent,
			 const unsigned char *bytes, size_t count);

/* The writes a unit accepted since the last call. */
void pl_ezsim_truth_written(struct pl_sim_truth *truth, int64_t now_ns, struct pl_ezsim_unit *unit);

#endif
