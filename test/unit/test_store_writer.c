/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer: what each message leaves on disk, in order, acknowledged once. */
#include "unit/store_writer.h"

#include <errno.h>

static void a_whole_run_leaves_all_its_files(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE], name[64];
	struct pl_writer *writer;
	int64_t behind_ns;
	char *text;

	fixture_open(f);
	fixture_head(f);
	int dir = f->head.folder.dir;
	writer = start(f);
	must(writer, begin_message(f));
	text = fixture_file(dir, "run.yaml");
	assert_non_null(strstr(text, "state: preparing"));
	free(text);
	assert_null(fixture_file(dir, "device.log"));
	must(writer, audit_message(PL_BOOK_RUN));
	must(writer, operation_message(PL_BOOK_RUN));
	must(writer, status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 0));
	assert_int_equal(ask(writer, point_message(1, PL_POINT_OK)).point, 1);
	assert_int_equal(ask(writer, point_message(2, PL_POINT_INVALID)).point, 2);
	assert_int_equal(ask(writer, point_message(3, PL_POINT_SUSPECT)).point, 3);
	must(writer, stray_message());
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	assert_int_equal(pl_writer_durable(writer, &behind_ns), 3);
	assert_int_equal(behind_ns, 0);
	pl_writer_stop(writer);

	struct lines points = all_lines(dir, "points");
	assert_int_equal(points.count, 3);
	assert_int_equal(cell_number(points.items[2], 0), 3);
	lines_free(&points);
	text = fixture_file(dir, "scan_results_ch1.csv");
	assert_string_equal(text, "timestamp,channel,threshold,event_count\n"
				  "2026-11-21T10:52:06.123Z,1,250,5\n"
				  "2026-11-21T10:52:06.123Z,1,250,5\n");
	free(text);
	text = fixture_file(dir, "scan_results_ch3.csv");
	assert_string_equal(text, "timestamp,channel,threshold,event_count\n");
	free(text);
	assert_null(fixture_file(dir, "scan_results_ch2.csv"));
	text = fixture_file(dir, "threshold_operations.csv");
	assert_string_equal(text, "timestamp,channel,old_threshold,new_threshold,status\n"
				  "2026-11-21T10:52:06.123Z,1,,252,success\n");
	free(text);
	text = fixture_file(dir, "device.log");
	assert_string_equal(text, "2026-11-21T10:52:06.123Z det debug DEBUG: x\\x1B[2J\n");
	free(text);
	/* run.begin, set; the seals of rows and of four files */
	assert_int_equal(check_chain(dir, "audit", f->head.folder.uid, head), 2 + 5);
	text = fixture_file(dir, "run.yaml");
	assert_non_null(strstr(text, "state: finished"));
	assert_non_null(strstr(text, head));
	assert_non_null(strstr(text, "durable: 3"));
	assert_non_null(strstr(text, "device.log"));
	free(text);
	snprintf(name, sizeof name, "%s.audit.csv", "cosmic_1");
	text = fixture_file(f->workspace.dir, name);
	assert_non_null(strstr(text, head));
	free(text);
	pl_run_folder_close(&f->head.folder);
}

static void every_message_is_acknowledged_once_in_order_and_none_is_lost(void **state)
{
	enum { DEPTH = 4096 };
	struct fixture *f = *state;
	struct pl_write message = operation_message(PL_BOOK_BENCH);
	struct pl_writer *writer;
	uint64_t seq;

	fixture_open(f);
	writer = start(f);
	for (uint64_t i = 1; i <= DEPTH; i++) {
		while (!(seq = pl_writer_put(writer, &message)))
			pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
		assert_int_equal(seq, i);
	}
	while (pl_queue_length(pl_writer_acks(writer)) < DEPTH)
		assert_int_equal(pl_writer_put(writer, &message), 0);
	assert_int_equal(pl_writer_put(writer, &message), 0);
	for (uint64_t i = 1; i <= DEPTH; i++) {
		struct pl_write_ack ack = next_ack(writer);

		assert_int_equal(ack.seq, i);
		assert_int_equal(ack.status, PL_OK);
	}
	while (!(seq = pl_writer_put(writer, &message)))
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	assert_int_equal(seq, DEPTH + 1);
	assert_int_equal(next_ack(writer).seq, seq);
	pl_writer_stop(writer);
}

