#!/bin/bash
# The words of the command line: help of each, what is refused and how, the manual, the shell.
# shellcheck source=test/bench.sh
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/bench.sh"
work_in words
cd "$work" || exit 1
export XDG_CONFIG_HOME=$work


run --help
holds help_ends_with_0 ends_with 0
every_word_has_help() {
	for word in $("$PLATEAU" man-lists words); do
		run "$word" --help
		ends_with 0 && says out "usage: plateau $word" || return 1
		run help "$word" && says out "usage: plateau $word" || return 1
		grep -q "^  $word  *[^ ]" <("$PLATEAU" --help) || return 1
	done
}
holds every_word_has_help_and_stands_in_the_list every_word_has_help
every_word_takes_the_common_options() {
	for word in $("$PLATEAU" man-lists words | grep -vx sim); do
		says <("$PLATEAU" "$word" --help) '--workspace DIR' || return 1
	done
}
holds every_word_lists_the_common_options every_word_takes_the_common_options
# An option has one meaning: whether it takes a value does not depend on the word.
options_agree() {
	"$PLATEAU" man-lists word-options | awk '{ name = $NF; sub(/=$/, "", name); form[name] = form[name] " " $NF }
		END { for (name in form) { n = split(form[name], f, " "); for (i = 2; i <= n; i++) if (f[i] != f[1]) exit 1 } }'
}
holds an_option_means_the_same_in_every_word options_agree
own_options_are_new() { ! "$PLATEAU" man-lists word-options | awk '{ print $NF }' | sort | uniq -c |
	awk '$1 > 1 { print $2 }' | grep -vxE -- '--(now|watch|detach|dry-run|run=|label=|sample=|note=|for=|max-time=|theme=|glyphs=|refresh=|script=|size=)' | grep .; }
holds no_word_redefines_a_common_option own_options_are_new

run version
holds version_says_version_and_build grep -qE '^plateau [0-9.]+[^ ]* \(build [0-9a-f]{16}\)$' out
run version --json
holds version_as_json says out '"build":"'

run skan
holds an_unknown_word_is_refused ends_with 2
holds an_unknown_word_names_the_nearest says err 'did you mean `scan`'
run scan --dryrun
holds an_unknown_option_is_refused ends_with 2
holds an_unknown_option_names_the_nearest says err 'did you mean --dry-run'
run scan --dryrun --json
holds a_refused_line_is_one_object_too grep -qE '^\{"success":false,"code":"usage".*\}$' out
run --json skan
holds an_unknown_word_is_one_object_too grep -qE '^\{"success":false,"code":"usage".*\}$' out
run scan one two three
holds too_many_arguments_are_refused ends_with 2
run scan
holds no_bench_is_usage ends_with 2
holds no_bench_says_how_to_begin says err 'plateau init'
run scan nowhere.yaml threshold
holds a_missing_bench_is_refused ends_with 2
holds a_missing_bench_is_named says err 'nowhere.yaml'
run "$here/share/bench/demo.yaml"
holds the_screen_needs_a_terminal ends_with 2
holds the_screen_says_that_it_needs_a_terminal says err terminal
run decode_this
holds any_other_first_word_is_refused ends_with 2

for word in status watch stop pause interrupt wait skip retake safe; do
	cp "$here/share/bench/demo.yaml" bench.yaml
	run $word
	holds "${word}_without_an_engine_ends_with_5" ends_with 5
	holds "${word}_without_an_engine_says_so" says err 'no engine is running'
done
run resume
holds resume_where_nothing_was_left_ends_with_5 ends_with 5
holds no_word_without_an_engine_made_a_workspace test ! -e plateau-demo

run ports
holds ports_ends_with_0 ends_with 0
run ports --json
holds ports_as_json grep -q '^{"ports":\[' out
run drivers
holds drivers_names_driver_keys_and_parameters grep -q 'DEVICE.CHANNEL.threshold' out
run drivers --json
holds drivers_as_json grep -q '^{"drivers":\[{"name":"osechi"' out
run sim --help
holds sim_has_help_of_its_own says out osechi
run sim ezzone --help
holds sim_ezzone_tells_its_keys_and_faults says out 'units='
holds sim_ezzone_tells_its_flags says out '--modbus-tcp   the same as bus=tcp'
run sim ezzone units=248
holds a_unit_that_cannot_be_is_refused ends_with 2
holds a_unit_that_cannot_be_is_explained says err 'addresses here are 1..247'
run sim ezzone --modbus-ascii
holds an_unknown_flag_is_refused ends_with 2
run sim ezzone fault=late:mss=3
holds an_unknown_fault_key_is_refused ends_with 2
for bus in --modbus-rtu --modbus-tcp --stdbus; do
	run sim ezzone "$bus" units=3 duration=0.05
	holds "sim_ezzone_${bus#--}_ends_by_itself" ends_with 0
	holds "sim_ezzone_${bus#--}_says_its_port_first" grep -qE '^(/dev/pts/|tcp:127\.0\.0\.1:)[0-9]+$' out
