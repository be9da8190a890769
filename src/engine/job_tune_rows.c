/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job_tune_rows.c - what is said of a tuning to the tuner, and what is written down of it.
 *
 * A tuner who does not read loses rates, never a step.
 */
#include "engine/job_tune.h"
#include "engine/write_rows.h"

#include "analysis/interval.h"

#include <string.h>

#define BACKLOG_MAX (16u << 10)

uint64_t tune_audit(struct tune *tune, double value, const char *status, const char *detail)
{
	bool is_restore = tune->now.kind == TUNE_RESTORE;
	struct write_row row = {.who = tune->who,
				.action = is_restore ? "restore" : "tune",
				.match = &tune->match,
				.old = tune->value,
				.value = value};

	return write_row_audit(tune->actor.engine, &row, status, detail);
}

void tune_operation(struct tune *tune, double value, const char *status)
{
	struct write_row row = {
	    .who = tune->who, .match = &tune->match, .old = tune->value, .value = value};

	write_row_operation(tune->actor.engine, &row, status);
}

void tune_tell(struct tune *tune, const char *name, struct pl_json *body)
{
	struct pl_json *event = pl_json_object();

	pl_json_add(event, name, body);
	answer_event(tune->actor.engine, tune->actor.asker, event);
}

void tune_tell_started(struct tune *tune)
{
	const struct pl_parameter *row = tune->match.parameter;
	const struct pl_device *device =
	    &tune->actor.engine->bench->devices[tune->match.target.device];
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", tune->match.path);
	pl_json_add_text(out, "device", device->spec.name);
	pl_json_add_text(out, "channel", device->spec.channels[tune->match.target.channel].name);
	pl_json_add_text(out, "parameter", row->name);
	pl_json_add_text(out, "text", row->text);
	pl_json_add_text(out, "unit", row->unit);
	pl_json_add_number(out, "min", row->min);
	pl_json_add_number(out, "max", row->max);
	pl_json_add_number(out, "step", row->step);
	pl_json_add_integer(out, "digits", row->digits);
	pl_json_add_number(out, "before", tune->before);
	pl_json_add_number(out, "value", tune->value);
	pl_json_add_number(out, "settle_s", (double)tune->settle_ns / 1e9);
	tune_tell(tune, "started", out);
}

static const char *kind_name(enum tune_kind kind)
{
	static const char *const names[] = {
	    [TUNE_FIRST] = "first", [TUNE_MOVE] = "move",   [TUNE_UNDO] = "undo",
	    [TUNE_SEEK] = "seek",   [TUNE_RENEW] = "renew", [TUNE_RESTORE] = "restore",
	};

	return names[kind];
}

void tune_tell_step(struct tune *tune, const struct pl_bus_answer *answer, const char *status,
		    const char *reason)
{
	struct pl_json *out = pl_json_object();
	bool is_ok = answer != NULL && answer->status == PL_OK;

	pl_json_add_text(out, "kind", kind_name(tune->now.kind));
	pl_json_add_number(out, "old", tune->value);
	pl_json_add_number(out, "requested", tune->now.value);
	pl_json_add_number(out, "applied", is_ok ? answer->report.applied : NAN);
	pl_json_add_number(out, "readback", answer != NULL ? answer->report.readback : NAN);
	pl_json_add_text(out, "status", status);
	pl_json_add_text(out, "reason", reason);
	tune_tell(tune, "step", out);
}

static struct pl_json *rate_json(double value, uint64_t hits, double seconds)
{
	struct pl_json *out = pl_json_object();
	double rate, lo, hi;

	pl_interval_rate(hits, seconds, PL_LEVEL_68, &rate, &lo, &hi);
	pl_json_add_number(out, "value", value);
	pl_json_add_integer(out, "hits", (int64_t)hits);
	pl_json_add_number(out, "seconds", seconds);
	pl_json_add_number(out, "rate", rate);
	pl_json_add_number(out, "rate_lo", lo);
	pl_json_add_number(out, "rate_hi", hi);
	return out;
}

void tune_tell_rate(struct tune *tune)
{
	const struct session *session = session_find(tune->actor.engine, tune->actor.asker.session);

	if (session != NULL && session_backlog(session) < BACKLOG_MAX)
		tune_tell(tune, "rate", rate_json(tune->value, tune->hits, tune->seconds));
}

static const char *side_name(enum pl_seek_side side)
{
	return side == PL_SEEK_ABOVE ? "above" : side == PL_SEEK_BELOW ? "below" : "open";
}

static struct pl_json *value_json(const struct pl_seek *seek, const struct pl_seek_value *value)
{
	struct pl_json *out =
	    rate_json(pl_seek_value(seek, value->at), value->hits, value->seconds);

	pl_json_add_text(out, "side", side_name(value->side));
	pl_json_add_boolean(out, "sure", value->is_sure);
	pl_json_add_number(out, "chance", value->chance);
	return out;
}

void tune_tell_measured(struct tune *tune, double value)
{
	for (size_t i = 0; i < tune->seek->count; i++)
		if (pl_seek_value(tune->seek, tune->seek->values[i].at) == value)
			tune_tell(tune, "measured", value_json(tune->seek, &tune->seek->values[i]));
}

static void add_found(struct pl_json *out, const struct pl_seek *seek)
{
	const struct pl_seek_value *low = pl_seek_find(seek, seek->low);
	const struct pl_seek_value *high = pl_seek_find(seek, seek->high);

	if (seek->answer == PL_SEEK_BETWEEN || seek->answer == PL_SEEK_HERE ||
	    seek->answer == PL_SEEK_END) {
		pl_json_add(out, "low", value_json(seek, low));
		pl_json_add(out, "high", value_json(seek, high));
	}
	pl_json_add_number(out, "value", pl_seek_is_found(seek) ? pl_seek_at(seek) : NAN);
}

/* code: of the search, or "stopped". */
void tune_tell_answer(struct tune *tune, const char *code, const char *text)
{
	struct pl_json *out = pl_json_object(), *measured = pl_json_array();
	const struct pl_seek *seek = tune->seek;

	pl_json_add_text(out, "code", code);
	pl_json_add_boolean(out, "found", pl_seek_is_found(seek));
	pl_json_add_text(out, "text", text);
	pl_json_add_number(out, "target", seek->setup.target_hz);
	add_found(out, seek);
	for (size_t i = 0; i < seek->count; i++)
		pl_json_add(measured, NULL, value_json(seek, &seek->values[i]));
	pl_json_add(out, "measured", measured);
	pl_json_free(tune->answer);
	tune->answer = pl_json_copy(out);
	tune_tell(tune, "answer", out);
}

struct pl_json *tune_result(struct tune *tune)
{
	struct pl_json *out = pl_json_object();
	bool is_done = (tune->is_kept || tune->is_restored) && !tune->has_file_trouble;
	bool is_found = pl_json_get_boolean(tune->answer, "found", false);

	pl_json_add_text(out, "path", tune->match.path);
	pl_json_add_boolean(out, "ok", is_done && (!tune->is_headless || is_found));
	pl_json_add_number(out, "before", tune->before);
	pl_json_add_number(out, "value", tune->writes > 0 ? tune->value : tune->before);
	pl_json_add_boolean(out, "kept", tune->is_kept);
	pl_json_add_boolean(out, "restored", tune->is_restored);
	pl_json_add_boolean(out, "cancelled", tune->is_cancelled);
	pl_json_add_integer(out, "writes", tune->writes);
	pl_json_add_text(out, "trouble", tune->trouble);
	pl_json_add(out, "answer", tune->answer != NULL ? pl_json_copy(tune->answer) : NULL);
	return out;
}
