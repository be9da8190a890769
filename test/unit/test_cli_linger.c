/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What logind.conf and its drop-ins say about processes that a user leaves behind. */
#include "cli/linger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/folder.h"

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

/* A system in a folder: logind runs, and these are its files. */
static void make_system(struct folder *root, const char *conf, const char *drop_in)
{
	static const char *const dirs[] = {"etc",
					   "etc/systemd",
					   "etc/systemd/logind.conf.d",
					   "run",
					   "run/systemd",
					   "run/systemd/seats",
					   "var",
					   "var/lib",
					   "var/lib/systemd",
					   "var/lib/systemd/linger",
					   "proc",
					   "proc/self"};

	assert_int_equal(folder_open(root), 0);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		assert_int_equal(mkdirat(root->fd, dirs[i], 0750), 0);
	assert_int_equal(folder_write(root, "etc/systemd/logind.conf", conf, strlen(conf)), 0);
	assert_int_equal(
	    folder_write(root, "etc/systemd/logind.conf.d/50-site.conf", drop_in, strlen(drop_in)),
	    0);
}

static void case_56_a_system_that_kills_is_seen_unless_the_account_lingers(void **state)
{
	struct folder root;

	(void)state;
	make_system(&root, "[Login]\nKillUserProcesses=no\n", "[Login]\nKillUserProcesses=yes\n");
	assert_true(pl_linger_is_missing(root.path, "anna"));
	assert_int_equal(folder_write(&root, "var/lib/systemd/linger/anna", "", 0), 0);
	assert_false(pl_linger_is_missing(root.path, "anna"));
	assert_true(pl_linger_is_missing(root.path, "ben"));
	folder_remove(&root);
}

static void case_56_a_lingering_account_does_not_keep_what_its_session_holds(void **state)
{
	static const char session[] = "0::/user.slice/user-1000.slice/session-3.scope\n";
	static const char own[] = "0::/user.slice/user-1000.slice/user@1000.service/run-u1.scope\n";
	struct folder root;

	(void)state;
	make_system(&root, "[Login]\nKillUserProcesses=yes\n", "");
	assert_int_equal(folder_write(&root, "var/lib/systemd/linger/anna", "", 0), 0);
	assert_int_equal(folder_write(&root, "proc/self/cgroup", session, strlen(session)), 0);
	assert_true(pl_linger_is_missing(root.path, "anna"));
	assert_int_equal(unlinkat(root.fd, "proc/self/cgroup", 0), 0);
	assert_int_equal(folder_write(&root, "proc/self/cgroup", own, strlen(own)), 0);
	assert_false(pl_linger_is_missing(root.path, "anna"));
	assert_true(pl_linger_is_missing(root.path, "ben"));
	folder_remove(&root);
}

static void case_56_a_drop_in_says_it_last(void **state)
{
	struct folder root;

	(void)state;
	make_system(&root, "[Login]\nKillUserProcesses=yes\n", "[Login]\nKillUserProcesses=no\n");
	assert_false(pl_linger_is_missing(root.path, "anna"));
	folder_remove(&root);
}

static void case_56_a_system_without_logind_is_no_trouble(void **state)
{
	struct folder root;

	(void)state;
	assert_int_equal(folder_open(&root), 0);
	assert_false(pl_linger_is_missing(root.path, "anna"));
	folder_remove(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_56_nothing_said_is_nothing),
	    cmocka_unit_test(case_56_yes_in_all_its_forms),
	    cmocka_unit_test(case_56_the_last_word_holds),
	    cmocka_unit_test(a_long_line_is_no_trouble),
	    cmocka_unit_test(case_56_a_system_that_kills_is_seen_unless_the_account_lingers),
	    cmocka_unit_test(case_56_a_lingering_account_does_not_keep_what_its_session_holds),
	    cmocka_unit_test(case_56_a_drop_in_says_it_last),
	    cmocka_unit_test(case_56_a_system_without_logind_is_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
