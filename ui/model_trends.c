/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_trends.c - when the engine was heard, and what each reading was over the last minute, a
 * value a second. One thread.
 *
 * A second without a value is a gap. Between two snapshots that are no further apart than the
 * engine's sign of life nothing has changed: it says so by not sending, and the value stays.
 */
#include "model.h"

#include "plateau/clock.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_S 6 /* the engine sends one in five seconds, whatever happens */
#define OLD_NS	(12 * PL_NS_PER_S)

static struct pl_model_trend *trend_of(struct pl_model *model, const char *path, size_t hint)
{
	struct pl_model_trend *grown;

	if (hint < model->trend_count && strcmp(model->trends[hint].path, path) == 0)
		return &model->trends[hint];
	for (size_t i = 0; i < model->trend_count; i++)
		if (strcmp(model->trends[i].path, path) == 0)
			return &model->trends[i];
	if (model->trend_count == PL_MODEL_TRENDS)
		return NULL;
	grown = realloc(model->trends, (model->trend_count + 1) * sizeof *grown);
	if (!grown)
		pl_out_of_memory();
	model->trends = grown;
	grown += model->trend_count++;
	*grown = (struct pl_model_trend){.last_s = -1};
	pl_text_copy(grown->path, sizeof grown->path, path);
	return grown;
}

static void put(struct pl_model_trend *trend, int64_t second, double value)
{
	int64_t from = trend->last_s + 1;
	double between = NAN;

	if (trend->last_s < 0 || second - trend->last_s > PL_MODEL_TREND)
		from = second - PL_MODEL_TREND + 1;
	else if (second - trend->last_s <= QUIET_S)
		between = trend->values[trend->last_s % PL_MODEL_TREND];
	for (int64_t s = from; s < second; s++)
		trend->values[(s % PL_MODEL_TREND + PL_MODEL_TREND) % PL_MODEL_TREND] = between;
	trend->values[second % PL_MODEL_TREND] = value;
	trend->last_s = second;
}

void pl_model_heard(struct pl_model *model, int64_t now_ns)
{
	int64_t second = now_ns / PL_NS_PER_S;

	model->heard_ns = now_ns;
	for (size_t i = 0; i < model->reading_count; i++) {
		const struct pl_model_reading *reading = &model->readings[i];
		struct pl_model_trend *trend = trend_of(model, reading->path, i);

		if (trend)
			put(trend, second,
			    strcmp(reading->quality, "ok") == 0 ? reading->value : NAN);
	}
	for (size_t i = 0; i < model->book_count; i++) {
		char path[PL_MODEL_BOOK];
		struct pl_model_trend *trend;

		snprintf(path, sizeof path, PL_MODEL_BOOK_SIGN "%s", model->books[i].name);
		trend = trend_of(model, path, model->reading_count + i);
		if (trend)
			put(trend, second, model->books[i].value);
	}
}

void pl_model_trend(const struct pl_model *model, const char *path, double *values, size_t count)
{
	const struct pl_model_trend *trend = NULL;

	for (size_t i = 0; i < model->trend_count && !trend; i++)
		if (strcmp(model->trends[i].path, path) == 0)
			trend = &model->trends[i];
	for (size_t i = 0; i < count; i++) {
		size_t back = count - 1 - i;

		values[i] = NAN;
		if (trend && back < PL_MODEL_TREND && trend->last_s >= 0)
			values[i] =
			    trend->values[(size_t)(trend->last_s - (int64_t)back + PL_MODEL_TREND) %
					  PL_MODEL_TREND];
	}
}

bool pl_model_is_old(const struct pl_model *model, int64_t now_ns)
{
	return model->n == 0 || (model->heard_ns > 0 && now_ns - model->heard_ns > OLD_NS);
}

double pl_model_silence_s(const struct pl_model *model, int64_t now_ns)
{
	return model->heard_ns > 0 ? fmax(0, (double)(now_ns - model->heard_ns) / 1e9) : NAN;
}

double pl_model_age_s(const struct pl_model *model, const struct pl_model_reading *reading,
		      int64_t now_ns)
{
	double silence = pl_model_silence_s(model, now_ns);

	return reading->age_s + (isfinite(silence) ? silence : 0);
}

/* A stale age, or the time until a device is tried again: they go on by themselves. */
static bool has_moving(const struct pl_model *model, int64_t now_ns)
{
	for (size_t i = 0; i < model->device_count; i++)
		if (model->devices[i].retry_ns > now_ns)
			return true;
	for (size_t i = 0; i < model->reading_count; i++)
		if (strcmp(model->readings[i].quality, "ok") != 0 &&
		    isfinite(model->readings[i].age_s))
			return true;
	return false;
}

int64_t pl_model_next_ns(const struct pl_model *model, int64_t now_ns)
{
	if (model->heard_ns == 0)
		return PL_NEVER;
	if (pl_model_is_old(model, now_ns) || has_moving(model, now_ns))
		return now_ns - now_ns % PL_NS_PER_S + PL_NS_PER_S;
	return model->heard_ns + OLD_NS + 1;
}
