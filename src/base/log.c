/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.c - plateau.log and stderr.
 *
 * A log serves the program and never the other way round: nothing here fails towards the caller
 * after pl_log_open. What could not be written is counted and said later. One thread.
 */
#include "base/log.h"

#include "base/console.h"
#include "base/disk.h"
#include "plateau/clock.h"
#include "plateau/text.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME	 "plateau.log"
#define NAME_CAP 64
#define MOST	 (16 << 20) /* bytes before it rotates */
#define PATH_CAP 4096

struct pl_log {
	struct pl_disk *disk; /* borrowed */
	int dir;	      /* -1: only stderr */
	char name[NAME_CAP];
	char old_name[NAME_CAP + 2]; /* after it rotated */
	struct pl_file file;	     /* fd -1 while it cannot be opened */
	bool has_copies;	     /* warnings and errors go to stderr too */
	bool owns_stderr;	     /* descriptor 2 is the file */
	unsigned lost;		     /* lines since one could be written */
};

static const char *const level_names[PL_LOG_LEVELS] = {
    [PL_LOG_DEBUG] = "debug",
    [PL_LOG_INFO] = "info",
    [PL_LOG_WARNING] = "warning",
    [PL_LOG_ERROR] = "error",
};

const char *pl_log_level_name(enum pl_log_level level)
{
	return (unsigned)level < PL_LOG_LEVELS ? level_names[level] : "unknown";
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The directory and whatever is missing above it. */
static enum pl_status make_path(struct pl_disk *disk, const char *path, struct pl_error *error)
{
	char part[PATH_CAP];
	enum pl_status status = PL_OK;

	if (!pl_text_copy(part, sizeof part, path))
		return pl_error_set(error, PL_ERR_RANGE, path, "the name is too long");
	for (char *at = part; !status && *at; at += strspn(at, "/")) {
		char *end = at + strspn(at, "/");
		char kept;

		end += strcspn(end, "/");
		kept = *end;
		*end = '\0';
		if (!is_directory(part))
			status = pl_dir_make(disk, AT_FDCWD, part, error);
		*end = kept;
		at = end;
	}
	return status;
}

/* Opens the file when it is closed, and again when the name leads elsewhere by now. */
static enum pl_status open_file(struct pl_log *log, struct pl_error *error)
{
	enum pl_status status;

	if (log->file.fd >= 0 && pl_file_in_place(log->dir, log->name, &log->file))
		return PL_OK;
	pl_file_close(&log->file);
	status = pl_file_open(log->disk, log->dir, log->name, &log->file, error);
	if (status)
		log->file.fd = -1;
	else if (log->owns_stderr)
		dup2(log->file.fd, STDERR_FILENO);
	return status;
}

static struct pl_log *new_log(struct pl_disk *disk, const char *name, bool has_copies)
{
	struct pl_log *log = malloc(sizeof *log);

	if (!log)
		pl_out_of_memory();
	*log =
	    (struct pl_log){.disk = disk, .dir = -1, .file = {.fd = -1}, .has_copies = has_copies};
	pl_text_copy(log->name, sizeof log->name, name);
	snprintf(log->old_name, sizeof log->old_name, "%s.1", log->name);
	return log;
}

/* Takes the log over: *out is it, or NULL after an error. */
static enum pl_status open_in(struct pl_log *log, const char *directory, struct pl_log **out,
			      struct pl_error *error)
{
	enum pl_status status = make_path(log->disk, directory, error);

	if (!status)
		status = pl_dir_open(AT_FDCWD, directory, true, &log->dir, error);
	if (!status)
		status = open_file(log, error);
	if (status) {
		pl_log_close(log);
		log = NULL;
	}
	*out = log;
	return status;
}

enum pl_status pl_log_open(struct pl_disk *disk, const char *directory, bool also_stderr,
			   struct pl_log **out, struct pl_error *error)
{
	*out = new_log(disk, NAME, also_stderr || !directory);
	return directory ? open_in(*out, directory, out, error) : PL_OK;
}

enum pl_status pl_log_open_named(struct pl_disk *disk, const char *directory, const char *name,
				 struct pl_log **out, struct pl_error *error)
{
	return open_in(new_log(disk, name, false), directory, out, error);
}

void pl_log_close(struct pl_log *log)
{
	if (!log)
		return;
	pl_file_close(&log->file);
	if (log->dir >= 0)
		close(log->dir);
	free(log);
}

static void begin_line(struct pl_text *line, enum pl_log_level level)
{
	char now[PL_UTC_SIZE];

	pl_clock_format_utc(pl_clock_utc_ns(), now);
	pl_text_add(line, "%s %s ", now, pl_log_level_name(level));
}

/* A failed rotation leaves the large log in use. */
static void rotate_when_full(struct pl_log *log, size_t more)
{
	if (log->file.size + (off_t)more <= MOST || log->file.size == 0)
		return;
	if (pl_disk_rename(log->disk, log->dir, log->name, log->old_name) == 0)
		pl_file_close(&log->file);
}

static enum pl_status append(struct pl_log *log, const struct pl_text *line)
{
	enum pl_status status = open_file(log, NULL);

	if (status)
		return status;
	rotate_when_full(log, line->length);
	status = open_file(log, NULL);
	if (status)
		return status;
	status = pl_file_append(log->disk, &log->file, line->data, line->length, NULL);
	if (status && status != PL_ERR_FULL)
		pl_file_close(&log->file);
	return status;
}

/* The lines, with a line about the lost ones before them: all or none. */
void pl_log_lines(struct pl_log *log, const struct pl_text *lines, unsigned count)
{
	struct pl_text both = {0};

	if (!log || log->dir < 0)
		return;
	if (log->lost > 0) {
		begin_line(&both, PL_LOG_WARNING);
		pl_text_add(&both, "%u lines could not be written here\n", log->lost);
	}
	pl_text_add_bytes(&both, lines->data, lines->length);
	if (append(log, &both))
		log->lost += count;
	else
		log->lost = 0;
	pl_text_free(&both);
}

void pl_log_line(struct pl_log *log, enum pl_log_level level, const char *format, ...)
{
	struct pl_text message = {0}, safe = {0}, line = {0};
	va_list args;

	if (!log)
		return;
	va_start(args, format);
	pl_text_add_args(&message, format, args);
	va_end(args);
	pl_text_add_safe(&safe, message.data, message.length);
	begin_line(&line, level);
	pl_text_add(&line, "%s\n", safe.data);
	pl_log_lines(log, &line, 1);
	if (log->has_copies && level >= PL_LOG_WARNING) {
		pl_text_clear(&line);
		pl_text_add(&line, "plateau: %s: %s\n", pl_log_level_name(level), safe.data);
		pl_console_put(line.data, line.length);
	}
	pl_text_free(&message);
	pl_text_free(&safe);
	pl_text_free(&line);
}

void pl_log_take_stderr(struct pl_log *log)
{
	if (!log || log->dir < 0)
		return;
	log->has_copies = false;
	log->owns_stderr = true;
	if (log->file.fd >= 0)
		dup2(log->file.fd, STDERR_FILENO);
}