static void what_waits_at_the_stop_is_written(void **state)
{
	struct fixture *f = *state;
	struct pl_write message = audit_message(PL_BOOK_BENCH);
	char head[PL_HASH_SIZE];
	struct pl_writer *writer;

	fixture_open(f);
	writer = start(f);
	for (int i = 0; i < 100; i++)
		assert_int_not_equal(pl_writer_put(writer, &message), 0);
	pl_writer_stop(writer);
	assert_int_equal(check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head), 100);
}

static void case_20_the_chain_of_the_bench_goes_on_over_restarts(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE];

	fixture_open(f);
	for (int i = 1; i <= 3; i++) {
		struct pl_writer *writer = start(f);

		must(writer, audit_message(PL_BOOK_BENCH));
		pl_writer_stop(writer);
		assert_int_equal(check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head),
				 i);
	}
}

static void case_20_the_first_row_of_a_run_holds_the_head_of_the_bench(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE];
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, audit_message(PL_BOOK_BENCH));
	must(writer, begin_message(f));
	check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head);
	struct lines audit = all_lines(f->head.folder.dir, "audit");
	assert_int_equal(audit.count, 1);
	assert_non_null(strstr(audit.items[0], head));
	lines_free(&audit);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void case_20_a_pause_anchors_the_head(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE], *text;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, audit_message(PL_BOOK_RUN));
	must(writer, status_message(PL_WRITE_STATUS, PL_RUN_PAUSED, 0));
	check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head);
	text = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(text, head));
	free(text);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void a_voided_point_leaves_scan_results_again(void **state)
{
	struct fixture *f = *state;
	struct pl_write retaken = point_message(1, PL_POINT_OK);
	struct pl_writer *writer;
	char *text;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_OK));
	must(writer, point_message(2, PL_POINT_OK));
	must(writer, point_message(1, PL_POINT_VOID));
	must(writer, point_message(2, PL_POINT_VOID));
	retaken.point.attempt = 2;
	retaken.point.hits = 99;
	must(writer, retaken);
	must(writer, status_message(PL_WRITE_END, PL_RUN_INTERRUPTED, 1));
	pl_writer_stop(writer);
	text = fixture_file(f->head.folder.dir, "scan_results_ch1.csv");
	assert_string_equal(text, "timestamp,channel,threshold,event_count\n"
				  "2026-11-21T10:52:06.123Z,1,250,99\n");
	free(text);
	pl_run_folder_close(&f->head.folder);
}

static void a_run_whose_owner_died_goes_on_with_its_numbers_and_its_chain(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE];
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	for (uint32_t i = 1; i <= 3; i++) {
		writer = start(f);
		must(writer, begin_message(f));
		assert_int_equal(ask(writer, point_message(i, PL_POINT_OK)).point, i);
		pl_writer_stop(writer);
	}
	/* run.begin; run.reopen twice, with three seals each */
	assert_int_equal(check_chain(f->head.folder.dir, "audit", f->head.folder.uid, head), 9);
	struct lines results = all_lines(f->head.folder.dir, "scan_results_ch1");
	assert_int_equal(results.count, 3);
	lines_free(&results);
	pl_run_folder_close(&f->head.folder);
}

