/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that was begun before goes on: what is taken over, mended, refused and swept. */
#include "unit/store_writer.h"

#include "store/points_read.h"
#include "store/run_again.h"
#include "store/verify.h"

#include <sys/wait.h>

#define RESULTS "timestamp,channel,threshold,event_count\n"
#define RESULT	"2026-11-21T10:52:06.123Z,1,250,5\n"

/* A run of this host with so many good points, whose owner is gone. */
static void crash(struct fixture *f, uint32_t points)
{
	struct pl_write running = status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 0);
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	f->scan.set = "det.threshold";
	gethostname(f->head.host, sizeof f->head.host - 1);
	writer = start(f);
	must(writer, begin_message(f));
	running.status.restore[0] = 290;
	running.status.identity = (struct pl_identity){.firmware = "1.2", .serial = "AA"};
	must(writer, running);
	for (uint32_t i = 1; i <= points; i++)
		must(writer, point_message(i, PL_POINT_OK));
	must(writer, audit_message(PL_BOOK_RUN));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void take_up(struct fixture *f)
{
	struct pl_error error;
	char line[700];

	if (pl_run_folder_reopen(&f->workspace, "1", &f->head.folder, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
}

static void append(int dir, const char *name, const char *bytes, size_t count)
{
	int fd = openat(dir, name, O_WRONLY | O_APPEND | O_CREAT, 0640);

	assert_int_equal(write(fd, bytes, count), count);
	close(fd);
}

static size_t size_of(int dir, const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(dir, name, &st, 0), 0);
	return (size_t)st.st_size;
}

static void assert_holds(int dir, const char *name, const char *expected)
{
	char *text = fixture_file(dir, name);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static bool audit_says(int dir, const char *word)
{
	char *text = fixture_file(dir, "audit.csv");
	bool found = strstr(text, word) != NULL;

	free(text);
	return found;
}

static void nothing_that_run_yaml_knew_is_lost(void **state)
{
	struct fixture *f = *state;
	struct pl_run_record record;
	struct pl_writer *writer;

	crash(f, 3);
	take_up(f);
	f->head.plan_count = 4;
	writer = start(f);
	must(writer, begin_message(f));
	assert_int_equal(pl_run_read(f->head.folder.dir, &record, NULL), PL_OK);
	assert_int_equal(record.state, PL_RUN_PREPARING);
	assert_int_equal(record.planned, 4);
	assert_int_equal(record.done, 3);
	assert_int_equal(record.restore_count, 1);
	assert_true(record.restore[0].value == 290);
	assert_string_equal(record.device->identity.serial, "AA");
	assert_int_equal(record.channels[0].ok, 3);
	assert_true(record.channels[0].scanned);
	assert_int_equal(record.started_mono_ns, 5678);
	pl_run_record_fini(&record);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void rows_and_chain_go_on_where_they_ended(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char head[PL_HASH_SIZE];

	crash(f, 2);
	take_up(f);
	writer = start(f);
	must(writer, begin_message(f));
	assert_int_equal(ask(writer, point_message(3, PL_POINT_OK)).point, 3);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	pl_writer_stop(writer);
	/* run.begin, set; run.reopen, three seals, the stale lock; two seals */
	assert_int_equal(check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head), 9);
	assert_true(audit_says(f->head.folder.dir, "run.reopen"));
	assert_holds(f->head.folder.dir, "scan_results_ch1.csv", RESULTS RESULT RESULT RESULT);
	pl_run_folder_close(&f->head.folder);
}

static void case_02_a_row_whose_audit_row_is_missing_is_recognised(void **state)
{
	struct fixture *f = *state;
	struct pl_points_state points;
	struct pl_text row = {0};
	struct pl_point point = fixture_point(3);
	struct pl_writer *writer;

	crash(f, 2);
	take_up(f);
	point.point = 3;
	pl_point_row(&row, &point); /* the last that the dead writer did */
	append(f->head.folder.dir, "points.csv", row.data, row.length);
	pl_text_free(&row);
	writer = start(f);
	must(writer, begin_message(f));
	assert_int_equal(pl_points_state_read(f->head.folder.dir, &points, NULL), PL_OK);
	assert_true(pl_points_is_finished(&points, 3));
	assert_int_equal(pl_points_attempts(&points, 3), 1);
	pl_points_state_fini(&points);
	assert_holds(f->head.folder.dir, "scan_results_ch1.csv", RESULTS RESULT RESULT RESULT);
	assert_int_equal(ask(writer, point_message(4, PL_POINT_OK)).point, 4);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void case_04_nul_blocks_of_a_power_cut_are_cut_and_reported(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char zeros[700] = "", offsets[64], head[PL_HASH_SIZE];

	crash(f, 2);
	take_up(f);
	size_t whole = size_of(f->head.folder.dir, "points.csv");
	append(f->head.folder.dir, "points.csv", zeros, sizeof zeros);
	append(f->head.folder.dir, "audit.csv", zeros, 100);
	writer = start(f);
	must(writer, begin_message(f));
	assert_int_equal(size_of(f->head.folder.dir, "points.csv"), whole);
	snprintf(offsets, sizeof offsets, "bytes %zu to %zu", whole, whole + sizeof zeros);
	assert_true(audit_says(f->head.folder.dir, offsets));
	assert_true(audit_says(f->head.folder.dir, "audit.csv.torn"));
	assert_int_equal(ask(writer, point_message(3, PL_POINT_OK)).point, 3);
	pl_writer_stop(writer);
	check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head);
	pl_run_folder_close(&f->head.folder);
}

static void case_05_a_torn_row_of_points_is_cut_kept_and_told(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char offsets[64];

	crash(f, 2);
	take_up(f);
	size_t whole = size_of(f->head.folder.dir, "points.csv");
	append(f->head.folder.dir, "points.csv", "3,3,1,1,up,20", 13);
	writer = start(f);
	must(writer, begin_message(f));
	assert_holds(f->head.folder.dir, "points.csv.torn", "3,3,1,1,up,20");
	snprintf(offsets, sizeof offsets, "bytes %zu to %zu", whole, whole + 13);
	assert_true(audit_says(f->head.folder.dir, offsets));
	assert_int_equal(ask(writer, point_message(3, PL_POINT_OK)).point, 3);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void case_06_a_torn_row_in_the_middle_refuses_and_names_the_line(void **state)
{
	static const char *const lines[] = {"3,3,1,1,up,20\n", "x,3" /* made whole below */};
	struct fixture *f = *state;
	struct pl_writer *writer;
	struct pl_write_ack ack;
	struct pl_text row = {0};

	crash(f, 2);
	take_up(f);
	char *before = fixture_file(f->head.folder.dir, "points.csv");
	for (size_t i = 0; i < 2; i++) {
		struct pl_point point = fixture_point(4);

		unlinkat(f->head.folder.dir, "points.csv", 0);
		append(f->head.folder.dir, "points.csv", before, strlen(before));
		append(f->head.folder.dir, "points.csv", lines[i], strlen(lines[i]));
		pl_text_clear(&row);
		pl_point_row(&row, &point);
		append(f->head.folder.dir, "points.csv", row.data, row.length);
		size_t size = size_of(f->head.folder.dir, "points.csv");
		writer = start(f);
		ack = ask(writer, begin_message(f));
		assert_int_equal(ack.status, PL_ERR_CONFIG);
		assert_string_equal(ack.error.where, "points.csv:4");
		pl_writer_stop(writer);
		assert_int_equal(size_of(f->head.folder.dir, "points.csv"), size);
	}
	free(before);
	pl_text_free(&row);
	pl_run_folder_close(&f->head.folder);
}

static void case_09_the_newest_part_of_points_goes_on(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	struct pl_text rows = {0};

	crash(f, 2);
	take_up(f);
	char *first = fixture_file(f->head.folder.dir, "points.csv");
	pl_text_add_bytes(&rows, first, (size_t)(strchr(first, '\n') - first) + 1);
	for (uint32_t i = 2; i <= 3; i++) { /* row 2 again, then row 3 */
		struct pl_point point = fixture_point(i);

		point.point = i;
		pl_point_row(&rows, &point);
	}
	append(f->head.folder.dir, "points.2.csv", rows.data, rows.length);
	writer = start(f);
	must(writer, begin_message(f));
	assert_int_equal(ask(writer, point_message(4, PL_POINT_OK)).point, 4);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 4));
	pl_writer_stop(writer);
	assert_holds(f->head.folder.dir, "points.csv", first);
	assert_holds(f->head.folder.dir, "scan_results_ch1.csv",
		     RESULTS RESULT RESULT RESULT RESULT);
	free(first);
	pl_text_free(&rows);
	pl_run_folder_close(&f->head.folder);
}

/* What another version has more or less of columns: each part keeps its own header. */
static void rows_of_other_columns_go_on_in_the_next_part(void **state)
{
	struct fixture *f = *state;
	struct pl_points_state points;
	struct pl_verdict verdict;
	struct pl_writer *writer;

	crash(f, 2);
	take_up(f);
	char *before = fixture_file(f->head.folder.dir, "points.csv");
	f->head.column_count = f->head.carried_count = 1;
	writer = start(f);
	must(writer, begin_message(f));
	assert_true(audit_says(f->head.folder.dir, "points.csv,,,full,has other columns"));
	struct pl_write point = point_message(3, PL_POINT_OK);
	point.point.stat_count = 1;
	assert_int_equal(ask(writer, point).point, 3);
	assert_holds(f->head.folder.dir, "points.csv", before);
	assert_int_equal(pl_points_state_read(f->head.folder.dir, &points, NULL), PL_OK);
	assert_int_equal(points.finished, 3);
	assert_int_equal(points.seen.missing, 0);
	pl_points_state_fini(&points);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	assert_holds(f->head.folder.dir, "scan_results_ch1.csv", RESULTS RESULT RESULT RESULT);
	char *yaml = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(yaml, "points.2.csv"));
	assert_int_equal(pl_verify_run(f->head.folder.path, &verdict, NULL), PL_OK);
	for (size_t i = 0; i < verdict.count; i++) /* of the files, not of what the test measured */
		assert_null(strstr(verdict.items[i].where, "points.2.csv"));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
	free(yaml);
	free(before);
}

