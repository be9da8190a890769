/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.h - a command is a row: its words, its options, its help, its function.
 *
 * The same rows parse the command line, print --help, make the lists of plateau(1) and complete
 * words in the shell. A new command is a file cmd_<name>.c and a line in commands.c.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of every word. */
enum {
	PL_EXIT_OK = 0,
	PL_EXIT_FAILED = 1,
	PL_EXIT_USAGE = 2, /* or configuration */
	PL_EXIT_INTERRUPTED = 3,
	PL_EXIT_INVALID_POINTS = 4,
	PL_EXIT_NOT_RUNNING = 5,
	PL_EXIT_TERMINATED = 143,
};

struct pl_call;

struct pl_command_option {
	const char *name;     /* long, without dashes */
	char letter;	      /* short, 0 = none */
	const char *argument; /* what its argument is called in the help; NULL = takes none */
	const char *text;     /* one line; NULL hides it from people */
};

struct pl_command {
	const char *name;			 /* "" is the screen, the command without a word */
	const char *summary;			 /* one line; NULL hides the command from people */
	const char *synopsis;			 /* arguments and own options, as after the name */
	const char *text;			 /* a paragraph for --help and the manual */
	const struct pl_command_option *options; /* ends with name NULL; may be NULL */
	size_t most;				 /* arguments it takes */
	bool is_raw; /* what follows the word is its own business: nothing is parsed */
	int (*run)(const struct pl_call *call);
};

/* The table, ended by NULL, and the options every command takes, ended by name NULL. */
const struct pl_command *const *pl_commands(void);
const struct pl_command_option *pl_common_options(void);

/* One command line. Everything is borrowed from argv but the two lists. */
struct pl_given {
	const struct pl_command_option *row;
	const char *value; /* NULL when it takes none */
};
struct pl_call {
	const struct pl_command *command;
	const char **arguments; /* ends with NULL */
	size_t argument_count;
	struct pl_given *given;
	size_t given_count;
};

/* Options may stand anywhere; `--` ends them. The first argument that is a command's name chooses
 * it; with none, or with a bench file first, it is the screen. PL_ERR_USAGE names the nearest
 * option or command. Free with pl_call_fini in every case. */
enum pl_status pl_call_parse(const struct pl_command *const *table,
			     const struct pl_command_option *common, int argc, char **argv,
			     struct pl_call *out, struct pl_error *error);
void pl_call_fini(struct pl_call *call);

bool pl_call_has(const struct pl_call *call, const char *option);
/* The last value given, NULL when it was not. */
const char *pl_call_value(const struct pl_call *call, const char *option);

/* True for what can only be a bench: NAME.yaml, NAME.yml, a directory that holds bench.yaml. */
bool pl_call_is_bench(const char *argument);

/* Help on stdout: of one command, or the list of all (command NULL). Returns an exit status. */
int pl_help_print(const struct pl_command *command);
/* Lists for the manual and the shell: plateau man-lists NAME. */
int pl_lists_print(const struct pl_call *call);

/* The commands, one file each. */
extern const struct pl_command pl_cmd_screen, pl_cmd_demo, pl_cmd_init, pl_cmd_check, pl_cmd_serve,
    pl_cmd_status, pl_cmd_watch, pl_cmd_scan, pl_cmd_settings, pl_cmd_count, pl_cmd_get, pl_cmd_set,
    pl_cmd_tune, pl_cmd_pause, pl_cmd_resume, pl_cmd_skip, pl_cmd_retake, pl_cmd_safe, pl_cmd_stop,
    pl_cmd_interrupt, pl_cmd_wait, pl_cmd_runs, pl_cmd_verify, pl_cmd_note, pl_cmd_ports,
    pl_cmd_record, pl_cmd_decode, pl_cmd_discover, pl_cmd_drivers, pl_cmd_sim, pl_cmd_version,
    pl_cmd_help, pl_cmd_man_lists;

#endif
