/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs and other acts on a live engine with a simulated detector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/engine_bench.h"
#include "unit/pty.h"

static int start(void **state)
{
	struct engine *engine = malloc(sizeof(*engine));

	engine_start(engine, DET(SIM) SCANS);
	*state = engine;
	return 0;
}

static int stop(void **state)
{
	engine_stop(*state);
	free(*state);
	return 0;
}

static const struct pl_json *result_of(const struct pl_json *answer)
{
	return pl_json_get(answer, "result");
}

/* No run folder is left below the day's, and the number is used. */
static void expect_abandoned(const struct engine *engine)
{
	char path[512], day[PL_DAY_SIZE];

	pl_clock_format_day(pl_clock_utc_ns(), day);
	snprintf(path, sizeof(path), "%s/data/%s/run_0001", engine->folder.path, day);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof(path), "%s/data/.plateau/runs/0001", engine->folder.path);
	assert_int_equal(access(path, F_OK), 0);
}

static void a_followed_scan_tells_its_start_each_point_and_its_end_once(void **state)
{
	struct raw *raw = raw_open(*state);
	struct pl_json *line = NULL;
	size_t started = 0, points = 0, answers = 0;

	assert_true(raw_say(raw, "{\"v\":1,\"id\":1,\"do\":\"scan\",\"args\":{\"name\":\"short\","
				 "\"follow\":true}}\n"));
	while (answers == 0 && (line = raw_hear(raw, WITHIN_NS, NULL)) != NULL) {
		const struct pl_json *event = pl_json_get(line, "event");

		started += !pl_json_is_null(pl_json_get(event, "started"));
		points += !pl_json_is_null(pl_json_get(event, "point"));
		if (pl_json_is_null(event)) {
			answers++;
			assert_true(is_ok(line));
			assert_true(pl_json_get_boolean(result_of(line), "success", false));
		}
		pl_json_free(line);
	}
	assert_int_equal(started, 1);
	assert_int_equal(points, 2);
	assert_int_equal(answers, 1);
	assert_null(raw_hear(raw, PL_NS_PER_S / 4, NULL));
	/* it stays to be looked at */
	assert_true(raw_say(raw, "{\"v\":1,\"id\":2,\"do\":\"points\",\"args\":{\"from\":2}}\n"));
	line = raw_hear(raw, WITHIN_NS, NULL);
	assert_int_equal(pl_json_size(pl_json_get(pl_json_get(line, "event"), "part")), 1);
	pl_json_free(line);
	line = raw_answer(raw, 2);
	assert_int_equal(pl_json_get_integer(result_of(line), "rows", 0), 2);
	pl_json_free(line);
	assert_true(raw_say(raw, "{\"v\":1,\"id\":3,\"do\":\"wait\"}\n"));
	line = raw_answer(raw, 3);
	assert_true(is_ok(line));
	pl_json_free(line);
	raw_close(raw);
}

