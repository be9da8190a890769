/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_seal.c - rows run.seal of the readings of a recording.
 *
 * The sinks write them, in a thread of their own, so what is sealed is what the file is found to
 * hold. It is read while it grows, a piece with each change of run.yaml: at the end of a long
 * recording little is left, and no other run waits while gigabytes are hashed. Writer thread.
 */
#include "store/books.h"

#include "store/reading.h"
#include "store/readings_parts.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define BLOCK 65536

/* From where it was left, at most *most bytes, which become fewer. *is_end: nothing more is there.
 * False when it cannot be read: then it is not sealed, which verify tells. */
static bool read_on(int dir, const char *name, struct pl_seal *seal, uint64_t *most, bool *is_end)
{
	int fd = pl_store_open(dir, name, NULL);
	bool is_good = fd >= 0;
	char block[BLOCK];

	*is_end = false;
	while (is_good && *most > 0 && !*is_end) {
		size_t room = *most < sizeof block ? (size_t)*most : sizeof block;
		ssize_t got = pread(fd, block, room, (off_t)seal->size);

		is_good = got >= 0 || errno == EINTR;
		*is_end = got == 0;
		if (got <= 0)
			continue;
		pl_seal_add(seal, block, (size_t)got);
		*most -= (uint64_t)got;
	}
	if (fd >= 0)
		close(fd);
	return is_good;
}

static enum pl_status tell(struct pl_run_book *run, const char *name, struct pl_error *error)
{
	char detail[PL_SEAL_TEXT];

	pl_seal_text(name, &run->readings.seal, detail);
	return pl_ledger_remark(&run->files, "run.seal", name, "ok", detail, error);
}

static void go_to(struct pl_follow *follow, unsigned part)
{
	follow->part = part;
	pl_seal_begin(&follow->seal);
}

enum pl_status pl_run_book_follow(struct pl_run_book *run, uint64_t most, bool at_end,
				  struct pl_error *error)
{
	struct pl_follow *follow = &run->readings;
	char name[PL_NAME_SIZE];
	bool is_end;

	if (!run->head->recording || follow->is_over)
		return PL_OK;
	if (!follow->part)
		go_to(follow, pl_readings_part_after(run->dir, 0));
	while (follow->part) {
		/* Looked for first: a part that has a next one grows no more. */
		unsigned next = pl_readings_part_after(run->dir, follow->part);
		bool is_good = read_on(run->dir, pl_readings_part_name(follow->part, name),
				       &follow->seal, &most, &is_end);
		enum pl_status status = PL_OK;

		if (is_good && (!is_end || (!next && !at_end)))
			return PL_OK;
		if (is_good)
			status = tell(run, name, error);
		if (status || (!next && !at_end))
			return status;
		go_to(follow, next);
	}
	follow->is_over = at_end; /* which may be tried again */
	return PL_OK;
}
