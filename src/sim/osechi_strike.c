/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_strike.c - what a fault that strikes does to the simulated OSECHI.
 *
 * Faults of commands mark the command in hand; the others happen at once, or ms after the command
 * that set them off. When they strike is decided in faults.c.
 */
#include "sim/osechi_run.h"

#include "plateau/clock.h"

#include <math.h>

static int64_t ns_from_ms(double ms)
{
	return (int64_t)(ms * 1e6);
}

static int64_t ns_from_s(double s)
{
	return s < 1e9 ? (int64_t)(s * 1e9) : PL_NEVER;
}

static double key(const struct pl_sim_fault *fault, enum pl_sim_fault_key which)
{
	return fault->value[which];
}

static void mark_refuse(const struct pl_sim_fault *fault, struct pl_osim_command *command,
			struct pl_osim_effect *effect)
{
	(void)effect;
	command->code = (int)key(fault, PL_SIM_FAULT_KEY_CODE);
}

static void mark_unanswered(const struct pl_sim_fault *fault, struct pl_osim_command *command,
			    struct pl_osim_effect *effect)
{
	(void)command;
	effect->is_unanswered = true;
	effect->is_undone = key(fault, PL_SIM_FAULT_KEY_DONE) == 0;
}

static void mark_late(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		      struct pl_osim_effect *effect)
{
	(void)command;
	effect->late_ns = ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
}

static void mark_split(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		       struct pl_osim_effect *effect)
{
	(void)command;
	effect->pieces = (int)key(fault, PL_SIM_FAULT_KEY_PIECES);
	effect->piece_ns = ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
}

static void mark_cut(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		     struct pl_osim_effect *effect)
{
	(void)fault;
	(void)command;
	effect->is_cut = true;
}

static void mark_garble(const struct pl_sim_fault *fault, struct pl_osim_command *command,
			struct pl_osim_effect *effect)
{
	(void)fault;
	(void)command;
	effect->is_garbled = true;
}

static void mark_interleave(const struct pl_sim_fault *fault, struct pl_osim_command *command,
			    struct pl_osim_effect *effect)
{
	(void)command;
	effect->gap_ns = ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
}

static void mark_echo(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		      struct pl_osim_effect *effect)
{
	(void)command;
	effect->by = (int)key(fault, PL_SIM_FAULT_KEY_BY);
}

static void mark_clip(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		      struct pl_osim_effect *effect)
{
	(void)command;
	effect->highest = (int64_t)key(fault, PL_SIM_FAULT_KEY_TO);
	effect->shows_clipped = key(fault, PL_SIM_FAULT_KEY_ANSWER) != 0;
}

static void strike_garbage(struct pl_osim_run *run, const struct pl_sim_fault *fault,
			   int64_t now_ns)
{
	pl_text_clear(&run->scratch);
	pl_osim_garbage(&run->luck, (size_t)key(fault, PL_SIM_FAULT_KEY_BYTES), &run->scratch);
	pl_sim_line_push(&run->line, PL_SIM_PUSH_REPLY, now_ns, run->scratch.data,
			 run->scratch.length, NULL);
}

static void strike_silence(struct pl_osim_run *run, const struct pl_sim_fault *fault,
			   int64_t now_ns)
{
	pl_osim_send_forget(run, now_ns, "silence");
	run->command_count = 0;
	run->silent_until_ns = now_ns + ns_from_s(key(fault, PL_SIM_FAULT_KEY_S));
}

static void strike_reboot(struct pl_osim_run *run, const struct pl_sim_fault *fault, int64_t now_ns)
{
	pl_osim_act_reboot(run, ns_from_s(key(fault, PL_SIM_FAULT_KEY_S)), now_ns);
}

static void strike_endless(struct pl_osim_run *run, const struct pl_sim_fault *fault,
			   int64_t now_ns)
{
	(void)now_ns;
	run->flood_left = (size_t)key(fault, PL_SIM_FAULT_KEY_BYTES);
}

static void strike_unplug(struct pl_osim_run *run, const struct pl_sim_fault *fault, int64_t now_ns)
{
	double back_s = key(fault, PL_SIM_FAULT_KEY_REPLUG);

	pl_osim_send_forget(run, now_ns, "unplugged");
	run->command_count = 0;
	pl_sim_pty_close(&run->pty);
	pl_sim_truth_note(&run->truth, now_ns, "close", "unplugged");
	if (back_s < 0)
		run->is_over = true;
	else
		run->replug_ns = now_ns + ns_from_s(back_s);
}

