#!/bin/bash
# plateau verify on runs that a real scan wrote: as they are, and after each way of tampering.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in verify
mkdir "$work/held" && cd "$work/held" || exit 1
bench_det . 'sim:osechi?rate=250&noise=1&boot=no&seed=3&threshold=285&reply_delay=5' text '290 300' <<END
  short:
    set: det.threshold
    channels: [top, mid]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 100 ms}
    settle: 50 ms
END
# The workspace as the scans left it, again.
fresh() { rm -rf data && cp -a kept data && folder=$(echo "$PWD"/data/*/run_0001); }
# found PLACE WORD [EDIT]: run 1 does not hold, PLACE is named and WORD said.
found() { run verify bench.yaml 1 && ends_with 1 && says out "bad: $1" && says out "$2"; }

run scan bench.yaml short
first=$code
run scan bench.yaml short
holds "two scans are run" test "$first$code" = 00
cp -a data kept
fresh

whole() {
	run verify bench.yaml 1-2 && ends_with 0 && says out "run 1: holds" && says out "run 2: holds" &&
		! grep -E "bad|not proved" out
}
holds "runs as they were written hold, with nothing left unproved" whole
json() { run verify bench.yaml last --json && ends_with 0 && says out '"ok":true' && says out '"run":2'; }
holds "the verdict is had as JSON" json
usage() { run verify bench.yaml && ends_with 2 && run verify bench.yaml 77 && [ "$code" != 0 ]; }
holds "no run and one that is not there are refused" usage
copied() {
	cp -a "$folder" elsewhere && run verify ./elsewhere && ends_with 0 && says out "not proved"
}
holds "a copy outside its workspace holds, and what is missing is said" copied

edited() { sed -i '4s/,set,/,get,/' "$folder/audit.csv" && found audit.csv:4 "edited"; }
holds "case_20 an edited audit row is named" edited
removed() { fresh && sed -i 5d "$folder/audit.csv" && found audit.csv:5 "removed: 1 line"; }
holds "case_20 a removed audit row is named" removed
cut_tail() { fresh && sed -i '$d' "$folder/audit.csv" && found audit.csv "tail was cut"; }
holds "case_20 a cut tail is told against the anchored head" cut_tail
replaced() {
	fresh && cp data/*/run_0002/audit.csv "$folder/audit.csv" &&
		found audit.csv:2 "whole file was replaced"
}
holds "case_20 a whole replaced audit file is told" replaced
added() {
	fresh && tail -n 1 "$folder/audit.csv" >>"$folder/audit.csv" && found audit.csv "there before"
}
holds "a row that was put in is named" added
head_forged() {
	fresh && sed -i 's/^audit_head: .*/audit_head: '"$(printf 0%.0s {1..64})"'/' \
		"$folder/run.yaml" && found audit.csv "run.yaml names a head"
}
holds "another head in run.yaml is told" head_forged

bench_edited() {
	fresh && sed -i '2s/Z,/Y,/' data/held.audit.csv && found held.audit.csv:2 "edited"
}
holds "an edited row of the bench's chain is named" bench_edited
bench_gone() { fresh && rm data/held.audit.csv && found held.audit.csv "no such file"; }
holds "a bench's chain that was taken away is missed" bench_gone
bench_cut() {
	fresh && sed -i '2,$d' data/held.audit.csv && run verify bench.yaml 2 && ends_with 1 &&
		says out "held.audit.csv" && says out "cut off"
}
holds "a bench's chain that was cut is told by the run that began behind it" bench_cut

results_edited() {
	fresh && sed -i '3s/[0-9]*$/77/' "$folder/scan_results_ch1.csv" &&
		found scan_results_ch1.csv:3 "points.csv gives"
}
holds "an edited row of scan_results is named with what points.csv gives" results_edited
results_removed() {
	fresh && sed -i 3d "$folder/scan_results_ch2.csv" && found scan_results_ch2.csv:3 removed
}
holds "a removed row of scan_results is named" results_removed
results_gone() { fresh && rm "$folder/scan_results_ch1.csv" && found scan_results_ch1.csv ""; }
holds "a scan_results file that was taken away is missed" results_gone
operations_edited() {
	fresh && sed -i '4s/,success$/,failure/' "$folder/threshold_operations.csv" &&
		found threshold_operations.csv:4 "audit.csv gives"
}
holds "an edited write is named with what the audit row gives" operations_edited
operations_removed() {
	fresh && sed -i 3d "$folder/threshold_operations.csv" &&
		found threshold_operations.csv:3 removed
}
holds "a removed write is named" operations_removed
operations_cut() {
	fresh && sed -i '$d' "$folder/threshold_operations.csv" &&
		found threshold_operations.csv "1 row at the end"
}
holds "a write cut off at the end is named" operations_cut

hits_edited() { # of points.csv: the 17th cell
	fresh && awk -F, -v OFS=, 'NR == 3 { $17 = $17 + 1; $16 = $16 + 1 } 1' \
		"$folder/points.csv" >points && cp points "$folder/points.csv" &&
		found points.csv:3 "hits / live_s"
}
holds "an edited count in points.csv is named" hits_edited
sealed_count() { # nothing contradicts another number of events: the seal alone tells
	fresh && awk -F, -v OFS=, 'NR == 4 { $16 = $16 + 1 } 1' "$folder/points.csv" >points &&
		cp points "$folder/points.csv" && found points.csv:4 "edited: it is not the row 3" &&
		! "$TOOLS/files_check" "$folder" >out && says out "points.csv is not what audit row"
}
holds "an edited count that contradicts nothing else is named by its seal" sealed_count
point_removed() { fresh && sed -i 3d "$folder/points.csv" && found points.csv:3 "removed: 1 row"; }
holds "a removed row of points.csv is named" point_removed
point_added() {
	fresh && tail -n 1 "$folder/points.csv" | sed 's/^6,/7,/' >>"$folder/points.csv" &&
		found points.csv:8 "behind what was sealed"
}
holds "an added row of points.csv is named" point_added
point_put_in() { fresh && sed -i 4p "$folder/points.csv" && found points.csv:5 "added: a row 3"; }
holds "a row put into points.csv is named" point_put_in
settings_edited() {
	fresh && sed -i "1s/unit/Unit/" "$folder/settings.csv" && found settings.csv "edited"
}
holds "an edited line of settings.csv is told" settings_edited
plan_left() {
	fresh && awk -F, -v OFS=, 'NR == 3 { $11 = 305 } 1' "$folder/points.csv" >points &&
		cp points "$folder/points.csv" && found points.csv:3 "the plan says"
}
holds "a setting that is not the plan's is named" plan_left
counts() { fresh && sed -i 's/^  done: 6/  done: 5/' "$folder/run.yaml" && found run.yaml "points done"; }
holds "another count in run.yaml is told" counts
bench_text() {
	fresh && sed -i 's/stop: 310/stop: 320/' "$folder/run.yaml" && found run.yaml "SHA-256"
}
holds "a changed bench text is told" bench_text

noted() {
	fresh && run note bench.yaml 1 "the tube was warm" && ends_with 0 && run verify bench.yaml 1 &&
		ends_with 0 && sed -i 's/warm/cold/' "$folder/notes.csv" && found notes.csv:2 "edited"
}
holds "an edited note is named, a note itself is no edit" noted

# A run whose owner is killed: what can be proved holds, the rest is said.
has_a_point() { [ "$(cat data/*/run_0003/points.csv | wc -l)" -ge 2 ]; }
killed() {
	fresh
	"$PLATEAU" scan bench.yaml short --set scans.short.dwell.time=1s >out 2>err </dev/null &
	pid=$!
	until_true has_a_point || return 1
	kill -9 $pid
	wait $pid 2>/dev/null
	run verify bench.yaml 3 && ends_with 0 && says out "not proved: audit.csv" &&
		says out "owner died" && says out "points.csv:2: from this line to line" && run runs bench.yaml && grep -q "crashed *[1-6]/6" out
}
holds "a killed run holds but for its last rows, and lists the points it has" killed
finish
