/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated controllers: frames of Modbus and Standard Bus, byte by byte. */
#include "sim/ezzone_modbus.h"
#include "sim/ezzone_stdbus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct made {
	struct pl_ezsim_values values;
	struct pl_ezsim_unit unit;
	unsigned char reply[PL_EZSIM_FRAME_MAX];
	char hex[2 * PL_EZSIM_FRAME_MAX + 1];
};

static struct made *make(const char *word)
{
	static struct made made;
	const char *words[] = {"noise=0", "setpoint=100", word};

	assert_int_equal(
	    pl_sim_values(&pl_sim_ezzone, word != NULL ? 3 : 2, words, &made.values, NULL), PL_OK);
	pl_ezsim_unit_init(&made.unit, &made.values, 1, 0);
	pl_ezsim_unit_advance(&made.unit, 2);
	return &made;
}

static size_t from_hex(const char *hex, unsigned char *out)
{
	size_t count = 0;

	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[count++] = (unsigned char)byte;
	return count;
}

static const char *to_hex(struct made *made, size_t count)
{
	made->hex[0] = '\0';
	for (size_t i = 0; i < count; i++)
		snprintf(made->hex + 2 * i, 3, "%02X", made->reply[i]);
	return made->hex;
}

static const char *modbus(struct made *made, const char *pdu)
{
	unsigned char bytes[300];
	size_t count = from_hex(pdu, bytes);

	return to_hex(made, pl_ezsim_pdu_answer(&made->unit, bytes, count, made->reply));
}

/* A whole Standard Bus request and the whole reply; "" = silence. */
static const char *stdbus(struct made *made, const char *frame)
{
	unsigned char bytes[300], payload[16];
	size_t count = from_hex(frame, bytes), skip, length;

	length = pl_ezsim_stdbus_find(bytes, count, &skip);
	if (length == 0)
		return "";
	count = pl_ezsim_stdbus_answer(&made->unit, bytes + skip + PL_EZSIM_STDBUS_HEADER,
				       length - PL_EZSIM_STDBUS_HEADER - 2, payload);
	return to_hex(made, pl_ezsim_stdbus_frame(bytes[skip + 4], bytes[skip + 3], payload, count,
						  made->reply));
}

/* Only the payloads. */
static const char *service(struct made *made, const char *payload)
{
	unsigned char bytes[300];
	size_t count = from_hex(payload, bytes);

	return to_hex(made, pl_ezsim_stdbus_answer(&made->unit, bytes, count, made->reply));
}

static void the_checksums_have_their_published_values(void **state)
{
	static const unsigned char digits[] = "123456789";

	(void)state;
	assert_int_equal(pl_ezsim_crc16(digits, 9), 0x4b37);
	assert_int_equal(pl_ezsim_crc8(digits, 9), 0x89);
	assert_int_equal(pl_ezsim_crc_x25(digits, 9), 0x906e);
}

static void standard_bus_frames_are_those_of_the_device(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(stdbus(made, "55FF0510000006E8010301040101E399"),
			    "55FF060010000B8802030104010108" /* 100.0 */ "42C80000"
			    "FBA9");
	pl_ezsim_unit_fail_input(&made->unit, 0, PL_EZSIM_INPUT_OPEN, 100);
	assert_string_equal(stdbus(made, "55FF0510000006E8010301040101E399"),
			    "55FF060010000B8802030104010108451E3CD4A728");
	assert_string_equal(stdbus(made, "55FF051000000AEC01040701010843C40000EB77"),
			    "55FF060010000A7602040701010843C400008203");
	assert_true(pl_ezsim_float(pl_ezsim_unit_get(&made->unit, PL_EZSIM_SLOT_SETPOINT, 0)) ==
		    392.0f);
}

static void standard_bus_finds_a_frame_behind_any_byte(void **state)
{
	static const char *const before[] = {"00",
					     "55",
					     "5555",
					     "55FF",
					     "FF",
					     "55FF0510000006E9",
					     "55FF0610000006",
					     "55FF0510000000"};
	char frame[200];

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		struct made *made = make(NULL);

		snprintf(frame, sizeof(frame), "%s55FF0510000006E8010301040101E399", before[i]);
		assert_int_equal(strlen(stdbus(made, frame)), 42);
	}
}

static void standard_bus_is_silent_to_wrong_frames(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(stdbus(made, "55FF0510000006E9010301040101E399"), ""); /* HCRC */
	assert_string_equal(stdbus(made, "55FF0510000006E8010301040101E398"), ""); /* DCRC */
	assert_string_equal(stdbus(made, "55FF0510000006E8010301040101E3"), "");   /* half */
}

static void standard_bus_errors_have_their_numbers(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(service(made, "010301630101"), "0281"); /* no class 99 */
	assert_string_equal(service(made, "010301046301"), "0283"); /* no 4099 */
	assert_string_equal(service(made, "010301040103"), "0284"); /* instance 3 */
	assert_string_equal(service(made, "010404010108"
					  "42C80000"),
			    "0280");					  /* read-only */
	assert_string_equal(service(made, "01040701010F010001"), "0285"); /* no f32 */
	assert_string_equal(service(made, "010407010108"
					  "461C4000"),
			    "0286"); /* 10000 */
	assert_string_equal(service(made, "0104080101"
					  "0F01000B"),
			    "0286"); /* no mode 11 */
	assert_string_equal(service(made, "010301080101"), "02030108010"
							   "10F01000A");
	assert_string_equal(service(made, "0104080101"
					  "0F010036"),
			    "0204080101"
			    "0F010036");
	assert_string_equal(service(made, "010301040102"), "02030104010208"
							   "42CD0000");
}

