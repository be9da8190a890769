/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.h - the first part of a run.yaml. Any thread. */
#ifndef STORE_SUMMARY_H
#define STORE_SUMMARY_H

#include "store/workspace.h"

/* Fills out (number, day, path are the caller's) from run.yaml in the folder. What cannot be read
 * is said in out->problem. */
void pl_summary_read(int folder, struct pl_run_summary *out);

#endif
