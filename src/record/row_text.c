/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row_text.c - a row as a line of CSV or JSON.
 *
 * Both forms are the same cells in the same order: they differ in what stands before a cell, around
 * a word and in the place of a missing one. What rows share is made once: the constant cells of a
 * parameter, the slot of a tick, the times of a block that was read in one go. One thread.
 */
#include "record/row_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE_END PL_ROW_COLUMNS /* in `before`: what ends a row */

static const char *const names[] = {
#define PL_ROW_NAME(code, name, type) [code] = name,
    PL_ROW_LIST(PL_ROW_NAME)
#undef PL_ROW_NAME
};

const char *pl_row_header(void)
{
#define PL_ROW_NAME(code, name, type) "," name
	static const char text[] = PL_ROW_LIST(PL_ROW_NAME) "\n";
#undef PL_ROW_NAME

	return text + 1;
}

void pl_row_init_text(struct pl_row_maker *maker)
{
	for (size_t i = 0; i < PL_ROW_COLUMNS; i++)
		if (maker->form == PL_ROW_JSON)
			snprintf(maker->before[i], sizeof maker->before[i],
				 "%c\"%s\":", i ? ',' : '{', names[i]);
		else
			snprintf(maker->before[i], sizeof maker->before[i], "%s", i ? "," : "");
	snprintf(maker->before[LINE_END], sizeof maker->before[LINE_END], "%s",
		 maker->form == PL_ROW_JSON ? "}\n" : "\n");
}

static void add_missing(struct pl_row_maker *maker, struct pl_text *out)
{
	if (maker->form == PL_ROW_JSON)
		pl_text_add_bytes(out, "null", 4);
}

static void begin(struct pl_row_maker *maker, struct pl_text *out, enum pl_row_column column)
{
	pl_text_add_string(out, maker->before[column]);
}

/* As in a cell of CSV: what is not printable is \xnn, so the line is UTF-8 whatever came. */
static void add_json_string(struct pl_row_maker *maker, struct pl_text *out, const char *word)
{
	struct pl_text *safe = &maker->scratch;

	pl_text_clear(safe);
	pl_text_add_safe(safe, word, strlen(word));
	pl_text_add_bytes(out, "\"", 1);
	for (size_t i = 0; i < safe->length; i++) {
		if (safe->data[i] == '"' || safe->data[i] == '\\')
			pl_text_add_bytes(out, "\\", 1);
		pl_text_add_bytes(out, safe->data + i, 1);
	}
	pl_text_add_bytes(out, "\"", 1);
}

static void add_bare_word(struct pl_row_maker *maker, struct pl_text *out, const char *word)
{
	if (!word[0])
		add_missing(maker, out);
	else if (maker->form == PL_ROW_JSON)
		add_json_string(maker, out, word);
	else
		pl_text_add_cell(out, word);
}

void pl_row_add_word(struct pl_row_maker *maker, struct pl_text *out, enum pl_row_column column,
		     const char *word)
{
	begin(maker, out, column);
	add_bare_word(maker, out, word);
}

void pl_row_add_integer(struct pl_row_maker *maker, struct pl_text *out, enum pl_row_column column,
			bool is_there, int64_t value)
{
	begin(maker, out, column);
	if (is_there)
		pl_text_add_integer(out, value);
	else
		add_missing(maker, out);
}

void pl_row_prepare(struct pl_row_maker *maker, struct row_entry *entry)
{
	const struct pl_row_target *about = &entry->about;
	struct pl_text *head = &entry->head;

	pl_row_add_word(maker, head, PL_ROW_DEVICE, about->device);
	pl_row_add_integer(maker, head, PL_ROW_ADDRESS, about->has_address, about->address);
	pl_row_add_word(maker, head, PL_ROW_PROTOCOL, about->protocol);
	pl_row_add_word(maker, head, PL_ROW_PARAMETER, about->parameter);
	pl_row_add_integer(maker, head, PL_ROW_PARAMETER_ID, about->parameter_id != 0,
			   about->parameter_id);
	pl_row_add_integer(maker, head, PL_ROW_INSTANCE, true, about->instance);
	begin(maker, head, PL_ROW_VALUE);
	pl_row_add_word(maker, &entry->unit, PL_ROW_UNIT, about->unit);
}

const char *pl_row_utc(struct pl_row_maker *maker, int64_t utc_ns)
{
	int64_t second = utc_ns / PL_NS_PER_S, ms;

	if (utc_ns < 0 || second != maker->utc_second) {
		pl_clock_format_utc(utc_ns, maker->utc);
		maker->utc_second = utc_ns < 0 ? -1 : second;
		return maker->utc;
	}
	ms = (utc_ns - second * PL_NS_PER_S) / PL_NS_PER_MS;
	maker->utc[20] = (char)('0' + ms / 100);
	maker->utc[21] = (char)('0' + ms / 10 % 10);
	maker->utc[22] = (char)('0' + ms % 10);
	return maker->utc;
}

/* A word of ours that needs no escapes. */
static void add_plain(struct pl_row_maker *maker, struct pl_text *out, const char *word,
		      size_t count)
{
	bool has_quotes = maker->form == PL_ROW_JSON;

	if (has_quotes)
		pl_text_add_bytes(out, "\"", 1);
	pl_text_add_bytes(out, word, count);
	if (has_quotes)
		pl_text_add_bytes(out, "\"", 1);
}

