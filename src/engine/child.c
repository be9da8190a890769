/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.c - see child.h. A pidfd tells the loop when a child has ended. */
#include "engine/child.h"

#include "base/child.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_NS    (2 * PL_NS_PER_S) /* from TERM to KILL */
#define PROGRAM_MAX (16u << 20)	      /* larger ones are no hooks, and would hold up the loop */
#define READS	    16		      /* of one child in one turn */

/* ---- start ---- */

static int input_file(const struct pl_json *input)
{
	int fd = memfd_create("plateau-hook", MFD_CLOEXEC);
	char *line = pl_json_line(input);
	size_t length = line != NULL ? strlen(line) : 0;
	bool is_good = fd >= 0 && line != NULL && write(fd, line, length) == (ssize_t)length &&
		       write(fd, "\n", 1) == 1 && lseek(fd, 0, SEEK_SET) == 0;

	free(line);
	if (is_good || fd < 0)
		return fd;
	close(fd);
	return -1;
}

static enum pl_status hash_program(const char *path, char out[PL_HASH_SIZE], struct pl_error *error)
{
	size_t count;
	char *bytes;
	enum pl_status status = pl_file_read(AT_FDCWD, path, PROGRAM_MAX, &bytes, &count, error);

	if (status != PL_OK)
		return status;
	pl_hash_bytes(bytes, count, out);
	free(bytes);
	return PL_OK;
}

static enum pl_status launch(struct child *child, const struct child_order *order,
			     struct pl_error *error)
{
	const char *program = order->words[0];
	int input = input_file(order->input), ends[2] = {-1, -1};
	int number = input < 0 ? errno : 0;

	if (number == 0 && pipe2(ends, O_CLOEXEC) != 0)
		number = errno;
	if (number == 0)
		number = pl_child_start(&(struct pl_child){.program = program,
							   .words = order->words,
							   .dir = order->dir,
							   .input = input,
							   .output = ends[1],
							   .error = ends[1]},
					&child->pid);
	if (number == 0) {
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		child->out_fd = ends[0];
		child->pid_fd = pidfd_open(child->pid, 0);
	} else if (ends[0] >= 0) {
		close(ends[0]);
	}
	if (ends[1] >= 0)
		close(ends[1]);
	if (input >= 0)
		close(input);
	return number == 0 ? PL_OK : pl_error_errno(error, number, program, "cannot be run");
}

static void child_free(struct child *child)
{
	if (child->pid_fd >= 0)
		close(child->pid_fd);
	if (child->out_fd >= 0)
		close(child->out_fd);
	free(child);
}

enum pl_status child_start(struct pl_engine *engine, const struct child_order *order,
			   struct child **out, struct pl_error *error)
{
	struct child *child = calloc(1, sizeof(*child));
	enum pl_status status;

	*out = NULL;
	if (child == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, order->words[0], "out of memory");
	child->pid_fd = child->out_fd = -1;
	child->on_end = order->on_end;
	child->ctx = order->ctx;
	child->deadline_ns = pl_clock_mono_ns() + order->limit_ns;
	child->end.started_utc_ns = pl_clock_utc_ns();
	child->end.exit_status = -1;
	status = hash_program(order->words[0], child->end.sha256, error);
	if (status == PL_OK)
		status = launch(child, order, error);
	if (status != PL_OK) {
		child_free(child);
		return status;
	}
	child->next = engine->children;
	engine->children = *out = child;
	return PL_OK;
}

/* ---- what it says ---- */

/* One that never stops talking is read again in the next turn. */
static void listen_to(struct child *child)
{
	char bytes[4096];

	for (int i = 0; i < READS && child->out_fd >= 0; i++) {
		ssize_t got = read(child->out_fd, bytes, sizeof(bytes));

		if (got > 0) {
			child_keep(child, bytes, (size_t)got);
		} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
			close(child->out_fd);
			child->out_fd = -1;
		} else {
			return;
		}
	}
}

/* ---- its end ---- */

void child_stop(struct child *child)
{
	if (child->is_told)
		return;
	child->is_told = true;
	child->deadline_ns = pl_clock_mono_ns() + GRACE_NS;
	kill(-child->pid, SIGTERM);
}

/* It has ended: the rest of its group too, before its number can be anybody else's. */
static bool has_ended(struct child *child)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    info.si_pid == 0)
		return false;
	kill(-child->pid, SIGKILL);
	listen_to(child);
	waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG);
	if (info.si_code == CLD_EXITED)
		child->end.exit_status = info.si_status;
	else
		child->end.signal = info.si_status;
	child->end.outcome = child->is_late				      ? CHILD_TIMEOUT
			     : child->end.exit_status == 0 && !child->is_told ? CHILD_OK
									      : CHILD_FAILED;
	child->end.finished_utc_ns = pl_clock_utc_ns();
	child_take_said(child);
	return true;
}

static void watch_time(struct child *child, int64_t now_ns)
{
	if (now_ns < child->deadline_ns)
		return;
	if (child->is_told) {
		child->deadline_ns = PL_NEVER;
		kill(-child->pid, SIGKILL);
	} else {
		child->is_late = true;
		child_stop(child);
	}
}

void children_take(struct pl_engine *engine, int64_t now_ns)
{
	struct child **at = &engine->children;
	struct child *over = NULL;

	while (*at != NULL) {
		struct child *child = *at;

		listen_to(child);
		watch_time(child, now_ns);
		if (!has_ended(child)) {
			at = &child->next;
			continue;
		}
		*at = child->next;
		child->next = over;
		over = child;
	}
	while (over != NULL) {
		struct child *child = over;

		over = child->next;
		child->on_end(child->ctx, &child->end); /* may start another one */
		child_free(child);
	}
}

int64_t children_next_time(const struct pl_engine *engine)
{
	int64_t next = PL_NEVER;

	for (const struct child *child = engine->children; child != NULL; child = child->next)
		if (child->deadline_ns < next)
			next = child->deadline_ns;
	return next;
}

void children_free(struct pl_engine *engine)
{
	while (engine->children != NULL) {
		struct child *child = engine->children;

		engine->children = child->next;
		kill(-child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		child_free(child);
	}
}
