/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated detector end to end: a child process, its pty, and its truth log beside what came
 * through the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/child.h"

#define LINE_SIZE 1024

/* Reads until a line begins with `start`; line holds it. */
static void read_until(struct child *child, const char *start, char line[LINE_SIZE])
{
	do
		assert_true(child_line(child, line, LINE_SIZE));
	while (strncmp(line, start, strlen(start)) != 0);
}

static void say(struct child *child, const char *text)
{
	child_say(child, text, strlen(text));
}

/* Every event read is the next event of the truth, and came after its write began. */
static void compare_with_truth(const struct truth *truth, const int (*hits)[3],
			       const int64_t *read_ns, size_t count)
{
	size_t seen = 0;

	for (size_t i = 0; i < truth->count && seen < count; i++) {
		const struct truth_row *row = &truth->rows[i];

		if (strcmp(row->kind, "event") != 0 || row->dropped)
			continue;
		assert_memory_equal(row->hits, hits[seen], sizeof(row->hits));
		assert_true(row->before_ns <= read_ns[seen]);
		assert_true(row->event_ns <= row->before_ns && row->before_ns <= row->t_ns);
		seen++;
	}
	assert_int_equal(seen, count);
}

#define EVENTS 400

static void read_and_compare(size_t count, const char *const *words)
{
	struct child *child = child_start(count, words);
	static const int64_t ever = INT64_MAX;
	int hits[EVENTS][3];
	int64_t read_ns[EVENTS];
	char line[LINE_SIZE];
	struct truth truth;

	for (size_t seen = 0; seen < EVENTS;) {
		assert_true(child_line(child, line, sizeof(line)));
		if (!child_is_event(line, hits[seen]))
			continue;
		read_ns[seen++] = child->read_ns;
	}
	truth = child_end(child);
	compare_with_truth(&truth, (const int(*)[3])hits, read_ns, EVENTS);
	assert_true(truth_count(&truth, 0, 0, ever) >= EVENTS);
	assert_int_equal(truth_rows(&truth, "end", NULL), 1);
	child_free(child, &truth);
}

#define READ_AND_COMPARE(...)                                                                      \
	read_and_compare(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                   \
			 (const char *[]){__VA_ARGS__})

static void every_event_read_stands_in_the_truth(void **state)
{
	(void)state;
	READ_AND_COMPARE("rate=1000", "threshold=250", "baud=0");
}

static void the_same_holds_at_line_speed_with_garbage_between(void **state)
{
	(void)state;
	READ_AND_COMPARE("rate=300", "threshold=250", "baud=921600", "debug=20", "stray=50",
			 "garbage=50", "eol=lf");
}

static void a_line_takes_its_time_on_the_wire(void **state)
{
	struct child *child = CHILD("rate=20", "threshold=250", "baud=9600", "boot=no");
	char line[LINE_SIZE];
	struct truth truth;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_true(child_line(child, line, sizeof(line)));
	truth = child_end(child);
	for (size_t i = 0; i < truth.count; i++) {
		if (strcmp(truth.rows[i].kind, "event") != 0 || truth.rows[i].dropped)
			continue;
		/* A legacy line has at least 28 bytes, its end included. */
		assert_true(truth.rows[i].before_ns - truth.rows[i].event_ns >=
			    28 * 10 * PL_NS_PER_S / 9600);
	}
	child_free(child, &truth);
}

/* No event after the reply may have fired the channel that was suppressed. */
static void expect_silent_channel(struct child *child, int channel)
{
	char line[LINE_SIZE];
	int hits[3];

	for (int events = 0; events < 100;) {
		assert_true(child_line(child, line, sizeof(line)));
		if (!child_is_event(line, hits))
			continue;
		assert_int_equal(hits[channel - 1], 0);
		events++;
	}
}

static const struct truth_row *find_row(const struct truth *truth, const char *kind,
					const char *detail)
{
	for (size_t i = 0; i < truth->count; i++) {
		if (!strcmp(truth->rows[i].kind, kind) && !strcmp(truth->rows[i].detail, detail))
			return &truth->rows[i];
	}
	fail_msg("no row %s %s in the truth", kind, detail);
	return NULL;
}

