/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_chain.c - walking the chain of an audit file from its origin.
 *
 * The first bad line is what is told: behind it nothing is proved. A part that was left after a
 * failed sync may end in anything, when the next part repeats its last rows and goes on.
 */
#include "store/verify_inside.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	struct verify_chain *out;
	struct pl_chain chain;	/* good up to here */
	struct pl_chain stored; /* as the lines have it, good or not */
	uint64_t *prints;	/* by seq - 1: the first bytes of the line's hash */
	size_t room;
	bool is_lost; /* behind the first bad line of this part */
	verify_on_row on_row;
	void *ctx;
	char copy[VERIFY_LINE];
};

static uint64_t print_of(const char *line)
{
	char hash[PL_HASH_SIZE];

	pl_hash_bytes(line, strlen(line), hash);
	hash[16] = '\0';
	return strtoull(hash, NULL, 16);
}

static void note_print(struct walk *walk, uint64_t seq, const char *line)
{
	if (seq > walk->room) {
		size_t room = walk->room ? 2 * walk->room : 1024;
		uint64_t *prints = realloc(walk->prints, room * sizeof *prints);

		if (!prints || seq > room) {
			walk->prints = prints ? prints : walk->prints;
			return; /* repeated rows then count as out of order: loud, not wrong */
		}
		walk->prints = prints;
		walk->room = room;
	}
	walk->prints[seq - 1] = print_of(line);
}

static bool is_repeat(const struct walk *walk, const struct verify_lines *lines, uint64_t seq)
{
	return lines->part > 1 && seq <= walk->chain.seq && seq <= walk->room &&
	       walk->prints[seq - 1] == print_of(lines->text);
}

static void set_fault(struct walk *walk, const struct verify_lines *lines,
		      const struct verify_row *row)
{
	struct verify_chain *out = walk->out;

	memcpy(out->where, lines->where, sizeof out->where);
	out->is_rest_good = true;
	walk->is_lost = true;
	if (!row)
		out->fault = CHAIN_NO_ROW;
	else if (row->seq > walk->chain.seq + 1)
		out->fault = CHAIN_REMOVED;
	else if (row->seq <= walk->chain.seq)
		out->fault = CHAIN_ORDER;
	else
		out->fault = row->seq == 1 ? CHAIN_FIRST : CHAIN_EDITED;
	out->gap = row && out->fault == CHAIN_REMOVED ? row->seq - walk->chain.seq - 1 : 0;
}

static void take_line(struct walk *walk, const struct verify_lines *lines)
{
	struct verify_row row;

	memcpy(walk->copy, lines->text, strlen(lines->text) + 1);
	if (!verify_row_parse(walk->copy, &row)) {
		if (!walk->is_lost)
			set_fault(walk, lines, NULL);
		walk->out->is_rest_good = false;
		return;
	}
	row.where = lines->where;
	if (is_repeat(walk, lines, row.seq))
		return;
	if (walk->is_lost && lines->part > 1 && row.seq == walk->chain.seq + 1)
		walk->is_lost = false; /* the next part goes on where the last one was good */
	if (!walk->is_lost && pl_chain_check(&walk->chain, lines->text)) {
		walk->out->fault = CHAIN_GOOD;
		note_print(walk, row.seq, lines->text);
		walk->stored = walk->chain;
	} else {
		if (!walk->is_lost)
			set_fault(walk, lines, &row);
		else if (!pl_chain_check(&walk->stored, lines->text))
			walk->out->is_rest_good = false;
		walk->stored.seq = row.seq;
		memcpy(walk->stored.head, row.head, sizeof walk->stored.head);
	}
	if (walk->on_row)
		walk->on_row(walk->ctx, &row);
}

/* A torn line is a tail when nothing follows it in its part. */
static void walk_lines(struct walk *walk, struct verify_lines *lines)
{
	bool was_torn = false;
	char where[sizeof lines->where];
	unsigned part = 0;

	while (verify_lines_next(lines)) {
		if (was_torn && lines->part == part && !lines->is_torn) {
			if (!walk->is_lost)
				set_fault(walk, lines, NULL);
			memcpy(walk->out->where, where, sizeof where);
			was_torn = false;
		}
		if (lines->is_torn) {
			if (!was_torn)
				memcpy(where, lines->where, sizeof where);
			was_torn = true;
			part = lines->part;
			continue;
		}
		take_line(walk, lines);
	}
	walk->out->is_torn = was_torn && part == lines->part;
	if (walk->out->is_torn && walk->out->fault == CHAIN_GOOD)
		memcpy(walk->out->where, where, sizeof where);
}

void verify_chain_walk(int dir, const char *stem, const char *origin, verify_on_row on_row,
		       void *ctx, struct verify_chain *out)
{
	struct verify_lines *lines = verify_lines_open(dir, stem);
	struct walk *walk = calloc(1, sizeof *walk);

	*out = (struct verify_chain){.fault = CHAIN_MISSING};
	if (lines && walk) {
		out->fault = CHAIN_GOOD;
		walk->out = out;
		walk->on_row = on_row;
		walk->ctx = ctx;
		pl_chain_begin(&walk->chain, origin);
		walk->stored = walk->chain;
		walk_lines(walk, lines);
		out->rows = walk->chain.seq;
		memcpy(out->head, walk->chain.head, sizeof out->head);
		memcpy(out->last_head, walk->stored.head, sizeof out->last_head);
		free(walk->prints);
	}
	free(walk);
	verify_lines_close(lines);
}
