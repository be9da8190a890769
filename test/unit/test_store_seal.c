/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seals of a run's files: what they name, and what they leave open. */
#include "unit/store_verify.h"

#include "store/reading.h"
#include "store/seal.h"

#include <errno.h>

static void finished_run(struct fixture *f)
{
	struct bench_run run = begin(f);

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	end(&run);
	assert_findings(f, 0, 0);
}

/* Exactly this finding. */
static void assert_named(const struct fixture *f, bool is_bad, const char *code, const char *where)
{
	struct pl_verdict verdict = verdict_of(f);

	for (size_t i = 0; i < verdict.count; i++)
		if (verdict.items[i].is_bad == is_bad && strcmp(verdict.items[i].code, code) == 0 &&
		    strcmp(verdict.items[i].where, where) == 0)
			return;
	for (size_t i = 0; i < verdict.count; i++)
		print_message("%s: %s: %s\n", verdict.items[i].code, verdict.items[i].where,
			      verdict.items[i].text);
	fail_msg("nothing is %s at %s", code, where);
}

/* Replaces the first `from` behind the n-th line of a file by `to`, or the whole line when from is
 * NULL. */
static void edit(const struct fixture *f, const char *name, int line, const char *from,
		 const char *to)
{
	int dir = folder_of(f);
	char *text = fixture_file(dir, name), *at = text;
	struct pl_text out = {0};
	size_t length;

	while (--line)
		at = strchr(at, '\n') + 1;
	length = strcspn(at, "\n") + 1;
	if (from) {
		at = strstr(at, from);
		assert_non_null(at);
		length = strlen(from);
	}
	pl_text_add_bytes(&out, text, (size_t)(at - text));
	pl_text_add_string(&out, to);
	pl_text_add_string(&out, at + length);
	replace(dir, name, out.data);
	pl_text_free(&out);
	free(text);
	close(dir);
}

static char *line_of_file(const struct fixture *f, const char *name, int line)
{
	int dir = folder_of(f);
	char *text = fixture_file(dir, name), *at = text, *out;

	while (--line)
		at = strchr(at, '\n') + 1;
	out = strndup(at, strcspn(at, "\n") + 1);
	free(text);
	close(dir);
	return out;
}

static void a_row_edited_in_all_its_places_is_named(void **state)
{
	finished_run(*state);
	/* hits, rate and scan_results agree, and more events is nothing impossible */
	edit(*state, "points.csv", 3, ",12,5,", ",13,5,");
	assert_findings(*state, 1, 1);
	assert_named(*state, true, "edited", "points.csv:3");
}

static void a_removed_row_is_named(void **state)
{
	finished_run(*state);
	edit(*state, "points.csv", 4, NULL, "");
	assert_named(*state, true, "removed", "points.csv:4");
}

static void a_removed_last_row_is_told(void **state)
{
	finished_run(*state);
	edit(*state, "points.csv", 5, NULL, "");
	assert_named(*state, true, "removed", "points.csv");
}

static void a_row_added_at_the_end_is_named(void **state)
{
	char *row;

	finished_run(*state);
	row = line_of_file(*state, "points.csv", 5);
	int dir = folder_of(*state);
	int fd = openat(dir, "points.csv", O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, row, strlen(row)), strlen(row));
	close(fd);
	close(dir);
	free(row);
	assert_named(*state, true, "added", "points.csv:6");
}

static void a_row_put_in_is_named(void **state)
{
	char *row, both[2000];

	finished_run(*state);
	row = line_of_file(*state, "points.csv", 3);
	snprintf(both, sizeof both, "%s%s", row, row);
	edit(*state, "points.csv", 3, NULL, both);
	free(row);
	assert_named(*state, true, "added", "points.csv:4");
}

static void an_edited_header_is_told(void **state)
{
	finished_run(*state);
	edit(*state, "points.csv", 1, "det.temperature.mean[C]", "det.temperature.mean[K]");
	assert_named(*state, true, "edited", "points.csv");
}

static void a_file_that_was_sealed_is_missed(void **state)
{
	finished_run(*state);
	int dir = folder_of(*state);
	assert_int_equal(unlinkat(dir, "settings.csv", 0), 0);
	close(dir);
	assert_named(*state, true, "missing", "settings.csv");
}

