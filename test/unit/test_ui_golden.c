/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole screens in the sizes, colours and signs that terminals have. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden.h"

struct look {
	const char *name;
	int rows, cols;
	const char *theme, *glyphs;
};

static const struct look all[] = {
    {"80x24", 24, 80, "default", "braille"},   {"80x24-mono", 24, 80, "mono", "block"},
    {"80x24-ascii", 24, 80, "mono", "ascii"},  {"120x40", 40, 120, "default", "braille"},
    {"120x40-mono", 40, 120, "mono", "block"}, {"120x40-ascii", 40, 120, "default", "ascii"},
    {"40x10", 10, 40, "default", "braille"},   {"40x10-mono", 10, 40, "mono", "block"},
    {"40x10-ascii", 10, 40, "mono", "ascii"},  {NULL, 0, 0, NULL, NULL},
};

static const struct look two[] = {
    {"80x24", 24, 80, "default", "braille"},
    {"40x10-ascii", 10, 40, "mono", "ascii"},
    {NULL, 0, 0, NULL, NULL},
};

static const struct look small[] = {
    {"30x5", 5, 30, "default", "braille"},
    {"60x9-mono", 9, 60, "mono", "block"},
    {"39x24-ascii", 24, 39, "mono", "ascii"},
    {NULL, 0, 0, NULL, NULL},
};

static void check_looks(const struct look *looks, const char *frames,
			void (*prepare)(struct golden *golden), const char *scene)
{
	char name[80];

	for (size_t i = 0; looks[i].name; i++) {
		struct golden golden;

		golden_open(&golden, looks[i].rows, looks[i].cols, looks[i].theme, looks[i].glyphs);
		golden_play(&golden, frames);
		pl_frame_draw(&golden.view.state); /* the layout that questions look at */
		if (prepare)
			prepare(&golden);
		snprintf(name, sizeof name, "%s-%s", scene, looks[i].name);
		golden_check(&golden, name);
		golden_close(&golden);
	}
}

static void a_screen_too_small_says_the_most_important(void **state)
{
	(void)state;
	check_looks(small, "running", NULL, "small");
}

static void all_panels_look_so(void **state)
{
	(void)state;
	check_looks(all, "running", NULL, "running");
}

static void points_in_doubt_look_so(void **state)
{
	(void)state;
	check_looks(two, "doubtful", NULL, "doubtful");
}

static void an_idle_bench_looks_so(void **state)
{
	(void)state;
	check_looks(two, "idle", NULL, "idle");
}

static void case_64_hostile_texts_look_so(void **state)
{
	(void)state;
	check_looks(two, "hostile", NULL, "hostile");
}

static void prepare_help(struct golden *golden)
{
	pl_page_go(&golden->view, PL_PAGE_HELP);
}

static void help_looks_so(void **state)
{
	(void)state;
	check_looks(all, "idle", prepare_help, "help");
}

static void prepare_stop(struct golden *golden)
{
	pl_view_ask_stop(&golden->view);
}

static void a_question_looks_so(void **state)
{
	(void)state;
	check_looks(all, "running", prepare_stop, "stop");
}

static void each_panel_alone_looks_so(void **state)
{
	static const char *const names[PL_PANELS] = {[PL_PANEL_DEVICES] = "devices",
						     [PL_PANEL_READINGS] = "readings",
						     [PL_PANEL_SCAN] = "scan",
						     [PL_PANEL_COUNTERS] = "counters",
						     [PL_PANEL_LOG] = "log"};
	char name[80];

	(void)state;
	for (int panel = 0; panel < PL_PANELS; panel++)
		for (size_t i = 0; two[i].name; i++) {
			struct golden golden;

			golden_open(&golden, two[i].rows, two[i].cols, two[i].theme, two[i].glyphs);
			golden_play(&golden, "running");
			golden.view.state.focus = (enum pl_panel_id)panel;
			golden.view.state.zoom = (enum pl_panel_id)panel;
			snprintf(name, sizeof name, "%s-%s", names[panel], two[i].name);
			golden_check(&golden, name);
			golden_close(&golden);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_screen_too_small_says_the_most_important),
	    cmocka_unit_test(all_panels_look_so),
	    cmocka_unit_test(points_in_doubt_look_so),
	    cmocka_unit_test(an_idle_bench_looks_so),
	    cmocka_unit_test(case_64_hostile_texts_look_so),
	    cmocka_unit_test(help_looks_so),
	    cmocka_unit_test(a_question_looks_so),
	    cmocka_unit_test(each_panel_alone_looks_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
