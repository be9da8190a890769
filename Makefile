# plateau: top-level Makefile. Everything is built under build/ (untracked).
#
#   make                the release program build/plateau; installs nothing
#   make demo           the main job on a simulated bench; installs what is missing
#   make check          all tests, with a summary; installs what is missing
#   make packages       installs every Debian package that building and checking need
#   make install        DESTDIR= PREFIX=/usr/local (make uninstall takes it away again)
#   make unit t         parts of check: the unit tests, the scripts that drive the program,
#        layers lint    the arrows between rooms, format and static checks,
#        check-asan     the unit tests under sanitizers
#        check-tsan
#   make check-long     1000 kills, every fault, 30 seeds, long fuzzing, valgrind: hours
#   make cases          the numbered failure cases and their tests
#   make bench          figures, each beside its baseline
#   make cov            lines executed by the tests, by room
#   make fuzz           every fuzz target for FUZZ_SECONDS=60
#   make MODE=asan      release|debug|asan|tsan|cov|fuzz, built below build/asan/
#   make V=1            shows the commands; make CI=1 turns warnings into errors

VERSION := 0.1.0
PREFIX ?= /usr/local
MODE ?= release
OUT ?= build
DIR := $(OUT)/$(MODE)
PROGRAM := $(if $(filter release,$(MODE)),$(OUT)/plateau,$(DIR)/plateau)

all: needs $(PROGRAM)

# ---- Packages: the one list. A library stands as pkg-config's name:Debian's name.

LIBRARIES := ncursesw:libncurses-dev libserialport:libserialport-dev yaml-0.1:libyaml-dev \
	jansson:libjansson-dev libmd:libmd-dev gsl:libgsl-dev libmodbus:libmodbus-dev \
	sqlite3:libsqlite3-dev
BUILD_PACKAGES := gcc libc6-dev pkgconf $(foreach l,$(LIBRARIES),$(lastword $(subst :, ,$l)))
CHECK_PACKAGES := libcmocka-dev libvterm-dev perl tmux bsdutils procps clang libclang-rt-dev clang-format cppcheck shellcheck
MODULES := $(foreach l,$(LIBRARIES),$(firstword $(subst :, ,$l)))

packages:
	@.ci/packages $(BUILD_PACKAGES) $(CHECK_PACKAGES)

# Before the first compiler run: what is missing, by the name of its package.
needs:
	@missing=; command -v pkg-config >/dev/null || missing=pkgconf; \
	command -v $(firstword $(CC)) >/dev/null || missing="$$missing $(firstword $(CC))"; \
	echo '#include <stdio.h>' | $(CC) -E - >/dev/null 2>&1 || missing="$$missing libc6-dev"; \
	pkg-config --exists $(MODULES) 2>/dev/null || for library in $(LIBRARIES); do \
		pkg-config --exists $${library%%:*} 2>/dev/null || missing="$$missing $${library#*:}"; \
	done; \
	[ -z "$$missing" ] || { echo "plateau: missing Debian packages:" $$missing; \
		echo "plateau: \`make packages\` installs all that building and checking need"; exit 1; } >&2

# ---- Modes and flags

MODE_release := -O2 -g
MODE_debug := -O0 -g3
MODE_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
MODE_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
MODE_cov := -O0 -g --coverage
MODE_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined
ifndef MODE_$(MODE)
$(error MODE=$(MODE) is not one of release, debug, asan, tsan, cov, fuzz)
endif
ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(MODE)),clang,gcc)
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
WERROR := $(if $(CI)$(filter-out release,$(MODE)),-Werror)
CPPFLAGS_ALL := -D_GNU_SOURCE -Iinclude -Isrc $(shell pkg-config --cflags-only-I $(MODULES) 2>/dev/null) \
	$(CPPFLAGS)
CFLAGS_ALL := -std=c11 -pthread $(WARN) $(MODE_$(MODE)) $(CFLAGS)
LDLIBS_ALL := -Wl,--as-needed $(shell pkg-config --libs $(MODULES) 2>/dev/null) -lm
COMPILE = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(WERROR) -MMD -MP -MF $@.d

# `make` prints a short line for each step, `make V=1` the command, `make -s` neither.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),,@printf '  %-6s %s\n' $1 $2)

# ---- The program: src/main.c and a library of everything else, which the tests link too

