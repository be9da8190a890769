#!/bin/bash
# Programs around a scan: one that may refuse it, one that follows it. Through the built program.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in hooks

# bench NAME HOOKS
bench() {
	bench_det "$work/$1" 'sim:osechi?rate=250&noise=1&boot=no&reply_delay=5&reply_spread=5' text 290 <<EOF
  t: {set: det.threshold, channels: [top], range: {list: [290, 300]}, dwell: {time: 100 ms},
    settle: 60 ms, hooks: $2}
EOF
}
# program NAME FILE: the script on stdin, beside the bench file.
program() {
	{ echo '#!/bin/sh' && cat; } >"$work/$1/$2"
	chmod +x "$work/$1/$2"
}
# scan NAME WANTED-EXIT [OPTION...]
scan() {
	name=$1 wanted=$2
	shift 2
	scan_of "$name" t --json "$@"
	[ "$code" = "$wanted" ] && return
	echo "# exit $code, not $wanted"
	told "$name"
}
audits() { grep -q "$2" "$work/$1/data/$1.audit.csv"; }
sha() { sha256sum "$1" | cut -c1-64; }

bench good '{before: "before.sh one two", after: after.sh}'
program good before.sh <<'EOF'
cat >"$0.json"
echo "$@" >"$0.args"
pwd >"$0.pwd"
ls run.yaml points.csv audit.csv >"$0.files"
EOF
program good after.sh <<'EOF'
cat >"$0.json"
grep -m1 '^state:' run.yaml >"$0.state"
EOF
holds 'a scan with both hooks finishes' scan good 0 --label L1 --sample S1 --operator anna
run=$(folder good 0001)
holds 'the hook before it knows the run' says "$work/good/before.sh.json" '"hook":"before","run":'
holds 'the hook before it knows the plan' says "$work/good/before.sh.json" '"plan":{"name":"t","points":2'
holds 'the hook before it knows operator, label, sample' \
	says "$work/good/before.sh.json" '"operator":"anna","label":"L1","sample":"S1"'
holds 'its arguments come as they are' says "$work/good/before.sh.args" 'one two'
holds 'it runs in the run folder' says "$work/good/before.sh.pwd" "$run"
holds 'the files of the run are there by then' [ "$(wc -l <"$work/good/before.sh.files")" = 3 ]
holds 'it is audited with its hash' grep -q "hook,.*ok.*$(sha "$work/good/before.sh")" "$run/audit.csv"
holds 'it is audited before any write' \
	awk -F, '$5 == "hook" { seen = 1 } $5 == "set" && !seen { exit 1 }' "$run/audit.csv"
holds 'the hook after it gets the result' says "$work/good/after.sh.json" '"hook":"after"'
holds 'the run has its last word by then' says "$work/good/after.sh.state" 'state: finished'
holds 'what came of it stands in status/' says "$run/status/after-hook.yaml" 'outcome: ok'
holds 'with its hash' says "$run/status/after-hook.yaml" "$(sha "$work/good/after.sh")"
holds 'the answer has the callbacks in order' \
	grep -q '"callbacks":\[{"id":"status","outcome":"ok".*{"id":"after-hook","outcome":"ok","exit":0' \
	"$work/good/out"
holds 'the bench audits it' audits good "hook,.*run_0001,.*ok,.*$(sha "$work/good/after.sh")"
holds 'the files agree' agree good

bench no '{before: before.sh}'
program no before.sh <<'EOF'
echo 'first line'
echo 'HV is off' >&2
exit 3
EOF
holds 'a hook that says no refuses the run' scan no 1
holds 'the refusal says what the hook said' says "$work/no/err" 'exit status 3: HV is off'
holds 'no folder is left' no_folder no
holds 'no device was written' [ "$(wc -l <"$work/no/data/no.threshold_operations.csv")" = 1 ]
holds 'the number stays used' [ -e "$work/no/data/.plateau/runs/0001" ]
holds 'the bench audits the refusal' audits no "hook,.*run_0001,.*failed,.*exit status 3"

bench slow '{before: before.sh, time_limit: 300 ms}'
program slow before.sh <<'EOF'
trap '' TERM
sleep 100 &
echo $! >"$0.pid"
wait
sleep 100
EOF
holds 'a hook that takes too long refuses the run' scan slow 1
holds 'the refusal says so' says "$work/slow/err" 'took longer than its time limit'
holds 'what it started is ended with it' \
	until_true sh -c "! kill -0 $(cat "$work/slow/before.sh.pid") 2>/dev/null"

bench stop '{before: before.sh}'
program stop before.sh <<'EOF'
touch "$0.began"
exec sleep 100
EOF
holds 'a run is stopped while its hook runs' eval '
	"$PLATEAU" scan "$work/stop/bench.yaml" t --log-dir "$work/stop/log" >"$work/stop/out" 2>&1 & pid=$!
	until_true test -e "$work/stop/before.sh.began" && kill -TERM $pid; wait $pid; [ $? = 143 ]'
holds 'no folder is left of it' no_folder stop

bench gone '{after: missing.sh}'
holds 'a program that is not there is a wrong bench' scan gone 2
holds 'and is named' says "$work/gone/err" 'missing.sh'
holds 'check finds it' eval '! "$PLATEAU" check "$work/gone/bench.yaml" 2>"$work/gone/check" && says "$work/gone/check" missing.sh'

bench crash '{after: [after.sh, "a b"], time_limit: 20 s}'
program crash after.sh <<'EOF'
echo "$1" >"$0.word"
printf 'bell \007 and tab\n' >&2
kill -SEGV $$
EOF
holds 'a hook that crashes after a run changes nothing of it' scan crash 0
run=$(folder crash 0001)
holds 'the crash is the outcome' grep -q '"outcome":"failed","exit":null,"signal":11' "$work/crash/out"
holds 'what it said is escaped' says "$run/status/after-hook.yaml" 'bell \x07 and tab'
holds 'words of a list are not split' says "$work/crash/after.sh.word" 'a b'
holds 'the run is as it was' says "$run/run.yaml" 'state: finished'

bench late '{after: after.sh, time_limit: 300 ms}'
program late after.sh <<'EOF'
exec sleep 100
EOF
holds 'a hook that hangs after a run is ended' scan late 0
holds 'and that is a timeout' grep -q '"id":"after-hook","outcome":"timeout"' "$work/late/out"

bench loud '{after: after.sh}'
program loud after.sh <<'EOF'
head -c 3000000 /dev/zero | tr '\0' x
echo
echo last words
EOF
holds 'a hook that says a lot is read to its end' scan loud 0
holds 'and its last words are kept' says "$(folder loud 0001)/status/after-hook.yaml" 'last words'

bench odd '{before: before.sh}'
printf 'no program\n' >"$work/odd/before.sh" && chmod +x "$work/odd/before.sh"
holds 'a file that is no program refuses the run' scan odd 1
holds 'no folder is left of that' no_folder odd
finish