static void a_threshold_set_by_text_holds_from_its_reply_on(void **state)
{
	struct child *child =
	    CHILD("rate=300", "threshold=250", "baud=0", "reply_delay=20", "reply_spread=5");
	char line[LINE_SIZE];
	const struct truth_row *row;
	struct truth truth;

	(void)state;
	say(child, "SET_THRESHOLD 1 1023\n");
	read_until(child, "{\"type\":\"response\"", line);
	assert_non_null(strstr(line, "\"channel\":1,\"threshold\":1023}"));
	expect_silent_channel(child, 1);
	say(child, "GET_STATUS\n");
	read_until(child, "{\"type\":\"response\"", line);
	assert_non_null(strstr(line, "\"thresholds_ch1\":1023,\"thresholds_ch2\":250"));
	truth = child_end(child);
	row = find_row(&truth, "threshold", "written");
	assert_int_equal(row->channel, 1);
	assert_int_equal(row->old, 250);
	assert_int_equal(row->fresh, 1023);
	for (size_t i = 0; i < truth.count; i++)
		assert_false(!strcmp(truth.rows[i].kind, "event") &&
			     truth.rows[i].event_ns > row->t_ns && truth.rows[i].hits[0]);
	child_free(child, &truth);
}

static void a_threshold_set_by_bytes_is_echoed_between_events(void **state)
{
	struct child *child =
	    CHILD("rate=500", "threshold=250", "baud=0", "fault=interleave:ms=30");
	char line[LINE_SIZE];
	int hits[3], events = 0;
	struct truth truth;

	(void)state;
	child_say(child, "\x02\x1F\xFC\n", 4);
	read_until(child, "2", line);
	while (strcmp(line, "2") != 0)
		read_until(child, "2", line);
	for (int reply = 0; reply < 2;) {
		assert_true(child_line(child, line, sizeof(line)));
		events += child_is_event(line, hits);
		if (!child_is_event(line, hits))
			assert_string_equal(line, reply++ == 0 ? "31" : "252");
	}
	assert_true(events > 0);
	expect_silent_channel(child, 2);
	truth = child_end(child);
	assert_int_equal(find_row(&truth, "threshold", "written")->fresh, 1023);
	assert_int_equal(truth_rows(&truth, "fault", "interleave"), 1);
	child_free(child, &truth);
}

#define QUICK "reply_delay=1", "reply_spread=0", "reply_gap=0", "boot=no", "rate=0", "noise=0"

static void case_43_a_refused_write_changes_nothing(void **state)
{
	struct child *child = CHILD(QUICK, "fault=refuse:count=2:code=3");
	char line[LINE_SIZE];
	struct truth truth;

	(void)state;
	say(child, "SET_THRESHOLD 3 310\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"status\":\"error\""));
	assert_non_null(strstr(line, "\"error_code\":3"));
	child_say(child, "\x03\x14\xB0\n", 4);
	read_until(child, "", line);
	assert_string_equal(line, "dame");
	say(child, "SET_THRESHOLD 3 310\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"channel\":3,\"threshold\":310}"));
	truth = child_end(child);
	assert_int_equal(truth_rows(&truth, "threshold", NULL), 1);
	child_free(child, &truth);
}

static void case_43_a_clipped_write_shows_in_the_read_back(void **state)
{
	struct child *child = CHILD(QUICK, "fault=clip:to=305");
	char line[LINE_SIZE];

	(void)state;
	say(child, "SET_THRESHOLD 1 320\nGET_THRESHOLD 1\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":320}"));
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":305}"));
	child_free(child, NULL);
}

static void case_34_a_late_reply_comes_after_the_next_one(void **state)
{
	struct child *child = CHILD(QUICK, "fault=late:nth=1:ms=150");
	char line[LINE_SIZE];

	(void)state;
	say(child, "SET_THRESHOLD 1 301\nSET_THRESHOLD 1 302\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":302}"));
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":301}"));
	child_free(child, NULL);
}

static void case_35_a_reply_in_pieces_is_whole_in_the_end(void **state)
{
	struct child *child = CHILD(QUICK, "fault=split:pieces=5:ms=10");
	char line[LINE_SIZE];
	int64_t said_ns = pl_clock_mono_ns();

	(void)state;
	say(child, "SET_THRESHOLD 2 299\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"channel\":2,\"threshold\":299}"));
	assert_true(child->read_ns - said_ns >= 40 * PL_NS_PER_MS);
	child_free(child, NULL);
}

static void an_unanswered_write_says_nothing(void **state)
{
	struct child *child = CHILD(QUICK, "fault=unanswered:nth=1;unanswered:nth=1:done=yes:at=7");
	char line[LINE_SIZE];

	(void)state;
	say(child, "SET_THRESHOLD 1 320\nSET_THRESHOLD 1 7\nGET_THRESHOLD 1\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":7}"));
	child_free(child, NULL);
}

static void case_42_a_reboot_forgets_thresholds(void **state)
{
	struct child *child = CHILD("reply_delay=1", "reply_spread=0", "rate=0", "noise=0",
				    "fault=reboot:nth=1:ms=30:s=0.05");
	char line[LINE_SIZE];
	struct truth truth;

	(void)state;
	read_until(child, "DEBUG kurikintons", line);
	say(child, "SET_THRESHOLD 1 320\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":320}"));
	read_until(child, "DEBUG kurikintons", line);
	say(child, "GET_THRESHOLD 1\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":300}"));
	truth = child_end(child);
	assert_int_equal(truth_rows(&truth, "threshold", "power-on"), 3);
	assert_int_equal(truth_rows(&truth, "fault", "reboot"), 1);
	assert_int_equal(truth_rows(&truth, "boot", NULL), 2);
	child_free(child, &truth);
}

