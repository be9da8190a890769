/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_send.c - replies on their way: kept in order of time, written when their last byte is due.
 * What the line does not take at once is lost, as on a serial line. */
#include "sim/ezzone_run.h"

#include "plateau/clock.h"

#include <string.h>

#define NOISE_CHUNK 256

static void put(struct pl_ezsim_run *run, const struct pl_ezsim_letter *letter)
{
	size_t at = run->letter_count;

	if (at == PL_EZSIM_OUTBOX) {
		pl_ezsim_truth_bytes(&run->truth, letter->sent.request_ns, "dropped",
				     letter->sent.unit, letter->bytes, letter->count);
		return;
	}
	while (at > 0 && run->outbox[at - 1].due_ns > letter->due_ns)
		at--;
	memmove(&run->outbox[at + 1], &run->outbox[at],
		(run->letter_count - at) * sizeof(run->outbox[0]));
	run->outbox[at] = *letter;
	run->letter_count++;
}

/* In pieces: all but the last are of kind part. */
void pl_ezsim_send(struct pl_ezsim_run *run, const struct pl_ezsim_letter *letter,
		   const struct pl_ezsim_effect *effect)
{
	size_t pieces = effect->pieces < 1 ? 1 : (size_t)effect->pieces;
	size_t done = 0;

	if (pieces > letter->count)
		pieces = letter->count;
	for (size_t i = 0; i < pieces; i++) {
		struct pl_ezsim_letter piece = *letter;
		size_t end = letter->count * (i + 1) / pieces;

		piece.due_ns += (int64_t)i * effect->piece_ns;
		piece.count = end - done;
		memmove(piece.bytes, letter->bytes + done, piece.count);
		if (i + 1 < pieces)
			piece.sent.kind = "part";
		put(run, &piece);
		done = end;
	}
}

static void deliver(struct pl_ezsim_run *run, struct pl_ezsim_letter *letter)
{
	struct pl_ezsim_end *end = pl_ezsim_end_find(&run->door, letter->end);
	size_t sent = 0;

	letter->sent.before_ns = pl_clock_mono_ns();
	if (end != NULL)
		sent = pl_ezsim_end_write(&run->door, end, letter->bytes, letter->count);
	letter->sent.after_ns = pl_clock_mono_ns();
	if (sent < letter->count)
		letter->sent.kind = "dropped";
	pl_ezsim_truth_sent(&run->truth, &letter->sent, letter->bytes, letter->count);
}

void pl_ezsim_send_due(struct pl_ezsim_run *run, int64_t now_ns)
{
	size_t count = 0;

	while (count < run->letter_count && run->outbox[count].due_ns <= now_ns)
		deliver(run, &run->outbox[count++]);
	run->letter_count -= count;
	memmove(&run->outbox[0], &run->outbox[count], run->letter_count * sizeof(run->outbox[0]));
}

void pl_ezsim_send_noise(struct pl_ezsim_run *run, size_t count)
{
	unsigned char bytes[NOISE_CHUNK];
	bool is_full = false;

	while (count > 0 && !is_full) {
		size_t part = count < sizeof(bytes) ? count : sizeof(bytes);

		for (size_t i = 0; i < part; i++)
			bytes[i] = (unsigned char)pl_sim_random_bits(&run->luck);
		for (int i = 0; i < PL_EZSIM_ENDS; i++)
			if (run->door.ends[i].fd >= 0)
				is_full |= pl_ezsim_end_write(&run->door, &run->door.ends[i], bytes,
							      part) < part;
		count -= part;
	}
}

int64_t pl_ezsim_send_next_ns(const struct pl_ezsim_run *run)
{
	return run->letter_count > 0 ? run->outbox[0].due_ns : PL_NEVER;
}
