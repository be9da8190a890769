/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * owner.h - who holds a run folder, found without touching its lock: a probe that took the lock,
 * however shortly, would look like an owner to whoever wants it. Any thread.
 */
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/* Some process of this host holds the lock of the folder. Of a program that this one cannot see (in
 * another container) the answer is false; the lock itself is always right. */
bool pl_run_is_owned(int folder);
/* What the last holder wrote about itself: "pid 99 on bench-pc since …", escaped, "" = nothing. */
void pl_run_owner_line(int folder, char *out, size_t cap);

#endif
