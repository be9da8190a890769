/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_end.h - where simulated controllers are reached: a pty, or a TCP port of this machine with
 * up to eight clients.
 *
 * An end is one who talks to them: whoever has the pty open, or one client. It has a number of its
 * own for as long as it is there, so that a late reply never goes to its successor. Nothing here
 * blocks. One thread.
 */
#ifndef SIM_EZZONE_END_H
#define SIM_EZZONE_END_H

#include "sim/ezzone_modbus.h"
#include "sim/pty.h"

#include <poll.h>

#define PL_EZSIM_ENDS  8
#define PL_EZSIM_POLLS (PL_EZSIM_ENDS + 1)

struct pl_ezsim_end {
	int fd;					 /* -1 = nobody */
	uint32_t number;			 /* 0 = nobody */
	unsigned char bytes[PL_EZSIM_FRAME_MAX]; /* heard, not yet understood */
	size_t count;
	int64_t heard_ns; /* the last of them */
};

struct pl_ezsim_door {
	bool is_tcp;
	struct pl_sim_pty pty;
	int listener, port;
	char place[64]; /* path of the pty, or tcp:127.0.0.1:PORT */
	struct pl_ezsim_end ends[PL_EZSIM_ENDS];
	uint32_t next_number;
};

/* Opens it, or opens it again after pl_ezsim_door_close: the pty under another name, the port under
 * the same one. */
enum pl_status pl_ezsim_door_open(struct pl_ezsim_door *door, const struct pl_ezsim_values *values,
				  struct pl_error *error);
/* Unplugs: everybody loses the line. */
void pl_ezsim_door_close(struct pl_ezsim_door *door);
void pl_ezsim_door_init(struct pl_ezsim_door *door);
void pl_ezsim_door_fini(struct pl_ezsim_door *door);

/* Who came and who went since the last look: bits 1 and 2. */
enum { PL_EZSIM_CAME = 1, PL_EZSIM_WENT = 2 };
unsigned pl_ezsim_door_look(struct pl_ezsim_door *door);

/* Reads what an end says into its bytes; true when there is something new. */
bool pl_ezsim_end_read(struct pl_ezsim_door *door, struct pl_ezsim_end *end, int64_t now_ns);
struct pl_ezsim_end *pl_ezsim_end_find(struct pl_ezsim_door *door, uint32_t number);
/* How many bytes it took. */
size_t pl_ezsim_end_write(struct pl_ezsim_door *door, struct pl_ezsim_end *end,
			  const unsigned char *bytes, size_t count);

/* What to wait for; returns how many. */
size_t pl_ezsim_door_polls(const struct pl_ezsim_door *door, struct pollfd fds[PL_EZSIM_POLLS]);

#endif
