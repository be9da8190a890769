#!/bin/bash
# Raw events of a scan against the simulator's truth log: every event of every window exactly once.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in events

# scans NAME SIM-OPTIONS: a scan that stores its events, and is the truth.
scans() {
	bench_det "$work/$1" "sim:osechi?truth=$work/$1/truth.csv&$2" auto '290 300 295' <<EOF
  threshold:
    set: det.threshold
    channels: [top, btm]
    range: {start: 285, stop: 315, step: 10}
    dwell: {time: 300 ms}
    settle: 60 ms
    events: yes
EOF
	scan_of "$1" threshold --quiet && has_events "$1" && agree "$1" || told "$1"
}
listed() { sed -n '/^files:/,/^errors:/p' "$(folder legacy)/run.yaml" | grep -qx -e '- events.csv'; }
none_missing() { ! grep -q 'not in events.csv' "$work"/*/data/*/run_0001/audit.csv; }
edge='edge=300&width=8&noise=2'
holds every_event_of_legacy_lines_is_stored_once scans legacy "seed=3&rate=250&$edge&protocol=binary&binary_delay=2"
holds events_csv_is_listed_in_run_yaml listed
holds every_event_of_json_lines_is_stored_once scans json "seed=4&rate=100&$edge&protocol=text&format=json&baud=0&reply_delay=20"
holds five_thousand_events_a_second_are_stored_once scans fast "seed=5&rate=5000&$edge&protocol=text&format=json&baud=0&reply_delay=20"
holds no_event_is_missing none_missing
finish