SOURCES := $(filter-out src/hdf5/%,$(wildcard src/*/*.c src/*/*/*.c ui/*.c))
OBJECTS := $(SOURCES:%.c=$(DIR)/obj/%.o)
MAIN := $(patsubst %.c,$(DIR)/obj/%.o,$(wildcard src/main.c))
STAMPED := $(DIR)/obj/src/base/version.o
LIBRARY := $(DIR)/libplateau.a

$(PROGRAM): $(MAIN) $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) -o $@ $^ $(LDFLAGS) $(LDLIBS_ALL)

# q, not r: drivers have files of the same name.
$(LIBRARY): $(OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcs $@ $^

$(DIR)/obj/%.o: %.c $(DIR)/flags | needs
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -c -o $@ $<

# A change of flags builds anew; a new commit or PREFIX compiles version.c only. The build id is a
# hash of all the other objects.
$(DIR)/flags: export FLAGS = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)
$(DIR)/flags: FORCE
	@mkdir -p $(@D) && echo "$$FLAGS" | cmp -s - $@ || echo "$$FLAGS" >$@

$(DIR)/version: FORCE
	@mkdir -p $(@D); commit=$$([ ! -e .git ] || git describe --always --dirty --exclude '*' 2>/dev/null); \
	echo '-DPL_VERSION=\"$(VERSION)'$${commit:+"+$$commit"}'\" -DPL_PREFIX=\"$(PREFIX)\"' >$@.new; \
	cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(STAMPED): src/base/version.c $(DIR)/version $(DIR)/flags $(filter-out $(STAMPED),$(OBJECTS)) $(MAIN) | needs
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) @$(DIR)/version -c -o $@ $< \
		-DPL_BUILD_ID=\"$$(cat $(filter %.o,$^) | sha256sum | cut -c1-16)\"

# ---- The manual: hand-written, its lists printed by the program from its own tables

PAGES := $(patsubst man/%.in,$(OUT)/man/%,$(wildcard man/*.in))

$(OUT)/man/%: man/%.in $(PROGRAM)
	$(call say,MAN,$@)
	$(Q)mkdir -p $(@D) && awk -v program=$(PROGRAM) -v version=$(VERSION) \
		'/^@[a-z-]+@$$/ { gsub("@", ""); fflush(); if (system(program " man-lists " $$0)) exit 1; next } \
		{ gsub("@VERSION@", version); print }' $< >$@

# ---- make demo

JOBS = $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
SUBMAKE = $(MAKE) --no-print-directory $(JOBS)

demo:
	@.ci/packages $(BUILD_PACKAGES)
	+@$(SUBMAKE) MODE=release all
	@exec $(OUT)/plateau demo $(ARGS)

# ---- make check: every step is run, the summary names those that failed

CHECKS := layers lint unit check-asan check-tsan t

check: packages
	+@start=$$(date +%s); passed=; failed=; rm -f $(OUT)/left-out; trap 'exit 130' INT; \
	for step in $(CHECKS); do \
		printf '\n==== make %s\n' $$step; \
		if ! $(SUBMAKE) CI=1 MODE=release $$step; then failed="$$failed $$step"; \
		elif ! grep -qs "^$$step:" $(OUT)/left-out; then passed="$$passed $$step"; fi; \
	done; \
	echo; cat $(OUT)/left-out 2>/dev/null; seconds=$$(($$(date +%s) - start)); \
	echo "check: $${failed:+FAILED:$$failed; }passed:$$passed ($$seconds s)"; [ -z "$$failed" ]

# Unit tests: one program each, test/unit/test_<room>_<thing>.c. No test may hang: each has its
# time. The sanitizers do not stand the kernel's address randomisation.
TESTS := $(patsubst test/unit/%.c,$(DIR)/test/%,$(wildcard test/unit/test_*.c))
PURE := config analysis ui
THREADED := $(filter-out $(PURE:%=$(DIR)/test/test_%_%),$(TESTS))
FIXED := $(if $(filter asan tsan,$(MODE)),$(shell setarch -R true 2>/dev/null && echo setarch -R))
CORES := $(shell nproc)
prove = prove -j$1 -e '$(strip $(FIXED) timeout $2)'
PROVE = $(call prove,$(CORES),$1)
export CMOCKA_MESSAGE_OUTPUT := TAP
export UBSAN_OPTIONS ?= print_stacktrace=1
export TSAN_OPTIONS ?= halt_on_error=1:second_deadlock_stack=1

$(DIR)/test/%: test/unit/%.c $(LIBRARY)
	$(call say,TEST,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -I. -Itest -o $@ $< $(LIBRARY) $(LDFLAGS) -lcmocka $(ALSO) $(LDLIBS_ALL)

$(DIR)/test/test_ui_stream: ALSO := -lvterm

# The kept corpus of every fuzz target, without libFuzzer: a test like any other.
FUZZ_NAMES := $(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/fuzz_*.c))
REPLAYS := $(FUZZ_NAMES:%=$(DIR)/replay/%)

$(DIR)/replay/%: test/fuzz/%.c test/fuzz/replay.c $(LIBRARY)
	$(call say,TEST,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -I. -Itest -o $@ $< test/fuzz/replay.c $(LIBRARY) $(LDFLAGS) $(LDLIBS_ALL)

tests: $(TESTS) $(REPLAYS)

unit: $(TESTS) $(REPLAYS)
	@$(if $^,$(call PROVE,120) $^)

threaded: $(THREADED)
	@$(if $^,$(call PROVE,120) $^)

# Where setarch is not permitted (some containers) the sanitizers start on some kernels only: then a
# small program tells, and what had to be left out is said in the summary.
CANARY := test/test_base_version
STARTS = setarch -R true 2>/dev/null || ( for try in 1 2 3 4 5 6 7 8 9 10; do \
	timeout 10 $(OUT)/$*/$(CANARY) >/dev/null 2>&1 || exit 1; done )

check-asan check-tsan: check-%:
	+@$(SUBMAKE) MODE=$* $(OUT)/$*/$(CANARY)
	+@if $(STARTS); then $(SUBMAKE) MODE=$* $(if $(filter tsan,$*),threaded,unit); else \
		echo "$@: left out, it cannot start here: needs setarch -R or sysctl vm.mmap_rnd_bits=28" | \
			tee -a $(OUT)/left-out; fi

# Scripts that drive the program: executable, TAP on stdout. They mostly wait, so several share a
# core; fewer of those in test/sim, which measure times. Programs they need are test/tool/*.c and
# folders there, found in $TOOLS.
TOOL_FOLDERS := $(patsubst test/tool/%/main.c,%,$(wildcard test/tool/*/main.c))
TOOLS := $(patsubst test/tool/%.c,$(DIR)/tool/%,$(filter-out %_shim.c,$(wildcard test/tool/*.c))) \
	$(TOOL_FOLDERS:%=$(DIR)/tool/%) \
	$(patsubst test/tool/%.c,$(DIR)/tool/%.so,$(wildcard test/tool/*_shim.c))
DRIVE = PLATEAU=$(abspath $(PROGRAM)) TOOLS=$(abspath $(DIR)/tool) PAGES=$(abspath $(OUT)/man)
QUIET_T := $(wildcard test/sim/*.t)
OTHER_T := $(wildcard test/screen/*.t test/session/*.t test/fault/*.t)

$(DIR)/tool/%: test/tool/%.c $(LIBRARY)
	$(call say,TOOL,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -I. -Itest -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS_ALL)

define TOOL_FOLDER
$(DIR)/tool/$1: $(wildcard test/tool/$1/*.c test/tool/$1/*.h test/*.h) $(LIBRARY)
	$$(call say,TOOL,test/tool/$1)
	$$(Q)mkdir -p $$(@D) && $$(COMPILE) -I. -Itest -o $$@ $(wildcard test/tool/$1/*.c) $(LIBRARY) $$(LDFLAGS) $$(LDLIBS_ALL)
endef
$(foreach t,$(TOOL_FOLDERS),$(eval $(call TOOL_FOLDER,$t)))

# For LD_PRELOAD: what makes the disk or the memory of the program fail. Never sanitized itself.
$(DIR)/tool/%_shim.so: test/tool/%_shim.c $(DIR)/flags
	$(call say,SHIM,$<)
	$(Q)mkdir -p $(@D) && $(CC) -D_GNU_SOURCE -std=c11 -pthread $(WARN) $(WERROR) -O2 -g -fPIC -shared \
		-MMD -MP -MF $@.d -o $@ $<

t: $(PROGRAM) $(TOOLS) $(PAGES)
	@$(if $(QUIET_T),$(DRIVE) $(call prove,$(shell expr 2 '*' $(CORES)),300) $(QUIET_T))
	@$(if $(OTHER_T),$(DRIVE) $(call prove,$(shell expr 3 '*' $(CORES)),300) $(OTHER_T))

# What takes too long for every change. Needs valgrind, which `make packages` does not install.
LONG_FUZZ_SECONDS ?= 600
# Not for valgrind: a test hands the system a bad address on purpose, others bound memory or time,
# and one holds sums to the last bit, for which valgrind's long doubles are too short.
NOT_VALGRIND := $(addprefix $(DIR)/test/test_,base_clock base_yaml bus_window config_problems engine_run)

check-long: $(TESTS) $(PROGRAM) $(TOOLS)
	@command -v valgrind >/dev/null || { echo "check-long: install valgrind first"; exit 1; }
	PLATEAU_KILLS=1000 PLATEAU_LONG=1 $(DRIVE) $(call PROVE,7200) $(wildcard test/fault/*.t)
	for first in 101 107 113 119 125; do CHAOS_SEEDS="$$(seq -s' ' $$first $$((first + 5)))" \
		$(DRIVE) $(call PROVE,3600) test/sim/chaos.t || exit 1; done
	prove -j$(shell nproc) -e 'timeout 1800 valgrind -q --error-exitcode=99 --leak-check=full' $(filter-out $(NOT_VALGRIND),$(TESTS))
	+@$(SUBMAKE) FUZZ_SECONDS=$(LONG_FUZZ_SECONDS) fuzz

# Arrows between rooms, from the include lines and by linking what must do without a library.
PROBES := $(if $(shell grep -ls '^int pl_ui_run' ui/*.c),$(DIR)/probe_ui) \
	$(if $(shell grep -ls '^enum pl_status pl_engine_run' src/engine/*.c),$(DIR)/probe_engine)
without = $(filter-out $1,$(MODULES))
$(DIR)/probe_engine: ALLOWED = $(call without,ncursesw)
$(DIR)/probe_ui: ALLOWED = $(call without,libserialport yaml-0.1 libmodbus sqlite3)

$(DIR)/probe_%: test/layers/probe_%.c $(LIBRARY)
	$(call say,PROBE,$<)
	$(Q)$(COMPILE) -o $@ $^ $(LDFLAGS) $$(pkg-config --libs $(ALLOWED)) -lm

layers: $(PROBES)
	@CC='$(CC)' test/layers.sh

# Format, a second compiler's warnings, static analysis, shell scripts.
C_FILES := $(wildcard src/main.c src/*/*.c src/*/*/*.c ui/*.c test/*/*.c test/tool/*/*.c)
H_FILES := $(wildcard include/plateau/*.h src/*/*.h src/*/*/*.h ui/*.h test/*.h test/*/*.h test/tool/*/*.h)
SCRIPTS := $(wildcard .ci/* test/*.sh test/*/*.sh $(QUIET_T) $(OTHER_T))
LINT_DEFINES := -DPL_VERSION='""' -DPL_PREFIX='""' -DPL_BUILD_ID='""'

lint: lint-format lint-clang lint-cppcheck lint-shell
lint-format:
	$(call say,LINT,'clang-format')
	$(Q)clang-format --style=file:share/clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
lint-clang:
	$(call say,LINT,'clang -fsyntax-only')
	$(Q)printf '%s\n' $(C_FILES) | xargs -P$$(nproc) -n4 clang -fsyntax-only -std=c11 $(WARN) -Werror \
		$(CPPFLAGS_ALL) -I. -Itest $(LINT_DEFINES)
lint-cppcheck:
	$(call say,LINT,cppcheck)
	$(Q)mkdir -p $(OUT)/cppcheck && cppcheck -j$$(nproc) --quiet --std=c11 --library=posix,gnu \
		--enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppressions-list=test/cppcheck.txt --cppcheck-build-dir=$(OUT)/cppcheck \
		-Iinclude -Isrc $(LINT_DEFINES) $(filter-out test/%,$(C_FILES))
lint-shell:
	$(call say,LINT,shellcheck)
	$(Q)for file in $(SCRIPTS); do ! head -1 $$file | grep -q 'sh$$' || echo $$file; done | \
		xargs shellcheck -x --severity=warning

# The numbered failure cases: each has a line in CONTRIBUTING.md and a test.
cases:
	@test/cases.sh

# ---- Figures, coverage, fuzzing: not part of check

BENCHES := $(patsubst test/bench/%.c,$(DIR)/bench/%,$(wildcard test/bench/*.c))

$(DIR)/bench/%: test/bench/%.c $(LIBRARY)
	$(call say,BENCH,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -I. -Itest -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS_ALL)

bench: $(PROGRAM) $(BENCHES) $(TOOLS)
	@for each in $(BENCHES) $$(find test/bench -type f -perm -u+x 2>/dev/null | sort); do \
		$(DRIVE) $$each || failed="$$failed $$each"; done; \
	[ -z "$$failed" ] || { echo "bench: failed:$$failed"; exit 1; }

cov:
	@find $(OUT)/cov -name '*.gcda' -delete 2>/dev/null || true
	+@status=0; for part in unit t; do $(SUBMAKE) MODE=cov $$part || status=$$?; done; \
	find $(OUT)/cov/obj -name '*.gcno' | xargs gcov -n 2>/dev/null | awk -f test/coverage.awk; \
	exit $$status

FUZZ_SECONDS ?= 60
FUZZERS := $(FUZZ_NAMES:%=$(DIR)/fuzz/%)

$(DIR)/fuzz/%: test/fuzz/%.c $(LIBRARY)
	$(call say,FUZZ,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -fsanitize=fuzzer -I. -Itest -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS_ALL)

fuzz:
	+@$(SUBMAKE) MODE=fuzz fuzz-run

# Seeds are kept under test/fuzz/corpus/<target>/, what a run finds goes below build/.
fuzz-run: $(FUZZERS)
	@for each in $(FUZZERS); do name=$${each##*/fuzz_}; found=$(DIR)/corpus/$$name; seeds=test/fuzz/corpus/$$name; \
		mkdir -p $$found $$seeds; echo "==== $$name"; \
		$$each -max_total_time=$(FUZZ_SECONDS) -timeout=10 -artifact_prefix=$(DIR)/$$name- \
			-verbosity=0 -print_final_stats=1 $$found $$seeds || failed="$$failed $$name"; \
	done; [ -z "$$failed" ] || { echo "fuzz: failed:$$failed"; exit 1; }

# ---- Installing: rows of file:place below PREFIX

to = $(foreach f,$(wildcard $1),$f:$2/$(notdir $f))
INSTALLED := $(PROGRAM):bin/plateau \
	$(foreach p,$(PAGES),$p:share/man/man$(subst .,,$(suffix $p))/$(notdir $p)) \
	$(foreach d,bench profiles gnuplot,$(call to,share/$d/*,share/plateau/$d)) \
	$(call to,share/udev/*.rules,lib/udev/rules.d) \
	$(call to,share/systemd/*.service,lib/systemd/user) \
	$(call to,share/completions/plateau,share/bash-completion/completions) \
	$(call to,share/completions/_plateau,share/zsh/site-functions) \
	$(call to,share/completions/plateau.fish,share/fish/vendor_completions.d)

install: all $(PAGES)
	@set -e; for row in $(INSTALLED); do case $$row in *:bin/*) mode=755;; *) mode=644;; esac; \
		echo "$(DESTDIR)$(PREFIX)/$${row#*:}"; \
		install -D -m $$mode "$${row%%:*}" "$(DESTDIR)$(PREFIX)/$${row#*:}"; done

uninstall:
	@for row in $(INSTALLED); do rm -f "$(DESTDIR)$(PREFIX)/$${row#*:}"; done

clean:
	rm -rf $(OUT)

help:
	@sed -n 's/^#   //p' Makefile

FORCE:
.DELETE_ON_ERROR:
.PHONY: FORCE all needs packages demo check cases check-long tests unit threaded check-asan check-tsan t layers lint lint-format \
	lint-clang lint-cppcheck lint-shell bench cov fuzz fuzz-run install uninstall clean help
-include $(OBJECTS:=.d) $(MAIN:=.d) $(TESTS:=.d) $(REPLAYS:=.d) \
	$(patsubst %,%.d,$(filter-out $(TOOL_FOLDERS:%=$(DIR)/tool/%),$(TOOLS))) $(PROBES:=.d) $(BENCHES:=.d) $(FUZZERS:=.d)
