#!/bin/bash
# What a view asks of the workspace: lists of runs, one run, its verification - while a scan goes on.
# shellcheck disable=SC2154 # work, code and serve come from bench.sh
set -u
. "$(dirname "$0")/../bench.sh"
work_in runs
bench_text "$work/b" short long
bench=$work/b/bench.yaml
cd "$work/b" || exit 1
serve b
socket=/tmp/plateau-$(id -u)/$(realpath "$bench" | tr -d '\n' | sha256sum | cut -c1-16).sock

# ask WORD [ARGS]: what is answered to it, in out. begin_to_ask leaves it to itself, in searched.
asked=0
begin_to_ask() {
	asked=$((asked + 1))
	echo "{\"v\":1,\"id\":$asked,\"do\":\"$1\",\"args\":${2:-{\}}}" |
		"$TOOLS/say" "$socket" 60 >"$3" 2>err &
	asker=$!
}
answered_in() { grep -q "\"id\":$asked,\"ok\"" "$1"; }
ask() {
	begin_to_ask "$1" "${2:-}" out
	until_true answered_in out
	kill "$asker"
	wait "$asker" 2>/dev/null
}
# tells TEXT, tells_no TEXT: of that answer.
tells() { grep -qF -e "$1" out || { cut -c1-400 out | sed 's/^/# /' && false; }; }
tells_no() { ! grep -qF -e "$1" out || { cut -c1-400 out | sed 's/^/# /' && false; }; }
# places: of the rows, in their order
places() { grep -o '"place":[0-9]*' out | cut -d: -f2 | tr '\n' ' '; }

ask runs
holds an_empty_workspace_has_no_runs tells '"result":{"total":0}'
run scan "$bench" short --label 'first try' --sample lead --quiet
run scan "$bench" short --quiet
run note 1 'the oven was open' --workspace "$work/b/data" --yes
ask runs
holds the_newest_run_comes_first test "$(grep -o '"run":[0-9]*' out | tr '\n' ' ')" = '"run":2 "run":1 '
holds a_row_has_its_state_and_points tells '"state":"finished"'
holds and_its_label tells '"label":"first try"'
holds all_of_them_are_counted tells '"total":2'
ask run '{"run":"1"}'
holds one_run_has_its_notes tells 'the oven was open'
holds its_settings tells '"settings":[{"when":"start","path":"det.top.threshold"'
holds its_plan tells '"plan":[{"channel":"top","repeat":1,"pass":"up","points":3,"first":290,"last":310}]'
holds its_files tells '{"name":"points.csv","bytes":'
holds its_audit tells '"action":"run.start"'
holds its_points tells '"index":3,"attempt":1,"channel":"top","quality":"ok"'
holds and_how_many_rows tells '"rows":3'
ask run '{"run":"99"}'
holds a_run_that_is_not_there_is_named tells 'no run \"99\"'
ask verify '{"run":"1"}'
holds a_good_run_is_verified tells '"ok":true'
folder=$(run_folder 0002)
sed -i '3s/,ok,/,okay,/' "$folder/points.csv"
ask verify '{"run":"2"}'
holds an_edited_one_is_told tells '"ok":false'
holds with_the_line tells '"where":"points.csv'

# ---- two thousand of them, while a scan goes on
day=$work/b/data/2020-01-01
mkdir -p "$day"/run_{3000..4999}
tee "$day"/run_{3000..4999}/run.yaml <"$(run_folder 0001)/run.yaml" >/dev/null
sed -i 's/^label: .*/label: needle/' "$day"/run_{3000,3777,4444}/run.yaml
"$PLATEAU" scan "$bench" long --detach --quiet --yes >out 2>err
until_true state_is running
ask runs '{"most":40}'
holds a_page_of_two_thousand_is_forty_rows test "$(grep -o '"place"' out | wc -l)" = 40
holds all_two_thousand_are_counted tells '"total":2003'
ask runs '{"from":1990,"most":40}'
holds the_last_page_is_what_is_left test "$(places)" = '1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2001 2002 '
ask runs '{"most":2,"find":"NEEDLE lead"}'
holds a_search_finds_its_rows test "$(places)" = '555 1222 '
holds and_the_places_of_the_others tells '"places":[1999]'
holds and_says_how_many tells '"found":3'
# A search of them all is under way: the engine answers others meanwhile.
begin_to_ask runs '{"most":400,"find":"nothing of the kind"}' searched
done_before=$(field "done")
holds others_are_answered_during_a_search live
holds the_search_ends until_true answered_in searched
holds with_nothing grep -q '"found":0' searched
kill "$asker"
holds the_scan_goes_on state_is running
further() { [ "$(field "done")" -gt "$done_before" ]; }
holds with_further_points until_true further
run stop "$bench" --quiet
all_on_time() {
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "dwell_s") c = i; next }
		$c != "" && ($c < 0.0999 || $c > 0.2) { bad++ } END { exit bad > 0 || NR < 2 }' \
		"$(run_folder 0003)/points.csv"
}
holds its_windows_are_as_long_as_they_should_be all_on_time
finish
