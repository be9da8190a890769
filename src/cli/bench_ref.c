/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_ref.c - finding the bench file and reading it, see bench_ref.h. */
#include "cli/bench_ref.h"

#include "cli/print.h"

#include "driver/registry.h"
#include "sim/sim.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool pl_override_is_of_run(const char *path)
{
	return strncmp(path, "scans.", 6) == 0 || strncmp(path, "recordings.", 11) == 0 ||
	       strncmp(path, "parameters.", 11) == 0;
}

/* ---- which file ---- */

static bool default_file(char out[PL_CLI_PATH_SIZE])
{
	const char *named = getenv("PLATEAU_BENCH"), *config = getenv("XDG_CONFIG_HOME"),
		   *home = getenv("HOME");

	if (named != NULL && named[0] != '\0') {
		snprintf(out, PL_CLI_PATH_SIZE, "%s", named);
		return true;
	}
	snprintf(out, PL_CLI_PATH_SIZE, "bench.yaml");
	if (access(out, F_OK) == 0)
		return true;
	if (config != NULL && config[0] == '/')
		snprintf(out, PL_CLI_PATH_SIZE, "%s/plateau/bench.yaml", config);
	else if (home != NULL)
		snprintf(out, PL_CLI_PATH_SIZE, "%s/.config/plateau/bench.yaml", home);
	return access(out, F_OK) == 0;
}

static enum pl_status resolve_file(const char *named, struct pl_bench_ref *out,
				   struct pl_error *error)
{
	char path[PL_CLI_PATH_SIZE + 16], real[PATH_MAX];

	snprintf(path, sizeof(path), "%s/bench.yaml", named);
	if (access(path, F_OK) != 0)
		snprintf(path, sizeof(path), "%s", named);
	if (realpath(path, real) == NULL && errno == ENOENT)
		return pl_error_set(
		    error, PL_ERR_NOT_FOUND, named,
		    "there is no such bench file; `plateau init` writes a first one");
	if (realpath(path, real) == NULL)
		return pl_error_errno(error, errno, named, "cannot find the bench file");
	snprintf(out->file, sizeof(out->file), "%s", real);
	return PL_OK;
}

/* ---- what the options say about it ---- */

/* "PATH=VALUE", those of the engine before those of a run. */
static enum pl_status collect_overrides(const struct pl_call *call, struct pl_bench_ref *out,
					struct pl_error *error)
{
	size_t room = 1, used = 0;

	for (size_t i = 0; i < call->given_count; i++)
		if (call->given[i].value != NULL)
			room += strlen(call->given[i].value) + 1;
	out->overrides = calloc(call->given_count + 1, sizeof(*out->overrides));
	out->memory = calloc(1, room);
	if (out->overrides == NULL || out->memory == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	for (int of_run = 0; of_run < 2; of_run++) {
		for (size_t i = 0; i < call->given_count; i++) {
			const char *value = call->given[i].value;
			char *copy = out->memory + used, *equals;

			if (strcmp(call->given[i].row->name, "set") != 0)
				continue;
			if (strchr(value, '=') == NULL || value[0] == '=')
				return pl_error_set(error, PL_ERR_USAGE, "--set",
						    "`%.80s` is not of the form PATH=VALUE", value);
			if (pl_override_is_of_run(value) != (of_run == 1))
				continue;
			memcpy(copy, value, strlen(value) + 1);
			used += strlen(value) + 1;
			equals = strchr(copy, '=');
			*equals = '\0';
			out->overrides[out->override_count++] =
			    (struct pl_override){.path = copy, .value = equals + 1};
			out->engine_count += of_run == 0;
		}
	}
	return PL_OK;
}

static enum pl_status absolute_option(const struct pl_call *call, const char *option,
				      char out[PL_CLI_PATH_SIZE], struct pl_error *error)
{
	const char *value = pl_call_value(call, option);

	if (value == NULL)
		return PL_OK;
	if (value[0] == '\0')
		return pl_error_set(error, PL_ERR_USAGE, option, "is an empty path");
	return pl_cli_absolute(value, out, PL_CLI_PATH_SIZE, error);
}

enum pl_status pl_bench_ref_of(const struct pl_call *call, const char *file,
			       struct pl_bench_ref *out, struct pl_error *error)
{
	enum pl_status status;

