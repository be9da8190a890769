/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.h - SHA-256 (FIPS 180-4, through libmd) as 64 lower-case hex digits. Pure, any thread.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define PL_HASH_SIZE 65 /* 64 hex digits and NUL */

/* Of bytes that come piece by piece. A plain value: a copy goes on from where it was taken. */
struct pl_hash {
	uint64_t state[32]; /* libmd's context; nobody else looks into it */
};

void pl_hash_begin(struct pl_hash *hash);
void pl_hash_add(struct pl_hash *hash, const void *bytes, size_t count);
/* Of everything added so far; more may be added afterwards. */
void pl_hash_get(const struct pl_hash *hash, char out[PL_HASH_SIZE]);

void pl_hash_bytes(const void *bytes, size_t count, char out[PL_HASH_SIZE]);
/* Hash of two byte strings one after the other: a link of the audit chain is
 * SHA-256(previous hash as 64 hex characters, then the row). out may be previous. */
void pl_hash_chain(const char previous[PL_HASH_SIZE], const void *row, size_t count,
		   char out[PL_HASH_SIZE]);

#endif
