/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h - scan_results_chN.csv made from points.csv. */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "plateau/text.h"

#include "base/file.h"

/* What the file must hold, header and all: of each (index, channel) the last row over all parts of
 * points.csv counts; the valid ones stand in file order. Any thread. */
enum pl_status pl_results_make(int dir, int channel_id, struct pl_text *out,
			       struct pl_error *error);
/* Replaces the file as a whole. Writer thread. */
enum pl_status pl_results_rebuild(struct pl_disk *disk, int dir, int channel_id,
				  struct pl_error *error);

#endif
