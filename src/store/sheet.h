/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.h - one append-only file of rows that outlives its disk's bad moments.
 *
 * Rows are kept in memory until a sync says that they are on the disk and the file was still in its
 * place after it. When a sync or a write fails for good, or somebody takes the file away, the sheet
 * goes on in the next part (points.2.csv) with those rows, and says so. Whether the file is in its
 * place is looked at after each sync, and before a row when the last look is PL_SHEET_LOOK_NS old.
 * Writer thread.
 */
#ifndef STORE_SHEET_H
#define STORE_SHEET_H

#include "plateau/text.h"

#include "store/seal.h"

#include "base/file.h"

#define PL_SHEET_LOOK_NS (INT64_C(100) * 1000 * 1000)

struct pl_sheet_form {
	int dir;	      /* borrowed while the sheet is open */
	char stem[80];	      /* "points" */
	const char *suffix;   /* "csv" */
	const char *header;   /* borrowed while the sheet is open; "" = none and no check */
	uint64_t rotate_size; /* bytes from which the next part begins, 0 = never */
	bool is_derived;      /* can be made anew: never goes on in another part */
	bool may_change;      /* under another header rows go on in the next part */
	bool is_sealed;	      /* the bytes of each part are hashed as they are written */
};

struct pl_sheet {
	struct pl_sheet_form form;
	struct pl_file file; /* fd -1 = closed */
	unsigned part;	     /* 1 = stem.suffix, 2 = stem.2.suffix, … */
	uint64_t serial;     /* of this open file; a late sync of another one is told by it */
	bool is_new;	     /* made by this open */
	bool is_suspect;     /* takes nothing more */
	bool is_taken;	     /* why it is suspect: its name is gone or leads elsewhere */
	bool is_recalled;    /* and all its rows are in `unsynced` */
	int64_t looked_ns;   /* CLOCK_MONOTONIC of the last look at its place; 0 = look */
	struct pl_text unsynced;
	size_t marked; /* bytes of unsynced that the sync under way covers */
	uint64_t rows, durable, marked_rows;
	uint64_t appends, durable_appends, marked_appends; /* one may hold several rows */
	int64_t oldest_ns, unmarked_ns; /* CLOCK_MONOTONIC of the oldest row not durable, not
					 * marked; 0 = none */
	char left[128], moved[200];	/* the part that was left, and why; empty = told */
	bool left_full;			/* it is whole, only long enough */
	bool left_gone;			/* another program took it away */
	bool owes_left_seal;		/* left_seal was not told yet */
	/* Of this part: every byte in it, those the sync under way covers, the durable ones. */
	struct pl_seal written, sealing, durable_seal;
	struct pl_seal left_seal; /* of the part that was left: what is durable of it */
	uint64_t told;		  /* bytes of this part that an audit row seals */
};

/* What a file held that was there already. */
struct pl_sheet_found {
	size_t cut; /* bytes of a torn tail, cut off from offset `size` on */
	uint64_t size;
	struct pl_text last; /* the last row; caller frees */
	bool has_changed;    /* the newest part has another header */
};

/* Name of a part; returns out. */
const char *pl_sheet_name(const struct pl_sheet_form *form, unsigned part, char out[128]);
/* Opens the newest part or makes the first, with its header. A torn tail is cut. PL_ERR_CONFIG
 * names a damaged line before it: such a file is not appended to. PL_ERR_VERSION: another header,
 * which may not be.
 * serial: never used before, below 2^32. */
enum pl_status pl_sheet_open(struct pl_disk *disk, struct pl_sheet *sheet,
			     const struct pl_sheet_form *form, uint64_t serial,
			     struct pl_sheet_found *found, struct pl_error *error);
void pl_sheet_close(struct pl_sheet *sheet);
static inline bool pl_sheet_is_open(const struct pl_sheet *sheet)
{
	return sheet->file.fd >= 0;
}

/* One row or nothing. PL_ERR_FULL: try again later. */
enum pl_status pl_sheet_append(struct pl_disk *disk, struct pl_sheet *sheet, const char *bytes,
			       size_t count, int64_t now_ns, struct pl_error *error);
/* Several rows with one write: all or none. */
enum pl_status pl_sheet_append_rows(struct pl_disk *disk, struct pl_sheet *sheet, const char *bytes,
				    size_t count, size_t rows, int64_t now_ns,
				    struct pl_error *error);
/* Takes the row that was appended last off again, before any sync was told of it; false when it
 * stays. Of a file that is not sealed. */
bool pl_sheet_take_back(struct pl_disk *disk, struct pl_sheet *sheet, size_t count);
/* Suspects a file whose name is gone or leads elsewhere. */
void pl_sheet_look(struct pl_sheet *sheet);
/* Goes on in the next part when this one is suspect; PL_OK when there was nothing to do. */
enum pl_status pl_sheet_mend(struct pl_disk *disk, struct pl_sheet *sheet, struct pl_error *error);

bool pl_sheet_is_dirty(const struct pl_sheet *sheet); /* a sync would help */
void pl_sheet_mark(struct pl_sheet *sheet);	      /* a sync begins */
/* It ended. After a failure the rows since the last good one go to the next part. */
void pl_sheet_synced(struct pl_disk *disk, struct pl_sheet *sheet, enum pl_status status);

#endif