	*out = (struct pl_bench_ref){.call = call, .simulate = pl_call_has(call, "sim")};
	status = resolve_file(file, out, error);
	if (status == PL_OK)
		status = absolute_option(call, "workspace", out->workspace, error);
	if (status == PL_OK)
		status = absolute_option(call, "log-dir", out->log_dir, error);
	if (status == PL_OK)
		status = collect_overrides(call, out, error);
	if (status == PL_OK)
		status = pl_locate(out->file, out->simulate, &out->location, error);
	return status;
}

enum pl_status pl_bench_ref_find(const struct pl_call *call, struct pl_bench_ref *out,
				 const char *const **rest, struct pl_error *error)
{
	char file[PL_CLI_PATH_SIZE];

	*out = (struct pl_bench_ref){.call = call};
	*rest = call->arguments;
	if (call->argument_count > 0 && pl_call_is_bench(call->arguments[0])) {
		(*rest)++;
		return pl_bench_ref_of(call, call->arguments[0], out, error);
	}
	if (!default_file(file))
		return pl_error_set(
		    error, PL_ERR_USAGE, "",
		    "no bench: name its file, set PLATEAU_BENCH, or work where "
		    "bench.yaml is; `plateau init` writes a first one, `plateau demo` "
		    "shows a simulated one");
	return pl_bench_ref_of(call, file, out, error);
}

void pl_bench_ref_fini(struct pl_bench_ref *ref)
{
	free(ref->overrides);
	free(ref->memory);
	ref->overrides = NULL;
	ref->memory = NULL;
}

/* ---- reading it ---- */

static int hex_digit(char c)
{
	const char *at = c != '\0' ? strchr("0123456789abcdef", c | 0x20) : NULL;

	return at != NULL ? (int)(at - "0123456789abcdef") : -1;
}

/* %NN in place, as the port will read it. */
static void decode_percent(char *word)
{
	char *out = word;

	for (; *word != '\0'; word++) {
		int high = *word == '%' ? hex_digit(word[1]) : -1;
		int low = high >= 0 ? hex_digit(word[2]) : -1;

		*out++ = low >= 0 ? (char)(high * 16 + low) : *word;
		word += low >= 0 ? 2 : 0;
	}
	*out = '\0';
}

/* The options of "sim:KIND?key=value&key=value", before anything is started. */
static enum pl_status check_simulator(const struct pl_bench *bench, const struct pl_device *device,
				      struct pl_error *error)
{
	enum { WORDS_MAX = 64 };
	const char *words[WORDS_MAX];
	char *copy, *options;
	size_t count = 0;
	enum pl_status status;

	if (strncmp(device->port, "sim:", 4) != 0)
		return PL_OK;
	copy = strdup(device->port + 4);
	if (copy == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	options = strchr(copy, '?');
	if (options != NULL)
		*options++ = '\0';
	for (char *word; count < WORDS_MAX && (word = strsep(&options, "&")) != NULL;) {
		decode_percent(word);
		words[count++] = word;
	}
	status = pl_simulator_check(copy, count, words, error);
	free(copy);
	if (status != PL_OK) {
		struct pl_error inner = *error;

		pl_error_set(error, PL_ERR_CONFIG, bench->file, "port of %s: %.100s: %.180s",
			     device->spec.name, inner.where, inner.text);
	}
	return status == PL_OK ? PL_OK : PL_ERR_CONFIG;
}

enum pl_status pl_bench_ref_try(const struct pl_bench_ref *ref, size_t overrides,
				struct pl_bench **out, struct pl_problems *problems,
				struct pl_error *error)
{
	const struct pl_bench_request request = {
	    .file = ref->file,
	    .workspace = ref->workspace[0] != '\0' ? ref->workspace : NULL,
	    .overrides = ref->overrides,
	    .override_count = overrides,
	    .simulate = ref->simulate,
	    .drivers = pl_drivers(),
	};
	enum pl_status status = pl_bench_load(&request, out, problems, error);

	for (size_t i = 0; status == PL_OK && i < (*out)->device_count; i++)
		status = check_simulator(*out, &(*out)->devices[i], error);
	if (status != PL_OK && *out != NULL) {
		pl_bench_free(*out);
		*out = NULL;
	}
	return status;
}

int pl_bench_ref_load(const struct pl_bench_ref *ref, size_t overrides, struct pl_bench **out)
{
	struct pl_problems problems = {0};
	struct pl_error error = {0};
	enum pl_status status = pl_bench_ref_try(ref, overrides, out, &problems, &error);
	int exit_status = PL_EXIT_OK;

	if (status != PL_OK && problems.count > 0) {
		exit_status = pl_bench_ref_say(ref, &problems);
	} else if (status != PL_OK) {
		exit_status = pl_fail(ref->call, &error);
	}
	pl_problems_fini(&problems);
	return exit_status;
}
