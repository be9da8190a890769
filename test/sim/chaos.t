#!/bin/bash
# Scans of a simulated detector that misbehaves in every way at once, by chance, over fixed seeds and
# both protocols, with every dwell, mode and order. Points may be void or invalid; counts that are stored are the truth, the other
# channels were out of the way, and all files agree with each other.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-chaos.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

faults=(refuse:chance=0.15 unanswered:chance=0.1 unanswered:chance=0.1:done=yes late:ms=500:chance=0.1
	split:chance=0.3 interleave:chance=0.3 echo:chance=0.1
	garbage:from=1:period=0.9 silence:s=0.4:from=1.7:period=2.9 reboot:s=0.1:from=1.3:period=3.1)
noises=('debug=8' 'stray=8' 'garbage=8' 'eol=crlf' 'boot=start' 'queue=300')
# A detector that only takes binary writes tells nothing of these: no program can see them.
silent=(clip:to=295:chance=0.1:answer=asked 'reboot:s=0.1:from=1.3:period=3.1&boot=no')

forms=('order: shuffle' 'mode: parallel;order: updown' 'mode: parallel;drift_check: yes' 'repeat: 2;order: down')
dwells=('{time: 120 ms}' '{counts: 12, max: 300 ms}' '{error: 30 %, min: 40 ms, max: 300 ms}'
	'{counts: 12, max: 300 ms, zero_rate: 80 ms}')

# mix SEED PROTOCOL: four kinds of trouble and three kinds of noise.
mix() {
	RANDOM=$1
	options="seed=$1"
	[ "$2" = text ] && options+="&fault=${silent[RANDOM % 2]}"
	for _ in 1 2 3 4; do options+="&fault=${faults[RANDOM % ${#faults[@]}]}"; done
	for _ in 1 2 3; do options+="&${noises[RANDOM % ${#noises[@]}]}"; done
	echo "$options"
}

# chaos SEED PROTOCOL: one scan and its checks.
chaos() {
	dir=$work/$1
	mkdir -p "$dir"
	options="rate=250&noise=2&protocol=$2&binary_delay=2&reply_delay=20&reply_spread=20&$(mix "$1" "$2")"
	cat >"$dir/bench.yaml" <<EOF
bench: chaos_$1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?truth=$dir/truth.csv&$options"
    protocol: $2
    reply_timeout: 250 ms
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
      btm: {id: 3, threshold: 295}
scans:
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: ${dwells[$1 / 4 % 4]}
    settle: 60 ms
    retry: {tries: 4, wait: 20 ms}
    seed: $1
    events: yes
$(tr ';' '\n' <<<"${forms[$1 % 4]}" | sed 's/^/    /')
EOF
	timeout 60 "$PLATEAU" scan "$dir/bench.yaml" threshold --quiet --log-dir "$dir/log" \
		>"$dir/out" 2>"$dir/err"
	case $? in
	0 | 1 | 4) ;;
	*) return 1 ;;
	esac
	for run in "$dir"/data/2*/run_0001; do
		[ -d "$run" ] || return 0 # refused before the first write
		"$TOOLS/files_check" "$run" || return 1
		grep -q ',\(ok\|saturated\),' "$run/points.csv" || continue
		"$TOOLS/truth_check" "$run" "$dir/truth.csv" || return 1
	done
}

read -ra seeds <<<"${CHAOS_SEEDS:-11 25 37 36 28 34}"
running=0
for seed in "${seeds[@]}"; do
	protocol=$([ $((seed % 2)) = 0 ] && echo text || echo binary)
	(chaos "$seed" "$protocol" >"$work/$seed.say" 2>&1; echo $? >"$work/$seed.rc") &
	running=$((running + 1))
	[ $((running % 3)) = 0 ] && wait
done
wait
for seed in "${seeds[@]}"; do
	[ "$(cat "$work/$seed.rc")" = 0 ] || sed 's/^/# /' "$work/$seed/bench.yaml" "$work/$seed.say" "$work/$seed/err"
	holds "chaos of seed $seed: $(tail -1 "$work/$seed.say")" [ "$(cat "$work/$seed.rc")" = 0 ]
done
finish
