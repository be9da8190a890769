/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole bench: every field where it belongs, defaults, real files of share/bench. */
#include "plateau/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/bench_text.h"

static void a_short_bench_is_filled_with_the_defaults(void **state)
{
	struct loaded l;
	const struct pl_scan *scan;
	const struct pl_device *det;

	(void)state;
	load(&l, TOP DEVICES SCANS);
	assert_loads(&l);
	det = pl_bench_device(l.bench, "det");
	scan = pl_bench_scan(l.bench, "threshold");
	assert_string_equal(l.bench->name, "b1");
	assert_string_equal(l.bench->workspace, "/tmp/ws");
	assert_false(l.bench->operator_required);
	assert_int_equal(strlen(l.bench->sha256), 64);
	assert_int_equal(det->spec.channel_count, 3);
	assert_string_equal(det->spec.channels[2].name, "btm");
	assert_int_equal(det->spec.channels[2].id, 3);
	assert_true(det->spec.channels[0].threshold == 290);
	assert_true(isnan(det->spec.channels[1].threshold));
	assert_int_equal(det->refresh_ns, 1000000000);
	assert_int_equal(det->rate_window_ns, 10000000000);
	assert_int_equal(det->lost_wait_ns, 600000000000);
	assert_int_equal(det->lost_else, PL_LOST_STOP);
	assert_int_equal(det->baud, 0);
	assert_false(det->dtr || det->rts || det->trace);
	assert_int_equal(((const struct fake_options *)det->spec.options)->tries, 3);
	assert_true(((const struct fake_options *)det->spec.options)->level == 100);
	assert_ptr_equal(scan->device, det);
	assert_int_equal(scan->parameter, 0);
	assert_int_equal(scan->channel_count, 3);
	assert_int_equal(scan->channels[1].range.kind, PL_RANGE_CENTER);
	assert_true(scan->channels[1].range.center == 290 && scan->channels[1].range.step == 2);
	assert_int_equal(scan->channels[1].range.nsteps, 20);
	assert_int_equal(scan->dwell.time_ns, 10000000000);
	assert_int_equal(scan->settle_ns, 100000000);
	assert_int_equal(scan->retry_tries, 3);
	assert_int_equal(scan->retry_wait_ns, 500000000);
	assert_int_equal(scan->give_up, 3);
	assert_int_equal(scan->repeat, 1);
	assert_true(scan->suppress == 1023);
	assert_int_equal(scan->restore, PL_RESTORE_PREVIOUS);
	assert_false(scan->has_seed);
	assert_int_equal(scan->analysis_count, 2);
	unload(&l);
}

static void hooks_are_split_into_words_and_found_beside_the_file(void **state)
{
	struct loaded l;
	const struct pl_scan *scan;
	struct pl_error error;

	(void)state;
	load(&l, "bench: b1\nworkspace: ./data\n"
		 "devices:\n  det:\n    driver: osechi\n    port: /dev/ttyUSB0\n"
		 "    channels: {a: {id: 1}}\n"
		 "scans:\n  t: {set: det.threshold, channels: [a], range: {list: [5, 7]},\n"
		 "    dwell: {time: 1 s}, hooks: {before: \"hv.sh  on --slow\",\n"
		 "    after: [/bin/echo, \"a b\", \"\"], time_limit: 2 s}}\n"
		 "  u: {set: det.threshold, channels: [a], range: {list: [5, 7]},\n"
		 "    dwell: {time: 1 s}}\n");
	assert_loads(&l);
	scan = &l.bench->scans[0];
	assert_string_equal(scan->before.words[0], "/tmp/hv.sh");
	assert_string_equal(scan->before.words[1], "on");
	assert_string_equal(scan->before.words[2], "--slow");
	assert_null(scan->before.words[3]);
	assert_string_equal(scan->after.words[0], "/bin/echo");
	assert_string_equal(scan->after.words[1], "a b");
	assert_string_equal(scan->after.words[2], "");
	assert_null(scan->after.words[3]);
	assert_int_equal(scan->hook_limit_ns, 2000000000);
	assert_int_equal(pl_hook_check(&scan->before, &error), PL_ERR_CONFIG);
	assert_string_equal(error.where, "/tmp/hv.sh");
	assert_int_equal(pl_hook_check(&scan->after, &error), PL_OK);
	assert_null(l.bench->scans[1].before.words);
	assert_int_equal(l.bench->scans[1].hook_limit_ns, 60000000000);
	assert_int_equal(pl_hook_check(&l.bench->scans[1].before, &error), PL_OK);
	unload(&l);
}

