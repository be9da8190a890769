/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.c - rows into a file, and into the next one when the file fails.
 *
 * A file whose sync failed is never synced again: the kernel may have dropped the pages and the
 * next fdatasync would say yes. All rows since the last good sync are in memory and are written to
 * the next part in one write. Writer thread.
 */
#include "store/sheet_part.h"

#include "store/reading.h"
#include "store/sheet_check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file that was taken away is written again from its open descriptor, through memory. A log may
 * hold a gigabyte, and so may a night of raw events: of those only the rows that were not durable
 * yet go on, and the audit row says that the others are lost. points.csv is never so long. */
#define RECALL_MAX (64 << 20)

/* Mends, checks and reads the parts that are there. *size: of the newest one. */
static enum pl_status look(struct pl_disk *disk, const struct pl_sheet_form *form, unsigned newest,
			   struct pl_sheet_found *found, struct pl_error *error)
{
	struct pl_sheet_seen seen = {0};
	enum pl_status status;
	char name[128];

	pl_sheet_name(form, newest, name);
	if (!pl_store_exists(form->dir, name))
		return PL_OK;
	status = pl_file_mend_tail(disk, form->dir, name, &found->cut, error);
	if (status)
		return status;
	for (unsigned part = newest; !status && part >= 1 && !seen.last.length; part--) {
		pl_sheet_name(form, part, name);
		if (part < newest && !pl_store_exists(form->dir, name))
			continue; /* it was taken away: what it held is in the next one */
		status = pl_sheet_check(form, name, &seen, error);
		if (part == newest) {
			found->size = seen.size;
			found->has_changed = seen.has_changed;
		}
	}
	found->last = seen.last;
	return status;
}

enum pl_status pl_sheet_open(struct pl_disk *disk, struct pl_sheet *sheet,
			     const struct pl_sheet_form *form, uint64_t serial,
			     struct pl_sheet_found *found, struct pl_error *error)
{
	enum pl_status status;
	char name[128];

	*found = (struct pl_sheet_found){0};
	*sheet = (struct pl_sheet){.form = *form, .file = {.fd = -1}, .serial = serial};
	sheet->part = pl_sheet_newest(form);
	pl_sheet_name(form, sheet->part, name);
	sheet->is_new = !pl_store_exists(form->dir, name);
	status = look(disk, form, sheet->part, found, error);
	if (!status && found->has_changed)
		status = pl_sheet_pass_over(disk, sheet, error);
	pl_sheet_name(form, sheet->part, name);
	if (!status)
		status = pl_file_open(disk, form->dir, name, &sheet->file, error);
	if (!status && sheet->file.size == 0 && form->header[0])
		status =
		    pl_file_append(disk, &sheet->file, form->header, strlen(form->header), error);
	if (!status && form->is_sealed)
		status = pl_seal_read(form->dir, name, &sheet->written, error);
	sheet->durable_seal = sheet->written; /* who opens a sheet syncs it */
	if (status) {
		if (sheet->is_new && pl_sheet_is_open(sheet))
			pl_file_remove(form->dir, name, NULL);
		pl_sheet_close(sheet);
	}
	return status;
}

void pl_sheet_close(struct pl_sheet *sheet)
{
	pl_file_close(&sheet->file);
	pl_text_free(&sheet->unsynced);
	sheet->marked = 0;
	sheet->oldest_ns = sheet->unmarked_ns = 0;
	sheet->is_suspect = sheet->is_taken = false;
}

static const char *why_left(const struct pl_sheet *sheet)
{
	if (!sheet->is_taken)
		return "a write or sync failed";
	return sheet->is_recalled
		   ? "was deleted or replaced by another program"
		   : "was deleted or replaced by another program, too long to be written again: "
		     "its durable rows are lost";
}

enum pl_status pl_sheet_mend(struct pl_disk *disk, struct pl_sheet *sheet, struct pl_error *error)
{
	if (!pl_sheet_is_open(sheet) || !sheet->is_suspect)
		return PL_OK;
	if (sheet->form.is_derived)
		return pl_error_set(error, PL_ERR_IO, sheet->file.name,
				    "failed before; it is made anew at the end of the run");
	return pl_sheet_move_on(disk, sheet, why_left(sheet), error);
}

static bool is_in_place(const struct pl_sheet *sheet)
{
	char name[128];

	return pl_file_in_place(sheet->form.dir, pl_sheet_name(&sheet->form, sheet->part, name),
				&sheet->file);
}

/* Its rows go to the next part with the next mend. */
static void mark_taken(struct pl_sheet *sheet)
{
	sheet->is_suspect = sheet->is_taken = true;
	sheet->is_recalled = false;
	if (!sheet->form.is_derived && !sheet->form.rotate_size && sheet->file.size <= RECALL_MAX)
		pl_sheet_recall(sheet);
}

void pl_sheet_look(struct pl_sheet *sheet)
{
	if (pl_sheet_is_open(sheet) && !sheet->is_suspect && !is_in_place(sheet))
		mark_taken(sheet);
}

/* Before a row, from time to time: the file must still be the one its name leads to. Rows that were
 * put into it since it was not are in `unsynced`: no sync has let them go. */
