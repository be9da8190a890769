/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modbus bytes: requests, frames found in noise, every type and order, and the cutting of reads
 * into blocks against brute force. */
#include "driver/modbus/plan.h"
#include "driver/modbus/protocol.h"
#include "driver/modbus/value.h"

#include "base/crc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/modbus_oven.h"

/* Adds the CRC; returns the length of the frame. */
static size_t framed(unsigned char *bytes, size_t count)
{
	uint16_t crc = pl_crc_modbus(bytes, count);

	bytes[count] = (unsigned char)crc;
	bytes[count + 1] = (unsigned char)(crc >> 8);
	return count + 2;
}

static void the_checksum_is_the_standards(void **state)
{
	(void)state;
	assert_int_equal(pl_crc_modbus((const unsigned char *)"123456789", 9), 0x4b37);
}

static void requests_look_as_the_standard_says(void **state)
{
	struct pl_modbus_question question;
	char hex[64];

	(void)state;
	/* "MODBUS Application Protocol" V1.1b3, 6.3, 6.5, 6.6, 6.11, 6.12 */
	pl_modbus_ask_read(&question, 1, 3, 107, 3);
	pl_modbus_hex(question.request, question.length, hex, sizeof hex);
	assert_string_equal(hex, "0103006B0003");
	pl_modbus_ask_write(&question, 1, 5, 172, 1, (const unsigned char[]){1});
	pl_modbus_hex(question.request, question.length, hex, sizeof hex);
	assert_string_equal(hex, "010500ACFF00");
	pl_modbus_ask_write(&question, 1, 6, 1, 1, (const unsigned char[]){0, 3});
	pl_modbus_hex(question.request, question.length, hex, sizeof hex);
	assert_string_equal(hex, "010600010003");
	pl_modbus_ask_write(&question, 1, 15, 19, 10, (const unsigned char[]){0xcd, 1});
	pl_modbus_hex(question.request, question.length, hex, sizeof hex);
	assert_string_equal(hex, "010F0013000A02CD01");
	pl_modbus_ask_write(&question, 1, 16, 1, 2, (const unsigned char[]){0, 10, 1, 2});
	pl_modbus_hex(question.request, question.length, hex, sizeof hex);
	assert_string_equal(hex, "01100001000204000A0102");
}

static void an_answer_is_found_behind_noise_and_only_when_it_is_whole(void **state)
{
	unsigned char bytes[32] = {0x00, 0xff, 1, 3, 4, 0x43, 0x0a, 0x12, 0x34};
	size_t count = 2 + framed(bytes + 2, 7);
	struct pl_modbus_question question;

	(void)state;
	pl_modbus_ask_read(&question, 1, 3, 360, 2);
	for (size_t i = 0; i <= count; i++) {
		struct pl_modbus_found found = pl_modbus_find(&question, false, bytes, i);

		assert_int_equal(found.verdict, i < count ? PL_MODBUS_NOTHING : PL_MODBUS_ANSWER);
		if (i == count)
			assert_int_equal(found.start, 2);
	}
	bytes[6] ^= 1;
	assert_int_equal(pl_modbus_find(&question, false, bytes, count).verdict, PL_MODBUS_BAD_CRC);
}

static void a_sound_frame_after_a_broken_one_is_the_answer(void **state)
{
	unsigned char bytes[32] = {1, 3, 4, 0, 0, 0, 0, 0, 0, 1, 3, 4, 1, 2, 3, 4};
	size_t count = 9 + framed(bytes + 9, 7);
	struct pl_modbus_question question;
	struct pl_modbus_found found;

	(void)state;
	pl_modbus_ask_read(&question, 1, 3, 360, 2);
	found = pl_modbus_find(&question, false, bytes, count);
	assert_int_equal(found.verdict, PL_MODBUS_ANSWER);
	assert_int_equal(found.start, 9);
}

