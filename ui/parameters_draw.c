/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameters_draw.c - the parameters page: the list, what the chosen one is, and what is being done
 * to it. Main thread.
 */
#include "format.h"
#include "page_parameters.h"
#include "parameters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME = 2, VALUE = 14, UNIT = 6, ACCESS = 5, ORIGIN = 14 };

/* The device's name and its point are in the title. */
static const char *name_of(const struct pl_parameters *parameters,
			   const struct pl_parameter_row *row)
{
	size_t length = strlen(parameters->device);

	return strncmp(row->path, parameters->device, length) == 0 && row->path[length] == '.'
		   ? row->path + length + 1
		   : row->path;
}

static bool is_shown(const struct pl_state *state, const struct pl_parameter_row *row)
{
	return pl_filter_matches(state, "parameters", row->path);
}

const struct pl_parameter_row *pl_parameters_at(const struct pl_state *state, int line)
{
	const struct pl_parameters *parameters = state->parameters;

	for (size_t i = 0; parameters && i < parameters->count; i++)
		if (is_shown(state, &parameters->rows[i]) && line-- == 0)
			return &parameters->rows[i];
	return NULL;
}

static int lines(const struct pl_state *state)
{
	int count = 0;

	for (size_t i = 0; state->parameters && i < state->parameters->count; i++)
		count += is_shown(state, &state->parameters->rows[i]);
	return count;
}

static int chosen(const struct pl_state *state)
{
	const struct pl_parameter_row *row;

	for (int line = 0; (row = pl_parameters_at(state, line)) != NULL; line++)
		if (strcmp(row->path, state->parameters->chosen) == 0)
			return line;
	return 0;
}

const struct pl_parameter_row *pl_parameters_row(const struct pl_state *state)
{
	return pl_parameters_at(state, chosen(state));
}

/* Not while one is being set: what is asked and what is shown must be the same. */
static void choose(struct pl_state *state, int line)
{
	const struct pl_parameter_row *row = pl_parameters_at(state, line);

	if (row && state->parameters->phase == PL_PARAMETERS_LIST)
		snprintf(state->parameters->chosen, sizeof state->parameters->chosen, "%s",
			 row->path);
}

/* ---- the list ---- */

static int name_width(const struct pl_parameters *parameters, const struct pl_canvas *body)
{
	int width = 8, most = body->rect.cols / 3;

	for (size_t i = 0; i < parameters->count; i++) {
		int own = pl_canvas_width(body, name_of(parameters, &parameters->rows[i]));

		width = own > width ? own : width;
	}
	return width < most ? width : most;
}

/* Places of the columns; what does not fit is not drawn. */
struct places {
	int name_width, value_end, unit, access, origin, range;
};

static struct places places_of(const struct pl_parameters *parameters, const struct pl_canvas *body)
{
	struct places out = {.name_width = name_width(parameters, body)};

	out.value_end = NAME + out.name_width + 1 + VALUE;
	out.unit = out.value_end + 1;
	out.access = out.unit + UNIT;
	out.origin = out.access + ACCESS;
	out.range = out.origin + ORIGIN;
	return out;
}

static const char *access_of(const struct pl_parameter_row *row)
{
	static const char *const words[2][2] = {{"--", "w"}, {"r", "r w"}};

	return words[row->is_readable][row->is_writable];
}

static void put_header(const struct pl_canvas *body, const struct places *places)
{
	pl_canvas_put(body, 0, NAME, PL_ROLE_DIM, "parameter");
	pl_canvas_right(body, 0, places->value_end, PL_ROLE_DIM, "value");
	pl_canvas_put(body, 0, places->access, PL_ROLE_DIM, "may");
	pl_canvas_put(body, 0, places->origin, PL_ROLE_DIM, "value is");
	pl_canvas_put(body, 0, places->range, PL_ROLE_DIM, "range");
}

