#!/bin/bash
# What stands on the screen: panels, plan, curve, help, small and foreign terminals.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

engine running
view
for title in Devices Readings Scan Counters Log; do
	holds "at_80_by_24_the_title_${title}_is_there" sees " $title "
done
holds the_top_line_tells_the_bench sees 'cosmic_1  RUNNING 20/39   SIM'
holds the_top_line_tells_a_lost_device sees 'LOST oven'
holds a_rate_has_its_interval sees '249.7  Hz ±5.0'
holds a_reading_that_is_not_ok_says_so sees '300 last conf'
holds the_scan_tells_where_it_is sees 'mid threshold 290 → 292  count 1.4 s left'
holds the_curve_has_a_legend sees '● top  ○ mid  Hz over threshold'
holds the_log_shows_its_last_line sees 'oven: 3 requests unanswered'
holds the_points_are_fetched_from_the_first heard '"do":"points","args":{"run":42,"from":1}'
holds what_is_drawn_is_acknowledged heard '{"drawn":1,'

key 2 Enter
holds enter_shows_one_panel_alone sees_no ' Counters '
holds the_panel_has_room_for_all_then sees 'det.adc'
holds an_old_reading_says_its_age sees 'STALE '
key 3
holds a_digit_goes_to_another_panel sees 'Hz over threshold'
key Left Left
holds the_cursor_tells_its_point sees '○ mid  threshold 290'
key L
holds the_scale_can_be_logarithmic sees 'log, L changes'
key Escape
holds escape_shows_all_panels sees ' Counters '
key '?'
holds help_lists_the_keys sees 'start a scan; its plan is shown first'
key q
holds q_leaves_the_help_first sees ' Counters '
key x
holds stop_asks_first sees 'Stop run 42 (threshold)?'
key n
holds n_leaves_the_question sees_no 'Stop run 42'
heard_no '"do":"stop"'
key p
holds pause_is_asked_of_the_engine heard '"do":"pause"' 1
holds the_top_line_tells_the_pause sees 'PAUSED operator'
holds p_would_resume_then sees 'p resume'
key p
holds resume_is_asked_of_the_engine heard '"do":"resume"' 1
key x
sees 'Stop run 42'
yes_to 'Stop run 42'
holds y_stops heard '"do":"stop"' 1
holds the_end_is_told sees 'interrupted 20/39'
key q
holds q_leaves_with_0 sees 'left 0'
holds the_screen_is_left_with_the_engine heard '"do":"detach","args":{"saved":"panel=2 zoom=5'
holds the_terminal_is_as_it_was cmp "$work/before" "$work/after"
engine_end

engine saved
view
holds case_54_a_new_view_takes_the_screen_of_the_last_one sees '─ 5 Log'
holds case_54_zoomed_as_it_was sees_no ' Counters '
engine_end

engine running
terminal "LC_ALL=C $TOOLS/view $work/socket"
holds case_60_without_utf8_the_screen_is_ascii sees '249.7  Hz +-5.0'
holds case_60_no_other_byte_is_sent test "$(shot | LC_ALL=C grep -c '[^ -~]')" -eq 0
terminal "NO_COLOR=1 $TOOLS/view $work/socket"
sees 'RUNNING'
holds no_color_means_no_colour test "$(mux capture-pane -pe | LC_ALL=C grep -c "$(printf '\033')\[3[0-8]")" -eq 0
holds an_alarm_is_seen_without_colour \
	test "$(mux capture-pane -pe | LC_ALL=C grep -c "$(printf '\033')\[1;7m .* LOST oven")" -eq 1
for term in dumb '' no-such-terminal; do
	terminal "TERM=$term $TOOLS/view $work/socket"
	holds "case_60_TERM_${term:-empty}_gives_a_message" sees 'plateau: TERM'
	holds "case_60_TERM_${term:-empty}_exits_1" sees 'left 1'
done
terminal "$TOOLS/view $work/socket </dev/null"
holds without_a_terminal_it_says_so sees 'the screen needs a terminal'
engine_end

engine build
view
holds an_engine_of_another_build_is_refused sees 'is of another build'
engine_end
finish
