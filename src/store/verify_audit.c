/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_audit.c - the run's chain, the bench's, and how the two hold each other.
 *
 * The rows run.begin and run.reopen of the run name the head of the bench's chain; the rows
 * run.pause and run.end of the bench name the head of the run's, and so does run.yaml. What stands
 * behind the last head that is named somewhere else can be cut off unseen.
 */
#include "store/verify_inside.h"

#include "store/reading.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HEADS_MAX 4096

struct head {
	char hash[PL_HASH_SIZE], where[160]; /* who names it */
	uint64_t seq;			     /* where it was found, 0 = not yet */
	bool is_found;
};

struct heads {
	struct head items[HEADS_MAX];
	size_t count;
	uint64_t last_seq; /* highest found */
};

struct anchors {
	struct verify *verify;
	char name[48];	    /* <bench>.audit */
	struct heads bench; /* named by the run */
	struct heads run;   /* named by run.yaml and the bench */
	bool is_of_another; /* row 1 is about another run */
};

static void add_head(struct heads *heads, const char *hash, const char *where)
{
	struct head *head = &heads->items[heads->count];

	if (heads->count == HEADS_MAX || strlen(hash) != PL_HASH_SIZE - 1)
		return;
	*head = (struct head){.seq = 0};
	memcpy(head->hash, hash, sizeof head->hash);
	pl_text_copy(head->where, sizeof head->where, where);
	heads->count++;
}

static void tick_off(struct heads *heads, const char *hash, uint64_t seq)
{
	for (size_t i = 0; i < heads->count; i++) {
		if (strcmp(heads->items[i].hash, hash) != 0)
			continue;
		heads->items[i].is_found = true;
		heads->items[i].seq = seq;
		if (seq > heads->last_seq)
			heads->last_seq = seq;
	}
}

