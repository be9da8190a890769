#!/bin/bash
# plateau resume through the program: a scan that is killed (-9) in each of its phases, interrupted
# or paused, taken up again on a detector that kept what it was told last.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in resume
set -m # background jobs keep their SIGINT

# bench NAME [SCAN-LINES]: a folder of its own with a shuffled scan of two channels, and there we go.
bench() {
	bench_det "$work/$1" "$work/$1/port" text '290 300' <<END
  short:
    set: det.threshold
    channels: [top, mid]
    range: {start: 290, stop: 310, step: 10}
    order: shuffle
    dwell: {time: 100 ms}
    settle: 30 ms
${2:-}
END
	cd "$work/$1" && mkfifo never || exit 1
}
# detector [OPTION=VALUE...]: lives as long as the test, whatever happens to the program; power-on
# values are what a restore has to bring back.
detector() {
	"$PLATEAU" sim osechi rate=250 boot=no protocol=text reply_delay=40 reply_spread=1 seed=3 \
		threshold=285 link="$PWD/port" truth="$PWD/truth.csv" duration=600 "$@" >path 2>sim.err &
	sim=$!
	until_true test -e port
}
# soon COMMAND...: waits for it to succeed, looking often.
soon() {
	local tries=4000
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		read -r -t 0.003 _ <>never
	done
	return 0
}
# audited NUMBER REGEX: the row is in the run's audit log.
audited() { grep -qE "$2" "$(run_folder "$1")/audit.csv"; }
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort -k2); }
held() { # held CHANNEL-ID: what the detector holds, as it knows itself
	awk -F, -v c="$1" '$2 == "threshold" && $9 == c { v = $11 } END { print v }' truth.csv
}
is_back() { [ "$(held 1) $(held 2)" = "285 285" ] || { echo "# the detector holds $(held 1) $(held 2)" && false; }; }
plan_of() { sed -n '/^plan:/,/^[a-z_]*:/p' "$(run_folder "$1")/run.yaml" | sed '1d;$d'; }
# cut NUMBER: the run in progress is killed; what it had is kept beside.
cut() {
	kill -9 "$job"
	wait "$job" 2>/dev/null
	cp "$(run_folder "$1")/points.csv" "before.$1" && plan_of "$1" >"plan.$1"
}
# sound NUMBER: the finished run is as if nothing had happened to it.
sound() {
	local at
	at=$(run_folder "$1")
	head -c "$(stat -c %s "before.$1")" "$at/points.csv" | cmp - "before.$1" || { echo "rows of before have changed"; return 1; }
	[ -s "plan.$1" ] && plan_of "$1" | cmp - "plan.$1" || { echo "another plan"; return 1; }
	"$TOOLS/files_check" "$at" && "$TOOLS/truth_check" "$at" truth.csv || return 1
	"$PLATEAU" verify "$1" >verified 2>&1 || { cat verified; return 1; }
	is_back || return 1
	# each index: one last row for its channel, with counts; earlier attempts of it void
	awk -F, 'NR > 1 { n[$2, $3]++; last[$2] = $24; if ($24 == "ok") ok[$2]++ }
		END { for (i = 1; i <= 6; i++) if (ok[i] != 1 || last[i] != "ok") { print "index " i ": " ok[i] " " last[i]; exit 1 } }' \
		"$at/points.csv"
}
# retaken NUMBER: one attempt ended as `crashed`, and the next one has the counts.
retaken() {
	awk -F, '$24 == "void" && $26 == "crashed" { void[$2] = $3 } $24 == "ok" && $2 in void { again += $3 == void[$2] + 1 }
		END { exit !(length(void) == 1 && again == 1) }' "$(run_folder "$1")/points.csv" ||
		{ cut -d, -f2,3,24,26 "$(run_folder "$1")/points.csv"; return 1; }
}
unvoided() { ! grep -q ',void,' "$(run_folder "$1")/points.csv"; }
finished() {
	run runs --json
	grep -q '"state":"finished"' out
}

