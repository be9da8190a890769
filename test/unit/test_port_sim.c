/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated ports: how the child is started, spoken with and ended. A shell script stands in for
 * it: it names a pty made here. */
#include "port/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "unit/pty.h"

struct bench {
	char directory[64], script[96], notes[96], text[128];
	struct pty pty;
};

static void write_script(const struct bench *bench, const char *body)
{
	FILE *file = fopen(bench->script, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\nPTY=%s\nNOTES=%s\n%s\n", bench->pty.path, bench->notes, body);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(bench->script, 0700), 0);
	setenv("PLATEAU_PROGRAM", bench->script, 1);
}

static int bench_new(void **state)
{
	static const char name[] = "/tmp/plateau-sim-XXXXXX";
	struct bench *bench = calloc(1, sizeof *bench);

	memcpy(bench->directory, name, sizeof name);
	assert_non_null(mkdtemp(bench->directory));
	snprintf(bench->script, sizeof bench->script, "%s/program", bench->directory);
	snprintf(bench->notes, sizeof bench->notes, "%s/notes", bench->directory);
	bench->pty = pty_new();
	*state = bench;
	return 0;
}

static int bench_free(void **state)
{
	struct bench *bench = *state;

	unlink(bench->script);
	unlink(bench->notes);
	rmdir(bench->directory);
	pty_free(&bench->pty);
	free(bench);
	unsetenv("PLATEAU_PROGRAM");
	return 0;
}

static void read_notes(const struct bench *bench, char *out, size_t cap)
{
	FILE *file = fopen(bench->notes, "r");
	size_t length;

	assert_non_null(file);
	length = fread(out, 1, cap - 1, file);
	out[length] = '\0';
	fclose(file);
}

static struct pl_port *open_sim(const char *text)
{
	struct pl_port_setup setup = {.text = text};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	if (pl_port_open(&setup, &port, &error) != PL_OK)
		fail_msg("%s: %s (%s)", error.where, error.text, error.cause);
	return port;
}

static void options_become_words_and_the_first_line_the_port(void **state)
{
	struct bench *bench = *state;
	struct pl_port *port;
	char notes[256];
	size_t taken;

	write_script(bench, "printf '<%s>' \"$@\" >$NOTES; echo $PTY; cat >/dev/null");
	port = open_sim("sim:osechi?seed=1&text=a%26b%20c");
	read_notes(bench, notes, sizeof notes);
	assert_string_equal(notes, "<sim><osechi><seed=1><text=a&b c><stdin=watch>");
	assert_true(pl_port_identity(port)->simulated);
	assert_string_equal(pl_port_identity(port)->path, bench->pty.path);
	assert_int_equal(pl_port_write(port, "hello", 5, &taken, NULL), PL_OK);
	get_bytes(bench->pty.master, notes, 5);
	assert_memory_equal(notes, "hello", 5);
	pl_port_close(port);
}

/* Port of a listener on this machine. */
static int listen_here(int *port)
{
	struct sockaddr_in place = {.sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof place;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&place, sizeof place), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&place, &size), 0);
	*port = ntohs(place.sin_port);
	return fd;
}

static void a_child_that_names_a_tcp_port_is_a_network(void **state)
{
	struct bench *bench = *state;
	char body[128], got[8];
	struct pl_port *port;
	size_t taken;
	int number, far, listener = listen_here(&number);

	write_script(bench, "echo $PTY; cat >/dev/null");
	port = open_sim("sim:ezzone");
	assert_false(pl_port_is_network(port));
	pl_port_close(port);
	snprintf(body, sizeof body, "echo tcp:127.0.0.1:%d; cat >/dev/null", number);
	write_script(bench, body);
	port = open_sim("sim:ezzone?bus=tcp");
	assert_true(pl_port_is_network(port));
	assert_true(pl_port_identity(port)->simulated);
	far = accept(listener, NULL, NULL);
	assert_true(far >= 0);
	assert_int_equal(pl_port_write(port, "hello", 5, &taken, NULL), PL_OK);
	assert_int_equal(recv(far, got, 5, MSG_WAITALL), 5);
	assert_memory_equal(got, "hello", 5);
	close(far);
	wait_for(pl_port_fd(port), POLLIN);
	assert_int_equal(pl_port_read(port, got, sizeof got, &taken, NULL), PL_ERR_LOST);
	pl_port_close(port);
	close(listener);
}

