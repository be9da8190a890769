/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profiles of a run's devices: kept in its run.yaml, read back, held against their sums. */
#include "unit/store_writer.h"

#include "plateau/profile.h"
#include "store/run_read.h"
#include "store/verify.h"

static const char text[] = "profile: mine # as it was\nparameters:\n  sp: {register: 1}\n\n";

struct kept {
	struct fixture *f;
	struct pl_profile profiles[2];
	struct pl_device devices[4];
};

/* det without a profile, two ovens with one file, a chiller with its own. */
static struct kept keep(struct fixture *f)
{
	static const char other[] = "profile: other\n";
	struct kept kept = {
	    .f = f,
	    .profiles = {{.name = "mine", .file = "/lab/mine.yaml", .text = text},
			 {.name = "other", .file = "/lab/other.yaml", .text = other}},
	};
	static const char *const names[] = {"oven", "furnace", "chiller"};

	for (size_t i = 0; i < 2; i++)
		pl_hash_bytes(kept.profiles[i].text, strlen(kept.profiles[i].text),
			      kept.profiles[i].sha256);
	kept.devices[0] = f->device;
	for (size_t i = 0; i < 3; i++) {
		struct pl_device *device = &kept.devices[i + 1];

		*device = (struct pl_device){.driver = &f->driver, .port = "/dev/line"};
		pl_text_copy(device->spec.name, sizeof device->spec.name, names[i]);
	}
	return kept;
}

static char *write_run(struct kept *kept)
{
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	struct fixture *f = kept->f;
	struct pl_text yaml = {0};

	for (size_t i = 0; i < 3; i++)
		kept->devices[i + 1].spec.profile = &kept->profiles[i / 2];
	fixture_open(f);
	fixture_head(f);
	f->scan.device = &kept->devices[0];
	f->scan.set = "det.threshold";
	f->bench.devices = kept->devices;
	f->bench.device_count = 4;
	pl_run_yaml(&f->head, &status, &yaml);
	assert_int_equal(
	    pl_file_replace(&f->disk, f->head.folder.dir, "run.yaml", yaml.data, yaml.length, NULL),
	    PL_OK);
	return yaml.data;
}

static void a_run_keeps_the_text_of_each_profile(void **state)
{
	struct kept kept = keep(*state);
	char *yaml = write_run(&kept);
	struct pl_run_record record;
	struct pl_error error;

	assert_int_equal(pl_run_read(kept.f->head.folder.dir, &record, &error), PL_OK);
	assert_null(record.devices[0].profile_text);
	assert_string_equal(record.devices[0].profile_sha256, "");
	for (size_t i = 1; i < 3; i++) {
		assert_string_equal(record.devices[i].profile_text, text);
		assert_string_equal(record.devices[i].profile_file, "/lab/mine.yaml");
		assert_string_equal(record.devices[i].profile_sha256, kept.profiles[0].sha256);
	}
	assert_string_equal(record.devices[3].profile_text, "profile: other\n");
	assert_string_equal(record.bench_text, kept.f->bench.text);
	pl_run_record_fini(&record);
	free(yaml);
	pl_run_folder_close(&kept.f->head.folder);
}

static void a_text_that_devices_share_is_kept_once(void **state)
{
	struct kept kept = keep(*state);
	char *yaml = write_run(&kept), *first = strstr(yaml, "# as it was");

	assert_non_null(first);
	assert_null(strstr(first + 1, "# as it was"));
	assert_true(strstr(yaml, "\nplan:") < first);
	free(yaml);
	pl_run_folder_close(&kept.f->head.folder);
}

static void what_is_kept_is_offered_for_a_bench(void **state)
{
	struct kept kept = keep(*state);
	struct pl_stored_profile profiles[4];
	char *yaml = write_run(&kept);
	struct pl_run_record record;
	struct pl_error error;

	assert_int_equal(pl_run_read(kept.f->head.folder.dir, &record, &error), PL_OK);
	assert_int_equal(pl_run_record_profiles(&record, profiles), 3);
	assert_string_equal(profiles[0].device, "oven");
	assert_string_equal(profiles[1].device, "furnace");
	assert_string_equal(profiles[2].device, "chiller");
	assert_string_equal(profiles[1].file, "/lab/mine.yaml");
	assert_string_equal(profiles[1].text, text);
	assert_int_equal(profiles[1].text_size, sizeof text - 1);
	pl_run_record_fini(&record);
	free(yaml);
	pl_run_folder_close(&kept.f->head.folder);
}

/* run.yaml with the first `from` in it made `to`, which is as long. */
static void edit(const struct kept *kept, char *yaml, const char *from, const char *to)
{
	char *at = strstr(yaml, from);

	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	memcpy(at, to, strlen(to));
	assert_int_equal(pl_file_replace(&kept->f->disk, kept->f->head.folder.dir, "run.yaml", yaml,
					 strlen(yaml), NULL),
			 PL_OK);
}

static void a_run_whose_profile_is_gone_is_refused(void **state)
{
	struct kept kept = keep(*state);
	char *yaml = write_run(&kept);
	struct pl_run_record record;
	struct pl_error error;

	edit(&kept, yaml, "\nprofiles:", "\nprofilez:");
	assert_int_equal(pl_run_read(kept.f->head.folder.dir, &record, &error), PL_ERR_CONFIG);
	assert_non_null(strstr(error.text, "profile"));
	pl_run_record_fini(&record);
	free(yaml);
	pl_run_folder_close(&kept.f->head.folder);
}

static bool is_found(const struct pl_verdict *verdict, const char *what)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (strcmp(verdict->items[i].code, "profile") == 0 &&
		    strstr(verdict->items[i].text, what))
			return true;
	return false;
}

static void a_changed_profile_in_a_run_is_told(void **state)
{
	struct kept kept = keep(*state);
	char *yaml = write_run(&kept);
	struct pl_verdict verdict;
	struct pl_error error;

	assert_int_equal(pl_verify_run(kept.f->head.folder.path, &verdict, &error), PL_OK);
	assert_false(is_found(&verdict, "oven"));
	edit(&kept, yaml, "{register: 1}", "{register: 2}");
	assert_int_equal(pl_verify_run(kept.f->head.folder.path, &verdict, &error), PL_OK);
	assert_true(is_found(&verdict, "oven"));
	assert_false(is_found(&verdict, "chiller"));
	free(yaml);
	pl_run_folder_close(&kept.f->head.folder);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(a_run_keeps_the_text_of_each_profile),
	    CASE(a_text_that_devices_share_is_kept_once),
	    CASE(what_is_kept_is_offered_for_a_bench),
	    CASE(a_run_whose_profile_is_gone_is_refused),
	    CASE(a_changed_profile_in_a_run_is_told),
	};

	return cmocka_run_group_tests_name("store_profiles", tests, NULL, NULL);
}
