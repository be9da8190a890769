/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every n-th open, write, sync, rename and truncate fails, once and for ever, until a run finishes
 * without the fault having struck. After each the files parse, nothing is torn, and every point
 * that was acknowledged is there.
 */
#include "unit/store_writer.h"

#include "store/points_read.h"

#include <errno.h>

#define POINTS 6

static void set_plan(struct fixture *f, struct pl_fault_plan plan)
{
	pl_disk_set_plan(&f->disk, &plan);
}

static unsigned fired(struct fixture *f)
{
	pthread_mutex_lock(&f->disk.lock);
	unsigned count = f->disk.fired;
	pthread_mutex_unlock(&f->disk.lock);
	return count;
}

static void case_07_a_full_disk_adds_nothing_and_goes_on_when_there_is_space(void **state)
{
	static const int numbers[] = {ENOSPC, EDQUOT, EFBIG};
	struct fixture *f = *state;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_OK));
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		set_plan(f, (struct pl_fault_plan){.ops = PL_FILE_WRITE,
						   .for_ever = true,
						   .number = numbers[i],
						   .short_by = 7});
		assert_int_equal(ask(writer, point_message(2, PL_POINT_OK)).status, PL_ERR_FULL);
		struct lines points = all_lines(f->head.folder.dir, "points");
		struct lines results = all_lines(f->head.folder.dir, "scan_results_ch1");
		assert_int_equal(points.count, 1);
		assert_int_equal(points.parts, 1);
		assert_int_equal(results.count, 1);
		lines_free(&points);
		lines_free(&results);
	}
	set_plan(f, (struct pl_fault_plan){.ops = 0});
	assert_int_equal(ask(writer, point_message(2, PL_POINT_OK)).point, 2);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 2));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void wait_until_durable(struct pl_writer *writer, uint32_t rows)
{
	int64_t behind_ns;

	while (pl_writer_durable(writer, &behind_ns) < rows)
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
}

static void rows_become_durable_unasked(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	int64_t behind_ns;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	for (uint32_t i = 1; i <= POINTS; i++)
		must(writer, point_message(i, PL_POINT_OK));
	wait_until_durable(writer, POINTS);
	assert_int_equal(pl_writer_durable(writer, &behind_ns), POINTS);
	assert_int_equal(behind_ns, 0);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void case_09_after_a_failed_sync_the_rows_since_go_to_the_next_file(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE], *text;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_INVALID));
	wait_until_durable(writer, 1);
	set_plan(f, (struct pl_fault_plan){.ops = PL_FILE_SYNC, .number = EIO});
	must(writer, point_message(2, PL_POINT_INVALID));
	wait_until_durable(writer, 2);
	must(writer, point_message(3, PL_POINT_INVALID));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	pl_writer_stop(writer);

	text = fixture_file(f->head.folder.dir, "points.2.csv");
	assert_non_null(text);
	assert_non_null(strstr(text, "\n2,2,"));
	assert_non_null(strstr(text, "\n3,3,"));
	assert_null(strstr(text, "\n1,1,"));
	free(text);
	text = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(text, "points.2.csv"));
	free(text);
	check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head);
	struct lines audit = all_lines(f->head.folder.dir, "audit");
	assert_non_null(strstr(audit.items[1], "file,points.csv,,,suspect"));
	lines_free(&audit);
	pl_run_folder_close(&f->head.folder);
}

static void case_13_a_file_taken_away_is_noticed_and_its_rows_are_written_again(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	int dir = f->head.folder.dir;
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_OK));
	must(writer, point_message(2, PL_POINT_OK));
	wait_until_durable(writer, 2);
	assert_int_equal(unlinkat(dir, "points.csv", 0), 0);
	assert_int_equal(unlinkat(dir, "scan_results_ch1.csv", 0), 0);
	must(writer, point_message(3, PL_POINT_OK));
	wait_until_durable(writer, 3);
	struct lines points = all_lines(dir, "points");
	assert_int_equal(points.count, 3);
	lines_free(&points);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

