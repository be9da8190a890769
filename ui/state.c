/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.c - messages, and what one view leaves for the next. One thread.
 */
#include "state.h"

#include "plateau/clock.h"

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

void pl_state_save(const struct pl_state *state, char *out, size_t cap)
{
	snprintf(out, cap, "panel=%d zoom=%d cursor=%" PRId64 " log=%d read=%" PRId64,
		 (int)state->focus, (int)state->zoom, state->cursor, state->is_log_scale,
		 state->log.read_n);
}

void pl_state_restore(struct pl_state *state, const char *saved)
{
	int panel, zoom, is_log;
	int64_t cursor, read_n = 0;

	if (sscanf(saved, "panel=%d zoom=%d cursor=%" SCNd64 " log=%d read=%" SCNd64, &panel, &zoom,
		   &cursor, &is_log, &read_n) < 4)
		return;
	if (panel < 0 || panel >= PL_PANELS || zoom < 0 || zoom > PL_PANELS || cursor < -1 ||
	    cursor > INT32_MAX)
		return;
	state->focus = (enum pl_panel_id)panel;
	state->zoom = (enum pl_panel_id)zoom;
	state->cursor = cursor;
	state->is_log_scale = is_log != 0;
	state->log.read_n = read_n;
}
