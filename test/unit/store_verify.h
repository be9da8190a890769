/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_verify.h - runs that the writer leaves, to be verified in a test. */
#ifndef TEST_UNIT_STORE_VERIFY_H
#define TEST_UNIT_STORE_VERIFY_H

#include "unit/store_writer.h"

#include "store/verify.h"

struct bench_run {
	struct fixture *f;
	struct pl_writer *writer;
	uint32_t done;
};

__attribute__((unused)) static struct pl_write set_row(double from, double to, const char *status)
{
	struct pl_write message = audit_message(PL_BOOK_RUN);

	message.audit.old_value = from;
	message.audit.new_value = to;
	pl_text_copy(message.audit.status, sizeof message.audit.status, status);
	message.audit.detail[0] = '\0';
	return message;
}

/* One point as a scan writes it: the write announced, done and told, then the row. */
__attribute__((unused)) static void measure(struct bench_run *run, double from)
{
	double to = run->f->plan[run->done].set;
	struct pl_write operation = operation_message(PL_BOOK_RUN);
	struct pl_write point = point_message(run->done + 1, PL_POINT_OK);

	operation.operation.old_value = from;
	operation.operation.new_value = to;
	point.point.set = point.point.applied = to;
	point.point.pass = run->f->plan[run->done].pass;
	must(run->writer, set_row(from, to, "sent"));
	must(run->writer, operation);
	must(run->writer, set_row(from, to, "ok"));
	must(run->writer, point);
	run->done++;
}

__attribute__((unused)) static struct bench_run begin(struct fixture *f)
{
	struct bench_run run = {.f = f};

	fixture_open(f);
	fixture_head(f);
	f->scan.set = "det.threshold";
	gethostname(f->head.host, sizeof f->head.host - 1);
	for (uint32_t i = 0; i < 4; i++) /* all of one channel */
		f->plan[i].channel = 0;
	run.writer = start(f);
	must(run.writer, begin_message(f));
	must(run.writer, status_message(PL_WRITE_STATUS, PL_RUN_RUNNING, 0));
	return run;
}

__attribute__((unused)) static void end(struct bench_run *run)
{
	struct pl_write message = status_message(PL_WRITE_END, PL_RUN_FINISHED, run->done);

	must(run->writer, message);
	pl_writer_stop(run->writer);
	pl_run_folder_close(&run->f->head.folder);
}

/* As a kill does: what is on the disk stays, nothing is ended. */
__attribute__((unused)) static void kill_it(struct bench_run *run)
{
	pl_writer_stop(run->writer);
	pl_run_folder_close(&run->f->head.folder);
}

__attribute__((unused)) static void take_up(struct bench_run *run)
{
	assert_int_equal(pl_run_folder_reopen(&run->f->workspace, "1", &run->f->head.folder, NULL),
			 PL_OK);
	run->writer = start(run->f);
	must(run->writer, begin_message(run->f));
}

__attribute__((unused)) static struct pl_verdict verdict_of(const struct fixture *f)
{
	struct pl_verdict verdict;
	struct pl_error error;
	char line[700];

	if (pl_verify_run(f->head.folder.path, &verdict, &error))
		fail_msg("%s", pl_error_format(&error, line, sizeof line));
	return verdict;
}

__attribute__((unused)) static bool has(const struct pl_verdict *verdict, bool is_bad,
					const char *code)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->items[i].is_bad == is_bad && strcmp(verdict->items[i].code, code) == 0)
			return true;
	return false;
}

__attribute__((unused)) static void assert_findings(const struct fixture *f, size_t bad, size_t all)
{
	struct pl_verdict verdict = verdict_of(f);

	if (verdict.bad == bad && verdict.count == all)
		return;
	for (size_t i = 0; i < verdict.count; i++)
		print_message("%s: %s: %s\n", verdict.items[i].code, verdict.items[i].where,
			      verdict.items[i].text);
	fail_msg("%zu bad of %zu", verdict.bad, verdict.count);
}

__attribute__((unused)) static void replace(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_TRUNC | O_CREAT, 0640);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

__attribute__((unused)) static int folder_of(const struct fixture *f)
{
	int dir = open(f->head.folder.path, O_RDONLY | O_DIRECTORY);

	assert_true(dir >= 0);
	return dir;
}

#endif