static enum pl_status look_at_place(struct pl_disk *disk, struct pl_sheet *sheet, int64_t now_ns,
				    struct pl_error *error)
{
	if (sheet->looked_ns && now_ns - sheet->looked_ns < PL_SHEET_LOOK_NS)
		return PL_OK;
	pl_sheet_look(sheet);
	if (sheet->is_taken && !sheet->oldest_ns)
		sheet->oldest_ns = sheet->unmarked_ns = now_ns;
	enum pl_status status = pl_sheet_mend(disk, sheet, error);
	if (!status)
		sheet->looked_ns = now_ns;
	return status;
}

/* These rows are on the disk, in a file that was in its place after that. */
static void let_go(struct pl_sheet *sheet, size_t bytes, uint64_t rows, uint64_t appends,
		   int64_t oldest_ns)
{
	struct pl_text *unsynced = &sheet->unsynced;

	unsynced->length -= bytes;
	if (unsynced->length > 0)
		memmove(unsynced->data, unsynced->data + bytes, unsynced->length + 1);
	sheet->durable = rows;
	sheet->durable_appends = appends;
	sheet->oldest_ns = oldest_ns;
}

static enum pl_status rotate(struct pl_disk *disk, struct pl_sheet *sheet, size_t count,
			     struct pl_error *error)
{
	uint64_t limit = sheet->form.rotate_size;

	if (!limit || (uint64_t)sheet->file.size + count <= limit)
		return PL_OK;
	if (!pl_file_sync(disk, &sheet->file, NULL) && is_in_place(sheet)) {
		let_go(sheet, sheet->unsynced.length, sheet->rows, sheet->appends, 0);
		sheet->durable_seal = sheet->written;
		pl_sheet_forget_sync(sheet);
	}
	enum pl_status status = pl_sheet_move_on(disk, sheet, "is full", error);
	sheet->left_full = !status;
	return status;
}

static void count_rows(struct pl_sheet *sheet, const char *bytes, size_t count, size_t rows,
		       int64_t now_ns)
{
	pl_text_add_bytes(&sheet->unsynced, bytes, count);
	if (sheet->form.is_sealed)
		pl_seal_add(&sheet->written, bytes, count);
	sheet->rows += rows;
	sheet->appends++;
	if (!sheet->oldest_ns)
		sheet->oldest_ns = now_ns;
	if (!sheet->unmarked_ns)
		sheet->unmarked_ns = now_ns;
}

enum pl_status pl_sheet_append(struct pl_disk *disk, struct pl_sheet *sheet, const char *bytes,
			       size_t count, int64_t now_ns, struct pl_error *error)
{
	return pl_sheet_append_rows(disk, sheet, bytes, count, 1, now_ns, error);
}

enum pl_status pl_sheet_append_rows(struct pl_disk *disk, struct pl_sheet *sheet, const char *bytes,
				    size_t count, size_t rows, int64_t now_ns,
				    struct pl_error *error)
{
	enum pl_status status = pl_sheet_mend(disk, sheet, error);

	if (!status)
		status = look_at_place(disk, sheet, now_ns, error);
	if (!status)
		status = rotate(disk, sheet, count, error);
	if (!status)
		status = pl_file_append(disk, &sheet->file, bytes, count, error);
	if (status == PL_ERR_IO && !sheet->is_suspect) {
		sheet->is_suspect = true;
		status = pl_sheet_mend(disk, sheet, error);
		if (!status)
			status = pl_file_append(disk, &sheet->file, bytes, count, error);
	}
	if (!status)
		count_rows(sheet, bytes, count, rows, now_ns);
	return status;
}

bool pl_sheet_take_back(struct pl_disk *disk, struct pl_sheet *sheet, size_t count)
{
	if (sheet->form.is_sealed || sheet->is_suspect ||
	    sheet->unsynced.length < sheet->marked + count ||
	    pl_file_take_back(disk, &sheet->file, count, NULL))
		return false;
	sheet->unsynced.length -= count;
	sheet->unsynced.data[sheet->unsynced.length] = '\0';
	sheet->rows--;
	sheet->appends--;
	return true;
}

bool pl_sheet_is_dirty(const struct pl_sheet *sheet)
{
	return pl_sheet_is_open(sheet) && !sheet->is_suspect && sheet->unsynced.length > 0;
}

void pl_sheet_mark(struct pl_sheet *sheet)
{
	sheet->marked = sheet->unsynced.length;
	sheet->sealing = sheet->written;
	sheet->marked_rows = sheet->rows;
	sheet->marked_appends = sheet->appends;
	sheet->unmarked_ns = 0;
}

void pl_sheet_synced(struct pl_disk *disk, struct pl_sheet *sheet, enum pl_status status)
{
	if (!status && is_in_place(sheet)) {
		let_go(sheet, sheet->marked, sheet->marked_rows, sheet->marked_appends,
		       sheet->unmarked_ns);
		sheet->marked = 0;
		sheet->durable_seal = sheet->sealing;
		return;
	}
	sheet->unmarked_ns = sheet->oldest_ns;
	if (status)
		sheet->is_suspect = true;
	else
		mark_taken(sheet);
	pl_sheet_mend(disk, sheet, NULL);
}
