/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet_part.c - the parts of a file of rows: which there are, and going on in the next one with
 * the rows that the last may have lost. Writer thread.
 */
#include "store/sheet_part.h"

#include "store/reading.h"

#include <stdio.h>
#include <string.h>

#define PARTS_MAX 1000

const char *pl_sheet_name(const struct pl_sheet_form *form, unsigned part, char out[128])
{
	if (part < 2)
		snprintf(out, 128, "%s.%s", form->stem, form->suffix);
	else
		snprintf(out, 128, "%s.%u.%s", form->stem, part, form->suffix);
	return out;
}

unsigned pl_sheet_newest(const struct pl_sheet_form *form)
{
	unsigned part = 1, next = 1;

	while (next && part < PARTS_MAX) {
		part = next;
		next = pl_store_part_after(form->dir, form->stem, form->suffix, part);
	}
	return part;
}

void pl_sheet_forget_sync(struct pl_sheet *sheet)
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

enum pl_status pl_sheet_move_on(struct pl_disk *disk, struct pl_sheet *sheet, const char *why,
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
	sheet->left_full = false;
	sheet->left_gone = sheet->is_taken;
	sheet->is_suspect = sheet->is_taken = false;
	sheet->left_seal = sheet->durable_seal;
	sheet->owes_left_seal = sheet->form.is_sealed;
	sheet->written = seal;
	pl_seal_begin(&sheet->durable_seal);
	sheet->told = 0;
	pl_sheet_forget_sync(sheet);
	return PL_OK;
}

void pl_sheet_recall(struct pl_sheet *sheet)
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
	sheet->is_recalled = rows.length >= skip + sheet->unsynced.length;
	if (rows.length > skip && rows.length >= skip + sheet->unsynced.length) {
		pl_text_clear(&sheet->unsynced);
		pl_text_add_bytes(&sheet->unsynced, rows.data + skip, rows.length - skip);
		sheet->durable = sheet->durable_appends = 0;
		pl_sheet_forget_sync(sheet);
	}
	pl_text_free(&rows);
}
