/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_read.h - a stored run as its run.yaml tells it, without an engine.
 *
 * Nothing is written and no lock is needed. Texts are as they stand in the file, which may be
 * anybody's: escape them before a terminal sees them. Any thread.
 */
#ifndef STORE_RUN_READ_H
#define STORE_RUN_READ_H

#include "store/run.h"

#include <string.h>

struct pl_yaml_node;

#define PL_RUN_SCHEMA 1 /* of run.yaml, the newest this version knows */

struct pl_run_device {
	char name[PL_NAME_SIZE], driver[PL_NAME_SIZE];
	char port[160];
	char profile_sha256[PL_HASH_SIZE]; /* empty: it has none, or the run is older */
	struct pl_identity identity;	   /* of the scanned device, of those that were recorded */
	double dead_time_tau_s;
	const char *profile_file, *profile_text; /* borrowed; NULL where there is no SHA-256 */
	struct pl_channel channels[PL_CHANNELS_MAX];
	size_t channel_count;
};

struct pl_run_setting {
	char path[PL_PATH_SIZE]; /* det.top.threshold */
	double value;
	bool is_confirmed; /* it was put back */
};

struct pl_run_record {
	char uid[PL_RUN_UID_SIZE];
	char name[32]; /* "2026-11-21/run_0042" */
	unsigned number;
	char kind[16], scan[PL_NAME_SIZE]; /* "scan" or "recording", and its name */
	char bench[PL_NAME_SIZE];
	const char *bench_file, *bench_text;
	char bench_sha256[PL_HASH_SIZE]; /* as stored; compare it with the text's own */
	bool simulated;
	bool is_forced;	 /* --force: see head */
	bool sim_option; /* by --sim, so its workspace ends in /sim */
	struct pl_override *overrides;
	size_t override_count;
	char actor[PL_ACTOR_SIZE], operator_name[64], label[64], sample[64];
	/* Of the program that began it, and of each that took it up again. */
	char host[64], version[64], boot_id[37];
	int pid;
	int64_t created_utc_ns, created_mono_ns;
	struct pl_run_resume *resumes;
	size_t resume_count;
	/* How far it came. */
	enum pl_run_state state;
	char reason[PL_RUN_TEXT_SIZE];
	int exit; /* -1 = not over */
	struct pl_run_clock clock;
	int64_t started_utc_ns, started_mono_ns;   /* 0 = not yet */
	int64_t finished_utc_ns, finished_mono_ns; /* 0 = not over */
	uint32_t planned, done, durable, invalid;
	uint32_t memory_writes;	       /* 0 in older runs */
	uint16_t parts[PL_RUN_FILES];  /* of each file; 0 = none named */
	char audit_head[PL_HASH_SIZE]; /* "" = none was anchored */
	struct pl_run_device *devices;
	size_t device_count;
	const struct pl_run_device *device; /* the scanned one; NULL = it is no scan */
	char set[PL_PATH_SIZE];		    /* what is scanned: det.threshold */
	struct pl_run_setting restore[PL_CHANNELS_MAX];
	size_t restore_count;
	struct pl_channel_result channels[PL_CHANNELS_MAX]; /* as device->channels */
	/* The plan that always holds; channel is a position in device->channels, -1 = of none. */
	bool has_seed;
	int64_t seed;
	struct pl_planned *plan;
	size_t plan_count;
	/* Of a recording. */
	double rate_hz; /* 0 = events only */
	struct pl_record_books books;
	uint16_t reading_parts[PL_READING_FILES]; /* as parts */
	struct pl_yaml *own;			  /* memory of what is borrowed above */
};

/* Reads run.yaml of an open run folder. PL_ERR_VERSION: a newer schema, which is left alone;
 * PL_ERR_CONFIG with "run.yaml:line:column"; PL_ERR_NOT_FOUND, PL_ERR_IO, PL_ERR_MEMORY. Free *out
 * with pl_run_record_fini in every case. */
enum pl_status pl_run_read(int folder, struct pl_run_record *out, struct pl_error *error);
void pl_run_record_fini(struct pl_run_record *record);
static inline bool pl_run_record_is_recording(const struct pl_run_record *record)
{
	return strcmp(record->kind, "recording") == 0;
}
/* The profiles it keeps, for pl_bench_load, borrowed from the record; out has room for
 * record->device_count. Their number. */
size_t pl_run_record_profiles(const struct pl_run_record *record, struct pl_stored_profile *out);

/* Inside the room. PL_ERR_CONFIG at the place of node. */
enum pl_status pl_run_read_refuse(const struct pl_yaml_node *node, const char *text,
				  struct pl_error *error);
enum pl_status pl_run_read_overrides(const struct pl_yaml_node *root, struct pl_run_record *out,
				     struct pl_error *error);
enum pl_status pl_run_read_profile(const struct pl_yaml_node *root, const struct pl_yaml_node *from,
				   struct pl_run_device *out, struct pl_error *error);
enum pl_status pl_run_read_devices(const struct pl_yaml_node *root, struct pl_run_record *out,
				   struct pl_error *error);
enum pl_status pl_run_read_recording(const struct pl_yaml_node *root, struct pl_run_record *out,
				     struct pl_error *error);
enum pl_status pl_run_read_plan(const struct pl_yaml_node *root, struct pl_run_record *out,
				struct pl_error *error);

#endif
