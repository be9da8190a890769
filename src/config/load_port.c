/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The port as text: what kind it is and whether it can be meant. Opening it is the port room's. */
#include "config/loader.h"

#include "plateau/text.h"

#include <ctype.h>
#include <string.h>

/* Each check says what is wrong with what stands behind the prefix, or NULL. *out is the port made
 * absolute where it holds a path. */
typedef const char *check_port(struct pl_loader *loader, const struct pl_option_home *home,
			       const char *rest, const char **out);

static const char *check_sim(struct pl_loader *loader, const struct pl_option_home *home,
			     const char *rest, const char **out)
{
	char kind[PL_NAME_SIZE];
	size_t length = strcspn(rest, "?");

	(void)loader, (void)home, (void)out;
	if (length >= sizeof(kind))
		return "a simulator is sim:KIND or sim:KIND?option=value&…";
	memcpy(kind, rest, length);
	kind[length] = '\0';
	return pl_name_valid(kind) ? NULL : "a simulator is sim:KIND or sim:KIND?option=value&…";
}

static const char *check_tcp(struct pl_loader *loader, const struct pl_option_home *home,
			     const char *rest, const char **out)
{
	const char *colon = strrchr(rest, ':');
	int64_t port;

	(void)loader, (void)home, (void)out;
	if (!colon || colon == rest || !pl_text_to_int(colon + 1, &port) || port < 1 ||
	    port > 65535)
		return "a network port is tcp:HOST:PORT, PORT from 1 to 65535";
	return NULL;
}

static const char *check_replay(struct pl_loader *loader, const struct pl_option_home *home,
				const char *rest, const char **out)
{
	size_t length = strcspn(rest, "?");
	char *file = pl_pool_string(loader->arena, rest);
	const char *absolute;

	file[length] = '\0';
	if (pl_path_absolute(home, file, &absolute, NULL))
		return "a replay is replay:FILE or replay:FILE?speed=10";
	*out = pl_pool_format(loader->arena, "replay:%s%s", absolute, rest + length);
	return NULL;
}

static const struct {
	const char *prefix;
	bool network; /* the driver must be able to use it */
	check_port *check;
} kinds[] = {
    {.prefix = "sim:", .check = check_sim},
    {.prefix = "tcp:", .network = true, .check = check_tcp},
    {.prefix = "replay:", .check = check_replay},
};

/* "foo:" of "foo:bar"; a path has a slash before its first colon. */
static bool has_prefix(const char *port)
{
	size_t length = strcspn(port, ":/");

	return port[length] == ':' && isalpha((unsigned char)port[0]);
}

static const char *check_text(struct pl_loader *loader, const struct pl_option_home *home,
			      struct pl_device *device)
{
	const struct pl_driver *driver = device->driver;
	const char *port = device->port;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i].prefix);

		if (strncmp(port, kinds[i].prefix, length) != 0)
			continue;
		if (driver && kinds[i].network && !(driver->ports & PL_PORT_TCP))
			return "this driver cannot use a network port";
		return kinds[i].check(loader, home, port + length, &device->port);
	}
	if (has_prefix(port))
		return "no such kind of port; it is a path, tcp:, sim: or replay:";
	if (pl_path_absolute(home, port, &device->port, NULL))
		return "a port is a path, tcp:HOST:PORT, sim:KIND or replay:FILE";
	return NULL;
}

/* A port that is a simulator already keeps its options (its seed, its faults). */
static void simulate(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		     const char *sim, struct pl_device *device)
{
	const char *own = device->driver ? device->driver->sim : NULL;
	size_t length = own ? strcspn(own, "?") : 0;

	if (!device->driver || (device->port && strncmp(device->port, "sim:", 4) == 0))
		return;
	/* That of the driver may have options: how it is spoken to. */
	if (!sim || !sim[0] || (own && strncmp(own, sim, length) == 0 && !sim[length]))
		sim = own;
	if (!sim) {
		pl_problems_add(loader->problems, node ? node->place : (struct pl_place){0},
				"--sim: driver %s has no simulator", device->driver->name);
		return;
	}
	device->port = pl_pool_format(loader->arena, "sim:%s", sim);
	pl_effective_replace(loader, pl_pool_format(loader->arena, "%s.port", path), device->port,
			     "--sim");
}

void pl_load_port(struct pl_loader *loader, const struct pl_doc *node, const char *path,
		  const char *sim, struct pl_device *device)
{
	if (node && device->port) {
		struct pl_option_home home = {.arena = loader->arena,
					      .directory = node->place.set ? loader->current
									   : loader->directory};
		const char *wrong = check_text(loader, &home, device);

		if (wrong)
			pl_problems_add(loader->problems, node->place, "port \"%s\": %s",
					node->text, wrong);
	}
	device->port_in_file = device->port;
	if (loader->request->simulate)
		simulate(loader, node, path, sim, device);
}
