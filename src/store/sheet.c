/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.c - rows into a file, and into the next one when the file fails.
 *
 * A file whose sync failed is never synced again: the kernel may have dropped the pages and the
 * next fdatasync would say yes. All rows since the last good sync are in memory and are written to
 * the next part in one write. Writer thread.
 */
#include "store/sheet.h"

#include "store/reading.h"
#include "store/sheet_check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PARTS_MAX 1000
/* Of a file that was taken away: a log may hold a gigabyte, and so may a night of raw events. */
#define RECALL_MAX (64 << 20)

const char *pl_sheet_name(const struct pl_sheet_form *form, unsigned part, char out[128])
{
	if (part < 2)
		snprintf(out, 128, "%s.%s", form->stem, form->suffix);
	else
		snprintf(out, 128, "%s.%u.%s", form->stem, part, form->suffix);
	return out;
}

static unsigned newest_part(const struct pl_sheet_form *form)
{
	unsigned part = 1;
	char name[128];

	while (part < PARTS_MAX && pl_store_exists(form->dir, pl_sheet_name(form, part + 1, name)))
		part++;
	return part;
}

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
		status = pl_sheet_check(form, pl_sheet_name(form, part, name), &seen, error);
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
	sheet->part = newest_part(form);
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
	sheet->is_suspect = false;
}

/* A sync that is under way no longer tells anything about what is in memory. */
static void forget_sync(struct pl_sheet *sheet)
{
	sheet->serial += UINT64_C(1) << 32;
	sheet->marked = 0;
	sheet->unmarked_ns = sheet->oldest_ns;
}

/* The next part, with its header and `rows` in one write. The old file is left as it is. */
static enum pl_status make_part(struct pl_disk *disk, const struct pl_sheet *sheet,
				const struct pl_text *rows, unsigned *part, struct pl_file *file,
				struct pl_seal *seal, struct pl_error *error)
{
	const struct pl_sheet_form *form = &sheet->form;
	enum pl_status status = PL_ERR_EXISTS;
	struct pl_text bytes = {0};
	char name[128];

	for (*part = sheet->part; status == PL_ERR_EXISTS && *part < PARTS_MAX;)
		status = pl_file_create(disk, form->dir, pl_sheet_name(form, ++*part, name), file,
					error);
	if (status)
		return status;
	pl_text_add_string(&bytes, form->header);
	if (rows->length)
		pl_text_add_bytes(&bytes, rows->data, rows->length);
	if (bytes.length)
		status = pl_file_append(disk, file, bytes.data, bytes.length, error);
	if (!status)
		status = pl_dir_sync(disk, form->dir, error);
	pl_seal_begin(seal);
	if (form->is_sealed && bytes.length)
		pl_seal_add(seal, bytes.data, bytes.length);
	if (status) {
		pl_file_close(file);
		pl_file_remove(form->dir, name, NULL);
	}
	pl_text_free(&bytes);
	return status;
}

/* On success the sheet's file is the next part and everything in `unsynced` is in it. */
static enum pl_status move_on(struct pl_disk *disk, struct pl_sheet *sheet, const char *why,
			      struct pl_error *error)
{
	struct pl_file file;
	struct pl_seal seal;
	unsigned part;
	enum pl_status status =
	    make_part(disk, sheet, &sheet->unsynced, &part, &file, &seal, error);
	char name[128];

	if (status)
		return status;
	snprintf(sheet->moved, sizeof sheet->moved, "%s; rows go on in %s", why,
		 pl_sheet_name(&sheet->form, part, name));
	pl_text_copy(sheet->left, sizeof sheet->left, sheet->file.name);
	pl_file_close(&sheet->file);
	sheet->file = file;
	sheet->part = part;
	sheet->is_suspect = sheet->left_full = sheet->left_gone = false;
	sheet->left_seal = sheet->durable_seal;
	sheet->owes_left_seal = sheet->form.is_sealed;
	sheet->written = seal;
	pl_seal_begin(&sheet->durable_seal);
	sheet->told = 0;
	forget_sync(sheet);
	return PL_OK;
}

