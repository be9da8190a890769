/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows that run.yaml promises: for every index of the plan its repeat, its pass, and for each
 * measured value the name, the channel and what is set. Made from the plan, the measures and the
 * bench file as it is kept in run.yaml, for the checking tools; needs nothing of the program.
 */
#ifndef TEST_RUN_PLAN_H
#define TEST_RUN_PLAN_H

#include "yaml_flat.h"

#include <math.h>
#include <stdarg.h>

#define PLAN_INDEX_MAX 4096
#define PLAN_ROWS_MAX  12

struct plan_entry { /* what is set at an index: a channel, "" = the axis of no channel */
	char channel[32];
	double set;
};

struct plan_row { /* what is measured there */
	char name[64];
	int id;		 /* of a channel, 0 = it is none */
	unsigned bits;	 /* of a channel or a coincidence: bit id - 1 of each member */
	bool is_watched; /* its counts close the window */
	double set;	 /* NaN = empty */
	/* what became of it */
	unsigned attempts;
	long last_row; /* in points.csv, 0 = none */
	bool is_last_valid, is_last_void;
};

struct plan_place {
	int repeat;
	char pass[8];
	struct plan_entry entries[PLAN_ROWS_MAX];
	struct plan_row rows[PLAN_ROWS_MAX];
	size_t entry_count, row_count;
};

struct plan {
	const struct flat *run;
	struct flat bench;
	int device; /* place of the counted one among run.yaml's devices */
	char name[32];
	bool is_one, is_parallel;
	struct plan_place *places; /* [index] */
	size_t count;
	unsigned wrong; /* indexes that do not follow each other */
};

