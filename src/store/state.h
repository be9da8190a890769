/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.h - <bench>.state.yaml: the settings last confirmed, and what must still be put back.
 * One thread at a time.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "store/writer.h"

struct pl_state {
	struct pl_kept *items;
	size_t count;
	struct pl_pending pending;
};

/* A missing file is an empty state. PL_ERR_CONFIG, PL_ERR_VERSION. Free with pl_state_fini. */
enum pl_status pl_state_load(const struct pl_workspace *workspace, struct pl_state *out,
			     struct pl_error *error);
void pl_state_fini(struct pl_state *state);
/* Each replaces the file, and leaves the state as it was when that fails. */
enum pl_status pl_state_keep(const struct pl_workspace *workspace, struct pl_state *state,
			     const struct pl_kept *kept, struct pl_error *error);
enum pl_status pl_state_pend(const struct pl_workspace *workspace, struct pl_state *state,
			     const struct pl_pending *pending, struct pl_error *error);

#endif
