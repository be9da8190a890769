#!/bin/bash
# What leaves for a device once a scan is to end, and what a scan makes of a line that takes nothing,
# of settings that take hold late and of channels that fail. Through the built program; what the
# device got is what the simulator wrote down. The numbers are those of the failure cases.
# shellcheck source=test/bench.sh disable=SC2317
. "$(dirname "$0")/../bench.sh"
work_in abort
set -m # background jobs keep their SIGINT

# bench NAME SIM-OPTIONS [SCAN-LINES]
bench() {
	local sim='sim:osechi?rate=250&noise=1&boot=no&reply_delay=20&reply_spread=10'
	bench_det "$work/$1" "$sim&truth=$work/$1/truth.csv&$2" "${protocol:-text}" '290 300' '    reply_timeout: 500 ms' <<EOF
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 250, stop: 350, step: 2}
    dwell: {time: 100 ms}
    settle: 30 ms
    retry: {tries: 2, wait: 50 ms}
$3
EOF
}
ends() {
	wait "$scan"
	code=$?
	[ $code = "$2" ] && agree "$1" && return
	echo "# exit $code, not $2"
	told "$1"
}
scan() { begin "$1" && ends "$1" "$2"; }
now_ns() { awk '{ printf "%.0f\n", $1 * 1e9 }' /proc/uptime; }
# The writes that the device took after a moment (CLOCK_MONOTONIC is the uptime here: no suspend).
written() { # written NAME SINCE-NS
	awk -F, -v since="$2" '$2 == "threshold" && $1 + 0 >= since { print $9 ":" $11 }' "$work/$1/truth.csv" | tr '\n' ' '
}

# ---- 53: after the end is asked for only the restore is written

# aborted NAME PROTOCOL RESTORE WORD...: the word ends the scan in a point. What was written from then on may
# begin with the setting that was under way; the rest is the restore and nothing else.
aborted() {
	local name=$1 protocol=$2 restore=$3
	shift 3
	bench "$name" "protocol=$protocol&threshold=285"
	begin "$name"
	until_true has_points "$name" 3 || return
	since=$(now_ns)
	"$@"
	wait "$scan"
	echo "# exit $?, then written: $(written "$name" "$since")"
	[[ " $(written "$name" "$since")" =~ ^( 1:[0-9]+)?\ $restore\ $ ]]
}
stop_now() { "$PLATEAU" stop --now "$work/$name/bench.yaml" >"$work/$name/stop" 2>&1; }
twice() { kill -INT "$scan"; until_true grep -q paused "$work/$name/err"; since=$(now_ns); kill -INT "$scan"; }
holds "case_53 stop --now: nothing but the restore is written, text" aborted now text '1:285 2:285' stop_now
holds "case_53 stop --now: nothing but the restore is written, binary" aborted now_binary binary '1:290 2:300' stop_now
holds "case_53 SIGTERM: nothing but the restore" aborted term text '1:285 2:285' eval 'kill -TERM "$scan"'
holds "case_53 ^C twice: nothing but the restore" aborted int binary '1:290 2:300' twice
# ---- 46: what is counted before a setting has taken hold

# At 300 and above nearly nothing passes, at 180 all does; the DAC takes a second to get there.
late="    range: {list: [180, 1023]}
    order: up
    suppress: 1023"
protocol=text bench early "rate=400&coincidence=0&noise=0&edge=290&width=4&dac_settle=1" "$late"
protocol=text bench later "rate=400&coincidence=0&noise=0&edge=290&width=4&dac_settle=1" "$late
    discard_first: 1200 ms"
sed -i '/range: {start/d; s|settle: 30 ms|settle: 40 ms|' "$work/early/bench.yaml" "$work/later/bench.yaml"
hits() { line_of "$1" hits | cut -d' ' -f"$2"; }
holds "case_46 without discard_first a point of a slow DAC is counted at the old setting" \
	eval 'scan early 0 && [ "$(hits early 1)" -lt 5 ]'
holds "case_46 with it no count of the old setting is in the next point" eval 'scan later 0 && [ "$(hits later 2)" = 0 ]'
holds "case_46 and each has all of its own" [ "$(hits later 1)" -gt 10 ]

# ---- 52: a line that takes no bytes

mkdir "$work/stuck"
"$PLATEAU" sim osechi rate=50 boot=no protocol=text reply_delay=20 reply_spread=10 duration=60 \
	link="$work/stuck/port" >"$work/stuck/path" &
until_true [ -L "$work/stuck/port" ]
protocol=text bench stuck ''
sed -i "s|port: .*|port: $work/stuck/port|; s|step: 2}|step: 20}|" "$work/stuck/bench.yaml"
begin stuck
until_true has_points stuck 1
flow() { perl -MPOSIX -e 'open my $port, "+<", $ARGV[0] or die; POSIX::tcflow(fileno($port), $ARGV[1] ? TCOON : TCOOFF) or die' "$work/stuck/port" "$1"; }
flow 0
invalid() { grep -q ',invalid,' "$(folder stuck)/points.csv"; }
until_true invalid
flow 1
holds "case_52 a line that takes nothing makes a point invalid, the scan goes on" ends stuck 4
holds "case_52 the row says what may be wrong" grep -q ',invalid,.*CTS low' "$(folder stuck)/points.csv"
holds "case_52 it is shown" says "$work/stuck/err" "CTS low"
holds "case_52 each write that failed is told so" grep -q 'CTS low' "$(folder stuck)/threshold_operations.csv"
holds "case_52 the other points are good" eval '[ "$(line_of stuck quality | grep -o ok | wc -l)" -ge 4 ]'

# ---- 57: nobody reads what is printed

bench pipe "protocol=text"
sed -i 's|step: 2}|step: 20}|' "$work/pipe/bench.yaml"
serve pipe
begin pipe
until_true has_points pipe 1
watched() { "$PLATEAU" watch "$work/pipe/bench.yaml" 2>/dev/null </dev/null | head -1 >"$work/pipe/first"; }
holds "case_57 a watch whose reader is gone ends" eval 'watched && [ -s "$work/pipe/first" ]'
holds "case_57 the engine and its run go on" ends pipe 0
kill "$serve"
wait "$serve"

# ---- 81: a channel fails

bench fails "protocol=text&threshold=285&fault=refuse:at=250:ch=1&fault=refuse:at=300:ch=1" "    give_up: 2"
sed -i 's|step: 2}|step: 50}|; s|channels: \[top\]|channels: [top, mid]|' "$work/fails/bench.yaml"
holds "case_81 a channel that fails ends, the next one is scanned" scan fails 4
holds "case_81 its later points are told as skipped" column_is fails quality "invalid invalid skipped ok ok ok"
holds "case_81 its error is in the result" grep -q 'error: .*' "$(folder fails)/run.yaml"
finish
