/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limits.h - where a reading stands between its limits. Pure.
 *
 * Beyond low or high is a warning, beyond lolo or hihi an alarm. Each level is left only when the
 * value is back inside by the hysteresis, so that noise at a limit is told once.
 */
#ifndef ENGINE_LIMITS_H
#define ENGINE_LIMITS_H

#include "config/bench.h"

/* name in files, on the socket and on the screen */
#define LIMIT_LEVEL_LIST(X)                                                                        \
	X(LIMIT_INSIDE, "inside")                                                                  \
	X(LIMIT_LOW, "low")                                                                        \
	X(LIMIT_HIGH, "high")                                                                      \
	X(LIMIT_LOLO, "lolo")                                                                      \
	X(LIMIT_HIHI, "hihi")
enum limit_level {
#define LIMIT_LEVEL_ENUM(code, name) code,
	LIMIT_LEVEL_LIST(LIMIT_LEVEL_ENUM)
#undef LIMIT_LEVEL_ENUM
};

const char *limit_level_name(enum limit_level level);
bool limit_is_alarm(enum limit_level level); /* not only a warning */
/* Inside, then warnings, then alarms. */
bool limit_is_worse(enum limit_level level, enum limit_level other);
/* The bound that was crossed; NaN for inside. */
double limit_bound(const struct pl_limits *limits, enum limit_level level);
/* before: where the last value stood. A NaN value leaves it there. */
enum limit_level limit_level_of(const struct pl_limits *limits, double value,
				enum limit_level before);

#endif
