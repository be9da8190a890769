/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles: every key at its place, the defaults, the profiles that come with the program. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/profile_text.h"

#include "plateau/text.h"

#define NOTHING ((struct pl_bench_request){.file = NULL})

static const struct pl_profile *profile_of(struct profiled *p, const char *text)
{
	load_profiled(p, text, METER, NOTHING);
	assert_loads(&p->bench);
	assert_non_null(p->bench.bench->devices[0].spec.profile);
	return p->bench.bench->devices[0].spec.profile;
}

static const struct pl_profile_row *row_of(const struct pl_profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->count; i++)
		if (strcmp(profile->parameters[i].name, name) == 0)
			return &profile->rows[i];
	fail_msg("no parameter %s", name);
	return NULL;
}

static const struct pl_parameter *parameter_of(const struct pl_profile *profile, const char *name)
{
	return &profile->parameters[row_of(profile, name) - profile->rows];
}

static void a_register_and_a_type_are_enough(void **state)
{
	struct profiled p;
	const struct pl_profile *profile =
	    profile_of(&p, PROFILE "  speed: {register: 7, type: u16}\n");
	const struct pl_profile_row *row = row_of(profile, "speed");
	const struct pl_parameter *parameter = parameter_of(profile, "speed");

	(void)state;
	assert_string_equal(profile->name, "mine");
	assert_string_equal(profile->file, p.profile);
	assert_int_equal(profile->count, 1);
	assert_int_equal(profile->parity, 'N');
	assert_int_equal(profile->baud, 0);
	assert_true(profile->block_max == 125 && profile->block_gap == 8);
	assert_true(profile->silence_ns == 0);
	assert_true(profile->order_row == -1 && profile->volatile_row == -1);
	assert_true(profile->model_row == -1 && profile->firmware_row == -1);
	assert_int_equal(profile->serial_row, -1);
	assert_true(row->has_register);
	assert_true(row->address == 7 && row->registers == 1 && row->read_function == 3);
	assert_int_equal(row->write_function, 0);
	assert_int_equal(row->word_order, PL_WORDS_HIGH_LOW);
	assert_false(row->swaps_bytes);
	assert_true(row->scale == 1 && row->offset == 0 && row->instances == 1);
	assert_true(row->valid_row == -1 && row->min_row == -1 && row->max_row == -1);
	assert_int_equal(parameter->access, PL_ACCESS_READ);
	assert_int_equal(parameter->type, PL_VALUE_INTEGER);
	assert_true(parameter->min == 0 && parameter->max == 65535);
	assert_string_equal(parameter->unit, "");
	assert_string_equal(parameter->text, "speed");
	assert_null(profile->parameters[1].name);
	assert_int_equal(profile->instanced_count, 0);
	assert_null(profile->instanced[0].name);
	assert_string_equal(p.bench.bench->devices[0].profile_name, "mine.yaml");
	unload_profiled(&p);
}

