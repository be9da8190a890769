#!/bin/bash
# Instruments that answer late, by halves, wrongly or not at all while they are recorded, and clocks
# that jump meanwhile: every value that is stored is the simulator's truth, every slot is accounted
# for, and other devices keep their cadence. The numbers are those of the failure cases.
# shellcheck source=test/tap.sh disable=SC2016,SC2317
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-instruments.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1

# line NAME [KEY=VALUE...]: controllers of their own, at $work/NAME.line or, on TCP, at its address.
line() {
	local name=$1
	shift
	"$PLATEAU" sim ezzone noise=0.5 duration=120 link="$work/$name.line" truth="$work/$name.csv" \
		"$@" >"$work/$name.port" &
	until_true [ -s "$work/$name.port" ]
}
port() { if grep -q '^tcp:' "$1.port"; then cat "$1.port"; else echo "$work/$1.line"; fi; }
# device NAME LINE [KEYS]: one line of a bench file.
device() { echo "  $1: {driver: ${driver:-modbus}, profile: watlow-ez-zone-pm, port: \"$(port "$2")\"${3:+, $3}}"; }
# bench NAME DEVICES [KEYS-OF-RECORDING]: records the process value of all of them.
bench() {
	mkdir -p "$1"
	cat >"$1/bench.yaml" <<END
bench: $1
workspace: ./data
devices:
$2
recordings:
  all: {parameters: [$(sed -n 's/^  \([a-z0-9_]*\): .*/\1.process_value/p' <<<"$2" | paste -sd, | sed 's/,/, /g')], ${3:-rate: 5 Hz, time: 4 s}}
END
}
record() {
	env ${shim:+LD_PRELOAD="$TOOLS/clock_shim.so" CLOCK_SHIM="$work/$shim.shift"} \
		"$PLATEAU" record "$1/bench.yaml" --log-dir "$1/log" "${@:2}" >"$1/out" 2>"$1/err" </dev/null
}
begin() { (record "$@"; echo $? >"$1/code") & }
get() { "$PLATEAU" get "$1/bench.yaml" --log-dir "$1/log" "${@:2}" >"$1/out" 2>"$1/err" </dev/null; }
# ends NAME CODE
ends() {
	until_true [ -s "$1/code" ] || until_true [ -s "$1/code" ] || until_true [ -s "$1/code" ]
	[ "$(cat "$1/code")" = "$2" ] || { sed 's/^/# /' "$1/out" "$1/err"; false; }
}
folder() { ls -d "$1"/data/*/run_0001; }
rows() { cat "$1"/data/*/run_0001/readings.csv; }
# right NAME [DEVICE=LINE...]: books and values are the truth; what was counted stands in NAME/check.
right() {
	"$TOOLS/readings_check" "$(folder "$1")" "${@:2}" >"$1/check" || { sed 's/^/# /' "$1/check"; false; }
}
counted() { sed -n "s/.* $2=\([0-9]*\).*/\1/p" "$1/check"; }
# book NAME KEY: of run.yaml; those of lists by their own names
book() { sed -n "/^books:/,/^[a-z]/s/^ *$2: //p" "$(folder "$1")/run.yaml"; }
# missed NAME: slots that a busy machine cost, in a tick or in a look for the screen; nothing else on
# the line is excused
missed() {
	local looked
	looked=$(rows "$1" | sed -n 's/.*,gap,n=\([0-9]*\); refresh\(,.*\)*$/\1/p' | awk '{ sum += $1 } END { print sum + 0 }')
	echo $(($(book "$1" overrun) + looked))
}
struck() { grep -q ',fault,' "$1.csv"; }
reason() { rows "$1" | grep -qE ",(missing|invalid|stale),[^,]*($2)" || { rows "$1" | grep -v ,ok, | head -5 | sed 's/^/# /'; false; }; }
has_rows() { [ "$(rows "$1" 2>/dev/null | wc -l)" -gt "$2" ]; }

