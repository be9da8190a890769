#!/bin/bash
# trace: yes of a device: what went over its line, in a file of its own beside plateau.log.
# shellcheck source=test/bench.sh disable=SC2317
. "$(dirname "$0")/../bench.sh"
work_in trace

cat >"$work/bench.yaml" <<EOF
bench: traced
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=100&noise=1&boot=no&garbage=20&format=legacy"
    protocol: text
    channels: {top: {id: 1, threshold: 290}, mid: {id: 2, threshold: 300}}
scans:
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 200 ms}
    settle: 60 ms
EOF
trace=$work/log/det.trace.log
scan() { "$PLATEAU" scan "$work/bench.yaml" threshold --log-dir "$work/log" "$@" >"$work/out" 2>"$work/err" </dev/null; }
rows() { grep -c "$1" "$trace"; } # rows PATTERN
is_utc() {
	[ -s "$trace" ] && ! grep -vE '^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}Z ([<>][ +]|! ) ' "$trace"
}
# The replies behind the first row that was sent with TEXT.
answers() { awk -v asked="$1" 'found && / <  [{]/ { print } index($0, asked) { found = 1 }' "$trace"; }

holds "without trace nothing is traced" scan
holds "and there is no file" [ ! -e "$trace" ]
holds "a traced scan ends well" scan --set devices.det.trace=yes
holds "each row has its time in UTC and its direction" is_utc
holds "each threshold that was written is there as it was sent" [ "$(rows '> .*SET_THRESHOLD')" -ge 5 ]
holds "its newline too, escaped" grep -q '> .*SET_THRESHOLD.*\\x0a$' "$trace"
answers SET_THRESHOLD >"$work/answers"
holds "the replies stand behind it" says "$work/answers" '"threshold"'
events() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "events") c = i; next } { n += $c } END { print n + 0 }' \
	"$(printf '%s\n' "$work"/data/2*/run_* | tail -1)/points.csv"; }
holds "every event that was counted is there" [ "$(rows '<  [^{].*\\x0a$')" -ge "$(events)" ]
holds "some were" [ "$(events)" -gt 0 ]
holds "no byte of the device reaches the file raw" [ "$(LC_ALL=C grep -c '[^ -~]' "$trace")" = 0 ]
holds "bytes that are no text are escaped" grep -q ' <  .*\\x[89a-f]' "$trace"
holds "only the account and its group may read it" [ "$(stat -c %a "$trace")" = 640 ]
holds "nothing was lost, none is said" says_not "$work/log/plateau.log" "missing in its trace"
before=$(stat -c %s "$trace")
scan --set devices.det.trace=yes
holds "the next engine goes on behind it" [ "$(stat -c %s "$trace")" -gt "$before" ]
ln -sf "$work/elsewhere" "$work/planted"
mv "$work/planted" "$trace"
holds "case_22 a link in its place is not followed, and stops no scan" scan --set devices.det.trace=yes
holds "case_22 it is said" says "$work/log/plateau.log" "det is not traced"
holds "case_22 nothing was made behind it" [ ! -e "$work/elsewhere" ]
finish
