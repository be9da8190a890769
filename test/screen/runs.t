#!/bin/bash
# The pages of stored runs and of one of them, on a real engine and its workspace.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

bench_text "$work/b" short long
bench=$work/b/bench.yaml
cd "$work/b" || exit 1
leave_no_engine() {
	"$PLATEAU" stop "$bench" >/dev/null 2>&1
	[ -z "${serve:-}" ] || kill "$serve" 2>/dev/null
	clean_up
}
trap leave_no_engine EXIT
serve b
run scan "$bench" short --label 'first light' --sample lead --operator jana --quiet
run scan "$bench" long --detach --yes --quiet
until_true state_is running
two_points() { [ "$(field "done")" -ge 2 ]; }
until_true two_points
run stop "$bench" --now --quiet
run note 2 'it was too warm' --workspace "$work/b/data" --yes
day=$work/b/data/2020-01-01
mkdir -p "$day"
for i in $(seq 100 399); do
	mkdir "$day/run_0$i"
done
tee "$day"/run_0{100..399}/run.yaml <"$(run_folder 0001)/run.yaml" >/dev/null
sed -i 's/^label: .*/label: needle/; s/^operator: .*/operator: otto/' "$day/run_0123/run.yaml"
sed -i 's/^state: .*/state: ]/' "$day/run_0398/run.yaml"

screen
sees 'R resume run'
key O
holds the_newest_run_stands_first sees '  399 2020-01-01'
holds the_list_says_how_long_it_is sees '1 of 302'
holds a_run_that_cannot_be_read_stays_in_the_list sees 'unreadable'
holds the_bottom_line_says_how_to_open_one sees 'Enter open'
mux resize-window -x 120 -y 40
key End
holds the_oldest_is_at_the_end sees '302 of 302'
holds its_points_are_there sees '3/3'
holds its_label_sample_and_operator sees 'first light  [lead]  jana'
holds an_interrupted_one_says_so sees 'interrupted'
holds and_its_last_note sees 'note: it was too warm'
key Home / n e e d l e Enter
holds a_search_leaves_what_has_the_word sees '1 of 1 found of 302'
holds and_shows_it sees 'otto'
mux resize-window -x 80 -y 24
key / C-u Enter
holds without_it_all_are_there_again sees 'of 302'
key End
sees '302 of 302' && sees 'first light  [lead]  jana'
sees '     1 20' && key Enter
holds enter_opens_a_run sees ' Curve '
holds its_curve_is_drawn sees 'Hz over threshold'
key Right
holds the_next_sheet_says_what_it_is sees 'scan short, run 1 of b: finished'
holds with_its_folder sees '/run_0001'
holds and_its_qualities sees 'quality    3 rows ok'
key v
holds a_key_verifies_it sees 'it holds'
key Right n
sees 'A note on run'
key c a b l e Enter
holds a_note_is_written sees 'noted'
key Right
holds the_settings_are_there sees 'det.top.threshold'
key Right
holds the_plan_is_there sees '290 to 310, 3 points, up, pass 1'
key Right
holds the_files_are_there sees 'points.csv'
key Right
holds the_audit_is_there sees 'run.finish'
key / r e s t o r e Enter
holds a_sheet_is_filtered_too sees_no 'run.finish'
key R
holds a_finished_run_does_not_go_on sees 'it has reached its end'
key Escape
holds escape_takes_the_filter_away sees 'run.finish'
key Escape
holds escape_goes_back_to_the_list sees '302 of 302'
key Up Enter
holds the_run_before_it_is_another sees '/2  long interrupted'
key R
holds an_interrupted_one_can_go_on sees 'Go on with run'
key Escape
sees_no 'Go on with run'
mux resize-window -x 40 -y 10
key Escape
holds a_small_screen_still_lists_names_and_states sees 'interrupted'
key q
holds q_leaves_the_page_first sees '3 Scan'
key q
holds and_then_the_view sees 'left 0'
finish
