/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.c - the screen's main loop: keys, messages of the engine, drawing.
 *
 * One thread, one poll. A frame is drawn only when something changed and the terminal takes it; a
 * terminal that does not read loses frames, nothing else. A snapshot is acknowledged when it is on
 * the screen, and only then does the engine send the next. Nothing here can hold up the engine.
 */
#include "view.h"

#include "format.h"
#include "frame.h"
#include "page.h"
#include "plateau/text.h"
#include "term_crash.h"

#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEYS_A_TURN 4096 /* a paste does not starve the rest */

static bool can_write(const struct pl_term *term)
{
	struct pollfd fds = {.fd = term->out_fd, .events = POLLOUT};

	return term->out_fd < 0 || (pl_clock_poll(&fds, 1, 0) > 0 && (fds.revents & POLLOUT));
}

/* The clock in the top line is looked at when the minute changes. */
static int64_t next_minute_ns(int64_t now_ns)
{
	int64_t minute = 60 * PL_NS_PER_S;

	return now_ns + minute - pl_clock_utc_ns() % minute;
}

static bool has_more_keys(void)
{
	struct pollfd fds = {.fd = STDIN_FILENO, .events = POLLIN};

	return pl_clock_poll(&fds, 1, 0) > 0;
}

static void take_mouse(struct pl_view *view)
{
	int row = 0, col = 0;
	enum pl_mouse what = pl_term_mouse_read(&row, &col);

	pl_view_mouse(view, what, row, col);
}

/* Keys that come in one go are no hand's: none of them is calm. */
static void take_keys(struct pl_view *view)
{
	struct pl_state *state = &view->state;

	for (int i = 0; i < KEYS_A_TURN && !state->is_leaving; i++) {
		int key = pl_term_key(&view->term);

		if (key == PL_KEY_NONE)
			return;
		if (key == PL_KEY_MOUSE) {
			take_mouse(view);
			continue;
		}
		state->now_ns = pl_clock_mono_ns();
		state->calm_ns = i > 0 || has_more_keys() ? 0 : state->now_ns - state->last_key_ns;
		pl_view_key(view, key);
		state->last_key_ns = state->now_ns;
		view->had_key = true;
	}
}

static void take_events(struct pl_view *view, unsigned events)
{
	struct pl_state *state = &view->state;

	if (events & (PL_TERM_HANGUP | PL_TERM_ENDED))
		state->is_leaving = true;
	if (events & PL_TERM_ENDED)
		view->exit_status = 143;
	if (events & PL_TERM_SUSPEND)
		state->wants_suspend = true;
	if (events & PL_TERM_RESIZED)
		pl_term_resize(&view->term);
	if (events & PL_TERM_CONTINUED)
		pl_term_resume(&view->term);
	view->has_changed = view->has_changed || events != 0;
}

enum { FD_KEYS, FD_SIGNALS, FD_ENGINE, FD_SCREEN, FDS };

/* Sleeps until there is something to do. */
static void wait_for_more(struct pl_view *view, struct pollfd fds[FDS], int64_t minute_ns)
{
	const struct pl_session *session = &view->session;
	int64_t ages_ns = pl_model_next_ns(view->state.model, view->state.now_ns);
	int64_t deadline = ages_ns < minute_ns ? ages_ns : minute_ns;

	/* Calm begins when we listen again: keys that piled up meanwhile are not calm. */
	if (view->had_key)
		view->state.last_key_ns = pl_clock_mono_ns();
	view->had_key = false;
	fds[FD_KEYS] = (struct pollfd){.fd = view->term.in_fd, .events = POLLIN};
	fds[FD_SIGNALS] = (struct pollfd){.fd = view->term.signal_fd, .events = POLLIN};
	fds[FD_ENGINE] = (struct pollfd){.fd = session->client ? pl_client_fd(session->client) : -1,
					 .events = POLLIN};
	/* Only a screen that would not take the frame is waited for. */
	fds[FD_SCREEN] =
	    (struct pollfd){.fd = view->has_changed ? view->term.out_fd : -1, .events = POLLOUT};
	if (!session->client && session->retry_ns < deadline)
		deadline = session->retry_ns;
	if (view->state.message[0] && view->state.message_until_ns < deadline)
		deadline = view->state.message_until_ns;
	if (pl_script_deadline(&view->script) < deadline)
		deadline = pl_script_deadline(&view->script);
	pl_clock_poll(fds, FDS, deadline);
	view->state.now_ns = pl_clock_mono_ns();
	view->has_changed = view->has_changed || view->state.now_ns >= ages_ns;
}

static void tell_page(struct pl_view *view)
{
	const struct pl_page *page = pl_page(view->state.page);

	view->has_changed = true;
	if (page && page->news)
		page->news(view);
}

