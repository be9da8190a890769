#!/bin/bash
# The disk of a scan fails: every n-th open, write, sync, rename and truncate, once, for a while and
# for ever, until a scan ends without the fault having struck. No row is torn, doubled or lost, and
# nothing is shown that is not there. PLATEAU_LONG=1 takes every n, else one in some.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
# shellcheck source=test/fault/shim.sh
. "$(dirname "$0")/shim.sh"
if [ -n "${PLATEAU_LONG:-}" ]; then few=1 some=1 many=1; else few=3 some=7 many=19; fi

lanes <<END
case_9_a_write_fails_with_EIO       each a 0 $some 0 FAULT_OPS=write FAULT_ERRNO=EIO FAULT_SHORT=7
case_9_writes_fail_with_EIO_for_ever each b 1 $many 0 FAULT_OPS=write FAULT_ERRNO=EIO FAULT_TIMES=ever
case_9_a_sync_fails                 each c 2 $some 0 FAULT_OPS=sync FAULT_ERRNO=EIO
case_9_syncs_fail_for_ever          each d 3 $many 0 FAULT_OPS=sync FAULT_ERRNO=EIO FAULT_TIMES=ever
case_7_a_write_finds_no_space       each e 4 $some 0 FAULT_OPS=write FAULT_ERRNO=ENOSPC FAULT_SHORT=3
case_10_a_write_is_over_quota       each f 5 $some 0 FAULT_OPS=write FAULT_ERRNO=EDQUOT FAULT_SHORT=1
case_10_a_write_is_over_the_file_limit each g 6 $some 0 FAULT_OPS=write FAULT_ERRNO=EFBIG FAULT_SHORT=1
a_rename_fails                      each h 0 1 0 FAULT_OPS=rename FAULT_ERRNO=EIO
renames_fail_for_ever               each i 0 $few 0 FAULT_OPS=rename FAULT_ERRNO=EIO FAULT_TIMES=ever
an_open_fails                       each j 0 $few 0 FAULT_OPS=open FAULT_ERRNO=EIO
opens_fail_for_ever                 each k 1 $few 0 FAULT_OPS=open FAULT_ERRNO=ENOSPC FAULT_TIMES=ever
a_torn_row_that_cannot_be_taken_back each l 3 $some 0 FAULT_OPS=write,truncate FAULT_ERRNO=ENOSPC FAULT_SHORT=5 FAULT_TIMES=2
END
finish
