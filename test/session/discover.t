#!/bin/bash
# plateau discover: what answers on a line is found by reading only, and printed as a bench.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in discover
cd "$work" || exit 1

discover() { run discover "$@"; }
checks() { "$PLATEAU" check out.yaml >checked 2>&1 || { sed 's/^/# /' checked && false; }; }
# plan_first: what will be asked stands before anything is asked.
plan_first() { awk '/addresses 1 to 16/ { said = 1 } /asking as/ { exit !said }' err; }

discover --driver stdbus "sim:ezzone?bus=stdbus&units=1,3&truth=$work/truth.csv"
holds controllers_on_standard_bus_are_found ends_with 0
holds each_address_is_told says err 'stdbus address 3 answers'
holds an_address_without_one_is_not says_not out 'address: 2'
holds what_will_be_asked_is_said_first plan_first
cp out out.yaml
holds the_snippet_is_a_bench checks
holds the_bench_reads_what_was_found "$PLATEAU" get out.yaml stdbus_3.setpoint
only_reads() { [ -s truth.csv ] && ! grep -iE ',(write|set),' truth.csv; }
holds nothing_is_written only_reads

discover --driver modbus 'sim:ezzone?bus=rtu&units=2'
holds an_instrument_on_modbus_is_found ends_with 0
holds its_unit_is_told says out 'unit: 2'
cp out out.yaml
holds the_snippet_of_modbus_is_a_bench checks
"$PLATEAU" get out.yaml modbus_2.control_mode >got 2>&1
holds a_value_that_has_a_name_is_shown_with_it grep -qE '\.control_mode +[0-9]+ (off|auto|manual)$' got
"$PLATEAU" get out.yaml modbus_2.control_mode --json >got.json 2>&1
holds in_json_the_name_stands_beside_the_number grep -qE '"value":[0-9]+,"word":"(off|auto|manual)"' got.json

"$PLATEAU" sim osechi seed=1 boot=no >sim.out 2>/dev/null &
until_true test -s sim.out
port=$(head -1 sim.out)
discover --driver osechi "$port"
holds a_detector_is_found ends_with 0
holds its_port_is_in_the_snippet says out "port: \"$port\""
cp out out.yaml
holds the_snippet_of_a_detector_is_a_bench checks
discover --driver stdbus "$port"
holds case_41_another_device_is_told_from_silence says err 'bytes came that are no answer'
holds nobody_there_ends_with_1 ends_with 1
discover --json --driver osechi "$port"
holds it_is_one_object grep -qE '^\{"port":.*"found":\[\{"driver":"osechi","address":1,.*\}$' out

discover
holds a_port_is_needed ends_with 2
discover /dev/nowhere
holds a_port_that_is_not_there_is_refused test "$code" -ne 0
discover --driver nothing "$port"
holds an_unknown_driver_is_refused ends_with 2
finish
