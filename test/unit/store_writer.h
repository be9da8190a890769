/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - driving a writer in a test, and judging what it left on disk. */
#ifndef TEST_UNIT_STORE_WRITER_H
#define TEST_UNIT_STORE_WRITER_H

#include "unit/store_fixture.h"

#include "store/rows.h"
#include "store/writer.h"

#include "base/hash.h"
#include "base/yaml.h"

__attribute__((unused)) static struct pl_write a_message(enum pl_write_kind kind, enum pl_book book)
{
	return (struct pl_write){
	    .kind = kind, .book = book, .t_utc_ns = FIXTURE_UTC_NS, .t_mono_ns = 4711};
}

__attribute__((unused)) static struct pl_write begin_message(struct fixture *f)
{
	struct pl_write message = a_message(PL_WRITE_BEGIN, PL_BOOK_RUN);

	message.head = &f->head;
	return message;
}

__attribute__((unused)) static struct pl_write point_message(uint32_t index,
							     enum pl_point_quality quality)
{
	struct pl_write message = a_message(PL_WRITE_POINT, PL_BOOK_RUN);

	message.point = fixture_point(index);
	message.point.quality = quality;
	return message;
}

__attribute__((unused)) static struct pl_write audit_message(enum pl_book book)
{
	struct pl_write message = a_message(PL_WRITE_AUDIT, book);

	message.audit = (struct pl_audit_entry){.actor = "ada",
						.action = "set",
						.target = "det.top.threshold",
						.old_value = NAN,
						.new_value = 252,
						.status = "sent",
						.detail = "a \"detail\", with\nall"};
	return message;
}

__attribute__((unused)) static struct pl_write operation_message(enum pl_book book)
{
	struct pl_write message = a_message(PL_WRITE_OPERATION, book);

	message.operation = (struct pl_operation){
	    .channel_id = 1, .old_value = NAN, .new_value = 252, .status = "success"};
	return message;
}

__attribute__((unused)) static struct pl_write stray_message(void)
{
	struct pl_write message = a_message(PL_WRITE_DEVICE_LOG, PL_BOOK_RUN);

	message.stray =
	    (struct pl_stray_line){.device = "det", .why = "debug", .text = "DEBUG: x\\x1B[2J"};
	return message;
}

__attribute__((unused)) static struct pl_write
status_message(enum pl_write_kind kind, enum pl_run_state state, uint32_t done)
{
	struct pl_write message = a_message(kind, PL_BOOK_RUN);

	message.status = fixture_status(state);
	message.status.done = done;
	return message;
}

__attribute__((unused)) static struct pl_write kept_message(const char *path, double value)
{
	struct pl_write message = a_message(PL_WRITE_KEPT, PL_BOOK_BENCH);

	message.kept =
	    (struct pl_kept){.value = value, .t_utc_ns = FIXTURE_UTC_NS, .run = 7, .actor = "ada"};
	pl_text_copy(message.kept.path, sizeof message.kept.path, path);
	return message;
}

__attribute__((unused)) static struct pl_write pending_message(size_t count)
{
	struct pl_write message = a_message(PL_WRITE_PENDING, PL_BOOK_BENCH);

	message.pending.run = 7;
	message.pending.count = count;
	for (size_t i = 0; i < count; i++) {
		snprintf(message.pending.items[i].path, PL_PATH_SIZE, "det.c%zu.threshold", i);
		message.pending.items[i].value = 290.5;
	}
	return message;
}

/* The next acknowledgement, however long it takes. */
__attribute__((unused)) static struct pl_write_ack next_ack(struct pl_writer *writer)
{
	struct pollfd wait = {.fd = pl_queue_fd(pl_writer_acks(writer)), .events = POLLIN};
	struct pl_write_ack ack;

	while (!pl_queue_pop(pl_writer_acks(writer), &ack))
		pl_clock_poll(&wait, 1, PL_NEVER);
	return ack;
}

