# bench.sh - what scripts about scans have in common: a place to work, bench files of simulated
# detectors, words of the program, what its runs hold. Source it instead of tap.sh, which it
# sources; end with `finish`.
# shellcheck shell=bash
# shellcheck source=test/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"

# work_in NAME: makes the folder $work, which goes with the script (unless KEEP is set), as does all
# that the script started. What the program keeps of its own stays in it.
work_in() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-$1.XXXXXX") || exit 1
	trap 'kill $(jobs -p) 2>/dev/null; wait; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
	export XDG_STATE_HOME=$work/state
	unset PLATEAU_BENCH PLATEAU_OPERATOR
}

# ---- bench files

# bench_det FOLDER PORT PROTOCOL THRESHOLDS [LINES]: FOLDER/bench.yaml, named like the folder, with a
# detector `det`: its channels top, mid, btm have these thresholds, as many as are said; LINES are
# more of the device, or more devices. On stdin come its scans.
bench_det() {
	mkdir -p "$1"
	local threshold names=(top mid btm) id=0
	{
		cat <<END
bench: $(basename "$(realpath "$1")")
workspace: ./data
devices:
  det:
    driver: osechi
    port: "$2"
    protocol: $3
    channels:
END
		for threshold in $4; do
			echo "      ${names[id]}: {id: $((id + 1)), threshold: $threshold}"
			id=$((id + 1))
		done
		[ -z "${5:-}" ] || printf '%s\n' "$5"
		echo scans:
		cat
	} >"$1/bench.yaml"
}
# scan_lines LINES: lines with `;` between them, as those of a scan.
scan_lines() { tr ';' '\n' <<<"$1" | sed 's/^ */    /'; }

# bench_text FOLDER SCAN...: such a bench with those of its scans that are named: short, of three
# points, and long, of 101; each point takes 150 ms and its write.
bench_text() {
	local folder=$1 scan range
	shift
	for scan in "$@"; do
		case $scan in
		short) range='{start: 290, stop: 310, step: 10}' ;;
		*) range='{start: 250, stop: 350, step: 1}' ;;
		esac
		cat <<END
  $scan:
    set: det.threshold
    channels: [top]
    range: $range
    dwell: {time: 100 ms}
    settle: 50 ms
END
	done | bench_det "$folder" \
		'sim:osechi?rate=250&noise=1&boot=no&seed=3&threshold=285&reply_delay=20&reply_spread=10' text '290 300'
}

# ---- words of the program in the working directory, and its engine

