/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader.c - the reader's thread and what goes to and fro. It is started with the first word that
 * needs it.
 */
#include "engine/reader.h"

#include <pthread.h>
#include <stdlib.h>

#define STEPS	 64 /* under way at once; an asker beyond them waits */
#define AGAIN_NS (PL_NS_PER_S / 50)
#define BACKLOG	 (128u << 10) /* so much not yet taken: no further step */

struct reading {
	struct actor actor; /* first */
	const struct reading_ops *ops;
	void *own;
	bool is_out;  /* a step is under way: own and line are the reader's */
	bool is_gone; /* nobody waits for it any more */
	struct reading_line line;
	enum pl_status status;
	struct pl_error error;
};

struct reader {
	struct pl_queue *steps, *done; /* of struct reading *; NULL ends the thread */
	pthread_t thread;
	size_t out; /* steps under way */
};

static struct reading *reading_of(struct actor *actor)
{
	return (struct reading *)actor;
}

static void *reader_main(void *arg)
{
	struct reader *reader = arg;
	struct pollfd wait = {.fd = pl_queue_fd(reader->steps), .events = POLLIN};
	struct reading *reading;

	for (;;) {
		if (!pl_queue_pop(reader->steps, &reading)) {
			pl_clock_poll(&wait, 1, PL_NEVER);
			continue;
		}
		if (reading == NULL)
			return NULL;
		reading->line = (struct reading_line){.event = NULL};
		reading->status = reading->ops->step(reading->own, &reading->line, &reading->error);
		pl_queue_push(reader->done, &reading); /* as large as the other one */
	}
}

/* NULL: there is no memory for it. */
static struct reader *reader_of(struct pl_engine *engine)
{
	struct reader *reader = engine->reader;

	if (reader != NULL)
		return reader;
	reader = calloc(1, sizeof(*reader));
	if (reader == NULL)
		return NULL;
	reader->steps = pl_queue_new(sizeof(struct reading *), STEPS + 1);
	reader->done = pl_queue_new(sizeof(struct reading *), STEPS + 1);
	if (reader->steps == NULL || reader->done == NULL ||
	    pthread_create(&reader->thread, NULL, reader_main, reader) != 0) {
		if (reader->steps != NULL)
			pl_queue_free(reader->steps);
		if (reader->done != NULL)
			pl_queue_free(reader->done);
		free(reader);
		return NULL;
	}
	engine->reader = reader;
	return reader;
}

int reader_fd(const struct pl_engine *engine)
{
	return engine->reader != NULL ? pl_queue_fd(engine->reader->done) : -1;
}

/* The next step, now or when there is room for it. */
static void step(struct reading *reading)
{
	struct pl_engine *engine = reading->actor.engine;
	struct reader *reader = reader_of(engine);
	const struct session *session = session_find(engine, reading->actor.asker.session);

	if (session == NULL) {
		reading->actor.is_over = true;
	} else if (reader == NULL || reader->out == STEPS || session_backlog(session) > BACKLOG) {
		reading->actor.timer_ns = pl_clock_mono_ns() + AGAIN_NS;
	} else {
		reading->is_out = true;
		reader->out++;
		pl_queue_push(reader->steps, &reading);
	}
}

static void on_timer(struct actor *actor)
{
	step(reading_of(actor));
}

/* What is under way is waited for, in take(). */
static void cancel(struct actor *actor)
{
	struct reading *reading = reading_of(actor);

	reading->is_gone = true;
	reading->actor.timer_ns = PL_NEVER;
	if (!reading->is_out)
		actor->is_over = true;
}

static void release(struct actor *actor)
{
	struct reading *reading = reading_of(actor);

	reading->ops->free(reading->own);
	free(reading);
}

static const struct actor_ops reading_actor = {.name = "read",
					       .shares = true,
					       .is_for_asker = true,
					       .on_timer = on_timer,
					       .cancel = cancel,
					       .free = release};

static void take(struct reading *reading)
{
	struct pl_engine *engine = reading->actor.engine;
	struct reading_line line = reading->line;

	reading->is_out = false;
	engine->reader->out--;
	if (reading->is_gone) {
		pl_json_free(line.event);
		pl_json_free(line.result);
		reading->actor.is_over = true;
		return;
	}
	if (line.event != NULL)
		answer_event(engine, reading->actor.asker, line.event);
	reading->actor.is_over = line.is_last || reading->status != PL_OK;
	if (reading->status != PL_OK) {
		pl_json_free(line.result);
		answer_error(engine, reading->actor.asker, &reading->error);
	} else if (line.is_last) {
		answer_ok(engine, reading->actor.asker, line.result);
	} else {
		step(reading);
	}
}

void reader_take(struct pl_engine *engine)
{
	struct reading *reading;

	while (engine->reader != NULL && pl_queue_pop(engine->reader->done, &reading))
		take(reading);
}

void reader_stop(struct pl_engine *engine)
{
	struct reader *reader = engine->reader;
	struct reading *end = NULL;

	if (reader == NULL)
		return;
	pl_queue_push(reader->steps, &end);
	pthread_join(reader->thread, NULL);
	reader_take(engine);
	pl_queue_free(reader->steps);
	pl_queue_free(reader->done);
	free(reader);
	engine->reader = NULL;
}

void reading_start(struct pl_engine *engine, struct asker asker, const struct reading_ops *ops,
		   void *own)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	struct pl_error error;

	if (reading == NULL || reader_of(engine) == NULL) {
		free(reading);
		ops->free(own);
		pl_error_set(&error, PL_ERR_MEMORY, "", "no memory for reading");
		answer_error(engine, asker, &error);
		return;
	}
	reading->ops = ops;
	reading->own = own;
	actor_add(engine, &reading->actor, &reading_actor, asker);
	step(reading);
}
