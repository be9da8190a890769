/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_verify.c - plateau verify: do the files of stored runs hold together? */
#include "cli/print.h"
#include "cli/run_ref.h"

#include "store/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_verdict(const struct pl_run_summary *run, const struct pl_verdict *verdict)
{
	bool is_recording = strcmp(run->kind, "recording") == 0;

	printf("run %u: %s (%" PRIu64 " audit rows, %" PRIu64 " rows of %s, %" PRIu64 " writes)\n",
	       run->number, verdict->bad > 0 ? "NOT as it was written" : "holds",
	       verdict->audit_rows, is_recording ? verdict->readings : verdict->points,
	       is_recording ? "readings" : "points", verdict->operations);
	for (size_t i = 0; i < verdict->count; i++)
		printf("  %s: %s: %s\n", verdict->items[i].is_bad ? "bad" : "not proved",
		       verdict->items[i].where, verdict->items[i].text);
	if (verdict->dropped > 0)
		printf("  and %zu more\n", verdict->dropped);
}

/* One after the other; the worst decides. */
static int verify(const struct pl_call *call, const struct pl_run_refs *refs, struct pl_json *list)
{
	int exit_status = PL_EXIT_OK;

	for (size_t i = 0; i < refs->count; i++) {
		struct pl_verdict verdict;
		struct pl_error error;

		if (pl_verify_run(refs->items[i].path, &verdict, &error) != PL_OK)
			return pl_fail(call, &error);
		if (list != NULL)
			pl_json_add(list, NULL, pl_verdict_json(&refs->items[i], &verdict));
		else
			print_verdict(&refs->items[i], &verdict);
		if (verdict.bad > 0)
			exit_status = PL_EXIT_FAILED;
	}
	return exit_status;
}

static int run(const struct pl_call *call)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();
	bool is_json = pl_call_has(call, "json");
	struct pl_run_refs refs = {.items = NULL};
	struct pl_error error;
	int exit_status;

	if (pl_run_refs_find(call, 0, &refs, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else
		exit_status = verify(call, &refs, is_json ? list : NULL);
	pl_json_add(object, "runs", list);
	if (is_json && (exit_status == PL_EXIT_OK || exit_status == PL_EXIT_FAILED) &&
	    refs.count > 0)
		pl_print_json(object);
	pl_json_free(object);
	pl_run_refs_fini(&refs);
	return exit_status;
}

const struct pl_command pl_cmd_verify = {
    .name = "verify",
    .summary = "check the files of stored runs against each other",
    .synopsis = "[BENCH] RUN...",
    .text = "Recomputes the audit chain of each run and of its bench, holds both against the heads "
	    "that anchor them, and scan_results, threshold_operations, readings.csv and run.yaml "
	    "against "
	    "what they follow from. Names the first line that is not as it was written and what "
	    "differs. Ends "
	    "with 0 when everything that can be proved holds, 1 when something does not, 2 for a "
	    "wrong call. VERIFICATION in plateau(1) says what this proves and what not.",
    .most = 1000,
    .run = run,
};