static void a_time_of_an_operation_is_held_too(void **state)
{
	finished_run(*state);
	edit(*state, "threshold_operations.csv", 2, "10:52", "10:53");
	assert_findings(*state, 1, 1);
	assert_named(*state, true, "edited", "threshold_operations.csv");
}

static void an_edit_while_the_run_goes_on_is_not_sealed(void **state)
{
	struct bench_run run = begin(*state);

	measure(&run, 250);
	measure(&run, 250);
	int dir = folder_of(*state); /* in place, as an editor of bytes does */
	char *text = fixture_file(dir, "points.csv");
	size_t at = (size_t)(strstr(text, ",12,5,") - text) + 2;
	int fd = openat(dir, "points.csv", O_WRONLY);
	assert_int_equal(pwrite(fd, "3", 1, (off_t)at), 1);
	close(fd);
	free(text);
	close(dir);
	measure(&run, 250);
	end(&run);
	assert_named(*state, true, "edited", "points.csv:2");
}

static void case_20_the_rows_of_a_crash_are_said_not_to_be_sealed(void **state)
{
	struct bench_run run = begin(*state);

	measure(&run, 250);
	must(run.writer, status_message(PL_WRITE_STATUS, PL_RUN_PAUSED, 1));
	measure(&run, 250);
	measure(&run, 250);
	kill_it(&run);
	assert_int_equal(verdict_of(*state).bad, 0);
	assert_named(*state, false, "unsealed", "points.csv:3");
	edit(*state, "points.csv", 2, ",12,5,", ",13,5,"); /* the one that is */
	assert_named(*state, true, "edited", "points.csv:2");
}

static void what_was_sealed_before_a_crash_holds_behind_it(void **state)
{
	struct bench_run run = begin(*state);

	measure(&run, 250);
	must(run.writer, status_message(PL_WRITE_STATUS, PL_RUN_PAUSED, 1));
	measure(&run, 250);
	kill_it(&run);
	edit(*state, "points.csv", 2, ",12,5,", ",13,5,");
	take_up(&run);
	measure(&run, 250);
	measure(&run, 250);
	end(&run);
	assert_named(*state, true, "edited", "points.csv:2");
}

static void a_run_taken_up_again_is_sealed_again(void **state)
{
	struct bench_run run = begin(*state);

	must(run.writer, stray_message());
	measure(&run, 250);
	measure(&run, 250);
	kill_it(&run);
	take_up(&run);
	measure(&run, 250);
	measure(&run, 250);
	end(&run);
	assert_findings(*state, 0, 0);
	edit(*state, "device.log", 1, "DEBUG", "DEBUB");
	assert_named(*state, true, "edited", "device.log");
	edit(*state, "points.csv", 5, ",12,5,", ",13,5,");
	assert_named(*state, true, "edited", "points.csv:5");
}

static void wait_until_durable(struct bench_run *run)
{
	int64_t behind_ns = 1;

	while (behind_ns > 0) {
		pl_writer_durable(run->writer, &behind_ns);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
}

/* The first sync after a point is that of points.csv. */
static void leave_points(struct bench_run *run)
{
	const struct pl_fault_plan plan = {.ops = PL_FILE_SYNC, .number = EIO};
	struct fixture *f = run->f;
	struct pl_write point = point_message(run->done + 1, PL_POINT_OK);

	wait_until_durable(run);
	point.point.set = point.point.applied = f->plan[run->done].set;
	pl_disk_set_plan(&f->disk, &plan);
	must(run->writer, point);
	run->done++;
	wait_until_durable(run);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	assert_true(pl_store_exists(f->head.folder.dir, "points.2.csv"));
}

static void case_09_a_part_that_was_left_holds_and_takes_no_more(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	char *row;

	measure(&run, 250);
	must(run.writer, status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 1));
	leave_points(&run);
	measure(&run, 250);
	end(&run);
	assert_findings(f, 0, 0);
	row = line_of_file(f, "points.csv", 2);
	int dir = folder_of(f);
	int fd = openat(dir, "points.csv", O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, row, strlen(row)), strlen(row));
	close(fd);
	close(dir);
	free(row);
	assert_named(f, true, "added", "points.csv:4");
	edit(f, "points.2.csv", 3, ",12,5,", ",13,5,");
	assert_named(f, true, "edited", "points.2.csv:3");
}