/* No time passes here in which its place would be looked at before a row. */
static void case_13_rows_of_a_burst_into_a_file_taken_away_are_there_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	int dir = f->head.folder.dir;
	writer = start(f);
	must(writer, begin_message(f));
	for (uint32_t i = 1; i <= 200; i++) {
		must(writer, point_message(i, PL_POINT_OK));
		if (i == 100) {
			assert_int_equal(unlinkat(dir, "points.csv", 0), 0);
			assert_int_equal(unlinkat(dir, "scan_results_ch1.csv", 0), 0);
		}
	}
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 200));
	pl_writer_stop(writer);
	struct lines points = all_lines(dir, "points");
	struct lines results = all_lines(dir, "scan_results_ch1");
	assert_int_equal(points.count, 200);
	assert_int_equal(results.count, 200);
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(cell_number(points.items[i], 1), i + 1);
	lines_free(&points);
	lines_free(&results);
	pl_run_folder_close(&f->head.folder);
}

/* What one run of messages was told. */
struct told {
	bool has_begun, has_ended;
	unsigned rows; /* of each point */
	bool is_in[POINTS + 1];
};

/* The rows of a point are one block; what its last row is told holds for all. */
static bool ask_point(struct pl_writer *writer, uint32_t index, unsigned rows)
{
	static const char *const channels[] = {"top", "btm", "all"};
	static const int ids[] = {1, 3, 0};
	struct pl_write_ack ack = {.status = PL_OK};

	for (unsigned row = 0; row < rows; row++) {
		struct pl_write message = point_message(index, PL_POINT_OK);

		if (rows > 1) {
			pl_text_copy(message.point.channel, sizeof message.point.channel,
				     channels[row]);
			message.point.channel_id = ids[row];
		}
		message.has_more = row + 1 < rows;
		ack = ask(writer, message);
	}
	return !ack.status;
}

static struct told run_once(struct fixture *f, unsigned rows)
{
	struct told told = {.rows = rows};
	struct pl_writer *writer;

	if (pl_writer_start(&f->workspace, &writer, NULL))
		return told;
	told.has_begun = !ask(writer, begin_message(f)).status;
	ask(writer, audit_message(PL_BOOK_BENCH));
	ask(writer, kept_message("det.top.threshold", 290));
	for (uint32_t i = 1; i <= POINTS; i++) {
		ask(writer, audit_message(PL_BOOK_RUN));
		ask(writer, operation_message(PL_BOOK_RUN));
		told.is_in[i] = ask_point(writer, i, rows);
		ask(writer, stray_message());
		if (i == 3)
			ask(writer, status_message(PL_WRITE_STATUS, PL_RUN_PAUSED, 3));
	}
	told.has_ended = !ask(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, POINTS)).status;
	pl_writer_stop(writer);
	return told;
}

static void judge_points(struct fixture *f, const struct told *told)
{
	unsigned there[POINTS + 1] = {0};
	struct pl_points *points;
	struct pl_error error;
	bool is_there = true;

	assert_int_equal(pl_points_open(f->head.folder.dir, &points, &error), PL_OK);
	while (pl_points_next(points, &is_there, &error) == PL_OK && is_there) {
		assert_in_range(pl_points_index(points), 1, POINTS);
		there[pl_points_index(points)] += !pl_points_is_repeated(points);
	}
	if (is_there)
		fail_msg("%s: %s", error.where, error.text);
	pl_points_close(points);
	for (int i = 1; i <= POINTS; i++)
		if (there[i] != (told->is_in[i] ? told->rows : 0))
			fail_msg("point %d: %u rows are there, acknowledged %d", i, there[i],
				 told->is_in[i]);
}

static void judge_end(struct fixture *f, const struct told *told, const char *head)
{
	struct lines results = all_lines(f->head.folder.dir, "scan_results_ch1");
	struct pl_run_summary run;
	size_t valid = 0;
	char *text;

	for (int i = 1; i <= POINTS; i++)
		valid += told->is_in[i];
	assert_int_equal(results.count, valid);
	lines_free(&results);
	assert_int_equal(pl_runs_find(f->path, "last", &run, NULL), PL_OK);
	assert_string_equal(run.problem, "");
	assert_string_equal(run.state, "finished");
	text = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(text, head));
	free(text);
}

