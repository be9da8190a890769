/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notes.h - notes.csv of a run: timestamp,actor,text, one line a note, added at any time.
 *
 * Text cells are those of every file (pl_text_add_cell): a newline is \x0a in the file and comes
 * back when it is read. What was given at the start stands in run.yaml, which never changes after
 * its terminal state; a later label, sample or operator is a note "label: …", and the last one
 * holds. Each note has a row in an audit file with the hash of its line: the run's while it is
 * live, the bench's afterwards.
 */
#ifndef STORE_NOTES_H
#define STORE_NOTES_H

#include "store/workspace.h"
#include "store/writer.h"

#define PL_ROWS_NOTES "timestamp,actor,text\n"

struct pl_books;
struct pl_run_book;

/* One line of notes.csv, its newline included. */
void pl_note_row(struct pl_text *out, int64_t t_utc_ns, const struct pl_note_entry *note);
/* PL_WRITE_NOTE, of an open run or (NULL) one that is over. Writer thread. A note of a run that is
 * over is durable when this returns. */
enum pl_status pl_note_write(struct pl_books *books, struct pl_run_book *run,
			     const struct pl_write *message, struct pl_error *error);

struct pl_note {
	char at[PL_UTC_SIZE];
	char *actor, *text; /* as they were given: escape them before a terminal sees them */
};
struct pl_notes {
	struct pl_note *items; /* oldest first */
	size_t count;
};
/* All notes of an open run folder; none when there is no file. PL_ERR_CONFIG when it is larger than
 * 4 MiB. Lines that are no note are passed over. Free with pl_notes_fini in every case. Any thread.
 */
enum pl_status pl_notes_read(int folder, struct pl_notes *out, struct pl_error *error);
void pl_notes_fini(struct pl_notes *notes);
/* What the last note "key: VALUE" says, NULL when there is none. Borrowed. */
const char *pl_notes_last(const struct pl_notes *notes, const char *key);

/* Whether anybody but its owner may add to a run: it is over, or its owner is dead. PL_ERR_BUSY
 * names the owner. */
enum pl_status pl_note_allowed(const struct pl_run_summary *run, struct pl_error *error);

#endif