done

# ---- init
mkdir first && cd first || exit 1
run init
holds init_writes_a_first_bench test -s bench.yaml
run check
holds the_first_bench_is_good ends_with 0
sum=$(cksum <bench.yaml)
run init
holds init_refuses_to_write_over ends_with 1
holds init_left_the_old_file_alone test "$sum" = "$(cksum <bench.yaml)"
run init --output - 'sim:osechi?seed=7' tcp:host:4000
holds init_prints_what_was_named says out 'tcp:host:4000'
"$PLATEAU" init --output two.yaml 'sim:osechi?seed=7' 'tcp:host:4000' >/dev/null
run check two.yaml
holds a_bench_of_two_named_ports_is_good ends_with 0
run init --output json.yaml --json
holds init_as_json grep -qx '{"success":true,"file":"json.yaml"}' out
run init --output three.yaml nonsense:port
holds init_refuses_what_is_no_port ends_with 2
cd ..

# ---- the manual and the shell
every() { # every LIST FILE: each word of the list stands in the page
	for each in $1; do
		grep -qF -e "${each//-/\\-}" "$2" || { echo "# $each is missing in $2" && return 1; }
	done
}
for kind in $("$PLATEAU" man-lists simulators); do
	holds "the_keys_of_${kind}_are_in_the_manual" says "$PAGES/plateau.1" "usage: plateau sim $kind "
done
holds every_word_is_in_the_manual every "$("$PLATEAU" man-lists words)" "$PAGES/plateau.1"
holds every_option_is_in_the_manual every \
	"$("$PLATEAU" man-lists word-options | awk '{ sub(/=$/, "", $NF); print $NF }')" "$PAGES/plateau.1"
# keys of a bench as check --effective names them
holds every_key_of_a_bench_is_in_the_manual every \
	"$("$PLATEAU" check "$here/share/bench/example.yaml" --effective | sed 's/=.*//; s/.*[.]//' | sort -u |
		grep -vxE 'top|mid|btm|all|dwell')" "$PAGES/plateau.yaml.5"
for page in plateau.1 plateau.yaml.5; do
	holds "${page}_has_no_list_left_out" test -z "$(grep '^@' "$PAGES/$page")"
	! command -v groff >/dev/null ||
		holds "${page}_is_sound_roff" test -z "$(groff -man -ww -Tutf8 -z "$PAGES/$page" 2>&1)"
done
complete_with() { # complete_with WORDS...: what the shell proposes for the last of them
	bash -c 'PATH=$1:$PATH; shift; . "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _plateau
		printf "%s\n" "${COMPREPLY[@]}"' - "$work/bin" "$here/share/completions/plateau" "$@" 2>/dev/null
}
mkdir -p bin && ln -sf "$PLATEAU" bin/plateau
holds the_shell_completes_words test "$(complete_with plateau interr)" = interrupt
holds the_shell_completes_options test "$(complete_with plateau scan --dry)" = --dry-run
holds the_shell_knows_the_scans_of_a_bench test \
	"$(complete_with plateau scan "$here/share/bench/demo.yaml" thr)" = threshold
holds the_shell_knows_its_channels test "$(complete_with plateau count "$here/share/bench/demo.yaml" det.t)" = det.top
holds the_shell_knows_its_thresholds test \
	"$(complete_with plateau set "$here/share/bench/demo.yaml" det.m)" = det.mid.threshold=
# A word of zsh that the program no longer knows would go unseen: there is no zsh to ask.
for each in $(grep -oE '^	[a-z| ]+\)' "$here/share/completions/_plateau" | tr -d '|)'); do
	holds "zsh_completes_the_word_$each" grep -qx "$each" <("$PLATEAU" man-lists words)
done
holds the_shell_knows_the_bench_files test "$(cd first && complete_with plateau scan ben)" = bench.yaml
finish
