#!/bin/bash
# Finding things with the keys: help, filter, command line.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

engine running
view
sees ' Scan '
holds the_bottom_line_always_offers_help sees '? help'
key '?'
holds help_begins_with_the_keys_of_the_panel_it_was_asked_on sees 'Keys of Scan'
key PageDown PageDown PageDown PageDown
holds help_scrolls sees 'points have bars'
key / loga
holds slash_shows_only_the_lines_that_contain_the_text sees_no 'points have bars'
holds and_what_was_looked_for sees 'logarithmic scale'
holds the_title_says_that_lines_are_hidden sees ' /loga '
key Enter
sees_no 'Enter keep'
holds enter_keeps_the_filter sees ' /loga '
key Escape
holds escape_takes_the_filter_away_first sees 'start a scan; its plan is shown first'
key Escape
holds and_leaves_the_help_then sees ' Counters '
key 1 '?'
sees 'Keys '
holds another_panel_has_other_keys_first sees_no 'Keys of Scan'
key q

key : reco Tab
holds tab_completes_a_word sees ':record '
holds the_line_says_what_the_word_takes sees '[NAME]'
key C-u 'get det.top.' Tab
holds tab_shows_what_could_follow sees 'det.top.rate'
key C-u 'loog' Enter
holds an_unknown_word_names_the_nearest sees 'did you mean `log`?'
key : 'pause' Enter
holds a_word_does_what_its_key_does heard '"do":"pause"' 1
sees 'PAUSED operator'
key : Up
holds up_brings_the_last_command_back sees ':pause'
key C-c
sees_no ':pause'
key : 'set det.top.threshold=300' Enter
holds a_word_that_writes_asks_first sees 'Set this value?'
heard_no '"do":"set"'
yes_to 'Set this value?'
holds y_writes heard '"do":"set","args":{"items":["det.top.threshold=300"]}' 1
key : 'note the lamp is on' Enter
holds a_note_goes_along heard '"texts":["the lamp is on"]' 1
key G
holds a_key_changes_the_signs sees 'glyphs block'
key G
sees 'glyphs ascii'
holds to_those_of_every_terminal test "$(shot | LC_ALL=C grep -c '[^ -~]')" -eq 0
key : 'glyphs braille' Enter
holds and_back_by_its_name sees '±'
key : 'theme mono' Enter
sees 'theme mono'
coloured() {
	mux capture-pane -pe | LC_ALL=C grep -c "$(printf '\033')\[3[0-8]"
}
holds a_theme_without_colours_has_none test "$(coloured)" -eq 0
key : 'theme light' Enter
sees 'theme light'
holds another_one_has_some test "$(coloured)" -gt 0
key : 'refresh 2' Enter
holds the_pace_is_asked_of_the_engine heard '"do":"show","args":{"hz":2}' 1
key : 'refresh 50' Enter
holds within_what_it_can sees '1 to 10'

mouse_mode() {
	mux display -p '#{mouse_any_flag}'
}
# press COLUMN ROW BUTTON: as xterm reports it; 32 is the left one, 97 the wheel down.
press() {
	printf '\033[M\\%03o\\%03o\\%03o' "$3" $(($1 + 33)) $(($2 + 33)) >"$work/press"
	# shellcheck disable=SC2059
	printf "$(cat "$work/press")" | mux load-buffer -b press -
	mux paste-buffer -b press
}
holds the_mouse_is_the_terminals_own test "$(mouse_mode)" = 0
key M
sees 'mouse on'
holds a_key_turns_it_on test "$(mouse_mode)" = 1
key 1 Enter
sees_no ' Counters '
key Enter 5
sees 'Counters'
press 5 2 32
key Enter
holds a_click_goes_to_the_panel_below_it sees '1 Devices'
holds and_to_no_other sees_no ' Counters '
key Enter M
holds and_off_again sees 'mouse off'
holds then_marking_is_the_terminals test "$(mouse_mode)" = 0
key M
sees 'mouse on'
key : 'quit' Enter
holds quit_leaves sees 'left 0'
holds the_mouse_is_off_behind_it test "$(mouse_mode)" = 0
holds commands_are_kept_for_the_next_view heard '\nquit\nrefresh 50\nrefresh 2'
engine_end

engine running
view watch
sees ' Scan '
key : 'stop' Enter
holds a_watching_view_says_why_it_does_not_act sees 'only watches'
heard_no '"do":"stop"'
key :
head -c 1000000 /dev/zero | tr '\0' 'q' >"$work/paste"
printf 'uit\nquit\n' >>"$work/paste"
mux load-buffer -b much "$work/paste"
mux paste-buffer -p -b much
holds case_65_a_megabyte_pasted_into_the_command_line_runs_nothing sees ':'
key C-c
holds case_65_and_the_view_still_listens sees ' Scan '
key q
holds case_65_to_its_end sees 'left 0'
engine_end
finish
