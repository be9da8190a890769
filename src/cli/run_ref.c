/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_ref.c - see run_ref.h. */
#include "cli/run_ref.h"

#include "plateau/text.h"
#include "store/run_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum pl_status workspace_of_bench(const struct pl_call *call,
					 char out[PL_RUN_WORKSPACE_SIZE], const char *const **rest,
					 struct pl_error *error)
{
	struct pl_problems problems = {0};
	struct pl_bench *bench = NULL;
	struct pl_bench_ref ref;
	enum pl_status status = pl_bench_ref_find(call, &ref, rest, error);

	if (status == PL_OK)
		status = pl_bench_ref_try(&ref, ref.override_count, &bench, &problems, error);
	if (status == PL_OK)
		snprintf(out, PL_RUN_WORKSPACE_SIZE, "%s", bench->workspace);
	pl_problems_fini(&problems);
	pl_bench_free(bench);
	pl_bench_ref_fini(&ref);
	return status;
}

enum pl_status pl_run_workspace(const struct pl_call *call, char out[PL_RUN_WORKSPACE_SIZE],
				const char *const **rest, struct pl_error *error)
{
	const char *given = pl_call_value(call, "workspace");
	bool has_bench = call->argument_count > 0 && pl_call_is_bench(call->arguments[0]);

	*rest = call->arguments + has_bench;
	if (given == NULL)
		return workspace_of_bench(call, out, rest, error);
	snprintf(out, PL_RUN_WORKSPACE_SIZE, "%s%s", given, pl_call_has(call, "sim") ? "/sim" : "");
	return PL_OK;
}

/* ---- RUN ---- */

static bool add(struct pl_run_refs *refs, const struct pl_run_summary *run)
{
	struct pl_run_summary *items =
	    realloc(refs->items, (refs->count + 1) * sizeof(*refs->items));

	if (items == NULL)
		return false;
	refs->items = items;
	refs->items[refs->count++] = *run;
	return true;
}

/* "40-45" and "2026-11-21"; *first 0 = it is a day. */
static bool is_several(const char *word, int64_t *first, int64_t *last)
{
	const char *dash = strchr(word, '-');
	char number[24];

	*first = *last = 0;
	if (strlen(word) == PL_DAY_SIZE - 1 && word[4] == '-' && word[7] == '-')
		return true;
	if (dash == NULL || dash == word || (size_t)(dash - word) >= sizeof(number))
		return false;
	pl_text_copy(number, sizeof(number), word);
	number[dash - word] = '\0';
	return pl_text_to_int(number, first) && pl_text_to_int(dash + 1, last) && *first > 0 &&
	       *last >= *first;
}

static enum pl_status add_several(struct pl_run_refs *refs, const char *workspace, const char *word,
				  int64_t first, int64_t last, struct pl_error *error)
{
	struct pl_run_summary *runs = NULL;
	size_t count = 0, before = refs->count;
	enum pl_status status = pl_runs_list(workspace, &runs, &count, error);

	for (size_t i = 0; status == PL_OK && i < count; i++) {
		bool is_meant = first == 0 ? strcmp(runs[i].day, word) == 0
					   : runs[i].number >= first && runs[i].number <= last;

		if (is_meant && !add(refs, &runs[i]))
			status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	}
	if (status == PL_OK && refs->count == before)
		status =
		    pl_error_set(error, PL_ERR_NOT_FOUND, workspace,
				 "no run of %s in this workspace; `plateau runs` lists them", word);
	free(runs);
	return status;
}

static enum pl_status add_word(struct pl_run_refs *refs, const char *workspace, const char *word,
			       struct pl_error *error)
{
	struct pl_run_summary run;
	int64_t first, last;
	enum pl_status status;

	if (is_several(word, &first, &last))
		return add_several(refs, workspace, word, first, last, error);
	status = pl_runs_find(workspace, word, &run, error);
	if (status == PL_OK && !add(refs, &run))
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	return status;
}

/* A folder that is there needs no workspace to be found. */
static bool is_path(const char *word)
{
	struct pl_run_summary run;
	struct pl_error error;

	return strchr(word, '/') != NULL &&
	       pl_runs_find("/nonexistent", word, &run, &error) == PL_OK;
}

enum pl_status pl_run_refs_find(const struct pl_call *call, size_t most, struct pl_run_refs *out,
				struct pl_error *error)
{
	bool has_bench = call->argument_count > 0 && pl_call_is_bench(call->arguments[0]);
	const char *const *words = call->arguments + has_bench, *const * rest;
	char workspace[PL_RUN_WORKSPACE_SIZE] = "";
	enum pl_status status = PL_OK;
	size_t i;

