/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits of readings: fields, units, order; each refusal by its words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench_text.h"

#define PM(keys)                                                                                   \
	TOP "devices:\n  pm: {driver: modbus, port: /tmp/pm, profile: watlow-ez-zone-pm,\n"        \
	    "    " keys "}\n"

static void limits_go_to_their_fields(void **state)
{
	const struct pl_device *device;
	struct loaded l;

	(void)state;
	load(&l, PM("limits: {process_value: {lolo: 0 C, low: 5 C, high: 60 C, hihi: 80 C, "
		    "hysteresis: 0.5 C}, 2.heat_power: {high: 90 %}}, on_alarm: pause, "
		    "resume_after: 60 s"));
	assert_loads(&l);
	device = &l.bench->devices[0];
	assert_int_equal(device->limit_count, 2);
	assert_string_equal(device->limits[0].path, "pm.process_value");
	assert_string_equal(device->limits[0].parameter->name, "process_value");
	assert_int_equal(device->limits[0].target.channel, -1);
	assert_true(device->limits[0].lolo == 0 && device->limits[0].low == 5);
	assert_true(device->limits[0].high == 60 && device->limits[0].hihi == 80);
	assert_true(device->limits[0].hysteresis == 0.5);
	assert_int_equal(device->limits[0].line, 5);
	assert_string_equal(device->limits[1].path, "pm.2.heat_power");
	assert_int_equal(device->limits[1].target.channel, 0);
	assert_true(isnan(device->limits[1].lolo) && isnan(device->limits[1].low));
	assert_true(isnan(device->limits[1].hihi) && device->limits[1].hysteresis == 0);
	assert_int_equal(device->on_alarm, PL_ON_ALARM_PAUSE);
	assert_true(device->resume_after_ns == 60000000000);
	unload(&l);
}

static void left_out_they_ask_for_nothing(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, PM("unit: 1"));
	assert_loads(&l);
	assert_int_equal(l.bench->devices[0].limit_count, 0);
	assert_int_equal(l.bench->devices[0].on_alarm, PL_ON_ALARM_NONE);
	assert_true(l.bench->devices[0].resume_after_ns == 0);
	unload(&l);
}

#define ONE(limits) "limits: {process_value: {" limits "}}"

static void wrong_limits_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *keys, *word, *other;
	} rows[] = {
	    {ONE("low: 5 K"), "low", "K does not fit here, use C"},
	    {ONE("low: 41 F"), "low", "use C"},
	    {ONE("low: 5"), "low", "write 5 C"},
	    {ONE("low: 60 C, high: 5 C"), "high is not above low", "pm.process_value"},
	    {ONE("low: 60 C, high: 60 C"), "high is not above low", ""},
	    {ONE("lolo: 6 C, low: 5 C"), "low is not above lolo", ""},
	    {ONE("high: 6 C, hihi: 5 C"), "hihi is not above high", ""},
	    {ONE("lolo: 6 C, hihi: 5 C"), "hihi is not above lolo", ""},
	    {ONE(""), "give lolo, low, high or hihi", "pm.process_value"},
	    {ONE("hysteresis: 1 C"), "give lolo", ""},
	    {ONE("low: 1 C, hysteresis: -1 C"), "hysteresis", "not below 0"},
	    {ONE("low: 1 C, high: 5 C, hysteresis: 4 C"), "hysteresis", "never be over"},
	    {ONE("lo: 1 C, low: 1 C"), "unknown key \"lo\"", "low"},
	    {"limits: {process_valeu: {low: 1 C}}", "process_valeu", "did you mean"},
	    {"limits: {3.process_value: {low: 1 C}}", "no channel \"3\"", ""},
	    {"limits: {\"*\": {low: 1 C}}", "one parameter", "*"},
	    {"limits: {\"@360:f32\": {low: 1}}", "one parameter", "@360"},
	    {"limits: {process_value: {low: 1 C}, 4001: {low: 1 C}}", "stands twice",
	     "pm.process_value"},
	    {"limits: [a]", "limits", "map"},
	    {"on_alarm: pause", "on_alarm", "without limits"},
	    {"on_alarm: warn", "on_alarm", "none, pause or stop"},
	    {ONE("low: 1 C") ", resume_after: 5 s", "resume_after", "on_alarm: pause"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char text[500];

		snprintf(text, sizeof(text),
			 TOP "devices:\n  pm: {driver: modbus, port: /tmp/pm, profile: "
			     "watlow-ez-zone-pm,\n    %s}\n",
			 rows[i].keys);
		load(&l, text);
		assert_int_equal(l.status, PL_ERR_CONFIG);
		if (l.problems.count != 1 || !find_problem(&l, rows[i].word, rows[i].other))
			print_message("# %s\n", rows[i].keys);
		assert_problem(&l, rows[i].word, rows[i].other);
		assert_int_equal(l.problems.count, 1);
		assert_int_equal(l.problems.items[0].line, 5);
		unload(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limits_go_to_their_fields),
	    cmocka_unit_test(left_out_they_ask_for_nothing),
	    cmocka_unit_test(wrong_limits_are_refused_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
