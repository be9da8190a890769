/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - a run on stderr while it goes on, and its summary on stdout. Main thread. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/command.h"

#include "plateau/json.h"

struct pl_progress {
	const struct pl_call *call;
	bool is_terminal; /* one line, written over */
	bool is_quiet;
	bool has_line; /* something to write over */
	bool began;    /* the run has a folder */
	char state[16];
};

void pl_progress_init(struct pl_progress *progress, const struct pl_call *call);
/* An event of a followed run. ctx is the progress. */
void pl_progress_event(void *ctx, const struct pl_json *event);
/* The line that is written over ends here. */
void pl_progress_end(struct pl_progress *progress);
/* The result object as a summary, or as it is with --json. Returns the run's exit status. */
int pl_progress_result(struct pl_progress *progress, const struct pl_json *result);
/* One point as one line of text, without newline. */
struct pl_text;
void pl_progress_point(const struct pl_json *point, struct pl_text *out);

#endif
