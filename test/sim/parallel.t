#!/bin/bash
# Points of several rows: channels that step together, an axis that is another device's setting, and
# parameters of another device read beside the scan. The files agree with the simulator's truth.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in parallel

# bench NAME SET SCAN-LINES
bench() {
	sim='seed=4&rate=250&noise=2&boot=no&protocol=binary&binary_delay=2'
	bench_det "$work/$1" "sim:osechi?$sim&truth=$work/$1/truth.csv" binary '290 300 310' "\
    coincidences: {both: [top, mid]}
  beside:
    driver: osechi
    port: sim:osechi?seed=5&rate=0&noise=0&boot=no&reply_delay=5
    protocol: text
    channels:
      one: {id: 1, threshold: 300}" <<EOF
  threshold:
    set: $2
    settle: 30 ms
$3
EOF
}
# scan NAME: it ends well, and its files are right.
scan() { scan_of "$1" --quiet --json && agree "$1" || told "$1"; }
true_to() { is_true "$1" || told "$1"; }

bench together det.threshold '    mode: parallel
    dwell: {time: 80 ms}
    channels: {top: {start: 280, stop: 300, step: 10}, mid: {start: 290, stop: 310, step: 10}}'
holds "channels that step together: the scan ends well" scan together
holds "they share an index, and a coincidence has its row" \
	[ "$(line_of together channel)" = "top mid both top mid both top mid both " ]
holds "each point has one index" [ "$(line_of together index)" = "1 1 1 2 2 2 3 3 3 " ]
holds "each channel has its own setting, the coincidence of two has none" \
	[ "$(line_of together set)" = "280 290  290 300  300 310  " ]
holds "one window for the rows of a point" \
	[ "$(line_of together t_mono_ns | tr ' ' '\n' | sort -u | grep -c .)" = 3 ]
holds "the hits are those of the simulator" true_to together

bench counts det.threshold '    mode: parallel
    channels: [top, mid]
    range: {start: 280, stop: 290, step: 10}
    dwell: {counts: 20, min: 10 ms, max: 5 s}'
holds "a common window closed by counts" scan counts
holds "only the last channel was counted for" \
	[ "$(line_of counts stop_rule | tr ' ' '\n' | grep -c counts)" = 2 ]

bench beside det.threshold '    channels: [top]
    range: {start: 280, stop: 300, step: 10}
    readings: {parameters: [beside.uptime, beside.one.threshold], rate: 20 Hz}
    dwell: {time: 500 ms}'
holds "parameters of another device are read beside a scan" scan beside
holds "several times in each window" \
	[ "$(line_of beside 'beside.one.threshold.n' | tr ' ' '\n' | awk '$1 > 1' | wc -l)" = 3 ]
holds "they are what that device holds" [ "$(line_of beside 'beside.one.threshold.mean')" = "300 300 300 " ]
holds "settings.csv tells at both ends what can be written and read" \
	[ "$(grep -c 'beside.one.threshold,300' "$(folder beside)/settings.csv")" = 2 ]

bench axis det.top.threshold '    channels: [top, mid]
    dwell: {time: 80 ms}
    range: {start: 280, stop: 300, step: 10}'
holds "one setting as the axis while several channels are counted" scan axis
holds "it is the setting of each row" [ "$(line_of axis applied)" = "280 280 280 290 290 290 300 300 300 " ]
holds "each counted channel and coincidence has its row" \
	[ "$(line_of axis channel)" = "top mid both top mid both top mid both " ]
holds "only the axis was written, and put back" \
	[ "$(awk -F, '$5 == "restore" || $5 == "set" { print $6 }' "$(folder axis)/audit.csv" | sort -u)" = det.top.threshold ]
finish
