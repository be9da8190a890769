/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ezzone_truth.c - see ezzone_truth.h. */
#include "sim/ezzone_truth.h"

#include <inttypes.h>

static void add_hex(struct pl_text *out, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pl_text_add(out, "%02X", bytes[i]);
}

static void begin(struct pl_sim_truth *truth, int64_t now_ns, const char *kind, int unit)
{
	pl_text_add(&truth->rows, "%" PRId64 ",%s,", now_ns, kind);
	if (unit > 0)
		pl_text_add_integer(&truth->rows, unit);
}

void pl_ezsim_truth_note(struct pl_sim_truth *truth, int64_t now_ns, const char *kind, int unit,
			 const char *detail)
{
	if (!truth->is_on)
		return;
	begin(truth, now_ns, kind, unit);
	pl_text_add_string(&truth->rows, ",,,,,,,,,,");
	pl_text_add_cell(&truth->rows, detail);
	pl_text_add_string(&truth->rows, "\n");
}

void pl_ezsim_truth_bytes(struct pl_sim_truth *truth, int64_t now_ns, const char *kind, int unit,
			  const unsigned char *bytes, size_t count)
{
	if (!truth->is_on)
		return;
	begin(truth, now_ns, kind, unit);
	pl_text_add_string(&truth->rows, ",,,,,,,,,,");
	add_hex(&truth->rows, bytes, count);
	pl_text_add_string(&truth->rows, "\n");
}

void pl_ezsim_truth_sent(struct pl_sim_truth *truth, const struct pl_ezsim_sent *sent,
			 const unsigned char *bytes, size_t count)
{
	struct pl_text *rows = &truth->rows;

	if (!truth->is_on)
		return;
	begin(truth, sent->after_ns, sent->kind, sent->unit);
	pl_text_add(rows, ",%" PRId64 ",%" PRId64, sent->before_ns, sent->request_ns);
	for (int i = 0; i < PL_EZSIM_INSTANCES; i++) {
		pl_text_add_string(rows, ",");
		pl_text_add_number(rows, (double)sent->inputs[i]);
	}
	pl_text_add_string(rows, ",,,,,,");
	add_hex(rows, bytes, count);
	pl_text_add_string(rows, "\n");
}

static void add_value(struct pl_text *rows, enum pl_ezsim_slot slot, uint32_t bits)
{
	pl_text_add_string(rows, ",");
	if (slot == PL_EZSIM_SLOTS || pl_ezsim_parameter(slot)->is_enum)
		pl_text_add_integer(rows, bits);
	else
		pl_text_add_number(rows, (double)pl_ezsim_float(bits));
}

static void add_write(struct pl_sim_truth *truth, int64_t now_ns, const struct pl_ezsim_unit *unit,
		      const struct pl_ezsim_written *written)
{
	bool is_pointer = written->slot == PL_EZSIM_SLOTS;

	begin(truth, now_ns, "write", unit->address);
	pl_text_add(&truth->rows, ",,,,,%d,%d",
		    is_pointer ? PL_EZSIM_POINTER_0 + 2 * written->instance
			       : pl_ezsim_parameter(written->slot)->id,
		    is_pointer ? 1 : written->instance + 1);
	add_value(&truth->rows, written->slot, written->old);
	add_value(&truth->rows, written->slot, written->fresh);
	pl_text_add(&truth->rows, ",%" PRIu64 ",%s\n", unit->eeprom_writes,
		    written->is_kept ? "eeprom" : "volatile");
}

void pl_ezsim_truth_written(struct pl_sim_truth *truth, int64_t now_ns, struct pl_ezsim_unit *unit)
{
	for (size_t i = 0; i < unit->written_count && truth->is_on; i++)
		add_write(truth, now_ns, unit, &unit->written[i]);
	unit->written_count = 0;
}
