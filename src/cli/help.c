/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - what --help prints, from the tables of commands and options. */
#include "cli/print.h"

#include <stdio.h>
#include <string.h>

#define TEXT_COLUMN 26
#define LINE_WIDTH  96

/* A paragraph, broken at blanks. */
static void print_wrapped(const char *text)
{
	while (*text != '\0') {
		size_t length = strlen(text), cut = length;

		if (length > LINE_WIDTH) {
			for (cut = LINE_WIDTH; cut > 0 && text[cut] != ' '; cut--)
				;
			if (cut == 0)
				cut = length;
		}
		printf("%.*s\n", (int)cut, text);
		text += cut + (text[cut] == ' ');
	}
}

static void print_options(const struct pl_command_option *row)
{
	for (; row != NULL && row->name != NULL; row++) {
		char left[64];
		int length;

		if (row->text == NULL)
			continue;
		length = snprintf(left, sizeof(left), "  %c%c%s--%s%s%s", row->letter ? '-' : ' ',
				  row->letter ? row->letter : ' ', row->letter ? ", " : "  ",
				  row->name, row->argument != NULL ? " " : "",
				  row->argument != NULL ? row->argument : "");
		if (length < TEXT_COLUMN)
			printf("%-*s%s\n", TEXT_COLUMN, left, row->text);
		else
			printf("%s\n%*s%s\n", left, TEXT_COLUMN, "", row->text);
	}
}

static void print_all(void)
{
	struct pl_table table = {.columns = 2};
	const struct pl_command *const *at;

	puts("usage: plateau [BENCH]             the screen of a bench");
	puts("       plateau WORD [BENCH] …      everything else\n");
	print_wrapped("BENCH is NAME.yaml or a directory holding bench.yaml; without it "
		      "$PLATEAU_BENCH, ./bench.yaml or $XDG_CONFIG_HOME/plateau/bench.yaml. "
		      "`plateau demo` shows a simulated bench, `plateau init` writes a first bench "
		      "file.");
	puts("\nWords:");
	for (at = pl_commands(); *at != NULL; at++) {
		char left[32];

		if ((*at)->summary == NULL || (*at)->name[0] == '\0')
			continue;
		snprintf(left, sizeof(left), "  %s", (*at)->name);
		pl_table_add(&table, left);
		pl_table_add(&table, (*at)->summary);
	}
	pl_table_print(&table);
	puts("\nOptions of every word:");
	print_options(pl_common_options());
	puts(
	    "\n`plateau WORD --help` says more of each. The manual: man plateau, man plateau.yaml");
}

int pl_help_print(const struct pl_command *command)
{
	if (command == NULL) {
		print_all();
		return PL_EXIT_OK;
	}
	printf("usage: plateau %s%s%s\n\n", command->name, command->name[0] != '\0' ? " " : "",
	       command->synopsis);
	print_wrapped(command->text);
	if (command->options != NULL) {
		puts("\nOptions:");
		print_options(command->options);
	}
	puts("\nOptions of every word:");
	print_options(pl_common_options());
	return PL_EXIT_OK;
}
