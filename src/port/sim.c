/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim.c - a simulated device: our own program as a child behind a pty.
 *
 * sim:KIND?key=value&key=value becomes `plateau sim KIND key=value key=value stdin=watch`; %NN
 * stands for a byte. The child prints the path of its pty as its first line, or tcp:HOST:PORT, and
 * ends when its stdin does: so it dies with us, however we die. From there on it is a line or a
 * connection like any other.
 * $PLATEAU_PROGRAM names another program than the running one.
 */
#include "port/transport.h"

#include "base/child.h"
#include "plateau/clock.h"
#include "plateau/driver.h"
#include "plateau/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_NS  (10 * PL_NS_PER_S)
#define END_NS	  PL_NS_PER_S
#define WORDS_MAX 40 /* of the command line */
#define LINE_SIZE 160

struct command {
	char *words[WORDS_MAX]; /* ends with NULL; they point into text but for the constants */
	char *text;
};

/* In place; false for a % without two digits, and for %00. */
static bool decode_percent(char *word)
{
	char *out = word;

	for (const char *in = word; *in; in++) {
		int high, low;

		if (*in != '%') {
			*out++ = *in;
			continue;
		}
		high = pl_text_hex_digit(in[1]);
		low = high < 0 ? -1 : pl_text_hex_digit(in[2]);
		if (low < 0 || high + low == 0)
			return false;
		*out++ = (char)(high * 16 + low);
		in += 2;
	}
	*out = '\0';
	return true;
}

static bool is_option(const char *word)
{
	const char *equals = strchr(word, '=');

	return equals && equals > word;
}

/* The command line of a port text; free(out->text). */
static enum pl_status parse(const char *text, struct command *out, struct pl_error *error)
{
	size_t count = 0;
	char *rest, *options;

	*out = (struct command){.text = strdup(text + strlen("sim:"))};
	rest = out->text;
	if (!rest)
		pl_out_of_memory();
	options = strchr(rest, '?');
	if (options)
		*options++ = '\0';
	if (!pl_name_valid(rest))
		return pl_error_set(error, PL_ERR_CONFIG, text,
				    "not of the form sim:KIND?key=value&key=value");
	out->words[count++] = "plateau";
	out->words[count++] = "sim";
	out->words[count++] = rest;
	for (char *word; (word = strsep(&options, "&"));) {
		if (count + 2 >= WORDS_MAX)
			return pl_error_set(error, PL_ERR_CONFIG, text, "too many options");
		if (!is_option(word) || !decode_percent(word))
			return pl_error_set(error, PL_ERR_CONFIG, text,
					    "\"%s\" is not key=value (%%NN stands for a byte)",
					    word);
		out->words[count++] = word;
	}
	out->words[count] = "stdin=watch";
	return PL_OK;
}

enum pl_status pl_sim_check(const char *text, struct pl_error *error)
{
	struct command command;
	enum pl_status status = parse(text, &command, error);

	free(command.text);
	return status;
}

/* A simulator that speaks over a connection says so in its option `bus`; the last one holds. */
bool pl_sim_is_network(const char *text)
{
	struct command command;
	bool is_network = false;

	if (parse(text, &command, NULL) == PL_OK)
		for (char **word = command.words; *word; word++)
			if (strncmp(*word, "bus=", 4) == 0)
				is_network = strcmp(*word + 4, "tcp") == 0;
	free(command.text);
	return is_network;
}

