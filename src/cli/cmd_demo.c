/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_demo.c - plateau demo: a simulated bench, on the screen or as one scan without a terminal. It
 * takes the same path as any other bench; only its file and its workspace are chosen here.
 */
#include "cli/print.h"
#include "cli/scan.h"
#include "cli/screen_options.h"
#include "cli/view.h"

#include "base/share.h"

#include <stdio.h>
#include <string.h>

#define DEMO_FILE      "bench/demo.yaml"
#define DEMO_SCAN      "threshold"
#define DEMO_WORKSPACE "plateau-demo"

static int run(const struct pl_call *call)
{
	struct pl_bench_ref ref = {.call = call};
	char file[PL_CLI_PATH_SIZE];
	struct pl_error error;
	enum pl_status status = pl_share_find(DEMO_FILE, file, &error);
	int exit_status;

	if (status == PL_OK)
		status = pl_bench_ref_of(call, file, &ref, &error);
	if (status == PL_OK && ref.workspace[0] == '\0')
		status =
		    pl_cli_absolute(DEMO_WORKSPACE, ref.workspace, sizeof(ref.workspace), &error);
	if (status != PL_OK)
		exit_status = pl_fail(call, &error);
	else if (pl_view_has_terminal() || pl_call_has(call, "size"))
		exit_status = pl_view_open(&ref);
	else
		exit_status = pl_scan_word(&ref, DEMO_SCAN, false);
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    PL_SCREEN_OPTIONS,
    {.name = NULL},
};

const struct pl_command pl_cmd_demo = {
    .name = "demo",
    .summary = "show a simulated bench; needs no hardware",
    .synopsis = "[--watch]",
    .text =
	"Opens the screen on a simulated detector: press s to start the threshold scan. Without "
	"a terminal the same bench runs one scan of three channels and prints its summary. The "
	"files go to ./plateau-demo unless --workspace says otherwise.",
    .options = options,
    .run = run,
};
