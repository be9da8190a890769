/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spawn.c - an engine in the background: our own program again, in a session of its own, with the
 * bench file's real path in its argv. A pipe tells when it listens, or in its words why not.
 */
#include "cli/meet.h"

#include "cli/linger.h"
#include "cli/print.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_NS  (30 * PL_NS_PER_S)
#define REPORT_FD 3 /* in the child */

struct words {
	const char **items; /* ends with NULL */
	size_t count;
	char **owned; /* PATH=VALUE texts */
	size_t owned_count;
};

static void add(struct words *words, const char *word)
{
	words->items[words->count++] = word;
}

static void add_pair(struct words *words, const char *option, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	add(words, option);
	add(words, value);
}

static void free_words(struct words *words)
{
	for (size_t i = 0; i < words->owned_count; i++)
		free(words->owned[i]);
	free(words->owned);
	free(words->items);
}

static bool make_words(const struct pl_bench_ref *ref, struct words *out)
{
	*out = (struct words){.items = calloc(2 * ref->engine_count + 24, sizeof(*out->items)),
			      .owned = calloc(ref->engine_count + 1, sizeof(*out->owned))};
	if (out->items == NULL || out->owned == NULL)
		return false;
	add(out, "plateau");
	add(out, "serve");
	add(out, ref->file);
	add(out, "--background");
	add_pair(out, "--report-fd", "3");
	if (ref->simulate)
		add(out, "--sim");
	add_pair(out, "--workspace", ref->workspace);
	add_pair(out, "--log-dir", ref->log_dir);
	add_pair(out, "--operator", pl_operator_name(ref->call));
	for (size_t i = 0; i < ref->engine_count; i++) {
		char *text = NULL;

		if (asprintf(&text, "%s=%s", ref->overrides[i].path, ref->overrides[i].value) < 0)
			return false;
		out->owned[out->owned_count++] = text;
		add_pair(out, "--set", text);
	}
	return true;
}

/* Between fork and exec: only calls that are safe there. */
static void become(char *const *words, int report)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	sigemptyset(&none);
	for (int number = 1; number < NSIG; number++)
		sigaction(number, &usual, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	if (report != REPORT_FD)
		dup2(report, REPORT_FD);
	else
		fcntl(REPORT_FD, F_SETFD, 0);
	/* Its stderr becomes plateau.log once that is open; nothing of the terminal stays. */
	dup2(null_fd, STDERR_FILENO);
	close_range(REPORT_FD + 1, ~0u, 0);
	execv("/proc/self/exe", words);
	_exit(127);
}

void pl_spawn_report(int fd, const struct pl_error *error, bool is_taken)
{
	char line[sizeof(*error) + 32], text[sizeof(*error)];
	int length;

	if (fd < 0)
		return;
	if (error == NULL)
		length = snprintf(line, sizeof(line), "ok\n");
	else
		length = snprintf(line, sizeof(line), "%s %s\n",
				  is_taken ? "taken" : pl_status_name(error->code),
				  pl_error_format(error, text, sizeof(text)));
	if (write(fd, line, (size_t)length) != length)
		return; /* whoever waited is gone */
}

static enum pl_status read_report(const struct pl_bench_ref *ref, int fd, pid_t child,
				  struct pl_error *error)
{
	int64_t deadline = pl_clock_mono_ns() + START_NS;
	struct pollfd fds = {.fd = fd, .events = POLLIN};
	char line[sizeof(*error) + 64] = "", *text;
	size_t length = 0;
	ssize_t n = 1;
	enum pl_status status;

	while (n > 0 && memchr(line, '\n', length) == NULL && length < sizeof(line) - 1) {
		if (pl_clock_poll(&fds, 1, deadline) == 0)
			return pl_error_set(error, PL_ERR_UNANSWERED, "",
					    "the engine (pid %d) does not start; see plateau.log",
					    (int)child);
		n = read(fd, line + length, sizeof(line) - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	}
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, "ok") == 0)
		return PL_OK;
	text = strchr(line, ' ');
	if (text == NULL)
		return pl_error_set(error, PL_ERR_IO, "",
				    "the engine ended before it listened; see plateau.log");
	*text++ = '\0';
	if (strcmp(line, "taken") == 0)
		return pl_error_set(error, PL_ERR_BUSY, ref->file, "%s", text);
	status = pl_status_from_name(line);
	return pl_error_set(error, status < PL_STATUS_COUNT ? status : PL_ERR_IO, "", "%s", text);
}

enum pl_status pl_engine_spawn(const struct pl_bench_ref *ref, struct pl_error *error)
{
	struct words words;
	enum pl_status status = PL_OK;
	int ends[2] = {-1, -1};
	pid_t child = -1;

	if (!ref->is_on_screen && pl_linger_is_needed())
		pl_tell(ref->call, "%s", PL_LINGER_ADVICE);
	if (!make_words(ref, &words))
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	else if (pipe2(ends, O_CLOEXEC) != 0 || (child = fork()) < 0)
		status = pl_error_errno(error, errno, "", "cannot start the engine");
	if (status == PL_OK && child == 0)
		become((char *const *)words.items, ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	if (status == PL_OK)
		status = read_report(ref, ends[0], child, error);
	if (ends[0] >= 0)
		close(ends[0]);
	if (status != PL_OK && child > 0)
		waitpid(child, NULL, WNOHANG);
	free_words(&words);
	return status;
}
