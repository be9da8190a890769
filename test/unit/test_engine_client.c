/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clients may do to an engine: each request is answered once, whoever breaks the rules is cut
 * off, and nobody else notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/engine_bench.h"

#define NO_DEVICE DET("/dev/plateau-no-such-port") SCANS

static int start(void **state)
{
	struct engine *engine = malloc(sizeof(*engine));

	engine_start(engine, NO_DEVICE);
	*state = engine;
	return 0;
}

static int stop(void **state)
{
	engine_stop(*state);
	free(*state);
	return 0;
}

static void still_serves(const struct engine *engine)
{
	struct pl_json *answer = ask(engine, "status", NULL);

	assert_true(is_ok(answer));
	pl_json_free(answer);
}

static void requests_in_one_packet_are_answered_once_each_in_order(void **state)
{
	struct raw *raw = raw_open(*state);

	assert_true(raw_say(raw, "{\"v\":1,\"id\":3,\"do\":\"status\"}\n"
				 "{\"v\":1,\"id\":9,\"do\":\"wait\"}\n"
				 "{\"v\":1,\"id\":5,\"do\":\"describe\"}\n"));
	for (size_t i = 0; i < 3; i++) {
		static const int64_t ids[] = {3, 9, 5};
		struct pl_json *line = raw_hear(raw, WITHIN_NS, NULL);

		assert_int_equal(pl_json_get_integer(line, "id", 0), ids[i]);
		pl_json_free(line);
	}
	raw_close(raw);
	still_serves(*state);
}

static void a_request_cut_in_pieces_is_whole_again(void **state)
{
	struct raw *raw = raw_open(*state);
	struct pl_json *line;

	assert_true(raw_say(raw, "{\"v\":1,\"id\":3,"));
	still_serves(*state);
	assert_true(raw_say(raw, "\"do\":\"status\"}\n"));
	line = raw_answer(raw, 3);
	assert_true(is_ok(line));
	pl_json_free(line);
	raw_close(raw);
}

/* Refused by an answer; the connection stays. */
static void what_is_not_understood_is_refused(void **state)
{
	static const struct {
		const char *line, *code;
	} rows[] = {
	    {"{\"v\":2,\"id\":1,\"do\":\"status\"}\n", "version"},
	    {"{\"id\":1,\"do\":\"status\"}\n", "version"},
	    {"{\"v\":1,\"id\":1,\"do\":\"dance\"}\n", "usage"},
	    {"{\"v\":1,\"id\":1}\n", "usage"},
	    {"{\"v\":1,\"do\":\"status\"}\n", "usage"},
	    {"{\"v\":1,\"id\":-4,\"do\":\"status\"}\n", "usage"},
	    {"{\"v\":1,\"id\":\"x\",\"do\":\"status\"}\n", "usage"},
	    {"{\"v\":1,\"id\":1,\"do\":\"get\",\"args\":[1,2]}\n", "usage"},
	    {"{\"v\":1,\"id\":1,\"do\":\"set\",\"args\":{\"items\":7}}\n", "usage"},
	    {"{\"v\":1,\"id\":1,\"do\":\"count\",\"args\":{\"path\":\"det\",\"for_s\":-1}}\n",
	     "range"},
	    {"{\"v\":1,\"id\":1,\"do\":\"count\",\"args\":{\"path\":\"det\",\"counts\":1}}\n",
	     "range"},
	    {"{\"v\":1,\"id\":1,\"do\":\"count\",\"args\":{\"path\":\"det\",\"counts\":9,\"max_s\":"
	     "0}}\n",
	     "range"},
	    {"{\"v\":1,\"id\":1,\"do\":\"scan\",\"args\":{\"name\":\"shrot\"}}\n", "not_found"},
	    {"{\"v\":1,\"id\":1,\"do\":\"stop\"}\n", "not_running"},
	    {"{\"v\":1,\"id\":1,\"do\":\"pause\"}\n", "not_running"},
	};
	struct raw *raw = raw_open(*state);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pl_json *line;

		assert_true(raw_say(raw, rows[i].line));
		line = raw_hear(raw, WITHIN_NS, NULL);
		assert_string_equal(pl_json_get_text(line, "code", "none"), rows[i].code);
		pl_json_free(line);
	}
	raw_close(raw);
}

static void garbage_ends_only_its_own_connection(void **state)
{
	static const char *const rows[] = {"hello\n",	 "5\n", "[1,2]\n",
					   "{\"v\":1\n", "\n",	"\xff\xfe\x01\n"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw *raw = raw_open(*state);

		assert_true(raw_say(raw, rows[i]));
		assert_true(raw_is_cut_off(raw));
		raw_close(raw);
	}
	still_serves(*state);
}

