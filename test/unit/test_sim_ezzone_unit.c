/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One simulated controller: its furnace and loop, its settings, EEPROM, alarms and inputs. */
#include "sim/ezzone_unit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct made {
	struct pl_ezsim_values values;
	struct pl_ezsim_unit unit;
};

static struct made *make(size_t count, const char *const *words)
{
	static struct made made;
	struct pl_error error = {0};

	if (pl_sim_values(&pl_sim_ezzone, count, words, &made.values, &error) != PL_OK)
		fail_msg("%s: %s", error.where, error.text);
	pl_ezsim_unit_init(&made.unit, &made.values, 1, 0);
	return &made;
}

#define MAKE(...)                                                                                  \
	make(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static double value(const struct made *made, enum pl_ezsim_slot slot, int instance)
{
	return (double)pl_ezsim_float(pl_ezsim_unit_get(&made->unit, slot, instance));
}

#define VALUE(made, slot)      value(made, PL_EZSIM_SLOT_##slot, 0)
#define GET(made, slot)	       pl_ezsim_unit_get(&(made)->unit, PL_EZSIM_SLOT_##slot, 0)
#define SET(made, slot, raw)   pl_ezsim_unit_set(&(made)->unit, PL_EZSIM_SLOT_##slot, 0, raw)
#define CHECK(made, slot, raw) pl_ezsim_unit_check(&(made)->unit, PL_EZSIM_SLOT_##slot, 0, raw)

static void a_settled_loop_holds_its_set_point(void **state)
{
	struct made *made = MAKE("setpoint=100", "noise=0.05");
	double sum = 0, sum_2 = 0;

	(void)state;
	for (int i = 1; i <= 1000; i++) {
		double off;

		pl_ezsim_unit_advance(&made->unit, i);
		off = VALUE(made, PROCESS_VALUE) - 100;
		sum += off;
		sum_2 += off * off;
	}
	assert_true(fabs(sum / 1000) < 0.02);
	assert_true(sqrt(sum_2 / 1000) > 0.03 && sqrt(sum_2 / 1000) < 0.2);
	assert_true(fabs(VALUE(made, HEAT) - 19.5) < 3); /* (100 - 22) / 4 */
	assert_true(VALUE(made, COOL) == 0);
}

static void a_new_set_point_is_reached_without_much_overshoot(void **state)
{
	struct made *made = MAKE("setpoint=100", "noise=0");
	double highest = 0;

	(void)state;
	SET(made, SETPOINT, pl_ezsim_bits(200));
	assert_true(VALUE(made, IN_FORCE) == 200);
	for (int i = 1; i <= 600; i++) {
		pl_ezsim_unit_advance(&made->unit, i);
		highest = fmax(highest, VALUE(made, PROCESS_VALUE));
	}
	assert_true(fabs(VALUE(made, PROCESS_VALUE) - 200) < 0.1);
	assert_true(highest < 215);
}

static void the_plant_is_of_first_order_behind_its_dead_time(void **state)
{
	struct made *made = MAKE("start=cold", "mode=manual", "power=50", "noise=0", "ambient=20",
				 "gain=4", "tau=60", "dead=2");

	(void)state;
	pl_ezsim_unit_advance(&made->unit, 2.0);
	assert_true(fabs(VALUE(made, PROCESS_VALUE) - 20) < 1e-6);
	pl_ezsim_unit_advance(&made->unit, 62.0);
	assert_true(fabs(VALUE(made, PROCESS_VALUE) - (20 + 200 * (1 - exp(-1.0)))) < 0.1);
	pl_ezsim_unit_advance(&made->unit, 2000.0);
	assert_true(fabs(VALUE(made, PROCESS_VALUE) - 220) < 0.01);
}

static void pulses_are_counted_over_the_end_of_32_bits_and_anew_after_a_reboot(void **state)
{
	struct made *made = MAKE("pulses=100", "pulses_at=4294967290");

	(void)state;
	assert_int_equal(GET(made, PULSES), 4294967290);
	pl_ezsim_unit_advance(&made->unit, 1.0);
	assert_int_equal(GET(made, PULSES), 94);
	pl_ezsim_unit_reboot(&made->unit);
	assert_int_equal(GET(made, PULSES), 0);
	pl_ezsim_unit_advance(&made->unit, 2.0);
	assert_int_equal(GET(made, PULSES), 100);
}

static void a_loop_that_is_off_cools_to_ambient(void **state)
{
	struct made *made = MAKE("setpoint=100", "noise=0", "tau=10");

	(void)state;
	SET(made, MODE, PL_EZSIM_MODE_OFF);
	assert_int_equal(GET(made, MODE_ACTIVE), PL_EZSIM_MODE_OFF);
	pl_ezsim_unit_advance(&made->unit, 300);
	assert_true(fabs(VALUE(made, PROCESS_VALUE) - 22) < 0.01);
	assert_true(VALUE(made, HEAT) == 0);
}

static void the_same_seed_gives_the_same_temperatures(void **state)
{
	struct made *made = MAKE("seed=7", "noise=1");
	double first;

	(void)state;
	pl_ezsim_unit_advance(&made->unit, 10);
	first = VALUE(made, PROCESS_VALUE);
	made = MAKE("seed=7", "noise=1");
	for (int i = 1; i <= 1000; i++) /* however often somebody looks */
		pl_ezsim_unit_advance(&made->unit, i * 0.01);
	assert_true(VALUE(made, PROCESS_VALUE) == first);
	made = MAKE("seed=8", "noise=1");
	pl_ezsim_unit_advance(&made->unit, 10);
	assert_true(VALUE(made, PROCESS_VALUE) != first);
}

static void a_broken_sensor_keeps_the_last_good_value_and_stops_the_heat(void **state)
{
	struct made *made = MAKE("setpoint=100", "noise=1");
	double last;

	(void)state;
	pl_ezsim_unit_advance(&made->unit, 10);
	last = VALUE(made, PROCESS_VALUE);
	pl_ezsim_unit_fail_input(&made->unit, 0, PL_EZSIM_INPUT_OPEN, 20);
	pl_ezsim_unit_advance(&made->unit, 19);
	assert_int_equal(GET(made, INPUT_ERROR), PL_EZSIM_INPUT_OPEN);
	assert_true(VALUE(made, PROCESS_VALUE) == last);
	assert_true(VALUE(made, HEAT) == 0);
	assert_int_equal(GET(made, MODE_ACTIVE), PL_EZSIM_MODE_OFF);
	assert_int_equal(GET(made, MODE), PL_EZSIM_MODE_AUTO);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_ERROR);
	assert_int_equal(pl_ezsim_unit_get(&made->unit, PL_EZSIM_SLOT_INPUT_ERROR, 1),
			 PL_EZSIM_INPUT_NONE);
	pl_ezsim_unit_advance(&made->unit, 21);
	assert_int_equal(GET(made, INPUT_ERROR), PL_EZSIM_INPUT_NONE);
	assert_true(VALUE(made, PROCESS_VALUE) != last);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_NONE);
}

