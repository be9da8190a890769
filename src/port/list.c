/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list.c - the serial ports of this machine, as the system tells of them; none is opened, since
 * that would raise its DTR.
 *
 * A serial port is an entry of SYS/class/tty with a device behind it. A USB adapter is found above
 * that device: the first directory with an idVendor, beside it idProduct, serial and product
 * (sysfs-bus-usb of the kernel's ABI documents). A UART of the machine that nothing is soldered to
 * has type 0. udev's links below DEV/serial name the same nodes by adapter and by socket. Both
 * roots are arguments, so that a made-up machine can be listed. Any thread.
 */
#include "port/transport.h"

#include "plateau/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct pl_port_roots system_roots = {.sys = "/sys", .dev = "/dev"};

/* The one line of a small file; false when there is none. */
static bool read_line(const char *directory, const char *name, char *out, size_t cap)
{
	char path[PATH_MAX];
	bool is_there = false;
	FILE *file;

	out[0] = '\0';
	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "re");
	if (file && fgets(out, (int)cap, file)) {
		out[strcspn(out, "\n")] = '\0';
		is_there = true;
	}
	if (file)
		fclose(file);
	return is_there;
}

/* Adapters say what they like: what is shown is printable. */
static void read_text(const char *directory, const char *name, char *out, size_t cap)
{
	char line[256];

	read_line(directory, name, line, sizeof line);
	pl_text_escape(out, cap, line, strlen(line));
}

/* `device` is changed. */
static void read_usb(char *device, struct pl_port_entry *out)
{
	char vendor[8] = "", product[8] = "", *slash;

	while (!read_line(device, "idVendor", vendor, sizeof vendor)) {
		slash = strrchr(device, '/');
		if (!slash || slash == device)
			return;
		*slash = '\0';
	}
	read_line(device, "idProduct", product, sizeof product);
	snprintf(out->identity.usb, sizeof out->identity.usb, "%.4s:%.4s", vendor, product);
	read_text(device, "serial", out->identity.serial, sizeof out->identity.serial);
	read_text(device, "product", out->description, sizeof out->description);
}

/* The link in DEV/serial/KIND that leads to a resolved path; empty when there is none. */
static void find_link(const char *dev, const char *kind, const char *path, char *out, size_t cap)
{
	char directory_path[PATH_MAX / 2], link[PATH_MAX];
	const struct dirent *entry;
	DIR *directory;

	out[0] = '\0';
	snprintf(directory_path, sizeof directory_path, "%s/serial/%s", dev, kind);
	directory = opendir(directory_path);
	while (directory && !out[0] && (entry = readdir(directory))) {
		char *real;

		snprintf(link, sizeof link, "%s/%s", directory_path, entry->d_name);
		real = realpath(link, NULL);
		if (real && strcmp(real, path) == 0 && strlen(link) < cap)
			memcpy(out, link, strlen(link) + 1);
		free(real);
	}
	if (directory)
		closedir(directory);
}

void pl_node_links(const char *dev, const char *path, struct pl_port_identity *out)
{
	find_link(dev, "by-id", path, out->by_id, sizeof out->by_id);
	find_link(dev, "by-path", path, out->by_path, sizeof out->by_path);
}

/* False: this is a terminal, but no port of the machine. */
static bool describe(const struct pl_port_roots *roots, const char *name, struct pl_port_entry *out)
{
	char tty[PATH_MAX / 2], link[PATH_MAX], type[16], *device;
	struct stat node;
	bool is_port;

	memset(out, 0, sizeof *out);
	snprintf(tty, sizeof tty, "%s/class/tty/%.200s", roots->sys, name);
	snprintf(link, sizeof link, "%s/device", tty);
	device = realpath(link, NULL);
	is_port = device && !(read_line(tty, "type", type, sizeof type) && strcmp(type, "0") == 0);
	snprintf(out->identity.path, sizeof out->identity.path, "%s/%.100s", roots->dev, name);
	if (is_port && stat(out->identity.path, &node) == 0) {
		out->identity.has_line_speed = true;
		read_usb(device, out);
		pl_node_links(roots->dev, out->identity.path, &out->identity);
		pl_lock_holder(&node, out->holder, sizeof out->holder);
	} else {
		is_port = false;
	}
	free(device);
	return is_port;
}

size_t pl_port_list_of(const struct pl_port_roots *roots, struct pl_port_entry *out, size_t cap)
{
	struct dirent **names = NULL;
	struct pl_port_entry entry;
	char path[PATH_MAX / 2];
	size_t count = 0;
	int found;

	snprintf(path, sizeof path, "%s/class/tty", roots->sys);
	found = scandir(path, &names, NULL, versionsort);
	for (int i = 0; i < found; i++) {
		if (names[i]->d_name[0] != '.' && describe(roots, names[i]->d_name, &entry)) {
			if (count < cap)
				out[count] = entry;
			count++;
		}
		free(names[i]);
	}
	free(names);
	return count;
}

size_t pl_port_list(struct pl_port_entry *out, size_t cap)
{
	return pl_port_list_of(&system_roots, out, cap);
}
