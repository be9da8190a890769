/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * program.h - the built program ($PLATEAU) and other processes under measurement: started in a
 * place of their own, ended with the bench.
 */
#ifndef TEST_BENCH_PROGRAM_H
#define TEST_BENCH_PROGRAM_H

#include "bench/bench.h"
#include "unit/folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#define PROGRAM_PATIENCE_NS (30 * PL_NS_PER_S)

static inline char *program_path(void)
{
	char *path = getenv("PLATEAU");

	if (!path || access(path, X_OK) != 0)
		bench_fail("PLATEAU must name the built program");
	return path;
}

/* A folder for everything that is written, and an environment that leads there. */
static inline void program_place(struct folder *folder)
{
	if (folder_open(folder) != 0)
		bench_fail("no temporary directory: %s", strerror(errno));
	setenv("HOME", folder->path, 1);
	setenv("XDG_STATE_HOME", folder->path, 1);
	setenv("XDG_CONFIG_HOME", folder->path, 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("PLATEAU_BENCH");
}

_Noreturn static inline void program_exec(char *const argv[])
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	execv(argv[0], argv);
	_exit(127);
}

/* stdin is empty, stdout and stderr go to fd, which is closed here. */
static inline pid_t program_start(char *const argv[], int fd)
{
	pid_t pid = fork();

	if (pid < 0 || fd < 0)
		bench_fail("cannot start %s: %s", argv[0], strerror(errno));
	if (pid == 0) {
		int empty = open("/dev/null", O_RDONLY);

		dup2(empty, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		program_exec(argv);
	}
	close(fd);
	return pid;
}

static inline int program_log(const struct folder *folder, const char *name)
{
	return openat(folder->fd, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

/* As in a terminal of 80x24; *master is its other side, non-blocking. */
static inline pid_t program_start_screen(char *const argv[], int *master)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	char path[64];
	pid_t pid;
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0 ||
	    ptsname_r(*master, path, sizeof path) != 0)
		bench_fail("no pty: %s", strerror(errno));
	slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) != 0)
		bench_fail("%s: %s", path, strerror(errno));
	pid = fork();
	if (pid < 0)
		bench_fail("fork: %s", strerror(errno));
	if (pid == 0) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		for (int fd = 0; fd < 3; fd++)
			dup2(slave, fd);
		program_exec(argv);
	}
	close(slave);
	return pid;
}

/* Its exit status; one that was killed has 128 + signal. Fails when it does not end. */
static inline int program_wait(pid_t pid)
{
	struct pollfd fd = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	int status;

	if (pl_clock_poll(&fd, 1, pl_clock_mono_ns() + PROGRAM_PATIENCE_NS) != 1 ||
	    waitpid(pid, &status, 0) != pid)
		bench_fail("process %d does not end", pid);
	close(fd.fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline void program_end(pid_t pid)
{
	kill(pid, SIGTERM);
	program_wait(pid);
}

/* Lets time pass that is part of a measurement. */
static inline void program_pass(int64_t ns)
{
	pl_clock_poll(NULL, 0, pl_clock_mono_ns() + ns);
}

/* CPU time of a whole process so far. */
static inline int64_t program_cpu_ns(pid_t pid)
{
	clockid_t clock;
	struct timespec time;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
		bench_fail("process %d is gone", pid);
	return time.tv_sec * PL_NS_PER_S + time.tv_nsec;
}

/* Private memory (RssAnon) in MB. */
static inline double program_memory(pid_t pid)
{
	char path[32], line[128];
	double kb = NAN;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kb = strtod(line + 8, NULL);
	if (file)
		fclose(file);
	if (isnan(kb))
		bench_fail("process %d is gone", pid);
	return kb / 1024;
}

#endif
