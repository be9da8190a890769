/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer_form.c - the engine's answers to a form: its rows, its plan, or why there is none. One
 * thread.
 */
#include "answer.h"

#include "format.h"
#include "plateau/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* "top  270 → 330 and back, 26 points" */
static void plan_channel(struct pl_form *form, const struct pl_state *state,
			 const struct pl_json *channel, const char *order)
{
	double from = pl_json_get_number(channel, "first", NAN);
	double low = pl_json_get_number(channel, "low", from);
	double high = pl_json_get_number(channel, "high", pl_json_get_number(channel, "last", NAN));
	bool is_falling = from == high;

	pl_form_plan_line(form, "%.30s  %.10g %s %.10g%s, %" PRId64 " points",
			  pl_json_get_text(channel, "channel", ""), is_falling ? high : low,
			  state->glyphs->text[PL_GLYPH_TO], is_falling ? low : high,
			  strcmp(order, "updown") == 0	  ? " and back"
			  : strcmp(order, "shuffle") == 0 ? ", shuffled"
							  : "",
			  pl_json_get_integer(channel, "points", 0));
}

/* "21 points of 3 channels together: counting 8.4 s, in all about 22 s" */
static void plan_head(struct pl_form *form, const struct pl_json *plan)
{
	int64_t points = pl_json_get_integer(plan, "points", 0);
	int64_t windows = pl_json_get_integer(plan, "windows", points);
	bool is_bound = pl_json_get_boolean(plan, "at_most", false);
	char counting[PL_FORMAT_SIZE], all[PL_FORMAT_SIZE], together[64] = "";

	if (windows < points)
		snprintf(together, sizeof together, " of %zu channels together",
			 pl_json_size(pl_json_get(plan, "channels")));
	pl_format_duration(counting, pl_json_get_number(plan, "counting_s", NAN));
	pl_format_duration(all, pl_json_get_number(plan, "duration_s", NAN));
	pl_form_plan_line(form, "%" PRId64 " points%s: counting %s%s, in all %s %s", windows,
			  together, is_bound ? "at most " : "", counting,
			  is_bound ? "at most" : "about", all);
}

/* A long text as it is cut for a question's box. */
static void plan_text(struct pl_form *form, const char *text)
{
	enum { WIDTH = 66 };

	while (*text) {
		size_t length = strcspn(text, "\n"), cut = length;

		if (length > WIDTH)
			for (cut = WIDTH; cut > WIDTH / 2 && text[cut] != ' ';)
				cut--;
		pl_form_plan_line(form, "%.*s", (int)cut, text);
		text += cut;
		text += *text == '\n' || *text == ' ';
	}
}

static void plan_scan(struct pl_form *form, const struct pl_state *state,
		      const struct pl_json *plan)
{
	const struct pl_json *channels = pl_json_get(plan, "channels");

	plan_head(form, plan);
	for (size_t i = 0; i < pl_json_size(channels); i++)
		plan_channel(form, state, pl_json_at(channels, i),
			     pl_json_get_text(plan, "order", ""));
	plan_text(form, pl_json_get_text(plan, "warning", ""));
}

static void plan_record(struct pl_form *form, const struct pl_json *plan)
{
	const struct pl_json *budget = pl_json_get(plan, "budget");
	const char *events = pl_json_get_text(plan, "events", "");
	int64_t parameters = pl_json_get_integer(plan, "parameters", 0);
	int64_t ticks = pl_json_get_integer(plan, "ticks", 0);
	int64_t counts = pl_json_get_integer(plan, "counts", 0);
	double seconds = pl_json_get_number(plan, "duration_s", NAN);
	char number[PL_FORMAT_SIZE];

	if (parameters > 0)
		pl_form_plan_line(form, "%" PRId64 " parameter%s at %.6g Hz", parameters,
				  parameters == 1 ? "" : "s",
				  pl_json_get_number(plan, "rate_hz", NAN));
	if (events[0])
		pl_form_plan_line(form, "events of %s", events);
	if (counts > 0)
		pl_form_plan_line(form, "until %" PRId64 " events are stored", counts);
	else if (ticks > 0)
		pl_form_plan_line(form, "%" PRId64 " ticks", ticks);
	else if (isfinite(seconds))
		pl_form_plan_line(form, "for %s", pl_format_duration(number, seconds));
	else
		pl_form_plan_line(form, "until it is stopped");
	for (size_t i = 0; i < pl_json_size(budget); i++)
		plan_text(form, pl_json_text(pl_json_at(budget, i), ""));
}

static void take_asks(struct pl_form *form, const struct pl_json *asks)
{
	form->ask_count = 0;
	for (size_t i = 0; i < pl_json_size(asks) && i < 2; i++) {
		const struct pl_json *ask = pl_json_at(asks, i);

		pl_text_copy(form->flag[i], sizeof form->flag[i],
			     pl_json_get_text(ask, "flag", "yes"));
		pl_text_copy(form->ask[i], sizeof form->ask[i], pl_json_get_text(ask, "text", ""));
		form->ask_count++;
	}
}

void pl_answer_plan(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	struct pl_form *form = &state->form;

	(void)session;
	form->is_planning = false;
	form->plan_count = 0;
	form->wrong[0] = '\0';
	form->wrong_row = -1;
	form->is_right = true;
	if (form->kind == PL_FORM_SCAN)
		plan_scan(form, state, result);
	else
		plan_record(form, result);
	take_asks(form, pl_json_get(result, "asks"));
}

void pl_answer_no_plan(struct pl_state *state, const struct pl_json *message)
{
	state->form.is_planning = false;
	if (state->form.wants_start && !state->form.is_stale)
		pl_state_say(state, PL_ROLE_WARN, "not started: the plan is refused");
	pl_form_take_refusal(&state->form, pl_json_get_text(message, "where", ""),
			     pl_json_get_text(message, "text", ""));
}

void pl_answer_rows(struct pl_session *session, struct pl_state *state,
		    const struct pl_json *result)
{
	(void)session;
	state->form.is_asking_rows = false;
	if (strcmp(pl_json_get_text(result, state->form.kind == PL_FORM_SCAN ? "scan" : "record",
				    state->form.name),
		   state->form.name) == 0)
		pl_form_take_rows(&state->form, result);
}

void pl_answer_no_rows(struct pl_state *state, const struct pl_json *message)
{
	state->form.is_asking_rows = false;
	state->form.has_no_rows = true;
	pl_form_take_refusal(&state->form, pl_json_get_text(message, "where", ""),
			     pl_json_get_text(message, "text", ""));
}