# ---- killed in each phase

# killed NAME REGEX CHECK: cut when that row is in the audit log; then taken up again.
killed() {
	bench "$1"
	detector
	"$PLATEAU" scan --quiet >out 2>err </dev/null &
	job=$!
	soon audited 0001 "$2" || { echo "the row $2 never came"; cat out err; return 1; }
	[ -z "${4:-}" ] || eval "$4" || return 1
	cut 0001
	"$TOOLS/files_check" "$(run_folder 0001)" killed || return 1
	run runs
	grep -qE '^1 .* crashed +[0-6]/6' out || { echo "not listed as crashed:"; cat out; return 1; }
	run resume --quiet
	[ "$code" = 0 ] || { echo "resume ended with $code"; cat out err; return 1; }
	grep -qE '^run .*run_0001 finished' out || { echo "no summary:"; cat out; return 1; }
	sound 0001 && "$3" 0001 || return 1
	run runs
	grep -qE '^1 .* finished +6/6' out || { echo "not listed as finished:"; cat out; return 1; }
}
in_window="soon phase_is count"
paused_there="run pause; soon state_is paused"
lane case_1_killed_in_the_first_suppress_write killed suppress ',set,det.mid.*,1023,sent' unvoided
lane case_1_killed_in_the_write_of_the_first_point killed first 'sent,"point 1, attempt 1' retaken
lane case_1_killed_in_the_write_of_a_later_point killed write 'sent,"point 3, attempt 1' retaken
lane case_1_killed_in_a_window killed window 'sent,"point 2, attempt 1' retaken "$in_window"
lane case_2_killed_between_two_points killed between 'sent,"point 2, attempt 1' unvoided "$paused_there"
lane case_1_killed_between_two_channels killed other ',set,det.top.*,1023,sent' unvoided
lane case_1_killed_in_the_restore killed restore ',restore,det.top.*,sent' unvoided

