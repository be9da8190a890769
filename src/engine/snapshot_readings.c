/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot_readings.c - the readings of a snapshot: what the devices are set to, the rates of their
 * channels, what was read last. How old each is stands beside them and not in them: a value that
 * was read again and is the same is no news.
 */
#include "engine/internal.h"

#include "analysis/interval.h"

#include <stdio.h>

#define READINGS_ROOM (16u << 10)

struct readings {
	struct part_list list;
	struct pl_json *ages; /* as the list */
};

static void add(struct readings *out, struct pl_json *item, double age_s)
{
	if (part_add(&out->list, item))
		pl_json_add_number(out->ages, NULL, age_s);
}

static struct pl_json *reading(const char *path, double value, const struct pl_parameter *row,
			       const char *quality)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", path);
	pl_json_add_number(out, "value", value);
	pl_json_add_text(out, "unit", row != NULL ? row->unit : "Hz");
	pl_json_add_integer(out, "digits", row != NULL ? row->digits : 2);
	pl_json_add_text(out, "quality", quality);
	return out;
}

static void add_rates(struct readings *out, const struct live_device *live)
{
	for (size_t s = 0; live->device->driver->has_events && s < live_series_count(live->device);
	     s++) {
		uint64_t hits;
		double span, rate = NAN, lo = NAN, hi = NAN;
		struct pl_json *item;
		char path[PL_PATH_SIZE];
		bool known = live->phase == LIVE_UP && live_window(live, (int)s, &hits, &span);

		snprintf(path, sizeof(path), "%s.%s.rate", live->device->spec.name,
			 live_series_name(live->device, s));
		if (known)
			pl_interval_rate(hits, span, PL_LEVEL_68, &rate, &lo, &hi);
		item = reading(path, rate, NULL, known ? "ok" : "missing");
		pl_json_add_number(item, "lo", lo);
		pl_json_add_number(item, "hi", hi);
		if (!known)
			pl_json_add_text(item, "reason",
					 live->phase == LIVE_UP ? "counting" : "not connected");
		add(out, item, NAN);
	}
}

/* What a detector holds is known from writes and read-backs; what another device holds, from the
 * newest reading once there is one. */
static bool is_known(const struct live_device *live, const struct live_row *row)
{
	return row->is_setting && (live->device->driver->has_events || row->last.t_mono_ns == 0);
}

static void add_settings(struct readings *out, const struct pl_engine *engine, size_t device)
{
	static const char *const origins[] = {
	    [SETTING_UNKNOWN] = "unknown",
	    [SETTING_KEPT] = "as last known",
	    [SETTING_CONFIRMED] = "confirmed",
	    [SETTING_READ_BACK] = "read back",
	};
	const struct live_device *live = &engine->devices[device];

	for (size_t i = 0; i < live->row_count; i++) {
		const struct live_row *row = &live->rows[i];
		bool sure = row->known.origin >= SETTING_CONFIRMED && live->phase == LIVE_UP;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		if (!row->parameter->show || !is_known(live, row))
			continue;
		item = reading(pl_bench_path(engine->bench, row->target, path), row->known.value,
			       row->parameter,
			       sure			 ? "ok"
			       : isnan(row->known.value) ? "missing"
							 : "stale");
		pl_json_add_text(item, "reason", origins[row->known.origin]);
		add(out, item, NAN);
	}
}

static void add_limit(struct pl_json *out, const char *name, double bound)
{
	if (isfinite(bound))
		pl_json_add_number(out, name, bound);
}

static void add_limits(struct pl_json *item, const struct pl_engine *engine,
		       struct pl_target target)
{
	const struct pl_limits *limits = alarms_limits(engine, target);
	struct pl_json *out;

	if (limits == NULL)
		return;
	out = pl_json_object();
	add_limit(out, "lolo", limits->lolo);
	add_limit(out, "low", limits->low);
	add_limit(out, "high", limits->high);
	add_limit(out, "hihi", limits->hihi);
	pl_json_add(item, "limits", out);
}

/* Rounded down, so that an age by itself is seldom news: 10 s, 20 s, …, 1 min, 2 min, … */
static int64_t coarse_age(int64_t age_s)
{
	return age_s < 60 ? age_s / 10 * 10 : age_s / 60 * 60;
}

/* Hits and rates of a detector's channels are made of its counters. */
static bool is_counted(const struct live_device *live, const struct live_row *row)
{
	return live->device->driver->has_events && row->target.channel >= 0;
}

static void add_read(struct readings *out, const struct pl_engine *engine, size_t device,
		     int64_t now_ns)
{
	static const char *const qualities[] = {
	    [PL_QUALITY_OK] = "ok",	      [PL_QUALITY_STALE] = "stale",
	    [PL_QUALITY_OVER] = "over",	      [PL_QUALITY_INVALID] = "invalid",
	    [PL_QUALITY_MISSING] = "missing",
	};
	const struct live_device *live = &engine->devices[device];
	int64_t stale_ns = 3 * live->device->refresh_ns;

	for (size_t i = 0; i < live->row_count; i++) {
		const struct live_row *row = &live->rows[i];
		int64_t age = now_ns - row->last.t_mono_ns;
		enum pl_quality quality = row->last.quality;
		struct pl_json *item;
		char path[PL_PATH_SIZE];

		if (!row->parameter->show || row->last.t_mono_ns == 0 || is_known(live, row) ||
		    is_counted(live, row) || row->last.value.type == PL_VALUE_TEXT)
			continue;
		/* What a device said before it was lost is old at once, however lately it was. */
		if (quality == PL_QUALITY_OK &&
		    (live->phase != LIVE_UP || age > stale_ns + 2 * PL_NS_PER_S))
			quality = PL_QUALITY_STALE;
		item = reading(pl_bench_path(engine->bench, row->target, path),
			       quality <= PL_QUALITY_STALE ? row->last.value.number : NAN,
			       row->parameter, qualities[quality]);
		pl_json_add_integer(item, "age_s", coarse_age(age / PL_NS_PER_S));
		pl_json_add_text(item, "reason", row->last.reason);
		add_limits(item, engine, row->target);
		add(out, item, round((double)age / 1e8) / 10);
	}
}

struct pl_json *part_readings(const struct pl_engine *engine, int64_t now_ns, struct pl_json **ages,
			      bool *is_cut)
{
	struct readings out = {.list = {.items = pl_json_array(), .room = READINGS_ROOM},
			       .ages = pl_json_array()};

	for (size_t i = 0; i < engine->bench->device_count && !out.list.is_cut; i++) {
		add_settings(&out, engine, i);
		add_rates(&out, &engine->devices[i]);
		add_read(&out, engine, i, now_ns);
	}
	*is_cut |= out.list.is_cut;
	*ages = out.ages;
	return out.list.items;
}