static void case_38_each_difference_is_named(void **state)
{
	static const struct {
		unsigned char body[8];
		size_t count;
		const char *words;
	} rows[] = {
	    {{2, 3, 4, 0, 0, 0, 0}, 7, "answered by unit 2, asked was unit 1"},
	    {{1, 4, 4, 0, 0, 0, 0}, 7, "answer is to function 4"},
	    {{1, 3, 2, 0, 0}, 5, "carries 2 bytes, asked were 4"},
	};
	struct pl_modbus_question question;

	(void)state;
	pl_modbus_ask_read(&question, 1, 3, 360, 2);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned char frame[16];
		char why[PL_MODBUS_WHY_SIZE];
		size_t count;

		memcpy(frame, rows[i].body, rows[i].count);
		count = framed(frame, rows[i].count);
		assert_int_equal(pl_modbus_find(&question, false, frame, count).verdict,
				 PL_MODBUS_OTHER);
		pl_modbus_difference(&question, rows[i].body, rows[i].count, why);
		if (!strstr(why, rows[i].words))
			fail_msg("%s", why);
	}
}

static void a_header_over_tcp_tells_where_a_frame_ends(void **state)
{
	static const unsigned char answer[] = {0, 0, 0, 0, 0, 5, 1, 3, 2, 7, 8};
	unsigned char other[sizeof answer];
	struct pl_modbus_question question;
	struct pl_modbus_found found;

	(void)state;
	pl_modbus_ask_read(&question, 1, 3, 0, 1);
	for (size_t i = 0; i < sizeof answer; i++)
		assert_int_equal(pl_modbus_find(&question, true, answer, i).verdict,
				 PL_MODBUS_NOTHING);
	found = pl_modbus_find(&question, true, answer, sizeof answer);
	assert_int_equal(found.verdict, PL_MODBUS_ANSWER);
	assert_int_equal(found.body_count, 5);
	memcpy(other, answer, sizeof answer);
	other[1] = 9; /* transaction */
	assert_int_equal(pl_modbus_find(&question, true, other, sizeof other).verdict,
			 PL_MODBUS_OTHER);
	other[3] = 1; /* protocol */
	assert_int_equal(pl_modbus_find(&question, true, other, sizeof other).verdict,
			 PL_MODBUS_BAD_HEADER);
}

/* ---- values ---- */

/* The bytes of a number that stands high word first, in another order. */
static void reorder(const unsigned char *in, unsigned char *out, unsigned registers, bool low_first,
		    bool swaps)
{
	for (unsigned i = 0; i < registers; i++) {
		unsigned from = low_first ? registers - 1 - i : i;

		out[2 * i] = in[2 * from + swaps];
		out[2 * i + 1] = in[2 * from + !swaps];
	}
}

static const struct {
	enum pl_wire_type type;
	unsigned char bytes[8];
	unsigned registers;
	double value;
} numbers[] = {
    {PL_WIRE_U16, {0xff, 0xfe}, 1, 65534},
    {PL_WIRE_S16, {0xff, 0xfe}, 1, -2},
    {PL_WIRE_U32, {0xff, 0xff, 0xff, 0xfe}, 2, 4294967294.0},
    {PL_WIRE_S32, {0xff, 0xff, 0xff, 0xfe}, 2, -2},
    {PL_WIRE_S32, {0x00, 0x01, 0x02, 0x03}, 2, 66051},
    {PL_WIRE_F32, {0x41, 0xbc, 0x00, 0x00}, 2, 23.5},
    {PL_WIRE_F64, {0x40, 0x37, 0x80, 0, 0, 0, 0, 0}, 4, 23.5},
    {PL_WIRE_ENUM, {0, 61}, 1, 61},
    {PL_WIRE_ENUM, {0, 0, 0, 61}, 2, 61},
    {PL_WIRE_BITS, {0x80, 0x01}, 1, 32769},
};

