/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_init.c - plateau init: a first bench file, commented, from the ports that are named or found.
 * It is made with O_EXCL: what is there already is never written over.
 */
#include "cli/bench_ref.h"
#include "cli/print.h"

#include "port/port.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PORTS_MAX 64
#define FILE_NAME "bench.yaml"

struct found {
	struct {
		char port[PL_CLI_PATH_SIZE];
		const char *remark;
	} items[PORTS_MAX];
	size_t count;
	char others[PORTS_MAX][PL_CLI_PATH_SIZE]; /* found, not used */
	size_t other_count;
};

static const char head[] =
    "# A bench of plateau. Change what is marked <-, then\n"
    "#     plateau check FILE        says everything that is wrong with it\n"
    "#     plateau FILE              opens the screen\n"
    "#     plateau FILE --sim        the same with simulated devices\n"
    "# Every key is explained in plateau.yaml(5). Quantities carry their unit: 10 s, 500 ms, 1 "
    "Hz.\n"
    "schema: 1\n"
    "bench: bench_1                  # <- a name: lower-case letters, digits and _\n"
    "workspace: ./data               # receives everything; relative to this file, ~/ works\n"
    "operator: optional              # or required: --operator NAME, $PLATEAU_OPERATOR\n"
    "parameters: {dwell: 10 s}       # usable as \"{dwell}\", changed by --set "
    "parameters.dwell=30s\n"
    "\n"
    "devices:\n";

static const char device_rest[] =
    "    protocol: auto              # auto | text | binary: how thresholds are written\n"
    "    channels:                   # id: the device's own number; threshold: the usual setting\n"
    "      top: {id: 1, threshold: 290}   # <-\n"
    "      mid: {id: 2, threshold: 300}   # <-\n"
    "      btm: {id: 3, threshold: 295}   # <-\n"
    "    coincidences: {all: [top, mid, btm]}\n";

static const char scans[] =
    "\nscans:\n"
    "  threshold:\n"
    "    set: det.threshold\n"
    "    channels: [top, mid, btm]\n"
    "    range: {center: 290, nsteps: 20, step: 2}   # <- 41 points a channel\n"
    "    dwell: {time: \"{dwell}\"}\n"
    "    settle: 100 ms\n"
    "    restore: previous           # previous | configured | suppress | keep\n";

static enum pl_status take_named(const struct pl_call *call, struct found *out,
				 struct pl_error *error)
{
	enum pl_status status = PL_OK;

	for (size_t i = 0; i < call->argument_count && status == PL_OK; i++) {
		const char *word = call->arguments[i];
		bool is_path = strchr(word, ':') == NULL;

		if (out->count == PORTS_MAX)
			return pl_error_set(error, PL_ERR_USAGE, word, "is one port too many");
		if (is_path)
			status = pl_cli_absolute(word, out->items[out->count].port,
						 sizeof(out->items[0].port), error);
		else
			snprintf(out->items[out->count].port, sizeof(out->items[0].port), "%s",
				 word);
		if (status == PL_OK && pl_port_kind(out->items[out->count].port, error) == 0)
			status = error->code;
		out->items[out->count++].remark = "as named";
	}
	return status;
}

/* The first USB line that nobody holds is taken, the others are listed as comments: a built-in
 * serial port is seldom where a detector is. */
static void look_around(struct found *out)
{
	struct pl_port_entry *ports = calloc(PORTS_MAX, sizeof(*ports));
	size_t count = ports != NULL ? pl_port_list(ports, PORTS_MAX) : 0;

	for (size_t i = 0; i < count && i < PORTS_MAX; i++) {
		const struct pl_port_identity *identity = &ports[i].identity;
		const char *name = identity->by_id[0] != '\0' ? identity->by_id : identity->path;

		if (out->count == 0 && identity->usb[0] != '\0' && ports[i].holder[0] == '\0') {
			snprintf(out->items[0].port, sizeof(out->items[0].port), "%s", name);
			out->items[0].remark = "<- found; `plateau ports` lists all";
			out->count = 1;
		} else {
			snprintf(out->others[out->other_count++], sizeof(out->others[0]), "%s%s%s",
				 name, ports[i].holder[0] != '\0' ? "   held by " : "",
				 ports[i].holder);
		}
	}
	free(ports);
	if (out->count > 0)
		return;
	snprintf(out->items[0].port, sizeof(out->items[0].port), "sim:osechi?seed=1");
	out->items[0].remark = "<- simulated: no free USB line was found (`plateau ports`)";
	out->count = 1;
}

