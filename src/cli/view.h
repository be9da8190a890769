/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view.h - opening the screen on a bench. Main thread. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "cli/bench_ref.h"

/* Attaches to the engine, starting it when there is none, and shows the screen until the user
 * leaves it. Returns the exit status; 2 without a terminal. */
int pl_view_open(const struct pl_bench_ref *ref);
/* Standard input and output are a terminal that can show a screen. */
bool pl_view_has_terminal(void);

/* become.c, as struct pl_ui_options wants it: the engine of that pid is of another build; this
 * process becomes its program, with the same words. Returns only with the reason why not. */
void pl_view_become(void *ctx, int64_t pid, struct pl_error *error);

#endif
