/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lists.c - plateau man-lists NAME: the lists of the manual in roff, and words for the shell, from
 * the tables the program itself works by. The Makefile puts them into man/NAME.in.
 */
#include "cli/print.h"

#include "plateau/actions.h"
#include "plateau/parameter.h"
#include "plateau/ui.h"

#include "config/profile.h"
#include "config/rows.h"
#include "driver/registry.h"
#include "sim/sim.h"
#include "store/point.h"
#include "store/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Text as roff: backslashes and hyphens as themselves, no line that begins with a request. */
static void put(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '"')
			fputs("\\(dq", stdout);
		else if (strncmp(text, "…", strlen("…")) == 0) {
			fputs("...", stdout);
			text += strlen("…") - 1;
		} else if (strncmp(text, "·", strlen("·")) == 0) {
			fputs("\\(pc", stdout);
			text += strlen("·") - 1;
		} else
			putchar(*text);
	}
}

/* .TP with the tag in bold. */
static void tag(const char *before, const char *bold, const char *after)
{
	fputs(".TP\n\\fB", stdout);
	put(before);
	put(bold);
	fputs("\\fR", stdout);
	if (after[0] != '\0') {
		putchar(' ');
		put(after);
	}
	putchar('\n');
}

static void line(const char *text)
{
	put(text);
	putchar('\n');
}

static void put_options(const struct pl_command_option *row)
{
	for (; row != NULL && row->name != NULL; row++) {
		char letter[8] = "";

		if (row->text == NULL)
			continue;
		if (row->letter != 0)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		fputs(".TP\n\\fB", stdout);
		put(letter);
		put("--");
		put(row->name);
		fputs("\\fR", stdout);
		if (row->argument != NULL) {
			fputs(" \\fI", stdout);
			put(row->argument);
			fputs("\\fR", stdout);
		}
		putchar('\n');
		line(row->text);
	}
}

static void list_commands(void)
{
	for (const struct pl_command *const *at = pl_commands(); *at != NULL; at++) {
		if ((*at)->summary == NULL)
			continue;
		tag("plateau ", (*at)->name, (*at)->synopsis);
		line((*at)->text);
		if ((*at)->options == NULL)
			continue;
		puts(".RS");
		put_options((*at)->options);
		puts(".RE");
	}
}

static void list_options(void)
{
	put_options(pl_common_options());
}

static void list_keys(void)
{
	const struct pl_action *action;

	for (size_t i = 0; (action = pl_ui_action(i)) != NULL; i++) {
		tag("", action->keys, "");
		put(action->text);
		fputs(" (\\fI", stdout);
		put(action->name);
		fputs("\\fP", stdout);
		if (action->panel[0] != '\0') {
			fputs(", in ", stdout);
			put(action->panel);
		}
		puts(")");
	}
}

static void list_screen_words(void)
{
	struct pl_ui_word word;

	for (size_t i = 0; pl_ui_word(i, &word); i++) {
		tag("", word.name, word.arguments);
		line(word.text);
	}
}

/* "one of a, b" or "0.1 to 60 s". */
static void put_type(const struct pl_option *row)
{
	static const char *const names[] = {
	    [PL_OPTION_BOOLEAN] = "yes or no", [PL_OPTION_INTEGER] = "a whole number",
	    [PL_OPTION_REAL] = "a number",     [PL_OPTION_TIME] = "a time with its unit",
	    [PL_OPTION_WORD] = "one of",       [PL_OPTION_NAME] = "a name",
	    [PL_OPTION_TEXT] = "a text",       [PL_OPTION_PATH] = "a path",
	};
	char limits[96];

	put(names[row->type]);
	for (size_t i = 0; row->type == PL_OPTION_WORD && row->words[i] != NULL; i++) {
		fputs(i > 0 ? ", " : " ", stdout);
		put(row->words[i]);
	}
	if (row->max > row->min) {
		snprintf(limits, sizeof(limits), ", %g to %g", row->min, row->max);
		put(limits);
	}
	if (row->type == PL_OPTION_TIME && row->max > row->min)
		put(" s");
	if (row->type == PL_OPTION_REAL && row->unit != NULL && row->unit[0] != '\0') {
		putchar(' ');
		put(row->unit);
	}
}

static void put_fallback(const char *fallback)
{
	if (fallback == NULL) {
		fputs(" Required.", stdout);
	} else if (fallback[0] != '\0') {
		fputs(" Default: ", stdout);
		put(fallback);
		putchar('.');
	}
}