static inline const char *plan_get(const struct plan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The value at a formatted path of run.yaml, "" when there is none. */
static inline const char *plan_get(const struct plan *plan, const char *format, ...)
{
	char path[256];
	const char *value;
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	value = flat_get(plan->run, path);
	return value ? value : "";
}

/* Of a channel of the counted device; 0 = there is none of that name. */
static inline int plan_channel_id(const struct plan *plan, const char *name)
{
	for (int i = 0; *plan_get(plan, "devices[%d].channels[%d].name", plan->device, i); i++)
		if (!strcmp(plan_get(plan, "devices[%d].channels[%d].name", plan->device, i), name))
			return atoi(plan_get(plan, "devices[%d].channels[%d].id", plan->device, i));
	return 0;
}

static inline unsigned plan_bits(const struct plan *plan, const char *name)
{
	int id = plan_channel_id(plan, name);
	unsigned bits = id > 0 ? 1u << (id - 1) : 0;
	char path[256];

	for (int i = 0; id == 0; i++) {
		const char *member;

		snprintf(path, sizeof(path), "devices.%s.coincidences.%s[%d]", plan->name, name, i);
		member = flat_get(&plan->bench, path);
		if (member == NULL)
			break;
		bits |= 1u << (plan_channel_id(plan, member) - 1);
	}
	return bits;
}

static inline const struct plan_entry *plan_entry_of(const struct plan_place *place,
						     const char *channel)
{
	for (size_t i = 0; i < place->entry_count; i++)
		if (strcmp(place->entries[i].channel, channel) == 0)
			return &place->entries[i];
	return NULL;
}

/* What all members are set to together at this index (no bits: all that are set); NaN = nothing. */
static inline double plan_common(const struct plan *plan, const struct plan_place *place,
				 unsigned bits)
{
	double common = NAN;
	unsigned seen = 0;

	for (size_t i = 0; i < place->entry_count; i++) {
		unsigned bit = 1u << (plan_channel_id(plan, place->entries[i].channel) - 1);

		if (bits != 0 && !(bits & bit))
			continue;
		if (seen != 0 && fabs(common - place->entries[i].set) > 0)
			return NAN;
		common = place->entries[i].set;
		seen |= bit;
	}
	return bits == 0 || seen == bits ? common : NAN;
}

static inline double plan_set_of(const struct plan *plan, const struct plan_place *place,
				 const struct plan_row *row)
{
	const struct plan_entry *entry = plan_entry_of(place, row->name);

	if (plan->is_one)
		return place->entries[0].set;
	if (row->id > 0)
		return entry ? entry->set : atof(plan_get(plan, "scan.suppress"));
	return plan->is_parallel ? plan_common(plan, place, row->bits) : place->entries[0].set;
}

/* A channel's number stands in rows of its own settings: not where something else is stepped. */
static inline bool plan_owns_axis(const struct plan *plan, const char *channel)
{
	char prefix[128];

	snprintf(prefix, sizeof(prefix), "%s.%s.", plan->name, channel);
	return !plan->is_one || strncmp(plan_get(plan, "scan.set"), prefix, strlen(prefix)) == 0;
}

static inline void plan_rows(const struct plan *plan, struct plan_place *place)
{
	bool has_channel = false, has_series = false;

	for (int i = 0; *plan_get(plan, "scan.measures[%d]", i) && i < PLAN_ROWS_MAX; i++) {
		const char *name = plan_get(plan, "scan.measures[%d]", i);
		struct plan_row *row = &place->rows[place->row_count++];

		if (strcmp(name, "the scanned channel") == 0)
			name = place->entries[0].channel;
		snprintf(row->name, sizeof(row->name), "%s", name);
		row->id = plan_owns_axis(plan, name) ? plan_channel_id(plan, name) : 0;
		row->bits = plan_bits(plan, name);
		row->set = plan_set_of(plan, place, row);
		has_channel |= plan_channel_id(plan, name) > 0;
		has_series |= row->bits != 0;
	}
	for (size_t i = 0; i < place->row_count; i++)
		place->rows[i].is_watched = has_channel
						? plan_channel_id(plan, place->rows[i].name) > 0
					    : has_series ? place->rows[i].bits != 0
							 : false;
}

/* What is set at place i of a group, for a channel, "" = the axis of none. */
static inline void plan_add(struct plan *plan, int group, int i, const char *channel,
			    const char *set)
{
	size_t index = (size_t)atoi(plan_get(plan, "plan[%d].first_index", group)) + (size_t)i;
	struct plan_place *place = &plan->places[index < PLAN_INDEX_MAX ? index : 0];
	struct plan_entry *entry;

	plan->wrong += index != plan->count && index != plan->count + 1;
	if (index == plan->count + 1)
		plan->count++;
	if (place->entry_count == PLAN_ROWS_MAX)
		return;
	entry = &place->entries[place->entry_count++];
	plan->is_one |= !*channel || !strcmp(channel, "null");
	snprintf(entry->channel, sizeof(entry->channel), "%s", channel);
	entry->set = atof(set);
	place->repeat = atoi(plan_get(plan, "plan[%d].repeat", group));
	snprintf(place->pass, sizeof(place->pass), "%s", plan_get(plan, "plan[%d].pass", group));
}

/* A group is of one channel (set), or of several side by side (channels). */
static inline void plan_load_group(struct plan *plan, int group)
{
	for (int i = 0; *plan_get(plan, "plan[%d].set[%d]", group, i); i++)
		plan_add(plan, group, i, plan_get(plan, "plan[%d].channel", group),
			 plan_get(plan, "plan[%d].set[%d]", group, i));
	for (int i = 0, found = 1; found; i++) {
		found = 0;
		for (int c = 0; *plan_get(plan, "devices[%d].channels[%d]", plan->device, c); c++) {
			const char *name =
			    plan_get(plan, "devices[%d].channels[%d].name", plan->device, c);
			const char *set =
			    plan_get(plan, "plan[%d].channels.%s[%d]", group, name, i);

			if (!*set)
				continue;
			plan_add(plan, group, i, name, set);
			found = 1;
		}
	}
}

/* run is borrowed. plan->wrong says how many indexes are out of order. */
static inline void plan_load(struct plan *plan, const struct flat *run)
{
	*plan = (struct plan){.run = run};
	plan->places = calloc(PLAN_INDEX_MAX, sizeof(*plan->places));
	if (plan->places == NULL)
		abort();
	flat_parse(&plan->bench, plan_get(plan, "bench_text"));
	snprintf(plan->name, sizeof(plan->name), "%s", plan_get(plan, "scan.device"));
	plan->is_parallel = strcmp(plan_get(plan, "scan.mode"), "parallel") == 0;
	for (int i = 0; *plan_get(plan, "devices[%d]", i); i++)
		if (strcmp(plan_get(plan, "devices[%d].name", i), plan->name) == 0)
			plan->device = i;
	for (int group = 0; *plan_get(plan, "plan[%d]", group); group++)
		plan_load_group(plan, group);
	for (size_t index = 1; index <= plan->count; index++)
		plan_rows(plan, &plan->places[index]);
}

static inline struct plan_row *plan_row(const struct plan *plan, long index, const char *name)
{
	struct plan_place *place = &plan->places[index];

	if (index < 1 || index > (long)plan->count)
		return NULL;
	for (size_t i = 0; i < place->row_count; i++)
		if (strcmp(place->rows[i].name, name) == 0)
			return &place->rows[i];
	return NULL;
}

static inline void plan_free(struct plan *plan)
{
	flat_free(&plan->bench);
	free(plan->places);
}

#endif