static void messages_for_a_run_need_one_and_only_one_is_open(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	assert_int_equal(ask(writer, point_message(1, PL_POINT_OK)).status, PL_ERR_NOT_RUNNING);
	assert_int_equal(ask(writer, audit_message(PL_BOOK_RUN)).status, PL_ERR_NOT_RUNNING);
	assert_int_equal(ask(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 0)).status,
			 PL_ERR_NOT_RUNNING);
	must(writer, begin_message(f));
	assert_int_equal(ask(writer, begin_message(f)).status, PL_ERR_RUN_ACTIVE);
	must(writer, point_message(1, PL_POINT_OK));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

/* The owner of the first run gives up and is gone: nothing of it may be looked at any more. */
static void a_run_whose_end_could_not_be_written_is_left_at_the_next_begin(void **state)
{
	static const struct pl_fault_plan full = {
	    .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC};
	struct fixture *f = *state;
	struct pl_write begin;
	struct pl_run_head *first = malloc(sizeof *first);
	struct pl_writer *writer;
	char name[32], *text;

	assert_non_null(first);
	fixture_open(f);
	fixture_head(f);
	*first = f->head;
	pl_text_copy(name, sizeof name, first->folder.name);
	begin = begin_message(f);
	begin.head = first;
	writer = start(f);
	must(writer, begin);
	must(writer, point_message(1, PL_POINT_OK));
	pl_disk_set_plan(&f->disk, &full);
	assert_int_equal(ask(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 1)).status,
			 PL_ERR_FULL);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	int dir = fcntl(first->folder.dir, F_DUPFD_CLOEXEC, 0);
	pl_run_folder_close(&first->folder);
	free(first);
	fixture_head(f);
	must(writer, begin_message(f));
	must(writer, point_message(1, PL_POINT_OK));
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 1));
	pl_writer_stop(writer);
	text = fixture_file(dir, "run.yaml");
	assert_non_null(strstr(text, "state: preparing"));
	free(text);
	struct lines points = all_lines(dir, "points");
	assert_int_equal(points.count, 1);
	lines_free(&points);
	text = fixture_file(f->workspace.dir, "cosmic_1.audit.csv");
	assert_non_null(strstr(text, "run.left"));
	assert_non_null(strstr(text, name));
	free(text);
	close(dir);
	pl_run_folder_close(&f->head.folder);
}

static void kept_settings_and_pending_restores_are_read_back(void **state)
{
	struct fixture *f = *state;
	struct pl_pending pending;
	struct pl_writer *writer;
	struct pl_kept *items;
	size_t count;

	fixture_open(f);
	assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, NULL), PL_OK);
	assert_int_equal(count + pending.count, 0);
	free(items);
	writer = start(f);
	must(writer, kept_message("det.top.threshold", 290));
	must(writer, kept_message("det.mid.threshold", NAN));
	must(writer, kept_message("det.top.threshold", 291.5));
	must(writer, pending_message(2));
	pl_writer_stop(writer);
	assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, NULL), PL_OK);
	assert_int_equal(count, 2);
	assert_string_equal(items[0].path, "det.top.threshold");
	assert_true(items[0].value == 291.5);
	assert_true(items[0].t_utc_ns == FIXTURE_UTC_NS);
	assert_int_equal(items[0].run, 7);
	assert_string_equal(items[0].actor, "ada");
	assert_true(isnan(items[1].value));
	assert_int_equal(pending.count, 2);
	assert_string_equal(pending.items[1].path, "det.c1.threshold");
	assert_true(pending.items[1].value == 290.5);
	free(items);
	writer = start(f);
	must(writer, pending_message(0));
	pl_writer_stop(writer);
	assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, NULL), PL_OK);
	assert_int_equal(count, 2);
	assert_int_equal(pending.count, 0);
	free(items);
}

