#!/bin/bash
# The Log panel: levels, follow and hold, what nobody has read yet.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

engine log
view
holds what_nobody_has_read_is_counted_in_the_title sees '2 unread, 1 ERROR'
key 5
holds with_the_focus_it_is_read sees_no 'unread'
key Enter
holds zoomed_a_long_line_is_whole sees 'in one row of eighty columns'
holds a_narrow_screen_shows_seconds sees_no ':43.043'
mux resize-window -x 120 -y 40
holds a_wide_one_shows_milliseconds sees ':43.043'
mux resize-window -x 80 -y 24
key Up Up Up
holds scrolled_back_it_holds sees 'HELD, 0 new below, End follows'
key Home
holds the_first_row_names_the_file sees 'all of it: /home/lab/.local/state/plateau/cosmic_1/plateau.log'
holds and_the_oldest_line_follows sees 'line 1 of the log'
kill -USR1 "$engine_pid"
holds what_comes_is_counted sees 'HELD, 12 new below, End follows'
holds the_screen_stays_where_it_was sees 'line 1 of the log'
key End
holds end_follows_again sees_no 'HELD'
holds the_newest_is_there sees 'late line 55'
key v
holds a_key_hides_debug sees 'the log shows info and above'
key Home
holds the_oldest_is_another_one_then sees 'line 6 of the log'
holds what_is_hidden_is_said sees 'info and above only'
key End v v
holds errors_alone_can_be_shown sees_no 'unanswered'
holds the_error_is_there sees 'the disk is full'
key v
holds the_fourth_time_shows_all_again sees 'late line 55'
key / l a t e Enter
holds a_filter_leaves_lines_with_its_text sees_no 'the disk is full'
holds and_shows_them sees 'late line 44'
engine_end
finish