static void every_key_goes_to_its_field(void **state)
{
	struct profiled p;
	const struct pl_profile *profile = profile_of(
	    &p, "schema: 1\nprofile: mine\ntitle: an instrument\nbaud: 19200\nparity: even\n"
		"word_order: low_high\nbyte_order: swapped\nblock: {max: 40, gap: 2}\n"
		"silence: 5 ms\norder_check: {parameter: order, high_low: hl, low_high: 1331}\n"
		"volatile_writes: {parameter: 30, on: 59, off: 106}\n"
		"identity: {model: model, serial: serial}\nparameters:\n"
		"  order: {register: 10, type: enum, length: 2, words: {1330: hl}}\n"
		"  keep: {register: 30, type: u16, write: 16}\n"
		"  model: {register: 50, type: string, length: 8}\n"
		"  serial: {register: 60, type: u32, word_order: high_low, byte_order: normal}\n"
		"  low: {register: 100, type: f32, unit: C}\n"
		"  value: {register: 102, id: 4001, type: s32, function: 3, write: 16, unit: C, "
		"scale: 0.25, offset: -10, min: -5, max: 90, step: 0.5, digits: 3, access: rw, "
		"persistent: yes, show: yes, text: what is measured, missing: [-1, 32767], "
		"good_with: {parameter: order, value: hl}, limits_from: {min: low}}\n");
	const struct pl_profile_row *row = row_of(profile, "value");
	const struct pl_parameter *parameter = parameter_of(profile, "value");

	(void)state;
	assert_true(profile->baud == 19200 && profile->parity == 'E');
	assert_true(profile->block_max == 40 && profile->block_gap == 2);
	assert_true(profile->silence_ns == 5000000);
	assert_int_equal(profile->order_row, 0);
	assert_true(profile->order_high_low == 1330 && profile->order_low_high == 1331);
	assert_int_equal(profile->volatile_row, 1);
	assert_true(profile->volatile_on == 59 && profile->volatile_off == 106);
	assert_true(profile->model_row == 2 && profile->serial_row == 3);
	assert_int_equal(profile->firmware_row, -1);
	assert_int_equal(profile->rows[0].registers, 2);
	assert_true(profile->rows[0].word_count == 1 && profile->rows[0].words[0].value == 1330);
	assert_string_equal(profile->rows[0].words[0].name, "hl");
	assert_null(profile->rows[0].words[1].name);
	assert_int_equal(profile->rows[1].write_function, 16);
	assert_int_equal(parameter_of(profile, "keep")->access, 3);
	assert_int_equal(profile->rows[2].registers, 8);
	assert_int_equal(profile->parameters[2].type, PL_VALUE_TEXT);
	assert_int_equal(profile->rows[3].word_order, PL_WORDS_HIGH_LOW);
	assert_false(profile->rows[3].swaps_bytes);
	assert_int_equal(profile->rows[4].word_order, PL_WORDS_LOW_HIGH);
	assert_true(profile->rows[4].swaps_bytes);
	assert_true(row->type == PL_WIRE_S32 && row->registers == 2 && row->id == 4001);
	assert_true(row->scale == 0.25 && row->offset == -10 && row->write_function == 16);
	assert_true(row->missing_count == 2 && row->missing[0] == -1 && row->missing[1] == 32767);
	assert_true(row->valid_row == 0 && row->valid_value == 1330);
	assert_true(row->min_row == 4 && row->max_row == -1);
	assert_true(parameter->id == 4001 && parameter->type == PL_VALUE_REAL);
	assert_true(parameter->min == -5 && parameter->max == 90 && parameter->step == 0.5);
	assert_true(parameter->digits == 3 && parameter->persistent && parameter->show);
	assert_string_equal(parameter->unit, "C");
	assert_string_equal(parameter->text, "what is measured");
	unload_profiled(&p);
}

static void a_counter_is_one_by_its_row_and_wraps_by_its_width(void **state)
{
	struct profiled p;
	const struct pl_profile *profile = profile_of(
	    &p, "profile: mine\ntitle: an instrument\nparameters:\n"
		"  plain: {register: 1, type: u16}\n"
		"  bare: {register: 1, type: u16, counter: yes}\n"
		"  short: {register: 1, type: u32, counter: yes, wraps: 24}\n"
		"  energy: {register: 1, type: u16, counter: yes, wraps: 16, scale: 0.5}\n");

	(void)state;
	assert_int_equal(parameter_of(profile, "plain")->kind, PL_KIND_STATE);
	assert_int_equal(parameter_of(profile, "bare")->kind, PL_KIND_COUNTER);
	assert_true(parameter_of(profile, "bare")->wrap == 0);
	assert_true(parameter_of(profile, "short")->wrap == 16777216);
	assert_true(parameter_of(profile, "energy")->wrap == 32768);
	unload_profiled(&p);
}