# ---- ended early, and taken up by each of its names
begin() { # begin NAME [SCAN-LINES]: a detector, a scan of it in the background that has begun point 2
	bench "$@"
	detector
	"$PLATEAU" scan --quiet >out.scan 2>err.scan </dev/null &
	job=$!
	soon audited 0001 'sent,"point 2, attempt 1'
}
stopped() { # stopped NAME: a run that ^C^C ended
	begin "$@" || return 1
	kill -INT $job
	until_true state_is paused
	kill -INT $job
	wait $job
	[ $? = 3 ] && cp "$(run_folder 0001)/points.csv" before.0001 && plan_of 0001 >plan.0001
}
resumed() { # resumed WORDS...: resume with these ends it well
	run resume --quiet "$@"
	[ "$code" = 0 ] && says out 'run_0001 finished' || { echo "resume $* ended with $code"; cat out err; return 1; }
	sound 0001
}
interrupted() {
	stopped interrupted || return 1
	run runs
	grep -qE '^1 .* interrupted +[1-6]/6' out || { echo "not listed as interrupted:"; cat out; return 1; }
	resumed 1 || return 1
	run resume
	[ "$code" = 5 ] || { echo "nothing to resume ended with $code"; return 1; }
	run resume 1
	[ "$code" = 2 ] && says err 'run 1 is finished' || { echo "a finished run: $code"; return 1; }
	run resume 7
	[ "$code" = 2 ] && says err 'no run "7"' || { echo "no such run: $code"; cat err; return 1; }
}
stop_word() {
	begin stop_word && run stop && wait $job
	cp "$(run_folder 0001)/points.csv" before.0001 && plan_of 0001 >plan.0001
	resumed
}
lane an_interrupted_run_is_resumed_by_number_and_a_finished_one_refused interrupted
lane a_stopped_run_is_resumed_without_a_name stop_word
by_path() { stopped by_path && resumed "$(run_folder 0001)"; }
by_day() { stopped by_day && resumed "$(basename "$(dirname "$(run_folder 0001)")")/1"; }
by_last() { stopped by_last && resumed last; }
by_workspace() { stopped by_workspace && cd / && resumed_there; }
resumed_there() {
	local at=$work/by_workspace
	"$PLATEAU" resume --quiet "$at/data" >"$at/out" 2>"$at/err" || { cat "$at/out" "$at/err"; return 1; }
	cd "$at" && sound 0001
}
by_bench() { stopped by_bench && resumed "$PWD/bench.yaml"; }
by_option() { stopped by_option && resumed --run 1; }
lane a_run_is_resumed_by_its_path by_path
lane a_run_is_resumed_by_day_and_number by_day
lane a_run_is_resumed_as_last by_last
lane a_run_is_resumed_by_its_workspace by_workspace
lane a_run_is_resumed_by_its_bench by_bench
lane a_run_is_resumed_by_option by_option
detached() {
	stopped detached || return 1
	run resume --detach
	[ "$code" = 0 ] && grep -qE '^run 1 goes on: [0-9] of 6 points are done' out || { cat out err; return 1; }
	until_true finished && sound 0001
}
lane a_run_is_resumed_in_the_background detached
paused() {
	begin paused && run pause && until_true state_is paused || return 1
	cp "$(run_folder 0001)/points.csv" before.0001 && plan_of 0001 >plan.0001
	run resume
	[ "$code" = 0 ] && says out 'run 1: resume asked' && wait $job && sound 0001
}
lane a_paused_run_goes_on paused
owned() { # somebody has its lock
	begin owned && cut 0001
	local before
	exec 9>>"$(run_folder 0001)/.lock" && flock -n 9 || return 1
	echo "pid $$ on $(hostname) since 2026-11-21T10:00:00.000Z, boot $(cat /proc/sys/kernel/random/boot_id)" \
		>"$(run_folder 0001)/.lock"
	before=$(sums "$(run_folder 0001)")
	for words in 1 '--run 1'; do
		run resume $words
		[ "$code" = 1 ] && says err "in the hands of pid $$ on" || { echo "$words: $code"; cat err; return 1; }
	done
	run resume
	[ "$code" = 5 ] || { echo "resume: $code"; cat err; return 1; }
	[ "$(sums "$(run_folder 0001)")" = "$before" ] || { echo "the folder changed"; return 1; }
	exec 9>&- && resumed
}
lane case_16_a_run_whose_owner_lives_is_refused owned
twice() { # killed, resumed, killed, resumed, killed; then to its end
	begin twice && cut 0001
	for at in 'point 4, attempt 1' 'point 6, attempt 1'; do
		"$PLATEAU" resume --quiet >out 2>err </dev/null &
		job=$!
		soon audited 0001 "sent,\"$at" || return 1
		cut 0001
		"$TOOLS/files_check" "$(run_folder 0001)" killed || return 1
	done
	resumed || return 1
	[ "$(grep -c ',run.resume,' "$(run_folder 0001)/audit.csv")" = 3 ] || { echo "not three resumes"; return 1; }
	[ "$(grep -c ',stale lock,' "$(run_folder 0001)/audit.csv")" = 3 ] || { echo "not three stale locks"; return 1; }
	[ "$(sed -n '/^  resumed:/,/^[a-z]/p' "$(run_folder 0001)/run.yaml" | grep -c ' pid:')" = 3 ] ||
		{ grep -A30 '^  resumed:' "$(run_folder 0001)/run.yaml"; return 1; }
}
lane case_16_a_run_is_resumed_again_and_again twice
kept_head() { # what a run was begun with stays: the first start, label, notes
	bench kept_head
	detector
	"$PLATEAU" scan --quiet --label 'cold box' --note 'first words' >out 2>err </dev/null &
	job=$!
	soon audited 0001 'sent,"point 2, attempt 1' || return 1
	cut 0001
	grep -E '^ *(started_|created_|label|uid|seed)' "$(run_folder 0001)/run.yaml" | sort >"head"
	resumed && grep -E '^ *(started_|created_|label|uid|seed)' "$(run_folder 0001)/run.yaml" | sort | cmp - head || return 1
	grep -q started_ head && says head 'cold box' && says "$(run_folder 0001)/notes.csv" 'first words'
}
lane what_a_run_was_begun_with_stays kept_head

