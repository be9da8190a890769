/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disk_watch.c - how much room the workspace has left, for the views. A folder on a network is not
 * asked: a server that is gone would hold up the engine.
 */
#include "engine/internal.h"

#define ASK_NS (10 * PL_NS_PER_S)

/* Two digits: what other programs write is no news five times a second. */
static double rounded(uint64_t bytes)
{
	double unit = bytes > 0 ? pow(10, floor(log10((double)bytes)) - 1) : 1;

	return floor((double)bytes / unit) * unit;
}

static void look(struct pl_engine *engine)
{
	struct pl_error error;
	uint64_t bytes;

	engine->disk_watch.free_bytes = NAN;
	if (!engine->workspace.is_network &&
	    pl_disk_free_bytes(engine->workspace.dir, &bytes, &error) == PL_OK)
		engine->disk_watch.free_bytes = rounded(bytes);
}

struct pl_json *part_disk(struct pl_engine *engine, int64_t now_ns)
{
	struct pl_json *out = pl_json_object();

	if (now_ns >= engine->disk_watch.next_ns) {
		engine->disk_watch.next_ns = now_ns + ASK_NS;
		look(engine);
	}
	pl_json_add_number(out, "free_bytes", engine->disk_watch.free_bytes);
	return out;
}
