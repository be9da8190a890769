/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameter paths: device[.channel|.instance].parameter, with `*` for all. The bench is immutable,
 * any thread. */
#include "config/bench.h"

#include "plateau/profile.h"
#include "plateau/text.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 3
#define NAMES_MAX 96

struct query {
	const struct pl_bench *bench;
	char text[PL_PATH_SIZE];
	const char *words[WORDS_MAX];
	size_t word_count;
	struct pl_match *out;
	size_t cap, count;
};

const struct pl_device *pl_bench_device(const struct pl_bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->device_count; i++)
		if (strcmp(bench->devices[i].spec.name, name) == 0)
			return &bench->devices[i];
	return NULL;
}

const struct pl_scan *pl_bench_scan(const struct pl_bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->scan_count; i++)
		if (strcmp(bench->scans[i].name, name) == 0)
			return &bench->scans[i];
	return NULL;
}

const struct pl_recording *pl_bench_recording(const struct pl_bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->recording_count; i++)
		if (strcmp(bench->recordings[i].name, name) == 0)
			return &bench->recordings[i];
	return NULL;
}

const struct pl_parameter *pl_scan_axis(const struct pl_scan *scan)
{
	if (scan->axis_kind == PL_AXIS_ONE)
		return scan->axis_parameter;
	return &pl_device_rows(scan->device, 0)[scan->parameter];
}

/* "@2488:u16": the type of a raw target is in the driver's own words, so each is tried. */
static const char *raw_name(const struct pl_device *device, struct pl_target target,
			    char out[PL_NAME_SIZE])
{
	static const char *const types[] = {"",	    ":u8",  ":u16",  ":s16",  ":u32",	":s32",
					    ":f32", ":f64", ":enum", ":bits", ":string"};

	for (size_t i = 0; device->driver->parse_raw && i < sizeof(types) / sizeof(types[0]); i++) {
		struct pl_target same = {.parameter = PL_PARAMETER_RAW};

		snprintf(out, PL_NAME_SIZE, "@%u%s", target.raw_address, types[i]);
		if (device->driver->parse_raw(&device->spec, out, &same, NULL) == PL_OK &&
		    same.raw_address == target.raw_address && same.raw_type == target.raw_type)
			return out;
	}
	snprintf(out, PL_NAME_SIZE, "@%u", target.raw_address);
	return out;
}

const char *pl_bench_path(const struct pl_bench *bench, struct pl_target target,
			  char out[PL_PATH_SIZE])
{
	const struct pl_device *device = &bench->devices[target.device];
	char raw[PL_NAME_SIZE];
	const char *name = target.parameter == PL_PARAMETER_RAW
			       ? raw_name(device, target, raw)
			       : pl_device_rows(device, target.channel)[target.parameter].name;

	if (target.channel < 0)
		snprintf(out, PL_PATH_SIZE, "%s.%s", device->spec.name, name);
	else
		snprintf(out, PL_PATH_SIZE, "%s.%s.%s", device->spec.name,
			 device->spec.channels[target.channel].name, name);
	return out;
}

static bool word_matches(const char *word, const char *name)
{
	return strcmp(word, "*") == 0 || strcmp(word, name) == 0;
}

/* By name, by number, or all. */
static bool parameter_matches(const char *word, const struct pl_parameter *parameter)
{
	int64_t id;

	if (word_matches(word, parameter->name))
		return true;
	return parameter->id && pl_text_to_int(word, &id) && id == parameter->id;
}

/* only_instanced: of a device with a profile those its channels have too. */
static void match_table(struct query *query, size_t device, int channel, const char *word,
			bool only_instanced)
{
	const struct pl_device_spec *spec = &query->bench->devices[device].spec;
	const struct pl_parameter *table = pl_device_rows(&query->bench->devices[device], channel);

	for (int row = 0; table && table[row].name; row++) {
		struct pl_match match = {.target = {.device = (int16_t)device,
						    .channel = (int16_t)channel,
						    .parameter = (int16_t)row},
					 .parameter = &table[row]};

		if (!parameter_matches(word, &table[row]) ||
		    (only_instanced && spec->profile->rows[row].instances < 2))
			continue;
		if (query->count < query->cap) {
			pl_bench_path(query->bench, match.target, match.path);
			query->out[query->count] = match;
		}
		query->count++;
	}
}

/* A last `*` stands for all that could follow: `det.*` is every parameter of det, its channels'
 * too. */
static void match_device(struct query *query, size_t index)
{
	const struct pl_device *device = &query->bench->devices[index];
	const char *last = query->words[query->word_count - 1];
	bool all = strcmp(last, "*") == 0;

	/* Without driver while a bench with problems is loaded. */
	if (!device->driver || !word_matches(query->words[0], device->spec.name))
		return;
	if (query->word_count < 3)
		match_table(query, index, -1, last, false);
	else if (device->spec.profile && word_matches(query->words[1], "1"))
		match_table(query, index, -1, last, strcmp(query->words[1], "*") == 0);
	for (size_t i = 0; i < device->spec.channel_count; i++)
		if (query->word_count == 3
			? word_matches(query->words[1], device->spec.channels[i].name)
			: all)
			match_table(query, index, (int)i, last, false);
}

static enum pl_status split(struct query *query, const char *path, struct pl_error *error)
{
	char *rest = query->text, *word;

