/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line, taken apart with a small table of its own. */
#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"

static const struct pl_command_option scan_options[] = {
    {"dry-run", 0, NULL, "only the plan"},
    {"label", 'l', "TEXT", "a label"},
    {.name = NULL},
};
static const struct pl_command screen = {
    .name = "", .summary = "screen", .synopsis = "", .most = 1};
static const struct pl_command scan = {.name = "scan",
				       .summary = "scan",
				       .synopsis = "[BENCH] [NAME]",
				       .options = scan_options,
				       .most = 2};
static const struct pl_command sim = {
    .name = "sim", .summary = "sim", .synopsis = "KIND", .is_raw = true};
static const struct pl_command hidden = {.name = "scanner", .synopsis = ""};
static const struct pl_command *const table[] = {&screen, &scan, &sim, &hidden, NULL};
static const struct pl_command_option common[] = {
    {"workspace", 0, "DIR", "where"},
    {"set", 0, "PATH=VALUE", "override"},
    {"quiet", 'q', NULL, "less"},
    {"help", 'h', NULL, "help"},
    {.name = NULL},
};

struct line {
	char *words[12];
	int count;
	struct pl_call call;
	struct pl_error error;
	enum pl_status status;
};

/* Words between blanks. */
static void parse(struct line *line, const char *text)
{
	static char copy[256];

	strcpy(copy, text);
	line->count = 0;
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
		line->words[line->count++] = word;
	line->words[line->count] = NULL;
	line->error = (struct pl_error){.code = PL_OK};
	line->status =
	    pl_call_parse(table, common, line->count, line->words, &line->call, &line->error);
}

static void a_word_takes_its_arguments_and_options(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau scan b.yaml threshold --label one");
	assert_int_equal(line.status, PL_OK);
	assert_ptr_equal(line.call.command, &scan);
	assert_int_equal(line.call.argument_count, 2);
	assert_string_equal(line.call.arguments[0], "b.yaml");
	assert_string_equal(line.call.arguments[1], "threshold");
	assert_null(line.call.arguments[2]);
	assert_string_equal(pl_call_value(&line.call, "label"), "one");
	pl_call_fini(&line.call);
}

static void options_may_stand_anywhere(void **state)
{
	static const char *const lines[] = {
	    "plateau --workspace w scan --dry-run b.yaml threshold -q",
	    "plateau -q --dry-run scan b.yaml --workspace=w threshold",
	    "plateau scan b.yaml threshold -q --workspace w --dry-run",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct line line;

		parse(&line, lines[i]);
		assert_int_equal(line.status, PL_OK);
		assert_ptr_equal(line.call.command, &scan);
		assert_int_equal(line.call.argument_count, 2);
		assert_string_equal(line.call.arguments[1], "threshold");
		assert_string_equal(pl_call_value(&line.call, "workspace"), "w");
		assert_true(pl_call_has(&line.call, "dry-run"));
		assert_true(pl_call_has(&line.call, "quiet"));
		assert_false(pl_call_has(&line.call, "label"));
		pl_call_fini(&line.call);
	}
}

static void a_value_that_is_a_word_stays_a_value(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau --workspace sim scan x");
	assert_int_equal(line.status, PL_OK);
	assert_ptr_equal(line.call.command, &scan);
	assert_string_equal(pl_call_value(&line.call, "workspace"), "sim");
	pl_call_fini(&line.call);
}

static void the_last_of_several_values_holds_and_all_are_kept(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau scan --set a=1 --set b=2 x");
	assert_int_equal(line.status, PL_OK);
	assert_int_equal(line.call.given_count, 2);
	assert_string_equal(line.call.given[0].value, "a=1");
	assert_string_equal(pl_call_value(&line.call, "set"), "b=2");
	pl_call_fini(&line.call);
}

static void nothing_and_a_bench_file_are_the_screen(void **state)
{
	static const char *const lines[] = {"plateau", "plateau my.yaml", "plateau my.yml -q"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct line line;

		parse(&line, lines[i]);
		assert_int_equal(line.status, PL_OK);
		assert_ptr_equal(line.call.command, &screen);
		pl_call_fini(&line.call);
	}
}

static void a_directory_is_a_bench_only_with_bench_yaml_in_it(void **state)
{
	struct folder folder;

	(void)state;
	assert_int_equal(folder_open(&folder), 0);
	assert_false(pl_call_is_bench(folder.path));
	assert_int_equal(folder_write(&folder, "bench.yaml", "", 0), 0);
	assert_true(pl_call_is_bench(folder.path));
	folder_remove(&folder);
	assert_false(pl_call_is_bench(""));
}

static void what_follows_a_raw_word_is_not_looked_at(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau sim osechi --help seed=1 --nothing");
	assert_int_equal(line.status, PL_OK);
	assert_ptr_equal(line.call.command, &sim);
	assert_int_equal(line.call.argument_count, 4);
	assert_string_equal(line.call.arguments[1], "--help");
	assert_false(pl_call_has(&line.call, "help"));
	pl_call_fini(&line.call);
}

static void two_dashes_end_the_options(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau scan -- --label x");
	assert_int_equal(line.status, PL_OK);
	assert_int_equal(line.call.argument_count, 2);
	assert_string_equal(line.call.arguments[0], "--label");
	pl_call_fini(&line.call);
}

static void wrong_lines_are_refused_with_the_nearest_right_one(void **state)
{
	static const struct {
		const char *line, *names;
	} rows[] = {
	    {"plateau skan b.yaml", "`scan`"},
	    {"plateau scanne", "`scan`"}, /* a hidden word is not proposed */
	    {"plateau scan --dryrun", "--dry-run"},
	    {"plateau scan --worksapce x", "--workspace"},
	    {"plateau scan --lable=x", "--label"},
	    {"plateau scan -z", "--help"},
	    {"plateau --dry-run", "--help"}, /* the screen has no such option */
	    {"plateau scan --label", "--label TEXT"},
	    {"plateau scan --quiet=yes", "takes no value"},
	    {"plateau scan a b c", "one argument too many"},
	    {"plateau nonsenseword", "plateau --help"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line line;

		parse(&line, rows[i].line);
		assert_int_equal(line.status, PL_ERR_USAGE);
		if (strstr(line.error.text, rows[i].names) == NULL)
			fail_msg("%s: %s: %s", rows[i].line, line.error.where, line.error.text);
		pl_call_fini(&line.call);
	}
}

static void help_is_had_with_too_many_arguments_too(void **state)
{
	struct line line;

	(void)state;
	parse(&line, "plateau scan a b c --help");
	assert_int_equal(line.status, PL_OK);
	assert_true(pl_call_has(&line.call, "help"));
	pl_call_fini(&line.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_word_takes_its_arguments_and_options),
	    cmocka_unit_test(options_may_stand_anywhere),
	    cmocka_unit_test(a_value_that_is_a_word_stays_a_value),
	    cmocka_unit_test(the_last_of_several_values_holds_and_all_are_kept),
	    cmocka_unit_test(nothing_and_a_bench_file_are_the_screen),
	    cmocka_unit_test(a_directory_is_a_bench_only_with_bench_yaml_in_it),
	    cmocka_unit_test(what_follows_a_raw_word_is_not_looked_at),
	    cmocka_unit_test(two_dashes_end_the_options),
	    cmocka_unit_test(wrong_lines_are_refused_with_the_nearest_right_one),
	    cmocka_unit_test(help_is_had_with_too_many_arguments_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