static void only_what_the_eeprom_holds_survives_a_reboot(void **state)
{
	struct made *made = MAKE("setpoint=100");

	(void)state;
	SET(made, SETPOINT, pl_ezsim_bits(110));
	assert_int_equal(made->unit.eeprom_writes, 1);
	SET(made, EEPROM, PL_EZSIM_EEPROM_NO);
	SET(made, SETPOINT, pl_ezsim_bits(120));
	assert_int_equal(made->unit.eeprom_writes, 1);
	assert_int_equal(made->unit.written_count, 3);
	assert_true(made->unit.written[0].is_kept && !made->unit.written[2].is_kept);
	assert_true(VALUE(made, SETPOINT) == 120);
	pl_ezsim_unit_reboot(&made->unit);
	assert_true(VALUE(made, SETPOINT) == 110 && VALUE(made, IN_FORCE) == 110);
	assert_int_equal(GET(made, EEPROM), PL_EZSIM_EEPROM_YES);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_STARTUP);
}

static void set_points_keep_to_the_limits_of_the_device(void **state)
{
	struct made *made = MAKE("setpoint_low=10", "setpoint_high=300");

	(void)state;
	assert_int_equal(CHECK(made, SETPOINT, pl_ezsim_bits(300)), PL_EZSIM_DONE);
	assert_int_equal(CHECK(made, SETPOINT, pl_ezsim_bits(300.5f)), PL_EZSIM_BAD_VALUE);
	assert_int_equal(CHECK(made, SETPOINT, pl_ezsim_bits(9)), PL_EZSIM_BAD_VALUE);
	assert_int_equal(CHECK(made, SETPOINT, pl_ezsim_bits(NAN)), PL_EZSIM_BAD_VALUE);
	assert_int_equal(CHECK(made, MANUAL_POWER, pl_ezsim_bits(101)), PL_EZSIM_BAD_VALUE);
	assert_int_equal(CHECK(made, MODE, 11), PL_EZSIM_BAD_VALUE);
	assert_int_equal(CHECK(made, MODE, PL_EZSIM_MODE_MANUAL), PL_EZSIM_DONE);
	assert_int_equal(CHECK(made, PROCESS_VALUE, 0), PL_EZSIM_READ_ONLY);
}

