/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unfinished.c - what earlier runs left to be done: a newest run that did not reach its end, and
 * settings that were never put back. Views offer to go on with the one and warn of the other.
 *
 * The workspace is looked at once, when the engine starts: from then on every run of the bench ends
 * here. Engine thread.
 */
#include "engine/internal.h"

#include "store/runs_walk.h"

#include <stdlib.h>
#include <string.h>

/* Nobody but this engine has runs of this bench: one that seems to go on has lost its owner. */
static bool is_cut_short(const struct pl_run_summary *run)
{
	static const char *const states[] = {"preparing", "running", "paused", "interrupted",
					     "crashed"};

	if (strcmp(run->kind, "recording") == 0)
		return false; /* it is begun anew */
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(run->state, states[i]) == 0)
			return !run->is_owned;
	return false;
}

/* The newest run but for recordings, which are never taken up again. */
static bool newest(const struct pl_engine *engine, struct pl_run_summary *out)
{
	struct pl_runs runs;
	bool is_there = false;

	if (pl_runs_open(engine->workspace.path, &runs, NULL) == PL_OK)
		for (size_t i = runs.count; i > 0 && !is_there; i--) {
			pl_runs_read(&runs, i - 1, out);
			is_there = strcmp(out->kind, "recording") != 0;
		}
	pl_runs_close(&runs);
	return is_there;
}

void unfinished_look(struct pl_engine *engine)
{
	struct pl_run_summary last;

	engine->unfinished = (struct unfinished){.number = 0};
	if (!newest(engine, &last) || last.problem[0] != '\0' ||
	    strcmp(last.bench, engine->bench->name) != 0 || !is_cut_short(&last))
		return;
	engine->unfinished = (struct unfinished){
	    .number = last.number, .done = last.points_done, .planned = last.points_planned};
	pl_text_copy(engine->unfinished.name, sizeof(engine->unfinished.name), last.name);
	pl_text_copy(engine->unfinished.state, sizeof(engine->unfinished.state),
		     strcmp(last.state, "interrupted") == 0 ? last.state : "crashed");
}

void unfinished_ended(struct pl_engine *engine, const struct pl_run_head *head,
		      const struct pl_run_status *status)
{
	engine->unfinished = (struct unfinished){.number = 0};
	if (status->state == PL_RUN_FINISHED)
		return;
	engine->unfinished = (struct unfinished){
	    .number = head->folder.number, .done = status->done, .planned = status->planned};
	pl_text_copy(engine->unfinished.name, sizeof(engine->unfinished.name), head->scan->name);
	pl_text_copy(engine->unfinished.state, sizeof(engine->unfinished.state),
		     pl_run_state_name(status->state));
}

struct pl_json *part_unfinished(const struct pl_engine *engine)
{
	const struct unfinished *run = &engine->unfinished;
	struct pl_json *out;

	if (run->number == 0 || run_is_live(engine))
		return NULL;
	out = pl_json_object();
	pl_json_add_integer(out, "run", run->number);
	pl_json_add_text(out, "name", run->name);
	pl_json_add_text(out, "state", run->state);
	pl_json_add_integer(out, "done", run->done);
	pl_json_add_integer(out, "planned", run->planned);
	return out;
}

struct pl_json *part_pending(const struct pl_engine *engine)
{
	const struct pl_pending *pending = &engine->pending;
	struct pl_json *out, *settings;

	/* What the live run, or a tuning, owes it will put back itself. */
	if (pending->count == 0 || (run_is_live(engine) && pending->run == run_number(engine)) ||
	    tune_is_live(engine))
		return NULL;
	out = pl_json_object();
	settings = pl_json_array();
	for (size_t i = 0; i < pending->count; i++) {
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "path", pending->items[i].path);
		pl_json_add_number(item, "value", pending->items[i].value);
		pl_json_add(settings, NULL, item);
	}
	pl_json_add_integer(out, "run", pending->run);
	pl_json_add(out, "settings", settings);
	return out;
}
