/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tick costs on each line, and the rate that one cannot hold. */
#include "config/bench.h"
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

/* The oven of make() has limits on two parameters that are in no tick: 20 ms. */
static void watch(struct bus *bus, struct pl_limits limits[2], double rate_hz)
{
	make(bus);
	for (int i = 0; i < 2; i++) {
		limits[i] =
		    (struct pl_limits){.target = {.channel = -1, .parameter = (int16_t)(7 + i)}};
		pl_text_copy(limits[i].path, PL_PATH_SIZE, i == 0 ? "oven.flow" : "oven.door");
	}
	bus->devices[0].limits = limits;
	bus->devices[0].limit_count = 2;
	bus->devices[0].refresh_ns = PL_NS_PER_S / 10;
	bus->recording.rate_hz = rate_hz;
	pl_record_budget(&bus->bench, &bus->recording, say, bus, NULL);
}

static void limits_that_fit_between_ticks_are_looked_at_as_ever(void **state)
{
	struct pl_limits limits[2];
	struct bus bus;

	(void)state;
	watch(&bus, limits, 12.5); /* 80 ms: 50 are left */
	assert_non_null(strstr(bus.said, "oven.flow, oven.door: limits looked at every 0.1 s "
					 "between two ticks"));
}

static void limits_without_room_say_how_often_and_what_it_costs(void **state)
{
	struct pl_limits limits[2];
	struct bus bus;

	(void)state;
	watch(&bus, limits, 25); /* 40 ms: 10 are left */
	assert_non_null(strstr(bus.said, "oven.flow, oven.door: limits looked at every 0.2 s only, "
					 "behind a tick: it takes 20.0 ms, ticks leave 10.0 ms"));
	assert_null(strstr(bus.said, "costs")); /* the next slot is late, not lost */
	bus.said[0] = '\0';
	watch(&bus, limits, 31.25); /* 32 ms: 2 are left */
	assert_non_null(strstr(bus.said, "ticks leave 2.0 ms, which costs 1 slot each time"));
}

static void limits_in_the_tick_or_of_no_refresh_are_told_apart(void **state)
{
	struct pl_limits limits[2];
	struct bus bus;

	(void)state;
	watch(&bus, limits, 12.5);
	bus.said[0] = '\0';
	bus.devices[0].refresh_ns = 0;
	bus.readings[0].target = limits[0].target;
	pl_record_budget(&bus.bench, &bus.recording, say, &bus, NULL);
	assert_null(strstr(bus.said, "oven.flow"));
	assert_non_null(
	    strstr(bus.said, "oven.door: in no tick and refresh is 0: limits not looked at"));
	bus.said[0] = '\0';
	bus.readings[1].target = limits[1].target;
	pl_record_budget(&bus.bench, &bus.recording, say, &bus, NULL);
	assert_null(strstr(bus.said, "limits"));
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
	    cmocka_unit_test(limits_that_fit_between_ticks_are_looked_at_as_ever),
	    cmocka_unit_test(limits_without_room_say_how_often_and_what_it_costs),
	    cmocka_unit_test(limits_in_the_tick_or_of_no_refresh_are_told_apart),
	    cmocka_unit_test(case_50_the_books_name_every_slot_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
