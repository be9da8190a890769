/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_profile.c - any bytes as a profile. It is one that holds together, or has a problem.
 */
#include "config/profile.h"
#include "plateau/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What the drivers rely on. */
static void check(const struct pl_profile *profile)
{
	int count = (int)profile->count;

	must(count > 0 && !profile->parameters[count].name);
	must(profile->order_row < count && profile->volatile_row < count);
	must(profile->model_row < count && profile->firmware_row < count);
	must(profile->serial_row < count && profile->block_max >= 1 && profile->block_max <= 125);
	must(!profile->instanced[profile->instanced_count].name);
	for (size_t i = 0; i < profile->instanced_count; i++)
		must(profile->rows[profile->instanced_rows[i]].instances > 1);
	for (int i = 0; i < count; i++) {
		const struct pl_profile_row *row = &profile->rows[i];
		const struct pl_parameter *parameter = &profile->parameters[i];

		must(pl_name_valid(parameter->name) && parameter->unit && parameter->text);
		must(parameter->min <= parameter->max && parameter->step >= 0);
		must(row->has_register || row->id > 0);
		must(row->scale < 0 || row->scale > 0);
		must(row->valid_row < count && row->min_row < count && row->max_row < count);
		must(!row->has_register || row->registers > 0);
		must(!row->has_register ||
		     row->address + row->registers + (row->instances - 1) * row->instance_step <=
			 65536);
		must(!row->words || !row->words[row->word_count].name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char *text = malloc(count + 1);
	struct pl_profile_source source = {.file = "fuzz.yaml", .number = 1, .size = count};
	struct pl_profile_loaded loaded;
	struct pl_problems problems;
	struct pl_arena arena = {.chunks = NULL};

	must(text);
	memcpy(text, bytes, count);
	text[count] = '\0';
	source.text = text;
	pl_problems_init(&problems, "bench.yaml");
	if (pl_profile_parse(&arena, &problems, &source, &loaded))
		check(loaded.profile);
	else
		must(!loaded.profile && problems.count + problems.dropped > 0);
	pl_problems_fini(&problems);
	pl_arena_free(&arena);
	free(text);
	return 0;
}
