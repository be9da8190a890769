/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading_columns.h - which columns a line of Readings has and where. Pure, any thread.
 *
 * Name, value and unit are always there. Of the others go, when room gets short, in this order: the
 * trend, the bar, the age, the state, the error. What is wrong with a reading is then told in place
 * of its error.
 */
#ifndef UI_READING_COLUMNS_H
#define UI_READING_COLUMNS_H

/* What there is to show: columns that the longest of each takes. */
struct pl_reading_widths {
	int name, whole, fraction, unit, error, state;
};

struct pl_reading_columns {
	int name, name_width;
	int value_end; /* behind the last digit of the whole part */
	int unit;      /* the column of each; 0 = not shown */
	int error, state, age, bar, trend;
	int trend_width;
};

#define PL_READING_STATE     13
#define PL_READING_AGE	     6
#define PL_READING_BAR	     12
#define PL_READING_TREND_MIN 8
#define PL_READING_TREND_MAX 60

void pl_reading_columns(const struct pl_reading_widths *widths, int cols,
			struct pl_reading_columns *out);

#endif
