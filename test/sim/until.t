#!/bin/bash
# A scan whose axis takes its time: it counts only where a reading has come to its set value and
# stayed there; else the point is left out, somebody is asked, or the scan ends.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in until
cd "$work" || exit 1
plateau() { "$PLATEAU" "$@" --log-dir "$work/log"; }

for name in det aux; do
	"$PLATEAU" sim osechi rate=100 boot=no protocol=text threshold=300 link="$work/$name.port" >$name.path &
	until_true test -e $name.port
done
{
	cat <<EOF
bench: until
workspace: ./data
devices:
  det:
    driver: osechi
    port: $work/det.port
    channels: {top: {id: 1, threshold: 290}}
  aux:
    driver: osechi
    port: $work/aux.port
    channels: {side: {id: 1, threshold: 295}, other: {id: 2, threshold: 296}}
scans:
EOF
	scan() { # NAME UNTIL ELSE
		echo "  $1: {set: aux.side.threshold, channels: [top], measure: [det.top.hits], range: {list: [280, 300]}," \
			"dwell: {time: 50 ms}, settle: {until: $2, within: 0.5, for: 200 ms, at_most: 3 s, else: $3}}"
	}
	scan arrives aux.side.threshold stop
	scan skips aux.other.threshold skip
	scan stops aux.other.threshold stop
	scan asks aux.other.threshold ask
} >bench.yaml
points() { cut -d, -f2,3,11,17,24 data/2*/run_000$1/points.csv; }

plateau scan bench.yaml arrives --quiet >out 2>err
holds 'points are counted where the reading has arrived' eval '[ "$(points 1 | grep -c ",ok")" = 2 ]'
waited() { # between the confirmed write and the window, in ms, at the least
	awk -F, '$5 == "set" && $9 == "ok" && $6 ~ /side/ { t = $3 } END { print t }' data/2*/run_0001/audit.csv
}
holds 'each only after it had stayed there' eval '
	t0=$(awk -F, "END { print \$7 }" data/2*/run_0001/points.csv); [ $(((t0 - $(waited)) / 1000000)) -ge 200 ]'

# aux.other stays at 300: the first point is never reached, the second is from the start
plateau scan bench.yaml skips --quiet >out 2>err
holds 'else: skip leaves the point out and goes on' eval '[ "$(points 2 | tail -n +2 | cut -d, -f1,5 | tr "\n" " ")" = "1,out_of_tolerance 2,ok " ]'
holds 'without counts' eval 'points 2 | grep -q "^1,1,280,,out"'
holds 'and says what was read' eval 'grep -q "aux.other.threshold" data/2*/run_0002/points.csv'
plateau scan bench.yaml skips --quiet >out 2>err
holds 'its exit status is 4' eval '[ '$?' = 4 ]'

plateau scan bench.yaml stops --quiet >out 2>err
holds 'else: stop ends the run with 3' eval '[ '$?' = 3 ]'
holds 'and puts the setting back' eval '[ "$("$PLATEAU" get bench.yaml aux.side.threshold --json | grep -o "\"value\":[0-9]*")" = "\"value\":300" ]'

plateau scan bench.yaml asks --detach >out 2>err
paused() { "$PLATEAU" status bench.yaml --json | grep -q '"state":"paused"'; }
holds 'else: ask pauses the run' until_true paused
plateau skip bench.yaml >out 2>err
plateau resume bench.yaml >out 2>err
plateau wait bench.yaml --quiet >out 2>err
holds 'and goes on when it is told to' eval 'says out finished'
for run in 1 2 3 4 5; do
	holds "the files of run $run agree" "$PLATEAU" verify bench.yaml $run
done
finish
