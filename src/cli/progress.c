/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c - see progress.h. The keys read here are those of plateau/protocol.h. */
#include "cli/progress.h"

#include "cli/books.h"
#include "cli/print.h"

#include "base/console.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void pl_progress_init(struct pl_progress *progress, const struct pl_call *call)
{
	*progress = (struct pl_progress){.call = call,
					 .is_terminal = isatty(STDERR_FILENO) == 1,
					 .is_quiet = pl_call_has(call, "quiet")};
}

void pl_progress_point(const struct pl_json *point, struct pl_text *out)
{
	char number[PL_NUMBER_SIZE], eta[PL_DURATION_SIZE];
	const char *quality = pl_json_get_text(point, "quality", "");
	const char *reason = pl_json_get_text(point, "reason", "");
	double rate = pl_json_get_number(point, "rate", NAN);
	double eta_s = pl_json_get_number(point, "eta_s", NAN);
	int64_t planned = pl_json_get_integer(point, "planned", 0);

	if (planned > 0)
		pl_text_add(out, "[%d/%d] ", (int)pl_json_get_integer(point, "position", 0),
			    (int)planned);
	pl_text_add(out, "%s %s: ", pl_json_get_text(point, "channel", ""),
		    pl_number_format(pl_json_get_number(point, "set", NAN), number));
	if (pl_json_is_number(pl_json_get(point, "hits")))
		pl_text_add(out, "%lld hits, %.4g Hz (%.4g to %.4g)",
			    (long long)pl_json_get_integer(point, "hits", 0), rate,
			    pl_json_get_number(point, "rate_lo", NAN),
			    pl_json_get_number(point, "rate_hi", NAN));
	if (strcmp(quality, "ok") != 0)
		pl_text_add(out, " %s", quality);
	if (reason[0] != '\0')
		pl_text_add(out, " (%s)", reason);
	if (eta_s > 0)
		pl_text_add(out, ", %s left", pl_duration_format(eta_s, eta));
}

/* On the engine's thread when this process is the engine: what stderr does not take is dropped. On
 * a terminal the cursor waits at the start of the line, so that any other message covers it. */
static void put_line(struct pl_progress *progress, const char *line, bool stays)
{
	struct pl_text text = {0};

	if (progress->is_quiet)
		return;
	if (!progress->is_terminal)
		pl_text_add(&text, "%s\n", line);
	else if (stays)
		pl_text_add(&text, "\r\033[K%s\n", line);
	else
		pl_text_add(&text, "\r\033[K%.200s\r", line);
	pl_console_put(text.data, text.length);
	pl_text_free(&text);
	progress->has_line = progress->is_terminal && !stays;
}

void pl_progress_end(struct pl_progress *progress)
{
	if (progress->has_line)
		pl_console_put("\r\033[K", strlen("\r\033[K"));
	progress->has_line = false;
}

static bool is_recording(const struct pl_json *body)
{
	return strcmp(pl_json_get_text(body, "kind", ""), "recording") == 0;
}

static void add_recording(struct pl_text *line, const struct pl_json *body)
{
	double rate_hz = pl_json_get_number(body, "rate_hz", 0);
	double duration_s = pl_json_get_number(body, "duration_s", NAN);
	char duration[PL_DURATION_SIZE];

	pl_text_add(line, "run %d: recording %s", (int)pl_json_get_integer(body, "run", 0),
		    pl_json_get_text(body, "name", ""));
	if (rate_hz > 0)
		pl_text_add(line, " at %g Hz", rate_hz);
	if (duration_s > 0)
		pl_text_add(line, " for %s", pl_duration_format(duration_s, duration));
	pl_text_add(line, ", %s", pl_json_get_text(body, "path", ""));
}

static void started(struct pl_progress *progress, const struct pl_json *body)
{
	const struct pl_json *warnings = pl_json_get(body, "warnings"),
			     *budget = pl_json_get(body, "budget");
	struct pl_text line = {0};
	char duration[PL_DURATION_SIZE];

	progress->began = true;
	if (is_recording(body))
		add_recording(&line, body);
	else
		pl_text_add(
		    &line, "run %d: %d points, about %s, %s",
		    (int)pl_json_get_integer(body, "run", 0),
		    (int)pl_json_get_integer(body, "planned", 0),
		    pl_duration_format(pl_json_get_number(body, "duration_s", NAN), duration),
		    pl_json_get_text(body, "path", ""));
	put_line(progress, line.data, true);
	for (size_t i = 0; i < pl_json_size(budget); i++)
		put_line(progress, pl_json_text(pl_json_at(budget, i), ""), true);
	for (size_t i = 0; i < pl_json_size(warnings); i++) {
		pl_text_clear(&line);
		pl_text_add(&line, "warning: %s", pl_json_text(pl_json_at(warnings, i), ""));
		put_line(progress, line.data, true);
	}
	pl_text_free(&line);
}

