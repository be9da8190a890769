/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * osechi_act.c - what a command does, and what the device does by itself: reboot, boot text, come
 * back after an unplug.
 *
 * A command waits for its turn, takes effect when the turn comes and is answered when its time is
 * over.
 */
#include "sim/osechi_run.h"

#include "plateau/clock.h"

#include <stdio.h>
#include <string.h>

#define RESET_AFTER_NS (50 * PL_NS_PER_MS)
#define RESET_DOWN_NS  (1000 * PL_NS_PER_MS)
#define REPLUG_DOWN_NS (300 * PL_NS_PER_MS)
#define COMMAND_TEXT   (4 * PL_OSIM_COMMAND_MAX + 1)

static int64_t ns_from_ms(double ms)
{
	return (int64_t)(ms * 1e6);
}

static void set_threshold(struct pl_osim_run *run, int channel, int64_t value, int64_t now_ns,
			  const char *why)
{
	int64_t *at = &run->device.threshold[channel];

	pl_sim_truth_threshold(&run->truth, now_ns, channel + 1, *at, value, why);
	*at = value;
	pl_osim_physics_set(&run->physics, channel, (int)value, now_ns);
}

static void set_stream(struct pl_osim_run *run, bool on, int64_t now_ns)
{
	pl_sim_truth_note(&run->truth, now_ns, "stream", on ? "1" : "0");
	run->device.is_streaming = on;
	if (on)
		pl_sim_line_move(&run->line, &run->held, now_ns);
}

void pl_osim_act_reboot(struct pl_osim_run *run, int64_t down_ns, int64_t now_ns)
{
	const struct pl_osim_values *values = run->values;

	pl_osim_send_forget(run, now_ns, "reboot");
	for (int i = 0; i < PL_SIM_CHANNELS; i++)
		set_threshold(run, i, values->threshold, now_ns, "power-on");
	run->device.is_streaming = values->stream;
	run->device.poll_count = run->physics.poll_count = (int)values->poll_count;
	run->device.boot_ns = run->device.last_event_ns = now_ns;
	run->command_count = 0;
	run->busy_until_ns = now_ns;
	run->input.count = 0;
	run->reset_ns = PL_NEVER;
	run->silent_until_ns = run->boot_text_ns = now_ns + down_ns;
}

static void apply(struct pl_osim_run *run, struct pl_osim_command *command,
		  const struct pl_osim_effect *effect, int64_t now_ns)
{
	bool is_clipped = command->value > effect->highest;

	switch (command->word) {
	case PL_OSIM_BINARY_WRITE:
	case PL_OSIM_SET_THRESHOLD:
		set_threshold(run, command->channel - 1,
			      is_clipped ? effect->highest : command->value, now_ns, "written");
		if (is_clipped && effect->shows_clipped)
			command->value = effect->highest;
		break;
	case PL_OSIM_SET_STREAM:
		set_stream(run, command->value != 0, now_ns);
		break;
	case PL_OSIM_SET_POLL_COUNT:
		run->device.poll_count = run->physics.poll_count = (int)command->value;
		break;
	case PL_OSIM_SET_RTC_TIME:
		run->device.utc_offset_ns = command->value * PL_NS_PER_S - now_ns;
		break;
	case PL_OSIM_RESET:
		run->reset_ns = now_ns + RESET_AFTER_NS;
		break;
	default:
		break; /* the others only ask */
	}
}

/* Every third byte, so that no line of it can be read; lines stay lines. */
static void damage(struct pl_text *reply, const struct pl_osim_effect *effect)
{
	if (effect->is_cut)
		reply->data[reply->length / 2] = '\0';
	for (size_t i = 0; effect->is_garbled && reply->data[i] != '\0'; i += 3)
		if (reply->data[i] != '\n')
			reply->data[i] = (char)(reply->data[i] ^ 0x95);
}

static void answer(struct pl_osim_run *run, const struct pl_osim_waiting *waiting,
		   const struct pl_osim_effect *effect)
{
	int64_t due_ns = waiting->reply_ns + effect->late_ns;

	if (effect->is_unanswered)
		return;
	pl_text_clear(&run->scratch);
	pl_osim_reply(&run->device, &waiting->command, effect->by, waiting->reply_ns,
		      &run->scratch);
	damage(&run->scratch, effect);
	pl_osim_send_reply(run, run->scratch.data, due_ns, effect);
}

