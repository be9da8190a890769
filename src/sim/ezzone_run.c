/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ezzone_run.c - the loop of the simulated controllers: one thread, one poll.
 *
 * Each turn: who came and went, what is due by itself, what was asked, what is due on the line, the
 * truth to its file; then it waits for the next known time or for the other side. The plants are
 * stepped when somebody asks, so that an idle simulator costs nothing.
 */
#include "sim/ezzone_run.h"

#include "plateau/clock.h"
#include "sim/signals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BITS_PER_BYTE  10		   /* 8N1 */
#define CLOSED_LOOK_NS (20 * PL_NS_PER_MS) /* only where there is no inotify */

double pl_ezsim_seconds(const struct pl_ezsim_run *run, int64_t now_ns)
{
	return (double)(now_ns - run->start_ns) / 1e9 * run->values->speed;
}

static void make_stations(struct pl_ezsim_run *run)
{
	int addresses[PL_EZSIM_UNIT_MAX];

	run->station_count =
	    pl_ezsim_units_parse(run->values->units, PL_EZSIM_UNIT_MAX, addresses, NULL);
	run->stations = calloc(run->station_count, sizeof(*run->stations));
	if (run->stations == NULL)
		pl_out_of_memory();
	for (size_t i = 0; i < run->station_count; i++) {
		pl_ezsim_unit_init(&run->stations[i].unit, run->values, addresses[i], (int)i);
		run->stations[i].busy_until_ns = run->stations[i].silent_until_ns = run->start_ns;
	}
}

static struct pl_ezsim_run *new_run(const struct pl_ezsim_values *values)
{
	struct pl_ezsim_run *run = calloc(1, sizeof(*run));

	if (run == NULL)
		pl_out_of_memory();
	run->values = values;
	run->truth.file.fd = -1;
	run->start_ns = pl_clock_mono_ns();
	run->replug_ns = run->babble_next_ns = PL_NEVER;
	run->ns_per_byte = values->baud > 0 ? BITS_PER_BYTE * 1e9 / (double)values->baud : 0;
	for (int i = 0; i < PL_SIM_FAULTS_MAX; i++)
		run->delayed_ns[i] = PL_NEVER;
	pl_sim_random_init(&run->timing, (uint64_t)values->seed, 200);
	pl_sim_random_init(&run->luck, (uint64_t)values->seed, 300);
	pl_ezsim_door_init(&run->door);
	make_stations(run);
	return run;
}

static void look_at_door(struct pl_ezsim_run *run, int64_t now_ns)
{
	unsigned changes = pl_ezsim_door_look(&run->door);

	if ((changes & PL_EZSIM_WENT) != 0)
		pl_ezsim_truth_note(&run->truth, now_ns, "close", 0, "");
	if ((changes & PL_EZSIM_CAME) != 0)
		pl_ezsim_truth_note(&run->truth, now_ns, "open", 0, run->door.place);
}

static int64_t end_ns(const struct pl_ezsim_run *run)
{
	double duration_s = run->values->duration;

	return duration_s > 0 ? run->start_ns + (int64_t)(duration_s * 1e9) : PL_NEVER;
}

static int64_t earliest(const struct pl_ezsim_run *run)
{
	bool is_blind = !run->door.is_tcp && !run->door.pty.is_open && run->door.pty.notify < 0;
	const int64_t times[] = {
	    pl_ezsim_hear_next_ns(run),
	    pl_ezsim_send_next_ns(run),
	    pl_ezsim_strike_next_ns(run),
	    end_ns(run),
	    is_blind ? pl_clock_mono_ns() + CLOSED_LOOK_NS : PL_NEVER,
	};
	int64_t next = PL_NEVER;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		next = times[i] < next ? times[i] : next;
	return next;
}

/* Waits for the next thing; ends the run on a signal or when stdin is at its end. */
static void wait_for_more(struct pl_ezsim_run *run, int signals)
{
	struct pollfd fds[PL_EZSIM_POLLS + 2];
	size_t count = pl_ezsim_door_polls(&run->door, fds);
	struct pollfd *told = &fds[count++], *input = &fds[count++];
	char bytes[256];

	*told = (struct pollfd){.fd = signals, .events = POLLIN};
	*input =
	    (struct pollfd){.fd = run->values->stdin_watch ? STDIN_FILENO : -1, .events = POLLIN};
	if (pl_clock_poll(fds, count, earliest(run)) <= 0)
		return;
	if (told->revents != 0) {
		pl_sim_signals_take(signals);
		run->is_over = true;
	}
	if (input->revents != 0 && read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
		run->is_over = true;
}

static enum pl_status turn(struct pl_ezsim_run *run, struct pl_error *error)
{
	int64_t now_ns = pl_clock_mono_ns();

	look_at_door(run, now_ns);
	pl_ezsim_strike_due(run, now_ns);
	if (!run->is_over)
		pl_ezsim_hear(run, now_ns);
	pl_ezsim_send_due(run, now_ns);
	run->is_over |= now_ns >= end_ns(run);
	return pl_sim_truth_flush(&run->truth, error);
}

static enum pl_status begin(struct pl_ezsim_run *run, struct pl_error *error)
{
	const struct pl_ezsim_values *v = run->values;
	enum pl_status status = pl_sim_faults_parse(&run->faults, PL_SIM_EZZONE, v->fault, error);

	if (status == PL_OK)
		status = pl_sim_truth_open(&run->truth, v->truth, PL_EZSIM_TRUTH_COLUMNS, error);
	if (status == PL_OK)
		status = pl_ezsim_door_open(&run->door, v, error);
	if (status != PL_OK)
		return status;
	pl_ezsim_truth_note(&run->truth, run->start_ns, "start", 0, run->door.place);
	if (printf("%s\n", run->door.place) < 0 || fflush(stdout) != 0)
		return pl_error_errno(error, errno, "stdout", "cannot say where the port is");
	return PL_OK;
}

static enum pl_status end(struct pl_ezsim_run *run, struct pl_error *error)
{
	enum pl_status status;

	pl_ezsim_truth_note(&run->truth, pl_clock_mono_ns(), "end", 0, "");
	status = pl_sim_truth_flush(&run->truth, error);
	pl_sim_truth_close(&run->truth);
	pl_ezsim_door_fini(&run->door);
	free(run->stations);
	free(run);
	return status;
}

enum pl_status pl_ezsim_run(const void *values, struct pl_error *error)
{
	struct pl_ezsim_run *run = new_run(values);
	enum pl_status status, last;
	sigset_t old;
	int signals = pl_sim_signals_block(&old);

	pl_clock_sharpen();
	status = begin(run, error);
	while (status == PL_OK && !run->is_over) {
		status = turn(run, error);
		if (status == PL_OK && !run->is_over)
			wait_for_more(run, signals);
	}
	last = end(run, status == PL_OK ? error : NULL);
	close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return status == PL_OK ? last : status;
}
