/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_tune.c - plateau tune: finds the setting at which a channel has a wanted rate. */
#include "cli/print.h"
#include "cli/word.h"

#include "config/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct tune {
	const struct pl_call *call;
	const char *path;
};

static enum pl_status check(void *ctx, const struct pl_bench *bench, struct pl_error *error)
{
	const struct tune *tune = ctx;
	const char *dot = strchr(tune->path, '.');
	char whole[PL_PATH_SIZE];
	struct pl_match match;
	size_t count;

	snprintf(whole, sizeof(whole), "%s%s", tune->path,
		 dot != NULL && strchr(dot + 1, '.') == NULL ? ".threshold" : "");
	return pl_bench_resolve(bench, whole, &match, 1, &count, error);
}

/* ---- while it goes on ---- */

static void on_started(const struct tune *tune, const struct pl_json *event)
{
	const char *path = pl_json_get_text(event, "path", "");
	double value = pl_json_get_number(event, "value", NAN);
	double before = pl_json_get_number(event, "before", NAN);

	if (isnan(value))
		pl_tell(tune->call,
			"what %s holds is not known: %.10g, the last that is "
			"remembered, is written first",
			path, before);
	else if (value != before)
		pl_tell(tune->call,
			"%s was left at %.10g: %.10g, what it was before, is written "
			"first",
			path, value, before);
}

/* "297      123 hits in 3.20 s   38.4 Hz (35.0 to 42.0)  above" */
static void on_measured(const struct tune *tune, const struct pl_json *event)
{
	bool is_sure = pl_json_get_boolean(event, "sure", false);

	if (pl_call_has(tune->call, "json") || pl_call_has(tune->call, "quiet"))
		return;
	printf("%8.10g %8lld hits in %6.2f s  %9.4g Hz (%.4g to %.4g)  %s",
	       pl_json_get_number(event, "value", NAN),
	       (long long)pl_json_get_integer(event, "hits", 0),
	       pl_json_get_number(event, "seconds", NAN), pl_json_get_number(event, "rate", NAN),
	       pl_json_get_number(event, "rate_lo", NAN), pl_json_get_number(event, "rate_hi", NAN),
	       pl_json_get_text(event, "side", ""));
	if (is_sure)
		printf("\n");
	else
		printf("?  (wrong by a chance of %.0f %%)\n",
		       100 * fmin(0.5, pl_json_get_number(event, "chance", NAN)));
	fflush(stdout);
}

/* A write that the device did not confirm is worth a line, the others are not. */
static void on_step(const struct pl_json *event)
{
	const char *status = pl_json_get_text(event, "status", "");

	if (strcmp(status, "ok") != 0)
		pl_say("writing %g: %s: %s", pl_json_get_number(event, "requested", NAN), status,
		       pl_json_get_text(event, "reason", ""));
}

static void on_event(void *ctx, const struct pl_json *event)
{
	const struct tune *tune = ctx;

	if (pl_json_get(event, "started") != NULL)
		on_started(tune, pl_json_get(event, "started"));
	else if (pl_json_get(event, "measured") != NULL)
		on_measured(tune, pl_json_get(event, "measured"));
	else if (pl_json_get(event, "step") != NULL)
		on_step(pl_json_get(event, "step"));
}

/* ---- the end ---- */

static int on_result(void *ctx, const struct pl_json *result)
{
	const struct tune *tune = ctx;
	const struct pl_json *answer = pl_json_get(result, "answer");
	const char *path = pl_json_get_text(result, "path", "");
	const char *trouble = pl_json_get_text(result, "trouble", "");
	double before = pl_json_get_number(result, "before", NAN);
	bool is_kept = pl_json_get_boolean(result, "kept", false);
	bool is_restored = pl_json_get_boolean(result, "restored", false);

	if (pl_call_has(tune->call, "json")) {
		pl_print_json(result);
	} else {
		if (!pl_json_is_null(answer))
			printf("%s: %s\n", path, pl_json_get_text(answer, "text", ""));
		if (is_kept)
			printf("%s is kept at %.10g (it was %.10g)\n", path,
			       pl_json_get_number(result, "value", NAN), before);
		else if (is_restored)
			printf("%s is put back to %.10g\n", path, before);
		if (is_restored && pl_json_get_boolean(answer, "found", false))
			printf("--yes would have kept %.10g\n",
			       pl_json_get_number(answer, "value", NAN));
	}
	if (!is_kept && !is_restored)
		pl_say("%s was NOT put back to %.10g: %s", path, before, trouble);
	else if (trouble[0] != '\0')
		pl_say("%s: %s", path, trouble);
	if (pl_json_get_boolean(result, "cancelled", false))
		return is_restored ? PL_EXIT_INTERRUPTED : PL_EXIT_FAILED;
	return pl_json_get_boolean(result, "ok", false) ? PL_EXIT_OK : PL_EXIT_FAILED;
}

