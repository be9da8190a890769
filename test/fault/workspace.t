#!/bin/bash
# A workspace that fills up, lags, moves away or loses a file while a scan of the built program runs.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
# shellcheck source=test/fault/shim.sh
. "$(dirname "$0")/shim.sh"

says_soon() { until_true grep -qF -e "$2" "$work/$1/err" || { sed 's/^/# /' "$work/$1/err" && false; }; }
whole() { "$TOOLS/files_check" "$(folder "$1")" | sed 's/^/# /' && [ "$(counted "$1")" = "$2" ]; }
status() { "$PLATEAU" status "$work/$1/bench.yaml" --json >"$work/$1/status" 2>/dev/null; }
# more NAME DWELL: the bench has eleven points of that dwell.
more() {
	bench "$1"
	sed -i "s/stop: 310, step: 10/stop: 310, step: 2/; s/dwell: .*/dwell: {time: $2}/" "$work/$1/bench.yaml"
}
# leave NAME [FAULT_…=…]: a scan in the background; await NAME: its end.
leave() { scan "$@" & echo $! >"$work/$1/job"; }
await() { wait "$(cat "$work/$1/job")"; }

bench full
scan full FAULT_OPS=write FAULT_ERRNO=ENOSPC FAULT_SHORT=9 FAULT_AT=20 FAULT_MS=2500
holds case_7_a_full_disk_pauses_the_scan says "$work/full/err" 'disk full'
holds case_7_it_goes_on_when_there_is_room ended full 0
holds case_7_no_row_is_missing_torn_or_double whole full 3

# This limit stays to the end: the run's last rows have no place, and the program gives up at last.
more limit "20 ms"
mkdir "$work/limit/data"
(
	ulimit -f 4 # of 1024 bytes
	patience=6 scan limit
)
holds case_10_a_file_limit_is_a_full_disk says "$work/limit/err" 'disk full'
holds case_10_SIGXFSZ_does_not_kill test "$(code limit)" -lt 128 -o "$(code limit)" = 143
holds case_10_every_point_that_was_shown_is_there test "$(counted limit)" -ge "$(shown limit)"
holds case_10_what_could_not_be_written_is_said says "$work/limit/err" 'the workspace cannot be written'
holds case_10_the_next_scan_puts_the_settings_back recovers limit

more lifted "20 ms"
(
	mkdir "$work/lifted/data"
	ulimit -S -f 4
	patience=60 scan lifted
) &
job=$!
says_soon lifted 'disk full'
status lifted
prlimit --pid "$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$work/lifted/status")" --fsize=unlimited:
wait $job
holds case_10_it_goes_on_when_the_limit_is_lifted ended lifted 0
holds case_10_and_no_row_is_missing whole lifted 11
holds case_10_and_no_act_is_missing "$PLATEAU" verify --quiet "$(folder lifted)"

more slow '200 ms'
patience=90 leave slow FAULT_SYNC_MS=1200 FAULT_QUICK=22
behind() { status slow && grep -qE '"behind_s":[1-9]' "$work/slow/status"; }
holds case_18_a_slow_disk_is_told_in_the_status until_true behind
await slow
# From one window to the next: dwell, settle and the write; had it waited for a sync, 1.2 s more.
gaps() {
	awk -F, 'NR > 2 { gap = $7 / 1e9 - last; if (gap > most) most = gap } { last = $7 / 1e9 }
		END { print "# the longest way to the next window: " most " s"; exit !(most > 0 && most < 1.3) }' \
		"$(folder slow)/points.csv"
}
holds case_18_windows_follow_each_other_all_the_same gaps
holds case_18_the_run_ends_well ended slow 0
holds case_18_all_rows_are_there whole slow 11

more moved '150 ms'
leave moved
says_soon moved '[2/11]'
mv "$work/moved/data" "$work/moved/elsewhere"
mkdir "$work/moved/data" # like a bare mount point
holds case_12_a_workspace_that_is_gone_pauses_the_scan says_soon moved 'the workspace is gone'
holds case_12_its_path_is_named says "$work/moved/err" "$work/moved/data: the workspace"
holds case_12_nothing_is_written_into_what_stands_there test -z "$(ls -A "$work/moved/data")"
rmdir "$work/moved/data" && mv "$work/moved/elsewhere" "$work/moved/data"
await moved
holds case_12_it_goes_on_when_the_workspace_is_back ended moved 0
holds case_12_no_row_is_missing whole moved 11

more removed '150 ms'
patience=6 leave removed
says_soon removed '[2/11]'
rm -rf "$work/removed/data"
holds case_12_a_removed_workspace_pauses_the_scan says_soon removed 'the workspace is gone'
await removed
holds case_12_a_scan_stopped_then_says_so says "$work/removed/err" 'crashed: the workspace cannot be written'
holds case_12_nothing_was_made_anew test ! -e "$work/removed/data"

more deleted '150 ms'
leave deleted
says_soon deleted '[3/11]'
rm "$(folder deleted)/points.csv"
await deleted
holds case_13_a_deleted_file_does_not_stop_the_scan ended deleted 0
holds case_13_its_rows_go_on_in_the_next_file test -s "$(folder deleted)/points.2.csv"
holds case_13_with_all_rows_from_before test "$(counted deleted)" = 11
holds case_13_both_files_are_named grep -q 'file,points.csv,,,gone,.*deleted or replaced.*points.2.csv' \
	"$(folder deleted)/audit.csv"

more replaced '150 ms'
leave replaced
says_soon replaced '[3/11]'
echo 'not ours' >"$work/replaced/other" && mv "$work/replaced/other" "$(folder replaced)/points.csv"
await replaced
holds case_13_a_replaced_file_does_not_stop_the_scan ended replaced 0
holds case_13_the_other_file_is_left_alone test "$(cat "$(folder replaced)/points.csv")" = 'not ours'
holds case_13_all_rows_are_in_the_next_one test "$(counted replaced)" = 11
holds case_13_run_yaml_lists_it yaml_says replaced points.2.csv

more open_to_all '20 ms'
(umask 000 && scan open_to_all)
modes() { find "$work/open_to_all/data" \( -type f -perm /o=rwx,g=wx -o -type d -perm /o=rwx,g=w \) | grep . && return 1; return 0; }
holds case_23_no_file_is_open_to_all_under_umask_000 modes
finish
