/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_notes.c - notes.csv against the audit rows that hold the hash of each of its lines: the
 * run's own while it went on, the bench's afterwards.
 */
#include "store/verify_inside.h"

#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 10000

struct noted {
	char hash[PL_HASH_SIZE], where[160];
	bool is_there;
};

struct notes {
	const struct verify *verify;
	struct noted items[NOTES_MAX];
	size_t count;
};

/* "sha256 <hash>: <text>" */
static void on_row(void *ctx, const struct verify_row *row)
{
	static const char prefix[] = "sha256 ";
	struct notes *notes = ctx;
	struct noted *noted = &notes->items[notes->count];
	const char *hash = row->detail + sizeof prefix - 1;

	if (strcmp(row->action, "note") != 0 || notes->count == NOTES_MAX ||
	    strcmp(row->target, notes->verify->record.name) != 0 ||
	    strncmp(row->detail, prefix, sizeof prefix - 1) != 0 || strlen(hash) < PL_HASH_SIZE - 1)
		return;
	memcpy(noted->hash, hash, PL_HASH_SIZE - 1);
	pl_text_copy(noted->where, sizeof noted->where, row->where);
	notes->count++;
}

static bool tick_off(struct notes *notes, const char *line)
{
	char hash[PL_HASH_SIZE];

	pl_hash_bytes(line, strlen(line), hash);
	for (size_t i = 0; i < notes->count; i++)
		if (!notes->items[i].is_there && strcmp(notes->items[i].hash, hash) == 0) {
			notes->items[i].is_there = true;
			return true;
		}
	return false;
}

/* A later part repeats rows of the one before. */
static bool is_repeat(const struct notes *notes, const struct verify_lines *lines)
{
	char hash[PL_HASH_SIZE];

	pl_hash_bytes(lines->text, strlen(lines->text), hash);
	for (size_t i = 0; lines->part > 1 && i < notes->count; i++)
		if (strcmp(notes->items[i].hash, hash) == 0)
			return true;
	return false;
}

static void check_lines(struct verify *verify, struct notes *notes)
{
	struct verify_lines *lines = verify_lines_open(verify->folder, "notes");

	while (lines && verify_lines_next(lines)) {
		if (tick_off(notes, lines->text) || is_repeat(notes, lines))
			continue;
		if (lines->is_torn && !verify_lines_is_newest(lines))
			continue; /* why that part was left; the next one has the row whole */
		if (verify->is_over)
			verify_bad(verify, lines->where, "edited",
				   "edited or added: no audit row of a note has its hash");
		else
			verify_open(verify, lines->where, "tail",
				    "no audit row of a note has its hash; the run is not over");
	}
	verify_lines_close(lines);
}

void verify_notes(struct verify *verify)
{
	struct notes *notes = calloc(1, sizeof *notes);
	struct verify_chain chain;
	char bench[64];

	if (!notes)
		return;
	notes->verify = verify;
	verify_chain_walk(verify->folder, "audit", verify->record.uid, on_row, notes, &chain);
	snprintf(bench, sizeof bench, "%s.audit", verify->record.bench);
	if (verify->workspace >= 0)
		verify_chain_walk(verify->workspace, bench, verify->record.bench, on_row, notes,
				  &chain);
	if (verify->workspace >= 0 && chain.fault != CHAIN_MISSING)
		check_lines(verify, notes);
	for (size_t i = 0; i < notes->count && chain.fault != CHAIN_MISSING; i++)
		if (!notes->items[i].is_there)
			verify_bad(verify, "notes.csv", "removed",
				   "removed or edited: the note that %s tells of",
				   notes->items[i].where);
	free(notes);
}
