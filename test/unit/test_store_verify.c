/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that the writer left, verified: whole, gone on, in parts, crashed, and damaged at random. */
#include "unit/store_verify.h"

#include "store/audit.h"
#include "store/reading.h"

#include <errno.h>

static void an_ended_run_holds_without_a_word(void **state)
{
	struct bench_run run = begin(*state);

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	end(&run);
	assert_findings(*state, 0, 0);
	struct pl_verdict verdict = verdict_of(*state);
	assert_int_equal(verdict.audit_rows, 1 + 8 + 4);
	assert_int_equal(verdict.points, 4);
	assert_int_equal(verdict.operations, 4);
}

static void a_live_run_is_said_to_be_going(void **state)
{
	struct bench_run run = begin(*state);

	measure(&run, 250);
	struct pl_verdict verdict = verdict_of(*state);
	assert_int_equal(verdict.bad, 0);
	assert_true(has(&verdict, false, "tail"));
	assert_non_null(strstr(verdict.items[0].text, "still going"));
	end(&run);
}

static void a_crashed_run_that_went_on_holds(void **state)
{
	struct bench_run run = begin(*state);
	struct pl_write operation = operation_message(PL_BOOK_RUN);

	measure(&run, 250);
	must(run.writer, set_row(250, 252, "sent")); /* it died between the two rows */
	operation.operation.old_value = 250;
	must(run.writer, operation);
	kill_it(&run);
	struct pl_verdict verdict = verdict_of(*state);
	assert_int_equal(verdict.bad, 0);
	assert_true(has(&verdict, false, "tail"));
	take_up(&run);
	for (int i = 0; i < 3; i++)
		measure(&run, 250);
	end(&run);
	assert_findings(*state, 0, 0);
}

/* Two owners died in one write, each before its result; the third did it. */
static void a_write_begun_again_is_one_row_or_two(void **state)
{
	struct bench_run run = begin(*state);
	struct pl_write operation = operation_message(PL_BOOK_RUN);

	operation.operation.old_value = 250;
	operation.operation.new_value = run.f->plan[0].set;
	must(run.writer, set_row(250, run.f->plan[0].set, "sent"));
	kill_it(&run);
	take_up(&run);
	must(run.writer, set_row(250, run.f->plan[0].set, "sent"));
	must(run.writer, operation); /* its audit row did not come */
	kill_it(&run);
	take_up(&run);
	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	end(&run);
	assert_findings(*state, 0, 0);
}

static void a_row_taken_out_behind_a_death_is_told(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;

	must(run.writer, set_row(250, run.f->plan[0].set, "sent"));
	kill_it(&run);
	take_up(&run);
	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	end(&run);
	int dir = folder_of(f);
	char *text = fixture_file(dir, "threshold_operations.csv");
	char *second = strchr(text, '\n') + 1, *third = strchr(second, '\n') + 1;
	char *fourth = strchr(third, '\n') + 1;
	memmove(third, fourth, strlen(fourth) + 1); /* the second write of the run */
	replace(dir, "threshold_operations.csv", text);
	free(text);
	close(dir);
	struct pl_verdict verdict = verdict_of(f);
	assert_int_equal(verdict.bad, 2); /* by what audit.csv gives, and by its seal */
	assert_true(has(&verdict, true, "removed"));
}

static void writes_that_a_power_cut_took_are_said_not_blamed(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;

	measure(&run, 250);
	measure(&run, 250);
	kill_it(&run);
	int dir = folder_of(f);
	char *text = fixture_file(dir, "threshold_operations.csv");
	text[strlen(text) - 1] = '\0';
	strrchr(text, '\n')[1] = '\0'; /* its last row */
	replace(dir, "threshold_operations.csv", text);
	free(text);
	close(dir);
	take_up(&run);
	measure(&run, 250);
	end(&run);
	struct pl_verdict verdict = verdict_of(f);
	assert_int_equal(verdict.bad, 0);
	assert_true(has(&verdict, false, "behind"));
}

