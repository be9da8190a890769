/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A point's row and header, the seed files' rows, cells, and the audit chain. */
#include "unit/store_fixture.h"

#include "store/audit.h"
#include "store/rows.h"

#include <strings.h>

static void the_header_names_exactly_the_columns_of_points_csv(void **state)
{
	const struct pl_column columns[] = FIXTURE_COLUMNS;
	struct pl_text text = {0};

	(void)state;
	pl_point_header(&text, columns, 2);
	assert_string_equal(
	    text.data,
	    "point,index,attempt,repeat,pass,timestamp,t_mono_ns,device,channel,channel_id,set,"
	    "applied,readback,dwell_s,live_s,events,hits,rate,rate_lo,rate_hi,rate_corrected,"
	    "occupancy,stop_rule,quality,retries,reason,det.temperature.n,"
	    "det.temperature.mean[C],det.temperature.sd[C],det.temperature.min[C],"
	    "det.temperature.max[C],det.poll_count.n,det.poll_count.mean,det.poll_count.sd,"
	    "det.poll_count.min,det.poll_count.max\n");
	pl_text_free(&text);
}

static void a_row_has_every_value_in_its_form(void **state)
{
	struct pl_point point = fixture_point(7);
	struct pl_text text = {0};

	(void)state;
	point.point = 9;
	pl_point_row(&text, &point);
	assert_string_equal(text.data,
			    "9,7,1,1,-,2026-11-21T10:52:06.123Z,1000000007,det,top,1,250,250,,"
			    "2.000000001,2.000000000,12,5,2.5,1.5,3.9,,,time,ok,0,,"
			    "3,21.5,0.1,21.4,21.6,0,,,,\n");
	pl_text_free(&text);
}

static void a_row_has_as_many_cells_as_the_header(void **state)
{
	const struct pl_column columns[] = FIXTURE_COLUMNS;
	struct pl_text header = {0}, row = {0};
	struct pl_point point = fixture_point(1);

	(void)state;
	pl_text_copy(point.reason, sizeof point.reason, "a, \"b\"\nc");
	pl_point_header(&header, columns, 2);
	pl_point_row(&row, &point);
	assert_int_equal(pl_rows_cells(header.data), pl_rows_cells(row.data));
	pl_text_free(&header);
	pl_text_free(&row);
}

static void a_point_that_is_not_valid_never_carries_counts(void **state)
{
	static const enum pl_point_quality qualities[] = {PL_POINT_INVALID, PL_POINT_SKIPPED,
							  PL_POINT_VOID, PL_POINT_OUT_OF_TOLERANCE};
	char cell[64];

	(void)state;
	for (size_t i = 0; i < sizeof qualities / sizeof qualities[0]; i++) {
		struct pl_point point = fixture_point(1);
		struct pl_text text = {0};

		assert_false(pl_point_is_valid(qualities[i]));
		point.quality = qualities[i];
		pl_point_row(&text, &point);
		const char *at = text.data;
		for (int k = 0; k < 21; k++) {
			assert_true(pl_rows_cell(&at, cell, sizeof cell));
			if (k >= 15)
				assert_string_equal(cell, "");
		}
		pl_text_free(&text);
	}
}

static void a_point_without_window_has_neither_time_nor_readings(void **state)
{
	struct pl_point point = {.index = 3,
				 .attempt = 1,
				 .repeat = 1,
				 .pass = PL_PASS_UP,
				 .device = "det",
				 .channel = "top",
				 .channel_id = 1,
				 .set = 252,
				 .applied = NAN,
				 .readback = NAN,
				 .live_s = NAN,
				 .rate = NAN,
				 .occupancy = NAN,
				 .quality = PL_POINT_SKIPPED,
				 .reason = "give_up",
				 .stat_count = 1};
	struct pl_text text = {0};

	(void)state;
	pl_point_row(&text, &point);
	assert_string_equal(text.data,
			    "0,3,1,1,up,,,det,top,1,252,,,,,,,,,,,,,skipped,0,give_up,,,,,\n");
	pl_text_free(&text);
}

static void the_object_of_a_point_has_null_for_what_is_missing(void **state)
{
	struct pl_point point = fixture_point(7);
	struct pl_json *object = pl_point_json(&point);

	(void)state;
	assert_int_equal(pl_json_get_integer(object, "hits", -1), 5);
	assert_string_equal(pl_json_get_text(object, "quality", ""), "ok");
	assert_non_null(pl_json_get(object, "readback"));
	assert_true(pl_json_is_null(pl_json_get(object, "readback")));
	assert_int_equal(
	    pl_json_get_integer(pl_json_at(pl_json_get(object, "readings"), 0), "n", -1), 3);
	pl_json_free(object);
}

static void the_seed_files_have_exactly_their_form(void **state)
{
	struct pl_point point = fixture_point(7);
	struct pl_operation operation = {
	    .channel_id = 3, .old_value = NAN, .new_value = 1023, .status = "success"};
	struct pl_text text = {0};

	(void)state;
	pl_rows_result(&text, &point);
	assert_string_equal(text.data, "2026-11-21T10:52:06.123Z,1,250,5\n");
	pl_text_clear(&text);
	pl_rows_operation(&text, FIXTURE_UTC_NS, &operation);
	assert_string_equal(text.data, "2026-11-21T10:52:06.123Z,3,,1023,success\n");
	pl_text_clear(&text);
	operation = (struct pl_operation){
	    .channel_id = 1, .old_value = 250, .new_value = 252, .status = "no answer, 3 times"};
	pl_rows_operation(&text, FIXTURE_UTC_NS, &operation);
	assert_string_equal(text.data,
			    "2026-11-21T10:52:06.123Z,1,250,252,\"no answer, 3 times\"\n");
	pl_text_free(&text);
}

