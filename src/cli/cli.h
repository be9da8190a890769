/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - the door of the command line: what main() calls. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* Exit status: 0 done, 1 failed, 2 usage or configuration, 3 interrupted, 4 finished with points
 * that are not valid, 5 nothing was running, 143 terminated. */
int pl_cli_main(int argc, char **argv);

#endif
