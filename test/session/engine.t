#!/bin/bash
# A live engine and what can happen to it: views that come and go and hang, clients that break the
# rules, signals, a socket that is cleaned away, kill -9.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in engine
set -m # background jobs keep their SIGINT

bench() { # bench NAME
	local sim='sim:osechi?rate=250&noise=1&boot=no&seed=3&threshold=285&reply_delay=5&reply_spread=5'
	bench_det "$work/$1" "$sim" text '290 300' <<END
  short: {set: det.threshold, channels: [top], range: {start: 290, stop: 310, step: 10},
          dwell: {time: 50 ms}, settle: 20 ms}
  long: {set: det.threshold, channels: [top], range: {start: 250, stop: 350, step: 1},
         dwell: {time: 50 ms}, settle: 20 ms}
END
	cd "$work/$1" || exit 1
}
none() { ! live; }
socket() { # of this bench
	echo "/tmp/plateau-$(id -u)/$(printf %s "$PWD/bench.yaml" | sha256sum | cut -c1-16).sock"
}
said() { grep -qF -e "$2" "$1"; }
restored() { put_back "$(run_folder "$1")" 1:285 2:285; } # both channels, in run $1
scan_line='{"v":1,"id":1,"do":"scan","args":{"name":"long"}}'

# ---- views that come, go and hang
bench views
run scan long --detach
first=$(pid_of)
"$PLATEAU" watch --json >watched 2>/dev/null </dev/null &
watch=$!
holds a_view_sees_points until_true said watched '"index":3'
kill -STOP $watch
mkfifo hold
"$TOOLS/say" "$(socket)" deaf <hold &
deaf=$!
exec 9>hold
build=$(printf '{"v":1,"id":1,"do":"view","args":{"build":"x"}}\n' |
	"$TOOLS/say" "$(socket)" 1 | sed -n 's/.*"build":"\([^"]*\)".*/\1/p')
printf '{"v":1,"id":1,"do":"view","args":{"build":"%s"}}\n' "$build" >&9
points() { "$PLATEAU" status --json | sed -n 's/.*"position":\([0-9]*\).*/\1/p'; }
at=$(points)
goes_on() { [ "$(points)" -gt $((at + 5)) ]; }
holds case_63_hung_views_do_not_hold_a_scan_up until_true goes_on
kill -KILL $watch
kill -CONT $watch 2>/dev/null
goes_on_further() { [ "$(points)" -gt $((at + 10)) ]; }
holds case_61_a_killed_view_changes_nothing until_true goes_on_further
printf 'garbage\n' | "$TOOLS/say" "$(socket)" >/dev/null
holds a_client_that_breaks_the_rules_is_cut_off test $? = 0
run stop --now
holds a_stop_is_answered_after_the_restore test "$code" = 0
holds the_thresholds_are_back restored 0001
holds the_engine_is_the_same test "$(pid_of)" = "$first"
exec 9>&-
wait $deaf
holds an_engine_that_nobody_needs_ends until_true none

# ---- its socket is cleaned away
bench cleaned
run scan long --detach
pid=$(pid_of)
rm -f "$(socket)"
run scan short
holds case_15_without_a_socket_the_lock_still_holds test "$code" = 1
holds case_15_the_holder_is_named grep -q "pid $pid" err
kill -TERM "$pid"
holds sigterm_ends_it until_true gone "$pid"
holds sigterm_puts_the_thresholds_back restored 0001
holds sigterm_is_told_in_run.yaml grep -q 'exit: 143' "$(run_folder 0001)/run.yaml"

# ---- signals in the foreground
bench signals
"$PLATEAU" scan long >out 2>err </dev/null &
scan=$!
holds a_foreground_scan_listens until_true state_is running
kill -HUP $scan
kill -INT $scan
holds case_55_the_first_int_pauses until_true state_is paused
run resume
holds it_goes_on until_true state_is running
kill -INT $scan
holds case_55_an_int_after_resume_pauses_again until_true state_is paused
kill -INT $scan
wait $scan
holds case_55_the_second_int_stops test $? = 3
holds case_55_int_puts_the_thresholds_back restored 0001
"$PLATEAU" scan long >out 2>err </dev/null &
scan=$!
until_true state_is running
kill -QUIT $scan
holds case_55_quit_is_safe_and_stays_paused until_true state_is paused
kill -TERM $scan
wait $scan
holds case_55_term_ends_with_143 test $? = 143
"$PLATEAU" serve >out 2>err </dev/null &
serve=$!
until_true live
kill -TERM $serve
wait $serve
holds serve_without_a_run_ends_with_143 test $? = 143

# ---- ^C of other words
bench words
"$PLATEAU" count det --for 1h >out 2>err </dev/null &
count=$!
until_true live
kill -INT $count
wait $count
code=$?
holds a_count_ends_with_its_int test $code != 0
holds a_count_says_why grep -q 'stopped on request' err
"$PLATEAU" serve >/dev/null 2>&1 </dev/null &
serve=$!
until_true live
"$PLATEAU" count det --for 1h >out 2>err </dev/null &
count=$!
# Of a channel that is not there: it never gets in the way of the other one.
busy() {
	echo '{"v":1,"id":1,"do":"count","args":{"path":"nothing"}}' |
		timeout 1 "$TOOLS/say" "$(socket)" 1 | grep -q run_active
}
free() { "$PLATEAU" count det.top --for 1ms >/dev/null 2>&1; }
holds a_count_holds_the_bench until_true busy
kill -KILL $count
holds a_killed_count_lets_go_of_it until_true free

# ---- killed
run set det.top.threshold=287 det.mid.threshold=288
printf '%s\n' "$scan_line" | "$TOOLS/say" "$(socket)" 1 >/dev/null
until_true state_is running
kill -KILL $serve
wait $serve 2>/dev/null
run scan short
holds case_1_after_kill_9_a_scan_goes_on_and_says_what_is_owed said err 'run 1'
holds case_1_what_the_dead_run_owed_is_put_back put_back "$(run_folder 0002)" 1:287
holds case_1_on_both_channels put_back "$(run_folder 0002)" 2:288
says_nothing_pending() { ! grep -A3 pending_restore data/words.state.yaml | grep -q threshold; }
holds case_1_and_owed_no_more says_nothing_pending
finish
