/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ui_stream.h - the view on a terminal of 80x24 that is libvterm: a process of its own on a pty,
 * whose bytes the emulator takes, and whose engine is this test. What stands on the emulator can
 * be compared with what curses has on the golden screen of the same state.
 *
 * Bytes that were written to a pty are there when its other side is polled: once the view has said
 * `drawn`, the frame is complete without waiting for time to pass. Include after cmocka.h.
 */
#ifndef TEST_UNIT_UI_STREAM_H
#define TEST_UNIT_UI_STREAM_H

#include "unit/folder.h"
#include "unit/golden.h"

#include "plateau/ui.h"
#include "plateau/version.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <vterm.h>

#define STREAM_ROWS	 24
#define STREAM_COLS	 80
#define STREAM_WITHIN_NS (20 * PL_NS_PER_S)

struct stream {
	struct folder folder;
	char socket[100];
	int listener, engine; /* engine: the connection of the view */
	int master, slave;    /* slave: kept open, to look at its modes */
	pid_t pid;
	struct termios before;
	VTerm *terminal, *parser; /* parser: the same bytes, only cut into sequences */
	VTermScreen *screen;
	struct {
		bool is_alternate, has_cursor, has_mouse;
	} props;
	unsigned clears; /* erasures of the whole screen */
	uint64_t bytes;
	struct pl_text in;	/* of the engine's side */
	struct pl_json *points; /* of the run that is shown: an array, may be NULL */
	int64_t n, drawn;
	bool is_over; /* the view has closed its connection */
	bool has_detached;
};

/* ---- the terminal */

static int stream_prop(VTermProp prop, VTermValue *value, void *ctx)
{
	struct stream *stream = ctx;

	if (prop == VTERM_PROP_ALTSCREEN)
		stream->props.is_alternate = value->boolean;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		stream->props.has_cursor = value->boolean;
	return 1;
}

/* ED of all; and the mouse, as this library takes only the first of several modes. */
static int stream_control(const char *leader, const long *args, int count, const char *between,
			  char command, void *ctx)
{
	struct stream *stream = ctx;

	(void)between;
	for (int i = 0; i < count && leader && leader[0] == '?'; i++)
		if (CSI_ARG(args[i]) >= 1000 && CSI_ARG(args[i]) <= 1003)
			stream->props.has_mouse = command == 'h';
	if (command == 'J' && count > 0 && !CSI_ARG_IS_MISSING(args[0]) && CSI_ARG(args[0]) >= 2)
		stream->clears++;
	return 1;
}

static int stream_text(const char *bytes, size_t count, void *ctx)
{
	(void)bytes;
	(void)ctx;
	return (int)count;
}

static void stream_emulate(struct stream *stream)
{
	static const VTermScreenCallbacks screen = {.settermprop = stream_prop};
	static const VTermParserCallbacks parser = {.csi = stream_control, .text = stream_text};

	stream->terminal = vterm_new(STREAM_ROWS, STREAM_COLS);
	stream->parser = vterm_new(STREAM_ROWS, STREAM_COLS);
	assert_non_null(stream->terminal);
	assert_non_null(stream->parser);
	vterm_set_utf8(stream->terminal, 1);
	vterm_set_utf8(stream->parser, 1);
	stream->screen = vterm_obtain_screen(stream->terminal);
	vterm_screen_set_callbacks(stream->screen, &screen, stream);
	vterm_screen_enable_altscreen(stream->screen, 1);
	stream->props.has_cursor = true;
	vterm_screen_reset(stream->screen, 1);
	vterm_parser_set_callbacks(stream->parser, &parser, stream);
}

static void stream_feed(struct stream *stream, const char *bytes, size_t count)
{
	vterm_input_write(stream->terminal, bytes, count);
	vterm_input_write(stream->parser, bytes, count);
	vterm_screen_flush_damage(stream->screen);
}

/* All that is there. */
static void stream_drain(struct stream *stream)
{
	struct pollfd fd = {.fd = stream->master, .events = POLLIN};
	char bytes[8192];

	while (pl_clock_poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN)) {
		ssize_t got = read(stream->master, bytes, sizeof bytes);

		if (got <= 0)
			return;
		stream->bytes += (uint64_t)got;
		stream_feed(stream, bytes, (size_t)got);
	}
}

