/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_read_plan.c - what a stored run is about: its devices, their settings, its plan. Any thread.
 */
#include "store/run_read.h"

#include "base/yaml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_MAX 10000000

static enum pl_status no_memory(struct pl_error *error)
{
	return pl_error_set(error, PL_ERR_MEMORY, "run.yaml", "no memory left to read it");
}

static bool is_true(const struct pl_yaml_node *map, const char *key)
{
	return strcmp(pl_yaml_get_text(map, key, ""), "true") == 0;
}

static const struct pl_yaml_node *first_of(const struct pl_yaml_node *map, const char *key)
{
	const struct pl_yaml_node *list = pl_yaml_get(map, key);

	return list && list->kind == PL_YAML_LIST ? list->first : NULL;
}

#define COPY(to, map, key) pl_text_copy(to, sizeof to, pl_yaml_get_text(map, key, ""))

/* ---- devices ---- */

/* "2": the second of several alike in one instrument. */
static bool is_instance(const char *name)
{
	int64_t number;

	return pl_text_to_int(name, &number) && number > 1 && strlen(name) < 4;
}

static enum pl_status take_channels(const struct pl_yaml_node *from, struct pl_run_device *out,
				    struct pl_error *error)
{
	for (const struct pl_yaml_node *node = first_of(from, "channels"); node;
	     node = node->next) {
		struct pl_channel *channel = &out->channels[out->channel_count];

		if (out->channel_count == PL_CHANNELS_MAX)
			return pl_run_read_refuse(node, "more channels than a device has", error);
		COPY(channel->name, node, "name");
		if (!pl_name_valid(channel->name) && !is_instance(channel->name))
			return pl_run_read_refuse(node, "a channel without a name", error);
		channel->id = (int)pl_yaml_get_integer(node, "id", 0);
		channel->threshold = pl_yaml_get_number(node, "threshold", NAN);
		out->channel_count++;
	}
	return PL_OK;
}

static enum pl_status take_device(const struct pl_yaml_node *from, struct pl_run_device *out,
				  struct pl_error *error)
{
	COPY(out->name, from, "name");
	COPY(out->driver, from, "driver");
	COPY(out->port, from, "port");
	COPY(out->profile_sha256, from, "profile_sha256");
	COPY(out->identity.model, from, "model");
	COPY(out->identity.firmware, from, "firmware");
	COPY(out->identity.serial, from, "serial");
	COPY(out->identity.protocol, from, "protocol");
	out->identity.reads_back = is_true(from, "reads_back");
	out->dead_time_tau_s = pl_yaml_get_number(from, "dead_time_tau_s", 0);
	if (!pl_name_valid(out->name))
		return pl_run_read_refuse(from, "a device without a name", error);
	return take_channels(from, out, error);
}

