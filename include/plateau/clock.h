/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h - the only source of time.
 *
 * Deadlines and durations run on CLOCK_MONOTONIC in nanoseconds; the wall clock (UTC) is only
 * ever written down beside it, never subtracted. All functions may be called by any thread.
 */
#ifndef PLATEAU_CLOCK_H
#define PLATEAU_CLOCK_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#define PL_NS_PER_MS INT64_C(1000000)
#define PL_NS_PER_S  INT64_C(1000000000)
#define PL_NEVER     INT64_MAX /* a deadline that does not come */

#define PL_UTC_SIZE   25 /* "2026-11-21T10:52:06.123Z" and its NUL */
#define PL_LOCAL_SIZE 30 /* "2026-11-21 11:52:06+01:00" and its NUL */
#define PL_DAY_SIZE   11 /* "2026-11-21" and its NUL */

int64_t pl_clock_mono_ns(void); /* CLOCK_MONOTONIC */
int64_t pl_clock_utc_ns(void);	/* CLOCK_REALTIME since 1970 */
int64_t pl_clock_boot_ns(void); /* CLOCK_BOOTTIME: goes on while the machine is suspended */

/* UTC as ISO 8601 with milliseconds and Z (files), local time with its offset (screens), and the
 * UTC day (folder names). Years 0001..9999. */
void pl_clock_format_utc(int64_t utc_ns, char out[PL_UTC_SIZE]);
void pl_clock_format_local(int64_t utc_ns, char out[PL_LOCAL_SIZE]);
void pl_clock_format_day(int64_t utc_ns, char out[PL_DAY_SIZE]);

/* The time that pl_clock_format_utc wrote, in whole milliseconds; false for any other text, and
 * *utc_ns is left alone. */
bool pl_clock_parse_utc(const char *text, int64_t *utc_ns);

/* The kernel's boot id (36 characters) or an empty string where there is none. */
void pl_clock_boot_id(char out[37]);

/* poll(2) until an absolute CLOCK_MONOTONIC deadline (PL_NEVER waits for ever, a past one only
 * looks). Interrupted waits are resumed. Returns what poll returns: > 0 ready, 0 deadline, -1 with
 * errno. The place where plateau waits: there are no sleeps. */
int pl_clock_poll(struct pollfd *fds, nfds_t count, int64_t deadline_ns);

/* Sets this thread's timer slack to 1 ns, so that deadlines are met as well as the kernel can. */
void pl_clock_sharpen(void);

#endif
