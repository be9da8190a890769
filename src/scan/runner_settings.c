/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_settings.c - what a scan writes: one parameter of each channel of the counted device, or a
 * single one of any device. All of them belong to one device, which need not be the counted one.
 */
#include "scan/inside.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const struct pl_parameter *find_parameter(const struct pl_device *device,
						 struct pl_target target)
{
	return &pl_device_rows(device, target.channel)[target.parameter];
}

static bool is_threshold(const struct runner_setting *setting)
{
	return setting->target.channel >= 0 && strcmp(setting->parameter->name, "threshold") == 0;
}

/* What the bench file says a channel's threshold is; of other parameters it says nothing. */
static double configured(const struct pl_device *device, const struct runner_setting *setting)
{
	return is_threshold(setting) ? device->spec.channels[setting->target.channel].threshold
				     : NAN;
}

static void add_setting(struct pl_runner *runner, struct pl_target target)
{
	struct runner_setting *setting = &runner->settings[runner->setting_count++];
	const struct pl_device *device = &runner->head->bench->devices[target.device];

	*setting =
	    (struct runner_setting){.target = target, .parameter = find_parameter(device, target)};
	setting->configured = configured(device, setting);
}

size_t pl_scan_settings(const struct pl_scan *scan, struct pl_target out[PL_CHANNELS_MAX])
{
	size_t count = scan->device->spec.channel_count;

	if (scan->axis_kind == PL_AXIS_ONE) {
		out[0] = scan->axis;
		out[1] = scan->memory_switch;
		return scan->has_switch ? 2 : 1;
	}
	for (size_t c = 0; c < count; c++)
		out[c] = (struct pl_target){.device = (int16_t)scan->device_index,
					    .channel = (int16_t)c,
					    .parameter = (int16_t)scan->parameter};
	return count;
}

/* Only of thresholds does the bench know more than what they were. */
static double restore_value(const struct pl_runner *runner, const struct runner_setting *setting,
			    double previous)
{
	if (setting->is_switch)
		return previous;
	if (runner->scan->restore == PL_RESTORE_KEEP)
		return NAN;
	if (runner->scan->restore == PL_RESTORE_SUPPRESS && is_threshold(setting))
		return runner->scan->suppress;
	if (runner->scan->restore == PL_RESTORE_CONFIGURED && is_threshold(setting))
		return setting->configured;
	return isnan(previous) ? setting->configured : previous;
}

static void add_devices(struct pl_runner *runner)
{
	int set = runner->settings[0].target.device;

	runner->devices[runner->device_count++].index = runner->scan->device_index;
	if (set == runner->scan->device_index)
		return;
	runner->set_device = runner->device_count;
	runner->devices[runner->device_count++].index = set;
}

void runner_settings_init(struct pl_runner *runner, const double *held, const double *previous)
{
	struct pl_target targets[PL_CHANNELS_MAX];
	size_t count = pl_scan_settings(runner->scan, targets);

	for (size_t i = 0; i < PL_CHANNELS_MAX; i++)
		runner->status.restore[i] = NAN;
	for (size_t i = 0; i < count; i++) {
		struct runner_setting *setting = &runner->settings[i];

		add_setting(runner, targets[i]);
		setting->is_switch = runner->scan->has_switch && i == 1;
		setting->known = held[i];
		setting->had_previous = !isnan(previous[i]);
		runner->status.restore[i] = restore_value(runner, setting, previous[i]);
	}
	add_devices(runner);
}

void runner_settings_learn(struct pl_runner *runner, struct pl_target target, double value)
{
	for (size_t i = 0; i < runner->setting_count; i++) {
		struct runner_setting *setting = &runner->settings[i];

		if (memcmp(&setting->target, &target, sizeof(target)) != 0)
			continue;
		if (isnan(setting->known))
			runner_known(runner, (int)i, value);
		if (setting->had_previous)
			continue;
		setting->had_previous = true;
		runner->status.restore[i] = restore_value(runner, setting, value);
	}
}

static void tell_unknown(struct pl_runner *runner, int setting)
{
	char number[PL_NUMBER_SIZE], path[PL_PATH_SIZE];
	const char *name = runner_setting_name(runner, setting, path);

	if (isnan(runner->status.restore[setting]))
		runner_say(runner, PL_NOTE_WARNING,
			   "%s unknown before: at the end it stays as it is then", name);
	else
		runner_say(runner, PL_NOTE_WARNING,
			   "%s unknown before: put to %s (bench file) at the end", name,
			   pl_number_format(runner->status.restore[setting], number));
}

void runner_settings_tell_unknown(struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->setting_count; i++)
		if (runner->scan->restore == PL_RESTORE_PREVIOUS &&
		    !runner->settings[i].had_previous)
			tell_unknown(runner, (int)i);
}

int runner_setting_of(const struct pl_planned *planned)
{
	return planned->channel < 0 ? 0 : planned->channel;
}

const char *runner_setting_name(const struct pl_runner *runner, int setting, char out[PL_PATH_SIZE])
{
	struct pl_target target = runner->settings[setting].target;

	if (target.device != runner->scan->device_index || target.channel < 0)
		return pl_bench_path(runner->head->bench, target, out);
	pl_text_copy(out, PL_PATH_SIZE, runner->device->spec.channels[target.channel].name);
	return out;
}

void runner_known(struct pl_runner *runner, int setting, double value)
{
	struct runner_setting *known = &runner->settings[setting];

	if (isnan(value) && isnan(known->known))
		return;
	known->known = value;
	runner->io.setting(runner->io.ctx, known->target, value, false);
}

void runner_forget(struct pl_runner *runner)
{
	runner->has_forgotten = true;
	for (size_t i = 0; i < runner->setting_count; i++)
		runner_known(runner, (int)i, NAN);
}

bool runner_is_up(const struct pl_runner *runner)
{
	for (size_t i = 0; i < runner->device_count; i++)
		if (!runner->devices[i].is_up)
			return false;
	return true;
}

bool runner_is_set_up(const struct pl_runner *runner)
{
	return runner->devices[runner->set_device].is_up;
}

bool runner_reads_back(const struct pl_runner *runner)
{
	if (runner->set_device == 0)
		return runner->status.identity.reads_back;
	return !runner->cannot_read_back &&
	       (runner->settings[0].parameter->access & PL_ACCESS_READ);
}
