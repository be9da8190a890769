/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tune.c - see tune.h. */
#include "tune.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT(to, from, key) pl_text_copy(to, sizeof(to), pl_json_get_text(from, key, ""))

void pl_tune_begin(struct pl_tune *tune, const char *path)
{
	char own[sizeof tune->path];

	pl_text_copy(own, sizeof own, path);
	*tune = (struct pl_tune){.stage = PL_TUNE_ASKED,
				 .min = NAN,
				 .max = NAN,
				 .step = 1,
				 .before = NAN,
				 .value = NAN,
				 .wanted = NAN,
				 .now = {.rate = NAN, .value = NAN},
				 .target = NAN};
	pl_text_copy(tune->path, sizeof tune->path, own);
}

static void take_started(struct pl_tune *tune, const struct pl_json *from)
{
	TEXT(tune->path, from, "path");
	TEXT(tune->device, from, "device");
	TEXT(tune->channel, from, "channel");
	TEXT(tune->parameter, from, "parameter");
	TEXT(tune->text, from, "text");
	TEXT(tune->unit, from, "unit");
	tune->min = pl_json_get_number(from, "min", NAN);
	tune->max = pl_json_get_number(from, "max", NAN);
	tune->step = pl_json_get_number(from, "step", 1);
	tune->before = pl_json_get_number(from, "before", NAN);
	tune->value = pl_json_get_number(from, "value", NAN);
	tune->wanted = isnan(tune->value) ? tune->before : tune->value;
	tune->stage = PL_TUNE_OPEN;
}

static void forget_rate(struct pl_tune *tune)
{
	tune->now = (struct pl_tune_rate){.value = tune->value, .rate = NAN};
}

/* What the keys ask for goes on from what came about, unless a newer move is on its way. */
static void settle_wanted(struct pl_tune *tune, const struct pl_tune_step *step)
{
	bool is_newest = step->requested == tune->wanted && !tune->wants_move;

	if (!isnan(tune->value) && (is_newest || strcmp(step->kind, "move") != 0))
		tune->wanted = tune->value;
}

static void take_step(struct pl_tune *tune, const struct pl_json *from)
{
	struct pl_tune_step *step = &tune->steps[tune->step_count++ % PL_TUNE_STEPS];

	*step = (struct pl_tune_step){.old = pl_json_get_number(from, "old", NAN),
				      .requested = pl_json_get_number(from, "requested", NAN),
				      .applied = pl_json_get_number(from, "applied", NAN),
				      .readback = pl_json_get_number(from, "readback", NAN)};
	TEXT(step->kind, from, "kind");
	TEXT(step->status, from, "status");
	TEXT(step->reason, from, "reason");
	if (strcmp(step->status, "ok") == 0)
		tune->value = step->applied;
	else if (strcmp(step->status, "mismatch") == 0)
		tune->value = step->readback;
	else if (strcmp(step->status, "refused") != 0)
		tune->value = NAN;
	if (strcmp(step->status, "lost") != 0)
		tune->lost[0] = '\0';
	settle_wanted(tune, step);
	/* the engine keeps nothing that was not confirmed: it goes on */
	if (tune->stage == PL_TUNE_ENDING && strcmp(step->status, "ok") != 0 &&
	    strcmp(step->kind, "restore") != 0)
		tune->stage = PL_TUNE_OPEN;
	forget_rate(tune);
}

static struct pl_tune_rate rate_of(const struct pl_json *from)
{
	struct pl_tune_rate out = {.value = pl_json_get_number(from, "value", NAN),
				   .rate = pl_json_get_number(from, "rate", NAN),
				   .lo = pl_json_get_number(from, "rate_lo", NAN),
				   .hi = pl_json_get_number(from, "rate_hi", NAN),
				   .seconds = pl_json_get_number(from, "seconds", NAN),
				   .hits = pl_json_get_integer(from, "hits", 0),
				   .is_sure = pl_json_get_boolean(from, "sure", false)};

	TEXT(out.side, from, "side");
	return out;
}

static void remember(struct pl_tune *tune, const struct pl_tune_rate *rate)
{
	size_t i = 0;

	while (i < tune->measured_count && tune->measured[i].value != rate->value)
		i++;
	if (i == PL_TUNE_MEASURED)
		return;
	if (i == tune->measured_count)
		tune->measured_count++;
	tune->measured[i] = *rate;
}

static void take_answer(struct pl_tune *tune, const struct pl_json *from)
{
	tune->is_seeking = false;
	tune->target = pl_json_get_number(from, "target", NAN);
	tune->has_found = pl_json_get_boolean(from, "found", false);
	TEXT(tune->answer, from, "text");
}

void pl_tune_event(struct pl_tune *tune, const struct pl_json *event)
{
	const struct pl_json *body;

	if ((body = pl_json_get(event, "started")) != NULL) {
		take_started(tune, body);
	} else if ((body = pl_json_get(event, "step")) != NULL) {
		take_step(tune, body);
	} else if ((body = pl_json_get(event, "rate")) != NULL) {
		tune->now = rate_of(body);
		remember(tune, &tune->now);
	} else if ((body = pl_json_get(event, "measured")) != NULL) {
		struct pl_tune_rate rate = rate_of(body);

		remember(tune, &rate);
	} else if ((body = pl_json_get(event, "answer")) != NULL) {
		take_answer(tune, body);
	} else if ((body = pl_json_get(event, "lost")) != NULL) {
		TEXT(tune->lost, body, "reason");
		if (!tune->lost[0])
			pl_text_copy(tune->lost, sizeof tune->lost, "lost");
		forget_rate(tune);
	}
}

bool pl_tune_want(struct pl_tune *tune, int steps)
{
	double from = isnan(tune->wanted) ? tune->before : tune->wanted, to;

	to = from + steps * tune->step;
	to = to < tune->min ? tune->min : to > tune->max ? tune->max : to;
	tune->wanted = to;
	return to != from;
}

const struct pl_tune_step *pl_tune_step(const struct pl_tune *tune, size_t back)
{
	size_t kept = tune->step_count < PL_TUNE_STEPS ? tune->step_count : PL_TUNE_STEPS;

	return back < kept ? &tune->steps[(tune->step_count - 1 - back) % PL_TUNE_STEPS] : NULL;
}

bool pl_tune_is_confirmed(const struct pl_tune *tune)
{
	const struct pl_tune_step *last = pl_tune_step(tune, 0);

	return !isnan(tune->value) && (!last || strcmp(last->status, "ok") == 0);
}
