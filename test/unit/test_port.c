/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports: which transport a text gets, what passes, who holds a line, how it is lost. */
#include "port/port.h"

#include "plateau/driver.h"
#include "port/transport.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "unit/pty.h"

static struct pl_port *open_port(const char *text)
{
	struct pl_port_setup setup = {.text = text, .baud = 115200};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	if (pl_port_open(&setup, &port, &error) != PL_OK)
		fail_msg("%s: %s (%s)", error.where, error.text, error.cause);
	return port;
}

static enum pl_status refuse_port(const char *text, struct pl_error *error)
{
	struct pl_port_setup setup = {.text = text, .baud = 115200};
	struct pl_port *port = NULL;
	enum pl_status status = pl_port_open(&setup, &port, error);

	assert_null(port);
	assert_int_equal(error->code, status);
	return status;
}

static void the_text_tells_the_kind_of_a_port(void **state)
{
	static const struct {
		const char *text;
		unsigned kind;
	} rows[] = {
	    {"/dev/ttyUSB0", PL_PORT_SERIAL},
	    {"/dev/serial/by-id/usb-x-if00-port0", PL_PORT_SERIAL},
	    {"tcp:moxa:4001", PL_PORT_TCP},
	    {"tcp:[fe80::1]:4001", PL_PORT_TCP},
	    {"sim:osechi", PL_PORT_SERIAL},
	    {"sim:osechi?seed=1&noise=0.5&text=a%26b", PL_PORT_SERIAL},
	    {"sim:ezzone?bus=tcp", PL_PORT_TCP},
	    {"sim:ezzone?bus=tc%70&units=2", PL_PORT_TCP},
	    {"sim:ezzone?bus=tcp&bus=rtu", PL_PORT_SERIAL},
	    {"", 0},
	    {"ttyUSB0", 0},
	    {"tcp:moxa", 0},
	    {"tcp::4001", 0},
	    {"tcp:moxa:0", 0},
	    {"tcp:moxa:65536", 0},
	    {"tcp:fe80::1:4001", 0},
	    {"sim:", 0},
	    {"sim:../x", 0},
	    {"sim:osechi?seed", 0},
	    {"sim:osechi?=1", 0},
	    {"sim:osechi?a=%0", 0},
	    {"sim:osechi?a=%00", 0},
	    {"replay:file", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_error error = {0};

		if (pl_port_kind(rows[i].text, &error) != rows[i].kind)
			fail_msg("%s: %s", rows[i].text, error.text);
		assert_int_equal(error.text[0] != '\0', rows[i].kind == 0);
	}
}

static void every_byte_passes_a_pty_both_ways(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port = open_port(pty.path);
	unsigned char all[256], got[256];
	size_t count = 0, taken = 0;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	put_bytes(pty.master, all, sizeof all);
	while (count < sizeof all) {
		size_t more;

		wait_for(pl_port_fd(port), POLLIN);
		assert_int_equal(pl_port_read(port, got + count, sizeof got - count, &more, NULL),
				 PL_OK);
		count += more;
	}
	assert_memory_equal(got, all, sizeof all);
	assert_int_equal(pl_port_write(port, all, sizeof all, &taken, NULL), PL_OK);
	assert_int_equal(taken, sizeof all);
	get_bytes(pty.master, got, sizeof got);
	assert_memory_equal(got, all, sizeof all);
	pl_port_close(port);
	pty_free(&pty);
}

static void opening_and_silence_say_nothing(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port = open_port(pty.path);
	size_t count = 1;
	char byte;

	(void)state;
	assert_int_equal(pl_port_read(port, &byte, 1, &count, NULL), PL_OK);
	assert_int_equal(count, 0);
	assert_int_equal(read(pty.master, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_string_equal(pl_port_identity(port)->path, pty.path);
	assert_false(pl_port_identity(port)->has_line_speed);
	assert_false(pl_port_identity(port)->simulated);
	pl_port_close(port);
	pty_free(&pty);
}

static void a_full_line_takes_nothing_and_does_not_block(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port = open_port(pty.path);
	static const char zeros[4096];
	size_t taken;

	(void)state;
	do
		assert_int_equal(pl_port_write(port, zeros, sizeof zeros, &taken, NULL), PL_OK);
	while (taken > 0);
	pl_port_close(port);
	pty_free(&pty);
}

static void case_26_a_line_whose_other_end_is_gone_is_lost(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port = open_port(pty.path);
	struct pl_error error = {0};
	size_t count;
	char byte = 'x';

	(void)state;
	pty_free(&pty);
	wait_for(pl_port_fd(port), POLLIN);
	assert_int_equal(pl_port_read(port, &byte, 1, &count, &error), PL_ERR_LOST);
	assert_int_equal(error.code, PL_ERR_LOST);
	assert_int_equal(pl_port_write(port, &byte, 1, &count, &error), PL_ERR_LOST);
	assert_int_equal(count, 0);
	pl_port_close(port);
}

static void case_29_a_node_that_became_another_is_lost(void **state)
{
	struct pl_port port = {.is_node = true};
	struct pl_error error = {0};
	struct stat node;
	char other[sizeof port.identity.path + 2];

	(void)state;
	snprintf(port.identity.path, sizeof port.identity.path, "/tmp/plateau-node-%d", getpid());
	snprintf(other, sizeof other, "%s.2", port.identity.path);
	close(open(port.identity.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
	close(open(other, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(stat(port.identity.path, &node), 0);
	port.node_device = node.st_dev;
	port.node_inode = node.st_ino;
	port.node_changed = node.st_ctim;
	assert_int_equal(pl_node_watch(&port, &error), PL_OK);
	assert_int_equal(rename(other, port.identity.path), 0);
	port.node_seen_ns = 0;
	assert_int_equal(pl_node_watch(&port, &error), PL_ERR_LOST);
	assert_non_null(strstr(error.text, "plugged in again"));
	unlink(port.identity.path);
	port.node_seen_ns = 0;
	assert_int_equal(pl_node_watch(&port, &error), PL_ERR_LOST);
	assert_non_null(strstr(error.text, "vanished"));
}

static void what_is_no_port_is_refused_by_name(void **state)
{
	static const struct {
		const char *path;
		enum pl_status status;
		const char *word;
	} rows[] = {
	    {"/dev/ttyUSB_none", PL_ERR_NOT_FOUND, "no such port"},
	    {"/etc/passwd", PL_ERR_UNSUPPORTED, "a regular file"},
	    {"/tmp", PL_ERR_UNSUPPORTED, "a directory"},
	    {"/dev/null", PL_ERR_UNSUPPORTED, "not a serial port"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pl_error error = {0};

		assert_int_equal(refuse_port(rows[i].path, &error), rows[i].status);
		assert_non_null(strstr(error.text, rows[i].word));
		assert_string_equal(error.where, rows[i].path);
	}
}

static void a_link_leads_to_its_port(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port;
	char link[64];

	(void)state;
	snprintf(link, sizeof link, "/tmp/plateau-link-%d", getpid());
	assert_int_equal(symlink(pty.path, link), 0);
	port = open_port(link);
	assert_string_equal(pl_port_identity(port)->path, pty.path);
	pl_port_close(port);
	unlink(link);
	pty_free(&pty);
}

/* In a child that is nobody, since root may open everything. */
static int try_as_nobody(const char *path)
{
	struct pl_port_setup setup = {.text = path, .baud = 115200};
	struct pl_error error = {0};
	struct pl_port *port = NULL;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 1;
	if (pl_port_open(&setup, &port, &error) != PL_ERR_PERMISSION)
		return 2;
	return strstr(error.text, "usermod -aG") ? 0 : 3;
}

static void no_permission_names_the_group_to_join(void **state)
{
	struct pty pty = pty_new();
	int status = -1;
	pid_t pid;

	(void)state;
	assert_int_equal(chmod(pty.path, 0), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(try_as_nobody(pty.path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pty_free(&pty);
}

static void case_31_a_line_in_use_names_its_holder(void **state)
{
	struct pty pty = pty_new();
	int fd = open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct pl_error error = {0};
	char pid[32];

	(void)state;
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	snprintf(pid, sizeof pid, "(pid %d)", getpid());
	assert_int_equal(refuse_port(pty.path, &error), PL_ERR_BUSY);
	assert_non_null(strstr(error.text, pid));
	close(fd);
	pl_port_close(open_port(pty.path));
	pty_free(&pty);
}

/* Keeps the line open without a lock until it is told to end; root shows what nobody has open. */
static pid_t hold_open(const char *path, const int ends[2])
{
	pid_t pid = fork();
	char byte;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	close(ends[0]);
	if (open(path, O_RDWR | O_NOCTTY) < 0)
		_exit(1);
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		_exit(2);
	_exit(write(ends[1], "x", 1) == 1 && read(ends[1], &byte, 1) >= 0 ? 0 : 3);
}

static void case_32_a_line_that_another_user_has_open_is_not_read_by_halves(void **state)
{
	struct pty pty = pty_new();
	struct pl_error error = {0};
	int ends[2], status = -1;
	char byte, name[32];
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid = hold_open(pty.path, ends);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(refuse_port(pty.path, &error), PL_ERR_BUSY);
	snprintf(name, sizeof name, "(pid %d%s", pid, geteuid() == 0 ? ", user " : ")");
	assert_non_null(strstr(error.text, name));
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pl_port_close(open_port(pty.path));
	pty_free(&pty);
}

static void case_31_our_own_port_is_held_until_true_closes(void **state)
{
	struct pty pty = pty_new();
	struct pl_port *port = open_port(pty.path);
	struct pl_error error = {0};

	(void)state;
	assert_int_equal(refuse_port(pty.path, &error), PL_ERR_BUSY);
	pl_port_close(port);
	pl_port_close(open_port(pty.path));
	pty_free(&pty);
}

static void the_list_of_ports_names_nodes(void **state)
{
	struct pl_port_entry entries[32];
	size_t count = pl_port_list(entries, 32);

	(void)state;
	for (size_t i = 0; i < count && i < 32; i++)
		assert_memory_equal(entries[i].identity.path, "/dev/", 5);
	assert_int_equal(pl_port_list(NULL, 0), count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_text_tells_the_kind_of_a_port),
	    cmocka_unit_test(every_byte_passes_a_pty_both_ways),
	    cmocka_unit_test(opening_and_silence_say_nothing),
	    cmocka_unit_test(a_full_line_takes_nothing_and_does_not_block),
	    cmocka_unit_test(case_26_a_line_whose_other_end_is_gone_is_lost),
	    cmocka_unit_test(case_29_a_node_that_became_another_is_lost),
	    cmocka_unit_test(what_is_no_port_is_refused_by_name),
	    cmocka_unit_test(a_link_leads_to_its_port),
	    cmocka_unit_test(no_permission_names_the_group_to_join),
	    cmocka_unit_test(case_31_a_line_in_use_names_its_holder),
	    cmocka_unit_test(case_32_a_line_that_another_user_has_open_is_not_read_by_halves),
	    cmocka_unit_test(case_31_our_own_port_is_held_until_true_closes),
	    cmocka_unit_test(the_list_of_ports_names_nodes),
	};

	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
