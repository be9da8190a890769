/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify.h - holds the files of a stored run against each other and against what anchors them.
 *
 * Nothing is written and no lock is needed. What is found is one of two: bad, the files contradict
 * each other; or open, nothing contradicts, but it cannot be proved either (the last rows of a run
 * whose owner died). Somebody who writes every file anew, the bench's chain included, is not found
 * out. Any thread.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "plateau/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl_finding {
	bool is_bad;	  /* else open */
	const char *code; /* "edited", "removed", "cut", "replaced", … static */
	char where[160];  /* "audit.csv:7", escaped */
	char text[400];	  /* what differs, escaped */
};

#define PL_FINDINGS_MAX 64

struct pl_verdict {
	struct pl_finding items[PL_FINDINGS_MAX];
	size_t count;
	size_t bad;	/* of them all, also of those that had no room */
	size_t dropped; /* beyond the most that are kept */
	uint64_t audit_rows, points, operations, readings;
};

/* folder: path of a run folder. PL_OK with a verdict, whatever it says; PL_ERR_NOT_FOUND and the
 * like when there is no run to be read, PL_ERR_VERSION for one of a newer version. */
enum pl_status pl_verify_run(const char *folder, struct pl_verdict *out, struct pl_error *error);

struct pl_run_summary;
/* run, path, ok, audit_rows, points, operations, readings, bad, findings. Caller owns it. */
struct pl_json *pl_verdict_json(const struct pl_run_summary *run, const struct pl_verdict *verdict);

#endif
