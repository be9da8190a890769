#!/bin/bash
# The clocks of the machine are moved while a scan goes on. The real ones stay: a library moves what
# the program sees of them. The numbers are those of the failure cases.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in clock
cd "$work" || exit 1
export CLOCK_SHIM="$work/shift"
# shift WALL BOOT: seconds added to the clocks from now on
shift_clocks() { printf '%-63s\n' "$1 $2" 1<>"$CLOCK_SHIM"; }
# bench NAME [STOP DWELL]
bench() {
	bench_det "$1" 'sim:osechi?rate=250&noise=1&boot=no&reply_delay=5&reply_spread=5' text 290 <<EOF
  t: {set: det.threshold, channels: [top], range: {start: 290, stop: ${2:-297}, step: 1}, dwell: {time: ${3:-300 ms}}, settle: 60 ms}
EOF
}
# begins NAME ROWS: a scan in the background; waits for so many rows
begins() {
	LD_PRELOAD="$TOOLS/clock_shim.so" begin "$1"
	until_true has_points "$1" "$2"
}
rows() { wc -l <"$(folder "$1")/points.csv"; }
# moved NAME WALL BOOT [ROWS]: the clocks jump while the scan goes on, with ROWS in the window after
# so many; its exit status
moved() {
	shift_clocks 0 0
	begins "$1" "${4:-2}"
	[ -z "$4" ] || bench=$1/bench.yaml until_true phase_is count
	shift_clocks "$2" "$3"
	wait "$scan"
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
audited() { grep -h ',clock,' "$(folder "$1")/audit.csv" | grep -q "$2"; }
of_clock() { sed -n "/^clock:/,/^[a-z]/s/^  $2: //p" "$(folder "$1")/run.yaml"; }

for way in forward:3600 back:-3600; do
	name=${way%:*} size=${way#*:}
	bench "$name"
	holds "case_67_a_step_${name}_ends_no_run" moved "$name" "$size" 0
	holds "case_67_all_points_are_there_$name" [ "$(rows "$name")" = 9 ]
	holds "case_67_cadence_is_unchanged_$name" even "$name"
	holds "case_67_windows_are_unchanged_$name" exact "$name"
	holds "case_67_the_wall_column_steps_once_$name" [ "$(steps "$name")" = "$size" ]
	holds "case_67_the_step_is_audited_with_its_size_$name" audited "$name" ",${size%600}[56][0-9.]*,step,the wall clock was set $name by"
	holds "case_67_run_yaml_says_it_$name" [ "$(of_clock "$name" steps)" = 1 ]
	holds "case_67_the_files_agree_$name" eval 'agree "$name" || told "$name"'
done

bench asleep 291 "2 s"
holds case_68_a_suspend_ends_no_run moved asleep 7200 7200 1
holds case_68_the_point_that_ran_is_void [ "$(column asleep quality | grep -c void)" = 1 ]
holds case_68_and_is_taken_again [ "$(column asleep quality | grep -c ok)" = 2 ]
holds case_68_the_gap_is_audited_with_its_size audited asleep ',7[12][0-9.]*,suspend,the machine was suspended'
holds case_68_it_is_no_step eval '! audited asleep ,step,'
holds case_68_run_yaml_says_it [ "$(of_clock asleep suspends)" = 1 ]

bench new
shift_clocks "-$(date +%s)" 0
begins new 2
wait "$scan"
holds case_69_a_clock_that_was_never_set_is_told says new/err 'the clock of this machine is not set: it says 1970-01-01'
holds case_69_the_folder_has_its_number eval 'ls -d new/data/1970-01-01/run_0001 >/dev/null'
shift_clocks 0 0
LD_PRELOAD="$TOOLS/clock_shim.so" scan_of new
holds case_69_the_next_run_has_the_next_number eval 'ls -d new/data/2*/run_0002 >/dev/null'
holds case_69_the_last_run_is_the_newer_one eval '"$PLATEAU" runs new/data --json | grep -q "\"run\":1,.*\"run\":2,"'
holds case_69_nothing_is_told_then says_not new/err 'not set'

bench learns
shift_clocks "-$(date +%s)" 0
begins learns 2
shift_clocks 0 0
wait "$scan"
holds case_69_a_clock_that_is_set_meanwhile_is_told says learns/log/plateau.log 'the clock of this machine is set: it says 2'

TZ=Asia/Kolkata "$PLATEAU" runs new/data --json >kolkata
TZ=America/New_York "$PLATEAU" runs new/data --json >york
holds case_70_files_are_in_utc_whatever_the_zone cmp kolkata york
holds case_70_and_say_so eval 'column new timestamp | grep -v "Z$"; [ $? = 1 ]'
finish
