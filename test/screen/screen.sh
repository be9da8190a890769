# screen.sh - the view in a terminal of 80x24 that nobody sees (tmux, a server of its own), against
# an engine that says what a script tells it to. Source it after bench.sh; end with `finish`.
# shellcheck shell=bash disable=SC2154
work_in screen
engine_pid=
server=0
: "${TOOLS:?set by make t}"
here=$(cd "$(dirname "$0")" && pwd)

mux() {
	tmux -S "$work/tmux.$server" -f /dev/null "$@"
}

# engine SCRIPT: starts the fake engine; what it hears is in $work/heard.
engine() {
	: >>"$work/heard"
	"$TOOLS/fake_engine" "$work/socket" "$here/$1.jsonl" "$work/heard" &
	engine_pid=$!
	until_true test -S "$work/socket"
}
engine_end() {
	kill "$engine_pid" 2>/dev/null
	wait "$engine_pid" 2>/dev/null
	rm -f "$work/socket"
}

# A server that is being killed may still hold its socket: the next one has another.
terminal_end() {
	mux kill-server 2>/dev/null
	server=$((server + 1))
}
# terminal COMMAND: runs it there by sh; its end is told on the screen as "left N". Variables of
# the environment go into COMMAND.
terminal() {
	terminal_end
	mux -u new-session -d -x 80 -y 24 "LC_ALL=C.UTF-8; export LC_ALL; stty -a >$work/before; $1
		echo left \$?; stty -a >$work/after; exec cat"
}
# view [ARGUMENTS]: the view in it, its process in $work/pid.
view() {
	terminal "sh -c 'echo \$\$ >$work/pid; exec $TOOLS/view $work/socket $*'"
}

# screen [ARGUMENTS]: the program in it, on the real engine of $bench. views N: so many are attached
# to that. view_pid: the process of the view, the one plateau of the terminal.
screen() {
	terminal "$PLATEAU $bench $*"
}
views() {
	live && grep -q "\"views\":$1[,}]" <<<"$answer"
}
view_pid() {
	ps -o pid=,comm= -t "$(mux display -p '#{pane_tty}')" | awk '$2 == "plateau" { print $1 }'
}

shot() {
	mux capture-pane -p 2>/dev/null
}
key() {
	mux send-keys "$@"
}

on_screen() {
	shot | grep -qF -e "$1"
}
# sees TEXT, sees_no TEXT: waits until the text is on the screen, or is gone. Shows the screen when
# it does not come.
sees() {
	until_true on_screen "$1" || { shot | sed -n '/./s/^/# /p' && false; }
}
not_on_screen() {
	! on_screen "$1"
}
sees_no() {
	until_true not_on_screen "$1" || { shot | sed -n '/./s/^/# /p' && false; }
}
# heard TEXT [TIMES]: the engine heard it (so many times, waiting for the first); heard_no: never.
heard() {
	until_true grep -qF -e "$1" "$work/heard" || { sed 's/^/# /' "$work/heard" && return 1; }
	test "$(grep -cF -e "$1" "$work/heard")" -eq "${2:-$(grep -cF -e "$1" "$work/heard")}"
}
heard_no() {
	! grep -qF -e "$1" "$work/heard" || { sed 's/^/# /' "$work/heard" && false; }
}

# moment: what a hand takes between two keys; a `y` that comes sooner is none. The one wait for a
# time, before keys that must do nothing: too short a one makes such a case weaker, and none fail.
moment() {
	sleep 0.2
}
# yes_to TITLE: a hand says y to the question, again if it came too soon, until it is answered.
answered() {
	local looks=25
	not_on_screen "$1" && return # a key more would take its message away
	key y
	until not_on_screen "$1"; do
		looks=$((looks - 1))
		[ $looks -gt 0 ] || return
		sleep 0.02
	done
}
yes_to() {
	until_true answered "$1" || { shot | sed -n '/./s/^/# /p' && false; }
}
# as_filed: the open form is taken with the values of the bench file; its question is there then.
as_filed() {
	sees 'C-s start' && key C-s && sees "Start ${1:-scan}"
}
# beside: the next `terminal` is another one, the one before stays; `to_terminal N` goes between
# them, N is $server of each.
beside() {
	server=$((server + 100))
}
to_terminal() {
	server=$1
}

clean_up() {
	for socket in "$work"/tmux.*; do
		tmux -S "$socket" kill-server 2>/dev/null
	done
	engine_end
	[ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean_up EXIT
