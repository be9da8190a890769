#!/bin/bash
# Recordings against the simulators' truth: exact books under each overflow policy on a disk that
# makes rows wait, ends, two at once and one beside a scan, what a kill costs, the same rows in every sink, and a
# reader of --stdout that is slow.
# shellcheck source=test/tap.sh disable=SC2016,SC2317
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-record.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1

# bench NAME RECORDING...: an oven and a detector, each of a recording's keys with its name before.
bench() {
	local name=$1
	shift
	mkdir -p "$name"
	{
		cat <<END
bench: $name
workspace: ./data
devices:
  oven:
    driver: modbus
    profile: watlow-ez-zone-pm
    port: "sim:ezzone?delay=0&noise=0.5&truth=$work/$name/oven.csv"
    baud: 115200
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=2&boot=no&protocol=binary&binary_delay=2&truth=$work/$name/det.csv"
    protocol: binary
    channels: {top: {id: 1, threshold: 290}, mid: {id: 2, threshold: 300}}
scans:
  threshold: {set: det.threshold, channels: [top], range: {start: 285, stop: 305, step: 5}, dwell: {time: 300 ms}, settle: 60 ms}
recordings:
END
		printf '  %s\n' "$@"
	} >"$name/bench.yaml"
}
word() { "$PLATEAU" "$1" "$2/bench.yaml" --log-dir "$2/log" "${@:3}"; }
record() { word record "$@" >"$1/out" 2>"$1/err" </dev/null; }
# slow NAME: the same on a disk that has no room for a while, so that the rows have to wait
slow() {
	FAULT_DIR="$work/$1" FAULT_OPS=write FAULT_AT=25 FAULT_MS=1500 FAULT_ERRNO=ENOSPC LD_PRELOAD="$TOOLS/fault_shim.so" \
		"$PLATEAU" record "$1/bench.yaml" --log-dir "$1/log" >"$1/out" 2>"$1/err" </dev/null
}
exits() { "${@:2}"; local have=$?; [ $have = "$1" ] || { echo "# exit $have"; sed 's/^/# /' "$3/err"; false; }; }
folder() { ls -d "$1"/data/2*/run_000"${2:-1}"; }
book() { sed -n "/^books:/,/^[a-z]/s/^ *$2: //p" "$(folder "$1" "${3:-1}")/run.yaml"; }
right() {
	"$TOOLS/readings_check" "$(folder "$1" "${2:-1}")" "$work/$1/oven.csv" >"$1/check" || { sed 's/^/# /' "$1/check"; false; }
}
verifies() { "$PLATEAU" verify "$(folder "$1" "${2:-1}")" >"$1/verify" 2>&1 || { sed 's/^/# /' "$1/verify"; false; }; }
has_rows() { [ "$(cat "$1"/data/2*/run_0001/readings.csv 2>/dev/null | wc -l)" -gt "$2" ]; }

# ---- overflow

full=()
for policy in block drop_newest drop_oldest; do
	bench $policy "all: {rate: 40 Hz, time: 4 s, parameters: [oven.process_value], buffer: 4, flush: 100 ms, overflow: $policy}"
	(slow $policy; echo $? >$policy/code) &
	full+=($!)
done

# ---- a reader that stops, begun

bench reader 'all: {rate: 2000 Hz, time: 4 s, parameters: [det.events, det.top.hits, det.mid.hits]}'
mkfifo pipe
(record_to_pipe() { "$PLATEAU" record reader/bench.yaml --log-dir reader/log --stdout >pipe 2>reader/err </dev/null; }
record_to_pipe; echo $? >reader/code) &
exec 3<pipe

# ---- ends

bench stopped 'all: {rate: 20 Hz, parameters: [oven.process_value]}'
record stopped &
until_true has_rows stopped 20
stop() { word stop stopped >/dev/null 2>&1; }
holds "one without an end is stopped" stop
wait $!
holds "and then finished, with exact books" right stopped
holds "as its state says" grep -q '^state: finished' "$(folder stopped)/run.yaml"
bench cut 'all: {rate: 20 Hz, ticks: 1000, parameters: [oven.process_value]}'
record cut &
pid=$!
until_true has_rows cut 20
kill -TERM $pid
wait $pid
holds "terminated it ends with 143" [ $? = 143 ]
holds "interrupted, with exact books" right cut
holds "and its files hold" verifies cut
bench counted 'all: {rate: 20 Hz, ticks: 30, parameters: [oven.process_value, oven.setpoint], sinks: [csv, jsonl, sqlite]}'
holds "so many ticks" exits 0 record counted
holds "are as many, with exact books" right counted
holds "30 of them" grep -q '^slots=30 ' counted/check

# ---- sinks

holds "jsonl has the rows of csv" eval '[ "$(tail -n +2 "$(folder counted)/readings.csv" | wc -l)" = "$(wc -l <"$(folder counted)/readings.jsonl")" ]'
values_of_csv() { awk -F, 'NR > 1 && $17 != "gap" { print $1, $7, $10, $12 }' "$(folder counted)/readings.csv"; }
values_of_jsonl() {
	grep -v '"status":"gap"' "$(folder counted)/readings.jsonl" |
		sed 's/.*"tick":\([^,]*\),.*"parameter":"\([^"]*\)",.*"value":\([^,]*\),.*"t_mono_ns":\([^,]*\),.*/\1 \2 \3 \4/; s/null//g'
}
values_of_csv >csv
values_of_jsonl >jsonl
holds "with the same values and times" cmp csv jsonl
if command -v sqlite3 >/dev/null; then
	sqlite3 -separator ' ' "$(folder counted)/readings.sqlite" "select tick, parameter, cast(t_mono_ns as text) from readings where status <> 'gap' order by rowid" >sqlite
	holds "sqlite has the same rows" eval 'cut -d" " -f1,2,4 csv | cmp - sqlite'
