/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * term_crash.c - the terminal after a crash of the view: cooked, cursor on, main screen, and how to
 * come back.
 *
 * The record below is the one mutable state at file scope in the program: a signal handler has no
 * other way to its data. The handler calls write, tcsetattr and raise only (async-signal-safe), on
 * a stack of its own, and then the signal kills us as it would have.
 */
#include "term_crash.h"

#include <ncurses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static struct {
	volatile sig_atomic_t is_armed;
	int fd;
	bool has_modes;
	struct termios modes;
	char leave[160]; /* what to send */
	size_t length;
	char last_words[400];
	size_t last_length;
	char stack[32768];
} crash;

static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

#define FATALS (sizeof fatal / sizeof fatal[0])

/* Nothing better can be done when it fails. */
static void tell(int fd, const char *bytes, size_t length)
{
	if (write(fd, bytes, length) < 0)
		return;
}

static void on_fatal(int number)
{
	if (crash.is_armed) {
		crash.is_armed = 0;
		tell(crash.fd, crash.leave, crash.length);
		if (crash.has_modes)
			tcsetattr(crash.fd, TCSANOW, &crash.modes);
		tell(STDERR_FILENO, crash.last_words, crash.last_length);
	}
	raise(number); /* the default action is set again (SA_RESETHAND) */
}

void pl_crash_remember(int fd)
{
	crash.fd = fd;
	crash.has_modes = tcgetattr(fd, &crash.modes) == 0;
}

void pl_crash_say(const char *text)
{
	size_t most = sizeof crash.last_words - 1;

	crash.last_length = strnlen(text, most);
	memcpy(crash.last_words, text, crash.last_length);
	crash.last_words[crash.last_length++] = '\n';
}

static void add(const char *bytes)
{
	size_t size = bytes && bytes != (const char *)-1 ? strlen(bytes) : 0;

	if (size >= sizeof crash.leave - crash.length)
		return;
	memcpy(crash.leave + crash.length, bytes ? bytes : "", size);
	crash.length += size;
}

void pl_crash_arm(bool is_ansi)
{
	static const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
	stack_t stack = {.ss_sp = crash.stack, .ss_size = sizeof crash.stack};
	struct sigaction action = {.sa_handler = on_fatal,
				   .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND | SA_NODEFER)};

	crash.length = 0;
	/* The mouse in any case: between turning it on and saying so here we may crash, too. */
	add(is_ansi ? PL_CRASH_PASTE_OFF PL_CRASH_MOUSE_OFF : "");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		add(tigetstr(names[i]));
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < FATALS; i++)
		sigaction(fatal[i], &action, NULL);
	crash.is_armed = 1;
}

void pl_crash_disarm(void)
{
	crash.is_armed = 0;
}
