#!/bin/bash
# Plans in every order, with ranges of their own, repeats, time to discard, a dead time and a line that
# fills: the files agree with each other and with the simulator, and a drawn seed gives the plan again.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-orders.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# bench NAME SIM DEVICE-LINE SCAN-LINES
bench() {
	mkdir -p "$work/$1"
	cat >"$work/$1/bench.yaml" <<EOF
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=2&boot=no&protocol=binary&binary_delay=2&truth=$work/$1/truth.csv&$2"
    protocol: binary
    $3
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
    coincidences: {both: [top, mid]}
scans:
  threshold:
    set: det.threshold
    dwell: {time: 80 ms}
    settle: 30 ms
$4
EOF
}
folder() { ls -d "$work/$1"/data/2*/run_000"${2:-1}"; }
# scan NAME RUN OPTIONS...: it ends well, and its files are right.
scan() {
	name=$1
	number=$2
	shift 2
	rm -f "$work/$name/truth.csv"
	"$PLATEAU" scan "$work/$name/bench.yaml" --quiet --json --log-dir "$work/$name/log" "$@" \
		>"$work/$name/json" 2>"$work/$name/err" &&
		"$TOOLS/files_check" "$(folder "$name" "$number")" >"$work/$name/check" &&
		"$TOOLS/truth_check" "$(folder "$name" "$number")" "$work/$name/truth.csv" \
			>>"$work/$name/check" && return
	sed 's/^/# /' "$work/$name/err" "$work/$name/check"
	return 1
}
# column NAME COLUMN [RUN]: a column of points.csv in one line.
column() {
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
		{ printf "%s ", $c }' "$(folder "$1" "$3")/points.csv"
}

own='    channels: {top: {}, mid: {list: [300, 280, 290]}}
    range: {start: 280, stop: 300, step: 10}'

bench down 'seed=2' '' "$own
    order: down"
holds "down, one channel with a list of its own" scan down 1
holds "down goes through a range the other way round" [ "$(column down set)" = "300 290 280 290 280 300 " ]
holds "no row for a coincidence where the others are suppressed" [ "$(column down channel)" = "top top top mid mid mid " ]

bench updown 'seed=3' '' "    channels: [top]
    range: {start: 280, stop: 300, step: 10}
    order: updown
    repeat: 2"
holds "updown, twice" scan updown 1
holds "updown: the top point in both passes" \
	[ "$(column updown set)" = "280 290 300 300 290 280 280 290 300 300 290 280 " ]
holds "updown: the pass of each" [ "$(column updown pass)" = "up up up down down down up up up down down down " ]
holds "updown: the repeat of each" [ "$(column updown repeat)" = "1 1 1 1 1 1 2 2 2 2 2 2 " ]

bench shuffle 'seed=4' '' "    channels: [top]
    range: {start: 270, stop: 305, step: 5}
    order: shuffle
    discard_first: 20 ms"
holds "shuffle, with time to discard" scan shuffle 1
seed=$(sed -n 's/^  seed: //p' "$(folder shuffle)/run.yaml")
holds "the drawn seed is kept: $seed" [ -n "$seed" ]
holds "it gives the same plan again" scan shuffle 2 --set "scans.threshold.seed=$seed"
holds "the same plan" [ "$(column shuffle set 1)" = "$(column shuffle set 2)" ]
listed() { sed 's/.*"scanned_channels"[^]]*],"files":\[\([^]]*\)\].*/\1/; s/[",]/ /g' "$1" | xargs; }
kept() { sed -n '/^files:/,/^errors:/s/^- //p' "$1" | xargs; }
holds "--json lists the files of run.yaml: $(listed "$work/shuffle/json")" \
	[ "$(listed "$work/shuffle/json")" = "$(kept "$(folder shuffle 2)/run.yaml")" ]

bench full 'seed=5&noise=300&queue=100000' 'baud: 115200' "    channels: [top]
    range: {start: 286, stop: 314, step: 14}"
sed -i 's/^    protocol: binary/&\n    dead_time: {tau: 5 ms, model: nonparalyzable}/' "$work/full/bench.yaml"
holds "a line that fills, a dead time longer than the distance of events" scan full 1
holds "case_86 no corrected rate, and why" says "$(folder full)/points.csv" "no corrected rate"
holds "saturated where the line is full" says "$(folder full)/points.csv" ,saturated,
finish
