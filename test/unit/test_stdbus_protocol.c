/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of Watlow Standard Bus: checksums, values, frames both ways, and finding them again. */
#include "driver/stdbus/protocol.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READ_4001 "\x55\xFF\x05\x10\x00\x00\x06\xE8\x01\x03\x01\x04\x01\x01\xE3\x99"
#define SAYS_4001                                                                                  \
	"\x55\xFF\x06\x00\x10\x00\x0B\x88\x02\x03\x01\x04\x01\x01\x08\x45\x1E\x3C\xD4\xA7\x28"
#define WRITE_7001                                                                                 \
	"\x55\xFF\x05\x10\x00\x00\x0A\xEC\x01\x04\x07\x01\x01\x08\x43\xC4\x00\x00\xEB\x77"
#define WROTE_7001                                                                                 \
	"\x55\xFF\x06\x00\x10\x00\x0A\x76\x02\x04\x07\x01\x01\x08\x43\xC4\x00\x00\x82\x03"
#define SIZE(literal) (sizeof(literal) - 1)

static const unsigned char *bytes_of(const char *literal)
{
	return (const unsigned char *)literal;
}

static void the_checksums_have_their_check_values(void **state)
{
	(void)state;
	assert_int_equal(pl_stdbus_crc8(bytes_of("123456789"), 9), 0x89);
	assert_int_equal(pl_stdbus_crc16(bytes_of("123456789"), 9), 0x906E);
}

static void questions_have_the_documented_bytes(void **state)
{
	const struct pl_stdbus_question read = {
	    .service = PL_STDBUS_READ, .id = 4001, .instance = 1};
	const struct pl_stdbus_question write = {.service = PL_STDBUS_WRITE,
						 .id = 7001,
						 .instance = 1,
						 .type = PL_STDBUS_F32,
						 .number = 392};
	unsigned char out[PL_STDBUS_FRAME_MAX];

	(void)state;
	assert_int_equal(pl_stdbus_question_encode(1, &read, out), SIZE(READ_4001));
	assert_memory_equal(out, READ_4001, SIZE(READ_4001));
	assert_int_equal(pl_stdbus_question_encode(1, &write, out), SIZE(WRITE_7001));
	assert_memory_equal(out, WRITE_7001, SIZE(WRITE_7001));
	assert_int_equal(pl_stdbus_question_encode(16, &read, out), SIZE(READ_4001));
	assert_int_equal(out[3], 0x1f);
}

static void values_of_each_type_are_read(void **state)
{
	static const struct {
		const char *bytes;
		size_t count;
		enum pl_stdbus_type type;
		double number;
	} rows[] = {
	    {"\x01\xfe", 2, PL_STDBUS_U8, 254},
	    {"\x03\x12\x34", 3, PL_STDBUS_U16, 0x1234},
	    {"\x05\xff\xff\xff\xff", 5, PL_STDBUS_U32, 4294967295.0},
	    {"\x06\xff\xff\xff\xfe", 5, PL_STDBUS_S32, -2},
	    {"\x06\x7f\xff\xff\xff", 5, PL_STDBUS_S32, 2147483647},
	    {"\x08\x43\xc4\x00\x00", 5, PL_STDBUS_F32, 392},
	    {"\x08\xc1\x48\x00\x00", 5, PL_STDBUS_F32, -12.5},
	    {"\x0f\x01\x00\x3d", 4, PL_STDBUS_WORDS, 61},
	    {"\x0f\x02\x00\x01\x00\x02", 6, PL_STDBUS_WORDS, 65538},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_stdbus_value value;

		assert_int_equal(
		    pl_stdbus_value_decode(bytes_of(rows[i].bytes), rows[i].count, &value),
		    rows[i].count);
		assert_int_equal(value.type, rows[i].type);
		assert_true(value.number == rows[i].number);
		for (size_t cut = 0; cut < rows[i].count; cut++)
			assert_int_equal(
			    pl_stdbus_value_decode(bytes_of(rows[i].bytes), cut, &value), 0);
	}
}

static void text_and_many_words_are_no_numbers(void **state)
{
	struct pl_stdbus_value value;

	(void)state;
	assert_int_equal(pl_stdbus_value_decode(bytes_of("\x09\x04PM6C"), 6, &value), 6);
	assert_int_equal(value.text_count, 4);
	assert_memory_equal(value.text, "PM6C", 4);
	assert_true(isnan(value.number));
	assert_int_equal(pl_stdbus_value_decode(bytes_of("\x09\x05PM6C"), 6, &value), 0);
	assert_int_equal(pl_stdbus_value_decode(bytes_of("\x09\x00"), 2, &value), 2);
	assert_int_equal(
	    pl_stdbus_value_decode(bytes_of("\x0f\x03\x00\x01\x00\x02\x00\x03"), 8, &value), 8);
	assert_true(isnan(value.number));
	assert_int_equal(pl_stdbus_value_decode(bytes_of("\x0f\x00"), 2, &value), 2);
	assert_true(isnan(value.number));
	assert_int_equal(pl_stdbus_value_decode(bytes_of("\x02\x00\x00"), 3, &value), 0);
}

