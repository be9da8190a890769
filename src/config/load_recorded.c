/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameters of a recording: each once, grouped by device as the bench lists them, so that a port
 * is asked for all of a device before the next one.
 *
 * A path with `*` takes what it finds and leaves out what cannot be read; what another item names
 * too is not read twice. Of a detector it takes only what comes without asking, because asking
 * would stop its events; named in full, such a parameter is asked for.
 */
#include "config/loader.h"

#include "plateau/text.h"

#include <stdlib.h>
#include <string.h>

struct item {
	struct pl_match match;
	const struct pl_doc *node;
	size_t place; /* in the order they were named */
	bool is_star;
};

struct items {
	struct item *list; /* from malloc */
	size_t count, room;
	bool is_full; /* more than a recording takes, which was said */
};

static void add(struct items *items, const struct item *item)
{
	if (items->count == items->room) {
		items->room = items->room ? 2 * items->room : 64;
		items->list = realloc(items->list, items->room * sizeof(*items->list));
		if (!items->list)
			pl_out_of_memory();
	}
	items->list[items->count] = *item;
	items->list[items->count].place = items->count;
	items->count++;
}

static bool comes_along(const struct pl_bench *bench, const struct pl_match *match)
{
	if (!(match->parameter->access & PL_ACCESS_READ))
		return false;
	return !bench->devices[match->target.device].driver->has_events ||
	       match->parameter->kind != PL_KIND_STATE;
}

static void say_too_many(struct pl_loader *loader, struct pl_place place, struct items *items)
{
	items->is_full = true;
	pl_problems_add(loader->problems, place, "parameters: a recording has at most %d",
			PL_RECORDED_MAX);
}

/* Else what a `*` means is not known either. */
static bool all_known(const struct pl_bench *bench)
{
	for (size_t i = 0; i < bench->device_count; i++)
		if (!pl_device_known(&bench->devices[i]))
			return false;
	return true;
}

static void add_star(struct pl_loader *loader, const struct pl_doc *node, struct items *items)
{
	struct pl_match *found = calloc(PL_RECORDED_MAX, sizeof(*found));
	size_t before = items->count, count;
	struct pl_error error;

	if (!found)
		pl_out_of_memory();
	if (pl_bench_resolve(loader->bench, node->text, found, PL_RECORDED_MAX, &count, &error)) {
		if (all_known(loader->bench))
			pl_problems_add(loader->problems, node->place, "parameters: \"%s\": %s",
					node->text, error.text);
		goto out;
	}
	if (count > PL_RECORDED_MAX || count + items->count > 2 * PL_RECORDED_MAX) {
		say_too_many(loader, node->place, items);
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		if (comes_along(loader->bench, &found[i]))
			add(items,
			    &(struct item){.match = found[i], .node = node, .is_star = true});
	if (items->count == before && all_known(loader->bench))
		pl_problems_add(loader->problems, node->place,
				"parameters: \"%s\": nothing of it can be read without asking a "
				"detector",
				node->text);
out:
	free(found);
}

static void add_one(struct pl_loader *loader, const struct pl_doc *node, struct items *items)
{
	struct item item = {.node = node};

	if (!pl_want_target(loader, node, "parameters", &item.match))
		return;
	if (item.match.parameter->access & PL_ACCESS_READ)
		add(items, &item);
	else
		pl_problems_add(loader->problems, node->place, "parameters: %s can only be written",
				item.match.path);
}

static int by_target(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const struct pl_target *s = &x->match.target, *t = &y->match.target;

	if (s->device != t->device)
		return s->device - t->device;
	if (s->channel != t->channel)
		return s->channel - t->channel;
	if (s->parameter != t->parameter)
		return s->parameter - t->parameter;
	if (x->is_star != y->is_star)
		return x->is_star ? 1 : -1;
	return x->place < y->place ? -1 : 1;
}

static int by_device(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->match.target.device != y->match.target.device)
		return x->match.target.device - y->match.target.device;
	return x->place < y->place ? -1 : 1;
}

static bool is_same(const struct pl_target *a, const struct pl_target *b)
{
	return a->device == b->device && a->channel == b->channel && a->parameter == b->parameter;
}

/* Keeps the first of each; a second one that was named in full is said. */
static void drop_doubles(struct pl_loader *loader, struct items *items)
{
	size_t kept = 0;

	if (items->count)
		qsort(items->list, items->count, sizeof(*items->list), by_target);
	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->list[i];

		if (!kept || !is_same(&items->list[kept - 1].match.target, &item->match.target))
			items->list[kept++] = *item;
		else if (!item->is_star)
			pl_problems_add(loader->problems, item->node->place,
					"parameters: %s is named twice", item->match.path);
	}
	items->count = kept;
}

static void keep(struct pl_loader *loader, struct items *items, struct pl_recording *recording)
{
	if (!items->count)
		return;
	qsort(items->list, items->count, sizeof(*items->list), by_device);
	recording->readings =
	    pl_pool_take(loader->arena, items->count, sizeof(*recording->readings));
	for (size_t i = 0; i < items->count; i++) {
		struct pl_beside *out = &recording->readings[i];

		out->target = items->list[i].match.target;
		out->parameter = items->list[i].match.parameter;
		pl_text_copy(out->path, sizeof(out->path), items->list[i].match.path);
	}
	recording->reading_count = items->count;
}

void pl_load_recorded(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		      struct pl_recording *recording)
{
	const struct pl_doc *list = pl_doc_get(node, "parameters");
	struct items items = {.list = NULL};

	if (!list)
		return;
	if (list->kind != PL_YAML_LIST) {
		pl_problems_add(loader->problems, list->place,
				"%s.parameters: a list is wanted: [oven.process_value]", path);
		return;
	}
	for (const struct pl_doc *item = list->first; item && !items.is_full; item = item->next) {
		if (pl_problems_full(loader->problems))
			break;
		if (item->kind == PL_YAML_SCALAR && strchr(item->text, '*'))
			add_star(loader, item, &items);
		else
			add_one(loader, item, &items);
	}
	drop_doubles(loader, &items);
	if (items.count > PL_RECORDED_MAX && !items.is_full)
		say_too_many(loader, list->place, &items);
	else
		keep(loader, &items, recording);
	pl_note_list(loader, list, path);
	free(items.list);
}
