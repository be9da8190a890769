#!/bin/bash
# The bench on the screen: readings with their alarms, devices that are let go and probed, a parameter
# that is set, books that are reset; on the real engine and simulated instruments.
# shellcheck disable=SC2154 # work and others come from bench.sh and screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

mkdir -p "$work/b"
cat >"$work/b/bench.yaml" <<'END'
bench: rack
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
    refresh: 10 Hz
    limits: {process_value: {lolo: 10 C, low: 30 C, high: 50 C, hihi: 60 C, hysteresis: 0.5 C}}
  spare:
    driver: osechi
    port: /dev/plateau-no-such-port
    channels: {a: {id: 1, threshold: 290}}
scans:
  short: {set: det.threshold, channels: [top], range: {start: 281, stop: 381, step: 1}, dwell: {time: 500 ms}}
END
bench=$work/b/bench.yaml
screen --log-dir "$work/log"

sees 'oven       up'
holds three_devices_have_a_line_each_at_80_by_24 sees 'spare      closed'
holds one_that_is_not_there_tells_when_it_is_tried_again sees 'again in '
key 2 Enter
holds an_alarm_that_went_stays_until_it_is_seen sees 'was LOW'
holds the_title_counts_what_is_to_be_seen sees '1 to be seen: A'
key A
holds it_goes_when_somebody_has_seen_it sees_no 'was LOW'
audited() { grep -q ",ack,oven.process_value,.*,ok,was low" "$work"/b/data/rack.audit.csv; }
holds which_is_audited until_true audited
mux resize-window -x 120 -y 40
holds a_wide_screen_has_limits_and_trend sees 'limits       last '
holds a_limits_bar_stands_there sees '├'
key / p r o c e s s
key Enter
holds a_filter_leaves_the_lines_that_match sees_no 'det.top.rate'
key Escape
sees 'det.top.rate'

key 1
holds a_device_tells_all_of_itself sees 'used by'
key j i
holds a_probe_tells_how_fast_it_answers sees 'oven answers in '
key U
holds letting_go_asks_first sees 'Disconnect oven?'
yes_to 'Disconnect oven'
holds then_its_port_is_free sees 'let go; its port is free'
key C
holds it_is_connected_again sees 'oven       up'

key e
holds the_parameters_of_a_device_are_a_page sees 'measured temperature'
holds what_the_screen_never_asks_for_is_read_once sees 'low_high'
key -l '/setpoint'
key Enter
sees_no 'control_mode '
key Home Enter
key -l '30 Hz'
holds another_unit_is_refused_while_typing sees 'Hz does not fit here, use C'
key C-u
key -l 99999
holds a_value_beyond_the_range_too sees 'lies outside'
key Enter
moment
key C-u
key -l '36 C'
sees 'is a value'
key Enter
holds old_and_new_are_shown sees 'oven.setpoint: 35 → 36 C'
holds a_memory_that_wears_out_is_told sees 'every write wears out'
key Enter
moment
sees 'new value: 36 C'
key Enter
sees '35 → 36'
yes_to '35 → 36'
holds y_writes_it_and_the_answer_is_shown sees 'requested 36, applied 36, read back 36, confirmed'
set_once() { [ "$(grep -c ",set,oven.setpoint,.*,sent," "$work"/b/data/rack.audit.csv)" = 1 ]; }
holds it_was_written_once until_true set_once
key Escape Escape

key 4
holds books_stand_there sees 'det.events'
holds so_does_the_disk sees 'free'
holds and_why_a_port_was_tried_again sees 'retry'
key 0
holds a_reset_says_since_when sees 'since '
key u
holds and_can_be_taken_back sees_no 'since 2'
key u
holds once_only sees 'nothing was reset'

mux resize-window -x 80 -y 24
key Escape
"$PLATEAU" scan "$bench" short --detach --log-dir "$work/log" >/dev/null 2>&1
sees 'RUNNING'
key 1 Home U
holds a_device_of_a_run_is_not_let_go sees 'disconnect: a run uses it'
key e
sees 'Parameters'
key -l '/threshold'
key Enter
sees 'top.threshold'
key Enter
holds nothing_is_set_during_a_run sees 'a run is under way'
key Escape
"$PLATEAU" stop "$bench" --now >/dev/null 2>&1

key 2
sees 'process_value'
engine_pid=$(pid_of)
kill -STOP "$engine_pid"
holds old_numbers_say_so sees 'OLD '
kill -CONT "$engine_pid"
holds and_are_new_again_with_the_engine sees_no 'OLD '
key q
holds the_view_leaves sees 'left 0'
finish