static void judge(struct fixture *f, const struct told *told)
{
	struct lines others[] = {all_lines(f->head.folder.dir, "threshold_operations"),
				 all_lines(f->head.folder.dir, "scan_results_ch1"),
				 all_lines(f->workspace.dir, "cosmic_1.threshold_operations")};
	struct pl_pending pending;
	struct pl_kept *items;
	char head[PL_HASH_SIZE];
	size_t count;

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		lines_free(&others[i]);
	check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head);
	assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, NULL), PL_OK);
	free(items);
	if (!told->has_begun)
		return;
	check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head);
	judge_points(f, told);
	if (told->has_ended)
		judge_end(f, told, head);
}

/* One fault in a fresh run of a fresh workspace; false when it did not strike. */
static bool strike(const struct pl_fault_plan *plan, unsigned rows)
{
	struct fixture *f;
	void *state;

	fixture_make(&state);
	f = state;
	fixture_open(f);
	fixture_head(f);
	set_plan(f, *plan);
	struct told told = run_once(f, rows);
	bool has_fired = fired(f) > 0;
	set_plan(f, (struct pl_fault_plan){.ops = 0});
	judge(f, &told);
	if (!has_fired) {
		assert_true(told.has_begun && told.has_ended);
		for (int i = 1; i <= POINTS; i++)
			assert_true(told.is_in[i]);
	}
	pl_run_folder_close(&f->head.folder);
	fixture_free(&state);
	return has_fired;
}

static void strike_each(struct pl_fault_plan plan, unsigned rows)
{
	while (strike(&plan, rows))
		plan.countdown++;
	assert_true(plan.countdown > 0);
}

static void any_write_may_fail_once(void **state)
{
	static const struct pl_fault_plan plans[] = {
	    {.ops = PL_FILE_WRITE, .number = EIO, .short_by = 5},
	    {.ops = PL_FILE_WRITE, .number = EDQUOT, .short_by = 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
		strike_each(plans[i], 1);
}

static void any_write_of_a_block_may_fail_once(void **state)
{
	(void)state;
	strike_each((struct pl_fault_plan){.ops = PL_FILE_WRITE, .number = ENOSPC, .short_by = 90},
		    3);
}

static void any_write_may_fail_for_ever(void **state)
{
	(void)state;
	strike_each(
	    (struct pl_fault_plan){
		.ops = PL_FILE_WRITE, .number = EFBIG, .short_by = 1, .for_ever = true},
	    1);
	strike_each((struct pl_fault_plan){.ops = PL_FILE_WRITE, .number = EIO, .for_ever = true},
		    3);
}

static void any_sync_may_fail(void **state)
{
	(void)state;
	strike_each((struct pl_fault_plan){.ops = PL_FILE_SYNC, .number = EIO}, 1);
	strike_each((struct pl_fault_plan){.ops = PL_FILE_SYNC, .number = EIO, .for_ever = true},
		    3);
}

/* What a full disk let through of a row cannot be cut off either. */
static void case_10_rows_go_on_behind_a_torn_one_that_stays(void **state)
{
	static const size_t shorts[] = {1, 5, 60};
	struct fixture *f = *state;
	struct told told = {.rows = 1, .has_begun = true};
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	for (uint32_t i = 1; i <= 3; i++) {
		set_plan(f, (struct pl_fault_plan){.ops = PL_FILE_WRITE | PL_FILE_TRUNCATE,
						   .for_ever = true,
						   .number = EFBIG,
						   .short_by = shorts[i - 1]});
		assert_int_not_equal(ask(writer, point_message(i, PL_POINT_OK)).status, PL_OK);
		assert_true(fired(f) > 1);
		set_plan(f, (struct pl_fault_plan){.ops = 0});
		assert_int_equal(ask(writer, point_message(i, PL_POINT_OK)).point, i);
		told.is_in[i] = true;
	}
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	pl_writer_stop(writer);
	judge_points(f, &told);
	pl_run_folder_close(&f->head.folder);
}

static bool tells_suspect(int dir, const char *stem)
{
	struct lines audit = all_lines(dir, stem);
	bool found = false;

	for (size_t i = 0; i < audit.count; i++)
		found |= strstr(audit.items[i], ",suspect,") != NULL;
	lines_free(&audit);
	return found;
}

/* The n-th sync after the last point fails. True when it was that of a scan_results file, which no
 * audit row tells: then the file must be another one, made from the record. */
static bool strike_results(struct fixture *f, unsigned countdown)
{
	const struct pl_write last[] = {point_message(2, PL_POINT_OK),
					status_message(PL_WRITE_END, PL_RUN_FINISHED, 2)};
	struct stat before, after;
	struct pl_writer *writer;
	bool has_ended;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_OK));
	wait_until_durable(writer, 1);
	int dir = f->head.folder.dir;
	assert_int_equal(fstatat(dir, "scan_results_ch1.csv", &before, 0), 0);
	set_plan(
	    f, (struct pl_fault_plan){.ops = PL_FILE_SYNC, .countdown = countdown, .number = EIO});
	for (size_t i = 0; i < 2; i++)
		assert_true(pl_writer_put(writer, &last[i]) > 0);
	assert_int_equal(next_ack(writer).status, PL_OK);
	has_ended = !next_ack(writer).status;
	pl_writer_stop(writer);
	bool is_results = has_ended && fired(f) && !tells_suspect(dir, "audit") &&
			  !tells_suspect(f->workspace.dir, "cosmic_1.audit");
	assert_int_equal(fstatat(dir, "scan_results_ch1.csv", &after, 0), 0);
	if (is_results)
		assert_int_not_equal(before.st_ino, after.st_ino);
	struct lines results = all_lines(dir, "scan_results_ch1");
	assert_int_equal(results.count, 2);
	lines_free(&results);
	pl_run_folder_close(&f->head.folder);
	return is_results;
}

