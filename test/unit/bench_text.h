/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benches written into a temporary file and loaded with the drivers of fake_driver.h. Include
 * after cmocka.h. */
#ifndef TEST_BENCH_TEXT_H
#define TEST_BENCH_TEXT_H

#include "config/bench.h"
#include "unit/fake_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bench that is right; DEVICE and SCAN lines of a test go in between. */
#define TOP "bench: b1\nworkspace: /tmp/ws\n"
#define DEVICES                                                                                    \
	"devices:\n  det:\n    driver: osechi\n    port: sim:osechi?seed=1\n"                      \
	"    channels: {top: {id: 1, threshold: 290}, mid: {id: 2}, btm: {id: 3}}\n"
#define SCANS                                                                                      \
	"scans:\n  threshold:\n    set: det.threshold\n    channels: [top, mid, btm]\n"            \
	"    range: {center: 290, nsteps: 20, step: 2}\n    dwell: {time: 10 s}\n"

struct loaded {
	char file[64];
	struct pl_bench *bench;
	struct pl_problems problems;
	struct pl_error error;
	enum pl_status status;
};

static inline void load_request(struct loaded *loaded, const char *text, size_t size,
				struct pl_bench_request request)
{
	FILE *file;
	int fd;

	*loaded = (struct loaded){.file = "/tmp/test_config_XXXXXX"};
	fd = mkstemp(loaded->file);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file || fwrite(text, 1, size, file) != size || fclose(file) != 0)
		abort();
	request.file = loaded->file;
	request.drivers = fake_drivers;
	loaded->status = pl_bench_load(&request, &loaded->bench, &loaded->problems, &loaded->error);
}

static inline void load(struct loaded *loaded, const char *text)
{
	load_request(loaded, text, strlen(text), (struct pl_bench_request){.file = NULL});
}

static inline void unload(struct loaded *loaded)
{
	unlink(loaded->file);
	pl_bench_free(loaded->bench);
	pl_problems_fini(&loaded->problems);
}

/* The problem whose text holds both words, or NULL. */
static inline const struct pl_problem *find_problem(const struct loaded *loaded, const char *word,
						    const char *other)
{
	for (size_t i = 0; i < loaded->problems.count; i++)
		if (strstr(loaded->problems.items[i].text, word) &&
		    strstr(loaded->problems.items[i].text, other))
			return &loaded->problems.items[i];
	return NULL;
}

static inline void print_problems(const struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->problems.count; i++)
		print_message("# %s: %s\n", loaded->problems.items[i].where,
			      loaded->problems.items[i].text);
}

#define assert_problem(loaded, word, other)                                                        \
	do {                                                                                       \
		if (!find_problem(loaded, word, other))                                            \
			print_problems(loaded);                                                    \
		assert_non_null(find_problem(loaded, word, other));                                \
	} while (0)

#define assert_loads(loaded)                                                                       \
	do {                                                                                       \
		if ((loaded)->status)                                                              \
			print_problems(loaded);                                                    \
		assert_int_equal((loaded)->status, PL_OK);                                         \
	} while (0)

#endif
