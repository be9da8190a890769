/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading_columns.c - see reading_columns.h. */
#include "reading_columns.h"

#include <string.h>

/* Behind cursor and sign. A name gives up what it has beyond NAME_SHORT for the error. */
enum { FIRST = 3, NAME_MIN = 8, NAME_SHORT = 15, ERROR_SHORT = 6 };

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

/* True, and the column's place, when it fits behind *end. */
static int take(int *end, int cols, int width, int *place)
{
	if (width <= 0 || *end + 1 + width > cols)
		return 0;
	*place = *end + 1;
	*end += 1 + width;
	return 1;
}

void pl_reading_columns(const struct pl_reading_widths *widths, int cols,
			struct pl_reading_columns *out)
{
	int numbers =
	    1 + widths->whole + widths->fraction + (widths->unit > 0 ? 1 + widths->unit : 0);
	int end, left;

	memset(out, 0, sizeof *out);
	out->name = FIRST;
	out->name_width =
	    clamp(widths->name, NAME_MIN, clamp(cols - FIRST - numbers, NAME_MIN, cols));
	if (widths->error > 0 && out->name_width > NAME_SHORT &&
	    FIRST + out->name_width + numbers + 1 + ERROR_SHORT > cols)
		out->name_width = NAME_SHORT;
	out->value_end = FIRST + out->name_width + 1 + widths->whole;
	end = out->value_end + widths->fraction;
	take(&end, cols, widths->unit, &out->unit);
	if (widths->error > 0 && !take(&end, cols, widths->error, &out->error))
		return;
	if (!take(&end, cols, widths->state, &out->state) ||
	    !take(&end, cols, PL_READING_AGE, &out->age) ||
	    !take(&end, cols, PL_READING_BAR, &out->bar))
		return;
	left = clamp(cols - end - 2, 0, PL_READING_TREND_MAX);
	if (left >= PL_READING_TREND_MIN && take(&end, cols, left, &out->trend))
		out->trend_width = left;
}
