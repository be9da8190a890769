/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the Makefile tells the program about itself arrives whole. */
#include "plateau/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_version_is_three_numbers_and_perhaps_a_commit(void **state)
{
	const char *rest = pl_version();
	(void)state;
	for (int part = 0; part < 3; part++) {
		size_t digits = strspn(rest, "0123456789");
		assert_true(digits > 0);
		rest += digits;
		if (part < 2)
			assert_int_equal(*rest++, '.');
	}
	assert_true(*rest == '\0' || *rest == '+');
}

static void the_build_id_is_16_hex_digits(void **state)
{
	(void)state;
	assert_int_equal(strlen(pl_build_id()), 16);
	assert_int_equal(strspn(pl_build_id(), "0123456789abcdef"), 16);
}

static void the_prefix_is_an_absolute_path(void **state)
{
	(void)state;
	assert_int_equal(pl_install_prefix()[0], '/');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_version_is_three_numbers_and_perhaps_a_commit),
	    cmocka_unit_test(the_build_id_is_16_hex_digits),
	    cmocka_unit_test(the_prefix_is_an_absolute_path),
	};
	return cmocka_run_group_tests_name("base_version", tests, NULL, NULL);
}