static const char *after(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0 ? text + strlen(prefix) : NULL;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static void on_run_row(void *ctx, const struct verify_row *row)
{
	struct anchors *anchors = ctx;
	const char *head = after(row->detail, "bench chain ");

	if (row->seq == 1)
		anchors->is_of_another = strcmp(row->target, anchors->verify->record.name) != 0;
	if (head && is_one_of(row->action, "run.begin", "run.reopen"))
		add_head(&anchors->bench, head, row->where);
}

static void on_bench_row(void *ctx, const struct verify_row *row)
{
	struct anchors *anchors = ctx;
	const char *head = after(row->detail, "run chain ");

	tick_off(&anchors->bench, row->head, row->seq);
	if (head && is_one_of(row->action, "run.pause", "run.end") &&
	    strcmp(row->target, anchors->verify->record.name) == 0)
		add_head(&anchors->run, head, row->where);
}

static void on_run_row_again(void *ctx, const struct verify_row *row)
{
	struct anchors *anchors = ctx;

	tick_off(&anchors->run, row->head, row->seq);
}

static void tell_fault(struct verify *verify, const char *file, const struct verify_chain *chain,
		       bool is_replaced)
{
	switch (chain->fault) {
	case CHAIN_GOOD:
		break;
	case CHAIN_MISSING:
		verify_bad(verify, file, "missing", "there is no such file");
		break;
	case CHAIN_FIRST:
		if (is_replaced)
			verify_bad(verify, chain->where, "replaced",
				   "the whole file was replaced: its chain does not begin with "
				   "what it belongs to");
		else
			verify_bad(verify, chain->where, "edited",
				   "edited: its hash is not that of what the line holds");
		break;
	case CHAIN_EDITED:
		verify_bad(verify, chain->where, "edited",
			   "edited: its hash is not that of what the line holds%s",
			   chain->is_rest_good ? "; the lines behind it follow from that hash"
					       : "");
		break;
	case CHAIN_REMOVED:
		verify_bad(verify, chain->where, "removed",
			   "removed: %" PRIu64 " line%s before this one %s missing", chain->gap,
			   chain->gap == 1 ? "" : "s", chain->gap == 1 ? "is" : "are");
		break;
	case CHAIN_ORDER:
		verify_bad(verify, chain->where, "order",
			   "its number was there before: a line was put in or moved");
		break;
	case CHAIN_NO_ROW:
		verify_bad(verify, chain->where, "damaged", "damaged: this is no audit row");
		break;
	}
}

static void tell_torn(struct verify *verify, const struct verify_chain *chain)
{
	if (chain->fault != CHAIN_GOOD || !chain->is_torn)
		return;
	if (verify->is_over)
		verify_bad(verify, chain->where, "torn",
			   "the last line is torn although the run was ended in order");
	else
		verify_open(verify, chain->where, "torn",
			    "the last line is torn: its writer died in it");
}

/* ---- the bench ---- */

static bool is_workspace(int dir)
{
	return dir >= 0 && pl_store_exists(dir, ".plateau");
}

/* True when the run's first row names a head that the bench's chain has. */
static bool has_its_beginning(const struct anchors *anchors)
{
	return anchors->bench.count > 0 && anchors->bench.items[0].is_found;
}

static void check_bench(struct anchors *anchors)
{
	struct verify *verify = anchors->verify;
	struct verify_chain chain;
	char origin[PL_HASH_SIZE], file[64];
	bool is_known;

	snprintf(file, sizeof file, "%s.csv", anchors->name);
	if (!is_workspace(verify->workspace)) {
		verify_open(verify, file, "alone",
			    "the run stands outside its workspace: the bench's chain is not here "
			    "to hold it");
		return;
	}
	verify_chain_walk(verify->workspace, anchors->name, verify->record.bench, on_bench_row,
			  anchors, &chain);
	is_known = anchors->bench.last_seq > 0 || anchors->run.count > 0; /* of this run */
	pl_hash_bytes(verify->record.bench, strlen(verify->record.bench), origin);
	tick_off(&anchors->bench, origin, 0);
	tell_fault(verify, file, &chain, chain.is_rest_good && !is_known);
	if (chain.fault != CHAIN_GOOD)
		return;
	for (size_t i = 0; i < anchors->bench.count; i++)
		if (!anchors->bench.items[i].is_found)
			verify_bad(
			    verify, file, "cut",
			    "does not hold the head that %s of the run names: its lines from "
			    "there on were cut off, or it was replaced",
			    anchors->bench.items[i].where);
}

/* ---- the run ---- */

static void check_tail(struct anchors *anchors, const struct verify_chain *chain)
{
	struct verify *verify = anchors->verify;
	const struct pl_run_record *record = &verify->record;
	bool is_missing = false;

	for (size_t i = 0; i < anchors->run.count; i++) {
		if (anchors->run.items[i].is_found)
			continue;
		is_missing = true;
		if (has_its_beginning(anchors) || !is_workspace(verify->workspace))
			verify_bad(verify, "audit.csv", "cut",
				   "the tail was cut off behind line %" PRIu64
				   ", or written anew: %s names a head that is not there",
				   chain->rows + 1, anchors->run.items[i].where);
		else
			verify_bad(verify, "audit.csv", "replaced",
				   "the whole file was replaced: neither its beginning nor the "
				   "head that %s names belong to this run",
				   anchors->run.items[i].where);
	}
	if (is_missing)
		return;
	if (verify->is_over && !record->audit_head[0])
		verify_bad(verify, "run.yaml", "unanchored",
			   "the run has ended, but run.yaml names no head of its chain");
	else if (verify->is_over && strcmp(record->audit_head, chain->head) != 0)
		verify_bad(verify, "audit.csv", "added",
			   "lines were added after the end: %" PRIu64 " behind the head that "
			   "run.yaml names",
			   chain->rows - anchors->run.last_seq);
	else if (!verify->is_over && chain->rows > anchors->run.last_seq)
		verify_open(verify, "audit.csv", "tail",
			    "the last %" PRIu64 " rows cannot be proved: %s",
			    chain->rows - anchors->run.last_seq,
			    verify->is_owned ? "the run is still going"
					     : "the run's owner died before it could anchor them");
}

/* A first row that is not of this run, and rows that follow from it: edited, it would still end in
 * the head that was anchored. */
static bool is_replaced(const struct anchors *anchors, const struct verify_chain *chain)
{
	const char *anchored = anchors->verify->record.audit_head;

	if (!chain->is_rest_good)
		return false;
	return anchored[0] ? strcmp(chain->last_head, anchored) != 0 : anchors->is_of_another;
}

static void check_run(struct anchors *anchors)
{
	struct verify *verify = anchors->verify;
	const struct pl_run_record *record = &verify->record;
	struct verify_chain chain;

	verify_chain_walk(verify->folder, "audit", record->uid, on_run_row, anchors, &chain);
	verify->verdict->audit_rows = chain.rows;
	tell_fault(verify, "audit.csv", &chain, is_replaced(anchors, &chain));
	tell_torn(verify, &chain);
	check_bench(anchors);
	if (chain.fault != CHAIN_GOOD)
		return;
	add_head(&anchors->run, record->audit_head, "run.yaml");
	verify_chain_walk(verify->folder, "audit", record->uid, on_run_row_again, anchors, &chain);
	if (!anchors->bench.count)
		verify_bad(verify, "audit.csv", "begin",
			   "no row run.begin names the head of the bench's chain");
	check_tail(anchors, &chain);
}

void verify_audit(struct verify *verify)
{
	struct anchors *anchors = calloc(1, sizeof *anchors);

	if (!anchors) {
		verify_bad(verify, "audit.csv", "memory", "no memory left to read it");
		return;
	}
	anchors->verify = verify;
	snprintf(anchors->name, sizeof anchors->name, "%s.audit", verify->record.bench);
	check_run(anchors);
	free(anchors);
}
