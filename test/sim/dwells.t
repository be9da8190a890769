#!/bin/bash
# Every rule that closes a window, serial and parallel, in every order, over both protocols, with a
# line that misbehaves: the files and the simulator's truth agree, and the rates of count-stopped
# windows are those of the detector.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in dwells

# scans NAME PROTOCOL SIM-OPTIONS SCAN-LINES: a scan that stores its events, and is the truth.
scans() {
	prompt='boot=no&baud=0&binary_delay=2&reply_delay=10&reply_spread=10'
	bench_det "$work/$1" "sim:osechi?$prompt&protocol=$2&truth=$work/$1/truth.csv&$3" "$2" '290 300 295' "\
    reply_timeout: 300 ms
    coincidences: {tm: [top, mid], all: [top, mid, btm]}" <<EOF
  threshold:
    set: det.threshold
    settle: 30 ms
    retry: {tries: 4, wait: 20 ms}
    events: yes
$(scan_lines "$4")
EOF
	limit=60 scan_of "$1" --quiet
	agree "$1" && is_true "$1" && has_events "$1" 700 && [ "$code" = 0 ] && return
	echo "exit $code"
	told "$1"
}

hot='rate=250&edge=300&width=8&noise=2'
some='range: {start: 285, stop: 305, step: 10}'
rows=(
	"counts_up|text|seed=1&$hot&format=json|channels: [top, btm]; $some; dwell: {counts: 15, max: 400 ms}"
	"counts_down|binary|seed=2&$hot|channels: [mid]; $some; order: down; repeat: 2; dwell: {counts: 15, min: 60 ms, max: 400 ms}"
	"error_updown|binary|seed=3&$hot|channels: [top]; $some; order: updown; drift_check: yes; dwell: {error: 25 %, max: 300 ms}"
	"zero_shuffle|text|seed=4&rate=100&noise=0|channels: [top]; range: {list: [280, 900, 290, 1000]}; order: shuffle; seed: 5; dwell: {counts: 10, max: 2 s, zero_rate: 150 ms}"
	"lists|text|seed=5&$hot|channels: {top: {list: [300, 280]}, mid: {start: 285, stop: 295, points: 3}}; discard_first: 20 ms; dwell: {counts: 8, max: 300 ms}"
	"parallel_time|text|seed=6&$hot&format=json|channels: [top, mid, btm]; mode: parallel; $some; dwell: {time: 150 ms}"
	"parallel_counts|binary|seed=7&$hot|channels: [top, mid]; mode: parallel; $some; order: updown; drift_check: yes; dwell: {counts: 12, max: 400 ms}"
	"parallel_error|text|seed=8&$hot|channels: {top: {list: [280, 290]}, btm: {list: [280, 300]}}; mode: parallel; order: down; repeat: 2; dwell: {error: 20 %, min: 50 ms, max: 400 ms}"
	"parallel_zero|binary|seed=9&rate=100&noise=0|channels: [top, btm]; mode: parallel; range: {list: [900, 285]}; order: shuffle; dwell: {counts: 6, max: 1 s, zero_rate: 100 ms}"
	"coincidence|text|seed=10&$hot|channels: [top, mid]; mode: parallel; measure: [det.tm.hits, det.all.hits]; range: {list: [270, 280]}; dwell: {counts: 8, max: 200 ms}"
	"split|text|seed=11&$hot&fault=split&stray=5&debug=5|channels: [top, mid]; mode: parallel; $some; dwell: {counts: 10, max: 400 ms}"
	"refused|text|seed=12&$hot&fault=refuse:every=3;late:ms=500:nth=2|channels: [top, mid]; mode: parallel; $some; dwell: {counts: 10, max: 400 ms}"
	"garbage|binary|seed=13&$hot&fault=garbage:from=1:period=0.7|channels: [top, mid]; mode: parallel; order: shuffle; seed: 3; $some; dwell: {counts: 10, max: 400 ms}"
)
# Two hundred windows of few counts each.
for seed in 21 22; do
	rows+=("unbiased_$seed|binary|seed=$seed&rate=400&edge=600&noise=0|channels: [top]; range: {start: 201, stop: 300, step: 1}; dwell: {counts: 6, max: 1 s}")
done

wide=5
for row in "${rows[@]}"; do
	IFS='|' read -r name protocol options lines <<<"$row"
	lane "every window is the truth: $name" scans "$name" "$protocol" "$options" "$lines"
done
lanes_end
# The time of 6 counts has the median 5.67/r, so (n-1)/t that of 0.882 r - n/t would be 1.058 r. The
# median, because a machine that stands still for a moment brings many events at once; that of 200
# is known to 4 %: three of these.
read -r windows per_cent <<<"$(awk -F, '$23 == "counts" { print $21 / 4 }' \
	"$work"/unbiased_*/data/2*/run_0001/points.csv | sort -g |
	awk '{ x[NR] = $1 } END { printf "%d %.1f", NR, (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }')"
echo "# $windows windows closed by 6 counts, median of the corrected rates $per_cent % of the true one"
holds "all windows were closed by their counts" [ "$windows" = 200 ]
holds "their corrected rate is (n-1)/t, within three deviations" within "$per_cent" 76 100
finish
