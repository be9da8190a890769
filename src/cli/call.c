/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * call.c - from argv to a command, its arguments and its options. Pure but for looking whether an
 * argument is a directory with a bench in it.
 */
#include "cli/command.h"

#include "plateau/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MAX 128

struct parser {
	const struct pl_command *const *table;
	const struct pl_command_option *common;
	const struct pl_command *command; /* NULL: any command's options will do */
	int argc;
	char **argv;
	int at;		     /* next word */
	bool only_arguments; /* after -- */
};

static bool ends_with(const char *word, const char *end)
{
	size_t length = strlen(word), tail = strlen(end);

	return length > tail && strcmp(word + length - tail, end) == 0;
}

bool pl_call_is_bench(const char *argument)
{
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/bench.yaml", argument);

	if (ends_with(argument, ".yaml") || ends_with(argument, ".yml"))
		return true;
	return argument[0] != '\0' && length > 0 && (size_t)length < sizeof(path) &&
	       access(path, F_OK) == 0;
}

static const struct pl_command *find_command(const struct pl_command *const *table,
					     const char *name)
{
	for (; *table != NULL; table++)
		if (strcmp((*table)->name, name) == 0)
			return *table;
	return NULL;
}

/* A row by its long name (length bytes of it) or, with length 0, by its letter. */
static const struct pl_command_option *in_rows(const struct pl_command_option *row,
					       const char *name, size_t length)
{
	for (; row != NULL && row->name != NULL; row++) {
		if (length == 0
			? row->letter == name[0]
			: strlen(row->name) == length && memcmp(row->name, name, length) == 0)
			return row;
	}
	return NULL;
}

static const struct pl_command_option *find_option(const struct parser *parser, const char *name,
						   size_t length)
{
	const struct pl_command_option *row = in_rows(parser->common, name, length);

	if (row == NULL && parser->command != NULL)
		return in_rows(parser->command->options, name, length);
	for (size_t i = 0; row == NULL && parser->table[i] != NULL; i++)
		row = in_rows(parser->table[i]->options, name, length);
	return row;
}

static void add_names(const struct pl_command_option *row, const char **names, size_t *count)
{
	for (; row != NULL && row->name != NULL && *count < NAMES_MAX - 1; row++)
		if (row->text != NULL)
			names[(*count)++] = row->name;
}

/* The command's own options are the nearer ones. */
static enum pl_status unknown_option(const struct parser *parser, const char *word,
				     struct pl_error *error)
{
	const char *names[NAMES_MAX] = {NULL}, *nearest;
	const struct pl_command *command = parser->command;
	char name[64];
	size_t count = 0;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	if (command != NULL)
		add_names(command->options, names, &count);
	add_names(parser->common, names, &count);
	nearest = pl_text_nearest(name + strspn(name, "-"), names);
	if (nearest != NULL)
		return pl_error_set(error, PL_ERR_USAGE, name,
				    "is no option of this command; did you mean --%s?", nearest);
	return pl_error_set(error, PL_ERR_USAGE, name,
			    "is no option of this command; `plateau %s%s--help` lists them",
			    command != NULL ? command->name : "",
			    command != NULL && command->name[0] != '\0' ? " " : "");
}

/* One word of the line, at parser->at: an option with its value (row set), or an argument. */
static enum pl_status next_word(struct parser *parser, struct pl_given *given,
				const char **argument, struct pl_error *error)
{
	const char *word = parser->argv[parser->at++], *name, *value = NULL;
	bool is_long;

	*given = (struct pl_given){.row = NULL};
	*argument = NULL;
	if (parser->only_arguments || word[0] != '-' || word[1] == '\0') {
		*argument = word;
		return PL_OK;
	}
	if (strcmp(word, "--") == 0) {
		parser->only_arguments = true;
		return PL_OK;
	}
	is_long = word[1] == '-';
	name = word + (is_long ? 2 : 1);
	if (is_long && strchr(name, '=') != NULL)
		value = strchr(name, '=') + 1;
	given->row = is_long ? find_option(parser, name, strcspn(name, "="))
			     : (name[1] == '\0' ? find_option(parser, name, 0) : NULL);
	if (given->row == NULL)
		return unknown_option(parser, word, error);
	if (given->row->argument == NULL && value != NULL)
		return pl_error_set(error, PL_ERR_USAGE, word, "takes no value");
	if (given->row->argument != NULL && value == NULL) {
		if (parser->at == parser->argc)
			return pl_error_set(error, PL_ERR_USAGE, word, "wants a value: --%s %s",
					    given->row->name, given->row->argument);
		value = parser->argv[parser->at++];
	}
	given->value = value;
	return PL_OK;
}

