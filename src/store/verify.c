/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - one run after the other check, and what they find. */
#include "store/verify_inside.h"

#include "store/owner.h"

#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct verify *verify, bool is_bad, const char *where, const char *code,
		const char *format, va_list args)
{
	struct pl_verdict *verdict = verify->verdict;
	struct pl_finding *finding = &verdict->items[verdict->count];
	char text[1024];
	int length = vsnprintf(text, sizeof text, format, args);

	verdict->bad += is_bad;
	if (verdict->count == PL_FINDINGS_MAX) {
		verdict->dropped++;
		return;
	}
	verdict->count++;
	finding->is_bad = is_bad;
	finding->code = code;
	pl_text_escape(finding->where, sizeof finding->where, where, strlen(where));
	if (length >= (int)sizeof text)
		length = (int)sizeof text - 1;
	pl_text_escape(finding->text, sizeof finding->text, text, length > 0 ? (size_t)length : 0);
}

void verify_bad(struct verify *verify, const char *where, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(verify, true, where, code, format, args);
	va_end(args);
}

void verify_open(struct verify *verify, const char *where, const char *code, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	add(verify, false, where, code, format, args);
	va_end(args);
}

/* A text that several devices share is told of each: they are few. */
static void check_profiles(struct verify *verify)
{
	const struct pl_run_record *record = &verify->record;
	char hash[PL_HASH_SIZE];

	for (size_t i = 0; i < record->device_count; i++) {
		const struct pl_run_device *device = &record->devices[i];

		if (!device->profile_text)
			continue;
		pl_hash_bytes(device->profile_text, strlen(device->profile_text), hash);
		if (strcmp(hash, device->profile_sha256) != 0)
			verify_bad(verify, "run.yaml", "profile",
				   "the profile of %s has not the SHA-256 that stands beside it",
				   device->name);
	}
}

/* run.yaml against itself. */
static void check_yaml(struct verify *verify)
{
	const struct pl_run_record *record = &verify->record;
	char hash[PL_HASH_SIZE];

	pl_hash_bytes(record->bench_text, strlen(record->bench_text), hash);
	if (strcmp(hash, record->bench_sha256) != 0)
		verify_bad(verify, "run.yaml", "bench",
			   "bench_text has not the SHA-256 that bench_sha256 says");
	check_profiles(verify);
	if (record->durable > record->done || record->invalid > record->done)
		verify_bad(verify, "run.yaml", "counts",
			   "more points durable (%u) or invalid (%u) than done (%u)",
			   record->durable, record->invalid, record->done);
}

static void check(struct verify *verify)
{
	if (!pl_name_valid(verify->record.bench)) {
		verify_bad(verify, "run.yaml", "bench", "no name that a bench can have: %s",
			   verify->record.bench);
		return;
	}
	verify->is_over = pl_run_state_is_over(verify->record.state);
	verify->is_owned = !verify->is_over && pl_run_is_owned(verify->folder);
	check_yaml(verify);
	verify_audit(verify);
	verify_notes(verify);
	verify_seals(verify);
	if (pl_run_record_is_recording(&verify->record))
		verify_readings(verify);
	if (!verify->record.device)
		return; /* no scan: nothing that we know follows from its files */
	verify_points(verify);
	verify_results(verify);
	verify_operations(verify);
}

/* The workspace is two folders above; -1 when it cannot be opened. */
static int open_workspace(int folder)
{
	return openat(folder, "../..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum pl_status pl_verify_run(const char *folder, struct pl_verdict *out, struct pl_error *error)
{
	struct verify verify = {.folder = -1, .workspace = -1, .verdict = out};
	struct pl_error why = {.code = PL_OK};
	enum pl_status status;

	*out = (struct pl_verdict){.count = 0};
	status = pl_dir_open(AT_FDCWD, folder, true, &verify.folder, error);
	if (status)
		return status;
	verify.workspace = open_workspace(verify.folder);
	status = pl_run_read(verify.folder, &verify.record, &why);
	if (status == PL_ERR_CONFIG) {
		verify_bad(&verify, why.where, "damaged", "%s", why.text);
		status = PL_OK;
	} else if (!status) {
		check(&verify);
	} else if (error) {
		*error = why;
	}
	pl_run_record_fini(&verify.record);
	if (verify.workspace >= 0)
		close(verify.workspace);
	close(verify.folder);
	return status;
}
