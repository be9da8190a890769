#!/bin/sh
# test/layers.sh: the tree against its own rules. Silent when all hold; run by `make layers`, which
# links the probe programs besides. TREE: another tree to look at.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${TREE:-$here/..}"
status=0

# shellcheck disable=SC2046 # the names of our files have no spaces
awk -f "$here/layers/arrows.awk" \
	$(find include src ui -name '*.[ch]' 2>/dev/null | LC_ALL=C sort) || status=1

# A contract compiles alone, whatever was included before it.
for header in include/plateau/*.h; do
	echo 'extern int alone;' | ${CC:-gcc} -D_GNU_SOURCE -std=c11 -Wall -Wextra -Wpedantic -Werror \
		-Iinclude -fsyntax-only -x c -include "$header" - || {
		echo "$header: does not compile alone"
		status=1
	}
done
exit $status
