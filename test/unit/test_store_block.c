/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that belong together: blocks of points, settings, raw events of a window. */
#include "unit/store_writer.h"

#include "store/books.h"

#include <errno.h>

static struct pl_writer *begun(struct fixture *f)
{
	struct pl_writer *writer;

	fixture_open(f);
	fixture_head(f);
	writer = start(f);
	must(writer, begin_message(f));
	return writer;
}

/* Three rows of one index: top, btm and something without an id. */
static struct pl_write row_of_block(uint32_t index, int row)
{
	static const char *const channels[] = {"top", "btm", "all"};
	static const int ids[] = {1, 3, 0};
	struct pl_write message = point_message(index, PL_POINT_OK);

	pl_text_copy(message.point.channel, sizeof message.point.channel, channels[row]);
	message.point.channel_id = ids[row];
	message.has_more = row < 2;
	return message;
}

/* The last acknowledgement, which speaks for the block. */
static struct pl_write_ack ask_block(struct pl_writer *writer, uint32_t index)
{
	struct pl_write_ack ack = {.status = PL_OK};

	for (int row = 0; row < 3; row++) {
		if (row > 0)
			assert_int_equal(ack.status, PL_OK);
		ack = ask(writer, row_of_block(index, row));
	}
	return ack;
}

static void a_block_is_in_the_file_with_its_last_row_only(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);
	struct lines lines;

	assert_int_equal(ask(writer, row_of_block(1, 0)).point, 1);
	assert_int_equal(ask(writer, row_of_block(1, 1)).point, 2);
	lines = all_lines(f->head.folder.dir, "points");
	assert_int_equal(lines.count, 0);
	assert_int_equal(ask(writer, row_of_block(1, 2)).point, 3);
	assert_int_equal(ask_block(writer, 2).point, 6);
	must(writer, point_message(3, PL_POINT_OK));
	lines = all_lines(f->head.folder.dir, "points");
	assert_int_equal(lines.count, 7);
	for (size_t i = 0; i < lines.count; i++)
		assert_int_equal(cell_number(lines.items[i], 0), i + 1);
	lines_free(&lines);
	lines = all_lines(f->head.folder.dir, "scan_results_ch3");
	assert_int_equal(lines.count, 2);
	lines_free(&lines);
	lines = all_lines(f->head.folder.dir, "scan_results_ch1");
	assert_int_equal(lines.count, 3);
	lines_free(&lines);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 3));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void a_block_that_fails_leaves_no_row_and_no_number(void **state)
{
	/* The disk takes half of a row, then nothing. */
	static const struct pl_fault_plan full = {
	    .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC, .short_by = 150};
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);
	struct lines lines;

	must(writer, point_message(1, PL_POINT_OK));
	pl_disk_set_plan(&f->disk, &full);
	assert_int_equal(ask_block(writer, 2).status, PL_ERR_FULL);
	lines = all_lines(f->head.folder.dir, "points");
	assert_int_equal(lines.count, 1);
	lines_free(&lines);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	assert_int_equal(ask_block(writer, 2).point, 4);
	lines = all_lines(f->head.folder.dir, "points");
	assert_int_equal(lines.count, 4);
	for (size_t i = 0; i < lines.count; i++)
		assert_int_equal(cell_number(lines.items[i], 0), i + 1);
	lines_free(&lines);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 2));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void durable_counts_every_row_of_a_block(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);
	struct pollfd none = {.fd = -1};
	int64_t behind_ns;

	ask_block(writer, 1);
	ask_block(writer, 2);
	while (pl_writer_durable(writer, &behind_ns) < 6)
		pl_clock_poll(&none, 1, pl_clock_mono_ns() + PL_NS_PER_MS);
	assert_int_equal(pl_writer_durable(writer, &behind_ns), 6);
	assert_int_equal(behind_ns, 0);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void assert_yaml_says(const struct fixture *f, const char *text)
{
	char *yaml = fixture_file(f->head.folder.dir, "run.yaml");

	if (!strstr(yaml, text))
		fail_msg("run.yaml does not say `%s`", text);
	free(yaml);
}

static void put(struct pl_books *books, struct pl_write message)
{
	uint32_t number;

	assert_int_equal(pl_books_write(books, &message, &number, NULL), PL_OK);
}

