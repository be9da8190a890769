/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scan that goes well, row by row, and one whose settings or channels fail. */
#include "scan_fake.h"

/* ---- a scan that goes well ---- */

/* One short line a message, of a run of two channels and three points. */
static void describe(struct pl_text *out, const struct fake_row *row)
{
	switch (row->kind) {
	case PL_WRITE_PENDING:
		pl_text_add(out, "pending %zu\n", row->pending.count);
		break;
	case PL_WRITE_STATUS:
		pl_text_add(out, "status %s\n", pl_run_state_name(row->status_of.state));
		break;
	case PL_WRITE_END:
		pl_text_add(out, "end %s %d\n", pl_run_state_name(row->status_of.state),
			    row->status_of.exit);
		break;
	case PL_WRITE_POINT:
		pl_text_add(out, "point %u.%u %s %.0f %s %llu\n", row->point.index,
			    row->point.attempt, row->point.channel, row->point.set,
			    pl_point_quality_name(row->point.quality),
			    (unsigned long long)row->point.hits);
		break;
	case PL_WRITE_AUDIT:
		pl_text_add(out, "%s %s %.0f %s\n", row->audit.action, row->audit.target,
			    row->audit.new_value, row->audit.status);
		break;
	case PL_WRITE_OPERATION:
		pl_text_add(out, "operation %d %.0f %.0f %s\n", row->operation.channel_id,
			    row->operation.old_value, row->operation.new_value,
			    row->operation.status);
		break;
	default:
		pl_text_add(out, "?\n");
		break;
	}
}

static void a_run_leaves_these_rows_in_this_order(void **state)
{
	static const char want[] = "pending 3\n"
				   "run.start det nan \n"
				   "status running\n"
				   "set det.mid.threshold 1023 sent\n"
				   "operation 2 301 1023 success\n"
				   "set det.mid.threshold 1023 ok\n"
				   "set det.btm.threshold 1023 sent\n"
				   "operation 3 296 1023 success\n"
				   "set det.btm.threshold 1023 ok\n"
				   "set det.top.threshold 280 sent\n"
				   "operation 1 291 280 success\n"
				   "set det.top.threshold 280 ok\n"
				   "point 1.1 top 280 ok 280000\n"
				   "set det.top.threshold 290 sent\n"
				   "operation 1 280 290 success\n"
				   "set det.top.threshold 290 ok\n"
				   "point 2.1 top 290 ok 290000\n"
				   "restore det.top.threshold 291 sent\n"
				   "operation 1 290 291 success\n"
				   "restore det.top.threshold 291 ok\n"
				   "restore det.mid.threshold 301 sent\n"
				   "operation 2 1023 301 success\n"
				   "restore det.mid.threshold 301 ok\n"
				   "restore det.btm.threshold 296 sent\n"
				   "operation 3 1023 296 success\n"
				   "restore det.btm.threshold 296 ok\n"
				   "pending 0\n"
				   "run.finish det nan finished\n"
				   "end finished 0\n";
	struct pl_text text = {0};
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.bench.scan.channel_count = 1;
	scan_bench_range(&fake.bench, range_step(280, 290, 10));
	fake_start(&fake);
	fake_run(&fake);
	for (size_t i = 0; i < fake.log_count; i++)
		describe(&text, &fake.log[i]);
	assert_string_equal(text.data, want);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	pl_text_free(&text);
	fake_fini(&fake);
}

static void three_channels_are_scanned_one_after_the_other(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	assert_int_equal(fake.end.state, PL_RUN_FINISHED);
	assert_int_equal(fake.end.exit, 0);
	assert_int_equal(fake.rows, 9);
	assert_int_equal(fake.end.durable, 9);
	assert_int_equal(fake.writes, 9 + 3 * 2 + 3);
	for (uint32_t n = 1; n <= 9; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);

		assert_int_equal(row->index, n);
		assert_int_equal(row->attempt, 1);
		assert_int_equal(row->channel_id, (n - 1) / 3 + 1);
		assert_true(row->set == 280 + 10 * ((n - 1) % 3));
	}
	for (int c = 0; c < 3; c++) {
		assert_true(fake.end.channels[c].scanned);
		assert_int_equal(fake.end.channels[c].ok, 3);
		assert_string_equal(fake.end.channels[c].error, "");
	}
	fake_fini(&fake);
}

