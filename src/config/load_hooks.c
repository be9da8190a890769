/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hooks of a scan: programs with their arguments, as words. No shell reads them: a text is split at
 * blanks, a list is taken as it is. Whether the program is there is asked when it matters.
 */
#include "config/loader.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The words of "notify.sh --run x" or of [notify.sh, --run, x]; NULL, and said, when there are
 * none. */
static const char **words_of(struct pl_loader *loader, const struct pl_doc *node, const char *path)
{
	bool is_list = node->kind == PL_YAML_LIST;
	size_t room = is_list ? pl_doc_count(node) : strlen(node->text ? node->text : "");
	const char **words = pl_pool_take(loader->arena, room + 1, sizeof(*words));
	char *rest, *word;
	size_t count = 0;

	for (const struct pl_doc *item = is_list ? node->first : NULL; item; item = item->next) {
		if (item->kind != PL_YAML_SCALAR) {
			pl_problems_add(loader->problems, item->place,
					"%s: each word of a command is a text", path);
			return NULL;
		}
		words[count++] = item->text;
	}
	rest = is_list || !node->text ? NULL : pl_pool_string(loader->arena, node->text);
	while ((word = strsep(&rest, " \t\n")))
		if (word[0])
			words[count++] = word;
	if (count > 0 && words[0][0])
		return words;
	pl_problems_add(loader->problems, node->place,
			"%s: a program and its arguments are wanted: notify.sh --done", path);
	return NULL;
}

static void load_command(struct pl_loader *loader, const struct pl_doc *hooks, const char *path,
			 const char *key, struct pl_hook *hook)
{
	const struct pl_doc *node = pl_doc_get(hooks, key);
	struct pl_option_home home = {.arena = loader->arena, .directory = loader->directory};
	const char *here = pl_pool_format(loader->arena, "%s.%s", path, key);
	struct pl_error error;
	const char **words;

	if (!node || pl_doc_is_null(node))
		return;
	if (node->kind == PL_YAML_MAP) {
		pl_problems_add(loader->problems, node->place,
				"%s: a program and its arguments are wanted, not a map", here);
		return;
	}
	words = words_of(loader, node, here);
	if (!words)
		return;
	if (node->place.set)
		home.directory = loader->current;
	if (pl_path_absolute(&home, words[0], &words[0], &error)) {
		pl_problems_add(loader->problems, node->place, "%s: %s", here, error.text);
		return;
	}
	hook->words = words;
	if (node->kind == PL_YAML_LIST)
		pl_note_list(loader, node, path);
	else
		pl_effective_add(loader, here, node->text, pl_origin(loader, node));
}

void pl_load_hooks(struct pl_loader *loader, const struct pl_doc *scan, const char *path,
		   struct pl_scan *out)
{
	const struct pl_doc *hooks = pl_doc_get(scan, "hooks");
	const char *here = pl_pool_format(loader->arena, "%s.hooks", path);

	pl_load_part(loader, scan, path, "hooks", pl_config_section("scans.NAME.hooks"), out);
	if (!hooks || hooks->kind != PL_YAML_MAP)
		return;
	load_command(loader, hooks, here, "before", &out->before);
	load_command(loader, hooks, here, "after", &out->after);
}

enum pl_status pl_hook_check(const struct pl_hook *hook, struct pl_error *error)
{
	struct stat st;

	if (!hook->words)
		return PL_OK;
	if (stat(hook->words[0], &st) < 0)
		return pl_error_set(error, PL_ERR_CONFIG, hook->words[0],
				    "the hook's program is not there");
	if (!S_ISREG(st.st_mode) || access(hook->words[0], X_OK) < 0)
		return pl_error_set(
		    error, PL_ERR_CONFIG, hook->words[0],
		    "the hook's program cannot be run: is it executable? (chmod +x)");
	return PL_OK;
}
