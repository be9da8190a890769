/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_read.c - run.yaml back into a record: who, when, how far.
 *
 * Keys that are not known are passed by (a later version may add some), keys that are missing are
 * empty; without uid, state and bench text it is no run. Devices and plan: run_read_plan.c. Any
 * thread.
 */
#include "store/run_read.h"

#include "store/reading.h"

#include "base/yaml.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESUMES_MAX 10000

/* A bench file and a plan of a million points fit. */
static const struct pl_yaml_limits limits = {.bytes = 48u << 20, .nodes = 4000000};

/* map, key -> member of the record; map NULL = the top. */
#define MEMBER(map, key, member)                                                                   \
	{                                                                                          \
		map, key, offsetof(struct pl_run_record, member),                                  \
		    sizeof((struct pl_run_record *)0)->member                                      \
	}

struct member {
	const char *map, *key;
	size_t offset, size;
};

static const struct member texts[] = {
    MEMBER(NULL, "run", name),
    MEMBER(NULL, "uid", uid),
    MEMBER(NULL, "bench", bench),
    MEMBER(NULL, "bench_sha256", bench_sha256),
    MEMBER(NULL, "kind", kind),
    MEMBER(NULL, "name", scan),
    MEMBER(NULL, "reason", reason),
    MEMBER(NULL, "operator", operator_name),
    MEMBER(NULL, "label", label),
    MEMBER(NULL, "sample", sample),
    MEMBER(NULL, "actor", actor),
    MEMBER(NULL, "host", host),
    MEMBER(NULL, "version", version),
    MEMBER("times", "boot_id", boot_id),
    MEMBER(NULL, "audit_head", audit_head),
    MEMBER("scan", "set", set),
};

static const struct member moments[] = {
    MEMBER("times", "created_at", created_utc_ns),
    MEMBER("times", "started_at", started_utc_ns),
    MEMBER("times", "finished_at", finished_utc_ns),
};

static const struct member integers[] = {
    MEMBER("times", "created_mono_ns", created_mono_ns),
    MEMBER("times", "started_mono_ns", started_mono_ns),
    MEMBER("times", "finished_mono_ns", finished_mono_ns),
    MEMBER("scan", "seed", seed),
};

static const struct member counts[] = {
    MEMBER("points", "planned", planned), MEMBER("points", "done", done),
    MEMBER("points", "durable", durable), MEMBER("points", "invalid", invalid),
    MEMBER(NULL, "number", number),	  MEMBER(NULL, "memory_writes", memory_writes),
};

enum pl_status pl_run_read_refuse(const struct pl_yaml_node *node, const char *text,
				  struct pl_error *error)
{
	char where[64] = "run.yaml";

	if (node)
		snprintf(where, sizeof where, "run.yaml:%d:%d", node->line, node->column);
	return pl_error_set(error, PL_ERR_CONFIG, where, "%s", text);
}

static const struct pl_yaml_node *find(const struct pl_yaml_node *root, const struct member *member)
{
	const struct pl_yaml_node *map = member->map ? pl_yaml_get(root, member->map) : root;
	const struct pl_yaml_node *node = pl_yaml_get(map, member->key);

	return pl_yaml_is_null(node) ? NULL : node;
}

static enum pl_status take_texts(const struct pl_yaml_node *root, struct pl_run_record *out,
				 struct pl_error *error)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct pl_yaml_node *node = find(root, &texts[i]);

		if (!node)
			continue;
		if (node->kind != PL_YAML_SCALAR)
			return pl_run_read_refuse(node, "here a text is wanted", error);
		pl_text_copy((char *)out + texts[i].offset, texts[i].size, node->text);
	}
	return PL_OK;
}

static enum pl_status take_moments(const struct pl_yaml_node *root, struct pl_run_record *out,
				   struct pl_error *error)
{
	for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
		const struct pl_yaml_node *node = find(root, &moments[i]);
		int64_t *to = (int64_t *)(void *)((char *)out + moments[i].offset);

		if (node && (node->kind != PL_YAML_SCALAR || !pl_clock_parse_utc(node->text, to)))
			return pl_run_read_refuse(node, "no UTC time", error);
	}
	return PL_OK;
}

