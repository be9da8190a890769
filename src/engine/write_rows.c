/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_rows.c - see write_rows.h. */
#include "engine/write_rows.h"

uint64_t write_row_audit(struct pl_engine *engine, const struct write_row *row, const char *status,
			 const char *detail)
{
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	pl_text_copy(message.audit.actor, sizeof(message.audit.actor), row->who);
	pl_text_copy(message.audit.action, sizeof(message.audit.action), row->action);
	pl_text_copy(message.audit.target, sizeof(message.audit.target), row->match->path);
	message.audit.old_value = row->old;
	message.audit.new_value = row->value;
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), detail);
	engine_why_of_audit(engine, &message.audit);
	return pl_writer_put(engine->writer, &message);
}

void write_row_operation(struct pl_engine *engine, const struct write_row *row, const char *status)
{
	const struct pl_target *target = &row->match->target;
	struct pl_write message = {.kind = PL_WRITE_OPERATION,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	if (target->channel < 0)
		return;
	message.operation.channel_id =
	    engine->devices[target->device].device->spec.channels[target->channel].id;
	message.operation.old_value = row->old;
	message.operation.new_value = row->value;
	pl_text_copy(message.operation.status, sizeof(message.operation.status), status);
	pl_writer_put(engine->writer, &message);
}
