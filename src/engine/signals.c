/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signals.c - what the engine does when the system or a key tells it to.
 *
 * INT (foreground): pause at the next point, the second one stops and restores. TERM: stop safely,
 * exit 143. QUIT: safe state, nothing else. HUP: nothing, a lost terminal is no reason.
 */
#include "engine/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void signal_set(sigset_t *set)
{
	static const int taken[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		sigaddset(set, taken[i]);
}

void pl_engine_block_signals(void)
{
	sigset_t set;

	signal_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* ignored, the ends of our children would be lost */
}

enum pl_status signals_open(struct pl_engine *engine, struct pl_error *error)
{
	sigset_t set;

	signal_set(&set);
	engine->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (engine->signal_fd < 0)
		return pl_error_errno(error, errno, "signalfd", "cannot listen to signals");
	return PL_OK;
}

static void end_by_key(struct pl_engine *engine)
{
	engine->is_stopping = true;
	pl_text_copy(engine->end_text, sizeof(engine->end_text),
		     "ended by ^C where it was started");
}

/* Nothing runs: a word of ours that is under way ends, and an engine that has none does. */
static void interrupted_idle(struct pl_engine *engine)
{
	engine->interrupts = 0;
	actors_cancel(engine);
	if (engine->local == NULL)
		end_by_key(engine);
}

static void interrupted(struct pl_engine *engine)
{
	struct pl_error error;

	if (record_stop_local(engine))
		return;
	if (!run_is_live(engine)) {
		interrupted_idle(engine);
		return;
	}
	if (engine->interrupts++ == 0 && run_command(engine, PL_SCAN_PAUSE, &error) == PL_OK) {
		engine_log(engine, PL_LOG_WARNING,
			   "pausing at the next point; `plateau resume` goes on, ^C again stops "
			   "and restores");
		return;
	}
	run_command(engine, PL_SCAN_STOP_NOW, &error);
	if (engine->options->stay)
		end_by_key(engine);
}

static void terminated(struct pl_engine *engine, const struct signalfd_siginfo *info)
{
	struct pl_error error;

	snprintf(engine->end_text, sizeof(engine->end_text),
		 "told to end by SIGTERM from pid %u (uid %u)", info->ssi_pid, info->ssi_uid);
	engine_log(engine, PL_LOG_WARNING, "%s", engine->end_text);
	engine->is_stopping = true;
	engine->exit_status = 143;
	actors_cancel(engine);
	run_command(engine, PL_SCAN_TERMINATE, &error);
}

static void asked_for_safety(struct pl_engine *engine)
{
	struct pl_error error;

	if (run_command(engine, PL_SCAN_SAFE, &error) == PL_OK)
		engine_log(engine, PL_LOG_WARNING, "safe state asked by a signal");
}

void signals_take(struct pl_engine *engine)
{
	struct signalfd_siginfo info;

	while (read(engine->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM)
			terminated(engine, &info);
		else if (info.ssi_signo == SIGINT && !engine->options->background)
			interrupted(engine);
		else if (info.ssi_signo == SIGQUIT)
			asked_for_safety(engine);
	}
}
