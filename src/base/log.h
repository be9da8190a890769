/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h - plateau.log and stderr: what the program says about itself; and logs of other names
 * beside it.
 *
 * One line a message: UTC time, level, text; control bytes are escaped. Used by one thread (the
 * engine thread, or main before it); other threads send their words as messages. The file rotates
 * to plateau.log.1 at 16 MiB. A log that cannot be written never stops anything.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/file.h"
#include "plateau/text.h"

#include <stdbool.h>

enum pl_log_level { PL_LOG_DEBUG, PL_LOG_INFO, PL_LOG_WARNING, PL_LOG_ERROR, PL_LOG_LEVELS };

struct pl_log;

/* directory may be NULL: then only stderr. also_stderr: lines of PL_LOG_WARNING and above are
 * copied to stderr (without a directory they always are). The directory and those above it are made
 * (0750) when missing; a link to a directory is followed, the log itself never is one. After an
 * error *out is NULL, which every function here takes and ignores. disk is borrowed. */
enum pl_status pl_log_open(struct pl_disk *disk, const char *directory, bool also_stderr,
			   struct pl_log **out, struct pl_error *error);
/* A log of another name (below 64 bytes) in the same directory, by the same rules, rotated to
 * "<name>.1"; nothing of it goes to stderr. */
enum pl_status pl_log_open_named(struct pl_disk *disk, const char *directory, const char *name,
				 struct pl_log **out, struct pl_error *error);
void pl_log_close(struct pl_log *log);
/* One line, whatever the message holds (pl_text_add_safe). A line that cannot be written is counted
 * and the count is the next line that can; a log that was deleted or rotated by somebody else is
 * begun anew. */
void pl_log_line(struct pl_log *log, enum pl_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Whole lines as they are, `count` of them, in one write: the caller has made them safe. */
void pl_log_lines(struct pl_log *log, const struct pl_text *lines, unsigned count);
/* From now on descriptor 2 leads into the log, also after it rotated: for a process in the
 * background. Ends the copies to stderr. Without a file nothing changes. */
void pl_log_take_stderr(struct pl_log *log);
const char *pl_log_level_name(enum pl_log_level level); /* "debug" "info" "warning" "error" */

#endif
