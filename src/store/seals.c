/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seals.c - audit rows run.seal: what the files of the run held at pause, resume and end.
 *
 * A seal is of durable bytes only, so that no power cut can leave a seal of what is not there. It
 * proves that a file was changed, not where: for that points.csv has 16 bits of each row beside it
 * (status `rows`), 32 rows in one audit row. Writer thread.
 */
#include "store/books.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Of the first rows that are not told, at most PL_PRINTS_MAX. */
static enum pl_status tell_prints(struct pl_run_book *run, struct pl_error *error)
{
	struct pl_row_prints *prints = &run->prints;
	size_t count = least(prints->count, PL_PRINTS_MAX);
	char detail[PL_RUN_TEXT_SIZE];
	enum pl_status status;
	int length;

	length = snprintf(detail, sizeof detail, "%" PRIu32 "-%" PRIu32 " ", prints->first,
			  prints->first + (uint32_t)count - 1);
	for (size_t i = 0; i < count; i++)
		length += snprintf(detail + length, sizeof detail - (size_t)length, "%04x",
				   prints->items[i]);
	status = pl_ledger_remark(&run->files, "run.seal", "points.csv", "rows", detail, error);
	if (status)
		return status;
	prints->first += (uint32_t)count;
	prints->count -= count;
	memmove(prints->items, prints->items + count, prints->count * sizeof prints->items[0]);
	return PL_OK;
}

void pl_run_book_print_rows(struct pl_run_book *run, uint32_t number)
{
	struct pl_row_prints *prints = &run->prints;
	const size_t room = sizeof prints->items / sizeof prints->items[0];

	for (const char *line = run->files.books->row.data; *line; number++) {
		size_t length = strcspn(line, "\n");

		if (prints->count == room || number != prints->first + prints->count)
			prints->count = 0; /* no audit row could be written for long */
		if (!prints->count)
			prints->first = number;
		prints->items[prints->count++] = pl_seal_print(line, length);
		line += length + (line[length] == '\n');
	}
	while (prints->count >= PL_PRINTS_MAX && !tell_prints(run, NULL))
		;
}

static enum pl_status remark(struct pl_ledger *ledger, const char *name, const struct pl_seal *seal,
			     const char *status, struct pl_error *error)
{
	char detail[PL_SEAL_TEXT];

	pl_seal_text(name, seal, detail);
	return pl_ledger_remark(ledger, "run.seal", name, status, detail, error);
}

void pl_ledger_seal_left(struct pl_ledger *ledger, struct pl_sheet *sheet)
{
	if (!sheet->owes_left_seal || sheet->moved[0])
		return;
	if (sheet->left_gone || !remark(ledger, sheet->left, &sheet->left_seal, "left", NULL))
		sheet->owes_left_seal = false;
}

enum pl_status pl_run_book_seal(struct pl_run_book *run, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	while (!status && run->prints.count)
		status = tell_prints(run, error);
	for (unsigned id = 0; !status && id < PL_SHEETS; id++) {
		struct pl_sheet *sheet = &run->files.sheets[id];
		const struct pl_seal *seal = &sheet->durable_seal;

		if (!pl_sheet_is_open(sheet) || !sheet->form.is_sealed || seal->size == sheet->told)
			continue;
		status = remark(&run->files, sheet->file.name, seal, "ok", error);
		if (!status)
			sheet->told = seal->size;
	}
	return status;
}