static void put_rows(const struct pl_option *row)
{
	for (; row != NULL && row->key != NULL; row++) {
		tag("", row->key, "");
		put(row->text);
		fputs(": ", stdout);
		put_type(row);
		putchar('.');
		put_fallback(row->fallback);
		putchar('\n');
	}
}

static void put_config_keys(const struct pl_config_key *key)
{
	for (; key != NULL && key->key != NULL; key++) {
		tag("", key->key, key->form != NULL ? key->form : "");
		put(key->text);
		putchar('.');
		if (key->later)
			fputs(" Not in this version.", stdout);
		put_fallback(key->fallback);
		putchar('\n');
	}
}

static void put_sections(const struct pl_config_section *section)
{
	for (; section->title != NULL; section++) {
		fputs(".SS ", stdout);
		put(section->title);
		if (section->path[0] != '\0') {
			fputs(" (", stdout);
			put(section->path);
			putchar(')');
		}
		putchar('\n');
		if (section->text != NULL && section->text[0] != '\0')
			line(section->text);
		put_rows(section->rows);
		put_config_keys(section->keys);
	}
}

static void list_bench_keys(void)
{
	put_sections(pl_config_sections());
}

static void list_profile_keys(void)
{
	put_sections(pl_profile_sections());
}

static void put_parameters(const struct pl_parameter *row, const char *of)
{
	for (; row != NULL && row->name != NULL; row++) {
		char limits[96] = "";

		if (isfinite(row->min) && isfinite(row->max) && row->max > row->min)
			snprintf(limits, sizeof(limits), "; %g to %g", row->min, row->max);
		tag(of, row->name, row->unit);
		put(row->text);
		put(limits);
		fputs((row->access & PL_ACCESS_WRITE) != 0 ? "; can be written" : "", stdout);
		putchar('\n');
	}
}

static void put_ports(const struct pl_driver *driver)
{
	fputs(".PP\nPorts:", stdout);
	if ((driver->ports & PL_PORT_SERIAL) != 0)
		printf(" serial, %d baud unless said otherwise", driver->baud);
	if ((driver->ports & PL_PORT_SERIAL) != 0 && (driver->ports & PL_PORT_TCP) != 0)
		putchar(';');
	puts((driver->ports & PL_PORT_TCP) != 0 ? " TCP." : ".");
	if (driver->sim != NULL)
		printf("Simulator: sim:%s.\n", driver->sim);
	if (driver->shares_line)
		line("Several devices may share one port, told apart by their address.");
}

static void list_drivers(void)
{
	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++) {
		fputs(".SS ", stdout);
		line((*at)->name);
		line((*at)->summary);
		put_ports(*at);
		puts(".PP\nKeys in the bench file:");
		put_rows((*at)->options);
		puts((*at)->wants_profile
			 ? ".PP\nIts parameters are those of its profile (key profile)."
			 : ".PP\nParameters:");
		put_parameters((*at)->parameters, "DEVICE.");
		put_parameters((*at)->channel_parameters, "DEVICE.CHANNEL.");
	}
}

static void list_driver_keys(void)
{
	for (const struct pl_driver *const *at = pl_drivers(); *at != NULL; at++) {
		fputs(".SS ", stdout);
		line((*at)->name);
		line((*at)->summary);
		put_rows((*at)->options);
	}
}

/* Plain words, one a line, for completions. */
static void words_commands(void)
{
	for (const struct pl_command *const *at = pl_commands(); *at != NULL; at++)
		if ((*at)->summary != NULL && (*at)->name[0] != '\0')
			puts((*at)->name);
}

static void words_options(void)
{
	const struct pl_command_option *row = pl_common_options();

	for (; row->name != NULL; row++)
		printf("--%s%s\n", row->name, row->argument != NULL ? "=" : "");
	for (const struct pl_command *const *at = pl_commands(); *at != NULL; at++)
		for (row = (*at)->options; row != NULL && row->name != NULL; row++)
			if (row->text != NULL)
				printf("%s --%s%s\n", (*at)->name[0] != '\0' ? (*at)->name : "-",
				       row->name, row->argument != NULL ? "=" : "");
}

static void words_simulators(void)
{
	for (const struct pl_simulator *const *at = pl_sim_all(); *at != NULL; at++)
		puts((*at)->name);
}

/* The help of each simulator, as it stands. */
static void list_simulators(void)
{
	for (const struct pl_simulator *const *at = pl_sim_all(); *at != NULL; at++) {
		struct pl_text help = {0};
		char *rest, *row;

		pl_sim_help(*at, &help);
		rest = help.data;
		printf(".SS %s\n.nf\n", (*at)->name);
		while ((row = strsep(&rest, "\n")) != NULL && rest != NULL)
			line(row);
		printf(".fi\n");
		pl_text_free(&help);
	}
}

