/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading_line.h - one reading in one line of the panel. Main thread. */
#ifndef UI_READING_LINE_H
#define UI_READING_LINE_H

#include "format.h"
#include "panel.h"
#include "reading_columns.h"

/* The number with its digits, and its error when it has an interval, else "". */
void pl_reading_texts(const struct pl_canvas *body, const struct pl_model_reading *reading,
		      char value[PL_FORMAT_SIZE], char error[PL_FORMAT_SIZE]);
/* skip: bytes of the path that are not shown. */
void pl_reading_put(const struct pl_state *state, const struct pl_canvas *body, int row,
		    const struct pl_reading_columns *columns,
		    const struct pl_model_reading *reading, size_t skip);

#endif
