/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runner_tell.c - what the runner says: run states, audit rows, settings, words for people.
 */
#include "scan/inside.h"

#include <math.h>
#include <stdio.h>

void runner_print(char *out, size_t cap, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, cap, format, args);
	va_end(args);
}

void runner_say(struct pl_runner *runner, enum pl_note_level level, const char *format, ...)
{
	char text[PL_RUN_TEXT_SIZE + 128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	runner->io.changed(runner->io.ctx, level, text);
}

static void post_status(struct pl_runner *runner)
{
	struct pl_write message = runner_message(runner, PL_WRITE_STATUS, PL_BOOK_RUN);

	message.status = runner->status;
	runner_post(runner, &message);
}

bool runner_state(struct pl_runner *runner, enum pl_run_event event, const char *reason)
{
	if (!pl_run_state_step(&runner->status.state, event))
		return false;
	/* The reason of a pause ends with it; the first error stays. */
	if (!runner->has_failed)
		pl_text_copy(runner->status.reason, sizeof(runner->status.reason),
			     event == PL_RUN_RESUME ? "" : reason);
	if (event != PL_RUN_PAUSE && event != PL_RUN_RESUME)
		return true; /* the caller writes run.yaml and waits for it */
	runner_audit_run(runner, event == PL_RUN_PAUSE ? "run.pause" : "run.resume", "", reason);
	post_status(runner);
	return true;
}

void runner_fail(struct pl_runner *runner, const char *format, ...)
{
	char text[PL_RUN_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	runner->status.success = false;
	if (!runner->has_failed)
		pl_text_copy(runner->status.reason, sizeof(runner->status.reason), text);
	runner->has_failed = true;
	runner->io.changed(runner->io.ctx, PL_NOTE_WARNING, text);
}

struct pl_write runner_audit(struct pl_runner *runner, const char *action, const char *status,
			     const char *detail)
{
	struct pl_write message = runner_message(runner, PL_WRITE_AUDIT, PL_BOOK_RUN);
	struct pl_audit_entry *entry = &message.audit;

	*entry = (struct pl_audit_entry){.old_value = NAN, .new_value = NAN};
	pl_text_copy(entry->actor, sizeof(entry->actor), runner->head->actor);
	pl_text_copy(entry->action, sizeof(entry->action), action);
	pl_text_copy(entry->target, sizeof(entry->target), runner->device->spec.name);
	pl_text_copy(entry->status, sizeof(entry->status), status);
	pl_text_copy(entry->detail, sizeof(entry->detail), detail);
	return message;
}

void runner_audit_run(struct pl_runner *runner, const char *action, const char *status,
		      const char *detail)
{
	struct pl_write message = runner_audit(runner, action, status, detail);

	runner_post(runner, &message);
}

void runner_audit_device(struct pl_runner *runner, const char *device, const char *action,
			 const char *status, const char *detail)
{
	struct pl_write message = runner_audit(runner, action, status, detail);

	pl_text_copy(message.audit.target, sizeof(message.audit.target), device);
	runner_post(runner, &message);
}

void runner_proven(struct pl_runner *runner, int64_t t_ns)
{
	if (runner->proven_ns == 0 && t_ns >= runner->row_end_ns)
		runner->proven_ns = t_ns;
}
