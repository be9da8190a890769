/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan.h - the scan as other commands start it. */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H

#include "cli/bench_ref.h"

/* Runs the scan `name` ("" = the only one) to its summary, or with detach only starts it. Returns
 * the exit status. */
int pl_scan_word(const struct pl_bench_ref *ref, const char *name, bool detach);

#endif
