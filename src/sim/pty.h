/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pty.h - the port of a simulated instrument: a raw pty that is told when somebody opens it.
 *
 * The simulator holds only the master: "nobody has it open" is POLLHUP, and inotify on the slave's
 * node wakes the loop when somebody opens it again, since a hung-up master cannot be polled.
 * Nothing here ever blocks. One thread.
 */
#ifndef SIM_PTY_H
#define SIM_PTY_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pl_sim_pty {
	int master; /* -1 = unplugged */
	int notify; /* inotify; -1 = not available, then the loop looks now and then */
	bool is_open;
	char path[64];	  /* of the slave */
	const char *link; /* a stable name that leads to the slave; "" = none. Borrowed. */
};

enum pl_sim_pty_change { PL_SIM_PTY_SAME, PL_SIM_PTY_OPENED, PL_SIM_PTY_CLOSED };

/* Makes the pty raw and points the link at it (replacing an older symbolic link, nothing else). */
enum pl_status pl_sim_pty_open(struct pl_sim_pty *pty, const char *link, struct pl_error *error);
/* Unplugs: whoever has the slave open gets EIO. The link goes until it is opened again. */
void pl_sim_pty_close(struct pl_sim_pty *pty);
/* Closes and removes the link. */
void pl_sim_pty_fini(struct pl_sim_pty *pty);

/* What happened to the other side since the last look. What an earlier reader left unread is
 * thrown away when it closes. */
enum pl_sim_pty_change pl_sim_pty_look(struct pl_sim_pty *pty);

/* Bytes taken or given; 0 = not now. */
size_t pl_sim_pty_write(struct pl_sim_pty *pty, const char *bytes, size_t count);
size_t pl_sim_pty_read(struct pl_sim_pty *pty, char *bytes, size_t cap);

#endif
