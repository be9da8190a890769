/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_rows.c - rows of a recording for the one who asked for them, and its books, once a second,
 * for all who follow.
 *
 * Who does not read gets nothing more until he does: meanwhile the queue from the sinks fills up,
 * and what found no room in it is counted and told. Neither bus nor sinks ever wait for him.
 */
#include "engine/record.h"

#include <string.h>

#define ROWS_AN_EVENT 64
#define ROWS_A_TURN   1024 /* others have their turn too */
#define BOOKS_NS      PL_NS_PER_S

static void add_lost(struct record *record, uint64_t lost)
{
	struct pl_json *event = pl_json_object();

	pl_json_add_integer(event, "lost", (int64_t)lost);
	answer_event(record->actor.engine, record->lines_to, event);
}

static void send_rows(struct record *record, struct pl_json *rows)
{
	struct pl_json *event;

	if (pl_json_size(rows) == 0) {
		pl_json_free(rows);
		return;
	}
	event = pl_json_object();
	pl_json_add(event, "rows", rows);
	answer_event(record->actor.engine, record->lines_to, event);
}

/* One event's worth; false when there is no more. */
static bool send_some(struct record *record)
{
	struct pl_json *rows = pl_json_array(), *row;
	struct pl_sinks_line line;
	bool is_more = true;

	for (int i = 0; i < ROWS_AN_EVENT && is_more; i++) {
		is_more = pl_queue_pop(record->lines, &line);
		if (is_more && line.lost > 0) {
			send_rows(record, rows);
			rows = pl_json_array();
			add_lost(record, line.lost);
		}
		if (is_more && pl_json_parse(line.text, strlen(line.text), &row, NULL) == PL_OK)
			pl_json_add(rows, NULL, row);
	}
	send_rows(record, rows);
	return is_more;
}

void record_tell_rows(struct record *record)
{
	const struct session *session;
	bool is_more = true;

	if (record->lines == NULL)
		return;
	session = session_find(record->actor.engine, record->lines_to.session);
	for (int i = 0; i < ROWS_A_TURN / ROWS_AN_EVENT && is_more; i++) {
		if (session == NULL || session->is_dead || session_backlog(session) > BACKLOG_FULL)
			return;
		is_more = send_some(record);
	}
}

void record_tell_last_rows(struct record *record)
{
	struct pl_sinks_line line;
	uint64_t lost = record->lines_lost;

	record_tell_rows(record);
	while (record->lines != NULL && pl_queue_pop(record->lines, &line))
		lost += 1 + line.lost;
	if (lost > 0 && record->lines != NULL &&
	    session_find(record->actor.engine, record->lines_to.session) != NULL)
		add_lost(record, lost);
}

void record_tell_books(struct record *record)
{
	int64_t now_ns = pl_clock_mono_ns();

	if (now_ns < record->next_told_ns || record->waiters.count == 0)
		return;
	record->next_told_ns = now_ns + BOOKS_NS;
	record_tell(record, "progress", record_json(record));
}
