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
holds its_form_is_shown sees 'scan noise'
holds the_plan_is_asked_for heard '"do":"plan","args":{"name":"noise"}'
key C-s
holds the_plan_is_shown sees '39 points: counting 1:18, in all about 2:10'
moment
key Enter s
moment
key n
sees_no 'Start scan'
key Enter Enter
holds enter_goes_to_the_next_value sees 'range.center'
holds only_y_starts heard_no '"do":"scan"'
key Escape
sees 'starts a scan:'
key s 2 Enter
as_filed
sees '39 points'
yes_to 'Start scan'
holds y_starts heard '"do":"scan","args":{"name":"noise"}' 1
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
sees 'C-s start'
key -N 30 s
key C-u
key -l '2nd try'
key Enter
key -l 'bar 7'
key C-s
holds the_label_stands_in_the_question sees 'label: 2nd try'
holds the_sample_too sees 'sample: bar 7'
moment
key -N 30 y
moment
key n
sees_no 'label: 2nd try'
holds case_66_a_held_y_is_no_hand heard_no '"do":"scan","args":{"name":"threshold"'
key Escape
sees 'starts a scan:'
key s Enter
holds what_was_typed_is_still_there sees 'bar 7'
key Up C-u
as_filed
yes_to 'Start scan'
key -N 30 y
holds label_and_sample_go_with_the_start heard '"do":"scan","args":{"name":"threshold","sample":"bar 7"}' 1
engine_end

engine refused
view
sees 'starts a scan:'
key s
as_filed
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
as_filed
sees '39 points'
yes_to 'Start scan'
holds the_operator_goes_with_the_start heard '"do":"scan","args":{"name":"threshold","operator":"jana"}' 1
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
