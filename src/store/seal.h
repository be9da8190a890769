/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seal.h - how long an append-only file is and the SHA-256 of its bytes, kept while it grows.
 *
 * What is added are the bytes that were handed to write(), not what the file is found to hold
 * later: somebody who edits a file of a run in progress does not get the edit sealed. Writer
 * thread.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "plateau/status.h"

#include "base/hash.h"

#include <stdbool.h>

struct pl_seal {
	struct pl_hash hash;
	uint64_t size; /* bytes */
};

void pl_seal_begin(struct pl_seal *seal); /* of no bytes */
void pl_seal_add(struct pl_seal *seal, const void *bytes, size_t count);
/* Of a whole file that is there already, in constant memory. PL_ERR_IO. */
enum pl_status pl_seal_read(int dir, const char *name, struct pl_seal *out, struct pl_error *error);

/* How an audit row says it: "points.csv 1234 bytes sha256 <64 hex>". */
#define PL_SEAL_TEXT 240
void pl_seal_text(const char *name, const struct pl_seal *seal, char out[PL_SEAL_TEXT]);
/* Reads that text; false when it is none. name: 128 bytes. */
bool pl_seal_parse(const char *text, char name[128], uint64_t *size, char hash[PL_HASH_SIZE]);

/* 16 bits of one line, without its newline: to find a changed line, not to prove that none was.
 * FNV-1a of 32 bits, its halves folded. */
uint16_t pl_seal_print(const char *line, size_t length);

#endif