static void every_audit_row_names_who_did_it(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	for (size_t i = 0; i < fake.log_count; i++)
		if (fake.log[i].kind == PL_WRITE_AUDIT)
			assert_string_equal(fake.log[i].audit.actor, "kim tty1");
	fake_fini(&fake);
}

static void a_row_says_what_its_window_saw(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 5);
	assert_string_equal(row->device, "det");
	assert_string_equal(row->channel, "mid");
	assert_int_equal(row->pass, PL_PASS_UP);
	assert_int_equal(row->repeat, 1);
	assert_true(row->applied == 290 && row->readback == 290);
	assert_true(row->dwell_ns == 10 * PL_NS_PER_S);
	assert_true(row->live_s == 10);
	assert_true(row->t_mono_ns > FAKE_START && row->t_utc_ns > row->t_mono_ns);
	assert_int_equal(row->stop_rule, PL_STOP_TIME);
	assert_int_equal(row->hits, 290001);
	assert_true(row->rate == 29000.1);
	assert_true(row->rate_lo < row->rate && row->rate < row->rate_hi);
	assert_true(isnan(row->rate_corrected));
	assert_int_equal(row->stat_count, 1);
	assert_true(row->stats[0].count == 3 && row->stats[0].mean == 20);
	assert_true(row->stats[0].sd == 2 && row->stats[0].min == 18);
	fake_fini(&fake);
}

static void dead_time_of_the_device(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->device_dead_s = 4;
	count->occupancy = 0.81;
	count->carried[0] = (struct pl_spread){.count = 1, .mean = 20, .min = 20, .max = 20};
}

static void dead_time_the_device_reports_shortens_the_live_time(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.spoil = dead_time_of_the_device;
	fake.bench.device.dead_time_tau_s = 1e-6;
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 1);
	assert_true(row->live_s == 6);
	assert_true(row->rate == 280000 / 6.0);
	assert_true(isnan(row->rate_corrected)); /* the device reports its own */
	assert_int_equal(row->quality, PL_POINT_SATURATED);
	assert_true(isnan(row->stats[0].sd)); /* one value has no spread */
	assert_int_equal(fake.end.exit, 0);   /* saturated alone is fine */
	fake_fini(&fake);
}

static void hits_alone(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->events = 280000;
}

static void tau_gives_a_corrected_rate_beside_the_rate(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.bench.device.dead_time_tau_s = 5e-6;
	fake.spoil = hits_alone;
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 1);
	assert_true(row->live_s == 10 && row->rate == 28000);
	assert_true(fabs(row->rate_corrected - 28000 / 0.86) < 1e-6);
	assert_non_null(strstr(row->reason, "above 10 %"));
	fake_fini(&fake);
}

static void a_tau_too_large_gives_no_corrected_rate_and_says_so(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.bench.device.dead_time_tau_s = 1e-3;
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 1);
	assert_true(isnan(row->rate_corrected));
	assert_non_null(strstr(row->reason, "no corrected rate"));
	assert_int_equal(row->quality, PL_POINT_OK);
	fake_fini(&fake);
}

static void all_dead(struct fake *fake, struct pl_count *count)
{
	(void)fake;
	count->device_dead_s = 10;
}

/* 28000 hits a second, each of them blind for 12 us: a third of the time. */
static void too_much_dead_time_is_corrected_only_when_forced(void **state)
{
	(void)state;
	for (int is_forced = 0; is_forced < 2; is_forced++) {
		struct fake fake;
		const struct pl_point *row;

		fake_init(&fake);
		fake.is_forced = is_forced;
		fake.spoil = hits_alone;
		fake.bench.device.dead_time_tau_s = 12e-6;
		fake_start(&fake);
		fake_run(&fake);
		row = fake_row_of(&fake, 1);
		assert_true(is_forced ? fabs(row->rate_corrected - 28000 / (1 - 0.336)) < 1e-6
				      : isnan(row->rate_corrected));
		assert_non_null(strstr(row->reason, is_forced ? "dead time" : "no corrected rate"));
		fake_fini(&fake);
	}
}

static void a_window_without_live_time_is_invalid(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.spoil = all_dead;
	fake.bench.scan.give_up = 0;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_INVALID);
	assert_int_equal(fake.end.exit, 4);
	fake_check_books(&fake);
	fake_fini(&fake);
}

static void suspended_once(struct fake *fake, struct pl_count *count)
{
	if (fake->counts == 2)
		count->gap_ns = 7200 * PL_NS_PER_S;
}

