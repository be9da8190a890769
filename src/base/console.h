/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * console.h - words on stderr that nobody has to take.
 *
 * A terminal stopped with ^S, a dead connection, a pipe whose reader sleeps: none of them may hold
 * up a thread that measures. What stderr does not take at once is dropped.
 */
#ifndef BASE_CONSOLE_H
#define BASE_CONSOLE_H

#include <stddef.h>

/* Never waits, but for the disk when stderr is a file. Any thread. */
void pl_console_put(const char *bytes, size_t count);

#endif