	if (!pl_text_copy(query->text, sizeof(query->text), path))
		return pl_error_set(error, PL_ERR_NOT_FOUND, "", "the path is too long");
	while ((word = strsep(&rest, "."))) {
		if (!word[0] || query->word_count == WORDS_MAX)
			goto bad;
		query->words[query->word_count++] = word;
	}
	if (query->word_count > 1 || strcmp(query->words[0], "*") == 0)
		return PL_OK;
bad:
	return pl_error_set(error, PL_ERR_NOT_FOUND, path,
			    "a path is device.parameter or device.channel.parameter, * for all");
}

struct names {
	const char *list[NAMES_MAX + 1];
	size_t count;
};

static void add_name(struct names *names, const char *name)
{
	if (names->count < NAMES_MAX)
		names->list[names->count++] = name;
}

static void add_table(struct names *names, const struct pl_parameter *table)
{
	for (; table && table->name; table++)
		add_name(names, table->name);
}

static enum pl_status say(struct pl_error *error, const char *path, const char *owner,
			  const char *what, const char *word, const struct names *names)
{
	const char *near = pl_text_nearest(word, names->list);

	return pl_error_set(error, PL_ERR_NOT_FOUND, path, "%s has no %s \"%s\"%s%s%s", owner, what,
			    word, near ? "; did you mean \"" : "", near ? near : "",
			    near ? "\"?" : "");
}

static bool has_row(const struct pl_parameter *table, const char *name)
{
	for (; table && table->name; table++)
		if (strcmp(table->name, name) == 0)
			return true;
	return false;
}

static const struct pl_channel *find_channel(const struct pl_device *device, const char *name)
{
	for (size_t i = 0; i < device->spec.channel_count; i++)
		if (word_matches(name, device->spec.channels[i].name))
			return &device->spec.channels[i];
	return NULL;
}

/* Why nothing matched: the first word that leads nowhere, and what is nearest to it. */
static enum pl_status explain(const struct query *query, const char *path, struct pl_error *error)
{
	const struct pl_device *device = NULL;
	struct names names = {.count = 0};
	const char *last = query->words[query->word_count - 1];

	for (size_t i = 0; i < query->bench->device_count; i++) {
		add_name(&names, query->bench->devices[i].spec.name);
		if (!device && query->bench->devices[i].driver &&
		    word_matches(query->words[0], query->bench->devices[i].spec.name))
			device = &query->bench->devices[i];
	}
	if (!device)
		return say(error, path, "the bench", "device", query->words[0], &names);
	names = (struct names){.count = 0};
	if (query->word_count == 2 && has_row(pl_device_rows(device, 0), last))
		return pl_error_set(error, PL_ERR_NOT_FOUND, path,
				    "%s is a parameter of the channels: %s.CHANNEL.%s, or %s.*.%s "
				    "for all",
				    last, device->spec.name, last, device->spec.name, last);
	if (query->word_count == 2) {
		add_table(&names, pl_device_rows(device, -1));
		add_table(&names, pl_device_rows(device, 0));
		return say(error, path, device->spec.name, "parameter", last, &names);
	}
	for (size_t i = 0; i < device->spec.channel_count; i++)
		add_name(&names, device->spec.channels[i].name);
	if (query->word_count == 3 && !find_channel(device, query->words[1]))
		return say(error, path, device->spec.name, "channel", query->words[1], &names);
	names = (struct names){.count = 0};
	add_table(&names, pl_device_rows(device, 0));
	return say(error, path, "a channel", "parameter", last, &names);
}

/* ---- registers without a name ---- */

/* The device and channel of `oven.@2488:u16` or `oven.2.@4001`; the last word is the driver's. */
static enum pl_status resolve_raw(struct query *query, const char *path, struct pl_error *error)
{
	const struct pl_device *device = pl_bench_device(query->bench, query->words[0]);
	const char *last = query->words[query->word_count - 1];
	struct pl_match match = {.target = {.channel = -1, .parameter = PL_PARAMETER_RAW}};
	struct pl_error why = {.text = ""};

	if (strcmp(query->words[0], "*") == 0)
		return pl_error_set(error, PL_ERR_NOT_FOUND, path,
				    "a register is one device's: name it in place of *");
	if (!device || !device->driver)
		return explain(query, path, error);
	if (!device->driver->parse_raw)
		return pl_error_set(error, PL_ERR_NOT_FOUND, path,
				    "driver %s has no registers that could be named so",
				    device->driver->name);
	if (query->word_count == 3 && !(device->spec.profile && !strcmp(query->words[1], "1"))) {
		const struct pl_channel *channel = find_channel(device, query->words[1]);

		if (!channel || strcmp(query->words[1], "*") == 0)
			return explain(query, path, error);
		match.target.channel = (int16_t)(channel - device->spec.channels);
	}
	match.target.device = (int16_t)(device - query->bench->devices);
	if (device->driver->parse_raw(&device->spec, last, &match.target, &why))
		return pl_error_set(error, PL_ERR_NOT_FOUND, path, "%s", why.text);
	pl_bench_path(query->bench, match.target, match.path);
	if (query->cap)
		query->out[0] = match;
	query->count = 1;
	return PL_OK;
}

enum pl_status pl_bench_resolve(const struct pl_bench *bench, const char *path,
				struct pl_match *out, size_t cap, size_t *count,
				struct pl_error *error)
{
	struct query query = {.bench = bench, .out = out, .cap = cap};
	enum pl_status status = split(&query, path, error);

	*count = 0;
	if (status)
		return status;
	if (query.words[query.word_count - 1][0] == '@') {
		status = resolve_raw(&query, path, error);
		*count = query.count;
		return status;
	}
	for (size_t i = 0; i < bench->device_count; i++)
		match_device(&query, i);
	*count = query.count;
	return query.count ? PL_OK : explain(&query, path, error);
}
