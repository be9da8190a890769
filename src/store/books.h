/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * books.h - which files the bench and each open run have, and what each message adds to them.
 *
 * What the bench and a run have alike, files and a chain over their acts, is a ledger. Everything
 * of one run is in its own book, and two runs share nothing but the workspace: what becomes of the
 * files of one leaves the others as they are. Writer thread; it knows nothing of threads or queues
 * and can be driven without them.
 */
#ifndef STORE_BOOKS_H
#define STORE_BOOKS_H

#include "store/audit.h"
#include "store/sheet.h"
#include "store/state.h"

/* Files of a ledger, the record first. The bench has an audit log and operations alone. */
enum pl_sheet_id {
	PL_SHEET_POINTS,
	PL_SHEET_AUDIT,
	PL_SHEET_OPERATIONS,
	PL_SHEET_SETTINGS,
	PL_SHEET_EVENTS,
	PL_SHEET_DEVICE_LOG,
	PL_SHEET_NOTES,
	PL_SHEET_RESULTS, /* one per scanned channel, as the scan lists them */
	PL_SHEETS = PL_SHEET_RESULTS + PL_CHANNELS_MAX
};

struct pl_books;

struct pl_ledger {
	struct pl_books *books; /* it belongs to */
	struct pl_sheet sheets[PL_SHEETS];
	struct pl_chain chain;
};

#define PL_BLOCK_MAX PL_MEASURES_MAX

/* Of rows of points.csv that no audit row tells of yet, numbered from `first` on. */
#define PL_PRINTS_MAX 32 /* in one audit row */
struct pl_row_prints {
	uint32_t first;
	size_t count;
	uint16_t items[PL_PRINTS_MAX + PL_BLOCK_MAX];
};

/* How far a file of a recording, which a sink of it writes, was read to be sealed. */
struct pl_follow {
	unsigned part; /* 0 = nothing yet */
	bool is_over;  /* all of it is sealed */
	struct pl_seal seal;
};

/* Of a run from BEGIN to END. */
struct pl_run_book {
	struct pl_ledger files;
	const struct pl_run_head *head;
	bool has_tried_end; /* the owner of head may be gone: only messages about the run look into
			     * it, and those are over then */
	int dir;	    /* the folder, a descriptor of our own; -1 = none */
	char name[32];	    /* of the folder */
	struct pl_text points_header, events_header;
	struct pl_point block[PL_BLOCK_MAX]; /* the rows of a block whose last has not come */
	size_t block_count;
	bool is_block_too_long;
	struct pl_row_prints prints;
	uint64_t missing_events; /* not in events.csv, and not told in audit.csv yet */
	struct pl_follow readings[PL_READING_FILES]; /* of a recording */
	bool is_synced;				     /* nothing written waits for a sync */
	bool owes_results;			     /* scan_results must be made anew */
	char synced_head[PL_HASH_SIZE];		     /* last put into run.yaml */
	char anchored_head[PL_HASH_SIZE];	     /* last put into the bench's chain */
};

struct pl_books {
	struct pl_workspace *workspace;
	struct pl_ledger bench;
	struct pl_run_book *runs[PL_BOOKS]; /* by number; NULL = it is not open */
	struct pl_state state;
	struct pl_text row; /* scratch */
	int64_t looked_ns;  /* last look at the workspace's place; 0 = look */
	uint64_t opened;    /* sheets, ever */
};

/* Opens the bench's files. Free with pl_books_fini in every case. */
enum pl_status pl_books_init(struct pl_books *books, struct pl_workspace *workspace,
			     struct pl_error *error);
void pl_books_fini(struct pl_books *books);

/* Does what a message says; *point as in struct pl_write_ack. Before STATUS with a pause and before
 * END everything of the run and the bench should be synced, and the run's is_synced say whether it
 * is: only then the audit head is taken, and END without it fails. */
enum pl_status pl_books_write(struct pl_books *books, const struct pl_write *message,
			      uint32_t *point, struct pl_error *error);
/* Tells the audit files about parts that were left. Rows that do not fit now are told later. */
void pl_books_tell(struct pl_books *books);
/* The book of that number: the bench's ledger or an open run's; NULL = it is not open. */
struct pl_ledger *pl_books_ledger(struct pl_books *books, unsigned book);

/* Tries to get every suspect file going again; the first that fails is the answer. */
enum pl_status pl_ledger_mend(struct pl_ledger *ledger, struct pl_error *error);
/* Rows run.seal: of each file of the run what is durable of it and was not sealed yet. To be called
 * when everything is; the rows themselves are not durable then. */
enum pl_status pl_run_book_seal(struct pl_run_book *run, struct pl_error *error);
/* Reads on in the readings of a recording, at most this many bytes of each file; a part that is
 * whole, for there is another one, gets its row run.seal. at_end: to their end, and all of it is
 * sealed, readings.sqlite only then: before, any of its pages may change. Nothing of a scan. */
