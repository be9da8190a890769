/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: all of it is the command line, which reaches everything else. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
	return pl_cli_main(argc, argv);
}
