#!/bin/bash
# Finding things with the keys: help, filter.
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
engine_end
finish