static void every_type_in_every_order_is_read_and_written(void **state)
{
	static const struct pl_parameter any = {.name = "any", .unit = ""};

	(void)state;
	for (size_t i = 0; i < 4 * sizeof numbers / sizeof numbers[0]; i++) {
		unsigned registers = numbers[i / 4].registers;
		struct pl_profile_row row = {OVEN_ROW(numbers[i / 4].type, 0, 1, 16)};
		unsigned char wire[8], written[8];
		struct pl_reading reading;
		double applied;

		row.registers = (uint16_t)registers;
		row.word_order = i & 1 ? PL_WORDS_LOW_HIGH : PL_WORDS_HIGH_LOW;
		row.swaps_bytes = (i & 2) != 0;
		reorder(numbers[i / 4].bytes, wire, registers, i & 1, row.swaps_bytes);
		pl_modbus_decode(&row, &any, wire, &reading);
		assert_int_equal(reading.quality, PL_QUALITY_OK);
		assert_true(reading.value.number == numbers[i / 4].value);
		assert_int_equal(
		    pl_modbus_encode(&row, &any, numbers[i / 4].value, written, &applied, NULL),
		    PL_OK);
		assert_memory_equal(written, wire, 2 * (size_t)registers);
		assert_true(applied == numbers[i / 4].value);
	}
}

static void scale_and_offset_round_to_the_nearest_wire_value(void **state)
{
	struct pl_profile_row row = {OVEN_ROW(PL_WIRE_S16, 0, 1, 6)};
	static const struct pl_parameter any = {.name = "any", .unit = ""};
	unsigned char data[2];
	double applied;

	(void)state;
	row.scale = 0.1;
	row.offset = -40;
	assert_int_equal(pl_modbus_encode(&row, &any, 23.26, data, &applied, NULL), PL_OK);
	assert_int_equal(data[0] << 8 | data[1], 633);
	assert_float_equal(applied, 23.3, 1e-9);
	assert_int_equal(pl_modbus_encode(&row, &any, 4000, data, &applied, NULL), PL_ERR_RANGE);
	assert_int_equal(pl_modbus_encode(&row, &any, -4000, data, &applied, NULL), PL_ERR_RANGE);
	assert_int_equal(pl_modbus_encode(&row, &any, NAN, data, &applied, NULL), PL_ERR_RANGE);
}

static void a_value_outside_its_row_is_not_encoded(void **state)
{
	struct pl_parameter row = oven_parameters[OVEN_SETPOINT];
	struct pl_profile_row wire = {OVEN_ROW(PL_WIRE_F32, 0, 2, 16)};
	unsigned char data[4];
	struct pl_error error;
	double applied;

	(void)state;
	assert_int_equal(pl_modbus_encode(&wire, &row, 80.5, data, &applied, &error), PL_ERR_RANGE);
	assert_non_null(strstr(error.text, "0 to 80"));
	assert_int_equal(pl_modbus_encode(&wire, &row, 20.25, data, &applied, &error),
			 PL_ERR_RANGE);
	assert_non_null(strstr(error.text, "step"));
	row.step = 0.1;
	assert_int_equal(pl_modbus_encode(&wire, &row, 3 * 0.1, data, &applied, &error), PL_OK);
	wire.type = PL_WIRE_ENUM;
	wire.words = oven_errors;
	wire.word_count = 2;
	row.step = 0;
	assert_int_equal(pl_modbus_encode(&wire, &row, 62, data, &applied, &error), PL_ERR_RANGE);
}

static void names_and_texts_are_read(void **state)
{
	unsigned char model[8] = {'P', 'M', '6', 0x1b, ' ', ' ', ' ', ' '};
	struct pl_profile_row rows[OVEN_ROWS];
	struct pl_reading reading;

	(void)state;
	oven_rows(rows);
	pl_modbus_decode(&rows[OVEN_ERROR], &oven_parameters[OVEN_ERROR],
			 (const unsigned char[]){0, 65}, &reading);
	assert_string_equal(reading.value.text, "open");
	assert_true(reading.value.number == 65);
	pl_modbus_decode(&rows[OVEN_STATES], &oven_parameters[OVEN_STATES],
			 (const unsigned char[]){0, 9}, &reading);
	assert_string_equal(reading.value.text, "heating|alarm");
	pl_modbus_decode(&rows[OVEN_MODEL], &oven_parameters[OVEN_MODEL], model, &reading);
	assert_string_equal(reading.value.text, "PM6\\x1b");
	assert_int_equal(reading.value.type, PL_VALUE_TEXT);
}

