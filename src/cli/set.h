/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.h - `plateau set` as other commands use it. */
#ifndef CLI_SET_H
#define CLI_SET_H

#include "cli/bench_ref.h"

/* Writes "PATH=VALUE", …, ended by NULL, and prints what became of each. Returns the exit status.
 */
int pl_set_words(const struct pl_bench_ref *ref, const char *const *assignments);

#endif
