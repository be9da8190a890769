/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_yaml.c - run.yaml as text.
 *
 * What a list of runs shows stands first; the plan and the bench file, which can be long, stand
 * last, from the line `plan:` on, so that a reader may stop there. Pure, any thread.
 */
#include "store/run_yaml.h"

#include "base/yaml.h"
#include "plateau/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *kind;
	int schema;
} schemas[] = {
    {"run", 1},	  {"points", 1},   {"scan_results", 1}, {"threshold_operations", 1},
    {"audit", 1}, {"settings", 1}, {"events", 1},	{"device_log", 1},
    {"notes", 1}, {"readings", 1},
};

static void add_text(struct pl_yaml_out *out, const char *key, const char *text)
{
	if (text && text[0])
		pl_yaml_out_text(out, key, text);
	else
		pl_yaml_out_null(out, key);
}

static void add_utc(struct pl_yaml_out *out, const char *key, int64_t utc_ns)
{
	char text[PL_UTC_SIZE] = "";

	if (utc_ns)
		pl_clock_format_utc(utc_ns, text);
	add_text(out, key, text);
}

static void add_mono(struct pl_yaml_out *out, const char *key, int64_t mono_ns)
{
	if (mono_ns)
		pl_yaml_out_integer(out, key, mono_ns);
	else
		pl_yaml_out_null(out, key);
}

static bool is_sim_port(const struct pl_device *device)
{
	return strncmp(device->port, "sim:", 4) == 0;
}

static bool records_simulator(const struct pl_bench *bench, const struct pl_recording *recording)
{
	for (size_t i = 0; i < recording->reading_count; i++)
		if (is_sim_port(&bench->devices[recording->readings[i].target.device]))
			return true;
	return recording->events_device >= 0 &&
	       is_sim_port(&bench->devices[recording->events_device]);
}

/* By --sim, or because the bench file says so. */
static bool is_simulated(const struct pl_run_head *head)
{
	return head->bench->simulated || (head->scan && is_sim_port(head->scan->device)) ||
	       (head->recording && records_simulator(head->bench, head->recording));
}

static void add_identity(struct pl_yaml_out *out, const struct pl_run_head *head,
			 const struct pl_run_status *status)
{
	pl_yaml_out_text(out, "run", head->folder.name);
	pl_yaml_out_integer(out, "number", head->folder.number);
	pl_yaml_out_text(out, "uid", head->folder.uid);
	pl_yaml_out_text(out, "bench", head->bench->name);
	pl_yaml_out_text(out, "bench_file", head->bench->file);
	pl_yaml_out_text(out, "bench_sha256", head->bench->sha256);
	pl_yaml_out_text(out, "kind", pl_run_kind(head));
	pl_yaml_out_text(out, "name", pl_run_title(head));
	pl_yaml_out_boolean(out, "simulated", is_simulated(head));
	pl_yaml_out_boolean(out, "sim_option", head->bench->simulated);
	pl_yaml_out_boolean(out, "forced", head->is_forced);
	pl_yaml_out_text(out, "state", pl_run_state_name(status->state));
	add_text(out, "reason", status->reason);
	if (status->exit < 0)
		pl_yaml_out_null(out, "exit");
	else
		pl_yaml_out_integer(out, "exit", status->exit);
	add_text(out, "operator", head->operator_name);
	add_text(out, "label", head->label);
	add_text(out, "sample", head->sample);
	add_text(out, "actor", head->actor);
	add_text(out, "host", head->host);
	pl_yaml_out_integer(out, "pid", head->pid);
	add_text(out, "version", head->version);
}

/* Monotonic times mean something beside the boot they were taken in: from the last resume on that
 * is the boot of the resume. */
