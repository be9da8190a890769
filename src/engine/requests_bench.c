/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_bench.c - words for what the bench shows: acknowledging its alarms, and who stands in
 * the way of one that takes a device.
 */
#include "engine/record.h"
#include "engine/run_internal.h"

#include <string.h>

static const char *who_of(const struct session *session)
{
	return session->actor[0] != '\0' ? session->actor : "unknown";
}

/* Changes nothing of the bench, so it may come beside a run. */
void do_ack(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	const char *path = pl_json_get_text(request->args, "path", NULL);
	struct pl_json *result;
	struct pl_error error;
	size_t count;

	if (view_may_act(engine, request->session, &error) != PL_OK) {
		answer_error(engine, request->asker, &error);
		return;
	}
	count = alarms_ack(engine, path, who_of(request->session));
	if (count == 0) {
		pl_error_set(&error, PL_ERR_NOT_FOUND, path != NULL ? path : engine->bench->name,
			     "no alarm waits to be acknowledged");
		answer_error(engine, request->asker, &error);
		return;
	}
	engine->next_snapshot_ns = 0;
	result = pl_json_object();
	pl_json_add_integer(result, "acked", (int64_t)count);
	answer_ok(engine, request->asker, result);
}

void do_device(const struct request *request)
{
	job_device(request->engine, request->session, request->asker, request->args);
}

static const struct record *recording_of(const struct pl_engine *engine, int device)
{
	const struct record *record = engine->records;

	while (record != NULL &&
	       (record->phase == RECORD_OVER || !record_uses(record, (size_t)device)))
		record = record->next;
	return record;
}

unsigned device_used_by(const struct pl_engine *engine, int device)
{
	const struct record *record;

	if (run_is_live(engine) && run_uses_device(engine->run, (size_t)device))
		return run_number(engine);
	record = recording_of(engine, device);
	return record != NULL ? record->head.folder.number : 0;
}

enum pl_status device_is_free(const struct pl_engine *engine, const struct session *session,
			      int device, struct pl_error *error)
{
	const char *name = engine->bench->devices[device].spec.name;
	unsigned run = device_used_by(engine, device);

	if (view_may_act(engine, session, error) != PL_OK)
		return error->code;
	if (run != 0)
		return pl_error_set(error, PL_ERR_RUN_ACTIVE, name,
				    "run %u uses it; wait for it, or stop it", run);
	for (const struct actor *actor = engine->actors; actor != NULL; actor = actor->next)
		if (!actor->is_over && !actor->ops->shares &&
		    actor != (const struct actor *)engine->run)
			return pl_error_set(error, PL_ERR_RUN_ACTIVE, name,
					    "a `%s` is under way on this bench", actor->ops->name);
	return PL_OK;
}