static void wait_until_durable(struct bench_run *run)
{
	int64_t behind_ns = 1;

	while (behind_ns > 0) {
		pl_writer_durable(run->writer, &behind_ns);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
}

/* Whichever file a failing sync meets goes on in its next part, with the rows since the last. */
static void case_09_a_run_that_went_on_in_parts_holds(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	struct pl_fault_plan plan = {.ops = PL_FILE_SYNC, .number = EIO};
	unsigned parts = 0;

	for (unsigned i = 0; i < 4; i++) {
		plan.countdown = i;
		pl_disk_set_plan(&f->disk, &plan);
		measure(&run, 250);
		wait_until_durable(&run);
	}
	pl_disk_set_plan(&f->disk, &(struct pl_fault_plan){.ops = 0});
	parts += pl_store_exists(f->head.folder.dir, "points.2.csv");
	parts += pl_store_exists(f->head.folder.dir, "audit.2.csv");
	parts += pl_store_exists(f->head.folder.dir, "threshold_operations.2.csv");
	assert_true(parts > 0);
	end(&run);
	assert_findings(f, 0, 0);
}

static void rows_added_behind_the_end_are_told(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	struct pl_write row = set_row(1, 2, "ok");
	struct pl_text text = {0};
	struct pl_chain chain, next;

	measure(&run, 250);
	end(&run);
	int dir = folder_of(f);
	char *audit = fixture_file(dir, "audit.csv");
	char *last = strstr(audit, "\n7,"); /* behind two of a write and four seals */
	assert_int_equal(pl_chain_continue(&chain, last + 1, NULL), PL_OK);
	pl_text_add_string(&text, audit);
	pl_chain_row(&chain, &row, &row.audit, &text, &next); /* in the chain, and right */
	replace(dir, "audit.csv", text.data);
	struct pl_verdict verdict = verdict_of(f);
	assert_true(has(&verdict, true, "added"));
	pl_text_free(&text);
	free(audit);
	close(dir);
}

static void a_chain_written_anew_misses_its_anchored_head(void **state)
{
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	struct pl_write row = set_row(1, 2, "ok");
	struct pl_text text = {0};
	struct pl_chain chain, next;

	measure(&run, 250);
	end(&run);
	int dir = folder_of(f);
	pl_text_add_string(&text, PL_ROWS_AUDIT);
	pl_chain_begin(&chain, f->head.folder.uid);
	for (int i = 0; i < 3; i++, chain = next)
		pl_chain_row(&chain, &row, &row.audit, &text, &next);
	replace(dir, "audit.csv", text.data);
	struct pl_verdict verdict = verdict_of(f);
	assert_true(has(&verdict, true, "replaced"));
	pl_text_free(&text);
	close(dir);
}

/* Whatever stands in the files: a verdict, and a bad one when something measured was touched. */
static void random_damage_gets_a_verdict(void **state)
{
	static const char *const names[] = {"audit.csv", "points.csv", "threshold_operations.csv",
					    "scan_results_ch1.csv", "run.yaml"};
	struct bench_run run = begin(*state);
	struct fixture *f = *state;
	uint32_t seed = 11;

	for (int i = 0; i < 4; i++)
		measure(&run, 250);
	end(&run);
	int dir = folder_of(f);
	for (int round = 0; round < 400; round++) {
		const char *name = names[round % 5];
		char *text = fixture_file(dir, name), *copy = strdup(text);
		struct pl_verdict verdict;
		size_t at;

		seed = seed * 1664525 + 1013904223;
		at = (seed >> 8) % strlen(text);
		text[at] = "\n\",x9\xff-:"[seed >> 29];
		replace(dir, name, text);
		enum pl_status status = pl_verify_run(f->head.folder.path, &verdict, NULL);
		/* every byte counts: of the audit file behind its header */
		if (round % 5 == 0 && at > strlen(PL_ROWS_AUDIT) && text[at] != copy[at] &&
		    verdict.bad == 0)
			fail_msg("byte %zu of %s", at, name);
		if (round % 5 >= 1 && round % 5 <= 3 && text[at] != copy[at] && verdict.bad == 0)
			fail_msg("byte %zu of %s", at, name);
		assert_true(status == PL_OK || status == PL_ERR_VERSION);
		replace(dir, name, copy);
		free(text);
		free(copy);
	}
	close(dir);
	assert_findings(f, 0, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
	const struct CMUnitTest tests[] = {
	    CASE(an_ended_run_holds_without_a_word),
	    CASE(a_live_run_is_said_to_be_going),
	    CASE(a_crashed_run_that_went_on_holds),
	    CASE(a_write_begun_again_is_one_row_or_two),
	    CASE(a_row_taken_out_behind_a_death_is_told),
	    CASE(writes_that_a_power_cut_took_are_said_not_blamed),
	    CASE(case_09_a_run_that_went_on_in_parts_holds),
	    CASE(rows_added_behind_the_end_are_told),
	    CASE(a_chain_written_anew_misses_its_anchored_head),
	    CASE(random_damage_gets_a_verdict),
	};

	return cmocka_run_group_tests_name("store_verify", tests, NULL, NULL);
}