static void add_resumes(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	pl_yaml_out_list(out, "resumed");
	for (size_t i = 0; i < head->resume_count; i++) {
		const struct pl_run_resume *resume = &head->resumes[i];

		pl_yaml_out_map(out, NULL);
		add_utc(out, "at", resume->utc_ns);
		add_mono(out, "mono_ns", resume->mono_ns);
		add_text(out, "boot_id", resume->boot_id);
		add_text(out, "host", resume->host);
		pl_yaml_out_integer(out, "pid", resume->pid);
		add_text(out, "version", resume->version);
		add_text(out, "actor", resume->actor);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

static void add_times(struct pl_yaml_out *out, const struct pl_run_head *head,
		      const struct pl_run_status *status)
{
	pl_yaml_out_map(out, "times");
	add_text(out, "boot_id", head->boot_id);
	add_utc(out, "created_at", head->created_utc_ns);
	add_mono(out, "created_mono_ns", head->created_mono_ns);
	add_utc(out, "started_at", status->started_utc_ns);
	add_mono(out, "started_mono_ns", status->started_mono_ns);
	add_utc(out, "finished_at", status->finished_utc_ns);
	add_mono(out, "finished_mono_ns", status->finished_mono_ns);
	add_resumes(out, head);
	pl_yaml_out_close(out);
}

static void add_clock(struct pl_yaml_out *out, const struct pl_run_clock *clock)
{
	pl_yaml_out_map(out, "clock");
	pl_yaml_out_integer(out, "steps", clock->steps);
	pl_yaml_out_number(out, "stepped_s", (double)clock->stepped_ns / 1e9);
	pl_yaml_out_integer(out, "suspends", clock->suspends);
	pl_yaml_out_number(out, "suspended_s", (double)clock->suspended_ns / 1e9);
	pl_yaml_out_close(out);
}

static void add_warnings(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	pl_yaml_out_list(out, "warnings");
	for (size_t i = 0; i < head->warning_count; i++)
		pl_yaml_out_text(out, NULL, head->warnings[i]);
	pl_yaml_out_close(out);
}

static void add_points(struct pl_yaml_out *out, const struct pl_run_status *status)
{
	pl_yaml_out_map(out, "points");
	pl_yaml_out_integer(out, "planned", status->planned);
	pl_yaml_out_integer(out, "done", status->done);
	pl_yaml_out_integer(out, "durable", status->durable);
	pl_yaml_out_integer(out, "invalid", status->invalid);
	pl_yaml_out_close(out);
}

static void add_channels(struct pl_yaml_out *out, const struct pl_device *device)
{
	pl_yaml_out_list(out, "channels");
	for (size_t i = 0; i < device->spec.channel_count; i++) {
		const struct pl_channel *channel = &device->spec.channels[i];

		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "name", channel->name);
		pl_yaml_out_integer(out, "id", channel->id);
		pl_yaml_out_number(out, "threshold", channel->threshold);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

static const char *const dead_times[] = {
    [PL_DEAD_TIME_NONE] = "none", [PL_DEAD_TIME_NONPARALYZABLE] = "nonparalyzable"};

static const struct pl_run_found *found_of(const struct pl_run_status *status, size_t device)
{
	for (size_t i = 0; i < status->found_count; i++)
		if (status->found[i].device == (int)device)
			return &status->found[i];
	return NULL;
}

static void add_found(struct pl_yaml_out *out, const char *port, const struct pl_identity *identity)
{
	add_text(out, "port", port);
	add_text(out, "model", identity->model);
	add_text(out, "firmware", identity->firmware);
	add_text(out, "serial", identity->serial);
	add_text(out, "protocol", identity->protocol);
	pl_yaml_out_boolean(out, "reads_back", identity->reads_back);
}

static void add_devices(struct pl_yaml_out *out, const struct pl_run_head *head,
			const struct pl_run_status *status)
{
	pl_yaml_out_list(out, "devices");
	for (size_t i = 0; i < head->bench->device_count; i++) {
		const struct pl_device *device = &head->bench->devices[i];

		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "name", device->spec.name);
		pl_yaml_out_text(out, "driver", device->driver->name);
		if (device->spec.profile) {
			pl_yaml_out_text(out, "profile", device->spec.profile->name);
			pl_yaml_out_text(out, "profile_sha256", device->spec.profile->sha256);
		}
		if (head->scan && device == head->scan->device)
			add_found(out, status->port[0] ? status->port : device->port,
				  &status->identity);
		else if (found_of(status, i))
			add_found(out, found_of(status, i)->port, &found_of(status, i)->identity);
		else
			add_text(out, "port", device->port);
		pl_yaml_out_number(out, "dead_time_tau_s", device->dead_time_tau_s);
		pl_yaml_out_number(out, "dead_time_error_s", device->dead_time_error_s);
		pl_yaml_out_text(out, "dead_time_model", dead_times[device->dead_time_model]);
		add_channels(out, device);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

/* Any JSON value as YAML, so that the result object has one source. */
static void add_json(struct pl_yaml_out *out, const char *key, const struct pl_json *value)
{
	const struct pl_json *member;
	const char *name;

	if (pl_json_is_null(value)) {
		pl_yaml_out_null(out, key);
	} else if (pl_json_is_string(value)) {
		pl_yaml_out_text(out, key, pl_json_text(value, ""));
	} else if (pl_json_is_number(value)) {
		pl_yaml_out_number(out, key, pl_json_number(value, NAN));
	} else if (pl_json_boolean(value, false) == pl_json_boolean(value, true)) {
		pl_yaml_out_boolean(out, key, pl_json_boolean(value, false));
	} else if (pl_json_is_object(value)) {
		pl_yaml_out_map(out, key);
		for (size_t i = 0; pl_json_member(value, i, &name, &member); i++)
			add_json(out, name, member);
		pl_yaml_out_close(out);
	} else {
		pl_yaml_out_list(out, key);
		for (size_t i = 0; i < pl_json_size(value); i++)
			add_json(out, NULL, pl_json_at(value, i));
		pl_yaml_out_close(out);
	}
}

static void add_overrides(struct pl_yaml_out *out, const struct pl_bench *bench)
{
	pl_yaml_out_list(out, "overrides");
	for (size_t i = 0; i < bench->override_count; i++) {
		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "path", bench->overrides[i].path);
		pl_yaml_out_text(out, "value", bench->overrides[i].value);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

static void add_result(struct pl_yaml_out *out, const struct pl_run_head *head,
		       const struct pl_run_status *status)
{
	struct pl_json *result = pl_run_result_json(head, status);

	add_json(out, "files", pl_json_get(result, "files"));
	add_json(out, "errors", pl_json_get(result, "errors"));
	add_json(out, "result", result);
	pl_json_free(result);
}

static void add_books(struct pl_yaml_out *out, const struct pl_record_books *books)
{
	struct pl_json *object = pl_record_books_json(books);

	add_json(out, "books", object);
	pl_json_free(object);
}

static bool is_told(const struct pl_bench *bench, size_t device)
{
	for (size_t i = 0; i < device; i++)
		if (bench->devices[i].spec.profile == bench->devices[device].spec.profile)
			return true;
	return false;
}

/* What describes the instruments, once each: a run stands by itself. */
static void add_profiles(struct pl_yaml_out *out, const struct pl_bench *bench)
{
	pl_yaml_out_list(out, "profiles");
	for (size_t i = 0; i < bench->device_count; i++) {
		const struct pl_profile *profile = bench->devices[i].spec.profile;

		if (!profile || is_told(bench, i))
			continue;
		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "name", profile->name);
		pl_yaml_out_text(out, "file", profile->file);
		pl_yaml_out_text(out, "sha256", profile->sha256);
		pl_yaml_out_block(out, "text", profile->text);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

void pl_run_yaml(const struct pl_run_head *head, const struct pl_run_status *status,
		 struct pl_text *text)
{
	struct pl_yaml_out *out = pl_yaml_out_begin(text);

	pl_yaml_out_map(out, "schema");
	for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++)
		pl_yaml_out_integer(out, schemas[i].kind, schemas[i].schema);
	pl_yaml_out_close(out);
	add_identity(out, head, status);
	add_times(out, head, status);
	add_clock(out, &status->clock);
	add_warnings(out, head);
	if (head->recording)
		add_books(out, &status->books);
	else
		add_points(out, status);
	if (head->scan)
		pl_yaml_out_integer(out, "memory_writes", status->memory_writes);
	add_text(out, "audit_head", status->audit_head);
	add_devices(out, head, status);
	if (head->scan)
		pl_run_yaml_restore(out, head, status);
	add_result(out, head, status);
	if (head->recording)
		pl_run_yaml_recording(out, head);
	else
		pl_run_yaml_scan(out, head);
	add_overrides(out, head->bench);
	pl_run_yaml_plan(out, head);
	add_profiles(out, head->bench);
	pl_yaml_out_block(out, "bench_text", head->bench->text);
	pl_yaml_out_end(out);
}
