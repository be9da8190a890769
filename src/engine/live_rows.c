/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live_rows.c - a place for each parameter of a device and of its channels: what was read of it
 * last, and of those that can be written what the device is known to hold.
 *
 * A setting that is not sure keeps its number and an origin that says so; one that is not known is
 * NaN.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

static size_t row_count(const struct pl_parameter *rows)
{
	size_t count = 0;

	while (rows[count].name != NULL)
		count++;
	return count;
}

static size_t add_rows(struct live_device *live, int device, int channel)
{
	const struct pl_parameter *rows = pl_device_rows(live->device, channel);
	size_t count = row_count(rows);

	for (size_t i = 0; i < count; i++)
		live->rows[live->row_count++] = (struct live_row){
		    .target = {.device = (int16_t)device,
			       .channel = (int16_t)channel,
			       .parameter = (int16_t)i},
		    .parameter = &rows[i],
		    .is_setting =
			(rows[i].access & PL_ACCESS_WRITE) != 0 && rows[i].type != PL_VALUE_TEXT,
		    .known = {.value = NAN},
		};
	return count;
}

/* What this workspace remembers of a setting. */
static void recall(const struct pl_engine *engine, struct live_row *row)
{
	char path[PL_PATH_SIZE];

	pl_bench_path(engine->bench, row->target, path);
	for (size_t k = 0; k < engine->kept_count; k++)
		if (strcmp(engine->kept[k].path, path) == 0)
			row->known = (struct setting){.value = engine->kept[k].value,
						      .origin = SETTING_KEPT,
						      .t_utc_ns = engine->kept[k].t_utc_ns};
}

bool live_rows_make(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];
	size_t channels = live->device->spec.channel_count;
	size_t count = row_count(pl_device_rows(live->device, -1)) +
		       channels * row_count(pl_device_rows(live->device, 0));

	live->rows = calloc(count + 1, sizeof(*live->rows));
	if (live->rows == NULL)
		return false;
	add_rows(live, device, -1);
	for (size_t c = 0; c < channels; c++)
		add_rows(live, device, (int)c);
	for (size_t i = 0; i < live->row_count; i++)
		if (live->rows[i].is_setting)
			recall(engine, &live->rows[i]);
	return true;
}

struct live_row *live_row(const struct pl_engine *engine, struct pl_target target)
{
	const struct live_device *live = &engine->devices[target.device];
	size_t at = (size_t)target.parameter;

	if (target.parameter < 0)
		return NULL;
	if (target.channel >= 0)
		at += row_count(pl_device_rows(live->device, -1)) +
		      (size_t)target.channel * row_count(pl_device_rows(live->device, 0));
	return at < live->row_count ? &live->rows[at] : NULL;
}

void live_forget(struct live_device *live)
{
	for (size_t i = 0; i < live->row_count; i++)
		if (live->rows[i].known.origin != SETTING_UNKNOWN)
			live->rows[i].known.origin = SETTING_KEPT;
}

/* What a dead run owed the bench, somebody has now set by hand: that debt is settled. */
static void settle_pending(struct pl_engine *engine, const char *path)
{
	struct pl_pending *pending = &engine->pending;
	struct pl_write message = {.kind = PL_WRITE_PENDING,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};
	size_t kept = 0;

	for (size_t i = 0; i < pending->count; i++)
		if (strcmp(pending->items[i].path, path) != 0)
			pending->items[kept++] = pending->items[i];
	if (kept == pending->count)
		return;
	pending->count = kept;
	message.pending = *pending;
	pl_writer_put(engine->writer, &message);
}

void live_confirmed(struct pl_engine *engine, struct pl_target target, double value, bool keep,
		    unsigned run, const char *actor)
{
	struct live_row *row = live_row(engine, target);
	struct pl_write message = {.kind = PL_WRITE_KEPT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (row == NULL || !row->is_setting)
		return;
	row->known = (struct setting){.value = value,
				      .origin = isnan(value) ? SETTING_UNKNOWN : SETTING_CONFIRMED,
				      .t_utc_ns = message.t_utc_ns};
	if (!keep || isnan(value))
		return;
	pl_bench_path(engine->bench, target, message.kept.path);
	message.kept.value = value;
	message.kept.t_utc_ns = message.t_utc_ns;
	message.kept.run = run;
	pl_text_copy(message.kept.actor, sizeof(message.kept.actor), actor);
	pl_writer_put(engine->writer, &message);
	if (run == 0)
		settle_pending(engine, message.kept.path);
}