static void what_is_no_value_carries_no_number(void **state)
{
	static const struct {
		unsigned char bytes[4];
		enum pl_quality quality;
		const char *words;
	} rows[] = {
	    {{0x7f, 0xc0, 0, 0}, PL_QUALITY_INVALID, "not a number"},
	    {{0x7f, 0x80, 0, 0}, PL_QUALITY_OVER, "infinite"},
	    {{0x45, 0x1e, 0x3c, 0xd4}, PL_QUALITY_OVER, "-200 to 1400 C"}, /* 2531.8 */
	};
	struct pl_profile_row power = {OVEN_ROW(PL_WIRE_S16, 26, 1, 6)};
	struct pl_profile_row row = {OVEN_ROW(PL_WIRE_F32, 0, 2, 0)};
	struct pl_reading reading;

	(void)state;
	row.word_order = PL_WORDS_HIGH_LOW;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pl_modbus_decode(&row, &oven_parameters[OVEN_VALUE], rows[i].bytes, &reading);
		assert_int_equal(reading.quality, rows[i].quality);
		assert_non_null(strstr(reading.reason, rows[i].words));
		assert_true(isnan(reading.value.number));
	}
	power.missing = oven_missing;
	power.missing_count = 1;
	pl_modbus_decode(&power, &oven_parameters[OVEN_POWER], (const unsigned char[]){0x80, 0},
			 &reading);
	assert_int_equal(reading.quality, PL_QUALITY_INVALID);
	assert_non_null(strstr(reading.reason, "not available"));
}

static void case_40_a_float_in_the_wrong_order_is_flagged(void **state)
{
	/* 23.5 = 41BC0000, low word first */
	static const unsigned char bytes[] = {0x00, 0x00, 0x41, 0xbc};
	struct pl_profile_row row = {OVEN_ROW(PL_WIRE_F32, 0, 2, 0)};
	struct pl_reading reading;
	char orders[200];

	(void)state;
	row.word_order = PL_WORDS_HIGH_LOW;
	pl_modbus_decode(&row, &oven_parameters[OVEN_VALUE], bytes, &reading);
	assert_int_equal(reading.quality, PL_QUALITY_INVALID);
	assert_non_null(strstr(reading.reason, "word order"));
	pl_modbus_four_orders(bytes, orders, sizeof orders);
	assert_non_null(strstr(orders, "low-high 23.5,"));
	assert_non_null(strstr(orders, "high-low bytes swapped"));
	assert_non_null(strstr(orders, "low-high bytes swapped"));
}

/* ---- blocks ---- */

/* The fewest blocks of the pieces as sorted: cut at every place. */
static size_t fewest(const struct pl_modbus_piece *pieces, size_t count, size_t longest, size_t gap)
{
	size_t best[16] = {0};

	for (size_t end = 1; end <= count; end++) {
		best[end] = SIZE_MAX;
		for (size_t begin = 0; begin < end; begin++) {
			unsigned from = pieces[begin].address, to = from;
			bool is_block = true;

			for (size_t i = begin; i < end; i++) {
				unsigned last = pieces[i].address + pieces[i].count;

				is_block &= i == begin || pieces[i].address <= to + gap;
				is_block &= pieces[i].function == pieces[begin].function;
				to = last > to ? last : to;
			}
			is_block &= end - begin == 1 || to - from <= longest;
			if (is_block && best[begin] + 1 < best[end])
				best[end] = best[begin] + 1;
		}
	}
	return best[count];
}