static enum pl_status take_integer(const struct pl_yaml_node *node, int64_t *out,
				   struct pl_error *error)
{
	if (node->kind != PL_YAML_SCALAR || !pl_text_to_int(node->text, out))
		return pl_run_read_refuse(node, "here a whole number is wanted", error);
	return PL_OK;
}

static enum pl_status take_integers(const struct pl_yaml_node *root, struct pl_run_record *out,
				    struct pl_error *error)
{
	for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
		const struct pl_yaml_node *node = find(root, &integers[i]);
		int64_t *to = (int64_t *)(void *)((char *)out + integers[i].offset);

		if (node && take_integer(node, to, error))
			return PL_ERR_CONFIG;
		if (node && to == &out->seed)
			out->has_seed = true;
	}
	return PL_OK;
}

static enum pl_status take_counts(const struct pl_yaml_node *root, struct pl_run_record *out,
				  struct pl_error *error)
{
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		const struct pl_yaml_node *node = find(root, &counts[i]);
		uint32_t *to = (uint32_t *)(void *)((char *)out + counts[i].offset);
		int64_t value;

		if (!node)
			continue;
		if (take_integer(node, &value, error))
			return PL_ERR_CONFIG;
		if (value < 0 || value > 1000000000)
			return pl_run_read_refuse(node, "a count out of all bounds", error);
		*to = (uint32_t)value;
	}
	return PL_OK;
}

static enum pl_status take_state(const struct pl_yaml_node *root, struct pl_run_record *out,
				 struct pl_error *error)
{
	const struct pl_yaml_node *node = pl_yaml_get(root, "state");
	const char *name = pl_yaml_get_text(root, "state", "");

	out->exit = (int)pl_yaml_get_integer(root, "exit", -1);
	out->pid = (int)pl_yaml_get_integer(root, "pid", 0);
	out->simulated = strcmp(pl_yaml_get_text(root, "simulated", ""), "true") == 0;
	out->is_forced = strcmp(pl_yaml_get_text(root, "forced", ""), "true") == 0;
	out->sim_option = strcmp(pl_yaml_get_text(root, "sim_option", ""), "true") == 0;
	out->bench_file = pl_yaml_get_text(root, "bench_file", "");
	out->bench_text = pl_yaml_get_text(root, "bench_text", NULL);
	if (strlen(pl_yaml_get_text(root, "uid", "")) != PL_RUN_UID_SIZE - 1)
		return pl_run_read_refuse(pl_yaml_get(root, "uid"), "no uid of a run", error);
	if (!out->bench_text)
		return pl_run_read_refuse(root, "there is no bench_text: the file is cut", error);
	for (int state = PL_RUN_DRAFT; state <= PL_RUN_CRASHED; state++)
		if (strcmp(name, pl_run_state_name((enum pl_run_state)state)) == 0) {
			out->state = (enum pl_run_state)state;
			return PL_OK;
		}
	return pl_run_read_refuse(node, "no state that a run can have", error);
}

/* points.csv and points.<n>.csv in the list of files make n parts. */
static void take_parts(const struct pl_yaml_node *root, struct pl_run_record *out)
{
	const struct pl_yaml_node *files = pl_yaml_get(root, "files");
	char name[PL_NAME_SIZE];

	for (const struct pl_yaml_node *node = files ? files->first : NULL; node; node = node->next)
		for (int file = 0; node->kind == PL_YAML_SCALAR && file < PL_RUN_FILES; file++) {
			unsigned next = out->parts[file] + 1u;

			if (strcmp(node->text,
				   pl_run_file_name((enum pl_run_file)file, next, name)) == 0)
				out->parts[file] = (uint16_t)next;
		}
}

static int64_t take_seconds(const struct pl_yaml_node *map, const char *key)
{
	double seconds = pl_yaml_get_number(map, key, 0);

	return fabs(seconds) < 9e9 ? llround(seconds * 1e9) : 0;
}

