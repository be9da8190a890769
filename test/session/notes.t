#!/bin/bash
# Notes on a run: with it, while it goes on, after it; found again; audited.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in notes
mkdir "$work/b1" && cd "$work/b1" || exit 1
bench_det . 'sim:osechi?rate=250&noise=1&boot=no&reply_delay=5&reply_spread=5' text 290 <<'EOF'
  t: {set: det.threshold, channels: [top], range: {list: [290, 300]}, dwell: {time: 100 ms}, settle: 60 ms}
  long: {set: det.threshold, channels: [top], range: {list: [290, 300]}, dwell: {time: 10 min}, settle: 60 ms}
EOF
plateau() { "$PLATEAU" "$@" --log-dir log 2>err </dev/null; }
# audited FILE TEXT: the chain of the file has a note row with it
audited() { grep ',note,' "$1" | says /dev/stdin "$2"; }
line_is_hashed() {
	hash=$(sed -n "$2p" "$1" | tr -d '\n' | sha256sum | cut -c1-64)
	grep ',note,' "$3" | grep -q "sha256 $hash"
}

holds 'a scan takes a note with it' eval 'plateau scan bench.yaml t --label old --operator anna --note "with source" >out'
run=$(echo data/*/run_0001)
holds 'it stands in notes.csv' says "$run/notes.csv" ',with source'
holds 'with a header' [ "$(head -1 "$run/notes.csv")" = timestamp,actor,text ]
holds 'and in the audit of the run' audited "$run/audit.csv" 'with source'
holds 'with the hash of its line' line_is_hashed "$run/notes.csv" 2 "$run/audit.csv"
holds 'run.yaml lists the file' says "$run/run.yaml" '- notes.csv'
cp "$run/run.yaml" yaml && cp "$run/points.csv" points && cp "$run/audit.csv" audit

holds 'a run that is over takes notes' eval 'plateau note last "the beam was off" >out'
holds 'these are in the audit of the bench' audited data/b1.audit.csv 'the beam was off'
holds 'with the hash of their line' line_is_hashed "$run/notes.csv" 3 data/b1.audit.csv
holds 'a later label, sample and operator are notes' eval 'plateau note 1 --label new --sample "NaI 2" --operator ben >out'
holds 'and hold from then on' eval 'plateau runs data --json >out && says out "\"label\":\"new\",\"sample\":\"NaI 2\"" && says out "\"operator\":\"ben\""'
holds 'what the run wrote is as it was' eval 'cmp yaml "$run/run.yaml" && cmp points "$run/points.csv" && cmp audit "$run/audit.csv"'
holds 'a run is named by its path too' eval 'plateau note "$run" "by path" >out'
holds 'its notes are shown' eval 'plateau note last >out && says out "the beam was off" && says out "label: new"'

# shellcheck disable=SC2034 # in what eval runs
odd=$'a, b "c"\nline two\r\n\xef\xbb\xbfBOM \\x41 ='
holds 'case_83_what_is_odd_is_one_line' eval 'plateau note last "$odd" >out && [ "$(tail -1 "$run/notes.csv" | wc -l)" = 1 ] &&
	tail -1 "$run/notes.csv" | says /dev/stdin "a, b \"\"c\"\"\\x0aline two\\x0d\\x0a\\xef\\xbb\\xbfBOM \\\\x41 ="'
holds 'case_83_and_comes_back_as_it_was' eval 'plateau note last --json >out &&
	says out "a, b \\\"c\\\"\\nline two\\u000d\\n\\ufeffBOM \\\\x41 ="'
holds 'a note that is empty is refused' eval '! plateau note last "" && says err "1 to 1023 bytes"'
holds 'a note that is too long is refused' eval '! plateau note last "$(head -c 2000 /dev/zero | tr "\0" x)"'
holds 'a run that is not there is refused' eval '! plateau note 99 x; [ $? = 0 ] && says err 99'

plateau scan bench.yaml t --label other >out
holds 'runs finds by note, whatever the case' eval 'plateau runs data --find "BEAM off" >out && says out run && [ "$(wc -l <out)" = 2 ]'
holds 'each word must be there' eval 'plateau runs data --find "beam other" >out; says err "no run with all of"'
holds 'it finds by label, scan and state' eval 'plateau runs data --find "other t finished" --json >out && says out "\"run\":2" && says_not out "\"run\":1,"'

"$PLATEAU" scan bench.yaml long --log-dir log >live.out 2>&1 </dev/null &
pid=$!
bench=bench.yaml until_true phase_is count
live=$(echo data/*/run_0003)
holds 'a live run takes notes through its engine' eval 'plateau note last "while it counts" >out'
holds 'they are in the audit of that run' audited "$live/audit.csv" 'while it counts'
holds 'a run that is over takes them through the engine too' eval 'plateau note 1 meanwhile >out'
holds 'into the audit of the bench' audited data/b1.audit.csv 'meanwhile'
mkdir -p other && sed 's/bench: b1/bench: b2/' bench.yaml >other/bench.yaml
sed -i "s|^bench_file: .*|bench_file: $PWD/other/bench.yaml|" "$live/run.yaml"
holds 'who cannot reach the owner is refused by its name' eval '! plateau note "$live" x && says err "pid $pid"'
kill -TERM $pid; wait $pid
holds 'the notes of the live run are listed' says "$live/run.yaml" '- notes.csv'
holds 'the files agree' "$TOOLS/files_check" "$run"
finish
