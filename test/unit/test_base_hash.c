/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 against the vectors of FIPS 180-4 (NIST's example values), and the audit chain. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_published_vectors_hold(void **state)
{
	static const struct {
		const char *text;
		const char *hash;
	} rows[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char out[PL_HASH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pl_hash_bytes(rows[i].text, strlen(rows[i].text), out);
		assert_string_equal(out, rows[i].hash);
	}
}

static void a_million_bytes_hash_as_published(void **state)
{
	char out[PL_HASH_SIZE];
	char *bytes = malloc(1000000);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', 1000000);
	pl_hash_bytes(bytes, 1000000, out);
	assert_string_equal(out,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(bytes);
}

static void a_link_is_the_hash_of_the_previous_hash_and_the_row(void **state)
{
	static const char row[] = "7,set,det.top.threshold,120\n";
	char previous[PL_HASH_SIZE], link[PL_HASH_SIZE], expected[PL_HASH_SIZE];
	char joined[PL_HASH_SIZE - 1 + sizeof row - 1];

	(void)state;
	pl_hash_bytes("start", 5, previous);
	memcpy(joined, previous, PL_HASH_SIZE - 1);
	memcpy(joined + PL_HASH_SIZE - 1, row, sizeof row - 1);
	pl_hash_bytes(joined, sizeof joined, expected);
	pl_hash_chain(previous, row, sizeof row - 1, link);
	assert_string_equal(link, expected);
	pl_hash_chain(previous, row, sizeof row - 1, previous); /* in place */
	assert_string_equal(previous, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_published_vectors_hold),
	    cmocka_unit_test(a_million_bytes_hash_as_published),
	    cmocka_unit_test(a_link_is_the_hash_of_the_previous_hash_and_the_row),
	};

	return cmocka_run_group_tests_name("base_hash", tests, NULL, NULL);
}
