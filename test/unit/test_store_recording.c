/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording in its run folder: what run.yaml tells of it, how it is listed, and how its rows are
 * judged. */
#include "unit/store_recording.h"

#include "store/readings_read.h"
#include "store/run_read.h"
#include "store/verify.h"

#define HEADER                                                                                     \
	"tick,scheduled_ns,lateness_ns,device,address,protocol,parameter,parameter_id,instance,"   \
	"value,unit,t_mono_ns,t_utc,requested_at,received_at,latency_s,status,reason,"             \
	"t_midpoint_mono_ns\n"
#define ROW(tick, value)                                                                           \
	tick "," tick "000,12,det,1,fake,temperature,,1," value ",C," tick                         \
	     "500,2026-11-21T10:52:06.123Z,2026-11-21T10:52:06.122Z,2026-11-21T10:52:06.124Z,"     \
	     "0.002,ok,,\n"
#define FAILED(tick)                                                                               \
	tick "," tick "000,12,det,1,fake,temperature,,1,,C,,,,,,missing,\"no answer, late\",\n"
#define GAP(tick, slots) tick "," tick "000,,,,,,,,,,,,,,,gap,n=" slots "; overrun,\n"

/* Four ticks polled, of which one failed; three slots skipped. */
#define ROWS ROW("0", "21.5") ROW("1", "21.6") GAP("2", "3") FAILED("5") ROW("6", "21.7")

struct recorded {
	struct fixture *f;
	struct recording_fixture r;
	struct pl_writer *writer;
	int dir;
};

static struct pl_record_books books_of_rows(void)
{
	return (struct pl_record_books){.on_time = 2,
					.late = 1,
					.failed = 1,
					.skipped = {[PL_SKIP_OVERRUN] = 3},
					.reads_ok = 3,
					.reads_failed = {[PL_READ_UNANSWERED] = 1},
					.samples_emitted = 4,
					.samples_late = 3,
					.rows = 4,
					.gaps = 1,
					.started_utc_ns = FIXTURE_UTC_NS};
}

static void put_file(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static struct recorded begun(struct fixture *f)
{
	struct recorded run = {.f = f};

	fixture_open(f);
	recording_head(f, &run.r, "slow");
	run.r.recording.events_device = -1;
	run.writer = start(f);
	return run;
}

/* r stays where it is from here on. */
static void go(struct recorded *run)
{
	struct pl_write message = recording_status(PL_WRITE_STATUS, PL_RUN_RUNNING, RECORDING_BOOK);

	run->r.recording.readings = &run->r.reading;
	run->r.head.recording = &run->r.recording;
	run->dir = run->r.head.folder.dir;
	must(run->writer, begin_recording(&run->r, RECORDING_BOOK));
	message.status.books = books_of_rows();
	must(run->writer, message);
}

static void end(struct recorded *run, unsigned parts)
{
	struct pl_write message = recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK);

	message.status.books = books_of_rows();
	message.status.reading_parts[PL_READINGS_CSV] = (uint16_t)parts;
	must(run->writer, message);
	pl_writer_stop(run->writer);
}

static void close_run(struct recorded *run)
{
	pl_run_folder_close(&run->r.head.folder);
}

static struct pl_verdict verdict_of(const struct recorded *run)
{
	struct pl_verdict verdict;

	assert_int_equal(pl_verify_run(run->r.head.folder.path, &verdict, NULL), PL_OK);
	return verdict;
}

static void assert_found(const struct recorded *run, bool is_bad, const char *code,
			 const char *where)
{
	struct pl_verdict verdict = verdict_of(run);

	for (size_t i = 0; i < verdict.count; i++)
		if (verdict.items[i].is_bad == is_bad && !strcmp(verdict.items[i].code, code) &&
		    !strcmp(verdict.items[i].where, where))
			return;
	for (size_t i = 0; i < verdict.count; i++)
		print_message("%s: %s: %s\n", verdict.items[i].code, verdict.items[i].where,
			      verdict.items[i].text);
	fail_msg("no %s at %s", code, where);
}

