# shim.sh - scans of the built program whose disk or memory fails (test/tool/fault_shim.c), and
# what must hold after each. Source it after bench.sh; it makes $work.
# shellcheck shell=bash
: "${TOOLS:?set by make t}"
work_in shim
: "${work:?}"

# bench NAME [SCAN-LINES]: a folder with three short points.
bench() {
	bench_det "$work/$1" 'sim:osechi?rate=250&boot=no&protocol=text&reply_delay=2&reply_spread=1' text '290 310' <<END
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 20 ms}
    settle: 25 ms
${2:-}
END
}

# scan NAME [FAULT_…=…]: scans with that fault. Its words are in out and err, its status in code;
# `told` has one byte for each fault that struck. Nothing may hang: 40 s.
scan() {
	local at=$work/$1
	shift
	rm -f "$at/told"
	{
		timeout --preserve-status -k 40 -s TERM "${patience:-30}" env "$@" \
			${1:+LD_PRELOAD="$TOOLS/fault_shim.so"} FAULT_TOLD="$at/told" FAULT_DIR="$at/data" \
			"$PLATEAU" scan "$at/bench.yaml" --log-dir "$at/log" >"$at/out" 2>"$at/err" </dev/null
		echo $? >"$at/code"
	} 2>/dev/null # the shell says `Aborted`
}
said() { says "$work/$1/err" "$2"; }
ended() { [ "$(code "$1")" = "$2" ] || { echo "# ended with $(code "$1")" && sed 's/^/# /' "$work/$1/err" && false; }; }
yaml_says() { says "$(folder "$1")/run.yaml" "$2"; }
struck() { [ -s "$work/$1/told" ]; }
code() { cat "$work/$1/code"; }
# folder NAME: of its newest run, or nothing.
folder() { ls -d "$work/$1"/data/2*/run_* 2>/dev/null | tail -1; }
# counted NAME: rows with counts of all parts of points.csv, each index once.
counted() {
	awk -F, '$24 == "ok" { seen[$2] = 1 } END { for (i in seen) n++; print n + 0 }' \
		"$(folder "$1")"/points*.csv
}
shown() { grep -c '^\[[0-9]*/3\] .* hits' "$work/$1/err"; }

# sound NAME: what a faulty scan left, whatever it was: an end that the program chose, words when
# it is not a good one, files that agree with each other, every point that was shown.
sound() {
	local run killed=
	case $(code "$1") in
	0 | 1 | 2 | 3 | 4 | 143) ;;
	134) [ -n "${may_abort:-}" ] || { echo "aborted"; return 1; } ;;
	*) echo "ended with $(code "$1")"; return 1 ;;
	esac
	[ "$(code "$1")" = 0 ] || [ "$(code "$1")" = 134 ] || [ -s "$work/$1/err" ] || { echo "ended without a word"; return 1; }
	run=$(folder "$1")
	if [ -z "$run" ] || [ ! -e "$run/run.yaml" ]; then # it never began, and nothing was touched
		[ "$(shown "$1")" = 0 ] || { echo "points without a run"; return 1; }
		return 0
	fi
	grep -qE '^state: (finished|interrupted|crashed)' "$run/run.yaml" || killed=killed
	"$TOOLS/files_check" "$run" $killed || return 1
	[ "$(code "$1")" != 0 ] || grep -q '^state: finished' "$run/run.yaml" ||
		{ echo "exit 0 and not finished"; return 1; }
	[ "$(counted "$1")" -ge "$(shown "$1")" ] ||
		{ echo "$(shown "$1") points were shown, $(counted "$1") are there"; return 1; }
}

# recovers NAME: without the fault the next scan in that workspace is a good one, and puts back
# what the faulty one left.
recovers() {
	patience=30 scan "$1"
	[ "$(code "$1")" = 0 ] && "$TOOLS/files_check" "$(folder "$1")" ||
		{ echo "the next scan ended with $(code "$1")"; cat "$work/$1/err"; return 1; }
}

# each NAME FIRST STEP GROWTH FAULT_…=…: fails the FIRST-th call, then STEP further, the step growing
# by GROWTH per cent, until a scan ends without the fault having struck. Each in a new workspace.
each() {
	local name=$1 at=$2 step=$3 growth=$4 tries=0
	shift 4
	bench "$name"
	while :; do
		rm -rf "$work/$name/data"
		scan "$name" "$@" FAULT_AT="$at"
		tries=$((tries + 1))
		struck "$name" || break
		if ! { sound "$name" && { [ -n "${no_recovery:-}" ] || recovers "$name"; }; } >"$work/$name/why" 2>&1; then
			echo "# $* FAULT_AT=$at:"
			sed 's/^/# /' "$work/$name/why" "$work/$name/out" "$work/$name/err"
			ls "$(folder "$name")" | sed 's/^/# /'
			return 1
		fi
		at=$((at + step))
		step=$((step + (step * growth + 99) / 100))
	done
	[ $tries -gt 1 ] && [ "$(code "$name")" = 0 ] && sound "$name" &&
		echo "# $name: $tries scans, the last call is before $at"
}

# lanes: runs the lines of stdin, `NAME COMMAND...`, side by side, each a case.
lanes() {
	local name line
	while read -r name line; do
		[ -z "$name" ] || wide=1000 lane "$name" eval "$line"
	done
	lanes_end
}
