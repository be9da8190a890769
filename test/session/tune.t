#!/bin/bash
# plateau tune: the value with the wanted rate is found, kept or put back, whatever happens
# meanwhile; the simulator's own log tells what it really held.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in tune

# noise of channel 1: 2000 Hz at 275, less by e each 6 steps; 500 Hz between 283 and 284
# place NAME [OPTION...]: a detector and a bench of its own; the script goes there.
place() {
	mkdir "$work/$1" && cd "$work/$1" || exit 1
	local name=$1
	shift
	"$PLATEAU" sim osechi rate=0 noise=2000 noise_at=280 boot=no threshold=290 reply_delay=5 \
		reply_spread=5 baud=0 link="$PWD/port" truth="$PWD/truth.csv" duration=300 "$@" >sim.out &
	until_true test -e port
	bench=$PWD/bench.yaml
	bench_det . "$PWD/port" text '290 300' </dev/null
	sed -i "s/^bench: .*/bench: $name/; /^scans:/d" bench.yaml
}
tune() { run tune bench.yaml det.top --log-dir "$PWD/log" "$@"; }
# held VALUE: the detector itself was last told so, by its own log.
held() {
	local last
	last=$(awk -F, '$2 == "threshold" && $9 == 1 { v = $11 } END { print v }' truth.csv)
	[ "${last:-290}" = "$1" ] || { echo "# it holds $last" && false; }
}
kept() { grep -A1 'path: det.top.threshold' "data/$(basename "$PWD").state.yaml" | grep -q "value: $1\$"; }
owes_nothing() { grep -q '^pending_restore: null' "data/$(basename "$PWD").state.yaml"; }
owes() { grep -A4 '^pending_restore:' "data/$(basename "$PWD").state.yaml" | grep -q "value: $1\$"; }
# Each write of the audit: `sent`, then what came of it; as many results as rows of operations.
audited() {
	awk -F, '$5 == "tune" || $5 == "restore" {
			if ($9 == "sent") { open++; sent++ }
			else if ($9 != "kept" && $9 != "restored") { open--; done++ }
			if (open < 0 || open > 1) exit 1 }
		END { exit !(sent > 0 && open == 0) }' "data/$(basename "$PWD").audit.csv" &&
		[ "$(awk -F, '($5 == "tune" || $5 == "restore") && $9 != "sent" && $9 != "kept" && $9 != "restored"' \
			"data/$(basename "$PWD").audit.csv" | wc -l)" = \
			"$(($(wc -l <"data/$(basename "$PWD").threshold_operations.csv") - 1))" ]
}

