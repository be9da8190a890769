#!/bin/bash
# plateau record: rows and books, stop, two at once, beside a scan, kill -9, a slow reader of --stdout,
# refusals.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in record
engine=
tidy() {
	[ -n "$engine" ] && kill "$engine" 2>/dev/null
	"$PLATEAU" stop bench.yaml --quiet >/dev/null 2>&1
	rm -rf "$work"
}
trap tidy EXIT
cd "$work" || exit 1
cat >bench.yaml <<'EOF'
bench: recording
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&seed=3"
    protocol: text
    channels:
      top: {id: 1, threshold: 250}
      mid: {id: 2, threshold: 250}
recordings:
  short: {rate: 10 Hz, parameters: [det.events, det.top.hits], time: 1 s, sinks: [csv, jsonl]}
  slow: {rate: 10 Hz, parameters: [det.events, det.top.hits]}
  fast: {rate: 200 Hz, parameters: [det.events, det.top.hits, det.mid.hits]}
  events: {events: det, counts: 50}
  all: {events: det}
  heavy: {rate: 10 Hz, parameters: [det.*], time: 1 s, buffer: 1000000}
scans:
  short:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 200 ms}
    settle: 50 ms
EOF
folder() { printf '%s' data/*/run_"$(printf '%04d' "$1")"; }
yaml() { sed -n "s/^ *$2: *//p" "$(folder "$1")/run.yaml" | head -1; }
rows() { tail -n +2 "$(folder "$1")/$2" | wc -l; }
live() { "$PLATEAU" status bench.yaml --json 2>/dev/null | tr -d ' '; }
runs_are() { [ "$(live | grep -o '"kind":"[a-z]*"' | tr -d '\n')" = "$1" ]; }
records_rows() { live | grep -qE '"kind":"recording".*"rows":[1-9]'; }
books() { sed -n '/^books:/,/^[a-z]*_head:/p' "$(folder "$1")/run.yaml" | sed -n "s/^  $2: *//p"; }
nobody_is_there() { "$PLATEAU" status bench.yaml >/dev/null 2>&1; [ $? = 5 ]; }

# ---- one, in the foreground ----
run record bench.yaml short
holds a_recording_ends_with_0 ends_with 0
holds its_summary_tells_its_slots says out '0 failed, 0 dropped'
slots() { echo $(($(books "$1" samples_emitted) + $(books "$1" samples_late))); }
holds every_slot_is_in_its_books test "$(slots 1)" = 10
holds its_rows_are_those_of_its_books test "$(rows 1 readings.csv)" = $(($(books 1 rows) + $(books 1 gaps)))
holds a_row_for_each_read test "$(books 1 rows)" = "$(books 1 reads_ok)"
same_rows() { [ "$(wc -l <"$(folder 1)/readings.jsonl")" = "$(rows 1 readings.csv)" ]; }
holds json_lines_are_as_many same_rows
on_the_grid() {
	awk -F, 'NR == 2 { t0 = $2 } NR > 1 { d = $2 - t0 - $1 * 1e8; if (d > 1000 || d < -1000) bad = 1 }
		END { exit bad }' "$(folder 1)/readings.csv"
}
holds its_slots_lie_on_the_grid on_the_grid
only_up() { awk -F, '$7 == "events" { if ($10 + 0 < last) bad = 1; last = $10 + 0 } END { exit bad || last == 0 }' "$(folder 1)/readings.csv"; }
holds a_counter_only_grows only_up
holds a_parameter_of_a_channel_names_it says "$(folder 1)/readings.csv" ',osechi,top.hits,'
holds it_is_finished test "$(yaml 1 state)" = finished
audited() { grep -q ",$2,.*,$3," "$(folder "$1")/audit.csv"; }
holds its_start_is_audited audited 1 recorder.start ok
holds its_end_is_audited audited 1 recorder.stop finished
run verify "$(folder 1)"
holds it_can_be_proved ends_with 0

run record bench.yaml slow --for 500ms --only det --json
holds a_time_of_ones_own_ends_it ends_with 0
holds the_result_has_the_books says <(tr -d ' ' <out) '"samples_emitted":'
holds it_has_the_slots_of_that_time test "$(slots 2)" = 5

run record bench.yaml events
holds so_many_events_end_it ends_with 0
holds exactly_so_many_are_stored test "$(rows 3 events.csv)" = 50
holds the_books_say_so test "$(books 3 events)" = 50

# ---- refusals ----
run record bench.yaml sloow
holds an_unknown_recording_ends_with_2 ends_with 2
holds the_nearest_name_is_said says err 'did you mean `slow`'
run record bench.yaml
holds without_a_name_one_must_be_said ends_with 2
holds the_names_are_said says err short
run record bench.yaml slow --for 0s
holds no_time_at_all_is_refused test "$code" != 0
run record bench.yaml slow --only oven
holds a_device_that_is_not_there_is_refused test "$code" != 0
run record bench.yaml slow --detach --stdout
holds rows_for_nobody_are_refused ends_with 2
cat >bad.yaml <<'EOF'
bench: bad
workspace: ./data
devices:
  det: {driver: osechi, port: "sim:osechi", channels: {top: {id: 1, threshold: 250}}}
recordings:
  none: {rate: 0 Hz, parameters: [det.events]}
EOF
run record bad.yaml none
holds a_rate_of_0_is_refused_before_anything ends_with 2
holds its_line_is_named says err 'bad.yaml:6'

# ---- an instrument beside the detector: another port, the same slots ----
cat >oven.yaml <<'EOF'
bench: oven
workspace: ./ovens
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=50&boot=no"
    protocol: text
    channels: {top: {id: 1, threshold: 250}}
  oven: {driver: modbus, profile: watlow-ez-zone-pm, port: "sim:ezzone", unit: 1, baud: 9600}
recordings:
  both: {rate: 5 Hz, parameters: [oven.process_value, oven.setpoint, det.events], time: 1 s}
  fast: {rate: 200 Hz, parameters: [oven.process_value, oven.setpoint], time: 500 ms}
scans:
  beside: {set: det.threshold, channels: [top], range: {list: [290]}, dwell: {time: 1 s},
    readings: {parameters: [oven.process_value, oven.setpoint], rate: 50 Hz}}
EOF
run record oven.yaml both
holds two_buses_end_with_0 ends_with 0
holds what_a_tick_costs_is_said says err 'oven: 2 requests a tick, 54.2 ms of 200.0 ms at 9600 baud'
one_grid() {
	awk -F, 'NR > 1 && ($1 in at) && at[$1] != $2 { bad = 1 } NR > 1 { at[$1] = $2; devices[$4] = 1 }
		END { exit bad || !("oven" in devices) || !("det" in devices) }' ovens/*/run_0001/readings.csv
}
holds both_have_the_same_slots one_grid
device() { # device NUMBER KEY: of the run's n-th device
	sed -n '/^devices:/,/^[a-z]*:$/p' ovens/*/run_0001/run.yaml | sed -n "s/^  *-* *$2: *//p" | sed -n "$1p"
}
holds the_devices_say_what_they_are grep -q . <(device 1 firmware)
holds each_of_them test "$(sed -n 's/^ *model: //p' ovens/*/run_0001/run.yaml | grep -cv null)" = 2
holds and_where_they_were_found grep -q / <(device 1 port)
settings() { awk -F, -v w="$1" '$1 == w { print $2 "=" $3 }' ovens/*/run_0001/settings.csv; }
holds its_settings_are_kept grep -qx oven.setpoint=100 <(settings start)
holds those_of_each_device grep -q ^det.top.threshold= <(settings start)
holds at_the_end_too cmp <(settings start) <(settings end)
run settings oven.yaml 1 --diff
holds nothing_differs_from_them ends_with 0
run verify ovens/*/run_0001
holds instruments_with_instances_can_be_proved ends_with 0
run record oven.yaml fast
holds case_50_a_rate_no_line_can_hold_is_refused ends_with 2
holds case_50_the_refusal_has_the_numbers says err '2 requests a tick take 54.2 ms at 9600 baud, the period is 5.0 ms'
run scan oven.yaml beside
holds case_50_readings_beside_a_scan_are_refused_alike ends_with 2
holds case_50_with_their_numbers says err '2 requests a tick take 54.2 ms at 9600 baud, the period is 20.0 ms'
run record oven.yaml fast --dry-run
holds case_50_so_is_a_dry_run_of_it ends_with 2
run scan oven.yaml beside --dry-run
holds case_50_and_that_of_a_scan ends_with 2
left() { find ovens -name 'run_*' -type d | wc -l; }
holds case_50_nothing_is_left_of_it test "$(left)" = 1
run record oven.yaml fast --force
holds case_50_forced_it_skips_slots says out ' overrun'
holds case_50_and_ends_with_0 ends_with 0

# ---- a count holds the detector: its settings are not waited for, what its lines bring is recorded
"$PLATEAU" serve oven.yaml >serve 2>&1 </dev/null &
engine=$!
until_true "$PLATEAU" status oven.yaml
"$PLATEAU" count oven.yaml det --for 60s >count 2>&1 </dev/null &
count=$!
is_counting() { ! timeout 3 "$PLATEAU" get oven.yaml det.top.threshold; }
until_true is_counting
busy() { grep -q ',note,det.top.threshold,,,busy,not in settings.csv,' ovens/*/run_000"$1"/audit.csv; }
run record oven.yaml both
holds beside_a_count_a_recording_is_made ends_with 0
holds what_could_not_be_read_is_said busy 3
others() { grep -q '^end,oven.setpoint,100,C' ovens/*/run_0003/settings.csv; }
holds the_other_device_is_read others
kill -INT "$count"
wait "$count" 2>/dev/null
kill "$engine"
wait "$engine"
engine=

# ---- --dry-run: the plan alone ----
dry() { # dry WORDS...: nothing is made, no simulator is begun
	local before after
	before=$(find . -path ./state -prune -o -type f -newer bench.yaml -print | sort)
	run record "$@" --dry-run
	after=$(find . -path ./state -prune -o -type f -newer bench.yaml -print | sort)
	[ "$before" = "$after" ]
}
holds a_dry_run_writes_nothing dry oven.yaml both
holds it_ends_with_0 ends_with 0
holds it_says_how_often says out 'recording both: 3 parameters every 0.2 s (5 Hz), for 1.0 s, 5 ticks'
holds it_says_what_a_line_is_asked says out \
	'oven: 2 requests a tick, 54.2 ms of 200.0 ms at 9600 baud: oven.process_value, oven.setpoint'
holds it_says_what_comes_unasked says out 'det: nothing to ask, its lines bring it: det.events'
holds it_says_what_waits says out 'buffer: 64 ticks, then block'
holds it_says_how_many_rows says out 'rows: 3 a tick, 15 in all'
dry oven.yaml both --json
size_now() { stat -c %s ovens/*/run_0001/readings.csv; }
told_size() { sed 's/.*"bytes"://; s/[^0-9].*//' out; }
near() { [ "$1" -gt $(($2 * 9 / 10)) ] && [ "$1" -lt $(($2 * 11 / 10)) ]; }
holds its_bytes_are_about_those_of_the_file near "$(told_size)" "$(size_now)"
dry oven.yaml both --only oven --for 10s --json
holds a_dry_run_heeds_for_and_only says out '"rows_a_tick":2,"rows":100,'
dry oven.yaml fast --force
holds forced_it_is_told_all_the_same ends_with 0
sed 's/baud: 9600}/baud: 9600, limits: {heat_power: {hihi: 90 %}}}/; s/rate: 5 Hz/rate: 12.5 Hz/' oven.yaml >watched.yaml
holds a_bench_with_limits_is_dry_too dry watched.yaml both
holds it_says_how_often_a_limit_is_looked_at says out \
	'oven.heat_power: limits looked at every 1 s, behind a tick: it takes 25.0 ms, ticks leave 25.8 ms'
dry bench.yaml all
holds events_without_an_end_are_told says out 'recording all, until it is stopped'
dry bench.yaml sloow
holds an_unknown_one_is_refused_dry_too ends_with 2
dry bench.yaml heavy
holds a_buffer_beyond_all_memory_is_refused_dry ends_with 2
run record bench.yaml heavy
holds and_for_certain ends_with 2
holds with_the_memory_it_wants says err 'GB of memory'

# ---- in the background ----
run record bench.yaml slow --detach
holds detached_it_ends_with_0 ends_with 0
holds it_says_its_number says out 'run 4 started'
holds its_books_are_live until_true records_rows
run record bench.yaml fast --detach
holds a_second_one_begins_beside_it ends_with 0
run pause bench.yaml
holds several_without_a_number_end_with_2 ends_with 2
holds they_are_named says err '4 (slow), 5 (fast)'
run pause bench.yaml --run 4
holds a_recording_cannot_be_paused ends_with 2
holds it_is_said_why says err 'is a recording'
run scan bench.yaml short
holds a_scan_runs_beside_two_recordings ends_with 0
run set bench.yaml det.top.threshold=260
holds a_setting_may_change_beside_them ends_with 0
run status bench.yaml
holds status_tells_them says out 'recording  5 running, fast: '
run stop bench.yaml --run 5 --json
holds the_named_one_stops ends_with 0
holds without_an_end_of_its_own_it_is_finished test "$(yaml 5 state)" = finished
holds the_other_goes_on runs_are '"kind":"recording"'
holds all_its_slots_are_accounted_for test "$(rows 5 readings.csv)" -ge "$(books 5 rows)"
run wait bench.yaml --run 77
holds another_number_ends_with_5 ends_with 5
holds the_live_one_is_named says err 'run 4 (slow) is'
run interrupt bench.yaml
holds the_only_one_needs_no_number ends_with 0
is_interrupted() { [ "$(yaml 4 state)" = interrupted ] && [ "$(yaml 4 exit)" = 3 ]; }
holds interrupt_cuts_it_short until_true is_interrupted
run wait bench.yaml --run 4
holds of_one_that_is_over_wait_has_the_status ends_with 3
holds and_says_that_it_was_over says out 'run 4 was over before: interrupted'
run wait bench.yaml --run 5 --json
holds a_finished_one_gives_0 ends_with 0
holds also_as_an_object says out '"state":"finished","exit":0,'
run wait bench.yaml --run 6
holds a_scan_that_is_over_does_so_too ends_with 0
run stop bench.yaml --run 5
holds there_is_nothing_left_to_stop_of_it ends_with 5
holds why_is_said says err 'run 5 was over before: finished'
no_reads_missing() { awk -F, 'NR > 1 && $17 != "ok" && $17 != "gap" { bad = 1 } END { exit bad }' "$(folder 4)/readings.csv"; }
holds the_scan_cost_it_no_read no_reads_missing

# ---- a scan first, then a recording of the same detector ----
run record bench.yaml all --detach
until_true test -s "$(folder 7)/events.csv"
until_true grep -q recorder.start "$(folder 7)/audit.csv"
run scan bench.yaml short
holds a_detector_whose_events_are_stored_is_not_scanned ends_with 1
holds the_recording_is_named says err 'recording all'
run stop bench.yaml
holds without_a_number_it_is_the_only_recording ends_with 0
holds its_events_are_stored test "$(rows 7 events.csv)" = "$(books 7 events)"
run verify "$(folder 7)"
holds events_can_be_proved ends_with 0

# ---- rows on stdout ----
run record bench.yaml short --stdout
holds with_stdout_it_ends_with_0 ends_with 0
holds each_row_is_a_line test "$(grep -c '"parameter":' out)" = $(($(books 8 rows) + $(books 8 gaps)))
# A reader that takes nothing before the recording is over: more rows than any pipe holds.
is_over() { [ "$(yaml "$1" state)" = finished ]; }
{ "$PLATEAU" record bench.yaml fast --for 4s --stdout 2>err; echo "$?" >code; } </dev/null |
	{ until_true is_over 9 && cat >out; }
holds a_slow_reader_does_not_end_it test "$(cat code)" = 0
holds nor_does_he_cost_a_slot test "$(slots 9)" = 800
told() { awk '/"lost":/ { gsub(/[^0-9]/, ""); n += $0; next } /"parameter":/ { n++ } END { print n + 0 }' out; }
holds what_he_did_not_get_is_told test "$(told)" = "$(($(books 9 rows) + $(books 9 gaps)))"

# ---- in the foreground, with signals: a recording cannot be paused ----
holds the_engine_in_the_background_ends until_true nobody_is_there
"$PLATEAU" record bench.yaml slow >out 2>err </dev/null &
engine=$!
until_true records_rows
kill -INT "$engine"
wait "$engine"
code=$?
engine=
holds one_interrupt_ends_it ends_with 0
holds it_is_finished_then test "$(yaml 10 state)" = finished

"$PLATEAU" record bench.yaml slow >out 2>err </dev/null &
engine=$!
until_true records_rows
kill -TERM "$engine"
wait "$engine"
code=$?
engine=
holds case_55_term_ends_it_with_143 ends_with 143
holds case_55_its_last_words_are_written test "$(yaml 11 state)" = interrupted

# ---- a disk that is full, and hangs as well ----
# on_full KEY=VALUE...: a recording in the foreground, in a workspace that takes nothing any more
on_full() {
	rm -rf full && mkdir full
	env FAULT_DIR="$work/full" FAULT_OPS=write FAULT_AT=20 FAULT_TIMES=ever FAULT_ERRNO=ENOSPC "$@" \
		LD_PRELOAD="$TOOLS/fault_shim.so" "$PLATEAU" record full.yaml all >out 2>err </dev/null &
	engine=$!
}
sed 's/^bench: .*/bench: full/; s|^workspace: .*|workspace: ./full|; /^recordings:/,$d' bench.yaml >full.yaml
echo 'recordings: {all: {rate: 20 Hz, parameters: [det.events], flush: 100 ms}}' >>full.yaml
shows() { "$PLATEAU" status full.yaml --json 2>/dev/null | tr -d ' ' | grep -q "$1"; }
on_full
holds case_7_a_full_disk_is_said until_true shows '"disk_full":true'
kill -TERM "$engine"
wait "$engine"
code=$?
holds case_55_term_on_a_full_disk_ends_it_with_143 ends_with 143
holds case_55_what_it_lost_is_said says err 'terminated; disk full: '
on_full FAULT_OPS=sync FAULT_AT=100000 FAULT_SYNC_MS=1000 FAULT_QUICK=9
holds case_18_while_its_files_are_made_on_a_disk_that_hangs_the_engine_answers until_true shows '"phase":"prepare".*"state":"up"'
kill -TERM "$engine"
wait "$engine"
code=$?
holds case_55_term_meanwhile_ends_it_with_143 ends_with 143
on_full FAULT_SYNC_MS=3000 FAULT_QUICK=8
until_true shows '"disk_full":true'
"$PLATEAU" interrupt full.yaml >/dev/null 2>&1
holds case_18_while_its_end_hangs_in_a_sync_the_engine_answers until_true shows '"phase":"writing"'
wait "$engine"
code=$?
engine=
holds case_18_it_ends_when_the_disk_lets_go_as_it_was_told ends_with 3
holds case_18_what_it_lost_is_said says err 'interrupted; disk full: '
holds case_18_and_that_its_books_are_not_closed says err 'last words not written: '

# ---- kill -9 ----
"$PLATEAU" record bench.yaml slow >out 2>err </dev/null &
engine=$!
until_true records_rows
has_some() { [ "$(rows 12 readings.csv)" -gt 4 ]; }
until_true has_some
before=$(rows 12 readings.csv)
{ kill -KILL "$engine" && wait "$engine"; } 2>/dev/null
engine=
have_survived() { has_some && [ "$(rows 12 readings.csv)" -ge "$before" ]; }
holds case_1_rows_survive_kill_9 have_survived
run record bench.yaml short
holds the_next_engine_records_again ends_with 0
run runs data
crashed() { grep -E '^12 ' out | grep -q crashed; }
holds case_1_the_killed_one_is_crashed crashed
run wait bench.yaml --run 12
holds without_an_engine_wait_says_that_it_failed ends_with 1
holds that_it_crashed says out 'run 12 was over before: crashed'
run wait bench.yaml --run 999
holds a_number_that_never_was_ends_with_5 ends_with 5
run resume bench.yaml
holds a_recording_is_not_taken_up_again test "$code" != 0
finish
