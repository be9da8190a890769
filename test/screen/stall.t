#!/bin/bash
# A view that is stopped for 5 s while a recording goes on beside another view: the books of the
# recording are those of one without a stalled view, the engine's memory stays, and the view takes
# keys again.
# shellcheck disable=SC2154 # work and server come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"
bench=$work/stall/bench.yaml
bench_det "$work/stall" 'sim:osechi?rate=250&boot=no&threshold=285' text '290 300' <<'END'
  none: {set: det.threshold, channels: [top], range: {list: [290]}, dwell: {time: 1 s}}
recordings:
  beat: {rate: 50 Hz, parameters: [det.events, det.top.hits]}
END
leave_no_engine() {
	"$PLATEAU" stop "$bench" --now >/dev/null 2>&1
	clean_up
}
trap leave_no_engine EXIT
run_yaml() { cat "$work"/stall/data/*/run_"$1"/run.yaml; }
# book NAME RUN: that number of the books in its run.yaml.
book() {
	run_yaml "$2" | grep -o "$1: [0-9]*" | head -n 1 | grep -o '[0-9]*$'
}
closed() { run_yaml "$1" 2>/dev/null | grep -q '^state: \(finished\|interrupted\)'; }
memory() { awk '/RssAnon/ { print $2 }' "/proc/$1/status"; }
record() { "$PLATEAU" record "$bench" beat --for 5s >/dev/null 2>&1; }

screen --operator ada
sees '1 of 1 up'
ada=$server
engine=$(pid_of)
stalled=$(view_pid)
beside
screen --operator max
holds two_views_watch until_true views 2
max=$server
record
holds a_recording_beside_views_that_read until_true closed 0001

before=$(memory "$engine")
kill -STOP "$stalled"
record
holds case_63_a_recording_beside_a_stopped_view until_true closed 0002
after=$(memory "$engine")
echo "# beside views that read: $(book samples_emitted 0001) slots, $(book samples_late 0001) lost"
echo "# beside a stopped one: $(book samples_emitted 0002) slots, $(book samples_late 0002) lost"
echo "# private memory of the engine $before kB, then $after kB"
# Of 250 slots, as many as a machine may lose that does other things at the same time.
holds case_63_it_loses_no_more_slots_than_the_other \
	test "$(book samples_late 0002)" -le $(($(book samples_late 0001) + 12))
holds case_63_the_engines_memory_stays test $((after - before)) -le 1024
to_terminal "$max"
holds case_63_the_other_view_goes_on sees 'beat'
key '?'
holds case_63_and_listens sees 'start a scan; its plan'
key '?'
kill -CONT "$stalled"
to_terminal "$ada"
key '?'
holds case_63_the_stopped_view_takes_keys_again sees 'start a scan; its plan'
key '?'
key q
finish
