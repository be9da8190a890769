/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.c - the scan in progress, from the word to its last row, and the last one for the views.
 *
 * Order at the start: plan checked, run folder and files on disk, port opened, settings read back
 * (run_open.c), only then the runner's first write. A refusal on the way removes the folder; its
 * number stays used. The runner decides everything about points; this file gives it hands and ears.
 */
#include "engine/run_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_NS (PL_NS_PER_S / 10)

static struct run *run_of(struct actor *actor)
{
	return (struct run *)actor; /* first member */
}

bool run_is_live(const struct pl_engine *engine)
{
	return engine->run != NULL && engine->run->phase != RUN_OVER;
}

bool run_takes_rows(const struct pl_engine *engine)
{
	return run_is_live(engine) && engine->run->phase != RUN_BEGINNING &&
	       engine->run->phase != RUN_REFUSED && !engine->run->is_closing;
}

unsigned run_number(const struct pl_engine *engine)
{
	return engine->run != NULL ? engine->run->head.folder.number : 0;
}

const char *run_actor(const struct pl_engine *engine)
{
	return engine->run != NULL ? engine->run->head.actor : "";
}

/* ---- the end ---- */

void run_ended(struct run *run, const struct pl_run_status *status)
{
	run->status = *status;
	run->phase = RUN_OVER;
	run->actor.is_over = true;
	unfinished_ended(run->actor.engine, &run->head, status);
	engine_log(run->actor.engine, status->success ? PL_LOG_INFO : PL_LOG_ERROR,
		   "run %u: %s%s%s", run->head.folder.number, pl_run_state_name(status->state),
		   status->reason[0] != '\0' ? ": " : "", status->reason);
	after_begin(run);
}

/* Its books are closed; when the queue of the writer is full, a moment later. */
static void close_books(struct run *run)
{
	struct pl_write message = {.kind = PL_WRITE_END,
				   .book = PL_BOOK_RUN,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns(),
				   .status = run->status};

	run->end_seq = pl_writer_put(run->actor.engine->writer, &message);
	run->actor.timer_ns = run->end_seq == 0 ? pl_clock_mono_ns() + AGAIN_NS : PL_NEVER;
}

/* A folder that was there before stays. */
static void refused_and_closed(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;

	if (run->past != NULL && run->begin_seq == 0)
		pl_run_folder_give_back(&engine->workspace, &run->head.folder);
	else if (run->past != NULL)
		pl_run_folder_close(&run->head.folder);
	else
		pl_run_folder_abandon(&engine->workspace, &run->head.folder);
	run->phase = RUN_OVER;
	run->was_refused = true;
	run->actor.is_over = true;
	/* The word of this process prints it as its answer. */
	engine_log(engine, engine->local != NULL ? PL_LOG_INFO : PL_LOG_ERROR, "run %u refused: %s",
		   run->head.folder.number, run->refusal.text);
	run_answer_waiters(run);
}

/* Nothing was written to a device: the books are closed, then the folder goes. */
void run_refuse(struct run *run, const struct pl_error *error)
{
	if (run->phase == RUN_REFUSED)
		return;
	assert(error->code != PL_OK);
	run->refusal = *error;
	run->phase = RUN_REFUSED;
	if (run->past != NULL && run->begin_seq == 0) {
		refused_and_closed(run); /* it stays as it was */
		return;
	}
	run->status.state = error->code == PL_ERR_CANCELLED ? PL_RUN_INTERRUPTED : PL_RUN_CRASHED;
	run->status.exit = error->code == PL_ERR_CANCELLED ? 3 : 1;
	pl_text_copy(run->status.reason, sizeof(run->status.reason), error->text);
	close_books(run);
}

/* ---- the runner's ears ---- */

static struct setting setting_at(const struct pl_engine *engine, struct pl_target target)
{
	const struct live_row *row = live_row(engine, target);

	return row != NULL ? row->known : (struct setting){.value = NAN};
}

/* held: what the settings are. previous: what they were before: what an earlier run still owes
 * the bench, else the same. What such a run wrote last is not kept: unless read back, it is
 * unknown. */
