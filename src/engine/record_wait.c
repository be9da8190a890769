/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record_wait.c - who waits for a recording: each is answered once, when it is over. */
#include "engine/record.h"

bool record_add_waiter(struct record *record, const struct waiter *waiter)
{
	return waiters_add(record->actor.engine, &record->waiters, waiter);
}

void record_tell(struct record *record, const char *name, struct pl_json *body)
{
	waiters_tell(record->actor.engine, &record->waiters, name, body);
}

static void answer(const struct record *record, const struct waiter *waiter)
{
	struct pl_engine *engine = record->actor.engine;

	if (record->refusal.code != PL_OK &&
	    !(waiter->stops && record->refusal.code == PL_ERR_CANCELLED))
		answer_error(engine, waiter->asker, &record->refusal);
	else
		answer_ok(engine, waiter->asker, record_result(record));
}

void record_answer_waiters(struct record *record)
{
	for (size_t i = 0; i < record->waiters.count; i++)
		answer(record, &record->waiters.items[i]);
	record->waiters.count = 0;
}