static void assert_clean(const struct recorded *run)
{
	struct pl_verdict verdict = verdict_of(run);

	for (size_t i = 0; i < verdict.count; i++)
		print_message("%s: %s: %s\n", verdict.items[i].code, verdict.items[i].where,
			      verdict.items[i].text);
	assert_int_equal(verdict.count, 0);
	assert_int_equal(verdict.readings, 5);
}

/* ---- run.yaml ---- */

static void run_yaml_tells_what_was_recorded_and_what_became_of_it(void **state)
{
	static const char *const wanted[] = {
	    "kind: recording\n",
	    "name: slow\n",
	    "rate_hz: 2\n",
	    "path: det.temperature\n",
	    "unit: C\n",
	    "time_s: 60\n",
	    "overflow: drop_oldest\n",
	    "- csv\n",
	    "- sqlite\n",
	    "samples_emitted: 115\n",
	    "samples_late: 5\n",
	    "max_drift_ms: 1.25\n",
	    "tick_duration_ms_p99: 8\n",
	    "started_at: '2026-11-21T10:52:06.123Z'\n",
	    "disconnects: 1\n",
	    "blocked: 3\n",
	    "unanswered: 1\n",
	    "- readings.csv\n",
	    "- readings.2.csv\n",
	    "- readings.sqlite\n",
	    "- events.csv\n",
	};
	struct fixture *f = *state;
	struct recording_fixture r = {0};
	struct pl_run_status status;
	struct pl_text text = {0};

	fixture_open(f);
	recording_head(f, &r, "slow");
	status = recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK).status;
	status.reading_parts[PL_READINGS_CSV] = 2;
	status.reading_parts[PL_READINGS_SQLITE] = 1;
	status.parts[PL_RUN_RAW_EVENTS] = 1;
	pl_run_yaml(&r.head, &status, &text);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (!strstr(text.data, wanted[i]))
			fail_msg("no `%s` in %s", wanted[i], text.data);
	assert_null(strstr(text.data, "points.csv"));
	assert_null(strstr(text.data, "settings.csv"));
	pl_text_free(&text);
	pl_run_folder_close(&r.head.folder);
}

static void the_books_come_back_as_they_were_written(void **state)
{
	struct fixture *f = *state;
	struct recorded run = begun(f);
	struct pl_record_books books = a_minute_of_books();
	struct pl_write message = recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK);
	struct pl_run_record record;

	go(&run);
	message.status.reading_parts[PL_READINGS_CSV] = 3;
	must(run.writer, message);
	pl_writer_stop(run.writer);
	assert_int_equal(pl_run_read(run.dir, &record, NULL), PL_OK);
	assert_true(pl_run_record_is_recording(&record));
	assert_string_equal(record.scan, "slow");
	assert_int_equal(record.state, PL_RUN_FINISHED);
	assert_int_equal(record.reading_parts[PL_READINGS_CSV], 3);
	assert_int_equal(record.reading_parts[PL_READINGS_JSONL], 0);
	assert_int_equal(record.rate_hz, 2);
	assert_memory_equal(&record.books, &books, sizeof books);
	pl_run_record_fini(&record);
	close_run(&run);
}

static void the_result_has_the_books_and_the_keys_of_a_scan(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture r = {0};
	struct pl_run_status status;
	struct pl_json *result;
	const struct pl_json *books;

	fixture_open(f);
	recording_head(f, &r, "slow");
	status = recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK).status;
	result = pl_run_result_json(&r.head, &status);
	books = pl_json_get(result, "books");
	assert_int_equal(pl_json_get_integer(books, "samples_emitted", 0), 115);
	assert_int_equal(pl_json_get_integer(pl_json_get(books, "skipped"), "blocked", 0), 3);
	assert_int_equal(pl_json_size(pl_json_get(result, "channels")), 0);
	assert_true(pl_json_get_boolean(result, "success", false));
	assert_string_equal(pl_json_get_text(result, "state", ""), "finished");
	assert_non_null(pl_json_get(result, "scanned_channels"));
	pl_json_free(result);
	pl_run_folder_close(&r.head.folder);
}