static void previous_settings(const struct run *run, double *held, double *previous)
{
	const struct pl_engine *engine = run->actor.engine;
	struct pl_target targets[PL_CHANNELS_MAX];
	size_t count = pl_scan_settings(run->scan, targets);

	for (size_t c = 0; c < count; c++) {
		struct pl_target live = run_live_target(run, targets[c]);
		struct setting setting = setting_at(engine, live);
		char path[PL_PATH_SIZE];

		previous[c] = held[c] = setting.value;
		pl_bench_path(engine->bench, live, path);
		for (size_t i = 0; i < engine->pending.count; i++) {
			if (strcmp(engine->pending.items[i].path, path) != 0)
				continue;
			previous[c] = engine->pending.items[i].value;
			if (setting.origin == SETTING_KEPT)
				held[c] = NAN;
		}
	}
}

static void begin_runner(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	const struct live_device *live = &engine->devices[run->scan->device_index];
	const struct pl_scan_io io = run_hands(run);
	double held[PL_CHANNELS_MAX], previous[PL_CHANNELS_MAX];
	struct pl_error error;

	previous_settings(run, held, previous);
	if (pl_runner_new(&run->head, &io, held, previous, &run->runner, &error) != PL_OK) {
		run_refuse(run, &error);
		return;
	}
	if (run->past != NULL)
		pl_runner_recall(run->runner, &(struct pl_runner_past){
						  .points = &run->past->points,
						  .begun_index = run->past->begun_index,
						  .begun_attempt = run->past->begun_attempt,
						  .status = &run->past->status,
					      });
	if (run->scan->events && run->events == NULL)
		run->events = event_rows_new(engine->writer, PL_BOOK_RUN);
	run->phase = RUN_GOING;
	pl_runner_start(run->runner, &live->identity, live->path);
}

static void put_begin(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	struct pl_write begin = {.kind = PL_WRITE_BEGIN,
				 .book = PL_BOOK_RUN,
				 .t_utc_ns = pl_clock_utc_ns(),
				 .t_mono_ns = pl_clock_mono_ns(),
				 .head = &run->head};
	struct pl_error error;

	run->phase = RUN_BEGINNING;
	run->begin_seq = pl_writer_put(engine->writer, &begin);
	if (run->begin_seq > 0)
		return;
	pl_error_set(&error, PL_ERR_FULL, engine->workspace.path,
		     "the disk is too far behind to start a run");
	run->refusal = error;
	refused_and_closed(run);
}

/* One that is taken up again is compared with its device before its files change. */
void run_go(struct run *run)
{
	if (run->past == NULL || run->past->is_checked)
		begin_runner(run);
	else if (run_resume_check(run))
		put_begin(run);
}

static void on_device(struct actor *actor, const struct pl_bus_event *event)
{
	struct run *run = run_of(actor);

	if (!run_uses_device(run, (size_t)event->device))
		return;
	if (event->kind == PL_BUS_EVENT_EVENTS && event->device == run->scan->device_index)
		event_rows_take(run->events, event);
	else if (run->phase == RUN_GOING)
		pl_runner_on_device(run->runner, event);
	else if (run->phase == RUN_OPENING)
		run_open_device(run);
}

static void begun(struct run *run, const struct pl_write_ack *ack)
{
	struct pl_error error = ack->error;

	error.code = ack->status;
	if (ack->status != PL_OK) {
		run_refuse(run, &error);
		return;
	}
	run_first_note(run);
	if (!run_hook_begin(run))
		run_open(run);
}

static void on_ack(struct actor *actor, const struct pl_write_ack *ack)
{
	struct run *run = run_of(actor);

	if (run->phase == RUN_GOING) {
		if (ack->kind == PL_WRITE_END) {
			run->end_error = ack->error;
			run->end_error.code = ack->status;
		}
		pl_runner_on_ack(run->runner, ack);
	} else if (ack->seq == run->end_seq && run->phase == RUN_REFUSED) {
		refused_and_closed(run);
	} else if (ack->seq == run->begin_seq && run->phase == RUN_BEGINNING) {
		begun(run, ack);
	}
}

