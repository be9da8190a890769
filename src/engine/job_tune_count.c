/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune_count.c - what is counted while tuning: windows one behind the other, from the moment
 * the value is confirmed and settled, and the search for a wanted rate that they feed.
 *
 * A window is short, so that a move need not wait for it; what it had counted when a move came
 * belongs to no value. The time between two windows is not counted.
 */
#include "engine/job_tune.h"

#include "config/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NS (PL_NS_PER_S / 4)
#define AGAIN_NS  (PL_NS_PER_S / 2)
#define MAX_S	  30

void tune_begin_count(struct tune *tune)
{
	struct pl_engine *engine = tune->actor.engine;
	int channel = tune->match.target.channel;
	struct pl_bus_request request = {
	    .verb = PL_BUS_COUNT,
	    .target = {.device = tune->match.target.device, .channel = -1},
	    .window = {.discard_ns = tune->is_settled ? 0 : tune->settle_ns,
		       .dwell = {.rule = PL_DWELL_TIME, .time_ns = WINDOW_NS},
		       .watched = UINT32_C(1) << channel},
	};

	if (!engine_post(engine, &request)) {
		tune->actor.timer_ns = pl_clock_mono_ns() + AGAIN_NS;
		return;
	}
	tune->waiting_id = request.id;
	tune->is_counting = true;
}

/* ---- the search ---- */

static void found(struct tune *tune)
{
	char text[300];
	bool is_found = pl_seek_is_found(tune->seek);
	double value = is_found ? pl_seek_at(tune->seek) : tune->seek_from;

	tune->is_seeking = false;
	pl_seek_say(tune->seek, text, sizeof(text));
	engine_log(tune->actor.engine, PL_LOG_INFO, "%s: %s", tune->match.path, text);
	tune_tell_answer(tune, pl_seek_answer_name(tune->seek->answer), text);
	if (tune->is_headless && !(is_found && tune->keeps_found)) {
		tune_end(tune, TUNE_RESTORES);
		return;
	}
	if (value != tune->value)
		tune_wish(tune, TUNE_SEEK, value);
	if (tune->is_headless)
		tune_end(tune, TUNE_KEEPS);
}

static void search(struct tune *tune, uint64_t hits, double seconds)
{
	double left = tune->value;
	enum pl_seek_next next = pl_seek_count(tune->seek, hits, seconds);

	if (next == PL_SEEK_COUNT)
		return;
	tune_tell_measured(tune, left);
	if (next == PL_SEEK_OVER) {
		found(tune);
	} else if (pl_seek_at(tune->seek) != tune->value) {
		tune_wish(tune, TUNE_SEEK, pl_seek_at(tune->seek));
	} else { /* looked at once more */
		tune->hits = 0;
		tune->seconds = 0;
	}
}

void tune_counted(struct tune *tune, const struct pl_bus_answer *answer)
{
	const struct pl_count *count = &answer->count;
	double seconds = (double)(count->t1_ns - count->t0_ns - count->gap_ns) / 1e9;
	uint64_t hits;

	tune->is_counting = false;
	if (answer->status != PL_OK) {
		if (answer->status != PL_ERR_CANCELLED && answer->status != PL_ERR_LOST)
			tune->actor.timer_ns = pl_clock_mono_ns() + AGAIN_NS;
		return;
	}
	tune->is_settled = true;
	if (tune->has_wish || !(seconds > 0))
		return;
	hits = count->hits[tune->match.target.channel];
	tune->hits += hits;
	tune->seconds += seconds;
	tune_tell_rate(tune);
	if (tune->is_seeking)
		search(tune, hits, seconds);
}

/* "2 Hz", "30 /min": counts in a time are a rate too. */
static enum pl_status parse_rate(const char *text, double *out, struct pl_error *error)
{
	static const struct {
		const char *unit;
		double seconds;
	} per[] = {{"/s", 1}, {"/min", 60}, {"/h", 3600}};
	size_t length = strlen(text);
	char number[64];

	for (size_t i = 0; i < sizeof(per) / sizeof(per[0]); i++) {
		size_t unit = strlen(per[i].unit);

		if (length < unit || length - unit >= sizeof(number) ||
		    strcmp(text + length - unit, per[i].unit) != 0)
			continue;
		memcpy(number, text, length - unit);
		number[length - unit] = '\0';
		if (pl_quantity_parse(number, "", out, error) != PL_OK)
			return error->code;
		*out /= per[i].seconds;
		return PL_OK;
	}
	return pl_quantity_parse(text, "Hz", out, error);
}

static enum pl_status take_range(const struct tune *tune, const struct pl_json *args,
				 struct pl_seek_setup *out, struct pl_error *error)
{
	const struct pl_parameter *row = tune->match.parameter;

	out->min = pl_json_get_number(args, "low", row->min);
	out->max = pl_json_get_number(args, "high", row->max);
	if (pl_value_check(&tune->match, out->min, error) != PL_OK ||
	    pl_value_check(&tune->match, out->max, error) != PL_OK)
		return error->code;
	if (!(out->min < out->max))
		return pl_error_set(error, PL_ERR_RANGE, tune->match.path,
				    "no range to search lies between %g and %g", out->min,
				    out->max);
	return PL_OK;
}

enum pl_status tune_seek_check(const struct tune *tune, const struct pl_json *args,
			       struct pl_seek_setup *out, struct pl_error *error)
{
	enum pl_status status;

	*out = (struct pl_seek_setup){.step = tune->match.parameter->step,
				      .max_s = pl_json_get_number(args, "max_s", MAX_S)};
	status = parse_rate(pl_json_get_text(args, "rate", ""), &out->target_hz, error);
	if (status != PL_OK) {
		pl_text_copy(error->where, sizeof(error->where), "rate");
		return status;
	}
	if (!(out->target_hz > 0 && out->target_hz <= 1e9))
		return pl_error_set(error, PL_ERR_RANGE, "rate",
				    "%g Hz is no rate to look for; give more than 0 Hz",
				    out->target_hz);
	if (!(out->max_s >= 1 && out->max_s <= 86400))
		return pl_error_set(error, PL_ERR_RANGE, "max-time",
				    "%g s is no time to count a value; give 1 s to 1 d",
				    out->max_s);
	return take_range(tune, args, out, error);
}

enum pl_status tune_seek_begin(struct tune *tune, const struct pl_json *args,
			       struct pl_error *error)
{
	struct pl_seek_setup setup;
	enum pl_status status = tune_seek_check(tune, args, &setup, error);
	double start = isnan(tune->value) ? tune->before : tune->value;

	if (status == PL_OK && tune->seek == NULL)
		tune->seek = calloc(1, sizeof(*tune->seek));
	if (status == PL_OK && tune->seek == NULL)
		status = pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	if (status != PL_OK)
		return status;
	setup.start = start;
	pl_seek_begin(tune->seek, &setup);
	tune->is_seeking = true;
	tune->seek_from = start;
	pl_json_free(tune->answer);
	tune->answer = NULL;
	if (pl_seek_at(tune->seek) != start)
		tune_wish(tune, TUNE_SEEK, pl_seek_at(tune->seek));
	return PL_OK;
}

void tune_seek_stop(struct tune *tune, const char *why)
{
	if (!tune->is_seeking)
		return;
	tune->is_seeking = false;
	tune_tell_answer(tune, "stopped", why);
}
