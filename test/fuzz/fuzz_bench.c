/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_bench.c - any bytes as a bench file. It is a bench, or has a problem with a place.
 */
#include "config/bench.h"
#include "driver/registry.h"
#include "plateau/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct pl_bench_request request = {.file = "/nowhere/bench.yaml", .drivers = pl_drivers()};
	struct pl_problems problems;
	struct pl_bench *bench = NULL;
	struct pl_error error;
	char *text = malloc(count + 1);

	if (!text)
		abort();
	memcpy(text, bytes, count);
	text[count] = '\0';
	request.text = text;
	request.text_size = count;
	if (pl_bench_load(&request, &bench, &problems, &error) == PL_OK) {
		struct pl_text effective = {0};

		if (!bench)
			abort();
		pl_bench_effective(bench, &effective);
		pl_text_free(&effective);
	} else if (error.code == PL_OK || !error.text[0]) {
		abort();
	}
	pl_bench_free(bench);
	pl_problems_fini(&problems);
	free(text);
	return 0;
}
