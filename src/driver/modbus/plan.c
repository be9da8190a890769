/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - pieces into blocks, and what they cost. Pure, any thread. */
#include "driver/modbus/plan.h"

#include "driver/modbus/protocol.h"
#include "plateau/clock.h"

#include <stdlib.h>

struct pl_modbus_limits pl_modbus_profile_limits(const struct pl_profile *profile)
{
	size_t most = profile && profile->block_max > 0 ? profile->block_max : 1;

	if (most > PL_MODBUS_REGISTERS_MAX)
		most = PL_MODBUS_REGISTERS_MAX;
	return (struct pl_modbus_limits){
	    .block_max = most, .block_gap = profile ? profile->block_gap : 0, .merges = true};
}

static unsigned end_of(const struct pl_modbus_piece *piece)
{
	return (unsigned)piece->address + piece->count;
}

static int compare(const void *a, const void *b)
{
	const struct pl_modbus_piece *one = a, *other = b;

	if (one->function != other->function)
		return one->function < other->function ? -1 : 1;
	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	if (one->count != other->count)
		return one->count < other->count ? -1 : 1;
	return one->owner < other->owner ? -1 : one->owner > other->owner;
}

static bool fits(const struct pl_modbus_block *block, const struct pl_modbus_piece *piece,
		 const struct pl_modbus_limits *limits)
{
	unsigned end = (unsigned)block->address + block->count;
	unsigned most = end > end_of(piece) ? end : end_of(piece);

	return limits->merges && piece->function == block->function &&
	       piece->address <= end + limits->block_gap &&
	       most - block->address <= limits->block_max;
}

size_t pl_modbus_plan(struct pl_modbus_piece *pieces, size_t count,
		      const struct pl_modbus_limits *limits, struct pl_modbus_block *blocks)
{
	struct pl_modbus_block *last = NULL;
	size_t made = 0;

	if (count > 0)
		qsort(pieces, count, sizeof *pieces, compare);
	for (size_t i = 0; i < count; i++) {
		const struct pl_modbus_piece *piece = &pieces[i];
		unsigned end;

		if (!last || !fits(last, piece, limits)) {
			last = &blocks[made++];
			*last = (struct pl_modbus_block){.function = piece->function,
							 .address = piece->address,
							 .count = piece->count,
							 .first = i,
							 .pieces = 1};
			continue;
		}
		end = (unsigned)last->address + last->count;
		last->bridges |= piece->address > end;
		if (end_of(piece) > end)
			last->count = (uint16_t)(end_of(piece) - last->address);
		last->pieces++;
	}
	return made;
}

static struct pl_modbus_piece piece_of(const struct pl_profile_row *row, uint8_t parts,
				       size_t owner)
{
	return (struct pl_modbus_piece){.function = row->read_function,
					.address = row->address,
					.count = row->registers,
					.parts = parts,
					.owner = owner};
}

size_t pl_modbus_pieces(const struct pl_modbus_place *place, const struct pl_modbus_limits *limits,
			size_t owner, struct pl_modbus_piece out[2])
{
	struct pl_modbus_piece two[2];
	struct pl_modbus_block block[2];

	out[0] = piece_of(&place->row, PL_MODBUS_PART_VALUE, owner);
	if (!place->has_validity)
		return 1;
	out[1] = piece_of(&place->validity, PL_MODBUS_PART_VALIDITY, owner);
	two[0] = out[0];
	two[1] = out[1];
	if (pl_modbus_plan(two, 2, limits, block) == 2)
		return 2;
	out[0].address = block[0].address;
	out[0].count = block[0].count;
	out[0].parts = PL_MODBUS_PART_VALUE | PL_MODBUS_PART_VALIDITY;
	return 1;
}

/* Start bit, eight bits, parity or a second stop bit (the standard's 11), stop bit; 8N1, which
 * most instruments use, has 10. */
int64_t pl_modbus_character_ns(const struct pl_profile *profile, int64_t baud)
{
	bool has_parity = profile && (profile->parity == 'E' || profile->parity == 'O');

	return baud > 0 ? (has_parity ? 11 : 10) * PL_NS_PER_S / baud : 0;
}

int64_t pl_modbus_silence_ns(const struct pl_profile *profile, int64_t baud)
{
	if (profile && profile->silence_ns > 0)
		return profile->silence_ns;
	if (baud > 19200 || baud <= 0)
		return 1750000;
	return pl_modbus_character_ns(profile, baud) * 7 / 2;
}

static int64_t block_ns(const struct pl_profile *profile, const struct pl_modbus_block *block,
			int64_t baud)
{
	size_t request = 8, reply = 5 + pl_modbus_data_size(block->function, block->count);

	if (baud <= 0)
		return 0;
	return (int64_t)(request + reply) * pl_modbus_character_ns(profile, baud) +
	       2 * pl_modbus_silence_ns(profile, baud);
}

/* A silent interval stands before each request and before each reply: the device may not answer
 * sooner. What the device itself needs is not known here. */
struct pl_wire_cost pl_modbus_cost(const struct pl_device_spec *spec,
				   const struct pl_target *targets, size_t count, int64_t baud)
{
	struct pl_modbus_limits limits = pl_modbus_profile_limits(spec->profile);
	struct pl_modbus_piece *pieces = calloc(2 * count + 1, sizeof *pieces);
	struct pl_modbus_block *blocks = calloc(2 * count + 1, sizeof *blocks);
	struct pl_wire_cost cost = {0};
	size_t made = 0;

	if (!pieces || !blocks)
		pl_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		struct pl_modbus_place place;

		if (pl_modbus_place(spec, &targets[i], &place, NULL) == PL_OK)
			made += pl_modbus_pieces(&place, &limits, i, pieces + made);
	}
	cost.transactions = (unsigned)pl_modbus_plan(pieces, made, &limits, blocks);
	for (unsigned i = 0; i < cost.transactions; i++)
		cost.time_ns += block_ns(spec->profile, &blocks[i], baud);
	free(pieces);
	free(blocks);
	return cost;
}
