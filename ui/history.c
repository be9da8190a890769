/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * history.c - the commands typed before. Pure, one thread.
 */
#include "history.h"

#include "plateau/text.h"

#include <string.h>

void pl_history_add(struct pl_history *history, const char *line)
{
	char own[PL_LINE_SIZE];
	size_t at = 0;

	if (!line[0])
		return;
	pl_text_copy(own, sizeof own, line);
	while (at < history->count && strcmp(history->lines[at], own) != 0)
		at++;
	if (at == history->count && history->count < PL_HISTORY)
		history->count++;
	if (at == PL_HISTORY)
		at--; /* the oldest makes room */
	memmove(history->lines[1], history->lines[0], at * sizeof history->lines[0]);
	pl_text_copy(history->lines[0], sizeof history->lines[0], own);
}

const char *pl_history_line(const struct pl_history *history, size_t i)
{
	return i < history->count ? history->lines[i] : NULL;
}

void pl_history_save(const struct pl_history *history, char *out, size_t cap)
{
	size_t used = 0;

	if (cap > 0)
		out[0] = '\0';
	for (size_t i = 0; i < history->count; i++) {
		size_t length = strlen(history->lines[i]);

		if (used + length + 2 > cap)
			return;
		out[used++] = '\n';
		memcpy(out + used, history->lines[i], length + 1);
		used += length;
	}
}

void pl_history_restore(struct pl_history *history, const char *saved)
{
	history->count = 0;
	while (*saved == '\n' && history->count < PL_HISTORY) {
		size_t length = strcspn(++saved, "\n");

		if (length > 0 && length < PL_LINE_SIZE) {
			memcpy(history->lines[history->count], saved, length);
			history->lines[history->count++][length] = '\0';
		}
		saved += length;
	}
}
