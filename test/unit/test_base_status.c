/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes and errors: names that round-trip, texts that are cut and never overflow. */
#include "plateau/status.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_code_is_found_by_its_name(void **state)
{
	(void)state;
	for (int i = 0; i < PL_STATUS_COUNT; i++) {
		enum pl_status code = (enum pl_status)i;

		assert_int_equal(pl_status_from_name(pl_status_name(code)), code);
		assert_true(strlen(pl_status_text(code)) > 0);
	}
}

static void ok_is_zero_and_run_active_is_spelt_so(void **state)
{
	(void)state;
	assert_int_equal(PL_OK, 0);
	assert_string_equal(pl_status_name(PL_ERR_RUN_ACTIVE), "run_active");
}

static void an_unknown_name_or_code_is_said_to_be_unknown(void **state)
{
	(void)state;
	assert_int_equal(pl_status_from_name("no such"), PL_STATUS_COUNT);
	assert_int_equal(pl_status_from_name(NULL), PL_STATUS_COUNT);
	assert_string_equal(pl_status_name(PL_STATUS_COUNT), "unknown");
	assert_non_null(pl_status_text((enum pl_status)999));
}

static void an_error_returns_its_code_and_clears_the_cause(void **state)
{
	struct pl_error error = {.cause = "old"};

	(void)state;
	assert_int_equal(pl_error_set(&error, PL_ERR_RANGE, "bench.yaml:3:7", "%d is too large", 9),
			 PL_ERR_RANGE);
	assert_int_equal(error.code, PL_ERR_RANGE);
	assert_string_equal(error.where, "bench.yaml:3:7");
	assert_string_equal(error.text, "9 is too large");
	assert_string_equal(error.cause, "");
}

static void an_error_may_be_left_out(void **state)
{
	(void)state;
	assert_int_equal(pl_error_set(NULL, PL_ERR_LOST, NULL, "gone"), PL_ERR_LOST);
	assert_int_equal(pl_error_errno(NULL, ENOENT, NULL, "gone"), PL_ERR_NOT_FOUND);
}

static void an_errno_becomes_its_code_and_its_words_the_cause(void **state)
{
	static const struct {
		int number;
		enum pl_status code;
	} rows[] = {
	    {ENOSPC, PL_ERR_FULL},	 {EDQUOT, PL_ERR_FULL},	     {EFBIG, PL_ERR_FULL},
	    {EACCES, PL_ERR_PERMISSION}, {EPERM, PL_ERR_PERMISSION}, {EROFS, PL_ERR_PERMISSION},
	    {ENOENT, PL_ERR_NOT_FOUND},	 {EEXIST, PL_ERR_EXISTS},    {EBUSY, PL_ERR_BUSY},
	    {ENOMEM, PL_ERR_MEMORY},	 {EIO, PL_ERR_IO},	     {ENXIO, PL_ERR_IO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_error error;

		assert_int_equal(pl_error_errno(&error, rows[i].number, "f", "cannot open"),
				 rows[i].code);
		assert_string_equal(error.cause, strerror(rows[i].number));
	}
}

static void long_texts_are_cut_at_a_whole_character(void **state)
{
	struct pl_error error;
	char longer[1000];

	(void)state;
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	memcpy(longer + sizeof error.text - 2, "\xc3\xbc", 2); /* does not fit before the NUL */
	pl_error_set(&error, PL_ERR_IO, longer, "%s", longer);
	assert_int_equal(strlen(error.text), sizeof error.text - 2);
	assert_int_equal(strlen(error.where), sizeof error.where - 1);
}

static void an_error_can_be_wrapped_in_itself(void **state)
{
	struct pl_error error;

	(void)state;
	pl_error_set(&error, PL_ERR_LOST, "/dev/ttyUSB0", "the port is gone");
	pl_error_set(&error, PL_ERR_LOST, error.where, "scan stopped: %s", error.text);
	assert_string_equal(error.where, "/dev/ttyUSB0");
	assert_string_equal(error.text, "scan stopped: the port is gone");
}

static void an_error_is_formatted_with_only_the_parts_it_has(void **state)
{
	struct pl_error error;
	char line[128], tiny[8];

	(void)state;
	pl_error_set(&error, PL_ERR_USAGE, NULL, "no such word");
	assert_string_equal(pl_error_format(&error, line, sizeof line), "no such word");
	pl_error_errno(&error, ENOENT, "a.yaml", "cannot open");
	assert_string_equal(pl_error_format(&error, line, sizeof line),
			    "a.yaml: cannot open (No such file or directory)");
	assert_string_equal(pl_error_format(&error, tiny, sizeof tiny), "a.yaml:");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_is_found_by_its_name),
	    cmocka_unit_test(ok_is_zero_and_run_active_is_spelt_so),
	    cmocka_unit_test(an_unknown_name_or_code_is_said_to_be_unknown),
	    cmocka_unit_test(an_error_returns_its_code_and_clears_the_cause),
	    cmocka_unit_test(an_error_may_be_left_out),
	    cmocka_unit_test(an_errno_becomes_its_code_and_its_words_the_cause),
	    cmocka_unit_test(long_texts_are_cut_at_a_whole_character),
	    cmocka_unit_test(an_error_can_be_wrapped_in_itself),
	    cmocka_unit_test(an_error_is_formatted_with_only_the_parts_it_has),
	};

	return cmocka_run_group_tests_name("base_status", tests, NULL, NULL);
}
