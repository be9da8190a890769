/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record_devices.c - which devices a recording uses, and what they told of themselves. Engine
 * thread. */
#include "engine/record.h"

bool record_uses(const struct record *record, size_t device)
{
	const struct pl_recording *recording = &record->recording;

	if (recording->events_device == (int)device)
		return true;
	for (size_t i = 0; i < recording->reading_count; i++)
		if (recording->readings[i].target.device == (int)device)
			return true;
	return false;
}

void record_keep_found(struct record *record, size_t device)
{
	const struct live_device *live = &record->actor.engine->devices[device];
	struct pl_run_found *found;

	for (size_t i = 0; i < record->found_count; i++)
		if (record->found[i].device == (int)device)
			return;
	if (!record_uses(record, device) || live->phase != LIVE_UP)
		return;
	found = &record->found[record->found_count];
	*found = (struct pl_run_found){.device = (int)device, .identity = live->identity};
	pl_text_copy(found->port, sizeof(found->port), live->path);
	record->found_count++;
}
