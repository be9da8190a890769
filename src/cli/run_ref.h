/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_ref.h - which stored runs a command line means. Main thread.
 *
 * [BENCH] RUN…, where a RUN is `last`, a number, a range 40-45, a day 2026-11-21, 2026-11-21/42, or
 * the path of a run folder. All but a path are looked up in the workspace: --workspace, else the
 * bench's.
 */
#ifndef CLI_RUN_REF_H
#define CLI_RUN_REF_H

#include "cli/bench_ref.h"

#include "store/workspace.h"

struct pl_run_refs {
	struct pl_run_summary *items; /* in the order they were named */
	size_t count;
	const char *const *rest; /* arguments behind the RUNs that were asked for; ends with NULL */
};

/* Every run that the call's arguments name; most: how many arguments are RUNs (0 = all of them).
 * PL_ERR_USAGE when there is none, PL_ERR_NOT_FOUND, PL_ERR_CONFIG for the bench file. Free with
 * pl_run_refs_fini in every case. */
enum pl_status pl_run_refs_find(const struct pl_call *call, size_t most, struct pl_run_refs *out,
				struct pl_error *error);
/* One RUN that is an option's value: the call's arguments are other things. */
enum pl_status pl_run_ref_named(const struct pl_call *call, const char *word,
				struct pl_run_refs *out, struct pl_error *error);
/* The bench a stored run was taken with, as it was called then: --sim, the engine's own --set
 * values and the workspace are the run's unless the call gives others. Free *out with
 * pl_bench_ref_fini in every case. */
enum pl_status pl_run_ref_bench(const struct pl_call *call, const struct pl_run_summary *run,
				struct pl_bench_ref *out, struct pl_error *error);
void pl_run_refs_fini(struct pl_run_refs *refs);

/* The workspace a call means without opening any device: --workspace (with --sim its sim/), else
 * that of the bench, whose arguments *rest follow. */
#define PL_RUN_WORKSPACE_SIZE 4096
enum pl_status pl_run_workspace(const struct pl_call *call, char out[PL_RUN_WORKSPACE_SIZE],
				const char *const **rest, struct pl_error *error);

#endif
