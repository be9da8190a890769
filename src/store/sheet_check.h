/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_check.h - is a file of rows fit to be appended to? Writer thread. */
#ifndef STORE_SHEET_CHECK_H
#define STORE_SHEET_CHECK_H

#include "store/sheet.h"

struct pl_sheet_seen {
	uint64_t size;	     /* bytes */
	uint64_t rows;	     /* without the header */
	size_t cells;	     /* of its header */
	bool has_changed;    /* its header is not that of the form */
	struct pl_text last; /* the last row, empty when there is none; caller frees */
};

/* Reads one part from end to end. The first line must be the header, every other one must have as
 * many cells. Errors as pl_sheet_open. */
enum pl_status pl_sheet_check(const struct pl_sheet_form *form, const char *name,
			      struct pl_sheet_seen *seen, struct pl_error *error);
/* The newest part has another header: sheet->part becomes the next one, and the old one is synced,
 * sealed and told as a part that was left. */
enum pl_status pl_sheet_pass_over(struct pl_disk *disk, struct pl_sheet *sheet,
				  struct pl_error *error);

#endif
