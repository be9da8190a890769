/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking up the folder of an earlier run, and asking who owns one. */
#include "unit/store_writer.h"

#include "store/owner.h"

#include <signal.h>
#include <sys/wait.h>

/* Folder 1 of the workspace as its owner left it, in that state. */
static void leave_run(struct fixture *f, enum pl_run_state state)
{
	struct pl_run_status status = fixture_status(state);
	struct pl_text text = {0};

	fixture_head(f);
	gethostname(f->head.host, sizeof f->head.host - 1);
	pl_run_yaml(&f->head, &status, &text);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	pl_text_free(&text);
	pl_run_folder_close(&f->head.folder);
}

static struct pl_run_folder reopen(struct fixture *f, const char *run)
{
	struct pl_run_folder folder;
	struct pl_error error;
	char line[700];

	if (pl_run_folder_reopen(&f->workspace, run, &folder, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return folder;
}

static void assert_refused(struct fixture *f, const char *run, enum pl_status code,
			   const char *word)
{
	struct pl_run_folder folder;
	struct pl_error error;

	assert_int_equal(pl_run_folder_reopen(&f->workspace, run, &folder, &error), code);
	if (!strstr(error.text, word))
		fail_msg("%s: %s", error.where, error.text);
	assert_int_equal(folder.dir, -1);
	assert_int_equal(folder.lock, -1);
}

static void a_folder_is_taken_up_by_number_day_and_path(void **state)
{
	struct fixture *f = *state;
	struct pl_run_folder folder;

	fixture_open(f);
	leave_run(f, PL_RUN_CRASHED);
	const char *const words[] = {"1", "last", "2026-11-21/1", f->head.folder.path};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		folder = reopen(f, words[i]);
		assert_int_equal(folder.number, 1);
		assert_string_equal(folder.uid, f->head.folder.uid);
		assert_string_equal(folder.path, f->head.folder.path);
		assert_string_equal(folder.name, f->head.folder.name);
		assert_string_equal(folder.day, "2026-11-21");
		assert_string_equal(folder.stale_holder, "");
		assert_true(pl_run_is_owned(folder.dir));
		pl_run_folder_close(&folder);
	}
}

/* A process that holds the folder's lock until it is killed. */
static pid_t hold(struct fixture *f)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		struct pl_run_folder folder = {.dir = -1};

		if (pl_run_folder_reopen(&f->workspace, "1", &folder, NULL) == PL_OK &&
		    write(ready[1], "x", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void case_16_a_live_holder_is_named_and_a_dead_one_is_taken_over(void **state)
{
	struct fixture *f = *state;
	struct pl_run_folder folder;
	struct pl_run_summary run;
	char pid[32];

	fixture_open(f);
	leave_run(f, PL_RUN_RUNNING);
	pid_t child = hold(f);
	snprintf(pid, sizeof pid, "pid %d on ", (int)child);
	assert_refused(f, "1", PL_ERR_BUSY, pid);
	assert_refused(f, "1", PL_ERR_BUSY, " since 20");
	assert_int_equal(pl_runs_find(f->path, "1", &run, NULL), PL_OK);
	assert_true(run.is_owned);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(pl_runs_find(f->path, "1", &run, NULL), PL_OK);
	assert_false(run.is_owned);
	folder = reopen(f, "1");
	assert_non_null(strstr(folder.stale_holder, pid));
	pl_run_folder_close(&folder);
}

/* A flock of ours would be one more row in /proc/locks, and make an owner's attempt fail. */
static void asking_for_an_owner_takes_no_lock(void **state)
{
	struct fixture *f = *state;

	fixture_open(f);
	leave_run(f, PL_RUN_RUNNING);
	pid_t child = fork();
	if (child == 0) { /* asks all the time */
		for (;;) {
			struct pl_run_summary run;

			pl_runs_find(f->path, "1", &run, NULL);
		}
	}
	for (int i = 0; i < 300; i++) {
		struct pl_run_folder folder = reopen(f, "1");
		pl_run_folder_close(&folder);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void what_must_not_be_resumed_is_refused_with_a_sentence(void **state)
{
	struct fixture *f = *state;
	struct pl_workspace other;
	struct pl_run_folder folder;
	struct pl_error error;
	char path[160];

	fixture_open(f);
	leave_run(f, PL_RUN_FINISHED);
	assert_refused(f, "1", PL_ERR_USAGE, "finished");
	assert_refused(f, "7", PL_ERR_NOT_FOUND, "7");
	leave_run(f, PL_RUN_INTERRUPTED);
	assert_int_equal(
	    pl_workspace_open(&f->disk, f->path, "cosmic_2", "/etc/two.yaml", &other, NULL), PL_OK);
	assert_int_equal(pl_run_folder_reopen(&other, "2", &folder, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "cosmic_1"));
	pl_workspace_close(&other);
	snprintf(path, sizeof path, "%s/other", f->root);
	assert_int_equal(
	    pl_workspace_open(&f->disk, path, "cosmic_1", "/etc/bench.yaml", &other, NULL), PL_OK);
	assert_int_equal(pl_run_folder_reopen(&other, f->head.folder.path, &folder, &error),
			 PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "--workspace"));
	pl_workspace_close(&other);
}

static void a_run_of_another_host_is_left_to_it(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;
	struct pl_text text = {0};

	fixture_open(f);
	fixture_head(f);
	pl_text_copy(f->head.host, sizeof f->head.host, "another-pc");
	pl_run_yaml(&f->head, &status, &text);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	pl_text_free(&text);
	pl_run_folder_close(&f->head.folder);
	assert_refused(f, "1", PL_ERR_USAGE, "another-pc");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(a_folder_is_taken_up_by_number_day_and_path),
	    CASE(case_16_a_live_holder_is_named_and_a_dead_one_is_taken_over),
	    CASE(asking_for_an_owner_takes_no_lock),
	    CASE(what_must_not_be_resumed_is_refused_with_a_sentence),
	    CASE(a_run_of_another_host_is_left_to_it),
	};

	return cmocka_run_group_tests_name("store_reopen", tests, NULL, NULL);
}
