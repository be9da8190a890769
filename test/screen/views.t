#!/bin/bash
# Several views of one engine, lines that drop, signals: two hands that start at once, a terminal
# that is killed and the next that takes its place, and what each process does when it is told to end.
# shellcheck disable=SC2154 # work and server come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

bench=$work/views/bench.yaml
bench_text "$work/views" long
sed -i 's/time: 100 ms/time: 1 s/' "$bench"
leave_no_engine() {
	"$PLATEAU" stop "$bench" --now >/dev/null 2>&1
	clean_up
}
trap leave_no_engine EXIT
audits() { grep -c ",$1,views," "$work/views/data/views.audit.csv"; }
not_live() { ! live; }
audited() { [ "$(audits "$1")" = "$2" ]; }

# ---- two hands
screen --operator ada
sees '1 of 1 up'
ada=$server
beside
screen --operator max
max=$server
holds a_newcomer_sees_who_drives sees 'ada DRIVES'
key s
holds a_newcomer_does_not_act sees 'another view drives this bench'
to_terminal "$ada"
holds the_first_view_drives sees_no DRIVES
key s
as_filed
sees '101 points'
moment
# The hand at the screen and the word of another both start it.
(to_terminal "$ada" && key y) &
"$PLATEAU" scan "$bench" long --operator eve --detach >"$work/eve" 2>&1
word=$?
wait
state_is running || yes_to 'Start scan' # a y that came too soon
holds case_62_one_hand_starts until_true state_is running
if [ $word -eq 0 ]; then
	yes_to 'Start scan'
	holds case_62_the_other_is_told sees 'not started: views: run 1 (by eve'
	key Escape # its form is still there
	sees ' Counters '
else
	holds case_62_the_other_is_told grep -q 'run 1 (by ada' "$work/eve"
fi
holds case_62_there_is_one_run test "$(find "$work/views/data" -name 'run_*' | wc -l)" = 1
for each in $ada $max; do
	to_terminal "$each"
	holds case_62_both_see_it sees RUNNING
done

# ---- taking over
key D
sees 'Take over this bench?'
holds who_drives_is_named_before_it_is_taken sees 'ada '
key Enter
holds Enter_takes_nothing_over sees 'Take over this bench?'
yes_to 'Take over this bench?'
holds a_newcomer_takes_over sees 'you drive this bench now'
to_terminal "$ada"
holds who_drove_watches_now sees 'max DRIVES'
key p
holds who_drove_acts_no_more sees 'another view drives this bench'
holds and_the_run_goes_on state_is running
to_terminal "$max"
key q
sees 'left 0'
to_terminal "$ada"
holds who_waited_drives_when_the_driver_leaves sees_no DRIVES

# ---- the line drops
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

# ---- a view that dies without a word
kill -KILL "$(view_pid)"
sees 'left 137'
until_true views 0
screen --operator ada
holds a_killed_view_leaves_its_screen_to_the_next sees '(point 2)'
holds and_its_zoom sees_no ' Readings '

# ---- a view of another build
build=$("$PLATEAU" --version | sed 's/.*build \([0-9a-f]*\).*/\1/')
LC_ALL=C sed "s/$build/0123456789abcdef/" "$PLATEAU" >"$work/other" && chmod +x "$work/other"
key q
sees 'left 0'
terminal "$work/other $bench --operator ada"
holds a_view_of_another_build_makes_room_for_the_engines_own sees '(point 2)'
holds and_is_that_program test "$(readlink "/proc/$(view_pid)/exe")" = "$(readlink -f "$PLATEAU")"
key q
sees 'left 0'
screen --operator ada
sees '(point 2)'

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
holds the_screen_says_why_the_engine_ended sees 'the engine is gone: told to end by SIGTERM from pid'
holds and_starts_none_in_its_place not_live
holds case_55_and_put_the_settings_back put_back "$(folder views)" 1:285 2:285
key q
finish
