/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_script.c - any bytes as a script of keys and commands, on a terminal in memory, with a bench
 * that was seen once and whose engine is away. The view stays within its bounds whatever is typed.
 */
#include "ui/command.h"
#include "ui/frame.h"
#include "ui/page.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static const char snapshot[] =
    "{\"n\":1,\"bench\":{\"name\":\"b\"},\"scans\":[\"threshold\",\"noise\"],"
    "\"recordings\":[\"slow\"],\"devices\":[{\"name\":\"det\",\"state\":\"up\"}],"
    "\"readings\":[{\"path\":\"det.top.threshold\",\"value\":290,\"quality\":\"ok\"}],"
    "\"log\":[{\"n\":1,\"t\":\"2026-11-21T20:15:00.000Z\",\"level\":\"info\",\"text\":\"up\"}]}";

static bool save(void *ctx, const char *path, const char *text, size_t length,
		 struct pl_error *error)
{
	(void)ctx;
	(void)error;
	return path[0] != '\0' && strlen(text) == length;
}

static const struct pl_ui_options options = {.save = save, .script_name = "fuzz"};

static void see(struct pl_model *model)
{
	struct pl_json *json;
	struct pl_error error;

	if (pl_json_parse(snapshot, strlen(snapshot), &json, &error) != PL_OK)
		abort();
	pl_model_apply(model, json);
	pl_json_free(json);
}

static void check(const struct pl_view *view)
{
	const struct pl_state *state = &view->state;
	const struct pl_line *line = &state->entry.line;

	if (state->focus >= PL_PANELS || state->zoom > PL_PANELS || state->page >= PL_PAGES)
		abort();
	if (line->at > strlen(line->text) || strlen(line->text) >= sizeof line->text)
		abort();
	if (strlen(state->dialog.input) >= sizeof state->dialog.input)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct pl_view *view = calloc(1, sizeof *view);
	char *text = malloc(count + 1);
	struct pl_error error;

	if (!view || !text || pl_term_start_memory(&view->term, 24, 80, &error) != PL_OK)
		abort();
	memcpy(text, bytes, count);
	text[count] = '\0';
	view->options = &options;
	view->session.options = &options;
	view->state = (struct pl_state){.model = pl_model_new(),
					.theme = &view->theme,
					.is_utf8 = view->term.is_utf8,
					.is_connected = true,
					.focus = PL_PANEL_SCAN,
					.zoom = PL_PANEL_NONE,
					.cursor = -1};
	view->state.glyphs = pl_glyphs_choose(NULL, view->state.is_utf8, NULL);
	pl_theme_start(&view->theme, NULL);
	see(view->state.model);
	pl_script_start(&view->script, text);
	for (int i = 0; i < LINES_MAX && !view->state.is_leaving; i++) {
		pl_frame_draw(&view->state);
		if (!pl_script_step(view))
			break; /* nothing more, or a wait */
		check(view);
	}
	pl_page_go(view, PL_PAGE_BENCH);
	pl_term_stop(&view->term);
	pl_state_end(&view->state);
	free(text);
	free(view);
	return 0;
}
