/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a recording, cell by cell. */
#include "unit/sinks_fixture.h"

#define T0 (2 * PL_NS_PER_S)

static void assert_text(const struct pl_text *text, const char *expected)
{
	assert_string_equal(text->length ? text->data : "", expected);
}

static void the_header_is_as_it_was_agreed(void **state)
{
	(void)state;
	assert_string_equal(pl_row_header(),
			    "tick,scheduled_ns,lateness_ns,device,address,protocol,parameter,"
			    "parameter_id,instance,value,unit,t_mono_ns,t_utc,requested_at,"
			    "received_at,latency_s,status,reason,t_midpoint_mono_ns\n");
}

static void a_tick_is_a_row_for_each_sample_that_was_asked(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_text out = {0};
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 4, T0);

	tick->samples[1].was_asked = false;
	assert_int_equal(pl_row_count(tick), 2);
	pl_row_add_tick(f->maker, tick, &out);
	assert_text(&out, "4,1997000000,3000000,oven,7,modbus_tcp,process_value,4001,1,21,C,"
			  "2001000000,2026-11-21T10:52:07.124Z,2026-11-21T10:52:07.123Z,"
			  "2026-11-21T10:52:07.125Z,0.002000000,ok,,\n"
			  "4,1997000000,3000000,oven,7,modbus_tcp,@2488:u16,,1,21,,"
			  "2001000000,2026-11-21T10:52:07.124Z,2026-11-21T10:52:07.123Z,"
			  "2026-11-21T10:52:07.125Z,0.002000000,ok,,\n");
	pl_text_free(&out);
}

static void a_simulated_network_is_one(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_row_maker *maker;
	union tick_room room;
	struct pl_text out = {0};

	f->devices[0].port = "sim:ezzone?bus=tcp&units=7";
	maker = pl_row_maker_new(&f->bench, &f->recording, PL_ROW_CSV, false);
	pl_row_add_tick(maker, fixture_tick(f, &room, 0, 4, T0), &out);
	assert_non_null(strstr(out.data, ",modbus_tcp,process_value,"));
	pl_row_maker_free(maker);
	pl_text_clear(&out);
	f->devices[0].port = "sim:ezzone?units=7";
	maker = pl_row_maker_new(&f->bench, &f->recording, PL_ROW_CSV, false);
	pl_row_add_tick(maker, fixture_tick(f, &room, 0, 4, T0), &out);
	assert_non_null(strstr(out.data, ",modbus_rtu,process_value,"));
	pl_row_maker_free(maker);
	pl_text_free(&out);
}

static void a_channel_is_told_by_its_id(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_text out = {0};
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 1, 1, T0);

	tick->samples[0].was_asked = false;
	pl_row_add_tick(f->maker, tick, &out);
	assert_text(&out, "1,1997000000,3000000,det,3,osechi,threshold,9,3,20.625,mV,"
			  "2001000000,2026-11-21T10:52:07.124Z,2026-11-21T10:52:07.123Z,"
			  "2026-11-21T10:52:07.125Z,0.002000000,ok,,\n");
	pl_text_free(&out);
}

static void a_failed_read_has_a_reason_and_no_number(void **state)
{
	static const struct {
		enum pl_quality quality;
		const char *cells;
	} cases[] = {{PL_QUALITY_STALE, ",21,C,"},
		     {PL_QUALITY_OVER, ",,C,"},
		     {PL_QUALITY_INVALID, ",,C,"},
		     {PL_QUALITY_MISSING, ",,C,"}};
	static const char *const words[] = {"stale", "over", "invalid", "missing"};
	struct recording_fixture *f = *state;
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 4, T0);
	struct pl_text out = {0};
	char end[40];

	tick->count = 1;
	snprintf(tick->samples[0].reading.reason, PL_REASON_SIZE, "a \"b\", c");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tick->samples[0].reading.quality = cases[i].quality;
		pl_text_clear(&out);
		pl_row_add_tick(f->maker, tick, &out);
		assert_non_null(strstr(out.data, cases[i].cells));
		snprintf(end, sizeof end, ",%s,\"a \"\"b\"\", c\",\n", words[i]);
		assert_non_null(strstr(out.data, end));
	}
	pl_text_free(&out);
}

static void times_that_are_not_known_are_empty(void **state)
{
	struct recording_fixture *f = *state;
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 4, T0);
	struct pl_text out = {0};

	tick->count = 1;
	tick->samples[0].received_ns = 0;
	tick->samples[0].reading.t_mono_ns = 0;
	tick->samples[0].reading.quality = PL_QUALITY_MISSING;
	pl_row_add_tick(f->maker, tick, &out);
	assert_non_null(strstr(out.data, ",C,,,2026-11-21T10:52:07.123Z,,,missing,,\n"));
	pl_text_free(&out);
}