enum pl_status pl_run_book_follow(struct pl_run_book *run, uint64_t most, bool at_end,
				  struct pl_error *error);
/* With at_end nothing is left to read. */
bool pl_run_book_is_followed(const struct pl_run_book *run);
/* At END: scan_results made anew when a row is missing or was voided, from points that are durable.
 */
enum pl_status pl_run_book_settle(struct pl_run_book *run, struct pl_error *error);

/* ---- inside the room ---- */

static inline struct pl_disk *pl_ledger_disk(const struct pl_ledger *ledger)
{
	return ledger->books->workspace->disk;
}
void pl_ledger_init(struct pl_ledger *ledger, struct pl_books *books, const char *origin);
enum pl_status pl_ledger_open_sheet(struct pl_ledger *ledger, enum pl_sheet_id id,
				    const struct pl_sheet_form *form, struct pl_error *error);
/* What books->row holds, as so many rows of one write. */
enum pl_status pl_ledger_append(struct pl_ledger *ledger, enum pl_sheet_id id, size_t rows,
				struct pl_error *error);
enum pl_status pl_ledger_audit(struct pl_ledger *ledger, const struct pl_write *message,
			       const struct pl_audit_entry *entry, struct pl_error *error);
/* An audit row of the program's own: about target, with a status and a detail. */
enum pl_status pl_ledger_remark(struct pl_ledger *ledger, const char *action, const char *target,
				const char *status, const char *detail, struct pl_error *error);
/* Of a part that was left: what is durable of it. */
void pl_ledger_seal_left(struct pl_ledger *ledger, struct pl_sheet *sheet);
/* BEGIN. On PL_OK the run is in books->runs, else nothing is. */
enum pl_status pl_run_book_begin(struct pl_books *books, unsigned book,
				 const struct pl_run_head *head, struct pl_error *error);
/* Of a run that was begun before: the status it goes on from, read before anything is touched, and
 * what remains to be done once its files are open. */
enum pl_status pl_run_book_recall(const struct pl_run_book *run, struct pl_run_status *out,
				  struct pl_error *error);
enum pl_status pl_run_book_again(struct pl_run_book *run, const struct pl_run_status *recalled,
				 struct pl_error *error);
enum pl_status pl_run_book_status(struct pl_run_book *run, const struct pl_run_status *status,
				  struct pl_error *error);
/* On PL_OK everything is closed; pl_run_book_free is still to come. */
enum pl_status pl_run_book_end(struct pl_run_book *run, const struct pl_run_status *status,
			       struct pl_error *error);
enum pl_status pl_run_book_open_sheets(struct pl_run_book *run, struct pl_error *error);
/* The folder's descriptor too. remove_new: what this open made goes again, so that a failed BEGIN
 * can be tried once more. */
void pl_run_book_close_sheets(struct pl_run_book *run, bool remove_new);
void pl_run_book_free(struct pl_run_book *run); /* closes what is open; NULL is fine */
/* How many parts each file of an open run has; 0 = it is not open. */
void pl_run_book_parts(const struct pl_run_book *run, uint16_t parts[PL_RUN_FILES]);
/* *number: which row it is, or is going to be. has_more: more of its block come. */
enum pl_status pl_run_book_point(struct pl_run_book *run, const struct pl_point *point,
				 bool has_more, uint32_t *number, struct pl_error *error);
void pl_run_book_drop_block(struct pl_run_book *run); /* none of its rows was written */
/* Notes what books->row holds, rows of points.csv from this number on. */
void pl_run_book_print_rows(struct pl_run_book *run, uint32_t number);
enum pl_status pl_run_book_setting(struct pl_run_book *run, const struct pl_setting *setting,
				   struct pl_error *error);
enum pl_status pl_run_book_events(struct pl_run_book *run, const struct pl_write *message,
				  struct pl_error *error);
enum pl_status pl_run_book_operation(struct pl_run_book *run, const struct pl_write *message,
				     struct pl_error *error);
/* Missing events into audit.csv; tried again later when that does not work now. */
void pl_run_book_tell_events(struct pl_run_book *run);
struct pl_sheet_form pl_run_book_form(const struct pl_run_book *run, const char *stem,
				      const char *suffix, const char *header);
/* Channels of the scan; a recording has none. */
size_t pl_run_book_scanned(const struct pl_run_head *head);
int pl_run_book_scanned_id(const struct pl_run_head *head, size_t i);
/* Opened with its first row; of a run that goes on at once when it is there. */
enum pl_status pl_run_book_open_operations(struct pl_run_book *run, struct pl_error *error);
enum pl_status pl_run_book_open_settings(struct pl_run_book *run, struct pl_error *error);
enum pl_status pl_run_book_open_log(struct pl_run_book *run, struct pl_error *error);
enum pl_status pl_run_book_stray(struct pl_run_book *run, int64_t t_utc_ns,
				 const struct pl_stray_line *stray, struct pl_error *error);

#endif
