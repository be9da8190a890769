#!/bin/bash
# Keys from a file on a terminal in memory, the screen as a file, and a user's own config.yaml.
# shellcheck disable=SC2154 # work comes from bench.sh
set -u
. "$(dirname "$0")/../bench.sh"
work_in script
export XDG_CONFIG_HOME=$work/config LC_ALL=C.UTF-8
mkdir -p "$work/config/plateau"
bench_text "$work/bench" short
cd "$work/bench" || exit 1
cat >>bench.yaml <<'END'
recordings:
  slow: {rate: 5 Hz, parameters: [det.events], time: 1 min}
END

# play [OPTIONS]: the script on stdin; its end in $status, what it says in $work/said.
play() {
	cat >"$work/script"
	"$PLATEAU" bench.yaml --script "$work/script" --size 80x24 "$@" >"$work/said" 2>&1
	status=$?
}
said() {
	grep -qF -e "$1" "$work/said" || { sed 's/^/# /' "$work/said" && false; }
}
config() {
	cat >"$work/config/plateau/config.yaml"
}

play <<'END'
# the bench is there, and help is found
wait det
wait Counters
keys 5 Enter
:save-screen log.txt
Enter
?
wait Keys everywhere
keys q
:glyphs ascii
wait glyphs ascii
:save-screen ascii.txt
END
holds a_script_plays_keys_and_ends_with_0 test "$status" = 0
holds the_screen_is_in_the_file grep -q '5 Log' log.txt
holds without_the_line_in_which_that_was_typed test "$(grep -c save-screen log.txt)" = 0
holds it_has_as_many_rows_as_the_terminal test "$(wc -l <log.txt)" = 24
holds glyphs_can_be_those_of_every_terminal test "$(LC_ALL=C grep -c '[^ -~]' ascii.txt)" = 0

play <<'END'
wait det
r
wait C-s
keys C-s
wait y yes
y
timeout 60
wait REC slow
:stop
END
holds a_recording_is_started_by_keys_alone test "$status" = 0
holds and_its_run_is_on_disk test -s data/*/run_0001/run.yaml

play <<'END'
timeout 0.3

wait what never stands there
END
holds a_wait_that_fails_ends_with_1 test "$status" = 1
holds and_names_its_line said "$work/script:3:"
play <<<'frobnicate all'
holds a_line_that_means_nothing_fails test "$status" = 1
play <<<'Strg-x'
holds so_does_a_key_that_is_none said 'no such key'
play --theme pink <<<q
holds a_theme_that_is_none_exits_2 test "$status" = 2

config <<'END'
keys: {scan: Z, quit: [Q, F10]}
theme: mono
glyphs: ascii
refresh: 2 Hz
mouse: no
operator: mueller
END
play <<'END'
wait Z scan
wait Q leave
s
keys Z
wait short
keys Esc
Q
END
holds keys_are_bound_anew_by_config_yaml test "$status" = 0

config <<'END'
keys:
  scna: Z
theme: pnik
refresh: 50
colour: yes
END
play <<<q
holds case_73_what_is_wrong_with_it_exits_2 test "$status" = 2
holds case_73_with_line_column_and_the_nearest_action said 'config.yaml:2:3: `scna` is no action; the nearest is `scan`'
holds case_73_all_of_it said 'config.yaml:4:10: 1 to 10 Hz wanted'
holds case_73_an_unknown_key_too said 'config.yaml:5:1: `colour` is no key of this file'
play --force <<<'wait s scan'
holds the_screen_can_be_had_all_the_same test "$status" = 0
config <<'END'
keys: {scan: x}
END
play <<<q
holds a_key_of_two_actions_names_both said 'config.yaml:1:14: `x` is the key of scan and of stop'
config <<'END'
keys: {scan: F5}
END
play <<<q
holds an_f_key_alone_is_refused said 'an F key needs another one beside it'
config <<'END'
keys: {scan: [
END
play <<<q
holds case_73_broken_yaml_names_its_line said 'config.yaml:2'
"$PLATEAU" stop bench.yaml >/dev/null 2>&1
finish