/* A YAML scalar in double quotes; device paths may hold anything. */
static void add_quoted(struct pl_text *out, const char *text)
{
	pl_text_add_string(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			pl_text_add_string(out, "\\");
		pl_text_add_bytes(out, text, 1);
	}
	pl_text_add_string(out, "\"");
}

static void write_text(const struct found *found, struct pl_text *out)
{
	pl_text_add_string(out, head);
	for (size_t i = 0; i < found->count; i++) {
		pl_text_add_string(out, "  det");
		if (i > 0)
			pl_text_add(out, "%zu", i + 1);
		pl_text_add_string(out, ":\n    driver: osechi\n    port: ");
		add_quoted(out, found->items[i].port);
		pl_text_add(out, "   # %s\n%s", found->items[i].remark, device_rest);
	}
	for (size_t i = 0; i < found->other_count; i++)
		pl_text_add(out, "  # also found: %s\n", found->others[i]);
	pl_text_add_string(out, scans);
}

static enum pl_status create(const char *name, const struct pl_text *text, struct pl_error *error)
{
	struct pl_disk disk;
	struct pl_file file = {.fd = -1};
	enum pl_status status;

	pl_disk_init(&disk);
	status = pl_file_create(&disk, AT_FDCWD, name, &file, error);
	if (status == PL_ERR_EXISTS)
		status =
		    pl_error_set(error, PL_ERR_EXISTS, name,
				 "is there already and stays as it is; choose another name with "
				 "--output");
	if (status == PL_OK)
		status = pl_file_append(&disk, &file, text->data, text->length, error);
	if (status == PL_OK)
		status = pl_file_sync(&disk, &file, error);
	if (file.fd >= 0)
		pl_file_close(&file);
	pl_disk_fini(&disk);
	return status;
}

static void print_json(const char *name)
{
	struct pl_json *object = pl_json_object();

	pl_json_add_boolean(object, "success", true);
	pl_json_add_text(object, "file", name);
	pl_print_json(object);
	pl_json_free(object);
}

static int write_file(const struct pl_call *call, const struct found *found)
{
	const char *name = pl_call_value(call, "output");
	struct pl_text text = {0};
	struct pl_error error;
	int exit_status = PL_EXIT_OK;

	name = name != NULL ? name : FILE_NAME;
	write_text(found, &text);
	if (strcmp(name, "-") == 0)
		fputs(text.data, stdout);
	else if (create(name, &text, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else if (pl_call_has(call, "json"))
		print_json(name);
	else
		printf("%s written; next: plateau check %s\n", name, name);
	pl_text_free(&text);
	return exit_status;
}

static int run(const struct pl_call *call)
{
	struct found *found = calloc(1, sizeof(*found));
	struct pl_error error;
	int exit_status;

	if (found == NULL)
		return PL_EXIT_FAILED;
	if (call->argument_count == 0)
		look_around(found);
	if (take_named(call, found, &error) != PL_OK)
		exit_status = pl_fail(call, &error);
	else
		exit_status = write_file(call, found);
	free(found);
	return exit_status;
}

static const struct pl_command_option options[] = {
    {"output", 'o', "FILE", "where to write it (default ./bench.yaml); - is standard output"},
    {.name = NULL},
};

const struct pl_command pl_cmd_init = {
    .name = "init",
    .summary = "write a first bench file from the ports that are there",
    .synopsis = "[PORT…] [--output FILE]",
    .text =
	"Writes a commented bench file with the named ports, or with the first free serial port "
	"it finds; without any it takes a simulator. Nothing is opened. A file that is there "
	"already is never written over.",
    .options = options,
    .most = PORTS_MAX,
    .run = run,
};