	*out = (struct pl_run_refs){.rest = words};
	if (words[0] == NULL)
		return pl_error_set(error, PL_ERR_USAGE, "",
				    "say which run: last, a number, a day, 2026-11-21/42, or the "
				    "path of its folder");
	for (i = 0; words[i] != NULL && (most == 0 || i < most) && status == PL_OK; i++) {
		if (workspace[0] == '\0' && !is_path(words[i]))
			status = pl_run_workspace(call, workspace, &rest, error);
		if (status == PL_OK)
			status = add_word(out, workspace, words[i], error);
	}
	out->rest = words + i;
	return status;
}

enum pl_status pl_run_ref_named(const struct pl_call *call, const char *word,
				struct pl_run_refs *out, struct pl_error *error)
{
	char workspace[PL_RUN_WORKSPACE_SIZE] = "";
	const char *const *rest;
	enum pl_status status = PL_OK;

	*out = (struct pl_run_refs){.rest = call->arguments};
	if (!is_path(word))
		status = pl_run_workspace(call, workspace, &rest, error);
	if (status == PL_OK)
		status = add_word(out, workspace, word, error);
	if (status == PL_OK && out->count != 1)
		status = pl_error_set(error, PL_ERR_USAGE, word, "names %zu runs; one is wanted",
				      out->count);
	return status;
}

/* ---- the bench of a run ---- */

/* <workspace>/<day>/run_0042, and with --sim <workspace>/sim/…: what was asked for then. */
static void asked_workspace(const struct pl_run_summary *run, bool sim, char out[PL_CLI_PATH_SIZE])
{
	int cuts = sim ? 3 : 2;

	snprintf(out, PL_CLI_PATH_SIZE, "%s", run->path);
	for (char *slash; cuts-- > 0 && (slash = strrchr(out, '/')) != NULL;)
		*slash = '\0';
}

/* Those that belong to the engine; the run's own come from the run's own copy. */
static enum pl_status take_overrides(const struct pl_run_record *record, struct pl_bench_ref *out,
				     struct pl_error *error)
{
	size_t room = 1, used = 0;

	if (out->engine_count > 0)
		return PL_OK;
	for (size_t i = 0; i < record->override_count; i++)
		room += strlen(record->overrides[i].path) + strlen(record->overrides[i].value) + 2;
	pl_bench_ref_fini(out);
	out->overrides = calloc(record->override_count + 1, sizeof(*out->overrides));
	out->memory = calloc(1, room);
	out->override_count = 0;
	if (out->overrides == NULL || out->memory == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (size_t i = 0; i < record->override_count; i++) {
		const struct pl_override *from = &record->overrides[i];
		char *path = out->memory + used, *value = path + strlen(from->path) + 1;

		if (pl_override_is_of_run(from->path))
			continue;
		used += (size_t)snprintf(path, room - used, "%s", from->path) + 1;
		used += (size_t)snprintf(value, room - used, "%s", from->value) + 1;
		out->overrides[out->override_count++] =
		    (struct pl_override){.path = path, .value = value};
	}
	out->engine_count = out->override_count;
	return PL_OK;
}

enum pl_status pl_run_ref_bench(const struct pl_call *call, const struct pl_run_summary *run,
				struct pl_bench_ref *out, struct pl_error *error)
{
	struct pl_run_record record = {.exit = -1};
	enum pl_status status;
	int folder = -1;

	*out = (struct pl_bench_ref){.call = call};
	status = pl_dir_open(AT_FDCWD, run->path, true, &folder, error);
	if (status == PL_OK)
		status = pl_run_read(folder, &record, error);
	if (status == PL_OK)
		status = pl_bench_ref_of(call, record.bench_file, out, error);
	if (status == PL_OK)
		status = take_overrides(&record, out, error);
	if (status == PL_OK && out->workspace[0] == '\0')
		asked_workspace(run, record.sim_option, out->workspace);
	if (status == PL_OK && record.sim_option && !out->simulate) {
		out->simulate = true;
		status = pl_locate(out->file, true, &out->location, error);
	}
	pl_run_record_fini(&record);
	if (folder >= 0)
		close(folder);
	return status;
}

void pl_run_refs_fini(struct pl_run_refs *refs)
{
	free(refs->items);
	refs->items = NULL;
	refs->count = 0;
}
