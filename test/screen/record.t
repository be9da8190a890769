#!/bin/bash
# Key r on a real engine: a recording begins and ends from the screen; the top line and the Counters
# panel show it meanwhile.
# shellcheck disable=SC2154 # work comes from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"
bench=$work/bench.yaml
cat >"$bench" <<'END_OF_BENCH'
bench: taped
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&boot=no"
    protocol: text
    channels:
      top: {id: 1, threshold: 290}
recordings:
  slow: {rate: 10 Hz, parameters: [det.events, det.top.hits]}
  fast: {rate: 50 Hz, parameters: [det.events]}
END_OF_BENCH
leave_no_engine() {
	"$PLATEAU" stop "$bench" >/dev/null 2>&1
	clean_up
}
trap leave_no_engine EXIT

screen
holds the_screen_is_there sees '1 of 1 up'
key r
holds r_asks_which_recording sees 'Which recording?'
key Enter
holds then_whether_to_start_it as_filed 'recording slow?'
yes_to 'Start recording slow?'
holds the_top_line_says_what_records sees 'REC slow'
holds the_counters_have_its_slots sees 'slow on time'
holds and_its_rows sees 'slow rows'
key r
holds the_list_says_what_records sees 'records: stop'
key Enter
holds one_that_records_is_stopped sees 'Stop recording slow?'
yes_to 'Stop recording slow?'
holds it_says_that_it_is_stopped sees 'the recording is stopped'
finished() { grep -q '^state: finished' "$work"/data/*/run_0001/run.yaml; }
holds its_books_are_closed until_true finished
key q
finish
