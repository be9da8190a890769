/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * faults.h - misbehaviour on request: which fault strikes when.
 *
 *   fault=NAME[:key=value]…[;NAME…]      e.g. fault=refuse:nth=3;silence:from=5:s=2
 *
 * A fault strikes on commands or at times. Faults of commands look at threshold writes (of an
 * EZ-ZONE: at all requests) unless on= says otherwise, and strike each one that matches ch or unit,
 * at, from and until - or the nth of them, or every n-th. Faults of time strike at `from` and again
 * each `period`; given nth, every, at, ch or on they strike at that command instead. What a strike
 * does is the instrument's affair. Time is an argument, in seconds since the simulation began. One
 * thread.
 */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "plateau/status.h"
#include "plateau/text.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_SIM_FAULTS_MAX 16

/* Whose fault or key it is, as bits: instruments misbehave each in its own way. */
enum { PL_SIM_OSECHI = 1, PL_SIM_EZZONE = 2, PL_SIM_BOTH = 3 };

/* name, whose, strikes on commands, default of its own keys, what happens. A name may stand for
 * each instrument once. */
/* clang-format off: one row, one line */
#define PL_SIM_FAULT_LIST(X)                                                                       \
	X(REFUSE, "refuse", OSECHI, true, "code=2",                                                \
	  "the command is not done; an error reply (dame)")                                        \
	X(UNANSWERED, "unanswered", OSECHI, true, "done=no",                                       \
	  "no reply; done=yes: done all the same")                                                 \
	X(LATE, "late", BOTH, true, "ms=2000", "done in time, the reply comes ms later")           \
	X(SPLIT, "split", BOTH, true, "pieces=3:ms=40", "the reply comes in pieces ms apart")      \
	X(CUT, "cut", BOTH, true, "", "done, but only the first half of the reply comes")          \
	X(GARBLE, "garble", BOTH, true, "", "done, but the reply comes with bytes damaged")        \
	X(INTERLEAVE, "interleave", OSECHI, true, "ms=50",                                         \
	  "reply lines ms apart, events come between")                                             \
	X(ECHO, "echo", OSECHI, true, "by=1",                                                      \
	  "done as asked, but the reply shows a value off by that")                                \
	X(CLIP, "clip", OSECHI, true, "to=320:answer=asked", "a higher value becomes that")        \
	X(LOST, "lost", EZZONE, true, "done=yes", "no reply; done=no: the request is lost too")    \
	X(EXCEPTION, "refuse", EZZONE, true, "code=4",                                             \
	  "not done; an exception (error) of that code")                                           \
	X(BUSY, "busy", EZZONE, true, "", "not done; exception 6 (Standard Bus: error 80)")        \
	X(FOREIGN, "foreign", EZZONE, true, "", "done, but another unit's reply comes instead")    \
	X(ECHOED, "echoed", EZZONE, true, "", "the request comes back first, then the reply")      \
	X(DEAD, "dead", EZZONE, true, "", "hears and says nothing (unit=N: that one only)")        \
	X(SENSOR, "sensor", EZZONE, false, "s=5:code=65",                                          \
	  "input error of that code for s seconds")                                                \
	X(BABBLE, "babble", EZZONE, false, "s=2", "random bytes without end for s seconds")        \
	X(GARBAGE, "garbage", BOTH, false, "bytes=200", "random bytes, a newline at their end")    \
	X(SILENCE, "silence", BOTH, false, "s=3", "says and hears nothing for s seconds")          \
	X(REBOOT, "reboot", OSECHI, false, "s=1",                                                  \
	  "forgets everything, boot text, back after s seconds")                                   \
	X(RESTART, "reboot", EZZONE, false, "s=1",                                                 \
	  "settings as in its EEPROM, back after s seconds")                                       \
	X(ENDLESS, "endless", OSECHI, false, "bytes=10000000", "one line of that many bytes")      \
	X(UNPLUG, "unplug", BOTH, false, "replug=-1",                                              \
	  "the port vanishes, for replug s (-1: for good)")
/* clang-format on */

enum pl_sim_fault_name {
#define PL_SIM_FAULT_ENUM(id, name, whose, on_command, initial, text) PL_SIM_FAULT_##id,
	PL_SIM_FAULT_LIST(PL_SIM_FAULT_ENUM)
#undef PL_SIM_FAULT_ENUM
	    PL_SIM_FAULT_NAMES
};