/* The characters of a row, trailing blanks cut off. */
static void stream_row(const struct stream *stream, int row, char text[STREAM_COLS * 8])
{
	VTermRect rect = {.start_row = row, .end_row = row + 1, .end_col = STREAM_COLS};
	size_t length = vterm_screen_get_text(stream->screen, text, STREAM_COLS * 8 - 1, rect);

	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
		length--;
	text[length] = '\0';
}

static bool stream_shows(const struct stream *stream, const char *text)
{
	char row[STREAM_COLS * 8];

	for (int i = 0; i < STREAM_ROWS; i++) {
		stream_row(stream, i, row);
		if (strstr(row, text))
			return true;
	}
	return false;
}

static void stream_print(const struct stream *stream)
{
	char row[STREAM_COLS * 8];

	for (int i = 0; i < STREAM_ROWS; i++) {
		stream_row(stream, i, row);
		fprintf(stderr, "# |%s\n", row);
	}
}

/* ---- the engine */

static void stream_say(struct stream *stream, struct pl_json *message)
{
	char *line = pl_json_line(message);
	size_t length = strlen(line);

	line[length] = '\n';
	for (size_t sent = 0; sent <= length;) {
		ssize_t n = send(stream->engine, line + sent, length + 1 - sent, MSG_NOSIGNAL);

		if (n <= 0)
			break; /* the view is gone: who waits for it fails */
		sent += (size_t)n;
	}
	free(line);
	pl_json_free(message);
}

static void stream_part(struct stream *stream, int64_t id)
{
	struct pl_json *message = pl_json_object(), *event = pl_json_object();

	pl_json_add(event, "part", pl_json_copy(stream->points));
	pl_json_add_integer(message, "id", id);
	pl_json_add(message, "event", event);
	stream_say(stream, message);
}

static void stream_answer(struct stream *stream, const struct pl_json *request)
{
	const char *word = pl_json_get_text(request, "do", "");
	struct pl_json *message = pl_json_object(), *result = pl_json_object();

	if (strcmp(word, "view") == 0) {
		pl_json_add_text(result, "bench", "cosmic_1");
		pl_json_add_integer(result, "pid", getpid());
		pl_json_add_text(result, "build", pl_build_id());
		pl_json_add_text(result, "saved", "");
	}
	if (strcmp(word, "points") == 0 && stream->points)
		stream_part(stream, pl_json_get_integer(request, "id", 0));
	stream->has_detached = stream->has_detached || strcmp(word, "detach") == 0;
	pl_json_add_integer(message, "id", pl_json_get_integer(request, "id", 0));
	pl_json_add_boolean(message, "ok", true);
	pl_json_add(message, "result", result);
	stream_say(stream, message);
}

static void stream_hear(struct stream *stream)
{
	char bytes[4096], *end;
	ssize_t n = recv(stream->engine, bytes, sizeof bytes, 0);
	size_t from = 0;

	if (n <= 0) {
		stream->is_over = true;
		return;
	}
	pl_text_add_bytes(&stream->in, bytes, (size_t)n);
	while ((end = memchr(stream->in.data + from, '\n', stream->in.length - from)) != NULL) {
		size_t length = (size_t)(end - stream->in.data) - from;
		struct pl_json *line;

		assert_int_equal(pl_json_parse(stream->in.data + from, length, &line, NULL), PL_OK);
		if (pl_json_get(line, "drawn"))
			stream->drawn = pl_json_get_integer(line, "drawn", 0);
		else
			stream_answer(stream, line);
		pl_json_free(line);
		from += length + 1;
	}
	memmove(stream->in.data, stream->in.data + from, stream->in.length - from);
	stream->in.length -= from;
}

static void stream_pump(struct stream *stream, int64_t deadline_ns)
{
	struct pollfd fds[] = {
	    {.fd = stream->is_over ? -1 : stream->engine, .events = POLLIN},
	    {.fd = stream->master, .events = POLLIN},
	};

	pl_clock_poll(fds, 2, deadline_ns);
	if (fds[0].revents)
		stream_hear(stream);
	stream_drain(stream);
}

static void stream_turn(struct stream *stream, int64_t deadline_ns)
{
	stream_pump(stream, deadline_ns);
	if (pl_clock_mono_ns() >= deadline_ns) {
		stream_print(stream);
		fail_msg("the view does not go on");
	}
}

