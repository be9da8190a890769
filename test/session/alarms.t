#!/bin/bash
# Readings beyond their limits: told, audited, and what becomes of the run. An oven that heats up from
# the room leaves its low limits and reaches its high ones, whatever the machine's speed.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-alarms.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT

# bench NAME SPEED OVEN-LINES: from 22 C it is at 40 C after 5 s, at 60 C after 8 s, at 70 C after 10 s
# of its own time.
bench() {
	mkdir -p "$work/$1" && cd "$work/$1" || exit 1
	cat >bench.yaml <<END
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&seed=3&reply_delay=5&reply_spread=5"
    protocol: text
    channels: {top: {id: 1, threshold: 290}}
  oven:
    driver: modbus
    profile: watlow-ez-zone-pm
    port: "sim:ezzone?start=cold&setpoint=100&speed=$2&noise=0"
    refresh: 20 Hz
$3
scans:
  t: {set: det.threshold, channels: [top], range: {start: 281, stop: 300, step: 1}, dwell: {time: 100 ms}, settle: 30 ms}
END
}
plateau() { "$PLATEAU" "$@" --log-dir log 2>err </dev/null; }
run() { # its words are in out and err, its status in $code
	plateau "$@" >out
	code=$?
}
folder() { echo "$PWD"/data/*/run_0001; }
levels() { awk -F, '$5 == "alarm" && $6 == "oven.process_value" { print $9 }' "$1" | tr '\n' ' '; }

bench warns 2 '    limits: {process_value: {low: 40 C, high: 80 C, hysteresis: 0.5 C}}'
run scan t
holds 'a warning leaves the run alone' [ $code = 0 ]
holds 'each change of level is said' says err 'oven.process_value at '
holds 'with the limit' says err 'beyond low, 40 C'
holds 'and stands in the audit of the run' eval 'levels "$(folder)/audit.csv" | grep -q "^low "'
holds 'and in that of the bench' eval 'levels data/warns.audit.csv | grep -q "^low "'
holds 'every point of the run counts' [ "$(grep -c ',ok,' "$(folder)/points.csv")" = 20 ]

bench pauses 1 '    limits: {process_value: {lolo: 60 C, hysteresis: 0.5 C}}
    on_alarm: pause
    resume_after: 300 ms'
run scan t
holds 'an alarm pauses the run, which goes on by itself' [ $code = 0 ]
holds 'the pause says why' says err 'paused: alarm: oven.process_value is beyond lolo'
holds 'and so does the audit' eval 'grep -q ",run.pause,.*alarm: oven.process_value is beyond lolo" "$(folder)/audit.csv"'
holds 'the level is left by the value' [ "$(levels "$(folder)/audit.csv")" = "lolo ok " ]
holds 'nothing was counted while it lasted' awk -F, '
	FNR == 1 { file++ }
	file == 1 && $5 == "alarm" { at[$9] = $3 }
	file == 2 && FNR > 1 && $24 == "ok" { n++; if ($7 < at["ok"] && $7 + $14 * 1e9 > at["lolo"]) bad = 1 }
	END { exit bad || n != 20 || !at["ok"] }' "$(folder)/audit.csv" "$(folder)/points.csv"
holds 'the files agree' "$TOOLS/files_check" "$(folder)"

bench stops 1 '    limits: {process_value: {hihi: 70 C}}
    on_alarm: stop'
run scan t --set scans.t.dwell.time=2s
holds 'an alarm ends the run where that is wanted' [ $code = 3 ]
holds 'its settings are put back' eval 'grep -q ",restore,det.top.threshold,.*,ok," "$(folder)/audit.csv"'
holds 'and it says why' says err 'stopped by the alarm of oven.process_value'

bench shown 30 '    limits: {process_value: {hihi: 30 C, hysteresis: 1 C}}'
"$PLATEAU" serve bench.yaml --log-dir log >/dev/null 2>&1 &
serve=$!
until_true "$PLATEAU" status # a get that comes first would be the engine itself
until_true eval '"$PLATEAU" get oven.process_value >/dev/null 2>&1'
beyond() { "$PLATEAU" status >now 2>/dev/null && grep -q '^! alarm .*oven.process_value is beyond hihi, 30 C' now; }
holds 'status shows what is beyond its limits' until_true beyond
holds 'and its object' eval '"$PLATEAU" status --json | grep -q "\"alarms\":\[{\"path\":\"oven.process_value\",\"level\":\"hihi\",\"alarm\":true,\"limit\":30,\"unit\":\"C\""'
kill "$serve"
wait "$serve"
finish