static void case_83_cells_with_quotes_and_newlines_come_back(void **state)
{
	static const struct {
		const char *text, *back; /* control bytes come back escaped */
	} rows[] = {
	    {"plain", "plain"},
	    {"a,b", "a,b"},
	    {"say \"yes\"", "say \"yes\""},
	    {"\"", "\""},
	    {"", ""},
	    {"one\ntwo\r\n", "one\\x0Atwo\\x0D\\x0A"},
	    {"\xef\xbb\xbfmark", "\\xEF\\xBB\\xBFmark"},
	    {"=1+1", "=1+1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_text text = {0};
		char cell[64];

		pl_text_add_string(&text, "1,");
		pl_text_add_cell(&text, rows[i].text);
		pl_text_add_string(&text, ",end\n");
		assert_int_equal(pl_rows_cells(text.data), 3);
		const char *at = text.data;
		assert_true(pl_rows_cell(&at, cell, sizeof cell));
		assert_true(pl_rows_cell(&at, cell, sizeof cell));
		if (strcasecmp(cell, rows[i].back) != 0)
			assert_string_equal(cell, rows[i].back);
		assert_true(pl_rows_cell(&at, cell, sizeof cell));
		assert_string_equal(cell, "end");
		assert_false(pl_rows_cell(&at, cell, sizeof cell));
		pl_text_free(&text);
	}
}

static void an_open_quote_is_no_row(void **state)
{
	(void)state;
	assert_int_equal(pl_rows_cells("1,\"two\n"), 0);
	assert_int_equal(pl_rows_cells("1,\"t\"\"w,o\",3\n"), 3);
}

static const struct pl_write fixture_message = {.t_utc_ns = FIXTURE_UTC_NS, .t_mono_ns = 77};
static const struct pl_audit_entry fixture_entry = {
    .actor = "ada",
    .action = "set",
    .target = "det.top.threshold",
    .old_value = 250,
    .new_value = 252,
    .status = "sent",
};

static void case_20_the_first_row_is_sealed_with_the_origin(void **state)
{
	const char *sealed = "1,2026-11-21T10:52:06.123Z,77,ada,set,det.top.threshold,250,252,"
			     "sent,";
	char whole[512], origin[PL_HASH_SIZE], expected[PL_HASH_SIZE];
	struct pl_chain chain, next;
	struct pl_text text = {0};

	(void)state;
	pl_chain_begin(&chain, "uid");
	pl_chain_row(&chain, &fixture_message, &fixture_entry, &text, &next);
	pl_hash_bytes("uid", 3, origin);
	snprintf(whole, sizeof whole, "%s%s", origin, sealed);
	pl_hash_bytes(whole, strlen(whole), expected);
	snprintf(whole, sizeof whole, "%s,%s\n", sealed, expected);
	assert_string_equal(text.data, whole);
	assert_string_equal(next.head, expected);
	pl_text_free(&text);
}

static void case_20_an_edited_removed_or_swapped_row_breaks_the_chain(void **state)
{
	struct pl_chain chain, next, check;
	struct pl_text rows[3] = {{0}};

	(void)state;
	pl_chain_begin(&chain, "uid");
	for (int i = 0; i < 3; i++) {
		pl_chain_row(&chain, &fixture_message, &fixture_entry, &rows[i], &next);
		chain = next;
	}
	pl_chain_begin(&check, "uid");
	for (int i = 0; i < 3; i++)
		assert_true(pl_chain_check(&check, rows[i].data));
	pl_chain_begin(&check, "uid");
	assert_true(pl_chain_check(&check, rows[0].data));
	assert_false(pl_chain_check(&check, rows[2].data));
	rows[1].data[8] ^= 1;
	assert_false(pl_chain_check(&check, rows[1].data));
	for (int i = 0; i < 3; i++)
		pl_text_free(&rows[i]);
}

static void a_chain_goes_on_behind_a_row_of_the_file(void **state)
{
	struct pl_chain chain, next, found;
	struct pl_text row = {0};
	struct pl_error error;

	(void)state;
	pl_chain_begin(&chain, "uid");
	pl_chain_row(&chain, &fixture_message, &fixture_entry, &row, &next);
	assert_int_equal(pl_chain_continue(&found, row.data, &error), PL_OK);
	assert_int_equal(found.seq, 1);
	assert_string_equal(found.head, next.head);
	assert_int_equal(pl_chain_continue(&found, "seq,timestamp,hash\n", &error), PL_ERR_CONFIG);
	pl_text_free(&row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_header_names_exactly_the_columns_of_points_csv),
	    cmocka_unit_test(a_row_has_every_value_in_its_form),
	    cmocka_unit_test(a_row_has_as_many_cells_as_the_header),
	    cmocka_unit_test(a_point_that_is_not_valid_never_carries_counts),
	    cmocka_unit_test(a_point_without_window_has_neither_time_nor_readings),
	    cmocka_unit_test(the_object_of_a_point_has_null_for_what_is_missing),
	    cmocka_unit_test(the_seed_files_have_exactly_their_form),
	    cmocka_unit_test(case_83_cells_with_quotes_and_newlines_come_back),
	    cmocka_unit_test(an_open_quote_is_no_row),
	    cmocka_unit_test(case_20_the_first_row_is_sealed_with_the_origin),
	    cmocka_unit_test(case_20_an_edited_removed_or_swapped_row_breaks_the_chain),
	    cmocka_unit_test(a_chain_goes_on_behind_a_row_of_the_file),
	};

	return cmocka_run_group_tests_name("store_point", tests, NULL, NULL);
}