static void floats_come_low_word_first_unless_told_otherwise(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(modbus(made, "0301680002"), "0304"
							"000042C8");
	assert_string_equal(modbus(made, "0401680002"), "0404"
							"000042C8");
	assert_string_equal(modbus(made, "0309B80002"), "0304"
							"05330000");   /* 1331 */
	assert_string_equal(modbus(made, "0609B80532"), "0609B80532"); /* 1330 */
	assert_string_equal(modbus(made, "0301680004"), "0308"
							"42C80000"
							"0000003D");
	assert_string_equal(modbus(made, "0309B80002"), "0304"
							"00000532");
	made = make("order=high_low");
	assert_string_equal(modbus(made, "0301680002"), "0304"
							"42C80000");
}

static void second_instances_stand_behind_their_step(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(modbus(made, "0301B80002"), "0304"
							"000042CD"); /* 440: 102.5 */
	assert_string_equal(modbus(made, "0307580002"), "0304"
							"000A0000");   /* 1880 auto */
	assert_string_equal(modbus(made, "06079E0036"), "06079E0036"); /* 1950 manual */
	assert_int_equal(pl_ezsim_unit_get(&made->unit, PL_EZSIM_SLOT_MODE, 1),
			 PL_EZSIM_MODE_MANUAL);
	assert_int_equal(pl_ezsim_unit_get(&made->unit, PL_EZSIM_SLOT_MODE, 0), PL_EZSIM_MODE_AUTO);
}

static void modbus_refuses_what_the_device_refuses(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	assert_string_equal(modbus(made, "0308780002"), "8302"); /* 2168: nothing there */
	assert_string_equal(modbus(made, "0308760004"), "8302"); /* the second one of two */
	assert_string_equal(modbus(made, "0301680000"), "8303"); /* none */
	assert_string_equal(modbus(made, "030168007E"), "8303"); /* 126 */
	assert_string_equal(modbus(made, "0101680001"), "8101"); /* function 1 */
	assert_string_equal(modbus(made, "0601680001"), "8602"); /* read-only */
	assert_string_equal(modbus(made, "060758000B"), "8603"); /* no such mode */
	assert_string_equal(modbus(made, "1008700002040000461C"), "9003"); /* 9984 > 500 */
	assert_string_equal(modbus(made, "1008700002030000461C"), "9003"); /* byte count */
	assert_int_equal(made->unit.written_count, 0);
}

static void a_write_of_several_registers_is_all_or_nothing(void **state)
{
	struct made *made = make(NULL);

	(void)state;
	/* 2160 set point 150 and 2162 power 200 %: refused as a whole. */
	assert_string_equal(modbus(made, "100870000408"
					 "00004316"
					 "00004348"),
			    "9003");
	assert_string_equal(modbus(made, "0308700002"), "0304"
							"000042C8");
	assert_string_equal(modbus(made, "100870000408"
					 "00004316"
					 "00004248"),
			    "1008700004");
	assert_string_equal(modbus(made, "0308700004"), "0308"
							"00004316"
							"00004248");
	assert_int_equal(made->unit.eeprom_writes, 2);
	assert_string_equal(modbus(made, "03087C0002"), "0304"
							"00004316"); /* in force */
}

static void the_pointer_block_shows_what_the_pointers_name(void **state)
{
	struct made *made = make(NULL);
	char all[8];

	(void)state;
	assert_string_equal(modbus(made, "0300280002"), "0304"
							"01680000"); /* 360 */
	assert_string_equal(modbus(made, "0300C80002"), "0304"
							"000042C8");
	assert_string_equal(modbus(made, "0600280870"), "0600280870"); /* to 2160 */
	assert_string_equal(modbus(made, "1000C8000204"
					 "00004316"),
			    "1000C80002");
	assert_string_equal(modbus(made, "0308700002"), "0304"
							"00004316");
	assert_string_equal(modbus(made, "0600280878"), "8603"); /* nothing there */
	snprintf(all, sizeof(all), "%.6s", modbus(made, "0300C80050"));
	assert_string_equal(all, "03A000"); /* 40 floats in one reply */
}

static void the_length_of_a_serial_request_follows_from_its_function(void **state)
{
	unsigned char bytes[16];

	(void)state;
	assert_int_equal(pl_ezsim_rtu_length(bytes, from_hex("0103", bytes)), 8);
	assert_int_equal(pl_ezsim_rtu_length(bytes, from_hex("0106", bytes)), 8);
	assert_int_equal(pl_ezsim_rtu_length(bytes, from_hex("01100870000204", bytes)), 13);
	assert_int_equal(pl_ezsim_rtu_length(bytes, from_hex("011008700002", bytes)), 0);
	assert_int_equal(pl_ezsim_rtu_length(bytes, from_hex("0111", bytes)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_checksums_have_their_published_values),
	    cmocka_unit_test(standard_bus_frames_are_those_of_the_device),
	    cmocka_unit_test(standard_bus_finds_a_frame_behind_any_byte),
	    cmocka_unit_test(standard_bus_is_silent_to_wrong_frames),
	    cmocka_unit_test(standard_bus_errors_have_their_numbers),
	    cmocka_unit_test(floats_come_low_word_first_unless_told_otherwise),
	    cmocka_unit_test(second_instances_stand_behind_their_step),
	    cmocka_unit_test(modbus_refuses_what_the_device_refuses),
	    cmocka_unit_test(a_write_of_several_registers_is_all_or_nothing),
	    cmocka_unit_test(the_pointer_block_shows_what_the_pointers_name),
	    cmocka_unit_test(the_length_of_a_serial_request_follows_from_its_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
