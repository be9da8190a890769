#!/bin/bash
# The screen of the program itself: it starts an engine in the background, which outlives it and
# ends when nobody needs it any more.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

bench=$work/whole/bench.yaml
bench_text "$work/whole" long
another_engine() {
	live && [ "$(pid_of)" != "$1" ]
}

screen
holds the_screen_opens sees Devices
holds the_device_comes_up sees up
first=$(pid_of)
holds an_engine_was_started test -n "$first"
holds it_keeps_no_terminal test "$(ps -o tty= -p "$first")" = '?'
holds its_words_are_in_plateau_log grep -q "engine of $bench started" "$work/state/plateau/whole/plateau.log"
key s
as_filed
holds the_plan_is_shown sees '101 points'
yes_to 'Start scan'
holds the_scan_runs until_true state_is running
key q
holds q_leaves_the_screen sees 'left 0'
holds the_terminal_is_as_it_was cmp "$work/before" "$work/after"
holds the_run_goes_on state_is running
screen
holds the_next_screen_shows_the_run sees RUNNING
holds it_found_the_same_engine test "$(pid_of)" = "$first"
"$PLATEAU" pause "$bench" >/dev/null
holds a_word_pauses_it until_true state_is paused
holds the_screen_shows_that sees paused
"$PLATEAU" stop "$bench" >"$work/out"
holds a_word_stops_it grep -q '^run .*interrupted' "$work/out"
holds the_screen_shows_that_too sees interrupted
kill -KILL "$first"
holds a_dead_engine_is_replaced until_true another_engine "$first"
second=$(pid_of)
key q
holds the_screen_left_after_that sees 'left 0'
holds an_engine_that_nobody_needs_ends until_true gone "$second"
screen --workspace "$work/nowhere/data"
holds an_engine_that_cannot_start_says_why sees "$work/nowhere/data"
holds the_screen_ends_with_2 sees 'left 2'
sed -i 's/driver: osechi/driver: osechy/' "$bench"
screen
holds a_wrong_file_is_told_before_the_screen sees 'there is no driver'
holds it_ends_with_2_too sees 'left 2'
# A demo bench of its own: one that somebody watches meanwhile is another.
mkdir "$work/share" && cp -r "$here/../../share/bench" "$work/share/"
terminal "cd $work && PLATEAU_SHARE=$work/share $PLATEAU demo"
holds the_demo_is_the_screen sees demo
holds the_demo_bench_comes_up sees up
demo=$(cd "$work" && "$PLATEAU" status "$work/share/bench/demo.yaml" --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
key q
holds the_demo_is_left sees 'left 0'
holds the_demo_engine_ends until_true gone "$demo"
finish
