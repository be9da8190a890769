#!/bin/bash
# The clocks of the machine are moved while a scan goes on. The real ones stay: a library moves what
# the program sees of them. The numbers are those of the failure cases.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-clock.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
export CLOCK_SHIM="$work/shift"
# shift WALL BOOT: seconds added to the clocks from now on
shift_clocks() { printf '%-63s\n' "$1 $2" 1<>"$CLOCK_SHIM"; }
# bench NAME [STOP DWELL]
bench() {
	mkdir -p "$1"
	cat >"$1/bench.yaml" <<EOF
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&reply_delay=5&reply_spread=5"
    protocol: text
    channels: {top: {id: 1, threshold: 290}}
scans:
  t: {set: det.threshold, channels: [top], range: {start: 290, stop: ${2:-297}, step: 1}, dwell: {time: ${3:-300 ms}}, settle: 60 ms}
EOF
}
# begin NAME ROWS: a scan in the background; waits for so many rows
begin() {
	LD_PRELOAD="$TOOLS/clock_shim.so" "$PLATEAU" scan "$1/bench.yaml" --log-dir "$1/log" \
		>"$1/out" 2>"$1/err" </dev/null &
	pid=$!
	until_true has_rows "$1" "$2"
}
rows() { cat "$1"/data/*/run_0001/points.csv 2>/dev/null | wc -l; }
has_rows() { [ "$(rows "$1")" -gt "$2" ]; }
# column NAME COLUMN
column() {
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
		{ print $c }' "$1"/data/*/run_0001/points.csv
}
counts() { "$PLATEAU" status "$1/bench.yaml" --json 2>/dev/null | grep -q '"phase":"count'; }
# moved NAME WALL BOOT [ROWS]: the clocks jump while the scan goes on, with ROWS in the window after
# so many; its exit status
moved() {
	shift_clocks 0 0
	begin "$1" "${4:-2}"
	[ -z "$4" ] || until_true counts "$1"
	shift_clocks "$2" "$3"
	wait $pid
}
# steps NAME: how often the wall column goes by another amount than the monotonic one, with the size
steps() {
	paste <(column "$1" timestamp | while read -r t; do date -d "$t" +%s.%3N; done) \
		<(column "$1" t_mono_ns) |
		awk 'NR > 1 { d = ($1 - w) - ($2 - m) / 1e9; if (d > 1 || d < -1) printf "%.0f\n", d }
			{ w = $1; m = $2 }'
}
even() { column "$1" t_mono_ns | awk 'NR > 1 && ($1 - m > 5e9 || $1 <= m) { exit 1 } { m = $1 }'; }
exact() { column "$1" dwell_s | awk '$1 < 0.3 || $1 > 0.6 { exit 1 }'; }
audited() { grep -h ',clock,' "$1"/data/*/run_0001/audit.csv | grep -q "$2"; }
field() { sed -n "/^clock:/,/^[a-z]/s/^  $2: //p" "$1"/data/*/run_0001/run.yaml; }

for way in forward:3600 back:-3600; do
	name=${way%:*} size=${way#*:}
	bench "$name"
	holds "case_67_a_step_${name}_ends_no_run" moved "$name" "$size" 0
	holds "case_67_all_points_are_there_$name" [ "$(rows "$name")" = 9 ]
	holds "case_67_cadence_is_unchanged_$name" even "$name"
	holds "case_67_windows_are_unchanged_$name" exact "$name"
	holds "case_67_the_wall_column_steps_once_$name" [ "$(steps "$name")" = "$size" ]
	holds "case_67_the_step_is_audited_with_its_size_$name" audited "$name" ",${size%600}[56][0-9.]*,step,the wall clock was set $name by"
	holds "case_67_run_yaml_says_it_$name" [ "$(field "$name" steps)" = 1 ]
	holds "case_67_the_files_agree_$name" eval '"$TOOLS/files_check" "$name"/data/*/run_0001 >check || { sed "s/^/# /" check; false; }'
done

bench asleep 291 "2 s"
holds case_68_a_suspend_ends_no_run moved asleep 7200 7200 1
holds case_68_the_point_that_ran_is_void [ "$(column asleep quality | grep -c void)" = 1 ]
holds case_68_and_is_taken_again [ "$(column asleep quality | grep -c ok)" = 2 ]
holds case_68_the_gap_is_audited_with_its_size audited asleep ',7[12][0-9.]*,suspend,the machine was suspended'
holds case_68_it_is_no_step eval '! audited asleep ,step,'
holds case_68_run_yaml_says_it [ "$(field asleep suspends)" = 1 ]

bench new
shift_clocks "-$(date +%s)" 0
begin new 2
wait $pid
holds case_69_a_clock_that_was_never_set_is_told says new/err 'the clock of this machine is not set: it says 1970-01-01'
holds case_69_the_folder_has_its_number eval 'ls -d new/data/1970-01-01/run_0001 >/dev/null'
shift_clocks 0 0
LD_PRELOAD="$TOOLS/clock_shim.so" "$PLATEAU" scan new/bench.yaml --log-dir new/log >out 2>err
holds case_69_the_next_run_has_the_next_number eval 'ls -d new/data/2*/run_0002 >/dev/null'
holds case_69_the_last_run_is_the_newer_one eval '"$PLATEAU" runs new/data --json | grep -q "\"run\":1,.*\"run\":2,"'
holds case_69_nothing_is_told_then says_not err 'not set'

bench learns
shift_clocks "-$(date +%s)" 0
begin learns 2
shift_clocks 0 0
wait $pid
holds case_69_a_clock_that_is_set_meanwhile_is_told says learns/log/plateau.log 'the clock of this machine is set: it says 2'

TZ=Asia/Kolkata "$PLATEAU" runs new/data --json >kolkata
TZ=America/New_York "$PLATEAU" runs new/data --json >york
holds case_70_files_are_in_utc_whatever_the_zone cmp kolkata york
holds case_70_and_say_so eval 'column new timestamp | grep -v "Z$"; [ $? = 1 ]'
finish
