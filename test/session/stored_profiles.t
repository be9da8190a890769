#!/bin/bash
# A run stands by itself: it keeps the profiles of its devices, a scan that is resumed or repeated
# goes by them, and a profile file that has changed since is told and wants a yes.
# shellcheck source=test/tap.sh disable=SC2016,SC2317
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-profiles.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_STATE_HOME=$work/state

"$PLATEAU" sim ezzone tau=0.4 dead=0.1 noise=0.01 duration=120 link="$work/line" \
	truth="$work/truth.csv" >/dev/null &
until_true [ -L line ]
cp "$here/share/profiles/watlow-ez-zone-pm.yaml" mine.yaml
cp mine.yaml as_it_was.yaml
cat >bench.yaml <<END
bench: oven
workspace: ./data
devices:
  oven: {driver: modbus, profile: ./mine.yaml, port: $work/line}
  twin: {driver: modbus, profile: $work/mine.yaml, port: $work/line, unit: 2}
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&protocol=binary&binary_delay=2&seed=2"
    protocol: binary
    channels: {top: {id: 1, threshold: 290}}
recordings:
  slow: {rate: 10 Hz, ticks: 3, parameters: [oven.setpoint]}
scans:
  heat:
    set: oven.setpoint
    channels: [top]
    range: {start: 100 C, stop: 103 C, step: 1 C}
    dwell: {time: 200 ms}
    memory: volatile
END
run() { "$PLATEAU" "$@" --log-dir log >out 2>err </dev/null; }
exits() {
	local want=$1 have
	shift
	"$@"
	have=$?
	[ $have = "$want" ] || { echo "# exit $have"; sed 's/^/# /' out err; false; }
}
sum() { sha256sum <"$1" | cut -d' ' -f1; }
yaml() { cat data/2*/run_000"$1"/run.yaml; }
has_points() { [ "$(cat data/2*/run_0001/points.csv 2>/dev/null | wc -l)" -gt 2 ]; }
# profile_of RUN: the text it keeps.
profile_of() { yaml "$1" | sed -n '/^profiles:/,/^bench_text:/p' | sed '1,/^  text: /d; $d; s/^    //'; }
setpoints() { awk -F, '$2 == "write" && $8 == 7001 { printf "%s ", $11 }' truth.csv; }

"$PLATEAU" scan bench.yaml --log-dir log >/dev/null 2>&1 </dev/null &
pid=$!
until_true has_points
kill -9 $pid
wait $pid 2>/dev/null
holds "a run keeps the text of a profile" [ "$(profile_of 1)" = "$(cat mine.yaml)" ]
holds "once, though two devices share it" [ "$(yaml 1 | grep -c '^  text: |')" = 1 ]
holds "with its SHA-256 at each" [ "$(yaml 1 | grep -c "profile_sha256: '$(sum mine.yaml)'")" = 2 ]

before=$(setpoints)
sed -i 's/^title: .*/title: another oven/' mine.yaml
holds "a resume with another profile file is refused" exits 2 run resume bench.yaml
holds "both sums are said" eval 'grep -q "profile, SHA-256, of oven: $(sum as_it_was.yaml | cut -c1-60)" err &&
	grep -q "$(sum mine.yaml | cut -c1-60) now" err'
holds "nothing was written for it" [ "$(setpoints)" = "$before" ]
holds "the run is as it was" eval 'yaml 1 | grep -qx "state: running"'

holds "with --force the run goes on" exits 0 run resume bench.yaml --force
holds "to its end" eval 'yaml 1 | grep -qx "state: finished"'
holds "and keeps the profile it began with" [ "$(profile_of 1)" = "$(cat as_it_was.yaml)" ]
holds "its files are sound" exits 0 run verify bench.yaml 1
holds "they agree" eval '"$TOOLS/files_check" data/2*/run_0001 >check || { sed "s/^/# /" check; false; }'

holds "whose warnings say what the oven went by" eval 'yaml 1 | grep -q "oven goes by another profile.*$(sum mine.yaml)"'

sed -i 's/^title: .*/title: a third oven/' mine.yaml
holds "nor is a scan like the run begun with another profile file" exits 2 run scan bench.yaml --like 1
holds "which is said" says err "profile, SHA-256, of oven"
holds "with --force it is" exits 0 run scan bench.yaml --like 1 --force
holds "which is kept with it" [ "$(profile_of 2)" = "$(cat as_it_was.yaml)" ]
holds "a recording keeps the profile of its day" exits 0 run record bench.yaml slow
holds "as it is in the file" [ "$(profile_of 3)" = "$(cat mine.yaml)" ]

setpoint_of() { awk -F, -v t="$1" '$2 == "write" && $8 == 7001 && $11 == t' truth.csv | wc -l; }
cp as_it_was.yaml mine.yaml
"$PLATEAU" scan bench.yaml --log-dir log >/dev/null 2>&1 </dev/null &
pid=$!
until_true eval '[ "$(cat data/2*/run_0004/points.csv 2>/dev/null | wc -l)" -gt 2 ]'
kill -9 $pid
wait $pid 2>/dev/null
had=$(setpoint_of 103)
sed -i 's/^  process_value:$/  newcomer: {register: 1904, type: f32, unit: "%", access: r, instances: {count: 2, step: 70}}\n&/
	s/^  setpoint:$/  another: {register: 1906, type: f32, unit: "%"}\n&/' mine.yaml
holds "a profile may gain parameters before those of a run" [ "$(grep -c 'newcomer:\|another:' mine.yaml)" = 2 ]
holds "the run goes on for all that" exits 0 run resume bench.yaml --force
holds "with the parameter it had by name" [ "$(setpoint_of 103)" = $((had + 1)) ]
holds "and nothing else was written" eval '! awk -F, "\$2 == \"write\" && \$8 != 7001 && \$8 != 17051" truth.csv | grep -q .'
last_ok() { awk -F, 'NR > 1 { q[$2] = $24; r[$2] = $13 } END { for (i in q) n += q[i] == "ok" && r[i] == 99 + i; print n }'; }
holds "all its points are confirmed" [ "$(last_ok <"$(echo data/2*/run_0004/points.csv)")" = 4 ]
holds "its settings are the set points" eval 'grep -q "^start,oven.setpoint,100" data/2*/run_0004/settings.csv &&
	grep -q "^end,oven.setpoint,100" data/2*/run_0004/settings.csv'
sed -i '/^  setpoint_in_force:$/,/^  control_mode:$/{/^  control_mode:$/!d}' mine.yaml
holds "but not when one of them is gone" exits 2 run scan bench.yaml --like 4 --force
holds "which is said" says err "parameters that are not all there"

cp data/2*/run_0001/run.yaml kept.yaml
sed -i 's/^    title: .*/    title: forged/' data/2*/run_0001/run.yaml
holds "a profile changed in a run is found" exits 1 run verify bench.yaml 1
holds "and named" says out "profile of oven"
finish