static void put_origin(const struct pl_canvas *body, int row, int col,
		       const struct pl_parameter_row *parameter)
{
	bool is_good = strcmp(parameter->quality, "ok") == 0;
	char age[PL_FORMAT_SIZE], text[PL_MODEL_TEXT];

	if (isfinite(parameter->age_s))
		snprintf(text, sizeof text, "%s %s ago", is_good ? "read" : parameter->quality,
			 pl_format_age(age, parameter->age_s));
	else
		snprintf(text, sizeof text, "%s", parameter->origin);
	pl_canvas_field(body, row, col, ORIGIN - 1, is_good ? PL_ROLE_NORMAL : PL_ROLE_DIM, text);
}

static void put_row(const struct pl_state *state, const struct pl_canvas *body, int row,
		    const struct places *places, const struct pl_parameter_row *parameter)
{
	char value[80], range[PL_MODEL_TEXT];
	bool is_good = strcmp(parameter->quality, "ok") == 0;

	pl_canvas_tail(body, row, NAME, places->name_width, PL_ROLE_NORMAL,
		       name_of(state->parameters, parameter));
	pl_parameters_value(parameter, value, sizeof value);
	if (pl_canvas_width(body, value) > VALUE)
		pl_canvas_field(body, row, places->value_end - VALUE, VALUE,
				is_good ? PL_ROLE_STRONG : PL_ROLE_DIM, value);
	else
		pl_canvas_right(body, row, places->value_end,
				is_good ? PL_ROLE_STRONG : PL_ROLE_DIM, "%s", value);
	pl_canvas_field(body, row, places->unit, UNIT - 1, PL_ROLE_DIM, parameter->unit);
	pl_canvas_put(body, row, places->access, PL_ROLE_NORMAL, "%s", access_of(parameter));
	put_origin(body, row, places->origin, parameter);
	if (parameter->is_writable)
		pl_canvas_field(body, row, places->range, body->rect.cols - places->range - 1,
				PL_ROLE_DIM, pl_parameters_range(parameter, range, sizeof range));
}

/* ---- the chosen one ---- */

static void put_about(const struct pl_canvas *foot, const struct pl_parameter_row *row)
{
	char range[PL_MODEL_TEXT];
	int col = pl_canvas_put(foot, 0, 1, PL_ROLE_STRONG, "%s", row->path);

	pl_canvas_field(foot, 0, col + 2, foot->rect.cols - col - 3, PL_ROLE_NORMAL, row->text);
	pl_parameters_range(row, range, sizeof range);
	if (row->is_writable)
		col =
		    pl_canvas_put(foot, 1, 1, PL_ROLE_NORMAL, "%s", range[0] ? range : "any value");
	else
		col = pl_canvas_put(foot, 1, 1, PL_ROLE_DIM, "only read");
	if (row->is_persistent && row->is_writable)
		pl_canvas_put(foot, 1, col + 2, PL_ROLE_WARN,
			      "kept in its memory, which every write wears out");
	else if (row->reason[0])
		pl_canvas_field(foot, 1, col + 2, foot->rect.cols - col - 3, PL_ROLE_DIM,
				row->reason);
}

static void put_typing(const struct pl_parameters *parameters, const struct pl_canvas *foot)
{
	bool is_known =
	    !parameters->is_checking && strcmp(parameters->checked, parameters->line.text) == 0;
	int col = pl_canvas_put(foot, 2, 1, PL_ROLE_STRONG, "new value: %s", parameters->line.text);

	pl_canvas_cell(foot, 2, col, PL_ROLE_NORMAL, true, " ");
	if (!parameters->line.text[0])
		pl_canvas_put(foot, 3, 1, PL_ROLE_DIM, "with or without its unit; Esc leaves");
	else if (!is_known)
		pl_canvas_put(foot, 3, 1, PL_ROLE_DIM, "...");
	else if (parameters->refusal[0])
		pl_canvas_field(foot, 3, 1, foot->rect.cols - 2, PL_ROLE_WARN, parameters->refusal);
	else if (!parameters->is_value)
		pl_canvas_field(foot, 3, 1, foot->rect.cols - 2, PL_ROLE_WARN, parameters->why);
	else
		pl_canvas_put(foot, 3, 1, PL_ROLE_GOOD,
			      "is a value; Enter shows what would change");
}

