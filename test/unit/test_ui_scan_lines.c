/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the Scan panel says of a run in words: channels that are stepped together, dead time. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden.h"

static char *drawn(struct golden *golden)
{
	pl_frame_draw(&golden->view.state);
	refresh();
	return golden_text(golden);
}

static struct golden *running(int rows, int cols, const char *glyphs)
{
	struct golden *golden = calloc(1, sizeof *golden);

	assert_non_null(golden);
	golden_open(golden, rows, cols, "mono", glyphs);
	golden_play(golden, "running");
	return golden;
}

static void finish(struct golden *golden, char *text)
{
	free(text);
	golden_close(golden);
	free(golden);
}

/* The script ends with a run that is over. */
static void go_on(struct pl_model_run *run)
{
	run->is_over = false;
	snprintf(run->state, sizeof run->state, "%s", "running");
	run->reason[0] = '\0';
}

static void expect(int rows, int cols, void (*prepare)(struct pl_model_run *run), const char *words,
		   bool is_there)
{
	struct golden *golden = running(rows, cols, "ascii");
	char *text;

	go_on(&golden->view.state.model->run);
	prepare(&golden->view.state.model->run);
	text = drawn(golden);
	if (!strstr(text, words) == is_there)
		fail_msg("\"%s\" is %sthere:\n%s", words, is_there ? "not " : "", text);
	finish(golden, text);
}

static void three_together(struct pl_model_run *run)
{
	run->together = 3;
	snprintf(run->channel, sizeof run->channel, "%s", "top");
}

static void one_alone(struct pl_model_run *run)
{
	run->together = 1;
	snprintf(run->channel, sizeof run->channel, "%s", "top");
}

static void two_dead(struct pl_model_run *run)
{
	run->invalid = run->suspect = run->saturated = run->skipped = run->voided = 0;
	run->dead = 2;
}

static void none_dead(struct pl_model_run *run)
{
	run->invalid = run->suspect = run->saturated = run->skipped = run->voided = run->dead = 0;
}

static void channels_that_are_stepped_together_are_counted_behind_the_first(void **state)
{
	(void)state;
	expect(24, 80, three_together, "top +2 ", true);
	expect(24, 80, one_alone, "top +", false);
}

static void points_with_too_much_dead_time_are_counted(void **state)
{
	(void)state;
	expect(24, 80, two_dead, "2 dead time > 10 %", true);
	expect(24, 80, none_dead, "dead time > 10 %", false);
}

static void dead_time_is_an_alarm_of_the_top_line_while_the_run_goes_on(void **state)
{
	(void)state;
	expect(24, 80, two_dead, "DEAD TIME", true);
	expect(24, 80, none_dead, "DEAD TIME", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(channels_that_are_stepped_together_are_counted_behind_the_first),
	    cmocka_unit_test(points_with_too_much_dead_time_are_counted),
	    cmocka_unit_test(dead_time_is_an_alarm_of_the_top_line_while_the_run_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