static void a_list_of_runs_tells_ticks_and_loss(void **state)
{
	struct fixture *f = *state;
	struct recorded run = begun(f);
	struct pl_run_summary *runs;
	size_t count;

	go(&run);
	end(&run, 0);
	assert_int_equal(pl_runs_list(f->path, &runs, &count, NULL), PL_OK);
	assert_int_equal(count, 1);
	assert_string_equal(runs[0].kind, "recording");
	assert_string_equal(runs[0].name, "slow");
	assert_int_equal(runs[0].samples_emitted, 4);
	assert_int_equal(runs[0].samples_late, 3);
	assert_string_equal(runs[0].problem, "");
	free(runs);
	close_run(&run);
}

/* ---- a crash ---- */

static void a_crashed_recording_is_not_taken_up_again(void **state)
{
	struct fixture *f = *state;
	struct recorded run = begun(f);
	struct pl_run_folder folder;
	struct pl_run_summary newest;
	struct pl_error error;

	go(&run);
	pl_writer_stop(run.writer);
	close_run(&run);
	assert_int_equal(pl_run_folder_reopen(&f->workspace, "1", &folder, &error), PL_ERR_USAGE);
	assert_non_null(strstr(error.text, "recording slow"));
	assert_non_null(strstr(error.text, "begun anew"));
	assert_int_equal(pl_runs_unfinished(f->path, "", &newest, NULL), PL_ERR_NOT_RUNNING);
}

static void a_torn_tail_of_a_crash_is_told_and_is_not_bad(void **state)
{
	struct fixture *f = *state;
	struct recorded run = begun(f);
	struct pl_verdict verdict;

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROW("0", "21.5") "1,1000,12,det,1,fa");
	pl_writer_stop(run.writer);
	close_run(&run);
	assert_found(&run, false, "torn", "readings.csv:3");
	verdict = verdict_of(&run);
	assert_int_equal(verdict.bad, 0);
}

/* ---- verify ---- */

static void a_recording_that_ended_in_order_is_clean(void **state)
{
	struct recorded run = begun(*state);

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROWS);
	end(&run, 1);
	assert_clean(&run);
	close_run(&run);
}

/* Two parts: one that was full, and one that a failed sync made repeat the last rows. */
static void parts_are_read_as_one_file(void **state)
{
	struct recorded run = begun(*state);
	struct pl_write message = recording_status(PL_WRITE_STATUS, PL_RUN_RUNNING, RECORDING_BOOK);

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROW("0", "21.5"));
	must(run.writer, message);
	put_file(run.dir, "readings.2.csv", HEADER ROW("1", "21.6") GAP("2", "3") "5,5000,12,de");
	must(run.writer, message);
	put_file(run.dir, "readings.3.csv", HEADER GAP("2", "3") FAILED("5") ROW("6", "21.7"));
	end(&run, 3);
	assert_clean(&run);
	put_file(run.dir, "readings.csv", HEADER ROW("0", "21.4"));
	assert_found(&run, true, "edited", "readings.csv");
	close_run(&run);
}

static void what_is_edited_is_found(void **state)
{
	static const struct {
		const char *text, *code, *where;
	} cases[] = {
	    {HEADER ROW("0", "21.4") ROW("1", "21.6") GAP("2", "3") FAILED("5") ROW("6", "21.7"),
	     "edited", "readings.csv"}, /* the seal */
	    {HEADER ROW("0", "21.5") ROW("1", "21.6") GAP("2", "3") ROW("6", "21.7"), "counts",
	     "run.yaml"},
	    {HEADER ROWS ROW("7", "21.8"), "added", "readings.csv:7"},
	    {HEADER ROW("1", "21.5") ROW("0", "21.6") GAP("2", "3") FAILED("5") ROW("6", "21.7"),
	     "order", "readings.csv:3"},
	    {HEADER ROW("0", "21.5") "1,1000,rubbish\n" ROW("6", "21.7"), "damaged",
	     "readings.csv:3"},
	    {HEADER ROW("0", "21.5") GAP("1", "x") ROW("6", "21.7"), "damaged", "readings.csv:3"},
	    {"tick,value\n0,1\n", "damaged", "readings.csv:1"},
	    {HEADER ROWS "7,7000,12,det", "torn", "readings.csv:7"},
	};
	struct recorded run = begun(*state);

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROWS);
	end(&run, 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put_file(run.dir, "readings.csv", cases[i].text);
		assert_found(&run, true, cases[i].code, cases[i].where);
	}
	unlinkat(run.dir, "readings.csv", 0);
	assert_found(&run, true, "missing", "readings.csv");
	close_run(&run);
}

