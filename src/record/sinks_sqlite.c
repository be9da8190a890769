/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_sqlite.c - readings.sqlite: the same rows in a table `readings`, a batch a transaction.
 *
 * The one file that is not written through base/file: SQLite does its own input and output. It is
 * made through base/file, though, so that nothing is overwritten and no link is followed, and
 * SQLite then opens what is there. WAL and synchronous=NORMAL: a kill -9 costs no committed
 * batch, a power cut at most those since the last checkpoint, and never the file. Not on NFS or
 * CIFS, whose locks WAL cannot work with. A failed batch is rolled back whole; an error that is no
 * want of room leads to a new file. Table `meta` holds the schema number. The thread of its sink.
 */
#include "record/sinks_sqlite.h"

#include "plateau/version.h"

#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTS_MAX 1000

static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

/* The errno of the last call that failed: SQLite may have forgotten it by now, but not its log. */
static int system_number(struct sqlite_sink *own)
{
	sqlite3_file *log = NULL;
	int number = sqlite3_system_errno(own->base);

	if (!number)
		sqlite3_file_control(own->base, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods)
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
	return number;
}

/* SQLite knows one way to be full; quotas and file limits are told by the system alone. */
static bool is_full(struct sqlite_sink *own)
{
	int number = own->code == SQLITE_IOERR ? system_number(own) : 0;

	return own->code == SQLITE_FULL || number == ENOSPC || number == EDQUOT || number == EFBIG;
}

enum pl_status pl_sqlite_error(struct sqlite_sink *own, struct pl_error *error)
{
	if (!own->base)
		return pl_error_set(error, PL_ERR_IO, own->name, "SQLite: no memory");
	own->code = sqlite3_errcode(own->base) & 0xff; /* the primary one */
	return pl_error_set(error, is_full(own) ? PL_ERR_FULL : PL_ERR_IO, own->name, "SQLite: %s",
			    sqlite3_errmsg(own->base));
}

