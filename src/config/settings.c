/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.c - config.yaml read by a table of its keys. One thread.
 */
#include "config/settings.h"

#include "base/file.h"
#include "base/yaml.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct pl_settings *out;
	const struct pl_settings_words *words;
	struct pl_problems *problems;
};

static struct pl_place place_of(const struct pl_yaml_node *node)
{
	return (struct pl_place){.line = node->line, .column = node->column};
}

static struct pl_place place_of_key(const struct pl_yaml_node *node)
{
	return (struct pl_place){.line = node->key_line, .column = node->key_column};
}

/* "`drak` is no theme; the nearest is `dark`" */
static void add_unknown(struct reading *reading, struct pl_place place, const char *what,
			const char *word, const char *const *known)
{
	const char *nearest = pl_text_nearest(word, known);

	if (nearest != NULL)
		pl_problems_add(reading->problems, place, "`%s` is no %s; the nearest is `%s`",
				word, what, nearest);
	else
		pl_problems_add(reading->problems, place, "`%s` is no %s", word, what);
}

static bool is_text(struct reading *reading, const struct pl_yaml_node *node, const char *what)
{
	if (node->kind == PL_YAML_SCALAR && node->text[0] != '\0')
		return true;
	pl_problems_add(reading->problems, place_of(node), "%s wanted", what);
	return false;
}

static void take_word(struct reading *reading, const struct pl_yaml_node *node, const char *what,
		      const char *const *known, char **out)
{
	if (!is_text(reading, node, what))
		return;
	for (size_t i = 0; known[i] != NULL; i++)
		if (strcmp(known[i], node->text) == 0) {
			free(*out);
			*out = strdup(node->text);
			return;
		}
	add_unknown(reading, place_of(node), what, node->text, known);
}

static void take_theme(struct reading *reading, const struct pl_yaml_node *node)
{
	take_word(reading, node, "theme", reading->words->themes, &reading->out->theme);
}

static void take_glyphs(struct reading *reading, const struct pl_yaml_node *node)
{
	take_word(reading, node, "set of glyphs", reading->words->glyphs, &reading->out->glyphs);
}

static void take_operator(struct reading *reading, const struct pl_yaml_node *node)
{
	if (!is_text(reading, node, "a name"))
		return;
	free(reading->out->operator_name);
	reading->out->operator_name = strdup(node->text);
}

/* "5", "5 Hz" */
static void take_refresh(struct reading *reading, const struct pl_yaml_node *node)
{
	const char *wanted = "1 to 10 Hz";
	size_t length;
	double hz;

	if (!is_text(reading, node, wanted))
		return;
	length = strcspn(node->text, " H");
	if (!pl_bytes_to_double(node->text, length, &hz) || !(hz >= 1 && hz <= 10) ||
	    (node->text[length] != '\0' && strcmp(node->text + length, " Hz") != 0 &&
	     strcmp(node->text + length, "Hz") != 0))
		pl_problems_add(reading->problems, place_of(node), "%s wanted", wanted);
	else
		reading->out->refresh_hz = hz;
}

static void take_mouse(struct reading *reading, const struct pl_yaml_node *node)
{
	bool is_yes = node->kind == PL_YAML_SCALAR && strcmp(node->text, "yes") == 0;

	if (!is_yes && !(node->kind == PL_YAML_SCALAR && strcmp(node->text, "no") == 0))
		pl_problems_add(reading->problems, place_of(node), "yes or no wanted");
	reading->out->mouse = is_yes;
}

/* A name of an action and its keys: names between blanks, or a list of them. */
static void take_key(struct reading *reading, const struct pl_yaml_node *node)
{
	struct pl_settings *out = reading->out;
	struct pl_text keys = {0};
	struct pl_settings_key *grown;

	if (node->kind == PL_YAML_LIST) {
		for (const struct pl_yaml_node *at = node->first; at != NULL; at = at->next)
			if (is_text(reading, at, "the name of a key"))
				pl_text_add(&keys, "%s%s", keys.length > 0 ? " " : "", at->text);
	} else if (is_text(reading, node, "the name of a key, or a list of them")) {
		pl_text_add_string(&keys, node->text);
	}
	grown = keys.length > 0 ? realloc(out->keys, (out->key_count + 1) * sizeof(*grown)) : NULL;
	if (grown == NULL) {
		pl_text_free(&keys);
		return;
	}
	out->keys = grown;
	out->keys[out->key_count++] = (struct pl_settings_key){
	    .action = strdup(node->key), .keys = keys.data, .place = place_of(node)};
}

