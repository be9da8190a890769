/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sinks_sqlite_rows.c - the tables of readings.sqlite, and a batch as one transaction.
 *
 * `value` has no declared type, so that a number stays a number and a text a text. The thread of
 * its sink.
 */
#include "record/sinks_sqlite.h"

#include <math.h>

#define SCHEMA "1"
#define RAW    PL_ROW_COLUMNS /* the column behind the others */

const char pl_sqlite_schema[] =
#define PL_ROW_COLUMN(code, name, type) ",\n " name " " type
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA wal_autocheckpoint=4000;" /* pages: 16 MB between two syncs */
    "BEGIN;"
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"
    "INSERT INTO meta VALUES ('schema', '" SCHEMA "');"
    "CREATE TABLE readings (\n id INTEGER PRIMARY KEY" PL_ROW_LIST(PL_ROW_COLUMN) ",\n raw TEXT\n);"
										  "COMMIT;";
#undef PL_ROW_COLUMN

enum pl_status pl_sqlite_prepare(struct sqlite_sink *own, struct pl_error *error)
{
#define PL_ROW_COLUMN(code, name, type) name ", "
#define PL_ROW_MARK(code, name, type)	"?,"
	static const char sql[] = "INSERT INTO readings (" PL_ROW_LIST(
	    PL_ROW_COLUMN) "raw) VALUES (" PL_ROW_LIST(PL_ROW_MARK) "?)";
#undef PL_ROW_COLUMN
#undef PL_ROW_MARK

	return sqlite3_prepare_v3(own->base, sql, sizeof sql, SQLITE_PREPARE_PERSISTENT,
				  &own->insert, NULL) == SQLITE_OK
		   ? PL_OK
		   : pl_sqlite_error(own, error);
}

/* word stays as it is until the row is in. */
static void bind_word(struct sqlite_sink *own, int column, const char *word)
{
	if (word[0])
		sqlite3_bind_text(own->insert, column + 1, word, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(own->insert, column + 1);
}

static void bind_integer(struct sqlite_sink *own, int column, bool is_there, int64_t value)
{
	if (is_there)
		sqlite3_bind_int64(own->insert, column + 1, value);
	else
		sqlite3_bind_null(own->insert, column + 1);
}

static void bind_utc(struct sqlite_sink *own, int column, int64_t mono_ns, int64_t offset_ns)
{
	if (mono_ns)
		sqlite3_bind_text(own->insert, column + 1,
				  pl_row_utc(own->maker, mono_ns + offset_ns), PL_UTC_SIZE - 1,
				  SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(own->insert, column + 1);
}

static void bind_value(struct sqlite_sink *own, const struct pl_value *value)
{
	if (value && value->type == PL_VALUE_TEXT)
		bind_word(own, PL_ROW_VALUE, value->text);
	else if (value && value->type == PL_VALUE_INTEGER && fabs(value->number) < 9e15)
		sqlite3_bind_int64(own->insert, PL_ROW_VALUE + 1, (int64_t)value->number);
	else if (value && isfinite(value->number))
		sqlite3_bind_double(own->insert, PL_ROW_VALUE + 1, value->number);
	else
		sqlite3_bind_null(own->insert, PL_ROW_VALUE + 1);
}

static void bind_target(struct sqlite_sink *own, const struct pl_row *row)
{
	static const struct pl_row_target nobody = {.protocol = "", .parameter = "", .unit = ""};
	const struct pl_row_target *target = row->target ? row->target : &nobody;

	bind_word(own, PL_ROW_DEVICE, row->device);
	bind_integer(own, PL_ROW_ADDRESS, target->has_address, target->address);
	bind_word(own, PL_ROW_PROTOCOL, target->protocol);
	bind_word(own, PL_ROW_PARAMETER, target->parameter);
	bind_integer(own, PL_ROW_PARAMETER_ID, target->parameter_id != 0, target->parameter_id);
	bind_integer(own, PL_ROW_INSTANCE, row->target != NULL, target->instance);
	bind_word(own, PL_ROW_UNIT, target->unit);
}

static enum pl_status insert(struct sqlite_sink *own, const struct pl_row *row, bool has_raw,
			     struct pl_error *error)
{
	bind_integer(own, PL_ROW_TICK, true, (int64_t)row->tick);
	bind_integer(own, PL_ROW_SCHEDULED, true, row->scheduled_ns);
	bind_integer(own, PL_ROW_LATENESS, row->target != NULL, row->lateness_ns);
	bind_target(own, row);
	bind_value(own, row->value);
	bind_integer(own, PL_ROW_T_MONO, row->t_mono_ns != 0, row->t_mono_ns);
	bind_utc(own, PL_ROW_T_UTC, row->t_mono_ns, row->utc_offset_ns);
	bind_utc(own, PL_ROW_REQUESTED, row->requested_ns, row->utc_offset_ns);
	bind_utc(own, PL_ROW_RECEIVED, row->received_ns, row->utc_offset_ns);
	if (row->requested_ns && row->received_ns)
		sqlite3_bind_double(own->insert, PL_ROW_LATENCY + 1,
				    (double)(row->received_ns - row->requested_ns) / 1e9);
	else
		sqlite3_bind_null(own->insert, PL_ROW_LATENCY + 1);
	bind_word(own, PL_ROW_STATUS, row->status);
	bind_word(own, PL_ROW_REASON, row->reason);
	bind_word(own, PL_ROW_T_MIDPOINT, "");
	bind_word(own, RAW, has_raw ? row->raw : "");
	if (sqlite3_step(own->insert) != SQLITE_DONE) {
		enum pl_status status = pl_sqlite_error(own, error);

		sqlite3_reset(own->insert);
		return status;
	}
	sqlite3_reset(own->insert);
	return PL_OK;
}

enum pl_status pl_sqlite_insert_batch(struct sink *sink, struct pl_error *error)
{
	struct sqlite_sink *own = sink->own;
	bool has_raw = sink->sinks->setup.recording->raw;
	enum pl_status status = pl_sqlite_run(own, "BEGIN IMMEDIATE", error);
	struct sinks_cursor cursor = {0};
	const struct pl_tick *tick;
	struct pl_row row;

	while (!status && pl_sinks_next(sink->sinks, own->batch, &cursor, &tick))
		for (size_t i = 0; !status && i < pl_row_slots(tick); i++)
			if (pl_row_get(own->maker, tick, i, &row))
				status = insert(own, &row, has_raw, error);
	if (!status)
		status = pl_sqlite_run(own, "COMMIT", error);
	if (status && !sqlite3_get_autocommit(own->base))
		sqlite3_exec(own->base, "ROLLBACK", NULL, NULL, NULL);
	return status;
}
