#!/bin/bash
# Where a scan puts its files, and who else is there: full and network file systems, locks of the
# dead and the living, a bench file that changes, umasks. Through the built program.
# shellcheck source=test/bench.sh disable=SC2317,SC2154,SC2016
. "$(dirname "$0")/../bench.sh"
# shellcheck source=test/fault/shim.sh
. "$(dirname "$0")/shim.sh"
# Each on a bench of its own and run to its end before the next line looks.
truthful() { sed -i "s|boot=no|boot=no\&truth=$work/$1/truth.csv|" "$work/$1/bench.yaml"; }
touched() { [ -s "$work/$1/truth.csv" ]; }

# ---- no room

bench no_room
truthful no_room
mkdir "$work/no_room/data"
scan no_room FAULT_FREE=200000
holds case_8_less_room_than_the_scan_needs_is_refused ended no_room 1
holds case_8_the_needed_bytes_are_said grep -q 'needs up to [0-9]* bytes, 200000 are free' "$work/no_room/err"
holds case_8_no_folder_is_left [ -z "$(folder no_room)" ]
holds case_8_no_device_was_touched eval '! touched no_room'
scan no_room FAULT_FREE=2000000
holds case_8_with_room_for_it_it_runs ended no_room 0

# ---- a network file system

bench network
mkdir "$work/network/data"
scan network FAULT_FS=0x6969
holds case_17_a_scan_on_nfs_runs ended network 0
holds case_17_its_user_is_warned said network 'network file system'
holds case_17_the_warning_stays_in_run_yaml yaml_says network 'network file system: what survives a power cut'
holds case_17_a_local_file_system_has_no_warning eval 'scan network && says_not "$(folder network)/run.yaml" "network file system"'
bench lockless
truthful lockless
mkdir "$work/lockless/data"
scan lockless FAULT_FS=0xff534d42 FAULT_OPS=lock FAULT_TIMES=ever FAULT_ERRNO=ENOLCK
holds case_17_a_file_system_without_locks_is_refused ended lockless 1
holds case_17_by_what_it_cannot_do said lockless 'cannot take the lock'
bench nameless
truthful nameless
mkdir "$work/nameless/data"
scan nameless FAULT_FS=0xff534d42 FAULT_OPS=rename FAULT_TIMES=ever FAULT_ERRNO=EIO
holds case_17_nor_is_one_without_rename_used ended nameless 1
holds case_17_no_device_was_touched eval '! touched lockless && ! touched nameless'

# ---- two at once

bench left
bench right
sed -i 's|workspace: .*|workspace: ../shared|' "$work/left/bench.yaml" "$work/right/bench.yaml"
mkdir "$work/shared"
for _ in 1 2 3; do
	scan left &
	one=$!
	scan right &
	wait $one $!
	[ "$(code left)$(code right)" = 00 ] || break
done
holds case_15_two_benches_share_a_workspace eval 'ended left 0 && ended right 0'
numbers() { find "$work/shared" -mindepth 2 -maxdepth 2 -name 'run_*' -printf '%f\n' | sort | tr '\n' ' '; }
holds case_14_programs_that_race_get_numbers_of_their_own \
	[ "$(numbers)" = "run_0001 run_0002 run_0003 run_0004 run_0005 run_0006 " ]
all_agree() {
	for run in "$work"/shared/2*/run_*; do
		"$TOOLS/files_check" "$run" || return
	done
	[ "$(grep -l '^bench: left$' "$work"/shared/2*/run_*/run.yaml | wc -l)" = 3 ]
}
holds case_15_the_runs_of_both_are_whole all_agree
bench copy
sed -i 's|^bench: .*|bench: left|; s|workspace: .*|workspace: ../shared|' "$work/copy/bench.yaml"
serve left
scan copy
holds case_15_another_bench_of_the_same_name_is_refused ended copy 1
holds case_15_and_told_by_whom_it_is_held grep -qE "bench left is open in this workspace by pid [0-9]+ on .* since 20.*left/bench.yaml" "$work/copy/err"
"$PLATEAU" serve "$work/left/bench.yaml" --log-dir "$work/left/log" >"$work/left/second" 2>&1 </dev/null
holds case_15_a_second_engine_of_the_bench_is_refused [ $? = 1 ]
holds case_15_and_told_pid_and_time_of_the_first grep -qE "pid $serve.* since 20" "$work/left/second"
kill $serve
wait $serve

# ---- the lock of a dead engine

