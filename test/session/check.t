#!/bin/bash
# plateau check: every problem of a bench file at once, with its place; hostile files are refused
# quickly. The numbers are those of the failure cases.
# shellcheck source=test/bench.sh
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/bench.sh"
work_in check
cd "$work" || exit 1

check() { run check "$@"; }
# bench FILE: a good bench, to be spoilt by sed.
bench() { sed "$2" "$here/share/bench/demo.yaml" >"$1"; }
refused() { ends_with 2 && says err "$1"; }

bench good.yaml ''
check good.yaml
holds a_good_bench_is_good ends_with 0
check good.yaml --effective
holds effective_shows_every_value_with_its_origin grep -qE '^scans.threshold.dwell.time=200 ms +# .*good.yaml:[0-9]+' out
check good.yaml --effective --set scans.threshold.dwell.time=5s
holds effective_shows_what_was_overridden grep -qE '^scans.threshold.dwell.time=5 ?s +# --set' out
check good.yaml --json
holds check_as_json says out '"success":true'

bench bad.yaml 's/driver: osechi/driver: osechy/; s/operator:/Operator:/; s/settle: 50 ms/setle: 50 ms/; s/200 ms/200 mV/'
check bad.yaml
holds case_73_all_problems_at_once_end_with_2 ends_with 2
each_has_its_place() { [ "$(grep -cE '/bad.yaml:[0-9]+:[0-9]+: ' err)" -ge 4 ] || { sed 's/^/# /' err && false; }; }
holds case_73_each_problem_has_line_and_column each_has_its_place
holds case_73_the_nearest_key_is_named says err settle
holds case_73_the_nearest_driver_is_named says err osechi
check bad.yaml --json
holds check_problems_as_json grep -q '"problems":\[{"line":' out

bench plans.yaml '/^scans:/,$d'
cat >>plans.yaml <<'END'
scans:
  high: {set: det.threshold, channels: [top], range: {start: 1000, stop: 1030, step: 10}, dwell: {time: 1 s}}
  still: {set: det.threshold, channels: [top], range: {start: 1, stop: 500, step: 0}, dwell: {time: 1 s}}
END
check plans.yaml
both_plans() { grep -q '/plans.yaml:[0-9]*:[0-9]*: scan `high`' err && grep -q '/plans.yaml:[0-9]*:[0-9]*: scan `still`' err; }
holds case_77_every_plan_has_its_say both_plans
check plans.yaml --json
one_object() { [ "$(wc -l <out)" = 1 ] && [ "$(grep -o '"line":[1-9]' out | wc -l)" = 2 ]; }
holds case_77_problems_of_plans_are_one_object one_object
check good.yaml --effective --json
holds effective_as_json grep -q '^{"success":true,.*"effective":"schema=1 .*}$' out

printf 'bench: one\nbench: two\n' >double.yaml
check double.yaml
holds case_73_a_doubled_key_is_refused refused 'double.yaml:2:1'
printf 'bench: one\n\tworkspace: x\n' >tab.yaml
check tab.yaml
holds case_73_a_tab_is_refused refused 'tab.yaml:2:'

# Refused within the time and memory of a small program (a sanitizer needs more).
room=200000
case $PLATEAU in */asan/* | */tsan/*) room=unlimited ;; esac
hostile() {
	timeout 10 bash -c 'ulimit -v $2; exec "$0" check "$1"' "$PLATEAU" "$1" $room >out 2>err </dev/null
	code=$?
	ends_with 2
}
{
	echo 'a: &a [x,x,x,x,x,x,x,x,x]'
	for i in b c d e f g h i; do
		echo "$i: &$i [*a,*a,*a,*a,*a,*a,*a,*a,*a]"
	done
} >bomb.yaml
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "["; print "" }' >deep.yaml
head -c 100000000 /dev/zero | tr '\0' '#' >big.yaml
printf 'a: &a [*a]\n' >cycle.yaml
for name in bomb deep big cycle; do
	holds "case_72_a_hostile_file_is_refused_$name" hostile $name.yaml
done
rm -f big.yaml

typed() { # typed NAME SED-SCRIPT WANTED-WORD
	bench "$1.yaml" "$2"
	check "$1.yaml"
	holds "case_74_$1" refused "$3"
}
typed an_integer_is_no_hex_number 's/id: 1,/id: 0x1F,/' '0x1F'
typed an_integer_is_no_time 's/id: 1,/id: 12:30,/' '12:30'
bench plain.yaml 's/threshold: 285/threshold: 0290/; s/settle: 50 ms/settle: 5e1 ms/'
check plain.yaml --effective
holds case_74_digits_are_decimal grep -qE 'channels.top.threshold=(0290|290) ' out

for name in ../up a/b -dash trailing. 'new\nline' CON "$(printf 'x%.0s' {1..300})"; do
	bench name.yaml "s|^bench: demo|bench: \"${name//\\/\\\\}\"|"
	check name.yaml
	holds "case_75_the_name_${name:0:20}_is_refused" refused 'name.yaml:7:8: bench'
done

plan() { # plan NAME RANGE [TEXT]: refused by check and by scan --dry-run
	bench "$1.yaml" "s/range: .*/range: $2/"
	check "$1.yaml"
	holds "$1" refused "${3:-threshold}"
	"$PLATEAU" scan "$1.yaml" threshold --dry-run >out 2>err </dev/null
	code=$?
	holds "$1_in_a_dry_run" ends_with 2
}
plan case_76_a_step_of_zero '{start: 270, stop: 330, step: 0}'
plan case_76_a_step_of_the_wrong_sign '{start: 270, stop: 330, step: -5}'
plan case_76_a_billion_points '{start: 1, stop: 1000, step: 0.000001}'
plan case_76_no_number '{start: nan, stop: 330, step: 5}'
plan case_77_a_range_outside_the_device '{start: 900, stop: 1030, step: 5}'
points() { # points RANGE WANTED
	bench grid.yaml "s/range: .*/range: $1/"
	"$PLATEAU" scan grid.yaml threshold --dry-run >out 2>err </dev/null || return 1
	[ "$(sed -n 's/^top: //p' out)" = "$2" ] || { sed 's/^/# /' out && false; }
}
holds case_76_the_end_point_belongs_to_the_range points '{start: 300, stop: 306, step: 2}' '300 302 304 306'
holds case_76_start_is_stop_is_one_point points '{start: 300, stop: 300, step: 1}' '300'
holds case_76_a_center_has_both_sides points '{center: 300, nsteps: 2, step: 3}' '294 297 300 303 306'
"$PLATEAU" scan grid.yaml threshold --dry-run --json >out 2>err </dev/null
holds a_dry_run_as_json grep -q '"channels":\[{"channel":"top","points":\[294,297' out
holds a_dry_run_makes_no_workspace test ! -e plateau-demo