static void limits_step_and_digits_follow_from_the_registers(void **state)
{
	static const struct {
		const char *keys;
		double min, max, step;
		int digits, write;
	} rows[] = {
	    {"type: s16", -32768, 32767, 0, 0, 0},
	    {"type: s16, access: rw", -32768, 32767, 1, 0, 6},
	    {"type: s16, scale: 0.1, access: rw", -3276.8, 3276.7, 0.1, 1, 6},
	    {"type: u16, scale: -0.01", -655.35, 0, 0, 2, 0},
	    {"type: u32, access: rw", 0, 4294967295.0, 1, 0, 16},
	    {"type: s32, max: 10", -2147483648.0, 10, 0, 0, 0},
	    {"type: f32, access: rw", 0, 0, 0, 2, 16},
	    {"type: f32, min: 0, max: 5", 0, 5, 0, 2, 0},
	    {"type: f64, min: 0", 0, INFINITY, 0, 2, 0},
	    {"type: bits", 0, 65535, 0, 0, 0},
	    {"type: bits, length: 2", 0, 4294967295.0, 0, 0, 0},
	    {"type: enum, function: 1, access: rw", 0, 1, 1, 0, 5},
	    {"type: bits, function: 1, length: 8, access: rw", 0, 255, 1, 0, 15},
	    {"type: u16, function: 4", 0, 65535, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pl_parameter *parameter;
		const struct pl_profile *profile;
		struct profiled p;
		char text[300];

		snprintf(text, sizeof(text), PROFILE "  x: {register: 1, %s}\n", rows[i].keys);
		profile = profile_of(&p, text);
		parameter = profile->parameters;
		if (fabs(parameter->min - rows[i].min) > 1e-9 ||
		    (parameter->max != rows[i].max && fabs(parameter->max - rows[i].max) > 1e-9) ||
		    parameter->step != rows[i].step || parameter->digits != rows[i].digits ||
		    profile->rows[0].write_function != rows[i].write)
			fail_msg("%s: %g..%g step %g digits %d write %d", rows[i].keys,
				 parameter->min, parameter->max, parameter->step, parameter->digits,
				 profile->rows[0].write_function);
		unload_profiled(&p);
	}
}

static void instances_are_channels_of_the_device(void **state)
{
	struct profiled p;
	const struct pl_profile *profile = profile_of(
	    &p, PROFILE "  a: {register: 10, type: f32, instances: {count: 3, step: 80}}\n"
			"  b: {register: 1, type: u16}\n"
			"  c: {id: 7001, type: f32, instances: {count: 3}}\n");
	const struct pl_device *oven = &p.bench.bench->devices[0];

	(void)state;
	assert_int_equal(oven->spec.channel_count, 2);
	assert_string_equal(oven->spec.channels[0].name, "2");
	assert_string_equal(oven->spec.channels[1].name, "3");
	assert_int_equal(oven->spec.channels[1].id, 3);
	assert_true(isnan(oven->spec.channels[0].threshold));
	assert_ptr_equal(pl_device_rows(oven, -1), profile->parameters);
	assert_ptr_equal(pl_device_rows(oven, 0), profile->instanced);
	assert_int_equal(profile->instanced_count, 2);
	assert_string_equal(profile->instanced[1].name, "c");
	assert_int_equal(profile->instanced_rows[1], 2);
	assert_null(profile->instanced[2].name);
	assert_true(profile->rows[0].instances == 3 && profile->rows[0].instance_step == 80);
	assert_false(profile->rows[2].has_register);
	unload_profiled(&p);
}

static void two_devices_read_a_profile_once(void **state)
{
	struct profiled p;

	(void)state;
	load_profiled(&p, PROFILE "  a: {register: 10, type: f32}\n",
		      METER "  two: {driver: modbus, port: /tmp/line, unit: 2, profile: "
			    "./mine.yaml}\n",
		      NOTHING);
	assert_loads(&p.bench);
	assert_ptr_equal(p.bench.bench->devices[0].spec.profile,
			 p.bench.bench->devices[1].spec.profile);
	unload_profiled(&p);
}

static void a_profile_is_kept_as_it_was_read(void **state)
{
	static const char text[] = PROFILE "  a: {register: 10, type: f32} # once\n";
	const struct pl_profile *profile;
	struct profiled p;
	char sha256[PL_HASH_SIZE];

	(void)state;
	load_profiled(&p, text, METER, NOTHING);
	assert_loads(&p.bench);
	profile = p.bench.bench->devices[0].spec.profile;
	pl_hash_bytes(text, sizeof(text) - 1, sha256);
	assert_string_equal(profile->file, p.profile);
	assert_string_equal(profile->text, text);
	assert_string_equal(profile->sha256, sha256);
	unload_profiled(&p);
}

/* As a run that is resumed has it: what stands in the file now does not matter. */
static void a_stored_profile_takes_the_place_of_its_file(void **state)
{
	static const char then[] = PROFILE "  a: {register: 10, type: f32}\n";
	static const struct pl_stored_profile stored = {.device = "oven",
							.file = "/gone/mine.yaml",
							.text = then,
							.text_size = sizeof(then) - 1};
	struct pl_bench_request request = NOTHING;
	const struct pl_device *device;
	struct profiled p;

	(void)state;
	request.profiles = &stored;
	request.profile_count = 1;
	load_profiled(&p, PROFILE "  b: {register: 20, type: u16}\n",
		      METER "  two: {driver: modbus, port: /tmp/line, unit: 2, profile: "
			    "./mine.yaml}\n",
		      request);
	assert_loads(&p.bench);
	device = &p.bench.bench->devices[0];
	assert_string_equal(device->spec.parameters[0].name, "a");
	assert_string_equal(device->spec.profile->file, "/gone/mine.yaml");
	assert_string_equal(device->spec.profile->text, then);
	assert_string_equal(device->profile_name, "mine.yaml");
	assert_string_equal(p.bench.bench->devices[1].spec.parameters[0].name, "b");
	unload_profiled(&p);
}

static void the_profiles_of_the_program_are_good(void **state)
{
	static const struct {
		const char *name;
		size_t least, channels;
	} rows[] = {{"watlow-ez-zone-pm", 15, 1}, {"watlow-series-sd", 5, 0}, {"template", 8, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char text[300];

		snprintf(text, sizeof(text),
			 TOP "devices:\n  oven: {driver: modbus, port: /tmp/line, profile: %s}\n",
			 rows[i].name);
		load(&l, text);
		assert_loads(&l);
		assert_string_equal(l.bench->devices[0].spec.profile->name, rows[i].name);
		assert_true(l.bench->devices[0].spec.profile->count >= rows[i].least);
		assert_int_equal(l.bench->devices[0].spec.channel_count, rows[i].channels);
		unload(&l);
	}
}

static void the_ez_zone_is_as_its_manual_says(void **state)
{
	static const struct {
		const char *name;
		unsigned id, address, step;
	} rows[] = {
	    {"process_value", 4001, 360, 80},
	    {"input_error", 4002, 362, 80},
	    {"setpoint", 7001, 2160, 80},
	    {"manual_power", 7002, 2162, 80},
	    {"setpoint_low", 7003, 2164, 80},
	    {"setpoint_high", 7004, 2166, 80},
	    {"setpoint_in_force", 7007, 2172, 80},
	    {"control_mode", 8001, 1880, 70},
	    {"control_mode_active", 8002, 1882, 70},
	    {"heat_power", 8011, 1904, 70},
	    {"cool_power", 8014, 1906, 70},
	    {"alarm_high", 9001, 1480, 0},
	    {"alarm_low", 9002, 1482, 0},
	    {"alarm_state", 9009, 1496, 0},
	    {"word_order", 17043, 2488, 0},
	    {"unit_label", 17050, 2490, 0},
	    {"save_writes", 17051, 2494, 0},
	};
	const struct pl_profile *profile;
	struct loaded l;

	(void)state;
	load(&l,
	     TOP "devices:\n  oven: {driver: modbus, port: /tmp/x, profile: watlow-ez-zone-pm}\n");
	assert_loads(&l);
	profile = l.bench->devices[0].spec.profile;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pl_profile_row *row = row_of(profile, rows[i].name);

		assert_int_equal(row->id, rows[i].id);
		assert_int_equal(row->address, rows[i].address);
		assert_int_equal(row->instance_step, rows[i].step);
		assert_int_equal(row->registers, 2);
		assert_int_equal(row->word_order, PL_WORDS_LOW_HIGH);
	}
	assert_true(profile->order_high_low == 1330 && profile->order_low_high == 1331);
	assert_true(profile->volatile_on == 59 && profile->volatile_off == 106);
	assert_true(row_of(profile, "process_value")->valid_value == 61);
	assert_true(parameter_of(profile, "setpoint")->persistent);
	unload(&l);
}

static void a_simulated_bench_has_the_simulator_of_the_profile(void **state)
{
	struct pl_bench_request request = {.simulate = true};
	struct profiled p;

	(void)state;
	load_profiled(&p, "sim: kettle\n" PROFILE "  a: {register: 10, type: f32}\n", METER,
		      request);
	assert_loads(&p.bench);
	assert_string_equal(p.bench.bench->devices[0].port, "sim:kettle");
	unload_profiled(&p);
	/* That of the driver knows how it is spoken to, and has all addresses of the line. */
	load_profiled(&p, "sim: ezzone\n" PROFILE "  a: {register: 10, type: f32}\n",
		      METER
		      "  two: {driver: modbus, port: /tmp/line, unit: 20, profile: mine.yaml}\n"
		      "  far: {driver: modbus, port: /tmp/far, profile: mine.yaml}\n"
		      "  off: {driver: modbus, port: /tmp/off, profile: mine.yaml}\n",
		      request);
	assert_loads(&p.bench);
	assert_string_equal(p.bench.bench->devices[0].port, "sim:ezzone?bus=test&units=1,20");
	assert_string_equal(p.bench.bench->devices[1].port, "sim:ezzone?bus=test&units=1,20");
	assert_string_equal(p.bench.bench->devices[2].port, "sim:ezzone?bus=test");
	assert_string_equal(p.bench.bench->devices[3].port, "sim:ezzone?bus=test&name=off");
	unload_profiled(&p);
}

static void what_stands_for_no_value_is_what_a_float_is_taken_for(void **state)
{
	struct profiled p;
	const struct pl_profile *profile =
	    profile_of(&p, PROFILE "  x: {register: 10, type: f32, missing: [-999.9, 0.1]}\n");

	(void)state;
	assert_true(profile->rows[0].missing[0] == pl_number_of_float(-999.9F));
	assert_true(profile->rows[0].missing[1] == pl_number_of_float(0.1F));
	unload_profiled(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_register_and_a_type_are_enough),
	    cmocka_unit_test(every_key_goes_to_its_field),
	    cmocka_unit_test(a_counter_is_one_by_its_row_and_wraps_by_its_width),
	    cmocka_unit_test(limits_step_and_digits_follow_from_the_registers),
	    cmocka_unit_test(instances_are_channels_of_the_device),
	    cmocka_unit_test(two_devices_read_a_profile_once),
	    cmocka_unit_test(a_profile_is_kept_as_it_was_read),
	    cmocka_unit_test(a_stored_profile_takes_the_place_of_its_file),
	    cmocka_unit_test(the_profiles_of_the_program_are_good),
	    cmocka_unit_test(the_ez_zone_is_as_its_manual_says),
	    cmocka_unit_test(a_simulated_bench_has_the_simulator_of_the_profile),
	    cmocka_unit_test(what_stands_for_no_value_is_what_a_float_is_taken_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
