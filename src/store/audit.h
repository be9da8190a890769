/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit.h - the hash chain of an audit file. Pure, any thread.
 *
 * hash = hex SHA-256(previous hash as 64 hex characters, then the row's bytes up to, without, the
 * comma before hash). The first previous hash is SHA-256 of the chain's origin: the uid of a run,
 * the name of a bench.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/writer.h"

#include "base/hash.h"

struct pl_chain {
	uint64_t seq;		 /* of the last row, 0 = none */
	char head[PL_HASH_SIZE]; /* its hash, or the first previous one */
};

void pl_chain_begin(struct pl_chain *chain, const char *origin);
/* Goes on behind a row that is in the file. PL_ERR_CONFIG when it is no row of an audit file. */
enum pl_status pl_chain_continue(struct pl_chain *chain, const char *row, struct pl_error *error);
/* Adds the row that follows `chain` to out and fills *next: the chain once that row is written. */
void pl_chain_row(const struct pl_chain *chain, const struct pl_write *message,
		  const struct pl_audit_entry *entry, struct pl_text *out, struct pl_chain *next);
/* True when `row` (one line, its newline optional) follows `chain`, which it then moves on. */
bool pl_chain_check(struct pl_chain *chain, const char *row);

#endif