static void books_that_do_not_add_up_are_found(void **state)
{
	struct recorded run = begun(*state);
	struct pl_write message = recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK);

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROWS);
	message.status.books = books_of_rows();
	message.status.books.on_time = 3;
	message.status.reading_parts[PL_READINGS_CSV] = 1;
	must(run.writer, message);
	pl_writer_stop(run.writer);
	assert_found(&run, true, "counts", "run.yaml");
	close_run(&run);
}

/* ---- the reader ---- */

static void a_row_is_read_with_all_its_cells(void **state)
{
	struct recorded run = begun(*state);
	struct pl_readings *readings;
	struct pl_readings_row row;
	bool is_there;

	go(&run);
	put_file(run.dir, "readings.csv", HEADER ROW("1", "21.6") GAP("2", "3") FAILED("5"));
	assert_int_equal(pl_readings_open(run.dir, &readings, NULL), PL_OK);
	assert_int_equal(pl_readings_next(readings, &row, &is_there, NULL), PL_OK);
	assert_true(is_there);
	assert_int_equal(row.tick, 1);
	assert_int_equal(row.scheduled_ns, 1000);
	assert_int_equal(row.lateness_ns, 12);
	assert_string_equal(row.device, "det");
	assert_string_equal(row.parameter, "temperature");
	assert_string_equal(row.text, "21.6");
	assert_true(fabs(row.value - 21.6) < 1e-12);
	assert_true(fabs(row.latency_s - 0.002) < 1e-12);
	assert_string_equal(row.status, "ok");
	assert_string_equal(row.place, "readings.csv:2");
	assert_int_equal(pl_readings_next(readings, &row, &is_there, NULL), PL_OK);
	assert_true(row.is_gap);
	assert_int_equal(row.slots, 3);
	assert_string_equal(row.reason, "n=3; overrun");
	assert_int_equal(pl_readings_next(readings, &row, &is_there, NULL), PL_OK);
	assert_string_equal(row.reason, "no answer, late");
	assert_true(isnan(row.value));
	assert_int_equal(row.t_mono_ns, INT64_MIN);
	assert_int_equal(pl_readings_next(readings, &row, &is_there, NULL), PL_OK);
	assert_false(is_there);
	assert_null(pl_readings_torn(readings));
	pl_readings_close(readings);
	pl_writer_stop(run.writer);
	close_run(&run);
}

static void a_first_part_that_was_taken_away_is_passed_over(void **state)
{
	struct recorded run = begun(*state);
	struct pl_readings *readings;
	struct pl_readings_row row;
	bool is_there;

	go(&run);
	assert_int_equal(pl_readings_open(run.dir, &readings, NULL), PL_ERR_NOT_FOUND);
	put_file(run.dir, "readings.4.csv", HEADER ROW("1", "21.6"));
	assert_int_equal(pl_readings_open(run.dir, &readings, NULL), PL_OK);
	assert_int_equal(pl_readings_next(readings, &row, &is_there, NULL), PL_OK);
	assert_true(is_there);
	assert_string_equal(row.place, "readings.4.csv:2");
	pl_readings_close(readings);
	pl_writer_stop(run.writer);
	close_run(&run);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(run_yaml_tells_what_was_recorded_and_what_became_of_it),
	    CASE(the_books_come_back_as_they_were_written),
	    CASE(the_result_has_the_books_and_the_keys_of_a_scan),
	    CASE(a_list_of_runs_tells_ticks_and_loss),
	    CASE(a_crashed_recording_is_not_taken_up_again),
	    CASE(a_torn_tail_of_a_crash_is_told_and_is_not_bad),
	    CASE(a_recording_that_ended_in_order_is_clean),
	    CASE(parts_are_read_as_one_file),
	    CASE(what_is_edited_is_found),
	    CASE(books_that_do_not_add_up_are_found),
	    CASE(a_row_is_read_with_all_its_cells),
	    CASE(a_first_part_that_was_taken_away_is_passed_over),
	};

	return cmocka_run_group_tests_name("store_recording", tests, NULL, NULL);
}
