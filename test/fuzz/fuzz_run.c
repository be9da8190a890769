/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_run.c - any bytes as a run's files: run.yaml when they begin with `schema`, else points.csv
 * (and what a resume makes of it).
 */
#include "store/points_read.h"
#include "store/run_read.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static void read_points(int dir)
{
	struct pl_points_state state;
	struct pl_points *points;
	bool is_there = true;

	if (pl_points_open(dir, &points, NULL) == PL_OK) {
		while (pl_points_next(points, &is_there, NULL) == PL_OK && is_there) {
			struct pl_point point;

			pl_points_point(points, &point);
			pl_points_quality(points);
		}
		pl_points_close(points);
	}
	pl_points_state_read(dir, &state, NULL);
	pl_points_state_fini(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	bool is_yaml = count > 6 && memcmp(bytes, "schema", 6) == 0;
	const char *name = is_yaml ? "run.yaml" : "points.csv";
	char folder[] = "/dev/shm/plateau-fuzz-XXXXXX";
	struct pl_run_record record;

	if (!mkdtemp(folder))
		abort();
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, count) != (ssize_t)count)
		abort();
	close(fd);
	if (is_yaml) {
		pl_run_read(dir, &record, NULL);
		pl_run_record_fini(&record);
	} else {
		read_points(dir);
	}
	unlinkat(dir, name, 0);
	close(dir);
	rmdir(folder);
	return 0;
}
