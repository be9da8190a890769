/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settable.c - see settable.h. */
#include "config/settable.h"

static const struct pl_parameter *row_at(const struct pl_bench *bench, struct pl_target at)
{
	const struct pl_parameter *rows = pl_device_rows(&bench->devices[at.device], at.channel);

	return rows && rows[at.parameter].name ? &rows[at.parameter] : NULL;
}

static bool next_row(const struct pl_bench *bench, struct pl_target *at)
{
	at->parameter++;
	while ((size_t)at->device < bench->device_count && !row_at(bench, *at)) {
		at->parameter = 0;
		at->channel++;
		if (at->channel < (int)bench->devices[at->device].spec.channel_count)
			continue;
		at->channel = -1;
		at->device++;
	}
	return (size_t)at->device < bench->device_count;
}

bool pl_settable_next(const struct pl_bench *bench, struct pl_target *at)
{
	const unsigned both = PL_ACCESS_READ | PL_ACCESS_WRITE;

	while (next_row(bench, at))
		if ((row_at(bench, *at)->access & both) == both)
			return true;
	return false;
}

void pl_settable_leave(struct pl_target *at)
{
	at->device++;
	at->channel = -1;
	at->parameter = -1;
}