static void a_line_without_end_is_cut_off(void **state)
{
	struct raw *raw = raw_open(*state);
	char block[4097];

	memset(block, 'x', sizeof(block) - 1);
	block[sizeof(block) - 1] = '\0';
	while (raw_say(raw, block))
		;
	assert_true(raw_is_cut_off(raw));
	raw_close(raw);
	still_serves(*state);
}

static void deep_json_is_cut_off(void **state)
{
	struct raw *raw = raw_open(*state);
	struct pl_text line = {0};

	for (size_t i = 0; i < 30000; i++)
		pl_text_add_string(&line, "[");
	pl_text_add_string(&line, "\n");
	raw_say(raw, line.data);
	assert_true(raw_is_cut_off(raw));
	pl_text_free(&line);
	raw_close(raw);
	still_serves(*state);
}

/* It asks and asks and never reads an answer. */
static void case_63_a_client_that_never_reads_is_cut_off(void **state)
{
	struct raw *raw = raw_open(*state);

	while (raw_say(raw, "{\"v\":1,\"id\":1,\"do\":\"describe\"}\n"))
		;
	still_serves(*state);
	raw_close(raw);
}

static void one_client_too_many_is_told_so_and_the_others_are_served(void **state)
{
	enum { MANY = 260 };
	const struct engine *engine = *state;
	struct raw *all[MANY], *last;
	struct pl_json *line;
	bool is_told = false;

	for (size_t i = 0; i < MANY; i++) {
		all[i] = raw_open(engine);
		assert_true(raw_say(all[i], "{\"v\":1,\"id\":1,\"do\":\"wait\"}\n") || i > 255);
	}
	for (size_t i = 0; i < MANY; i++) {
		line = raw_hear(all[i], WITHIN_NS, NULL);
		is_told |= strcmp(pl_json_get_text(line, "code", ""), "busy") == 0;
		pl_json_free(line);
	}
	assert_true(is_told);
	for (size_t i = 0; i < MANY; i++)
		raw_close(all[i]);
	last = raw_open(engine); /* it may be a moment until the engine has seen them go */
	raw_close(last);
	line = ask_until(engine, "status", NULL, NULL);
	pl_json_free(line);
}

static void a_get_of_too_many_values_is_refused(void **state)
{
	struct pl_text paths = {0};
	struct pl_json *answer;

	pl_text_add_string(&paths, "{\"paths\":[\"*\"");
	for (size_t i = 0; i < 100; i++)
		pl_text_add_string(&paths, ",\"*\"");
	pl_text_add_string(&paths, "]}");
	answer = ask(*state, "get", paths.data);
	assert_string_equal(pl_json_get_text(answer, "code", "ok"), "usage");
	pl_json_free(answer);
	pl_text_free(&paths);
}

static void the_client_speaks_with_the_engine(void **state)
{
	const struct engine *engine = *state;
	struct pl_client *client;
	struct pl_json *result = NULL;
	struct pl_error error;

	assert_int_equal(pl_client_open(engine->socket, &client, &error), PL_OK);
	assert_int_equal(pl_client_call(client, "status", NULL, pl_clock_mono_ns() + WITHIN_NS,
					NULL, NULL, &result, &error),
			 PL_OK);
	assert_string_equal(pl_json_get_text(pl_json_get(result, "bench"), "name", ""), "b1");
	assert_int_equal(pl_client_call(client, "stop", NULL, pl_clock_mono_ns() + WITHIN_NS, NULL,
					NULL, NULL, &error),
			 PL_ERR_NOT_RUNNING);
	pl_json_free(result);
	pl_client_close(client);
}

static void no_engine_is_not_found(void **state)
{
	struct pl_client *client;
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_client_open("/tmp/plateau-no-such-socket", &client, &error),
			 PL_ERR_NOT_FOUND);
	assert_null(client);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static const struct CMUnitTest tests[] = {
    CASE(requests_in_one_packet_are_answered_once_each_in_order),
    CASE(a_request_cut_in_pieces_is_whole_again),
    CASE(what_is_not_understood_is_refused),
    CASE(garbage_ends_only_its_own_connection),
    CASE(a_line_without_end_is_cut_off),
    CASE(deep_json_is_cut_off),
    CASE(case_63_a_client_that_never_reads_is_cut_off),
    CASE(one_client_too_many_is_told_so_and_the_others_are_served),
    CASE(a_get_of_too_many_values_is_refused),
    CASE(the_client_speaks_with_the_engine),
    cmocka_unit_test(no_engine_is_not_found),
};

ENGINE_MAIN(tests)