else
	echo "# no sqlite3 here: its rows are counted by the unit tests"
fi
holds "verify holds with all of them" verifies counted
# says_bad NAME WHAT: of a copy of the run in which that was done verify says it is bad.
copy=$work/copy
says_bad() {
	rm -rf "$copy"
	cp -r "$(folder counted)" "$copy"
	eval "$2"
	"$PLATEAU" verify "$copy" >verdict 2>&1
	[ $? = 1 ] && grep -q "^  bad: $1: " verdict || { sed 's/^/# /' verdict; false; }
}
holds "each sink's file is sealed" [ "$(grep -c ',run.seal,readings\.' "$(folder counted)/audit.csv")" = 3 ]
holds "a changed line of jsonl is found" says_bad readings.jsonl 'sed -i "5s/tick/tock/" "$copy/readings.jsonl"'
next_line=$(($(wc -l <"$(folder counted)/readings.jsonl") + 1))
holds "so is one more" says_bad "readings.jsonl:$next_line" 'echo "{}" >>"$copy/readings.jsonl"'
holds "a changed page of sqlite is found" says_bad readings.sqlite \
	'printf X | dd of="$copy/readings.sqlite" bs=1 seek=9000 conv=notrunc status=none'
holds "so are rows beside it" says_bad readings.sqlite-wal 'echo rows >"$copy/readings.sqlite-wal"'
holds "so is a file that is not there" says_bad readings.sqlite 'rm "$copy/readings.sqlite"'

# ---- two at once, and beside a scan

bench both 'one: {rate: 20 Hz, time: 3 s, parameters: [oven.process_value]}' \
	'two: {rate: 5 Hz, time: 3 s, parameters: [oven.process_value, oven.setpoint, det.events]}'
"$PLATEAU" serve both/bench.yaml --log-dir both/log >both/serve 2>&1 </dev/null &
serve=$!
until_true word status both
word record both one >both/one 2>&1 </dev/null &
one=$!
word record both two >both/two 2>&1 </dev/null &
two=$!
scan_beside() { word scan both threshold >both/scan 2>both/err </dev/null; }
holds "a scan beside two recordings ends well" scan_beside
wait $one
holds "so does the first" [ $? = 0 ]
wait $two
holds "and the second" [ $? = 0 ]
kill $serve
wait $serve
scan=$(dirname "$(ls both/data/2*/run_*/points.csv)")
holds "the scan's counts are the truth" eval '"$TOOLS/truth_check" "$scan" both/det.csv >check || { sed "s/^/# /" check; false; }'
holds "its files agree" eval '"$TOOLS/files_check" "$scan" >check || { sed "s/^/# /" check; false; }'
for run in 1 2 3; do
	[ "$(folder both $run)" = "$scan" ] || holds "books and values of recording $run are exact" right both $run
done

# ---- killed

bench killed 'all: {rate: 20 Hz, parameters: [oven.process_value], flush: 500 ms, sinks: [csv, jsonl, sqlite]}'
"$PLATEAU" record killed/bench.yaml --log-dir killed/log >killed/out 2>killed/err </dev/null &
pid=$!
until_true has_rows killed 20
kill -9 $pid
wait $pid 2>/dev/null
end=$(awk -F, 'NR > 1 && $2 == "reply" { t = $1 } END { print t }' killed/oven.csv 2>/dev/null)
last=$(awk -F, 'END { print $12 }' killed/data/2*/run_0001/readings.csv)
holds "the simulator tells what it answered last" [ -n "$end" ]
holds "a kill costs the rows of one flush at most" [ $(((end - last) / 1000000)) -le 1000 ]
"$PLATEAU" runs killed/data >/dev/null 2>&1
holds "what is there is whole and true" right killed
holds "and can be verified" verifies killed
holds "what it could not seal is said" grep -q 'not proved: readings.csv:2: .*its writer died' killed/verify
holds "of each sink" grep -q 'not proved: readings.sqlite: it is not sealed: its writer died' killed/verify

# ---- the reader, its end

until_true grep -q '^state: finished' reader/data/2*/run_0001/run.yaml
cat <&3 >reader/lines
exec 3<&-
until_true [ -s reader/code ]
holds "a reader that stops holds nobody up" [ "$(cat reader/code)" = 0 ]
holds "the files have every row" eval '"$TOOLS/readings_check" "$(folder reader)" >check && grep -q "^slots=8000 " check || { sed "s/^/# /" check; false; }'
holds "it is told what it lost" grep -q '^{"lost":[0-9]*}' reader/lines
lost=$(sed -n 's/^{"lost":\([0-9]*\)}.*/\1/p' reader/lines | awk '{ n += $1 } END { print n + 0 }')
holds "exactly" [ $((lost + $(grep -c '^{"tick"' reader/lines))) = "$(($(wc -l <"$(folder reader)/readings.csv") - 1))" ]
echo "# $lost rows were lost to it"

# ---- overflow, its end

wait "${full[@]}"
for policy in block drop_newest drop_oldest; do
	holds "a disk that makes rows wait ends no recording: $policy" [ "$(cat $policy/code)" = 0 ]
	holds "its books are exact, its values the truth: $policy" right $policy
	holds "every slot is told: $policy" grep -q '^slots=160 ' $policy/check
	holds "verify holds: $policy" verifies $policy
done
holds "a slot that finds the queue full is not polled: block" [ "$(book block blocked)" -gt 0 ]
holds "the tick just read is thrown away: drop_newest" [ "$(book drop_newest dropped)" -gt 0 ]
holds "the oldest that waits is thrown away: drop_oldest" [ "$(book drop_oldest dropped)" -gt 0 ]
finish