static void list_states(void)
{
	static const char *const meanings[] = {
	    [PL_RUN_DRAFT] = "it has no folder yet",
	    [PL_RUN_PREPARING] = "its folder is made; no device was written to yet",
	    [PL_RUN_RUNNING] = "points are measured",
	    [PL_RUN_PAUSED] = "no point is measured; the reason stands beside it",
	    [PL_RUN_FINISHED] = "every point of the plan has its row; it is never taken up again",
	    [PL_RUN_INTERRUPTED] = "ended on request before its last point",
	    [PL_RUN_CRASHED] = "ended by an error, or the process that led it is dead",
	};

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		tag("", pl_run_state_name((enum pl_run_state)i), "");
		line(meanings[i]);
	}
}

static void list_qualities(void)
{
	static const char *const meanings[] = {
	    [PL_POINT_OK] = "nothing speaks against it",
	    [PL_POINT_SATURATED] = "the line was more than 80 % full: events may be missing",
	    [PL_POINT_SUSPECT] = "counted, but something is doubtful: reason says what, such as a "
				 "setting that could not be read back after the window, or counts "
				 "that are frozen or beyond max_rate",
	    [PL_POINT_INVALID] =
		"the setting was not confirmed, or the window could not be counted",
	    [PL_POINT_SKIPPED] =
		"not tried: its channel was given up, or it was left out on request",
	    [PL_POINT_VOID] =
		"taken back: the device was lost or restarted, the run was stopped or "
		"resumed, or on request. A later row of its index holds",
	    [PL_POINT_OUT_OF_TOLERANCE] =
		"what the point waits for (settle: until) did not come in "
		"time",
	};

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		bool is_valid = pl_point_is_valid((enum pl_point_quality)i);

		tag("", pl_point_quality_name((enum pl_point_quality)i),
		    is_valid ? "(carries counts)" : "(no counts)");
		line(meanings[i]);
	}
}

static void list_reasons(void)
{
	static const struct {
		const char *reason, *meaning;
	} rows[] = {
	    {"on request", "somebody asked for it; the settings are those of the scan. Resume goes "
			   "on"},
	    {"safe state", "somebody asked for the safe state, and the settings are put back and "
			   "confirmed. Resume sets them for the scan again"},
	    {"safe state NOT confirmed", "the device did not confirm its settings: look at it. "
					 "Stop tries again"},
	    {"kept: nothing is put back",
	     "somebody asked for the safe state of a scan that restores "
	     "nothing (restore: keep): the settings are those of the "
	     "scan"},
	    {"alarm: PATH is beyond LEVEL",
	     "a reading left its limits, and its device has on_alarm: pause. The run goes on by "
	     "itself when all such readings were inside for resume_after, or with resume"},
	    {"lost", "the device is gone. The run goes on by itself when it is back, and takes the "
		     "point in progress again"},
	    {"disk full", "rows could not be written. The run goes on by itself when there is "
			  "room, or at once with resume"},
	    {"disk", "too many rows are written and not yet durable. The run goes on by itself"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tag("", rows[i].reason, "");
		line(rows[i].meaning);
	}
}

static const struct {
	const char *name;
	void (*print)(void);
} lists[] = {
    {"commands", list_commands},
    {"options", list_options},
    {"keys", list_keys},
    {"screen-words", list_screen_words},
    {"profile-keys", list_profile_keys},
    {"bench-keys", list_bench_keys},
    {"drivers", list_drivers},
    {"driver-keys", list_driver_keys},
    {"words", words_commands},
    {"word-options", words_options},
    {"simulators", words_simulators},
    {"simulator-keys", list_simulators},
    {"run-states", list_states},
    {"pause-reasons", list_reasons},
    {"qualities", list_qualities},
};

int pl_lists_print(const struct pl_call *call)
{
	const char *name = call->argument_count > 0 ? call->arguments[0] : "";
	struct pl_error error;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(lists[i].name, name) != 0)
			continue;
		lists[i].print();
		return PL_EXIT_OK;
	}
	pl_error_set(&error, PL_ERR_USAGE, name, "is no list");
	return pl_fail(call, &error);
}

const struct pl_command pl_cmd_man_lists = {
    .name = "man-lists",
    .synopsis = "NAME",
    .text = "Prints one of the lists of the manual, or words for a shell.",
    .most = 1,
    .run = pl_lists_print,
};
