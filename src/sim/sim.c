/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim.c - the list of simulators and `plateau sim`.
 *
 * A new simulated instrument is one more row of the table and files of its own beside this one.
 */
#include "sim/sim.h"

#include "sim/ezzone.h"
#include "sim/osechi.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct pl_simulator *const *pl_sim_all(void)
{
	static const struct pl_simulator *const all[] = {&pl_sim_osechi, &pl_sim_ezzone, NULL};

	return all;
}

const struct pl_simulator *pl_sim_find(const char *name)
{
	for (const struct pl_simulator *const *at = pl_sim_all(); *at != NULL; at++) {
		if (strcmp((*at)->name, name) == 0)
			return *at;
	}
	return NULL;
}

static enum pl_status unknown_option(const struct pl_simulator *simulator, const char *name,
				     struct pl_error *error)
{
	const char *names[64] = {NULL};
	const char *nearest;

	assert(simulator->option_count < sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < simulator->option_count; i++)
		names[i] = simulator->options[i].name;
	nearest = pl_text_nearest(name, names);
	if (nearest != NULL)
		return pl_error_set(error, PL_ERR_CONFIG, name,
				    "sim %s has no such option; did you mean '%s'?",
				    simulator->name, nearest);
	return pl_error_set(error, PL_ERR_CONFIG, name,
			    "sim %s has no such option; see plateau sim %s --help", simulator->name,
			    simulator->name);
}

/* What a flag stands for; any other word stands for itself. */
static const char *without_flag(const struct pl_simulator *simulator, const char *word)
{
	for (const struct pl_sim_flag *at = simulator->flags; at != NULL && at->flag != NULL;
	     at++) {
		if (strcmp(at->flag, word) == 0)
			return at->word;
	}
	return word;
}

static enum pl_status set_word(const struct pl_simulator *simulator, const char *word, void *values,
			       struct pl_error *error)
{
	char name[32];
	size_t length = strcspn(word, "=");
	const struct pl_sim_option *option;

	if (word[length] != '=' || length >= sizeof(name))
		return pl_error_set(error, PL_ERR_CONFIG, "", "'%.60s' is not key=value", word);
	memcpy(name, word, length);
	name[length] = '\0';
	option = pl_sim_option_find(simulator->options, simulator->option_count, name);
	if (option == NULL)
		return unknown_option(simulator, name, error);
	return pl_sim_option_set(option, word + length + 1, values, error);
}

enum pl_status pl_sim_values(const struct pl_simulator *simulator, size_t count,
			     const char *const *words, void *values, struct pl_error *error)
{
	enum pl_status status = PL_OK;

	memset(values, 0, simulator->values_size);
	for (size_t i = 0; i < simulator->option_count && status == PL_OK; i++)
		status = pl_sim_option_set(&simulator->options[i], simulator->options[i].initial,
					   values, error);
	assert(status == PL_OK);
	for (size_t i = 0; i < count && status == PL_OK; i++)
		status = set_word(simulator, without_flag(simulator, words[i]), values, error);
	if (status == PL_OK && simulator->check != NULL)
		status = simulator->check(values, error);
	return status;
}

static void add_names(struct pl_text *out)
{
	for (const struct pl_simulator *const *at = pl_sim_all(); *at != NULL; at++)
		pl_text_add(out, "%s%s", at == pl_sim_all() ? "" : ", ", (*at)->name);
}

static const struct pl_simulator *find_or_say(const char *name, struct pl_error *error)
{
	const struct pl_simulator *simulator = pl_sim_find(name);
	struct pl_text names = {0};

	if (simulator == NULL) {
		add_names(&names);
		pl_error_set(error, PL_ERR_NOT_FOUND, name, "no such simulator; there are: %s",
			     names.data);
		pl_text_free(&names);
	}
	return simulator;
}

static void *new_values(const struct pl_simulator *simulator)
{
	void *values = calloc(1, simulator->values_size);

	if (values == NULL)
		pl_out_of_memory();
	return values;
}

enum pl_status pl_simulator_check(const char *name, size_t count, const char *const *words,
				  struct pl_error *error)
{
	const struct pl_simulator *simulator = find_or_say(name, error);
	enum pl_status status;
	void *values;

	if (simulator == NULL)
		return PL_ERR_NOT_FOUND;
	values = new_values(simulator);
	status = pl_sim_values(simulator, count, words, values, error);
	free(values);
	return status;
}

void pl_sim_help(const struct pl_simulator *simulator, struct pl_text *out)
{
	if (simulator == NULL) {
		pl_text_add_string(out, "usage: plateau sim KIND [key=value]…\n\nKinds:\n");
		for (const struct pl_simulator *const *at = pl_sim_all(); *at != NULL; at++)
			pl_text_add(out, "  %-10s %s\n", (*at)->name, (*at)->summary);
		pl_text_add_string(out, "\nplateau sim KIND --help lists the keys of one kind.\n");
		return;
	}
	pl_text_add(out, "usage: plateau sim %s [key=value]…\n\n%s\n\n", simulator->name,
		    simulator->summary);
	pl_text_add(out,
		    "The first line on stdout is %s. The same keys stand in a "
		    "bench file\nas port: sim:%s?key=value&key=value\n\n",
		    simulator->flags == NULL ? "the path of its pty" : "its port", simulator->name);
	for (const struct pl_sim_flag *at = simulator->flags; at != NULL && at->flag != NULL; at++)
		pl_text_add(out, "  %-14s the same as %s\n", at->flag, at->word);
	pl_text_add(out, "%sKeys, with their defaults:\n", simulator->flags == NULL ? "" : "\n");
	for (size_t i = 0; i < simulator->option_count; i++)
		pl_sim_option_help(&simulator->options[i], out);
	if (simulator->help != NULL)
		simulator->help(out);
}

static int print_help(const struct pl_simulator *simulator)
{
	struct pl_text text = {0};
	bool good;

	pl_sim_help(simulator, &text);
	good = fputs(text.data, stdout) >= 0 && fflush(stdout) == 0;
	pl_text_free(&text);
	return good ? 0 : 1;
}

static int say(const struct pl_error *error, int status)
{
	char line[sizeof(*error)];

	fprintf(stderr, "plateau sim: %s\n", pl_error_format(error, line, sizeof(line)));
	return status;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

int pl_sim_main(int argc, char **argv)
{
	const struct pl_simulator *simulator;
	struct pl_error error = {0};
	enum pl_status status;
	void *values;
	bool is_usage;

	if (argc < 1 || strcmp(argv[0], "--help") == 0)
		return print_help(NULL) + (argc < 1 ? 2 : 0);
	simulator = find_or_say(argv[0], &error);
	if (simulator == NULL)
		return say(&error, 2);
	if (wants_help(argc, argv))
		return print_help(simulator);
	values = new_values(simulator);
	status = pl_sim_values(simulator, (size_t)argc - 1, (const char *const *)argv + 1, values,
			       &error);
	is_usage = status != PL_OK;
	if (status == PL_OK)
		status = simulator->run(values, &error);
	free(values);
	return status == PL_OK ? 0 : say(&error, is_usage ? 2 : 1);
}