__attribute__((unused)) static struct pl_write_ack ask(struct pl_writer *writer,
						       struct pl_write message)
{
	uint64_t seq = pl_writer_put(writer, &message);
	struct pl_write_ack ack = next_ack(writer);

	assert_int_not_equal(seq, 0);
	assert_int_equal(ack.seq, seq);
	assert_int_equal(ack.kind, message.kind);
	return ack;
}

__attribute__((unused)) static void must(struct pl_writer *writer, struct pl_write message)
{
	struct pl_write_ack ack = ask(writer, message);
	char line[700];

	if (ack.status)
		fail_msg("message %d: %s", message.kind,
			 pl_error_format(&ack.error, line, sizeof line));
}

__attribute__((unused)) static struct pl_writer *start(struct fixture *f)
{
	struct pl_writer *writer;
	struct pl_error error;
	char line[700];

	if (pl_writer_start(&f->workspace, &writer, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return writer;
}

/* Lines of all parts of a file of rows, without headers, oldest part first. */
struct lines {
	char *items[512];
	size_t count;
	unsigned parts;
};

__attribute__((unused)) static void lines_free(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i]);
	lines->count = 0;
}

/* Every line is whole and has as many cells as the header. */
__attribute__((unused)) static void add_lines(struct lines *lines, int dir, const char *name)
{
	char *text = fixture_file(dir, name), *rest = text, *header = NULL;

	if (text && text[0])
		assert_int_equal(text[strlen(text) - 1], '\n');
	for (char *line; text && (line = strsep(&rest, "\n")) && rest;) {
		if (!header) {
			header = line;
			continue;
		}
		if (pl_rows_cells(line) != pl_rows_cells(header))
			fail_msg("%s holds a torn row: %s", name, line);
		assert_true(lines->count < 512);
		lines->items[lines->count++] = strdup(line);
	}
	lines->parts += text != NULL;
	free(text);
}

__attribute__((unused)) static struct lines all_lines(int dir, const char *stem)
{
	struct lines lines = {.count = 0};
	char name[128];

	snprintf(name, sizeof name, "%s.csv", stem);
	add_lines(&lines, dir, name);
	for (unsigned part = 2; part < 12; part++) {
		snprintf(name, sizeof name, "%s.%u.csv", stem, part);
		add_lines(&lines, dir, name);
	}
	return lines;
}

__attribute__((unused)) static int64_t cell_number(const char *line, int column)
{
	char cell[128];
	int64_t value = -1;

	for (int i = 0; i <= column; i++)
		assert_true(pl_rows_cell(&line, cell, sizeof cell));
	pl_text_to_int(cell, &value);
	return value;
}

/* The chain, recomputed from the bytes: rows repeated in a later part must be the same rows.
 * Returns the number of rows, the head in *head. */
__attribute__((unused)) static int64_t check_chain(int dir, const char *stem, const char *origin,
						   char head[PL_HASH_SIZE])
{
	struct lines lines = all_lines(dir, stem);
	int64_t seq = 0;

	pl_hash_bytes(origin, strlen(origin), head);
	for (size_t i = 0; i < lines.count; i++) {
		char *line = lines.items[i], *comma = strrchr(line, ',');
		char whole[2048], made[PL_HASH_SIZE];

		assert_non_null(comma);
		if (cell_number(line, 0) <= seq) { /* carried over: seen before */
			bool is_same = false;
			for (size_t k = 0; k < i; k++)
				is_same |= strcmp(lines.items[k], line) == 0;
			if (!is_same)
				fail_msg("%s: row %zu: %s", stem, i, line);
			continue;
		}
		assert_int_equal(cell_number(line, 0), ++seq);
		snprintf(whole, sizeof whole, "%s%.*s", head, (int)(comma - line), line);
		pl_hash_bytes(whole, strlen(whole), made);
		assert_string_equal(comma + 1, made);
		memcpy(head, made, PL_HASH_SIZE);
	}
	lines_free(&lines);
	return seq;
}

#endif
