/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readings_parts.h - the parts that readings.csv of a recording has. Any thread. */
#ifndef STORE_READINGS_PARTS_H
#define STORE_READINGS_PARTS_H

#include "store/run.h"

/* "readings.csv", "readings.2.csv"; returns out. */
const char *pl_readings_part_name(unsigned part, char out[PL_NAME_SIZE]);
/* The next part behind that one that is there; 0 = none. Some may have been taken away. */
unsigned pl_readings_part_after(int dir, unsigned part);
/* The same of what any sink writes. */
unsigned pl_readings_any_after(int dir, enum pl_reading_file file, unsigned part);
/* How many bytes of a part are its own: where the rows begin that the next part repeats, else all
 * there are. */
uint64_t pl_readings_part_end(int dir, unsigned part);

#endif
