/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_hook.c - the program that a scan runs before it touches a device.
 *
 * It runs in the run folder, whose files are there, and may say no: then no port was opened for
 * this run and nothing was written to a device. A run that is told to stop meanwhile stops it.
 */
#include "engine/run_internal.h"

#include <stdio.h>

void hook_audit(struct pl_engine *engine, enum pl_book book, const struct hook_act *act)
{
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .book = book,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};
	struct pl_audit_entry *entry = &message.audit;

	pl_text_copy(entry->actor, sizeof(entry->actor), act->actor);
	pl_text_copy(entry->action, sizeof(entry->action), "hook");
	pl_text_copy(entry->target, sizeof(entry->target), act->target);
	entry->old_value = entry->new_value = NAN;
	pl_text_copy(entry->status, sizeof(entry->status), act->status);
	snprintf(entry->detail, sizeof(entry->detail), "sha256 %s, %.60s%s%.40s",
		 act->sha256[0] != '\0' ? act->sha256 : "unknown", act->id,
		 act->text[0] != '\0' ? ": " : "", act->text);
	if (pl_writer_put(engine->writer, &message) == 0)
		engine_log(engine, PL_LOG_ERROR, "the disk is behind: a hook was not audited");
}

static void audit(const struct run *run, enum pl_book book, const char *status, const char *sha256,
		  const char *text)
{
	hook_audit(run->actor.engine, book,
		   &(struct hook_act){.id = "before",
				      .actor = run->head.actor,
				      .target = run->head.folder.name,
				      .status = status,
				      .sha256 = sha256,
				      .text = text});
}

/* The folder of a refused run goes, and its audit with it: the bench keeps what happened. */
static void refused(struct run *run, enum pl_status code, const char *sha256, const char *outcome,
		    const char *why)
{
	struct pl_error error;

	audit(run, PL_BOOK_BENCH, outcome, sha256, why);
	pl_error_set(&error, code, run->scan->before.words[0],
		     "the hook before the run refused it: %s", why);
	run_refuse(run, &error);
}

static void on_end(void *ctx, const struct child_end *end)
{
	struct run *run = ctx;
	char why[PL_RUN_TEXT_SIZE + 64];
	struct pl_error error;

	run->hook = NULL;
	child_describe(end, why, sizeof(why));
	if (run->hook_is_stopped) {
		audit(run, PL_BOOK_BENCH, "cancelled", end->sha256, why);
		pl_error_set(&error, PL_ERR_CANCELLED, "", "stopped before the first write");
		run_refuse(run, &error);
	} else if (end->outcome == CHILD_OK) {
		audit(run, PL_BOOK_RUN, "ok", end->sha256, end->last_line);
		run_open(run);
	} else {
		refused(run, PL_ERR_REFUSED, end->sha256, child_outcome_name(end->outcome), why);
	}
}

bool run_hook_begin(struct run *run)
{
	struct pl_engine *engine = run->actor.engine;
	const struct pl_hook *hook = &run->scan->before;
	struct child_order order = {.words = hook->words,
				    .dir = run->head.folder.dir,
				    .limit_ns = run->scan->hook_limit_ns,
				    .on_end = on_end,
				    .ctx = run};
	struct pl_json *input;
	struct pl_error error;

	if (hook->words == NULL)
		return false;
	run->phase = RUN_HOOK;
	order.input = input = run_about_json(run, "before");
	if (child_start(engine, &order, &run->hook, &error) == PL_OK) {
		audit(run, PL_BOOK_RUN, "sent", run->hook->end.sha256, "");
		engine_log(engine, PL_LOG_INFO, "run %u: hook before it: %s",
			   run->head.folder.number, hook->words[0]);
	} else {
		char why[sizeof(error)];

		refused(run, error.code, "", "failed", pl_error_format(&error, why, sizeof(why)));
	}
	pl_json_free(input);
	return true;
}

void run_hook_stop(struct run *run)
{
	run->hook_is_stopped = true;
	child_stop(run->hook);
}
