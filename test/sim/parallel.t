#!/bin/bash
# Points of several rows: channels that step together, an axis that is another device's setting, and
# parameters of another device read beside the scan. The files agree with the simulator's truth.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-parallel.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# bench NAME SET SCAN-LINES
bench() {
	mkdir -p "$work/$1"
	cat >"$work/$1/bench.yaml" <<EOF
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?seed=4&rate=250&noise=2&boot=no&protocol=binary&binary_delay=2&truth=$work/$1/truth.csv"
    protocol: binary
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
      btm: {id: 3, threshold: 310}
    coincidences: {both: [top, mid]}
  beside:
    driver: osechi
    port: "sim:osechi?seed=5&rate=0&noise=0&boot=no&reply_delay=5"
    protocol: text
    channels:
      one: {id: 1, threshold: 300}
scans:
  threshold:
    set: $2
    settle: 30 ms
$3
EOF
}
folder() { ls -d "$work/$1"/data/2*/run_0001; }
# scan NAME: it ends well, and its files are right.
scan() {
	"$PLATEAU" scan "$work/$1/bench.yaml" --quiet --json --log-dir "$work/$1/log" \
		>"$work/$1/json" 2>"$work/$1/err" &&
		"$TOOLS/files_check" "$(folder "$1")" >"$work/$1/check" && return
	sed 's/^/# /' "$work/$1/err" "$work/$1/check"
	return 1
}
true_to() { "$TOOLS/truth_check" "$(folder "$1")" "$work/$1/truth.csv" | sed 's/^/# /'; return "${PIPESTATUS[0]}"; }
# column NAME COLUMN: a column of points.csv in one line.
column() {
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
		{ printf "%s ", $c }' "$(folder "$1")/points.csv"
}

bench together det.threshold '    mode: parallel
    dwell: {time: 80 ms}
    channels: {top: {start: 280, stop: 300, step: 10}, mid: {start: 290, stop: 310, step: 10}}'
holds "channels that step together: the scan ends well" scan together
holds "they share an index, and a coincidence has its row" \
	[ "$(column together channel)" = "top mid both top mid both top mid both " ]
holds "each point has one index" [ "$(column together index)" = "1 1 1 2 2 2 3 3 3 " ]
holds "each channel has its own setting, the coincidence of two has none" \
	[ "$(column together set)" = "280 290  290 300  300 310  " ]
holds "one window for the rows of a point" \
	[ "$(column together t_mono_ns | tr ' ' '\n' | sort -u | grep -c .)" = 3 ]
holds "the hits are those of the simulator" true_to together

bench counts det.threshold '    mode: parallel
    channels: [top, mid]
    range: {start: 280, stop: 290, step: 10}
    dwell: {counts: 20, min: 10 ms, max: 5 s}'
holds "a common window closed by counts" scan counts
holds "only the last channel was counted for" \
	[ "$(column counts stop_rule | tr ' ' '\n' | grep -c counts)" = 2 ]

bench beside det.threshold '    channels: [top]
    range: {start: 280, stop: 300, step: 10}
    readings: {parameters: [beside.uptime, beside.one.threshold], rate: 20 Hz}
    dwell: {time: 500 ms}'
holds "parameters of another device are read beside a scan" scan beside
holds "several times in each window" \
	[ "$(column beside 'beside.one.threshold.n' | tr ' ' '\n' | awk '$1 > 1' | wc -l)" = 3 ]
holds "they are what that device holds" [ "$(column beside 'beside.one.threshold.mean')" = "300 300 300 " ]
holds "settings.csv tells at both ends what can be written and read" \
	[ "$(grep -c 'beside.one.threshold,300' "$(folder beside)/settings.csv")" = 2 ]

bench axis det.top.threshold '    channels: [top, mid]
    dwell: {time: 80 ms}
    range: {start: 280, stop: 300, step: 10}'
holds "one setting as the axis while several channels are counted" scan axis
holds "it is the setting of each row" [ "$(column axis applied)" = "280 280 280 290 290 290 300 300 300 " ]
holds "each counted channel and coincidence has its row" \
	[ "$(column axis channel)" = "top mid both top mid both top mid both " ]
holds "only the axis was written, and put back" \
	[ "$(awk -F, '$5 == "restore" || $5 == "set" { print $6 }' "$(folder axis)/audit.csv" | sort -u)" = det.top.threshold ]
finish
