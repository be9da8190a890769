#!/bin/bash
# Keys that act: only a hand that says y starts or stops anything, and only once.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

engine idle
view
sees 'starts a scan:'
key s
holds with_several_scans_one_is_chosen sees 'Which scan?'
key j Enter
holds a_label_may_be_given sees 'Label of scan noise?'
key Enter
holds a_sample_may_be_given sees 'Sample of scan noise?'
key Enter
holds the_plan_is_asked_for heard '"do":"plan","args":{"name":"noise"}'
holds the_plan_is_shown sees '39 points: counting 1:18, in all about 2:10'
moment
key Enter s
moment
key n
sees_no '39 points'
holds only_y_starts heard_no '"do":"scan"'
key s 2 Enter
untagged
sees '39 points'
yes_to 'Start scan'
holds y_starts heard '"do":"scan","args":{"name":"noise","yes":true}' 1
holds the_end_of_the_run_is_told sees 'finished 39/39'
key x
holds what_cannot_be_done_says_why sees 'stop: nothing is running'
key Z
holds a_message_stays_until_a_key sees_no 'nothing is running'
engine_end

engine idle
view
sees 'starts a scan:'
key -N 30 s
holds case_66_a_held_start_asks_once sees 'Which scan?'
key Enter
sees 'Label of scan threshold?'
key -N 30 s
key C-u
key -l '2nd try'
key Enter
sees 'Sample of scan'
key -l 'bar 7'
key Enter
holds the_label_stands_in_the_question sees 'label: 2nd try'
holds the_sample_too sees 'sample: bar 7'
moment
key -N 30 y
moment
key n
sees_no 'label: 2nd try'
holds case_66_a_held_y_is_no_hand heard_no '"do":"scan","args":{"name":"threshold"'
key s Enter
sees 'Label of scan'
key Enter
holds the_sample_is_remembered sees 'bar 7'
key Enter
sees '39 points'
yes_to 'Start scan'
key -N 30 y
holds label_and_sample_go_with_the_start heard '"do":"scan","args":{"name":"threshold","sample":"bar 7","yes":true}' 1
engine_end

engine refused
view
sees 'starts a scan:'
key s
untagged
sees '39 points'
yes_to 'Start scan'
holds case_62_a_refusal_names_who_holds_the_bench sees 'not started: run 41 (by max) is active'
engine_end

engine operator
view
sees 'starts a scan:'
key s
holds a_bench_that_wants_an_operator_asks sees 'Who is at the bench?'
key -l jana
key Enter
untagged
sees '39 points'
yes_to 'Start scan'
holds the_operator_goes_with_the_start heard '"do":"scan","args":{"name":"threshold","operator":"jana","yes":true}' 1
engine_end

engine running
view watch
sees 'WATCH'
: >"$work/heard"
key x s p
holds a_view_that_watches_acts_on_nothing sees 'only watches'
key q
sees 'left 0'
holds a_view_that_watches_asks_nothing heard_no '"do":"p'
engine_end

engine running
view
sees 'Hz over threshold'
key -N 30 x
holds case_66_a_held_key_asks_once sees 'Stop run 42'
moment
key -N 10 y
moment
key n
sees_no 'Stop run 42'
holds case_66_a_burst_of_y_is_no_hand heard_no '"do":"stop"'
key x
sees 'Stop run 42'
yes_to 'Stop run 42'
holds case_66_y_stops_once heard '"do":"stop"' 1
key -N 20 x
key -N 20 y
moment
key n
sees_no 'Stop run 42'
key '?'
sees 'start a scan; its plan'
holds case_66_more_of_them_do_nothing heard '"do":"stop"' 1
engine_end

engine running
view
sees 'Hz over threshold'
: >"$work/heard"
yes xysypyq | head -c 1000000 >"$work/paste"
mux load-buffer "$work/paste"
mux paste-buffer -p
key '?'
holds case_65_after_a_paste_of_1_MB_the_keys_work_again sees 'start a scan; its plan'
holds case_65_a_paste_starts_and_stops_nothing heard_no '"do":'
key '?'
sees ' Counters '
yes xysy | tr -d '\n' | head -c 100000 >"$work/paste"
mux load-buffer "$work/paste"
mux paste-buffer
key Escape Escape
key '?'
holds case_65_a_paste_without_brackets_stops_nothing sees 'start a scan; its plan'
holds case_65_and_starts_nothing heard_no '"do":"s'
engine_end
finish
