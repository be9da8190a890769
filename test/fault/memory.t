#!/bin/bash
# case_24: memory that is refused: every n-th malloc, calloc, realloc and strdup of the program, once
# and for ever, until a scan ends without the fault having struck. The scan is refused with a word,
# or goes on, or stops as by abort(): the files are those of a killed run, what is to be put back is
# pending, and the next scan does it. PLATEAU_LONG=1 takes every n, else two in five.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
# shellcheck source=test/fault/shim.sh
. "$(dirname "$0")/shim.sh"
# shellcheck disable=SC2034 # read by shim.sh
may_abort=yes
if [ -n "${PLATEAU_LONG:-}" ]; then step=6; else step=14; fi

lane=0
while [ $lane -lt 6 ]; do
	echo "case_24_memory_is_refused_once_lane_$lane each once$lane $lane $step 0 FAULT_OPS=alloc"
	[ $((lane % 2)) = 1 ] ||
		echo "case_24_memory_is_refused_for_ever_lane_$lane each ever$lane $lane $step 0 FAULT_OPS=alloc FAULT_TIMES=ever"
	lane=$((lane + 1))
done >"$work/lanes"
lanes <"$work/lanes"
finish