static void case_13_a_file_taken_away_while_it_was_written_is_said(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;

	measure(&run, 250);
	must(run.writer, status_message(PL_WRITE_STATUS, PL_RUN_PAUSED, 1));
	replace(f->head.folder.dir, "foreign", "something else\n");
	assert_int_equal(
	    renameat(f->head.folder.dir, "foreign", f->head.folder.dir, "settings.csv"), 0);
	struct pl_write setting = a_message(PL_WRITE_SETTING, PL_BOOK_RUN);
	setting.setting = (struct pl_setting){
	    .when = "end", .path = "det.top.threshold", .value = {.number = 1}, .unit = ""};
	must(run.writer, setting);
	measure(&run, 250);
	end(&run);
	assert_int_equal(verdict_of(f).bad, 0);
	assert_named(f, false, "replaced", "settings.csv");
	edit(f, "settings.2.csv", 2, "end", "and");
	assert_named(f, true, "edited", "settings.2.csv");
}

/* 70 rows make three audit rows that tell of them. */
static void every_row_of_a_long_run_can_be_named(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;

	for (uint32_t i = 0; i < 70; i++) {
		struct pl_write point = point_message(1 + i % 4, PL_POINT_OK);

		point.point.attempt = 1 + i / 4;
		must(run.writer, point);
	}
	run.done = 4;
	end(&run);
	static const int rows[] = {2, 33, 34, 65, 71};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char where[32];

		edit(f, "points.csv", rows[i], ",12,5,", ",13,5,");
		snprintf(where, sizeof where, "points.csv:%d", rows[i]);
		assert_named(f, true, "edited", where);
		edit(f, "points.csv", rows[i], ",13,5,", ",12,5,");
	}
}

static void a_seal_is_read_as_it_is_written(void **state)
{
	struct pl_seal seal;
	char text[PL_SEAL_TEXT], name[128], hash[PL_HASH_SIZE], wanted[PL_HASH_SIZE];
	uint64_t size;

	(void)state;
	pl_seal_begin(&seal);
	pl_seal_add(&seal, "ab", 2);
	pl_seal_add(&seal, "c", 1);
	pl_seal_text("points.2.csv", &seal, text);
	assert_string_equal(
	    text,
	    "points.2.csv 3 bytes sha256 "
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180 */
	assert_true(pl_seal_parse(text, name, &size, hash));
	pl_hash_bytes("abc", 3, wanted);
	assert_string_equal(name, "points.2.csv");
	assert_string_equal(hash, wanted);
	assert_int_equal(size, 3);
	text[strlen(text) - 1] = 'g';
	assert_false(pl_seal_parse(text, name, &size, hash));
	assert_int_equal(pl_seal_print("foobar", 6), 0xbf9c ^ 0xf968); /* FNV-1a's own vector */
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_seal_is_read_as_it_is_written),
	    CASE(a_row_edited_in_all_its_places_is_named),
	    CASE(a_removed_row_is_named),
	    CASE(a_removed_last_row_is_told),
	    CASE(a_row_added_at_the_end_is_named),
	    CASE(a_row_put_in_is_named),
	    CASE(an_edited_header_is_told),
	    CASE(a_file_that_was_sealed_is_missed),
	    CASE(a_time_of_an_operation_is_held_too),
	    CASE(an_edit_while_the_run_goes_on_is_not_sealed),
	    CASE(case_20_the_rows_of_a_crash_are_said_not_to_be_sealed),
	    CASE(what_was_sealed_before_a_crash_holds_behind_it),
	    CASE(a_run_taken_up_again_is_sealed_again),
	    CASE(case_09_a_part_that_was_left_holds_and_takes_no_more),
	    CASE(case_13_a_file_taken_away_while_it_was_written_is_said),
	    CASE(every_row_of_a_long_run_can_be_named),
	};

	return cmocka_run_group_tests_name("store_seal", tests, NULL, NULL);
}
