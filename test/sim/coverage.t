#!/bin/bash
# The interval of a rate means what it says: on the plateau of a simulated detector, whose true rate
# is known, about 68 % of the intervals hold it. Windows begin when they begin, so no two runs count
# the same: the bounds are those of 210 points, three to four of their standard deviations wide
# (Garwood's intervals of 25 expected counts hold the truth in 71 % of all cases).
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in coverage

# plateau_scan SEED: 70 points far below the edge, without noise.
plateau_scan() {
	bench_det "$work/seed_$1" \
		"sim:osechi?seed=$1&rate=250&edge=600&width=8&noise=0&boot=no&protocol=binary&binary_delay=2&baud=0" binary 290 <<EOF
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 201, stop: 270, step: 1}
    dwell: {time: 100 ms}
    settle: 22 ms
EOF
	scan_of "seed_$1" --quiet && agree "seed_$1"
	echo $? >"$work/seed_$1/rc"
}

for seed in 1 2 3; do plateau_scan $seed & done
wait
holds "three scans of seventy points" [ "$(cat "$work"/seed_?/rc | tr -d '\n')" = 000 ]
read -r points covered per_cent <<<"$(awk -F, '$24 == "ok" { n++; c += $19 <= 250 && 250 <= $20;
	hits += $17; live += $15 } END { printf "%d %.1f %.1f", n, 100 * c / n, hits / live / 2.5 }' \
	"$work"/seed_?/data/2*/run_0001/points.csv)"
echo "# $points points, $covered % of the intervals hold 250/s, mean rate $per_cent % of it"
holds "the mean rate is the detector's, within five of its deviations" within "$per_cent" 93 107
holds "58 to 82 % of the 68 % intervals hold it" within "$covered" 58 82
finish