static enum pl_status unknown_command(const struct pl_command *const *table, const char *word,
				      struct pl_error *error)
{
	const char *names[NAMES_MAX] = {NULL}, *nearest;
	size_t count = 0;

	for (; *table != NULL && count < NAMES_MAX - 1; table++)
		if ((*table)->summary != NULL && (*table)->name[0] != '\0')
			names[count++] = (*table)->name;
	nearest = pl_text_nearest(word, names);
	if (nearest != NULL)
		return pl_error_set(error, PL_ERR_USAGE, word,
				    "is no word of plateau; did you mean `%s`?", nearest);
	return pl_error_set(error, PL_ERR_USAGE, word,
			    "is neither a word of plateau nor a bench (NAME.yaml, or a directory "
			    "holding bench.yaml); `plateau --help` lists the words");
}

/* Which command it is; *word is the place of its name, 0 for the screen. */
static enum pl_status choose(struct parser *parser, const struct pl_command **out, int *word,
			     struct pl_error *error)
{
	*out = find_command(parser->table, "");
	*word = 0;
	assert(*out != NULL);
	for (parser->at = 1; parser->at < parser->argc;) {
		struct pl_given given;
		struct pl_error ignored;
		const char *argument;

		/* What is wrong with an option is said once the command is known. */
		if (next_word(parser, &given, &argument, &ignored) != PL_OK || argument == NULL)
			continue;
		if (argument[0] != '\0' && find_command(parser->table, argument) != NULL) {
			*out = find_command(parser->table, argument);
			*word = parser->at - 1;
		} else if (!pl_call_is_bench(argument)) {
			return unknown_command(parser->table, argument, error);
		}
		return PL_OK;
	}
	return PL_OK;
}

static enum pl_status collect(struct parser *parser, int word, struct pl_call *out,
			      struct pl_error *error)
{
	enum pl_status status = PL_OK;

	parser->only_arguments = false;
	for (parser->at = 1; parser->at < parser->argc && status == PL_OK;) {
		struct pl_given given;
		const char *argument;

		if (parser->at == word) {
			parser->at++;
			continue;
		}
		status = next_word(parser, &given, &argument, error);
		if (status == PL_OK && given.row != NULL)
			out->given[out->given_count++] = given;
		if (status == PL_OK && argument != NULL)
			out->arguments[out->argument_count++] = argument;
	}
	return status;
}

/* A line that is refused is refused in the form it asked for, wherever that stands. */
static void keep_form(const struct parser *parser, struct pl_call *out)
{
	const struct pl_command_option *json = in_rows(parser->common, "json", 4);

	for (int i = 1; json != NULL && i < parser->argc && strcmp(parser->argv[i], "--") != 0; i++)
		if (strcmp(parser->argv[i], "--json") == 0 && !pl_call_has(out, "json"))
			out->given[out->given_count++] = (struct pl_given){.row = json};
}

enum pl_status pl_call_parse(const struct pl_command *const *table,
			     const struct pl_command_option *common, int argc, char **argv,
			     struct pl_call *out, struct pl_error *error)
{
	struct parser parser = {.table = table, .common = common, .argc = argc, .argv = argv};
	enum pl_status status;
	int word;

	*out = (struct pl_call){.arguments = calloc((size_t)argc + 1, sizeof(*out->arguments)),
				.given = calloc((size_t)argc + 1, sizeof(*out->given))};
	if (out->arguments == NULL || out->given == NULL)
		return pl_error_set(error, PL_ERR_MEMORY, "", "out of memory");
	status = choose(&parser, &out->command, &word, error);
	if (status != PL_OK) {
		keep_form(&parser, out);
		return status;
	}
	if (out->command->is_raw) {
		for (int i = word + 1; i < argc; i++)
			out->arguments[out->argument_count++] = argv[i];
		return PL_OK;
	}
	parser.command = out->command;
	status = collect(&parser, word, out, error);
	if (status != PL_OK)
		keep_form(&parser, out);
	if (status == PL_OK && out->argument_count > out->command->most &&
	    !pl_call_has(out, "help"))
		return pl_error_set(error, PL_ERR_USAGE, out->arguments[out->command->most],
				    "is one argument too many: plateau %s %s", out->command->name,
				    out->command->synopsis);
	return status;
}

void pl_call_fini(struct pl_call *call)
{
	free(call->arguments);
	free(call->given);
}

bool pl_call_has(const struct pl_call *call, const char *option)
{
	for (size_t i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].row->name, option) == 0)
			return true;
	return false;
}

const char *pl_call_value(const struct pl_call *call, const char *option)
{
	for (size_t i = call->given_count; i > 0; i--)
		if (strcmp(call->given[i - 1].row->name, option) == 0)
			return call->given[i - 1].value;
	return NULL;
}
