#!/bin/sh
# Each rule of the tree is broken once in a small tree; the finding must name file and line.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# tree FILE LINE...: a tree that keeps the rules, and in it one file of these lines.
tree() {
	rm -rf include src ui
	mkdir -p include/plateau src/base src/bus src/scan src/attic ui
	echo '#include <stdint.h>' >include/plateau/good.h
	echo '#include "plateau/good.h"' >src/base/low.h
	echo '#include "base/low.h"' >src/bus/bus.h
	echo '#include "bus/bus.h"' >src/scan/scan.h
	rmdir src/attic
	file=$1
	shift
	[ -z "$file" ] || { mkdir -p "${file%/*}" && printf '%s\n' "$@" >"$file"; }
	TREE=$work "$here/test/layers.sh" >found 2>&1
	status=$?
}

tree ''
holds a_tree_that_keeps_the_rules_is_silent test "$status" -eq 0 -a ! -s found
tree src/bus/up.c '#include <stdio.h>' '#include "scan/scan.h"'
holds an_arrow_upwards_is_found says found 'src/bus/up.c:2: bus may not include scan'
holds a_finding_fails test "$status" -ne 0
tree ui/panel.c '#include "base/low.h"'
holds the_view_includes_no_room says found 'ui/panel.c:1: ui may not include base'
tree src/bus/back.c '#include "../base/low.h"'
holds a_way_up_is_found says found 'src/bus/back.c:1: "../base/low.h": no ways up'
tree src/bus/none.c '#include "base/none.h"'
holds a_header_of_no_tree_is_found says found 'src/bus/none.c:1: "base/none.h" is not in the tree'
tree src/bus/curses.c '#include <ncurses.h>'
holds a_library_has_one_place says found 'src/bus/curses.c:1: <ncurses.h> belongs to ui/ only'
tree src/scan/fit.c '#include <gsl/gsl_math.h>'
holds a_library_of_many_headers_has_one_place says found '<gsl/gsl_math.h> belongs to src/analysis/ only'
tree src/bus/new.c '#include <zlib.h>'
holds an_unknown_library_is_found says found 'src/bus/new.c:1: <zlib.h> is neither libc nor in the table'
tree src/bus/spin.c '' 'static _Atomic int x;'
holds atomics_elsewhere_are_found says found 'src/bus/spin.c:2: atomics are for base/ring and base/queue'
tree src/base/ring.c '#include <stdatomic.h>' 'static _Atomic int x;'
holds atomics_in_the_ring_are_fine test "$status" -eq 0
tree src/attic/old.c 'int x;'
holds a_room_without_a_row_is_found says found 'src/attic/old.c:1: room attic is not in the table'
tree include/plateau/needy.h 'uint8_t needy(void);'
holds a_contract_that_needs_another_is_found says found 'include/plateau/needy.h: does not compile alone'
tree include/plateau/curses.h '#include <jansson.h>'
holds a_contract_knows_no_library says found 'include/plateau/curses.h:1: <jansson.h> belongs to'
tree include/plateau/down.h '#include "base/low.h"'
holds a_contract_knows_no_room says found 'include/plateau/down.h:1: contract may not include base'
# shellcheck disable=SC2046
tree include/plateau/long.h $(seq -f '/*%g*/' 151)
holds a_contract_of_151_lines_is_found says found 'include/plateau/long.h:151: a contract fits 150 lines'
finish
