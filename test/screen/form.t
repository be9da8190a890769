#!/bin/bash
# The form of a scan and of a recording on a real engine: what is typed is checked and planned while
# it is typed, and begins with the bench's own values or others.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

bench=$work/form/bench.yaml
bench_det "$work/form" 'sim:osechi?rate=250&boot=no' binary '290 300' <<END
  quick:
    set: det.threshold
    channels: [top]
    range: {center: 300, nsteps: 2, step: 5}
    dwell: 50 ms
    settle: 50 ms
recordings:
  env: {rate: 10 Hz, parameters: [det.events]}
END
leave_no_engine() {
	"$PLATEAU" stop "$bench" >/dev/null 2>&1
	clean_up
}
trap leave_no_engine EXIT
run_of() { # run_of N: its run.yaml
	echo "$work"/form/data/*/run_000"$1"/run.yaml
}
has() { # has N TEXT: run N's own file has it
	grep -q -e "$2" "$(run_of "$1")"
}

screen
sees '1 of 1 up'
key s
holds the_rows_are_the_bench_files sees 'range.center      300'
holds the_plan_stands_beside_them sees '5 points: counting'
key -l 'bar 7'
key Enter
holds enter_goes_to_the_next_row sees 'what is measured; kept with the run'
key Down Down Down C-u
key -l '4'
holds the_plan_follows_what_is_typed sees '9 points: counting'
holds what_differs_from_the_file_is_marked sees '* range.nsteps'
holds and_counted sees '1 not as in the bench file'
key C-u
key -l '4 mV'
holds a_wrong_value_is_told_at_its_row sees '! range.nsteps'
key C-s
holds it_does_not_start sees 'not started'
holds it_says_what_is_right sees 'whole number'
key C-u
key -l '4'
sees '9 points: counting'
key Enter Enter Enter Enter Enter Enter Enter
holds a_short_dwell_is_a_time sees 'length of the counting window'
key C-u
key -l '20 ms'
sees '* dwell.time'
key C-s
holds the_question_has_the_plan sees 'Start scan quick?'
holds and_what_is_not_as_in_the_file sees '* range.nsteps: 4 (bench file: 2)'
holds and_the_label sees 'label: bar 7'
moment
key Enter
moment
holds enter_is_no_yes sees 'Start scan quick?'
yes_to 'Start scan quick?'
holds the_scan_goes_its_way sees 'finished 9/9'
holds the_form_is_gone sees ' Counters '
holds the_run_has_its_values has 1 'range.nsteps'
holds the_run_has_its_label has 1 'label: bar 7'
key s
holds the_next_form_begins_as_the_last sees '* range.nsteps      4'
holds but_for_the_label sees_no 'bar 7'
key Down Down Down Down C-r
holds the_files_value_comes_back sees '5 points: counting'
key Escape
holds esc_leaves sees ' Counters '
key s
holds what_was_typed_is_there_again sees '  range.nsteps      2'
printf 'scan\rx\r\033OTy\023' >"$work/paste"
mux load-buffer "$work/paste"
mux paste-buffer -p
holds case_65_a_paste_is_text sees 'scanxOTy'
holds case_65_it_asks_nothing sees_no 'Start scan'
key C-u Escape
sees ' Counters '

key r
holds a_recording_has_a_form_too sees '  rate              10 Hz'
holds its_plan_too sees '1 parameter at 10 Hz'
key Down Down Down Down Down C-u
key -l '1 s'
holds its_time_is_planned sees 'for 1.0 s'
key C-s
holds it_is_asked sees 'Start recording env?'
yes_to 'Start recording env?'
holds it_ends_by_itself until_true has 2 '^state: finished'
holds with_its_ten_ticks has 2 'samples_emitted: 10'

mux resize-window -x 40 -y 10
sees 'finished'
key s
holds at_40_by_10_rows_and_plan_are_there sees '9 points'
holds and_the_keys sees 'C-s start'
key Escape
mux resize-window -x 80 -y 24
sees ' Counters '

terminal "$PLATEAU $bench --watch"
sees WATCH
key s
holds a_view_that_watches_opens_none sees 'only watches'
key q
sees 'left 0'
finish
