/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * term.c - start and end of curses, and what the terminal tells us.
 *
 * Whatever happens, the terminal is given back as it was: by pl_term_stop on every ordinary way
 * out, by the crash record on a fatal signal. Only SIGKILL leaves it as it is. Main thread.
 */
#include "term.h"

#include "action.h"
#include "term_crash.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <unistd.h>

#define ESC_DELAY_MS 50
#define PASTE_ON     "\033[?2004h"

/* curses key codes of our own, above all of its own (KEY_MAX), for what surrounds pasted text */
enum { CODE_PASTE_BEGIN = KEY_MAX + 200, CODE_PASTE_END = KEY_MAX + 201 };

/* A locale that is named but not installed is the commonest reason for a screen without UTF-8. */
static bool start_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *wanted = NULL;

	for (size_t i = 0; i < 3 && (!wanted || !*wanted); i++)
		wanted = getenv(names[i]);
	if (!setlocale(LC_CTYPE, "") && wanted &&
	    (strcasestr(wanted, "utf-8") || strcasestr(wanted, "utf8")))
		setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum pl_status check_terminal(bool *has_paste, struct pl_error *error)
{
	const char *name = getenv("TERM"), *move;
	int found;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "",
				    "the screen needs a terminal; `plateau status` needs none");
	if (!name || !*name)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "TERM",
				    "is not set: set it to your terminal's kind (xterm-256color, "
				    "tmux, linux), or use `plateau status`, which needs no screen");
	if (setupterm(name, STDOUT_FILENO, &found) != OK)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "TERM",
				    "`%.40s` is a terminal nobody described here (terminfo); try "
				    "TERM=xterm, or use `plateau status`, which needs no screen",
				    name);
	move = tigetstr("cup");
	*has_paste = move && move != (char *)-1 && strncmp(move, "\033[", 2) == 0;
	del_curterm(cur_term);
	if (!move || move == (char *)-1)
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "TERM",
				    "`%.40s` cannot show a screen; use `plateau status`, "
				    "`plateau watch` or `plateau scan`, which need none",
				    name);
	return PL_OK;
}

static void block_signals(struct pl_term *term)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, &term->before);
	term->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	signal(SIGPIPE, SIG_IGN);
}

static void set_paste(const struct pl_term *term, bool is_on)
{
	if (!term->has_paste)
		return;
	putp(is_on ? PASTE_ON : PL_CRASH_PASTE_OFF);
	fflush(stdout);
}

static void set_modes(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
}

enum pl_status pl_term_start(struct pl_term *term, struct pl_error *error)
{
	enum pl_status status;

	*term = (struct pl_term){.signal_fd = -1, .in_fd = STDIN_FILENO, .out_fd = STDOUT_FILENO};
	status = check_terminal(&term->has_paste, error);
	if (status != PL_OK)
		return status;
	term->is_utf8 = start_locale();
	block_signals(term);
	pl_crash_remember(STDOUT_FILENO);
	term->screen = newterm(NULL, stdout, stdin);
	if (!term->screen) {
		pl_term_stop(term);
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "TERM",
				    "curses cannot start on this terminal");
	}
	signal(SIGTSTP, SIG_DFL); /* curses has its own, which would stop us in the middle */
	set_escdelay(ESC_DELAY_MS);
	set_modes();
	define_key("\033[200~", CODE_PASTE_BEGIN);
	define_key("\033[201~", CODE_PASTE_END);
	set_paste(term, true);
	pl_crash_arm(term->has_paste);
	return PL_OK;
}

enum pl_status pl_term_start_memory(struct pl_term *term, int rows, int cols,
				    struct pl_error *error)
{
	static const char *const kinds[] = {"xterm-256color", "xterm", "screen", "linux", "vt100"};