static int channel_of(const struct pl_run_device *device, const char *name)
{
	for (size_t i = 0; device && i < device->channel_count; i++)
		if (strcmp(device->channels[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void take_restore(const struct pl_yaml_node *root, struct pl_run_record *out)
{
	for (const struct pl_yaml_node *node = first_of(root, "restore");
	     node && out->restore_count < PL_CHANNELS_MAX; node = node->next) {
		struct pl_run_setting *setting = &out->restore[out->restore_count++];

		COPY(setting->path, node, "path");
		if (!setting->path[0] && out->device) /* written before there was a path */
			snprintf(setting->path, sizeof setting->path, "%s.%s.threshold",
				 out->device->name, pl_yaml_get_text(node, "channel", ""));
		setting->value = pl_yaml_get_number(node, "value", NAN);
		setting->is_confirmed = is_true(node, "confirmed");
	}
}

/* What each channel came to, from the result object. */
static void take_results(const struct pl_yaml_node *root, struct pl_run_record *out)
{
	const struct pl_yaml_node *result = pl_yaml_get(root, "result");

	for (const struct pl_yaml_node *node = first_of(result, "channels"); node;
	     node = node->next) {
		int at = channel_of(out->device, pl_yaml_get_text(node, "channel", ""));

		if (at < 0)
			continue;
		COPY(out->channels[at].error, node, "error");
		out->channels[at].ok = (uint32_t)pl_yaml_get_integer(node, "points_ok", 0);
		out->channels[at].invalid =
		    (uint32_t)pl_yaml_get_integer(node, "points_invalid", 0);
	}
	for (const struct pl_yaml_node *node = first_of(result, "scanned_channels"); node;
	     node = node->next) {
		int at = channel_of(out->device, node->text ? node->text : "");

		if (at >= 0)
			out->channels[at].scanned = true;
	}
}

enum pl_status pl_run_read_devices(const struct pl_yaml_node *root, struct pl_run_record *out,
				   struct pl_error *error)
{
	const struct pl_yaml_node *list = pl_yaml_get(root, "devices");
	const char *scanned = pl_yaml_get_text(pl_yaml_get(root, "scan"), "device", "");

	if (list && list->count > PL_DEVICES_MAX)
		return pl_run_read_refuse(list, "more devices than a bench has", error);
	out->devices = calloc(list && list->count ? list->count : 1, sizeof *out->devices);
	if (!out->devices)
		return no_memory(error);
	for (const struct pl_yaml_node *node = first_of(root, "devices"); node; node = node->next) {
		struct pl_run_device *device = &out->devices[out->device_count];

		if (take_device(node, device, error) ||
		    pl_run_read_profile(root, node, device, error))
			return PL_ERR_CONFIG;
		out->device_count++;
		if (strcmp(device->name, scanned) == 0)
			out->device = device;
	}
	if (*scanned && !out->device)
		return pl_run_read_refuse(pl_yaml_get(root, "scan"),
					  "the scanned device is not among the devices", error);
	take_restore(root, out);
	take_results(root, out);
	return PL_OK;
}

/* ---- what was asked for ---- */

enum pl_status pl_run_read_overrides(const struct pl_yaml_node *root, struct pl_run_record *out,
				     struct pl_error *error)
{
	const struct pl_yaml_node *list = pl_yaml_get(root, "overrides");

	if (!list || !list->count)
		return PL_OK;
	out->overrides = calloc(list->count, sizeof *out->overrides);
	if (!out->overrides)
		return no_memory(error);
	for (const struct pl_yaml_node *node = list->first; node; node = node->next)
		out->overrides[out->override_count++] = (struct pl_override){
		    .path = pl_yaml_get_text(node, "path", ""),
		    .value = pl_yaml_get_text(node, "value", ""),
		};
	return PL_OK;
}

/* ---- plan ---- */

static enum pl_status take_place(const struct pl_yaml_node *set, struct pl_planned place,
				 struct pl_run_record *out, struct pl_error *error)
{
	if (!set->text || !pl_text_to_double(set->text, &place.set))
		return pl_run_read_refuse(set, "a setting that is no number", error);
	out->plan[out->plan_count++] = place;
	return PL_OK;
}

/* One channel, or the axis of none, point by point. */
static enum pl_status take_serial(const struct pl_yaml_node *group, struct pl_planned place,
				  struct pl_run_record *out, struct pl_error *error)
{
	const char *name = pl_yaml_get_text(group, "channel", NULL);
	enum pl_status status = PL_OK;

	place.channel = (int16_t)(name ? channel_of(out->device, name) : -1);
	if (name && place.channel < 0)
		return pl_run_read_refuse(group, "points of a channel that is not there", error);
	for (const struct pl_yaml_node *set = first_of(group, "set"); set && !status;
	     set = set->next, place.index++)
		status = take_place(set, place, out, error);
	return status;
}

/* Lists side by side: the n-th settings of all channels are set together. */
static enum pl_status take_parallel(const struct pl_yaml_node *channels, struct pl_planned place,
				    struct pl_run_record *out, struct pl_error *error)
{
	const struct pl_yaml_node *next[PL_CHANNELS_MAX];
	int16_t tracks[PL_CHANNELS_MAX];
	enum pl_status status = PL_OK;
	size_t width = 0;

	for (const struct pl_yaml_node *node = channels->first; node; node = node->next, width++) {
		int channel = channel_of(out->device, node->key ? node->key : "");

		if (width == PL_CHANNELS_MAX || channel < 0 || node->kind != PL_YAML_LIST)
			return pl_run_read_refuse(node, "points of a channel that is not there",
						  error);
		if (node->count != channels->first->count)
			return pl_run_read_refuse(node,
						  "channels of a parallel pass have as many "
						  "settings as each other",
						  error);
		tracks[width] = (int16_t)channel;
		next[width] = node->first;
	}
	for (; !status && width && next[0]; place.index++)
		for (size_t i = 0; !status && i < width; i++) {
			place.channel = tracks[i];
			status = take_place(next[i], place, out, error);
			next[i] = next[i]->next;
		}
	return status;
}

static enum pl_status take_group(const struct pl_yaml_node *group, struct pl_run_record *out,
				 struct pl_error *error)
{
	const struct pl_yaml_node *channels = pl_yaml_get(group, "channels");
	int64_t index = pl_yaml_get_integer(group, "first_index", 0);
	int64_t repeat = pl_yaml_get_integer(group, "repeat", 0);
	struct pl_planned place = {.index = 0};
	enum pl_pass pass;

	if (index < 1 || index > INDEX_MAX || repeat < 1 || repeat > UINT16_MAX ||
	    !pl_pass_from_name(pl_yaml_get_text(group, "pass", ""), &pass))
		return pl_run_read_refuse(group, "points without index, repeat or pass", error);
	place.index = (uint32_t)index;
	place.repeat = (uint16_t)repeat;
	place.pass = pass;
	return channels ? take_parallel(channels, place, out, error)
			: take_serial(group, place, out, error);
}

static size_t count_places(const struct pl_yaml_node *group)
{
	const struct pl_yaml_node *set = pl_yaml_get(group, "set");
	const struct pl_yaml_node *channels = pl_yaml_get(group, "channels");
	size_t count = set ? set->count : 0;

	for (const struct pl_yaml_node *node = channels ? channels->first : NULL; node;
	     node = node->next)
		count += node->count;
	return count;
}

enum pl_status pl_run_read_plan(const struct pl_yaml_node *root, struct pl_run_record *out,
				struct pl_error *error)
{
	size_t count = 0;

	for (const struct pl_yaml_node *group = first_of(root, "plan"); group; group = group->next)
		count += count_places(group);
	if (!count)
		return out->device ? pl_run_read_refuse(pl_yaml_get(root, "plan"),
							"a scan without a plan", error)
				   : PL_OK;
	out->plan = calloc(count, sizeof *out->plan);
	if (!out->plan)
		return no_memory(error);
	for (const struct pl_yaml_node *group = first_of(root, "plan"); group; group = group->next)
		if (take_group(group, out, error))
			return PL_ERR_CONFIG;
	return PL_OK;
}
