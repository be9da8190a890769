/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h - a user's own settings of the screen: config.yaml. One thread.
 *
 * keys, theme, glyphs, refresh, mouse and operator, nothing else: what a bench does stands in its
 * bench file. Which actions, themes and glyphs there are is the screen's to say and handed in.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "config/problems.h"

struct pl_settings_words {
	const char *const *actions, *const *themes, *const *glyphs; /* end with NULL */
};

/* Keys for an action, as the file says them: names between blanks. */
struct pl_settings_key {
	char *action, *keys;
	struct pl_place place;
};

struct pl_settings {
	char *theme, *glyphs, *operator_name; /* NULL = not said */
	double refresh_hz;		      /* 0 = not said */
	bool mouse;
	struct pl_settings_key *keys;
	size_t key_count;
};

/* A file that is not there says nothing: PL_OK. PL_ERR_CONFIG: problems holds all that is wrong
 * with it, with places; what is right is in *out. Free both in every case. */
enum pl_status pl_settings_load(const char *path, const struct pl_settings_words *words,
				struct pl_settings *out, struct pl_problems *problems,
				struct pl_error *error);
void pl_settings_fini(struct pl_settings *settings);

#endif
