/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bars.c - the line above, the line below, and the one line of a screen too small for more.
 * Main thread.
 */
#include "format.h"
#include "page.h"
#include "plateau/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NARROW_COLS 60

static enum pl_role state_role(const char *state)
{
	static const struct {
		const char *state;
		enum pl_role role;
	} roles[] = {
	    {"running", PL_ROLE_GOOD},	{"preparing", PL_ROLE_BUSY},   {"paused", PL_ROLE_WARN},
	    {"finished", PL_ROLE_GOOD}, {"interrupted", PL_ROLE_WARN}, {"crashed", PL_ROLE_ALARM},
	};

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (strcmp(roles[i].state, state) == 0)
			return roles[i].role;
	return PL_ROLE_DIM;
}

void pl_bar_state(const struct pl_state *state, char *out, size_t cap, enum pl_role *role)
{
	const struct pl_model_run *run = &state->model->run;
	bool is_running = pl_model_is_running(state->model);
	char word[24];
	size_t i;

	if (!run->is_there) {
		*role = PL_ROLE_DIM;
		snprintf(out, cap, "idle");
		return;
	}
	for (i = 0; run->state[i] && i + 1 < sizeof word; i++)
		word[i] =
		    (char)(is_running ? toupper((unsigned char)run->state[i]) : run->state[i]);
	word[i] = '\0';
	*role = state_role(run->state);
	if (is_running && state->asked_stop) {
		*role = PL_ROLE_WARN;
		snprintf(out, cap, "STOPPING %" PRId64 "/%" PRId64, run->done, run->planned);
	} else if (state->asked_pause && is_running && !pl_model_is_paused(state->model)) {
		*role = PL_ROLE_WARN;
		snprintf(out, cap, "PAUSING %" PRId64 "/%" PRId64, run->done, run->planned);
	} else if (pl_model_is_paused(state->model)) {
		snprintf(out, cap, "%s %s", word, run->reason);
	} else {
		snprintf(out, cap, "%s %" PRId64 "/%" PRId64, word, run->done, run->planned);
	}
}

static int put_badge(const struct pl_canvas *canvas, int col, bool is_on, const char *word)
{
	return is_on ? pl_canvas_put(canvas, 0, col, PL_ROLE_BADGE, " %s ", word) + 1 : col;
}

/* Another view drives: whose, by the first word of its actor. */
static int put_driver(const struct pl_state *state, const struct pl_canvas *canvas, int col)
{
	const char *driver = state->model->driver;

	if (state->is_watch || !state->model->is_waiting)
		return col;
	return pl_canvas_put(canvas, 0, col, PL_ROLE_BADGE, " %.*s DRIVES ",
			     (int)strcspn(driver, " "), driver) +
	       1;
}

/* "REC slow", with more than one "REC slow +1". */
static int put_recordings(const struct pl_state *state, const struct pl_canvas *canvas, int col)
{
	const struct pl_model *model = state->model;
	char more[32] = "";

	if (model->live_count == 0)
		return col;
	if (model->live_count > 1)
		snprintf(more, sizeof more, " +%zu", model->live_count - 1);
	return pl_canvas_put(canvas, 0, col, PL_ROLE_BADGE, " REC %.20s%s ", model->live[0].name,
			     more) +
	       1;
}

static bool is_recording_stuck(const struct pl_model *model)
{
	for (size_t i = 0; i < model->live_count; i++)
		if (model->live[i].is_full)
			return true;
	return false;
}

static bool is_restore_open(const struct pl_model *model)
{
	return model->owed.count > 0 || strstr(model->run.reason, "NOT confirmed");
}

static bool is_disk_short(const struct pl_model *model)
{
	return is_recording_stuck(model) ||
	       (pl_model_is_paused(model) && strncmp(model->run.reason, "disk", 4) == 0);
}

static bool is_detector_dead(const struct pl_model *model)
{
	return pl_model_is_running(model) && model->run.dead > 0;
}