forms() { # forms NAME [LINES...]: the demo bench with these lines at the end of its scan
	bench "$1.yaml" ''
	printf '    %s\n' "${@:2}" >>"$1.yaml"
}
forms counts 'mode: parallel' 'drift_check: yes' 'events: yes'
sed -i 's/dwell: .*/dwell: {counts: 400, min: 1 s, max: 20 s}/' counts.yaml
"$PLATEAU" scan counts.yaml threshold --dry-run >out 2>err </dev/null
holds a_parallel_plan_counts_its_windows says out 'threshold of det: 14 points of 3 channels together, at most'
holds a_drift_check_is_in_the_plan grep -qE '^mid: 270 .* 330 270 \(check\)$' out
holds a_plan_says_its_dwell says out 'dwell: until 400 counts, at least 1 s, at most 20 s'
holds a_plan_says_what_is_measured says out 'measure: det.top.hits, det.mid.hits, det.btm.hits, det.all.hits'
"$PLATEAU" scan counts.yaml threshold --dry-run --json >out 2>err </dev/null
holds a_parallel_plan_as_json grep -q '"points":42,"windows":14,.*"at_most":true' out
check good.yaml --effective --set scans.threshold.dwell.counts=400 --set scans.threshold.dwell.max=60s
holds a_rule_of_the_command_line_is_taken grep -qE '^scans.threshold.dwell.counts=400 +# --set' out
check good.yaml --set scans.threshold.dwell.counts=400
holds counts_need_an_end refused 'scans.threshold.dwell.max is missing'
forms lengths 'mode: parallel'
sed -i 's/channels: .top, mid, btm.$/channels: {top: {}, mid: {start: 280, stop: 290, step: 5}}/' lengths.yaml
check lengths.yaml
holds case_76_parallel_ranges_of_two_lengths refused 'channel `mid` has 3 points and channel `top` has 13'
forms one ''
sed -i 's/set: det.threshold/set: det.top.threshold/' one.yaml
"$PLATEAU" scan one.yaml threshold --dry-run >out 2>err </dev/null
holds an_axis_that_is_no_channels_is_planned grep -qE '^det.top.threshold: 270 .* 330$' out
sed -i 's/stop: 330/stop: 1030/' one.yaml
check one.yaml
holds case_77_its_limits_hold_too refused 'scan `threshold`, det.top.threshold: point'
forms wrong 'readings: [det.temperature]' 'measure: [det.tpo.hits]' 'settle: {until: det.adc, within: 1}' \
	'export: [hdf5]'
sed -i '/settle: 50 ms/d' wrong.yaml
check wrong.yaml
said_at() { [ "$(grep -cE '/wrong.yaml:[0-9]+:[0-9]+: ' err)" = 4 ] || { sed 's/^/# /' err && false; }; }
holds case_73_every_form_has_its_place said_at
holds what_comes_unasked_is_no_reading refused 'det.temperature comes unasked'
holds a_measure_names_a_channel refused 'did you mean "top"'
holds what_comes_with_events_is_not_waited_for refused 'det.adc comes with the events'
holds an_export_is_for_later refused 'export: not in this version'

bench port.yaml 's|sim:osechi?seed=1|sim:osechi?sead=1|'
check port.yaml
holds an_unknown_option_of_a_simulator_is_refused refused seed
finish
