/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_run.c - the loop of the simulated OSECHI: one thread, one poll.
 *
 * Each turn: everything that has happened by now happens (arrivals, commands, faults), what is due
 * on the line is written, its truth goes to the file, and the loop waits for the next known time or
 * for the other side. A threshold changes only after the arrivals up to that moment, so each event
 * has met exactly the threshold that was in force at its time.
 */
#include "sim/osechi_run.h"

#include "plateau/clock.h"
#include "sim/signals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define QUEUE_PACED    1024
#define QUEUE_UNPACED  (1 << 20)
#define CLOSED_LOOK_NS (20 * PL_NS_PER_MS) /* only where there is no inotify */
#define EVENTS_A_TURN  4096

enum { FD_PTY, FD_NOTIFY, FD_SIGNAL, FD_STDIN, FDS };

static void init(struct pl_osim_run *run, const struct pl_osim_values *values)
{
	int64_t now_ns = pl_clock_mono_ns();
	int64_t queue = values->queue > 0  ? values->queue
			: values->baud > 0 ? QUEUE_PACED
					   : QUEUE_UNPACED;

	*run = (struct pl_osim_run){
	    .values = values,
	    .eol = values->eol == 0 ? "\n" : "\r\n",
	    .pty = {.master = -1, .notify = -1},
	    .device = {.values = values,
		       .is_streaming = values->stream,
		       .poll_count = (int)values->poll_count,
		       .boot_ns = now_ns,
		       .utc_offset_ns = pl_clock_utc_ns() - now_ns,
		       .last_event_ns = now_ns},
	    .busy_until_ns = now_ns,
	    .start_ns = now_ns,
	    .silent_until_ns = now_ns,
	    .reset_ns = PL_NEVER,
	    .boot_text_ns = PL_NEVER,
	    .replug_ns = PL_NEVER,
	};
	for (int i = 0; i < PL_SIM_CHANNELS; i++)
		run->device.threshold[i] = values->threshold;
	for (int i = 0; i < PL_SIM_FAULTS_MAX; i++)
		run->delayed_ns[i] = PL_NEVER;
	pl_sim_random_init(&run->timing, (uint64_t)values->seed, 200);
	pl_sim_random_init(&run->luck, (uint64_t)values->seed, 300);
	pl_osim_physics_init(&run->physics, values, now_ns);
	pl_osim_chatter_init(&run->chatter, values, now_ns);
	pl_sim_line_init(&run->line, values->baud, (size_t)queue);
	pl_sim_line_init(&run->held, values->baud, (size_t)queue);
}

static void look_at_port(struct pl_osim_run *run, int64_t now_ns)
{
	switch (pl_sim_pty_look(&run->pty)) {
	case PL_SIM_PTY_OPENED:
		pl_sim_truth_note(&run->truth, now_ns, "open", run->pty.path);
		if (run->values->boot == PL_OSIM_BOOT_OPEN && run->has_booted)
			pl_osim_act_reboot(run, 0, now_ns);
		else if (!run->has_booted)
			run->boot_text_ns = now_ns;
		break;
	case PL_SIM_PTY_CLOSED:
		pl_osim_send_forget(run, now_ns, "closed");
		pl_sim_truth_note(&run->truth, now_ns, "close", "");
		break;
	case PL_SIM_PTY_SAME:
		break;
	}
}

static void hear(struct pl_osim_run *run, int64_t now_ns)
{
	char line[PL_OSIM_COMMAND_MAX + 1];
	char bytes[1024];
	size_t length, count;

	/* The 500 ms of an unfinished command end before bytes that came later. */
	if (pl_osim_input_expire(&run->input, now_ns, line, &length))
		pl_osim_act_line(run, line, length, now_ns);
	count = pl_sim_pty_read(&run->pty, bytes, sizeof(bytes));
	for (size_t i = 0; i < count; i++) {
		if (pl_osim_input_byte(&run->input, bytes[i], now_ns, line, &length))
			pl_osim_act_line(run, line, length, now_ns);
	}
}

/* False: there is more to catch up with, so nothing else may happen before. */
static bool let_physics_happen(struct pl_osim_run *run, int64_t now_ns)
{
	struct pl_osim_event event;

	for (int i = 0; i < EVENTS_A_TURN && pl_osim_physics_next_ns(&run->physics) <= now_ns;
	     i++) {
		if (pl_osim_physics_step(&run->physics, &event))
			pl_osim_send_event(run, &event);
	}
	return pl_osim_physics_next_ns(&run->physics) > now_ns;
}

static void chatter(struct pl_osim_run *run, int64_t now_ns)
{
	const char *kind;

	pl_text_clear(&run->scratch);
	while ((kind = pl_osim_chatter_take(&run->chatter, now_ns, run->eol, &run->scratch)) !=
	       NULL) {
		if (run->pty.is_open && now_ns >= run->silent_until_ns && run->flood_left == 0 &&
		    pl_sim_line_push(&run->line, PL_SIM_PUSH_EVENT, now_ns, run->scratch.data,
				     run->scratch.length, NULL))
			pl_sim_truth_note(&run->truth, now_ns, "stray", kind);
		pl_text_clear(&run->scratch);
	}
}