finds_and_puts_back() {
	place found
	tune --rate 500Hz --max-time 1s
	ends_with 0 && says out '500 Hz' && says out 'is put back to 290' && held 290 && kept 290 && owes_nothing && audited
}
keeps_with_yes() {
	place kept
	tune --rate 500Hz --max-time 1s --yes --json
	ends_with 0 || return
	local value
	value=$(sed -n 's/.*"before":290,"value":\([0-9]*\),"kept":true.*/\1/p' out)
	within "$value" 282 285 && held "$value" && kept "$value" && owes_nothing && audited &&
		[ "$("$PLATEAU" get bench.yaml det.top.threshold --json | sed 's/.*"value":\([0-9]*\).*/\1/')" = "$value" ]
}
a_rate_in_minutes_is_one() {
	place minutes
	tune --rate 30000/min --max-time 1s
	ends_with 0 && says out '500 Hz'
}
ends_at_the_range() {
	place range
	tune --rate 2Hz --max-time 1s --low 285 --high 295 --yes
	ends_with 1 && says out 'stays above the target 2 Hz up to the end at 295' && held 290 && kept 290
}
refuses_what_is_wrong() {
	place wrong
	tune && ends_with 2 && says err 'which rate is wanted' || return
	tune --rate 5V && ends_with 2 && says err 'Hz' || return
	tune --rate 0Hz && ends_with 2 || return
	tune --rate 5Hz --low 300 --high 200 && ends_with 2 && says err 'no range' || return
	tune --rate 5Hz --high 5000 && ends_with 2 && says err 'outside' || return
	run tune bench.yaml det.up --rate 5Hz --log-dir "$PWD/log"
	ends_with 2 || return
	run tune bench.yaml det.temperature --rate 5Hz --log-dir "$PWD/log"
	ends_with 2 && held 290 && [ ! -e data/wrong.threshold_operations.csv ] ||
		[ "$(wc -l <data/wrong.threshold_operations.csv)" = 1 ]
}
# slowly: a target that is not told in a minute; its process is $tuner, the first step is made.
begun() { grep -q ',tune,.*,ok,' "data/$(basename "$PWD").audit.csv"; }
slowly() {
	"$PLATEAU" tune bench.yaml det.top --log-dir "$PWD/log" --rate 0.01Hz --max-time 60s --low 286 >out 2>err &
	tuner=$!
	until_true begun
}
interrupted_puts_back() {
	place interrupted
	slowly
	kill -INT $tuner
	wait $tuner
	code=$?
	ends_with 3 && says out 'is put back to 290' && held 290 && owes_nothing && audited
}
terminated_puts_back() {
	place terminated
	slowly
	kill -TERM $tuner
	wait $tuner
	code=$?
	ends_with 143 && held 290 && owes_nothing && audited
}
serving() {
	"$PLATEAU" serve bench.yaml --log-dir "$PWD/log" >serve.out 2>&1 &
	engine=$!
	until_true "$PLATEAU" status bench.yaml
}
killed_client_puts_back() {
	place client
	serving
	slowly
	kill -KILL $tuner
	until_true owes_nothing && held 290 && audited && kill $engine
}
other_words_are_refused_meanwhile() {
	place others
	serving
	slowly
	run set bench.yaml det.top.threshold=280
	ends_with 1 && says err 'a `tune` is under way' || return
	kill -INT $tuner
	wait $tuner
	until_true held 290 && kill $engine
}
killed_engine_owes_it() {
	place engine
	slowly
	kill -KILL $tuner
	wait $tuner 2>/dev/null
	held 290 >held.out && return 1
	owes 290 || return
	tune --rate 500Hz --max-time 1s
	ends_with 0 && says err 'is written first' && held 290 && owes_nothing
}
case_43_a_refused_write_is_tried_again() {
	place refused 'fault=refuse:nth=2'
	tune --rate 500Hz --max-time 1s
	ends_with 0 && says err 'refused' && held 290 && owes_nothing && audited
}
case_43_writes_that_stay_unconfirmed_end_it() {
	place unconfirmed 'fault=echo:by=1:at=295'
	tune --rate 2Hz --max-time 1s --low 286
	ends_with 1 && says err 'mismatch' && says out 'is put back to 290' && held 290 && audited
}
case_36_garbage_instead_of_a_reply_is_no_confirmation() {
	place garbled 'fault=garble:nth=2'
	tune --rate 500Hz --max-time 1s
	ends_with 0 && held 290 && owes_nothing && audited
}
case_26_it_waits_for_a_detector_that_is_unplugged() {
	place unplugged 'fault=unplug:nth=2:replug=1'
	tune --rate 500Hz --max-time 1s
	ends_with 0 && says_not err 'NOT put back' && held 290 && owes_nothing && audited &&
		grep -q ',lost,' data/unplugged.audit.csv
}
case_26_a_detector_gone_for_good_is_owed() {
	place gone 'fault=unplug:from=2.5'
	slowly
	until_true grep -q ',lost,' data/gone.audit.csv
	kill -TERM $tuner
	wait $tuner
	says err 'NOT put back to 290' && owes 290
}

wide=8
for name in finds_and_puts_back keeps_with_yes a_rate_in_minutes_is_one ends_at_the_range \
	refuses_what_is_wrong interrupted_puts_back terminated_puts_back killed_client_puts_back \
	other_words_are_refused_meanwhile killed_engine_owes_it case_43_a_refused_write_is_tried_again \
	case_43_writes_that_stay_unconfirmed_end_it case_36_garbage_instead_of_a_reply_is_no_confirmation \
	case_26_it_waits_for_a_detector_that_is_unplugged case_26_a_detector_gone_for_good_is_owed; do
	lane "$name" "$name"
done
lanes_end
finish
