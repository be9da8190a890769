/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML in: a tree with positions, nothing guessed, hostile input refused cheaply. */
#include "base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static struct pl_yaml *parse(const char *text)
{
	struct pl_error error = {.text = ""};
	struct pl_yaml *yaml;

	if (pl_yaml_parse("bench.yaml", text, strlen(text), &yaml, &error))
		fail_msg("%s: %s", error.where, error.text);
	return yaml;
}

static void assert_refused(const char *text, size_t count, const char *where, const char *why)
{
	struct pl_error error = {.code = PL_OK};
	struct pl_yaml *yaml;

	assert_int_equal(pl_yaml_parse("bench.yaml", text, count, &yaml, &error), PL_ERR_CONFIG);
	assert_null(yaml);
	assert_int_equal(error.code, PL_ERR_CONFIG);
	assert_string_equal(error.where, where);
	if (!strstr(error.text, why))
		fail_msg("\"%s\" does not say \"%s\"", error.text, why);
}

static void refused(const char *text, const char *where, const char *why)
{
	assert_refused(text, strlen(text), where, why);
}

static void values_and_keys_know_their_places(void **state)
{
	struct pl_yaml *yaml =
	    parse("# bench\nbench: cosmic_1\ndevices:\n  det:\n"
		  "    channels: {top: {id: 1}, mid: {}}\n  list:\n  - a\n  - b\n");
	const struct pl_yaml_node *root = pl_yaml_root(yaml), *node, *child;

	(void)state;
	assert_int_equal(root->kind, PL_YAML_MAP);
	assert_int_equal(root->count, 2);
	node = pl_yaml_get(root, "bench");
	assert_string_equal(node->text, "cosmic_1");
	assert_string_equal(node->key, "bench");
	assert_int_equal(node->line, 2);
	assert_int_equal(node->column, 8);
	assert_int_equal(node->key_line, 2);
	assert_int_equal(node->key_column, 1);
	node = pl_yaml_get(pl_yaml_get(pl_yaml_get(root, "devices"), "det"), "channels");
	assert_int_equal(node->line, 5);
	assert_int_equal(node->column, 15);
	child = node->first->next;
	assert_string_equal(child->key, "mid");
	assert_int_equal(child->count, 0);
	assert_int_equal(child->key_column, 30);
	assert_null(child->next);
	node = pl_yaml_get(pl_yaml_get(root, "devices"), "list");
	assert_int_equal(node->kind, PL_YAML_LIST);
	assert_int_equal(node->count, 2);
	assert_null(node->first->key);
	assert_string_equal(node->first->next->text, "b");
	assert_int_equal(node->first->next->line, 8);
	assert_int_equal(node->first->next->column, 5);
	pl_yaml_free(yaml);
}

static void case_74_no_scalar_is_guessed_at(void **state)
{
	static const char *const words[] = {"no",   "1e3",  "010",   "12:30", "0x1F",
					    "NULL", "True", "1_000", ".5",    "2026-11-21"};
	struct pl_yaml *yaml =
	    parse("[no, 1e3, 010, 12:30, 0x1F, NULL, True, 1_000, .5, 2026-11-21]");
	const struct pl_yaml_node *node = pl_yaml_root(yaml)->first;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++, node = node->next) {
		assert_string_equal(node->text, words[i]);
		assert_false(node->quoted);
		assert_false(pl_yaml_is_null(node));
	}
	assert_null(node);
	pl_yaml_free(yaml);
}

static void only_plain_nothing_is_null(void **state)
{
	struct pl_yaml *yaml = parse("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: \"~\"\ng: {}\n");
	const struct pl_yaml_node *root = pl_yaml_root(yaml);

	(void)state;
	assert_true(pl_yaml_is_null(NULL));
	assert_true(pl_yaml_is_null(pl_yaml_get(root, "none")));
	for (const char *key = "abc"; *key; key++)
		assert_true(pl_yaml_is_null(pl_yaml_get(root, (char[]){*key, 0})));
	for (const char *key = "defg"; *key; key++)
		assert_false(pl_yaml_is_null(pl_yaml_get(root, (char[]){*key, 0})));
	assert_true(pl_yaml_get(root, "d")->quoted);
	pl_yaml_free(yaml);
}

