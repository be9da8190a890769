/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_ports.c - plateau ports: the serial lines of this machine and who holds them. */
#include "cli/print.h"

#include "port/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTS_MAX 256

/* What usually hangs on an adapter of this kind: a hint, never more. Vendor and product as lsusb
 * shows them (the public list at usb-ids.gowdy.us). */
static const char *likely_device(const char *usb)
{
	static const struct {
		const char *usb, *what;
	} rows[] = {
	    {"10c4:ea60", "OSECHI or another ESP32 board (CP210x)"},
	    {"1a86:7523", "ESP32 or Arduino board, EIA-485 stick (CH340)"},
	    {"1a86:55d4", "ESP32 board (CH9102)"},
	    {"303a:1001", "ESP32-S3 or -C3 board (its own USB)"},
	    {"2341:0043", "CosmicWatch or another Arduino (Uno)"},
	    {"0403:6001", "EIA-485 or EIA-232 adapter (FT232R)"},
	    {"0403:6011", "EIA-485 adapter of four ports (FT4232H)"},
	    {"0403:6015", "EIA-485 or EIA-232 adapter (FT-X)"},
	    {"067b:2303", "EIA-232 adapter (PL2303)"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].usb, usb) == 0)
			return rows[i].what;
	}
	return "";
}

static struct pl_json *port_json(const struct pl_port_entry *port)
{
	struct pl_json *out = pl_json_object();

	pl_json_add_text(out, "path", port->identity.path);
	pl_json_add_text(out, "by_id", port->identity.by_id);
	pl_json_add_text(out, "usb", port->identity.usb);
	pl_json_add_text(out, "serial", port->identity.serial);
	pl_json_add_text(out, "description", port->description);
	pl_json_add_text(out, "likely", likely_device(port->identity.usb));
	pl_json_add_text(out, "holder", port->holder);
	return out;
}

static void print_json(const struct pl_port_entry *ports, size_t count)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	for (size_t i = 0; i < count; i++)
		pl_json_add(list, NULL, port_json(&ports[i]));
	pl_json_add(object, "ports", list);
	pl_print_json(object);
	pl_json_free(object);
}

static void print_table(const struct pl_port_entry *ports, size_t count)
{
	static const char *const heads[] = {"path",
					    "usb",
					    "serial",
					    "description",
					    "likely",
					    "held by",
					    "name it in a bench file as"};
	struct pl_table table = {.columns = sizeof(heads) / sizeof(heads[0])};

	for (size_t i = 0; i < table.columns; i++)
		pl_table_add(&table, heads[i]);
	for (size_t i = 0; i < count; i++) {
		const struct pl_port_identity *identity = &ports[i].identity;

		pl_table_add(&table, identity->path);
		pl_table_add(&table, identity->usb);
		pl_table_add(&table, identity->serial);
		pl_table_add(&table, ports[i].description);
		pl_table_add(&table, likely_device(identity->usb));
		pl_table_add(&table, ports[i].holder);
		pl_table_add(&table, identity->by_id[0] != '\0' ? identity->by_id : identity->path);
	}
	pl_table_print(&table);
}

static int run(const struct pl_call *call)
{
	struct pl_port_entry *ports = calloc(PORTS_MAX, sizeof(*ports));
	size_t count;

	if (ports == NULL)
		return PL_EXIT_FAILED;
	count = pl_port_list(ports, PORTS_MAX);
	if (count > PORTS_MAX) {
		pl_tell(call, "%zu ports are there, the first %d are shown", count, PORTS_MAX);
		count = PORTS_MAX;
	}
	if (pl_call_has(call, "json"))
		print_json(ports, count);
	else if (count == 0)
		pl_tell(call, "no serial port is there; is the device plugged in?");
	else
		print_table(ports, count);
	free(ports);
	return PL_EXIT_OK;
}

const struct pl_command pl_cmd_ports = {
    .name = "ports",
    .summary = "list the serial ports and who holds them",
    .synopsis = "",
    .text =
	"Lists the serial ports of this machine with their USB identity, what usually hangs on "
	"such an adapter, and the program that holds them. Nothing is opened; `plateau discover` "
	"asks who is there. Use the name below /dev/serial/by-id in a bench file: it "
	"stays the same when devices are plugged in another order.",
    .run = run,
};
