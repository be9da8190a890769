#!/bin/bash
# Scans of a simulated detector that misbehaves in every way at once, by chance, over fixed seeds and
# both protocols, with every dwell, mode and order. Points may be void or invalid; counts that are stored are the truth, the other
# channels were out of the way, and all files agree with each other.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in chaos

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
	name=chaos_$1
	truth=$work/$name/truth.csv
	options="rate=250&noise=2&protocol=$2&binary_delay=2&reply_delay=20&reply_spread=20&$(mix "$1" "$2")"
	bench_det "$work/$name" "sim:osechi?truth=$truth&$options" "$2" '290 300 295' '    reply_timeout: 250 ms' <<EOF
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: ${dwells[$1 / 4 % 4]}
    settle: 60 ms
    retry: {tries: 4, wait: 20 ms}
    seed: $1
    events: yes
$(scan_lines "${forms[$1 % 4]}")
EOF
	limit=60 scan_of "$name" threshold --quiet
	case $code in 0 | 1 | 4) is_right "$name" && return ;; esac
	echo "exit $code"
	cat "$work/$name/bench.yaml"
	told "$name"
}
is_right() {
	no_folder "$1" && return # refused before the first write
	agree "$1" && { ! grep -q ',\(ok\|saturated\),' "$(folder "$1")/points.csv" || is_true "$1"; } &&
		tail -1 "$work/$1/check"
}

read -ra seeds <<<"${CHAOS_SEEDS:-11 25 37 36 28 34}"
wide=3
for seed in "${seeds[@]}"; do
	lane "chaos of seed $seed" chaos "$seed" "$([ $((seed % 2)) = 0 ] && echo text || echo binary)"
done
lanes_end
finish
