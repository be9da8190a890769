#!/bin/bash
# Key t on a real engine and a simulator that outlives it: a threshold is moved, undone, kept, put
# back; whatever happens to the view, the detector does not keep what nobody said yes to.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"
cd "$work" || exit 1
bench=$work/bench.yaml
simulate() { # simulate OPTION...
	"$PLATEAU" sim osechi rate=0 noise=2000 noise_at=280 boot=no threshold=290 reply_delay=5 \
		reply_spread=5 baud=0 link="$work/port" duration=300 truth="$work/truth.csv" "$@" >sim.out &
	simulator=$!
	until_true test -e port
}
simulate
bench_det . "$work/port" text '290' <<'END'
  short:
    set: det.threshold
    channels: [top]
    range: {start: 285, stop: 300, step: 5}
    dwell: {time: 100 ms}
    settle: 20 ms
END
sed -i 's/^bench: .*/bench: tuned/' "$bench"
leave_no_engine() {
	"$PLATEAU" stop "$bench" >/dev/null 2>&1
	kill $simulator 2>/dev/null
	clean_up
}
trap leave_no_engine EXIT
# held VALUE: the detector holds it, by its own log. kept VALUE: the state file says so.
held() {
	[ "$(awk -F, '$2 == "threshold" && $9 == 1 { v = $11 } END { print v }' truth.csv)" = "$1" ]
}
kept() { grep -A1 'path: det.top.threshold' data/tuned.state.yaml | grep -q "value: $1\$"; }
owes_nothing() { grep -q '^pending_restore: null' data/tuned.state.yaml; }
reads() { "$PLATEAU" get "$bench" det.top.threshold --json | grep -q "\"value\":$1[,}]"; }

screen
holds the_screen_is_there sees '1 of 1 up'
key t
holds t_opens_the_page_of_the_only_channel sees 'det.top.threshold'
holds it_says_what_was_before sees 'before 290'
holds the_rate_is_counted sees 'hits in'
key Up
holds an_arrow_moves_by_one_step sees '290 → 291 → applied 291'
holds it_was_confirmed sees 'confirmed'
key PPage
holds page_up_moves_by_ten sees '291 → 301'
holds the_detector_holds_it until_true held 301
key u
holds u_undoes_one_move sees '301 → 291'
holds the_detector_holds_that until_true held 291
key 2 8 0 Enter
holds a_value_can_be_typed sees '→ 280 → applied 280'
key 9 9 9 9 Enter
holds one_out_of_range_is_refused sees 'lies outside 1 to 1023'
holds nothing_was_written held 280
key q
holds q_does_not_leave_it_open sees 'y keeps 280, Esc puts 290 back'
run set "$bench" det.top.threshold=300
holds another_word_is_refused_meanwhile says err 'is under way'
key Escape
holds escape_puts_back_what_was_there sees 'is put back to 290'
holds the_detector_got_it_back held 290
holds nothing_is_owed owes_nothing
holds get_reads_that reads 290

key t
sees 'hits in' && key Down
holds it_is_moved_anew sees '290 → 289'
for _ in 1 2 3 4 5 6 7 8 9; do key Down; done
holds moves_that_come_fast_end_at_the_newest until_true held 280
key y
holds y_keeps_it sees 'is kept at 280 (it was 290)'
holds the_state_file_has_it until_true kept 280
holds get_reads_what_was_kept reads 280
holds the_audit_says_kept grep -q ',tune,det.top.threshold,.*,kept,' data/tuned.audit.csv

key t
sees 'hits in' && key g
holds g_asks_for_a_rate sees 'Go to which rate?'
key C-u && mux send-keys -l '500Hz' && key Enter
holds the_search_says_that_it_goes_on sees 'going to the wanted rate'
holds it_finds_the_rate sees '500 Hz'
sees 'lies between' || sees 'is not told apart'
key Escape
holds what_it_found_is_not_kept_unasked sees 'is put back to 280'
holds nor_in_the_detector held 280
key t
sees 'hits in' && key g && sees 'Go to which rate?' && key C-u && mux send-keys -l '0.01Hz' && key Enter
sees 'going to the wanted rate' && key Escape
holds escape_ends_a_search_first sees 'stopped on request'
key Escape
holds then_puts_back sees 'is put back to 280'

key t
sees 'hits in' && key PPage
sees '→ 290' && until_true held 290
kill -KILL "$(view_pid)"
holds a_view_that_is_killed_keeps_nothing until_true held 280
holds nor_in_the_state_file until_true owes_nothing

screen
sees '1 of 1 up'
key c
holds c_asks_how_long sees 'Count det for how long?'
key C-u && mux send-keys -l '1 s' && key Enter
holds the_count_ends_with_its_rate sees 'done'
holds it_has_an_interval sees '±'
key Escape
holds escape_leaves_the_page sees 'Devices'
key c
holds the_last_time_is_offered_again sees '1 s'
key C-u && mux send-keys -l '5 min' && key Enter
holds the_counts_grow sees 'of 5 min, counting'
key Escape
holds escape_ends_the_count sees 'ended on request'
key Escape
key c
sees 'how long' && key C-u && mux send-keys -l '5 V' && key Enter
holds what_is_no_time_is_refused sees 'not counted'
key q

run scan "$bench" short
screen --watch
sees '1 of 1 up'
key t
holds a_view_that_watches_cannot sees 'only watches'
key q
screen
sees '1 of 1 up' && key t
sees 'hits in' && key Up
sees '280 → 281' && until_true held 281
kill $simulator
wait $simulator 2>/dev/null
holds case_26_a_detector_that_is_unplugged_is_said sees 'is lost'
simulate threshold=280
holds case_26_back_it_gets_the_value_again sees '→ 281 → applied 281'
holds its_rate_goes_on sees 'hits in'
key Escape
holds it_is_put_back_then sees 'is put back to 280'
finish
