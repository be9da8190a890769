#!/bin/bash
# Ports that are pulled, put back, taken by others or answered by halves: through the built program,
# on simulated detectors behind paths of their own. A link that is moved to another simulator is a
# plug in another socket. The numbers are those of the failure cases.
# shellcheck source=test/bench.sh disable=SC2317
. "$(dirname "$0")/../bench.sh"
work_in lost

# detector NAME [KEY=VALUE...]: a simulator of its own, its port is $work/NAME.port.
detector() {
	name=$1
	shift
	"$PLATEAU" sim osechi rate=250 noise=1 boot=no reply_delay=20 reply_spread=10 duration=90 \
		link="$work/$name.port" "$@" >"$work/$name.path" &
	echo $! >"$work/$name.pid"
	until_true [ -L "$work/$name.port" ]
}

# bench NAME PORT PROTOCOL [MORE-DEVICES]: three points of 0.4 s.
bench() {
	bench_det "$work/$1" "$2" "$3" '290 300' "\
    reply_timeout: 300 ms
    lost: {wait: ${wait:-60 s}, else: stop}
${4:-}" <<EOF
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 400 ms}
    settle: 60 ms
    retry: {tries: 2, wait: 50 ms}
EOF
}
ends() { # ends NAME WANTED-EXIT
	wait "$scan"
	code=$?
	agree=0
	run=$(printf '%s\n' "$work/$1"/data/2*/run_* | tail -1) # an older one it may have put right
	[ ! -d "$run" ] || "$TOOLS/files_check" "$run" >"$work/$1/check" || agree=1
	[ "$code" = "$2" ] && [ "$agree" = 0 ] && return
	echo "# exit $code, not $2"
	told "$1"
}
scan() { begin "$1" && ends "$1" "$2"; }
logged() { grep -qF -e "$2" "$work/$1/log/plateau.log"; }
says_log() { says "$work/$1/log/plateau.log" "$2"; }
# cpu_ticks PID: user and system time of it and its threads.
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
plug() { ln -sfn "$(head -1 "$work/$2.path")" "$work/$1.port"; } # plug SOCKET DETECTOR

# ---- pulled

detector first mac=30:AE:A4:00:00:01
plug socket first
bench case_26 "$work/socket.port" text
begin case_26
until_true has_points case_26 1
rm "$work/socket.port"
kill "$(cat "$work/first.pid")"
holds "case_26 the loss is seen at once" until_true logged case_26 "det: lost"
"$PLATEAU" status "$work/case_26/bench.yaml" --json >"$work/case_26/status"
holds "case_26 it is told as lost" grep -q '"state":"lost"' "$work/case_26/status"
holds "case_26 its last values are told" grep -q '"quality":"stale"' "$work/case_26/status"
holds "case_26 and none of them as new" says_not "$work/case_26/status" '"quality":"ok"'
before=$(cpu_ticks "$scan")
read -r -t 3 _ <> <(:) || true
ticks=$(($(cpu_ticks "$scan") - before))
echo "# 3 s without the device cost $ticks ticks of 300"
holds "case_26 a lost device costs no CPU" [ $ticks -le 15 ]
holds "case_26 the run is paused, and says why" until_true grep -qF "paused: lost" "$work/case_26/err"

# ---- another one in its place, then the first in another

detector other mac=30:AE:A4:00:00:02
plug socket other
holds "case_28 another device in the socket is refused by its number" \
	until_true logged case_26 "serial number 30:AE:A4:00:00:02 instead of 30:AE:A4:00:00:01"
holds "case_28 and how to take it is said" says_log case_26 "closes and opens the device and takes this one"
holds "case_28 nothing was written to it" says_not "$work/case_26/log/plateau.log" "is back"
detector again mac=30:AE:A4:00:00:01
plug socket again
holds "case_27 the device is known by its number at another node, the scan goes on to its end" ends case_26 0
holds "case_26 the point is void once and taken again" column_is case_26 quality "ok void ok ok"
holds "case_26 as attempt 2" column_is case_26 attempt "1 1 2 1"
holds "case_27 its settings were sent again and read back" column_is case_26 readback "290  300 310"

# ---- gone for good, then another one is taken by asking

detector gone mac=30:AE:A4:00:00:03
plug taken gone
wait='4 s' bench taken "$work/taken.port" text
serve taken
begin taken
until_true has_points taken 1
plug taken other
kill "$(cat "$work/gone.pid")"
holds "case_28 a run whose device is another ends crashed after lost.wait" ends taken 1
holds "case_28 a run that is started anew takes the other one" scan taken 0
holds "case_28 and says so" says_log taken "another device is taken: serial number 30:AE:A4:00:00:02"
kill "$serve"
wait "$serve"