static void a_suspended_machine_voids_the_point(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.spoil = suspended_once;
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 2);
	assert_int_equal(row->quality, PL_POINT_VOID);
	assert_non_null(strstr(row->reason, "suspended for 7200.000 s"));
	row = fake_row_of(&fake, 3);
	assert_int_equal(row->index, 2);
	assert_int_equal(row->attempt, 2);
	assert_int_equal(fake.end.exit, 0);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* ---- settings that fail ---- */

/* knob 0: status, knob 1: channel, knob 2: how often, 0 = always; only settings of the plan. */
static enum pl_status fail_points(struct fake *fake, int channel, double value)
{
	if (channel != fake->knob[1] || value < 280 || value > 290)
		return PL_OK;
	if (fake->knob[2] > 0 && --fake->knob[2] == 0)
		fake->knob[1] = -1;
	return (enum pl_status)fake->knob[0];
}

static void case_43_an_unconfirmed_point_is_invalid_and_the_scan_goes_on(void **state)
{
	static const struct {
		enum pl_status status;
		const char *reason;
		double readback;
	} cases[] = {
	    {PL_ERR_REFUSED, "refused: " FAKE_TROUBLE, NAN},
	    {PL_ERR_UNANSWERED, "unanswered: " FAKE_TROUBLE, NAN},
	    {PL_ERR_MISMATCH, "mismatch: " FAKE_TROUBLE, 255},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake;
		const struct pl_point *row;

		fake_init(&fake);
		fake.on_write = fail_points;
		fake.knob[0] = (int)cases[i].status;
		fake.knob[1] = 1;
		fake_start(&fake);
		fake_run(&fake);
		row = fake_row_of(&fake, 4);
		assert_int_equal(row->quality, PL_POINT_INVALID);
		assert_false(row->has_counts);
		assert_string_equal(row->reason, cases[i].reason);
		assert_int_equal(row->retries, 2);
		assert_true(isnan(row->applied));
		assert_true(isnan(cases[i].readback) ? isnan(row->readback)
						     : row->readback == cases[i].readback);
		assert_int_equal(row->dwell_ns, 0);
		assert_int_equal(row->t_utc_ns, 0);
		assert_int_equal(fake_row_of(&fake, 6)->quality, PL_POINT_OK);
		assert_int_equal(fake.end.exit, 4);
		assert_int_equal(fake.end.state, PL_RUN_FINISHED);
		assert_int_equal(fake.end.invalid, 2);
		assert_int_equal(fake.end.channels[1].ok, 1);
		assert_int_equal(fake.end.channels[1].invalid, 2);
		assert_int_equal(fake_audits(&fake, "set", pl_status_name(cases[i].status)), 6);
		fake_check_books(&fake);
		fake_check_restored(&fake);
		fake_fini(&fake);
	}
}

