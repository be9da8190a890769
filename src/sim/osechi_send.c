/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_send.c - what leaves the simulated detector: event lines, replies, the endless line.
 *
 * Events that can make no line (nobody has the port open, the stream is off) are not in the truth
 * log; those that made one and lost it are, with the reason.
 */
#include "sim/osechi_run.h"

#include "plateau/clock.h"

#include <assert.h>
#include <string.h>

#define FLOOD_CHUNK   4096
#define FLOOD_BACKLOG 65536

static const char *lost_because(const struct pl_osim_run *run, int64_t t_ns)
{
	if (t_ns < run->silent_until_ns)
		return "silence";
	return run->flood_left > 0 ? "endless" : NULL;
}

void pl_osim_send_event(struct pl_osim_run *run, const struct pl_osim_event *event)
{
	struct pl_sim_note note = {.is_event = true, .t_event_ns = event->t_ns};
	struct pl_osim_weather weather = pl_osim_weather(&run->physics, event->t_ns);
	bool holds = !run->device.is_streaming && run->values->stream_off == PL_OSIM_QUEUE;
	const char *reason = lost_because(run, event->t_ns);

	memcpy(note.hits, event->hits, sizeof(note.hits));
	if (!run->pty.is_open || (!run->device.is_streaming && !holds))
		return;
	pl_text_clear(&run->scratch);
	pl_osim_event_line(&run->device, event, &weather, &run->scratch);
	pl_text_add_string(&run->scratch, run->eol);
	if (reason == NULL &&
	    !pl_sim_line_push(holds ? &run->held : &run->line, PL_SIM_PUSH_EVENT, event->t_ns,
			      run->scratch.data, run->scratch.length, &note))
		reason = "queue";
	if (reason != NULL)
		pl_sim_truth_event(&run->truth, event->t_ns, event->t_ns, &note, reason);
}

void pl_osim_send_reply(struct pl_osim_run *run, const char *lines, int64_t due_ns,
			const struct pl_osim_effect *effect)
{
	while (run->letter_count < PL_OSIM_OUTBOX) {
		size_t length = strcspn(lines, "\n");
		struct pl_osim_letter *letter = &run->outbox[run->letter_count++];

		*letter = (struct pl_osim_letter){
		    .due_ns = due_ns, .pieces = effect->pieces, .piece_ns = effect->piece_ns};
		pl_text_add_bytes(&letter->text, lines, length);
		if (!effect->is_cut || lines[length] != '\0')
			pl_text_add_string(&letter->text, run->eol);
		if (lines[length] == '\0')
			return;
		lines += length + 1;
		due_ns += effect->gap_ns;
	}
	pl_sim_truth_note(&run->truth, due_ns, "stray", "reply lost, too many are waiting");
}

static void post(struct pl_osim_run *run, const struct pl_osim_letter *letter, int64_t now_ns)
{
	size_t left = letter->text.length;
	const char *at = letter->text.data;

	for (int i = 0; i < letter->pieces && left > 0; i++) {
		size_t size = i + 1 == letter->pieces
				  ? left
				  : left / (size_t)(letter->pieces - i) + (i == 0 && left == 1);

		if (size == 0)
			continue;
		pl_sim_line_push(&run->line, PL_SIM_PUSH_REPLY, now_ns + i * letter->piece_ns, at,
				 size, NULL);
		at += size;
		left -= size;
	}
}

/* The place of the letter that is due first, letter_count when there is none. */
static size_t first_letter(const struct pl_osim_run *run)
{
	size_t first = 0;

	for (size_t i = 1; i < run->letter_count; i++) {
		if (run->outbox[i].due_ns < run->outbox[first].due_ns)
			first = i;
	}
	return first;
}

static void remove_letter(struct pl_osim_run *run, size_t place)
{
	pl_text_free(&run->outbox[place].text);
	run->letter_count--;
	memmove(&run->outbox[place], &run->outbox[place + 1],
		(run->letter_count - place) * sizeof(run->outbox[0]));
}

static void continue_flood(struct pl_osim_run *run, int64_t now_ns)
{
	char chunk[FLOOD_CHUNK];

	memset(chunk, 'x', sizeof(chunk));
	while (run->flood_left > 0 && pl_sim_line_backlog(&run->line) < FLOOD_BACKLOG) {
		size_t size = run->flood_left < sizeof(chunk) ? run->flood_left : sizeof(chunk);

		run->flood_left -= size;
		if (run->flood_left == 0)
			chunk[size - 1] = '\n';
		pl_sim_line_push(&run->line, PL_SIM_PUSH_UNPACED, now_ns, chunk, size, NULL);
	}
}

void pl_osim_send_due(struct pl_osim_run *run, int64_t now_ns)
{
	while (run->letter_count > 0 && run->flood_left == 0) {
		size_t place = first_letter(run);

		if (run->outbox[place].due_ns > now_ns)
			break;
		if (run->pty.is_open && now_ns >= run->silent_until_ns)
			post(run, &run->outbox[place], now_ns);
		remove_letter(run, place);
	}
	continue_flood(run, now_ns);
}

struct stamps {
	struct pl_sim_truth *truth;
	int64_t before_ns, after_ns;
	const char *dropped;
};

static void note_gone(void *context, const struct pl_sim_note *note)
{
	const struct stamps *stamps = context;

	pl_sim_truth_event(stamps->truth, stamps->before_ns, stamps->after_ns, note,
			   stamps->dropped);
}

void pl_osim_send_flush(struct pl_osim_run *run, int64_t now_ns)
{
	struct stamps stamps = {.truth = &run->truth};
	const char *bytes;
	size_t due, sent;

	run->is_blocked = false;
	while ((due = pl_sim_line_due(&run->line, now_ns, &bytes)) > 0) {
		stamps.before_ns = pl_clock_mono_ns();
		sent = pl_sim_pty_write(&run->pty, bytes, due);
		stamps.after_ns = pl_clock_mono_ns();
		pl_sim_line_sent(&run->line, sent, note_gone, &stamps);
		if (sent < due) {
			run->is_blocked = true;
			break;
		}
	}
}

void pl_osim_send_forget(struct pl_osim_run *run, int64_t now_ns, const char *reason)
{
	struct stamps stamps = {&run->truth, now_ns, now_ns, reason};

	pl_sim_line_drop(&run->line, note_gone, &stamps);
	pl_sim_line_drop(&run->held, note_gone, &stamps);
	while (run->letter_count > 0)
		remove_letter(run, run->letter_count - 1);
	run->flood_left = 0;
}

int64_t pl_osim_send_next_ns(const struct pl_osim_run *run)
{
	int64_t next = run->is_blocked ? PL_NEVER : pl_sim_line_next_ns(&run->line);

	if (run->letter_count > 0 && run->flood_left == 0 &&
	    run->outbox[first_letter(run)].due_ns < next)
		next = run->outbox[first_letter(run)].due_ns;
	return next;
}
