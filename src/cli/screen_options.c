/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen_options.c - config.yaml and the options of the screen. */
#include "cli/screen_options.h"

#include "cli/print.h"

#include "base/file.h"
#include "plateau/actions.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 300, SCRIPT_MAX = 1 << 20 };

struct names {
	const char *actions[NAMES_MAX + 1], *themes[NAMES_MAX + 1], *glyphs[NAMES_MAX + 1];
};

static void list_names(struct names *names)
{
	const struct pl_action *action;
	size_t i;

	for (i = 0; i < NAMES_MAX && (action = pl_ui_action(i)) != NULL; i++)
		names->actions[i] = action->name;
	names->actions[i] = NULL;
	for (i = 0; i < NAMES_MAX && (names->themes[i] = pl_ui_theme_name(i)) != NULL; i++)
		;
	for (i = 0; i < NAMES_MAX && (names->glyphs[i] = pl_ui_glyphs_name(i)) != NULL; i++)
		;
}

static bool config_path(char out[PL_CLI_PATH_SIZE])
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		snprintf(out, PL_CLI_PATH_SIZE, "%s/plateau/config.yaml", config);
	else if (home != NULL)
		snprintf(out, PL_CLI_PATH_SIZE, "%s/.config/plateau/config.yaml", home);
	else
		return false;
	return true;
}

/* Keys as the screen takes them; which of them cannot be is said with its place. */
static void take_keys(struct pl_screen_options *store, struct pl_problems *problems)
{
	const struct pl_settings *settings = &store->settings;
	size_t wrong;
	char why[160];

	store->keys = calloc(settings->key_count + 1, sizeof(*store->keys));
	for (size_t i = 0; store->keys != NULL && i < settings->key_count; i++)
		store->keys[i] = (struct pl_ui_key){.action = settings->keys[i].action,
						    .keys = settings->keys[i].keys};
	/* With no keys of the user's there is nothing of his to be wrong: a test walks over ours.
	 */
	if (store->keys != NULL && settings->key_count > 0 &&
	    !pl_ui_keys_check(store->keys, settings->key_count, &wrong, why, sizeof(why)))
		pl_problems_add(problems,
				wrong < settings->key_count ? settings->keys[wrong].place
							    : settings->keys[0].place,
				"%s", why);
}

static int say_problems(const struct pl_problems *problems, bool is_forced)
{
	for (size_t i = 0; i < problems->count; i++)
		fprintf(stderr, "%s: %s\n", problems->items[i].where, problems->items[i].text);
	if (!is_forced)
		fputs("plateau: --force opens the screen without these settings\n", stderr);
	return is_forced ? PL_EXIT_OK : PL_EXIT_USAGE;
}

static int load_settings(const struct pl_call *call, struct pl_screen_options *store)
{
	struct names names;
	struct pl_settings_words words = {names.actions, names.themes, names.glyphs};
	struct pl_problems problems;
	char path[PL_CLI_PATH_SIZE];
	struct pl_error error;
	enum pl_status status;
	int exit_status = PL_EXIT_OK;

	if (!config_path(path))
		return PL_EXIT_OK;
	list_names(&names);
	status = pl_settings_load(path, &words, &store->settings, &problems, &error);
	if (status != PL_OK && status != PL_ERR_CONFIG)
		exit_status = pl_fail(call, &error);
	take_keys(store, &problems);
	if (problems.count > 0)
		exit_status = say_problems(&problems, pl_call_has(call, "force"));
	if (problems.count > 0 && exit_status == PL_EXIT_OK)
		pl_settings_fini(&store->settings);
	pl_problems_fini(&problems);
	return exit_status;
}

static bool is_one_of(const char *name, const char *(*name_of)(size_t i))
{
	for (size_t i = 0; name_of(i) != NULL; i++)
		if (strcmp(name_of(i), name) == 0)
			return true;
	return false;
}

/* The options that are given go before the file. */
static enum pl_status take_given(const struct pl_call *call, struct pl_ui_options *out,
				 struct pl_error *error)
{
	const char *theme = pl_call_value(call, "theme"), *glyphs = pl_call_value(call, "glyphs");
	const char *refresh = pl_call_value(call, "refresh"), *size = pl_call_value(call, "size");
	char behind;

	if (theme != NULL && !is_one_of(theme, pl_ui_theme_name))
		return pl_error_set(error, PL_ERR_USAGE, "--theme",
				    "`%s`: default, light or mono wanted", theme);
	if (glyphs != NULL && !is_one_of(glyphs, pl_ui_glyphs_name))
		return pl_error_set(error, PL_ERR_USAGE, "--glyphs",
				    "`%s`: braille, block or ascii wanted", glyphs);
	if (refresh != NULL && (!pl_text_to_double(refresh, &out->refresh_hz) ||
				!(out->refresh_hz >= 1 && out->refresh_hz <= 10)))
		return pl_error_set(error, PL_ERR_USAGE, "--refresh", "`%s`: 1 to 10 wanted",
				    refresh);
	if (size != NULL &&
	    (sscanf(size, "%4dx%4d%c", &out->cols, &out->rows, &behind) != 2 || out->cols < 1 ||
	     out->rows < 1 || out->cols > 1000 || out->rows > 1000))
		return pl_error_set(error, PL_ERR_USAGE, "--size",
				    "`%s`: columns x rows wanted, as 80x24", size);
	if (size != NULL && out->script_name == NULL)
		return pl_error_set(error, PL_ERR_USAGE, "--size", "goes with --script only");
	out->theme = theme != NULL ? theme : out->theme;
	out->glyphs = glyphs != NULL ? glyphs : out->glyphs;
	return PL_OK;
}

static bool save(void *ctx, const char *path, const char *text, size_t length,
		 struct pl_error *error)
{
	struct pl_disk disk;
	enum pl_status status;

	(void)ctx;
	pl_disk_init(&disk);
	status = pl_file_replace(&disk, AT_FDCWD, path, text, length, error);
	pl_disk_fini(&disk);
	return status == PL_OK;
}

static enum pl_status take_script(struct pl_screen_options *store, struct pl_ui_options *out,
				  struct pl_error *error)
{
	size_t count;
	enum pl_status status;

	if (out->script_name == NULL)
		return PL_OK;
	status =
	    pl_file_read(AT_FDCWD, out->script_name, SCRIPT_MAX, &store->script, &count, error);
	out->script = store->script;
	return status;
}

int pl_screen_options_fill(const struct pl_call *call, struct pl_screen_options *store,
			   struct pl_ui_options *out)
{
	const struct pl_settings *settings = &store->settings;
	struct pl_error error;
	enum pl_status status;
	int exit_status;

	*store = (struct pl_screen_options){0};
	exit_status = load_settings(call, store);
	if (exit_status != PL_EXIT_OK)
		return exit_status;
	out->theme = settings->theme;
	out->glyphs = settings->glyphs;
	out->refresh_hz = settings->refresh_hz;
	out->mouse = settings->mouse;
	out->keys = store->keys;
	out->key_count = settings->key_count;
	out->save = save;
	out->script_name = pl_call_value(call, "script");
	if (out->operator_name == NULL)
		out->operator_name = settings->operator_name;
	status = take_given(call, out, &error);
	if (status == PL_OK)
		status = take_script(store, out, &error);
	return status == PL_OK ? PL_EXIT_OK : pl_fail(call, &error);
}

void pl_screen_options_fini(struct pl_screen_options *store)
{
	pl_settings_fini(&store->settings);
	free(store->keys);
	free(store->script);
	*store = (struct pl_screen_options){0};
}