# ---- they all go on at the same time

for bus in rtu tcp stdbus; do
	line "late_$bus" "bus=$bus" 'fault=late:ms=250:nth=17'
	driver=modbus keys="timeout: 200 ms"
	[ $bus != stdbus ] || driver=stdbus
	bench "late_$bus" "$(device oven "late_$bus" "$keys")" 'rate: 4 Hz, time: 5 s'
	begin "late_$bus"
done
driver=modbus
once='timeout: 200 ms, retries: 0'
line cut 'fault=cut:every=6:from=1.5'
bench cut "$(device oven cut "$once")"
line garble 'fault=garble:every=6:from=1.5'
bench garble "$(device oven garble "$once")"
line foreign 'fault=foreign:every=6:from=1.5'
bench foreign "$(device oven foreign "$once")"
line echoed 'fault=echoed'
bench echoed "$(device oven echoed "$once")"
bench stripped "$(device oven echoed "$once, echo: yes")"
line busy 'fault=busy:every=6:from=1.5'
bench busy "$(device oven busy "timeout: 200 ms")"
line slow delay=130
bench slow "$(device oven slow "timeout: 500 ms")" 'rate: 10 Hz, time: 4 s'
line eight units=8 'fault=dead:unit=5:from=3:until=5'
bench eight "$(for unit in 1 2 3 4 5 6 7 8; do device "u$unit" eight "unit: $unit, timeout: 150 ms, baud: 115200"; done)" \
	'rate: 2 Hz, time: 12 s'
line fast units=8 delay=0 'fault=dead:unit=5:from=3:until=5'
bench fast "$(for unit in 1 2 3 4 5 6 7 8; do device "u$unit" fast "unit: $unit, timeout: 300 ms, baud: 115200"; done)" \
	'rate: 5 Hz, time: 9 s'
line pulled 'fault=unplug:from=3:replug=3'
line beside
bench pulled "$(device oven pulled "timeout: 200 ms"; device other beside "timeout: 200 ms")" 'rate: 5 Hz, time: 10 s'
for name in eight fast pulled cut garble foreign stripped busy slow; do begin "$name"; done
printf '%-63s\n' '0 0' | tee forward.shift back.shift >asleep.shift
line clocks
for way in forward back asleep; do
	line "at_$way"
	bench "$way" "$(device oven "at_$way")" 'rate: 10 Hz, time: 4 s'
	shim=$way begin "$way"
done
line stopped
bench stopped "$(device oven stopped "timeout: 500 ms")" 'rate: 10 Hz, time: 7 s'
"$PLATEAU" record stopped/bench.yaml --log-dir stopped/log >stopped/out 2>stopped/err </dev/null &
engine=$!

until_true has_rows forward 8; printf '%-63s\n' '3600 0' 1<>forward.shift
until_true has_rows back 8; printf '%-63s\n' '-3600 0' 1<>back.shift
until_true has_rows asleep 8; printf '%-63s\n' '7200 7200' 1<>asleep.shift
until_true has_rows stopped 8
kill -STOP $engine
read -r -t 3 _ <> <(:) || true
kill -CONT $engine

# ---- late, by halves, wrong

for bus in rtu tcp stdbus; do
	holds "case_34_one_late_reply_on_${bus}_ends_no_recording" ends "late_$bus" 0
	holds "case_34_it_was_late_on_$bus" struck "late_$bus"
	holds "case_34_no_value_is_another_questions_on_$bus" right "late_$bus" "$work/late_$bus.csv"
	# a slot that a busy machine missed is told
	holds "case_34_all_others_are_there_on_$bus" [ $(($(counted "late_$bus" compared) + $(missed "late_$bus"))) -ge 17 ]
	[ $bus != rtu ] || holds case_34_it_is_told grep -q "after its time-out" late_rtu/log/plateau.log
