/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - which registers are read together. Pure, any thread.
 *
 * A piece is a run of registers (or coils) that somebody wants; a block is one read that brings
 * several. Pieces of one function whose distance is at most the gap go together while the block
 * stays within its longest. A piece is never cut.
 */
#ifndef DRIVER_MODBUS_PLAN_H
#define DRIVER_MODBUS_PLAN_H

#include "plateau/driver.h"
#include "plateau/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What of a target a piece holds. */
enum { PL_MODBUS_PART_VALUE = 1, PL_MODBUS_PART_VALIDITY = 2 };

struct pl_modbus_piece {
	uint8_t function;
	uint16_t address, count;
	uint8_t parts; /* PL_MODBUS_PART_*, as bits */
	size_t owner;  /* whose: an index of the caller */
};

struct pl_modbus_block {
	uint8_t function;
	uint16_t address, count;
	bool bridges;	      /* registers between that no piece wants */
	size_t first, pieces; /* in the pieces as sorted */
};

struct pl_modbus_limits {
	size_t block_max, block_gap;
	bool merges; /* no: a block a piece */
};
struct pl_modbus_limits pl_modbus_profile_limits(const struct pl_profile *profile);

/* Sorts the pieces by function and address and cuts them into blocks; blocks has room for as many
 * as there are pieces. Returns how many. */
size_t pl_modbus_plan(struct pl_modbus_piece *pieces, size_t count,
		      const struct pl_modbus_limits *limits, struct pl_modbus_block *blocks);

/* One parameter on the wire. The row is the profile's, or made for a raw register. */
struct pl_modbus_place {
	const struct pl_parameter *parameter;
	struct pl_profile_row row; /* address: of this instance */
	int index;		   /* of the row in the profile, -1 = raw */
	unsigned instance;	   /* from 0 */
	bool has_validity;
	struct pl_profile_row validity;
	const struct pl_parameter *validity_parameter;
};
/* PL_ERR_UNSUPPORTED when the parameter has no register that can be read. */
enum pl_status pl_modbus_place(const struct pl_device_spec *spec, const struct pl_target *target,
			       struct pl_modbus_place *out, struct pl_error *error);
/* A row of the profile, for the instance of a place. */
struct pl_profile_row pl_modbus_row(const struct pl_profile *profile, int index, unsigned instance);

/* Its pieces, 1 or 2: value and validity together where one read can bring both. */
size_t pl_modbus_pieces(const struct pl_modbus_place *place, const struct pl_modbus_limits *limits,
			size_t owner, struct pl_modbus_piece out[2]);

/* Silence between two frames: 3.5 characters, at least 1.75 ms above 19200, the profile's own when
 * it has one; bits: of one character. */
int64_t pl_modbus_silence_ns(const struct pl_profile *profile, int64_t baud);
int64_t pl_modbus_character_ns(const struct pl_profile *profile, int64_t baud);
/* Contract of pl_driver.cost and parse_raw. */
struct pl_wire_cost pl_modbus_cost(const struct pl_device_spec *spec,
				   const struct pl_target *targets, size_t count, int64_t baud);
enum pl_status pl_modbus_parse_raw(const struct pl_device_spec *spec, const char *text,
				   struct pl_target *out, struct pl_error *error);

#endif