# run WORDS...: its words are in out and err, its status in $code.
run() {
	"$PLATEAU" "$@" >out 2>err </dev/null
	code=$?
}
ends_with() { [ "$code" = "$1" ] || { echo "# exit $code" && sed 's/^/# /' out err | head -20 && false; }; }
# live: an engine is there; what it says of itself is in $answer. field NAME: of its run.
live() { answer=$("$PLATEAU" status ${bench:+"$bench"} --json 2>/dev/null); }
field() {
	live && sed 's/.*"run":{"run"/"run"/' <<<"$answer" | grep -o "\"$1\":[^,}]*" | head -n 1 | sed 's/^[^:]*://; s/"//g'
}
state_is() { [ "$(field state)" = "$1" ]; }
phase_is() { [ "$(field phase)" = "$1" ]; }
pid_of() { live && sed -n 's/.*"pid":\([0-9]*\).*/\1/p' <<<"$answer"; }
gone() { ! kill -0 "$1" 2>/dev/null; }
# run_folder NUMBER: of that run.
run_folder() { echo "$PWD"/data/*/run_"$1"; }

# ---- scans of the benches in $work, each in a folder of its name

# scan_of NAME [OPTION...]: a scan from its start to its end, which comes within ${limit:-120} s; its
# words are in out and err, its status in $code.
scan_of() {
	local at=$work/$1
	shift
	timeout "${limit:-120}" "$PLATEAU" scan "$at/bench.yaml" --log-dir "$at/log" "$@" \
		>"$at/out" 2>"$at/err" </dev/null
	code=$?
	return $code
}
# begin NAME: a scan in the background, its process is $scan.
begin() {
	"$PLATEAU" scan "$work/$1/bench.yaml" --log-dir "$work/$1/log" \
		>"$work/$1/out" 2>"$work/$1/err" </dev/null &
	scan=$!
}
# serve NAME: an engine of that bench that listens; its process is $serve.
serve() {
	local at=$work/$1
	"$PLATEAU" serve "$at/bench.yaml" --log-dir "$at/log" >"$at/serve" 2>&1 </dev/null &
	# shellcheck disable=SC2034 # for who sources this
	serve=$!
	until_true "$PLATEAU" status "$at/bench.yaml"
}
# folder NAME [NUMBER]: of its run. has_points NAME N: so many of its rows are there.
folder() { ls -d "$work/$1"/data/*/run_"${2:-0001}"; }
has_points() { [ "$(cat "$(folder "$1")/points.csv" | wc -l)" -gt "$2" ]; }
no_folder() { [ -z "$(ls -d "$work/$1"/data/*/run_* 2>/dev/null)" ]; }
# agree NAME [NUMBER]: the files of the run agree. is_true NAME [NUMBER]: they are what the simulator
# did. has_events NAME [SLACK]: each event of its windows is stored once.
agree() { "$TOOLS/files_check" "$(folder "$1" "${2:-}")" >>"$work/$1/check" 2>&1; }
is_true() { "$TOOLS/truth_check" "$(folder "$1" "${2:-}")" "$work/$1/truth.csv" >>"$work/$1/check" 2>&1; }
has_events() {
	"$TOOLS/events_check" "$(folder "$1")" "$work/$1/truth.csv" ${2:+"$2"} >>"$work/$1/check" 2>&1
}
# told NAME: what was said of it and of its files; fails.
told() {
	sed 's/^/# /' "$work/$1/out" "$work/$1/err" "$work/$1/check" 2>/dev/null | head -40
	return 1
}
# column NAME COLUMN [NUMBER]: a column of points.csv, one value a line. column_is NAME COLUMN VALUES:
# it is that, in one line.
column() {
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
		{ print $c }' "$(folder "$1" "${3:-}")/points.csv"
}
line_of() { column "$@" | tr '\n' ' '; }
column_is() { [ "$(line_of "$1" "$2")" = "$3 " ] || { echo "# $(line_of "$1" "$2")" && false; }; }
# put_back FOLDER ID:VALUE...: the last write to each of these channels was a success with that value.
put_back() {
	local at=$1 want last
	shift
	for want in "$@"; do
		last=$(awk -F, -v c="${want%:*}" '$2 == c { line = $4 ":" $5 } END { print line }' \
			"$at/threshold_operations.csv")
		[ "$last" = "${want#*:}:success" ] || { echo "# channel $want: $last" && return 1; }
	done
}
within() { awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x >= lo && x <= hi) }'; }

# ---- side by side

lane_names=()
# lane NAME COMMAND...: the command as a case of that name, at most ${wide:-8} side by side; lanes_end
# waits for all and tells them in their order.
lane() {
	local name=$1 lane_at=$work/lane.${#lane_names[@]}
	shift
	("$@" >"$lane_at.say" 2>&1; echo $? >"$lane_at.rc"; jobs -p | xargs -r kill 2>/dev/null; wait 2>/dev/null) &
	lane_names+=("$name")
	[ $((${#lane_names[@]} % ${wide:-8})) != 0 ] || wait
}
lanes_end() {
	local i
	wait
	for i in "${!lane_names[@]}"; do
		sed 's/^\(# \)\{0,1\}/# /' "$work/lane.$i.say"
		holds "${lane_names[i]}" [ "$(cat "$work/lane.$i.rc")" = 0 ]
	done
}
