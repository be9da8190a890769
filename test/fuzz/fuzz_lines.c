/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_lines.c - any bytes as a line of an OSECHI: event, reply or echo. Hits and ADC lie in their
 * ranges; the quick and the thorough parser of an event agree with what the line is called.
 */
#include "driver/osechi/protocol.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct pl_osechi_event event, other;
	struct pl_osechi_reply reply;
	struct pl_osechi_echo echo;
	char *line = malloc(count + 1);

	if (!line)
		abort();
	memcpy(line, bytes, count);
	line[count] = '\0';
	if (pl_osechi_classify(line, count, &event, &reply) == PL_OSECHI_EVENT &&
	    !pl_osechi_event_legacy(line, count, &other) &&
	    !pl_osechi_event_json(line, count, &other))
		abort();
	if (pl_osechi_reply_parse(line, count, &reply) && !pl_osechi_reply_why(&reply))
		abort();
	pl_osechi_echo_init(&echo, 1 + (int)(count % 3), 300, 0);
	for (int i = 0; i < 4; i++)
		pl_osechi_echo_line(&echo, line, count);
	free(line);
	return 0;
}