static void every_key_of_this_version_is_taken(void **state)
{
	struct loaded l;
	const struct pl_scan *scan;
	const struct pl_device *det;

	(void)state;
	load(&l, "schema: 1\nbench: b1\nworkspace: ./data\noperator: required\n"
		 "parameters: {dwell: 2 s}\n"
		 "devices:\n  det:\n    driver: osechi\n    port: /dev/ttyUSB0\n    baud: 9600\n"
		 "    dtr: yes\n    rts: yes\n    trace: yes\n    refresh: 2 Hz\n"
		 "    rate_window: 5 s\n    protocol: binary\n    level: 0.5 V\n    fast: yes\n"
		 "    label: \"on the left\"\n"
		 "    dead_time: {tau: 50 us, model: nonparalyzable}\n"
		 "    lost: {wait: 1 min, else: skip}\n"
		 "    channels: {a: {id: 1}, b: {id: 2}}\n    coincidences: {ab: [a, b]}\n"
		 "scans:\n  t:\n    set: det.threshold\n    mode: serial\n"
		 "    channels: {a: {start: 10, stop: 20, points: 3}, b: {}}\n"
		 "    range: {list: [5, 7]}\n    order: shuffle\n    seed: 9\n    repeat: 4\n"
		 "    dwell: {time: \"{dwell}\"}\n    settle: 1 s\n    discard_first: 20 ms\n"
		 "    suppress: 1000\n    retry: {tries: 5, wait: 1 s}\n    give_up: no\n"
		 "    restore: keep\n    drift_check: no\n    measure: []\n    readings: []\n"
		 "    events: no\n    analysis: [edge]\n    export: []\n    hooks: {}\n"
		 "recordings: {}\nprocedures:\n");
	assert_loads(&l);
	det = &l.bench->devices[0];
	scan = &l.bench->scans[0];
	assert_true(l.bench->operator_required);
	assert_string_equal(l.bench->workspace, "/tmp/data");
	assert_string_equal(det->port, "/dev/ttyUSB0");
	assert_int_equal(det->baud, 9600);
	assert_true(det->dtr && det->rts && det->trace);
	assert_int_equal(det->refresh_ns, 500000000);
	assert_true(det->dead_time_tau_s == 50e-6);
	assert_int_equal(det->lost_else, PL_LOST_SKIP);
	assert_int_equal(det->coincidences[0].channels, 3);
	assert_int_equal(((const struct fake_options *)det->spec.options)->protocol, 2);
	assert_true(((const struct fake_options *)det->spec.options)->level == 500);
	assert_string_equal(((const struct fake_options *)det->spec.options)->label, "on the left");
	assert_int_equal(scan->channels[0].range.kind, PL_RANGE_POINTS);
	assert_int_equal(scan->channels[0].range.points, 3);
	assert_int_equal(scan->channels[1].range.kind, PL_RANGE_LIST);
	assert_int_equal(scan->channels[1].range.list_count, 2);
	assert_true(scan->channels[1].range.list[1] == 7);
	assert_int_equal(scan->order, PL_ORDER_SHUFFLE);
	assert_true(scan->has_seed && scan->seed == 9);
	assert_int_equal(scan->dwell.time_ns, 2000000000);
	assert_int_equal(scan->discard_first_ns, 20000000);
	assert_int_equal(scan->give_up, 0);
	assert_int_equal(scan->restore, PL_RESTORE_KEEP);
	assert_int_equal(scan->analysis_count, 1);
	unload(&l);
}

static void a_scan_takes_the_unit_of_its_axis(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, TOP DEVICES "scans:\n  s:\n    set: det.bias\n    channels: [top]\n"
			     "    range: {start: 0.1 V, stop: 300 mV, step: 50 mV}\n"
			     "    dwell: {time: 1 s}\n");
	assert_loads(&l);
	assert_true(l.bench->scans[0].channels[0].range.start == 100);
	assert_true(l.bench->scans[0].suppress == 900);
	unload(&l);
	load(&l, TOP DEVICES "scans:\n  s:\n    set: det.bias\n    channels: [top]\n"
			     "    range: {start: 100, stop: 300 C, step: 50 mV}\n"
			     "    dwell: {time: 1 s}\n");
	assert_problem(&l, "write 100 mV", "range.start");
	assert_problem(&l, "use mV", "range.stop");
	unload(&l);
}

static void sim_puts_the_simulator_in_place_of_the_port(void **state)
{
	struct pl_bench_request request = {.simulate = true, .workspace = "/tmp/other"};
	const char *real = TOP "devices:\n  det:\n    driver: osechi\n    port: /dev/ttyUSB0\n"
			       "    channels: {a: {id: 1}}\n";
	struct loaded l;

	(void)state;
	load_request(&l, real, strlen(real), request);
	assert_loads(&l);
	assert_true(l.bench->simulated);
	assert_string_equal(l.bench->devices[0].port, "sim:osechi");
	assert_string_equal(l.bench->workspace, "/tmp/other/sim");
	unload(&l);
	load_request(&l, TOP DEVICES, strlen(TOP DEVICES), request);
	assert_loads(&l);
	assert_string_equal(l.bench->devices[0].port, "sim:osechi?seed=1");
	unload(&l);
}

