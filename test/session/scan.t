#!/bin/bash
# Words on a simulated bench, through the program: scans from the first line to the last file, by
# themselves and handed to a live engine; ^C, SIGTERM, a closed pipe.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in scan
set -m # background jobs keep their SIGINT

# bench NAME: a folder of its own with a short scan, and there we go.
bench() {
	bench_text "$work/$1" short long && cd "$work/$1" || exit 1
}
# The last write to each channel put back what it was.
restored() { put_back "$(run_folder "$1")" 1:285 2:285; } # restored NUMBER

# ---- by itself
bench alone
run scan short
holds a_scan_ends_with_0 ends_with 0
holds a_scan_prints_its_folder says out "folder: $(run_folder 0001)"
holds a_scan_shows_each_point_on_stderr grep -q '^\[3/3\] top 310' err
holds a_scan_leaves_its_points test "$(wc -l <"$(run_folder 0001)/points.csv")" = 4
holds a_scan_puts_the_thresholds_back restored 0001
run scan short --json --quiet
one_object() { [ "$(wc -l <out)" = 1 ] && grep -q '^{"success":true,' out && grep -q '"exit":0' out; }
holds a_scan_as_json_is_one_object one_object
holds quiet_says_no_progress says_not err '[3/3]'
run scan short --set scans.short.dwell.time=50ms --set scans.short.range.stop=300 --label 'two points'
holds values_of_one_run_are_overridden test "$(wc -l <"$(run_folder 0003)/points.csv")" = 3
run runs
holds runs_lists_every_run test "$(wc -l <out)" = 4
holds runs_shows_the_label says out 'two points'
run runs --json
holds runs_as_json grep -q '"runs":\[{"run":1,' out
bash -c 'set -o pipefail; "$0" runs 2>err | head -1 >/dev/null; exit "${PIPESTATUS[0]}"' "$PLATEAU"
code=$?
holds case_57_a_closed_pipe_is_no_crash test "$code" = 0 -o "$code" = 141 -o "$code" = 1
run scan nothing
holds an_unknown_scan_ends_with_2 ends_with 2
run scan shrot
holds an_unknown_scan_names_the_nearest says err '`short`'
run scan short --sim
holds sim_writes_below_sim test -f data/sim/*/run_0001/points.csv
run count det.top --for 200ms --json
holds count_ends_with_0 ends_with 0
holds count_as_json grep -q '"channels":\[{"channel":"top","hits":' out
run count det.tip
holds an_unknown_channel_ends_with_2 ends_with 2
run set det.top.threshold=295
holds set_ends_with_0 ends_with 0
holds set_is_audited grep -q ',set,det.top.threshold,.*,295,ok,' data/alone.audit.csv
run set det.top.threshold=5000
holds a_value_out_of_range_ends_with_2 ends_with 2
run set det.top.threshold
holds a_set_without_a_value_ends_with_2 ends_with 2
run get det.top.threshold det.firmware
holds get_ends_with_0 ends_with 0
run get det.tap.threshold
holds an_unknown_path_ends_with_2 ends_with 2
holds an_unknown_path_names_the_nearest says err 'top'

bench many
run scan
holds several_scans_are_named grep -q 'say which: short, long' err
run runs
"$PLATEAU" scan long --quiet >out 2>err </dev/null &
job=$!
until_true state_is running
kill -KILL $job
wait $job 2>/dev/null
run runs
holds a_run_without_owner_is_crashed grep -q '^1 .* crashed ' out
run scan short
holds what_a_killed_run_owes_is_said says err 'run 1 ended without putting its settings back'
holds and_put_back_by_the_next restored 0002

# ---- refused before any device
bench refusals
sed -i 's|port: .*|port: /dev/does-not-exist|' bench.yaml
run scan short
holds a_missing_port_ends_with_1 ends_with 1
holds a_missing_port_is_named says err '/dev/does-not-exist'
holds a_refusal_is_said_once says_not err 'refused'
holds a_refusal_leaves_no_folder test -z "$(find data -name 'run_*')"
sed -i 's|workspace: .*|workspace: /proc/no-such-place/data|' bench.yaml
run scan short
holds case_11_a_workspace_that_cannot_be_made_is_refused test "$code" != 0
holds case_11_the_workspace_is_named says err '/proc/no-such-place'
holds case_11_no_device_was_touched says_not err '/dev/does-not-exist'
if [ "$(id -u)" != 0 ]; then
	mkdir -p locked && chmod 555 locked
	run scan short --workspace "$PWD/locked"
	holds case_11_a_read_only_workspace_is_refused ends_with 1
else
	echo '# a workspace without permission cannot be tried as root'
	run scan short --workspace /proc/self
	holds case_11_a_read_only_workspace_is_refused test "$code" != 0
fi
holds case_11_no_device_was_touched_either says_not err '/dev/does-not-exist'
bench strict
sed -i '1i operator: required' bench.yaml
run scan short
holds an_operator_is_asked_for ends_with 2
holds the_option_for_it_is_named says err -- '--operator'
run scan short --operator Ada
holds an_operator_is_taken ends_with 0
holds a_simulated_port_is_marked says "$(run_folder 0001)/run.yaml" 'simulated: true'
holds the_operator_stands_in_the_run says "$(run_folder 0001)/run.yaml" Ada

# ---- in the background, and words for it
bench behind
run scan long --detach
holds a_detached_scan_ends_at_once ends_with 0
holds a_detached_scan_says_its_folder says out "$(run_folder 0001)"
holds a_detached_scan_runs until_true state_is running
run scan short
holds case_15_a_second_scan_is_refused ends_with 1
holds case_15_it_names_the_engine says err 'pid '
holds case_15_it_names_the_run says err 'run 1'
run count --workspace "$work/elsewhere"
holds another_workspace_is_refused ends_with 2
holds both_workspaces_are_named grep -q "elsewhere.*$PWD/data" err
run count --set devices.det.port=sim:osechi?seed=9
holds another_port_is_refused ends_with 2
holds both_ports_are_named grep -q 'seed=9.*seed=3' err
run set det.mid.threshold=310
holds a_set_is_refused_while_a_run_is_active ends_with 1
run pause
holds pause_is_asked ends_with 0
holds the_run_pauses until_true state_is paused
run resume
holds the_run_goes_on until_true state_is running
"$PLATEAU" watch >watched 2>/dev/null </dev/null &
watch=$!
holds watch_prints_points until_true grep -q '^point [0-9]* top ' watched
holds watch_prints_messages until_true grep -q 'info: run 1' watched
kill $watch
wait $watch 2>/dev/null
bash -c 'set -o pipefail; "$0" watch 2>err | head -1 >first; exit "${PIPESTATUS[0]}"' "$PLATEAU" </dev/null &
watch=$!
holds case_57_a_watch_into_head_ends until_true gone $watch
wait $watch
code=$?
holds case_57_as_at_a_closed_pipe test "$code" = 0 -o "$code" = 141 -o "$code" = 1
holds case_57_head_had_its_line test "$(wc -l <first)" = 1
holds case_57_it_ends_without_a_crash_or_a_complaint test ! -s err
holds case_57_the_engine_and_its_run_go_on state_is running
run stop
holds stop_waits_for_the_restore ends_with 0
holds stop_put_the_thresholds_back restored 0001
run wait
holds wait_ends_as_the_run_did test "$code" = 3 -o "$code" = 5
holds an_engine_that_nobody_needs_ends until_true gone "$(pid_of)"

# ---- ^C
bench keys
"$PLATEAU" scan long >out 2>err </dev/null &
job=$!
holds the_scan_runs until_true state_is running
kill -INT $job
holds case_55_the_first_interrupt_pauses until_true state_is paused
holds case_55_it_says_how_to_go_on until_true says err 'plateau resume'
kill -INT $job
wait $job
code=$?
holds case_55_the_second_interrupt_stops ends_with 3
holds case_55_the_second_interrupt_restores restored 0001
"$PLATEAU" scan long >out 2>err </dev/null &
job=$!
until_true state_is running
kill -HUP $job
kill -TERM $job
wait $job
code=$?
holds case_55_sigterm_ends_with_143 ends_with 143
holds case_55_sigterm_restores restored 0002

# ---- a served bench: the word is handed over and ends alike
bench served
"$PLATEAU" serve >served 2>&1 </dev/null &
engine=$!
holds serve_is_ready until_true live
run scan short
holds a_handed_over_scan_ends_with_0 ends_with 0
holds case_15_who_took_it_is_said grep -q "handed to the engine of served (pid $engine, since" err
holds a_handed_over_scan_prints_the_same grep -q '^\[3/3\] top 310' err
holds a_handed_over_summary_is_the_same says out "folder: $(run_folder 0001)"
run scan short --set scans.short.range.stop=290
holds values_of_one_run_go_with_it test "$(wc -l <"$(run_folder 0002)/points.csv")" = 2
run serve
holds a_second_engine_is_refused ends_with 1
holds the_first_engine_is_named says err "pid $engine"
"$PLATEAU" scan long >out 2>err </dev/null &
job=$!
until_true state_is running
kill -INT $job
holds an_interrupt_asks_the_engine_for_pause until_true state_is paused
kill -INT $job
wait $job
code=$?
holds a_second_interrupt_asks_it_to_stop ends_with 3
"$PLATEAU" scan long >out 2>err </dev/null &
job=$!
until_true state_is running
kill -KILL $job
wait $job 2>/dev/null
holds the_death_of_a_word_changes_nothing until_true state_is running
kill -TERM $engine
wait $engine
code=$?
holds case_55_a_served_bench_ends_with_143 test $code = 143
holds case_55_and_restores restored 0004
# ---- an engine that is about to listen, or about to end: its lock is held, nobody answers
long=$(printf 'd%.0s' $(seq 180))
bench "$long/taken"
sed -i 's/^bench: .*/bench: taken/' bench.yaml
lock=/tmp/plateau-$(id -u)/$(printf %s "$(realpath bench.yaml)" | sha256sum | cut -c1-16).lock
mkfifo release
flock "$lock" sh -c ': >locked; read -r line <release' &
holder=$!
until_true test -e locked
"$PLATEAU" scan short >out 2>err </dev/null &
job=$!
# It looks again and again, and sleeps in between.
waits() { [ "$(awk '$1 == "voluntary_ctxt_switches:" { print $2 }' /proc/$job/status)" -gt 10 ]; }
until_true waits
echo >release
wait $job
code=$?
holds case_15_a_lock_nobody_listens_behind_is_waited_for ends_with 0
wait $holder

# ---- nowhere to print
bench full
"$PLATEAU" scan short --quiet >/dev/full 2>err </dev/null
code=$?
holds a_summary_that_is_lost_is_a_failure test $code = 1
holds a_summary_that_is_lost_is_said says err 'cannot write to standard output'
# A terminal stopped by ^S, or a reader that reads no more: the pipe is full already.
mkfifo stuck
exec 8<>stuck
dd if=/dev/zero of=stuck bs=4096 count=1000 oflag=nonblock 2>/dev/null
"$PLATEAU" scan short --quiet >stuck 2>err </dev/null &
job=$!
over() { grep -q '^state: finished' "$(run_folder 0002)/run.yaml" && ! live; }
holds a_scan_whose_summary_nobody_takes_ends_all_the_same until_true over
kill -TERM $job
holds its_word_can_be_ended until_true gone $job
wait $job
code=$?
holds as_by_any_signal ends_with 143
exec 8<&-

finish
