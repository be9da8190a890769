/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan of a run and what it puts back, written into run.yaml and read again. */
#include "unit/store_fixture.h"

#include "store/run_again.h"
#include "store/run_read.h"

static char *yaml_of(struct fixture *f, const struct pl_run_status *status)
{
	struct pl_text text = {0};

	if (!f->workspace.path[0]) {
		fixture_open(f);
		fixture_head(f);
	}
	pl_run_yaml(&f->head, status, &text);
	return text.data;
}

static struct pl_run_record read_back(struct fixture *f, const char *yaml)
{
	struct pl_run_record record;
	struct pl_error error;
	char line[700];

	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", yaml, strlen(yaml), NULL),
	    PL_OK);
	if (pl_run_read(f->head.folder.dir, &record, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return record;
}

static size_t occurrences(const char *text, const char *word)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		count++;
	return count;
}

static void assert_comes_back(const struct pl_run_record *record, const struct pl_planned *plan,
			      size_t count)
{
	assert_int_equal(record->plan_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(record->plan[i].index, plan[i].index);
		assert_int_equal(record->plan[i].channel, plan[i].channel);
		assert_int_equal(record->plan[i].repeat, plan[i].repeat);
		assert_int_equal(record->plan[i].pass, plan[i].pass);
		assert_true(record->plan[i].set == plan[i].set);
	}
}

/* This plan comes back, from so many groups of which the first has this text. */
static void round_trip(struct fixture *f, const struct pl_planned *plan, size_t count,
		       size_t groups, const char *text)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	char *first = yaml_of(f, &status), *yaml;

	free(first);
	f->head.plan = plan;
	f->head.plan_count = count;
	yaml = yaml_of(f, &status);
	struct pl_run_record record = read_back(f, yaml);
	assert_comes_back(&record, plan, count);
	assert_int_equal(occurrences(yaml, "first_index"), groups);
	if (!strstr(yaml, text))
		fail_msg("%s", strstr(yaml, "\nplan:"));
	free(yaml);
	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
}

#define PLACE(i, c, r, p, s)                                                                       \
	{                                                                                          \
		.index = i, .channel = c, .repeat = r, .pass = p, .set = s                         \
	}

static void a_serial_plan_has_a_group_for_each_pass(void **state)
{
	static const struct pl_planned plan[] = {
	    PLACE(1, 0, 1, PL_PASS_UP, 290),	 PLACE(2, 0, 1, PL_PASS_UP, 300.5),
	    PLACE(3, 0, 1, PL_PASS_DOWN, 300.5), PLACE(4, 0, 1, PL_PASS_DOWN, 290),
	    PLACE(5, 0, 2, PL_PASS_UP, 290),	 PLACE(6, 2, 1, PL_PASS_UP, -1),
	    PLACE(7, 2, 1, PL_PASS_CHECK, -1),
	};

	round_trip(*state, plan, 7, 5, "set: [290, 300.5]");
}

static void a_parallel_pass_is_one_group(void **state)
{
	static const struct pl_planned plan[] = {
	    PLACE(1, 2, 1, PL_PASS_UP, 290),	PLACE(1, 0, 1, PL_PASS_UP, 280),
	    PLACE(2, 2, 1, PL_PASS_UP, 300),	PLACE(2, 0, 1, PL_PASS_UP, 285),
	    PLACE(3, 2, 1, PL_PASS_UP, 310),	PLACE(3, 0, 1, PL_PASS_UP, 290),
	    PLACE(4, 2, 1, PL_PASS_CHECK, 290), PLACE(4, 0, 1, PL_PASS_CHECK, 280),
	};

	round_trip(*state, plan, 8, 2,
		   "  first_index: 1\n"
		   "  channels:\n"
		   "    btm: [290, 300, 310]\n"
		   "    top: [280, 285, 290]\n");
}

static void passes_of_other_channels_are_groups_of_their_own(void **state)
{
	static const struct pl_planned plan[] = {
	    PLACE(1, 0, 1, PL_PASS_NONE, 290), PLACE(1, 1, 1, PL_PASS_NONE, 280),
	    PLACE(2, 0, 1, PL_PASS_NONE, 300), PLACE(2, 1, 1, PL_PASS_NONE, 285),
	    PLACE(2, 2, 1, PL_PASS_NONE, 7),   PLACE(3, 1, 1, PL_PASS_NONE, 300),
	    PLACE(3, 0, 1, PL_PASS_NONE, 285), PLACE(4, 0, 1, PL_PASS_NONE, 1),
	    PLACE(6, 0, 1, PL_PASS_NONE, 2),   PLACE(7, 0, 1, PL_PASS_NONE, 3),
	    PLACE(7, 1, 1, PL_PASS_NONE, 4),
	};

	round_trip(*state, plan, 11, 6, "channels:");
}

