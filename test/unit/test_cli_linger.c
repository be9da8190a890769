/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What logind.conf says about processes that a user leaves behind. */
#include "cli/linger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int kills(const char *text)
{
	return pl_logind_kills(text, strlen(text));
}

static void case_56_nothing_said_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(kills(""), -1);
	assert_int_equal(kills("[Login]\n#KillUserProcesses=yes\nKillOnlyUsers=yes\n"), -1);
}

static void case_56_yes_in_all_its_forms(void **state)
{
	(void)state;
	assert_int_equal(kills("[Login]\nKillUserProcesses=yes\n"), 1);
	assert_int_equal(kills("KillUserProcesses = True"), 1);
	assert_int_equal(kills("KillUserProcesses=1\n"), 1);
	assert_int_equal(kills("KillUserProcesses=no\n"), 0);
	assert_int_equal(kills("KillUserProcesses=off\n"), 0);
}

static void case_56_the_last_word_holds(void **state)
{
	(void)state;
	assert_int_equal(kills("KillUserProcesses=yes\nKillUserProcesses=no\n"), 0);
}

static void a_long_line_is_no_trouble(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 2000, "\nKillUserProcesses=yes\n", 23);
	assert_int_equal(pl_logind_kills(text, sizeof(text)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_56_nothing_said_is_nothing),
	    cmocka_unit_test(case_56_yes_in_all_its_forms),
	    cmocka_unit_test(case_56_the_last_word_holds),
	    cmocka_unit_test(a_long_line_is_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