static pid_t noted_pid(const struct bench *bench)
{
	char notes[256];

	read_notes(bench, notes, sizeof notes);
	return (pid_t)atoi(notes);
}

static void closing_ends_the_child(void **state)
{
	struct bench *bench = *state;
	struct pl_port *port;
	pid_t pid;

	write_script(bench, "echo $$ >$NOTES; echo $PTY; cat >/dev/null");
	port = open_sim("sim:osechi");
	pid = noted_pid(bench);
	assert_int_equal(kill(pid, 0), 0);
	pl_port_close(port);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void closing_kills_a_child_that_does_not_end(void **state)
{
	struct bench *bench = *state;
	struct pl_port *port;
	pid_t pid;

	write_script(bench, "echo $$ >$NOTES; echo $PTY; exec sleep 1000");
	port = open_sim("sim:osechi");
	pid = noted_pid(bench);
	pl_port_close(port);
	assert_int_equal(kill(pid, 0), -1);
}

static void the_child_blocks_and_ignores_no_signal(void **state)
{
	struct bench *bench = *state;
	sigset_t all, before;
	unsigned long blocked, ignored;
	char notes[256];

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	signal(SIGPIPE, SIG_IGN);
	write_script(bench, "grep -E '^Sig(Blk|Ign)' /proc/self/status >$NOTES; echo $PTY; cat");
	pl_port_close(open_sim("sim:osechi"));
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	read_notes(bench, notes, sizeof notes);
	assert_int_equal(sscanf(notes, "SigBlk: %lx SigIgn: %lx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored & 0x7fffffff, 0); /* 32 and 33 are the C library's own */
}

static void the_child_inherits_only_three_descriptors(void **state)
{
	struct bench *bench = *state;
	int fd = dup(bench->pty.master); /* without close-on-exec */
	char notes[256];

	write_script(bench, "for f in /proc/$$/fd/*; do case ${f##*/} in [012]) ;; *) readlink $f;;"
			    " esac; done | grep -v program >$NOTES; echo $PTY; cat");
	pl_port_close(open_sim("sim:osechi"));
	close(fd);
	read_notes(bench, notes, sizeof notes);
	assert_null(strstr(notes, "ptmx"));
}

static void a_child_that_names_no_port_is_an_error(void **state)
{
	static const struct {
		const char *body;
		enum pl_status status;
	} rows[] = {
	    {"exit 2", PL_ERR_IO},
	    {"printf half", PL_ERR_IO},
	    {"yes | tr -d '\\n'", PL_ERR_IO},
	    {"echo /nonexistent/port; cat", PL_ERR_NOT_FOUND},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_port_setup setup = {.text = "sim:osechi"};
		struct pl_error error = {0};
		struct pl_port *port = NULL;

		write_script(*state, rows[i].body);
		assert_int_equal(pl_port_open(&setup, &port, &error), rows[i].status);
		assert_int_equal(error.code, rows[i].status);
		assert_null(port);
	}
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	struct pl_port_setup setup = {.text = "sim:osechi"};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	(void)state;
	setenv("PLATEAU_PROGRAM", "/nonexistent/plateau", 1);
	assert_int_equal(pl_port_open(&setup, &port, &error), PL_ERR_NOT_FOUND);
	assert_non_null(strstr(error.text, "cannot start the simulator"));
}

static void starting_ends_when_it_is_woken(void **state)
{
	struct pl_port_setup setup = {.text = "sim:osechi",
				      .wake_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	write_script(*state, "cat");
	assert_int_equal(pl_port_open(&setup, &port, &error), PL_ERR_CANCELLED);
	close(setup.wake_fd);
}

#define SIM_TEST(name) cmocka_unit_test_setup_teardown(name, bench_new, bench_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SIM_TEST(options_become_words_and_the_first_line_the_port),
	    SIM_TEST(a_child_that_names_a_tcp_port_is_a_network),
	    SIM_TEST(closing_ends_the_child),
	    SIM_TEST(closing_kills_a_child_that_does_not_end),
	    SIM_TEST(the_child_blocks_and_ignores_no_signal),
	    SIM_TEST(the_child_inherits_only_three_descriptors),
	    SIM_TEST(a_child_that_names_no_port_is_an_error),
	    SIM_TEST(a_program_that_is_not_there_is_an_error),
	    SIM_TEST(starting_ends_when_it_is_woken),
	};

	return cmocka_run_group_tests_name("port_sim", tests, NULL, NULL);
}
