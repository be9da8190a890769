/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of a recording and others: what its end costs them, what they see while it is written,
 * and what a disk without room cost it. */
#include "unit/store_recording.h"

#include "store/verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER                                                                                     \
	"tick,scheduled_ns,lateness_ns,device,address,protocol,parameter,parameter_id,instance,"   \
	"value,unit,t_mono_ns,t_utc,requested_at,received_at,latency_s,status,reason,"             \
	"t_midpoint_mono_ns\n"
#define LARGE ((off_t)96 << 20) /* many times what is read at once */

static struct pl_writer *begun(struct fixture *f, struct recording_fixture *r)
{
	fixture_open(f);
	recording_head(f, r, "slow");
	r->recording.events_device = -1;
	r->head.recording = &r->recording;
	r->recording.readings = &r->reading;
	return start(f);
}

static void make_base(const struct recording_fixture *r, off_t size)
{
	int fd = openat(r->head.folder.dir, "readings.sqlite", O_WRONLY | O_CREAT | O_EXCL, 0640);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static void put(struct pl_writer *writer, struct pl_write message, uint64_t *seq)
{
	*seq = pl_writer_put(writer, &message);
	assert_int_not_equal(*seq, 0);
}

static void a_large_database_holds_up_no_row_of_others(void **state)
{
	struct recording_fixture r;
	struct pl_writer *writer = begun(*state, &r);
	struct pl_verdict verdict;
	struct pl_write_ack ack;
	uint64_t status, end, row;

	must(writer, begin_recording(&r, RECORDING_BOOK));
	make_base(&r, LARGE);
	put(writer, recording_status(PL_WRITE_STATUS, PL_RUN_RUNNING, RECORDING_BOOK), &status);
	put(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK), &end);
	put(writer, audit_message(PL_BOOK_BENCH), &row);
	assert_int_equal(next_ack(writer).seq, status);
	assert_int_equal(next_ack(writer).seq, row);
	ack = next_ack(writer);
	assert_int_equal(ack.seq, end);
	assert_int_equal(ack.status, PL_OK);
	pl_writer_stop(writer);
	assert_int_equal(pl_verify_run(r.head.folder.path, &verdict, NULL), PL_OK);
	for (size_t i = 0; i < verdict.count; i++) /* it is sealed as it is */
		assert_string_not_equal(verdict.items[i].where, "readings.sqlite");
	pl_run_folder_close(&r.head.folder);
}

static void a_writer_that_is_stopped_closes_it_first(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture r;
	struct pl_writer *writer = begun(f, &r);
	struct pl_run_summary *runs;
	uint64_t end;
	size_t count;

	must(writer, begin_recording(&r, RECORDING_BOOK));
	make_base(&r, LARGE);
	put(writer, recording_status(PL_WRITE_END, PL_RUN_FINISHED, RECORDING_BOOK), &end);
	pl_writer_stop(writer);
	assert_int_equal(pl_runs_list(f->path, &runs, &count, NULL), PL_OK);
	assert_int_equal(count, 1);
	assert_string_equal(runs[0].state, "finished");
	free(runs);
	pl_run_folder_close(&r.head.folder);
}

static void case_07_verify_tells_rows_that_a_full_disk_did_not_take(void **state)
{
	struct recording_fixture r;
	struct pl_writer *writer = begun(*state, &r);
	struct pl_write message =
	    recording_status(PL_WRITE_END, PL_RUN_INTERRUPTED, RECORDING_BOOK);
	struct pl_verdict verdict;
	const char *said = "";

	must(writer, begin_recording(&r, RECORDING_BOOK));
	message.status.exit = 143;
	message.status.books = (struct pl_record_books){.rows_lost = 12};
	message.status.reading_parts[PL_READINGS_CSV] = 1;
	pl_text_copy(message.status.reason, sizeof message.status.reason,
		     "terminated; disk full: 12 rows are lost");
	int fd = openat(r.head.folder.dir, "readings.csv", O_WRONLY | O_CREAT | O_EXCL, 0640);
	assert_true(write(fd, HEADER, sizeof HEADER - 1) > 0);
	close(fd);
	must(writer, message);
	pl_writer_stop(writer);
	assert_int_equal(pl_verify_run(r.head.folder.path, &verdict, NULL), PL_OK);
	for (size_t i = 0; i < verdict.count; i++)
		if (strcmp(verdict.items[i].code, "lost") == 0)
			said = verdict.items[i].text;
	assert_non_null(strstr(said, "12 rows could not be written and are lost: terminated"));
	pl_run_folder_close(&r.head.folder);
}

/* It is replaced whole: who reads it meanwhile finds the one before or the one behind. */
static void a_list_of_runs_is_whole_while_run_yaml_is_written(void **state)
{
	struct fixture *f = *state;
	struct recording_fixture r;
	struct pl_writer *writer = begun(f, &r);
	struct pl_write message = recording_status(PL_WRITE_STATUS, PL_RUN_RUNNING, RECORDING_BOOK);
	struct pl_write_ack ack;
	unsigned left = 20;
	uint64_t seq;

	must(writer, begin_recording(&r, RECORDING_BOOK));
	for (unsigned i = 0; i < left; i++)
		put(writer, message, &seq);
	while (left > 0) {
		struct pl_run_summary *runs;
		size_t count;

		assert_int_equal(pl_runs_list(f->path, &runs, &count, NULL), PL_OK);
		assert_int_equal(count, 1);
		assert_string_equal(runs[0].problem, "");
		assert_string_equal(runs[0].name, "slow");
		free(runs);
		while (pl_queue_pop(pl_writer_acks(writer), &ack))
			left--;
	}
	pl_writer_stop(writer);
	pl_run_folder_close(&r.head.folder);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(a_large_database_holds_up_no_row_of_others),
	    CASE(a_writer_that_is_stopped_closes_it_first),
	    CASE(a_list_of_runs_is_whole_while_run_yaml_is_written),
	    CASE(case_07_verify_tells_rows_that_a_full_disk_did_not_take),
	};

	return cmocka_run_group_tests_name("store_recording_end", tests, NULL, NULL);
}
