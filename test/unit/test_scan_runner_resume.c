/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run that is cut off after each happening, as a kill does it, and taken up by a new runner from
 * the rows that had reached the disk: in the end it is the run that nothing had cut off, but for
 * times and attempts.
 */
#include "scan_fake.h"

/* What the disk has: acknowledged rows, or also those that nobody heard of. */
enum reached { REACHED_ACKNOWLEDGED, REACHED_GIVEN };

struct way {
	void (*init)(struct fake *fake);
	int exit;
};

/* ---- the disk after a cut ---- */

static size_t rows_reached(const struct fake *cut, enum reached reached)
{
	size_t count = reached == REACHED_GIVEN ? cut->log_count : cut->ack_next;

	/* the rows of a point are one write */
	while (count > 0 && cut->log[count - 1].has_more)
		count--;
	return count;
}

static void take_disk(struct fake *fake, const struct fake *cut, enum reached reached)
{
	size_t count = rows_reached(cut, reached);

	for (size_t i = 0; i < count; i++) {
		struct fake_row *row = fake_next_row(fake);

		*row = cut->log[i];
		row->is_acked = true;
		row->status = PL_OK;
		if (row->kind == PL_WRITE_POINT)
			row->point.point = ++fake->rows;
	}
	fake->ack_next = fake->log_count;
	fake->points_told = fake->rows;
}

static int series_of(struct pl_points_state *points, const char *name)
{
	for (size_t i = 0; i < points->series_count; i++)
		if (strcmp(points->series[i].name, name) == 0)
			return (int)i;
	pl_text_copy(points->series[points->series_count].name, PL_PATH_SIZE, name);
	return (int)points->series_count++;
}

/* As points_state.c reads them from the file. */
static void add_row(struct pl_points_state *points, const struct pl_point *row)
{
	struct pl_points_place *place = &points->places[row->index];
	uint64_t bit = UINT64_C(1) << series_of(points, row->channel);
	const char *colon = strstr(row->reason, ": ");
	char name[PL_PATH_SIZE] = "";

	if (row->attempt > place->attempts)
		*place = (struct pl_points_place){.attempts = row->attempt};
	place->seen |= bit;
	place->open &= ~bit;
	place->open |= row->quality == PL_POINT_VOID ? bit : 0;
	place->valid &= ~bit;
	place->valid |= pl_point_is_valid(row->quality) ? bit : 0;
	place->failed |= row->quality == PL_POINT_INVALID ? bit : 0;
	if (row->quality == PL_POINT_INVALID && colon)
		snprintf(name, sizeof name, "%.*s", (int)(colon - row->reason), row->reason);
	if (strcmp(name, "mid") == 0 || strcmp(name, "top") == 0)
		place->blamed |= UINT64_C(1) << series_of(points, name);
	if (row->quality == PL_POINT_SKIPPED) {
		place->left_out |= bit;
		pl_text_copy(place->why_left_out, sizeof place->why_left_out, row->reason);
	}
}

static struct pl_points_state points_of(const struct fake *fake)
{
	struct pl_points_state points = {.count = fake->plan.steps + 1};

	points.places = calloc(points.count, sizeof *points.places);
	assert_non_null(points.places);
	for (uint32_t n = 1; n <= fake->rows; n++)
		add_row(&points, fake_row_of(fake, n));
	return points;
}

/* The last attempt that the audit log tells of. */
static void begun_of(const struct fake *fake, uint32_t *index, uint32_t *attempt)
{
	*index = *attempt = 0;
	for (size_t i = fake->log_count; i-- > 0 && *index == 0;)
		if (fake->log[i].kind == PL_WRITE_AUDIT &&
		    strcmp(fake->log[i].audit.status, "sent") == 0)
			pl_begun_parse(fake->log[i].audit.detail, index, attempt);
}

/* What a run still owes, else what the detector is thought to hold. */
static void owed(const struct fake *fake, double *previous)
{
	for (size_t i = 0; i < fake->log_count; i++)
		if (fake->log[i].kind == PL_WRITE_PENDING && fake->log[i].pending.count > 0) {
			previous[0] = 291;
			previous[1] = 301;
			previous[2] = 296;
			return;
		}
}

static bool has_ended_on_disk(const struct fake *fake)
{
	return fake->log_count > 0 && fake->log[fake->log_count - 1].kind == PL_WRITE_END;
}

