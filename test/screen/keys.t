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
key : 'quit' Enter
holds quit_leaves sees 'left 0'
holds commands_are_kept_for_the_next_view heard '\nquit\nnote the lamp is on'
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
