/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.c - SHA-256 through libmd, which no other file knows. Pure, any thread.
 */
#include "base/hash.h"

#include <string.h>

#include <sha2.h>

_Static_assert(sizeof(SHA2_CTX) <= sizeof(struct pl_hash), "the context has its room");

static void finish(SHA2_CTX *context, char out[PL_HASH_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256Final(digest, context);
	for (size_t i = 0; i < sizeof digest; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[PL_HASH_SIZE - 1] = '\0';
}

static void store(const SHA2_CTX *context, struct pl_hash *hash)
{
	memcpy(hash->state, context, sizeof *context);
}

static SHA2_CTX load(const struct pl_hash *hash)
{
	SHA2_CTX context;

	memcpy(&context, hash->state, sizeof context);
	return context;
}

void pl_hash_begin(struct pl_hash *hash)
{
	SHA2_CTX context = {.bitcount = {0}};

	SHA256Init(&context);
	store(&context, hash);
}

void pl_hash_add(struct pl_hash *hash, const void *bytes, size_t count)
{
	SHA2_CTX context = load(hash);

	SHA256Update(&context, bytes, count);
	store(&context, hash);
}

void pl_hash_get(const struct pl_hash *hash, char out[PL_HASH_SIZE])
{
	SHA2_CTX context = load(hash);

	finish(&context, out);
}

void pl_hash_bytes(const void *bytes, size_t count, char out[PL_HASH_SIZE])
{
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, bytes, count);
	finish(&context, out);
}

void pl_hash_chain(const char previous[PL_HASH_SIZE], const void *row, size_t count,
		   char out[PL_HASH_SIZE])
{
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)previous, PL_HASH_SIZE - 1);
	SHA256Update(&context, row, count);
	finish(&context, out);
}
