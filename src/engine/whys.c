/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * whys.c - the last reasons of what did not go straight on: pauses, retries, gaps, refusals. The
 * log has them among all else; here they stand alone, for the Counters panel of every view.
 *
 * The same reason again is one line that counts.
 */
#include "engine/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WHYS_ROOM (3u << 10)

static const char *const kinds[] = {
    [WHY_PAUSE] = "pause", [WHY_RETRY] = "retry", [WHY_GAP] = "gap", [WHY_REFUSAL] = "refusal"};

void engine_why(struct pl_engine *engine, enum why_kind kind, const char *format, ...)
{
	struct whys *whys = &engine->whys;
	struct why *last = &whys->items[(whys->count + WHYS - 1) % WHYS], *why = last;
	char text[sizeof(why->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (whys->count == 0 || last->kind != kind || strcmp(last->text, text) != 0) {
		why = &whys->items[whys->count++ % WHYS];
		*why = (struct why){.kind = kind};
		pl_text_copy(why->text, sizeof(why->text), text);
	}
	why->t_utc_ns = pl_clock_utc_ns();
	why->times++;
}

/* Rows of the audit that tell of one: what stands there stands here in the same words. */
void engine_why_of_audit(struct pl_engine *engine, const struct pl_audit_entry *row)
{
	static const char *const writes[] = {"set", "tune", "restore"};
	static const char *const fine[] = {"", "sent", "ok", "unchanged", "cancelled"};

	if (strcmp(row->action, "run.pause") == 0) {
		engine_why(engine, WHY_PAUSE, "%s", row->detail);
		return;
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (strcmp(row->status, fine[i]) == 0)
			return;
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (strcmp(row->action, writes[i]) == 0)
			engine_why(engine, WHY_RETRY, "%s of %s: %s%s%s", row->action, row->target,
				   row->status, row->detail[0] != '\0' ? ", " : "", row->detail);
}

static struct pl_json *why_json(const struct why *why)
{
	struct pl_json *item = pl_json_object();
	char at[PL_UTC_SIZE];

	pl_clock_format_utc(why->t_utc_ns, at);
	pl_json_add_text(item, "t", at);
	pl_json_add_text(item, "kind", kinds[why->kind]);
	pl_json_add_text(item, "text", why->text);
	pl_json_add_integer(item, "times", (int64_t)why->times);
	return item;
}

struct pl_json *part_whys(const struct pl_engine *engine)
{
	const struct whys *whys = &engine->whys;
	struct part_list list = {.items = pl_json_array(), .room = WHYS_ROOM};
	size_t kept = whys->count < WHYS ? whys->count : WHYS;

	for (size_t i = 1; i <= kept; i++)
		if (!part_add(&list, why_json(&whys->items[(whys->count - i) % WHYS])))
			break;
	return list.items;
}
