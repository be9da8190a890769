/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_part.h - going on in the next part; for sheet.c alone. Writer thread. */
#ifndef STORE_SHEET_PART_H
#define STORE_SHEET_PART_H

#include "store/sheet.h"

/* The highest part that is there, or 1. */
unsigned pl_sheet_newest(const struct pl_sheet_form *form);
/* A sync that is under way no longer tells anything about what is in memory. */
void pl_sheet_forget_sync(struct pl_sheet *sheet);
/* On success the sheet's file is the next part and everything in `unsynced` is in it. */
enum pl_status pl_sheet_move_on(struct pl_disk *disk, struct pl_sheet *sheet, const char *why,
				struct pl_error *error);
/* All rows of an open file whose name is gone into `unsynced`, as far as it can still be read. */
void pl_sheet_recall(struct pl_sheet *sheet);

#endif