static int64_t earliest(const struct pl_osim_run *run)
{
	const int64_t times[] = {
	    pl_osim_physics_next_ns(&run->physics),
	    pl_osim_send_next_ns(run),
	    pl_osim_act_next_ns(run),
	    pl_osim_chatter_next_ns(&run->chatter),
	    pl_osim_input_deadline_ns(&run->input),
	    run->values->duration > 0 ? run->start_ns + (int64_t)(run->values->duration * 1e9)
				      : PL_NEVER,
	    !run->pty.is_open && run->pty.notify < 0 ? pl_clock_mono_ns() + CLOSED_LOOK_NS
						     : PL_NEVER,
	};
	int64_t next = PL_NEVER;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		next = times[i] < next ? times[i] : next;
	return next;
}

/* Waits for the next thing; ends the run on a signal or when stdin is at its end. */
static void wait_for_more(struct pl_osim_run *run, int signals)
{
	struct pollfd fds[FDS] = {
	    /* A hung-up master would end every poll at once: inotify tells of the next open. */
	    [FD_PTY] = {.fd = run->pty.is_open ? run->pty.master : -1,
			.events = (short)(POLLIN | (run->is_blocked ? POLLOUT : 0))},
	    [FD_NOTIFY] = {.fd = run->pty.notify, .events = POLLIN},
	    [FD_SIGNAL] = {.fd = signals, .events = POLLIN},
	    [FD_STDIN] = {.fd = run->values->stdin_watch ? STDIN_FILENO : -1, .events = POLLIN},
	};
	char bytes[256];

	if (pl_clock_poll(fds, FDS, earliest(run)) <= 0)
		return;
	if (fds[FD_SIGNAL].revents != 0) {
		pl_sim_signals_take(signals);
		run->is_over = true;
	}
	if (fds[FD_STDIN].revents != 0 && read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
		run->is_over = true;
}

static enum pl_status turn(struct pl_osim_run *run, struct pl_error *error)
{
	int64_t now_ns = pl_clock_mono_ns();

	look_at_port(run, now_ns);
	if (let_physics_happen(run, now_ns)) {
		hear(run, now_ns);
		pl_osim_act_due(run, now_ns);
		chatter(run, now_ns);
	}
	pl_osim_send_due(run, now_ns);
	pl_osim_send_flush(run, now_ns);
	if (run->values->duration > 0 &&
	    (double)(now_ns - run->start_ns) >= run->values->duration * 1e9)
		run->is_over = true;
	return pl_sim_truth_flush(&run->truth, error);
}

static enum pl_status say_path(const struct pl_osim_run *run, struct pl_error *error)
{
	if (printf("%s\n", run->pty.path) < 0 || fflush(stdout) != 0)
		return pl_error_errno(error, errno, "stdout", "cannot say the path of the pty");
	return PL_OK;
}

static enum pl_status end(struct pl_osim_run *run, struct pl_error *error)
{
	struct pl_text detail = {0};
	enum pl_status status;
	int64_t now_ns = pl_clock_mono_ns();

	pl_osim_send_forget(run, now_ns, "end");
	pl_text_add(&detail,
		    "events=%" PRIu64 " dropped=%" PRIu64 " unseen=%" PRIu64 " dead=%" PRIu64,
		    run->truth.events, run->truth.dropped, run->physics.unseen, run->physics.dead);
	pl_sim_truth_note(&run->truth, now_ns, "end", detail.data);
	pl_text_free(&detail);
	status = pl_sim_truth_flush(&run->truth, error);
	pl_sim_truth_close(&run->truth);
	pl_sim_pty_fini(&run->pty);
	pl_sim_line_fini(&run->line);
	pl_sim_line_fini(&run->held);
	pl_text_free(&run->scratch);
	return status;
}

enum pl_status pl_osim_run(const void *values, struct pl_error *error)
{
	const struct pl_osim_values *v = values;
	struct pl_osim_run run;
	enum pl_status status, last;
	sigset_t old;
	int signals;

	init(&run, v);
	signals = pl_sim_signals_block(&old);
	pl_clock_sharpen();
	status = pl_sim_faults_parse(&run.faults, PL_SIM_OSECHI, v->fault, error);
	if (status == PL_OK)
		status = pl_sim_truth_open(&run.truth, v->truth, PL_SIM_TRUTH_EVENTS, error);
	if (status == PL_OK)
		status = pl_sim_pty_open(&run.pty, v->link, error);
	if (status == PL_OK) {
		pl_sim_truth_note(&run.truth, run.start_ns, "start", run.pty.path);
		status = say_path(&run, error);
	}
	while (status == PL_OK && !run.is_over) {
		status = turn(&run, error);
		if (status == PL_OK && !run.is_over)
			wait_for_more(&run, signals);
	}
	last = end(&run, status == PL_OK ? error : NULL);
	close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return status == PL_OK ? last : status;
}