/* A new runner over what is left of the cut one; the detector kept what it held. */
static void take_up(struct fake *fake, const struct fake *cut, const struct way *way,
		    enum reached reached)
{
	const double unknown[] = {NAN, NAN, NAN};
	double previous[] = {cut->held[0], cut->held[1], cut->held[2]};
	struct pl_run_status status = {.state = PL_RUN_RUNNING, .started_utc_ns = 4711};
	struct pl_runner_past past = {.status = &status};
	struct pl_points_state points;

	way->init(fake);
	fake->now_ns = cut->now_ns + PL_NS_PER_S;
	memcpy(fake->held, cut->held, sizeof fake->held);
	take_disk(fake, cut, reached);
	owed(fake, previous);
	fake_prepare(fake, unknown, previous);
	points = points_of(fake);
	past.points = &points;
	begun_of(fake, &past.begun_index, &past.begun_attempt);
	pl_runner_recall(fake->runner, &past);
	pl_points_state_fini(&points);
	fake_start_prepared(fake);
}

/* ---- what must hold ---- */

/* The last row of a place and a channel, NULL = none. */
static const struct pl_point *last_row(const struct fake *fake, uint32_t index, const char *channel)
{
	const struct pl_point *last = NULL;

	for (uint32_t n = 1; n <= fake->rows; n++) {
		const struct pl_point *row = fake_row_of(fake, n);

		if (row->index == index && strcmp(row->channel, channel) == 0)
			last = row;
	}
	return last;
}

static void expect_same(const struct fake *fake, const struct fake *whole)
{
	for (uint32_t n = 1; n <= whole->rows; n++) {
		const struct pl_point *wanted = fake_row_of(whole, n);
		const struct pl_point *row = last_row(fake, wanted->index, wanted->channel);

		assert_non_null(row);
		assert_int_equal(row->quality, wanted->quality);
		assert_string_equal(row->reason, wanted->reason);
		assert_int_equal(row->repeat, wanted->repeat);
		assert_int_equal(row->pass, wanted->pass);
		assert_true(row->set == wanted->set || (isnan(row->set) && isnan(wanted->set)));
		assert_true(row->applied == wanted->applied ||
			    (isnan(row->applied) && isnan(wanted->applied)));
		assert_int_equal(row->hits, wanted->hits);
		assert_int_equal(row->dwell_ns, wanted->dwell_ns);
	}
}

/* An attempt that an audit row says was begun ended as rows of its own. */
static void expect_rows_of_all_begun(const struct fake *fake)
{
	for (size_t i = 0; i < fake->log_count; i++) {
		uint32_t index, attempt, rows = 0;

		if (fake->log[i].kind != PL_WRITE_AUDIT ||
		    strcmp(fake->log[i].audit.status, "sent") != 0 ||
		    !pl_begun_parse(fake->log[i].audit.detail, &index, &attempt))
			continue;
		for (uint32_t n = 1; n <= fake->rows; n++)
			rows += fake_row_of(fake, n)->index == index &&
				fake_row_of(fake, n)->attempt == attempt;
		assert_true(rows > 0);
	}
}

static void expect_books(const struct fake *fake, const struct fake *whole)
{
	assert_int_equal(fake->end.state, whole->end.state);
	assert_int_equal(fake->end.exit, whole->end.exit);
	assert_int_equal(fake->end.done, whole->end.done);
	assert_int_equal(fake->end.invalid, whole->end.invalid);
	assert_int_equal(fake->end.started_utc_ns, 4711);
	for (int c = 0; c < 3; c++) {
		assert_int_equal(fake->end.channels[c].ok, whole->end.channels[c].ok);
		assert_int_equal(fake->end.channels[c].invalid, whole->end.channels[c].invalid);
		assert_int_equal(fake->end.channels[c].error[0] != 0,
				 whole->end.channels[c].error[0] != 0);
	}
}

static bool cut_and_take_up(const struct way *way, const struct fake *whole, size_t steps,
			    enum reached reached)
{
	struct fake cut, fake;
	bool is_cut;

	way->init(&cut);
	fake_start(&cut);
	while (cut.step < steps && !cut.is_over)
		assert_true(fake_step(&cut));
	is_cut = !cut.is_over;
	if (is_cut) {
		take_up(&fake, &cut, way, reached);
		if (!has_ended_on_disk(&fake)) {
			fake_run(&fake);
			assert_true(fake.is_over);
			fake_check_books(&fake);
			fake_check_restored(&fake);
			expect_same(&fake, whole);
			expect_rows_of_all_begun(&fake);
			expect_books(&fake, whole);
		}
		fake_fini(&fake);
	}
	fake_fini(&cut);
	return is_cut;
}

