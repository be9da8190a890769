/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_file.c - readings.csv and readings.jsonl: whole rows to the end of a file.
 *
 * The file is a sheet of the store, so a torn row is cut back, a failed write or sync and a file
 * that was taken away lead to the next part with the rows that may be lost, and a long one is
 * followed by the next at a row. fdatasync runs once a second in a thread beside, on a descriptor
 * of its own, so that a slow disk delays no write. Rows stay in memory until they are durable;
 * UNSYNCED_MOST bounds them. The thread of its sink.
 */
#include "record/sinks_inside.h"
#include "store/sheet.h"
#include "store/sync.h"

#include "base/disk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ROTATE_SIZE   (UINT64_C(1) << 30)
#define SYNC_NS	      PL_NS_PER_S
#define SYNC_AT	      ((size_t)32 << 20) /* bytes not durable that do not wait for the second */
#define UNSYNCED_MOST ((size_t)64 << 20) /* the disk is that far behind: no more rows for now */
#define KEEP_MEMORY   ((size_t)1 << 20)
#define FINISH_TRIES  4

struct file_sink {
	struct pl_disk *disk;
	struct pl_sheet sheet;
	struct pl_sync *sync;
	struct pl_row_maker *maker;
	struct pl_text text; /* of the batch; `at` bytes of it are in the file */
	size_t at;
	bool is_syncing;
	int64_t synced_ns; /* when the last sync began */
	unsigned told_part;
};

/* What stands in the way of a first file: anything that is no regular file of ours. */
static enum pl_status look(int dir, const char *name, struct pl_error *error)
{
	char where[PL_DISK_WHERE];
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISREG(st.st_mode))
		return PL_OK;
	return pl_error_set(error, PL_ERR_EXISTS, pl_disk_where(dir, name, where),
			    "a link or something else that is no file stands in its place");
}

static void file_free(struct sink *sink, bool is_undone)
{
	struct file_sink *own = sink->own;
	char name[128];

	if (!own)
		return;
	pl_sync_stop(own->sync);
	own->sync = NULL;
	pl_sheet_close(&own->sheet);
	if (is_undone && own->sheet.is_new)
		pl_file_remove(own->sheet.form.dir, pl_sheet_name(&own->sheet.form, 1, name), NULL);
	pl_row_maker_free(own->maker);
	pl_text_free(&own->text);
	free(own);
	sink->own = NULL;
}

static enum pl_status file_open(struct sink *sink, enum pl_row_form form, const char *header,
				struct pl_error *error)
{
	const struct pl_sinks_setup *setup = &sink->sinks->setup;
	struct file_sink *own = calloc(1, sizeof *own);
	struct pl_sheet_found found = {.cut = 0};
	struct pl_sheet_form sheet = {.dir = setup->folder,
				      .stem = "readings",
				      .suffix = sink->ops->name,
				      .header = header,
				      .rotate_size =
					  setup->rotate_size ? setup->rotate_size : ROTATE_SIZE};
	enum pl_status status;
	char name[128];

	if (!own)
		pl_out_of_memory();
	sink->own = own;
	own->disk = setup->disk;
	own->sheet.file.fd = -1;
	own->maker = pl_row_maker_new(setup->bench, setup->recording, form, setup->recording->raw);
	status = look(setup->folder, pl_sheet_name(&sheet, 1, name), error);
	if (!status)
		status = pl_sheet_open(own->disk, &own->sheet, &sheet, 1, &found, error);
	pl_text_free(&found.last);
	if (status)
		own->sheet.is_new = false; /* it has removed what it made */
	else
		status = pl_sync_start(own->disk, &own->sync, error);
	if (status) {
		file_free(sink, true);
		return status;
	}
	sink->part = own->told_part = own->sheet.part;
	own->synced_ns = pl_clock_mono_ns();
	return PL_OK;
}

static enum pl_status csv_open(struct sink *sink, struct pl_error *error)
{
	return file_open(sink, PL_ROW_CSV, pl_row_header(), error);
}

static enum pl_status jsonl_open(struct sink *sink, struct pl_error *error)
{
	return file_open(sink, PL_ROW_JSON, "", error);
}

static void file_take(struct sink *sink, const struct sinks_batch *batch)
{
	struct file_sink *own = sink->own;
	struct sinks_cursor cursor = {0};
	const struct pl_tick *tick;

	pl_text_clear(&own->text);
	own->at = 0;
	while (pl_sinks_next(sink->sinks, batch, &cursor, &tick))
		pl_row_add_tick(own->maker, tick, &own->text);
}

/* Bytes from `at` on that go into this part: all, or the rows that it has room for; one at least,
 * which then begins the next part. *rows: how many. */