static void add_utc(struct pl_row_maker *maker, enum pl_row_column column, int64_t mono_ns,
		    int64_t offset_ns)
{
	struct pl_text *out = &maker->times;

	begin(maker, out, column);
	if (mono_ns)
		add_plain(maker, out, pl_row_utc(maker, mono_ns + offset_ns), PL_UTC_SIZE - 1);
	else
		add_missing(maker, out);
}

static void add_times(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out)
{
	struct row_moment *known = &maker->moment;
	struct pl_text *times = &maker->times;
	int64_t offset_ns = row->utc_offset_ns;

	if (!times->length || known->t_mono_ns != row->t_mono_ns ||
	    known->requested_ns != row->requested_ns || known->received_ns != row->received_ns ||
	    known->utc_offset_ns != offset_ns) {
		*known = (struct row_moment){row->t_mono_ns, row->requested_ns, row->received_ns,
					     offset_ns};
		pl_text_clear(times);
		pl_row_add_integer(maker, times, PL_ROW_T_MONO, row->t_mono_ns != 0,
				   row->t_mono_ns);
		add_utc(maker, PL_ROW_T_UTC, row->t_mono_ns, offset_ns);
		add_utc(maker, PL_ROW_REQUESTED, row->requested_ns, offset_ns);
		add_utc(maker, PL_ROW_RECEIVED, row->received_ns, offset_ns);
		begin(maker, times, PL_ROW_LATENCY);
		if (row->requested_ns && row->received_ns)
			pl_text_add_seconds(times, row->received_ns - row->requested_ns);
		else
			add_missing(maker, times);
	}
	pl_text_add_bytes(out, times->data, times->length);
}

static void add_slot(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out)
{
	struct pl_text *slot = &maker->slot;

	if (!row->target || !slot->length || maker->slot_tick != row->tick ||
	    maker->slot_scheduled_ns != row->scheduled_ns ||
	    maker->slot_lateness_ns != row->lateness_ns) {
		pl_text_clear(slot);
		pl_row_add_integer(maker, slot, PL_ROW_TICK, true, (int64_t)row->tick);
		pl_row_add_integer(maker, slot, PL_ROW_SCHEDULED, true, row->scheduled_ns);
		pl_row_add_integer(maker, slot, PL_ROW_LATENESS, row->target != NULL,
				   row->lateness_ns);
		maker->slot_tick = row->tick;
		maker->slot_scheduled_ns = row->scheduled_ns;
		maker->slot_lateness_ns = row->lateness_ns;
	}
	pl_text_add_bytes(out, slot->data, slot->length);
	if (!row->target)
		pl_text_clear(slot); /* without a lateness: no other row's */
}

static void add_number(struct row_entry *entry, double number, struct pl_text *out)
{
	if (!entry->number_length || entry->number != number) {
		pl_number_format(number, entry->number_text);
		entry->number_length = strlen(entry->number_text);
		entry->number = number;
	}
	pl_text_add_bytes(out, entry->number_text, entry->number_length);
}

static void add_value(struct pl_row_maker *maker, struct row_entry *entry,
		      const struct pl_value *value, struct pl_text *out)
{
	if (value && value->type == PL_VALUE_TEXT)
		add_bare_word(maker, out, value->text);
	else if (value && isfinite(value->number))
		add_number(entry, value->number, out);
	else
		add_missing(maker, out);
}

/* The cells of a gap that name no parameter. */
static void add_nobody(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out)
{
	pl_row_add_word(maker, out, PL_ROW_DEVICE, row->device);
	for (int column = PL_ROW_ADDRESS; column <= PL_ROW_UNIT; column++)
		pl_row_add_word(maker, out, (enum pl_row_column)column, "");
}

/* Most rows end alike: a status and no reason. */
static void add_outcome(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out)
{
	struct pl_text *outcome = &maker->outcome;

	if (row->reason[0] || maker->outcome_status != row->status) {
		pl_text_clear(outcome);
		begin(maker, outcome, PL_ROW_STATUS);
		add_plain(maker, outcome, row->status, strlen(row->status));
		pl_row_add_word(maker, outcome, PL_ROW_REASON, row->reason);
		pl_row_add_word(maker, outcome, PL_ROW_T_MIDPOINT, "");
		maker->outcome_status = row->reason[0] ? NULL : row->status;
	}
	pl_text_add_bytes(out, outcome->data, outcome->length);
}

void pl_row_add(struct pl_row_maker *maker, const struct pl_row *row, struct pl_text *out)
{
	add_slot(maker, row, out);
	if (row->target) {
		struct row_entry *entry = &maker->entries[row->position];

		pl_text_add_bytes(out, entry->head.data, entry->head.length);
		add_value(maker, entry, row->value, out);
		pl_text_add_bytes(out, entry->unit.data, entry->unit.length);
	} else {
		add_nobody(maker, row, out);
	}
	add_times(maker, row, out);
	add_outcome(maker, row, out);
	if (maker->has_raw) {
		pl_text_add_string(out, ",\"raw\":");
		add_bare_word(maker, out, row->raw);
	}
	pl_text_add_string(out, maker->before[LINE_END]);
}

void pl_row_add_tick(struct pl_row_maker *maker, const struct pl_tick *tick, struct pl_text *out)
{
	struct pl_row row;

	for (size_t i = 0; i < pl_row_slots(tick); i++)
		if (pl_row_get(maker, tick, i, &row))
			pl_row_add(maker, &row, out);
}
