/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signals.c - see signals.h. */
#include "sim/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

int pl_sim_signals_block(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, old);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void pl_sim_signals_take(int fd)
{
	struct signalfd_siginfo taken;

	while (read(fd, &taken, sizeof(taken)) > 0)
		;
}
