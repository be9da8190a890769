#!/bin/bash
# The screen on a real engine with a simulated detector: what a technician does at night, and what
# happens to the terminal meanwhile. The scan must not notice.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

port=$work/port
bench=$work/live/bench.yaml
bench_det "$work/live" "$port" binary '290 300' <<END
  long:
    set: det.threshold
    channels: [top]
    range: {start: 250, stop: 350, step: 1}
    dwell: {time: 50 ms}
    settle: 50 ms
END
detector=
plug() {
	"$PLATEAU" sim osechi link="$port" rate=250 boot=no </dev/null >"$work/sim" 2>&1 &
	detector=$!
	until_true test -e "$port"
}
unplug() {
	kill "$detector"
	wait "$detector" 2>/dev/null
	rm -f "$port"
}
leave_no_engine() {
	"$PLATEAU" stop "$bench" >/dev/null 2>&1
	[ -z "$detector" ] || kill "$detector" 2>/dev/null
	clean_up
}
trap leave_no_engine EXIT
# ---- the port is not there yet, then it is
screen
holds a_port_that_is_not_there_is_named sees "$port: no such port"
holds its_device_is_closed sees '0 of 1 up'
plug
holds it_is_opened_when_it_comes sees '1 of 1 up'
holds a_threshold_nobody_knows_is_unknown sees 'unknown'
holds a_long_message_of_the_log_is_whole sees 'lists what'

# ---- a scan, and a terminal that goes through much
key s
as_filed
holds the_plan_is_shown sees '101 points'
yes_to 'Start scan'
holds the_scan_begins sees 'has begun'
holds the_keys_come_back sees 'p pause'
for size in '40 10' '39 9' '200 60' '20 3' '80 24' '1 1' '132 43' '80 24'; do
	# shellcheck disable=SC2086 # two words
	set -- $size
	mux resize-window -x "$1" -y "$2"
done
holds a_storm_of_sizes_leaves_a_whole_screen sees 'RUNNING'
for title in '1 Devices' '2 Readings' '3 Scan' '4 Counters' '5 Log'; do
	holds "and_the_panel_${title#* }" sees "$title"
done
kill -KILL "$(view_pid)"
holds a_killed_view_is_missed until_true views 0
holds the_scan_does_not_notice state_is running
screen
until_true views 1
kill -HUP "$(view_pid)"
holds a_hung_up_view_leaves sees 'left'
holds the_scan_does_not_notice_that_either state_is running
screen --watch
holds another_view_only_watches sees 'WATCH'
until_true views 1
mux kill-session
holds a_lost_connection_takes_its_view until_true views 0
holds the_scan_goes_on state_is running
screen
sees 'RUNNING'
key p
holds a_pause_says_how_to_go_on sees 'p goes on, x stops'
holds the_state_says_why sees 'PAUSED on request'

# ---- the port goes and comes
"$PLATEAU" resume "$bench" >/dev/null
holds a_word_of_another_shell_goes_on sees 'RUNNING'
unplug
holds a_lost_device_is_an_alarm sees 'LOST det'
holds the_run_waits_for_it sees 'PAUSED lost'
holds the_panel_says_what_to_do sees 'plug it in and it goes on'
holds with_a_view_it_waits_without_limit sees_no 'left'
plug
holds the_run_goes_on_by_itself sees 'RUNNING'
holds its_alarm_is_gone sees_no 'LOST'
holds the_run_ends sees 'finished 101/101'
holds the_panel_says_the_result sees 'all points valid'
holds the_panel_says_the_folder sees 'run_0001'
valid() { awk -F, 'NR > 1 && $24 == "ok" { n[$2]++ } END { for (i in n) c++; exit c != 101 }' "$(folder live)/points.csv"; }
holds every_point_of_the_plan_is_there valid
holds what_happened_to_the_views_is_in_the_log grep -q 'a view is gone' "$work/state/plateau/live/plateau.log"
key q
holds the_view_leaves sees 'left 0'
finish