	*term = (struct pl_term){.signal_fd = -1, .in_fd = -1, .out_fd = -1};
	term->is_utf8 = start_locale();
	term->in = fopen("/dev/null", "r");
	term->out = fopen("/dev/null", "w");
	for (size_t i = 0; term->in && term->out && !term->screen && i < 5; i++)
		term->screen = newterm(kinds[i], term->out, term->in);
	if (!term->screen) {
		pl_term_stop(term);
		return pl_error_set(error, PL_ERR_UNSUPPORTED, "",
				    "no kind of terminal is described here (terminfo)");
	}
	block_signals(term);
	resizeterm(rows, cols);
	leaveok(stdscr, TRUE);
	return PL_OK;
}

static void stop_memory(struct pl_term *term)
{
	if (term->in)
		fclose(term->in);
	if (term->out)
		fclose(term->out);
	term->in = term->out = NULL;
}

void pl_term_stop(struct pl_term *term)
{
	if (term->screen) {
		pl_crash_disarm();
		set_paste(term, false);
		if (term->has_mouse)
			mousemask(0, NULL);
		endwin();
		delscreen(term->screen);
		term->screen = NULL;
	}
	stop_memory(term);
	if (term->signal_fd >= 0) {
		close(term->signal_fd);
		term->signal_fd = -1;
		sigprocmask(SIG_SETMASK, &term->before, NULL);
	}
}

static unsigned event_of(uint32_t number)
{
	switch (number) {
	case SIGWINCH:
		return PL_TERM_RESIZED;
	case SIGHUP:
		return PL_TERM_HANGUP;
	case SIGTSTP:
		return PL_TERM_SUSPEND;
	case SIGCONT:
		return PL_TERM_CONTINUED;
	default:
		return PL_TERM_ENDED;
	}
}

unsigned pl_term_events(struct pl_term *term)
{
	struct signalfd_siginfo info;
	unsigned events = 0;

	while (read(term->signal_fd, &info, sizeof info) == sizeof info)
		events |= event_of(info.ssi_signo);
	return events;
}

int pl_term_key(struct pl_term *term)
{
	wint_t character;
	int kind = get_wch(&character);

	(void)term;
	if (kind == ERR)
		return PL_KEY_NONE;
	if (kind != KEY_CODE_YES)
		return (int)character;
	if (character == CODE_PASTE_BEGIN)
		return PL_KEY_PASTE_BEGIN;
	if (character == CODE_PASTE_END)
		return PL_KEY_PASTE_END;
	if (character == KEY_MOUSE)
		return PL_KEY_MOUSE;
	return PL_KEY_CODE | (int)character;
}

void pl_term_mouse(struct pl_term *term, bool is_on)
{
	mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

	term->has_mouse = is_on && mousemask(wanted, NULL) != 0;
	if (!term->has_mouse)
		mousemask(0, NULL);
	mouseinterval(0);
}

enum pl_mouse pl_term_mouse_read(int *row, int *col)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return PL_MOUSE_NONE;
	*row = event.y;
	*col = event.x;
	if (event.bstate & BUTTON1_PRESSED)
		return PL_MOUSE_CLICK;
	if (event.bstate & BUTTON4_PRESSED)
		return PL_MOUSE_UP;
	return event.bstate & BUTTON5_PRESSED ? PL_MOUSE_DOWN : PL_MOUSE_NONE;
}

void pl_term_resize(struct pl_term *term)
{
	struct winsize size;

	if (term->out_fd < 0)
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		return;
	if (size.ws_row != LINES || size.ws_col != COLS)
		resizeterm(size.ws_row, size.ws_col);
}

void pl_term_resume(struct pl_term *term)
{
	reset_prog_mode();
	set_modes();
	set_paste(term, true);
	pl_term_mouse(term, term->has_mouse);
	pl_term_resize(term);
	clearok(curscr, TRUE);
}

void pl_term_suspend(struct pl_term *term)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pl_crash_disarm();
	set_paste(term, false);
	if (term->has_mouse)
		mousemask(0, NULL);
	endwin();
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here we stop, and here we go on */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	pl_crash_arm(term->has_paste);
	refresh();
	pl_term_resume(term);
}
