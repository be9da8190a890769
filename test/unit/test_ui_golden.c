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

static const struct look looks[] = {
    {"30x5", 5, 30, "colour", "braille"},
    {"60x9-mono", 9, 60, "mono", "block"},
    {"39x24-ascii", 24, 39, "mono", "ascii"},
};

static void check_looks(const char *frames, void (*prepare)(struct golden *golden),
			const char *scene)
{
	char name[80];

	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		struct golden golden;

		golden_open(&golden, looks[i].rows, looks[i].cols, looks[i].theme, looks[i].glyphs);
		golden_play(&golden, frames);
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
	check_looks("running", NULL, "small");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_screen_too_small_says_the_most_important),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
