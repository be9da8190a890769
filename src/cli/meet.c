/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meet.c - see meet.h. */
#include "cli/meet.h"

#include "cli/print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GREET_NS (5 * PL_NS_PER_S)
#define MEET_NS	 (15 * PL_NS_PER_S) /* an engine starts or ends in far less */
#define AGAIN_NS (50 * PL_NS_PER_MS)

void pl_meeting_fini(struct pl_meeting *meeting)
{
	pl_client_close(meeting->client);
	pl_json_free(meeting->status);
	if (meeting->lock_fd >= 0)
		close(meeting->lock_fd);
	*meeting = (struct pl_meeting){.lock_fd = -1};
}

/* An engine that ends between our connect and its answer is none. */
enum pl_status pl_meet_live(const struct pl_bench_ref *ref, struct pl_meeting *out,
			    struct pl_error *error)
{
	struct pl_json *args = pl_json_object();
	char actor[PL_ACTOR_TEXT_SIZE];
	enum pl_status status;

	*out = (struct pl_meeting){.lock_fd = -1};
	status = pl_client_open(ref->location.socket_path, &out->client, error);
	if (status != PL_OK) {
		pl_json_free(args);
		return status;
	}
	pl_json_add_text(args, "actor", pl_actor_name(actor));
	status = pl_client_call(out->client, "status", args, pl_clock_mono_ns() + GREET_NS, NULL,
				NULL, &out->status, error);
	if (status == PL_ERR_LOST)
		status = pl_error_set(error, PL_ERR_NOT_FOUND, "", "no engine is running");
	else if (status == PL_OK)
		status = pl_bench_ref_agrees(ref, out->status, error);
	if (status != PL_OK)
		pl_meeting_fini(out);
	return status;
}

enum pl_status pl_meet_lock(const struct pl_bench_ref *ref, int *lock_fd, struct pl_error *error)
{
	char host[64] = "", since[PL_UTC_SIZE];
	struct pl_text holder = {0};
	struct pl_disk disk;
	enum pl_status status;

	gethostname(host, sizeof(host) - 1);
	pl_clock_format_utc(pl_clock_utc_ns(), since);
	pl_text_add(&holder, "pid %d on %s since %s, %s", (int)getpid(), host, since, ref->file);
	pl_disk_init(&disk);
	status = pl_locate_lock(&disk, &ref->location, holder.data, lock_fd, error);
	pl_disk_fini(&disk);
	pl_text_free(&holder);
	if (status == PL_ERR_BUSY) {
		struct pl_error busy = *error;

		pl_error_set(error, PL_ERR_BUSY, ref->file, "the bench has an engine already");
		memcpy(error->cause, busy.cause, sizeof(error->cause));
	}
	return status;
}

static enum pl_status lead(const struct pl_bench_ref *ref, struct pl_meeting *out,
			   struct pl_error *error)
{
	return pl_meet_lock(ref, &out->lock_fd, error);
}

static enum pl_status spawn(const struct pl_bench_ref *ref, struct pl_meeting *out,
			    struct pl_error *error)
{
	enum pl_status status = pl_engine_spawn(ref, error);

	return status == PL_OK ? pl_meet_live(ref, out, error) : status;
}

/* The bench's own lock, or the engine that was just started and found it taken. Long paths are cut
 * in an error. */
static bool is_taken(const struct pl_bench_ref *ref, const struct pl_error *error)
{
	return error->code == PL_ERR_BUSY && error->where[0] != '\0' &&
	       strncmp(ref->file, error->where, strlen(error->where)) == 0;
}

/* Tries in turn to connect and to `otherwise`, until one of them succeeds: a lock that is held by
 * somebody who does not listen belongs to an engine that starts or ends just now. */
static enum pl_status meet(const struct pl_bench_ref *ref, struct pl_meeting *out,
			   enum pl_status (*otherwise)(const struct pl_bench_ref *ref,
						       struct pl_meeting *out,
						       struct pl_error *error),
			   struct pl_error *error)
{
	int64_t deadline = pl_clock_mono_ns() + MEET_NS;
	enum pl_status status;

	for (;;) {
		status = pl_meet_live(ref, out, error);
		if (status != PL_ERR_NOT_FOUND)
			return status;
		status = otherwise(ref, out, error);
		if (status == PL_OK || !is_taken(ref, error) || pl_clock_mono_ns() >= deadline)
			return status;
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + AGAIN_NS);
	}
}

enum pl_status pl_meet_or_lead(const struct pl_bench_ref *ref, struct pl_meeting *out,
			       struct pl_error *error)
{
	return meet(ref, out, lead, error);
}

enum pl_status pl_meet_or_spawn(const struct pl_bench_ref *ref, struct pl_meeting *out,
				struct pl_error *error)
{
	return meet(ref, out, spawn, error);
}
