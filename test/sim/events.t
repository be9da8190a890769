#!/bin/bash
# Raw events of a scan against the simulator's truth log: every event of every window exactly once.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-events.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# scans NAME SIM-OPTIONS: a scan that stores its events, and is the truth.
scans() {
	mkdir -p "$work/$1"
	cat >"$work/$1/bench.yaml" <<EOF
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?truth=$work/$1/truth.csv&$2"
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
      btm: {id: 3, threshold: 295}
scans:
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: {time: 300 ms}
    settle: 60 ms
    events: yes
EOF
	"$PLATEAU" scan "$work/$1/bench.yaml" threshold --quiet --log-dir "$work/$1/log" \
		>"$work/$1/out" 2>&1 &&
		"$TOOLS/events_check" "$work/$1"/data/*/run_0001 "$work/$1/truth.csv" >>"$work/$1/out" 2>&1 &&
		"$TOOLS/files_check" "$work/$1"/data/*/run_0001 >>"$work/$1/out" 2>&1 && return
	sed 's/^/# /' "$work/$1/out" | head -40
	return 1
}
listed() { sed -n '/^files:/,/^errors:/p' "$work"/legacy/data/*/run_0001/run.yaml | grep -qx -e '- events.csv'; }
none_missing() { ! grep -q 'not in events.csv' "$work"/*/data/*/run_0001/audit.csv; }
edge='edge=300&width=8&noise=2'
holds every_event_of_legacy_lines_is_stored_once scans legacy "seed=3&rate=250&$edge&protocol=binary&binary_delay=2"
holds events_csv_is_listed_in_run_yaml listed
holds every_event_of_json_lines_is_stored_once scans json "seed=4&rate=100&$edge&protocol=text&format=json&baud=0&reply_delay=20"
holds five_thousand_events_a_second_are_stored_once scans fast "seed=5&rate=5000&$edge&protocol=text&format=json&baud=0&reply_delay=20"
holds no_event_is_missing none_missing
finish
