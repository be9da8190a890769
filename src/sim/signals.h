/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signals.h - how a simulator is told to end: TERM, INT and HUP, as a descriptor to poll. */
#ifndef SIM_SIGNALS_H
#define SIM_SIGNALS_H

#include <signal.h>

/* Blocks them and ignores SIGPIPE. Returns the descriptor (the caller closes it); *old is the mask
 * to put back. */
int pl_sim_signals_block(sigset_t *old);
/* After the descriptor was readable: taken, or they would strike when they are let in again. */
void pl_sim_signals_take(int fd);

#endif