/* Without the sync thread: what is durable is what the test says. */
static void run_yaml_counts_the_points_of_blocks_that_are_durable(void **state)
{
	struct fixture *f = *state;
	struct pl_books books;

	fixture_open(f);
	fixture_head(f);
	assert_int_equal(pl_books_init(&books, &f->workspace, NULL), PL_OK);
	put(&books, begin_message(f));
	for (uint32_t index = 1; index <= 3; index++) {
		for (int row = 0; row < 3; row++)
			put(&books, row_of_block(index, row));
		if (index == 2)
			pl_sheet_mark(&books.runs[PL_BOOK_RUN]->files.sheets[PL_SHEET_POINTS]);
	}
	put(&books, status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 3));
	assert_yaml_says(f, "done: 3\n  durable: 0\n");
	pl_sheet_synced(&f->disk, &books.runs[PL_BOOK_RUN]->files.sheets[PL_SHEET_POINTS], PL_OK);
	put(&books, status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 3));
	assert_yaml_says(f, "done: 3\n  durable: 2\n");
	pl_books_fini(&books);
	pl_run_folder_close(&f->head.folder);
}

static void more_rows_than_any_point_has_are_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);
	struct lines lines;

	for (int i = 0; i < PL_MEASURES_MAX; i++)
		must(writer, row_of_block(1, 0));
	assert_int_equal(ask(writer, row_of_block(1, 2)).status, PL_ERR_USAGE);
	assert_int_equal(ask_block(writer, 1).point, 3);
	lines = all_lines(f->head.folder.dir, "points");
	assert_int_equal(lines.count, 3);
	lines_free(&lines);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void settings_are_rows_with_their_units(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);
	struct pl_write message = a_message(PL_WRITE_SETTING, PL_BOOK_RUN);
	char *text;

	message.setting = (struct pl_setting){.when = "start",
					      .path = "det.top.threshold",
					      .value = {.type = PL_VALUE_INTEGER, .number = 290}};
	must(writer, message);
	message.setting =
	    (struct pl_setting){.when = "end",
				.path = "oven.mode",
				.value = {.type = PL_VALUE_TEXT, .text = "auto, \"fast\""},
				.unit = "C"};
	must(writer, message);
	message.setting.value = (struct pl_value){.number = NAN};
	must(writer, message);
	text = fixture_file(f->head.folder.dir, "settings.csv");
	assert_string_equal(text, "when,path,value,unit\nstart,det.top.threshold,290,\n"
				  "end,oven.mode,\"auto, \"\"fast\"\"\",C\nend,oven.mode,,C\n");
	free(text);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 0));
	text = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(text, "- settings.csv"));
	assert_null(strstr(text, "- events.csv"));
	free(text);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

/* ---- events ---- */

static struct pl_write events_message(size_t count, uint32_t lost)
{
	struct pl_write message = a_message(PL_WRITE_EVENTS, PL_BOOK_RUN);

	message.t_mono_ns = 5 * PL_NS_PER_S;
	message.events.count = count;
	message.events.lost = lost;
	for (size_t i = 0; i < count; i++)
		message.events.items[i] = (struct pl_event){
		    .t_ns = message.t_mono_ns - (int64_t)(count - i) * PL_NS_PER_S,
		    .hits = (uint32_t)(i + 1),
		    .carried = {20.5, NAN},
		    .device_us = 17 + (double)i,
		    .dead_s = NAN};
	return message;
}

