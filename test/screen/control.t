#!/bin/bash
# Keys that act on the run: skip, retake, safe state, note, pause now, and going on with a run that
# did not reach its end. Each is said in the words of its question before it is done.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

engine running
view operator=jana
sees 'Hz over threshold'
key P
holds pause_now_is_asked_at_once heard '"do":"pause","args":{"now":true}' 1
key K
holds leaving_out_a_point_asks_first sees 'Leave out a point of run 42?'
moment
key K K
holds the_asking_key_says_no_yes heard_no '"do":"skip"'
yes_to 'Leave out a point'
holds y_leaves_it_out heard '"do":"skip","args":{"run":"42"}' 1
key T
holds taking_a_point_again_asks_first sees 'Take a point of run 42 again?'
key n
holds n_leaves_the_question sees_no 'Take a point'
key T
sees 'Take a point of run 42 again?'
yes_to 'Take a point'
holds y_takes_it_again heard '"do":"retake","args":{"run":"42"}' 1
key '!'
holds the_safe_state_asks_first sees 'Safe state for run 42?'
holds the_question_says_what_happens sees 'the settings are put back now'
key -N 30 '!'
moment
holds case_66_a_held_emergency_key_is_no_yes heard_no '"do":"safe"'
yes_to 'Safe state for run 42?'
holds y_asks_for_the_safe_state heard '"do":"safe","args":{"run":"42"}' 1
key n
holds a_note_is_asked_for sees 'A note on run 42'
key -l 'HV was 1450 V'
key Enter
holds the_note_goes_to_the_run heard '"texts":["HV was 1450 V"]' 1
holds the_operator_goes_with_it heard '"operator":"jana"'
holds the_bottom_line_has_the_emergency_and_the_way_out sees '! safe'
holds and_the_way_out sees 'q leave'
engine_end

engine running
view watch
sees 'WATCH'
: >"$work/heard"
key K T '!' n R P
holds a_view_that_watches_acts_on_no_run sees 'only watches'
key q
sees 'left 0'
holds and_asks_nothing_of_it heard_no '"run":"42"'
engine_end

engine unfinished
view
holds an_unfinished_run_is_offered sees 'run 42 crashed at 17/123: R resume'
holds settings_never_put_back_are_an_alarm sees 'RESTORE'
holds and_named sees 'not back: det.top.threshold 290 +1'
key R
holds going_on_asks_first sees 'Go on with run 42?'
holds the_question_says_how_far_it_was sees 'threshold crashed at 17 of 123 points.'
yes_to 'Go on with run 42?'
holds it_is_asked_for heard '"do":"resume","args":{"run":"42"}' 1
holds differences_are_another_question sees 'Go on with run 42 all the same?'
holds with_each_difference sees 'the program was 0.1.0 and is 0.2.0'
forced() { # it is asked again: the answer of this engine is always the same
	key y
	moment
	grep -qF '"force":true' "$work/heard"
}
holds a_second_yes_goes_on_all_the_same until_true forced
engine_end

engine doubtful
view
sees 'Hz over'
holds points_in_doubt_are_counted sees '1 invalid  1 suspect  1 saturated'
holds what_is_not_durable_is_told sees 'writing 2 s behind  durable'
holds what_a_point_waits_for_is_told sees 'oven.process_value 24.1'
holds marks_in_the_curve_are_explained sees '? in doubt'
mux send-keys 3 Home Right Right
holds the_point_says_its_quality sees 'threshold 278  suspect'
holds the_counters_have_the_books sees 'rows durable'
engine_end
finish
