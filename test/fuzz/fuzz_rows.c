/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_rows.c - any bytes as a line of a CSV file of ours: cells, and the end of an audit chain.
 * As many cells are read as are counted.
 */
#include "store/audit.h"
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char *line = malloc(count + 1), cell[64];
	const char *rest = line;
	struct pl_chain chain;
	size_t cells = 0;

	if (!line)
		abort();
	memcpy(line, bytes, count);
	line[count] = '\0';
	while (pl_rows_cell(&rest, cell, sizeof(cell)))
		if (strlen(cell) >= sizeof(cell) || ++cells > count + 1)
			abort();
	pl_rows_cells(line);
	pl_chain_begin(&chain, "uid");
	pl_chain_continue(&chain, line, NULL);
	free(line);
	return 0;
}
