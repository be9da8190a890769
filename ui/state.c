/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.c - messages, and what one view leaves for the next. One thread.
 */
#include "state.h"

#include "plateau/clock.h"
#include "plateau/protocol.h"
#include "plateau/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NEWS_NS	    (5 * PL_NS_PER_S)
#define BAD_NEWS_NS (30 * PL_NS_PER_S)

void pl_state_say(struct pl_state *state, enum pl_role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(state->message, sizeof state->message, format, args);
	va_end(args);
	state->message_role = role;
	state->message_until_ns =
	    state->now_ns + (role == PL_ROLE_WARN || role == PL_ROLE_ALARM ? BAD_NEWS_NS : NEWS_NS);
}

bool pl_state_forget(struct pl_state *state)
{
	if (!state->message[0] || state->now_ns < state->message_until_ns)
		return false;
	state->message[0] = '\0';
	return true;
}

/* ---- what the next view is given ---- */

/* Whole numbers by name; a view takes those it knows and passes by the others. One that is out of
 * its range, or a line without the needed ones, is of no view: nothing of it is taken. */
enum saved {
	SAVED_PANEL,
	SAVED_ZOOM,
	SAVED_CURSOR,
	SAVED_LOG,
	SAVED_DIFFERENTIAL,
	SAVED_HIDDEN,
	SAVED_CURVE_ZOOM,
	SAVED_UNDER,
	SAVED_READ,
	SAVED_COUNT
};

static const struct {
	const char *name;
	int64_t least, most;
	bool is_needed;
} saved_rows[SAVED_COUNT] = {
    [SAVED_PANEL] = {"panel", 0, PL_PANELS - 1, true},
    [SAVED_ZOOM] = {"zoom", 0, PL_PANELS, true},
    [SAVED_CURSOR] = {"cursor", -1, INT32_MAX, true},
    [SAVED_LOG] = {"log", 0, 1, true},
    [SAVED_DIFFERENTIAL] = {"differential", 0, 1, false},
    [SAVED_HIDDEN] = {"hidden", INT64_MIN, INT64_MAX, false}, /* bits */
    [SAVED_CURVE_ZOOM] = {"curve_zoom", 0, PL_CURVE_ZOOM_MAX, false},
    [SAVED_UNDER] = {"under", 0, INT32_MAX, false},
    [SAVED_READ] = {"read", 0, INT64_MAX, false},
};

static void gather(const struct pl_state *state, int64_t values[SAVED_COUNT])
{
	values[SAVED_PANEL] = state->focus;
	values[SAVED_ZOOM] = state->zoom;
	values[SAVED_CURSOR] = state->cursor;
	values[SAVED_LOG] = state->is_log_scale;
	values[SAVED_DIFFERENTIAL] = state->curve.is_differential;
	values[SAVED_HIDDEN] = (int64_t)state->curve.hidden;
	values[SAVED_CURVE_ZOOM] = state->curve.zoom;
	values[SAVED_UNDER] = state->under_run;
	values[SAVED_READ] = state->log.read_n;
}

static void spread(struct pl_state *state, const int64_t values[SAVED_COUNT], double middle)
{
	state->focus = (enum pl_panel_id)values[SAVED_PANEL];
	state->zoom = (enum pl_panel_id)values[SAVED_ZOOM];
	state->cursor = values[SAVED_CURSOR];
	state->is_log_scale = values[SAVED_LOG] != 0;
	state->curve.is_differential = values[SAVED_DIFFERENTIAL] != 0;
	state->curve.hidden = (uint64_t)values[SAVED_HIDDEN];
	state->curve.zoom = (int)values[SAVED_CURVE_ZOOM];
	state->curve.middle = middle;
	state->under_run = values[SAVED_UNDER];
	state->log.read_n = values[SAVED_READ];
}

void pl_state_save(const struct pl_state *state, char *out, size_t cap)
{
	char middle[PL_NUMBER_SIZE];
	int64_t values[SAVED_COUNT];
	size_t used = 0;

	gather(state, values);
	for (int i = 0; i < SAVED_COUNT && used < cap; i++)
		used += (size_t)snprintf(out + used, cap - used, "%s=%" PRId64 " ",
					 saved_rows[i].name, values[i]);
	if (used < cap)
		used += (size_t)snprintf(out + used, cap - used, "middle=%s",
					 pl_number_format(state->curve.middle, middle));
	if (used < cap)
		pl_history_save(&state->entry.history, out + used, cap - used);
}

/* The text behind "name=" in the line, cut to cap; false: it is not there. */
static bool find_saved(const char *saved, const char *name, char *out, size_t cap)
{
	size_t length = strlen(name);

	for (const char *at = saved; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		if (strncmp(at, name, length) != 0 || at[length] != '=')
			continue;
		at += length + 1;
		snprintf(out, cap, "%.*s", (int)strcspn(at, " "), at);
		return true;
	}
	return false;
}

void pl_state_restore(struct pl_state *state, const char *saved)
{
	int64_t values[SAVED_COUNT];
	double middle = state->curve.middle;
	char text[32], line[PL_PROTOCOL_SAVED_MAX];

	/* Commands typed before stand on lines of their own behind the first. */
	pl_history_restore(&state->entry.history, saved + strcspn(saved, "\n"));
	snprintf(line, sizeof line, "%.*s", (int)strcspn(saved, "\n"), saved);
	saved = line;
	gather(state, values);
	for (int i = 0; i < SAVED_COUNT; i++) {
		if (!find_saved(saved, saved_rows[i].name, text, sizeof text)) {
			if (saved_rows[i].is_needed)
				return;
			continue;
		}
		if (!pl_text_to_int(text, &values[i]) || values[i] < saved_rows[i].least ||
		    values[i] > saved_rows[i].most)
			return;
	}
	if (find_saved(saved, "middle", text, sizeof text))
		pl_text_to_double(text, &middle);
	spread(state, values, middle);
}

void pl_state_end(struct pl_state *state)
{
	pl_books_free(&state->books);
	pl_form_fini(&state->form);
	pl_runs_free(state->runs);
	pl_run_shown_free(state->run_shown);
	pl_model_free(state->model);
}
