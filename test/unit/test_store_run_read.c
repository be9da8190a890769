/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stored run read back from its run.yaml. */
#include "unit/store_writer.h"

#include "store/run_read.h"

/* A folder that is open, with run.yaml as `status` makes it. */
static void store(struct fixture *f, const struct pl_run_status *status)
{
	struct pl_text text = {0};

	fixture_open(f);
	fixture_head(f);
	f->scan.set = "det.threshold";
	pl_run_yaml(&f->head, status, &text);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	pl_text_free(&text);
}

static struct pl_run_record recall(struct fixture *f)
{
	struct pl_run_record record;
	struct pl_error error;
	char line[700];

	if (pl_run_read(f->head.folder.dir, &record, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return record;
}

/* run.yaml with the first `from` in it made `to`. */
static void edit(struct fixture *f, const char *from, const char *to)
{
	char *text = fixture_file(f->head.folder.dir, "run.yaml"), *at = strstr(text, from);
	struct pl_text out = {0};

	assert_non_null(at);
	pl_text_add_bytes(&out, text, (size_t)(at - text));
	pl_text_add_string(&out, to);
	pl_text_add_string(&out, at + strlen(from));
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", out.data, out.length, NULL),
	    PL_OK);
	pl_text_free(&out);
	free(text);
}

static enum pl_status refusal(struct fixture *f, struct pl_error *error)
{
	struct pl_run_record record;
	enum pl_status status = pl_run_read(f->head.folder.dir, &record, error);

	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
	return status;
}

static void a_run_comes_back_as_it_was_written(void **state)
{
	static const struct pl_override overrides[] = {{"scans.threshold.dwell.time", "2 s"}};
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;

	f->bench.overrides = overrides;
	f->bench.override_count = 1;
	status.done = 2;
	status.durable = 1;
	status.restore[2] = 295;
	status.channels[0] = (struct pl_channel_result){.scanned = true, .ok = 2};
	pl_text_copy(status.channels[2].error, sizeof status.channels[2].error, "no echo");
	status.parts[PL_RUN_POINTS] = 2;
	status.identity = (struct pl_identity){.model = "x",
					       .firmware = "1.2",
					       .serial = "AA",
					       .protocol = "text",
					       .reads_back = true};
	pl_text_copy(status.port, sizeof status.port, "/dev/ttyUSB0");
	store(f, &status);
	struct pl_run_record record = recall(f);

	assert_string_equal(record.uid, f->head.folder.uid);
	assert_string_equal(record.name, f->head.folder.name);
	assert_int_equal(record.number, 1);
	assert_string_equal(record.kind, "scan");
	assert_string_equal(record.scan, "threshold");
	assert_string_equal(record.set, "det.threshold");
	assert_string_equal(record.bench, "cosmic_1");
	assert_string_equal(record.bench_file, "/etc/bench.yaml");
	assert_string_equal(record.bench_text, f->bench.text);
	assert_string_equal(record.bench_sha256, f->bench.sha256);
	assert_int_equal(record.override_count, 1);
	assert_string_equal(record.overrides[0].value, "2 s");
	assert_string_equal(record.label, f->head.label);
	assert_string_equal(record.boot_id, f->head.boot_id);
	assert_int_equal(record.pid, 99);
	assert_true(record.created_utc_ns == FIXTURE_UTC_NS);
	assert_int_equal(record.created_mono_ns, 1234);
	assert_int_equal(record.started_mono_ns, 5678);
	assert_true(record.finished_utc_ns == 0);
	assert_int_equal(record.state, PL_RUN_RUNNING);
	assert_int_equal(record.exit, -1);
	assert_int_equal(record.planned, 4);
	assert_int_equal(record.done, 2);
	assert_int_equal(record.durable, 1);
	assert_int_equal(record.parts[PL_RUN_POINTS], 2);
	assert_int_equal(record.parts[PL_RUN_AUDIT], 1);
	assert_string_equal(record.device->name, "det");
	assert_string_equal(record.device->port, "/dev/ttyUSB0");
	assert_string_equal(record.device->identity.firmware, "1.2");
	assert_true(record.device->identity.reads_back);
	assert_int_equal(record.device->channel_count, 3);
	assert_true(isnan(record.device->channels[1].threshold));
	assert_int_equal(record.restore_count, 1);
	assert_string_equal(record.restore[0].path, "det.btm.threshold");
	assert_true(record.restore[0].value == 295);
	assert_true(record.channels[0].scanned);
	assert_int_equal(record.channels[0].ok, 2);
	assert_string_equal(record.channels[2].error, "no echo");
	assert_false(record.has_seed);
	assert_int_equal(record.plan_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(record.plan[i].index, f->plan[i].index);
		assert_int_equal(record.plan[i].channel, f->plan[i].channel);
		assert_int_equal(record.plan[i].repeat, f->plan[i].repeat);
		assert_int_equal(record.plan[i].pass, f->plan[i].pass);
		assert_true(record.plan[i].set == f->plan[i].set);
	}
	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
}

static void each_resume_keeps_its_own_boot_and_clocks(void **state)
{
	struct pl_run_resume resume = {.boot_id = "another",
				       .host = "pc",
				       .version = "0.2",
				       .pid = 7,
				       .utc_ns = FIXTURE_UTC_NS,
				       .mono_ns = 55};
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;

	fixture_open(f);
	fixture_head(f);
	f->head.resumes = &resume;
	f->head.resume_count = 1;
	struct pl_text text = {0};
	pl_run_yaml(&f->head, &status, &text);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	pl_text_free(&text);
	struct pl_run_record record = recall(f);

	assert_int_equal(record.resume_count, 1);
	assert_string_equal(record.resumes[0].boot_id, "another");
	assert_int_equal(record.resumes[0].pid, 7);
	assert_int_equal(record.resumes[0].mono_ns, 55);
	assert_true(record.resumes[0].utc_ns == FIXTURE_UTC_NS);
	assert_string_equal(record.boot_id, f->head.boot_id);
	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
}

static void case_88_a_newer_run_is_read_only(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct pl_error error;

	store(*state, &status);
	edit(*state, "run: 1\n", "run: 2\n");
	assert_int_equal(refusal(*state, &error), PL_ERR_VERSION);
	assert_non_null(strstr(error.text, "newer plateau"));
}

static void a_key_of_a_later_version_is_passed_by(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;

	store(f, &status);
	edit(f, "\nplan:", "\nweather: {sun: [1, 2]}\nplan:");
	struct pl_run_record record = recall(f);
	assert_int_equal(record.plan_count, 4);
	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
}

static void what_is_broken_is_named_with_its_place(void **state)
{
	static const struct {
		const char *from, *to, *word;
	} cases[] = {
	    {"state: running", "state: asleep", "state"},
	    {"planned: 4", "planned: four", "whole number"},
	    {"started_at: ", "started_at: x", "UTC"},
	    {"bench_text: ", "bench_tex: ", "bench_text"},
	    {"channel: btm\n  repeat", "channel: bottom\n  repeat", "channel"},
	    {"first_index: 3", "first_index: 0", "index"},
	    {"uid: ", "uid: 0", "uid"},
	    {"device: det", "device: dot", "device"},
	};
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;
	struct pl_error error;

	fixture_open(f);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pl_text text = {0};

		fixture_head(f);
		pl_run_yaml(&f->head, &status, &text);
		assert_int_equal(pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml",
						 text.data, text.length, NULL),
				 PL_OK);
		pl_text_free(&text);
		edit(f, cases[i].from, cases[i].to);
		assert_int_equal(refusal(f, &error), PL_ERR_CONFIG);
		if (!strstr(error.text, cases[i].word) || strncmp(error.where, "run.yaml:", 9) != 0)
			fail_msg("%s: %s: %s", cases[i].to, error.where, error.text);
	}
}