done
holds case_35_half_replies_end_no_recording ends cut 0
holds case_35_each_is_in_the_books [ $(($(book cut unanswered) + $(book cut protocol))) -ge 2 ]
holds case_35_and_no_value right cut "$work/cut.csv"
holds case_36_damaged_replies_end_no_recording ends garble 0
holds case_36_each_is_counted [ "$(book garble protocol)" -gt 0 ]
holds case_36_no_value_is_made_of_one right garble "$work/garble.csv"
holds case_36_the_row_says_crc reason garble crc
holds case_36_its_bytes_are_kept_escaped grep -q 'x[0-9A-Fa-f][0-9A-Fa-f]' "$(folder garble)/device.log"
holds case_38_replies_of_another_unit_end_no_recording ends foreign 0
holds case_38_no_value_is_made_of_one right foreign "$work/foreign.csv"
holds case_38_the_difference_is_named reason foreign 'unit [0-9]'
holds case_37_an_echo_is_no_answer eval '! get echoed oven.process_value'
holds case_37_it_is_called_one eval 'cat echoed/out echoed/err | grep -q "looks like an echo"'
holds case_37_where_the_line_echoes_it_is_stripped ends stripped 0
holds case_37_and_the_values_are_right right stripped "$work/echoed.csv"
holds case_37_all_of_them [ $(($(counted stripped compared) + $(missed stripped))) = 20 ]
holds case_39_a_busy_instrument_is_asked_again ends busy 0
holds case_39_it_was_busy struck busy
holds case_39_its_values_are_right right busy "$work/busy.csv"
holds case_39_and_none_is_missing [ "$(counted busy failed)" = 0 ]
line illegal
bench illegal "$(device oven illegal "retries: 3")"

holds case_39_a_register_that_is_none_is_refused eval '! get illegal oven.@9999:u16'
holds case_39_by_its_name eval 'cat illegal/out illegal/err | grep -qi "illegal data address"'
holds case_39_and_is_not_asked_again [ "$(awk -F, '$2 == "request" && $13 ~ /^0103270F/' illegal.csv | wc -l)" = 1 ]

line swapped order=high_low
bench swapped "$(device oven swapped)"
get swapped oven.process_value
holds case_40_another_order_of_words_is_seen_at_the_start eval 'cat swapped/out swapped/err swapped/log/plateau.log | grep -q "word.order"'
holds case_40_and_no_value_of_it_is_stored eval '! grep -qE "[0-9]e[-+]?[0-9]" swapped/out'

# ---- slow, dead, pulled

holds case_50_a_poll_longer_than_the_interval_ends_no_recording ends slow 0
holds case_50_slots_that_are_missed_are_counted [ "$(book slow overrun)" -gt 0 ]
holds case_50_on_the_same_grid_with_the_right_values right slow "$work/slow.csv"
holds case_50_all_slots_are_told [ "$(counted slow slots)$(sed -n 's/^slots=\([0-9]*\).*/\1/p' slow/check)" = 40 ]
holds case_49_a_dead_unit_ends_no_recording ends eight 0
holds case_49_its_books_and_the_values_of_all_are_right right eight "$work/eight.csv"
polled=$((24 - $(missed eight)))
for unit in 1 2 3 4 6 7 8; do
	holds "case_49_unit_${unit}_has_every_slot" [ "$(counted eight "u$unit")" = $polled ]
done
holds case_49_the_dead_one_is_asked_less [ "$(rows eight | grep -c '^[0-9]*,[0-9]*,[0-9]*,u5,.*,missing,')" -lt 8 ]
holds case_49_its_gap_stands_in_the_file eval 'rows eight | grep -q "^[0-9]*,[0-9]*,,u5,.*,gap,n=[0-9]*; silent"'
holds case_49_it_is_back_at_full_rate [ "$(rows eight | awk -F, '$4 == "u5" && $1 >= 21 && $17 == "ok"' | wc -l)" = 3 ]
holds case_49_a_time_out_longer_than_the_period_ends_no_recording ends fast 0
holds case_49_books_and_values_are_right_all_the_same right fast "$work/fast.csv"
polled=$((45 - $(missed fast)))
for unit in 1 2 3 4 6 7 8; do
	holds "case_49_unit_${unit}_has_every_slot_of_the_fast_one" [ "$(counted fast "u$unit")" = $polled ]
