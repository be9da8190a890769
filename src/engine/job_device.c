/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_device.c - the word `device`: connect one, let it go, or ask whether it answers.
 *
 * Letting go frees its port for another program; the device stays so until somebody connects it or
 * a word needs it. Both change the bench, so they are refused while a run uses it. Asking reads one
 * value that can be read without harm, and may come beside a run.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

enum act { ACT_CONNECT, ACT_DISCONNECT, ACT_PROBE, ACTS };

static const char *const acts[] = {
    [ACT_CONNECT] = "connect", [ACT_DISCONNECT] = "disconnect", [ACT_PROBE] = "probe"};

struct device_job {
	struct actor actor;
	enum act act;
	int device;
	size_t row; /* PROBE: the one that is asked for */
	uint64_t waiting_id;
	char who[PL_ACTOR_SIZE];
};

static struct device_job *job_of(struct actor *actor)
{
	return (struct device_job *)actor; /* first member */
}

static struct live_device *live_of(const struct device_job *job)
{
	return &job->actor.engine->devices[job->device];
}

static struct pl_json *result_of(const struct device_job *job)
{
	const struct live_device *live = live_of(job);
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "device", live->device->spec.name);
	pl_json_add_text(out, "act", acts[job->act]);
	pl_json_add_text(out, "state", live_phase_name(live->phase));
	return out;
}

/* Takes result over. */
static void done(struct device_job *job, struct pl_json *result, const char *detail)
{
	engine_audit(job->actor.engine, job->who, acts[job->act], live_of(job)->device->spec.name,
		     "ok", detail);
	pl_json_add_text(result, "text", detail);
	job->actor.is_over = true;
	job->actor.engine->next_snapshot_ns = 0;
	answer_ok(job->actor.engine, job->actor.asker, result);
}

static void failed(struct device_job *job, const struct pl_error *error)
{
	engine_audit(job->actor.engine, job->who, acts[job->act], live_of(job)->device->spec.name,
		     pl_status_name(error->code), error->text);
	job->actor.is_over = true;
	answer_error(job->actor.engine, job->actor.asker, error);
}

/* What a device can be asked for; what its lines carry or we count comes by itself. */
static bool can_be_asked(const struct live_device *live, const struct live_row *row)
{
	return (row->parameter->access & PL_ACCESS_READ) != 0 &&
	       row->parameter->kind != PL_KIND_CARRIED &&
	       !(live->device->driver->has_events && !row->is_setting);
}

/* Asks for the next one that can be asked for. */
static void ask(struct device_job *job)
{
	struct live_device *live = live_of(job);
	struct pl_bus_request request = {.verb = PL_BUS_READ};
	struct pl_error error;

	while (job->row < live->row_count && !can_be_asked(live, &live->rows[job->row]))
		job->row++;
	if (job->row == live->row_count) {
		done(job, result_of(job), "is connected; nothing of it can be asked for");
		return;
	}
	request.target = live->rows[job->row].target;
	if (engine_post(job->actor.engine, &request)) {
		job->waiting_id = request.id;
		return;
	}
	pl_error_set(&error, PL_ERR_BUSY, live->device->spec.name, "the bus is busy");
	failed(job, &error);
}

static void is_up(struct device_job *job)
{
	if (job->act == ACT_PROBE)
		ask(job);
	else
		done(job, result_of(job), live_of(job)->identity.model);
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct device_job *job = job_of(actor);
	const struct live_row *row = &live_of(job)->rows[job->row];
	struct pl_error error = answer->error;
	struct pl_json *result;
	char path[PL_PATH_SIZE];

	if (job->waiting_id == 0 || answer->id != job->waiting_id)
		return;
	job->waiting_id = 0;
	error.code = answer->status;
	if (answer->status == PL_ERR_UNSUPPORTED) {
		job->row++;
		ask(job);
	} else if (answer->status != PL_OK) {
		failed(job, &error);
	} else {
		result = result_of(job);
		pl_json_add_number(result, "latency_ms", (double)answer->reading.latency_ns / 1e6);
		pl_json_add_text(result, "path",
				 pl_bench_path(actor->engine->bench, row->target, path));
		pl_json_add_number(result, "value", answer->reading.value.number);
		done(job, result, "answers");
	}
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct device_job *job = job_of(actor);

	if (event->device != job->device || event->kind != PL_BUS_EVENT_STATE)
		return;
	if (event->state.state == PL_BUS_UP && job->waiting_id == 0)
		is_up(job);
	else if (live_of(job)->phase == LIVE_FAILED || live_of(job)->phase == LIVE_LOST)
		failed(job, &live_of(job)->error);
}

static void cancel(struct actor *actor)
{
	struct pl_error error;

	pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped on request");
	failed(job_of(actor), &error);
}

static void release(struct actor *actor)
{
	free(actor);
}

static const struct actor_ops device_ops = {
    .name = "device",
    .shares = true,
    .is_for_asker = true,
    .on_answer = on_answer,
    .on_device = on_device,
    .cancel = cancel,
    .free = release,
};

static void begin(struct device_job *job)
{
	struct live_device *live = live_of(job);
	struct pl_error error;

	if (job->act == ACT_DISCONNECT) {
		if (live_let_go(job->actor.engine, job->device)) {
			done(job, result_of(job), "its port is free");
		} else {
			pl_error_set(&error, PL_ERR_BUSY, live->device->spec.name,
				     "the bus is busy");
			failed(job, &error);
		}
	} else if (live->phase == LIVE_UP) {
		is_up(job);
	} else if (live->phase == LIVE_LOST && job->act == ACT_PROBE) {
		failed(job, &live->error);
	} else if (live->phase == LIVE_LOST) {
		live_take(job->actor.engine, job->device);
	} else {
		live_want(job->actor.engine, job->device);
	}
}

static enum pl_status find(const struct pl_engine *engine, const struct pl_json *args, int *device,
			   enum act *act, struct pl_error *error)
{
	const char *name = pl_json_get_text(args, "name", "");
	const char *word = pl_json_get_text(args, "act", "");
	int i = 0, k = 0;

	while (i < (int)engine->bench->device_count &&
	       strcmp(engine->bench->devices[i].spec.name, name) != 0)
		i++;
	while (k < ACTS && strcmp(acts[k], word) != 0)
		k++;
	*device = i;
	*act = (enum act)k;
	if (i == (int)engine->bench->device_count)
		return pl_error_set(error, PL_ERR_NOT_FOUND, name, "is no device of this bench");
	if (k == ACTS)
		return pl_error_set(error, PL_ERR_USAGE, word,
				    "is none of connect, disconnect, probe");
	return PL_OK;
}

void job_device(struct pl_engine *engine, struct session *session, struct asker asker,
		const struct pl_json *args)
{
	struct device_job *job = calloc(1, sizeof(*job));
	struct pl_error error;
	enum pl_status status = engine_is_staying(engine, &error);

	if (status == PL_OK && job == NULL)
		status = pl_error_set(&error, PL_ERR_MEMORY, "", "out of memory");
	if (status == PL_OK)
		status = find(engine, args, &job->device, &job->act, &error);
	if (status == PL_OK)
		status = view_may_act(engine, session, &error);
	if (status == PL_OK && job->act != ACT_PROBE)
		status = device_is_free(engine, session, job->device, &error);
	if (status != PL_OK) {
		answer_error(engine, asker, &error);
		free(job);
		return;
	}
	pl_text_copy(job->who, sizeof(job->who),
		     session->actor[0] != '\0' ? session->actor : "unknown");
	actor_add(engine, &job->actor, &device_ops, asker);
	begin(job);
}
