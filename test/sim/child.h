/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated instrument in a child process, for tests without the program: its pty, opened raw,
 * its truth log, lines read with their time. After cmocka.h. */
#ifndef TEST_SIM_CHILD_H
#define TEST_SIM_CHILD_H

#include "plateau/clock.h"
#include "sim/sim.h"
#include "sim/truth_log.h"
#include "unit/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define CHILD_WORDS 16
#define CHILD_WAIT  (20 * PL_NS_PER_S) /* a hang is a failure */

struct child {
	struct folder folder;
	char truth[96], link[96];
	pid_t pid;
	int input, output;
	int fd; /* the slave, non-blocking */
	char path[96];
	char bytes[1 << 16]; /* read, not yet taken as lines */
	size_t count;
	int64_t read_ns; /* the clock after the last read() */
};

static inline void child_run(const char *kind, int input, int output, int count, char *const *words)
{
	char *argv[CHILD_WORDS + 1];

	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	argv[0] = (char *)(uintptr_t)kind;
	for (int i = 0; i < count; i++)
		argv[i + 1] = words[i];
	_exit(pl_sim_main(count + 1, argv));
}

static inline void child_wait(int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};

	assert_int_equal(pl_clock_poll(&ready, 1, pl_clock_mono_ns() + CHILD_WAIT), 1);
}

static inline void child_open(struct child *child)
{
	struct termios line;

	child->fd = open(child->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(child->fd >= 0);
	assert_int_equal(tcgetattr(child->fd, &line), 0);
	cfmakeraw(&line);
	assert_int_equal(tcsetattr(child->fd, TCSANOW, &line), 0);
	child->count = 0;
}

static inline void child_read_path(struct child *child)
{
	size_t length = 0;

	for (;;) {
		assert_true(length < sizeof(child->path) - 1);
		child_wait(child->output, POLLIN);
		assert_int_equal(read(child->output, &child->path[length], 1), 1);
		if (child->path[length] == '\n')
			break;
		length++;
	}
	child->path[length] = '\0';
}

/* words are those of the command line; truth, link and stdin=watch are added. A port that is no pty
 * is left to the caller. */
static inline struct child *child_start_as(const char *kind, size_t count, const char *const *words)
{
	struct child *child = calloc(1, sizeof(*child));
	char truth[128], link[128], watch[] = "stdin=watch";
	char *all[CHILD_WORDS];
	int input[2], output[2];

	assert_non_null(child);
	assert_true(count + 3 <= CHILD_WORDS);
	assert_int_equal(folder_open(&child->folder), 0);
	snprintf(child->truth, sizeof(child->truth), "%s/truth.csv", child->folder.path);
	snprintf(child->link, sizeof(child->link), "%s/port", child->folder.path);
	snprintf(truth, sizeof(truth), "truth=%s", child->truth);
	snprintf(link, sizeof(link), "link=%s", child->link);
	all[0] = truth;
	all[1] = link;
	all[2] = watch;
	for (size_t i = 0; i < count; i++)
		all[3 + i] = (char *)(uintptr_t)words[i];
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	child->pid = fork();
	assert_true(child->pid >= 0);
	if (child->pid == 0)
		child_run(kind, input[0], output[1], (int)count + 3, all);
	close(input[0]);
	close(output[1]);
	child->input = input[1];
	child->output = output[0];
	child->fd = -1;
	child_read_path(child);
	if (child->path[0] == '/')
		child_open(child);
	return child;
}

/* The detector. */
static inline struct child *child_start(size_t count, const char *const *words)
{
	return child_start_as("osechi", count, words);
}

#define CHILD(...)                                                                                 \
	child_start(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                        \
		    (const char *[]){__VA_ARGS__})

/* The next line without its end; false when the port is gone. */
static inline bool child_line(struct child *child, char *line, size_t cap)
{
	for (;;) {
		char *end = memchr(child->bytes, '\n', child->count);
		ssize_t got;

		if (end != NULL) {
			size_t length = (size_t)(end - child->bytes);

			snprintf(line, cap, "%.*s", (int)length, child->bytes);
			child->count -= length + 1;
			memmove(child->bytes, end + 1, child->count);
			return true;
		}
		assert_true(child->count < sizeof(child->bytes));
		child_wait(child->fd, POLLIN);
		got = read(child->fd, child->bytes + child->count,
			   sizeof(child->bytes) - child->count);
		child->read_ns = pl_clock_mono_ns();
		if (got < 0 && errno == EAGAIN)
			continue;
		if (got <= 0)
			return false;
		child->count += (size_t)got;
	}
}

static inline void child_say(struct child *child, const char *bytes, size_t count)
{
	child_wait(child->fd, POLLOUT);
	assert_int_equal(write(child->fd, bytes, count), count);
}

static inline void child_close(struct child *child)
{
	if (child->fd >= 0)
		close(child->fd);
	child->fd = -1;
}

static inline int child_exit_status(struct child *child)
{
	int status = -1;

	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	child->pid = 0;
	return status;
}

/* Ends it by closing its stdin; its truth log is then whole. */
static inline void child_stop(struct child *child)
{
	close(child->input);
	child->input = -1;
	assert_int_equal(child_exit_status(child), 0);
}

static inline struct truth child_end(struct child *child)
{
	child_stop(child);
	return truth_load(child->truth);
}

static inline void child_free(struct child *child, struct truth *truth)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		child_exit_status(child);
	}
	child_close(child);
	if (child->input >= 0)
		close(child->input);
	close(child->output);
	folder_remove(&child->folder);
	free(child);
	if (truth)
		truth_free(truth);
}

/* Hits of a legacy event line, or false when the line is none. */
static inline bool child_is_event(const char *line, int hits[3])
{
	int adc, used = 0;
	double weather[3];

	return sscanf(line, "%d %d %d %d %lf %lf %lf%n", &hits[0], &hits[1], &hits[2], &adc,
		      &weather[0], &weather[1], &weather[2], &used) == 7 &&
	       line[used] == '\0' && line[0] >= '0' && line[0] <= '9';
}

#endif