static void each_event_is_a_row_with_its_own_time(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	char *text;

	f->scan.events = true;
	writer = begun(f);
	must(writer, events_message(2, 0));
	must(writer, point_message(1, PL_POINT_OK));
	must(writer, events_message(1, 0));
	text = fixture_file(f->head.folder.dir, "events.csv");
	assert_string_equal(
	    text, "timestamp,t_mono_ns,point,device,event,hits_top,hits_mid,hits_btm,temperature,"
		  "poll_count,device_us,dead_s\n"
		  "2026-11-21T10:52:04.123Z,3000000000,1,det,1,1,0,0,20.5,,17,\n"
		  "2026-11-21T10:52:05.123Z,4000000000,1,det,2,0,1,0,20.5,,18,\n"
		  "2026-11-21T10:52:05.123Z,4000000000,2,det,3,1,0,0,20.5,,17,\n");
	free(text);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 1));
	text = fixture_file(f->head.folder.dir, "run.yaml");
	assert_non_null(strstr(text, "- events.csv"));
	free(text);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void events_go_on_counting_when_a_run_goes_on(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer;
	struct lines lines;

	f->scan.events = true;
	writer = begun(f);
	must(writer, events_message(3, 0));
	pl_writer_stop(writer); /* as a crash leaves it */
	writer = start(f);
	must(writer, begin_message(f));
	must(writer, events_message(2, 0));
	lines = all_lines(f->head.folder.dir, "events");
	assert_int_equal(lines.count, 5);
	for (size_t i = 0; i < lines.count; i++)
		assert_int_equal(cell_number(lines.items[i], 4), i + 1);
	lines_free(&lines);
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void events_of_a_scan_that_stores_none_are_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_writer *writer = begun(f);

	assert_int_equal(ask(writer, events_message(1, 0)).status, PL_ERR_USAGE);
	assert_null(fixture_file(f->head.folder.dir, "events.csv"));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void events_that_are_not_in_the_file_are_told_in_the_audit(void **state)
{
	static const struct pl_fault_plan full = {
	    .ops = PL_FILE_WRITE, .for_ever = true, .number = ENOSPC};
	struct fixture *f = *state;
	struct pl_writer *writer;
	char *text;

	f->scan.events = true;
	writer = begun(f);
	must(writer, events_message(2, 7));
	text = fixture_file(f->head.folder.dir, "audit.csv");
	assert_non_null(strstr(text, ",alarm,events.csv,,,lost,7 events not in events.csv,"));
	free(text);
	pl_disk_set_plan(&f->disk, &full);
	assert_int_equal(ask(writer, events_message(4, 1)).status, PL_ERR_FULL);
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	must(writer, events_message(0, 0));
	text = fixture_file(f->head.folder.dir, "audit.csv");
	assert_non_null(strstr(text, ",alarm,events.csv,,,lost,5 events not in events.csv,"));
	free(text);
	must(writer, status_message(PL_WRITE_END, PL_RUN_FINISHED, 0));
	pl_writer_stop(writer);
	pl_run_folder_close(&f->head.folder);
}

static void run_yaml_holds_what_the_points_were_taken_with(void **state)
{
	struct fixture *f = *state;
	struct pl_run_status status = fixture_status(PL_RUN_RUNNING);
	static const char *const parts[] = {
	    "  dwell:\n    rule: counts\n    counts: 400\n    min_s: 2\n    max_s: 60\n"
	    "    zero_rate_s: 30\n",
	    "  settle_until:\n    path: oven.process_value\n    within: 0.5\n    for_s: 60\n"
	    "    at_most_s: 1800\n    else: ask\n",
	    "  readings:\n  - oven.process_value\n  readings_period_s: 1\n",
	    "  drift_check: true\n",
	    "  events: true\n",
	    "dead_time_error_s: 0.001\n",
	    "  - top\n  - oven.process_value\n"};
	struct pl_text text = {0};

	fixture_open(f);
	fixture_head(f);
	f->device.dead_time_error_s = 1e-3;
	f->scan.dwell = (struct pl_dwell){.rule = PL_DWELL_COUNTS,
					  .counts = 400,
					  .min_ns = 2 * PL_NS_PER_S,
					  .max_ns = 60 * PL_NS_PER_S,
					  .zero_rate_ns = 30 * PL_NS_PER_S};
	f->scan.until = (struct pl_until){.is_given = true,
					  .path = "oven.process_value",
					  .within = 0.5,
					  .for_ns = 60 * PL_NS_PER_S,
					  .at_most_ns = 1800 * PL_NS_PER_S,
					  .otherwise = PL_UNTIL_ASK};
	pl_text_copy(f->scan.readings[0].path, PL_PATH_SIZE, "oven.process_value");
	f->scan.reading_count = 1;
	f->scan.readings_period_ns = PL_NS_PER_S;
	f->scan.measures[0] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 0};
	f->scan.measures[1] = (struct pl_measure){.kind = PL_MEASURE_READING, .index = 0};
	f->scan.measure_count = 2;
	f->scan.events = f->scan.drift_check = true;
	pl_run_yaml(&f->head, &status, &text);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (!strstr(text.data, parts[i]))
			fail_msg("not in run.yaml: %s\n%s", parts[i], text.data);
	pl_text_free(&text);
	pl_run_folder_close(&f->head.folder);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(a_block_is_in_the_file_with_its_last_row_only),
	    STORE_TEST(a_block_that_fails_leaves_no_row_and_no_number),
	    STORE_TEST(durable_counts_every_row_of_a_block),
	    STORE_TEST(run_yaml_counts_the_points_of_blocks_that_are_durable),
	    STORE_TEST(more_rows_than_any_point_has_are_refused_whole),
	    STORE_TEST(settings_are_rows_with_their_units),
	    STORE_TEST(each_event_is_a_row_with_its_own_time),
	    STORE_TEST(events_go_on_counting_when_a_run_goes_on),
	    STORE_TEST(events_of_a_scan_that_stores_none_are_refused),
	    STORE_TEST(events_that_are_not_in_the_file_are_told_in_the_audit),
	    STORE_TEST(run_yaml_holds_what_the_points_were_taken_with),
	};

	return cmocka_run_group_tests_name("store_block", tests, NULL, NULL);
}