static size_t piece(const struct file_sink *own, size_t *rows)
{
	const char *begin = own->text.data + own->at, *at = begin;
	size_t left = own->text.length - own->at;
	uint64_t size = (uint64_t)own->sheet.file.size, limit = own->sheet.form.rotate_size;
	uint64_t room = size < limit ? limit - size : 0, fresh = limit / 2;

	if (left > room && room < fresh / 16)
		room = fresh; /* of the next part */
	*rows = 0;
	while (at < begin + left) {
		const char *end = memchr(at, '\n', left - (size_t)(at - begin));

		if (*rows > 0 && (uint64_t)(end + 1 - begin) > room)
			break;
		at = end + 1;
		++*rows;
	}
	return (size_t)(at - begin);
}

static void tell_part(struct sink *sink)
{
	struct file_sink *own = sink->own;

	if (own->sheet.part == own->told_part)
		return;
	own->told_part = own->sheet.part;
	pl_sink_tell_moved(sink, own->sheet.part, own->sheet.left, own->sheet.moved);
}

static enum pl_status file_write(struct sink *sink, struct pl_error *error)
{
	struct file_sink *own = sink->own;
	enum pl_status status = PL_OK;

	while (own->at < own->text.length && !status) {
		size_t rows, count;

		if (own->sheet.unsynced.length > UNSYNCED_MOST && own->is_syncing)
			return PL_ERR_BUSY;
		count = piece(own, &rows);
		status = pl_sheet_append_rows(own->disk, &own->sheet, own->text.data + own->at,
					      count, rows, pl_clock_mono_ns(), error);
		if (!status)
			own->at += count;
	}
	tell_part(sink);
	return status;
}

static void take_synced(struct sink *sink)
{
	struct file_sink *own = sink->own;
	struct pl_sheet *sheet = &own->sheet;
	struct pl_sync_job job;

	if (!own->is_syncing || !pl_sync_take(own->sync, &job))
		return;
	own->is_syncing = false;
	if (sheet->serial == job.items[0].serial)
		pl_sheet_synced(own->disk, sheet, job.items[0].status);
	if (!sheet->unsynced.length && sheet->unsynced.capacity > KEEP_MEMORY)
		pl_text_free(&sheet->unsynced);
	tell_part(sink);
}

static void start_sync(struct file_sink *own, int64_t now_ns)
{
	struct pl_sync_job job = {.count = 0};

	own->synced_ns = now_ns;
	if (!pl_sync_add(&job, 0, own->sheet.serial, &own->sheet.file))
		return;
	pl_sheet_mark(&own->sheet);
	pl_sync_put(own->sync, &job);
	own->is_syncing = true;
}

static int64_t file_tend(struct sink *sink, int64_t now_ns)
{
	struct file_sink *own = sink->own;

	take_synced(sink);
	if (own->is_syncing || !pl_sheet_is_dirty(&own->sheet))
		return PL_NEVER;
	if (now_ns < own->synced_ns + SYNC_NS && own->sheet.unsynced.length < SYNC_AT)
		return own->synced_ns + SYNC_NS;
	start_sync(own, now_ns);
	return PL_NEVER;
}

static int file_fd(struct sink *sink)
{
	struct file_sink *own = sink->own;

	return own->is_syncing ? pl_sync_fd(own->sync) : -1;
}

static enum pl_status file_finish(struct sink *sink, struct pl_error *error)
{
	struct file_sink *own = sink->own;
	enum pl_status status = PL_OK;

	if (own->is_syncing)
		return PL_ERR_BUSY;
	for (int i = 0; i < FINISH_TRIES; i++) {
		status = pl_sheet_mend(own->disk, &own->sheet, error);
		if (status || !pl_sheet_is_dirty(&own->sheet))
			break;
		pl_sheet_mark(&own->sheet);
		status = pl_file_sync(own->disk, &own->sheet.file, error);
		pl_sheet_synced(own->disk, &own->sheet, status);
	}
	tell_part(sink);
	return status;
}

static void file_close(struct sink *sink)
{
	struct file_sink *own = sink->own;

	pl_sync_stop(own->sync);
	own->sync = NULL;
	own->is_syncing = false;
	pl_sheet_close(&own->sheet);
}

const struct sink_ops pl_sink_csv = {.name = "csv",
				     .bit = PL_SINK_CSV,
				     .open = csv_open,
				     .take = file_take,
				     .write = file_write,
				     .tend = file_tend,
				     .fd = file_fd,
				     .finish = file_finish,
				     .close = file_close,
				     .free = file_free};
const struct sink_ops pl_sink_jsonl = {.name = "jsonl",
				       .bit = PL_SINK_JSONL,
				       .open = jsonl_open,
				       .take = file_take,
				       .write = file_write,
				       .tend = file_tend,
				       .fd = file_fd,
				       .finish = file_finish,
				       .close = file_close,
				       .free = file_free};
