/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settable.h - what of a bench can be written and read: the rows of settings.csv. Pure. */
#ifndef CONFIG_SETTABLE_H
#define CONFIG_SETTABLE_H

#include "config/bench.h"

/* Moves to the next of them: a device, then its channels, then the next device. Begin with
 * PL_SETTABLE_BEGIN. False behind the last. */
#define PL_SETTABLE_BEGIN ((struct pl_target){.device = 0, .channel = -1, .parameter = -1})
bool pl_settable_next(const struct pl_bench *bench, struct pl_target *at);
/* So that the next one is of the device behind this one. */
void pl_settable_leave(struct pl_target *at);

#endif
