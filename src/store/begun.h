/* SPDX-License-Identifier: GPL-3.0-or-later */
/* begun.h - the attempt that a run was at when it ended, as its audit log tells. Any thread. */
#ifndef STORE_BEGUN_H
#define STORE_BEGUN_H

#include "plateau/status.h"

#include <stdbool.h>
#include <stdint.h>

/* The detail of the audit row `set`, `sent` of a point's own write: this, then ", try N". The row
 * is on disk before the write leaves, so an attempt that has none never began. Returns out. */
#define PL_BEGUN_SIZE 64
const char *pl_begun_format(uint32_t index, uint32_t attempt, char out[PL_BEGUN_SIZE]);
/* False when the detail is of another kind of write. */
bool pl_begun_parse(const char *detail, uint32_t *index, uint32_t *attempt);

/* The attempt begun last, from the end of the newest part of audit.csv; index 0 = none was found.
 * PL_ERR_NOT_FOUND, PL_ERR_IO, PL_ERR_MEMORY. */
enum pl_status pl_begun_read(int folder, uint32_t *index, uint32_t *attempt,
			     struct pl_error *error);

#endif