static void case_35_a_write_that_succeeds_at_the_third_try_is_a_good_point(void **state)
{
	struct fake fake;
	const struct pl_point *row;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_points;
	fake.knob[0] = PL_ERR_UNANSWERED;
	fake.knob[2] = 2;
	fake_start(&fake);
	fake_run(&fake);
	row = fake_row_of(&fake, 1);
	assert_int_equal(row->quality, PL_POINT_OK);
	assert_int_equal(row->retries, 2);
	assert_int_equal(fake.end.exit, 0);
	assert_int_equal(fake_audits(&fake, "set", "unanswered"), 2);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* The second try's old value: what the device said no to it still has; silence proves nothing. */
static void the_old_value_is_the_last_confirmed_one_or_empty(void **state)
{
	static const struct {
		enum pl_status status;
		double old;
	} cases[] = {{PL_ERR_REFUSED, 291}, {PL_ERR_UNANSWERED, NAN}, {PL_ERR_MISMATCH, 255}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake fake;
		const struct pl_operation *operations[4] = {NULL};
		size_t count = 0;

		fake_init(&fake);
		fake.on_write = fail_points;
		fake.knob[0] = (int)cases[i].status;
		fake.knob[2] = 1;
		fake_start(&fake);
		fake_run(&fake);
		for (size_t k = 0; k < fake.log_count && count < 4; k++)
			if (fake.log[k].kind == PL_WRITE_OPERATION)
				operations[count++] = &fake.log[k].operation;
		assert_true(operations[2]->old_value == 291 && operations[2]->new_value == 280);
		assert_string_not_equal(operations[2]->status, "success");
		assert_true(isnan(cases[i].old) ? isnan(operations[3]->old_value)
						: operations[3]->old_value == cases[i].old);
		assert_string_equal(operations[3]->status, "success");
		fake_fini(&fake);
	}
}

static void tries_are_paced_by_the_wait(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;
	int64_t began_ns = 0;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_points;
	fake.knob[0] = PL_ERR_REFUSED;
	fake_start(&fake);
	while (fake.rows == 0) {
		fake_status(&fake, &progress);
		if (began_ns == 0 && progress.set == 280)
			began_ns = fake.now_ns;
		fake_step(&fake);
	}
	assert_true(fake.now_ns - began_ns >= 2 * fake.bench.scan.retry_wait_ns);
	fake_run(&fake);
	fake_fini(&fake);
}

/* The driver says confirmed, the device holds something else. */
static void a_readback_that_differs_is_a_mismatch_whatever_the_driver_says(void **state)
{
	struct fake fake;
	struct pl_bus_answer answer = {.verb = PL_BUS_WRITE,
				       .report = {.applied = 280, .readback = 255}};

	(void)state;
	fake_init(&fake);
	fake.bench.scan.retry_tries = 1;
	fake.knob[3] = 1;
	fake_start(&fake);
	while (!(fake.is_asked && fake.request.verb == PL_BUS_WRITE && fake.request.value == 280))
		fake_step(&fake);
	fake.is_asked = false;
	answer.id = fake.request.id;
	pl_runner_on_answer(fake.runner, &answer);
	fake_run(&fake);
	assert_int_equal(fake_row_of(&fake, 1)->quality, PL_POINT_INVALID);
	assert_true(fake_row_of(&fake, 1)->readback == 255);
	assert_string_equal(fake_row_of(&fake, 1)->reason,
			    "mismatch: wrote 280, the device holds 255");
	assert_int_equal(fake.end.exit, 4);
	fake_fini(&fake);
}

static void three_invalid_points_in_a_row_end_their_channel(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_points;
	fake.knob[0] = PL_ERR_REFUSED;
	scan_bench_range(&fake.bench, range_step(280, 290, 2));
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.rows, 18);
	for (uint32_t n = 1; n <= 6; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);

		assert_int_equal(row->quality, n <= 3 ? PL_POINT_INVALID : PL_POINT_SKIPPED);
		assert_int_equal(row->attempt, 1);
		if (n > 3)
			assert_string_equal(row->reason, "give_up");
	}
	assert_int_equal(fake_row_of(&fake, 7)->quality, PL_POINT_OK);
	assert_non_null(strstr(fake.end.channels[0].error, "3 invalid points in a row"));
	assert_string_equal(fake.end.channels[1].error, "");
	assert_int_equal(fake.end.exit, 4);
	assert_true(fake.end.success);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static void without_give_up_every_point_is_tried(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_points;
	fake.knob[0] = PL_ERR_REFUSED;
	fake.bench.scan.give_up = 0;
	scan_bench_range(&fake.bench, range_step(280, 290, 2));
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.end.channels[0].invalid, 6);
	assert_string_equal(fake.end.channels[0].error, "");
	assert_int_equal(fake_row_of(&fake, 6)->quality, PL_POINT_INVALID);
	fake_fini(&fake);
}

static enum pl_status refuse_all_points(struct fake *fake, int channel, double value)
{
	(void)fake;
	(void)channel;
	return value >= 280 && value <= 290 ? PL_ERR_REFUSED : PL_OK;
}

static void when_every_channel_is_given_up_the_run_has_failed(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = refuse_all_points;
	scan_bench_range(&fake.bench, range_step(280, 290, 2));
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.rows, 18);
	assert_int_equal(fake.end.exit, 1);
	assert_non_null(strstr(fake.end.reason, "every channel was given up"));
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

/* Channel knob 1 cannot be suppressed. */
static enum pl_status fail_suppress(struct fake *fake, int channel, double value)
{
	return channel == fake->knob[1] && value == 1023 ? PL_ERR_UNANSWERED : PL_OK;
}

static void a_suppress_that_stays_unconfirmed_ends_its_channel(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_suppress;
	fake.knob[1] = 2;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake.rows, 9);
	for (uint32_t n = 1; n <= 9; n++) {
		const struct pl_point *row = fake_row_of(&fake, n);

		assert_int_equal(row->quality, n <= 6 ? PL_POINT_SKIPPED : PL_POINT_OK);
		if (n <= 6)
			assert_string_equal(row->reason, "suppress");
	}
	assert_int_equal(fake_audits(&fake, "set", "unanswered"), 2 * 20);
	assert_false(fake.end.channels[0].scanned);
	assert_non_null(strstr(fake.end.channels[0].error, "suppress of btm: unanswered"));
	assert_int_equal(fake.end.exit, 4);
	fake_check_books(&fake);
	fake_check_restored(&fake);
	fake_fini(&fake);
}

