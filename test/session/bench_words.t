#!/bin/bash
# The words behind the panels: alarms that stay until they are acknowledged, devices that are let go
# and taken again, parameters and the check of a value, and why something did not go straight on.
# shellcheck disable=SC2154 # work and code come from bench.sh
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/bench.sh"
work_in bench_words

# An oven that heats up from 22 C: it is below low at first and inside from 30 C on.
mkdir "$work/b" && cd "$work/b" || exit 1
cat >bench.yaml <<'END'
bench: words
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&seed=3&reply_delay=5&reply_spread=5"
    protocol: text
    channels: {top: {id: 1, threshold: 290}}
  oven:
    driver: modbus
    profile: watlow-ez-zone-pm
    port: "sim:ezzone?start=cold&setpoint=35&speed=4&noise=0"
    refresh: 20 Hz
    limits: {process_value: {low: 30 C, hysteresis: 0.5 C}}
scans:
  long: {set: det.threshold, channels: [top], range: {start: 281, stop: 380, step: 1}, dwell: {time: 200 ms}}
recordings:
  warm: {rate: 5 Hz, parameters: [oven.process_value], sinks: [csv]}
END
bench=bench.yaml
serve_here() { "$PLATEAU" serve bench.yaml --log-dir log >serve.out 2>&1 </dev/null & }
serve_here
until_true live
socket=/tmp/plateau-$(id -u)/$(printf %s "$(realpath bench.yaml)" | sha256sum | cut -c1-16).sock

# ask WORD ARGS: the answer is in $said.
coproc client { exec "$TOOLS/say" "$socket" 60; }
asked=0
ask() {
	asked=$((asked + 1))
	printf '{"v":1,"id":%d,"do":"%s","args":%s}\n' $asked "$1" "$2" >&"${client[1]}"
	while read -r said <&"${client[0]}"; do
		[[ $said != "{\"id\":$asked,"* ]] || return
	done
}
said() { grep -qF -e "$1" <<<"$said" || { echo "# $said" && false; }; }
status_has() { live && grep -qF -e "$1" <<<"$answer"; }

"$PLATEAU" get bench.yaml oven.process_value >/dev/null 2>&1
holds an_alarm_that_came_and_went_stays until_true status_has '"level":"inside","alarm":false'
holds it_tells_what_it_was status_has '"latched":"low","acked":false'
holds status_tells_it_in_words says <("$PLATEAU" status bench.yaml) 'oven.process_value was beyond low, 30 C, inside again since'
ask ack '{"path":"oven.setpoint"}'
holds what_is_no_alarm_is_not_acknowledged said '"code":"not_found"'
ask ack '{"path":"oven.process_value","actor":"jana"}'
holds an_alarm_is_acknowledged said '"acked":1'
holds and_gone_then status_has '"alarms":[]'
holds the_audit_says_who_knew until_true grep -q ',jana,ack,oven.process_value,.*,ok,was low' data/words.audit.csv
ask ack '{}'
holds nothing_is_left_to_acknowledge said 'no alarm waits'
holds a_reading_tells_its_limits status_has '"limits":{"low":30}'
holds and_its_age eval 'status_has "\"ages\":[" && ! grep -q "\"ages\":\[\]" <<<"$answer"'

# ---- devices
ask device '{"name":"oven","act":"probe"}'
holds a_device_that_answers_says_how_fast said '"text":"answers"'
holds and_what_it_was_asked said '"path":"oven.'
ask device '{"name":"det","act":"probe"}'
holds a_detector_answers_too said '"ok":true'
ask device '{"name":"oven","act":"disconnect","actor":"jana"}'
holds a_device_is_let_go said '"state":"closed"'
holds it_stays_so status_has '"name":"oven","driver":"modbus","state":"closed"'
holds that_is_audited until_true grep -q ',jana,disconnect,oven,' data/words.audit.csv
ask device '{"name":"oven","act":"connect"}'
holds it_is_taken_again said '"state":"up"'
ask device '{"name":"nobody","act":"connect"}'
holds no_device_of_that_name said 'is no device of this bench'
ask device '{"name":"oven","act":"eat"}'
holds no_such_act said 'is none of connect, disconnect, probe'

"$PLATEAU" record bench.yaml warm --detach --log-dir log >/dev/null 2>&1
until_true status_has '"kind":"recording"'
holds a_device_says_which_run_uses_it until_true status_has '"used_by":1'
ask device '{"name":"oven","act":"disconnect"}'
holds a_device_that_a_recording_uses_is_kept said 'run 1 uses it'
holds the_queue_of_a_recording_is_told status_has '"queue":0'
ask device '{"name":"det","act":"disconnect"}'
holds another_one_may_go said '"state":"closed"'
"$PLATEAU" stop bench.yaml >/dev/null 2>&1

# ---- parameters
ask describe '{"paths":["oven.*"]}'
holds parameters_are_described said '"path":"oven.setpoint","unit":"C"'
holds with_access_and_memory eval 'grep -qE "\"path\":\"oven.setpoint\"[^}]*\"writable\":true,\"persistent\":(true|false)" <<<"$said"'
holds with_the_origin_of_the_value eval 'grep -qE "\"path\":\"oven.process_value\"[^}]*\"origin\":\"read\",\"quality\":\"ok\"" <<<"$said"'
ask describe '{"paths":["nobody.*"]}'
holds an_unknown_path_is_refused said '"code":"not_found"'
ask describe '{"check":"det.top.threshold=300"}'
holds a_value_is_checked said '"path":"det.top.threshold","ok":true,"value":300'
ask describe '{"check":"det.top.threshold=1e6"}'
holds one_beyond_the_range_says_so said 'lies outside 1 to 1023'
ask describe '{"check":"det.top.threshold=300.5"}'
holds one_beside_the_step_says_so said 'no multiple of the step'
ask describe '{"check":"oven.setpoint=30 Hz"}'
holds another_unit_is_no_value said '"ok":false'
ask describe '{"check":"oven.process_value=30"}'
holds what_cannot_be_written_says_so said 'cannot be written'

# ---- why
"$PLATEAU" scan bench.yaml long --detach --log-dir log >/dev/null 2>&1
until_true state_is running
ask describe '{"check":"det.top.threshold=300"}'
holds a_check_says_why_it_cannot_be_set_now said '"refusal":"run 2 '
ask set '{"items":["det.top.threshold=300"]}'
holds a_set_is_refused_during_a_run said '"code":"run_active"'
holds the_refusal_is_kept status_has '"kind":"refusal","text":"words: run 2 '
"$PLATEAU" pause bench.yaml >/dev/null 2>&1
holds a_pause_is_kept_with_its_reason until_true status_has '"kind":"pause","text":"on request"'
"$PLATEAU" skip bench.yaml >/dev/null 2>&1
"$PLATEAU" resume bench.yaml >/dev/null 2>&1
holds so_is_a_point_without_counts until_true status_has '"kind":"gap","text":"point '
holds the_room_of_the_disk_is_told status_has '"disk":{"free_bytes":'
"$PLATEAU" stop bench.yaml --now >/dev/null 2>&1
finish
