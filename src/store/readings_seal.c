/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readings_seal.c - rows run.seal of the readings of a recording.
 *
 * The sinks write them, in a thread of their own, so what is sealed is what the file is found to
 * hold. It is read while it grows, a piece with each change of run.yaml: at the end of a long
 * recording little is left, and no other run waits while gigabytes are hashed. Of a database any
 * page may change, so readings.sqlite is read when its sink has closed it. Writer thread.
 */
#include "store/books.h"

#include "store/reading.h"
#include "store/readings_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
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

static enum pl_status tell(struct pl_run_book *run, const char *name, const struct pl_seal *seal,
			   struct pl_error *error)
{
	char detail[PL_SEAL_TEXT];

	pl_seal_text(name, seal, detail);
	return pl_ledger_remark(&run->files, "run.seal", name, "ok", detail, error);
}

static void go_to(struct pl_follow *follow, unsigned part)
{
	follow->part = part;
	pl_seal_begin(&follow->seal);
}

static enum pl_status follow_rows(struct pl_run_book *run, enum pl_reading_file file, uint64_t most,
				  bool at_end, struct pl_error *error)
{
	struct pl_follow *follow = &run->readings[file];
	char name[PL_NAME_SIZE];
	bool is_end;

	if (follow->is_over)
		return PL_OK;
	if (!follow->part)
		go_to(follow, pl_readings_any_after(run->dir, file, 0));
	while (follow->part) {
		/* Looked for first: a part that has a next one grows no more. */
		unsigned next = pl_readings_any_after(run->dir, file, follow->part);
		bool is_good = read_on(run->dir, pl_reading_file_name(file, follow->part, name),
				       &follow->seal, &most, &is_end);
		enum pl_status status = PL_OK;

		if (is_good && (!is_end || (!next && !at_end)))
			return PL_OK;
		if (is_good)
			status = tell(run, name, &follow->seal, error);
		if (status || (!next && !at_end))
			return status;
		go_to(follow, next);
	}
	follow->is_over = at_end; /* which may be tried again */
	return PL_OK;
}

/* What stands in the log is not in the file: somebody who reads it holds it still, or it failed. */
static bool has_log(int dir, const char *name)
{
	char log[PL_NAME_SIZE + 8];
	struct stat st;

	snprintf(log, sizeof log, "%s-wal", name);
	return fstatat(dir, log, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > 0;
}

/* Its sink is done with it: each part is whole, and closed. */
static enum pl_status seal_bases(struct pl_run_book *run, uint64_t most, struct pl_error *error)
{
	struct pl_follow *follow = &run->readings[PL_READINGS_SQLITE];
	enum pl_status status = PL_OK;
	char name[PL_NAME_SIZE];
	bool is_end;

	if (!follow->part && !follow->is_over)
		go_to(follow, pl_readings_any_after(run->dir, PL_READINGS_SQLITE, 0));
	while (follow->part) {
		pl_reading_file_name(PL_READINGS_SQLITE, follow->part, name);
		if (!has_log(run->dir, name) &&
		    read_on(run->dir, name, &follow->seal, &most, &is_end)) {
			if (is_end)
				status = tell(run, name, &follow->seal, error);
			if (!is_end || status)
				return status; /* more of it the next time */
		}
		go_to(follow, pl_readings_any_after(run->dir, PL_READINGS_SQLITE, follow->part));
	}
	follow->is_over = true;
	return PL_OK;
}

bool pl_run_book_is_followed(const struct pl_run_book *run)
{
	bool is_over = true;

	for (size_t i = 0; run->head->recording && i < PL_READING_FILES; i++)
		is_over &= run->readings[i].is_over;
	return is_over;
}

enum pl_status pl_run_book_follow(struct pl_run_book *run, uint64_t most, bool at_end,
				  struct pl_error *error)
{
	enum pl_status status;

	if (!run->head->recording)
		return PL_OK;
	status = follow_rows(run, PL_READINGS_CSV, most, at_end, error);
	if (!status)
		status = follow_rows(run, PL_READINGS_JSONL, most, at_end, error);
	return status || !at_end ? status : seal_bases(run, most, error);
}
