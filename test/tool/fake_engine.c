/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fake_engine - an engine that says what a script tells it to, for tests of the screen.
 *   fake_engine SOCKET SCRIPT LOG
 *
 * The script has one JSON object a line:
 *   {"on":"plan","result":{…}}            the answer to a word; another word gets {}
 *   {"on":"scan","refuse":"run_active","text":"…"}
 *   {"points":[{…}…]}                     all points, served from `from` on
 *   {"snapshot":{…},"after":"scan"}       sent in their order, each when the one before it was
 *                                         drawn, and not before the word came (if one is named);
 *                                         SIGUSR1 counts as the word "go"
 * Every line received goes to LOG. Ends on SIGTERM.
 */
#include "plateau/clock.h"
#include "plateau/json.h"
#include "plateau/text.h"
#include "plateau/version.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SIGN_OF_LIFE_NS (5 * PL_NS_PER_S)
#define CLIENTS		4
#define LINES		400
#define PART		2 /* few points a part, so that clients have to take many */

struct client {
	int fd; /* -1 = free */
	bool is_view, is_in_flight;
	size_t step;
	char words[512]; /* heard, each with a blank before and behind */
	struct pl_text in;
};

struct fake {
	struct pl_json *lines[LINES];
	size_t count;
	FILE *log;
	int64_t n;
	struct client clients[CLIENTS];
};

static void load(struct fake *fake, const char *path)
{
	static char line[1 << 18];
	FILE *file = fopen(path, "r");
	struct pl_error error;

	while (file && fake->count < LINES && fgets(line, sizeof line, file)) {
		size_t length = strcspn(line, "\n");

		if (length == 0 || line[0] == '#')
			continue;
		if (pl_json_parse(line, length, &fake->lines[fake->count], &error) != PL_OK) {
			fprintf(stderr, "fake_engine: %s: %s\n", path, error.text);
			exit(2);
		}
		fake->count++;
	}
	if (file)
		fclose(file);
}

