/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_session.c - any bytes as what an engine says to a view: snapshots, answers, events, the end.
 * What the view makes of them is drawn on a terminal in memory, panel by panel.
 */
#include "plateau/text.h"
#include "ui/frame.h"
#include "ui/page.h"

#include <fcntl.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SENT_MAX (96u << 10) /* what a socket holds without a reader */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

struct place {
	struct pl_view view;
	int listener;
	char path[64];
};

/* Listens, and is gone from the disk when the first view has connected: a link is all it takes. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	pl_text_copy(address.sun_path, sizeof address.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(fd, 4) != 0)
		abort();
	return fd;
}

static struct place *the_place(void)
{
	static struct place place;

	if (place.path[0])
		return &place;
	if (pl_term_start_memory(&place.view.term, 24, 80, NULL) != PL_OK)
		abort();
	pl_theme_start(&place.view.theme, "colour");
	snprintf(place.path, sizeof place.path, "/tmp/plateau-fuzz-%d.sock", (int)getpid());
	return &place;
}

/* All that a view may have asked when the answers come. */
static void ask_all(struct pl_view *view)
{
	for (int ask = PL_ASK_VIEW + 1; ask < PL_ASKS; ask++)
		pl_session_ask(&view->session, &view->state, (enum pl_ask)ask, NULL);
}

static void draw_all(struct pl_view *view)
{
	pl_frame_draw(&view->state);
	refresh();
	for (int panel = 0; panel < PL_PANELS; panel++) {
		view->state.focus = view->state.zoom = (enum pl_panel_id)panel;
		pl_frame_draw(&view->state);
	}
	pl_page_go(view, PL_PAGE_HELP);
	pl_frame_draw(&view->state);
	pl_page_go(view, PL_PAGE_BENCH);
}

static void start(struct pl_view *view, const struct pl_ui_options *options)
{
	view->options = options;
	view->state = (struct pl_state){.model = pl_model_new(),
					.theme = &view->theme,
					.is_utf8 = true,
					.is_connected = true,
					.focus = PL_PANEL_SCAN,
					.zoom = PL_PANEL_NONE,
					.cursor = -1,
					.now_ns = PL_NS_PER_S};
	view->state.glyphs = pl_glyphs_choose("braille", true, "xterm-256color");
	pl_session_start(&view->session, options, &view->state);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct place *place = the_place();
	struct pl_view *view = &place->view;
	struct pl_ui_options options = {.watch = false};
	int listener = listen_at(place->path), engine;

	if (pl_client_open(place->path, &options.client, NULL) != PL_OK)
		abort();
	engine = accept(listener, NULL, NULL);
	unlink(place->path);
	start(view, &options);
	ask_all(view);
	if (count > SENT_MAX)
		count = SENT_MAX;
	if (send(engine, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		abort();
	shutdown(engine, SHUT_WR);
	while (view->session.client)
		pl_session_read(&view->session, &view->state);
	draw_all(view);
	pl_session_end(&view->session, &view->state);
	pl_books_free(&view->state.books);
	pl_model_free(view->state.model);
	close(engine);
	close(listener);
	return 0;
}