/* One of the two: a mark on the command, or a thing that happens. */
struct handler {
	void (*mark)(const struct pl_sim_fault *fault, struct pl_osim_command *command,
		     struct pl_osim_effect *effect);
	void (*strike)(struct pl_osim_run *run, const struct pl_sim_fault *fault, int64_t now_ns);
};

static const struct handler handlers[PL_SIM_FAULT_NAMES] = {
    [PL_SIM_FAULT_REFUSE] = {.mark = mark_refuse},
    [PL_SIM_FAULT_UNANSWERED] = {.mark = mark_unanswered},
    [PL_SIM_FAULT_LATE] = {.mark = mark_late},
    [PL_SIM_FAULT_SPLIT] = {.mark = mark_split},
    [PL_SIM_FAULT_CUT] = {.mark = mark_cut},
    [PL_SIM_FAULT_GARBLE] = {.mark = mark_garble},
    [PL_SIM_FAULT_INTERLEAVE] = {.mark = mark_interleave},
    [PL_SIM_FAULT_ECHO] = {.mark = mark_echo},
    [PL_SIM_FAULT_CLIP] = {.mark = mark_clip},
    [PL_SIM_FAULT_GARBAGE] = {.strike = strike_garbage},
    [PL_SIM_FAULT_SILENCE] = {.strike = strike_silence},
    [PL_SIM_FAULT_REBOOT] = {.strike = strike_reboot},
    [PL_SIM_FAULT_ENDLESS] = {.strike = strike_endless},
    [PL_SIM_FAULT_UNPLUG] = {.strike = strike_unplug},
};

static void note_fault(struct pl_osim_run *run, const struct pl_sim_fault *fault, int64_t now_ns)
{
	pl_sim_truth_note(&run->truth, now_ns, "fault", pl_sim_fault_name_text(fault->name));
}

void pl_osim_strike_command(struct pl_osim_run *run, struct pl_osim_command *command,
			    struct pl_osim_effect *effect, int64_t now_ns)
{
	size_t struck[PL_SIM_FAULTS_MAX];
	size_t count = pl_sim_faults_command(&run->faults, (double)(now_ns - run->start_ns) / 1e9,
					     pl_osim_class(command->word), command->channel,
					     (int)command->value, &run->luck, struck);

	for (size_t i = 0; i < count; i++) {
		const struct pl_sim_fault *fault = &run->faults.list[struck[i]];

		if (handlers[fault->name].mark != NULL) {
			handlers[fault->name].mark(fault, command, effect);
			note_fault(run, fault, now_ns);
		} else {
			run->delayed_ns[struck[i]] =
			    now_ns + ns_from_ms(key(fault, PL_SIM_FAULT_KEY_MS));
		}
	}
}

void pl_osim_strike_due(struct pl_osim_run *run, int64_t now_ns)
{
	double t_s = (double)(now_ns - run->start_ns) / 1e9;
	const struct pl_sim_fault *fault;

	for (size_t i = 0; i < run->faults.count && !run->is_over; i++) {
		if (run->delayed_ns[i] > now_ns)
			continue;
		run->delayed_ns[i] = PL_NEVER;
		fault = &run->faults.list[i];
		note_fault(run, fault, now_ns);
		handlers[fault->name].strike(run, fault, now_ns);
	}
	while (!run->is_over &&
	       (fault = pl_sim_faults_timed(&run->faults, t_s, &run->luck)) != NULL) {
		note_fault(run, fault, now_ns);
		handlers[fault->name].strike(run, fault, now_ns);
	}
}

int64_t pl_osim_strike_next_ns(const struct pl_osim_run *run)
{
	double fault_s = pl_sim_faults_next_s(&run->faults);
	int64_t next = isinf(fault_s) ? PL_NEVER : run->start_ns + ns_from_s(fault_s) + 1;

	for (size_t i = 0; i < run->faults.count; i++)
		next = run->delayed_ns[i] < next ? run->delayed_ns[i] : next;
	return next;
}
