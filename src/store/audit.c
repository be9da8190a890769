/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit.c - rows of audit.csv, each sealed with a hash over the one before.
 *
 * The chain moves on only when a row is in the file: pl_chain_row leaves `chain` alone and the
 * writer commits `next` after its write. Pure, any thread.
 */
#include "store/audit.h"

#include "store/rows.h"

#include <string.h>

void pl_chain_begin(struct pl_chain *chain, const char *origin)
{
	chain->seq = 0;
	pl_hash_bytes(origin, strlen(origin), chain->head);
}

/* The row's bytes before its last comma, and the hash behind it. False when it has no such form. */
static bool split_row(const char *row, size_t *sealed, char hash[PL_HASH_SIZE])
{
	size_t length = strcspn(row, "\n");

	if (length < PL_HASH_SIZE || row[length - PL_HASH_SIZE] != ',')
		return false;
	*sealed = length - PL_HASH_SIZE;
	memcpy(hash, row + *sealed + 1, PL_HASH_SIZE - 1);
	hash[PL_HASH_SIZE - 1] = '\0';
	return strspn(hash, "0123456789abcdef") == PL_HASH_SIZE - 1;
}

static bool row_seq(const char *row, int64_t *seq)
{
	char cell[32];

	return pl_rows_cell(&row, cell, sizeof cell) && pl_text_to_int(cell, seq) && *seq > 0;
}

enum pl_status pl_chain_continue(struct pl_chain *chain, const char *row, struct pl_error *error)
{
	struct pl_chain last;
	size_t sealed;
	int64_t seq;

	if (!split_row(row, &sealed, last.head) || !row_seq(row, &seq))
		return pl_error_set(error, PL_ERR_CONFIG, NULL,
				    "the last line of the audit file is no audit row; the chain "
				    "cannot go on behind it");
	last.seq = (uint64_t)seq;
	*chain = last;
	return PL_OK;
}

void pl_chain_row(const struct pl_chain *chain, const struct pl_write *message,
		  const struct pl_audit_entry *entry, struct pl_text *out, struct pl_chain *next)
{
	const char *const texts[] = {entry->actor, entry->action, entry->target};
	size_t start = out->length;
	char time[PL_UTC_SIZE];

	pl_clock_format_utc(message->t_utc_ns, time);
	next->seq = chain->seq + 1;
	pl_text_add_integer(out, (int64_t)next->seq);
	pl_text_add_string(out, ",");
	pl_text_add_string(out, time);
	pl_text_add_string(out, ",");
	pl_text_add_integer(out, message->t_mono_ns);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pl_text_add_string(out, ",");
		pl_text_add_cell(out, texts[i]);
	}
	pl_text_add_string(out, ",");
	pl_text_add_number(out, entry->old_value);
	pl_text_add_string(out, ",");
	pl_text_add_number(out, entry->new_value);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, entry->status);
	pl_text_add_string(out, ",");
	pl_text_add_cell(out, entry->detail);
	pl_hash_chain(chain->head, out->data + start, out->length - start, next->head);
	pl_text_add_string(out, ",");
	pl_text_add_string(out, next->head);
	pl_text_add_string(out, "\n");
}

bool pl_chain_check(struct pl_chain *chain, const char *row)
{
	char said[PL_HASH_SIZE], made[PL_HASH_SIZE];
	size_t sealed;
	int64_t seq;

	if (!split_row(row, &sealed, said) || !row_seq(row, &seq) ||
	    (uint64_t)seq != chain->seq + 1)
		return false;
	pl_hash_chain(chain->head, row, sealed, made);
	if (strcmp(said, made) != 0)
		return false;
	chain->seq = (uint64_t)seq;
	memcpy(chain->head, made, sizeof chain->head);
	return true;
}
