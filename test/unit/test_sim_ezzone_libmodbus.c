/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated controllers read and written by libmodbus, a client that knows nothing of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/ezzone_child.h"

#include <errno.h>
#include <modbus.h>

/* Its own way of a float over two registers: low word first, too. (Its modbus_set_float_cdab swaps
 * the wrong bytes in 3.1.6.) */
static double read_float(modbus_t *client, int address)
{
	uint16_t words[2];

	assert_int_equal(modbus_read_registers(client, address, 2, words), 2);
	return (double)modbus_get_float(words);
}

static uint32_t read_enum(modbus_t *client, int address)
{
	uint16_t words[2];

	assert_int_equal(modbus_read_registers(client, address, 2, words), 2);
	assert_int_equal(words[1], 0);
	return words[0];
}

static void write_float(modbus_t *client, int address, float value)
{
	uint16_t words[2];

	modbus_set_float(value, words);
	assert_int_equal(modbus_write_registers(client, address, 2, words), 2);
}

/* What any EZ-ZONE is asked, on whatever carries it. */
static void use_it(modbus_t *client)
{
	uint16_t block[4];

	assert_int_equal(modbus_set_response_timeout(client, 10, 0), 0);
	assert_true(read_float(client, 360) == 100);
	assert_true(read_float(client, 440) == 102.5);
	assert_int_equal(read_enum(client, 362), 61);
	assert_int_equal(read_enum(client, 2488), 1331);
	assert_int_equal(modbus_read_input_registers(client, 360, 4, block), 4);
	assert_true(modbus_get_float(block) == 100.0f && block[2] == 61);
	write_float(client, 2160, 120);
	assert_true(read_float(client, 2160) == 120 && read_float(client, 2172) == 120);
	assert_int_equal(modbus_write_register(client, 1880, 54), 1);
	assert_int_equal(read_enum(client, 1882), 54);
	assert_int_equal(modbus_read_registers(client, 2168, 2, block), -1);
	assert_int_equal(errno, EMBXILADD);
	assert_int_equal(modbus_write_register(client, 1880, 11), -1);
	assert_int_equal(errno, EMBXILVAL);
	assert_int_equal(modbus_read_bits(client, 0, 1, (uint8_t *)block), -1);
	assert_int_equal(errno, EMBXILFUN);
	assert_true(read_float(client, 360) > 0); /* and nothing is left behind by the refusals */
}

static void libmodbus_uses_it_over_a_serial_line(void **state)
{
	struct child *child = EZZONE("--modbus-rtu", "units=3", "noise=0");
	modbus_t *client = modbus_new_rtu(child->path, 9600, 'N', 8, 1);
	struct ez_truth *truth;

	(void)state;
	child_close(child);
	assert_non_null(client);
	assert_int_equal(modbus_connect(client), 0);
	assert_int_equal(modbus_set_slave(client, 1), 0);
	use_it(client);
	assert_int_equal(modbus_set_slave(client, 3), 0);
	assert_true(read_float(client, 360) == 110);
	modbus_close(client);
	modbus_free(client);
	truth = ez_end(child);
	assert_true(ez_row(truth, "write", 1)->fresh == 120);
	assert_null(ez_row(truth, "noise", 1));
	free(truth);
	child_free(child, NULL);
}

static void libmodbus_uses_it_over_tcp(void **state)
{
	struct child *child = EZZONE("--modbus-tcp", "units=2", "noise=0");
	modbus_t *client, *other;
	int port = 0;

	(void)state;
	assert_int_equal(sscanf(child->path, "tcp:127.0.0.1:%d", &port), 1);
	client = modbus_new_tcp("127.0.0.1", port);
	other = modbus_new_tcp("127.0.0.1", port);
	assert_true(client != NULL && other != NULL);
	assert_int_equal(modbus_connect(client), 0);
	assert_int_equal(modbus_connect(other), 0);
	modbus_set_slave(client, 1);
	modbus_set_slave(other, 2);
	assert_true(read_float(other, 360) == 105);
	use_it(client);
	assert_true(read_float(other, 360) == 105);
	modbus_set_slave(other, 9);
	assert_int_equal(modbus_read_registers(other, 360, 1, (uint16_t[1]){0}), -1);
	assert_int_equal(errno, EMBXGTAR); /* that unit does not answer */
	modbus_close(client);
	modbus_close(other);
	modbus_free(client);
	modbus_free(other);
	free(ez_end(child));
	child_free(child, NULL);
}

static void a_connection_that_was_cut_comes_back_at_the_same_port(void **state)
{
	struct child *child = EZZONE("--modbus-tcp", "noise=0", "fault=unplug:nth=2:ms=0:replug=0");
	char before[96];
	modbus_t *client;
	int port = 0;

	(void)state;
	snprintf(before, sizeof(before), "%s", child->path);
	assert_int_equal(sscanf(child->path, "tcp:127.0.0.1:%d", &port), 1);
	client = modbus_new_tcp("127.0.0.1", port);
	assert_int_equal(modbus_connect(client), 0);
	assert_true(read_float(client, 360) == 100);
	assert_int_equal(modbus_read_registers(client, 360, 1, (uint16_t[1]){0}), -1);
	modbus_close(client);
	child_read_path(child);
	assert_string_equal(child->path, before);
	assert_int_equal(modbus_connect(client), 0);
	assert_true(read_float(client, 360) == 100);
	modbus_close(client);
	modbus_free(client);
	free(ez_end(child));
	child_free(child, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(libmodbus_uses_it_over_a_serial_line),
	    cmocka_unit_test(libmodbus_uses_it_over_tcp),
	    cmocka_unit_test(a_connection_that_was_cut_comes_back_at_the_same_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
