/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.yaml and the result object. */
#include "unit/store_fixture.h"

#include "base/yaml.h"

static struct pl_yaml *written(struct fixture *f, const struct pl_run_status *status)
{
	struct pl_text text = {0};
	struct pl_yaml *yaml = NULL;
	struct pl_error error;

	fixture_open(f);
	fixture_head(f);
	pl_run_yaml(&f->head, status, &text);
	if (pl_yaml_parse("run.yaml", text.data, text.length, &yaml, &error))
		fail_msg("%s %s\n%s", error.where, error.text, text.data);
	pl_text_free(&text);
	pl_run_folder_close(&f->head.folder);
	return yaml;
}

static void run_yaml_says_who_what_and_when(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_PREPARING);
	struct fixture *f = *state;
	struct pl_yaml *yaml = written(f, &status);
	const struct pl_yaml_node *root = pl_yaml_root(yaml);
	const struct pl_yaml_node *times = pl_yaml_get(root, "times");

	assert_string_equal(pl_yaml_get_text(root, "run", ""), "2026-11-21/run_0001");
	assert_string_equal(pl_yaml_get_text(root, "uid", ""), f->head.folder.uid);
	assert_string_equal(pl_yaml_get_text(root, "state", ""), "preparing");
	assert_string_equal(pl_yaml_get_text(root, "bench_file", ""), "/etc/bench.yaml");
	assert_string_equal(pl_yaml_get_text(root, "bench_sha256", ""), f->bench.sha256);
	assert_string_equal(pl_yaml_get_text(root, "bench_text", ""), f->bench.text);
	assert_string_equal(pl_yaml_get_text(root, "label", ""), f->head.label);
	assert_true(pl_yaml_is_null(pl_yaml_get(root, "exit")));
	assert_true(pl_yaml_is_null(pl_yaml_get(root, "reason")));
	assert_string_equal(pl_yaml_get_text(times, "created_at", ""), "2026-11-21T10:52:06.123Z");
	assert_int_equal(pl_yaml_get_integer(times, "started_mono_ns", 0), 5678);
	assert_true(pl_yaml_is_null(pl_yaml_get(times, "finished_at")));
	pl_yaml_free(yaml);
}

static void run_yaml_holds_the_whole_plan_in_groups(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct pl_yaml *yaml = written(*state, &status);
	const struct pl_yaml_node *plan = pl_yaml_get(pl_yaml_root(yaml), "plan");

	assert_int_equal(plan->count, 2);
	assert_string_equal(pl_yaml_get_text(plan->first, "channel", ""), "top");
	assert_int_equal(pl_yaml_get_integer(plan->first->next, "first_index", 0), 3);
	assert_string_equal(pl_yaml_get_text(plan->first->next, "channel", ""), "btm");
	assert_int_equal(pl_yaml_get(plan->first, "set")->count, 2);
	assert_string_equal(pl_yaml_get(plan->first, "set")->first->next->text, "252");
	pl_yaml_free(yaml);
}

static void only_known_restore_values_are_written(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);

	status.restore[2] = 295;
	status.restore_confirmed[2] = true;
	struct pl_yaml *yaml = written(*state, &status);
	const struct pl_yaml_node *restore = pl_yaml_get(pl_yaml_root(yaml), "restore");

	assert_int_equal(restore->count, 1);
	assert_string_equal(pl_yaml_get_text(restore->first, "channel", ""), "btm");
	assert_int_equal(pl_yaml_get_integer(restore->first, "value", 0), 295);
	pl_yaml_free(yaml);
}

static void the_result_object_has_every_key_and_stands_in_run_yaml(void **state)
{
	static const char *const keys[] = {"success",  "scanned_channels",
					   "files",    "errors",
					   "channels", "run",
					   "path",     "state",
					   "exit",     "reason"};
	struct pl_run_status status = fixture_status(PL_RUN_FINISHED);
	struct fixture *f = *state;

	status.exit = 4;
	status.channels[0] = (struct pl_channel_result){.scanned = true, .ok = 2};
	pl_text_copy(status.channels[2].error, PL_RUN_TEXT_SIZE, "suppress unconfirmed");
	status.parts[PL_RUN_POINTS] = 2;
	struct pl_yaml *yaml = written(f, &status);
	struct pl_json *result = pl_run_result_json(&f->head, &status);
	const struct pl_yaml_node *stored = pl_yaml_get(pl_yaml_root(yaml), "result");

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		assert_non_null(pl_json_get(result, keys[i]));
		assert_non_null(pl_yaml_get(stored, keys[i]));
	}
	const struct pl_json *channels = pl_json_get(result, "channels");
	assert_int_equal(pl_json_size(pl_json_get(result, "scanned_channels")), 1);
	assert_int_equal(pl_json_size(channels), 2);
	assert_true(pl_json_is_null(pl_json_get(pl_json_at(channels, 0), "error")));
	assert_int_equal(pl_json_get_integer(pl_json_at(channels, 0), "points_ok", -1), 2);
	assert_string_equal(pl_json_get_text(pl_json_at(channels, 1), "error", ""),
			    "suppress unconfirmed");
	assert_string_equal(pl_json_text(pl_json_at(pl_json_get(result, "errors"), 0), ""),
			    "btm: suppress unconfirmed");
	assert_string_equal(pl_json_text(pl_json_at(pl_json_get(result, "files"), 0), ""),
			    "scan_results_ch1.csv");
	assert_string_equal(pl_json_text(pl_json_at(pl_json_get(result, "files"), 3), ""),
			    "points.2.csv");
	assert_string_equal(
	    pl_yaml_get_text(stored, "success", ""),
	    pl_yaml_get_text(pl_yaml_root(yaml), "simulated", "")[0] == 'f' ? "true" : "yes");
	assert_int_equal(pl_yaml_get_integer(stored, "exit", -1), 4);
	pl_json_free(result);
	pl_yaml_free(yaml);
}

static void every_state_has_a_name_and_three_are_over(void **state)
{
	int over = 0;

	(void)state;
	for (int i = PL_RUN_DRAFT; i <= PL_RUN_CRASHED; i++) {
		assert_true(strlen(pl_run_state_name((enum pl_run_state)i)) > 4);
		over += pl_run_state_is_over((enum pl_run_state)i);
	}
	assert_int_equal(over, 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(run_yaml_says_who_what_and_when),
	    CASE(run_yaml_holds_the_whole_plan_in_groups),
	    CASE(only_known_restore_values_are_written),
	    CASE(the_result_object_has_every_key_and_stands_in_run_yaml),
	    CASE(every_state_has_a_name_and_three_are_over),
	};

	return cmocka_run_group_tests_name("store_run", tests, NULL, NULL);
}
