/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_again.h - a run that was begun before goes on. */
#ifndef STORE_RUN_AGAIN_H
#define STORE_RUN_AGAIN_H

#include "store/points_read.h"
#include "store/run_read.h"

/* The status a stored run goes on from, for a head made from the same scan: what run.yaml tells of
 * device, settings, channels and times, matched by name, and the counts that the rows tell, for
 * run.yaml lags behind them. state is preparing. Pure, any thread. */
void pl_run_again_status(const struct pl_run_record *record, const struct pl_points_state *points,
			 const struct pl_run_head *head, struct pl_run_status *out);

/* Removes what a dead writer left of files it was about to replace (".NAME.<pid>-<n>.tmp", NAME
 * beginning with `stem`) from a folder that is ours alone. told is called for each, with its name.
 * Returns how many. */
unsigned pl_run_again_sweep(int dir, const char *stem, void (*told)(void *ctx, const char *name),
			    void *ctx);

#endif