/* Sends the snapshot (taken over) and waits until it is on the screen. */
static void stream_show(struct stream *stream, struct pl_json *snapshot)
{
	int64_t deadline_ns = pl_clock_mono_ns() + STREAM_WITHIN_NS;
	struct pl_json *message = pl_json_object();

	pl_json_add_integer(snapshot, "n", ++stream->n);
	pl_json_add(message, "snapshot", snapshot);
	stream_say(stream, message);
	while (stream->drawn != stream->n)
		stream_turn(stream, deadline_ns);
	stream_drain(stream);
}

static void stream_until_shown(struct stream *stream, const char *text)
{
	int64_t deadline_ns = pl_clock_mono_ns() + STREAM_WITHIN_NS;

	while (!stream_shows(stream, text))
		stream_turn(stream, deadline_ns);
}

static void stream_key(struct stream *stream, const char *keys)
{
	assert_int_equal(write(stream->master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* ---- the view */

_Noreturn static void stream_view(struct stream *stream)
{
	struct pl_ui_options options = {
	    .theme = "colour", .glyphs = "braille", .come_back = "plateau ./bench.yaml"};
	int status = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(stream->master);
	setsid();
	ioctl(stream->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(stream->slave, fd);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("NO_COLOR");
	if (pl_client_open(stream->socket, &options.client, NULL) == PL_OK)
		status = pl_ui_run(&options);
	fflush(NULL);
	_exit(status);
}

static void stream_listen(struct stream *stream)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_int_equal(folder_open(&stream->folder), 0);
	snprintf(stream->socket, sizeof stream->socket, "%.80s/socket", stream->folder.path);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", stream->socket);
	stream->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(stream->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(stream->listener, 1), 0);
}

static void stream_pty(struct stream *stream)
{
	struct winsize size = {.ws_row = STREAM_ROWS, .ws_col = STREAM_COLS};
	char path[64];

	stream->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(stream->master >= 0);
	assert_int_equal(grantpt(stream->master), 0);
	assert_int_equal(unlockpt(stream->master), 0);
	assert_int_equal(ptsname_r(stream->master, path, sizeof path), 0);
	stream->slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(stream->slave >= 0);
	assert_int_equal(ioctl(stream->slave, TIOCSWINSZ, &size), 0);
	memset(&stream->before, 0, sizeof stream->before);
	assert_int_equal(tcgetattr(stream->slave, &stream->before), 0);
}

/* A shell's screen with a command on it, and the view that it starts. */
static void stream_open(struct stream *stream)
{
	static const char prompt[] = "a line from before\r\n$ plateau\r\n";
	struct pollfd fd;

	*stream = (struct stream){.engine = -1};
	stream_listen(stream);
	stream_pty(stream);
	stream_emulate(stream);
	stream_feed(stream, prompt, sizeof prompt - 1);
	stream->pid = fork();
	assert_true(stream->pid >= 0);
	if (stream->pid == 0)
		stream_view(stream);
	fd = (struct pollfd){.fd = stream->listener, .events = POLLIN};
	assert_int_equal(pl_clock_poll(&fd, 1, pl_clock_mono_ns() + STREAM_WITHIN_NS), 1);
	stream->engine = accept(stream->listener, NULL, NULL);
	assert_true(stream->engine >= 0);
}

/* Waits for its end, which is near; its status as a shell says it. */
static int stream_wait(struct stream *stream)
{
	int64_t deadline_ns = pl_clock_mono_ns() + STREAM_WITHIN_NS;
	int status;

	while (waitpid(stream->pid, &status, WNOHANG) == 0) {
		assert_true(pl_clock_mono_ns() < deadline_ns);
		stream_pump(stream, pl_clock_mono_ns() + PL_NS_PER_MS);
	}
	stream->pid = 0;
	stream_drain(stream);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void stream_close(struct stream *stream)
{
	if (stream->pid > 0) {
		kill(stream->pid, SIGKILL);
		waitpid(stream->pid, NULL, 0);
	}
	close(stream->engine);
	close(stream->listener);
	close(stream->master);
	close(stream->slave);
	vterm_free(stream->terminal);
	vterm_free(stream->parser);
	pl_text_free(&stream->in);
	pl_json_free(stream->points);
	folder_remove(&stream->folder);
}

#endif
