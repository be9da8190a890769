/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where engine and clients meet, and who is the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/locate.h"
#include "plateau/text.h"
#include "unit/folder.h"

#include <stdio.h>
#include <sys/wait.h>

static void the_same_file_is_found_at_the_same_place(void **state)
{
	struct pl_location one, two, simulated;
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_locate("/b/bench.yaml", false, &one, &error), PL_OK);
	assert_int_equal(pl_locate("/b/bench.yaml", false, &two, &error), PL_OK);
	assert_int_equal(pl_locate("/b/bench.yaml", true, &simulated, &error), PL_OK);
	assert_string_equal(one.socket_path, two.socket_path);
	assert_string_not_equal(one.socket_path, simulated.socket_path);
	assert_int_equal(strlen(strrchr(one.socket_path, '/') + 1), 16 + strlen(".sock"));
}

static void the_directory_is_closed_to_others(void **state)
{
	struct pl_location location;
	struct pl_error error;
	struct stat st;

	(void)state;
	assert_int_equal(pl_locate("/b/bench.yaml", false, &location, &error), PL_OK);
	assert_int_equal(lstat(location.directory, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(st.st_uid, geteuid());
}

static void case_15_of_two_engines_one_gets_the_lock_and_the_other_its_name(void **state)
{
	struct folder folder;
	struct pl_location location = {.lock_name = "test.lock"};
	struct pl_disk disk;
	struct pl_error error;
	int first, second;

	(void)state;
	assert_int_equal(folder_open(&folder), 0);
	pl_text_copy(location.directory, sizeof(location.directory), folder.path);
	pl_disk_init(&disk);
	assert_int_equal(pl_locate_lock(&disk, &location, "pid 1 of ada", &first, &error), PL_OK);
	assert_int_equal(pl_locate_lock(&disk, &location, "pid 2 of bob", &second, &error),
			 PL_ERR_BUSY);
	assert_non_null(strstr(error.cause, "pid 1 of ada"));
	close(first);
	assert_int_equal(pl_locate_lock(&disk, &location, "pid 2 of bob", &second, &error), PL_OK);
	close(second);
	pl_disk_fini(&disk);
	folder_remove(&folder);
}

/* As another account, in a process of its own; its directory is planted before it comes. */
static enum pl_status locate_as(uid_t uid)
{
	struct pl_location location;
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		struct pl_error own;

		_exit(seteuid(uid) != 0 ? 255 : (int)pl_locate("/b", false, &location, &own));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return (enum pl_status)WEXITSTATUS(status);
}

static void case_22_a_planted_link_or_anothers_directory_is_refused(void **state)
{
	enum { SOMEBODY = 61234 };
	struct folder folder;
	char path[64];

	(void)state;
	if (geteuid() != 0) {
		printf("# other accounts can be played by root only\n");
		return;
	}
	snprintf(path, sizeof(path), "/tmp/plateau-%d", SOMEBODY);
	assert_int_equal(folder_open(&folder), 0);
	assert_int_equal(symlink(folder.path, path), 0);
	assert_int_equal(locate_as(SOMEBODY), PL_ERR_PERMISSION);
	unlink(path);
	assert_int_equal(mkdir(path, 0777), 0); /* root's */
	assert_int_equal(locate_as(SOMEBODY), PL_ERR_PERMISSION);
	assert_int_equal(chown(path, SOMEBODY, SOMEBODY), 0);
	assert_int_equal(locate_as(SOMEBODY), PL_OK);
	rmdir(path);
	folder_remove(&folder);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_same_file_is_found_at_the_same_place),
    cmocka_unit_test(the_directory_is_closed_to_others),
    cmocka_unit_test(case_15_of_two_engines_one_gets_the_lock_and_the_other_its_name),
    cmocka_unit_test(case_22_a_planted_link_or_anothers_directory_is_refused),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
