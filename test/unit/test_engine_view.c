/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What views get: a snapshot at a time, cut to its line, and nothing when there is nothing new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plateau/version.h"
#include "unit/engine_bench.h"

#define NO_DEVICE DET("/dev/plateau-no-such-port") SCANS

static void attach(struct raw *raw, const char *more)
{
	struct pl_text line = {0};

	pl_text_add(&line, "{\"v\":1,\"id\":1,\"do\":\"view\",\"args\":{\"build\":\"%s\"%s}}\n",
		    pl_build_id(), more);
	assert_true(raw_say(raw, line.data));
	pl_text_free(&line);
}

/* The next snapshot within some time, its line's length, and NULL when there is none. */
static struct pl_json *snapshot(struct raw *raw, int64_t within_ns, size_t *length)
{
	struct pl_json *line;

	while ((line = raw_hear(raw, within_ns, length)) != NULL) {
		if (!pl_json_is_null(pl_json_get(line, "snapshot")))
			return line;
		pl_json_free(line);
	}
	return NULL;
}

static void draw(struct raw *raw, const struct pl_json *line)
{
	char drawn[64];

	snprintf(drawn, sizeof(drawn), "{\"drawn\":%lld}\n",
		 (long long)pl_json_get_integer(pl_json_get(line, "snapshot"), "n", 0));
	assert_true(raw_say(raw, drawn));
}

/* Draws until nothing comes for a second; the number of snapshots. */
static size_t settle(struct raw *raw)
{
	struct pl_json *line;
	size_t count = 0;

	while (count < 50 && (line = snapshot(raw, PL_NS_PER_S, NULL)) != NULL) {
		draw(raw, line);
		pl_json_free(line);
		count++;
	}
	return count;
}

static void a_view_gets_the_bench_at_once_and_no_second_one_undrawn(void **state)
{
	struct engine engine;
	struct raw *raw;
	struct pl_json *line, *other;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	attach(raw, "");
	line = snapshot(raw, WITHIN_NS, NULL);
	assert_non_null(line);
	assert_non_null(pl_json_get(pl_json_get(line, "snapshot"), "devices"));
	/* things happen, but it has not drawn */
	other = ask(&engine, "scan", "{\"name\":\"short\",\"follow\":true}");
	pl_json_free(other);
	other = snapshot(raw, PL_NS_PER_S / 2, NULL);
	assert_null(other);
	draw(raw, line);
	pl_json_free(line);
	line = snapshot(raw, WITHIN_NS, NULL);
	assert_non_null(line);
	assert_int_equal(pl_json_get_integer(pl_json_get(line, "snapshot"), "n", 0), 2);
	pl_json_free(line);
	raw_close(raw);
	engine_stop(&engine);
}

static void nothing_is_sent_when_nothing_changed(void **state)
{
	struct engine engine;
	struct raw *raw, *other;
	struct pl_json *line;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	attach(raw, "");
	/* a port that is not there is tried again every five seconds: between that it is quiet */
	assert_in_range(settle(raw), 1, 20);
	other = raw_open(&engine);
	attach(other, ",\"watch\":true");
	line = snapshot(raw, WITHIN_NS, NULL); /* the log says that somebody came, */
	while (line && pl_json_size(pl_json_get(pl_json_get(line, "snapshot"), "log")) == 0) {
		draw(raw, line); /* behind a sign of life, perhaps */
		pl_json_free(line);
		line = snapshot(raw, WITHIN_NS, NULL);
	}
	assert_non_null(line);
	pl_json_free(line);
	raw_close(other);
	raw_close(raw);
	engine_stop(&engine);
}

static void a_silent_detector_makes_no_snapshots(void **state)
{
	struct engine engine;
	struct raw *raw;

	(void)state;
	engine_start(&engine, DET(QUIET) SCANS);
	raw = raw_open(&engine);
	attach(raw, "");
	assert_in_range(settle(raw), 1, 49);
	raw_close(raw);
	engine_stop(&engine);
}

static void only_what_is_shown_is_sent(void **state)
{
	struct engine engine;
	struct raw *raw;
	struct pl_json *line;
	const struct pl_json *body;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	attach(raw, "");
	assert_true(raw_say(raw, "{\"v\":1,\"id\":2,\"do\":\"show\",\"args\":{\"panels\":"
				 "[\"run\",\"log\"]}}\n"));
	line = snapshot(raw, WITHIN_NS, NULL);
	while (!pl_json_is_null(pl_json_get(pl_json_get(line, "snapshot"), "devices"))) {
		draw(raw, line);
		pl_json_free(line);
		line = snapshot(raw, WITHIN_NS, NULL);
		assert_non_null(line);
	}
	body = pl_json_get(line, "snapshot");
	assert_non_null(pl_json_get(body, "run"));
	assert_non_null(pl_json_get(body, "log"));
	assert_null(pl_json_get(body, "bench"));
	pl_json_free(line);
	raw_close(raw);
	engine_stop(&engine);
}

