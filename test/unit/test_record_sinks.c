/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a recording, written by their threads. */
#include "unit/sinks_fixture.h"

#include <sqlite3.h>

#define TICKS 1000

static void put_both(struct recording_fixture *f, uint64_t count)
{
	union tick_room room;

	for (uint64_t n = 0; n < count; n++) {
		assert_true(fixture_put(f, 0, fixture_tick(f, &room, 0, n, pl_clock_mono_ns())));
		assert_true(
		    pl_queue_push(f->queues[1], fixture_tick(f, &room, 1, n, pl_clock_mono_ns())));
		f->rows += DET_TARGETS;
	}
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static sqlite3 *open_base(const struct recording_fixture *f)
{
	char path[100];
	sqlite3 *base;

	snprintf(path, sizeof path, "%s/readings.sqlite", f->folder.path);
	assert_int_equal(sqlite3_open_v2(path, &base, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	return base;
}

static void assert_sql(sqlite3 *base, const char *sql, const char *expected)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(base, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
	sqlite3_finalize(statement);
}

/* As the line of CSV that its columns make; none of them needs quotes here. */
static void assert_sql_rows(const struct recording_fixture *f, sqlite3 *base)
{
	const char *line = f->expected.data;
	sqlite3_stmt *statement;
	char seconds[32];

	assert_int_equal(
	    sqlite3_prepare_v2(base, "SELECT * FROM readings ORDER BY id", -1, &statement, NULL),
	    SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct pl_text row = {0};

		for (int i = 0; i < PL_ROW_COLUMNS; i++) {
			const char *cell = (const char *)sqlite3_column_text(statement, i + 1);

			if (i == PL_ROW_LATENCY && cell) {
				snprintf(seconds, sizeof seconds, "%.9f",
					 sqlite3_column_double(statement, i + 1));
				cell = seconds;
			}
			if (i == PL_ROW_VALUE &&
			    sqlite3_column_type(statement, i + 1) == SQLITE_FLOAT)
				pl_text_add_number(&row, sqlite3_column_double(statement, i + 1));
			else if (cell)
				pl_text_add_string(&row, cell);
			pl_text_add_string(&row, i + 1 < PL_ROW_COLUMNS ? "," : "\n");
		}
		assert_int_equal(strncmp(line, row.data, row.length), 0);
		line += row.length;
		pl_text_free(&row);
	}
	assert_int_equal(*line, '\0');
	sqlite3_finalize(statement);
}

static void every_row_is_in_every_sink(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_row_maker *maker;
	struct pl_text json = {0};
	union tick_room room;
	struct pl_sinks_state last;
	size_t count;
	sqlite3 *base;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL | PL_SINK_SQLITE;
	f->recording.raw = true;
	maker = pl_row_maker_new(&f->bench, &f->recording, PL_ROW_JSON, true);
	fixture_start(f);
	for (uint64_t n = 0; n < TICKS; n++) {
		struct pl_tick *tick = n % 100 == 99
					   ? fixture_gap(&room, n % 200 == 99 ? 0 : -1, n, 3)
					   : fixture_tick(f, &room, 0, n, pl_clock_mono_ns());

		assert_true(fixture_put(f, 0, tick));
		pl_row_add_tick(maker, tick, &json);
	}
	last = fixture_finish(f);
	assert_int_equal(last.ticks, TICKS);
	assert_int_equal(last.rows, f->rows);
	assert_int_equal(last.gaps, TICKS / 100);
	assert_int_equal(last.behind_ns, 0);
	assert_int_equal(last.error.code, PL_OK);
	assert_rows(f, "readings.csv");
	char *lines = folder_read(&f->folder, "readings.jsonl", &count);
	assert_string_equal(lines, json.data);
	free(lines);
	base = open_base(f);
	assert_sql_rows(f, base);
	assert_sql(base, "SELECT value FROM meta WHERE key = 'schema'", "1");
	assert_sql(base, "SELECT value FROM meta WHERE key = 'recording'", "slow");
	assert_sql(base, "SELECT value FROM meta WHERE key = 'started_at'",
		   "2026-11-21T10:52:06.123Z");
	assert_sql(base, "SELECT typeof(value) FROM readings WHERE parameter = 'state'", "text");
	assert_sql(base, "SELECT DISTINCT raw FROM readings WHERE raw IS NOT NULL", "0103020fa0");
	sqlite3_close(base);
	pl_text_free(&json);
	pl_row_maker_free(maker);
}

static void ticks_of_all_buses_are_taken(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_state last;
	char *rows;

	fixture_start(f);
	put_both(f, TICKS);
	last = fixture_finish(f);
	assert_int_equal(last.ticks, 2 * TICKS);
	assert_int_equal(last.rows, TICKS * (OVEN_TARGETS + DET_TARGETS));
	rows = fixture_rows(f, "readings.csv");
	assert_int_equal(count_lines(rows), last.rows);
	free(rows);
}

static bool all_and_none_behind(const struct recording_fixture *f,
				const struct pl_sinks_state *state)
{
	return all_written(f, state) && state->behind_ns == 0;
}

static void rows_are_written_when_no_more_come(void **state)
{
	struct recording_fixture *f = *state;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL | PL_SINK_SQLITE;
	fixture_start(f);
	fixture_put_many(f, 0, 3);
	fixture_await(f, all_and_none_behind);
	assert_rows(f, "readings.csv");
	sqlite3 *base = open_base(f);
	assert_sql(base, "SELECT count(*) FROM readings", "9");
	sqlite3_close(base);
	fixture_put_many(f, 3, 2);
	fixture_await(f, all_and_none_behind);
	assert_rows(f, "readings.csv");
}

static bool is_behind(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	(void)f;
	return state->behind_ns > 0;
}

static void rows_that_are_held_are_behind(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_state now;

	f->recording.flush_ns = 3600 * PL_NS_PER_S;
	fixture_start(f);
	fixture_put_many(f, 0, 2);
	now = fixture_await(f, is_behind);
	assert_int_equal(now.rows, 0);
	now = fixture_finish(f);
	assert_int_equal(now.behind_ns, 0);
	assert_rows(f, "readings.csv");
}

static void an_empty_recording_has_headers_only(void **state)
{
	struct recording_fixture *f = *state;
	size_t count;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL;
	fixture_start(f);
	struct pl_sinks_state last = fixture_finish(f);
	assert_int_equal(last.parts[0], 1);
	assert_int_equal(last.parts[1], 1);
	assert_int_equal(last.parts[2], 0);
	assert_rows(f, "readings.csv");
	char *lines = folder_read(&f->folder, "readings.jsonl", &count);
	assert_string_equal(lines, "");
	free(lines);
}

static bool all_taken(const struct recording_fixture *f, const struct pl_sinks_state *state)
{
	return state->ticks * OVEN_TARGETS == f->rows;
}

static void followers_that_do_not_read_lose_lines_which_are_counted(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_line line;

	f->lines = pl_queue_new(sizeof line, 4);
	f->setup.lines = f->lines;
	fixture_start(f);
	fixture_put_many(f, 0, 4);
	fixture_await(f, all_taken);
	for (int i = 0; i < 4; i++) {
		assert_true(pl_queue_pop(f->lines, &line));
		assert_int_equal(line.lost, 0);
		assert_int_equal(line.text[strlen(line.text) - 1], '}');
	}
	fixture_put_many(f, 4, 1);
	fixture_await(f, all_taken);
	assert_true(pl_queue_pop(f->lines, &line));
	assert_int_equal(line.lost, 4 * OVEN_TARGETS - 4);
	assert_non_null(strstr(line.text, "{\"tick\":4,"));
	fixture_finish(f);
	assert_rows(f, "readings.csv");
}

static void a_line_too_long_for_followers_goes_without_its_reason(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_line line;
	union tick_room room;
	struct pl_tick *tick = fixture_tick(f, &room, 0, 0, pl_clock_mono_ns());

	memset(tick->samples[0].reading.reason, '\x01', PL_REASON_SIZE - 1);
	f->lines = pl_queue_new(sizeof line, 4);
	f->setup.lines = f->lines;
	fixture_start(f);
	assert_true(fixture_put(f, 0, tick));
	fixture_finish(f);
	assert_true(pl_queue_pop(f->lines, &line));
	assert_non_null(strstr(line.text, "\"reason\":null"));
	assert_int_equal(line.text[strlen(line.text) - 1], '}');
	assert_rows(f, "readings.csv");
}

static void a_second_start_goes_on_and_overwrites_nothing(void **state)
{
	struct recording_fixture *f = *state;
	struct pl_sinks_state last;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_SQLITE;
	fixture_start(f);
	fixture_put_many(f, 0, 5);
	fixture_finish(f);
	fixture_start(f);
	f->rows = 0;
	fixture_put_many(f, 5, 5);
	last = fixture_finish(f);
	assert_int_equal(last.parts[0], 1);
	assert_int_equal(last.parts[2], 2);
	assert_rows(f, "readings.csv");
	sqlite3 *base = open_base(f);
	assert_sql(base, "SELECT count(*) || '/' || max(tick) FROM readings", "15/4");
	sqlite3_close(base);
}

static void sqlite_is_refused_on_a_network_file_system(void **state)
{
	struct recording_fixture *f = *state;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_SQLITE;
	f->setup.is_network = true;
	fixture_start_refused(f, PL_ERR_UNSUPPORTED);
	assert_int_equal(folder_count(&f->folder), 0);
}

static void case_22_a_planted_link_is_refused_and_nothing_is_left(void **state)
{
	static const char *const names[] = {"readings.csv", "readings.jsonl", "readings.sqlite",
					    "readings.sqlite-wal", "readings.sqlite-shm"};
	struct recording_fixture *f = *state;
	size_t count;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL | PL_SINK_SQLITE;
	assert_int_equal(folder_write(&f->folder, "victim", "mine", 4), 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(symlinkat("victim", f->folder.fd, names[i]), 0);
		fixture_start_refused(f, PL_ERR_EXISTS);
		assert_int_equal(folder_count(&f->folder), 2);
		assert_int_equal(unlinkat(f->folder.fd, names[i], 0), 0);
	}
	char *victim = folder_read(&f->folder, "victim", &count);
	assert_string_equal(victim, "mine");
	free(victim);
}

static void case_23_the_files_are_for_the_owner_and_the_group(void **state)
{
	static const char *const names[] = {"readings.csv", "readings.jsonl", "readings.sqlite",
					    "readings.sqlite-wal"};
	struct recording_fixture *f = *state;
	struct stat st;

	f->recording.sinks = PL_SINK_CSV | PL_SINK_JSONL | PL_SINK_SQLITE;
	mode_t before = umask(0);
	fixture_start(f);
	fixture_put_many(f, 0, 1);
	fixture_await(f, all_written);
	umask(before);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(fstatat(f->folder.fd, names[i], &st, 0), 0);
		assert_int_equal(st.st_mode & 0777, 0640);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    TEST(every_row_is_in_every_sink),
	    TEST(ticks_of_all_buses_are_taken),
	    TEST(rows_are_written_when_no_more_come),
	    TEST(rows_that_are_held_are_behind),
	    TEST(an_empty_recording_has_headers_only),
	    TEST(followers_that_do_not_read_lose_lines_which_are_counted),
	    TEST(a_line_too_long_for_followers_goes_without_its_reason),
	    TEST(a_second_start_goes_on_and_overwrites_nothing),
	    TEST(sqlite_is_refused_on_a_network_file_system),
	    TEST(case_22_a_planted_link_is_refused_and_nothing_is_left),
	    TEST(case_23_the_files_are_for_the_owner_and_the_group),
	};

	return cmocka_run_group_tests_name("record_sinks", tests, NULL, NULL);
}
