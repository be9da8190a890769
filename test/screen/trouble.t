#!/bin/bash
# Resizing, signals, crashes, engines that go away, hostile texts; and what a frame costs.
# shellcheck disable=SC2154 # work and engine_pid come from screen.sh
set -u
. "$(dirname "$0")/../bench.sh"
. "$(dirname "$0")/screen.sh"

pid() {
	cat "$work/pid"
}

engine running
view
sees 'Hz over threshold'
for size in '1 1' '20 5' '1000 400' '40 10' '39 10' '2 50' '300 3' '80 24' '1 400' '1000 1' '72 11'; do
	mux resize-window -x "${size% *}" -y "${size#* }"
done
mux resize-window -x 30 -y 5
holds case_58_too_small_is_said sees 'too small RUNNING'
mux resize-window -x 400 -y 100
holds case_58_a_large_screen_is_used sees 'det.errors'
mux resize-window -x 80 -y 24
holds case_58_after_a_storm_all_is_there sees 'Hz over threshold'
holds case_58_the_view_lives kill -0 "$(pid)"

kill -STOP "$(pid)"
kill -CONT "$(pid)"
key '?'
holds case_59_stopped_from_outside_it_goes_on sees 'start a scan; its plan'
key q
kill -HUP "$(pid)"
holds case_55_HUP_detaches heard '"do":"detach"' 1
holds case_55_HUP_leaves_with_0 sees 'left 0'
holds case_55_HUP_leaves_the_terminal_clean cmp "$work/before" "$work/after"
engine_end

engine running
view
sees 'Hz over threshold'
kill -TERM "$(pid)"
holds case_55_TERM_leaves_with_143 sees 'left 143'
holds case_55_TERM_leaves_the_terminal_clean cmp "$work/before" "$work/after"
holds case_55_the_main_screen_is_back sees_no 'Hz over threshold'

for signal in SEGV ABRT BUS; do
	view
	sees 'Hz over threshold'
	rm -f "$work/after"
	kill -"$signal" "$(pid)"
	holds "case_61_after_${signal}_the_shell_is_there" sees 'left 1'
	until_true test -s "$work/after"
	holds "case_61_after_${signal}_the_terminal_is_cooked" cmp "$work/before" "$work/after"
	holds "case_61_after_${signal}_the_main_screen_is_back" sees_no 'Hz over threshold'
	holds "case_61_after_${signal}_the_cursor_is_on" \
		test "$(mux display-message -p '#{cursor_flag}#{keypad_cursor_flag}')" = 10
done

terminal_end
mux -u new-session -d -x 80 -y 24 'LC_ALL=C.UTF-8 PS1=">>" bash --norc --noprofile -i'
sees '>>'
key "stty -a >$work/before; $TOOLS/view $work/socket" Enter
sees 'Hz over threshold'
key C-z
holds case_59_suspended_the_shell_is_there sees 'Stopped'
rm -f "$work/after"
key "stty -a >$work/after" Enter
until_true test -s "$work/after"
holds case_59_suspended_the_terminal_is_cooked until_true cmp "$work/before" "$work/after"
key fg Enter
holds case_59_fg_shows_all_again sees 'Hz over threshold'
key q
holds case_59_and_it_leaves_as_always sees_no 'Hz over threshold'

view reconnect
sees 'Hz over threshold'
engine_end
holds an_engine_that_goes_away_is_told sees 'ENGINE AWAY'
holds what_was_known_stays sees 'Hz over threshold'
key s
holds nothing_is_asked_of_it sees 'the engine is away'
engine running
holds when_it_is_back_all_goes_on sees 'the engine is back'
holds and_the_alarm_is_gone sees_no 'ENGINE AWAY'
key q
sees 'left 0'
view
sees 'Hz over threshold'
engine_end
holds without_a_way_back_the_view_ends sees 'plateau: engine: the engine went away'
holds without_a_way_back_it_exits_1 sees 'left 1'

engine hostile
terminal "script -qec '$TOOLS/view $work/socket' $work/raw >/dev/tty"
holds case_64_device_text_is_shown_as_escapes sees '\x1b]52;c;'
for panel in 1 2 3 4 5; do
	key $panel Enter
	sees_no ' Counters ' >/dev/null
	key Enter
	sees ' Log '
done
key q
sees 'left 0'
esc=$(printf '\033')
for bytes in "${esc}]52" "${esc}[2J " "$(printf '\302\233')" "$(printf '\342\200\256')" \
	"$(printf '\342\200\213')" "$(printf '\360\237\230\200')" "$(printf '\007')"; do
	holds "case_64_never_raw_$(printf %s "$bytes" | od -An -tx1 | tr -d ' ')" \
		test "$(LC_ALL=C grep -acF -e "$bytes" "$work/raw")" -eq 0
done
engine_end

: >"$work/heard"
engine frames
terminal "script -qefc 'echo \$\$ >$work/pid; exec $TOOLS/view $work/socket' $work/raw >/dev/tty"
sees 'Hz over threshold'
heard '{"drawn":1}'
first=$(stat -c %s "$work/raw")
kill -USR1 "$engine_pid"
heard '{"drawn":6}'
same=$(stat -c %s "$work/raw")
echo "# first frame and curve $first bytes, five frames without a change $((same - first)) bytes"
holds nothing_is_sent_when_nothing_changed test $((same - first)) -le 64
key x
sees 'Stop run 42'
moment
before=$(stat -c %s "$work/raw")
yes_to 'Stop run 42'
heard '{"drawn":16}'
after=$(stat -c %s "$work/raw")
echo "# ten frames of a running scan $((after - before)) bytes"
holds a_frame_costs_at_most_1_kB test $(((after - before) / 10)) -le 1000
anon=$(awk '/RssAnon/ {print $2}' "/proc/$(pid)/status")
echo "# private memory $anon kB"
holds private_memory_stays_below_6_MB test "$anon" -le 6144
finish
