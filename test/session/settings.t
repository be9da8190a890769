#!/bin/bash
# The settings of a run: told, held against the devices, and put back.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in settings
mkdir "$work/settings" && cd "$work/settings" || exit 1
plateau() { "$PLATEAU" "$@" 2>err; }

"$PLATEAU" sim osechi rate=100 boot=no protocol=text seed=3 threshold=300 link="$work/port" >path &
until_true test -e port
bench_det . "$work/port" text '290 310' <<EOF
  short:
    set: det.threshold
    channels: [top]
    range: {list: [280, 300]}
    dwell: {time: 50 ms}
    settle: 60 ms
EOF

plateau set bench.yaml det.top.threshold=291 det.mid.threshold=311 >out
plateau scan bench.yaml --quiet >out
holds 'a run has its settings at both ends' eval '[ "$(cut -d, -f1-3 data/2*/run_0001/settings.csv)" = "when,path,value
start,det.top.threshold,291
start,det.mid.threshold,311
end,det.top.threshold,291
end,det.mid.threshold,311" ]'
holds 'the word shows them' eval 'plateau settings last >out && says out "det.top.threshold" && says out 291 && says out 311'
holds 'and as an object' eval 'plateau settings last --json >out && says out "{\"when\":\"start\",\"path\":\"det.top.threshold\",\"value\":291"'
holds 'nothing differs right after the run' plateau settings bench.yaml last --diff
holds 'and that is said' says err 'as it was at the start of run 1'

plateau set bench.yaml det.top.threshold=333 >out
plateau settings last --diff >out
# shellcheck disable=SC2034 # in what eval runs
code=$?
holds 'what was changed since is told with status 1' eval '[ $code = 1 ] && says out 333 && says out 291 && says_not out det.mid'
plateau settings last --diff --json >out
holds 'as an object too' says out '{"path":"det.top.threshold","run":291,"now":333'
holds 'they are put back, confirmed' eval 'plateau settings last --apply >out && says out "det.top.threshold" && says out ok'
holds 'then nothing differs' plateau settings last --diff
holds 'both at once make no sense' eval '! plateau settings last --diff --apply && says err "exclude each other"'
holds 'a run must be named' eval 'plateau settings; [ $? = 2 ]'
holds 'and be there' eval '! plateau settings 7 && says err "no run"'
rm data/2*/run_0001/settings.csv
holds 'a run without them says so' eval '! plateau settings 1 && says err settings.csv'

# ---- debts of an earlier run that the next one does not touch
"$PLATEAU" sim osechi rate=100 boot=no protocol=text seed=4 threshold=300 link="$work/port2" >path2 &
until_true test -e port2
cat >two.yaml <<EOF
bench: two
workspace: ./two
devices:
  det:
    driver: osechi
    port: $work/port
    channels: {top: {id: 1, threshold: 290}}
  aux:
    driver: osechi
    port: $work/port2
    channels: {side: {id: 1, threshold: 295}}
scans:
  side: {set: aux.side.threshold, channels: [top], measure: [det.top.hits], range: {list: [280, 285]}, dwell: {time: 30 s}}
  top: {set: det.threshold, channels: [top], range: {list: [280]}, dwell: {time: 50 ms}}
EOF
"$PLATEAU" scan two.yaml side --quiet --log-dir "$work/log" >out 2>&1 &
pid=$!
until_true grep -q 'point 1, attempt 1' two/2*/run_0001/audit.csv
kill -9 $pid
wait $pid 2>/dev/null
holds 'a killed run owes its settings' says two/two.state.yaml aux.side.threshold
holds 'a run of other settings ends well' plateau scan two.yaml top --quiet
holds 'and leaves that debt as it was' says two/two.state.yaml aux.side.threshold
plateau set two.yaml aux.side.threshold=300 >out
holds 'until somebody sets it' says two/two.state.yaml 'pending_restore: null'
finish