static void a_number_is_written_only_as_what_holds_it(void **state)
{
	static const struct {
		enum pl_stdbus_type type;
		double number;
		size_t count;
	} rows[] = {
	    {PL_STDBUS_U8, 255, 2},
	    {PL_STDBUS_U8, 256, 0},
	    {PL_STDBUS_U8, -1, 0},
	    {PL_STDBUS_U16, 65535, 3},
	    {PL_STDBUS_U16, 1.5, 0},
	    {PL_STDBUS_U32, 4294967295.0, 5},
	    {PL_STDBUS_S32, -2147483648.0, 5},
	    {PL_STDBUS_S32, 2147483648.0, 0},
	    {PL_STDBUS_F32, -12.5, 5},
	    {PL_STDBUS_F32, NAN, 0},
	    {PL_STDBUS_F32, 1e39, 0},
	    {PL_STDBUS_WORDS, 106, 4},
	    {PL_STDBUS_WORDS, NAN, 0},
	    {PL_STDBUS_STRING, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned char out[PL_STDBUS_VALUE_MAX];
		struct pl_stdbus_value value;

		assert_int_equal(pl_stdbus_value_encode(rows[i].type, rows[i].number, out),
				 rows[i].count);
		if (rows[i].count == 0)
			continue;
		assert_int_equal(pl_stdbus_value_decode(out, rows[i].count, &value), rows[i].count);
		assert_int_equal(value.type, rows[i].type);
		assert_true(value.number == rows[i].number);
	}
}

static void every_error_has_its_own_words(void **state)
{
	static const int codes[] = {0x80, 0x81, 0x83, 0x84, 0x85, 0x86};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		const unsigned char payload[] = {2, (unsigned char)codes[i]};
		struct pl_stdbus_message message;

		assert_true(pl_stdbus_message_decode(payload, 2, &message));
		assert_int_equal(message.error, codes[i]);
		assert_false(message.has_selector);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(pl_stdbus_refusal(codes[i]),
						pl_stdbus_refusal(codes[k]));
	}
	assert_non_null(strstr(pl_stdbus_refusal(0x99), "unknown"));
}

static void payloads_of_another_form_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t count;
	} rows[] = {
	    {"", 0},
	    {"\x02", 1},
	    {"\x03\x03\x01\x04\x01\x01", 6},
	    {"\x02\x05\x01\x04\x01\x01", 6},		      /* a service that exists */
	    {"\x02\x03\x02\x04\x01\x01\x01\x00", 8},	      /* not one value */
	    {"\x02\x03\x01\x04\x01\x01", 6},		      /* no value */
	    {"\x02\x03\x01\x04\x01\x01\x08\x43\xc4\x00", 10}, /* cut */
	    {"\x02\x03\x01\x04\x01\x01\x01\x00\x00", 9},      /* too long */
	    {"\x01\x03\x01\x04\x01\x01\x00", 7},
	    {"\x01\x81", 2},
	};
	struct pl_stdbus_message message;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_false(
		    pl_stdbus_message_decode(bytes_of(rows[i].bytes), rows[i].count, &message));
}

/* ---- the parser ---- */

struct heard {
	size_t frames, damaged, garbage;
	struct pl_stdbus_message last;
	uint8_t from;
};

static void on_frame(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		     size_t count, int64_t t_ns)
{
	struct heard *heard = ctx;

	(void)bytes, (void)count;
	assert_int_equal(t_ns, 7);
	heard->frames++;
	heard->from = frame->from;
	pl_stdbus_message_decode(frame->payload, frame->count, &heard->last);
}

static void on_damaged(void *ctx, const struct pl_stdbus_frame *frame, const unsigned char *bytes,
		       size_t count)
{
	(void)frame, (void)bytes, (void)count;
	((struct heard *)ctx)->damaged++;
}

static void on_garbage(void *ctx, const unsigned char *bytes, size_t count)
{
	(void)bytes;
	assert_true(count > 0);
	((struct heard *)ctx)->garbage += count;
}

static const struct pl_stdbus_sink sink = {
    .frame = on_frame, .damaged = on_damaged, .garbage = on_garbage};

/* In slices of that size. */
static struct heard hear(const char *bytes, size_t count, size_t slice)
{
	struct pl_stdbus_parser parser = {0};
	struct heard heard = {0};