static void alarms_come_and_go_with_hysteresis(void **state)
{
	struct made *made = MAKE("setpoint=100", "noise=0", "alarm_high=90", "alarm_low=50");

	(void)state;
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_STARTUP);
	pl_ezsim_unit_advance(&made->unit, 2);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_HIGH);
	SET(made, ALARM_HIGH, pl_ezsim_bits(100.5f));
	pl_ezsim_unit_advance(&made->unit, 3);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_HIGH);
	SET(made, ALARM_HIGH, pl_ezsim_bits(102));
	pl_ezsim_unit_advance(&made->unit, 4);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_NONE);
	SET(made, ALARM_LOW, pl_ezsim_bits(101));
	pl_ezsim_unit_advance(&made->unit, 5);
	assert_int_equal(GET(made, ALARM_STATE), PL_EZSIM_ALARM_LOW);
}

static void each_register_of_the_map_is_one_half_of_one_value(void **state)
{
	static const unsigned there[] = {360,  361,  440,  2160, 2240, 2245, 1880, 1950, 1976,
					 1480, 1530, 1546, 2488, 2494, 40,   119,  200,	 279};
	static const unsigned missing[] = {0, 39, 120, 280, 364, 2168, 2496, 1590, 65535, 65536};
	struct made *made = MAKE("seed=1");
	struct pl_ezsim_place place;

	(void)state;
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		assert_true(pl_ezsim_unit_place(&made->unit, there[i], &place));
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		assert_false(pl_ezsim_unit_place(&made->unit, missing[i], &place));
	made = MAKE("alarm_step=60");
	assert_true(pl_ezsim_unit_place(&made->unit, 1540, &place));
	assert_int_equal(place.slot, PL_EZSIM_SLOT_ALARM_HIGH);
	assert_int_equal(place.instance, 1);
}

static size_t units_of(const char *text, int highest, int out[PL_EZSIM_UNIT_MAX])
{
	struct pl_error error = {0};

	memset(out, 0, PL_EZSIM_UNIT_MAX * sizeof(*out));
	return pl_ezsim_units_parse(text, highest, out, &error);
}

static void units_are_a_count_or_a_list(void **state)
{
	static const char *const wrong[] = {"",	  "0",	"1,",  "a",  "5-3",
					    "1-", "17", "1;2", "-3", "1,0"};
	int units[PL_EZSIM_UNIT_MAX];

	(void)state;
	assert_int_equal(units_of("8", 16, units), 8);
	assert_true(units[0] == 1 && units[7] == 8);
	assert_int_equal(units_of("5-5", 16, units), 1);
	assert_int_equal(units[0], 5);
	assert_int_equal(units_of("9,1-3,2", 16, units), 4);
	assert_true(units[0] == 9 && units[1] == 1 && units[3] == 3);
	assert_int_equal(units_of("247", 247, units), 247);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(units_of(wrong[i], 16, units), 0);
}

static enum pl_status check_words(const char *a, const char *b)
{
	const char *words[] = {a, b};

	return pl_simulator_check("ezzone", 2, words, &(struct pl_error){0});
}

static void wrong_words_are_refused_before_anything_starts(void **state)
{
	(void)state;
	assert_int_equal(check_words("--stdbus", "units=16"), PL_OK);
	assert_int_equal(check_words("--stdbus", "units=17"), PL_ERR_RANGE);
	assert_int_equal(check_words("bus=rtu", "units=17"), PL_OK);
	assert_int_equal(check_words("--modbus-ascii", "units=1"), PL_ERR_CONFIG);
	assert_int_equal(check_words("alarm_step=55", "units=1"), PL_ERR_RANGE);
	assert_int_equal(check_words("setpoint_low=600", "units=1"), PL_ERR_RANGE);
	assert_int_equal(check_words("fault=late:ms=250:nth=3", "fault=dead:unit=3"), PL_OK);
	assert_int_equal(check_words("fault=refuse:code=200", "units=1"), PL_OK);
	assert_int_equal(check_words("fault=clip", "units=1"), PL_ERR_CONFIG);
	assert_int_equal(check_words("fault=late:ch=1", "units=1"), PL_ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_settled_loop_holds_its_set_point),
	    cmocka_unit_test(a_new_set_point_is_reached_without_much_overshoot),
	    cmocka_unit_test(the_plant_is_of_first_order_behind_its_dead_time),
	    cmocka_unit_test(pulses_are_counted_over_the_end_of_32_bits_and_anew_after_a_reboot),
	    cmocka_unit_test(a_loop_that_is_off_cools_to_ambient),
	    cmocka_unit_test(the_same_seed_gives_the_same_temperatures),
	    cmocka_unit_test(a_broken_sensor_keeps_the_last_good_value_and_stops_the_heat),
	    cmocka_unit_test(only_what_the_eeprom_holds_survives_a_reboot),
	    cmocka_unit_test(set_points_keep_to_the_limits_of_the_device),
	    cmocka_unit_test(alarms_come_and_go_with_hysteresis),
	    cmocka_unit_test(each_register_of_the_map_is_one_half_of_one_value),
	    cmocka_unit_test(units_are_a_count_or_a_list),
	    cmocka_unit_test(wrong_words_are_refused_before_anything_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