static void no_plan_has_fewer_blocks(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct pl_modbus_piece pieces[10];
		struct pl_modbus_block blocks[10];
		struct pl_modbus_limits limits = {.block_max = 4 + (size_t)(round % 20),
						  .block_gap = (size_t)(round % 5),
						  .merges = true};
		size_t count = 1 + (size_t)(round % 10), made, held = 0;

		for (size_t i = 0; i < count; i++) {
			seed = seed * 1103515245 + 12345;
			pieces[i] =
			    (struct pl_modbus_piece){.function = (uint8_t)(3 + (seed >> 28 & 1)),
						     .address = (uint16_t)(seed >> 16 & 63),
						     .count = (uint16_t)(1 + (seed >> 24 & 3)),
						     .owner = i};
		}
		made = pl_modbus_plan(pieces, count, &limits, blocks);
		assert_int_equal(made, fewest(pieces, count, limits.block_max, limits.block_gap));
		for (size_t i = 0; i < made; i++) {
			for (size_t k = 0; k < blocks[i].pieces; k++) {
				const struct pl_modbus_piece *piece = &pieces[blocks[i].first + k];

				assert_true(piece->function == blocks[i].function);
				assert_true(piece->address >= blocks[i].address);
				assert_true(piece->address + piece->count <=
					    blocks[i].address + blocks[i].count);
				held++;
			}
			assert_true(blocks[i].pieces == 1 || blocks[i].count <= limits.block_max);
		}
		assert_int_equal(held, count);
	}
}

static void a_value_is_read_with_what_says_whether_it_is_good(void **state)
{
	struct pl_target target = {.channel = -1, .parameter = OVEN_VALUE};
	struct pl_modbus_place place;
	struct pl_modbus_piece pieces[2];
	struct pl_modbus_limits limits;
	struct oven oven;

	(void)state;
	oven_make(&oven);
	limits = pl_modbus_profile_limits(&oven.profile);
	assert_int_equal(pl_modbus_place(&oven.spec, &target, &place, NULL), PL_OK);
	assert_int_equal(pl_modbus_pieces(&place, &limits, 0, pieces), 1);
	assert_int_equal(pieces[0].address, 360);
	assert_int_equal(pieces[0].count, 3);
	target.channel = 0; /* instance 2 */
	target.parameter = 0;
	assert_int_equal(pl_modbus_place(&oven.spec, &target, &place, NULL), PL_OK);
	assert_int_equal(pl_modbus_pieces(&place, &limits, 0, pieces), 1);
	assert_int_equal(pieces[0].address, 440);
	limits.block_max = 2;
	assert_int_equal(pl_modbus_pieces(&place, &limits, 0, pieces), 2);
	assert_int_equal(pieces[1].address, 442);
}

static void cost_counts_bytes_and_silent_intervals(void **state)
{
	struct pl_target targets[] = {
	    {.channel = -1, .parameter = OVEN_VALUE},
	    {.channel = -1, .parameter = OVEN_SETPOINT},
	    {.channel = -1, .parameter = OVEN_LOWEST}, /* 2160 … 2165: with the set point */
	};
	struct pl_wire_cost cost;
	struct oven oven;

	(void)state;
	oven_make(&oven);
	cost = pl_modbus_driver.cost(&oven.spec, targets, 3, 10000);
	assert_int_equal(cost.transactions, 2);
	/* 10 bits a character: 1 ms. 8 + 5 + 6 and 8 + 5 + 12 bytes, 4 intervals of 3.5 ms. */
	assert_int_equal(cost.time_ns, (19 + 25) * PL_NS_PER_MS + 14 * PL_NS_PER_MS);
	oven.profile.parity = 'E';
	cost = pl_modbus_driver.cost(&oven.spec, targets, 3, 110000);
	assert_int_equal(cost.time_ns, 44 * PL_NS_PER_MS / 10 + 4 * 1750000);
	assert_int_equal(pl_modbus_driver.cost(&oven.spec, targets, 3, 0).time_ns, 0);
}

static void a_raw_register_is_named_by_number_and_type(void **state)
{
	static const char *const wrong[] = {"@2488",	  "2488:u16",	"@:u16",
					    "@65536:u16", "@65535:f32", "@-1:u16",
					    "@1:string",  "@1:u8",	"@99999999999:u16"};
	struct pl_target target = {0};
	struct pl_error error;
	struct oven oven;

	(void)state;
	oven_make(&oven);
	assert_int_equal(pl_modbus_parse_raw(&oven.spec, "@2488:u16", &target, &error), PL_OK);
	assert_int_equal(target.parameter, PL_PARAMETER_RAW);
	assert_int_equal(target.raw_address, 2488);
	assert_int_equal(target.raw_type, PL_WIRE_U16);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(pl_modbus_parse_raw(&oven.spec, wrong[i], &target, &error),
				 PL_ERR_CONFIG);
}

