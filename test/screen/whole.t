#!/bin/bash
# The screen of the program itself: it starts an engine in the background, which outlives it and
# ends when nobody needs it any more.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/screen.sh"
export XDG_STATE_HOME=$work/state
unset PLATEAU_BENCH PLATEAU_OPERATOR

bench_text whole long >"$work/bench.yaml"
screen() {
	terminal "$PLATEAU $work/bench.yaml $*"
}
status() {
	"$PLATEAU" status "$work/bench.yaml" --json >"$work/status" 2>/dev/null
}
pid() {
	status
	sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$work/status"
}
running() {
	status && grep -q '"state":"running"' "$work/status"
}
paused() {
	status && grep -q '"state":"paused"' "$work/status"
}
gone() {
	! kill -0 "$1" 2>/dev/null
}
another_engine() {
	status && [ "$(pid)" != "$1" ]
}

screen
holds the_screen_opens sees Devices
holds the_device_comes_up sees up
first=$(pid)
holds an_engine_was_started test -n "$first"
holds it_keeps_no_terminal test "$(ps -o tty= -p "$first")" = '?'
holds its_words_are_in_plateau_log grep -q "engine of $work/bench.yaml started" "$work/state/plateau/whole/plateau.log"
key s
untagged
holds the_plan_is_shown sees '101 points'
yes_to 'Start scan'
holds the_scan_runs until_true running
key q
holds q_leaves_the_screen sees 'left 0'
holds the_terminal_is_as_it_was cmp "$work/before" "$work/after"
holds the_run_goes_on running
screen
holds the_next_screen_shows_the_run sees RUNNING
holds it_found_the_same_engine test "$(pid)" = "$first"
"$PLATEAU" pause "$work/bench.yaml" >/dev/null
holds a_word_pauses_it until_true paused
holds the_screen_shows_that sees paused
"$PLATEAU" stop "$work/bench.yaml" >"$work/out"
holds a_word_stops_it grep -q '^run .*interrupted' "$work/out"
holds the_screen_shows_that_too sees interrupted
kill -KILL "$first"
holds a_dead_engine_is_replaced until_true another_engine "$first"
second=$(pid)
key q
holds the_screen_left_after_that sees 'left 0'
holds an_engine_that_nobody_needs_ends until_true gone "$second"
screen --workspace "$work/nowhere/data"
holds an_engine_that_cannot_start_says_why sees "$work/nowhere/data"
holds the_screen_ends_with_2 sees 'left 2'
sed -i 's/driver: osechi/driver: osechy/' "$work/bench.yaml"
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
