/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_wait.c - who waits for the run: each is answered once, when it is over. A `stop` waits too
 * and must never be refused for want of room, so the list grows; who is gone leaves it.
 */
#include "engine/run_internal.h"

#include <stdlib.h>

static void drop_gone(struct pl_engine *engine, struct waiters *waiters)
{
	size_t kept = 0;

	for (size_t i = 0; i < waiters->count; i++)
		if (session_find(engine, waiters->items[i].asker.session) != NULL)
			waiters->items[kept++] = waiters->items[i];
	waiters->count = kept;
}

bool waiters_add(struct pl_engine *engine, struct waiters *waiters, const struct waiter *waiter)
{
	if (waiters->count == waiters->room && waiters->count > 0)
		drop_gone(engine, waiters);
	if (waiters->count == waiters->room) {
		size_t room = waiters->room == 0 ? 8 : 2 * waiters->room;
		struct waiter *items = realloc(waiters->items, room * sizeof(*items));

		if (items == NULL)
			return false;
		waiters->items = items;
		waiters->room = room;
	}
	waiters->items[waiters->count++] = *waiter;
	return true;
}

void waiters_free(struct waiters *waiters)
{
	free(waiters->items);
	*waiters = (struct waiters){.count = 0};
}

bool run_add_waiter(struct run *run, const struct waiter *waiter)
{
	return waiters_add(run->actor.engine, &run->waiters, waiter);
}

void waiters_tell(struct pl_engine *engine, const struct waiters *waiters, const char *name,
		  struct pl_json *body)
{
	for (size_t i = 0; i < waiters->count; i++) {
		struct pl_json *event;

		if (!waiters->items[i].follows)
			continue;
		event = pl_json_object();
		pl_json_add(event, name, pl_json_copy(body));
		answer_event(engine, waiters->items[i].asker, event);
	}
	pl_json_free(body);
}

void run_tell(struct run *run, const char *name, struct pl_json *body)
{
	waiters_tell(run->actor.engine, &run->waiters, name, body);
}

/* Nothing was written and no folder is left: that is all there is to say. */
static struct pl_json *stopped_early(const struct run *run)
{
	struct pl_run_status status = run->status;
	struct pl_json *result;

	status.state = PL_RUN_INTERRUPTED;
	status.success = true;
	status.exit = 3;
	result = pl_run_result_json(&run->head, &status);
	pl_json_add_null(result, "path");
	pl_json_add(result, "files", pl_json_array());
	pl_json_add(result, "callbacks", pl_json_array());
	return result;
}

static struct pl_json *whole_result(const struct run *run)
{
	struct pl_json *result = pl_run_result_json(&run->head, &run->status);

	pl_json_add(result, "callbacks",
		    run->callbacks != NULL ? pl_json_copy(run->callbacks) : pl_json_array());
	return result;
}

static void answer(const struct run *run, const struct waiter *waiter)
{
	struct pl_engine *engine = run->actor.engine;

	if (waiter->stops && run->refusal.code == PL_ERR_CANCELLED)
		answer_ok(engine, waiter->asker, stopped_early(run));
	else if (run->refusal.code != PL_OK)
		answer_error(engine, waiter->asker, &run->refusal);
	else
		answer_ok(engine, waiter->asker, whole_result(run));
}

void run_answer_waiters(struct run *run)
{
	for (size_t i = 0; i < run->waiters.count; i++)
		answer(run, &run->waiters.items[i]);
	run->waiters.count = 0;
}

static enum pl_status wait_for(struct pl_engine *engine, const struct waiter *waiter,
			       struct pl_error *error)
{
	struct run *run = engine->run;
	bool fits = true;

	if (run == NULL)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (run->after != NULL)
		fits = after_add_waiter(run->after, waiter);
	else if (run->phase == RUN_OVER)
		answer(run, waiter);
	else
		fits = run_add_waiter(run, waiter);
	return fits ? PL_OK : pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
}

enum pl_status run_wait(struct pl_engine *engine, struct asker asker, bool follows,
			struct pl_error *error)
{
	return wait_for(engine, &(struct waiter){.asker = asker, .follows = follows}, error);
}

enum pl_status run_wait_stop(struct pl_engine *engine, struct asker asker, struct pl_error *error)
{
	return wait_for(engine, &(struct waiter){.asker = asker, .stops = true}, error);
}