static void members_are_read_with_a_fallback(void **state)
{
	struct pl_yaml *yaml =
	    parse("text: abc\nnumber: 1.5e-3\ncount: -42\nnone: ~\nmap: {a: 1}\n");
	const struct pl_yaml_node *root = pl_yaml_root(yaml);

	(void)state;
	assert_string_equal(pl_yaml_get_text(root, "text", "x"), "abc");
	assert_string_equal(pl_yaml_get_text(root, "none", "x"), "x");
	assert_string_equal(pl_yaml_get_text(root, "map", "x"), "x");
	assert_null(pl_yaml_get_text(NULL, "text", NULL));
	assert_true(pl_yaml_get_number(root, "number", 0) == 1.5e-3);
	assert_true(pl_yaml_get_number(root, "text", 7) == 7);
	assert_int_equal(pl_yaml_get_integer(root, "count", 0), -42);
	assert_int_equal(pl_yaml_get_integer(root, "number", 3), 3);
	assert_null(pl_yaml_get(pl_yaml_get(root, "text"), "a"));
	pl_yaml_free(yaml);
}

static void an_empty_document_is_an_empty_map(void **state)
{
	static const char *const texts[] = {"",	     "\n\n", "# only a comment\n",
					    "---\n", "~\n",  "\xEF\xBB\xBF"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pl_yaml *yaml = parse(texts[i]);
		assert_int_equal(pl_yaml_root(yaml)->kind, PL_YAML_MAP);
		assert_int_equal(pl_yaml_root(yaml)->count, 0);
		pl_yaml_free(yaml);
	}
}

static void a_byte_order_mark_moves_no_column(void **state)
{
	struct pl_yaml *yaml = parse("\xEF\xBB\xBF"
				     "a: 1\n");
	const struct pl_yaml_node *node = pl_yaml_get(pl_yaml_root(yaml), "a");

	(void)state;
	assert_non_null(node);
	assert_int_equal(node->key_column, 1);
	pl_yaml_free(yaml);
}

static void columns_count_characters(void **state)
{
	struct pl_yaml *yaml = parse("{\"\xC3\xA4\xE2\x82\xAC\": 1, b: 2}");
	const struct pl_yaml_node *node = pl_yaml_get(pl_yaml_root(yaml), "b");

	(void)state;
	assert_int_equal(node->key_column, 11);
	refused("a: \"\xC3\xA4\"\nb\xC3\xA4: \xFF\n", "bench.yaml:2:5", "UTF-8");
	pl_yaml_free(yaml);
}

static void duplicate_keys_are_left_to_the_schema(void **state)
{
	struct pl_yaml *yaml = parse("a: 1\na: 2\n");
	const struct pl_yaml_node *first = pl_yaml_root(yaml)->first;

	(void)state;
	assert_int_equal(pl_yaml_root(yaml)->count, 2);
	assert_int_equal(first->key_line, 1);
	assert_int_equal(first->next->key_line, 2);
	assert_ptr_equal(pl_yaml_get(pl_yaml_root(yaml), "a"), first);
	pl_yaml_free(yaml);
}

static void case_73_a_tab_is_refused_at_its_place(void **state)
{
	(void)state;
	refused("a:\n\tb: 1\n", "bench.yaml:2:1", "tab");
	refused("# \xC3\xA4\xE2\x82\xAC\na:\n\tb: 1\n", "bench.yaml:3:1", "tab");
	refused("a:\n  b: 1\n  \tc: 2\n", "bench.yaml:3:3", "tab");
}

