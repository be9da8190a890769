/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune_do.c - the word `tune_do`: what a tuner asks for while his tuning is under way. It is
 * answered at once with {}; what comes of it is told by the events of the tuning.
 */
#include "engine/job_tune.h"

#include <math.h>
#include <string.h>

/* A number, or text as a person types it: "300", "1.2 V". */
static enum pl_status move(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	const struct pl_json *given = pl_json_get(args, "value");
	double value = pl_json_number(given, NAN);
	enum pl_status status = PL_OK;

	if (pl_json_is_string(given))
		status = pl_value_parse(tune->actor.engine->bench, &tune->match,
					pl_json_text(given, ""), &value, error);
	if (status == PL_OK)
		status = pl_value_check(&tune->match, value, error);
	if (status != PL_OK)
		return status;
	tune_seek_stop(tune, "moved by hand");
	tune_wish(tune, TUNE_MOVE, value);
	tune_advance(tune);
	return PL_OK;
}

static enum pl_status undo(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	(void)args;
	if (tune->left_count == 0 && !tune->is_writing && !tune->has_wish)
		return pl_error_set(error, PL_ERR_USAGE, tune->match.path,
				    "there is no move to undo");
	tune_seek_stop(tune, "undone");
	tune_wish(tune, TUNE_UNDO, NAN);
	tune_advance(tune);
	return PL_OK;
}

static enum pl_status seek(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	double from = tune->value;
	enum pl_status status;

	if (isnan(from) || tune->is_writing || tune->has_wish)
		return pl_error_set(error, PL_ERR_BUSY, tune->match.path,
				    "the present value is not confirmed yet; ask again");
	tune_seek_stop(tune, "another target is asked for");
	status = tune_seek_begin(tune, args, error);
	if (status != PL_OK)
		return status;
	if (tune->left_count == TUNE_UNDO_MAX)
		memmove(tune->left, tune->left + 1, (--tune->left_count) * sizeof(tune->left[0]));
	tune->left[tune->left_count++] = from;
	tune->hits = 0;
	tune->seconds = 0;
	tune_advance(tune);
	return PL_OK;
}

/* Ends a search where it is. */
static enum pl_status still(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	(void)args;
	(void)error;
	tune_seek_stop(tune, "stopped on request");
	return PL_OK;
}

static enum pl_status keep(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	(void)args;
	if (isnan(tune->value) && !tune->is_writing && !tune->has_wish)
		return pl_error_set(error, PL_ERR_UNANSWERED, tune->match.path,
				    "what it holds is not confirmed: move it, or restore");
	tune_seek_stop(tune, "kept");
	tune_end(tune, TUNE_KEEPS);
	return PL_OK;
}

static enum pl_status restore(struct tune *tune, const struct pl_json *args, struct pl_error *error)
{
	(void)args;
	(void)error;
	tune_end(tune, TUNE_RESTORES);
	return PL_OK;
}

static const struct {
	const char *what;
	enum pl_status (*act)(struct tune *tune, const struct pl_json *args,
			      struct pl_error *error);
} acts[] = {
    {"move", move},   {"undo", undo}, {"seek", seek},
    {"still", still}, {"keep", keep}, {"restore", restore},
};

void job_tune_do(struct pl_engine *engine, struct session *session, struct asker asker,
		 const struct pl_json *args)
{
	struct tune *tune = tune_find(engine, session->serial);
	const char *what = pl_json_get_text(args, "what", "");
	struct pl_error error;
	enum pl_status status =
	    pl_error_set(&error, PL_ERR_USAGE, what, "is nothing that a tuning can do");

	if (tune == NULL || !tune->has_begun) {
		status = pl_error_set(&error, PL_ERR_NOT_RUNNING, "",
				      "nothing is being tuned by this view");
	} else if (tune->end != TUNE_GOES_ON && strcmp(what, "restore") != 0) {
		status = pl_error_set(&error, PL_ERR_BUSY, tune->match.path,
				      "the tuning is about to end");
	} else {
		for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
			if (strcmp(acts[i].what, what) == 0)
				status = acts[i].act(tune, args, &error);
	}
	if (status != PL_OK)
		answer_error(engine, asker, &error);
	else
		answer_ok(engine, asker, NULL);
}
