/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer_word.c - the answers to words of the command line, as messages. One thread.
 */
#include "answer.h"
#include "format.h"
#include "plateau/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void pl_answer_get(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	const struct pl_json *row = pl_json_at(pl_json_get(result, "values"), 0);
	const char *path = pl_json_get_text(row, "path", "?");
	const char *quality = pl_json_get_text(row, "quality", "");
	double value = pl_json_get_number(row, "value", NAN);
	char number[PL_NUMBER_SIZE];

	(void)session;
	if (isnan(value))
		pl_state_say(state, PL_ROLE_WARN, "%.100s: %s %s", path, quality,
			     pl_json_get_text(row, "reason", ""));
	else
		pl_state_say(state, PL_ROLE_GOOD, "%.100s = %s %s  %s", path,
			     pl_number_format(value, number), pl_json_get_text(row, "unit", ""),
			     quality);
}

void pl_answer_set(struct pl_session *session, struct pl_state *state, const struct pl_json *result)
{
	const struct pl_json *row = pl_json_at(pl_json_get(result, "writes"), 0);
	const char *path = pl_json_get_text(row, "path", "?");
	const char *status = pl_json_get_text(row, "status", "?");
	char old[PL_NUMBER_SIZE], applied[PL_NUMBER_SIZE];

	(void)session;
	if (strcmp(status, "ok") != 0) {
		pl_state_say(state, PL_ROLE_ALARM, "%.100s: %s: %.200s", path, status,
			     pl_json_get_text(row, "reason", ""));
		return;
	}
	pl_number_format(pl_json_get_number(row, "old", NAN), old);
	pl_number_format(pl_json_get_number(row, "applied", NAN), applied);
	pl_state_say(state, PL_ROLE_GOOD, "%.100s: %s %s %s, confirmed", path,
		     old[0] ? old : "unknown", state->glyphs->text[PL_GLYPH_TO], applied);
}

/* "10 s, 2497 events: top 249.7 ±5.0 Hz  mid 120.1 ±3.5 Hz" */
void pl_answer_count(struct pl_session *session, struct pl_state *state,
		     const struct pl_json *result)
{
	const struct pl_json *channels = pl_json_get(result, "channels");
	struct pl_text text = {0};
	char value[PL_FORMAT_SIZE], error[PL_FORMAT_SIZE];

	(void)session;
	pl_text_add(&text, "%g s:", pl_json_get_number(result, "seconds", 0));
	for (size_t i = 0; i < pl_json_size(channels) && i < 8; i++) {
		const struct pl_json *row = pl_json_at(channels, i);

		pl_format_interval(value, error, pl_json_get_number(row, "rate", NAN),
				   pl_json_get_number(row, "rate_lo", NAN),
				   pl_json_get_number(row, "rate_hi", NAN),
				   state->glyphs->text[PL_GLYPH_PLUS_MINUS]);
		pl_text_add(&text, "  %s %s %s Hz", pl_json_get_text(row, "channel", "?"), value,
			    error);
	}
	pl_state_say(state, PL_ROLE_GOOD, "%s", text.data);
	pl_text_free(&text);
}