static void a_suppress_is_tried_for_half_a_minute_at_most(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_suppress;
	fake.knob[1] = 2;
	fake.bench.scan.retry_wait_ns = 10 * PL_NS_PER_S;
	fake_start(&fake);
	fake_run(&fake);
	assert_int_equal(fake_audits(&fake, "set", "unanswered"), 2 * 4);
	fake_fini(&fake);
}

/* ---- settings that do not go back ---- */

static enum pl_status fail_restore(struct fake *fake, int channel, double value)
{
	(void)channel;
	return value == fake->knob[0] ? PL_ERR_REFUSED : PL_OK;
}

static void a_restore_that_is_not_confirmed_is_loud_and_fails_the_run(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.on_write = fail_restore;
	fake.knob[0] = 301;
	fake_start(&fake);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 1);
	assert_false(fake.end.success);
	assert_non_null(strstr(fake.end.reason, "mid was NOT put back to 301: refused"));
	assert_non_null(strstr(fake.all_said.data, "mid was NOT put back to 301"));
	assert_true(fake.end.restore_confirmed[0]);
	assert_false(fake.end.restore_confirmed[1]);
	assert_true(fake.end.restore_confirmed[2]);
	assert_int_equal(fake_audits(&fake, "restore", "refused"), 20);
	assert_int_equal(fake_count(&fake, PL_WRITE_PENDING), 1); /* the debt stays on disk */
	assert_int_equal(fake.settings_kept, 2);
	fake_fini(&fake);
}

static void expect_restored_to(int restore, const double *previous, double top, double mid,
			       double btm)
{
	struct fake fake;
	const double want[] = {top, mid, btm};

	fake_init(&fake);
	fake.bench.scan.restore = restore;
	fake_start_from(&fake, previous);
	fake_run(&fake);
	fake_check_books(&fake);
	assert_int_equal(fake.end.exit, 0);
	for (int c = 0; c < 3; c++)
		assert_true(fake.held[c] == want[c]);
	fake_fini(&fake);
}

static void settings_go_back_to_what_the_scan_says(void **state)
{
	const double known[] = {291, 301, 296}, unknown[] = {NAN, 301, NAN};

	(void)state;
	expect_restored_to(PL_RESTORE_PREVIOUS, known, 291, 301, 296);
	expect_restored_to(PL_RESTORE_CONFIGURED, known, 290, 300, 300);
	expect_restored_to(PL_RESTORE_SUPPRESS, known, 1023, 1023, 1023);
	expect_restored_to(PL_RESTORE_KEEP, known, 1023, 1023, 300);
	/* Unknown: the configured one; without one it stays as the last channel left it. */
	expect_restored_to(PL_RESTORE_PREVIOUS, unknown, 290, 301, 300);
}

static void an_unknown_previous_setting_is_said_before_the_first_write(void **state)
{
	const double unknown[] = {NAN, 301, NAN};
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_start_from(&fake, unknown);
	while (!fake.all_said.data)
		fake_step(&fake);
	assert_int_equal(fake.writes, 0);
	assert_non_null(strstr(fake.all_said.data, "top unknown before: put to 290"));
	assert_non_null(strstr(fake.all_said.data, "btm unknown before: at the end it stays"));
	fake_run(&fake);
	fake_fini(&fake);
}

static void keep_puts_nothing_back_and_owes_nothing(void **state)
{
	const double previous[] = {291, 301, 296};
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.bench.scan.restore = PL_RESTORE_KEEP;
	fake_start_from(&fake, previous);
	fake_run(&fake);
	assert_int_equal(fake_audits(&fake, "restore", NULL), 0);
	assert_int_equal(fake_count(&fake, PL_WRITE_PENDING), 0);
	assert_int_equal(fake.settings_kept, 3);
	fake_fini(&fake);
}

/* ---- the estimate ---- */