static void point_done(struct pl_progress *progress, const struct pl_json *point)
{
	struct pl_text line = {0};
	bool is_plain = strcmp(pl_json_get_text(point, "quality", ""), "ok") == 0;

	pl_progress_point(point, &line);
	put_line(progress, line.data, !is_plain);
	pl_text_free(&line);
}

static void state_changed(struct pl_progress *progress, const struct pl_json *body)
{
	const char *state = pl_json_get_text(body, "state", "");
	struct pl_text line = {0};

	if (strcmp(state, progress->state) == 0)
		return;
	pl_text_copy(progress->state, sizeof(progress->state), state);
	pl_text_add(&line, "%s", state);
	if (pl_json_get_text(body, "reason", "")[0] != '\0')
		pl_text_add(&line, ": %s", pl_json_get_text(body, "reason", ""));
	if (strcmp(state, "paused") == 0)
		pl_text_add_string(&line, "; `plateau resume` goes on, ^C stops and restores");
	put_line(progress, line.data, true);
	pl_text_free(&line);
}

/* Books change all the time: to a file they go once, at the end. */
static void books_moved(struct pl_progress *progress, const struct pl_json *body)
{
	struct pl_text line = {0};

	if (!progress->is_terminal)
		return;
	pl_books_line(body, &line);
	put_line(progress, line.data, false);
	pl_text_free(&line);
}

void pl_progress_event(void *ctx, const struct pl_json *event)
{
	struct pl_progress *progress = ctx;

	if (pl_json_is_object(pl_json_get(event, "started")))
		started(progress, pl_json_get(event, "started"));
	else if (pl_json_is_object(pl_json_get(event, "point")))
		point_done(progress, pl_json_get(event, "point"));
	else if (pl_json_is_object(pl_json_get(event, "progress")))
		books_moved(progress, pl_json_get(event, "progress"));
	else if (pl_json_is_object(pl_json_get(event, "state")))
		state_changed(progress, pl_json_get(event, "state"));
}

static void print_channels(const struct pl_json *list)
{
	struct pl_table table = {.columns = 4};

	pl_table_add(&table, "channel");
	pl_table_add(&table, "ok");
	pl_table_add(&table, "invalid");
	pl_table_add(&table, "error");
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *channel = pl_json_at(list, i);

		pl_table_add(&table, pl_json_get_text(channel, "channel", ""));
		pl_table_add_integer(&table, pl_json_get_integer(channel, "points_ok", 0));
		pl_table_add_integer(&table, pl_json_get_integer(channel, "points_invalid", 0));
		pl_table_add(&table, pl_json_get_text(channel, "error", "-"));
	}
	pl_table_print(&table);
}

static void print_summary(const struct pl_json *result)
{
	const struct pl_json *files = pl_json_get(result, "files"),
			     *errors = pl_json_get(result, "errors");
	const char *reason = pl_json_get_text(result, "reason", "");

	printf("run %s %s%s%s\n", pl_json_get_text(result, "run", ""),
	       pl_json_get_text(result, "state", ""), reason[0] != '\0' ? ": " : "", reason);
	if (pl_json_get_text(result, "path", "")[0] == '\0') {
		printf("nothing was measured and nothing was written\n");
		return;
	}
	printf("folder: %s\n", pl_json_get_text(result, "path", ""));
	if (pl_json_is_object(pl_json_get(result, "books")))
		pl_books_print(pl_json_get(result, "books"));
	else
		print_channels(pl_json_get(result, "channels"));
	if (pl_json_get_integer(result, "memory_writes", 0) > 0)
		printf("memory_writes: %lld, into the device's own memory, which they wear out\n",
		       (long long)pl_json_get_integer(result, "memory_writes", 0));
	printf("files:");
	for (size_t i = 0; i < pl_json_size(files); i++)
		printf(" %s", pl_json_text(pl_json_at(files, i), ""));
	printf("\n");
	for (size_t i = 0; i < pl_json_size(errors); i++)
		printf("error: %s\n", pl_json_text(pl_json_at(errors, i), ""));
}

int pl_progress_result(struct pl_progress *progress, const struct pl_json *result)
{
	int64_t exit_status = pl_json_get_integer(result, "exit", -1);

	pl_progress_end(progress);
	if (pl_call_has(progress->call, "json"))
		pl_print_json(result);
	else
		print_summary(result);
	fflush(stdout);
	if (exit_status >= 0)
		return (int)exit_status;
	return pl_json_get_boolean(result, "success", false) ? PL_EXIT_OK : PL_EXIT_FAILED;
}