static void a_big_bench_fits_the_line_and_says_that_more_is_there(void **state)
{
	struct engine engine;
	struct pl_text text = {0};
	struct raw *raw;
	struct pl_json *line, *answer;
	size_t length = 0;

	(void)state;
	pl_text_add_string(&text, "devices:\n");
	for (int i = 0; i < 300; i++)
		pl_text_add(&text,
			    "  detector_of_some_length_%d:\n    driver: osechi\n"
			    "    port: /dev/plateau-no-such-port-%d\n    " CHANNELS "\n",
			    i, i);
	engine_start(&engine, text.data);
	pl_text_free(&text);
	raw = raw_open(&engine);
	attach(raw, "");
	line = snapshot(raw, WITHIN_NS, &length);
	assert_non_null(line);
	assert_in_range(length, 1000, PL_PROTOCOL_LINE_MAX);
	assert_true(pl_json_get_boolean(pl_json_get(line, "snapshot"), "more", false));
	assert_true(pl_json_size(pl_json_get(pl_json_get(line, "snapshot"), "readings")) > 20);
	pl_json_free(line);
	answer = ask(&engine, "describe", NULL);
	assert_true(is_ok(answer));
	pl_json_free(answer);
	raw_close(raw);
	engine_stop(&engine);
}

static void a_view_of_another_build_gets_no_snapshots(void **state)
{
	struct engine engine;
	struct raw *raw;
	struct pl_json *line;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	assert_true(
	    raw_say(raw, "{\"v\":1,\"id\":1,\"do\":\"view\",\"args\":{\"build\":\"x\"}}\n"));
	line = raw_answer(raw, 1);
	assert_string_equal(pl_json_get_text(pl_json_get(line, "result"), "build", ""),
			    pl_build_id());
	pl_json_free(line);
	assert_null(snapshot(raw, PL_NS_PER_S / 2, NULL));
	raw_close(raw);
	engine_stop(&engine);
}

static void a_view_that_watches_commands_nothing(void **state)
{
	static const char *const words[] = {"scan", "set", "count", "stop", "pause", "interrupt"};
	struct engine engine;
	struct raw *raw;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	attach(raw, ",\"watch\":true");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char text[64];
		struct pl_json *line;

		snprintf(text, sizeof(text), "{\"v\":1,\"id\":%zu,\"do\":\"%s\"}\n", i + 2,
			 words[i]);
		assert_true(raw_say(raw, text));
		line = raw_answer(raw, (int64_t)i + 2);
		assert_string_equal(pl_json_get_text(line, "code", "ok"), "permission");
		pl_json_free(line);
	}
	raw_close(raw);
	engine_stop(&engine);
}

static void what_a_view_leaves_is_there_for_the_next(void **state)
{
	struct engine engine;
	struct raw *raw;
	struct pl_json *line;
	char *audit;
	size_t size;

	(void)state;
	engine_start(&engine, NO_DEVICE);
	raw = raw_open(&engine);
	attach(raw, ",\"actor\":\"ada\"");
	assert_true(raw_say(
	    raw, "{\"v\":1,\"id\":2,\"do\":\"detach\",\"args\":{\"saved\":\"panel=3\"}}\n"));
	pl_json_free(raw_answer(raw, 2));
	raw_close(raw);
	raw = raw_open(&engine);
	attach(raw, ",\"actor\":\"bob\"");
	line = raw_answer(raw, 1);
	assert_string_equal(pl_json_get_text(pl_json_get(line, "result"), "saved", ""), "panel=3");
	pl_json_free(line);
	raw_close(raw); /* without a word */
	kill(getpid(), SIGTERM);
	pthread_join(engine.thread, NULL);
	audit = folder_read(&engine.folder, "data/b1.audit.csv", &size);
	assert_non_null(audit);
	assert_non_null(strstr(audit, ",ada,attach,"));
	assert_non_null(strstr(audit, ",ada,detach,b1,,,ok,"));
	assert_non_null(strstr(audit, ",bob,detach,b1,,,lost,"));
	free(audit);
	engine_fini(&engine);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_view_gets_the_bench_at_once_and_no_second_one_undrawn),
    cmocka_unit_test(nothing_is_sent_when_nothing_changed),
    cmocka_unit_test(a_silent_detector_makes_no_snapshots),
    cmocka_unit_test(only_what_is_shown_is_sent),
    cmocka_unit_test(a_big_bench_fits_the_line_and_says_that_more_is_there),
    cmocka_unit_test(a_view_of_another_build_gets_no_snapshots),
    cmocka_unit_test(a_view_that_watches_commands_nothing),
    cmocka_unit_test(what_a_view_leaves_is_there_for_the_next),
};

ENGINE_MAIN(tests)
