/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fake_host.h - a host for driver tests: its clock stands still but for waits, its device is a
 * list of rules "when this is sent, that arrives so much later". Nothing here takes real time.
 */
#ifndef TEST_UNIT_FAKE_HOST_H
#define TEST_UNIT_FAKE_HOST_H

#include "plateau/clock.h"
#include "plateau/driver.h"

#include <stdio.h>
#include <string.h>

#define FAKE_MS(ms) ((int64_t)(ms)*PL_NS_PER_MS)
#define FAKE_RULES  24
#define FAKE_COMING 256

/* A rule answers a send that is exactly `sent`; uses < 0: always. Earlier rules go first, so a
 * rule with uses 1 before a lasting one is an exception. */
struct fake_rule {
	const char *sent;
	size_t sent_count; /* 0 = strlen */
	const char *reply;
	size_t reply_count; /* 0 = strlen */
	int delay_ms;
	int uses;
};

struct fake_arrival {
	int64_t t_ns;
	const char *bytes;
	size_t count;
};

struct fake_host {
	struct pl_host host;
	const struct pl_driver *driver;
	void *state;
	int64_t now_ns, last_byte_ns;
	int64_t cancel_ns; /* waits that reach it are cancelled until the test sets it to 0 */
	int64_t lost_ns;   /* from then on the port is gone; 0 = never */
	struct fake_rule rules[FAKE_RULES];
	size_t rule_count;
	struct fake_arrival coming[FAKE_COMING];
	size_t coming_count;

	char sent[4096]; /* everything, control bytes below 0x20 but newline as <xx> */
	unsigned events, restarts, strays, warnings, infos;
	struct pl_event last;
	uint32_t hits; /* of all events, or-ed */
	char why[1024], said[1024], stray[512];
};

static inline void fake_arrives_bytes(struct fake_host *fake, int64_t t_ns, const char *bytes,
				      size_t count)
{
	size_t at = fake->coming_count++;

	if (fake->coming_count > FAKE_COMING)
		__builtin_trap();
	for (; at > 0 && fake->coming[at - 1].t_ns > t_ns; at--)
		fake->coming[at] = fake->coming[at - 1];
	fake->coming[at] = (struct fake_arrival){t_ns, bytes, count};
}

/* text arrives so many ms from now */
static inline void fake_arrives(struct fake_host *fake, int in_ms, const char *text)
{
	fake_arrives_bytes(fake, fake->now_ns + FAKE_MS(in_ms), text, strlen(text));
}

static inline void fake_rule(struct fake_host *fake, const char *sent, const char *reply,
			     int delay_ms, int uses)
{
	fake->rules[fake->rule_count++] =
	    (struct fake_rule){.sent = sent, .reply = reply, .delay_ms = delay_ms, .uses = uses};
}

static inline void fake_rule_bytes(struct fake_host *fake, const char *sent, size_t sent_count,
				   const char *reply, size_t reply_count, int delay_ms, int uses)
{
	fake->rules[fake->rule_count++] = (struct fake_rule){
	    .sent = sent,
	    .sent_count = sent_count,
	    .reply = reply,
	    .reply_count = reply_count,
	    .delay_ms = delay_ms,
	    .uses = uses,
	};
}

static inline int64_t fake_now(void *ctx)
{
	return ((struct fake_host *)ctx)->now_ns;
}

static inline void fake_keep_sent(struct fake_host *fake, const char *bytes, size_t count)
{
	size_t at = strlen(fake->sent);

	for (size_t i = 0; i < count && at + 8 < sizeof fake->sent; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		bool is_plain = byte == '\n' || (byte >= 0x20 && byte < 0x7f);

		at += (size_t)snprintf(fake->sent + at, sizeof fake->sent - at,
				       is_plain ? "%c" : "<%02x>", byte);
	}
}

