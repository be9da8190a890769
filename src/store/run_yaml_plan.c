/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_yaml_plan.c - what a run sets, as run.yaml holds it: the plan, and what is put back. Pure.
 *
 * Places that differ only in index and setting are one group. Of a parallel pass a group lists each
 * channel's settings side by side: the n-th of all of them have one index.
 */
#include "store/run_yaml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- what is put back ---- */

/* The parameter that is scanned: "threshold" of "det.threshold". */
static const char *axis_name(const struct pl_scan *scan)
{
	const char *dot = scan->set ? strrchr(scan->set, '.') : NULL;

	return dot ? dot + 1 : "threshold";
}

static void setting_path(const struct pl_run_head *head, struct pl_target target, const char *name,
			 char out[PL_PATH_SIZE])
{
	const struct pl_device_spec *spec = &head->bench->devices[target.device].spec;

	if (target.channel < 0)
		snprintf(out, PL_PATH_SIZE, "%s.%s", spec->name, name);
	else
		snprintf(out, PL_PATH_SIZE, "%s.%s.%s", spec->name,
			 spec->channels[target.channel].name, name);
}

bool pl_run_setting_path(const struct pl_run_head *head, size_t i, char out[PL_PATH_SIZE])
{
	const struct pl_scan *scan = head->scan;
	const struct pl_device_spec *spec = &scan->device->spec;

	if (scan->axis_kind == PL_AXIS_ONE) {
		if (i == 0)
			setting_path(head, scan->axis, scan->axis_parameter->name, out);
		else if (i == 1 && scan->has_switch)
			setting_path(head, scan->memory_switch, scan->switch_parameter->name, out);
		return i == 0 || (i == 1 && scan->has_switch);
	}
	if (i >= spec->channel_count || i >= PL_CHANNELS_MAX)
		return false;
	snprintf(out, PL_PATH_SIZE, "%s.%s.%s", spec->name, spec->channels[i].name,
		 axis_name(head->scan));
	return true;
}

void pl_run_yaml_restore(struct pl_yaml_out *out, const struct pl_run_head *head,
			 const struct pl_run_status *status)
{
	const struct pl_device_spec *spec = &head->scan->device->spec;
	char path[PL_PATH_SIZE];

	pl_yaml_out_list(out, "restore");
	for (size_t i = 0; pl_run_setting_path(head, i, path); i++) {
		if (isnan(status->restore[i]))
			continue;
		pl_yaml_out_map(out, NULL);
		pl_yaml_out_text(out, "path", path);
		if (head->scan->axis_kind != PL_AXIS_ONE)
			pl_yaml_out_text(out, "channel", spec->channels[i].name);
		pl_yaml_out_number(out, "value", status->restore[i]);
		pl_yaml_out_boolean(out, "confirmed", status->restore_confirmed[i]);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

/* ---- plan ---- */

/* b is the place of the same track `steps` indexes later. */
static bool goes_on(const struct pl_planned *a, const struct pl_planned *b, uint32_t steps)
{
	return b->index == a->index + steps && b->channel == a->channel && b->repeat == a->repeat &&
	       b->pass == a->pass;
}

static bool is_among(const struct pl_planned *places, size_t count, int channel)
{
	for (size_t i = 0; i < count; i++)
		if (places[i].channel == channel)
			return true;
	return false;
}

/* How many places are set together here: channels, each once. */
static size_t width_of(const struct pl_planned *first, size_t rest)
{
	size_t width = 1;

	while (width < rest && first[width].index == first->index &&
	       first[width].repeat == first->repeat && first[width].pass == first->pass &&
	       first->channel >= 0 && first[width].channel >= 0 &&
	       !is_among(first, width, first[width].channel))
		width++;
	return width;
}

/* How many indexes with these very tracks follow each other. */
static size_t length_of(const struct pl_planned *first, size_t width, size_t rest)
{
	size_t length = 1;

	for (;; length++) {
		const struct pl_planned *next = first + length * width;

		if ((length + 1) * width > rest)
			return length;
		for (size_t i = 0; i < width; i++)
			if (!goes_on(&first[i], &next[i], (uint32_t)length))
				return length;
		if ((length + 1) * width < rest && next[width].index == next->index)
			return length; /* one more is set there */
	}
}

static void add_row(struct pl_yaml_out *out, const char *key, const struct pl_planned *first,
		    size_t width, size_t length)
{
	pl_yaml_out_row(out, key);
	for (size_t i = 0; i < length; i++)
		pl_yaml_out_number(out, NULL, first[i * width].set);
	pl_yaml_out_close(out);
}

static void add_group(struct pl_yaml_out *out, const struct pl_device_spec *spec,
		      const struct pl_planned *first, size_t width, size_t length)
{
	pl_yaml_out_map(out, NULL);
	if (width == 1 && first->channel < 0)
		pl_yaml_out_null(out, "channel");
	else if (width == 1)
		pl_yaml_out_text(out, "channel", spec->channels[first->channel].name);
	pl_yaml_out_integer(out, "repeat", first->repeat);
	pl_yaml_out_text(out, "pass", pl_pass_name(first->pass));
	pl_yaml_out_integer(out, "first_index", first->index);
	if (width == 1) {
		add_row(out, "set", first, width, length);
	} else {
		pl_yaml_out_map(out, "channels");
		for (size_t i = 0; i < width; i++)
			add_row(out, spec->channels[first[i].channel].name, first + i, width,
				length);
		pl_yaml_out_close(out);
	}
	pl_yaml_out_close(out);
}

void pl_run_yaml_plan(struct pl_yaml_out *out, const struct pl_run_head *head)
{
	pl_yaml_out_list(out, "plan");
	for (size_t at = 0; at < head->plan_count;) {
		const struct pl_planned *first = &head->plan[at];
		size_t rest = head->plan_count - at, width = width_of(first, rest);
		size_t length = length_of(first, width, rest);

		add_group(out, &head->scan->device->spec, first, width, length);
		at += width * length;
	}
	pl_yaml_out_close(out);
}
