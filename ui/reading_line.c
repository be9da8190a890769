/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading_line.c - one reading in one line: what it is worth now, in words, signs and small
 * drawings. Main thread.
 *
 * A number that is not sure to be of now never looks like one that is: it is dim, and a word says
 * why.
 */
#include "reading_line.h"

#include "spark.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *quality, *word;
	enum pl_glyph sign;
	enum pl_role role;
} looks[] = {
    {"stale", "STALE", PL_GLYPH_BUSY, PL_ROLE_WARN},
    {"over", "OVER", PL_GLYPH_ALARM, PL_ROLE_ALARM},
    {"invalid", "INVALID", PL_GLYPH_ALARM, PL_ROLE_ALARM},
    {"missing", "missing", PL_GLYPH_OFF, PL_ROLE_DIM},
};

/* What stands beside the value, and the sign before the name. */
struct verdict {
	enum pl_role role;
	enum pl_glyph sign;
	char text[PL_MODEL_TEXT]; /* empty = nothing to say */
};

/* ---- texts ---- */

/* The number as text, and its error when it has an interval. */
void pl_reading_texts(const struct pl_canvas *body, const struct pl_model_reading *reading,
		      char value[PL_FORMAT_SIZE], char error[PL_FORMAT_SIZE])
{
	error[0] = '\0';
	if (isfinite(reading->lo) && isfinite(reading->hi))
		pl_format_interval(value, error, reading->value, reading->lo, reading->hi,
				   body->glyphs->text[PL_GLYPH_PLUS_MINUS]);
	else
		pl_format_value(value, reading->value, reading->digits);
}

static void upper(char *out, size_t cap, const char *text)
{
	size_t i = 0;

	for (; text[i] && i + 1 < cap; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
	out[i] = '\0';
}

/* "HIHI", "HIHI seen" once somebody knows, "was HIHI". False: nothing of the kind. */
static bool judge_limits(const struct pl_model_alarm *alarm, struct verdict *out)
{
	char level[12];

	if (!alarm)
		return false;
	upper(level, sizeof level, alarm->is_over ? alarm->latched : alarm->level);
	snprintf(out->text, sizeof out->text, "%s%s%s", alarm->is_over ? "was " : "", level,
		 alarm->is_acked ? " seen" : "");
	out->sign = PL_GLYPH_ALARM;
	out->role = alarm->is_alarm && !alarm->is_acked ? PL_ROLE_ALARM : PL_ROLE_WARN;
	return true;
}

static void judge_quality(const struct pl_state *state, const struct pl_model_reading *reading,
			  struct verdict *out)
{
	double age = pl_model_age_s(state->model, reading, state->now_ns);
	char text[PL_FORMAT_SIZE];
	size_t i = 0, count = sizeof looks / sizeof looks[0];

	while (i < count && strcmp(looks[i].quality, reading->quality) != 0)
		i++;
	if (i == count)
		return;
	out->sign = looks[i].sign;
	out->role = looks[i].role;
	/* A setting that nobody confirmed lately is not old news of the device: its reason says
	 * all. */
	if (!isfinite(age) && reading->reason[0]) {
		out->sign = PL_GLYPH_OFF;
		out->role = PL_ROLE_DIM;
		snprintf(out->text, sizeof out->text, "%s", reading->reason);
		return;
	}
	snprintf(out->text, sizeof out->text, "%s%s%s%s%.150s", looks[i].word,
		 isfinite(age) ? " " : "", isfinite(age) ? pl_format_age(text, age) : "",
		 reading->reason[0] ? " " : "", reading->reason);
}

static struct verdict judge(const struct pl_state *state, const struct pl_model_reading *reading)
{
	struct verdict out = {.role = PL_ROLE_NORMAL, .sign = PL_GLYPH_COUNT};
	const struct pl_model_alarm *alarm = pl_model_alarm(state->model, reading->path);
	char text[PL_FORMAT_SIZE];

	if (!state->is_connected || pl_model_is_old(state->model, state->now_ns)) {
		out.sign = PL_GLYPH_BUSY;
		out.role = PL_ROLE_WARN;
		snprintf(out.text, sizeof out.text, "OLD %s",
			 pl_format_age(text, pl_model_silence_s(state->model, state->now_ns)));
	} else if (strcmp(reading->quality, "ok") == 0 || !alarm) {
		if (!judge_limits(alarm, &out))
			judge_quality(state, reading, &out);
	} else {
		judge_quality(state, reading, &out);
		out.role = PL_ROLE_ALARM;
		snprintf(out.text + strlen(out.text), sizeof out.text - strlen(out.text), " %s%s",
			 alarm->is_over ? "was " : "", alarm->latched);
	}
	return out;
}

/* ---- the line ---- */

/* Dim where the value is not sure. Returns the column behind value and unit. */
static int put_value(const struct pl_canvas *body, int row,
		     const struct pl_reading_columns *columns,
		     const struct pl_model_reading *reading, enum pl_role role)
{
	char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];
	int whole, end = columns->value_end;

	pl_reading_texts(body, reading, value, error);
	if (reading->text[0]) {
		end -= 4;
		return pl_canvas_field(body, row, end,
				       columns->error ? columns->error - end - 1 : 12, role,
				       reading->text);
	}
	whole = (int)strcspn(value, ".");
	end = pl_canvas_put(body, row, end - whole, role, "%s", value);
	if (!isfinite(reading->value))
		return end;
	if (columns->unit && reading->unit[0])
		end = pl_canvas_put(body, row, columns->unit, PL_ROLE_DIM, "%s", reading->unit);
	if (columns->error)
		pl_canvas_put(body, row, columns->error, PL_ROLE_NORMAL, "%s", error);
	return end;
}