static void case_26_an_unplugged_port_is_gone_and_comes_back(void **state)
{
	struct child *child =
	    CHILD("rate=200", "threshold=250", "boot=no", "fault=unplug:from=0.1:replug=0.05");
	char line[LINE_SIZE];
	struct truth truth;

	(void)state;
	while (child_line(child, line, sizeof(line)))
		;
	child_close(child);
	child_read_path(child);
	snprintf(child->path, sizeof(child->path), "%s", child->link);
	child_open(child);
	assert_true(child_line(child, line, sizeof(line)));
	truth = child_end(child);
	assert_int_equal(truth_rows(&truth, "close", "unplugged"), 1);
	assert_int_equal(truth_rows(&truth, "start", NULL), 2);
	assert_int_equal(access(child->link, F_OK), -1);
	child_free(child, &truth);
}

static void an_unplug_for_good_ends_the_simulator(void **state)
{
	struct child *child = CHILD("fault=unplug:from=0.05");
	char line[LINE_SIZE];

	(void)state;
	while (child_line(child, line, sizeof(line)))
		;
	assert_int_equal(child_exit_status(child), 0);
	child_free(child, NULL);
}

static void case_48_an_endless_line_ends_and_events_go_on(void **state)
{
	struct child *child = CHILD("rate=200", "threshold=250", "boot=no", "baud=0",
				    "fault=endless:from=0.05:bytes=300000");
	char bytes[4096], line[LINE_SIZE];
	size_t length = 0;
	int hits[3];
	struct truth truth;

	(void)state;
	for (bool over = false; !over;) {
		ssize_t got;

		child_wait(child->fd, POLLIN);
		got = read(child->fd, bytes, sizeof(bytes));
		for (ssize_t i = 0; i < got && !over; i++) {
			length += bytes[i] == 'x';
			over = length > 0 && bytes[i] == '\n';
		}
	}
	assert_int_equal(length, 300000 - 1);
	for (int events = 0; events < 10;) {
		assert_true(child_line(child, line, sizeof(line)));
		events += child_is_event(line, hits);
	}
	truth = child_end(child);
	assert_int_equal(truth_rows(&truth, "fault", "endless"), 1);
	child_free(child, &truth);
}

static void silence_says_and_hears_nothing(void **state)
{
	struct child *child = CHILD(QUICK, "fault=silence:nth=1:s=0.2");
	char line[LINE_SIZE];
	int64_t said_ns;

	(void)state;
	said_ns = pl_clock_mono_ns();
	say(child, "SET_THRESHOLD 1 320\n");
	for (int i = 0;; i++) {
		struct pollfd ready = {.fd = child->fd, .events = POLLIN};

		say(child, "GET_THRESHOLD 1\n");
		if (pl_clock_poll(&ready, 1, pl_clock_mono_ns() + 20 * PL_NS_PER_MS) > 0)
			break;
		assert_true(i < 1000);
	}
	read_until(child, "{", line);
	assert_true(child->read_ns - said_ns >= 200 * PL_NS_PER_MS);
	assert_non_null(strstr(line, "\"threshold\":320}"));
	child_free(child, NULL);
}

static void a_stopped_stream_sends_no_events_or_keeps_them(void **state)
{
	static const char *const modes[] = {"stream_off=drop", "stream_off=queue"};

	(void)state;
	for (int keeps = 0; keeps < 2; keeps++) {
		struct child *child = CHILD("rate=300", "threshold=250", "baud=0", "boot=no",
					    "reply_delay=100", "reply_spread=0", modes[keeps]);
		const struct truth_row *off, *on;
		char line[LINE_SIZE];
		struct truth truth;
		unsigned made_off = 0;

		say(child, "SET_STREAM 0\nSET_STREAM 1\nGET_VERSION\n");
		do
			read_until(child, "{", line);
		while (!strstr(line, "version"));
		truth = child_end(child);
		off = find_row(&truth, "stream", "0");
		on = find_row(&truth, "stream", "1");
		for (size_t i = 0; i < truth.count; i++) {
			const struct truth_row *row = &truth.rows[i];

			if (strcmp(row->kind, "event") != 0 || row->dropped)
				continue;
			made_off += row->event_ns > off->t_ns && row->event_ns < on->t_ns;
			/* one that was made before may still be on its way, however long */
			assert_false(row->event_ns > off->t_ns && row->t_ns < on->t_ns);
		}
		assert_int_equal(made_off > 0, keeps);
		child_free(child, &truth);
	}
}

