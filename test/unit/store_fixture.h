/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_fixture.h - a temporary workspace and a small bench for the tests of the store. */
#ifndef TEST_UNIT_STORE_FIXTURE_H
#define TEST_UNIT_STORE_FIXTURE_H

#include "store/run.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FIXTURE_UTC_NS (INT64_C(1795258326) * PL_NS_PER_S + 123 * PL_NS_PER_MS)

struct fixture {
	char root[64];	/* a directory of its own */
	char path[128]; /* the workspace in it, not made yet */
	struct pl_disk disk;
	struct pl_workspace workspace;
	struct pl_channel channels[3];
	struct pl_driver driver;
	struct pl_device device;
	struct pl_scan scan;
	struct pl_bench bench;
	struct pl_planned plan[4];
	struct pl_run_head head;
};

#define FIXTURE_COLUMNS                                                                            \
	{                                                                                          \
		{.name = "det.temperature", .unit = "C"}, {.name = "det.poll_count", .unit = ""},  \
	}

__attribute__((unused)) static void fixture_remove(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *entry; list && (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			fixture_remove(dirfd(list), entry->d_name);
	if (list)
		closedir(list);
	unlinkat(dir, name, list ? AT_REMOVEDIR : 0);
}

__attribute__((unused)) static int fixture_make(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	static const char text[] =
	    "# a comment\nbench: cosmic_1\ndevices:\n  det: {driver: fake}\n";

	snprintf(f->root, sizeof f->root, "/tmp/plateau-store-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	snprintf(f->path, sizeof f->path, "%s/data", f->root);
	pl_disk_init(&f->disk);
	f->workspace = (struct pl_workspace){.dir = -1, .lock = -1};
	f->channels[0] = (struct pl_channel){.name = "top", .id = 1, .threshold = 290};
	f->channels[1] = (struct pl_channel){.name = "mid", .id = 2, .threshold = NAN};
	f->channels[2] = (struct pl_channel){.name = "btm", .id = 3, .threshold = 295};
	f->driver = (struct pl_driver){.name = "fake"};
	f->device = (struct pl_device){
	    .spec = {.name = "det", .channels = f->channels, .channel_count = 3},
	    .driver = &f->driver,
	    .port = "/dev/fake",
	};
	f->scan = (struct pl_scan){
	    .name = "threshold",
	    .device = &f->device,
	    .channels = {{.channel = 0}, {.channel = 2}},
	    .channel_count = 2,
	    .dwell = {.time_ns = 2 * PL_NS_PER_S},
	    .suppress = 1023,
	};
	f->bench = (struct pl_bench){
	    .name = "cosmic_1",
	    .file = "/etc/bench.yaml",
	    .text = text,
	    .text_size = sizeof text - 1,
	    .devices = &f->device,
	    .device_count = 1,
	    .scans = &f->scan,
	    .scan_count = 1,
	};
	pl_hash_bytes(text, sizeof text - 1, f->bench.sha256);
	for (uint32_t i = 0; i < 4; i++)
		f->plan[i] = (struct pl_planned){.index = i + 1,
						 .channel = i < 2 ? 0 : 2,
						 .repeat = 1,
						 .set = 250 + 2.0 * (i % 2)};
	*state = f;
	return 0;
}

__attribute__((unused)) static int fixture_free(void **state)
{
	struct fixture *f = *state;

	pl_workspace_close(&f->workspace);
	pl_disk_fini(&f->disk);
	fixture_remove(AT_FDCWD, f->root);
	free(f);
	return 0;
}

__attribute__((unused)) static void fixture_open(struct fixture *f)
{
	assert_int_equal(pl_workspace_open(&f->disk, f->path, "cosmic_1", "/etc/bench.yaml",
					   &f->workspace, NULL),
			 PL_OK);
}

/* A run folder and a head for it; close it with pl_run_folder_close(&f->head.folder). */
__attribute__((unused)) static void fixture_head(struct fixture *f)
{
	f->head = (struct pl_run_head){
	    .bench = &f->bench,
	    .scan = &f->scan,
	    .plan = f->plan,
	    .plan_count = 4,
	    .actor = "ada (ada, /dev/pts/1)",
	    .operator_name = "ada",
	    .label = "No. 7: 'quoted', \"so\"",
	    .host = "bench-pc",
	    .version = "0.1",
	    .boot_id = "5b6d2b8e-0000-4000-8000-000000000001",
	    .pid = 99,
	    .created_utc_ns = FIXTURE_UTC_NS,
	    .created_mono_ns = 1234,
	    .columns = FIXTURE_COLUMNS,
	    .column_count = 2,
	    .carried_count = 2,
	};
	assert_int_equal(pl_run_folder_claim(&f->workspace, FIXTURE_UTC_NS, &f->head.folder, NULL),
			 PL_OK);
}

__attribute__((unused)) static struct pl_run_status fixture_status(enum pl_run_state state)
{
	struct pl_run_status status = {
	    .state = state,
	    .started_utc_ns = FIXTURE_UTC_NS,
	    .started_mono_ns = 5678,
	    .planned = 4,
	    .success = true,
	    .exit = -1,
	};

	for (int i = 0; i < PL_CHANNELS_MAX; i++)
		status.restore[i] = NAN;
	return status;
}

__attribute__((unused)) static struct pl_point fixture_point(uint32_t index)
{
	struct pl_point point = {
	    .index = index,
	    .attempt = 1,
	    .repeat = 1,
	    .t_utc_ns = FIXTURE_UTC_NS,
	    .t_mono_ns = 1000000007,
	    .device = "det",
	    .channel = "top",
	    .channel_id = 1,
	    .set = 250,
	    .applied = 250,
	    .readback = NAN,
	    .dwell_ns = 2 * PL_NS_PER_S + 1,
	    .live_s = 2.0,
	    .has_counts = true,
	    .events = 12,
	    .hits = 5,
	    .rate = 2.5,
	    .rate_lo = 1.5,
	    .rate_hi = 3.9,
	    .rate_corrected = NAN,
	    .occupancy = NAN,
	    .stop_rule = PL_STOP_TIME,
	    .stat_count = 2,
	    .stats = {{.count = 3, .mean = 21.5, .sd = 0.1, .min = 21.4, .max = 21.6}},
	};

	return point;
}

/* A whole file of a directory as text; caller frees. NULL when it is not there. */
__attribute__((unused)) static char *fixture_file(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW);
	struct stat st;
	char *text;

	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	close(fd);
	return text;
}

#endif
