/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lead.c - see lead.h. */
#include "cli/lead.h"

#include "cli/linger.h"
#include "engine/engine.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Values of one run do not stay in the engine, unless the file cannot do without them. */
static enum pl_status load(const struct pl_bench_ref *ref, struct pl_bench **out,
			   struct pl_error *error)
{
	struct pl_problems problems = {0};
	enum pl_status status = pl_bench_ref_try(ref, ref->engine_count, out, &problems, error);

	pl_problems_fini(&problems);
	if (status == PL_OK || ref->engine_count == ref->override_count)
		return status;
	status = pl_bench_ref_try(ref, ref->override_count, out, &problems, error);
	pl_problems_fini(&problems);
	return status;
}

/* <workspace>/sim: the workspace itself is made too, under the same rule (its parent exists). */
static enum pl_status make_sim_parent(const struct pl_bench *bench, struct pl_error *error)
{
	char parent[PL_CLI_PATH_SIZE];
	struct pl_disk disk;
	enum pl_status status;
	char *slash;

	snprintf(parent, sizeof(parent), "%s", bench->workspace);
	slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return PL_OK;
	*slash = '\0';
	pl_disk_init(&disk);
	status = pl_dir_make(&disk, AT_FDCWD, parent, error);
	pl_disk_fini(&disk);
	/* A link the user made is fine; whether it can be written is found out next. */
	return status == PL_ERR_EXISTS ? PL_OK : status;
}

enum pl_status pl_lead_run(const struct pl_lead *lead, int *ended, struct pl_error *error)
{
	char log_dir[PL_CLI_PATH_SIZE];
	struct pl_bench *bench = NULL;
	struct pl_engine_options options = {
	    .socket_path = lead->ref->location.socket_path,
	    .log_dir = log_dir,
	    .operator_name = pl_operator_name(lead->ref->call),
	    .background = lead->background,
	    .stay = lead->stay,
	    .open_devices = lead->open_devices,
	    .word = lead->word,
	    .on_line = lead->on_line,
	    .on_ready = lead->on_ready,
	    .ctx = lead->ctx,
	};
	enum pl_status status = load(lead->ref, &bench, error);

	*ended = 0;
	if (status == PL_OK)
		status = pl_log_directory(lead->ref, bench, log_dir, error);
	if (status == PL_OK && bench->simulated)
		status = make_sim_parent(bench, error);
	if (status == PL_OK) {
		options.bench = bench;
		if (lead->background && pl_linger_is_needed())
			options.advice = PL_LINGER_ADVICE;
		pl_engine_block_signals();
		status = pl_engine_run(&options, ended, error);
	}
	pl_bench_free(bench);
	return status;
}