static void put(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_APPEND, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void a_damaged_or_newer_state_file_is_never_taken_for_an_empty_one(void **state)
{
	static const struct {
		const char *text;
		enum pl_status status;
	} rows[] = {
	    {"schema: 1\nkept: [", PL_ERR_CONFIG},
	    {"schema: 1\npending_restore: 5\n", PL_ERR_CONFIG},
	    {"schema: 1\npending_restore: {run: 1, items: [{path: a, value: x}]}\n", PL_ERR_CONFIG},
	    {"schema: 1\npending_restore: {run: 1, items: [{value: 290}]}\n", PL_ERR_CONFIG},
	    {"schema: 2\n", PL_ERR_VERSION},
	    {"\n", PL_ERR_CONFIG},
	};
	struct fixture *f = *state;

	fixture_open(f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_writer *writer;
		struct pl_pending pending;
		struct pl_kept *items;
		struct pl_error error;
		size_t count;

		put(f->workspace.dir, "cosmic_1.state.yaml", rows[i].text);
		assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, &error),
				 rows[i].status);
		assert_int_equal(pl_writer_start(&f->workspace, &writer, &error), rows[i].status);
		unlinkat(f->workspace.dir, "cosmic_1.state.yaml", 0);
	}
}

static void a_kept_time_that_cannot_be_is_unknown(void **state)
{
	static const char *const times[] = {"9999-12-31T23:59:59.999Z", "yesterday", "''"};
	struct fixture *f = *state;

	fixture_open(f);
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		struct pl_pending pending;
		struct pl_kept *items;
		char text[128];
		size_t count;

		snprintf(text, sizeof text, "schema: 1\nkept: [{path: a.b, value: 290, at: %s}]\n",
			 times[i]);
		put(f->workspace.dir, "cosmic_1.state.yaml", text);
		assert_int_equal(pl_state_read(&f->workspace, &items, &count, &pending, NULL),
				 PL_OK);
		assert_int_equal(count, 1);
		assert_int_equal(items[0].t_utc_ns, 0);
		assert_true(items[0].value == 290);
		free(items);
		unlinkat(f->workspace.dir, "cosmic_1.state.yaml", 0);
	}
}

static void case_05_a_torn_last_row_is_cut_kept_and_told(void **state)
{
	struct fixture *f = *state;
	char head[PL_HASH_SIZE], *text;
	struct pl_writer *writer;

	fixture_open(f);
	writer = start(f);
	must(writer, audit_message(PL_BOOK_BENCH));
	pl_writer_stop(writer);
	text = fixture_file(f->workspace.dir, "cosmic_1.audit.csv");
	size_t whole = strlen(text);
	free(text);
	put(f->workspace.dir, "cosmic_1.audit.csv", "2,2026-11-21T10");
	writer = start(f);
	must(writer, audit_message(PL_BOOK_BENCH));
	pl_writer_stop(writer);
	text = fixture_file(f->workspace.dir, "cosmic_1.audit.csv.torn");
	assert_non_null(text);
	assert_string_equal(text, "2,2026-11-21T10");
	free(text);
	assert_int_equal(check_chain(f->workspace.dir, "cosmic_1.audit", "cosmic_1", head), 3);
	struct lines audit = all_lines(f->workspace.dir, "cosmic_1.audit");
	char offsets[64];
	snprintf(offsets, sizeof offsets, "bytes %zu to %zu", whole, whole + 15);
	assert_non_null(strstr(audit.items[1], offsets));
	lines_free(&audit);
}

