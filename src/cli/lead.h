/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lead.h - being the engine: in the foreground for one word, or as `plateau serve`. Main thread. */
#ifndef CLI_LEAD_H
#define CLI_LEAD_H

#include "cli/bench_ref.h"

struct pl_lead {
	const struct pl_bench_ref *ref; /* its lock is held by the caller */
	const struct pl_json *word;	/* NULL: none */
	void (*on_line)(void *ctx, const struct pl_json *line);
	void (*on_ready)(void *ctx);
	void *ctx;
	bool background, stay, open_devices;
};

/* Reads the bench once more, with the values that belong to the engine, and runs it. *ended: 143
 * after SIGTERM, else 0. */
enum pl_status pl_lead_run(const struct pl_lead *lead, int *ended, struct pl_error *error);

#endif