# ---- case_80: not what it was
unchanged() { # unchanged WORDS...: resume is refused with 2, says them, and leaves the folder alone
	local before
	before=$(sums "$(run_folder 0001)")
	run resume --quiet
	[ "$code" = 2 ] || { echo "resume ended with $code"; cat out err; return 1; }
	for word in "$@"; do says err "$word" || return 1; done
	[ "$(sums "$(run_folder 0001)")" = "$before" ] || { echo "the folder changed"; sums "$(run_folder 0001)"; return 1; }
	is_back
}
other_file() {
	stopped other_file || return 1
	sed -i 's/dwell: .*/dwell: {time: 5 s}/' bench.yaml
	unchanged 'bench file' 'force' && resumed --force
}
lane case_80_a_changed_bench_file_is_listed_and_forced other_file
other_device() {
	stopped other_device || return 1
	kill $sim
	wait $sim 2>/dev/null
	mv truth.csv truth.first
	detector mac=30:AE:A4:00:00:01
	"$PLATEAU" resume --quiet >out 2>err
	code=$?
	[ $code = 2 ] && says err 'serial number of det' && says err 30:AE:A4:9D:08:2C && says err 30:AE:A4:00:00:01
}
lane case_80_another_device_is_listed other_device
less() { # less NAME SED: a bench that lacks what the run needs
	stopped "$1" || return 1
	sed -i "$2" bench.yaml
	run resume --force --quiet
	[ "$code" = 2 ] && says err 'cannot be followed' || { echo "resume ended with $code"; cat err; return 1; }
}
lane case_80_a_removed_channel_is_refused less channel '/mid: {id/d; s/\[top, mid\]/[top]/'
lane case_80_a_removed_device_is_refused less device 's/^  det:/  tec:/; s/det\.threshold/tec.threshold/'
no_scan() { # its run.yaml names a scan that its own copy of the bench does not have
	stopped no_scan || return 1
	sed -i 's/^name: .*short.*/name: gone/' "$(run_folder 0001)/run.yaml"
	run resume --force --quiet
	[ "$code" = 1 ] && says err 'no scan `gone`' || { echo "resume ended with $code"; cat err; return 1; }
}
lane a_run_whose_scan_is_not_in_its_bench_is_refused no_scan

# ---- the hook before a run
hooked() {
	bench hooked '    hooks: {before: before.sh}'
	printf '#!/bin/sh\necho once >>"%s/hook"\n[ ! -e "%s/no" ]\n' "$PWD" "$PWD" >before.sh && chmod +x before.sh
	detector
	"$PLATEAU" scan --quiet >out 2>err </dev/null &
	job=$!
	soon audited 0001 'sent,"point 2, attempt 1' || return 1
	cut 0001
	touch no
	run resume --quiet
	[ "$code" != 0 ] && says err before.sh && says_not out finished || { echo "refused: $code"; return 1; }
	cmp "$(run_folder 0001)/points.csv" before.0001 || return 1
	run runs
	grep -qE '^1 .* crashed ' out || { cat out; return 1; }
	rm no
	resumed && [ "$(wc -l <hook)" = 3 ]
}
lane the_hook_before_runs_again_and_a_refusal_keeps_the_folder hooked

# ---- a scan like another one
like() {
	bench like
	detector
	run scan --quiet || return 1
	sed -i 's/dwell: .*/dwell: {time: 1 h}/; s/step: 10/step: 5/' bench.yaml
	run scan --like 1 --quiet
	[ "$code" = 0 ] || { echo "scan --like ended with $code"; cat out err; return 1; }
	plan_of 0001 >plan && plan_of 0002 | cmp - plan && "$TOOLS/files_check" "$(run_folder 0002)" && is_back
}
lane a_scan_like_another_has_its_plan_and_values like
lanes_end
finish