	for (size_t at = 0; at < count; at += slice)
		pl_stdbus_feed(&parser, &sink, &heard, bytes_of(bytes) + at,
			       at + slice < count ? slice : count - at, 7);
	return heard;
}

static void frames_are_found_however_they_are_cut(void **state)
{
	static const char both[] = SAYS_4001 WROTE_7001;

	(void)state;
	for (size_t slice = 1; slice < sizeof both; slice++) {
		struct heard heard = hear(both, SIZE(both), slice);

		assert_int_equal(heard.frames, 2);
		assert_int_equal(heard.garbage, 0);
		assert_int_equal(heard.from, 0x10);
		assert_int_equal(heard.last.service, PL_STDBUS_WRITE);
		assert_int_equal(heard.last.id, 7001);
		assert_true(heard.last.value.number == 392);
	}
}

static void a_value_is_read_from_the_documented_reply(void **state)
{
	struct heard heard = hear(SAYS_4001, SIZE(SAYS_4001), 100);

	(void)state;
	assert_true(heard.last.is_reply);
	assert_int_equal(heard.last.service, PL_STDBUS_READ);
	assert_int_equal(heard.last.id, 4001);
	assert_int_equal(heard.last.instance, 1);
	assert_true(fabs(heard.last.value.number - 2531.8) < 0.01);
}

static void a_frame_is_found_behind_anything(void **state)
{
	static const struct {
		const char *before;
		size_t count;
	} rows[] = {
	    {"\x55", 1},
	    {"\x55\x55", 2},
	    {"\x55\xff", 2},
	    {"\x55\xff\x55", 3},
	    {"\xff\xff\x00", 3},
	    {"\x55\xff\x06\x00\x10\x00\x0B", 7},     /* a header without its CRC */
	    {"\x55\xff\x06\x00\x10\x00\x0B\x87", 8}, /* a wrong one */
	    {"\x55\xff\x06\x00\x10\xff\xff\x87", 8}, /* a length nobody believes */
	    {"noise on the line", 17},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char bytes[64];
		size_t count = rows[i].count + SIZE(SAYS_4001);

		memcpy(bytes, rows[i].before, rows[i].count);
		memcpy(bytes + rows[i].count, SAYS_4001, SIZE(SAYS_4001));
		for (size_t slice = 1; slice < 5; slice++) {
			struct heard heard = hear(bytes, count, slice);

			assert_int_equal(heard.frames, 1);
			assert_int_equal(heard.garbage, rows[i].count);
			assert_int_equal(heard.last.id, 4001);
		}
	}
}

static void a_long_frame_whose_header_is_right_but_length_absurd_is_not_waited_for(void **state)
{
	unsigned char bytes[PL_STDBUS_HEADER + SIZE(SAYS_4001)] = {0x55, 0xff, 6,   0,
								   0x10, 0xff, 0xff};
	struct heard heard;

	(void)state;
	bytes[7] = pl_stdbus_crc8(bytes + 2, 5);
	memcpy(bytes + PL_STDBUS_HEADER, SAYS_4001, SIZE(SAYS_4001));
	heard = hear((const char *)bytes, sizeof bytes, 3);
	assert_int_equal(heard.frames, 1);
	assert_int_equal(heard.garbage, PL_STDBUS_HEADER);
}

static void case_36_a_single_wrong_bit_is_seen_wherever_it_is(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < 8 * SIZE(SAYS_4001); bit++) {
		char bytes[2 * SIZE(SAYS_4001)];
		struct heard heard;

		memcpy(bytes, SAYS_4001, SIZE(SAYS_4001));
		memcpy(bytes + SIZE(SAYS_4001), WROTE_7001, SIZE(WROTE_7001));
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		heard = hear(bytes, SIZE(SAYS_4001) + SIZE(WROTE_7001), 1);
		assert_int_equal(heard.frames, 1); /* the other one */
		assert_int_equal(heard.last.id, 7001);
		assert_int_equal(heard.damaged, bit / 8 >= PL_STDBUS_HEADER);
	}
}

static void a_frame_inside_a_torn_one_is_found(void **state)
{
	static const char torn[] = "\x55\xFF\x06\x00\x10\x00\x0B\x88\x02\x03" SAYS_4001;
	struct heard heard = hear(torn, SIZE(torn), 1);

	(void)state;
	assert_int_equal(heard.frames, 1);
	assert_int_equal(heard.damaged, 1);
	assert_int_equal(heard.garbage, 10);
}

static void half_a_frame_is_given_up_when_told(void **state)
{
	struct pl_stdbus_parser parser = {0};
	struct heard heard = {0};

	(void)state;
	pl_stdbus_feed(&parser, &sink, &heard, bytes_of(SAYS_4001), 12, 7);
	assert_int_equal(heard.garbage, 0);
	assert_int_equal(pl_stdbus_reset(&parser, &sink, &heard), 12);
	assert_int_equal(heard.garbage, 12);
	pl_stdbus_feed(&parser, &sink, &heard, bytes_of(SAYS_4001), SIZE(SAYS_4001), 7);
	assert_int_equal(heard.frames, 1);
}