static void say(struct client *client, struct pl_json *message)
{
	char *line = pl_json_line(message);
	size_t length = line ? strlen(line) : 0, sent = 0;

	if (line)
		line[length++] = '\n';
	while (line && sent < length) {
		ssize_t n = send(client->fd, line + sent, length - sent, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	free(line);
	pl_json_free(message);
}

static const struct pl_json *line_for(const struct fake *fake, const char *key, const char *word)
{
	for (size_t i = 0; i < fake->count; i++) {
		const struct pl_json *value = pl_json_get(fake->lines[i], key);

		if (value && (!word || strcmp(pl_json_text(value, ""), word) == 0))
			return fake->lines[i];
	}
	return NULL;
}

static void send_points(const struct fake *fake, struct client *client, int64_t id, int64_t from)
{
	const struct pl_json *points = pl_json_get(line_for(fake, "points", NULL), "points");
	size_t at = from > 0 ? (size_t)from - 1 : 0;

	while (at < pl_json_size(points)) {
		struct pl_json *message = pl_json_object(), *event = pl_json_object();
		struct pl_json *part = pl_json_array();

		for (size_t k = 0; k < PART && at < pl_json_size(points); k++)
			pl_json_add(part, NULL, pl_json_copy(pl_json_at(points, at++)));
		pl_json_add(event, "part", part);
		pl_json_add_integer(message, "id", id);
		pl_json_add(message, "event", event);
		say(client, message);
	}
}

static void answer(const struct fake *fake, struct client *client, const struct pl_json *request)
{
	const char *word = pl_json_get_text(request, "do", "");
	const struct pl_json *script = line_for(fake, "on", word);
	const char *refusal = pl_json_get_text(script, "refuse", NULL);
	int64_t id = pl_json_get_integer(request, "id", 0);
	struct pl_json *message = pl_json_object(), *result;

	if (strcmp(word, "points") == 0)
		send_points(fake, client, id,
			    pl_json_get_integer(pl_json_get(request, "args"), "from", 1));
	pl_json_add_integer(message, "id", id);
	pl_json_add_boolean(message, "ok", refusal == NULL);
	if (refusal) {
		pl_json_add_text(message, "code", refusal);
		pl_json_add_text(message, "text", pl_json_get_text(script, "text", ""));
	} else {
		result = pl_json_get(script, "result") ? pl_json_copy(pl_json_get(script, "result"))
						       : pl_json_object();
		if (strcmp(word, "view") == 0 && !pl_json_get(result, "build"))
			pl_json_add_text(result, "build", pl_build_id());
		pl_json_add(message, "result", result);
	}
	say(client, message);
}

/* The next snapshot of the script, when the last one was drawn and its word has come. */
static void advance(struct fake *fake, struct client *client)
{
	if (!client->is_view || client->is_in_flight)
		return;
	for (; client->step < fake->count; client->step++) {
		const struct pl_json *line = fake->lines[client->step];
		const char *after = pl_json_get_text(line, "after", NULL);
		struct pl_json *message, *snapshot;
		char word[64];

		if (!pl_json_get(line, "snapshot"))
			continue;
		snprintf(word, sizeof word, " %s ", after ? after : "");
		if (after && !strstr(client->words, word))
			return;
		message = pl_json_object();
		snapshot = pl_json_copy(pl_json_get(line, "snapshot"));
		pl_json_add_integer(snapshot, "n", ++fake->n);
		pl_json_add(message, "snapshot", snapshot);
		say(client, message);
		client->is_in_flight = true;
		client->step++;
		return;
	}
}

/* As an engine does when nothing changes: all parts stay as they are. */
static void show_life(struct fake *fake, struct client *client)
{
	struct pl_json *message, *snapshot;

	if (!client->is_view || client->is_in_flight || client->step == 0)
		return;
	message = pl_json_object();
	snapshot = pl_json_object();
	pl_json_add_integer(snapshot, "n", ++fake->n);
	pl_json_add(message, "snapshot", snapshot);
	say(client, message);
	client->is_in_flight = true;
}

static void take_line(struct fake *fake, struct client *client, const char *line, size_t length)
{
	struct pl_json *request;
	struct pl_error error;
	const char *word;
	size_t used = strlen(client->words);

	fprintf(fake->log, "%.*s\n", (int)length, line);
	fflush(fake->log);
	if (pl_json_parse(line, length, &request, &error) != PL_OK)
		return;
	word = pl_json_get_text(request, "do", "");
	if (pl_json_get(request, "drawn")) {
		client->is_in_flight = false;
	} else {
		snprintf(client->words + used, sizeof client->words - used, " %s ", word);
		client->is_view = client->is_view || strcmp(word, "view") == 0;
		answer(fake, client, request);
	}
	pl_json_free(request);
}

static void hear(struct fake *fake, struct client *client)
{
	char bytes[4096], *end;
	ssize_t n = recv(client->fd, bytes, sizeof bytes, 0);
	size_t start = 0;

	if (n <= 0) {
		close(client->fd);
		pl_text_free(&client->in);
		*client = (struct client){.fd = -1};
		return;
	}
	pl_text_add_bytes(&client->in, bytes, (size_t)n);
	while ((end = memchr(client->in.data + start, '\n', client->in.length - start)) != NULL) {
		size_t length = (size_t)(end - client->in.data) - start;

		take_line(fake, client, client->in.data + start, length);
		start += length + 1;
	}
	memmove(client->in.data, client->in.data + start, client->in.length - start);
	client->in.length -= start;
}

static void go(struct fake *fake, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof info) != sizeof info)
		return;
	for (int i = 0; i < CLIENTS; i++)
		pl_text_copy(fake->clients[i].words, sizeof fake->clients[i].words, " go ");
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	pl_text_copy(address.sun_path, sizeof address.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(fd, CLIENTS) != 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

static void meet(struct fake *fake, int listener)
{
	int fd = accept(listener, NULL, NULL);

	for (int i = 0; i < CLIENTS && fd >= 0; i++) {
		if (fake->clients[i].fd >= 0)
			continue;
		fake->clients[i].fd = fd;
		return;
	}
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	static struct fake fake;
	struct pollfd fds[CLIENTS + 2];
	int listener, signals;
	sigset_t set;

	if (argc != 4)
		return 2;
	load(&fake, argv[2]);
	fake.log = fopen(argv[3], "a");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	listener = listen_at(argv[1]);
	for (int i = 0; i < CLIENTS; i++)
		fake.clients[i].fd = -1;
	while (fake.log) {
		for (int i = 0; i < CLIENTS; i++) {
			if (fake.clients[i].fd >= 0)
				advance(&fake, &fake.clients[i]);
			fds[i] = (struct pollfd){.fd = fake.clients[i].fd, .events = POLLIN};
		}
		fds[CLIENTS] = (struct pollfd){.fd = listener, .events = POLLIN};
		fds[CLIENTS + 1] = (struct pollfd){.fd = signals, .events = POLLIN};
		if (pl_clock_poll(fds, CLIENTS + 2, pl_clock_mono_ns() + SIGN_OF_LIFE_NS) == 0)
			for (int i = 0; i < CLIENTS; i++)
				if (fake.clients[i].fd >= 0)
					show_life(&fake, &fake.clients[i]);
		for (int i = 0; i < CLIENTS; i++)
			if (fds[i].revents)
				hear(&fake, &fake.clients[i]);
		if (fds[CLIENTS + 1].revents)
			go(&fake, signals);
		if (fds[CLIENTS].revents)
			meet(&fake, listener);
	}
	return 0;
}