bench dead
serve dead
kill -KILL $serve
wait $serve 2>/dev/null
scan dead
holds case_16_a_dead_engine_holds_nothing ended dead 0
holds case_16_who_held_it_is_logged says "$work/dead/log/plateau.log" "took over the lock of a dead engine: pid $serve"
last_words=$(find "$work/dead/log" -name 'crash-*.txt')
holds a_killed_engine_leaves_one_file_about_it [ "$(wc -w <<<"$last_words")" = 1 ]
holds it_is_told_where says "$work/dead/log/plateau.log" "ended without a word: $last_words"
holds it_says_who_died says "$last_words" "pid $serve"
holds it_says_what_to_do says "$last_words" "plateau resume $work/dead/bench.yaml"
holds it_holds_the_last_lines_of_the_log says "$last_words" "engine of $work/dead/bench.yaml started, pid $serve"
scan dead
holds an_engine_that_ended_leaves_none [ "$(find "$work/dead/log" -name 'crash-*.txt' | wc -l)" = 1 ]

# ---- names and links

bench far
day=$(date -u +%F)
zone=FAR-14 # there it is tomorrow already, or
[ "$(date -u +%H)" -ge 10 ] || zone=FAR12 # yesterday still
TZ=$zone scan far
is_utc() { [ -d "$work/far/data/$day" ] || [ -d "$work/far/data/$(date -u +%F)" ]; }
holds case_21_days_are_utc_days is_utc
holds case_21_the_clock_on_the_wall_shows_another_one [ "$(TZ=$zone date +%F)" != "$(date -u +%F)" ]
bench linked
mkdir "$work/linked/real" "$work/linked/elsewhere"
ln -s real "$work/linked/data"
scan linked
holds case_22_the_users_workspace_may_be_a_link eval 'ended linked 0 && [ -d "$work/linked/real/.plateau" ]'
rm -rf "$work/linked/real"/2*
ln -s "$work/linked/elsewhere" "$work/linked/real/$(date -u +%F)"
scan linked
holds case_22_a_planted_link_is_refused ended linked 1
holds case_22_it_is_named said linked 'a symbolic link'
holds case_22_nothing_was_written_behind_it [ -z "$(ls -A "$work/linked/elsewhere")" ]

# ---- umasks

modes() { # modes NAME FILES DIRECTORIES: all there are
	[ "$(find "$work/$1/data" -type f ! -path '*/.plateau/*' -printf '%m\n' | sort -u | tr '\n' ' ')" = "$2 " ] &&
		[ "$(find "$work/$1/data" -mindepth 1 -type d -printf '%m\n' | sort -u | tr '\n' ' ')" = "$3 " ] || {
		find "$work/$1/data" -printf '# %m %p\n'
		false
	}
}
bench loose
(umask 000 && scan loose)
holds case_23_under_umask_000_files_are_0640_and_folders_0750 modes loose 640 750
bench tight
(umask 077 && scan tight)
holds case_23_under_umask_077_they_are_the_accounts_alone modes tight 600 700
holds case_23_and_the_scan_is_as_good eval 'ended tight 0 && "$TOOLS/files_check" "$(folder tight)"'

# ---- the bench file changes

bench edited
sed -i 's|stop: 310, step: 10|stop: 310, step: 2|; s|time: 20 ms|time: 500 ms|' "$work/edited/bench.yaml"
cp "$work/edited/bench.yaml" "$work/edited/before"
scan edited &
one=$!
until_true grep -qF '[1/11]' "$work/edited/err"
sed -i 's|time: 500 ms|time: 900 ms|' "$work/edited/bench.yaml"
holds case_79_a_change_on_disk_is_announced until_true grep -qF 'bench.yaml has changed: the engine goes on with what it read' "$work/edited/err"
wait $one
holds case_79_the_run_goes_on_with_its_copy ended edited 0
stored_text() { sed -n '/^bench_text: /,/^[.][.][.]$/p' "$(folder edited)/run.yaml" | sed '1d; $d; s/^  //'; }
holds case_79_which_is_stored_with_the_data [ "$(stored_text)" = "$(cat "$work/edited/before")" ]
holds case_79_it_is_told_once [ "$(grep -c 'has changed' "$work/edited/log/plateau.log")" = 1 ]
sed -i 's|time: 900 ms|time: 20 ms|; s|step: 2}|step: 10}|' "$work/edited/bench.yaml"
serve edited
sed -i 's|290}|280}|' "$work/edited/bench.yaml"
scan edited
holds case_79_who_starts_a_run_then_is_warned eval 'ended edited 0 && said edited "warning: the bench file has changed since the engine read it"'
holds case_79_the_run_keeps_that yaml_says edited 'the bench file has changed since the engine read it'
kill $serve
wait $serve
finish
