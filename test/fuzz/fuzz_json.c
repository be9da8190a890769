/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_json.c - any bytes as a request on the socket. What parses is written as one line of plain
 * characters, which parses again and gives the same line.
 */
#include "plateau/json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct pl_json *value, *again;
	struct pl_error error;
	char *line, *same;

	if (pl_json_parse((const char *)bytes, count, &value, &error) != PL_OK) {
		if (value || error.code == PL_OK)
			abort();
		return 0;
	}
	line = pl_json_line(value);
	for (const char *at = line; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			abort();
	if (pl_json_parse(line, strlen(line), &again, &error) != PL_OK)
		abort();
	same = pl_json_line(again);
	if (strcmp(line, same) != 0)
		abort();
	pl_json_get_text(value, "do", "");
	pl_json_get_integer(pl_json_get(value, "args"), "id", 0);
	pl_json_at(value, 1);
	free(line);
	free(same);
	pl_json_free(value);
	pl_json_free(again);
	return 0;
}
