/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.c - from argv to a command and out again. */
#include "cli/cli.h"

#include "cli/print.h"

#include "plateau/version.h"

#include "driver/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int print_version(void)
{
	printf("plateau %s (build %s)\n", pl_version(), pl_build_id());
	return PL_EXIT_OK;
}

static int version_run(const struct pl_call *call)
{
	struct pl_json *object;
	int exit_status;

	if (!pl_call_has(call, "json"))
		return print_version();
	object = pl_json_object();
	pl_json_add_text(object, "version", pl_version());
	pl_json_add_text(object, "build", pl_build_id());
	pl_json_add_text(object, "prefix", pl_install_prefix());
	exit_status = pl_print_json(object);
	pl_json_free(object);
	return exit_status;
}

const struct pl_command pl_cmd_version = {
    .name = "version",
    .summary = "show version and build",
    .synopsis = "",
    .text = "Shows the version and the build, a hash of all that was compiled: a view and an "
	    "engine of the same build are the same program.",
    .run = version_run,
};

static int run_call(const struct pl_call *call)
{
	struct pl_error error;

	if (pl_call_has(call, "help"))
		return pl_help_print(call->command->name[0] != '\0' ? call->command : NULL);
	if (pl_call_has(call, "version"))
		return print_version();
	/* A wrong table is our own mistake, but one that a new driver's author will make. */
	if (pl_drivers_check(&error) != PL_OK)
		return pl_fail(call, &error);
	return call->command->run(call);
}

/* Descriptors 0 to 2 are there, so that no file or port of ours becomes one of them. */
static void hold_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd >= 0)
		close(fd);
}

int pl_cli_main(int argc, char **argv)
{
	struct pl_call call;
	struct pl_error error;
	int exit_status;

	hold_standard_descriptors();
	if (pl_call_parse(pl_commands(), pl_common_options(), argc, argv, &call, &error) == PL_OK)
		exit_status = run_call(&call);
	else
		exit_status = pl_fail(&call, &error);
	pl_call_fini(&call);
	/* Also what a word wrote out itself and lost. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && exit_status == PL_EXIT_OK) {
		if (errno != EPIPE)
			pl_say("cannot write to standard output");
		exit_status = PL_EXIT_FAILED;
	}
	return exit_status;
}
