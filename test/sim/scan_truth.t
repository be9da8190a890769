#!/bin/bash
# Scans of a simulated detector against its truth log: for every point exactly the events whose line
# left inside the counting window (within 5 ms of an edge either side), and the threshold that the
# detector really had, and files that agree with each other - in both write protocols, both event formats, every form of reply, with
# garbage, split and interleaved replies.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in truth

# bench NAME PROTOCOL SIM-OPTIONS: a bench file with a scan of two channels, four points each.
bench() {
	bench_det "$work/$1" "sim:osechi?truth=$work/$1/truth.csv&$3" "$2" '290 300 295' <<EOF
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: {time: 150 ms}
    settle: 60 ms
EOF
}

# scans NAME PROTOCOL SIM-OPTIONS: the scan ends well and every point is the truth.
scans() {
	bench "$@"
	scan_of "$1" threshold --quiet
	is_true "$1" && agree "$1" && [ "$code" = 0 ] && return
	echo "exit $code"
	told "$1"
}

fast='rate=250&edge=300&width=8&noise=2&binary_delay=2'
prompt='reply_delay=20&reply_spread=20'
rows=(
	"binary_legacy|binary|$fast&protocol=binary|binary writes, legacy lines"
	"binary_raw|binary|$fast&protocol=binary&echo=raw|binary writes, raw echoes"
	"binary_hex|binary|$fast&protocol=binary&echo=hex|binary writes, hex echoes"
	"binary_json|binary|$fast&protocol=both&reply=json&format=json&baud=0|binary writes answered in JSON, JSON lines"
	"text_160|text|$fast&protocol=text&firmware=1.6.0&$prompt|text writes, firmware 1.6.0"
	"text_171|text|$fast&protocol=text&firmware=1.7.1&$prompt|text writes, firmware 1.7.1"
	"text_1115|text|$fast&protocol=text&firmware=1.11.5&format=json&baud=0&$prompt|text writes, firmware 1.11.5, JSON lines"
	"text_117|text|$fast&protocol=text&format=json&baud=0|text writes, firmware 1.17.0, JSON lines, replies 130 to 200 ms apart"
	"auto_text|auto|$fast&protocol=text&format=json&baud=0&$prompt|protocol auto finds text"
	"auto_binary|auto|$fast&protocol=binary&boot=start|protocol auto finds binary by its event lines"
	"noisy_binary|binary|$fast&protocol=binary&boot=start&debug=5&stray=5&garbage=5&eol=crlf|binary with boot text, DEBUG, half lines and garbage"
	"noisy_text|text|$fast&protocol=text&debug=5&stray=5&garbage=5&$prompt|text with DEBUG, half lines and garbage"
	"split_binary|binary|$fast&protocol=binary&fault=split|binary with replies in pieces"
	"split_text|text|$fast&protocol=text&fault=split&$prompt|text with replies in pieces"
	"interleaved|binary|$fast&protocol=binary&reply_gap=40|binary with event lines between the reply lines"
)

wide=3 # a scan waits most of its time
for row in "${rows[@]}"; do
	IFS='|' read -r name protocol options text <<<"$row"
	lane "every event counted once: $text" scans "$name" "$protocol" "$options"
done
lanes_end
finish
