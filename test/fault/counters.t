#!/bin/bash
# Counters of instruments as what a scan measures: read at both ends of each window, differenced,
# over their declared width and over nothing else. The number is that of the failure case.
# shellcheck source=test/tap.sh disable=SC2016,SC2317
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-counters.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_STATE_HOME=$work/state

# bench NAME POINTS DRIVER PARAMETER=KEYS... -- SIM-OPTION...: a scan of as many points.
bench() {
	local name=$1 points=$2 driver=$3 measured=
	shift 3
	mkdir "$name"
	printf 'profile: counters\ntitle: pulse counters\nword_order: low_high\nparameters:\n' >"$name/counters.yaml"
	for (( ; $# > 0; )); do
		[ "$1" != -- ] || { shift && break; }
		echo "  ${1%%=*}: {register: 5000, id: 50001, ${1#*=}}" >>"$name/counters.yaml"
		measured+=${measured:+, }oven.${1%%=*}
		shift
	done
	sed -i '6,$s/ id: 50001,//' "$name/counters.yaml"
	cat >"$name/bench.yaml" <<END
bench: $name
workspace: ./data
devices:
  oven: {driver: $driver, profile: counters.yaml, port: "sim:ezzone?duration=120$(printf '&%s' "$@")"}
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&protocol=binary&binary_delay=2&seed=2"
    protocol: binary
    channels: {top: {id: 1, threshold: 290}}
scans:
  s:
    set: det.threshold
    channels: [top]
    range: {start: 290, step: 1, points: $points}
    dwell: {time: 500 ms}
    settle: 30 ms
    give_up: no
    measure: [$measured]
    readings: {parameters: [${measured%%,*}], rate: 20 Hz}
END
	sed -i "s/range: .*/range: {start: 290, stop: $((289 + points)), step: 1}/" "$name/bench.yaml"
	("$PLATEAU" scan "$name/bench.yaml" --log-dir "$name/log" >"$name/out" 2>"$name/err" </dev/null
		echo $? >"$name/code") &
}
ends() {
	until_true [ -s "$1/code" ] || until_true [ -s "$1/code" ] || until_true [ -s "$1/code" ]
	[ "$(cat "$1/code")" = "$2" ] || { sed 's/^/# /' "$1/out" "$1/err"; false; }
}
folder() { ls -d "$1"/data/*/run_0001; }
# rows NAME PARAMETER: quality, reason, reads, counted, seconds of each point
rows() {
	awk -F, -v name="oven.$2" 'NR == 1 { for (i = 1; i <= NF; i++) { split($i, h, "["); at[h[1]] = i } next }
		$9 == name { print $24, $26 == "" ? "-" : $26, $at[name ".n"] + 0, $at[name ".mean"] + 0, $15 + 0 }' \
		"$(folder "$1")/points.csv"
}
ok() { rows "$1" "$2" | grep -c '^ok -'; }
resets() { rows "$1" "$2" | grep -c '^invalid reset 0 0'; }
# true_rate NAME PARAMETER RATE: of every point that is ok
true_rate() {
	rows "$1" "$2" | awk -v rate="$3" '$1 == "ok" { if ($3 < 2 || $4 < 0.5 * rate * $5 || $4 > 1.5 * rate * $5 || $5 < 0.25) bad = 1 }
		END { exit bad }' || { rows "$1" "$2" | sed 's/^/# /'; false; }
}
none_below_zero() { rows "$1" "$2" | awk '$4 < 0 { bad = 1 } END { exit bad }'; }

bench wrap16 6 modbus 'pulses=type: u16, counter: yes, wraps: 16' 'bare=type: u16, counter: yes' -- pulses=150000
bench wrap32 6 modbus 'pulses=type: u32, counter: yes, wraps: 32' 'bare=type: u32, counter: yes' -- pulses=1e10
bench reset 12 modbus 'pulses=type: u32, counter: yes' -- pulses=150000 fault=reboot:from=1:s=0.01:period=1.1
bench bus 4 stdbus 'pulses=type: u32, counter: yes, wraps: 32' -- pulses=150000 bus=stdbus

holds "case_44_a_scan_goes_on_over_the_end_of_16_bits" ends wrap16 4
holds "case_44_a_counter_of_16_bits_is_never_called_reset" [ "$(ok wrap16 pulses)" = 6 ]
holds "case_44_and_counted_what_came" true_rate wrap16 pulses 150000
holds "case_44_without_its_width_each_end_is_a_reset" [ "$(resets wrap16 bare)" = 6 ]
holds "case_44_and_no_number_is_below_zero" none_below_zero wrap16 bare
holds "case_44_its_files_are_sound" "$PLATEAU" verify wrap16/bench.yaml 1 --quiet --log-dir wrap16/log
holds "case_44_and_agree" eval '"$TOOLS/files_check" "$(folder wrap16)" >check || { sed "s/^/# /" check; false; }'

holds "case_44_a_scan_goes_on_over_the_end_of_32_bits" ends wrap32 4
holds "case_44_a_counter_of_32_bits_is_never_called_reset" [ "$(ok wrap32 pulses)" = 6 ]
holds "case_44_and_counted_billions" true_rate wrap32 pulses 10000000000
holds "case_44_without_its_width_one_end_was_a_reset" [ "$(resets wrap32 bare)" = 6 ]

holds "case_44_a_counter_that_began_anew_ends_with_4" ends reset 4
holds "case_44_its_point_is_invalid_with_the_reason_reset" [ "$(resets reset pulses)" -ge 1 ]
holds "case_44_the_others_are_as_they_were" eval '[ "$(ok reset pulses)" -ge 3 ] && true_rate reset pulses 150000'
holds "case_44_no_rate_is_below_zero" none_below_zero reset pulses
holds "case_44_and_has_no_counts" eval '! cut -d, -f16-21 "$(folder reset)/points.csv" | sed 1d | grep -q "[0-9]"'

holds "case_44_over_standard_bus_too" ends bus 0
holds "case_44_with_what_was_counted" true_rate bus pulses 150000

sed 's/wraps: 16/wraps: 24/' wrap16/counters.yaml >wrap16/wide.yaml
sed 's/counters.yaml/wide.yaml/' wrap16/bench.yaml >wrap16/wide_bench.yaml
"$PLATEAU" check wrap16/wide_bench.yaml >out 2>err
holds "a width that the registers do not have is said" says err 'wide.yaml:5:'
holds "and why" says err 'its registers have fewer bits'
finish