/* In its column, or behind the value when it has none. */
static void put_state(const struct pl_canvas *body, int row, int col, int width,
		      const struct verdict *verdict)
{
	const char *sign = body->glyphs->text[verdict->sign];

	if (verdict->role == PL_ROLE_ALARM)
		pl_canvas_put(body, row, col, verdict->role, " %.*s ", width - 2, verdict->text);
	else
		pl_canvas_field(body, row, col, width, verdict->role, verdict->text);
	pl_canvas_put(body, row, 1, verdict->role, "%s", sign);
}

/* Only an age that a person would ask about. */
static void put_age(const struct pl_state *state, const struct pl_canvas *body, int row, int col,
		    const struct pl_model_reading *reading)
{
	double age = pl_model_age_s(state->model, reading, state->now_ns);
	char text[PL_FORMAT_SIZE];

	if (isfinite(age) && age >= 10)
		pl_canvas_right(body, row, col + PL_READING_AGE, PL_ROLE_DIM, "%s",
				pl_format_age(text, age));
}

static void put_bar(const struct pl_canvas *body, int row, int col,
		    const struct pl_model_reading *reading, bool is_sure)
{
	static const struct {
		enum pl_glyph sign;
		enum pl_role role;
	} cells_of[] = {
	    [PL_GAUGE_LINE] = {PL_GLYPH_RULE, PL_ROLE_DIM},
	    [PL_GAUGE_BEGIN] = {PL_GLYPH_BAR_BEGIN, PL_ROLE_DIM},
	    [PL_GAUGE_TICK] = {PL_GLYPH_BAR_TICK, PL_ROLE_DIM},
	    [PL_GAUGE_END] = {PL_GLYPH_BAR_END, PL_ROLE_DIM},
	    [PL_GAUGE_BELOW] = {PL_GLYPH_BAR_BELOW, PL_ROLE_ALARM},
	    [PL_GAUGE_VALUE] = {PL_GLYPH_BAR_VALUE, PL_ROLE_STRONG},
	    [PL_GAUGE_ABOVE] = {PL_GLYPH_BAR_ABOVE, PL_ROLE_ALARM},
	};
	enum pl_gauge_cell cells[PL_READING_BAR];

	pl_gauge(&reading->bounds, is_sure ? reading->value : NAN, cells, PL_READING_BAR);
	for (int i = 0; i < PL_READING_BAR; i++)
		if (cells[i] != PL_GAUGE_BLANK)
			pl_canvas_cell(body, row, col + i, cells_of[cells[i]].role, false,
				       body->glyphs->text[cells_of[cells[i]].sign]);
}

static bool is_setting(const struct pl_model_reading *reading)
{
	return !isfinite(reading->age_s) && !isfinite(reading->lo);
}

static bool is_flat(const double *values, int count)
{
	for (int i = 1; i < count; i++)
		if (isfinite(values[i]) && isfinite(values[i - 1]) && values[i] != values[i - 1])
			return false;
	return true;
}

/* A setting that stays as it is has none. */
static void put_trend(const struct pl_state *state, const struct pl_canvas *body, int row, int col,
		      int width, const struct pl_model_reading *reading)
{
	double values[PL_READING_TREND_MAX];
	int levels[PL_READING_TREND_MAX];

	pl_model_trend(state->model, reading->path, values, (size_t)width);
	if (is_setting(reading) && is_flat(values, width))
		return;
	pl_spark(values, (size_t)width, levels);
	for (int i = 0; i < width; i++)
		if (levels[i] != PL_SPARK_GAP)
			pl_canvas_cell(body, row, col + i, PL_ROLE_PROGRESS, false,
				       body->glyphs->text[PL_GLYPH_LEVEL_1 + levels[i]]);
}

void pl_reading_put(const struct pl_state *state, const struct pl_canvas *body, int row,
		    const struct pl_reading_columns *columns,
		    const struct pl_model_reading *reading, size_t skip)
{
	struct verdict verdict = judge(state, reading);
	bool is_sure = state->is_connected && !pl_model_is_old(state->model, state->now_ns) &&
		       strcmp(reading->quality, "ok") == 0;
	int end, at, cols = body->rect.cols;

	pl_canvas_tail(body, row, columns->name, columns->name_width, PL_ROLE_NORMAL,
		       reading->path + skip);
	end = put_value(body, row, columns, reading, is_sure ? PL_ROLE_STRONG : PL_ROLE_DIM);
	at = columns->state ? columns->state : end + 1;
	if (verdict.text[0])
		put_state(body, row, at, columns->age && is_sure ? PL_READING_STATE : cols - at,
			  &verdict);
	else if (!columns->error && !reading->text[0]) {
		char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];

		pl_reading_texts(body, reading, value, error);
		pl_canvas_put_if_room(body, row, end + 1, PL_ROLE_NORMAL, error, "");
	}
	if (!is_sure)
		return; /* what is wrong with it may need the room of the rest */
	if (columns->age)
		put_age(state, body, row, columns->age, reading);
	if (columns->bar)
		put_bar(body, row, columns->bar, reading, is_sure);
	if (columns->trend)
		put_trend(state, body, row, columns->trend, columns->trend_width, reading);
}
