/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which stored runs a command line names: all of them by a workspace, none by an engine. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/run_ref.h"
#include "unit/folder.h"

#include <sys/stat.h>

static const struct pl_command verify = {.name = "verify", .synopsis = "RUN…", .most = 64};
static const struct pl_command_option workspace_row = {.name = "workspace", .argument = "DIR"};

struct bed {
	struct folder dir;
	struct pl_given given;
	const char *arguments[8];
	struct pl_call call;
	struct pl_run_refs refs;
	struct pl_error error;
};

static void make_run(const struct bed *bed, const char *day, unsigned number)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", bed->dir.path, day);
	mkdir(path, 0750);
	snprintf(path, sizeof(path), "%s/%s/run_%04u", bed->dir.path, day, number);
	assert_int_equal(mkdir(path, 0750), 0);
	snprintf(path, sizeof(path), "%s/%s/run_%04u/run.yaml", bed->dir.path, day, number);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "schema: {run: 1}\nnumber: %u\nbench: b1\nstate: finished\n", number);
	fclose(file);
}

static void bed_init(struct bed *bed)
{
	*bed = (struct bed){.refs = {.items = NULL}};
	assert_int_equal(folder_open(&bed->dir), 0);
	bed->given = (struct pl_given){.row = &workspace_row, .value = bed->dir.path};
	bed->call = (struct pl_call){.command = &verify,
				     .arguments = bed->arguments,
				     .given = &bed->given,
				     .given_count = 1};
	make_run(bed, "2026-11-20", 40);
	make_run(bed, "2026-11-21", 41);
	make_run(bed, "2026-11-21", 43);
}

static void bed_fini(struct bed *bed)
{
	folder_remove(&bed->dir);
}

static enum pl_status find(struct bed *bed, const char *word)
{
	pl_run_refs_fini(&bed->refs);
	bed->arguments[0] = word;
	bed->arguments[1] = NULL;
	bed->call.argument_count = word != NULL;
	return pl_run_refs_find(&bed->call, 0, &bed->refs, &bed->error);
}

static void assert_finds(struct bed *bed, const char *word, size_t count, unsigned first)
{
	assert_int_equal(find(bed, word), PL_OK);
	assert_int_equal(bed->refs.count, count);
	assert_int_equal(bed->refs.items[0].number, first);
	pl_run_refs_fini(&bed->refs);
}

static void a_run_is_named_by_number_day_range_last_or_path(void **state)
{
	struct bed bed;
	char path[512];

	(void)state;
	bed_init(&bed);
	assert_finds(&bed, "41", 1, 41);
	assert_finds(&bed, "last", 1, 43);
	assert_finds(&bed, "2026-11-20/40", 1, 40);
	assert_finds(&bed, "2026-11-21", 2, 41);
	assert_finds(&bed, "40-42", 2, 40);
	snprintf(path, sizeof(path), "%s/2026-11-21/run_0043", bed.dir.path);
	bed.call.given_count = 0; /* a path needs no workspace */
	assert_finds(&bed, path, 1, 43);
	bed_fini(&bed);
}

static void a_name_that_fits_no_run_says_so(void **state)
{
	static const char *const words[] = {"42", "50-60", "2026-11-19", "2026-11-20/41"};
	struct bed bed;

	(void)state;
	bed_init(&bed);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(find(&bed, words[i]), PL_ERR_NOT_FOUND);
	assert_int_equal(find(&bed, NULL), PL_ERR_USAGE);
	pl_run_refs_fini(&bed.refs);
	bed_fini(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_run_is_named_by_number_day_range_last_or_path),
	    cmocka_unit_test(a_name_that_fits_no_run_says_so),
	};

	return cmocka_run_group_tests_name("cli_run_ref", tests, NULL, NULL);
}
