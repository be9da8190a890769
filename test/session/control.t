#!/bin/bash
# The words that act on a live run: each is seen in what the engine says of the run afterwards and
# in the files of the run.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in control
trap 'kill $(jobs -p) 2>/dev/null; "$PLATEAU" stop --now "$work/control/bench.yaml" >/dev/null 2>&1; wait; rm -rf "$work"' EXIT
mkdir "$work/control" && cd "$work/control" || exit 1
set -m

sim='sim:osechi?rate=250&noise=1&boot=no&seed=3&threshold=285&reply_delay=5&reply_spread=5'
bench_det . "$sim" text '290 300' <<END
  long: {set: det.threshold, channels: [top], range: {start: 250, stop: 350, step: 1},
         dwell: {time: 50 ms}, settle: 20 ms}
  slow: {set: det.threshold, channels: [top], range: {start: 250, stop: 252, step: 1},
         dwell: {time: 1 h}, settle: 20 ms}
END
position_above() { [ "$(field position)" -gt "$1" ]; }
threshold() { # of the device itself, of channel $1
	"$PLATEAU" status --json | grep -o "\"path\":\"det.$1.threshold\",\"value\":[0-9]*" | sed 's/.*://'
}

for word in pause resume skip retake safe stop interrupt wait; do
	run $word --run 1
	holds "${word}_of_no_engine_ends_with_5" ends_with 5
	run $word --run one
	holds "${word}_of_a_run_that_is_no_number_is_refused" ends_with 2
done
run serve --help
"$PLATEAU" serve >serve.out 2>&1 </dev/null &
until_true live
for word in pause skip retake safe stop interrupt wait; do
	run $word
	holds "${word}_of_no_run_ends_with_5" ends_with 5
done
run status
holds status_says_that_no_run_is_live says out 'run        none'

# ---- a run that goes on
run scan long --detach
until_true state_is running
for word in pause resume skip retake safe stop interrupt wait; do
	run $word --run 77
	holds "${word}_of_another_run_ends_with_5" ends_with 5
	holds "${word}_of_another_run_names_the_live_one" says err 'run 77 is not active; run 1 is'
done
holds a_word_for_another_run_changes_nothing state_is running
run pause --run 1
holds pause_says_what_was_asked says out 'run 1: pause asked'
holds the_run_pauses until_true state_is paused
run status
holds status_says_state_and_reason says out 'run        1 long: paused: on request'
holds status_says_done_and_durable grep -qE '^books +[0-9]+ of 101 points done, [0-9]+ rows durable' out
holds status_says_the_point grep -qE '^point +[0-9]+ of 101, top' out
at=$(field position)
run resume --run 1 --json
holds resume_as_json says out '"asked":"resume"'
goes_on() { position_above "$at"; }
holds the_run_goes_on until_true goes_on
run resume
holds a_run_that_is_not_paused_cannot_be_resumed ends_with 2

# ---- the emergency: the settings first, the run stays
run safe
holds safe_says_what_was_asked says out 'safe state asked'
safe_and_paused() { state_is paused && [ "$(field reason)" = 'safe state' ]; }
holds safe_leaves_the_run_paused until_true safe_and_paused
holds safe_puts_the_scanned_channel_back test "$(threshold top)" = 285
holds safe_puts_the_others_back test "$(threshold mid)" = 285
run resume
holds a_run_in_its_safe_state_goes_on until_true state_is running
run stop --run 1
holds stop_waits_and_ends_with_0 ends_with 0
holds stop_prints_the_summary says out 'interrupted'
run status
holds status_names_the_unfinished_run grep -qE '^unfinished run 1 long: interrupted at [0-9]+ of 101 points' out
holds status_owes_nothing test -z "$(grep restore out)"
run wait --run 1
holds wait_for_the_run_that_is_over_has_its_status ends_with 3
run wait --run 2
holds wait_for_a_run_that_never_was_ends_with_5 ends_with 5

# ---- a window of an hour: what breaks it off
run scan slow --detach
until_true phase_is count
run pause --now
holds pause_now_does_not_wait_for_the_window until_true state_is paused
voided() { awk -F, 'NR > 1 && $2 == 1 && $24 == "void" { n++ } END { exit n != 1 }' data/*/run_0002/points.csv; }
holds pause_now_voids_the_point voided
run resume
second() { phase_is count && [ "$(field attempt)" = 2 ]; }
holds the_point_is_taken_again_as_attempt_2 until_true second
run status
holds status_says_the_attempt says out 'attempt 2: count'
"$PLATEAU" wait >wait.out 2>&1 </dev/null &
waiting=$!
run interrupt
holds interrupt_ends_at_once ends_with 0
wait $waiting
holds wait_ends_with_the_status_of_the_run test $? = 3

# ---- a stderr that nobody reads holds nothing up
"$PLATEAU" stop >/dev/null 2>&1
kill %1 2>/dev/null
none() { ! live; }
until_true none
bench_det many 'sim:osechi?rate=250&boot=no' text 290 <<END
  many: {set: det.threshold, channels: [top], range: {start: 290, stop: 300, step: 1},
         dwell: {time: 1 ms}, settle: 0 s}
END
mkfifo stuck
exec 8<>stuck
head -c 65536 /dev/zero >&8 # full: the next byte would wait for ever
"$PLATEAU" scan many/bench.yaml many >many.out 2>&8 </dev/null
code=$?
holds case_63_a_pipe_that_nobody_reads_holds_no_scan_up test $code = 0
holds case_63_the_result_is_printed_all_the_same says many.out 'run_0001 finished'
exec 8>&-
finish