static void broken_syntax_is_refused_at_its_place(void **state)
{
	(void)state;
	refused("a: 1\nb: [1, 2\nc: 3\n", "bench.yaml:3:2", "not valid YAML");
	refused("a: 'open\n", "bench.yaml:2:1", "not valid YAML");
	refused("a: 1\n b: 2\n", "bench.yaml:2:3", "not valid YAML");
	refused("a: @b\n", "bench.yaml:1:4", "quotes");
	refused("a: }\n", "bench.yaml:1:4", "not valid YAML");
}

static void case_75_nul_and_control_bytes_are_refused(void **state)
{
	(void)state;
	assert_refused("a: 1\nb: \0c\n", 11, "bench.yaml:2:4", "control characters");
	refused("a: \033[2J\n", "bench.yaml:1:4", "control characters");
	refused("a: \"x\\0y\"\n", "bench.yaml:1:4", "NUL");
	refused("\"x\\0y\": 1\n", "bench.yaml:1:1", "NUL");
}

static void only_utf8_is_read(void **state)
{
	(void)state;
	refused("a: \xC3(\n", "bench.yaml:1:5", "UTF-8");
	assert_refused("\xFF\xFE"
		       "a\0:\0 \0001\0",
		       10, "bench.yaml:1:1", "UTF-8");
	refused("a: \xED\xA0\x80\n", "bench.yaml:1:4", "UTF-8");
}

static void anchors_aliases_and_tags_are_refused(void **state)
{
	(void)state;
	refused("a: &x 1\nb: *x\n", "bench.yaml:1:4", "anchors");
	refused("b: *x\n", "bench.yaml:1:4", "aliases");
	refused("a: &x {b: 1}\n", "bench.yaml:1:4", "anchors");
	refused("a: &x [b]\n", "bench.yaml:1:4", "anchors");
	refused("&x a: 1\n", "bench.yaml:1:1", "anchors");
	refused("*x : 1\n", "bench.yaml:1:1", "aliases");
	refused("a: !!int 1\n", "bench.yaml:1:4", "tags");
	refused("a: !run {b: 1}\n", "bench.yaml:1:4", "tags");
}

static void one_document_with_scalar_keys_is_read(void **state)
{
	(void)state;
	refused("a: 1\n---\nb: 2\n", "bench.yaml:2:1", "second document");
	refused("a: 1\n...\n---\n", "bench.yaml:3:1", "second document");
	refused("{a: 1}: 2\n", "bench.yaml:1:1", "key");
	refused("? [a, b]\n: 2\n", "bench.yaml:1:3", "key");
}

static void case_72_an_alias_bomb_is_refused(void **state)
{
	char text[2000] = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
	size_t length = strlen(text);

	(void)state;
	for (int i = 1; i < 9; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n",
					   i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	refused(text, "bench.yaml:1:5", "anchors");
}

static void case_72_a_cyclic_alias_is_refused(void **state)
{
	(void)state;
	refused("a: &a [*a]\n", "bench.yaml:1:4", "anchors");
	refused("&a a: *a\n", "bench.yaml:1:1", "anchors");
}

static char *repeated(const char *piece, size_t times)
{
	size_t length = strlen(piece);
	char *text = malloc(times * length + 1);

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * length, piece, length + 1);
	return text;
}

static void case_72_5000_levels_are_refused_at_the_33rd(void **state)
{
	char *lists = repeated("[", 5000), *maps = repeated("{a: ", 5000);
	char *dashes = repeated("- ", 5000);

	(void)state;
	refused(lists, "bench.yaml:1:33", "32");
	refused(maps, "bench.yaml:1:129", "32");
	refused(dashes, "bench.yaml:1:65", "32");
	free(lists);
	free(maps);
	free(dashes);
}

static void levels_up_to_the_32nd_are_read(void **state)
{
	char text[65];
	struct pl_yaml *yaml;

	(void)state;
	memset(text, '[', 32);
	memset(text + 32, ']', 32);
	text[64] = '\0';
	yaml = parse(text);
	pl_yaml_free(yaml);
}