static void close_both(int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

static enum pl_status start(struct pl_port_child *child, const struct command *command,
			    const char *text, struct pl_error *error)
{
	const char *named = getenv("PLATEAU_PROGRAM");
	int input[2] = {-1, -1}, output[2] = {-1, -1};
	int number = 0;

	if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0 ||
	    fcntl(output[0], F_SETFL, O_NONBLOCK) != 0)
		number = errno;
	else
		number = pl_child_start(
		    &(struct pl_child){
			.program = named && named[0] ? named : "/proc/self/exe",
			.words = (const char *const *)command->words,
			.dir = AT_FDCWD,
			.input = input[0],
			.output = output[1],
			.error = STDERR_FILENO,
		    },
		    &child->pid);
	if (number) {
		child->pid = 0;
		close_both(input);
		close_both(output);
		return pl_error_errno(error, number, text, "cannot start the simulator");
	}
	close(input[0]);
	close(output[1]);
	child->input = input[1];
	child->output = output[0];
	return PL_OK;
}

/* One byte of its first line: 1 got one, 0 wait, -1 end. */
static int get_byte(int fd, char *out)
{
	ssize_t got = read(fd, out, 1);

	if (got == 1)
		return 1;
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static enum pl_status first_line(const struct pl_port_child *child, char line[LINE_SIZE],
				 const struct pl_port_setup *setup, struct pl_error *error)
{
	int64_t deadline_ns = pl_clock_mono_ns() + START_NS;
	struct pollfd fds[] = {{.fd = child->output, .events = POLLIN},
			       {.fd = setup->wake_fd, .events = POLLIN}};
	size_t length = 0;

	for (;;) {
		int got = get_byte(child->output, &line[length]);

		if (got < 0 || length + 1 == LINE_SIZE)
			return pl_error_set(error, PL_ERR_IO, setup->text,
					    "the simulator ended before it named its port: does it "
					    "know this kind and these options?");
		if (got > 0 && line[length] == '\n')
			break;
		length += (size_t)got;
		if (got > 0)
			continue;
		if (pl_clock_poll(fds, setup->wake_fd > 0 ? 2 : 1, deadline_ns) == 0)
			return pl_error_set(error, PL_ERR_UNANSWERED, setup->text,
					    "the simulator did not name its port within %d s",
					    (int)(START_NS / PL_NS_PER_S));
		if (fds[1].revents)
			return pl_error_set(error, PL_ERR_CANCELLED, setup->text,
					    "starting the simulator was stopped");
	}
	line[length] = '\0';
	return PL_OK;
}

/* What a simulated port becomes once its child speaks TCP. */
static const struct pl_transport over_tcp = {
    .prefix = "sim:",
    .kind = PL_PORT_TCP,
    .check = pl_sim_check,
    .open = pl_sim_open,
    .write = pl_tcp_write,
    .close = pl_sim_close,
};

static enum pl_status open_far_end(struct pl_port *port, const char *place,
				   const struct pl_port_setup *setup, struct pl_error *error)
{
	struct pl_port_setup there = *setup;

	if (strncmp(place, "tcp:", 4) != 0)
		return pl_node_open_path(port, place, setup, error);
	there.text = place;
	port->transport = &over_tcp;
	return pl_tcp_open(port, &there, error);
}

enum pl_status pl_sim_open(struct pl_port *port, const struct pl_port_setup *setup,
			   struct pl_error *error)
{
	struct command command;
	char path[LINE_SIZE];
	enum pl_status status = parse(setup->text, &command, error);

	if (status == PL_OK)
		status = start(&port->child, &command, setup->text, error);
	if (status == PL_OK)
		status = first_line(&port->child, path, setup, error);
	if (status == PL_OK)
		status = open_far_end(port, path, setup, error);
	port->identity.simulated = true;
	free(command.text);
	return status;
}

/* Closing its stdin asks it to end; one that does not is killed with all it started. */
void pl_sim_close(struct pl_port *port)
{
	struct pl_port_child *child = &port->child;
	struct pollfd end = {.fd = child->output};

	if (port->transport == &over_tcp)
		pl_tcp_close(port);
	else
		pl_node_close(port);
	if (child->pid == 0)
		return;
	close(child->input);
	pl_clock_poll(&end, 1, pl_clock_mono_ns() + END_NS);
	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(child->output);
	child->pid = 0;
}