static inline enum pl_status fake_send(void *ctx, const void *bytes, size_t count,
				       int64_t deadline_ns, struct pl_error *error)
{
	struct fake_host *fake = ctx;

	(void)deadline_ns;
	if (fake->lost_ns != 0 && fake->now_ns >= fake->lost_ns)
		return pl_error_set(error, PL_ERR_LOST, "fake", "lost");
	fake_keep_sent(fake, bytes, count);
	for (size_t i = 0; i < fake->rule_count; i++) {
		struct fake_rule *rule = &fake->rules[i];
		size_t length = rule->sent_count != 0 ? rule->sent_count : strlen(rule->sent);

		if (rule->uses == 0 || length != count || memcmp(rule->sent, bytes, count) != 0)
			continue;
		rule->uses -= rule->uses > 0;
		if (rule->reply != NULL)
			fake_arrives_bytes(
			    fake, fake->now_ns + FAKE_MS(rule->delay_ms), rule->reply,
			    rule->reply_count != 0 ? rule->reply_count : strlen(rule->reply));
		break;
	}
	return PL_OK;
}

static inline void fake_deliver(struct fake_host *fake)
{
	struct fake_arrival first = fake->coming[0];

	fake->coming_count--;
	memmove(fake->coming, fake->coming + 1, fake->coming_count * sizeof fake->coming[0]);
	if (first.t_ns > fake->now_ns)
		fake->now_ns = first.t_ns;
	fake->last_byte_ns = fake->now_ns;
	fake->driver->feed(fake->state, (const unsigned char *)first.bytes, first.count,
			   fake->now_ns);
}

static inline enum pl_status fake_wait(void *ctx, int64_t deadline_ns, bool (*done)(void *arg),
				       void *arg, struct pl_error *error)
{
	struct fake_host *fake = ctx;

	for (;;) {
		int64_t next_ns = fake->coming_count > 0 ? fake->coming[0].t_ns : PL_NEVER;
		int64_t until_ns = next_ns < deadline_ns ? next_ns : deadline_ns;

		if (done != NULL && done(arg))
			return PL_OK;
		if (fake->cancel_ns != 0 && until_ns >= fake->cancel_ns) {
			if (fake->cancel_ns > fake->now_ns)
				fake->now_ns = fake->cancel_ns;
			return pl_error_set(error, PL_ERR_CANCELLED, "fake", "cancelled");
		}
		if (fake->lost_ns != 0 && until_ns >= fake->lost_ns)
			return pl_error_set(error, PL_ERR_LOST, "fake", "lost");
		if (next_ns > deadline_ns)
			break;
		fake_deliver(fake);
	}
	if (deadline_ns > fake->now_ns)
		fake->now_ns = deadline_ns;
	return done == NULL ? PL_OK : pl_error_set(error, PL_ERR_UNANSWERED, "fake", "deadline");
}

static inline void fake_event(void *ctx, const struct pl_event *event)
{
	struct fake_host *fake = ctx;

	fake->events++;
	fake->last = *event;
	fake->hits |= event->hits;
}

static inline void fake_reading(void *ctx, int channel, int parameter,
				const struct pl_reading *reading)
{
	(void)ctx, (void)channel, (void)parameter, (void)reading;
}

static inline void fake_append(char *out, size_t cap, const char *text)
{
	size_t at = strlen(out);

	snprintf(out + at, cap - at, "%s|", text);
}

static inline void fake_stray(void *ctx, const char *bytes, size_t count, const char *why)
{
	struct fake_host *fake = ctx;

	fake->strays++;
	fake_append(fake->why, sizeof fake->why, why);
	snprintf(fake->stray, sizeof fake->stray, "%.*s", (int)count, bytes);
}

static inline void fake_note(void *ctx, enum pl_note_level level, const char *text)
{
	struct fake_host *fake = ctx;

	*(level == PL_NOTE_WARNING ? &fake->warnings : &fake->infos) += 1;
	fake_append(fake->said, sizeof fake->said, text);
}

static inline void fake_restarted(void *ctx, const char *text)
{
	struct fake_host *fake = ctx;

	fake->restarts++;
	fake_append(fake->said, sizeof fake->said, text);
}

static inline void fake_host_init(struct fake_host *fake, const struct pl_driver *driver)
{
	memset(fake, 0, sizeof *fake);
	fake->driver = driver;
	fake->now_ns = 1000 * PL_NS_PER_S;
	fake->host = (struct pl_host){
	    .ctx = fake,
	    .now = fake_now,
	    .send = fake_send,
	    .wait = fake_wait,
	    .event = fake_event,
	    .reading = fake_reading,
	    .stray = fake_stray,
	    .note = fake_note,
	    .restarted = fake_restarted,
	};
}

#endif
