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

finish() {
	echo "1..$tap_count"
	exit "$((tap_failed > 0))"
}
