#!/bin/bash
# Plans in every order, with ranges of their own, repeats, time to discard, a dead time and a line that
# fills: the files agree with each other and with the simulator, and a drawn seed gives the plan again.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in orders

# bench NAME SIM DEVICE-LINES SCAN-LINES
bench() {
	sim='rate=250&noise=2&boot=no&protocol=binary&binary_delay=2'
	bench_det "$work/$1" "sim:osechi?$sim&truth=$work/$1/truth.csv&$2" binary '290 300' "\
    coincidences: {both: [top, mid]}
$3" <<EOF
  threshold:
    set: det.threshold
    dwell: {time: 80 ms}
    settle: 30 ms
$4
EOF
}
# scan NAME RUN OPTIONS...: it ends well, and its files are right.
scan() {
	name=$1
	number=$2
	shift 2
	rm -f "$work/$name/truth.csv"
	scan_of "$name" --quiet --json "$@" && agree "$name" "$number" && is_true "$name" "$number" || told "$name"
}

own='    channels: {top: {}, mid: {list: [300, 280, 290]}}
    range: {start: 280, stop: 300, step: 10}'

bench down 'seed=2' '' "$own
    order: down"
holds "down, one channel with a list of its own" scan down 0001
holds "down goes through a range the other way round" [ "$(line_of down set)" = "300 290 280 290 280 300 " ]
holds "no row for a coincidence where the others are suppressed" [ "$(line_of down channel)" = "top top top mid mid mid " ]

bench updown 'seed=3' '' "    channels: [top]
    range: {start: 280, stop: 300, step: 10}
    order: updown
    repeat: 2"
holds "updown, twice" scan updown 0001
holds "updown: the top point in both passes" \
	[ "$(line_of updown set)" = "280 290 300 300 290 280 280 290 300 300 290 280 " ]
holds "updown: the pass of each" [ "$(line_of updown pass)" = "up up up down down down up up up down down down " ]
holds "updown: the repeat of each" [ "$(line_of updown repeat)" = "1 1 1 1 1 1 2 2 2 2 2 2 " ]

bench shuffle 'seed=4' '' "    channels: [top]
    range: {start: 270, stop: 305, step: 5}
    order: shuffle
    discard_first: 20 ms"
holds "shuffle, with time to discard" scan shuffle 0001
seed=$(sed -n 's/^  seed: //p' "$(folder shuffle)/run.yaml")
holds "the drawn seed is kept: $seed" [ -n "$seed" ]
holds "it gives the same plan again" scan shuffle 0002 --set "scans.threshold.seed=$seed"
holds "the same plan" [ "$(line_of shuffle set 0001)" = "$(line_of shuffle set 0002)" ]
listed() { sed 's/.*"scanned_channels"[^]]*],"files":\[\([^]]*\)\].*/\1/; s/[",]/ /g' "$1" | xargs; }
kept() { sed -n '/^files:/,/^errors:/s/^- //p' "$1" | xargs; }
holds "--json lists the files of run.yaml: $(listed "$work/shuffle/out")" \
	[ "$(listed "$work/shuffle/out")" = "$(kept "$(folder shuffle 0002)/run.yaml")" ]

bench full 'seed=5&noise=300&queue=100000' '    baud: 115200
    dead_time: {tau: 5 ms, model: nonparalyzable}' "    channels: [top]
    range: {start: 286, stop: 314, step: 14}"
holds "a line that fills, a dead time longer than the distance of events" scan full 0001
holds "case_86 no corrected rate, and why" says "$(folder full)/points.csv" "no corrected rate"
holds "saturated where the line is full" says "$(folder full)/points.csv" ,saturated,
finish
