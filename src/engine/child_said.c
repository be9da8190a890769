/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child_said.c - the last words of a program, and its end in words. */
#include "engine/child.h"

#include <stdio.h>
#include <string.h>

void child_keep(struct child *child, const char *bytes, size_t count)
{
	size_t room = sizeof(child->tail);

	if (count > room) {
		bytes += count - room;
		count = room;
	}
	if (child->tail_length + count > room) {
		size_t drop = child->tail_length + count - room;

		memmove(child->tail, child->tail + drop, child->tail_length - drop);
		child->tail_length -= drop;
	}
	memcpy(child->tail + child->tail_length, bytes, count);
	child->tail_length += count;
}

static void copy_safe(char *out, size_t cap, const char *bytes, size_t count)
{
	struct pl_text text = {0};

	pl_text_add_safe(&text, bytes, count);
	pl_text_copy(out, cap, text.data != NULL ? text.data : "");
	pl_text_free(&text);
}

/* Whole lines, as many of the last as fit once they are escaped. */
void child_take_said(struct child *child)
{
	const char *from = child->tail;
	size_t count = child->tail_length;
	const char *last;

	while (count > 0 && strchr("\n\r\t ", from[count - 1]) != NULL)
		count--;
	last = count > 0 ? memrchr(from, '\n', count) : NULL;
	last = last != NULL ? last + 1 : from;
	copy_safe(child->end.last_line, sizeof(child->end.last_line), last,
		  (size_t)(from + count - last));
	while (count > CHILD_TEXT_SIZE / 4) {
		const char *newline = memchr(from, '\n', count - 1);

		if (newline == NULL)
			break;
		count -= (size_t)(newline + 1 - from);
		from = newline + 1;
	}
	copy_safe(child->end.said, sizeof(child->end.said), from, count);
}

/* ---- for people ---- */

const char *child_outcome_name(enum child_outcome outcome)
{
	static const char *const names[] = {
	    [CHILD_OK] = "ok", [CHILD_FAILED] = "failed", [CHILD_TIMEOUT] = "timeout"};

	return names[outcome];
}

void child_describe(const struct child_end *end, char *out, size_t cap)
{
	char how[48];

	if (end->outcome == CHILD_TIMEOUT)
		snprintf(how, sizeof(how), "took longer than its time limit");
	else if (end->signal != 0)
		snprintf(how, sizeof(how), "was ended by signal %d", end->signal);
	else if (end->exit_status >= 0)
		snprintf(how, sizeof(how), "exit status %d", end->exit_status);
	else
		snprintf(how, sizeof(how), "could not be run");
	snprintf(out, cap, "%s%s%s", how, end->last_line[0] != '\0' ? ": " : "", end->last_line);
}