static void another_file_in_the_place_of_points_is_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	crash(f, 1);
	take_up(f);
	int fd = openat(f->head.folder.dir, "points.csv", O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "index,point,attempt,channel,quality\n", 36), 36);
	close(fd);
	writer = start(f);
	assert_int_equal(ask(writer, begin_message(f)).status, PL_ERR_VERSION);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void scan_results_follow_from_points_again(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	crash(f, 2);
	take_up(f);
	append(f->head.folder.dir, "scan_results_ch1.csv", RESULT "2026", strlen(RESULT) + 4);
	writer = start(f);
	must(writer, begin_message(f));
	assert_holds(f->head.folder.dir, "scan_results_ch1.csv", RESULTS RESULT RESULT);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static pid_t dead_pid(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	return child;
}

static void what_a_dead_writer_was_about_to_replace_is_swept(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char dead[64], alive[64], bench[64];

	crash(f, 1);
	take_up(f);
	snprintf(dead, sizeof dead, ".run.yaml.%d-0.tmp", (int)dead_pid());
	snprintf(bench, sizeof bench, ".cosmic_1.state.yaml.%d-3.tmp", (int)dead_pid());
	snprintf(alive, sizeof alive, ".run.yaml.%d-0.tmp", (int)getppid());
	append(f->head.folder.dir, dead, "half", 4);
	append(f->head.folder.dir, alive, "half", 4);
	append(f->head.folder.dir, ".hidden", "theirs", 6);
	append(f->head.folder.dir, ".x.1x-0.tmp", "theirs", 6);
	append(f->workspace.dir, bench, "half", 4);
	append(f->workspace.dir, ".cosmic_2.state.yaml.1-0.tmp", "theirs", 6);
	writer = start(f);
	must(writer, begin_message(f));
	pl_writer_stop(writer);
	assert_null(fixture_file(f->head.folder.dir, dead));
	assert_null(fixture_file(f->workspace.dir, bench));
	assert_holds(f->head.folder.dir, alive, "half");
	assert_holds(f->head.folder.dir, ".hidden", "theirs");
	assert_holds(f->head.folder.dir, ".x.1x-0.tmp", "theirs");
	assert_holds(f->workspace.dir, ".cosmic_2.state.yaml.1-0.tmp", "theirs");
	assert_true(audit_says(f->head.folder.dir, dead));
	pl_run_folder_close(&f->head.folder);
}

static void case_16_the_dead_holder_stands_in_the_audit_file(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char pid[32];

	crash(f, 1);
	take_up(f);
	snprintf(pid, sizeof pid, "pid %d on ", (int)getpid());
	assert_non_null(strstr(f->head.folder.stale_holder, pid));
	writer = start(f);
	must(writer, begin_message(f));
	pl_writer_stop(writer);
	assert_true(audit_says(f->head.folder.dir, "stale lock"));
	assert_true(audit_says(f->head.folder.dir, pid));
	pl_run_folder_close(&f->head.folder);
}

static void the_files_of_another_run_do_not_go_on_as_this_one(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	crash(f, 1);
	take_up(f);
	f->head.folder.uid[0] = f->head.folder.uid[0] == '0' ? '1' : '0';
	size_t size = size_of(f->head.folder.dir, "audit.csv");
	writer = start(f);
	assert_int_equal(ask(writer, begin_message(f)).status, PL_ERR_CONFIG);
	pl_writer_stop(writer);
	assert_int_equal(size_of(f->head.folder.dir, "audit.csv"), size);
	pl_run_folder_close(&f->head.folder);
}

static void a_crashed_run_lists_the_points_that_its_rows_tell(void **state)
{
	struct fixture *f = *state;
	struct pl_run_summary run;

	crash(f, 3);
	assert_int_equal(pl_runs_find(f->path, "1", &run, NULL), PL_OK);
	assert_string_equal(run.state, "running");
	assert_int_equal(run.points_done, 3);
	take_up(f); /* now its owner knows better */
	assert_int_equal(pl_runs_find(f->path, "1", &run, NULL), PL_OK);
	assert_int_equal(run.points_done, 0);
	pl_run_folder_close(&f->head.folder);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(nothing_that_run_yaml_knew_is_lost),
	    CASE(rows_and_chain_go_on_where_they_ended),
	    CASE(case_02_a_row_whose_audit_row_is_missing_is_recognised),
	    CASE(case_04_nul_blocks_of_a_power_cut_are_cut_and_reported),
	    CASE(case_05_a_torn_row_of_points_is_cut_kept_and_told),
	    CASE(case_06_a_torn_row_in_the_middle_refuses_and_names_the_line),
	    CASE(case_09_the_newest_part_of_points_goes_on),
	    CASE(rows_of_other_columns_go_on_in_the_next_part),
	    CASE(another_file_in_the_place_of_points_is_refused),
	    CASE(scan_results_follow_from_points_again),
	    CASE(what_a_dead_writer_was_about_to_replace_is_swept),
	    CASE(case_16_the_dead_holder_stands_in_the_audit_file),
	    CASE(the_files_of_another_run_do_not_go_on_as_this_one),
	    CASE(a_crashed_run_lists_the_points_that_its_rows_tell),
	};

	return cmocka_run_group_tests_name("store_again", tests, NULL, NULL);
}