static void on_answer(struct actor *actor, const struct pl_bus_answer *answer)
{
	struct run *run = run_of(actor);
	struct pl_bus_answer own = *answer;

	if (run->phase != RUN_GOING)
		return;
	if (answer->target.device == run->scan->device_index)
		event_rows_counted(run->events, answer);
	if (answer->verb == PL_BUS_READ || answer->verb == PL_BUS_WRITE)
		own.target = run_own_target(run, answer->target);
	pl_runner_on_answer(run->runner, &own);
}

static void on_timer(struct actor *actor)
{
	struct run *run = run_of(actor);

	if (run->phase == RUN_GOING)
		pl_runner_on_timer(run->runner);
	else if (run->phase == RUN_REFUSED && run->end_seq == 0)
		close_books(run);
	else if (run->phase == RUN_OPENING)
		run_open_timer(run);
}

/* The actor leaves the list; what the views still show of the run stays. */
static void release(struct actor *actor)
{
	struct run *run = run_of(actor);

	if (run->runner != NULL) {
		struct pl_scan_progress progress;

		pl_runner_progress(run->runner, &progress);
		run->last = progress;
		pl_runner_free(run->runner);
		run->runner = NULL;
	}
	if (!run->was_refused)
		pl_run_folder_close(&run->head.folder);
}

static const struct actor_ops run_ops = {
    .name = "run",
    .on_answer = on_answer,
    .on_ack = on_ack,
    .on_device = on_device,
    .on_timer = on_timer,
    .free = release,
};

void run_start(struct pl_engine *engine, struct run *run, struct asker asker)
{
	engine->run = run;
	engine->interrupts = 0;
	actor_add(engine, &run->actor, &run_ops, asker);
	if (run->past != NULL)
		run_open(run);
	else
		put_begin(run);
}

/* Before the first write such a command is the end of the run; the others have nothing to act on.
 */
static bool ends_a_run(enum pl_scan_command command)
{
	return command == PL_SCAN_STOP || command == PL_SCAN_STOP_NOW ||
	       command == PL_SCAN_TERMINATE || command == PL_SCAN_SAFE;
}

enum pl_status run_command(struct pl_engine *engine, enum pl_scan_command command,
			   struct pl_error *error)
{
	struct run *run = engine->run;

	if (!run_is_live(engine))
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is running");
	if (command == PL_SCAN_RESUME)
		engine->interrupts = 0;
	if (run->phase == RUN_GOING)
		return pl_runner_command(run->runner, command, error);
	if (!ends_a_run(command))
		return pl_error_set(error, PL_ERR_USAGE, "", "the run is still being prepared");
	if (run->phase == RUN_HOOK) {
		run_hook_stop(run);
		return PL_OK;
	}
	pl_error_set(error, PL_ERR_CANCELLED, "", "stopped before the first write");
	run_refuse(run, error);
	return PL_OK;
}

enum pl_status run_pause_because(struct pl_engine *engine, const char *why, struct pl_error *error)
{
	struct run *run = engine->run;

	if (!run_is_live(engine) || run->phase != RUN_GOING)
		return pl_error_set(error, PL_ERR_NOT_RUNNING, "", "nothing is being scanned");
	pl_runner_pause_because(run->runner, why);
	return pl_runner_command(run->runner, PL_SCAN_PAUSE_NOW, error);
}

void run_discard(struct run *run)
{
	if (run == NULL)
		return;
	pl_plan_fini(&run->plan);
	pl_bench_free(run->own_bench);
	if (run->record != NULL)
		pl_run_record_fini(run->record);
	free(run->record);
	run_past_free(run->past);
	free(run->rows);
	free(run->newest);
	free(run->events);
	after_forget_run(run->after);
	pl_json_free(run->callbacks);
	waiters_free(&run->waiters);
	free(run);
}

void run_free(struct pl_engine *engine)
{
	const struct actor *actor;

	for (actor = engine->actors; actor != NULL; actor = actor->next)
		assert(engine->run == NULL || actor != &engine->run->actor);
	run_discard(engine->run);
	engine->run = NULL;
}
