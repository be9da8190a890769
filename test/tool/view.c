/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view - the screen alone, on the socket of any engine: what the tests of test/screen drive.
 *   view SOCKET [watch] [reconnect] [theme=NAME] [glyphs=NAME] [operator=NAME]
 */
#include "plateau/ui.h"

#include <stdio.h>
#include <string.h>

static struct pl_client *reconnect(void *ctx, bool may_start, struct pl_error *error)
{
	struct pl_client *client = NULL;

	(void)may_start;
	return pl_client_open(ctx, &client, error) == PL_OK ? client : NULL;
}

int main(int argc, char **argv)
{
	struct pl_ui_options options = {.ctx = argc > 1 ? argv[1] : ""};
	struct pl_error error;
	char text[700];

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "watch") == 0)
			options.watch = true;
		else if (strcmp(argv[i], "reconnect") == 0)
			options.reconnect = reconnect;
		else if (strncmp(argv[i], "theme=", 6) == 0)
			options.theme = argv[i] + 6;
		else if (strncmp(argv[i], "glyphs=", 7) == 0)
			options.glyphs = argv[i] + 7;
		else if (strncmp(argv[i], "operator=", 9) == 0)
			options.operator_name = argv[i] + 9;
	}
	if (pl_client_open(options.ctx, &options.client, &error) != PL_OK) {
		fprintf(stderr, "view: %s\n", pl_error_format(&error, text, sizeof text));
		return 1;
	}
	return pl_ui_run(&options);
}
