/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_chatter.h - what an ESP32 says unasked: boot text, DEBUG, stray and broken lines.
 *
 * Everything ends with a newline and nothing of it parses as an event line or a reply, so that the
 * event lines around it stay whole. Pure, one thread.
 */
#ifndef SIM_OSECHI_CHATTER_H
#define SIM_OSECHI_CHATTER_H

#include "plateau/text.h"
#include "sim/osechi.h"
#include "sim/random.h"

#include <stddef.h>
#include <stdint.h>

enum pl_osim_chatter_kind {
	PL_OSIM_CHATTER_DEBUG,
	PL_OSIM_CHATTER_STRAY,
	PL_OSIM_CHATTER_GARBAGE,
	PL_OSIM_CHATTER_KINDS
};

struct pl_osim_chatter {
	const struct pl_osim_values *values;
	struct pl_sim_random random;
	int64_t next_ns[PL_OSIM_CHATTER_KINDS];
};

void pl_osim_chatter_init(struct pl_osim_chatter *chatter, const struct pl_osim_values *values,
			  int64_t now_ns);
int64_t pl_osim_chatter_next_ns(const struct pl_osim_chatter *chatter);
/* Adds one line that is due (with its end) and returns its kind in words, NULL when none is. */
const char *pl_osim_chatter_take(struct pl_osim_chatter *chatter, int64_t now_ns, const char *eol,
				 struct pl_text *out);
/* count random bytes, the last of them a newline. */
void pl_osim_garbage(struct pl_sim_random *random, size_t count, struct pl_text *out);
void pl_osim_boot_text(const char *version, const char *eol, struct pl_text *out);

#endif