static void a_gap_names_its_first_slot_and_how_many(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_text out = {0};
	union tick_room room;

	pl_row_add_tick(f->maker, fixture_gap(&room, -1, 12, 5), &out);
	pl_row_add_tick(f->maker, fixture_gap(&room, 1, 20, 1), &out);
	assert_text(&out, "12,5000000000,,,,,,,,,,,,,,,gap,n=5; silent,\n"
			  "20,5000000000,,det,,,,,,,,,,,,,gap,n=1; silent,\n");
	pl_text_free(&out);
}

static void json_rows_hold_the_same_cells_and_the_raw_reply(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_row_maker *maker = pl_row_maker_new(&f->bench, &f->recording, PL_ROW_JSON, true);
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 4, T0);
	struct pl_text out = {0};

	tick->samples[0].was_asked = tick->samples[2].was_asked = false;
	snprintf(tick->samples[1].reading.value.text, PL_VALUE_TEXT_SIZE, "a\"\\\n");
	pl_row_add_tick(maker, tick, &out);
	pl_row_add_tick(maker, fixture_gap(&room, -1, 12, 5), &out);
	assert_text(&out,
		    "{\"tick\":4,\"scheduled_ns\":1997000000,\"lateness_ns\":3000000,"
		    "\"device\":\"oven\",\"address\":7,\"protocol\":\"modbus_tcp\","
		    "\"parameter\":\"state\",\"parameter_id\":null,\"instance\":1,"
		    "\"value\":\"a\\\"\\\\\\\\\\\\x0a\",\"unit\":null,\"t_mono_ns\":2001000000,"
		    "\"t_utc\":\"2026-11-21T10:52:07.124Z\","
		    "\"requested_at\":\"2026-11-21T10:52:07.123Z\","
		    "\"received_at\":\"2026-11-21T10:52:07.125Z\",\"latency_s\":0.002000000,"
		    "\"status\":\"ok\",\"reason\":null,\"t_midpoint_mono_ns\":null,"
		    "\"raw\":\"0103020fa0\"}\n"
		    "{\"tick\":12,\"scheduled_ns\":5000000000,\"lateness_ns\":null,"
		    "\"device\":null,\"address\":null,\"protocol\":null,\"parameter\":null,"
		    "\"parameter_id\":null,\"instance\":null,\"value\":null,\"unit\":null,"
		    "\"t_mono_ns\":null,\"t_utc\":null,\"requested_at\":null,"
		    "\"received_at\":null,\"latency_s\":null,\"status\":\"gap\","
		    "\"reason\":\"n=5; silent\",\"t_midpoint_mono_ns\":null,\"raw\":null}\n");
	pl_text_free(&out);
	pl_row_maker_free(maker);
}

static void numbers_are_the_shortest_that_read_back_and_never_nan(void **state)
{
	static const struct {
		double number;
		const char *cell;
	} cases[] = {{0.1, ",0.1,C,"},
		     {1e300, ",1e+300,C,"},
		     {-0.0, ",0,C,"},
		     {NAN, ",,C,"},
		     {0.1, ",0.1,C,"}};
	struct recording_fixture *f = *state;
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 4, T0);
	struct pl_text out = {0};

	tick->count = 1;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tick->samples[0].reading.value.number = cases[i].number;
		pl_text_clear(&out);
		pl_row_add_tick(f->maker, tick, &out);
		assert_non_null(strstr(out.data, cases[i].cell));
	}
	pl_text_free(&out);
}

static void utc_is_as_the_clock_writes_it_at_every_millisecond(void **state)
{
	static const int64_t steps_ns[] = {
	    1, 999999, PL_NS_PER_MS, 500 * PL_NS_PER_MS, PL_NS_PER_S - 1, 3600 * PL_NS_PER_S};
	struct recording_fixture *f = *state;
	int64_t utc_ns = SINKS_UTC_NS;
	char expected[PL_UTC_SIZE];

	for (size_t i = 0; i < 6000; i++) {
		utc_ns += steps_ns[i % (sizeof steps_ns / sizeof steps_ns[0])];
		pl_clock_format_utc(utc_ns, expected);
		assert_string_equal(pl_row_utc(f->maker, utc_ns), expected);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    TEST(the_header_is_as_it_was_agreed),
	    TEST(a_tick_is_a_row_for_each_sample_that_was_asked),
	    TEST(a_simulated_network_is_one),
	    TEST(a_channel_is_told_by_its_id),
	    TEST(a_failed_read_has_a_reason_and_no_number),
	    TEST(times_that_are_not_known_are_empty),
	    TEST(a_gap_names_its_first_slot_and_how_many),
	    TEST(json_rows_hold_the_same_cells_and_the_raw_reply),
	    TEST(numbers_are_the_shortest_that_read_back_and_never_nan),
	    TEST(utc_is_as_the_clock_writes_it_at_every_millisecond),
	};

	return cmocka_run_group_tests_name("record_row", tests, NULL, NULL);
}
