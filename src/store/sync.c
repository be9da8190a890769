/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sync.c - fdatasync beside the writer, so that a slow disk delays no row.
 *
 * Jobs go in and come back by value. An error of fdatasync is told once per open file, and the
 * duplicates share it with the original: the answer of a job is the only one there is.
 */
#include "store/sync.h"

#include "base/queue.h"

#include "plateau/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

struct pl_sync {
	struct pl_disk *disk;
	struct pl_queue *jobs, *done;
	pthread_t thread;
};

static void work(struct pl_disk *disk, struct pl_sync_job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		job->items[i].status = pl_file_sync(disk, &job->items[i].file, NULL);
		pl_file_close(&job->items[i].file);
	}
}

static void *sync_main(void *arg)
{
	struct pl_sync *sync = arg;
	struct pollfd wait = {.fd = pl_queue_fd(sync->jobs), .events = POLLIN};
	struct pl_sync_job job;

	for (;;) {
		if (!pl_queue_pop(sync->jobs, &job)) {
			pl_clock_poll(&wait, 1, PL_NEVER);
			continue;
		}
		if (!job.count)
			return NULL;
		work(sync->disk, &job);
		bool has_room = pl_queue_push(sync->done, &job);
		assert(has_room);
		(void)has_room;
	}
}

static void release(struct pl_sync *sync)
{
	pl_queue_free(sync->jobs);
	pl_queue_free(sync->done);
	free(sync);
}

enum pl_status pl_sync_start(struct pl_disk *disk, struct pl_sync **out, struct pl_error *error)
{
	struct pl_sync *sync = calloc(1, sizeof *sync);
	int number = ENOMEM;

	*out = NULL;
	if (!sync)
		return pl_error_errno(error, ENOMEM, NULL, "cannot start the sync thread");
	sync->disk = disk;
	sync->jobs = pl_queue_new(sizeof(struct pl_sync_job), 2);
	sync->done = pl_queue_new(sizeof(struct pl_sync_job), 1);
	if (sync->jobs && sync->done)
		number = pthread_create(&sync->thread, NULL, sync_main, sync);
	if (number) {
		release(sync);
		return pl_error_errno(error, number, NULL, "cannot start the sync thread");
	}
	*out = sync;
	return PL_OK;
}

void pl_sync_stop(struct pl_sync *sync)
{
	struct pl_sync_job stop = {.count = 0};

	if (!sync)
		return;
	pl_queue_push(sync->jobs, &stop);
	pthread_join(sync->thread, NULL);
	release(sync);
}

bool pl_sync_add(struct pl_sync_job *job, unsigned sheet, uint64_t serial,
		 const struct pl_file *file)
{
	int fd = job->count < PL_SYNC_FILES ? fcntl(file->fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (fd < 0)
		return false;
	job->items[job->count].sheet = sheet;
	job->items[job->count].serial = serial;
	job->items[job->count].file = *file;
	job->items[job->count].file.fd = fd;
	job->items[job->count].status = PL_OK;
	job->count++;
	return true;
}

void pl_sync_put(struct pl_sync *sync, const struct pl_sync_job *job)
{
	bool has_room = pl_queue_push(sync->jobs, job);

	assert(has_room && job->count > 0);
	(void)has_room;
}

bool pl_sync_take(struct pl_sync *sync, struct pl_sync_job *job)
{
	return pl_queue_pop(sync->done, job);
}

int pl_sync_fd(const struct pl_sync *sync)
{
	return pl_queue_fd(sync->done);
}
