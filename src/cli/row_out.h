/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row_out.h - lines for stdout from a thread that must never wait for it.
 *
 * They are put by a thread of their own. Who reads slowly loses lines, not the bench its time: what
 * found no room is counted, and told where it is missing: {"lost":n}.
 */
#ifndef CLI_ROW_OUT_H
#define CLI_ROW_OUT_H

#include "plateau/json.h"
#include "plateau/status.h"

struct pl_row_out;

enum pl_status pl_row_out_start(struct pl_row_out **out, struct pl_error *error);
/* One line, or {"lost":n} where lost is not 0. One thread. */
void pl_row_out_put(struct pl_row_out *rows, const struct pl_json *row, uint64_t lost);
/* All that waits is put, as long as that takes; then the thread ends. NULL is fine. */
void pl_row_out_end(struct pl_row_out *rows);

#endif
