#!/bin/bash
# Instruments beside a detector, through the built program: values with their units and words, a
# memory that writes wear out, a scan over an oven's set point that settles by its temperature, two
# units on one line, raw registers, and profiles that are wrong. The simulator's truth log says what
# was really written, and how often its EEPROM was.
# shellcheck source=test/tap.sh disable=SC2016,SC2317
. "$(dirname "$0")/../tap.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/plateau-instruments.XXXXXX") || exit 1
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1

# ovens NAME [KEY=VALUE...]: controllers of their own, the line is $work/NAME, their truth NAME.csv.
ovens() {
	local name=$1
	shift
	"$PLATEAU" sim ezzone tau=0.4 dead=0.1 noise=0.01 duration=120 link="$work/$name" \
		truth="$work/$name.csv" "$@" >/dev/null &
	until_true [ -L "$work/$name" ]
}
# bench NAME LINE [SCAN-LINES [KEYS-OF-OVEN]]: an oven, and a detector that a scan counts.
bench() {
	mkdir -p "$1"
	cat >"$1/bench.yaml" <<END
bench: $1
workspace: ./data
devices:
  oven: {driver: modbus, profile: watlow-ez-zone-pm, port: $work/$2${4:+, $4}}
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&protocol=binary&binary_delay=2&seed=2"
    protocol: binary
    channels: {top: {id: 1, threshold: 290}}
scans:
  heat:
    set: oven.setpoint
    channels: [top]
    range: {start: 100 C, stop: 104 C, step: 2 C}
    dwell: {time: 200 ms}
    settle: {until: oven.process_value, within: 0.5 C, for: 300 ms, at_most: 20 s, else: stop}
    readings: {parameters: [oven.process_value], rate: 10 Hz}
$3
END
}
word() { local word=$1 name=$2; shift 2; "$PLATEAU" "$word" "$name/bench.yaml" --log-dir "$name/log" "$@"; }
get() { word get "$@" >out 2>err </dev/null; }
set_to() { word set "$@" >out 2>err </dev/null; }
scan() { word scan "$@" >"$1/out" 2>"$1/err" </dev/null; }
# exits CODE COMMAND...
exits() {
	local want=$1 have
	shift
	"$@"
	have=$?
	[ $have = "$want" ] || { echo "# exit $have"; sed 's/^/# /' err; false; }
}
folder() { ls -d "$1"/data/2*/run_000"${2:-1}"; }
# writes LINE [PARAMETER]: the values that were written; to the EEPROM or not.
writes() { awk -F, -v id="$2" '$2 == "write" && (id == "" || $8 == id) { printf "%s ", $11 }' "$1.csv"; }
kept() { awk -F, -v id="$2" '$2 == "write" && $13 == "eeprom" && (id == "" || $8 == id)' "$1.csv" | wc -l; }
column() {
	awk -F, -v name="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name || index($i, name "[") == 1) c = i; next }
		{ printf "%s ", $c }' "$(folder "$1" "$2")/points.csv"
}
agrees() { "$TOOLS/files_check" "$(folder "$1" "$2")" >check || { sed 's/^/# /' check; false; }; }
has_points() { [ "$(cat "$1"/data/2*/run_000"$2"/points.csv 2>/dev/null | wc -l)" -gt "$3" ]; }

# ---- get and set

ovens line.line
bench plain line.line
holds "values come with their units" exits 0 get plain oven.setpoint oven.process_value oven.heat_power
holds "a set point is what the oven holds" grep -qE '^oven.setpoint +100 +C' out
holds "of several instances each can be read" exits 0 get plain oven.2.setpoint oven.2.process_value
holds "a word is read where the profile has words" exits 0 get plain oven.control_mode --json
holds "it is the word and not its number" says out '"auto"'
holds "a raw register is read by its address" exits 0 get plain oven.@2488:u16
holds "as the number it holds" grep -qE '^oven.@2488:u16 +1331' out
holds "two of them are a float" exits 0 get plain oven.@2160:f32

holds "another unit is refused" exits 2 set_to plain "oven.setpoint=30 F" --yes
holds "the right one is named" says err 'use C'
holds "no unit is converted" exits 2 set_to plain "oven.setpoint=303 K" --yes
holds "a memory that wears out is not written unasked" exits 2 set_to plain "oven.setpoint=105 C"
holds "it is said why, and how" says err '--yes writes it; nothing was written'
holds "a word the parameter does not have is refused" exits 2 set_to plain oven.control_mode=sleep --yes
holds "a value beyond the oven's own limits is refused" exits 1 set_to plain "oven.setpoint=600 C" --yes
holds "with the limits" says out 'allows 0 to 500 C'
holds "none of these wrote anything" [ -z "$(writes line.line)" ]
holds "with --yes it is written" exits 0 set_to plain "oven.setpoint=105 C" --yes
holds "once" [ "$(writes line.line) $(kept line.line)" = "105  1" ]
holds "the same value again" exits 0 set_to plain oven.setpoint=105C --yes
holds "is not written again" [ "$(writes line.line) $(kept line.line)" = "105  1" ]
holds "words are set by their names" exits 0 set_to plain oven.control_mode=manual "oven.manual_power=3 %" --yes
holds "and are what the oven has" exits 0 get plain oven.control_mode
holds "as was asked" says out manual
holds "each write stands in the audit of the bench" [ "$(grep -c ',set,oven\.[a-z_]*,.*,ok,' plain/data/plain.audit.csv)" = 3 ]
set_to plain oven.control_mode=auto "oven.setpoint=100 C" --yes

# ---- a scan over the set point

ovens ask.line
bench wears ask.line
holds "a scan that would wear out the memory is refused" exits 2 scan wears
holds "with the number of writes, and the ways on" says wears/err 'at least 4 writes would wear it out. --yes makes them; memory: volatile'
holds "nothing was written for it" [ -z "$(writes ask.line)" ]
holds "with --yes it is done" exits 0 scan wears --yes
holds "a settling by a reading is not called short" says_not wears/err "settle is"
holds "its points are at the settings" [ "$(column wears 1 applied)" = "100 102 104 " ]
holds "its files agree" agrees wears 1
holds "with as many writes as were announced" [ "$(writes ask.line 7001) $(kept ask.line)" = "100 102 104 100  4" ]
holds "the run counts them" grep -qx 'memory_writes: 4' "$(folder wears)/run.yaml"
holds "and says so at its end" says wears/out 'memory_writes: 4, into'

ovens spare.line
bench volatile spare.line '    memory: volatile'
holds "memory: volatile spares it" exits 0 scan volatile
holds "no set point went to the EEPROM" [ "$(kept spare.line 7001)" = 0 ]
holds "and the run counts none" grep -qx 'memory_writes: 0' "$(folder volatile)/run.yaml"
holds "the set points were written, and the one of before put back" [ "$(writes spare.line 7001)" = "100 102 104 100 " ]
holds "the switch was put back last" [ "$(writes spare.line | awk '{ print $1, $NF }')" = "59 106" ]
holds "the audit log says what the switch was set for" eval 'grep -q ",set,oven\..*,59,sent,\"*volatile writes, try 1" "$(folder volatile)/audit.csv" &&
	grep -q ",restore,oven\..*,106,sent,\"*restore, try 1" "$(folder volatile)/audit.csv"'
holds "and speaks of nothing suppressed" eval '! grep -q suppress "$(folder volatile)/audit.csv"'
holds "its files agree" agrees volatile 1
holds "every point waited until the temperature was there" eval "column volatile 1 oven.process_value.mean | tr ' ' '\n' |
	awk 'NF { want = 98 + 2 * ++n; if (\$1 < want - 0.6 || \$1 > want + 0.6) exit 1 } END { exit n != 3 }'"
holds "it was read beside, more than once in a window" eval "column volatile 1 oven.process_value.n |
	tr ' ' '\n' | awk 'NF && \$1 < 1 { exit 1 }'"
bench patient spare.line '    memory: volatile
    dwell: {time: 400 ms}' ; sed -i '0,/    dwell: {time: 200 ms}/{//d}' patient/bench.yaml
holds "a settling that cannot be ends as the bench file says" exits 3 scan patient --set scans.heat.settle.at_most=1s \
	--set scans.heat.settle.within=0.0001C
holds "the switch is put back then too" [ "$(writes spare.line | awk '{ print $NF }') $(kept spare.line 7001)" = "106 0" ]

ovens stopped.line
bench stopped stopped.line '    memory: volatile'
scan stopped &
until_true has_points stopped 1 1
holds "a scan that is stopped" eval 'word stop stopped --now >/dev/null 2>&1; wait $!; true'
holds "ends interrupted" grep -q '^state: interrupted' "$(folder stopped)/run.yaml"
holds "has put back set point and switch" [ "$(writes stopped.line 7001 | awk '{ print $NF }') $(writes stopped.line | awk '{ print $NF }')" = "100 106" ]
holds "and wrote no set point to the EEPROM" [ "$(kept stopped.line 7001)" = 0 ]

ovens killed.line
bench killed killed.line '    memory: volatile'
"$PLATEAU" scan killed/bench.yaml --log-dir killed/log >killed/out 2>killed/err </dev/null &
pid=$!
until_true has_points killed 1 1
kill -9 $pid
wait $pid 2>/dev/null
holds "killed, the switch stays as it was" [ "$(writes killed.line 17051)" = "59 " ]
resume() { word resume killed >out 2>err </dev/null; }
holds "the scan is resumed" exits 0 resume
holds "its points are all there" eval '[ "$(column killed 1 quality | tr " " "\n" | grep -c ok)" = 3 ]'
holds "the switch is put back after it" [ "$(writes killed.line | awk '{ print $NF }')" = 106 ]
holds "the set point is that of before the scan" [ "$(writes killed.line 7001 | awk '{ print $NF }')" = 100 ]
holds "no set point went to the EEPROM" [ "$(kept killed.line 7001)" = 0 ]
holds "the files agree" agrees killed 1

# ---- two units on one line

ovens shared.line units=2
mkdir pair
cat >pair/bench.yaml <<END
bench: pair
workspace: ./data
devices:
  one: {driver: modbus, profile: watlow-ez-zone-pm, port: $work/shared.line, unit: 1}
  two: {driver: modbus, profile: watlow-ez-zone-pm, port: $work/shared.line, unit: 2}
recordings:
  both: {rate: 5 Hz, ticks: 10, parameters: [one.process_value, one.setpoint, two.process_value, two.setpoint]}
END
holds "two units share a line" exits 0 get pair one.setpoint two.setpoint
holds "each has its own value" eval 'grep -qE "^one.setpoint +100 " out && grep -qE "^two.setpoint +105 " out'
holds "the second is written" exits 0 set_to pair "two.setpoint=111 C" --yes
holds "the first is not" eval 'awk -F, "\$2 == \"write\" && \$3 != 2 { exit 1 }" shared.line.csv'
record() { word record "$@" >out 2>err </dev/null; }
holds "both are recorded in one tick" exits 0 record pair
holds "each with its own values" eval '"$TOOLS/readings_check" "$(folder pair)" "$work/shared.line.csv" >check || { sed "s/^/# /" check; false; }'

# ---- wrong profiles

check() { "$PLATEAU" check "$1/bench.yaml" >out 2>err; }
profile() {
	mkdir -p "$1"
	cat >"$1/bench.yaml" <<END
bench: $1
workspace: ./data
devices:
  oven: {driver: modbus, profile: ./$1.yaml, port: $work/line.line}
END
	cat >"$1/$1.yaml"
}
head='schema: 1
profile: mine
title: an oven
word_order: low_high
parameters:'
profile good <<END
$head
  pv: {register: 360, type: f32, unit: C}
END
holds "a profile of one's own is taken" exits 0 check good
holds "and read" exits 0 get good oven.pv
profile mistyped <<END
$head
  pv: {register: 360, type: f33, unit: C}
  sp: {registre: 2160, type: f32, unit: C}
END
holds "a wrong profile is refused" exits 2 check mistyped
cat out err >all
holds "a type that is none has its line and column" grep -qE 'mistyped\.yaml:6:[0-9]+: .*f33' all
holds "and so has a mistyped key, beside it" grep -qE 'mistyped\.yaml:7:[0-9]+: .*registre' all
holds "with the nearest key" says all register
profile missing <<END
END
rm missing/missing.yaml
holds "a profile that is not there is named" exits 2 check missing
cat out err >all
holds "with the place that asks for it" grep -qE 'bench\.yaml:4:[0-9]+: .*missing\.yaml' all
finish
