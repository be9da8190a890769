/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_bench.c - alarms, reasons, and the disk of a snapshot. One thread. */
#include "model.h"

#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT(to, from, key) pl_text_copy((to), sizeof(to), pl_json_get_text((from), (key), ""))

static void take_alarm(struct pl_model_alarm *to, const struct pl_json *from)
{
	*to = (struct pl_model_alarm){.is_alarm = pl_json_get_boolean(from, "alarm", false),
				      .is_acked = pl_json_get_boolean(from, "acked", false)};
	TEXT(to->path, from, "path");
	TEXT(to->level, from, "level");
	TEXT(to->latched, from, "latched");
	if (!to->latched[0])
		pl_text_copy(to->latched, sizeof to->latched, to->level);
	to->is_over = strcmp(to->level, "inside") == 0;
}

/* What the top line tells: an alarm before a warning, what waits for somebody before what does not.
 */
static int rank(const struct pl_model_alarm *alarm)
{
	return 2 * alarm->is_alarm + !alarm->is_acked;
}

void pl_model_take_alarms(struct pl_model_alarms *to, const struct pl_json *list)
{
	const struct pl_model_alarm *first = NULL;

	*to = (struct pl_model_alarms){.count = pl_json_size(list)};
	for (size_t i = 0; i < to->count && i < PL_MODEL_ALARMS; i++) {
		struct pl_model_alarm *item = &to->items[i];

		take_alarm(item, pl_json_at(list, i));
		to->unacked += !item->is_acked;
		if (!first || rank(item) > rank(first))
			first = item;
	}
	if (!first)
		return;
	to->is_alarm = first->is_alarm;
	pl_text_copy(to->path, sizeof to->path, first->path);
	snprintf(to->level, sizeof to->level, "%s%s", first->is_over ? "was " : "", first->latched);
}

const struct pl_model_alarm *pl_model_alarm(const struct pl_model *model, const char *path)
{
	for (size_t i = 0; i < model->alarms.count && i < PL_MODEL_ALARMS; i++)
		if (strcmp(model->alarms.items[i].path, path) == 0)
			return &model->alarms.items[i];
	return NULL;
}

void pl_model_take_whys(struct pl_model *model, const struct pl_json *list)
{
	model->why_count = 0;
	for (size_t i = 0; i < pl_json_size(list) && model->why_count < PL_MODEL_WHYS; i++) {
		const struct pl_json *from = pl_json_at(list, i);
		struct pl_model_why *to = &model->whys[model->why_count++];

		*to = (struct pl_model_why){.times = pl_json_get_integer(from, "times", 1)};
		TEXT(to->t, from, "t");
		TEXT(to->kind, from, "kind");
		TEXT(to->text, from, "text");
	}
}

/* Beside the list, for as many as there are. */
void pl_model_take_ages(struct pl_model *model, const struct pl_json *ages)
{
	for (size_t i = 0; i < model->reading_count && i < pl_json_size(ages); i++)
		model->readings[i].age_s = pl_json_number(pl_json_at(ages, i), NAN);
}
