/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ports of a made-up machine: directories, links and files as the kernel and udev make them. */
#include "port/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/folder.h"

#define HUB "sys/devices/usb1/1-%d"

static struct folder folder;

/* Makes all directories of a path below the folder. */
static void make_path(const char *path)
{
	char full[400];

	snprintf(full, sizeof full, "%s/%s", folder.path, path);
	for (char *at = full + strlen(folder.path) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(full, 0700);
		*at = '/';
	}
}

__attribute__((format(printf, 2, 3))) static void put(const char *text, const char *format, ...)
{
	char path[300];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof path, format, args);
	va_end(args);
	make_path(path);
	assert_int_equal(folder_write(&folder, path, text, strlen(text)), 0);
}

static void put_link(const char *target, const char *path)
{
	char full[400], to[400];

	make_path(path);
	snprintf(full, sizeof full, "%s/%s", folder.path, path);
	snprintf(to, sizeof to, "%s/%s", folder.path, target);
	assert_int_equal(symlink(to, full), 0);
}

static void plug(int socket, const char *name, const char *serial)
{
	char path[200], target[200];

	put("10c4\n", HUB "/idVendor", socket);
	put("ea60\n", HUB "/idProduct", socket);
	put("CP2102N\033[2J\n", HUB "/product", socket);
	if (serial[0] != '\0')
		put(serial, HUB "/serial", socket);
	put("", HUB "/1-%d:1.0/%s/port_number", socket, socket, name);
	snprintf(target, sizeof target, HUB "/1-%d:1.0/%s", socket, socket, name);
	snprintf(path, sizeof path, "sys/class/tty/%s/device", name);
	put_link(target, path);
	put("", "dev/%s", name);
	snprintf(path, sizeof path, "dev/serial/by-path/pci-usb-0:%d:1.0-port0", socket);
	snprintf(target, sizeof target, "dev/%s", name);
	put_link(target, path);
}

static size_t list(struct pl_port_entry *out, size_t cap)
{
	char sys[200], dev[200];
	struct pl_port_roots roots = {sys, dev};

	snprintf(sys, sizeof sys, "%s/sys", folder.path);
	snprintf(dev, sizeof dev, "%s/dev", folder.path);
	return pl_port_list_of(&roots, out, cap);
}

static int make(void **state)
{
	(void)state;
	return folder_open(&folder);
}

static int clear(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

static void case_27_an_adapter_is_listed_with_its_number_and_links(void **state)
{
	struct pl_port_entry entry;

	(void)state;
	plug(3, "ttyUSB1", "3c5e91\n");
	put_link("dev/ttyUSB1", "dev/serial/by-id/usb-CP2102N_3c5e91-if00-port0");
	assert_int_equal(list(&entry, 1), 1);
	assert_non_null(strstr(entry.identity.path, "/dev/ttyUSB1"));
	assert_string_equal(entry.identity.usb, "10c4:ea60");
	assert_string_equal(entry.identity.serial, "3c5e91");
	assert_non_null(strstr(entry.identity.by_id, "by-id/usb-CP2102N_3c5e91-if00-port0"));
	assert_non_null(strstr(entry.identity.by_path, "by-path/pci-usb-0:3:1.0-port0"));
	assert_null(strchr(entry.description, '\033'));
}

static void case_30_adapters_without_a_number_differ_by_socket(void **state)
{
	struct pl_port_entry entries[2];

	(void)state;
	plug(1, "ttyUSB10", "");
	plug(2, "ttyUSB2", "");
	assert_int_equal(list(entries, 2), 2); /* in the order that people count in */
	assert_non_null(strstr(entries[0].identity.path, "ttyUSB2"));
	assert_string_equal(entries[0].identity.serial, "");
	assert_string_equal(entries[0].identity.by_id, "");
	assert_string_not_equal(entries[0].identity.by_path, entries[1].identity.by_path);
}

static void what_is_no_port_is_not_listed(void **state)
{
	char path[200];

	(void)state;
	put("", "sys/class/tty/tty0/dev"); /* no device behind it */
	put("", "dev/tty0");
	put("0\n", "sys/class/tty/ttyS1/type"); /* a UART that is not there */
	put("", "sys/devices/platform/serial8250/uevent");
	put_link("sys/devices/platform/serial8250", "sys/class/tty/ttyS1/device");
	put("", "dev/ttyS1");
	plug(4, "ttyUSB0", "7\n"); /* unplugged: its node is gone */
	put_link("dev/none", "dev/serial/by-id/usb-old");
	snprintf(path, sizeof path, "%s/dev/ttyUSB0", folder.path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(list(NULL, 0), 0);
}

#define LIST_TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIST_TEST(case_27_an_adapter_is_listed_with_its_number_and_links),
	    LIST_TEST(case_30_adapters_without_a_number_differ_by_socket),
	    LIST_TEST(what_is_no_port_is_not_listed),
	};

	return cmocka_run_group_tests_name("port_list", tests, NULL, NULL);
}