static void keep_line(void *ctx, const char *line)
{
	strncat(ctx, line, 200);
	strncat(ctx, "\n", 2);
}

static void a_frame_is_explained(void **state)
{
	unsigned char request[8] = {1, 3, 9, 184, 0, 1};
	unsigned char refusal[8] = {1, 0x83, 2};
	char text[1000] = "";

	(void)state;
	assert_true(pl_modbus_explain(request, framed(request, 6), keep_line, text));
	assert_non_null(strstr(text, "unit 1, function 3: read holding registers"));
	assert_non_null(strstr(text, "address 2488, count 1"));
	assert_non_null(strstr(text, "is right"));
	text[0] = '\0';
	framed(refusal, 3);
	refusal[4] ^= 1;
	assert_true(pl_modbus_explain(refusal, 5, keep_line, text));
	assert_non_null(strstr(text, "exception 2, illegal data address"));
	assert_non_null(strstr(text, "is wrong, should be"));
	assert_false(pl_modbus_explain((const unsigned char *)"hello!", 6, keep_line, text));
}

static void a_scaled_register_is_the_decimal_that_it_means(void **state)
{
	static const struct {
		int wire;
		double scale, offset, value;
	} rows[] = {{3, 0.1, 0, 0.3},	     {-7, 0.1, 0, -0.7},     {35, 0.01, 0, 0.35},
		    {1001, 0.001, 0, 1.001}, {253, 0.1, -40, -14.7}, {3, 0.25, 1, 1.75},
		    {3, 20, 5, 65},	     {5, 0.3, 0, 1.5}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_profile_row row = {OVEN_ROW(PL_WIRE_S16, 0, 1, 6)};
		/* its own value is the limit: not beyond it */
		const struct pl_parameter limited = {
		    .name = "any", .unit = "", .min = rows[i].value - 1, .max = rows[i].value};
		unsigned char wire[2] = {(unsigned char)(rows[i].wire >> 8),
					 (unsigned char)rows[i].wire};
		struct pl_reading reading;
		unsigned char data[2];
		double applied;

		row.scale = rows[i].scale;
		row.offset = rows[i].offset;
		pl_modbus_decode(&row, &limited, wire, &reading);
		assert_int_equal(reading.quality, PL_QUALITY_OK);
		assert_true(reading.value.number == rows[i].value);
		assert_int_equal(
		    pl_modbus_encode(&row, &limited, rows[i].value, data, &applied, NULL), PL_OK);
		assert_memory_equal(data, wire, 2);
		assert_true(applied == rows[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_checksum_is_the_standards),
	    cmocka_unit_test(requests_look_as_the_standard_says),
	    cmocka_unit_test(an_answer_is_found_behind_noise_and_only_when_it_is_whole),
	    cmocka_unit_test(a_sound_frame_after_a_broken_one_is_the_answer),
	    cmocka_unit_test(case_38_each_difference_is_named),
	    cmocka_unit_test(a_header_over_tcp_tells_where_a_frame_ends),
	    cmocka_unit_test(every_type_in_every_order_is_read_and_written),
	    cmocka_unit_test(scale_and_offset_round_to_the_nearest_wire_value),
	    cmocka_unit_test(a_value_outside_its_row_is_not_encoded),
	    cmocka_unit_test(names_and_texts_are_read),
	    cmocka_unit_test(what_is_no_value_carries_no_number),
	    cmocka_unit_test(case_40_a_float_in_the_wrong_order_is_flagged),
	    cmocka_unit_test(no_plan_has_fewer_blocks),
	    cmocka_unit_test(a_value_is_read_with_what_says_whether_it_is_good),
	    cmocka_unit_test(cost_counts_bytes_and_silent_intervals),
	    cmocka_unit_test(a_raw_register_is_named_by_number_and_type),
	    cmocka_unit_test(a_frame_is_explained),
	    cmocka_unit_test(a_scaled_register_is_the_decimal_that_it_means),
	};

	return cmocka_run_group_tests_name("modbus_protocol", tests, NULL, NULL);
}
