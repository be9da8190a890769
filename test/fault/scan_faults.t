#!/bin/bash
# What a scan does when the device or the line misbehaves: through the built program, on a simulated
# detector that is told to. The numbers are those of the failure cases.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in faults

# bench NAME PROTOCOL PORT [MORE-SCAN-LINES]
bench() {
	bench_det "$work/$1" "$3" "$2" '290 300' "\
    reply_timeout: 300 ms
    lost: {wait: 3 s, else: stop}" <<EOF
  threshold:
    set: det.threshold
    channels: [top]
    range: {start: 290, stop: 310, step: 10}
    dwell: {time: 150 ms}
    settle: 60 ms
    retry: {tries: 2, wait: 50 ms}
${4:-}
EOF
}
sim='sim:osechi?rate=250&noise=1&boot=no&reply_delay=20&reply_spread=10'

# scan NAME WANTED-EXIT: runs it; its words are in out and err; its files agree with each other.
scan() {
	scan_of "$1" threshold
	[ "$code" = "$2" ] && { no_folder "$1" || agree "$1"; } && return
	echo "# exit $code, not $2"
	told "$1"
}
# no_counts NAME: the second of three points has none, the others have.
no_counts() {
	[ "$(column "$1" hits | sed 's/^[0-9][0-9]*$/n/' | tr '\n' '|')" = "n||n|" ]
}
# restored NAME: the last write to each channel was a success with its configured value.
restored() { put_back "$(folder "$1")" 1:290 2:300; }

# ---- writes that fail

bench refused binary "$sim&protocol=binary&fault=refuse:at=300:ch=1"
holds "a refused write: tried again, then an invalid point, exit 4" scan refused 4
holds "the refused point carries no counts" column_is refused quality "ok invalid ok"
holds "nothing is stored under the refused threshold" no_counts refused
holds "the reason names the refusal" says "$(folder refused)/points.csv" refused
holds "each attempt stands in threshold_operations.csv" \
	[ "$(grep -c ',300,' "$(folder refused)/threshold_operations.csv")" -ge 2 ]
holds "the thresholds are back" restored refused
holds "scan_results has the valid points alone" \
	[ "$(tail -n +2 "$(folder refused)/scan_results_ch1.csv" | cut -d, -f3 | tr '\n' ' ')" = "290 310 " ]

bench unanswered binary "$sim&protocol=binary&fault=unanswered:at=300:ch=1"
holds "an unanswered write: an invalid point, exit 4" scan unanswered 4
holds "the unanswered point carries no counts" column_is unanswered quality "ok invalid ok"

bench once binary "$sim&protocol=binary&fault=refuse:at=300:ch=1:count=1"
holds "a write refused once is tried again and counts" scan once 0
holds "the second try is told in the row" [ "$(column once retries | sed -n 2p)" = 1 ]

bench case_35 text "$sim&protocol=text&fault=late:ms=900:at=300:ch=1:count=1"
holds "case_35 a reply that comes after its deadline: retried" scan case_35 0
holds "case_35 the late reply confirms nothing else" column_is case_35 applied "290 300 310"

bench case_43 text "$sim&protocol=text&fault=clip:to=295:at=300:ch=1:answer=asked&threshold=305"
holds "case_43 a clipped threshold is seen by reading back, exit 4" scan case_43 4
holds "case_43 readback holds what was read" [ "$(column case_43 readback | sed -n 2p)" = 295 ]
holds "case_43 no counts under the requested value" no_counts case_43

bench lost_restore binary "$sim&protocol=binary&fault=refuse:ch=2:from=1.3"
holds "a restore that is never confirmed fails the run" scan lost_restore 1
holds "and says which channel was not put back" says "$work/lost_restore/err" "mid was NOT put back"

bench give_up binary "$sim&protocol=binary&fault=refuse:ch=1" "    give_up: 2"
holds "give_up ends a channel whose points all fail, exit 1 as none is left" scan give_up 1
holds "the points not tried are skipped, with that reason" column_is give_up quality "invalid invalid skipped"

# ---- garbage

bench case_48 binary "$sim&protocol=binary&baud=0&fault=endless:bytes=10000000:from=1"
holds "case_48 10 MB without a newline never stop the scan" scan case_48 0
holds "case_48 and are told in device.log" [ -s "$(folder case_48)/device.log" ]

bench garbage binary "$sim&protocol=binary&garbage=40&debug=10&stray=20"
holds "garbage never stops the scan" scan garbage 0
holds "it lands escaped in device.log" grep -q '\\x' "$(folder garbage)/device.log"
holds "and nothing else of it: the log is plain ASCII" \
	[ "$(LC_ALL=C grep -c '[^ -~]' "$(folder garbage)/device.log")" = 0 ]

# ---- ports

bench no_port binary /dev/serial/by-id/usb-nothing_here
holds "a port that is not there is said by name" scan no_port 1
holds "no port: names the path" says "$work/no_port/err" usb-nothing_here
holds "no port: no run folder is left" no_folder no_port
holds "no port: the number stays used" [ -e "$work/no_port/data/.plateau/runs/0001" ]

bench not_tty binary "$work/plain"
: >"$work/plain"
holds "a plain file is no port" scan not_tty 1
holds "not a port: names the path" says "$work/not_tty/err" "$work/plain"

mkdir -p "$work/busy"
"$PLATEAU" sim osechi rate=50 boot=no protocol=binary link="$work/busy/port" duration=60 \
	>"$work/busy/path" &
until_true test -e "$work/busy/port"
bench busy binary "$work/busy/port"
flock --no-fork --nonblock "$work/busy/port" "$TOOLS/hold" "$work/busy/done" &
until_true test -e "$work/busy/done.held"
holds "case_31 a port in use is refused" scan busy 1
holds "case_31 and its holder is named" says "$work/busy/err" hold
touch "$work/busy/done"

bench wrong_device text "$sim&protocol=binary"
holds "a device that does not answer the protocol is refused" scan wrong_device 1
holds "wrong device: no run folder is left" no_folder wrong_device

# ---- unplugged

# cable NAME SIM-WORDS...: a detector of its own, at a port that it can be pulled out of.
cable() {
	name=$1
	shift
	mkdir -p "$work/$name"
	"$PLATEAU" sim osechi rate=250 boot=no protocol=binary link="$work/$name/port" \
		truth="$work/$name/truth.csv" duration=60 "$@" >"$work/$name/path" &
	until_true test -e "$work/$name/port"
	bench "$name" binary "$work/$name/port"
}
void_rows() { awk -F, '$24 == "void" { n += $17 == "" } END { print n + 0 }' "$(folder "$1")/points.csv"; }

cable case_26 "fault=unplug:at=300:ch=1:ms=250"
holds "case_26 unplugged for good: crashed after lost.wait, exit 1" scan case_26 1
holds "case_26 the point is void and carries no counts" [ "$(void_rows case_26)" = 1 ]
holds "case_26 what was measured before stays" [ "$(column case_26 quality | head -1)" = ok ]
holds "case_26 the restore that was impossible is loud" says "$work/case_26/err" "NOT put back"

cable back "fault=unplug:at=300:ch=1:ms=250:count=1:replug=1"
holds "unplugged and back: the scan goes on to its end" scan back 0
holds "back: the point is void once and taken again" column_is back quality "ok void ok ok"
holds "back: as attempt 2" column_is back attempt "1 1 2 1"
holds "back: every count is the truth" is_true back
holds "back: the thresholds are restored" restored back
finish
