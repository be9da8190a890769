/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_watch.c - plateau watch: messages and points of a live bench as lines, until it ends.
 *
 * It is a view that only looks: snapshots tell that there is something new, points are asked for
 * from the first one not yet printed.
 */
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/word.h"

#include "plateau/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_NS (10 * PL_NS_PER_S)

struct watch {
	const struct pl_call *call;
	struct pl_client *client;
	char uid[64]; /* of the run whose points were printed */
	int64_t rows; /* printed */
	char state[24];
	int64_t points_id; /* request under way, 0 = none */
};

/* {"point":{…}} and the like, borrowed value. */
static void print_wrapped(const char *key, const struct pl_json *value)
{
	struct pl_json *object = pl_json_object();

	pl_json_add(object, key, pl_json_copy(value));
	pl_print_json(object);
	pl_json_free(object);
}

static void print_log(const struct watch *watch, const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_size(list); i++) {
		const struct pl_json *line = pl_json_at(list, i);

		if (pl_call_has(watch->call, "json"))
			print_wrapped("log", line);
		else
			printf("%s %s: %s\n", pl_json_get_text(line, "t", ""),
			       pl_json_get_text(line, "level", ""),
			       pl_json_get_text(line, "text", ""));
	}
}

static void print_points(struct watch *watch, const struct pl_json *part)
{
	for (size_t i = 0; i < pl_json_size(part); i++) {
		struct pl_text line = {0};

		watch->rows++;
		pl_progress_point(pl_json_at(part, i), &line);
		if (pl_call_has(watch->call, "json"))
			print_wrapped("point", pl_json_at(part, i));
		else
			printf("point %lld %s\n", (long long)watch->rows, line.data);
		pl_text_free(&line);
	}
}

static void print_state(struct watch *watch, const struct pl_json *run)
{
	const char *state = pl_json_get_text(run, "state", "none");

	if (strcmp(state, watch->state) == 0)
		return;
	pl_text_copy(watch->state, sizeof(watch->state), state);
	if (pl_call_has(watch->call, "json"))
		print_wrapped("run", run);
	else if (!pl_json_is_null(run))
		printf("run %d %s: %s, %d of %d points\n", (int)pl_json_get_integer(run, "run", 0),
		       pl_json_get_text(run, "name", ""), state,
		       (int)pl_json_get_integer(run, "done", 0),
		       (int)pl_json_get_integer(run, "planned", 0));
}

static enum pl_status ask_points(struct watch *watch, const struct pl_json *run,
				 struct pl_error *error)
{
	struct pl_json *args;

	if (strcmp(pl_json_get_text(run, "uid", ""), watch->uid) != 0) {
		pl_text_copy(watch->uid, sizeof(watch->uid), pl_json_get_text(run, "uid", ""));
		watch->rows = 0;
		watch->state[0] = '\0';
	}
	if (watch->points_id != 0 || pl_json_get_integer(run, "rows", 0) <= watch->rows)
		return PL_OK;
	args = pl_json_object();
	pl_json_add_integer(args, "from", watch->rows + 1);
	return pl_client_send(watch->client, "points", args, &watch->points_id, error);
}

static enum pl_status take(struct watch *watch, const struct pl_json *line, struct pl_error *error)
{
	const struct pl_json *snapshot = pl_json_get(line, "snapshot");
	const struct pl_json *run = pl_json_get(snapshot, "run");
	struct pl_json *drawn;
	enum pl_status status;

	if (pl_json_is_null(snapshot)) {
		if (pl_json_get_integer(line, "id", 0) != watch->points_id)
			return PL_OK;
		print_points(watch, pl_json_get(pl_json_get(line, "event"), "part"));
		if (pl_json_is_null(pl_json_get(line, "event")))
			watch->points_id = 0;
		fflush(stdout);
		return PL_OK;
	}
	status = ask_points(watch, run, error);
	print_log(watch, pl_json_get(snapshot, "log"));
	print_state(watch, run);
	fflush(stdout);
	drawn = pl_json_object();
	pl_json_add_integer(drawn, "drawn", pl_json_get_integer(snapshot, "n", 0));
	return status == PL_OK ? pl_client_say(watch->client, drawn, error)
			       : (pl_json_free(drawn), status);
}

static enum pl_status begin(struct watch *watch, struct pl_error *error)
{
	struct pl_json *args = pl_json_object(), *panels = pl_json_array(), *answer = NULL;
	enum pl_status status;

	pl_json_add_text(args, "build", pl_build_id());
	pl_json_add_boolean(args, "watch", true);
	status = pl_client_call(watch->client, "view", args, pl_clock_mono_ns() + ANSWER_NS, NULL,
				NULL, &answer, error);
	if (status == PL_OK && strcmp(pl_json_get_text(answer, "build", ""), pl_build_id()) != 0)
		status = pl_error_set(error, PL_ERR_VERSION, "",
				      "the engine is another build of plateau: stop it first, or "
				      "watch with the program it runs");
	pl_json_free(answer);
	pl_json_add_text(panels, NULL, "run");
	pl_json_add_text(panels, NULL, "log");
	args = pl_json_object();
	pl_json_add(args, "panels", panels);
	if (status == PL_OK)
		return pl_client_send(watch->client, "show", args, NULL, error);
	pl_json_free(args);
	return status;
}

static enum pl_status follow(struct watch *watch, struct pl_error *error)
{
	enum pl_status status = begin(watch, error);

	while (status == PL_OK) {
		struct pollfd fds = {.fd = pl_client_fd(watch->client), .events = POLLIN};
		struct pl_json *line;

		status = pl_client_next(watch->client, &line, error);
		if (status == PL_OK && line == NULL)
			pl_clock_poll(&fds, 1, PL_NEVER);
		else if (status == PL_OK)
			status = take(watch, line, error);
		pl_json_free(line);
		if (ferror(stdout))
			return PL_OK;
	}
	return status;
}

static int run(const struct pl_call *call)
{
	struct watch watch = {.call = call};
	struct pl_meeting meeting = {.lock_fd = -1};
	struct pl_bench_ref ref;
	const char *const *rest;
	struct pl_error error;
	enum pl_status status = pl_bench_ref_find(call, &ref, &rest, &error);

	if (status == PL_OK) {
		status = pl_meet_live(&ref, &meeting, &error);
		if (status == PL_ERR_NOT_FOUND)
			status = pl_error_set(&error, PL_ERR_NOT_RUNNING, ref.file,
					      "no engine is running for this bench");
	}
	if (status == PL_OK) {
		watch.client = meeting.client;
		status = follow(&watch, &error);
	}
	pl_meeting_fini(&meeting);
	pl_bench_ref_fini(&ref);
	if (status == PL_ERR_LOST) {
		pl_tell(call, "the engine ended");
		return PL_EXIT_OK;
	}
	return status == PL_OK ? PL_EXIT_OK : pl_fail(call, &error);
}

const struct pl_command pl_cmd_watch = {
    .name = "watch",
    .summary = "print messages and points of a live bench as they come",
    .synopsis = "[BENCH]",
    .text =
	"Prints each message and each point of a live bench as a line, with --json as an object "
	"a line, until the engine ends or ^C. It never acts on the bench. Exit status 5 when no "
	"engine is live.",
    .most = 1,
    .run = run,
};
