#!/bin/bash
# Several views of one engine, lines that drop, signals: two hands that start at once, a terminal
# that is killed and the next that takes its place, and what each process does when it is told to end.
# shellcheck disable=SC2154 # work and server come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

bench=$work/views/bench.yaml
bench_text "$work/views" long
sed -i 's/time: 100 ms/time: 400 ms/' "$bench"
leave_no_engine() {
	"$PLATEAU" stop "$bench" --now >/dev/null 2>&1
	clean_up
}
trap leave_no_engine EXIT
audits() { grep -c ",$1,views," "$work/views/data/views.audit.csv"; }
audited() { [ "$(audits "$1")" = "$2" ]; }

# ---- two hands
screen --operator ada
sees '1 of 1 up'
ada=$server
beside
screen --operator max
sees '1 of 1 up'
max=$server
for each in $ada $max; do
	to_terminal "$each"
	key s
	untagged
	sees '101 points'
done
moment
(to_terminal "$ada" && key y) &
(to_terminal "$max" && key y) &
wait
for each in $ada $max; do # a y that came too soon
	to_terminal "$each"
	yes_to 'Start scan'
done
one_of() { # one_of TEXT: which of the two shows it
	for each in $ada $max; do
		to_terminal "$each"
		on_screen "$1" && return
	done
	return 1
}
holds case_62_one_hand_starts until_true state_is running
holds case_62_the_other_is_told until_true one_of 'not started: views: run 1 (by '
loser=$server
winner=$((loser == ada ? max : ada))
to_terminal "$loser"
holds case_62_who_it_was on_screen "(by $([ "$winner" = "$ada" ] && echo ada || echo max)"
holds case_62_there_is_one_run test "$(find "$work/views/data" -name 'run_*' | wc -l)" = 1
holds case_62_both_see_it sees RUNNING
key q
sees 'left 0'

# ---- the line drops
to_terminal "$winner"
until_true views 1
key 3 Enter
sees_no ' Readings '
sees 'Hz over'
second_point() { key Home Right && moment && on_screen '(point 2)'; } # once it has a second one
holds the_cursor_is_on_a_point until_true second_point
before=$(audits detach)
attached=$(audits attach)
mux kill-server
holds case_54_a_dropped_line_takes_its_view until_true views 0
holds case_54_the_run_goes_on state_is running
holds case_54_the_drop_is_audited until_true audited detach $((before + 1))
screen --operator ada
holds case_54_the_panel_is_the_same sees '─ 3 Scan'
holds case_54_it_is_zoomed_as_before sees_no ' Readings '
holds case_54_the_cursor_is_where_it_was sees '(point 2)'
holds case_54_the_return_is_audited until_true audited attach $((attached + 1))

# ---- signals to a view
for signal in INT QUIT; do
	until_true views 1
	kill -$signal "$(view_pid)"
	holds "case_55_${signal}_ends_a_view" sees 'left 143'
	holds "case_55_${signal}_leaves_its_terminal_clean" until_true cmp "$work/before" "$work/after"
	holds "case_55_${signal}_to_a_view_leaves_the_run" state_is running
	screen --operator ada
	sees '(point 2)'
done

# ---- signals to the engine in the background
engine=$(pid_of)
kill -HUP "$engine"
"$PLATEAU" pause "$bench" >/dev/null
holds case_55_HUP_is_nothing_to_an_engine until_true state_is paused
"$PLATEAU" resume "$bench" >/dev/null
until_true state_is running
kill -QUIT "$engine"
holds case_55_QUIT_is_the_safe_state_alone until_true state_is paused
holds case_55_the_screen_says_so sees 'safe state'
holds case_55_the_engine_stays test "$(pid_of)" = "$engine"
kill -TERM "$engine"
holds case_55_TERM_ends_it until_true gone "$engine"
holds case_55_TERM_ended_the_run grep -q 'exit: 143' "$(folder views)/run.yaml"
holds case_55_and_put_the_settings_back put_back "$(folder views)" 1:285 2:285
key q
finish
