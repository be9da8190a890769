# tap.sh - TAP for tests in shell: source it, call `holds` for each case, end with `finish`.
# shellcheck shell=sh
tap_count=0
tap_failed=0

# holds NAME COMMAND...: one case, passed when the command succeeds.
holds() {
	tap_name=$1
	shift
	tap_count=$((tap_count + 1))
	if "$@"; then
		echo "ok $tap_count - $tap_name"
	else
		echo "not ok $tap_count - $tap_name"
		echo "# failed: $*"
		tap_failed=$((tap_failed + 1))
	fi
}

# says FILE TEXT, says_not FILE TEXT: the text stands in the file, or does not. Shows the file when wrong.
says() {
	grep -qF -e "$2" "$1" || { sed 's/^/# /' "$1" && false; }
}
says_not() {
	! grep -qF -e "$2" "$1" || { sed 's/^/# /' "$1" && false; }
}

# until_true COMMAND...: waits for it to succeed, 20 s at most.
until_true() {
	tap_tries=200
	while ! "$@" >/dev/null 2>&1; do
		tap_tries=$((tap_tries - 1))
		[ $tap_tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# bench_text NAME SCAN...: a bench with one simulated detector, and of its scans those that are named:
# short, of three points, and long, of 101; each point takes 150 ms and its write.
bench_text() {
	cat <<END
bench: $1
workspace: ./data
devices:
  det:
    driver: osechi
    port: "sim:osechi?rate=250&noise=1&boot=no&seed=3&threshold=285&reply_delay=20&reply_spread=10"
    protocol: text
    channels:
      top: {id: 1, threshold: 290}
      mid: {id: 2, threshold: 300}
scans:
END
	shift
	for tap_scan in "$@"; do
		case $tap_scan in
		short) tap_range='{start: 290, stop: 310, step: 10}' ;;
		*) tap_range='{start: 250, stop: 350, step: 1}' ;;
		esac
		cat <<END
  $tap_scan:
    set: det.threshold
    channels: [top]
    range: $tap_range
    dwell: {time: 100 ms}
    settle: 50 ms
END
	done
}

finish() {
	echo "1..$tap_count"
	exit "$((tap_failed > 0))"
}
