/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim.h - simulated instruments behind a pty: the registry and the door for the command line.
 *
 * A simulator is a row: what it is called, the options it takes, how it runs. Its options are rows
 * too; the words of `plateau sim KIND key=value…`, of a port text `sim:KIND?key=value&…`, the
 * check of a bench file and the help all come from them. A simulator is a process of its own: one
 * thread, one poll loop, no state outside its run function.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "plateau/status.h"
#include "plateau/text.h"
#include "sim/option.h"

#include <stddef.h>

/* A word that stands for another: --modbus-tcp for bus=tcp. */
struct pl_sim_flag {
	const char *flag, *word;
};

struct pl_simulator {
	const char *name, *summary;
	const struct pl_sim_flag *flags; /* ends with flag NULL; NULL = none */
	const struct pl_sim_option *options;
	size_t option_count;
	size_t values_size; /* bytes of the struct the option rows fill */
	/* What the rows cannot say (fault syntax), for the end of the help. May be NULL. */
	void (*help)(struct pl_text *out);
	/* Looks at filled values as a whole. May be NULL. */
	enum pl_status (*check)(const void *values, struct pl_error *error);
	/* Runs until it is told to end; prints its port as first line on stdout: the path of a pty,
	 * or tcp:HOST:PORT. */
	enum pl_status (*run)(const void *values, struct pl_error *error);
};

/* The table, ended by NULL, and one row of it (NULL when there is none). Any thread. */
const struct pl_simulator *const *pl_sim_all(void);
const struct pl_simulator *pl_sim_find(const char *name);

/* Fills `values` (values_size bytes) from the defaults and then the words "key=value" or flags.
 * Errors name the option and the nearest valid one: PL_ERR_CONFIG, PL_ERR_RANGE, PL_ERR_UNIT. */
enum pl_status pl_sim_values(const struct pl_simulator *simulator, size_t count,
			     const char *const *words, void *values, struct pl_error *error);

/* As pl_sim_values on a scratch copy: is this a simulator and are these its options? For checking
 * a port text before anything is started. PL_ERR_NOT_FOUND names the simulators there are. */
enum pl_status pl_simulator_check(const char *name, size_t count, const char *const *words,
				  struct pl_error *error);

/* The help of one simulator, or the list of them when simulator is NULL. */
void pl_sim_help(const struct pl_simulator *simulator, struct pl_text *out);

/* `plateau sim`: argv[0] is the kind ("osechi"), the rest its words; --help anywhere prints help.
 * Returns an exit status: 0 ended as told, 1 the simulation failed, 2 wrong words. */
int pl_sim_main(int argc, char **argv);

#endif
