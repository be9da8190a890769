/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obituary.c - the engine before this one ended without a word (a crash, kill -9, no memory): what
 * is known of it goes into a file beside plateau.log, and every view is told where.
 *
 * A dying process can say little that is true of itself, and one that is killed nothing: so its
 * successor, which takes over its lock, writes what the log still holds. Engine thread, once.
 */
#include "engine/internal.h"

#include "plateau/version.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_MOST  (64u << 20) /* larger than it may become before it rotates */
#define TAIL_MOST (8u << 10)

/* The last whole lines of plateau.log. Caller frees; NULL = there is none. */
static char *log_tail(int dir)
{
	char *text = NULL, *from, *tail;
	size_t count;

	if (pl_file_read(dir, "plateau.log", LOG_MOST, &text, &count, NULL) != PL_OK)
		return NULL;
	from = count > TAIL_MOST ? text + count - TAIL_MOST : text;
	if (from != text && strchr(from, '\n') != NULL)
		from = strchr(from, '\n') + 1;
	tail = strdup(from);
	free(text);
	return tail;
}

static void compose(const struct pl_engine *engine, const char *tail, struct pl_text *out)
{
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(pl_clock_utc_ns(), at);
	pl_text_add(out, "plateau %s (build %s), written %s by pid %d\n\n", pl_version(),
		    pl_build_id(), at, (int)getpid());
	pl_text_add(out,
		    "The engine of %s that held the workspace before ended without a word:\n"
		    "    %s\n"
		    "It crashed, was killed, or the system had no memory left (look at dmesg).\n\n",
		    engine->bench->file, engine->workspace.stale_holder);
	pl_text_add(out,
		    "Nothing that was finished is lost. What to do:\n"
		    "    plateau runs %s        shows what it left\n"
		    "    plateau resume %s      goes on with an unfinished scan\n"
		    "    plateau verify last    checks the files of the newest run\n",
		    engine->workspace.path, engine->bench->file);
	if (engine->pending.count > 0)
		pl_text_add(out,
			    "Run %u had changed settings and did not put them back; they count as\n"
			    "the previous ones of the next run.\n",
			    engine->pending.run);
	pl_text_add(out,
		    "If it crashed, please send this file with the bench file to whoever keeps "
		    "the program.\n\nThe last lines of plateau.log before this one:\n\n");
	pl_text_add_string(out, tail != NULL ? tail : "(there is no plateau.log)\n");
}

void obituary_write(struct pl_engine *engine)
{
	const char *log_dir = engine->options->log_dir;
	struct pl_text text = {0};
	char name[64], at[PL_UTC_SIZE], *tail = NULL;
	struct pl_error error;
	enum pl_status status;
	int dir = -1;

	if (engine->workspace.stale_holder[0] == '\0')
		return;
	pl_clock_format_utc(pl_clock_utc_ns(), at);
	snprintf(name, sizeof(name), "crash-%.10sT%.2s%.2s%.2s-%d.txt", at, at + 11, at + 14,
		 at + 17, (int)getpid());
	status = log_dir == NULL ? pl_error_set(&error, PL_ERR_NOT_FOUND, "", "no log directory")
				 : pl_dir_open(AT_FDCWD, log_dir, true, &dir, &error);
	if (status == PL_OK) {
		tail = log_tail(dir);
		compose(engine, tail, &text);
		status = pl_file_replace(&engine->disk, dir, name, text.data, text.length, &error);
	}
	engine_log(engine, PL_LOG_WARNING, "took over the lock of a dead engine: %s",
		   engine->workspace.stale_holder);
	if (status == PL_OK)
		engine_log(
		    engine, PL_LOG_WARNING,
		    "the engine before this one ended without a word: %s/%s says what is known",
		    log_dir, name);
	else
		engine_log(
		    engine, PL_LOG_WARNING,
		    "the engine before this one ended without a word, and no file can say so: "
		    "%s",
		    error.text);
	if (dir >= 0)
		close(dir);
	pl_text_free(&text);
	free(tail);
}