static void cut_everywhere(const struct way *way)
{
	struct fake whole;
	size_t steps = 0;

	way->init(&whole);
	fake_start(&whole);
	fake_run(&whole);
	assert_int_equal(whole.end.state, PL_RUN_FINISHED);
	assert_int_equal(whole.end.exit, way->exit);
	while (cut_and_take_up(way, &whole, steps, REACHED_ACKNOWLEDGED) &&
	       cut_and_take_up(way, &whole, steps, REACHED_GIVEN))
		steps++;
	assert_int_equal(steps, whole.step);
	fake_fini(&whole);
}

/* ---- the ways of a scan ---- */

static void init_serial(struct fake *fake)
{
	fake_init(fake);
	scan_bench_range(&fake->bench, range_step(280, 290, 5));
}

static void init_shuffle(struct fake *fake)
{
	init_serial(fake);
	fake->bench.scan.order = PL_ORDER_SHUFFLE;
	fake->bench.scan.repeat = 2;
	fake->bench.scan.channel_count = 2;
}

static void init_updown(struct fake *fake)
{
	init_serial(fake);
	fake->bench.scan.order = PL_ORDER_UPDOWN;
	fake->bench.scan.channel_count = 2;
	fake->reads_back = true;
}

static void init_parallel(struct fake *fake)
{
	fake_init(fake);
	fake->bench.device.coincidences[0] = (struct pl_coincidence){.name = "tm", .channels = 3};
	fake->bench.device.coincidence_count = 1;
	fake->bench.scan.mode = PL_SCAN_PARALLEL;
	fake->bench.scan.channel_count = 2;
	fake->bench.scan.channels[0].range = range_step(280, 310, 10);
	fake->bench.scan.channels[1].range = range_step(270, 330, 20);
	fake->bench.scan.measures[0] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 0};
	fake->bench.scan.measures[1] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 1};
	fake->bench.scan.measures[2] = (struct pl_measure){.kind = PL_MEASURE_SERIES, .index = 3};
	fake->bench.scan.measure_count = 3;
}

/* Points of one channel cannot be written; suppress and restore can. */
static enum pl_status refuse_points(struct fake *fake, int channel, double value)
{
	return channel == fake->knob[0] && value != 1023 && value != 291 && value != 301
		   ? PL_ERR_REFUSED
		   : PL_OK;
}

static void init_given_up(struct fake *fake)
{
	init_serial(fake);
	scan_bench_range(&fake->bench, range_step(280, 285, 1));
	fake->bench.scan.channel_count = 2;
	fake->bench.scan.give_up = 3;
	fake->bench.scan.retry_tries = 1;
	fake->on_write = refuse_points;
}

static void init_given_up_in_parallel(struct fake *fake)
{
	init_parallel(fake);
	fake->bench.scan.give_up = 2;
	fake->bench.scan.retry_tries = 1;
	fake->on_write = refuse_points;
	fake->knob[0] = 1;
}

#define CASE(name, init_, exit_)                                                                   \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		cut_everywhere(&(struct way){.init = (init_), .exit = (exit_)});                   \
	}
CASE(case_1_a_serial_scan_cut_anywhere_ends_as_if_it_were_not, init_serial, 0)
CASE(case_1_a_shuffled_and_repeated_scan_keeps_its_order, init_shuffle, 0)
CASE(case_1_a_scan_up_and_down_that_reads_back, init_updown, 0)
CASE(case_1_points_of_several_rows_are_cut_as_a_whole, init_parallel, 0)
CASE(a_channel_that_was_given_up_stays_so, init_given_up, 4)
CASE(a_channel_that_was_given_up_beside_others_stays_so, init_given_up_in_parallel, 4)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_1_a_serial_scan_cut_anywhere_ends_as_if_it_were_not),
	    cmocka_unit_test(case_1_a_shuffled_and_repeated_scan_keeps_its_order),
	    cmocka_unit_test(case_1_a_scan_up_and_down_that_reads_back),
	    cmocka_unit_test(case_1_points_of_several_rows_are_cut_as_a_whole),
	    cmocka_unit_test(a_channel_that_was_given_up_stays_so),
	    cmocka_unit_test(a_channel_that_was_given_up_beside_others_stays_so),
	};

	return cmocka_run_group_tests_name("scan_runner_resume", tests, NULL, NULL);
}
