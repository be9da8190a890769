/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hold FILE - makes FILE.held and stays until FILE exists: a process that holds what it was given.
 */
#include "plateau/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char held[4096];

	if (argc != 2)
		return 2;
	snprintf(held, sizeof(held), "%s.held", argv[1]);
	close(open(held, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	while (access(argv[1], F_OK) != 0)
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_S / 20);
	return 0;
}
