/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole engine in a thread of the test, on a bench in a folder of its own, and raw clients of its
 * socket. Simulated ports are this very program: ENGINE_MAIN makes its main. Include after
 * cmocka.h. */
#ifndef TEST_ENGINE_BENCH_H
#define TEST_ENGINE_BENCH_H

#include "driver/registry.h"
#include "engine/engine.h"
#include "plateau/client.h"
#include "plateau/protocol.h"
#include "sim/sim.h"

#include "unit/folder.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#define WITHIN_NS (20 * PL_NS_PER_S)
#define SIM	  "sim:osechi?rate=200&noise=0&boot=no&reply_delay=1&reply_spread=1&threshold=285"
#define QUIET                                                                                      \
	"sim:osechi?rate=0&noise=0&boot=no&reply_delay=1&reply_spread=1&threshold=285&stream=no"
#define CHANNELS "channels: {top: {id: 1, threshold: 290}, mid: {id: 2, threshold: 300}}"
#define DET(port)                                                                                  \
	"devices:\n  det:\n    driver: osechi\n    port: \"" port                                  \
	"\"\n    protocol: text\n    " CHANNELS "\n"
#define SCANS                                                                                      \
	"scans:\n"                                                                                 \
	"  short: {set: det.threshold, channels: [top], range: {list: [290, 295]},"                \
	" dwell: {time: 20 ms}, settle: 1 ms}\n"                                                   \
	"  long: {set: det.threshold, channels: [top], range: {start: 200, stop: 1000, step: 1},"  \
	" dwell: {time: 50 ms}, settle: 1 ms}\n"

struct engine {
	struct folder folder;
	char file[128], socket[128];
	struct pl_bench *bench;
	struct pl_engine_options options;
	pthread_t thread;
	int ready_fd;
	int exit_status;
	enum pl_status status;
	struct pl_error error;
};

static inline void engine_ready(void *ctx)
{
	eventfd_write(((struct engine *)ctx)->ready_fd, 1);
}

static inline void *engine_main(void *arg)
{
	struct engine *engine = arg;

	engine->status = pl_engine_run(&engine->options, &engine->exit_status, &engine->error);
	eventfd_write(engine->ready_fd, 1);
	return NULL;
}

/* text: what follows bench and workspace. */
static inline void engine_make(struct engine *engine, const char *text)
{
	struct pl_bench_request request = {.file = engine->file, .drivers = pl_drivers()};
	struct pl_problems problems = {0};
	struct pl_text yaml = {0};

	*engine = (struct engine){.ready_fd = eventfd(0, EFD_CLOEXEC)};
	assert_int_equal(folder_open(&engine->folder), 0);
	snprintf(engine->file, sizeof(engine->file), "%s/bench.yaml", engine->folder.path);
	snprintf(engine->socket, sizeof(engine->socket), "%s/sock", engine->folder.path);
	pl_text_add(&yaml, "bench: b1\nworkspace: ./data\n%s", text);
	assert_int_equal(folder_write(&engine->folder, "bench.yaml", yaml.data, yaml.length), 0);
	pl_text_free(&yaml);
	if (pl_bench_load(&request, &engine->bench, &problems, &engine->error) != PL_OK)
		fail_msg("%s: %s", engine->error.where, engine->error.text);
	pl_problems_fini(&problems);
	engine->options = (struct pl_engine_options){.bench = engine->bench,
						     .socket_path = engine->socket,
						     .log_dir = engine->folder.path,
						     .background = true,
						     .stay = true,
						     .on_ready = engine_ready,
						     .ctx = engine};
}

static inline void engine_go(struct engine *engine)
{
	eventfd_t value;

	close(engine->ready_fd);
	engine->ready_fd = eventfd(0, EFD_CLOEXEC); /* the last one left its end in the old one */
	assert_int_equal(pthread_create(&engine->thread, NULL, engine_main, engine), 0);
	assert_int_equal(eventfd_read(engine->ready_fd, &value), 0);
	if (engine->status != PL_OK)
		fail_msg("%s: %s", engine->error.where, engine->error.text);
}

static inline void engine_start(struct engine *engine, const char *text)
{
	engine_make(engine, text);
	engine_go(engine);
}

static inline void engine_fini(struct engine *engine)
{
	pl_bench_free(engine->bench);
	close(engine->ready_fd);
	folder_remove(&engine->folder);
}

/* As the system ends it. */
static inline void engine_stop(struct engine *engine)
{
	struct timespec at_most;

	kill(getpid(), SIGTERM);
	/* A test that failed before this one left its engine, which then takes the signal. */
	clock_gettime(CLOCK_REALTIME, &at_most);
	at_most.tv_sec += 60;
	if (pthread_timedjoin_np(engine->thread, NULL, &at_most) != 0)
		fail_msg("the engine does not end; did a test before this one fail?");
	assert_int_equal(engine->status, PL_OK);
	assert_int_equal(engine->exit_status, 143);
	engine_fini(engine);
}

/* ---- clients ---- */