enum pl_status pl_sqlite_run(struct sqlite_sink *own, const char *sql, struct pl_error *error)
{
	return sqlite3_exec(own->base, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? PL_OK
		   : pl_sqlite_error(own, error);
}

static void close_base(struct sqlite_sink *own)
{
	sqlite3_finalize(own->insert);
	sqlite3_close(own->base);
	own->insert = NULL;
	own->base = NULL;
}

/* ---- a new file ---- */

/* A name that nothing has, nor one of those that SQLite makes from it; made empty. */
static enum pl_status claim(struct sink *sink, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	const struct pl_sinks_setup *setup = &sink->sinks->setup;
	char where[PL_DISK_WHERE], name[80];
	struct pl_file file;
	struct stat st;
	bool is_taken;

	do {
		if (++own->part > PARTS_MAX)
			return pl_error_set(error, PL_ERR_EXISTS, own->name, "too many parts");
		if (own->part == 1)
			snprintf(own->name, sizeof own->name, "readings.sqlite");
		else
			snprintf(own->name, sizeof own->name, "readings.%u.sqlite", own->part);
		is_taken = false;
		for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
			snprintf(name, sizeof name, "%s%s", own->name, tails[i]);
			if (fstatat(setup->folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
				continue;
			is_taken = true;
			if (!S_ISREG(st.st_mode))
				return pl_error_set(error, PL_ERR_EXISTS,
						    pl_disk_where(setup->folder, name, where),
						    "a link or something else that is no file "
						    "stands in its place");
		}
	} while (is_taken);
	enum pl_status status = pl_file_create(setup->disk, setup->folder, own->name, &file, error);
	if (!status)
		pl_file_close(&file);
	return status;
}

static enum pl_status open_base(struct sink *sink, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	char link[40], path[4096];
	ssize_t count;

	snprintf(link, sizeof link, "/proc/self/fd/%d", sink->sinks->setup.folder);
	count = readlink(link, path, sizeof path - sizeof own->name - 1);
	if (count < 0)
		return pl_error_set(error, PL_ERR_IO, own->name, "the run folder has no path");
	snprintf(path + count, sizeof path - (size_t)count, "/%s", own->name);
	if (sqlite3_open_v2(path, &own->base,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
			    NULL) != SQLITE_OK)
		return pl_sqlite_error(own, error);
	sqlite3_busy_timeout(own->base, 1000); /* somebody who reads it may hold a lock */
	return PL_OK;
}

static enum pl_status add_meta(struct sqlite_sink *own, const char *key, const char *value,
			       struct pl_error *error)
{
	char *sql = sqlite3_mprintf("INSERT INTO meta VALUES (%Q, %Q)", key, value);
	enum pl_status status;

	if (!sql)
		pl_out_of_memory();
	status = pl_sqlite_run(own, sql, error);
	sqlite3_free(sql);
	return status;
}

static void remove_files(const struct sink *sink)
{
	const struct sqlite_sink *own = sink->own;
	char name[80];

	for (size_t i = 0; own->name[0] && i < sizeof tails / sizeof tails[0]; i++) {
		snprintf(name, sizeof name, "%s%s", own->name, tails[i]);
		pl_file_remove(sink->sinks->setup.folder, name, NULL);
	}
}

/* The next part, empty, with its tables. After an error it is not there. */
static enum pl_status make_part(struct sink *sink, struct pl_error *error)
{
	const struct pl_sinks_setup *setup = &sink->sinks->setup;
	struct sqlite_sink *own = sink->own;
	unsigned before = own->part;
	char started[PL_UTC_SIZE];
	enum pl_status status = claim(sink, error);

	if (status) {
		own->part = before;
		own->name[0] = '\0';
		return status;
	}
	pl_clock_format_utc(setup->started_utc_ns, started);
	status = open_base(sink, error);
	if (!status)
		status = pl_sqlite_run(own, pl_sqlite_schema, error);
	if (!status)
		status = add_meta(own, "program", pl_version(), error);
	if (!status)
		status = add_meta(own, "bench", setup->bench->name, error);
	if (!status)
		status = add_meta(own, "recording", setup->recording->name, error);
	if (!status)
		status = add_meta(own, "started_at", started, error);
	if (!status)
		status = pl_sqlite_prepare(own, error);
	if (status) {
		close_base(own);
		remove_files(sink);
		own->part = before;
		own->name[0] = '\0';
	}
	return status;
}

static bool is_locked(const struct sqlite_sink *own)
{
	return own->code == SQLITE_BUSY || own->code == SQLITE_LOCKED;
}

/* ---- a sink ---- */

static void sqlite_free(struct sink *sink, bool is_undone)
{
	struct sqlite_sink *own = sink->own;

	if (!own)
		return;
	close_base(own);
	if (is_undone)
		remove_files(sink);
	pl_row_maker_free(own->maker);
	free(own);
	sink->own = NULL;
}

static enum pl_status sqlite_open(struct sink *sink, struct pl_error *error)
{
	const struct pl_sinks_setup *setup = &sink->sinks->setup;
	struct sqlite_sink *own;
	enum pl_status status;

	if (setup->is_network)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "readings.sqlite",
				    "SQLite does not work on a network file system; use the sinks "
				    "csv or jsonl, or another workspace");
	own = calloc(1, sizeof *own);
	if (!own)
		pl_out_of_memory();
	sink->own = own;
	own->maker = pl_row_maker_new(setup->bench, setup->recording, PL_ROW_CSV, false);
	status = make_part(sink, error);
	if (status)
		sqlite_free(sink, false);
	else
		sink->part = own->part;
	return status;
}

static void sqlite_take(struct sink *sink, const struct sinks_batch *batch)
{
	struct sqlite_sink *own = sink->own;

	own->batch = batch;
}

/* With a file that failed and is left, or that could not be made before. */
static enum pl_status move_on(struct sink *sink, const char *why, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	char left[64], moved[200];
	enum pl_status status;

	memcpy(left, own->name, sizeof left);
	close_base(own);
	status = make_part(sink, error);
	if (status)
		return status;
	snprintf(moved, sizeof moved, "%.100s; rows go on in %s", why, own->name);
	pl_sink_tell_moved(sink, own->part, left[0] ? left : "readings.sqlite", moved);
	return PL_OK;
}

static enum pl_status sqlite_write(struct sink *sink, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	enum pl_status status = own->base ? pl_sqlite_insert_batch(sink, error) : PL_ERR_IO;

	if (status != PL_ERR_IO || (own->base && is_locked(own)))
		return status;
	status = move_on(sink, own->base ? error->text : "it failed", error);
	return status ? status : pl_sqlite_insert_batch(sink, error);
}

/* What is in the log goes into the file, durable. A reader that holds it keeps the log; the rows
 * are safe there too. */
static enum pl_status sqlite_finish(struct sink *sink, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	enum pl_status status;

	if (!own->base)
		return PL_OK;
	if (sqlite3_wal_checkpoint_v2(own->base, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
	    SQLITE_OK)
		return PL_OK;
	status = pl_sqlite_error(own, error);
	return is_locked(own) ? PL_OK : status;
}

static void sqlite_close(struct sink *sink)
{
	close_base(sink->own);
}

const struct sink_ops pl_sink_sqlite = {.name = "sqlite",
					.bit = PL_SINK_SQLITE,
					.open = sqlite_open,
					.take = sqlite_take,
					.write = sqlite_write,
					.finish = sqlite_finish,
					.close = sqlite_close,
					.free = sqlite_free};
