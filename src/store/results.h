/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h - scan_results_chN.csv made anew from points.csv. Writer thread. */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "base/file.h"

/* Of each (index, channel) the last row over points.csv … points.<parts>.csv counts; the valid ones
 * are written in file order. The file is replaced as a whole. */
enum pl_status pl_results_rebuild(struct pl_disk *disk, int dir, unsigned parts, int channel_id,
				  struct pl_error *error);

#endif
