#!/bin/bash
# case_3: the program is killed (-9) at random moments of a scan. Its files always parse, rows are
# whole, the chain holds to its end; what was touched is pending, and the next scan puts it back.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-kill.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
kills=$((${PLATEAU_KILLS:-200} / 5)) # on each of five benches

bench() {
	cat >"$work/$1/bench.yaml" <<EOF
bench: kill_$1
workspace: ./data
devices:
  det:
    driver: osechi
    port: $work/$1/port
    protocol: binary
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 310}
scans:
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 5}
    dwell: {time: 40 ms}
    settle: 25 ms
EOF
}

# one BENCH MS: a scan, killed after so many milliseconds; what it left is whole.
one() {
	"$PLATEAU" scan "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" \
		>"$work/$1/out" 2>"$work/$1/err" &
	pid=$!
	read -r -t "$(printf '%d.%03d' $(($2 / 1000)) $(($2 % 1000)))" _ <>"$work/$1/never"
	kill -9 $pid
	wait $pid 2>/dev/null
	run=$(ls -d "$work/$1"/data/2*/run_* 2>/dev/null | tail -1)
	[ -n "$run" ] && [ -e "$run/run.yaml" ] || return 0 # nothing had begun
	"$TOOLS/files_check" "$run" killed && "$PLATEAU" verify "$run" >"$work/$1/verdict" ||
		{ cat "$work/$1/verdict"; return 1; }
	"$PLATEAU" runs "$work/$1/data" >"$work/$1/runs" 2>&1 || return 1
	if grep -e ' running  ' -e ' preparing  ' "$work/$1/runs"; then
		echo "a dead run is listed as if it lived:"
		cat "$work/$1/runs"
		return 1
	fi
}

# series BENCH: kills, then a scan that is let be; the detector has its thresholds back.
series() {
	mkdir -p "$work/$1"
	mkfifo "$work/$1/never"
	"$PLATEAU" sim osechi rate=250 boot=no protocol=binary binary_delay=2 seed="$1" threshold=300 \
		link="$work/$1/port" truth="$work/$1/truth.csv" duration=3600 >"$work/$1/path" &
	until_true test -e "$work/$1/port" || return 1
	bench "$1"
	"$PLATEAU" set "$work/$1/bench.yaml" det.top.threshold=291 det.mid.threshold=311 \
		--log-dir "$work/$1/log" >/dev/null || return 1
	RANDOM=$1
	for _ in $(seq $kills); do
		one "$1" $((20 + RANDOM % 1500)) || return 1
	done
	"$PLATEAU" scan "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" || return 1
	run=$(ls -d "$work/$1"/data/2*/run_* | tail -1)
	"$TOOLS/files_check" "$run" && "$TOOLS/truth_check" "$run" "$work/$1/truth.csv" || return 1
	held=$(for c in 1 2; do
		awk -F, -v c=$c '$2 == "threshold" && $9 == c { v = $11 } END { print v }' "$work/$1/truth.csv"
	done | tr '\n' ' ')
	[ "$held" = "291 311 " ] || { echo "the detector holds $held"; return 1; }
}

for i in 1 2 3 4 5; do
	(series $i >"$work/say.$i" 2>&1; echo $? >"$work/rc.$i"; jobs -p | xargs -r kill) 2>/dev/null &
	pids+=($!)
done
wait "${pids[@]}"
for i in 1 2 3 4 5; do
	[ "$(cat "$work/rc.$i")" = 0 ] || sed 's/^/# /' "$work/say.$i"
	holds "case_3 killed $kills times, bench $i: $(grep -c '^state=' "$work/say.$i") runs checked" \
		[ "$(cat "$work/rc.$i")" = 0 ]
done
finish
