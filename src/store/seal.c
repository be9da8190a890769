/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.c - see seal.h. */
#include "store/seal.h"

#include "store/reading.h"

#include <inttypes.h>
#include <string.h>

#define BLOCK 16384

void pl_seal_begin(struct pl_seal *seal)
{
	pl_hash_begin(&seal->hash);
	seal->size = 0;
}

void pl_seal_add(struct pl_seal *seal, const void *bytes, size_t count)
{
	pl_hash_add(&seal->hash, bytes, count);
	seal->size += count;
}

enum pl_status pl_seal_read(int dir, const char *name, struct pl_seal *out, struct pl_error *error)
{
	FILE *stream = pl_store_stream(dir, name, error);
	enum pl_status status = PL_OK;
	char block[BLOCK];
	size_t got;

	pl_seal_begin(out);
	if (!stream)
		return PL_ERR_IO;
	while ((got = fread(block, 1, sizeof block, stream)) > 0)
		pl_seal_add(out, block, got);
	if (ferror(stream))
		status = pl_error_set(error, PL_ERR_IO, name, "cannot be read to its end");
	fclose(stream);
	return status;
}

void pl_seal_text(const char *name, const struct pl_seal *seal, char out[PL_SEAL_TEXT])
{
	char hash[PL_HASH_SIZE];

	pl_hash_get(&seal->hash, hash);
	snprintf(out, PL_SEAL_TEXT, "%.80s %" PRIu64 " bytes sha256 %s", name, seal->size, hash);
}

bool pl_seal_parse(const char *text, char name[128], uint64_t *size, char hash[PL_HASH_SIZE])
{
	int end = 0;

	return sscanf(text, "%127s %" SCNu64 " bytes sha256 %64[0-9a-f]%n", name, size, hash,
		      &end) == 3 &&
	       strlen(hash) == PL_HASH_SIZE - 1 && !text[end];
}

uint16_t pl_seal_print(const char *line, size_t length)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)line[i]) * 16777619u;
	return (uint16_t)(hash >> 16 ^ hash);
}
