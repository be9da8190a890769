/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hear.c - what comes over the line: kept until somebody looks, late answers recognised. Bus
 * thread.
 *
 * Frames that are no answer to the question are dropped as soon as they are whole; the last of them
 * is remembered, to be named when no answer follows.
 */
#include "driver/modbus/session.h"

#include <stdio.h>
#include <string.h>

void pl_modbus_feed(struct pl_modbus *session, const unsigned char *bytes, size_t count,
		    int64_t t_ns)
{
	size_t room = sizeof session->heard - session->heard_count;
	size_t taken = count < room ? count : room;

	if (count == 0)
		return;
	memcpy(session->heard + session->heard_count, bytes, taken);
	session->heard_count += taken;
	session->heard_lost += count - taken;
	session->heard_ns = t_ns;
}

static void take(struct pl_modbus *session, size_t count)
{
	session->heard_count -= count;
	memmove(session->heard, session->heard + count, session->heard_count);
}

bool pl_modbus_owes(const struct pl_modbus *session, struct pl_modbus_shape shape)
{
	for (size_t i = 0; i < session->owed_count; i++)
		if (pl_modbus_shape_equal(session->owed[i], shape))
			return true;
	return false;
}

void pl_modbus_owe(struct pl_modbus *session, const struct pl_modbus_question *question)
{
	if (session->owed_count == PL_MODBUS_OWED_MAX) {
		session->owed_count--;
		memmove(session->owed, session->owed + 1,
			session->owed_count * sizeof session->owed[0]);
	}
	session->owed[session->owed_count++] = pl_modbus_question_shape(question);
	session->owed_ns = session->host.now(session->host.ctx);
	session->is_doubtful = true;
}

void pl_modbus_tell_late(struct pl_modbus *session, const char *what)
{
	char text[200];

	session->late++;
	if ((session->late & (session->late - 1)) != 0)
		return;
	snprintf(text, sizeof text, "%s (%llu so far): raise timeout above %g ms?", what,
		 (unsigned long long)session->late, (double)session->options->timeout_ns / 1e6);
	session->host.note(session->host.ctx, PL_NOTE_WARNING, text);
}

/* A sound frame that answers nothing asked now. What was owed before it cannot come any more: a
 * device answers in order. */
static void recognise(struct pl_modbus *session, const unsigned char *body, size_t count)
{
	struct pl_modbus_shape shape = pl_modbus_body_shape(body, count);

	if (body[0] != session->options->unit)
		return;
	for (size_t i = 0; i < session->owed_count; i++) {
		bool is_refusal = body[1] == (session->owed[i].function | 0x80);

		if (!is_refusal && !pl_modbus_shape_equal(session->owed[i], shape))
			continue;
		session->owed_count -= i + 1;
		memmove(session->owed, session->owed + i + 1,
			session->owed_count * sizeof session->owed[0]);
		pl_modbus_tell_late(session, "an answer came after its time-out and was dropped");
		return;
	}
}

/* Echo of the question at the head of what came: 1 there, 0 perhaps, its rest is to come. */
static int look_for_echo(struct pl_modbus *session)
{
	size_t count = session->heard_count;
	int is_echo = pl_modbus_is_echo(session->question, session->heard, &count);
	bool confirms = session->question->function == PL_MODBUS_WRITE_COIL ||
			session->question->function == PL_MODBUS_WRITE_REGISTER;

	if (!session->options->echo && confirms)
		return -1; /* that is what its answer looks like */
	if (is_echo == 1) {
		session->is_echo_seen = true;
		session->is_echo_due = false;
		if (session->options->echo)
			take(session, count);
	}
	return is_echo;
}

/* The next sound frame that is not the answer is taken out; false when there is none. */
static bool drop_other(struct pl_modbus *session, const struct pl_modbus_question *question)
{
	bool is_network = pl_modbus_is_network(session);

	session->found = pl_modbus_find(question, is_network, session->heard, session->heard_count);
	if (session->found.verdict != PL_MODBUS_OTHER)
		return false;
	if (question)
		pl_modbus_difference(question, session->found.body, session->found.body_count,
				     session->difference);
	recognise(session, session->found.body, session->found.body_count);
	take(session, session->found.end);
	return true;
}

bool pl_modbus_is_settled(void *arg)
{
	struct pl_modbus *session = arg;

	while (session->heard_count > 0) {
		int is_echo = session->is_echo_due ? look_for_echo(session) : -1;

		if (is_echo == 1 && !session->options->echo)
			return true;
		if (is_echo == 0 && session->options->echo)
			return false;
		if (!drop_other(session, session->question))
			return session->found.verdict != PL_MODBUS_NOTHING;
	}
	return false;
}

bool pl_modbus_owes_nothing(void *arg)
{
	struct pl_modbus *session = arg;

	while (session->heard_count > 0 && drop_other(session, NULL))
		;
	return session->owed_count == 0;
}

void pl_modbus_drop(struct pl_modbus *session)
{
	pl_modbus_owes_nothing(session);
	if (session->heard_count > 0)
		session->host.stray(session->host.ctx, (const char *)session->heard,
				    session->heard_count, "garbage");
	session->heard_count = 0;
	session->heard_lost = 0;
}
