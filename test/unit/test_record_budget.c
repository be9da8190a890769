/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tick costs on each line, and the rate that one cannot hold. */
#include "record/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* 10 ms at 9600 baud for each parameter. */
static struct pl_wire_cost cost(const struct pl_device_spec *spec, const struct pl_target *targets,
				size_t count, int64_t baud)
{
	(void)spec;
	(void)targets;
	return (struct pl_wire_cost){
	    .transactions = (unsigned)count,
	    .time_ns = baud == 0 ? 0 : (int64_t)count * 96000 * PL_NS_PER_MS / (baud * 1)};
}

struct bus {
	struct pl_driver oven;
	struct pl_device devices[2];
	struct pl_bench bench;
	struct pl_beside readings[3];
	struct pl_recording recording;
	char said[512];
};

/* Two ovens on one line: one asked for two parameters, the other for one. */
static void make(struct bus *bus)
{
	memset(bus, 0, sizeof *bus);
	bus->oven = (struct pl_driver){.name = "oven", .cost = cost, .shares_line = true};
	for (int i = 0; i < 2; i++) {
		bus->devices[i].driver = &bus->oven;
		bus->devices[i].port = "/dev/ttyUSB0";
		bus->devices[i].baud = 9600;
		pl_text_copy(bus->devices[i].spec.name, PL_NAME_SIZE, i == 0 ? "oven" : "heater");
	}
	bus->readings[2].target.device = 1;
	bus->bench = (struct pl_bench){.devices = bus->devices, .device_count = 2};
	bus->recording = (struct pl_recording){.name = "slow",
					       .rate_hz = 40,
					       .readings = bus->readings,
					       .reading_count = 3,
					       .events_device = -1};
}

static void say(void *ctx, const char *line)
{
	struct bus *bus = ctx;
	size_t length = strlen(bus->said);

	pl_text_copy(bus->said + length, sizeof bus->said - length, line);
}

static void devices_of_one_line_share_its_time(void **state)
{
	struct bus bus;
	struct pl_error error;

	(void)state;
	make(&bus);
	assert_int_equal(pl_record_budget(&bus.bench, &bus.recording, say, &bus, &error),
			 PL_ERR_CONFIG);
	assert_non_null(strstr(bus.said, "oven, heater: 3 requests a tick, 30.0 ms of 25.0 ms"));
	assert_non_null(strstr(error.text, "30.0 ms at 9600 baud"));
	assert_non_null(strstr(error.text, "33 Hz or less"));
}

static void on_lines_of_their_own_each_holds(void **state)
{
	struct bus bus;

	(void)state;
	make(&bus);
	bus.devices[1].first_on_line = 1;
	assert_int_equal(pl_record_budget(&bus.bench, &bus.recording, say, &bus, NULL), PL_OK);
	assert_non_null(strstr(bus.said, "oven: 2 requests a tick, 20.0 ms"));
	assert_non_null(strstr(bus.said, "heater: 1 requests a tick, 10.0 ms"));
}

static void what_is_not_known_refuses_nothing(void **state)
{
	struct bus bus;

	(void)state;
	make(&bus);
	bus.devices[0].baud = bus.devices[1].baud = 0;
	bus.devices[0].port = bus.devices[1].port = "tcp:10.0.0.1:502";
	bus.recording.rate_hz = 5000;
	assert_int_equal(pl_record_budget(&bus.bench, &bus.recording, say, &bus, NULL), PL_OK);
	assert_non_null(strstr(bus.said, "is not known"));
}

static void case_50_the_books_name_every_slot_once(void **state)
{
	struct pl_tick_books ticks = {.on_time = 10, .late = 2, .failed = 3, .dropped = 4};
	struct pl_record_books books = {.rows = 7};

	(void)state;
	for (int i = 0; i < PL_SKIPS; i++)
		ticks.skipped[i] = (uint64_t)i + 1;
	ticks.max_lateness_ns = 2500000;
	pl_record_books_of(&ticks, &books);
	assert_int_equal(books.samples_emitted, 15);
	assert_int_equal(books.samples_emitted + books.samples_late, pl_tick_books_slots(&ticks));
	assert_true(books.max_drift_ms == 2.5);
	assert_int_equal(books.rows, 7); /* as they were */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_of_one_line_share_its_time),
	    cmocka_unit_test(on_lines_of_their_own_each_holds),
	    cmocka_unit_test(what_is_not_known_refuses_nothing),
	    cmocka_unit_test(case_50_the_books_name_every_slot_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