static void take_keys(struct reading *reading, const struct pl_yaml_node *node)
{
	if (node->kind != PL_YAML_MAP) {
		pl_problems_add(reading->problems, place_of(node),
				"actions and their keys wanted, as `scan: S`");
		return;
	}
	for (const struct pl_yaml_node *at = node->first; at != NULL; at = at->next) {
		const char *const *name = reading->words->actions;

		while (*name != NULL && strcmp(*name, at->key) != 0)
			name++;
		if (*name == NULL)
			add_unknown(reading, place_of_key(at), "action", at->key,
				    reading->words->actions);
		else
			take_key(reading, at);
	}
}

static const struct {
	const char *key;
	void (*take)(struct reading *reading, const struct pl_yaml_node *node);
} rows[] = {{"keys", take_keys},       {"theme", take_theme}, {"glyphs", take_glyphs},
	    {"refresh", take_refresh}, {"mouse", take_mouse}, {"operator", take_operator}};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void find_twice(struct reading *reading, const struct pl_yaml_node *map)
{
	if (map->kind != PL_YAML_MAP)
		return;
	for (const struct pl_yaml_node *at = map->first; at != NULL; at = at->next) {
		for (const struct pl_yaml_node *before = map->first; before != at;
		     before = before->next)
			if (strcmp(before->key, at->key) == 0)
				pl_problems_add(reading->problems, place_of_key(at),
						"`%s` stands in line %d already", at->key,
						before->key_line);
		find_twice(reading, at);
	}
}

static void take_root(struct reading *reading, const struct pl_yaml_node *root)
{
	const char *names[ROWS + 1] = {NULL};

	for (size_t i = 0; i < ROWS; i++)
		names[i] = rows[i].key;
	if (root->kind != PL_YAML_MAP) {
		pl_problems_add(reading->problems, place_of(root), "keys and values wanted");
		return;
	}
	find_twice(reading, root);
	for (const struct pl_yaml_node *at = root->first; at != NULL; at = at->next) {
		size_t i = 0;

		while (i < ROWS && strcmp(rows[i].key, at->key) != 0)
			i++;
		if (i == ROWS)
			add_unknown(reading, place_of_key(at), "key of this file", at->key, names);
		else
			rows[i].take(reading, at);
	}
}

enum pl_status pl_settings_load(const char *path, const struct pl_settings_words *words,
				struct pl_settings *out, struct pl_problems *problems,
				struct pl_error *error)
{
	struct reading reading = {.out = out, .words = words, .problems = problems};
	struct pl_yaml *yaml = NULL;
	char *bytes = NULL;
	size_t count;
	enum pl_status status;

	*out = (struct pl_settings){0};
	pl_problems_init(problems, path);
	status = pl_file_read(AT_FDCWD, path, PL_YAML_MAX_BYTES, &bytes, &count, error);
	if (status == PL_ERR_NOT_FOUND)
		return PL_OK;
	if (status != PL_OK)
		return status;
	if (pl_yaml_parse(path, bytes, count, &yaml, error) != PL_OK)
		pl_problems_add_parser(problems, (struct pl_place){0}, error);
	else
		take_root(&reading, pl_yaml_root(yaml));
	pl_yaml_free(yaml);
	free(bytes);
	pl_problems_sort(problems);
	if (problems->count == 0)
		return PL_OK;
	return pl_error_set(error, PL_ERR_CONFIG, problems->items[0].where, "%s",
			    problems->items[0].text);
}

void pl_settings_fini(struct pl_settings *settings)
{
	for (size_t i = 0; i < settings->key_count; i++) {
		free(settings->keys[i].action);
		free(settings->keys[i].keys);
	}
	free(settings->keys);
	free(settings->theme);
	free(settings->glyphs);
	free(settings->operator_name);
	*settings = (struct pl_settings){0};
}