static void case_06_a_damaged_row_in_the_middle_is_named_and_nothing_added(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	struct pl_error error;
	char *before, *after;

	fixture_open(f);
	put(f->workspace.dir, "cosmic_1.threshold_operations.csv",
	    "timestamp,channel,old_threshold,new_threshold,status\na,b\nc,1,2,3,success\n");
	before = fixture_file(f->workspace.dir, "cosmic_1.threshold_operations.csv");
	assert_int_equal(pl_writer_start(&f->workspace, &writer, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where, "cosmic_1.threshold_operations.csv:2");
	after = fixture_file(f->workspace.dir, "cosmic_1.threshold_operations.csv");
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void case_16_a_lock_taken_over_is_told_in_the_audit_file(void **state)
{
	struct fixture *f = *state;

	fixture_open(f);
	pl_text_copy(f->workspace.stale_holder, sizeof f->workspace.stale_holder, "pid 9 on x");
	pl_writer_stop(start(f));
	struct lines audit = all_lines(f->workspace.dir, "cosmic_1.audit");
	assert_int_equal(audit.count, 1);
	assert_non_null(strstr(audit.items[0], "pid 9 on x"));
	lines_free(&audit);
}

static void case_22_a_link_planted_at_a_file_of_the_run_is_refused(void **state)
{
	static const char *const names[] = {"points.csv", "scan_results_ch3.csv", "audit.csv",
					    "threshold_operations.csv", "run.yaml"};
	struct fixture *f = *state;
	struct pl_writer *writer;
	char target[160], *text;

	fixture_open(f);
	fixture_head(f);
	put(f->workspace.dir, "victim", "precious\n");
	snprintf(target, sizeof target, "%s/victim", f->path);
	writer = start(f);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		unlinkat(f->head.folder.dir, names[i], 0);
		assert_int_equal(symlinkat(target, f->head.folder.dir, names[i]), 0);
		assert_int_not_equal(ask(writer, begin_message(f)).status, PL_OK);
		assert_int_equal(unlinkat(f->head.folder.dir, names[i], 0), 0);
	}
	must(writer, begin_message(f));
	pl_writer_stop(writer);
	text = fixture_file(f->workspace.dir, "victim");
	assert_string_equal(text, "precious\n");
	free(text);
	pl_run_folder_close(&f->head.folder);
}

static void case_23_every_file_is_0640_whatever_the_umask(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	struct dirent *entry;
	struct stat st;
	mode_t old = umask(0);

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, stray_message());
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 0));
	must(writer, kept_message("det.top.threshold", 1));
	pl_writer_stop(writer);
	umask(old);
	const int dirs[] = {f->head.folder.dir, f->workspace.dir};
	for (int i = 0; i < 2; i++) {
		DIR *list = fdopendir(openat(dirs[i], ".", O_RDONLY | O_DIRECTORY));

		while ((entry = readdir(list))) {
			if (fstatat(dirs[i], entry->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
				assert_int_equal(st.st_mode & 0777, 0640);
		}
		closedir(list);
	}
	pl_run_folder_close(&f->head.folder);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_whole_run_leaves_all_its_files),
	    CASE(every_message_is_acknowledged_once_in_order_and_none_is_lost),
	    CASE(what_waits_at_the_stop_is_written),
	    CASE(case_20_the_chain_of_the_bench_goes_on_over_restarts),
	    CASE(case_20_the_first_row_of_a_run_holds_the_head_of_the_bench),
	    CASE(case_20_a_pause_anchors_the_head),
	    CASE(a_voided_point_leaves_scan_results_again),
	    CASE(a_run_whose_owner_died_goes_on_with_its_numbers_and_its_chain),
	    CASE(messages_for_a_run_need_one_and_only_one_is_open),
	    CASE(a_run_whose_end_could_not_be_written_is_left_at_the_next_begin),
	    CASE(kept_settings_and_pending_restores_are_read_back),
	    CASE(a_kept_time_that_cannot_be_is_unknown),
	    CASE(a_damaged_or_newer_state_file_is_never_taken_for_an_empty_one),
	    CASE(case_05_a_torn_last_row_is_cut_kept_and_told),
	    CASE(case_06_a_damaged_row_in_the_middle_is_named_and_nothing_added),
	    CASE(case_16_a_lock_taken_over_is_told_in_the_audit_file),
	    CASE(case_22_a_link_planted_at_a_file_of_the_run_is_refused),
	    CASE(case_23_every_file_is_0640_whatever_the_umask),
	};

	return cmocka_run_group_tests_name("store_writer", tests, NULL, NULL);
}
