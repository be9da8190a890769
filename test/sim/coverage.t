#!/bin/bash
# The interval of a rate means what it says: on the plateau of a simulated detector, whose true rate
# is known, about 68 % of the intervals hold it. Windows begin when they begin, so no two runs count
# the same: the bounds are those of 210 points, three to four of their standard deviations wide
# (Garwood's intervals of 25 expected counts hold the truth in 71 % of all cases).
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-coverage.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# plateau_scan SEED: 70 points far below the edge, without noise.
plateau_scan() {
	mkdir -p "$work/$1"
	cat >"$work/$1/bench.yaml" <<EOF
bench: coverage_$1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?seed=$1&rate=250&edge=600&width=8&noise=0&boot=no&protocol=binary&binary_delay=2&baud=0"
    protocol: binary
    channels:
      top: {id: 1, threshold: 290}
scans:
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 201, stop: 270, step: 1}
    dwell: {time: 100 ms}
    settle: 22 ms
EOF
	"$PLATEAU" scan "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" >"$work/$1/out" 2>&1 &&
		"$TOOLS/files_check" "$work/$1"/data/2*/run_0001 >"$work/$1/check"
	echo $? >"$work/$1/rc"
}

for seed in 1 2 3; do plateau_scan $seed & done
wait
holds "three scans of seventy points" [ "$(cat "$work"/?/rc | tr -d '\n')" = 000 ]
read -r points covered per_cent <<<"$(awk -F, '$24 == "ok" { n++; c += $19 <= 250 && 250 <= $20;
	hits += $17; live += $15 } END { printf "%d %.1f %.1f", n, 100 * c / n, hits / live / 2.5 }' \
	"$work"/?/data/2*/run_0001/points.csv)"
echo "# $points points, $covered % of the intervals hold 250/s, mean rate $per_cent % of it"
within() { awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x >= lo && x <= hi) }'; }
holds "the mean rate is the detector's, within five of its deviations" within "$per_cent" 93 107
holds "58 to 82 % of the 68 % intervals hold it" within "$covered" 58 82
finish
