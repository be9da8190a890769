/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * after.c - what follows a run's last word: the callbacks, in a fixed order.
 *
 * The first one, `status`, is the run's own: its terminal state and the audit head, the last change
 * to run.yaml, points.csv and audit.csv. The later ones are programs, one after the other. What
 * comes of them stands in status/<id>.yaml, in the bench's audit and in the answer of the words
 * that wait; it changes neither the state of the run nor anybody's exit status. The next run may
 * begin meanwhile: what is needed of this one is kept here.
 */
#include "engine/run_internal.h"

#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct after {
	struct actor actor; /* first */
	struct run *run;    /* while it is still the last one */
	int dir;	    /* the run's folder */
	unsigned number;
	char name[32];
	char who[PL_ACTOR_SIZE];
	struct waiters waiters;
	struct pl_json *result; /* of the run */
	struct pl_json *list;	/* what came of each callback so far */
	struct pl_json *about;	/* the input of each program */
	size_t next;		/* row of the table */
	struct child *child;
	bool was_told; /* to end: the next time it stops the program */
	char **words;  /* of the after hook, NULL = none */
	int64_t limit_ns;
};

/* ---- the table ---- */

static const char *const *hook_words(const struct after *after)
{
	return (const char *const *)after->words;
}

/* words: the program and its arguments, NULL when this run does not want it. */
static const struct callback {
	const char *id;
	const char *const *(*words)(const struct after *after);
} callbacks[] = {
    {"after-hook", hook_words},
};
#define CALLBACKS (sizeof(callbacks) / sizeof(callbacks[0]))

static struct after *after_of(struct actor *actor)
{
	return (struct after *)actor;
}

/* ---- what came of one ---- */

static void add_or_null(struct pl_json *out, const char *key, bool is_there, int value)
{
	if (is_there)
		pl_json_add_integer(out, key, value);
	else
		pl_json_add_null(out, key);
}

static struct pl_json *end_json(const char *id, const struct child_end *end)
{
	struct pl_json *out = pl_json_object();
	char started[PL_UTC_SIZE], finished[PL_UTC_SIZE];

	pl_clock_format_utc(end->started_utc_ns, started);
	pl_clock_format_utc(end->finished_utc_ns, finished);
	pl_json_add_text(out, "id", id);
	pl_json_add_text(out, "outcome", child_outcome_name(end->outcome));
	add_or_null(out, "exit", end->exit_status >= 0, end->exit_status);
	add_or_null(out, "signal", end->signal != 0, end->signal);
	pl_json_add_text(out, "started_at", started);
	pl_json_add_text(out, "finished_at", finished);
	pl_json_add_text(out, "text", end->said[0] != '\0' ? end->said : NULL);
	pl_json_add_text(out, "sha256", end->sha256[0] != '\0' ? end->sha256 : NULL);
	return out;
}

static void add_member(struct pl_yaml_out *out, const char *key, const struct pl_json *value)
{
	if (pl_json_is_number(value))
		pl_yaml_out_integer(out, key, pl_json_integer(value, 0));
	else if (pl_json_is_string(value))
		pl_yaml_out_text(out, key, pl_json_text(value, ""));
	else
		pl_yaml_out_null(out, key);
}

/* status/<id>.yaml: the same keys as in --json. */
static void keep_status(const struct after *after, const char *id, const char *program,
			const struct pl_json *end)
{
	struct pl_disk *disk = &after->actor.engine->disk;
	struct pl_text text = {0};
	struct pl_yaml_out *out = pl_yaml_out_begin(&text);
	const struct pl_json *member;
	struct pl_error error;
	const char *key;
	char name[64], line[sizeof(error)];
	int dir = -1;

	pl_yaml_out_integer(out, "schema", 1);
	pl_yaml_out_text(out, "run", after->name);
	pl_yaml_out_text(out, "program", program);
	for (size_t i = 0; pl_json_member(end, i, &key, &member); i++)
		add_member(out, key, member);
	pl_yaml_out_end(out);
	snprintf(name, sizeof(name), "%s.yaml", id);
	if (pl_dir_make(disk, after->dir, "status", &error) != PL_OK ||
	    pl_dir_open(after->dir, "status", false, &dir, &error) != PL_OK ||
	    pl_file_replace(disk, dir, name, text.data, text.length, &error) != PL_OK)
		engine_log(after->actor.engine, PL_LOG_ERROR,
			   "run %u: status/%s was not written: %s", after->number, name,
			   pl_error_format(&error, line, sizeof(line)));
	if (dir >= 0)
		close(dir);
	pl_text_free(&text);
}

static void next_callback(struct after *after);

static void take_end(struct after *after, const struct child_end *end)
{
	struct pl_engine *engine = after->actor.engine;
	const struct callback *callback = &callbacks[after->next++];
	struct pl_json *body = end_json(callback->id, end);
	char why[PL_RUN_TEXT_SIZE + 64];
	bool is_good = end->outcome == CHILD_OK;

	child_describe(end, why, sizeof(why));
	engine_log(engine, is_good ? PL_LOG_INFO : PL_LOG_WARNING, "run %u: %s %s%s%s",
		   after->number, callback->id, child_outcome_name(end->outcome),
		   is_good ? "" : ": ", is_good ? "" : why);
	hook_audit(engine, PL_BOOK_BENCH,
		   &(struct hook_act){.id = callback->id,
				      .actor = after->who,
				      .target = after->name,
				      .status = child_outcome_name(end->outcome),
				      .sha256 = end->sha256,
				      .text = is_good ? "" : why});
	keep_status(after, callback->id, callback->words(after)[0], body);
	pl_json_add(after->list, NULL, body);
	next_callback(after);
}