static void turn(struct pl_view *view, int64_t *minute_ns)
{
	struct pollfd fds[FDS];

	wait_for_more(view, fds, *minute_ns);
	if (fds[FD_SIGNALS].revents)
		take_events(view, pl_term_events(&view->term));
	if (fds[FD_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		view->state.is_leaving = true;
	if (fds[FD_KEYS].revents & POLLIN) {
		take_keys(view);
		tell_page(view);
	}
	if (fds[FD_ENGINE].revents && pl_session_read(&view->session, &view->state))
		tell_page(view);
	if (pl_session_retry(&view->session, &view->state))
		view->has_changed = true;
	if (pl_state_forget(&view->state))
		view->has_changed = true;
	if (view->state.now_ns >= *minute_ns) {
		*minute_ns = next_minute_ns(view->state.now_ns);
		view->has_changed = true;
	}
	if (view->state.wants_suspend) {
		view->state.wants_suspend = false;
		pl_term_suspend(&view->term);
	}
}

static void run(struct pl_view *view)
{
	int64_t minute_ns = next_minute_ns(pl_clock_mono_ns());

	while (!view->state.is_leaving && !view->session.failure[0]) {
		if (view->has_changed && can_write(&view->term)) {
			view->state.utc_ns = pl_clock_utc_ns();
			pl_frame_draw(&view->state);
			refresh();
			view->has_changed = false;
			pl_session_drawn(&view->session, &view->state);
		}
		if (view->has_changed || !pl_script_step(view))
			turn(view, &minute_ns);
	}
}

static void init(struct pl_view *view, const struct pl_ui_options *options)
{
	struct pl_state *state = &view->state;
	char text[120];

	view->options = options;
	view->has_changed = true;
	*state = (struct pl_state){
	    .model = pl_model_new(),
	    .glyphs = pl_glyphs_choose(options->glyphs, view->term.is_utf8, getenv("TERM")),
	    .theme = &view->theme,
	    .is_utf8 = view->term.is_utf8,
	    .is_watch = options->watch,
	    .is_connected = true,
	    .focus = PL_PANEL_SCAN,
	    .zoom = PL_PANEL_NONE,
	    .cursor = -1,
	    .now_ns = pl_clock_mono_ns(),
	};
	pl_text_copy(state->operator_name, sizeof state->operator_name,
		     options->operator_name ? options->operator_name : "");
	pl_theme_start(&view->theme, options->theme);
	for (size_t i = 0; i < options->key_count; i++) {
		const struct pl_action *action = pl_action_of_name(options->keys[i].action);

		if (action) /* pl_ui_keys_check has seen them */
			pl_keymap_bind(&state->keymap, (enum pl_action_id)action->id,
				       options->keys[i].keys, text, sizeof text);
	}
	state->refresh_hz = options->refresh_hz;
	if (options->mouse)
		pl_view_set_mouse(view, true);
	state->message[0] = '\0';
	if (options->script)
		pl_script_start(&view->script, options->script);
}

static enum pl_status start(struct pl_term *term, const struct pl_ui_options *options,
			    struct pl_error *error)
{
	if (options->rows > 0)
		return pl_term_start_memory(term, options->rows, options->cols, error);
	return pl_term_start(term, error);
}

/* The view of the engine's own program takes this one's place; when it cannot, the failure says
 * why besides. */
static void become(struct pl_view *view)
{
	char *failure = view->session.failure;
	size_t length = strlen(failure);
	struct pl_error error;
	char text[300];

	view->options->become(view->options->ctx, view->session.other_build, &error);
	snprintf(failure + length, sizeof view->session.failure - length, " (%s)",
		 pl_error_format(&error, text, sizeof text));
}

/* The terminal is its own again: what the shell shows next is how to come back. */
static void say_goodbye(const struct pl_view *view)
{
	const struct pl_model *model = view->state.model;

	if (view->options->come_back && !view->options->script &&
	    (pl_model_is_running(model) || model->live_count > 0))
		printf("the run goes on; `%s` comes back\n", view->options->come_back);
}

/* Known before anything can go wrong: a handler of signals has no time to put words together. */
static void prepare_last_words(const struct pl_ui_options *options)
{
	char text[400];

	if (!options->come_back || options->rows > 0)
		return;
	snprintf(text, sizeof text,
		 "plateau: the screen crashed; `%.300s` comes back; the run "
		 "goes on",
		 options->come_back);
	pl_crash_say(text);
}

int pl_ui_run(const struct pl_ui_options *options)
{
	struct pl_view view = {0};
	struct pl_error error;
	char text[700];

	prepare_last_words(options);
	if (start(&view.term, options, &error) != PL_OK) {
		fprintf(stderr, "plateau: %s\n", pl_error_format(&error, text, sizeof text));
		pl_client_close(options->client);
		return 1;
	}
	init(&view, options);
	pl_session_start(&view.session, options, &view.state);
	run(&view);
	pl_session_end(&view.session, &view.state);
	pl_page_go(&view, PL_PAGE_BENCH);
	pl_term_stop(&view.term);
	if (view.session.other_build && options->become)
		become(&view);
	if (view.session.failure[0]) {
		pl_format_safe(text, sizeof text, sizeof text, view.session.failure,
			       view.state.is_utf8, NULL);
		fprintf(stderr, "plateau: %s\n", text);
		view.exit_status = 1;
	} else {
		say_goodbye(&view);
	}
	pl_state_end(&view.state);
	return view.exit_status;
}