static void the_time_left_falls_to_nothing_and_is_about_right(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;
	int64_t first_ns, began_ns, half_ns = 0, half_at_ns = 0;

	(void)state;
	fake_init(&fake);
	fake_start(&fake);
	fake_status(&fake, &progress);
	first_ns = progress.eta_ns;
	began_ns = fake.now_ns;
	while (!fake.is_over) {
		fake_step(&fake);
		fake_status(&fake, &progress);
		if (half_ns == 0 && progress.position == 4) {
			half_ns = progress.eta_ns;
			half_at_ns = fake.now_ns;
		}
	}
	assert_true(llabs(first_ns - fake.plan.duration_ns) < PL_NS_PER_S);
	assert_true(llabs(first_ns - (fake.now_ns - began_ns)) < (fake.now_ns - began_ns) / 10);
	assert_true(llabs(half_ns - (fake.now_ns - half_at_ns)) < (fake.now_ns - half_at_ns) / 50);
	assert_int_equal(progress.eta_ns, 0);
	assert_int_equal(progress.position, 9);
	assert_string_equal(progress.phase, "over");
	fake_fini(&fake);
}

static void the_time_left_of_an_endless_plan_is_no_less_than_nothing(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;

	(void)state;
	fake_init(&fake);
	fake.bench.scan.dwell.time_ns = 30 * 86400 * PL_NS_PER_S;
	fake.bench.scan.repeat = 4;
	scan_bench_range(&fake.bench, range_step(1, 1023, 1));
	fake_start(&fake);
	fake_status(&fake, &progress);
	assert_int_equal(progress.eta_ns, INT64_MAX);
	fake_fini(&fake);
}

static void progress_names_phase_channel_and_setting(void **state)
{
	struct fake fake;
	struct pl_scan_progress progress;

	(void)state;
	fake_init(&fake);
	fake_start(&fake);
	while (!(fake.is_asked && fake.request.verb == PL_BUS_COUNT))
		fake_step(&fake);
	fake_status(&fake, &progress);
	assert_string_equal(progress.phase, "count");
	assert_int_equal(progress.channel, 0);
	assert_true(progress.set == 280 && progress.next == 290);
	assert_int_equal(progress.attempt, 1);
	assert_true(progress.phase_ends_ns - progress.phase_started_ns == 10 * PL_NS_PER_S);
	assert_int_equal(progress.status.state, PL_RUN_RUNNING);
	assert_int_equal(progress.status.planned, 9);
	fake_run(&fake);
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_run_leaves_these_rows_in_this_order),
	    cmocka_unit_test(three_channels_are_scanned_one_after_the_other),
	    cmocka_unit_test(every_audit_row_names_who_did_it),
	    cmocka_unit_test(a_row_says_what_its_window_saw),
	    cmocka_unit_test(dead_time_the_device_reports_shortens_the_live_time),
	    cmocka_unit_test(tau_gives_a_corrected_rate_beside_the_rate),
	    cmocka_unit_test(a_tau_too_large_gives_no_corrected_rate_and_says_so),
	    cmocka_unit_test(too_much_dead_time_is_corrected_only_when_forced),
	    cmocka_unit_test(a_window_without_live_time_is_invalid),
	    cmocka_unit_test(a_suspended_machine_voids_the_point),
	    cmocka_unit_test(case_43_an_unconfirmed_point_is_invalid_and_the_scan_goes_on),
	    cmocka_unit_test(case_35_a_write_that_succeeds_at_the_third_try_is_a_good_point),
	    cmocka_unit_test(the_old_value_is_the_last_confirmed_one_or_empty),
	    cmocka_unit_test(tries_are_paced_by_the_wait),
	    cmocka_unit_test(a_readback_that_differs_is_a_mismatch_whatever_the_driver_says),
	    cmocka_unit_test(three_invalid_points_in_a_row_end_their_channel),
	    cmocka_unit_test(without_give_up_every_point_is_tried),
	    cmocka_unit_test(when_every_channel_is_given_up_the_run_has_failed),
	    cmocka_unit_test(a_suppress_that_stays_unconfirmed_ends_its_channel),
	    cmocka_unit_test(a_suppress_is_tried_for_half_a_minute_at_most),
	    cmocka_unit_test(a_restore_that_is_not_confirmed_is_loud_and_fails_the_run),
	    cmocka_unit_test(settings_go_back_to_what_the_scan_says),
	    cmocka_unit_test(an_unknown_previous_setting_is_said_before_the_first_write),
	    cmocka_unit_test(keep_puts_nothing_back_and_owes_nothing),
	    cmocka_unit_test(the_time_left_falls_to_nothing_and_is_about_right),
	    cmocka_unit_test(the_time_left_of_an_endless_plan_is_no_less_than_nothing),
	    cmocka_unit_test(progress_names_phase_channel_and_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
