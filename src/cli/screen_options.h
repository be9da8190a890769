/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * screen_options.h - what the screen is told besides its engine: the user's config.yaml, and the
 * options of the command line, which go before it. Main thread.
 */
#ifndef CLI_SCREEN_OPTIONS_H
#define CLI_SCREEN_OPTIONS_H

#include "cli/bench_ref.h"

#include "config/settings.h"
#include "plateau/ui.h"

struct pl_screen_options {
	struct pl_settings settings;
	struct pl_ui_key *keys;
	char *script;
};

/* Fills in looks, keys, pace, operator, script and save. What is wrong is said, with places; with
 * --force a config.yaml that is wrong is passed by. Returns an exit status; what *out points to is
 * the store's. Free with pl_screen_options_fini in every case. */
int pl_screen_options_fill(const struct pl_call *call, struct pl_screen_options *store,
			   struct pl_ui_options *out);
void pl_screen_options_fini(struct pl_screen_options *store);

/* The options themselves, for the tables of the commands that open a screen. */
#define PL_SCREEN_OPTIONS                                                                          \
	{"watch", 0, NULL, "read-only: no key acts on the bench or the run"},                      \
	    {"theme", 0, "NAME", "colours: default, light or mono"},                               \
	    {"glyphs", 0, "NAME", "draw with braille, block or ascii"},                            \
	    {"refresh", 0, "HZ", "at most so many frames a second, 1 to 10 (default: 5)"},         \
	    {"script", 0, "FILE", "play the keys of a file, then end"},                            \
	{                                                                                          \
		"size", 0, "COLSxROWS", "with --script: on no terminal, but on one of that size"   \
	}

#endif