static const struct {
	bool (*is_on)(const struct pl_model *model);
	const char *word;
} alarms[] = {
    {is_restore_open, "RESTORE"}, {is_disk_short, "DISK"}, {is_detector_dead, "DEAD TIME"}};

static int put_limits(const struct pl_model *model, const struct pl_canvas *canvas, int col)
{
	const struct pl_model_alarms *beyond = &model->alarms;
	char more[24] = "";

	if (beyond->count == 0)
		return col;
	if (beyond->count > 1)
		snprintf(more, sizeof more, " +%zu", beyond->count - 1);
	return pl_canvas_put(canvas, 0, col, beyond->is_alarm ? PL_ROLE_ALARM : PL_ROLE_BADGE,
			     " %s %s %s%s ", canvas->glyphs->text[PL_GLYPH_ALARM], beyond->path,
			     beyond->level, more) +
	       1;
}

/* Word, sign and reverse video. */
static int put_alarms(const struct pl_state *state, const struct pl_canvas *canvas, int col)
{
	const char *sign = canvas->glyphs->text[PL_GLYPH_ALARM];
	size_t count;
	const struct pl_model_device *lost = pl_model_lost(state->model, &count);

	if (!state->is_connected)
		col = pl_canvas_put(canvas, 0, col, PL_ROLE_ALARM, " %s ENGINE AWAY ", sign) + 1;
	for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++)
		if (alarms[i].is_on(state->model))
			col = pl_canvas_put(canvas, 0, col, PL_ROLE_ALARM, " %s %s ", sign,
					    alarms[i].word) +
			      1;
	col = put_limits(state->model, canvas, col);
	if (count == 1)
		col =
		    pl_canvas_put(canvas, 0, col, PL_ROLE_ALARM, " %s LOST %s ", sign, lost->name);
	if (count > 1)
		col = pl_canvas_put(canvas, 0, col, PL_ROLE_ALARM, " %s LOST %s +%zu ", sign,
				    lost->name, count - 1);
	return col;
}

static void put_right(const struct pl_state *state, const struct pl_canvas *canvas, int col)
{
	char local[PL_LOCAL_SIZE], text[64];
	int64_t views = state->model->views;

	pl_clock_format_local(state->utc_ns, local);
	local[16] = '\0';
	if (views > 1)
		snprintf(text, sizeof text, "%" PRId64 " views  %s", views, local + 11);
	else
		snprintf(text, sizeof text, "%s", local + 11);
	if (col + pl_canvas_width(canvas, text) + 1 < canvas->rect.cols)
		pl_canvas_right(canvas, 0, canvas->rect.cols - 1, PL_ROLE_TOP, "%s", text);
}

void pl_bar_top(const struct pl_state *state, const struct pl_canvas *canvas)
{
	bool is_narrow = canvas->rect.cols < NARROW_COLS;
	enum pl_role role;
	char word[160];
	int col;

	pl_bar_state(state, word, sizeof word, &role);
	col = pl_canvas_put(canvas, 0, 1, PL_ROLE_TOP, "%s",
			    state->model->bench[0] ? state->model->bench : "plateau");
	col = pl_canvas_put(canvas, 0, col + 2, role, "%s", word) + 2;
	/* Where not all of it has room, what must be acted on comes before what is merely so. */
	if (is_narrow)
		col = put_alarms(state, canvas, col) + 1;
	col = put_recordings(state, canvas, col);
	col = put_badge(canvas, col, state->model->is_simulated, "SIM");
	col = put_badge(canvas, col, state->is_watch, "WATCH");
	col = put_driver(state, canvas, col);
	put_right(state, canvas, is_narrow ? col : put_alarms(state, canvas, col));
}

static bool is_shown(const struct pl_state *state, const struct pl_action *action)
{
	return action->label[0] && !(action->refusal && action->refusal(state));
}

