/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_watch.c - the bench file may be edited while the engine lives with what it read of it.
 *
 * That stays what it lives with, and what each run stores; but whoever edited the file must not
 * believe that it is in force. It is looked at every few seconds and before each run, read only
 * when its inode, size or time has changed, and each change is told once.
 */
#include "engine/internal.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_NS	      (5 * PL_NS_PER_S)
#define SIZE_MAX_READ (4u << 20) /* beyond what any bench file has */

static bool looks_the_same(struct bench_watch *watch, const struct stat *st)
{
	struct bench_watch now = {
	    .device = st->st_dev, .inode = st->st_ino, .size = st->st_size, .written = st->st_mtim};
	bool is_same = watch->device == now.device && watch->inode == now.inode &&
		       watch->size == now.size && watch->written.tv_sec == now.written.tv_sec &&
		       watch->written.tv_nsec == now.written.tv_nsec;

	watch->device = now.device;
	watch->inode = now.inode;
	watch->size = now.size;
	watch->written = now.written;
	return is_same;
}

static bool has_other_text(const struct pl_bench *bench)
{
	bool is_other = true;
	char *text;
	size_t count;

	if (pl_file_read(AT_FDCWD, bench->file, SIZE_MAX_READ, &text, &count, NULL) == PL_OK) {
		is_other = strcmp(text, bench->text) != 0;
		free(text);
	}
	return is_other;
}

static void tell(struct pl_engine *engine, bool is_gone)
{
	char since[PL_UTC_SIZE];

	pl_clock_format_utc(engine->started_utc_ns, since);
	if (!engine->watch.is_other)
		engine_log(engine, PL_LOG_INFO, "%s is again as the engine has read it",
			   engine->bench->file);
	else
		engine_log(engine, PL_LOG_WARNING,
			   "%s %s: the engine goes on with what it read at %s, and so do its runs, "
			   "until it is ended and started again",
			   engine->bench->file, is_gone ? "is gone" : "has changed", since);
}

void bench_look(struct pl_engine *engine)
{
	struct bench_watch *watch = &engine->watch;
	bool was_other = watch->is_other, is_gone;
	struct stat st = {0};

	watch->next_ns = pl_clock_mono_ns() + LOOK_NS;
	is_gone = stat(engine->bench->file, &st) != 0;
	if (looks_the_same(watch, &st))
		return;
	watch->is_other = is_gone || has_other_text(engine->bench);
	if (watch->is_other || was_other)
		tell(engine, is_gone);
}