static void on_end(void *ctx, const struct child_end *end)
{
	struct after *after = ctx;

	after->child = NULL;
	take_end(after, end);
}

/* ---- one after the other ---- */

static void finish(struct after *after)
{
	struct pl_engine *engine = after->actor.engine;

	pl_json_add(after->result, "callbacks", pl_json_copy(after->list));
	if (after->run != NULL) {
		after->run->callbacks = after->list;
		after->list = NULL;
		after->run->after = NULL;
		after->run = NULL;
	}
	for (size_t i = 0; i < after->waiters.count; i++)
		answer_ok(engine, after->waiters.items[i].asker, pl_json_copy(after->result));
	after->waiters.count = 0;
	after->actor.is_over = true;
}

static void start(struct after *after, const struct callback *callback)
{
	struct child_order order = {.words = callback->words(after),
				    .dir = after->dir,
				    .input = after->about,
				    .limit_ns = after->limit_ns,
				    .on_end = on_end,
				    .ctx = after};
	struct child_end never = {.outcome = CHILD_FAILED, .exit_status = -1};
	char line[sizeof(struct pl_error)];
	struct pl_error error;

	if (child_start(after->actor.engine, &order, &after->child, &error) == PL_OK)
		return;
	never.started_utc_ns = never.finished_utc_ns = pl_clock_utc_ns();
	pl_error_format(&error, line, sizeof(line));
	pl_text_copy(never.said, sizeof(never.said), line);
	pl_text_copy(never.last_line, sizeof(never.last_line), line);
	take_end(after, &never);
}

static void next_callback(struct after *after)
{
	while (after->next < CALLBACKS && callbacks[after->next].words(after) == NULL)
		after->next++;
	if (after->next < CALLBACKS)
		start(after, &callbacks[after->next]);
	else
		finish(after);
}

/* ---- the actor ---- */

/* Who ends the engine gives the program its time; who does it again does not. */
static void cancel(struct actor *actor)
{
	struct after *after = after_of(actor);

	if (after->child == NULL)
		return;
	if (after->was_told)
		child_stop(after->child);
	else
		engine_log(actor->engine, PL_LOG_WARNING,
			   "run %u: waiting for its %s, at most its time limit; again ends it",
			   after->number, callbacks[after->next].id);
	after->was_told = true;
}

static void release(struct actor *actor)
{
	struct after *after = after_of(actor);

	if (after->run != NULL)
		after->run->after = NULL;
	for (char **word = after->words; word != NULL && *word != NULL; word++)
		free(*word);
	free(after->words);
	if (after->dir >= 0)
		close(after->dir);
	waiters_free(&after->waiters);
	pl_json_free(after->result);
	pl_json_free(after->list);
	pl_json_free(after->about);
	free(after);
}

static const struct actor_ops after_ops = {
    .name = "callback", .shares = true, .cancel = cancel, .free = release};

static char **copy_words(const char *const *words)
{
	size_t count = 0;
	char **copy;

	if (words == NULL)
		return NULL;
	while (words[count] != NULL)
		count++;
	copy = calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		if (copy == NULL || (copy[i] = strdup(words[i])) == NULL)
			pl_out_of_memory(); /* a few words */
	return copy;
}

/* The run's own callback: whether its last word is on the disk. */
static struct pl_json *status_json(const struct run *run)
{
	const struct child_end end = {.outcome =
					  run->end_error.code == PL_OK ? CHILD_OK : CHILD_FAILED,
				      .exit_status = -1,
				      .started_utc_ns = run->status.finished_utc_ns,
				      .finished_utc_ns = pl_clock_utc_ns()};
	struct pl_json *out = end_json("status", &end);

	if (run->end_error.code != PL_OK)
		pl_json_add_text(out, "text", run->end_error.text);
	return out;
}

void after_begin(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	struct after *after = calloc(1, sizeof(*after));

	if (after == NULL)
		pl_out_of_memory();
	after->list = pl_json_array();
	pl_json_add(after->list, NULL, status_json(run));
	after->run = run;
	run->after = after;
	after->dir = -1;
	after->number = run->head.folder.number;
	pl_text_copy(after->name, sizeof(after->name), run->head.folder.name);
	pl_text_copy(after->who, sizeof(after->who), run->head.actor);
	after->result = pl_run_result_json(&run->head, &run->status);
	after->about = run_about_json(run, "after");
	pl_json_add(after->about, "result", pl_run_result_json(&run->head, &run->status));
	after->words = copy_words(run->scan->after.words);
	after->limit_ns = run->scan->hook_limit_ns;
	pl_dir_open(run->head.folder.dir, ".", false, &after->dir, NULL);
	after->waiters = run->waiters;
	run->waiters = (struct waiters){.count = 0};
	actor_add(engine, &after->actor, &after_ops, run->actor.asker);
	next_callback(after);
}

bool after_add_waiter(struct after *after, const struct waiter *waiter)
{
	return waiters_add(after->actor.engine, &after->waiters, waiter);
}

void after_forget_run(struct after *after)
{
	if (after != NULL)
		after->run = NULL;
}
