/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.h - how every fallible function of plateau answers.
 *
 * A function that can fail returns enum pl_status (PL_OK is 0) and, when the caller gives it a
 * struct pl_error, says there what happened, where, and what to do about it. assert() is for our
 * own bugs, a status is for the world. Any thread may call these functions; an error belongs to
 * whoever declared it.
 */
#ifndef PLATEAU_STATUS_H
#define PLATEAU_STATUS_H

#include <stdarg.h>

/* code, name on the socket and in files, meaning */
#define PL_STATUS_LIST(X)                                                                          \
	X(PL_OK, "ok", "done")                                                                     \
	X(PL_ERR_USAGE, "usage", "the command line or a request is not of the right form")         \
	X(PL_ERR_CONFIG, "config", "the bench file or an option value is wrong")                   \
	X(PL_ERR_RANGE, "range", "a value lies outside its limits")                                \
	X(PL_ERR_UNIT, "unit", "a unit that does not fit the quantity")                            \
	X(PL_ERR_NOT_FOUND, "not_found", "no such file, device, parameter, scan or run")           \
	X(PL_ERR_EXISTS, "exists", "something of that name is there already")                      \
	X(PL_ERR_PERMISSION, "permission", "the system does not allow it")                         \
	X(PL_ERR_BUSY, "busy", "held by another program")                                          \
	X(PL_ERR_IO, "io", "the operating system reported an error")                               \
	X(PL_ERR_FULL, "full", "no space: disk, quota, file limit or queue")                       \
	X(PL_ERR_LOST, "lost", "the port or the connection is gone")                               \
	X(PL_ERR_UNANSWERED, "unanswered", "no answer before the deadline")                        \
	X(PL_ERR_REFUSED, "refused", "the device said no")                                         \
	X(PL_ERR_MISMATCH, "mismatch", "the device holds another value than the one written")      \
	X(PL_ERR_PROTOCOL, "protocol", "bytes that do not fit the protocol")                       \
	X(PL_ERR_UNSUPPORTED, "unsupported", "the device or this version does not know this")      \
	X(PL_ERR_CANCELLED, "cancelled", "stopped on request")                                     \
	X(PL_ERR_RUN_ACTIVE, "run_active", "another scan or procedure is active on this bench")    \
	X(PL_ERR_NOT_RUNNING, "not_running", "nothing is running")                                 \
	X(PL_ERR_CHANGED, "changed", "not what it was; to be confirmed before going on")           \
	X(PL_ERR_VERSION, "version", "written or built by another version")                        \
	X(PL_ERR_MEMORY, "memory", "out of memory")

enum pl_status {
#define PL_STATUS_ENUM(code, name, text) code,
	PL_STATUS_LIST(PL_STATUS_ENUM)
#undef PL_STATUS_ENUM
	    PL_STATUS_COUNT
};

struct pl_error {
	enum pl_status code;
	char where[160]; /* file:line:column, path, device, port or option; may be empty */
	char text[320];	 /* what happened and what to do, one sentence, no final newline */
	char cause[160]; /* the system's or the library's own words; may be empty */
};

/* The name of a code as it stands on the socket and in files ("run_active"). Never NULL. */
const char *pl_status_name(enum pl_status status);

/* The meaning of a code in a few words. Never NULL. */
const char *pl_status_text(enum pl_status status);

/* The code of a name, PL_STATUS_COUNT when there is none. */
enum pl_status pl_status_from_name(const char *name);

/* For small allocations, which are not worth a status: says so on stderr and aborts. Every file is
 * whole at any moment and what must be put back is on disk, so this is a clean stop. Any thread. */
void pl_out_of_memory(void) __attribute__((noreturn));

/* Fills *error (which may be NULL) and returns code, so that a function can end with it.
 * Long texts are cut, never overflow. cause is cleared. */
enum pl_status pl_error_set(struct pl_error *error, enum pl_status code, const char *where,
			    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As pl_error_set, with the words of errno number `number` as cause. ENOSPC, EDQUOT and EFBIG
 * become PL_ERR_FULL, EACCES, EPERM and EROFS PL_ERR_PERMISSION, ENOENT PL_ERR_NOT_FOUND, EEXIST
 * PL_ERR_EXISTS, EBUSY PL_ERR_BUSY, ENOMEM PL_ERR_MEMORY, any other PL_ERR_IO. */
enum pl_status pl_error_errno(struct pl_error *error, int number, const char *where,
			      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "where: text (cause)" into out, cut to cap; returns out. */
const char *pl_error_format(const struct pl_error *error, char *out, unsigned long cap);

#endif
