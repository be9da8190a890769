/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line.c - see line.h. Two arrays, bytes and pieces, both consumed from the front and moved down
 * when the front half is empty.
 */
#include "sim/line.h"

#include "plateau/status.h"

#include "plateau/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_BYTES    65536
#define BITS_PER_BYTE  10 /* start, eight, stop */
#define FIRST_CAPACITY 64

void pl_sim_line_init(struct pl_sim_line *line, int64_t baud, size_t limit)
{
	*line = (struct pl_sim_line){
	    .ns_per_byte = baud > 0 ? (double)BITS_PER_BYTE * 1e9 / (double)baud : 0,
	    .limit = limit,
	    .free_ns = INT64_MIN,
	};
}

void pl_sim_line_fini(struct pl_sim_line *line)
{
	pl_text_free(&line->bytes);
	free(line->pieces);
	line->pieces = NULL;
	line->first = line->end = line->capacity = line->head = 0;
}

size_t pl_sim_line_backlog(const struct pl_sim_line *line)
{
	return line->bytes.length - line->head;
}

static void make_room(struct pl_sim_line *line)
{
	if (line->end < line->capacity)
		return;
	if (line->first > line->capacity / 2) {
		memmove(line->pieces, line->pieces + line->first,
			(line->end - line->first) * sizeof(*line->pieces));
		line->end -= line->first;
		line->first = 0;
		return;
	}
	line->capacity = line->capacity == 0 ? FIRST_CAPACITY : 2 * line->capacity;
	line->pieces = realloc(line->pieces, line->capacity * sizeof(*line->pieces));
	if (line->pieces == NULL)
		pl_out_of_memory();
}

bool pl_sim_line_push(struct pl_sim_line *line, enum pl_sim_push how, int64_t from_ns,
		      const char *bytes, size_t count, const struct pl_sim_note *note)
{
	double cost = how == PL_SIM_PUSH_UNPACED ? 0 : line->ns_per_byte * (double)count;
	struct pl_sim_piece *piece;

	if (how == PL_SIM_PUSH_EVENT && pl_sim_line_backlog(line) + count > line->limit)
		return false;
	make_room(line);
	if (line->free_ns < from_ns)
		line->free_ns = from_ns;
	line->free_ns += (int64_t)cost;
	piece = &line->pieces[line->end++];
	*piece = (struct pl_sim_piece){.due_ns = line->free_ns, .bytes = count};
	if (note != NULL)
		piece->note = *note;
	pl_text_add_bytes(&line->bytes, bytes, count);
	return true;
}

size_t pl_sim_line_due(const struct pl_sim_line *line, int64_t now_ns, const char **bytes)
{
	size_t count = 0;

	for (size_t i = line->first; i < line->end && line->pieces[i].due_ns <= now_ns; i++) {
		if (count > 0 && count + line->pieces[i].bytes > BATCH_BYTES)
			break;
		count += line->pieces[i].bytes;
	}
	*bytes = line->bytes.data == NULL ? "" : line->bytes.data + line->head;
	return count;
}

int64_t pl_sim_line_next_ns(const struct pl_sim_line *line)
{
	return line->first == line->end ? PL_NEVER : line->pieces[line->first].due_ns;
}

static void compact(struct pl_sim_line *line)
{
	size_t left = pl_sim_line_backlog(line);

	if (left > 0 && (line->head < BATCH_BYTES || line->head < left))
		return;
	if (left == 0) {
		pl_text_clear(&line->bytes);
	} else {
		memmove(line->bytes.data, line->bytes.data + line->head, left + 1);
		line->bytes.length = left;
	}
	line->head = 0;
}

void pl_sim_line_sent(struct pl_sim_line *line, size_t count, pl_sim_piece_gone gone, void *context)
{
	assert(count <= pl_sim_line_backlog(line));
	line->head += count;
	while (count > 0) {
		struct pl_sim_piece *piece = &line->pieces[line->first];

		if (count < piece->bytes) {
			piece->bytes -= count; /* the rest of this piece is still to leave */
			break;
		}
		count -= piece->bytes;
		line->first++;
		gone(context, &piece->note);
	}
	if (line->first == line->end)
		line->first = line->end = 0;
	compact(line);
}

void pl_sim_line_drop(struct pl_sim_line *line, pl_sim_piece_gone gone, void *context)
{
	pl_sim_line_sent(line, pl_sim_line_backlog(line), gone, context);
	line->free_ns = INT64_MIN;
}

static void ignore(void *context, const struct pl_sim_note *note)
{
	(void)context;
	(void)note;
}

void pl_sim_line_move(struct pl_sim_line *line, struct pl_sim_line *from, int64_t now_ns)
{
	const char *bytes = from->bytes.data == NULL ? "" : from->bytes.data + from->head;

	for (size_t i = from->first; i < from->end; i++) {
		const struct pl_sim_piece *piece = &from->pieces[i];

		pl_sim_line_push(line, PL_SIM_PUSH_REPLY, now_ns, bytes, piece->bytes,
				 &piece->note);
		bytes += piece->bytes;
	}
	pl_sim_line_drop(from, ignore, NULL);
}
