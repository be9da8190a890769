/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * requests_plan.c - the word `plan`: what a scan or a recording would be, without touching
 * anything, and what would be refused unless somebody says more than yes.
 */
#include "engine/record.h"

#include <stdlib.h>

/* "yes" or "force" would go on. */
static void add_refusal(struct pl_json *asks, const char *flag, const struct pl_error *error)
{
	struct pl_json *item = pl_json_object();

	pl_json_add_text(item, "flag", flag);
	pl_json_add_text(item, "text", error->text);
	pl_json_add(asks, NULL, item);
}

static struct pl_json *asks_of_scan(const struct run *run)
{
	struct pl_json *asks = pl_json_array();
	struct pl_error error;

	if (run_check_memory(run, NULL, &error) != PL_OK)
		add_refusal(asks, "yes", &error);
	if (run_check_wire(run, NULL, &error) != PL_OK)
		add_refusal(asks, "force", &error);
	return asks;
}

static void plan_scan(const struct request *request)
{
	struct pl_engine *engine = request->engine;
	struct run *run = calloc(1, sizeof(*run));
	struct pl_json *result;
	struct pl_error error;
	enum pl_status status;

	if (run == NULL)
		pl_out_of_memory();
	status = run_own_bench(engine, pl_json_get(request->args, "set"), &run->own_bench, &error);
	run->head.bench = run->own_bench != NULL ? run->own_bench : engine->bench;
	if (status == PL_OK)
		status = run_find_scan(run->head.bench, pl_json_get_text(request->args, "name", ""),
				       &run->scan, &error);
	if (status == PL_OK)
		status = pl_plan_build(run->head.bench, run->scan, 0, &run->plan, &error);
	if (status == PL_OK) {
		result = run_plan_json(run->scan, &run->plan);
		pl_json_add(result, "asks", asks_of_scan(run));
		answer_ok(engine, request->asker, result);
	} else {
		answer_error(engine, request->asker, &error);
	}
	pl_plan_fini(&run->plan);
	pl_bench_free(run->own_bench);
	free(run);
}

static struct pl_json *recording_json(const struct record *record)
{
	const struct pl_recording *recording = &record->recording;
	struct pl_json *result = pl_json_object(), *asks = pl_json_array();
	struct pl_error error;

	pl_json_add_text(result, "name", recording->name);
	pl_json_add_number(result, "rate_hz", recording->rate_hz);
	pl_json_add_integer(result, "parameters", (int64_t)recording->reading_count);
	pl_json_add_text(result, "events",
			 recording->events_device < 0
			     ? NULL
			     : record->head.bench->devices[recording->events_device].spec.name);
	pl_json_add_number(result, "duration_s",
			   recording->time_ns > 0 ? (double)recording->time_ns / 1e9 : NAN);
	pl_json_add_integer(result, "ticks", recording->ticks);
	pl_json_add_integer(result, "counts", recording->counts);
	pl_json_add(result, "budget", pl_json_copy(record->budget));
	if (recording->reading_count > 0 &&
	    pl_record_budget(record->head.bench, recording, NULL, NULL, &error) != PL_OK)
		add_refusal(asks, "force", &error);
	pl_json_add(result, "asks", asks);
	return result;
}

static void plan_record(const struct request *request)
{
	struct record *record = calloc(1, sizeof(*record));
	struct pl_json *args = pl_json_copy(request->args);
	struct pl_error error;

	if (record == NULL)
		pl_out_of_memory();
	pl_json_add_text(args, "name", pl_json_get_text(request->args, "record", ""));
	pl_json_add_boolean(args, "force", true); /* what is refused without it is told */
	if (record_choose(request->engine, record, args, &error) == PL_OK)
		answer_ok(request->engine, request->asker, recording_json(record));
	else
		answer_error(request->engine, request->asker, &error);
	pl_json_free(args);
	record_discard(record);
}

void do_plan(const struct request *request)
{
	if (pl_json_is_string(pl_json_get(request->args, "record")))
		plan_record(request);
	else
		plan_scan(request);
}
