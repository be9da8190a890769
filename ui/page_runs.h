/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_runs.h - the pages of stored runs and of one of them. Main thread. */
#ifndef UI_PAGE_RUNS_H
#define UI_PAGE_RUNS_H

#include "page.h"

extern const struct pl_page pl_page_runs, pl_page_run;

/* Opens the run under the cursor of the list. page_runs.c */
void pl_runs_open_selected(struct pl_view *view);
/* Asks for the verdict on the run that is shown. page_run.c */
void pl_run_verify(struct pl_view *view);
/* Why the run that is shown cannot go on, NULL = it can be tried. page_run.c */
const char *pl_run_cannot_resume(const struct pl_state *state);

#endif