/* Some of them meet the very turn of the loop in which the run before ends. */
static void scans_asked_for_all_the_time_are_each_answered_once(void **state)
{
	enum { MANY = 600 };
	struct raw *raw = raw_open(*state);
	char seen[MANY + 1] = "";
	size_t ok = 0;

	for (int i = 1; i <= MANY; i++) {
		char text[128];
		struct pl_json *line;
		int64_t id;

		snprintf(text, sizeof(text),
			 "{\"v\":1,\"id\":%d,\"do\":\"scan\",\"args\":{\"name\":\"short\"}}\n", i);
		assert_true(raw_say(raw, text));
		line = raw_hear(raw, WITHIN_NS, NULL);
		id = pl_json_get_integer(line, "id", 0);
		assert_in_range(id, 1, MANY);
		assert_int_equal(seen[id]++, 0);
		ok += is_ok(line);
		if (!is_ok(line))
			assert_string_equal(pl_json_get_text(line, "code", ""), "run_active");
		pl_json_free(line);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	assert_true(ok >= 1);
	raw_close(raw);
	pl_json_free(ask(*state, "interrupt", NULL));
}

static void case_62_a_second_start_is_refused_and_told_who(void **state)
{
	struct pl_json *answer = ask(*state, "scan", "{\"name\":\"long\",\"actor\":\"ada\"}");
	static const char *const words[][2] = {
	    {"scan", "{\"name\":\"short\"}"},
	    {"set", "{\"items\":[\"det.top.threshold=300\"]}"},
	    {"count", "{\"path\":\"det\",\"for_s\":1}"},
	};

	assert_true(is_ok(answer));
	pl_json_free(answer);
	for (size_t i = 0; i < 3; i++) {
		answer = ask(*state, words[i][0], words[i][1]);
		assert_string_equal(pl_json_get_text(answer, "code", "ok"), "run_active");
		assert_non_null(strstr(pl_json_get_text(answer, "text", ""), "ada"));
		pl_json_free(answer);
	}
	answer = ask(*state, "get", "{\"paths\":[\"det.events\"]}");
	assert_true(is_ok(answer)); /* looking is free */
	pl_json_free(answer);
}

static void a_command_for_another_run_is_refused(void **state)
{
	struct pl_json *answer = ask(*state, "scan", "{\"name\":\"long\"}");

	pl_json_free(answer);
	answer = ask(*state, "stop", "{\"run\":77,\"now\":true}");
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "not_running");
	pl_json_free(answer);
	answer = ask(*state, "stop", "{\"run\":1,\"now\":true}");
	assert_true(is_ok(answer));
	assert_string_equal(pl_json_get_text(result_of(answer), "state", ""), "interrupted");
	pl_json_free(answer);
}

static void a_stop_is_never_refused_because_many_wait(void **state)
{
	enum { MANY = 50 };
	struct raw *all[MANY];
	struct pl_json *answer = ask(*state, "scan", "{\"name\":\"long\"}");

	pl_json_free(answer);
	await_run(*state, "state", "running");
	for (size_t i = 0; i < MANY; i++) {
		all[i] = raw_open(*state);
		assert_true(raw_say(all[i], "{\"v\":1,\"id\":1,\"do\":\"wait\"}\n"));
	}
	answer = ask(*state, "stop", "{\"now\":true}");
	assert_true(is_ok(answer));
	pl_json_free(answer);
	for (size_t i = 0; i < MANY; i++) {
		answer = raw_answer(all[i], 1);
		assert_true(is_ok(answer));
		pl_json_free(answer);
		raw_close(all[i]);
	}
}

static void pause_resume_and_stop_lead_a_run(void **state)
{
	pl_json_free(ask(*state, "scan", "{\"name\":\"long\"}"));
	await_run(*state, "state", "running");
	pl_json_free(ask(*state, "pause", "{\"now\":true}"));
	await_run(*state, "state", "paused");
	pl_json_free(ask(*state, "resume", NULL));
	await_run(*state, "state", "running");
	pl_json_free(ask(*state, "stop", "{\"now\":true}"));
	await_run(*state, "state", "interrupted");
}

static void the_count_of_a_dead_client_blocks_nobody(void **state)
{
	struct raw *raw = raw_open(*state);
	struct pl_json *answer;

	assert_true(raw_say(raw, "{\"v\":1,\"id\":1,\"do\":\"count\",\"args\":{\"path\":\"det\","
				 "\"for_s\":86400}}\n"));
	pl_json_free(ask_until(*state, "count", "{\"path\":\"det\",\"for_s\":0.01}", "run_active"));
	raw_close(raw);
	answer = ask_until(*state, "count", "{\"path\":\"det\",\"for_s\":0.01}", NULL);
	assert_int_equal(pl_json_size(pl_json_get(result_of(answer), "channels")), 2);
	pl_json_free(answer);
}