static void execute(struct pl_osim_run *run, struct pl_osim_waiting *waiting, int64_t now_ns)
{
	struct pl_osim_effect effect = {
	    .gap_ns = ns_from_ms(run->values->reply_gap),
	    .highest = INT64_MAX,
	    .pieces = 1,
	};

	pl_osim_strike_command(run, &waiting->command, &effect, now_ns);
	if (waiting->command.code == PL_OSIM_DONE && !effect.is_undone)
		apply(run, &waiting->command, &effect, now_ns);
	answer(run, waiting, &effect);
}

void pl_osim_act_line(struct pl_osim_run *run, const char *line, size_t length, int64_t now_ns)
{
	const struct pl_osim_values *values = run->values;
	struct pl_osim_waiting *waiting = &run->commands[run->command_count];
	char text[COMMAND_TEXT];
	double ms;

	pl_text_escape(text, sizeof(text), line, length);
	pl_sim_truth_note(&run->truth, now_ns, "command", text);
	if (now_ns < run->silent_until_ns || run->command_count == PL_OSIM_COMMANDS)
		return;
	pl_osim_parse(values, line, length, &waiting->command);
	if (waiting->command.is_silent)
		return;
	ms = values->reply_delay + values->reply_spread * pl_sim_random_uniform(&run->timing);
	if (waiting->command.word == PL_OSIM_BINARY_WRITE)
		ms = values->binary_delay;
	waiting->start_ns = now_ns > run->busy_until_ns ? now_ns : run->busy_until_ns;
	waiting->reply_ns = run->busy_until_ns = waiting->start_ns + ns_from_ms(ms);
	run->command_count++;
}

static void commands_due(struct pl_osim_run *run, int64_t now_ns)
{
	while (run->command_count > 0 && run->commands[0].start_ns <= now_ns) {
		struct pl_osim_waiting first = run->commands[0];

		run->command_count--;
		memmove(&run->commands[0], &run->commands[1],
			run->command_count * sizeof(run->commands[0]));
		execute(run, &first, now_ns);
	}
}

static void replug(struct pl_osim_run *run, int64_t now_ns)
{
	run->replug_ns = PL_NEVER;
	if (pl_sim_pty_open(&run->pty, run->values->link, NULL) != PL_OK) {
		run->is_over = true;
		return;
	}
	printf("%s\n", run->pty.path); /* whoever still listens */
	fflush(stdout);
	pl_sim_truth_note(&run->truth, now_ns, "start", run->pty.path);
	run->has_booted = false;
	pl_osim_act_reboot(run, REPLUG_DOWN_NS, now_ns);
}

static void boot_text(struct pl_osim_run *run, int64_t now_ns)
{
	run->boot_text_ns = PL_NEVER;
	if (run->values->boot == PL_OSIM_BOOT_NO || !run->pty.is_open)
		return;
	run->has_booted = true;
	pl_text_clear(&run->scratch);
	pl_osim_boot_text(pl_osim_firmware(run->values->firmware)->version, run->eol,
			  &run->scratch);
	pl_sim_line_push(&run->line, PL_SIM_PUSH_REPLY, now_ns, run->scratch.data,
			 run->scratch.length, NULL);
	pl_sim_truth_note(&run->truth, now_ns, "boot", "");
}

void pl_osim_act_due(struct pl_osim_run *run, int64_t now_ns)
{
	if (run->replug_ns <= now_ns)
		replug(run, now_ns);
	if (run->reset_ns <= now_ns)
		pl_osim_act_reboot(run, RESET_DOWN_NS, now_ns);
	if (run->boot_text_ns <= now_ns)
		boot_text(run, now_ns);
	commands_due(run, now_ns);
	pl_osim_strike_due(run, now_ns);
}

int64_t pl_osim_act_next_ns(const struct pl_osim_run *run)
{
	int64_t next = pl_osim_strike_next_ns(run);
	const int64_t times[] = {
	    run->replug_ns,
	    run->reset_ns,
	    run->boot_text_ns,
	    run->command_count > 0 ? run->commands[0].start_ns : PL_NEVER,
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		next = times[i] < next ? times[i] : next;
	return next;
}
