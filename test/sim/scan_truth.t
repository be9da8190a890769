#!/bin/bash
# Scans of a simulated detector against its truth log: for every point exactly the events whose line
# left inside the counting window (within 5 ms of an edge either side), and the threshold that the
# detector really had, and files that agree with each other - in both write protocols, both event formats, every form of reply, with
# garbage, split and interleaved replies.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-truth.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# bench NAME PROTOCOL SIM-OPTIONS: a bench file with a scan of two channels, four points each.
bench() {
	mkdir -p "$work/$1"
	cat >"$work/$1/bench.yaml" <<EOF
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?truth=$work/$1/truth.csv&$3"
    protocol: $2
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
      btm: {id: 3, threshold: 295}
scans:
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: {time: 150 ms}
    settle: 60 ms
EOF
}

# scans NAME: the scan ends well and every point is the truth.
scans() {
	"$PLATEAU" scan "$work/$1/bench.yaml" threshold --quiet --log-dir "$work/$1/log" \
		>"$work/$1/out" 2>"$work/$1/err"
	status=$?
	"$TOOLS/truth_check" "$work/$1"/data/*/run_0001 "$work/$1/truth.csv" >"$work/$1/check" 2>&1
	checked=$?
	"$TOOLS/files_check" "$work/$1"/data/*/run_0001 >>"$work/$1/check" 2>&1 || checked=1
	[ $status = 0 ] && [ $checked = 0 ] && return
	echo "# exit $status"
	sed 's/^/# /' "$work/$1/out" "$work/$1/err" "$work/$1/check" | head -40
	return 1
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

# Three at a time: a scan waits most of its time.
running=0
for row in "${rows[@]}"; do
	IFS='|' read -r name protocol options text <<<"$row"
	bench "$name" "$protocol" "$options"
	(scans "$name" >"$work/$name/say" 2>&1; echo $? >"$work/$name/rc") &
	running=$((running + 1))
	[ $((running % 3)) = 0 ] && wait
done
wait
for row in "${rows[@]}"; do
	IFS='|' read -r name protocol options text <<<"$row"
	cat "$work/$name/say"
	holds "every event counted once: $text" [ "$(cat "$work/$name/rc")" = 0 ]
done
finish