/* False: the panel or page has something else on that key. */
static bool is_on_its_key(const struct pl_state *state, const struct pl_action *action)
{
	char key[PL_KEY_SIZE];

	pl_keymap_first(&state->keymap, (enum pl_action_id)action->id, key);
	return pl_keymap_find(&state->keymap, pl_key_of_name(key, strlen(key)),
			      pl_page_keys(state)) == (enum pl_action_id)action->id;
}

/* "s scan", or nothing when it would reach to `end`. Returns the next column. */
static int put_key(const struct pl_state *state, const struct pl_canvas *canvas,
		   const struct pl_action *action, int col, int end)
{
	const char *label = action->relabel ? action->relabel(state) : action->label;
	char key[PL_KEY_SIZE];

	pl_keymap_first(&state->keymap, (enum pl_action_id)action->id, key);
	if (col + (int)strlen(key) + 1 + (int)strlen(label) >= end)
		return col;
	col = pl_canvas_put(canvas, 0, col, PL_ROLE_KEY, "%s", key);
	return pl_canvas_put(canvas, 0, col + 1, PL_ROLE_NORMAL, "%s", label) + 2;
}

/* The way out, and help, which tells the rest: they have their places in any case. */
static const enum pl_action_id ends[] = {PL_ACTION_QUIT, PL_ACTION_HELP};

#define LAST (sizeof ends / sizeof ends[0])

static bool is_last(const struct pl_action *action)
{
	for (size_t i = 0; i < LAST; i++)
		if (pl_action(ends[i]) == action)
			return true;
	return false;
}

static int width_of(const struct pl_state *state, const struct pl_action *action)
{
	char key[PL_KEY_SIZE];

	pl_keymap_first(&state->keymap, (enum pl_action_id)action->id, key);
	return (int)strlen(key) + 1 + (int)strlen(action->label) + 2;
}

/* Actions that can be done now: those of the panel, then the others in the order of the table. On a
 * page that takes all keys only its own, and help. */
static void put_keys(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_page *page = pl_page(state->page);
	bool is_alone = page && page->is_alone;
	const char *panel = pl_page_keys(state);
	const struct pl_action *row;
	int col = 1, width = 0, end = canvas->rect.cols;

	for (size_t i = is_alone ? 1 : 0; i < LAST; i++)
		width += width_of(state, pl_action(ends[i]));
	for (int is_everywhere = 0; is_everywhere < 2 - is_alone; is_everywhere++)
		for (size_t i = 0; (row = pl_ui_action(i)) != NULL; i++)
			if (!is_last(row) && is_shown(state, row) && is_on_its_key(state, row) &&
			    strcmp(row->panel, is_everywhere ? "" : panel) == 0)
				col = put_key(state, canvas, row, col, end - width);
	for (size_t i = is_alone ? 1 : 0; i < LAST; i++)
		col = put_key(state, canvas, pl_action(ends[i]), col, end);
}

void pl_bar_bottom(const struct pl_state *state, const struct pl_canvas *canvas)
{
	if (state->entry.kind != PL_ENTRY_NONE)
		pl_entry_draw(state, canvas);
	else if (state->message[0])
		pl_canvas_field(canvas, 0, 1, canvas->rect.cols - 1, state->message_role,
				state->message);
	else
		put_keys(state, canvas);
}

void pl_bar_small(const struct pl_state *state, const struct pl_canvas *canvas)
{
	const struct pl_model_point *last = pl_model_last_point(state->model);
	char word[160], number[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];
	enum pl_role role;
	int col;

	pl_bar_state(state, word, sizeof word, &role);
	col = pl_canvas_put(canvas, 0, 0, PL_ROLE_DIM, "too small");
	col = pl_canvas_put(canvas, 0, col + 1, role, "%s", word) + 1;
	col = put_alarms(state, canvas, col); /* what must be seen stands before what may be cut */
	if (last) {
		pl_format_interval(number, error, last->rate, last->lo, last->hi,
				   canvas->glyphs->text[PL_GLYPH_PLUS_MINUS]);
		pl_canvas_put(canvas, 0, col, PL_ROLE_NORMAL, "%.10g: %s %s Hz", last->set, number,
			      error);
	}
}
