/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_out.c - see row_out.h. */
#include "cli/row_out.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include "base/queue.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES	      4096
#define LINE_SIZE     1024
#define LINES_A_WRITE 32

struct line {
	uint64_t lost; /* before this one */
	uint16_t length;
	bool is_last;
	char text[LINE_SIZE];
};

struct pl_row_out {
	struct pl_queue *lines;
	pthread_t thread;
	uint64_t lost; /* not told yet */
};

/* False: nobody reads any more. */
static bool put(const struct pl_text *text)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t n = write(STDOUT_FILENO, text->data + done, text->length - done);

		if (n < 0 && errno == EAGAIN) { /* the other end made it so */
			struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};

			pl_clock_poll(&fd, 1, PL_NEVER);
		} else if (n < 0 && errno != EINTR) {
			return false;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* What waits, so much that one write() is worth it. False: it was the last. */
static bool gather(struct pl_queue *lines, struct pl_text *text)
{
	struct line line;

	for (int i = 0; i < LINES_A_WRITE && pl_queue_pop(lines, &line); i++) {
		if (line.lost > 0)
			pl_text_add(text, "{\"lost\":%llu}\n", (unsigned long long)line.lost);
		if (line.is_last)
			return false;
		if (line.length == 0)
			continue;
		pl_text_add_bytes(text, line.text, line.length);
		pl_text_add_string(text, "\n");
	}
	return true;
}

static void *run(void *arg)
{
	struct pl_row_out *rows = arg;
	struct pl_text text = {0};
	bool goes_on = true, is_read = true;

	while (goes_on) {
		struct pollfd fd = {.fd = pl_queue_fd(rows->lines), .events = POLLIN};

		pl_clock_poll(&fd, 1, PL_NEVER);
		pl_text_clear(&text);
		goes_on = gather(rows->lines, &text);
		is_read = is_read && put(&text);
	}
	pl_text_free(&text);
	return NULL;
}

enum pl_status pl_row_out_start(struct pl_row_out **out, struct pl_error *error)
{
	struct pl_row_out *rows = calloc(1, sizeof(*rows));
	sigset_t all, before;
	int failure;

	*out = NULL;
	if (rows == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	rows->lines = pl_queue_new(sizeof(struct line), LINES);
	if (rows->lines == NULL) {
		free(rows);
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	}
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	failure = pthread_create(&rows->thread, NULL, run, rows);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failure != 0) {
		pl_queue_free(rows->lines);
		free(rows);
		return pl_error_errno(error, failure, "", "cannot start a thread");
	}
	*out = rows;
	return PL_OK;
}

void pl_row_out_put(struct pl_row_out *rows, const struct pl_json *row, uint64_t lost)
{
	struct line line = {.lost = rows->lost + lost};
	char *text = row != NULL ? pl_json_line(row) : NULL;
	size_t length = text != NULL ? strlen(text) : 0;

	if (length <= sizeof(line.text)) {
		line.length = (uint16_t)length;
		memcpy(line.text, text != NULL ? text : "", length);
	} else {
		line.lost++;
	}
	free(text);
	if (pl_queue_push(rows->lines, &line))
		rows->lost = 0;
	else
		rows->lost = line.lost + (line.length > 0);
}

void pl_row_out_end(struct pl_row_out *rows)
{
	struct line last = {.is_last = true};

	if (rows == NULL)
		return;
	last.lost = rows->lost;
	while (!pl_queue_push(rows->lines, &last)) /* the reader decides how long */
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + 20 * PL_NS_PER_MS);
	pthread_join(rows->thread, NULL);
	pl_queue_free(rows->lines);
	free(rows);
}
