# plateau: top-level Makefile. Everything is built under build/ (untracked).
#
#   make              the release program build/plateau; installs nothing
#   make demo         the main job on a simulated bench; installs what is missing
#   make check        all tests, with a summary; installs what is missing
#   make MODE=asan    another build below build/asan/, never over build/plateau

MODE ?= release
OUT ?= build
DIR := $(OUT)/$(MODE)
PROGRAM := $(if $(filter release,$(MODE)),$(OUT)/plateau,$(DIR)/plateau)

CC ?= gcc
PKGS := ncursesw libserialport yaml-0.1 jansson libmd gsl
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
MODE_release := -O2 -g
MODE_debug := -O0 -g3
MODE_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
MODE_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
MODE_cov := -O0 -g --coverage
CFLAGS_MODE := $(MODE_$(MODE))
CPPFLAGS_ALL := -D_GNU_SOURCE -Iinclude -Isrc $(CPPFLAGS)
CFLAGS_ALL := -std=c11 -pthread $(WARN) $(if $(filter release,$(MODE)),$(if $(CI),-Werror),-Werror) $(CFLAGS_MODE) $(CFLAGS)
LDLIBS_ALL := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

SOURCES := $(filter-out src/main.c,$(wildcard src/*/*.c src/*/*/*.c ui/*.c))
OBJECTS := $(SOURCES:%.c=$(DIR)/obj/%.o)
LIBRARY := $(DIR)/libplateau.a
TESTS := $(patsubst test/unit/%.c,$(DIR)/test/%,$(wildcard test/unit/test_*.c))

all: $(PROGRAM)

$(PROGRAM): $(DIR)/obj/src/main.o $(LIBRARY)
	$(CC) $(CFLAGS_ALL) -o $@ $^ $(LDFLAGS) $(LDLIBS_ALL)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(DIR)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(DIR)/test/%: test/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) -Itest $(CFLAGS_ALL) -MMD -MP -o $@ $< $(LIBRARY) $(LDFLAGS) -lcmocka $(LDLIBS_ALL)

tests: $(TESTS)

unit: tests
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $(TESTS)

clean:
	rm -rf $(OUT)

.PHONY: all tests unit clean
-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(DIR)/obj/src/main.d
