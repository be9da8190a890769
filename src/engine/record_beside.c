/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record_beside.c - what reaches recordings from the rest of the engine: signals, the clocks, lines
 * of a device that no parser took. Engine thread.
 */
#include "engine/record.h"

bool record_stop_local(struct pl_engine *engine)
{
	struct record *record = engine->local != NULL ? engine->records : NULL;

	for (; record != NULL; record = record->next) {
		if (record->actor.asker.session != engine->local->serial ||
		    record->phase == RECORD_OVER)
			continue;
		record_command(record, PL_RECORD_STOP);
		return true;
	}
	return false;
}

static void put(struct record *record, struct pl_write *message)
{
	message->book = record->book;
	if (record_takes_rows(record))
		pl_writer_put(record->actor.engine->writer, message);
}

void records_stray(struct pl_engine *engine, int device, struct pl_write *message)
{
	for (struct record *record = engine->records; record != NULL; record = record->next)
		if (record->phase == RECORD_GOING && pl_recorder_uses(record->recorder, device))
			put(record, message);
}

void records_clock(struct pl_engine *engine, int64_t stepped_ns, int64_t suspended_ns,
		   struct pl_write *message)
{
	for (struct record *record = engine->records; record != NULL; record = record->next) {
		record->clock.steps += stepped_ns != 0;
		record->clock.stepped_ns += stepped_ns;
		record->clock.suspends += suspended_ns != 0;
		record->clock.suspended_ns += suspended_ns;
		put(record, message);
	}
}