enum pl_status pl_sheet_mend(struct pl_disk *disk, struct pl_sheet *sheet, struct pl_error *error)
{
	if (!pl_sheet_is_open(sheet) || !sheet->is_suspect)
		return PL_OK;
	if (sheet->form.is_derived)
		return pl_error_set(error, PL_ERR_IO, sheet->file.name,
				    "failed before; it is made anew at the end of the run");
	return move_on(disk, sheet, "a write or sync failed", error);
}

/* All rows of an open file whose name is gone, as far as it can still be read. */
static void recall_rows(struct pl_sheet *sheet)
{
	struct pl_text rows = {0};
	char path[64], block[4096];
	size_t got, skip = strlen(sheet->form.header);
	FILE *stream;

	snprintf(path, sizeof path, "/proc/self/fd/%d", sheet->file.fd);
	stream = fopen(path, "re");
	if (!stream)
		return;
	while ((got = fread(block, 1, sizeof block, stream)) > 0)
		pl_text_add_bytes(&rows, block, got);
	fclose(stream);
	if (rows.length > skip && rows.length >= skip + sheet->unsynced.length) {
		pl_text_clear(&sheet->unsynced);
		pl_text_add_bytes(&sheet->unsynced, rows.data + skip, rows.length - skip);
		sheet->durable = 0;
		forget_sync(sheet);
	}
	pl_text_free(&rows);
}

/* Before a row: the file must still be the one its name leads to. */
static enum pl_status check_place(struct pl_disk *disk, struct pl_sheet *sheet,
				  struct pl_error *error)
{
	char name[128];

	if (pl_file_in_place(sheet->form.dir, pl_sheet_name(&sheet->form, sheet->part, name),
			     &sheet->file))
		return PL_OK;
	if (sheet->form.is_derived) {
		sheet->is_suspect = true;
		return pl_sheet_mend(disk, sheet, error);
	}
	if (!sheet->form.rotate_size && sheet->file.size <= RECALL_MAX)
		recall_rows(sheet);
	enum pl_status status =
	    move_on(disk, sheet, "was deleted or replaced by another program", error);
	sheet->left_gone = !status;
	return status;
}

static enum pl_status rotate(struct pl_disk *disk, struct pl_sheet *sheet, size_t count,
			     struct pl_error *error)
{
	uint64_t limit = sheet->form.rotate_size;

	if (!limit || (uint64_t)sheet->file.size + count <= limit)
		return PL_OK;
	if (!pl_file_sync(disk, &sheet->file, NULL)) {
		pl_text_clear(&sheet->unsynced);
		sheet->durable_seal = sheet->written;
		sheet->durable = sheet->rows;
		sheet->oldest_ns = 0;
		forget_sync(sheet);
	}
	enum pl_status status = move_on(disk, sheet, "is full", error);
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
		status = check_place(disk, sheet, error);
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

bool pl_sheet_is_dirty(const struct pl_sheet *sheet)
{
	return pl_sheet_is_open(sheet) && !sheet->is_suspect && sheet->unsynced.length > 0;
}

void pl_sheet_mark(struct pl_sheet *sheet)
{
	sheet->marked = sheet->unsynced.length;
	sheet->sealing = sheet->written;
	sheet->marked_rows = sheet->rows;
	sheet->unmarked_ns = 0;
}

void pl_sheet_synced(struct pl_disk *disk, struct pl_sheet *sheet, enum pl_status status)
{
	struct pl_text *unsynced = &sheet->unsynced;

	if (status) {
		sheet->is_suspect = true;
		sheet->unmarked_ns = sheet->oldest_ns;
		if (!sheet->form.is_derived)
			move_on(disk, sheet, "a sync failed", NULL);
		return;
	}
	unsynced->length -= sheet->marked;
	memmove(unsynced->data, unsynced->data + sheet->marked, unsynced->length + 1);
	sheet->marked = 0;
	sheet->durable_seal = sheet->sealing;
	sheet->durable = sheet->marked_rows;
	sheet->oldest_ns = sheet->unmarked_ns;
}