done
holds case_49_asking_whether_it_is_back_costs_no_slot eval '! rows fast | grep -q ",gap,.*probing"'
holds case_49_it_is_back_all_the_same [ "$(rows fast | awk -F, '$4 == "u5" && $1 >= 42 && $17 == "ok"' | wc -l)" -ge 2 ]
holds case_26_a_pulled_cable_ends_no_recording ends pulled 0
holds case_26_one_disconnect [ "$(book pulled disconnects)" = 1 ]
holds case_26_a_gap_stands_in_the_file eval 'rows pulled | grep -q ",gap,n=[0-9]*; disconnected"'
holds case_26_books_and_values_are_right right pulled "oven=$work/pulled.csv" "other=$work/beside.csv"
holds case_26_the_other_device_has_every_slot [ "$(counted pulled other)" = 50 ]
holds case_26_the_loss_stands_in_the_audit grep -q ',recorder.disconnected,' "$(folder pulled)/audit.csv"
holds case_27_it_is_back_at_full_rate_behind_another_node [ "$(rows pulled | awk -F, '$4 == "oven" && $1 >= 44 && $17 == "ok"' | wc -l)" = 6 ]

# ---- clocks

utc() { rows "$1" | awk -F, 'NR > 1 && $13 != "" { print $13 }'; }
# steps NAME: by how much the wall column goes otherwise than the monotonic one, where it does
steps() {
	paste <(utc "$1" | date -f - +%s.%3N) <(rows "$1" | awk -F, 'NR > 1 && $13 != "" { print $12 }') |
		awk 'NR > 1 { d = ($1 - w) - ($2 - m) / 1e9; if (d > 1 || d < -1) printf "%.0f\n", d }
			{ w = $1; m = $2 }'
}
for way in forward:3600 back:-3600; do
	name=${way%:*}
	holds "case_67_a_step_${name}_ends_no_recording" ends "$name" 0
	holds "case_67_cadence_books_and_values_are_unchanged_$name" right "$name" "$work/at_$name.csv"
	holds "case_67_every_slot_is_told_$name" grep -q '^slots=40 ' "$name/check"
	holds "case_67_the_wall_column_steps_once_$name" [ "$(steps "$name")" = "${way#*:}" ]
	holds "case_67_latencies_are_unchanged_$name" eval 'rows "$name" | awk -F, "NR > 1 && \$16 != \"\" && (\$16 < 0 || \$16 > 60) { exit 1 }"'
	holds "case_70_all_times_are_utc_$name" eval '! utc "$name" | grep -qv "Z$"'
done
holds case_68_a_suspend_ends_no_recording ends asleep 0
holds case_68_it_is_a_gap_of_its_own eval 'rows asleep | grep -qE ",gap,\"?n=1; suspended for 7[12]"'
holds case_68_and_a_book [ "$(book asleep suspended)" = 1 ]
holds case_68_the_rest_is_as_ever right asleep "$work/at_asleep.csv"
wait $engine
holds case_71_a_machine_that_stands_still_ends_no_recording [ $? = 0 ]
holds case_71_what_it_missed_is_counted [ "$(missed stopped)" -ge 20 ]
holds case_71_told [ "$(rows stopped | grep -cE ',gap,n=[0-9]*; (overrun|refresh)')" -ge 1 ]
holds case_71_and_moves_no_slot right stopped "$work/stopped.csv"
holds case_71_all_slots_are_told grep -q '^slots=70 ' stopped/check
finish
