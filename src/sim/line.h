/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.h - the serial line of a simulated instrument: a bounded queue of pieces that leave in time.
 *
 * A piece (a line, or part of one) leaves whole when its last byte would have left a UART of the
 * given speed: max(its time, line free) + bytes · 10 bits / baud. Order is first in, first out, so
 * nothing gets between the pieces of one reply. Pure: time comes as an argument. One thread.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "plateau/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_SIM_CHANNELS 3

/* What the truth log wants to know about a piece once it has left. */
struct pl_sim_note {
	bool is_event; /* an event line: the members below hold */
	int64_t t_event_ns;
	int hits[PL_SIM_CHANNELS];
};

struct pl_sim_piece {
	int64_t due_ns;
	size_t bytes;
	struct pl_sim_note note;
};

struct pl_sim_line {
	double ns_per_byte; /* 0 = not paced */
	size_t limit;	    /* bytes; a bounded push beyond it is refused */
	int64_t free_ns;
	struct pl_text bytes;
	size_t head; /* first byte not yet gone */
	struct pl_sim_piece *pieces;
	size_t first, end, capacity;
};

enum pl_sim_push {
	PL_SIM_PUSH_EVENT,  /* refused when the queue is full */
	PL_SIM_PUSH_REPLY,  /* always taken */
	PL_SIM_PUSH_UNPACED /* always taken, leaves at once */
};

typedef void (*pl_sim_piece_gone)(void *context, const struct pl_sim_note *note);

void pl_sim_line_init(struct pl_sim_line *line, int64_t baud, size_t limit);
void pl_sim_line_fini(struct pl_sim_line *line);

/* Appends a piece that must not begin to leave before from_ns. note may be NULL. False: full. */
bool pl_sim_line_push(struct pl_sim_line *line, enum pl_sim_push how, int64_t from_ns,
		      const char *bytes, size_t count, const struct pl_sim_note *note);

/* The bytes that may leave at now_ns (at most 64 KiB of whole pieces, more only for one piece). */
size_t pl_sim_line_due(const struct pl_sim_line *line, int64_t now_ns, const char **bytes);
/* When the first piece is due, PL_NEVER when the queue is empty. */
int64_t pl_sim_line_next_ns(const struct pl_sim_line *line);
size_t pl_sim_line_backlog(const struct pl_sim_line *line); /* bytes */

/* The first `count` bytes have left; `gone` is called for each piece that left whole. */
void pl_sim_line_sent(struct pl_sim_line *line, size_t count, pl_sim_piece_gone gone,
		      void *context);
/* Throws everything away; `gone` is called for each piece. */
void pl_sim_line_drop(struct pl_sim_line *line, pl_sim_piece_gone gone, void *context);
/* Moves all pieces of `from` to the end of `line`, to leave from now_ns on. */
void pl_sim_line_move(struct pl_sim_line *line, struct pl_sim_line *from, int64_t now_ns);

#endif
