/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_discover.c - plateau discover: who answers on a line, found by reading only.
 *
 * What will be asked is said first. Each driver that can be found by asking is tried at each of its
 * speeds, until one brings an answer, and at each of its addresses.
 */
#include "cli/print.h"
#include "cli/seek.h"

#include "driver/registry.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 256

struct answer {
	const struct pl_driver *driver;
	int unit, baud; /* baud 0: the line has no speed */
	struct pl_identity identity;
};

struct search {
	const struct pl_call *call;
	char text[PATH_MAX]; /* the port to open */
	char name[PATH_MAX]; /* the same for a bench file */
	unsigned kind;
	bool has_speed;
	struct answer found[FOUND_MAX];
	size_t count;
	uint64_t strays;
};

static bool can_ask(const struct search *search, const struct pl_driver *driver)
{
	const char *only = pl_call_value(search->call, "driver");

	return driver->discovery != NULL && (driver->ports & search->kind) != 0 &&
	       (only == NULL || strcmp(only, driver->name) == 0);
}

static void announce(const struct search *search)
{
	pl_tell(search->call, "%s: asked by reading only, nothing is set; ^C ends it",
		search->text);
	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++) {
		const struct pl_discovery *how = (*at)->discovery;
		struct pl_text speeds = {0};

		if (!can_ask(search, *at))
			continue;
		for (const int *speed = how->speeds; *speed != 0 && search->has_speed; speed++)
			pl_text_add(&speeds, "%s%d", speed > how->speeds ? ", " : " at ", *speed);
		if (search->has_speed)
			pl_text_add(&speeds, " baud");
		if (how->last_unit > how->first_unit)
			pl_text_add(&speeds, ", addresses %d to %d", how->first_unit,
				    how->last_unit);
		pl_tell(search->call, "  %s%s", (*at)->name, speeds.length > 0 ? speeds.data : "");
		pl_text_free(&speeds);
	}
}

static bool is_answer(enum pl_status status)
{
	return status == PL_OK || status == PL_ERR_REFUSED || status == PL_ERR_UNSUPPORTED;
}

static enum pl_status ask_units(struct search *search, struct pl_seek *seek,
				const struct pl_driver *driver, struct pl_error *error)
{
	const struct pl_discovery *how = driver->discovery;

	for (int unit = how->first_unit; unit <= how->last_unit; unit++) {
		struct answer *next = &search->found[search->count];
		enum pl_status status;

		if (search->count == FOUND_MAX)
			break;
		status = pl_seek_ask(seek, driver, unit, &next->identity, error);
		if (status == PL_ERR_LOST)
			return status;
		if (!is_answer(status))
			continue;
		next->driver = driver;
		next->unit = unit;
		next->baud = search->has_speed ? seek->baud : 0;
		search->count++;
		pl_tell(search->call, "  %s address %d answers%s%s", driver->name, unit,
			next->identity.model[0] != '\0' ? ": " : "", next->identity.model);
	}
	return PL_OK;
}

/* One driver at one speed after the other; the first that brings an answer is the line's. */
static enum pl_status ask_driver(struct search *search, const struct pl_driver *driver,
				 struct pl_error *error)
{
	size_t before = search->count;

	for (const int *speed = driver->discovery->speeds; *speed != 0; speed++) {
		struct pl_seek seek = {.text = search->text, .baud = *speed};
		enum pl_status status = pl_seek_open(&seek, error);

		if (status != PL_OK)
			return status;
		if (search->has_speed)
			pl_tell(search->call, "asking as %s at %d baud", driver->name, *speed);
		else
			pl_tell(search->call, "asking as %s", driver->name);
		status = ask_units(search, &seek, driver, error);
		search->strays += seek.strays;
		pl_seek_close(&seek);
		if (status != PL_OK || search->count > before || !search->has_speed)
			return status;
	}
	return PL_OK;
}

/* ---- what was found ---- */

static void add_quoted(struct pl_text *out, const char *text)
{
	pl_text_add_string(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			pl_text_add_string(out, "\\");
		pl_text_add_bytes(out, text, 1);
	}
	pl_text_add_string(out, "\"\n");
}

/* The driver's own lines, indented, %d replaced by the address. */
static void add_form(struct pl_text *out, const char *form, int unit)
{
	pl_text_add_string(out, "    ");
	for (; *form != '\0'; form++) {
		if (form[0] == '%' && form[1] == 'd') {
			pl_text_add_integer(out, unit);
			form++;
		} else {
			pl_text_add_bytes(out, form, 1);
		}
		if (*form == '\n')
			pl_text_add_string(out, "    ");
	}
	pl_text_add_string(out, "\n");
}

static void add_answer(struct pl_text *out, const struct search *search,
		       const struct answer *answer)
{
	const struct pl_identity *who = &answer->identity;

	pl_text_add(out, "  %s_%d:", answer->driver->name, answer->unit);
	if (who->model[0] != '\0' || who->firmware[0] != '\0' || who->serial[0] != '\0')
		pl_text_add(out, "   # %s %s %s", who->model, who->firmware, who->serial);
	pl_text_add(out, "\n    driver: %s\n    port: ", answer->driver->name);
	add_quoted(out, search->name);
	if (answer->baud != 0)
		pl_text_add(out, "    baud: %d\n", answer->baud);
	add_form(out, answer->driver->discovery->snippet_form, answer->unit);
}