static void lines_nobody_reads_are_dropped_whole_and_counted(void **state)
{
	struct child *child =
	    CHILD("rate=20000", "threshold=250", "baud=0", "boot=no", "queue=2000", "duration=0.4");
	char line[LINE_SIZE];
	int hits[3];
	unsigned lines = 0, dropped = 0;
	struct truth truth;

	(void)state;
	/* Not read until it has ended. */
	assert_int_equal(child_exit_status(child), 0);
	truth = truth_load(child->truth);
	for (size_t i = 0; i < truth.count; i++)
		dropped += truth.rows[i].dropped;
	assert_true(dropped > 0);
	while (child_line(child, line, sizeof(line))) {
		assert_true(child_is_event(line, hits));
		lines++;
	}
	/* What lies in the kernel when the master closes may be lost, never more than was sent. */
	assert_true(lines <= truth_count(&truth, 0, 0, INT64_MAX));
	child_free(child, &truth);
}

static void the_truth_survives_a_kill(void **state)
{
	struct child *child = CHILD("rate=500", "threshold=250", "baud=0");
	char line[LINE_SIZE];
	int hits[3];
	unsigned events = 0;
	struct truth truth;

	(void)state;
	while (events < 200) {
		assert_true(child_line(child, line, sizeof(line)));
		events += child_is_event(line, hits);
	}
	/* The batch in hand is on disk before the simulator waits for an answerable question. */
	say(child, "GET_VERSION\n");
	read_until(child, "{", line);
	kill(child->pid, SIGKILL);
	child_exit_status(child);
	truth = truth_load(child->truth);
	assert_true(truth_count(&truth, 0, 0, INT64_MAX) >= 200);
	child_free(child, &truth);
}

static void a_signal_ends_it_in_good_order(void **state)
{
	struct child *child = CHILD("rate=100");
	struct truth truth;

	(void)state;
	kill(child->pid, SIGTERM);
	assert_int_equal(child_exit_status(child), 0);
	truth = truth_load(child->truth);
	assert_int_equal(truth_rows(&truth, "end", NULL), 1);
	child_free(child, &truth);
}

static void boot_text_comes_once_or_at_each_open(void **state)
{
	struct child *child = CHILD("rate=0", "noise=0", "boot=open", "threshold=280",
				    "reply_delay=1", "reply_spread=0");
	char line[LINE_SIZE];
	struct truth truth;

	(void)state;
	read_until(child, "DEBUG kurikintons", line);
	say(child, "SET_THRESHOLD 1 320\n");
	read_until(child, "{", line);
	child_close(child);
	/* Two opens too close together would be one to it. */
	do
		truth = truth_load(child->truth);
	while (truth_rows(&truth, "close", NULL) == 0 && (truth_free(&truth), true));
	truth_free(&truth);
	child_open(child);
	read_until(child, "DEBUG kurikintons", line);
	say(child, "GET_THRESHOLD 1\n");
	read_until(child, "{", line);
	assert_non_null(strstr(line, "\"threshold\":280}"));
	child_free(child, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_event_read_stands_in_the_truth),
	    cmocka_unit_test(the_same_holds_at_line_speed_with_garbage_between),
	    cmocka_unit_test(a_line_takes_its_time_on_the_wire),
	    cmocka_unit_test(a_threshold_set_by_text_holds_from_its_reply_on),
	    cmocka_unit_test(a_threshold_set_by_bytes_is_echoed_between_events),
	    cmocka_unit_test(case_43_a_refused_write_changes_nothing),
	    cmocka_unit_test(case_43_a_clipped_write_shows_in_the_read_back),
	    cmocka_unit_test(case_34_a_late_reply_comes_after_the_next_one),
	    cmocka_unit_test(case_35_a_reply_in_pieces_is_whole_in_the_end),
	    cmocka_unit_test(an_unanswered_write_says_nothing),
	    cmocka_unit_test(case_42_a_reboot_forgets_thresholds),
	    cmocka_unit_test(case_26_an_unplugged_port_is_gone_and_comes_back),
	    cmocka_unit_test(an_unplug_for_good_ends_the_simulator),
	    cmocka_unit_test(case_48_an_endless_line_ends_and_events_go_on),
	    cmocka_unit_test(silence_says_and_hears_nothing),
	    cmocka_unit_test(a_stopped_stream_sends_no_events_or_keeps_them),
	    cmocka_unit_test(lines_nobody_reads_are_dropped_whole_and_counted),
	    cmocka_unit_test(the_truth_survives_a_kill),
	    cmocka_unit_test(a_signal_ends_it_in_good_order),
	    cmocka_unit_test(boot_text_comes_once_or_at_each_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
