/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sync thread's jobs: so many files fit, and no descriptor is left of those that do not. */
#include "store/sync.h"

#include "base/disk.h"
#include "plateau/clock.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void files_beyond_a_full_job_cost_no_descriptor(void **state)
{
	char path[] = "/tmp/plateau-sync.XXXXXX";
	struct pl_file file = {.fd = mkstemp(path)};
	struct pl_sync_job job = {.count = 0};
	struct pl_disk disk = {0};
	struct pl_sync *sync;
	struct pl_error error;
	int before;

	(void)state;
	assert_true(file.fd >= 0);
	unlink(path);
	before = descriptors();
	for (unsigned i = 0; i < PL_SYNC_FILES; i++)
		assert_true(pl_sync_add(&job, i, i, &file));
	assert_int_equal(descriptors(), before + PL_SYNC_FILES);
	for (unsigned i = 0; i < 5; i++)
		assert_false(pl_sync_add(&job, PL_SYNC_FILES + i, 0, &file));
	assert_int_equal(descriptors(), before + PL_SYNC_FILES);

	assert_int_equal(pl_sync_start(&disk, &sync, &error), PL_OK);
	pl_sync_put(sync, &job);
	while (!pl_sync_take(sync, &job)) {
		struct pollfd wait = {.fd = pl_sync_fd(sync), .events = POLLIN};

		pl_clock_poll(&wait, 1, PL_NEVER);
	}
	assert_int_equal(job.count, PL_SYNC_FILES);
	pl_sync_stop(sync);
	assert_int_equal(descriptors(), before);
	close(file.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_beyond_a_full_job_cost_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