static void endless_noise_costs_no_memory(void **state)
{
	struct pl_stdbus_parser parser = {0};
	struct heard heard = {0};
	unsigned char noise[5000];

	(void)state;
	memset(noise, 0x55, sizeof noise);
	for (int i = 0; i < 100; i++)
		pl_stdbus_feed(&parser, &sink, &heard, noise, sizeof noise, 7);
	assert_int_equal(heard.garbage + parser.count, 100 * sizeof noise);
	assert_int_equal(parser.count, 1);
}

static void the_longest_frame_goes_both_ways(void **state)
{
	unsigned char payload[PL_STDBUS_PAYLOAD_MAX], out[PL_STDBUS_FRAME_MAX];
	struct heard heard;
	size_t count;

	(void)state;
	memset(payload, 0x55, sizeof payload);
	count = pl_stdbus_frame_encode(
	    &(struct pl_stdbus_frame){
		.type = 6, .from = 0x1f, .payload = payload, .count = sizeof payload},
	    out);
	assert_int_equal(count, sizeof out);
	heard = hear((const char *)out, count, 50);
	assert_int_equal(heard.frames, 1);
	assert_int_equal(heard.from, 0x1f);
}

static void a_frame_without_payload_has_no_second_checksum(void **state)
{
	unsigned char out[PL_STDBUS_FRAME_MAX];
	struct heard heard;

	(void)state;
	assert_int_equal(pl_stdbus_frame_encode(&(struct pl_stdbus_frame){.type = 6}, out),
			 PL_STDBUS_HEADER);
	heard = hear((const char *)out, PL_STDBUS_HEADER, 8);
	assert_int_equal(heard.frames, 1);
}

/* ---- for people ---- */

static void add_line(void *ctx, const char *line)
{
	strcat(strcat(ctx, line), "\n");
}

static void frames_are_explained(void **state)
{
	static const char bytes[] =
	    READ_4001 SAYS_4001 "\x55" WROTE_7001 "\x55\xFF\x06\x00\x11\x00\x02";
	unsigned char error[PL_STDBUS_FRAME_MAX];
	size_t count;
	char text[2048] = "";

	(void)state;
	assert_true(pl_stdbus_decode(bytes_of(bytes), SIZE(bytes), add_line, text));
	assert_string_equal(text,
			    "request, host to address 1: read 4001 instance 1\n"
			    "reply, address 1 to host: read 4001 instance 1 = 2531.802 (f32)\n"
			    "1 byte of no frame: 55\n"
			    "reply, address 1 to host: write 7001 instance 1 = 392 (f32)\n"
			    "7 bytes of no frame: 55 FF 06 00 11 00 02\n");
	count = pl_stdbus_frame_encode(
	    &(struct pl_stdbus_frame){
		.type = 6, .from = 0x12, .payload = bytes_of("\x02\x83"), .count = 2},
	    error);
	text[0] = '\0';
	assert_true(pl_stdbus_decode(error, count, add_line, text));
	assert_string_equal(text,
			    "reply, address 3 to host: error 83: it has no such parameter (83)\n");
	assert_false(pl_stdbus_decode(bytes_of("\x01\x02"), 2, add_line, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_checksums_have_their_check_values),
	    cmocka_unit_test(questions_have_the_documented_bytes),
	    cmocka_unit_test(values_of_each_type_are_read),
	    cmocka_unit_test(text_and_many_words_are_no_numbers),
	    cmocka_unit_test(a_number_is_written_only_as_what_holds_it),
	    cmocka_unit_test(every_error_has_its_own_words),
	    cmocka_unit_test(payloads_of_another_form_are_refused),
	    cmocka_unit_test(frames_are_found_however_they_are_cut),
	    cmocka_unit_test(a_value_is_read_from_the_documented_reply),
	    cmocka_unit_test(a_frame_is_found_behind_anything),
	    cmocka_unit_test(
		a_long_frame_whose_header_is_right_but_length_absurd_is_not_waited_for),
	    cmocka_unit_test(case_36_a_single_wrong_bit_is_seen_wherever_it_is),
	    cmocka_unit_test(a_frame_inside_a_torn_one_is_found),
	    cmocka_unit_test(half_a_frame_is_given_up_when_told),
	    cmocka_unit_test(endless_noise_costs_no_memory),
	    cmocka_unit_test(the_longest_frame_goes_both_ways),
	    cmocka_unit_test(a_frame_without_payload_has_no_second_checksum),
	    cmocka_unit_test(frames_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