struct raw {
	int fd;
	size_t length;
	char in[4 * PL_PROTOCOL_LINE_MAX];
};

static inline struct raw *raw_open(const struct engine *engine)
{
	struct raw *raw = calloc(1, sizeof(*raw));
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_non_null(raw);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", engine->socket);
	raw->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(raw->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return raw;
}

static inline void raw_close(struct raw *raw)
{
	close(raw->fd);
	free(raw);
}

/* False when the engine has hung up. */
static inline bool raw_say(struct raw *raw, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = send(raw->fd, text, left, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		text += n;
		left -= (size_t)n;
	}
	return true;
}

/* The next line as a value, and its length; NULL: the engine hung up. Waits until within_ns. */
static inline struct pl_json *raw_hear(struct raw *raw, int64_t within_ns, size_t *length)
{
	int64_t deadline = pl_clock_mono_ns() + within_ns;
	struct pl_json *line = NULL;

	for (;;) {
		struct pollfd fds = {.fd = raw->fd, .events = POLLIN};
		char *end = memchr(raw->in, '\n', raw->length);
		ssize_t n;

		if (end != NULL) {
			size_t count = (size_t)(end - raw->in) + 1;

			if (length != NULL)
				*length = count;
			assert_int_equal(pl_json_parse(raw->in, count - 1, &line, NULL), PL_OK);
			memmove(raw->in, raw->in + count, raw->length - count);
			raw->length -= count;
			return line;
		}
		if (pl_clock_poll(&fds, 1, deadline) <= 0)
			return NULL;
		n = recv(raw->fd, raw->in + raw->length, sizeof(raw->in) - raw->length, 0);
		if (n <= 0)
			return NULL;
		raw->length += (size_t)n;
	}
}

/* The answer to request id: events and snapshots before it are passed over, but for the number of
 * lines that carried this id (one is right). */
static inline struct pl_json *raw_answer(struct raw *raw, int64_t id)
{
	struct pl_json *line;

	while ((line = raw_hear(raw, WITHIN_NS, NULL)) != NULL) {
		if (pl_json_get_integer(line, "id", -1) == id &&
		    pl_json_is_null(pl_json_get(line, "event")))
			return line;
		pl_json_free(line);
	}
	fail_msg("no answer to request %lld", (long long)id);
	return NULL;
}

static inline bool raw_is_cut_off(struct raw *raw)
{
	struct pl_json *line;

	while ((line = raw_hear(raw, WITHIN_NS, NULL)) != NULL)
		pl_json_free(line);
	return recv(raw->fd, raw->in, 1, MSG_DONTWAIT) <= 0 && errno != EAGAIN;
}

/* One request on a connection of its own; args as JSON, may be NULL. Caller frees. */
static inline struct pl_json *ask(const struct engine *engine, const char *word, const char *args)
{
	struct raw *raw = raw_open(engine);
	struct pl_text line = {0};
	struct pl_json *answer;

	pl_text_add(&line, "{\"v\":1,\"id\":7,\"do\":\"%s\",\"args\":%s}\n", word,
		    args != NULL ? args : "{}");
	assert_true(raw_say(raw, line.data));
	answer = raw_answer(raw, 7);
	pl_text_free(&line);
	raw_close(raw);
	return answer;
}

static inline bool is_ok(const struct pl_json *answer)
{
	return pl_json_get_boolean(answer, "ok", false);
}

/* Asks until the answer is ok, or has this code. */
static inline struct pl_json *ask_until(const struct engine *engine, const char *word,
					const char *args, const char *code)
{
	int64_t deadline = pl_clock_mono_ns() + WITHIN_NS;

	for (;;) {
		struct pl_json *answer = ask(engine, word, args);

		if (code != NULL ? strcmp(pl_json_get_text(answer, "code", ""), code) == 0
				 : is_ok(answer))
			return answer;
		if (pl_clock_mono_ns() > deadline)
			fail_msg("%s: %s", word, pl_json_get_text(answer, "text", "ok"));
		pl_json_free(answer);
		pl_clock_poll(NULL, 0, pl_clock_mono_ns() + PL_NS_PER_S / 50);
	}
}

/* Waits for run.<key> of status to be this text. */
static inline void await_run(const struct engine *engine, const char *key, const char *value)
{
	int64_t deadline = pl_clock_mono_ns() + WITHIN_NS;
	bool is_there = false;

	while (!is_there) {
		struct pl_json *answer = ask(engine, "status", NULL);
		const struct pl_json *run = pl_json_get(pl_json_get(answer, "result"), "run");

		is_there = strcmp(pl_json_get_text(run, key, ""), value) == 0;
		pl_json_free(answer);
		if (pl_clock_mono_ns() > deadline)
			fail_msg("the run's %s never was %s", key, value);
	}
}

/* Simulated ports start this program again with the word sim. */
#define ENGINE_MAIN(tests)                                                                         \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		if (argc > 1 && strcmp(argv[1], "sim") == 0)                                       \
			return pl_sim_main(argc - 2, argv + 2);                                    \
		pl_engine_block_signals();                                                         \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