static void a_scan_of_a_changed_bench_file_takes_no_values_of_its_own(void **state)
{
	const struct engine *engine = *state;
	static const char args[] = "{\"name\":\"short\",\"set\":[{\"path\":"
				   "\"scans.short.dwell.time\",\"value\":\"30 ms\"}]}";
	struct pl_json *answer = ask(engine, "plan", args);
	int fd = openat(engine->folder.fd, "bench.yaml", O_WRONLY | O_APPEND | O_CLOEXEC);

	assert_true(is_ok(answer));
	pl_json_free(answer);
	assert_int_equal(write(fd, "# new\n", 6), 6);
	close(fd);
	answer = ask(engine, "scan", args);
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "config");
	pl_json_free(answer);
	answer = ask(engine, "scan", "{\"name\":\"short\"}");
	assert_true(is_ok(answer));
	pl_json_free(answer);
}

static void a_refused_scan_leaves_the_last_run_to_be_seen(void **state)
{
	struct pl_json *answer;

	pl_json_free(ask(*state, "scan", "{\"name\":\"short\"}"));
	await_run(*state, "state", "finished");
	pl_json_free(ask(*state, "scan", "{\"name\":\"shrot\"}"));
	answer = ask(*state, "points", NULL);
	assert_int_equal(pl_json_get_integer(result_of(answer), "rows", 0), 2);
	pl_json_free(answer);
}

static void what_a_dead_run_owes_is_settled_by_a_set(void **state)
{
	struct engine engine;
	struct pl_json *answer;
	char *held;
	size_t size;

	(void)state;
	engine_start(&engine, DET(SIM) SCANS);
	/* a run that is killed: its debt stands in the state file */
	pl_json_free(ask(&engine, "scan", "{\"name\":\"long\"}"));
	await_run(&engine, "state", "running");
	held = folder_read(&engine.folder, "data/b1.state.yaml", &size);
	assert_non_null(held);
	assert_non_null(strstr(held, "pending_restore"));
	kill(getpid(), SIGTERM);
	pthread_join(engine.thread, NULL);
	assert_int_equal(folder_write(&engine.folder, "data/b1.state.yaml", held, strlen(held)), 0);
	free(held);
	engine_go(&engine);
	answer = ask(&engine, "set", "{\"items\":[\"det.*.threshold=291\"]}");
	assert_true(pl_json_get_boolean(result_of(answer), "ok", false));
	pl_json_free(answer);
	pl_json_free(ask(&engine, "scan", "{\"name\":\"short\"}"));
	await_run(&engine, "state", "finished");
	answer = ask(&engine, "get", "{\"paths\":[\"det.top.threshold\"]}");
	assert_true(pl_json_get_number(pl_json_at(pl_json_get(result_of(answer), "values"), 0),
				       "value", 0) == 291);
	pl_json_free(answer);
	engine_stop(&engine);
}

/* A pty behind which nobody answers: opening it takes its time. */
static void a_stop_while_the_device_is_opened_leaves_no_folder_and_a_used_number(void **state)
{
	struct pty pty = pty_new();
	struct engine engine;
	struct pl_text text = {0};
	struct pl_json *answer;
	struct raw *raw;

	(void)state;
	pl_text_add(&text, "devices:\n  det: {driver: osechi, port: %s, " CHANNELS "}\n" SCANS,
		    pty.path);
	engine_start(&engine, text.data);
	pl_text_free(&text);
	raw = raw_open(&engine);
	assert_true(raw_say(raw, "{\"v\":1,\"id\":1,\"do\":\"scan\",\"args\":{\"name\":\"short\","
				 "\"follow\":true}}\n"));
	await_run(&engine, "phase", "open");
	answer = ask(&engine, "pause", NULL);
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "usage");
	pl_json_free(answer);
	answer = ask(&engine, "stop", NULL);
	assert_true(is_ok(answer));
	pl_json_free(answer);
	answer = raw_answer(raw, 1);
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "cancelled");
	pl_json_free(answer);
	raw_close(raw);
	expect_abandoned(&engine);
	engine_stop(&engine);
	pty_free(&pty);
}