static void take_clock(const struct pl_yaml_node *root, struct pl_run_clock *out)
{
	const struct pl_yaml_node *clock = pl_yaml_get(root, "clock");

	if (!clock)
		return;
	out->steps = (uint32_t)pl_yaml_get_integer(clock, "steps", 0);
	out->stepped_ns = take_seconds(clock, "stepped_s");
	out->suspends = (uint32_t)pl_yaml_get_integer(clock, "suspends", 0);
	out->suspended_ns = take_seconds(clock, "suspended_s");
}

static enum pl_status take_resumes(const struct pl_yaml_node *root, struct pl_run_record *out,
				   struct pl_error *error)
{
	const struct pl_yaml_node *list = pl_yaml_get(pl_yaml_get(root, "times"), "resumed");

	if (!list || !list->count)
		return PL_OK;
	if (list->count > RESUMES_MAX)
		return pl_run_read_refuse(list, "resumed more often than a run can be", error);
	out->resumes = calloc(list->count, sizeof *out->resumes);
	if (!out->resumes)
		return pl_error_set(error, PL_ERR_MEMORY, "run.yaml", "no memory left to read it");
	for (const struct pl_yaml_node *node = list->first; node; node = node->next) {
		struct pl_run_resume *resume = &out->resumes[out->resume_count++];
#define TAKE(member, key)                                                                          \
	pl_text_copy(resume->member, sizeof resume->member, pl_yaml_get_text(node, key, ""))
		TAKE(boot_id, "boot_id");
		TAKE(host, "host");
		TAKE(version, "version");
		TAKE(actor, "actor");
#undef TAKE
		resume->pid = (int)pl_yaml_get_integer(node, "pid", 0);
		resume->mono_ns = pl_yaml_get_integer(node, "mono_ns", 0);
		if (!pl_clock_parse_utc(pl_yaml_get_text(node, "at", ""), &resume->utc_ns))
			return pl_run_read_refuse(node, "a resume without its time", error);
	}
	return PL_OK;
}

static enum pl_status check_schema(const struct pl_yaml_node *root, struct pl_error *error)
{
	const struct pl_yaml_node *map = pl_yaml_get(root, "schema");
	int64_t schema = pl_yaml_get_integer(map, "run", 0);

	if (schema > PL_RUN_SCHEMA)
		return pl_error_set(error, PL_ERR_VERSION, "run.yaml",
				    "was written by a newer plateau (schema %lld, this one knows "
				    "%d): it is left as it is",
				    (long long)schema, PL_RUN_SCHEMA);
	return schema < 1 ? pl_run_read_refuse(map, "no schema of a run", error) : PL_OK;
}

static enum pl_status take(const struct pl_yaml_node *root, struct pl_run_record *out,
			   struct pl_error *error)
{
	static enum pl_status (*const steps[])(
	    const struct pl_yaml_node *root, struct pl_run_record *out, struct pl_error *error) = {
	    take_texts,	      take_moments,	     take_integers, take_counts,
	    take_state,	      pl_run_read_overrides, take_resumes,  pl_run_read_devices,
	    pl_run_read_plan, pl_run_read_recording,
	};
	enum pl_status status = check_schema(root, error);

	take_parts(root, out);
	take_clock(root, &out->clock);
	for (size_t i = 0; !status && i < sizeof steps / sizeof steps[0]; i++)
		status = steps[i](root, out, error);
	return status;
}

enum pl_status pl_run_read(int folder, struct pl_run_record *out, struct pl_error *error)
{
	enum pl_status status;
	char *bytes;
	size_t count;

	*out = (struct pl_run_record){.exit = -1};
	status = pl_store_read(folder, "run.yaml", limits.bytes + 1, &bytes, &count, error);
	if (status)
		return status;
	status = pl_yaml_parse_within("run.yaml", bytes, count, &limits, &out->own, error);
	free(bytes);
	return status ? status : take(pl_yaml_root(out->own), out, error);
}

void pl_run_record_fini(struct pl_run_record *record)
{
	free(record->overrides);
	free(record->resumes);
	free(record->devices);
	free(record->plan);
	pl_yaml_free(record->own);
	*record = (struct pl_run_record){.exit = -1};
}
