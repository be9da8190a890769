/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live_values.c - the values of a device as they are known right now: settings and counters.
 *
 * A setting that is not sure keeps its number and an origin that says so; one that is not known is
 * NaN. Counters are kept over the rate window, so that a rate is hits over seconds of one device.
 */
#include "engine/internal.h"

#include <string.h>

/* What this workspace remembers of a setting. */
void live_recall(struct pl_engine *engine, int device)
{
	struct live_device *live = &engine->devices[device];

	for (size_t c = 0; c < live->device->spec.channel_count; c++) {
		struct pl_target target = {.device = (int16_t)device,
					   .channel = (int16_t)c,
					   .parameter = (int16_t)live->setting_parameter};
		char path[PL_PATH_SIZE];

		live->settings[c] = (struct setting){.value = NAN};
		if (live->setting_parameter < 0)
			continue;
		pl_bench_path(engine->bench, target, path);
		for (size_t k = 0; k < engine->kept_count; k++)
			if (strcmp(engine->kept[k].path, path) == 0)
				live->settings[c] =
				    (struct setting){.value = engine->kept[k].value,
						     .origin = SETTING_KEPT,
						     .t_utc_ns = engine->kept[k].t_utc_ns};
	}
}

void live_forget(struct live_device *live)
{
	for (size_t c = 0; c < live->device->spec.channel_count; c++)
		if (live->settings[c].origin != SETTING_UNKNOWN)
			live->settings[c].origin = SETTING_KEPT;
}

void live_count(struct live_device *live, const struct pl_bus_event *event)
{
	int64_t spacing = live->device->rate_window_ns / (HISTORY - 8);
	size_t last = (live->history_next + HISTORY - 1) % HISTORY;

	live->now.t_ns = event->t_mono_ns;
	live->now.events = event->counters.events;
	live->strays = event->counters.strays;
	memcpy(live->now.hits, event->counters.hits, sizeof(live->now.hits));
	if (live->history_count > 0 && live->now.t_ns - live->history[last].t_ns < spacing)
		return;
	live->history[live->history_next] = live->now;
	live->history_next = (live->history_next + 1) % HISTORY;
	if (live->history_count < HISTORY)
		live->history_count++;
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
	struct live_device *live = &engine->devices[target.device];
	struct pl_write message = {.kind = PL_WRITE_KEPT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (target.channel < 0 || target.parameter != live->setting_parameter)
		return;
	live->settings[target.channel] =
	    (struct setting){.value = value,
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

size_t live_series_count(const struct pl_device *device)
{
	return device->spec.channel_count + device->coincidence_count;
}

const char *live_series_name(const struct pl_device *device, size_t series)
{
	if (series < device->spec.channel_count)
		return device->spec.channels[series].name;
	return device->coincidences[series - device->spec.channel_count].name;
}

bool live_window(const struct live_device *live, int series, uint64_t *hits, double *seconds)
{
	int64_t from = live->now.t_ns - live->device->rate_window_ns;
	const struct sample *oldest = NULL;

	for (size_t k = 0; k < live->history_count; k++) {
		const struct sample *sample =
		    &live->history[(live->history_next + HISTORY - live->history_count + k) %
				   HISTORY];

		if (sample->t_ns >= from) {
			oldest = sample;
			break;
		}
	}
	if (oldest == NULL || live->now.t_ns - oldest->t_ns < PL_NS_PER_S / 2)
		return false;
	*hits = live->now.hits[series] - oldest->hits[series];
	*seconds = (double)(live->now.t_ns - oldest->t_ns) / 1e9;
	return true;
}
