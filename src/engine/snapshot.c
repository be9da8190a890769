/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot.c - the bench at this moment, as one JSON object: what views draw and `status` prints.
 *
 * To each view one at a time, the newest when it has drawn the last; when nothing changed, one in
 * five seconds, so that a view can tell old numbers from numbers that stay.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#define SNAPSHOT_PERIOD_NS   (PL_NS_PER_S / 5)
#define SIGN_OF_LIFE_NS	     (5 * PL_NS_PER_S) /* a view knows by it that nothing has changed */
#define LOG_LINES_A_SNAPSHOT 60
#define LOG_ROOM	     (16u << 10)

/* In the snapshot, or in the hands of one who adds them last. */
static void give_ages(struct pl_json *snapshot, struct pl_json *own, struct pl_json **ages)
{
	if (ages != NULL)
		*ages = own;
	else
		pl_json_add(snapshot, "ages", own);
}

struct pl_json *snapshot_make(struct pl_engine *engine, unsigned parts, uint64_t *log_next,
			      struct pl_json **ages)
{
	int64_t now_ns = pl_clock_mono_ns();
	struct pl_json *out = pl_json_object(), *own = NULL;
	bool is_cut = false;

	if (ages != NULL)
		*ages = NULL;

	if ((parts & (1u << PL_PART_BENCH)) != 0) {
		pl_json_add(out, "bench", part_bench(engine));
		pl_json_add(out, "scans", part_scans(engine, &is_cut));
		pl_json_add(out, "recordings", part_recordings(engine, &is_cut));
		pl_json_add(out, "unfinished", part_unfinished(engine));
		pl_json_add(out, "pending_restore", part_pending(engine));
		pl_json_add(out, "alarms", part_alarms(engine));
	}
	if ((parts & (1u << PL_PART_RUN)) != 0) {
		pl_json_add(out, "run", run_snapshot(engine, now_ns));
		pl_json_add(out, "runs", part_runs(engine, &is_cut));
	}
	if ((parts & (1u << PL_PART_DEVICES)) != 0)
		pl_json_add(out, "devices", part_devices(engine, &is_cut));
	if ((parts & (1u << PL_PART_READINGS)) != 0) {
		pl_json_add(out, "readings", part_readings(engine, now_ns, &own, &is_cut));
		give_ages(out, own, ages);
	}
	if ((parts & (1u << PL_PART_COUNTERS)) != 0) {
		pl_json_add(out, "counters", part_counters(engine, &is_cut));
		pl_json_add(out, "whys", part_whys(engine));
		pl_json_add(out, "disk", part_disk(engine, now_ns));
	}
	if ((parts & (1u << PL_PART_LOG)) != 0 && log_next != NULL)
		pl_json_add(out, "log",
			    logbook_since(&engine->book, log_next, LOG_LINES_A_SNAPSHOT, LOG_ROOM));
	pl_json_add_boolean(out, "more", is_cut);
	return out;
}

static bool has_new_lines(const struct pl_engine *engine, const struct session *session)
{
	return (session->parts & (1u << PL_PART_LOG)) != 0 && session->log_next < engine->book.next;
}

/* True when the view would see something new; then it is remembered as what it saw. */
static bool is_news(const struct pl_engine *engine, struct session *session,
		    const struct pl_json *body)
{
	char *line = pl_json_line(body);

	if (line == NULL)
		return false;
	if (session->last != NULL && strcmp(line, session->last) == 0) {
		free(line);
		return has_new_lines(engine, session);
	}
	free(session->last);
	session->last = line;
	return true;
}

static void send_to(struct pl_engine *engine, struct session *session)
{
	struct pl_json *ages, *body = snapshot_make(engine, session->parts, NULL, &ages), *message;
	char at[PL_UTC_SIZE];

	int64_t now_ns = pl_clock_mono_ns();

	pl_json_add_text(body, "role", view_role(session));
	if (!is_news(engine, session, body) && now_ns - session->sent_ns < SIGN_OF_LIFE_NS) {
		pl_json_free(body);
		pl_json_free(ages);
		return;
	}
	if ((session->parts & (1u << PL_PART_LOG)) != 0)
		pl_json_add(body, "log",
			    logbook_since(&engine->book, &session->log_next, LOG_LINES_A_SNAPSHOT,
					  LOG_ROOM));
	if (ages != NULL)
		pl_json_add(body, "ages", ages);
	pl_clock_format_utc(pl_clock_utc_ns(), at);
	session->sent_ns = now_ns;
	pl_json_add_integer(body, "n", (int64_t)++session->sent_n);
	pl_json_add_text(body, "t", at);
	session->in_flight = true;
	message = pl_json_object();
	pl_json_add(message, "snapshot", body);
	session_send(engine, session, message);
}

/* Each view has a beat of its own. */
int64_t snapshots_send(struct pl_engine *engine, int64_t now_ns)
{
	int64_t next = now_ns + SNAPSHOT_PERIOD_NS;

	for (struct session *s = engine->sessions; s != NULL; s = s->next) {
		if (s->view == VIEW_NONE || s->is_dead)
			continue;
		if (!s->in_flight && now_ns >= s->next_ns) {
			s->next_ns =
			    now_ns + (s->period_ns > 0 ? s->period_ns : SNAPSHOT_PERIOD_NS);
			send_to(engine, s);
		}
		if (s->next_ns > now_ns && s->next_ns < next)
			next = s->next_ns;
	}
	return next;
}