static void write_snippet(const struct search *search, struct pl_text *out)
{
	pl_text_add_string(out, "# found by plateau discover; keep it as bench.yaml, or take its "
				"devices into a bench of yours\n"
				"bench: found\nworkspace: ./data\ndevices:\n");
	for (size_t i = 0; i < search->count; i++)
		add_answer(out, search, &search->found[i]);
}

static void print_json(const struct search *search, const char *snippet)
{
	struct pl_json *object = pl_json_object(), *list = pl_json_array();

	pl_json_add_text(object, "port", search->name);
	for (size_t i = 0; i < search->count; i++) {
		const struct answer *answer = &search->found[i];
		struct pl_json *item = pl_json_object();

		pl_json_add_text(item, "driver", answer->driver->name);
		pl_json_add_integer(item, "address", answer->unit);
		if (answer->baud != 0)
			pl_json_add_integer(item, "baud", answer->baud);
		else
			pl_json_add_null(item, "baud");
		pl_json_add_text(item, "model", answer->identity.model);
		pl_json_add_text(item, "firmware", answer->identity.firmware);
		pl_json_add_text(item, "serial", answer->identity.serial);
		pl_json_add(list, NULL, item);
	}
	pl_json_add(object, "found", list);
	pl_json_add_text(object, "bench", search->count > 0 ? snippet : NULL);
	pl_print_json(object);
	pl_json_free(object);
}

static int tell_found(const struct search *search)
{
	struct pl_text snippet = {0};

	write_snippet(search, &snippet);
	if (pl_call_has(search->call, "json"))
		print_json(search, snippet.data);
	else if (search->count > 0)
		fputs(snippet.data, stdout);
	pl_text_free(&snippet);
	if (search->count > 0)
		return PL_EXIT_OK;
	pl_say("%s: nobody answered%s", search->text,
	       search->strays > 0
		   ? ", but bytes came that are no answer: another speed, or a device "
		     "that talks unasked"
		   : "; check power, wiring (A and B), address and speed");
	return PL_EXIT_FAILED;
}

/* ---- the command ---- */

static enum pl_status take_port(struct search *search, struct pl_error *error)
{
	const char *word = search->call->arguments[0];
	bool is_path = strchr(word, ':') == NULL;
	struct pl_seek seek = {.text = search->text, .baud = 9600};
	const struct pl_port_identity *identity;
	enum pl_status status = PL_OK;

	if (is_path)
		status = pl_cli_absolute(word, search->text, sizeof(search->text), error);
	else
		snprintf(search->text, sizeof(search->text), "%s", word);
	if (status != PL_OK)
		return status;
	search->kind = pl_port_kind(search->text, error);
	if (search->kind == 0)
		return error->code;
	status = pl_seek_open(&seek, error);
	if (status != PL_OK)
		return status;
	identity = pl_port_identity(seek.port);
	search->has_speed = identity->has_line_speed;
	snprintf(search->name, sizeof(search->name), "%s",
		 is_path && identity->by_id[0] != '\0' ? identity->by_id : search->text);
	pl_seek_close(&seek);
	return PL_OK;
}

static int search_port(struct search *search)
{
	struct pl_error error = {0};
	bool has_driver = false;
	enum pl_status status = take_port(search, &error);

	if (status == PL_OK)
		announce(search);
	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL && status == PL_OK;
	     at++) {
		if (!can_ask(search, *at))
			continue;
		has_driver = true;
		status = ask_driver(search, *at, &error);
	}
	if (status == PL_OK && !has_driver)
		status = pl_error_set(&error, PL_ERR_USAGE, "--driver",
				      "no driver of this name can be found by asking");
	return status == PL_OK ? tell_found(search) : pl_fail(search->call, &error);
}

static int run(const struct pl_call *call)
{
	struct search *search;
	struct pl_error error;
	int exit_status;

	if (call->argument_count == 0) {
		pl_error_set(&error, PL_ERR_USAGE, "discover",
			     "needs a port; `plateau ports` lists them");
		return pl_fail(call, &error);
	}
	search = calloc(1, sizeof(*search));
	if (search == NULL)
		pl_out_of_memory();
	search->call = call;
	exit_status = search_port(search);
	free(search);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"driver", 0, "NAME", "ask as this driver only"},
    {.name = NULL},
};

const struct pl_command pl_cmd_discover = {
    .name = "discover",
    .summary = "find out which devices answer on a port",
    .synopsis = "PORT [--driver NAME]",
    .text =
	"Says which protocols, speeds and addresses it will try, then asks each by reading only: "
	"nothing is written, no setting changed, and the port is locked meanwhile. What answers is "
	"printed as a bench file that `plateau check` accepts; choose the profile that describes "
	"the instrument. Ends with 1 when nobody answers.",
    .options = options,
    .most = 1,
    .run = run,
};
