/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits of a device: of any of its readings, in the reading's unit and in order. */
#include "config/loader.h"

#include "plateau/text.h"

#include <math.h>
#include <string.h>

/* The parameter that a key names within its device: process_value, 2.process_value, top.rate. */
static bool find_target(struct pl_loader *loader, const struct pl_doc *node,
			const struct pl_device *device, struct pl_limits *out)
{
	struct pl_match match = {.parameter = NULL};
	const char *path = pl_pool_format(loader->arena, "%s.%.80s", device->spec.name, node->key);
	const char *why = NULL;
	struct pl_error error;
	size_t count;

	if (strchr(node->key, '*') || strchr(node->key, '@')) {
		pl_problems_add(loader->problems, node->at_key,
				"limits: \"%.64s\": one parameter with a name is wanted",
				node->key);
		return false;
	}
	if (pl_bench_resolve(loader->bench, path, &match, 1, &count, &error)) {
		pl_problems_add(loader->problems, node->at_key, "limits: %s", error.text);
		return false;
	}
	if (match.parameter->type == PL_VALUE_TEXT)
		why = "is a text, no number";
	else if (!(match.parameter->access & PL_ACCESS_READ))
		why = "can only be written";
	if (why)
		pl_problems_add(loader->problems, node->at_key, "limits: %s %s", match.path, why);
	out->target = match.target;
	out->parameter = match.parameter;
	pl_text_copy(out->path, sizeof(out->path), match.path);
	return !why;
}

static void check_order(struct pl_loader *loader, const struct pl_doc *node,
			const struct pl_limits *limits)
{
	const struct {
		const char *name;
		double value;
	} rows[] = {{"lolo", limits->lolo},
		    {"low", limits->low},
		    {"high", limits->high},
		    {"hihi", limits->hihi}};
	const struct pl_doc *hysteresis = pl_doc_get(node, "hysteresis");
	double band = fmin(limits->high, limits->hihi) - fmax(limits->low, limits->lolo);
	int last = -1;

	for (int i = 0; i < 4; i++) {
		/* A warning and an alarm may have one limit; high and low never. */
		if (last >= 0 && (rows[last].value > rows[i].value ||
				  (last < 2 && i > 1 && rows[last].value == rows[i].value))) {
			pl_problems_add(loader->problems, pl_doc_get(node, rows[i].name)->place,
					"limits of %s: %s is not above %s", limits->path,
					rows[i].name, rows[last].name);
			return;
		}
		last = isnan(rows[i].value) ? last : i;
	}
	if (last < 0)
		pl_problems_add(loader->problems, node->at_key,
				"limits of %s: give lolo, low, high or hihi", limits->path);
	else if (hysteresis && limits->hysteresis >= band)
		pl_problems_add(
		    loader->problems, hysteresis->place,
		    "limits of %s: with so much hysteresis an alarm would never be over",
		    limits->path);
}

static bool load_one(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		     const struct pl_device *device, struct pl_limits *out)
{
	const struct pl_config_section *section =
	    pl_config_section("devices.NAME.limits.PARAMETER");
	size_t before = loader->problems->count;

	*out = (struct pl_limits){
	    .lolo = NAN, .low = NAN, .high = NAN, .hihi = NAN, .line = node->at_key.line};
	if (!find_target(loader, node, device, out) || !pl_want_map(loader, node))
		return false;
	pl_check_keys(loader, node, section, NULL);
	pl_load_rows(loader, node, pl_pool_format(loader->arena, "%s.limits.%s", path, node->key),
		     node->at_key, pl_rows_for(loader, section->rows, out->parameter), out);
	if (out->hysteresis < 0)
		pl_problems_add(loader->problems, pl_doc_get(node, "hysteresis")->place,
				"limits of %s: hysteresis is not below 0", out->path);
	else if (loader->problems->count == before)
		check_order(loader, node, out);
	return true;
}

/* One parameter spelt twice, by its name and its number. */
static void check_double(struct pl_loader *loader, const struct pl_doc *node,
			 const struct pl_limits *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].path, list[count].path) == 0) {
			pl_problems_add(loader->problems, node->at_key,
					"limits: %s stands twice, on lines %d and %d", list[i].path,
					list[i].line, list[count].line);
			return;
		}
}

static void check_alarm(struct pl_loader *loader, const struct pl_doc *node,
			const struct pl_device *device)
{
	const struct pl_doc *alarm = pl_doc_get(node, "on_alarm");
	const struct pl_doc *resume = pl_doc_get(node, "resume_after");

	if (alarm && device->on_alarm != PL_ON_ALARM_NONE && !device->limit_count)
		pl_problems_add(loader->problems, alarm->place,
				"on_alarm: without limits there is no alarm");
	if (resume && device->resume_after_ns > 0 && device->on_alarm != PL_ON_ALARM_PAUSE)
		pl_problems_add(loader->problems, resume->place,
				"resume_after: only what on_alarm: pause paused goes on");
}

void pl_load_limits(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		    struct pl_device *device)
{
	const struct pl_doc *map = pl_doc_get(node, "limits");
	size_t before = loader->problems->count, most = pl_doc_count(map);
	struct pl_limits *list;

	if (map && !pl_doc_is_null(map) && pl_want_map(loader, map)) {
		list = pl_pool_take(loader->arena, most, sizeof(*list));
		for (const struct pl_doc *child = map->first; child; child = child->next) {
			if (pl_problems_full(loader->problems))
				return;
			if (!load_one(loader, child, path, device, &list[device->limit_count]))
				continue;
			check_double(loader, child, list, device->limit_count);
			device->limit_count++;
		}
		device->limits = list;
	}
	if (loader->problems->count == before)
		check_alarm(loader, node, device);
}
