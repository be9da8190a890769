/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * agree.c - whether a live engine is the one a command line asks for.
 *
 * The engine tells its workspace and the --set values it was started with; what neither names comes
 * from the file, so both sides are read and the wanted values compared as the file would hold them.
 */
#include "cli/bench_ref.h"

#include "plateau/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void real_or_same(const char *path, char out[PATH_MAX])
{
	if (realpath(path, out) == NULL)
		pl_text_copy(out, PATH_MAX, path);
}

static enum pl_status same_workspace(const struct pl_bench_ref *ref, const struct pl_json *bench,
				     struct pl_error *error)
{
	const char *theirs = pl_json_get_text(bench, "workspace", "");
	char wanted[PL_CLI_PATH_SIZE + 8], ours[PATH_MAX];

	if (ref->workspace[0] == '\0')
		return PL_OK;
	snprintf(wanted, sizeof(wanted), "%s%s", ref->workspace, ref->simulate ? "/sim" : "");
	real_or_same(wanted, ours);
	if (strcmp(ours, theirs) == 0)
		return PL_OK;
	return pl_error_set(error, PL_ERR_USAGE, "--workspace",
			    "%.120s, but the live engine (pid %d) works in %.120s", ours,
			    (int)pl_json_get_integer(bench, "pid", 0), theirs);
}

/* The value of `path` in what check --effective prints, "" when it is not there. */
static void value_in(const char *effective, const char *path, char *out, size_t cap)
{
	size_t length = strlen(path);

	out[0] = '\0';
	while (effective != NULL && *effective != '\0') {
		if (strncmp(effective, path, length) == 0 && effective[length] == '=') {
			const char *from = effective + length + 1, *end = strstr(from, " # ");

			while (end != NULL && end > from && end[-1] == ' ')
				end--;
			snprintf(out, cap, "%.*s", end != NULL ? (int)(end - from) : 0, from);
			return;
		}
		effective = strchr(effective, '\n');
		effective += effective != NULL;
	}
}

static bool effective_with(const struct pl_bench_ref *ref, struct pl_override *overrides,
			   size_t count, struct pl_text *out)
{
	struct pl_bench_ref other = *ref;
	struct pl_problems problems = {0};
	struct pl_bench *bench = NULL;
	struct pl_error error;

	other.overrides = overrides;
	if (pl_bench_ref_try(&other, count, &bench, &problems, &error) == PL_OK) {
		pl_bench_effective(bench, out);
		pl_bench_free(bench);
	}
	pl_problems_fini(&problems);
	return out->length > 0;
}

static enum pl_status same_values(const struct pl_bench_ref *ref, const struct pl_json *bench,
				  struct pl_error *error)
{
	const struct pl_json *list = pl_json_get(bench, "overrides");
	size_t count = pl_json_size(list);
	struct pl_override *theirs = calloc(count + 1, sizeof(*theirs));
	struct pl_text our_text = {0}, their_text = {0};
	enum pl_status status = PL_OK;

	if (theirs == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (size_t i = 0; i < count; i++) {
		const struct pl_json *item = pl_json_at(list, i);

		theirs[i].path = pl_json_get_text(item, "path", "");
		theirs[i].value = pl_json_get_text(item, "value", "");
	}
	effective_with(ref, ref->overrides, ref->override_count, &our_text);
	effective_with(ref, theirs, count, &their_text);
	for (size_t i = 0; i < ref->engine_count && status == PL_OK; i++) {
		const char *path = ref->overrides[i].path;
		char ours[200], other[200];

		value_in(our_text.data, path, ours, sizeof(ours));
		value_in(their_text.data, path, other, sizeof(other));
		if (ours[0] == '\0')
			snprintf(ours, sizeof(ours), "%s", ref->overrides[i].value);
		if (strcmp(ours, other) != 0)
			status = pl_error_set(error, PL_ERR_USAGE, path,
					      "--set asks for %.100s, but the live engine (pid %d) "
					      "has %.100s",
					      ours, (int)pl_json_get_integer(bench, "pid", 0),
					      other[0] != '\0' ? other : "another value");
	}
	pl_text_free(&our_text);
	pl_text_free(&their_text);
	free(theirs);
	return status;
}

enum pl_status pl_bench_ref_agrees(const struct pl_bench_ref *ref, const struct pl_json *status,
				   struct pl_error *error)
{
	const struct pl_json *bench = pl_json_get(status, "bench");
	enum pl_status result = same_workspace(ref, bench, error);

	if (result == PL_OK && ref->engine_count > 0)
		result = same_values(ref, bench, error);
	return result;
}
