#!/bin/sh
# The Makefile's own promises, tried on a small copy of the tree with packages and rights faked.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/test/tap.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS MODE OUT CI V PREFIX DESTDIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

mkdir -p tree/src/base tree/include/plateau tree/test fake
cp -r "$here/Makefile" "$here/.ci" "$here/share" tree/
! [ -d "$here/man" ] || cp -r "$here/man" tree/
cp "$here/src/base/version.c" tree/src/base/
cp "$here/include/plateau/version.h" tree/include/plateau/
cat >tree/src/main.c <<'END'
#include "plateau/version.h"
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("%s %s %s\n", argc > 1 ? argv[1] : "screen", pl_version(), pl_build_id());
	return 0;
}
END

# fake NAME BODY: a command of that name, first in PATH; each call is a line in log.
fake() {
	printf '#!/bin/sh\necho "%s $*" >>%s/log\n%s\n' "$1" "$work" "$2" >"fake/$1"
	chmod +x "fake/$1"
}
# Runs make in the copy with the fakes before all else; its words go to said, its status to $status.
run_make() {
	: >log
	PATH="$work/fake:$PATH" make -C tree "$@" >said 2>&1 </dev/null
	status=$?
}
# As run_make, with a PATH of nothing but the fakes and the named programs.
run_make_with_only() {
	rm -rf only && mkdir only
	for program in $1 make sh mkdir cat cut sha256sum cmp rm mv dirname nproc grep; do
		ln -s "$(command -v "$program")" "only/$program"
	done
	shift
	: >log
	PATH="$work/fake:$work/only" "$work/only/make" -C tree "$@" >said 2>&1 </dev/null
	status=$?
}
all_installed='shift 3; for name; do printf "%s:installed " "$name"; done'
without_yaml='shift 3; for name; do [ "$name" = libyaml-dev ] || printf "%s:installed " "$name"; done; exit 1'
fake apt-get ''
fake apt-cache ''
fake sudo 'exec "$@"'

fake dpkg-query "$all_installed"
run_make demo
holds make_demo_builds_and_runs_the_demo says said "demo $(sed -n 's/^VERSION := //p' tree/Makefile)"
holds nothing_missing_does_not_call_apt_get says_not log apt-get
holds nothing_missing_does_not_call_sudo says_not log sudo

fake dpkg-query "$without_yaml"
fake id 'echo 0'
run_make packages
holds root_installs_what_is_missing says log 'apt-get install -y --no-install-recommends libyaml-dev'
holds the_line_is_printed_first says said \
	'+ env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libyaml-dev'
holds root_does_not_call_sudo says_not log sudo
holds known_packages_need_no_update says_not log 'apt-get update'

fake apt-cache 'exit 100'
run_make packages
holds missing_lists_are_fetched_first says log 'apt-get update'
fake apt-cache ''

fake apt-get 'case $* in install*) [ -e fetched ] || exit 100 ;; update) : >fetched ;; esac'
run_make packages
holds lists_that_are_too_old_are_fetched_and_tried_again test "$status" -eq 0
fake apt-get 'exit 100'
run_make demo
holds an_installation_that_fails_stops_make test "$status" -ne 0
holds an_installation_that_fails_names_the_packages says said 'missing Debian packages: libyaml-dev'
fake apt-get ''

fake id 'echo 1000'
run_make packages
holds others_install_with_sudo says log \
	'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libyaml-dev'

rm fake/sudo
run_make_with_only '' demo
holds without_root_and_sudo_make_stops test "$status" -ne 0
holds without_root_and_sudo_the_packages_are_named says said 'missing Debian packages: libyaml-dev'
holds without_root_and_sudo_nothing_is_installed says_not log apt-get

rm fake/apt-get fake/dpkg-query
run_make_with_only '' check
holds another_system_stops test "$status" -ne 0
holds another_system_names_the_packages says said 'libserialport-dev'

fake pkg-config 'case "$*" in "--exists yaml-0.1" | *" yaml-0.1 "*) exit 1 ;; esac'
run_make OUT=other
holds a_missing_library_stops_make_alone test "$status" -ne 0
holds a_missing_library_is_named_by_its_package says said 'missing Debian packages: libyaml-dev'
holds a_missing_library_comes_before_the_compiler says_not said version.c
rm fake/pkg-config

cp -p tree/build/plateau before
run_make MODE=debug
holds another_mode_builds_below_its_name test -x tree/build/debug/plateau
holds another_mode_leaves_the_program_alone cmp -s before tree/build/plateau
run_make MODE=unheard
holds an_unknown_mode_is_refused says said 'MODE=unheard is not one of release'

run_make
holds nothing_to_do_compiles_nothing says_not said .c
sed -i 's/^VERSION := .*/VERSION := 9.8.7/' tree/Makefile
run_make
holds a_new_version_compiles_one_file test "$(grep -c '  CC ' said)" -eq 1
tree/build/plateau >said
holds the_program_knows_its_version says said '9.8.7'
set -- "$(cut -d' ' -f3 said)"
echo '/* */ int plateau_other(void); int plateau_other(void) { return 1; }' >tree/src/base/other.c
run_make
tree/build/plateau >said
holds other_sources_give_another_build_id test "$1" != "$(cut -d' ' -f3 said)"

mkdir -p tree/man && printf '.TH plateau 1\n@words@\n' >tree/man/plateau.1.in
mkdir -p tree/share/bench && echo 'bench: made_up' >tree/share/bench/made_up.yaml
run_make install DESTDIR="$work/root" PREFIX=/usr
holds install_puts_the_program_below_destdir_and_prefix test -x root/usr/bin/plateau
holds install_lists_its_files says said "$work/root/usr/bin/plateau"
holds install_puts_the_man_page test -f root/usr/share/man/man1/plateau.1
holds the_program_prints_the_lists_of_its_manual says root/usr/share/man/man1/plateau.1 'man-lists 9.8.7'
holds install_puts_the_examples test -f root/usr/share/plateau/bench/made_up.yaml
run_make uninstall DESTDIR="$work/root" PREFIX=/usr
holds uninstall_leaves_no_file test -z "$(find root -type f)"
finish