static void a_cut_file_and_a_missing_one_are_refused(void **state)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = *state;
	struct pl_run_record record;
	struct pl_error error;

	store(f, &status);
	char *text = fixture_file(f->head.folder.dir, "run.yaml");
	for (size_t length = 0; length < strlen(text); length += 97) {
		assert_int_equal(
		    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text, length, NULL),
		    PL_OK);
		enum pl_status result = pl_run_read(f->head.folder.dir, &record, &error);
		if (length < (size_t)(strstr(text, "bench_text") - text))
			assert_int_equal(result, PL_ERR_CONFIG);
		pl_run_record_fini(&record);
	}
	free(text);
	assert_int_equal(unlinkat(f->head.folder.dir, "run.yaml", 0), 0);
	assert_int_equal(refusal(f, &error), PL_ERR_NOT_FOUND);
}

static void a_plan_of_a_hundred_thousand_points_is_read(void **state)
{
	enum { POINTS = 120000 };
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct pl_planned *plan = calloc(POINTS, sizeof *plan);
	struct fixture *f = *state;

	assert_non_null(plan);
	for (uint32_t i = 0; i < POINTS; i++)
		plan[i] = (struct pl_planned){.index = i + 1, .repeat = 1, .set = i % 1024};
	fixture_open(f);
	fixture_head(f);
	f->head.plan = plan;
	f->head.plan_count = POINTS;
	struct pl_text text = {0};
	pl_run_yaml(&f->head, &status, &text);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", text.data, text.length, NULL),
	    PL_OK);
	pl_text_free(&text);
	struct pl_run_record record = recall(f);
	assert_int_equal(record.plan_count, POINTS);
	assert_true(record.plan[POINTS - 1].set == (POINTS - 1) % 1024);
	pl_run_record_fini(&record);
	pl_run_folder_close(&f->head.folder);
	free(plan);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(a_run_comes_back_as_it_was_written),
	    CASE(each_resume_keeps_its_own_boot_and_clocks),
	    CASE(case_88_a_newer_run_is_read_only),
	    CASE(a_key_of_a_later_version_is_passed_by),
	    CASE(what_is_broken_is_named_with_its_place),
	    CASE(a_cut_file_and_a_missing_one_are_refused),
	    CASE(a_plan_of_a_hundred_thousand_points_is_read),
	};

	return cmocka_run_group_tests_name("store_run_read", tests, NULL, NULL);
}