/* Peak memory of the process so far, in KiB. */
static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* 1 MiB of the densest texts there are: all end in an error or a tree, and none costs 16 MB. */
static void case_72_no_text_within_the_limit_costs_16_mb(void **state)
{
	static const char *const pieces[] = {
	    "[", "{",	 "- ",	"? ", "a,", "\"\",", "a: b\n", "- a\n", "!",	"&a ", "*a ",
	    "%", "'a' ", "#\n", "\n", "x",  "|",     "\\",     ": ",	"--- ", "{},", "[],"};
	long before = peak_kib();

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		char *text = repeated(pieces[i], PL_YAML_MAX_BYTES / strlen(pieces[i]));
		struct pl_yaml *yaml;
		struct pl_error error;

		if (strchr(pieces[i], ',')) /* members of one list */
			text[0] = '[';
		enum pl_status status =
		    pl_yaml_parse("hostile.yaml", text, strlen(text), &yaml, &error);
		assert_true(status == PL_OK || status == PL_ERR_CONFIG);
		assert_true(status == PL_OK || !strncmp(error.where, "hostile.yaml:", 13));
		pl_yaml_free(yaml);
		free(text);
	}
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)before; /* a sanitizer's own memory is no measure */
#else
	assert_in_range(peak_kib() - before, 0, 16 * 1024);
#endif
}

static void case_72_more_than_1_mib_is_refused_unread(void **state)
{
	struct pl_error error;
	struct pl_yaml *yaml;

	(void)state;
	/* the bytes are not looked at: there is but one */
	assert_int_equal(pl_yaml_parse("bench.yaml", "a", 100u << 20, &yaml, &error),
			 PL_ERR_CONFIG);
	assert_string_equal(error.where, "bench.yaml");
	assert_non_null(strstr(error.text, "1 MiB"));
	assert_null(yaml);
}

static void a_long_name_keeps_its_end_and_the_place(void **state)
{
	char *name = repeated("folder/", 60);
	struct pl_error error;
	struct pl_yaml *yaml;

	(void)state;
	assert_int_equal(pl_yaml_parse(name, "\n*a", 3, &yaml, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where + strlen(error.where) - 11, "folder/:2:1");
	assert_int_equal(pl_yaml_parse(name, "*a", 2, &yaml, NULL), PL_ERR_CONFIG);
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_and_keys_know_their_places),
	    cmocka_unit_test(case_74_no_scalar_is_guessed_at),
	    cmocka_unit_test(only_plain_nothing_is_null),
	    cmocka_unit_test(members_are_read_with_a_fallback),
	    cmocka_unit_test(an_empty_document_is_an_empty_map),
	    cmocka_unit_test(a_byte_order_mark_moves_no_column),
	    cmocka_unit_test(columns_count_characters),
	    cmocka_unit_test(duplicate_keys_are_left_to_the_schema),
	    cmocka_unit_test(case_73_a_tab_is_refused_at_its_place),
	    cmocka_unit_test(broken_syntax_is_refused_at_its_place),
	    cmocka_unit_test(case_75_nul_and_control_bytes_are_refused),
	    cmocka_unit_test(only_utf8_is_read),
	    cmocka_unit_test(anchors_aliases_and_tags_are_refused),
	    cmocka_unit_test(one_document_with_scalar_keys_is_read),
	    cmocka_unit_test(case_72_an_alias_bomb_is_refused),
	    cmocka_unit_test(case_72_a_cyclic_alias_is_refused),
	    cmocka_unit_test(case_72_5000_levels_are_refused_at_the_33rd),
	    cmocka_unit_test(levels_up_to_the_32nd_are_read),
	    cmocka_unit_test(case_72_no_text_within_the_limit_costs_16_mb),
	    cmocka_unit_test(case_72_more_than_1_mib_is_refused_unread),
	    cmocka_unit_test(a_long_name_keeps_its_end_and_the_place),
	};

	return cmocka_run_group_tests_name("base_yaml", tests, NULL, NULL);
}
