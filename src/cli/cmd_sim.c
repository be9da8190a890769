/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sim.c - plateau sim: a simulated device of its own, and plateau help. */
#include "cli/print.h"

#include "sim/sim.h"

#include <string.h>

static int run_sim(const struct pl_call *call)
{
	return pl_sim_main((int)call->argument_count, (char **)call->arguments);
}

const struct pl_command pl_cmd_sim = {
    .name = "sim",
    .summary = "simulate a device behind a pseudo-terminal",
    .synopsis = "KIND [KEY=VALUE…]",
    .text =
	"Runs a simulated device until it is ended. The first line on stdout is the path of its "
	"pseudo-terminal, to be named as port of a bench. `plateau sim KIND --help` lists the "
	"keys; the same keys stand in a bench file as port: sim:KIND?KEY=VALUE&KEY=VALUE.",
    .is_raw = true,
    .run = run_sim,
};

static int run_help(const struct pl_call *call)
{
	struct pl_error error;

	if (call->argument_count == 0)
		return pl_help_print(NULL);
	for (const struct pl_command *const *at = pl_commands(); *at != NULL; at++)
		if (strcmp((*at)->name, call->arguments[0]) == 0)
			return pl_help_print(*at);
	pl_error_set(&error, PL_ERR_USAGE, call->arguments[0], "is no word of plateau");
	return pl_fail(call, &error);
}

const struct pl_command pl_cmd_help = {
    .name = "help",
    .summary = "show this list, or the help of one word",
    .synopsis = "[WORD]",
    .text = "Shows the list of words, or what `plateau WORD --help` shows.",
    .most = 1,
    .run = run_help,
};