/* id, key, whose, min, max, words (then the value is their place), text */
/* clang-format off: one row, one line */
#define PL_SIM_FAULT_KEY_LIST(X)                                                                   \
	X(NTH, "nth", BOTH, 1, 1e9, "", "only the n-th matching command")                          \
	X(EVERY, "every", BOTH, 1, 1e9, "", "each n-th matching command")                          \
	X(AT, "at", OSECHI, 0, 4095, "", "only threshold writes of this value")                    \
	X(CH, "ch", OSECHI, 1, 3, "", "only this channel")                                         \
	X(UNIT, "unit", EZZONE, 1, 247, "", "only this unit; without it all of them")              \
	X(INPUT, "input", EZZONE, 1, 2, "", "only this input; without it both")                    \
	X(ON, "on", BOTH, 0, 0, "set get stream any", "commands it looks at; set = writes")        \
	X(COUNT, "count", BOTH, 1, 1e9, "", "at most so many strikes")                             \
	X(FROM, "from", BOTH, 0, 1e9, "", "not before, seconds since the start")                   \
	X(UNTIL, "until", BOTH, 0, 1e9, "", "not after, seconds since the start")                  \
	X(PERIOD, "period", BOTH, 0.001, 1e9, "", "faults of time: again each so many seconds")    \
	X(CHANCE, "chance", BOTH, 0, 1, "", "probability that a strike happens")                   \
	X(MS, "ms", BOTH, 0, 1e7, "", "milliseconds")                                              \
	X(S, "s", BOTH, 0, 1e6, "", "seconds")                                                     \
	X(BYTES, "bytes", BOTH, 1, 1e9, "", "bytes")                                               \
	X(TO, "to", OSECHI, 0, 4095, "", "the highest threshold applied")                          \
	X(ANSWER, "answer", OSECHI, 0, 0, "asked clipped", "which value the reply shows")          \
	X(BY, "by", OSECHI, -1000, 1000, "", "threshold steps")                                    \
	X(CODE, "code", OSECHI, 1, 5, "", "error code")                                            \
	X(NUMBER, "code", EZZONE, 1, 255, "", "exception, error or input error")                   \
	X(PIECES, "pieces", BOTH, 2, 100, "", "how many")                                          \
	X(REPLUG, "replug", BOTH, -1, 1e6, "",                                                     \
	  "seconds until it is back, -1 = the simulator ends")                                     \
	X(DONE, "done", BOTH, 0, 0, "no yes", "whether the command takes effect")
/* clang-format on */

enum pl_sim_fault_key {
#define PL_SIM_FAULT_KEY_ENUM(id, key, whose, min, max, words, text) PL_SIM_FAULT_KEY_##id,
	PL_SIM_FAULT_KEY_LIST(PL_SIM_FAULT_KEY_ENUM)
#undef PL_SIM_FAULT_KEY_ENUM
	    PL_SIM_FAULT_KEYS
};

enum pl_sim_command_class { PL_SIM_CLASS_SET, PL_SIM_CLASS_GET, PL_SIM_CLASS_STREAM };

struct pl_sim_fault {
	enum pl_sim_fault_name name;
	unsigned whose; /* PL_SIM_OSECHI or PL_SIM_EZZONE */
	bool is_timed;
	unsigned given; /* bits of enum pl_sim_fault_key */
	double value[PL_SIM_FAULT_KEYS];
	unsigned matched, struck;
	double next_s; /* timed ones */
};

struct pl_sim_faults {
	struct pl_sim_fault list[PL_SIM_FAULTS_MAX];
	size_t count;
};

/* Reads the text of the fault option of one kind of instrument (PL_SIM_OSECHI or PL_SIM_EZZONE).
 * PL_ERR_CONFIG, PL_ERR_RANGE name fault and key. */
enum pl_status pl_sim_faults_parse(struct pl_sim_faults *faults, unsigned whose, const char *text,
				   struct pl_error *error);

/* Which faults strike this command: their places go to struck[], the return value says how many.
 * channel 0 and value -1 mean "none"; the channel of an EZ-ZONE is its unit. Counts matches and
 * strikes. */
size_t pl_sim_faults_command(struct pl_sim_faults *faults, double t_s,
			     enum pl_sim_command_class class, int channel, int value,
			     struct pl_sim_random *random, size_t struck[PL_SIM_FAULTS_MAX]);

/* When the next timed fault is due (infinity: none), and the one that is due now or NULL. */
double pl_sim_faults_next_s(const struct pl_sim_faults *faults);
const struct pl_sim_fault *pl_sim_faults_timed(struct pl_sim_faults *faults, double t_s,
					       struct pl_sim_random *random);

const char *pl_sim_fault_name_text(enum pl_sim_fault_name name);
void pl_sim_faults_help(unsigned whose, struct pl_text *out);

#endif
