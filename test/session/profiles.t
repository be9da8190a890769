#!/bin/bash
# The description of an instrument stands in each run that used it, and one that has changed since is
# told before a run goes on.
# shellcheck source=test/tap.sh
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-profiles.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
cp "$(dirname "$0")/../../share/profiles/watlow-ez-zone-pm.yaml" "$work/mine.yaml" && cd "$work" || exit 1
cat >bench.yaml <<'END'
bench: profiles
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&seed=3&reply_delay=5&reply_spread=5"
    protocol: text
    channels: {top: {id: 1, threshold: 290}}
  oven: {driver: modbus, profile: ./mine.yaml, port: "sim:ezzone?units=2", unit: 1}
  fridge: {driver: modbus, profile: ./mine.yaml, port: "sim:ezzone?units=2", unit: 2}
scans:
  t: {set: det.threshold, channels: [top], range: {list: [290, 295, 300]}, dwell: {time: 200 ms}, settle: 30 ms,
    readings: [oven.process_value]}
END
plateau() { "$PLATEAU" "$@" --log-dir log 2>err </dev/null; }
folder() { echo "$PWD"/data/*/run_0001; }
begun() { [ "$(wc -l <"$(folder)/points.csv")" -ge 2 ]; }
sum=$(sha256sum mine.yaml | cut -d' ' -f1)

plateau scan bench.yaml --set scans.t.dwell.time=10min >out &
scan=$!
until_true eval 'grep -q ",set,det.top.threshold,.*,ok," "$(folder)/audit.csv"'
plateau stop --now bench.yaml >out
wait $scan
holds 'a run says which description its instruments have' [ "$(grep -c "^  profile_sha256: .*$sum" "$(folder)/run.yaml")" = 2 ]
holds 'and has its text once' [ "$(grep -c "^  sha256: .*$sum" "$(folder)/run.yaml")" = 1 ]
text() { sed -n '/^profiles:/,/^[a-z]/p' "$(folder)/run.yaml" | sed -n '/^  text: |/,$p' | sed '1d;/^[a-z]/,$d;s/^    //'; }
holds 'all of it' eval 'text | cmp - mine.yaml'
holds 'which verify reads over' plateau verify 1

echo '# the seller says so' >>mine.yaml
plateau resume bench.yaml >out
holds 'a changed description is told before the run goes on' [ $? = 2 ]
holds 'for each instrument' says err 'profile, SHA-256, of oven'
plateau resume bench.yaml --force >out &
resume=$!
until_true grep -q ',run.resume,' "$(folder)/audit.csv"
plateau stop --now bench.yaml >/dev/null
wait $resume
holds 'and goes on where that is wanted' [ $? = 3 ]
finish