static void a_sync_that_spoils_scan_results_at_the_end_has_it_made_anew(void **state)
{
	unsigned hits = 0;

	(void)state;
	for (unsigned countdown = 0; countdown < 8; countdown++) {
		void *fresh;

		fixture_make(&fresh);
		hits += strike_results(fresh, countdown);
		fixture_free(&fresh);
	}
	assert_true(hits > 0);
}

static void any_rename_or_open_may_fail(void **state)
{
	static const struct pl_fault_plan plans[] = {
	    {.ops = PL_FILE_RENAME, .number = EIO},
	    {.ops = PL_FILE_RENAME, .number = ENOSPC, .for_ever = true},
	    {.ops = PL_FILE_OPEN, .number = EACCES},
	    {.ops = PL_FILE_OPEN, .number = EIO, .for_ever = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
		strike_each(plans[i], 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(case_07_a_full_disk_adds_nothing_and_goes_on_when_there_is_space),
	    CASE(rows_become_durable_unasked),
	    CASE(case_09_after_a_failed_sync_the_rows_since_go_to_the_next_file),
	    CASE(case_13_a_file_taken_away_is_noticed_and_its_rows_are_written_again),
	    CASE(case_13_rows_of_a_burst_into_a_file_taken_away_are_there_at_the_end),
	    cmocka_unit_test(any_write_may_fail_once),
	    CASE(case_10_rows_go_on_behind_a_torn_one_that_stays),
	    cmocka_unit_test(any_write_of_a_block_may_fail_once),
	    cmocka_unit_test(any_write_may_fail_for_ever),
	    cmocka_unit_test(any_sync_may_fail),
	    cmocka_unit_test(a_sync_that_spoils_scan_results_at_the_end_has_it_made_anew),
	    cmocka_unit_test(any_rename_or_open_may_fail),
	};

	return cmocka_run_group_tests_name("store_faults", tests, NULL, NULL);
}
