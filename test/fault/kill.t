#!/bin/bash
# case_3: the program is killed (-9) at random moments of a scan. Its files always parse, rows are
# whole, the chain holds to its end; what was touched is pending. On two benches the next scan puts
# it back; on the others the killed run is taken up again, killed again, and so on to its end, when
# it is what it would have been: every point once, in the order of the plan, settings put back.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in kill
kills=$((${PLATEAU_KILLS:-200} / 5)) # on each of five benches

bench() {
	bench_det "$work/$1" "$work/$1/port" binary '290 310' <<EOF
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 5}
    dwell: {time: 40 ms}
    settle: 25 ms
EOF
}

# one BENCH WORD MS: a scan, begun or taken up again, killed after so many milliseconds; what it left
# is whole.
one() {
	"$PLATEAU" "$2" "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" \
		>"$work/$1/out" 2>"$work/$1/err" &
	pid=$!
	read -r -t "$(printf '%d.%03d' $(($3 / 1000)) $(($3 % 1000)))" _ <>"$work/$1/never"
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

# detector BENCH: one that outlives every program, with settings of its own.
detector() {
	mkdir -p "$work/$1"
	mkfifo "$work/$1/never"
	"$PLATEAU" sim osechi rate=250 boot=no protocol=binary binary_delay=2 seed="${1#kill_}" threshold=300 \
		link="$work/$1/port" truth="$work/$1/truth.csv" duration=3600 >"$work/$1/path" &
	until_true test -e "$work/$1/port" || return 1
	bench "$1"
	"$PLATEAU" set "$work/$1/bench.yaml" det.top.threshold=291 det.mid.threshold=311 \
		--log-dir "$work/$1/log" >/dev/null || return 1
	RANDOM=${1#kill_}
}

# is_back BENCH: the detector has its thresholds again.
is_back() {
	held=$(for c in 1 2; do
		awk -F, -v c=$c '$2 == "threshold" && $9 == c { v = $11 } END { print v }' "$work/$1/truth.csv"
	done | tr '\n' ' ')
	[ "$held" = "291 311 " ] || { echo "the detector holds $held"; return 1; }
}

# whole BENCH: the newest run is finished, its files agree with each other and with the detector.
whole() {
	run=$(ls -d "$work/$1"/data/2*/run_* | tail -1)
	"$TOOLS/files_check" "$run" && "$TOOLS/truth_check" "$run" "$work/$1/truth.csv" && is_back "$1"
}

# new_scans BENCH: kills, then a scan that is let be.
new_scans() {
	detector "$1" || return 1
	for _ in $(seq $kills); do
		one "$1" scan $((20 + RANDOM % 1500)) || return 1
	done
	"$PLATEAU" scan "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" && whole "$1"
}

# as_planned BENCH: each index has one row with counts, its last one, in the order of the plan; an
# attempt that a kill cut off is void, and the next one follows.
as_planned() {
	awk -F, 'NR > 1 {
			if ($2 < at) { print "index " $2 " behind " at; bad = 1 }
			at = $2
			if ($3 != tries[$2] + 1) { print "index " $2 ": attempt " $3 " after " tries[$2]; bad = 1 }
			tries[$2] = $3
			if ($24 == "ok" ? done[$2]++ : $24 != "void" || $26 != "crashed" || done[$2]) {
				print "index " $2 " attempt " $3 ": " $24 " " $26; bad = 1
			}
		}
		END {
			for (i = 1; i <= 10; i++) if (done[i] != 1) { print "index " i " has no counts"; bad = 1 }
			exit bad
		}' "$run/points.csv"
}
plan_of() { sed -n '/^plan:/,/^[a-z]/p' "$run/run.yaml"; }

# kept BENCH: the rows and the plan of before are still there, byte for byte.
kept() {
	[ -s "$work/$1/points" ] || return 0
	head -c "$(stat -c %s "$work/$1/points")" "$run/points.csv" | cmp - "$work/$1/points" &&
		plan_of | cmp - "$work/$1/plan"
}

# resumed BENCH: a run is killed and taken up again until it is finished, then the next one begins.
resumed() {
	local ended=0 word=scan left=$kills
	detector "$1" || return 1
	sed -i 's/channels: \[top\]$/channels: [top, mid]\n    order: shuffle/' "$work/$1/bench.yaml"
	while [ $left -gt 0 ] || [ $word = resume ]; do
		if [ $left -gt 0 ]; then
			left=$((left - 1))
			one "$1" $word $((20 + RANDOM % 900)) || return 1
		else
			"$PLATEAU" $word "$work/$1/bench.yaml" --quiet --log-dir "$work/$1/log" || return 1
		fi
		[ -n "$run" ] && [ -s "$run/points.csv" ] || continue
		kept "$1" || return 1
		if grep -q '^state: finished' "$run/run.yaml"; then
			whole "$1" && as_planned || return 1
			"$PLATEAU" verify "$run" || return 1
			rm -f "$work/$1/points"
			ended=$((ended + 1))
			word=scan
		elif "$PLATEAU" runs "$work/$1/data" --json | grep -q "$(basename "$run")"; then
			cp "$run/points.csv" "$work/$1/points" && plan_of >"$work/$1/plan"
			word=resume
		fi
	done
	echo "$ended runs were taken to their end"
	[ $ended -gt 0 ]
}

# checked COMMAND...: its words are few when it is right.
checked() {
	"$@" >"$work/$2.say" 2>&1 || { cat "$work/$2.say" && return 1; }
	echo "$(grep -c '^state=' "$work/$2.say") runs checked"
}

ways=(new_scans resumed new_scans resumed resumed)
for i in 1 2 3 4 5; do
	lane "case_3 killed $kills times, ${ways[i - 1]}, bench $i" checked "${ways[i - 1]}" kill_$i
done
lanes_end
finish