static void paths_are_relative_to_the_file_and_know_the_home_directory(void **state)
{
	struct loaded l;

	(void)state;
	setenv("HOME", "/home/somebody", 1);
	load(&l, "bench: b\nworkspace: ~/runs/./x//y\n"
		 "devices:\n  a: {driver: oven, port: ./tty.sim}\n"
		 "  b: {driver: oven, port: \"replay:old/run.log?speed=10\"}\n"
		 "  c: {driver: oven, port: \"tcp:host.lan:4001\"}\n");
	assert_loads(&l);
	assert_string_equal(l.bench->workspace, "/home/somebody/runs/x/y");
	assert_string_equal(l.bench->devices[0].port, "/tmp/tty.sim");
	assert_string_equal(l.bench->devices[1].port, "replay:/tmp/old/run.log?speed=10");
	assert_string_equal(l.bench->devices[2].port, "tcp:host.lan:4001");
	unload(&l);
}

static void the_benches_of_share_load_without_a_word(void **state)
{
	static const char *const files[] = {"share/bench/demo.yaml", "share/bench/example.yaml"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct pl_bench_request request = {.file = files[i], .drivers = fake_drivers};
		struct loaded l = {.bench = NULL};

		l.status = pl_bench_load(&request, &l.bench, &l.problems, &l.error);
		assert_loads(&l);
		pl_bench_free(l.bench);
		pl_problems_fini(&l.problems);
	}
}

static void a_file_that_is_not_there_is_said_as_such(void **state)
{
	struct pl_bench_request request = {.file = "/tmp/no/such.yaml", .drivers = fake_drivers};
	struct pl_problems problems;
	struct pl_bench *bench = NULL;
	struct pl_error error;

	(void)state;
	assert_int_equal(pl_bench_load(&request, &bench, &problems, &error), PL_ERR_NOT_FOUND);
	assert_string_equal(error.where, "/tmp/no/such.yaml");
	pl_problems_fini(&problems);
}

static void effective_says_where_every_value_comes_from(void **state)
{
	static const struct pl_override sets[] = {
	    {.path = "scans.threshold.settle", .value = "1 s"}};
	struct pl_bench_request request = {.overrides = sets, .override_count = 1};
	const char *text = TOP "parameters: {dwell: 7 s}\n" DEVICES
			       "scans:\n  threshold:\n    set: det.threshold\n"
			       "    channels: [top, mid]\n    range: {list: [5, 7]}\n"
			       "    dwell: {time: \"{dwell}\"}\n";
	struct pl_text out = {0};
	struct loaded l;

	(void)state;
	load_request(&l, text, strlen(text), request);
	assert_loads(&l);
	pl_bench_effective(l.bench, &out);
	assert_non_null(strstr(out.data, "scans.threshold.settle=1 s "));
	assert_non_null(strstr(out.data, "# --set\n"));
	assert_non_null(strstr(out.data, "devices.det.protocol=auto "));
	assert_non_null(strstr(out.data, "# default\n"));
	assert_non_null(strstr(out.data, "scans.threshold.dwell.time=7 s "));
	assert_non_null(strstr(out.data, ":14 from parameters.dwell\n"));
	assert_non_null(strstr(out.data, "devices.det.channels.top.threshold=290"));
	assert_non_null(strstr(out.data, "scans.threshold.range.list=[5, 7]"));
	pl_text_free(&out);
	unload(&l);
}

/* The file on disk is another one by now. */
static void a_bench_is_loaded_from_the_text_that_a_run_kept(void **state)
{
	static const char kept[] = TOP DEVICES SCANS;
	struct loaded l;
	char hash[PL_HASH_SIZE];

	(void)state;
	load_request(&l, "bench: [", 8,
		     (struct pl_bench_request){.text = kept, .text_size = strlen(kept)});
	assert_loads(&l);
	assert_string_equal(l.bench->file, l.file);
	assert_string_equal(l.bench->text, kept);
	pl_hash_bytes(kept, strlen(kept), hash);
	assert_string_equal(l.bench->sha256, hash);
	unload(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_short_bench_is_filled_with_the_defaults),
	    cmocka_unit_test(a_bench_is_loaded_from_the_text_that_a_run_kept),
	    cmocka_unit_test(every_key_of_this_version_is_taken),
	    cmocka_unit_test(hooks_are_split_into_words_and_found_beside_the_file),
	    cmocka_unit_test(a_scan_takes_the_unit_of_its_axis),
	    cmocka_unit_test(sim_puts_the_simulator_in_place_of_the_port),
	    cmocka_unit_test(paths_are_relative_to_the_file_and_know_the_home_directory),
	    cmocka_unit_test(the_benches_of_share_load_without_a_word),
	    cmocka_unit_test(a_file_that_is_not_there_is_said_as_such),
	    cmocka_unit_test(effective_says_where_every_value_comes_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