/* ---- the words ---- */

static enum pl_status add_time(const struct pl_call *call, const char *option, const char *key,
			       struct pl_json *args, struct pl_error *error)
{
	const char *text = pl_call_value(call, option);
	int64_t time_ns;

	if (text == NULL)
		return PL_OK;
	if (pl_duration_parse(text, &time_ns, error) != PL_OK) {
		snprintf(error->where, sizeof(error->where), "--%s", option);
		return error->code;
	}
	pl_json_add_number(args, key, (double)time_ns / 1e9);
	return PL_OK;
}

static enum pl_status add_number(const struct pl_call *call, const char *option,
				 struct pl_json *args, struct pl_error *error)
{
	const char *text = pl_call_value(call, option);
	double value;

	if (text == NULL)
		return PL_OK;
	if (!pl_text_to_double(text, &value))
		return pl_error_set(error, PL_ERR_USAGE, "", "--%s: `%.40s` is no number", option,
				    text);
	pl_json_add_number(args, option, value);
	return PL_OK;
}

static enum pl_status add_options(const struct tune *tune, struct pl_json *args,
				  struct pl_error *error)
{
	const char *rate = pl_call_value(tune->call, "rate");
	enum pl_status status;

	if (tune->path == NULL)
		return pl_error_set(error, PL_ERR_USAGE, "",
				    "say which channel to tune: det.top --rate 1Hz");
	if (rate == NULL)
		return pl_error_set(error, PL_ERR_USAGE, "--rate",
				    "say which rate is wanted: --rate 1Hz; by hand a threshold is "
				    "tuned on the screen, key t");
	status = add_time(tune->call, "max-time", "max_s", args, error);
	if (status == PL_OK)
		status = add_time(tune->call, "settle", "settle_s", args, error);
	if (status == PL_OK)
		status = add_number(tune->call, "low", args, error);
	if (status == PL_OK)
		status = add_number(tune->call, "high", args, error);
	pl_json_add_text(args, "path", tune->path);
	pl_json_add_text(args, "rate", rate);
	pl_json_add_boolean(args, "yes", pl_call_has(tune->call, "yes"));
	pl_json_add_boolean(args, "assume", true); /* a word without a screen never asks */
	return status;
}

static int run(const struct pl_call *call)
{
	struct tune tune = {.call = call};
	struct pl_word word = {.name = "tune",
			       .check = check,
			       .on_event = on_event,
			       .on_result = on_result,
			       .ctx = &tune};
	const char *const *rest;
	struct pl_bench_ref ref;
	struct pl_error error;
	int exit_status;

	if (pl_bench_ref_find(call, &ref, &rest, &error) != PL_OK) {
		exit_status = pl_fail(call, &error);
	} else if (rest[0] != NULL && rest[1] != NULL) {
		exit_status = pl_fail_surplus(call, rest[1]);
	} else {
		tune.path = rest[0];
		word.args = pl_json_object();
		if (add_options(&tune, word.args, &error) == PL_OK) {
			exit_status = pl_word_run(&ref, &word);
		} else {
			exit_status = pl_fail(call, &error);
			pl_json_free(word.args);
		}
	}
	pl_bench_ref_fini(&ref);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"rate", 0, "RATE", "the wanted rate: 1Hz, 2.5kHz, 30/min"},
    {"max-time", 0, "TIME", "how long a value is counted at most (default 30 s)"},
    {"low", 0, "VALUE", "look no lower than this (default: the least the device takes)"},
    {"high", 0, "VALUE", "look no higher than this"},
    {"settle", 0, "TIME", "how long to wait after each write (default 100 ms)"},
    {.name = NULL},
};

const struct pl_command pl_cmd_tune = {
    .name = "tune",
    .summary = "find the threshold at which a channel has a wanted rate",
    .synopsis = "[BENCH] DEVICE.CHANNEL --rate RATE [--yes] [--low VALUE] [--high VALUE]",
    .text = "Moves the threshold of a channel, counting at each value until the chance that its "
	    "rate lies on the other side of the wanted one is below 1 %, or for the most time; "
	    "first outwards from the present value, then by halves. Whether the rate falls or "
	    "rises with the threshold is found out. The answer is a value, or the two a step "
	    "apart that the rate lies between; or that it stays on one side up to an end of the "
	    "range, or both falls and rises. Then the threshold is put back, confirmed; --yes "
	    "keeps the value found instead. Every write stands in the audit log of the bench and "
	    "in its threshold_operations file. Exit status 1 when the rate was not found or "
	    "something was not confirmed, 3 when interrupted (the threshold is put back).",
    .options = options,
    .most = 2,
    .run = run,
};