static void put_confirm(const struct pl_parameters *parameters, const struct pl_canvas *foot,
			const struct pl_parameter_row *row)
{
	char old[PL_FORMAT_SIZE] = "unknown", new_value[PL_FORMAT_SIZE];
	double known = isfinite(parameters->old) ? parameters->old : row->value;

	if (isfinite(known))
		snprintf(old, sizeof old, "%.10g", known);
	snprintf(new_value, sizeof new_value, "%.10g", parameters->value);
	pl_canvas_put(foot, 2, 1, PL_ROLE_WARN, "%s: %s %s %s %s", row->path, old,
		      foot->glyphs->text[PL_GLYPH_TO], new_value, row->unit);
	if (parameters->phase == PL_PARAMETERS_SETTING)
		pl_canvas_put(foot, 3, 1, PL_ROLE_BUSY, "written, waiting for its confirmation");
	else
		pl_canvas_put(foot, 3, 1, PL_ROLE_KEY, "y writes it; any other key goes back");
}

static void put_foot(const struct pl_state *state, const struct pl_canvas *foot)
{
	const struct pl_parameters *parameters = state->parameters;
	const struct pl_parameter_row *row = pl_parameters_row(state);

	if (!row)
		return;
	put_about(foot, row);
	if (parameters->phase == PL_PARAMETERS_TYPING)
		put_typing(parameters, foot);
	else if (parameters->phase != PL_PARAMETERS_LIST)
		put_confirm(parameters, foot, row);
	else if (parameters->outcome[0])
		pl_canvas_field(foot, 2, 1, foot->rect.cols - 2,
				parameters->has_failed ? PL_ROLE_WARN : PL_ROLE_GOOD,
				parameters->outcome);
	else if (row->is_writable)
		pl_canvas_put(foot, 2, 1, PL_ROLE_DIM, "Enter sets it");
}

static void draw(const struct pl_state *state, const struct pl_canvas *body, int first)
{
	const struct pl_parameters *parameters = state->parameters;
	int foot_row = body->rect.rows - PL_PARAMETERS_FOOT + 1, row = 1;
	struct pl_canvas foot =
	    pl_canvas_on(body, (struct pl_rect){body->rect.row + foot_row, body->rect.col,
						PL_PARAMETERS_FOOT - 1, body->rect.cols});
	const struct pl_parameter_row *parameter;
	struct places places;

	if (!parameters)
		return;
	if (parameters->count == 0) {
		pl_canvas_put(body, 0, 1, PL_ROLE_DIM, "%s",
			      parameters->is_complete ? "it has no parameters" : "asking");
		return;
	}
	places = places_of(parameters, body);
	put_header(body, &places);
	for (int line = first; row < foot_row - 1; row++, line++) {
		parameter = pl_parameters_at(state, line);
		if (!parameter)
			break;
		put_row(state, body, row, &places, parameter);
		if (line == chosen(state))
			pl_canvas_put(body, row, 0, PL_ROLE_CURSOR, "%s",
				      body->glyphs->text[PL_GLYPH_HERE]);
	}
	pl_canvas_fill(body, foot_row - 1, 0, body->rect.cols, PL_ROLE_RULE,
		       body->glyphs->text[PL_GLYPH_RULE]);
	put_foot(state, &foot);
}

static void hint(const struct pl_state *state, char *out, size_t cap)
{
	if (state->parameters)
		snprintf(out, cap, "%s: %zu", state->parameters->device, state->parameters->count);
}

const struct pl_panel pl_panel_parameters = {.name = "parameters",
					     .title = "Parameters",
					     .lines = lines,
					     .draw = draw,
					     .hint = hint,
					     .chosen = chosen,
					     .choose = choose,
					     .margin = PL_PARAMETERS_FOOT + 1,
					     .has_filter = true};
