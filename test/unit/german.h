/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * german.h - puts the process into de_DE.UTF-8, where the decimal point is a comma.
 *
 * A machine that does not have the locale installed gets it compiled into a private directory.
 */
#ifndef UNIT_GERMAN_H
#define UNIT_GERMAN_H

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GERMAN "de_DE.UTF-8"

/* True when printf now writes "1,5"; else a "# " line says why not. */
static inline bool german_enter(void)
{
	char directory[] = "/tmp/plateau-locale-XXXXXX";
	char command[160], sample[8];

	if (!setlocale(LC_ALL, GERMAN) && mkdtemp(directory)) {
		snprintf(command, sizeof command,
			 "localedef -c -i de_DE -f UTF-8 %s/" GERMAN " >/dev/null 2>&1", directory);
		if (system(command) == 0 && setenv("LOCPATH", directory, 1) == 0)
			setlocale(LC_ALL, GERMAN);
		snprintf(command, sizeof command, "rm -rf %s", directory);
		if (system(command) != 0)
			printf("# %s is left behind\n", directory);
	}
	snprintf(sample, sizeof sample, "%.1f", 1.5);
	if (strcmp(sample, "1,5") == 0)
		return true;
	printf("# no locale " GERMAN " and no way to make it: its cases are left out\n");
	return false;
}

#endif
