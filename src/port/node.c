/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node.c - a port that is a path: from the text to an open terminal.
 *
 * Links are resolved here (libserialport 0.1.1 refuses them). Nothing is opened before the node is
 * known to be a character device that nobody holds a lock on: opening a serial line raises DTR,
 * which resets some devices. Later the node is watched: a line that was unplugged and plugged in
 * again between two looks is another inode.
 */
#include "port/transport.h"

#include "plateau/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WATCH_EVERY_NS (500 * PL_NS_PER_MS)

enum pl_status pl_node_check(const char *text, struct pl_error *error)
{
	if (strlen(text) >= PATH_MAX)
		return pl_error_set(error, PL_ERR_CONFIG, "", "a port path of %zu bytes",
				    strlen(text));
	return PL_OK;
}

/* The group that may use the node: root's own nodes are of no use, dialout is the usual one. */
static void name_group(const char *path, char *out, size_t cap)
{
	struct stat node;
	struct group group, *found = NULL;
	char buffer[1024];

	snprintf(out, cap, "dialout");
	if (stat(path, &node) == 0 && node.st_gid != 0 &&
	    getgrgid_r(node.st_gid, &group, buffer, sizeof buffer, &found) == 0 && found)
		snprintf(out, cap, "%s", found->gr_name);
}

enum pl_status pl_node_refused(const char *path, int number, struct pl_error *error)
{
	char group[40];

	switch (number) {
	case ENOENT:
	case ENOTDIR:
	case ENXIO:
	case ENODEV:
		return pl_error_set(error, PL_ERR_NOT_FOUND, path,
				    "no such port; is it plugged in? `plateau ports` lists what "
				    "is there");
	case EACCES:
	case EPERM:
		name_group(path, group, sizeof group);
		return pl_error_set(error, PL_ERR_PERMISSION, path,
				    "no permission for this port: join its group (sudo usermod -aG "
				    "%s $USER) and log in again",
				    group);
	case EBUSY:
		return pl_lock_busy(path, NULL, error);
	default:
		return pl_error_errno(error, number, path, "cannot open the port");
	}
}

static const char *kind_of(mode_t mode)
{
	static const struct {
		mode_t type;
		const char *name;
	} kinds[] = {{S_IFREG, "a regular file"}, {S_IFDIR, "a directory"}, {S_IFSOCK, "a socket"},
		     {S_IFIFO, "a named pipe"},	  {S_IFBLK, "a disk"},	    {S_IFCHR, "a device"}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if ((mode & S_IFMT) == kinds[i].type)
			return kinds[i].name;
	return "something else";
}

static enum pl_status choose(struct pl_port *port, const char *path,
			     const struct pl_port_setup *setup, struct pl_error *error)
{
	if (pl_serial_knows(path))
		return pl_serial_open(port, path, setup, error);
	return pl_pty_open(port, path, error);
}

static void remember_node(struct pl_port *port, const char *path)
{
	struct stat node;

	snprintf(port->identity.path, sizeof port->identity.path, "%s", path);
	pl_node_links("/dev", path, &port->identity);
	if (fstat(port->fd, &node) != 0)
		return;
	port->is_node = true;
	port->node_device = node.st_dev;
	port->node_inode = node.st_ino;
	port->node_number = node.st_rdev;
	port->node_changed = node.st_ctim;
	port->node_seen_ns = pl_clock_mono_ns();
}

enum pl_status pl_node_open_path(struct pl_port *port, const char *path,
				 const struct pl_port_setup *setup, struct pl_error *error)
{
	char *real = realpath(path, NULL);
	struct stat node;
	enum pl_status status;

	if (!real || stat(real, &node) != 0) {
		status = pl_node_refused(path, errno, error);
		goto out;
	}
	if (!S_ISCHR(node.st_mode)) {
		status = pl_error_set(error, PL_ERR_UNSUPPORTED, path,
				      "this is %s, not a serial port", kind_of(node.st_mode));
		goto out;
	}
	status = pl_lock_check(real, &node, error);
	if (status == PL_OK)
		status = choose(port, real, setup, error);
	if (status == PL_OK)
		remember_node(port, real);
out:
	free(real);
	return status;
}

enum pl_status pl_node_open(struct pl_port *port, const struct pl_port_setup *setup,
			    struct pl_error *error)
{
	return pl_node_open_path(port, setup->text, setup, error);
}

void pl_node_close(struct pl_port *port)
{
	if (port->serial)
		pl_serial_close(port);
	else if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

/* A new node may get the inode of the old one (always so on /dev/pts): then it is younger. Rights
 * that somebody changes move the same time, so a younger node is another one only when the line we
 * have open is not what the path leads to any more. */
static bool is_another(const struct pl_port *port, const struct stat *node)
{
	struct stat ours;

	if (node->st_dev != port->node_device || node->st_ino != port->node_inode ||
	    node->st_rdev != port->node_number)
		return true;
	if (node->st_ctim.tv_sec == port->node_changed.tv_sec &&
	    node->st_ctim.tv_nsec == port->node_changed.tv_nsec)
		return false;
	return fstat(port->fd, &ours) != 0 || ours.st_nlink == 0 ||
	       ours.st_ctim.tv_sec != node->st_ctim.tv_sec ||
	       ours.st_ctim.tv_nsec != node->st_ctim.tv_nsec;
}

enum pl_status pl_node_watch(struct pl_port *port, struct pl_error *error)
{
	int64_t now = pl_clock_mono_ns();
	struct stat node;

	if (now - port->node_seen_ns < WATCH_EVERY_NS)
		return PL_OK;
	port->node_seen_ns = now;
	if (stat(port->identity.path, &node) != 0)
		return pl_error_set(error, PL_ERR_LOST, port->identity.path,
				    "the port has vanished (unplugged)");
	if (is_another(port, &node))
		return pl_error_set(error, PL_ERR_LOST, port->identity.path,
				    "the port was unplugged and plugged in again");
	return PL_OK;
}
