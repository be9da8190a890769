/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logbook.c - the last messages, for the Log panel of every view; each also goes to plateau.log.
 * What somebody did outside a run also goes into the bench's audit.
 */
#include "engine/internal.h"

#include <stdarg.h>
#include <stdio.h>

void engine_log(struct pl_engine *engine, enum pl_log_level level, const char *format, ...)
{
	struct logbook *book = &engine->book;
	struct log_line *line;
	char text[sizeof(line->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (book->next == 0)
		book->next = 1;
	line = &book->lines[book->next % LOGBOOK_LINES];
	line->n = book->next++;
	line->t_utc_ns = pl_clock_utc_ns();
	line->level = level;
	pl_text_copy(line->text, sizeof(line->text), text);
	pl_log_line(engine->log, level, "%s", text);
}

void engine_audit(struct pl_engine *engine, const char *actor, const char *action,
		  const char *target, const char *status, const char *detail)
{
	struct pl_write message = {.kind = PL_WRITE_AUDIT,
				   .book = PL_BOOK_BENCH,
				   .t_utc_ns = pl_clock_utc_ns(),
				   .t_mono_ns = pl_clock_mono_ns()};

	pl_text_copy(message.audit.actor, sizeof(message.audit.actor), actor);
	pl_text_copy(message.audit.action, sizeof(message.audit.action), action);
	pl_text_copy(message.audit.target, sizeof(message.audit.target), target);
	message.audit.old_value = message.audit.new_value = NAN;
	pl_text_copy(message.audit.status, sizeof(message.audit.status), status);
	pl_text_copy(message.audit.detail, sizeof(message.audit.detail), detail);
	if (pl_writer_put(engine->writer, &message) == 0)
		engine_log(engine, PL_LOG_ERROR, "the disk is behind: %s was not audited", action);
}

static struct pl_json *line_json(const struct log_line *line)
{
	struct pl_json *item = pl_json_object();
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(line->t_utc_ns, at);
	pl_json_add_integer(item, "n", (int64_t)line->n);
	pl_json_add_text(item, "t", at);
	pl_json_add_text(item, "level", pl_log_level_name(line->level));
	pl_json_add_text(item, "text", line->text);
	return item;
}

/* The oldest line that is still there and among the last `most`. */
static uint64_t first_of(const struct logbook *book, uint64_t from, size_t most)
{
	if (most > LOGBOOK_LINES)
		most = LOGBOOK_LINES;
	if (from == 0)
		from = 1;
	return book->next > most && from < book->next - most ? book->next - most : from;
}

struct pl_json *logbook_since(const struct logbook *book, uint64_t *next, size_t most, size_t room)
{
	struct part_list list = {.items = pl_json_array(), .room = room};
	uint64_t n = first_of(book, *next, most);

	while (n < book->next && part_add(&list, line_json(&book->lines[n % LOGBOOK_LINES])))
		n++;
	*next = n;
	return list.items;
}
