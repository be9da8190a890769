/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_ref.h - which bench a command line means, before and after its file is read.
 *
 * Some --set values belong to the engine as long as it lives (devices, workspace, bench), the
 * others (scans.…, recordings.…, parameters.…) to one run. Main thread.
 */
#ifndef CLI_BENCH_REF_H
#define CLI_BENCH_REF_H

#include "cli/command.h"

#include "config/bench.h"
#include "engine/locate.h"
#include "plateau/json.h"

#define PL_CLI_PATH_SIZE 4096

struct pl_bench_ref {
	const struct pl_call *call;
	char file[PL_CLI_PATH_SIZE];	  /* real path */
	char workspace[PL_CLI_PATH_SIZE]; /* --workspace, absolute; "" = not given */
	char log_dir[PL_CLI_PATH_SIZE];	  /* --log-dir, absolute; "" = not given */
	bool simulate;
	bool is_on_screen;	       /* a view draws: nothing may be said beside it */
	struct pl_override *overrides; /* those of the engine first */
	size_t override_count;
	size_t engine_count;
	char *memory; /* what the overrides point into */
	struct pl_location location;
};

/* Takes BENCH from the call's first argument when it is one, else from $PLATEAU_BENCH,
 * ./bench.yaml, $XDG_CONFIG_HOME/plateau/bench.yaml; *rest is the first argument after it.
 * PL_ERR_USAGE, PL_ERR_NOT_FOUND. Free with pl_bench_ref_fini in every case. */
enum pl_status pl_bench_ref_find(const struct pl_call *call, struct pl_bench_ref *out,
				 const char *const **rest, struct pl_error *error);
/* The same for a file that is named by the program, not by the call. */
enum pl_status pl_bench_ref_of(const struct pl_call *call, const char *file,
			       struct pl_bench_ref *out, struct pl_error *error);
void pl_bench_ref_fini(struct pl_bench_ref *ref);

/* Reads the file with the first `overrides` of the --set values, and checks the simulators its
 * ports name. Every problem is said as file:line:column: text (as JSON with --json). Returns an
 * exit status; the caller frees *out. */
int pl_bench_ref_load(const struct pl_bench_ref *ref, size_t overrides, struct pl_bench **out);
/* The same without a word: PL_ERR_CONFIG holds the first problem. */
enum pl_status pl_bench_ref_try(const struct pl_bench_ref *ref, size_t overrides,
				struct pl_bench **out, struct pl_problems *problems,
				struct pl_error *error);

/* Says all of them so; returns PL_EXIT_USAGE. */
int pl_bench_ref_say(const struct pl_bench_ref *ref, const struct pl_problems *problems);

/* True for a --set path that belongs to one run. */
bool pl_override_is_of_run(const char *path);

/* Where plateau.log of this bench goes. */
enum pl_status pl_log_directory(const struct pl_bench_ref *ref, const struct pl_bench *bench,
				char out[PL_CLI_PATH_SIZE], struct pl_error *error);
/* --operator, $PLATEAU_OPERATOR, NULL. */
const char *pl_operator_name(const struct pl_call *call);
/* "login tty" or "login SSH address": who sits there. Returns out. */
#define PL_ACTOR_TEXT_SIZE 128
const char *pl_actor_name(char out[PL_ACTOR_TEXT_SIZE]);

/* Whether the live engine (its `status` answer) may serve this call: another --workspace or
 * another device value is PL_ERR_USAGE naming both. */
enum pl_status pl_bench_ref_agrees(const struct pl_bench_ref *ref, const struct pl_json *status,
				   struct pl_error *error);

#endif