# ---- pulled and put back between two looks

detector quick "fault=unplug:at=300:ch=1:ms=150:count=1:replug=0.05"
bench case_29 "$work/quick.port" text
holds "case_29 a plug pulled and put back at once is seen, exit 0" scan case_29 0
holds "case_29 the point is void and taken again" column_is case_29 quality "ok void ok ok"
holds "case_29 the loss stands in the audit" grep -q ',lost,' "$(folder case_29)/audit.csv"

# ---- two devices, one is pulled

detector left "fault=unplug:at=300:ch=1:ms=150:count=1:replug=4"
detector right
bench two "$work/left.port" text "  beside:
    driver: osechi
    port: $work/right.port
    protocol: text
    channels: {top: {id: 1, threshold: 290}}"
begin two
until_true logged two "det: lost"
until_true "$PLATEAU" get "$work/two/bench.yaml" beside.events
one=$("$PLATEAU" get "$work/two/bench.yaml" beside.events)
more() { now=$("$PLATEAU" get "$work/two/bench.yaml" beside.events) && [ "$now" != "$one" ]; }
holds "case_26 the other device goes on counting meanwhile" until_true more
holds "case_26 while the first is still lost" says_not "$work/two/log/plateau.log" "det: is back"
holds "case_26 and then the run too" ends two 0
holds "case_26 the other device was never lost" says_not "$work/two/log/plateau.log" "beside: lost"

# ---- held by another

detector busy
wait='10 s' bench case_33 "$work/busy.port" text
flock --no-fork --nonblock "$work/busy.port" "$TOOLS/hold" "$work/hold" &
until_true [ -e "$work/hold.held" ]
begin case_33
holds "case_33 a port that another holds is waited for, its holder named" \
	until_true grep -qF "in use by hold" "$work/case_33/err"
touch "$work/hold"
holds "case_33 and taken when it is free" ends case_33 0

"$TOOLS/hold" "$work/open" <>"$work/busy.port" &
until_true [ -e "$work/open.held" ]
wait='1 s' bench case_31 "$work/busy.port" text
holds "case_31 a port that another has open without a lock is never read by halves" scan case_31 1
holds "case_31 it is named" says "$work/case_31/err" "in use by hold"
holds "case_31 giving up leaves no folder" no_folder case_31
wait='10 min' bench ended "$work/busy.port" text
begin ended
until_true grep -qF "in use by hold" "$work/ended/err"
kill -INT "$scan"
holds "case_33 ^C ends the waiting" ends ended 3
touch "$work/open"

# ---- answers

sim='sim:osechi?rate=0&noise=0&boot=no&reply_delay=20&reply_spread=10'
bench case_34 "$sim&fault=late:ms=450:at=300:ch=1:count=1" text
holds "case_34 a late reply: the write is tried again, exit 0" scan case_34 0
holds "case_34 it is told as late" grep -q late "$(folder case_34)/device.log"
holds "case_34 and no other setting was confirmed by it" column_is case_34 applied "290 300 310"

bench case_35 "$sim&fault=cut:at=300:ch=1:count=1" text
holds "case_35 half a reply and silence: tried again, exit 0" scan case_35 0
holds "case_35 it is counted" column_is case_35 retries "0 1 0"
bench halves "$sim&fault=cut:at=310:ch=1" text
holds "case_35 half replies only: the point is invalid, exit 4" scan halves 4
holds "case_35 it has no counts" column_is halves quality "ok ok invalid"

bench case_36 "$sim&fault=garble:on=get:from=2" text
get() { "$PLATEAU" get "$work/case_36/bench.yaml" det.uptime --json; }
serve case_36
garbled() { get >"$work/get" 2>&1; grep -q '"invalid"' "$work/get"; }
holds "case_36 a reply that cannot be read gives an invalid reading" until_true garbled
holds "case_36 no value" grep -q '"value": *null' "$work/get"
holds "case_36 its reason is the format" says "$work/get" "format: 1 unreadable line"
kill "$serve"
wait "$serve"
bench garbled "$sim&fault=garble:at=310:ch=1" text
holds "case_36 a write whose replies cannot be read is an invalid point" scan garbled 4
holds "case_36 the raw bytes stand escaped in device.log" grep -q '\\x' "$(folder garbled)/device.log"

bench case_41 "$sim&protocol=binary&garbage=100" text
holds "case_41 bytes that are no text: refused, not tried for ever" scan case_41 1
holds "case_41 with a suggestion" says "$work/case_41/err" "wrong baud rate?"
finish