static void a_scan_of_a_device_that_is_not_there_is_refused_and_leaves_nothing(void **state)
{
	struct engine engine;
	struct pl_json *answer;

	(void)state;
	engine_start(&engine, DET("/dev/plateau-no-such-port") SCANS);
	answer = ask(&engine, "scan", "{\"name\":\"short\",\"follow\":true}");
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "not_found");
	assert_non_null(strstr(pl_json_get_text(answer, "text", ""), "/dev/plateau-no-such-port"));
	pl_json_free(answer);
	answer = ask(&engine, "wait", NULL); /* it is known afterwards too */
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "not_found");
	pl_json_free(answer);
	expect_abandoned(&engine);
	engine_stop(&engine);
}

static void a_set_that_fails_says_what_was_made_and_what_not(void **state)
{
	static const char *const expected[] = {"ok", "not_found", "not_made"};
	struct engine engine;
	struct pl_json *answer;
	const struct pl_json *writes;

	(void)state;
	engine_start(&engine,
		     DET(SIM) "  far: {driver: osechi, port: /dev/plateau-no-such-port, " CHANNELS
			      "}\n" SCANS);
	answer = ask(&engine, "set",
		     "{\"items\":[\"det.top.threshold=291\",\"far.top.threshold=292\","
		     "\"det.mid.threshold=293\"]}");
	assert_false(pl_json_get_boolean(result_of(answer), "ok", true));
	writes = pl_json_get(result_of(answer), "writes");
	assert_int_equal(pl_json_size(writes), 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(pl_json_get_text(pl_json_at(writes, i), "status", ""),
				    expected[i]);
	pl_json_free(answer);
	engine_stop(&engine);
}

/* In the foreground the engine ends with its word. */
static void on_line(void *ctx, const struct pl_json *line)
{
	size_t *answers = ctx;

	*answers += pl_json_is_null(pl_json_get(line, "event"));
}

static void a_foreground_engine_ends_with_its_word(void **state)
{
	struct engine engine;
	struct pl_error error;
	size_t answers = 0;
	int exit_status = -1;
	static const char text[] = "{\"v\":1,\"id\":1,\"do\":\"scan\",\"args\":{\"name\":"
				   "\"short\",\"follow\":true}}";
	struct pl_json *word;

	(void)state;
	engine_make(&engine, DET(SIM) SCANS);
	assert_int_equal(pl_json_parse(text, sizeof(text) - 1, &word, NULL), PL_OK);
	engine.options.background = engine.options.stay = false;
	engine.options.on_ready = NULL;
	engine.options.word = word;
	engine.options.on_line = on_line;
	engine.options.ctx = &answers;
	assert_int_equal(pl_engine_run(&engine.options, &exit_status, &error), PL_OK);
	assert_int_equal(exit_status, 0);
	assert_int_equal(answers, 1);
	assert_int_equal(access(engine.socket, F_OK), -1);
	pl_json_free(word);
	engine_fini(&engine);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static const struct CMUnitTest tests[] = {
    CASE(a_followed_scan_tells_its_start_each_point_and_its_end_once),
    CASE(scans_asked_for_all_the_time_are_each_answered_once),
    CASE(case_62_a_second_start_is_refused_and_told_who),
    CASE(a_command_for_another_run_is_refused),
    CASE(a_stop_is_never_refused_because_many_wait),
    CASE(pause_resume_and_stop_lead_a_run),
    CASE(the_count_of_a_dead_client_blocks_nobody),
    CASE(a_scan_of_a_changed_bench_file_takes_no_values_of_its_own),
    CASE(a_refused_scan_leaves_the_last_run_to_be_seen),
    cmocka_unit_test(a_stop_while_the_device_is_opened_leaves_no_folder_and_a_used_number),
    cmocka_unit_test(a_scan_of_a_device_that_is_not_there_is_refused_and_leaves_nothing),
    cmocka_unit_test(a_set_that_fails_says_what_was_made_and_what_not),
    cmocka_unit_test(a_foreground_engine_ends_with_its_word),
    cmocka_unit_test(what_a_dead_run_owes_is_settled_by_a_set),
};

ENGINE_MAIN(tests)