static void an_axis_of_no_channel_comes_back(void **state)
{
	static const struct pl_planned plan[] = {
	    PLACE(1, -1, 1, PL_PASS_UP, 20.5),
	    PLACE(2, -1, 1, PL_PASS_UP, 25),
	    PLACE(3, -1, 1, PL_PASS_CHECK, 20.5),
	};

	round_trip(*state, plan, 3, 2, "channel: null");
}

/* As the versions before wrote a parallel pass: a group for each place, a line for each value. */
static void the_form_of_before_is_still_read(void **state)
{
	static const struct pl_planned plan[] = {
	    PLACE(1, 0, 1, PL_PASS_UP, 290),
	    PLACE(1, 2, 1, PL_PASS_UP, 280),
	    PLACE(2, 0, 1, PL_PASS_UP, 300),
	    PLACE(2, 2, 1, PL_PASS_UP, 281),
	};
	static const char old[] =
	    "\nplan:\n"
	    "- {channel: top, repeat: 1, pass: up, first_index: 1, set: [290]}\n"
	    "- {channel: btm, repeat: 1, pass: up, first_index: 1, set: [280]}\n"
	    "- {channel: top, repeat: 1, pass: up, first_index: 2, set: [300]}\n"
	    "- channel: btm\n  repeat: 1\n  pass: up\n  first_index: 2\n  set:\n  - 281\n";
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	char *yaml = yaml_of(*state, &status), *from = strstr(yaml, "\nplan:");
	struct pl_text text = {0};

	pl_text_add_bytes(&text, yaml, (size_t)(from - yaml));
	pl_text_add_string(&text, old);
	pl_text_add_string(&text, strstr(yaml, "bench_text:"));
	struct pl_run_record record = read_back(*state, text.data);
	assert_comes_back(&record, plan, 4);
	pl_run_record_fini(&record);
	pl_text_free(&text);
	free(yaml);
	pl_run_folder_close(&((struct fixture *)*state)->head.folder);
}

static void lists_of_two_lengths_are_refused(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;
	char *yaml = yaml_of(f, &status), *from = strstr(yaml, "\nplan:");
	struct pl_run_record record;
	struct pl_error error;
	struct pl_text text = {0};

	pl_text_add_bytes(&text, yaml, (size_t)(from - yaml));
	pl_text_add_string(&text, "\nplan:\n- repeat: 1\n  pass: up\n  first_index: 1\n"
				  "  channels: {top: [1, 2], btm: [3]}\n");
	pl_text_add_string(&text, strstr(yaml, "bench_text:"));
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	assert_int_equal(pl_run_read(f->head.folder.dir, &record, &error), PL_ERR_CONFIG);
	assert_non_null(strstr(error.text, "as many settings"));
	pl_run_record_fini(&record);
	pl_text_free(&text);
	free(yaml);
	pl_run_folder_close(&f->head.folder);
}

/* The device that is set need not be the one that counts. */
static void what_is_put_back_on_another_device_is_known_by_its_path(void **state)
{
	static const struct pl_parameter parameter = {.name = "setpoint"};
	static const struct pl_planned plan[] = {PLACE(1, -1, 1, PL_PASS_UP, 20.5)};
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING), again;
	const struct pl_points_state points = {.count = 0};
	struct fixture *f = *state;
	struct pl_device devices[2] = {f->device, {.spec = {.name = "oven"}, .driver = &f->driver}};

	f->bench.devices = devices;
	f->bench.device_count = 2;
	f->scan.device = &devices[0];
	f->scan.axis_kind = PL_AXIS_ONE;
	f->scan.axis = (struct pl_target){.device = 1, .channel = -1, .parameter = 0};
	f->scan.axis_parameter = &parameter;
	f->scan.set = "oven.1.setpoint"; /* as its writer liked it */
	free(yaml_of(f, &status));
	f->head.plan = plan;
	f->head.plan_count = 1;
	status.restore[0] = 23.5;
	status.restore_confirmed[0] = true;
	char *yaml = yaml_of(f, &status);
	struct pl_run_record record = read_back(f, yaml);
	assert_int_equal(record.restore_count, 1);
	assert_string_equal(record.restore[0].path, "oven.setpoint");
	pl_run_again_status(&record, &points, &f->head, &again);
	assert_true(again.restore[0] == 23.5);
	assert_true(again.restore_confirmed[0]);
	assert_true(isnan(again.restore[1]));
	pl_run_record_fini(&record);
	free(yaml);
	pl_run_folder_close(&f->head.folder);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(a_serial_plan_has_a_group_for_each_pass),
	    CASE(a_parallel_pass_is_one_group),
	    CASE(passes_of_other_channels_are_groups_of_their_own),
	    CASE(an_axis_of_no_channel_comes_back),
	    CASE(the_form_of_before_is_still_read),
	    CASE(lists_of_two_lengths_are_refused),
	    CASE(what_is_put_back_on_another_device_is_known_by_its_path),
	};

	return cmocka_run_group_tests_name("store_run_plan", tests, NULL, NULL);
}
